/* SPDX-License-Identifier: GPL-3.0-or-later
 * bench: the built-in benchmarks.
 */
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/cli/bench.h"
#include "app/cli/verbs.h"

static const struct {
  const char      *name;
  TsrBenchFunction run;
  gboolean         is_long; /* only when it is asked for */
} benchmarks[] = {
    {"analysis", tsr_bench_analysis, FALSE},
    {"spectrogram", tsr_bench_spectrogram, FALSE},
    {"synthesis", tsr_bench_synthesis, FALSE},
    {"bank", tsr_bench_bank, FALSE},
    {"playback", tsr_bench_playback, FALSE},
    {"project", tsr_bench_project, FALSE},
    {"undo", tsr_bench_undo, FALSE},
    {"exchange", tsr_bench_exchange, FALSE},
    {"history", tsr_bench_history, FALSE},
    {"memory", tsr_bench_memory, FALSE},
    {"length", tsr_bench_length, TRUE},
};

static gboolean
is_known (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++)
    if (strcmp (benchmarks[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

static char *
join_names (const char *separator)
{
  GString *names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? separator : "", benchmarks[i].name);
  return g_string_free (names, FALSE);
}

/* Runs what is wanted; NULL: everything that is not long. */
static gboolean
run_benchmarks (TsrCli *cli, const char *wanted, JsonBuilder *json, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++) {
    if (wanted != NULL ? strcmp (benchmarks[i].name, wanted) != 0 : benchmarks[i].is_long)
      continue;
    if (!benchmarks[i].run (cli, json, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_recordings (TsrCli             *cli,
                const TsrArguments *arguments,
                JsonBuilder        *json,
                GError            **error)
{
  for (gsize i = 1; i < tsr_arguments_n_words (arguments); i++)
    if (!tsr_bench_recording (cli, json, tsr_arguments_word (arguments, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
check_words (const TsrArguments *arguments, GError **error)
{
  const char *wanted = tsr_arguments_word (arguments, 0);

  if (wanted != NULL && !is_known (wanted)) {
    g_autofree char *names = join_names (", ");
    tsr_usage_fail (error, _ ("there are %s, no `%s`"), names, wanted);
    return FALSE;
  }
  if (tsr_arguments_n_words (arguments) > 1 && strcmp (wanted, "analysis") != 0) {
    tsr_usage_fail (error, _ ("only analysis takes sound files"));
    return FALSE;
  }
  return TRUE;
}

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  gboolean has_files = tsr_arguments_n_words (arguments) > 1;
  GError  *error = NULL;

  if (!check_words (arguments, &error))
    return tsr_cli_fail (cli, "bench", error);
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_whole (json, "threads", tsr_worker_pool_n_workers (cli->pool));
  if (!(has_files
            ? run_recordings (cli, arguments, json, &error)
            : run_benchmarks (cli, tsr_arguments_word (arguments, 0), json, &error))) {
    g_object_unref (json);
    return tsr_cli_fail (cli, "bench", error);
  }
  json_builder_end_object (json);
  tsr_cli_end_progress (cli);
  tsr_json_print (json);
  return TSR_EXIT_DONE;
}

const TsrVerb tsr_verb_bench = {
    .name = "bench",
    .summary = N_ ("Measures speed and memory on this machine; prints JSON."),
    .syntax = {.usage =
                   "[analysis "
                   "[AUDIO...]|spectrogram|synthesis|bank|playback|project|undo|exchange|"
                   "memory|"
                   "length]",
               .min_words = 0,
               .max_words = -1},
    .run = run,
};
