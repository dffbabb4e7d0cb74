/* SPDX-License-Identifier: GPL-3.0-or-later
 * save-copy, compact and check: the project file as a whole.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "app/cli/cli-project.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"

/* Shares of the progress. */
#define OPEN_PART 0.2
#define PLAN_PART 0.3

static gboolean
open_store (TsrCli *cli, const char *path, TsrStore **store, int *status)
{
  TsrWorkerJob job;
  GError      *error = NULL;

  tsr_cli_begin (cli, path, 0, OPEN_PART, &job);
  *store = tsr_store_open_with_job (path, &job.job, &error);
  if (*store == NULL)
    *status = tsr_cli_fail (cli, path, error);
  return *store != NULL;
}

static int
run_save_copy (TsrCli *cli, const TsrArguments *arguments)
{
  g_autoptr (TsrStore) store = NULL;
  const char  *out = tsr_arguments_word (arguments, 1);
  gboolean     overwrite = tsr_arguments_has (arguments, "--overwrite");
  TsrWorkerJob job;
  GError      *error = NULL;
  int          status = TSR_EXIT_DONE;

  if (!open_store (cli, tsr_arguments_word (arguments, 0), &store, &status))
    return status;
  tsr_cli_begin (cli, out, OPEN_PART, 1, &job);
  if (!tsr_store_save_copy (store, out, overwrite, &job.job, &error))
    return tsr_cli_fail (cli, out, error);
  tsr_cli_print (cli, _ ("%s: saved\n"), out);
  if (!cli->json)
    return TSR_EXIT_DONE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", out);
  json_builder_end_object (json);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

static void
print_dropped (TsrCli *cli, const TsrCompactReport *r, const char *verb)
{
  g_autofree char *steps = tsr_count_steps (r->n_steps_dropped);
  g_autofree char *sounds = tsr_count_removed_sounds (r->n_sounds_dropped);
  g_autofree char *recordings = tsr_count_recordings (r->n_sources_dropped);

  tsr_cli_print (cli, "%s %s, %s, %s\n", verb, steps, sounds, recordings);
}

static void
report_compact (TsrCli *cli, const TsrCompactReport *r, gboolean dry)
{
  g_autofree char *before = tsr_count_bytes (r->bytes_before);

  print_dropped (cli, r, dry ? _ ("would drop") : _ ("dropped"));
  if (!dry)
    tsr_cli_print (cli, _ ("%s before, %" PRIu64 " now\n"), before, r->bytes_after);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_truth (json, "dry_run", dry);
  tsr_json_whole (json, "steps_dropped", (gint64)r->n_steps_dropped);
  tsr_json_whole (json, "sounds_dropped", (gint64)r->n_sounds_dropped);
  tsr_json_whole (json, "sources_dropped", (gint64)r->n_sources_dropped);
  tsr_json_whole (json, "bytes_before", (gint64)r->bytes_before);
  tsr_json_whole (json, "bytes_after", (gint64)r->bytes_after);
  json_builder_end_object (json);
  tsr_json_print (json);
}

static int
run_compact (TsrCli *cli, const TsrArguments *arguments)
{
  g_autoptr (TsrStore) store = NULL;
  const char      *path = tsr_arguments_word (arguments, 0);
  gboolean         dry = tsr_arguments_has (arguments, "--dry-run");
  gint64           keep = G_MAXUINT;
  TsrCompactReport report;
  TsrWorkerJob     job;
  GError          *error = NULL;
  int              status = TSR_EXIT_DONE;

  if (!tsr_arguments_whole (arguments, "--keep-history", 0, G_MAXINT, &keep, &error))
    return tsr_cli_fail (cli, "compact", error);
  if (!open_store (cli, path, &store, &status))
    return status;
  tsr_cli_begin (cli, path, OPEN_PART, dry ? 1 : PLAN_PART, &job);
  if (!dry) { /* what will go is told before it goes */
    if (!tsr_store_compact (store, (guint)keep, TRUE, &job.job, &report, &error))
      return tsr_cli_fail (cli, path, error);
    print_dropped (cli, &report, _ ("dropping"));
    tsr_cli_begin (cli, path, PLAN_PART, 1, &job);
  }
  if (g_cancellable_set_error_if_cancelled (cli->cancellable, &error) ||
      !tsr_store_compact (store, (guint)keep, dry, &job.job, &report, &error))
    return tsr_cli_fail (cli, path, error);
  report_compact (cli, &report, dry);
  return TSR_EXIT_DONE;
}

static void
report_check (TsrCli *cli, const char *path, GPtrArray *damage)
{
  JsonBuilder *json = json_builder_new ();

  json_builder_begin_object (json);
  tsr_json_truth (json, "whole", damage->len == 0);
  tsr_json_begin_array (json, "damage");
  for (guint i = 0; i < damage->len; i++) {
    json_builder_add_string_value (json, g_ptr_array_index (damage, i));
    tsr_cli_print (cli, "%s\n", (const char *)g_ptr_array_index (damage, i));
  }
  json_builder_end_array (json);
  json_builder_end_object (json);
  if (cli->json)
    tsr_json_print (json);
  else
    g_object_unref (json);
  if (damage->len == 0)
    tsr_cli_print (cli, _ ("%s: whole\n"), path);
}

static int
salvage (TsrCli *cli, const char *path, const char *out)
{
  TsrWorkerJob job;
  GError      *error = NULL;
  guint64      n_saved, n_lost;

  tsr_cli_begin (cli, path, 0, 1, &job);
  if (!tsr_store_salvage (path, out, &job.job, &n_saved, &n_lost, &error))
    return tsr_cli_fail (cli, path, error);
  g_autofree char *rows = tsr_count_rows (n_saved);
  tsr_cli_print (cli, _ ("%s: %s saved, %" PRIu64 " lost\n"), out, rows, n_lost);
  if (!cli->json)
    return TSR_EXIT_DONE;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_text (json, "path", out);
  tsr_json_whole (json, "rows_saved", (gint64)n_saved);
  tsr_json_whole (json, "rows_lost", (gint64)n_lost);
  json_builder_end_object (json);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

static int
run_check (TsrCli *cli, const TsrArguments *arguments)
{
  const char *path = tsr_arguments_word (arguments, 0);
  const char *out = tsr_arguments_get (arguments, "--salvage");
  g_autoptr (GPtrArray) damage = NULL;
  TsrWorkerJob job;
  GError      *error = NULL;

  if (out != NULL)
    return salvage (cli, path, out);
  tsr_cli_begin (cli, path, 0, 1, &job);
  if (!tsr_store_check (path, &job.job, &damage, &error))
    return tsr_cli_fail (cli, path, error);
  report_check (cli, path, damage);
  if (damage->len == 0)
    return TSR_EXIT_DONE;
  g_set_error (&error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_DAMAGED,
               g_dngettext (GETTEXT_PACKAGE,
                            "%u place is damaged; `check --salvage OUT` copies what is "
                            "whole",
                            "%u places are damaged; `check --salvage OUT` copies what "
                            "is whole",
                            damage->len),
               damage->len);
  return tsr_cli_fail (cli, path, error);
}

static const TsrOption save_copy_options[] = {
    {"--overwrite", NULL, N_ ("replace OUT if it is there")},
    {NULL, NULL, NULL},
};

static const TsrOption compact_options[] = {
    {"--keep-history", "N", N_ ("keep the newest N steps of each sound; default all")},
    {"--dry-run", NULL, N_ ("only tell what would be dropped")},
    {NULL, NULL, NULL},
};

static const TsrOption check_options[] = {
    {"--salvage", "OUT", N_ ("copy what is whole into a new project")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_save_copy = {
    .name = "save-copy",
    .summary = N_ ("Copies a project, whole or not at all."),
    .syntax = {.usage = "PROJECT OUT",
               .min_words = 2,
               .max_words = 2,
               .options = save_copy_options},
    .run = run_save_copy,
};

const TsrVerb tsr_verb_compact = {
    .name = "compact",
    .summary =
        N_ ("Drops removed sounds and steps that were left, and gives the space back."),
    .syntax = {.usage = "PROJECT [--keep-history N]",
               .min_words = 1,
               .max_words = 1,
               .options = compact_options},
    .run = run_compact,
};

const TsrVerb tsr_verb_check = {
    .name = "check",
    .summary = N_ ("Checks every page and row of a project; lists what is damaged."),
    .syntax = {.usage = "PROJECT [--salvage OUT]",
               .min_words = 1,
               .max_words = 1,
               .options = check_options},
    .run = run_check,
};
