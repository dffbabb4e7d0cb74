/* SPDX-License-Identifier: GPL-3.0-or-later
 * points: the reassigned points of a recording as a table.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/job-status.h"
#include "app/source-file.h"
#include "model/dsp/spectrum/points.h"
#include "model/output-file.h"

typedef struct {
  TsrOutputFile         *file;
  GString               *rows;   /* not written yet */
  const TsrPointsParams *wanted; /* points inside; what is measured reaches further */
  guint64                n;
} Table;

/* Below the top of a lobe, bins of a recording of 16 bits err by the noise of those. */
#define EDGE_DB 20

enum { FLUSH_BYTES = 1 << 20, MAIN_LOBE_BINS = 8 };

static void
append_number (GString *text, double number, char end)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.17g", number));
  g_string_append_c (text, end);
}

static void
flush (Table *table)
{
  tsr_output_file_write (table->file, table->rows->str, (gint64)table->rows->len);
  g_string_truncate (table->rows, 0);
}

static bool
is_inside (const TsrPointsParams *wanted, const TsrReassignedPoint *point)
{
  if (wanted->end_s > wanted->start_s &&
      (point->time_s < wanted->start_s || point->time_s > wanted->end_s))
    return false;
  return point->frequency_hz >= wanted->low_hz &&
         !(wanted->high_hz > 0 && point->frequency_hz > wanted->high_hz);
}

/* Frames and bins whose points can fall inside: reassignment moves them by half a window
 * and a main lobe at most. */
static TsrPointsParams
widen (const TsrPointsParams *wanted, const TsrSignal *signal)
{
  TsrPointsParams wide = *wanted;
  double          rate_hz = tsr_signal_rate_hz (signal);
  double          lobe_hz = MAIN_LOBE_BINS * rate_hz / (double)wanted->fft_size;
  double          half_s = (double)wanted->fft_size / rate_hz / 2;

  if (wanted->end_s > wanted->start_s) {
    wide.start_s = wanted->start_s - half_s;
    wide.end_s =
        fmin (wanted->end_s, tsr_signal_duration_s (signal)) + half_s + 1 / rate_hz;
  }
  wide.low_hz -= lobe_hz;
  if (wanted->high_hz > 0)
    wide.high_hz += lobe_hz;
  return wide;
}

static bool
sink_cb (void *user, const TsrReassignedPoint *points, size_t n)
{
  Table *table = user;

  for (size_t i = 0; i < n; i++) {
    if (!is_inside (table->wanted, &points[i]))
      continue;
    append_number (table->rows, points[i].time_s, ',');
    append_number (table->rows, points[i].frequency_hz, ',');
    append_number (table->rows, points[i].amplitude_db, ',');
    append_number (table->rows, points[i].mixed, '\n');
    table->n++;
  }
  if (table->rows->len >= FLUSH_BYTES)
    flush (table);
  return tsr_output_file_code (table->file) == 0;
}

typedef struct {
  TsrPointsParams params;
  gint64          channel;
  const char     *out;
} Choice;

static gboolean
read_choice (const TsrArguments *arguments, Choice *choice, GError **error)
{
  gint64 fft_size = 2048, hop = 512;

  *choice = (Choice){.params = {.floor_db = -90, .edge_db = EDGE_DB},
                     .out = tsr_arguments_get (arguments, "-o")};
  if (choice->out == NULL)
    return tsr_usage_fail (error, _ ("-o OUT.csv is missing"));
  if (tsr_arguments_has (arguments, "--all"))
    choice->params.edge_db = 0;
  if (!tsr_arguments_whole (arguments, "--fft", 16, 1 << 20, &fft_size, error) ||
      !tsr_arguments_whole (arguments, "--hop", 1, 1 << 20, &hop, error) ||
      !tsr_arguments_number (
          arguments, "--floor", -300, 100, &choice->params.floor_db, error) ||
      !tsr_arguments_span (arguments,
                           "--time",
                           0,
                           INFINITY,
                           &choice->params.start_s,
                           &choice->params.end_s,
                           error) ||
      !tsr_arguments_span (arguments,
                           "--frequency",
                           0,
                           INFINITY,
                           &choice->params.low_hz,
                           &choice->params.high_hz,
                           error) ||
      !tsr_arguments_whole (arguments, "--channel", 0, 63, &choice->channel, error))
    return FALSE;
  if (fft_size % 2 != 0)
    return tsr_usage_fail (error, _ ("--fft has to be even"));
  if (!isfinite (choice->params.high_hz))
    choice->params.high_hz = 0;
  choice->params.fft_size = (size_t)fft_size;
  choice->params.hop = (size_t)hop;
  return TRUE;
}

static gboolean
write_table (TsrSignal    *signal,
             const Choice *choice,
             TsrWorkerJob *job,
             guint64      *n,
             GError      **error)
{
  static const char header[] = "time_s,frequency_hz,amplitude_db,mixed\n";
  TsrOutputFile    *file = tsr_output_file_new (choice->out, error);

  if (file == NULL)
    return FALSE;
  Table table = {.file = file, .rows = g_string_new (header), .wanted = &choice->params};
  TsrPointsParams wide = widen (&choice->params, signal);
  tsr_worker_job_next_part (job, 1);
  TsrStatus status = tsr_reassigned_points (
      signal, (unsigned)choice->channel, &wide, &job->job, sink_cb, &table);
  flush (&table);
  *n = table.n;
  g_string_free (table.rows, TRUE);
  /* A sink that stopped did so because of a write; the commit tells why. */
  if (tsr_output_file_code (file) == 0 && !tsr_status_check (status, error)) {
    tsr_output_file_abort (file);
    return FALSE;
  }
  return tsr_output_file_commit (file, error);
}

static gboolean
check_choice (const TsrSourceFile *file, const Choice *choice, GError **error)
{
  double duration_s = tsr_signal_duration_s (file->signal);

  if ((guint)choice->channel >= file->info.n_channels) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("there is no channel %d; it has %u, counted from 0"),
                 (int)choice->channel,
                 file->info.n_channels);
    return FALSE;
  }
  if (choice->params.start_s > 0 && choice->params.start_s >= duration_s) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("--time begins after the end of the sound at %.3f s"),
                 duration_s);
    return FALSE;
  }
  return TRUE;
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  const char   *path = tsr_arguments_word (arguments, 0);
  TsrSourceFile file;
  Choice        choice;
  TsrWorkerJob  job;
  guint64       n = 0;
  GError       *error = NULL;

  if (!read_choice (arguments, &choice, &error))
    return tsr_cli_fail (cli, "points", error);
  tsr_cli_begin (cli, path, 0, 1, &job);
  tsr_worker_job_next_part (&job, 0.2);
  if (!tsr_source_file_open (&file, path, &job.job, &error))
    return tsr_cli_fail (cli, path, error);
  tsr_cli_notes (cli, path, file.notes);
  gboolean ok = check_choice (&file, &choice, &error);
  if (!ok)
    choice.out = path;
  ok = ok && write_table (file.signal, &choice, &job, &n, &error);
  tsr_source_file_clear (&file);
  if (!ok)
    return tsr_cli_fail (cli, choice.out, error);
  g_autofree char *points = tsr_count_points (n);
  tsr_cli_print (cli, "%s: %s\n", choice.out, points);
  if (!cli->json)
    return TSR_EXIT_DONE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", choice.out);
  tsr_json_whole (json, "points", (gint64)n);
  json_builder_end_object (json);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

static const TsrOption options[] = {
    {"-o", "OUT.csv", N_ ("the table")},
    {"--fft", "N", N_ ("window and transform length; default 2048")},
    {"--hop", "N", N_ ("samples from frame to frame; default 512")},
    {"--floor", "DB", N_ ("weaker bins are left out; default -90 dBFS")},
    {"--all", NULL, N_ ("also bins more than 20 dB below the one that they point to")},
    {"--time", "A:B", N_ ("only from A to B seconds")},
    {"--frequency", "A:B", N_ ("only from A to B Hz")},
    {"--channel", "N", N_ ("counted from 0")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_points = {
    .name = "points",
    .summary = N_ ("Writes the reassigned points of a recording as a table."),
    .syntax = {.usage = "AUDIO -o OUT.csv [OPTIONS]",
               .min_words = 1,
               .max_words = 1,
               .options = options},
    .run = run,
};
