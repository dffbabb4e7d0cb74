/* SPDX-License-Identifier: GPL-3.0-or-later
 * info: what is in sound files.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/source-file.h"

typedef struct {
  TsrSoundFileInfo info;
  double           duration_s, peak_dbfs, loudness_lufs, tempo_bpm;
  GPtrArray       *notes;
} Facts;

static void
facts_clear (gpointer data)
{
  g_clear_pointer (&((Facts *)data)->notes, g_ptr_array_unref);
}

static gboolean
find_facts (const char *path, TsrWorkerJob *job, Facts *facts, GError **error)
{
  TsrSourceFile file;

  tsr_worker_job_next_part (job, 0.5);
  if (!tsr_source_file_open (&file, path, &job->job, error))
    return FALSE;
  facts->info = file.info;
  facts->duration_s = tsr_signal_duration_s (file.signal);
  tsr_loudness_measure (file.signal, &facts->peak_dbfs, &facts->loudness_lufs);
  tsr_job_progress (&job->job, 1);
  facts->tempo_bpm = tsr_tempo_estimate (file.signal);
  facts->notes = g_steal_pointer (&file.notes);
  tsr_source_file_clear (&file);
  if (!g_cancellable_is_cancelled (job->cancellable))
    return TRUE;
  return !g_cancellable_set_error_if_cancelled (job->cancellable, error);
}

static void
add_json (JsonBuilder *json, const char *path, const Facts *facts)
{
  json_builder_begin_object (json);
  tsr_json_text (json, "path", path);
  tsr_json_text (json, "format", facts->info.format);
  tsr_json_number (json, "rate_hz", facts->info.rate_hz);
  tsr_json_whole (json, "channels", facts->info.n_channels);
  tsr_json_whole (json, "frames", facts->info.n_frames);
  tsr_json_number (json, "duration_s", facts->duration_s);
  tsr_json_whole (json, "bits", facts->info.bits);
  tsr_json_number (json, "peak_dbfs", facts->peak_dbfs);
  tsr_json_number (json, "loudness_lufs", facts->loudness_lufs);
  tsr_json_number (json, "tempo_bpm", facts->tempo_bpm);
  tsr_json_begin_array (json, "notes");
  for (guint i = 0; facts->notes != NULL && i < facts->notes->len; i++)
    json_builder_add_string_value (json, g_ptr_array_index (facts->notes, i));
  json_builder_end_array (json);
  json_builder_end_object (json);
}

static void
print_text (TsrCli *cli, const char *path, const Facts *facts)
{
  tsr_cli_print (cli,
                 ngettext ("%s: %s, %g Hz, %u channel, %.3f s",
                           "%s: %s, %g Hz, %u channels, %.3f s",
                           facts->info.n_channels),
                 path,
                 facts->info.format,
                 facts->info.rate_hz,
                 facts->info.n_channels,
                 facts->duration_s);
  if (isfinite (facts->peak_dbfs))
    tsr_cli_print (cli, _ (", peak %.2f dBFS"), facts->peak_dbfs);
  else
    tsr_cli_print (cli, _ (", silent"));
  if (isfinite (facts->loudness_lufs))
    tsr_cli_print (cli, _ (", %.1f LUFS"), facts->loudness_lufs);
  if (isfinite (facts->tempo_bpm))
    tsr_cli_print (cli, _ (", %.1f beats a minute"), facts->tempo_bpm);
  tsr_cli_print (cli, "\n");
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  gsize n = tsr_arguments_n_words (arguments);
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (Facts));

  g_array_set_clear_func (all, facts_clear);
  g_array_set_size (all, (guint)n);
  for (gsize i = 0; i < n; i++) {
    const char  *path = tsr_arguments_word (arguments, i);
    GError      *error = NULL;
    TsrWorkerJob job;
    tsr_cli_begin (cli, path, (double)i / (double)n, (double)(i + 1) / (double)n, &job);
    if (!find_facts (path, &job, &g_array_index (all, Facts, i), &error))
      return tsr_cli_fail (cli, path, error);
  }
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_begin_array (json, "files");
  for (gsize i = 0; i < n; i++) {
    const char  *path = tsr_arguments_word (arguments, i);
    const Facts *facts = &g_array_index (all, Facts, i);
    tsr_cli_notes (cli, path, facts->notes);
    add_json (json, path, facts);
    print_text (cli, path, facts);
  }
  json_builder_end_array (json);
  json_builder_end_object (json);
  if (cli->json)
    tsr_json_print (json);
  else
    g_object_unref (json);
  return TSR_EXIT_DONE;
}

const TsrVerb tsr_verb_info = {
    .name = "info",
    .summary = N_ ("Tells format, rate, channels, length, peak, loudness and tempo."),
    .syntax = {.usage = "AUDIO...", .min_words = 1, .max_words = -1},
    .run = run,
};
