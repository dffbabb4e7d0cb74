/* SPDX-License-Identifier: GPL-3.0-or-later
 * export and import: partials in the formats of others.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/exchange-sound.h"
#include "model/dsp-types.h"

#define MIN_HOP_S 1e-6
#define MAX_HOP_S 3600

/* What is wrong with the words is wrong usage. */
static gboolean
check_usage (const char *path, const TsrExchangeOptions *options, GError **error)
{
  g_autoptr (GError) problem = NULL;

  return tsr_exchange_check_options (path, options, &problem) ||
         tsr_usage_fail (error, "%s", problem->message);
}

static gboolean
read_options (const TsrArguments *arguments,
              const char         *out,
              TsrExchangeOptions *options,
              GError            **error)
{
  if (out == NULL)
    return tsr_usage_fail (error, _ ("-o FILE is missing"));
  options->frames = tsr_arguments_has (arguments, "--frames");
  options->extended = tsr_arguments_has (arguments, "--extended");
  return tsr_arguments_number (
             arguments, "--hop", MIN_HOP_S, MAX_HOP_S, &options->hop_s, error) &&
         check_usage (out, options, error);
}

static int
run_export (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  g_auto (TsrExchange) content = {0};
  const char        *out = tsr_arguments_get (arguments, "-o");
  TsrExchangeOptions options = {0};
  TsrWorkerJob       job;
  GError            *error = NULL;
  guint64            n_rows = 0;
  int                status = TSR_EXIT_DONE;

  if (!read_options (arguments, out, &options, &error))
    return tsr_cli_fail (cli, "export", error);
  TsrSound *sound = tsr_cli_project_open_sound (cli, arguments, 0, &project, &status);
  if (sound == NULL)
    return status;
  tsr_exchange_init_from_sound (&content, sound);
  tsr_cli_begin (cli, out, 0, 1, &job);
  if (!tsr_exchange_write (&content, out, &options, &job.job, &n_rows, &error))
    return tsr_cli_fail (cli, out, error);
  tsr_cli_notes (cli, out, content.notes);
  gsize            n_partials = tsr_partial_set_size (content.partials);
  g_autofree char *partials = tsr_count_partials (n_partials);
  g_autofree char *rows = tsr_count_rows (n_rows);
  tsr_cli_print (cli, "%s: %s, %s\n", out, partials, rows);
  if (!cli->json)
    return TSR_EXIT_DONE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", out);
  tsr_json_whole (json, "partials", (gint64)n_partials);
  tsr_json_whole (json, "rows", (gint64)n_rows);
  json_builder_end_object (json);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

static void
report_import (TsrCli *cli, TsrSound *sound, TsrPartialSet *set)
{
  g_autofree char *partials = tsr_count_partials (tsr_partial_set_size (set));
  g_autofree char *breakpoints =
      tsr_count_breakpoints (tsr_partial_set_n_breakpoints (set));

  tsr_cli_print (cli,
                 "%" PRId64 " %s: %s, %s\n",
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 partials,
                 breakpoints);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (set));
  tsr_json_whole (json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (set));
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
run_import (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  g_auto (TsrExchange) content = {0};
  const char              *path = tsr_arguments_word (arguments, 0);
  const char              *out = tsr_arguments_get (arguments, "-o");
  const TsrExchangeOptions plain = {0};
  TsrWorkerJob             job;
  GError                  *error = NULL;
  int                      status = TSR_EXIT_DONE;

  if (out == NULL)
    tsr_usage_fail (&error, _ ("-o PROJECT is missing"));
  if (error != NULL || !check_usage (path, &plain, &error))
    return tsr_cli_fail (cli, "import", error);
  if (!tsr_cli_project_open_or_new (cli, out, &project, &status))
    return status;
  tsr_cli_begin (cli, path, 0, 0.8, &job);
  if (!tsr_exchange_read (&content, path, &job.job, &error))
    return tsr_cli_fail (cli, path, error);
  TsrSound *sound = tsr_exchange_add_sound (
      project.project, &content, path, tsr_arguments_get (arguments, "--name"), &error);
  if (sound == NULL || !tsr_cli_project_commit (&project, &error))
    return tsr_cli_fail (cli, out, error);
  tsr_cli_notes (cli, path, content.notes);
  report_import (cli, sound, content.partials);
  return TSR_EXIT_DONE;
}

static const TsrOption export_options[] = {
    {"-o", "FILE", N_ ("the file; its suffix tells the format")},
    {"--frames",
     NULL,
     N_ ("sampled at regular times instead of breakpoint by breakpoint")},
    {"--hop", "S", N_ ("with --frames: seconds from frame to frame")},
    {"--extended",
     NULL,
     N_ ("SPEAR text with phases, noise and labels, as RTcmix reads it")},
    {NULL, NULL, NULL},
};

static const TsrOption import_options[] = {
    {"-o", "PROJECT", N_ ("the project; made if it is not there")},
    {"--name", "NAME", N_ ("name of the sound; default: that of the file")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_export = {
    .name = "export",
    .summary = N_ ("Writes the partials of a sound for other programs."),
    .syntax =
        {.usage = "PROJECT SOUND -o FILE [OPTIONS]",
         .min_words = 2,
         .max_words = 2,
         .options = export_options,
         .more = N_ (
             "Formats, by suffix:\n"
             "  .csv    a table, so dense that straight lines join its rows\n"
             "  .json   everything, one array a column\n"
             "  .mid    MIDI with MPE: one note a partial; phases are not kept\n"
             "  .npz    everything, as arrays of numpy; with --frames one array of\n"
             "          partials, frames and amplitude, frequency, noise, 0.004 s\n"
             "          apart, as DDSP has it\n"
             "  .sdif   as Loris reads it: RBEP, labels, markers; with --frames 1TRC\n"
             "  .txt    SPEAR text: partials, or with --frames frames of 0.01 s,\n"
             "          or with --extended what RTcmix reads\n")},
    .run = run_export,
};

const TsrVerb tsr_verb_import = {
    .name = "import",
    .summary = N_ ("Adds the partials of a file as a sound to a project."),
    .syntax = {.usage = "FILE -o PROJECT [--name NAME]",
               .min_words = 1,
               .max_words = 1,
               .options = import_options},
    .run = run_import,
};
