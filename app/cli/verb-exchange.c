/* SPDX-License-Identifier: GPL-3.0-or-later
 * export and import: partials as tables.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "app/cli/cli-project.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "model/dsp-types.h"
#include "store/formats/csv.h"

static gboolean
check_suffix (const char *path, GError **error)
{
  const char *dot = strrchr (path, '.');

  if (dot != NULL && g_ascii_strcasecmp (dot, ".csv") == 0)
    return TRUE;
  return tsr_usage_fail (
      error, _ ("%s: the format is told by the suffix; there is .csv"), path);
}

static int
run_export (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  const char *out = tsr_arguments_get (arguments, "-o");
  GError     *error = NULL;
  guint64     n_rows = 0;
  int         status = TSR_EXIT_DONE;

  if (out == NULL)
    tsr_usage_fail (&error, _ ("-o FILE is missing"));
  if (error != NULL || !check_suffix (out, &error))
    return tsr_cli_fail (cli, "export", error);
  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, 0), &project, &status))
    return status;
  TsrSound *sound =
      tsr_cli_project_sound (cli, &project, tsr_arguments_word (arguments, 1), &status);
  if (sound == NULL)
    return status;
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  if (!tsr_csv_export (set, out, &n_rows, &error))
    return tsr_cli_fail (cli, out, error);
  tsr_cli_print (cli,
                 _ ("%s: %zu partials, %" PRIu64 " rows\n"),
                 out,
                 tsr_partial_set_size (set),
                 n_rows);
  if (!cli->json)
    return TSR_EXIT_DONE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", out);
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (set));
  tsr_json_whole (json, "rows", (gint64)n_rows);
  json_builder_end_object (json);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

static char *
name_of (const char *path)
{
  char *name = g_filename_display_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

/* Adds the partials as a sound without a source. */
static TsrSound *
add_imported (TsrCliProject *project,
              const char    *path,
              const char    *wanted,
              TsrPartialSet *set,
              GError       **error)
{
  double           start_s, end_s, low_hz, high_hz;
  g_autofree char *file_name = name_of (path);
  g_autofree char *name = wanted != NULL
                              ? g_strdup (wanted)
                              : tsr_project_free_name (project->project, file_name);

  tsr_partial_set_bounds (set, &start_s, &end_s, &low_hz, &high_hz);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&(TsrSoundStateFields){
      .partials = set, .duration_s = MAX (end_s, 0), .analysed = TRUE});
  gint64 id = tsr_project_add_sound (
      project->project, name, NULL, state, _ ("Import"), "import", NULL, error);
  return id != 0 ? tsr_project_get_sound (project->project, id) : NULL;
}

static int
run_import (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliProject) project = {0};
  const char *path = tsr_arguments_word (arguments, 0);
  const char *out = tsr_arguments_get (arguments, "-o");
  GError     *error = NULL;
  int         status = TSR_EXIT_DONE;

  if (out == NULL)
    tsr_usage_fail (&error, _ ("-o PROJECT is missing"));
  if (error != NULL || !check_suffix (path, &error))
    return tsr_cli_fail (cli, "import", error);
  if (!tsr_cli_project_open_or_new (cli, out, &project, &status))
    return status;
  g_autoptr (TsrPartialSet) set = tsr_csv_import (path, &error);
  if (set == NULL)
    return tsr_cli_fail (cli, path, error);
  TsrSound *sound =
      add_imported (&project, path, tsr_arguments_get (arguments, "--name"), set, &error);
  if (sound == NULL || !tsr_cli_project_commit (&project, &error))
    return tsr_cli_fail (cli, out, error);
  tsr_cli_print (cli,
                 _ ("%" PRId64 " %s: %zu partials, %zu breakpoints\n"),
                 tsr_sound_get_id (sound),
                 tsr_sound_get_name (sound),
                 tsr_partial_set_size (set),
                 tsr_partial_set_n_breakpoints (set));
  if (!cli->json)
    return TSR_EXIT_DONE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "id", tsr_sound_get_id (sound));
  tsr_json_text (json, "name", tsr_sound_get_name (sound));
  tsr_json_whole (json, "partials", (gint64)tsr_partial_set_size (set));
  tsr_json_whole (json, "breakpoints", (gint64)tsr_partial_set_n_breakpoints (set));
  json_builder_end_object (json);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

static const TsrOption export_options[] = {
    {"-o", "FILE.csv", N_ ("the table")},
    {NULL, NULL, NULL},
};

static const TsrOption import_options[] = {
    {"-o", "PROJECT", N_ ("the project; made if it is not there")},
    {"--name", "NAME", N_ ("name of the sound; default: that of the file")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_export = {
    .name = "export",
    .summary = N_ ("Writes the partials of a sound as a table."),
    .syntax = {.usage = "PROJECT SOUND -o FILE.csv",
               .min_words = 2,
               .max_words = 2,
               .options = export_options},
    .run = run_export,
};

const TsrVerb tsr_verb_import = {
    .name = "import",
    .summary = N_ ("Adds the partials of a table as a sound to a project."),
    .syntax = {.usage = "FILE.csv -o PROJECT [--name NAME]",
               .min_words = 1,
               .max_words = 1,
               .options = import_options},
    .run = run_import,
};
