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
    {"project", tsr_bench_project, FALSE},
    {"undo", tsr_bench_undo, FALSE},
    {"exchange", tsr_bench_exchange, FALSE},
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

static int
run (TsrCli *cli, const TsrArguments *arguments)
{
  const char  *wanted = tsr_arguments_word (arguments, 0);
  JsonBuilder *json = json_builder_new ();
  GError      *error = NULL;

  if (wanted != NULL && !is_known (wanted)) {
    g_object_unref (json);
    g_autofree char *names = join_names (", ");
    tsr_usage_fail (&error, _ ("there are %s, no `%s`"), names, wanted);
    return tsr_cli_fail (cli, "bench", error);
  }
  json_builder_begin_object (json);
  tsr_json_whole (json, "threads", tsr_worker_pool_n_workers (cli->pool));
  for (gsize i = 0; i < G_N_ELEMENTS (benchmarks); i++) {
    if (wanted != NULL ? strcmp (benchmarks[i].name, wanted) != 0 : benchmarks[i].is_long)
      continue;
    if (benchmarks[i].run (cli, json, &error))
      continue;
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
    .syntax =
        {.usage =
             "[analysis|spectrogram|synthesis|bank|project|undo|exchange|memory|length]",
         .min_words = 0,
         .max_words = 1},
    .run = run,
};
