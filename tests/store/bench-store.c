/* SPDX-License-Identifier: GPL-3.0-or-later
 * How fast projects are: commits, loading, opening, CSV. Prints JSON.
 *
 *     bench-store [FOLDER]    on the disk of that folder; the system's temporary one
 */
#include <stdio.h>
#include <stdlib.h>

#include "model/dsp-types.h"
#include "store/formats/exchange.h"
#include "tests/store/support.h"

enum { N_COMMITS = 300, N_PARTIALS = 10000, N_BREAKPOINTS = 50 };

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
seconds_since (gint64 start_us)
{
  return (double)(g_get_monotonic_time () - start_us) / 1e6;
}

static void
bench_commits (TsrProject *project, TsrSound *sound)
{
  double ms[N_COMMITS], undo_ms[N_COMMITS];

  for (int i = 0; i < N_COMMITS; i++) {
    gint64 start_us = g_get_monotonic_time ();
    test_edit_sound (project, sound, (guint32)i);
    ms[i] = 1000 * seconds_since (start_us);
  }
  for (int i = 0; i < N_COMMITS; i++) {
    gint64 start_us = g_get_monotonic_time ();
    tsr_project_undo (project, sound, NULL);
    undo_ms[i] = 1000 * seconds_since (start_us);
  }
  qsort (ms, N_COMMITS, sizeof *ms, compare_doubles);
  qsort (undo_ms, N_COMMITS, sizeof *undo_ms, compare_doubles);
  printf (" \"edit_ms\": {\"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f},\n",
          ms[N_COMMITS / 2],
          ms[N_COMMITS * 99 / 100],
          ms[N_COMMITS - 1]);
  printf (" \"undo_ms\": {\"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f},\n",
          undo_ms[N_COMMITS / 2],
          undo_ms[N_COMMITS * 99 / 100],
          undo_ms[N_COMMITS - 1]);
}

static void
bench_large (const char *path)
{
  g_autoptr (TsrStore) store = tsr_store_open (path, NULL);
  g_autoptr (TsrProject) project = tsr_store_load (store, NULL, NULL, NULL);
  g_autoptr (TsrSoundState) state = test_state_new (1, N_PARTIALS, N_BREAKPOINTS, 3);

  test_connect (project, store);
  gint64 start_us = g_get_monotonic_time ();
  tsr_project_add_sound (project, "large", NULL, state, "Analysis", "", NULL, NULL);
  printf (" \"breakpoints\": %d, \"store_s\": %.3f,\n",
          N_PARTIALS * N_BREAKPOINTS,
          seconds_since (start_us));
}

static void
bench_load (const char *path)
{
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (TsrStore) store = tsr_store_open (path, NULL);
  double open_s = seconds_since (start_us);

  start_us = g_get_monotonic_time ();
  g_autoptr (TsrProject) project = tsr_store_load (store, NULL, NULL, NULL);
  printf (" \"open_s\": %.3f, \"load_s\": %.3f, \"bytes\": %" G_GUINT64_FORMAT ",\n",
          open_s,
          seconds_since (start_us),
          tsr_store_get_n_bytes (store));
}

static void
bench_check (const char *path)
{
  g_autoptr (GPtrArray) damage = NULL;
  gint64 start_us = g_get_monotonic_time ();

  tsr_store_check (path, NULL, &damage, NULL);
  printf (" \"check_s\": %.3f,\n", seconds_since (start_us));
}

/* Partials as steady as a sound has them, so that few rows are added. */
static TsrPartialSet *
make_steady_set (void)
{
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  TsrBreakpoint b[N_BREAKPOINTS] = {0};

  for (int k = 0; k < N_PARTIALS; k++) {
    for (int i = 0; i < N_BREAKPOINTS; i++) {
      b[i].time_s = 0.01 * k + 0.005 * i;
      b[i].frequency_hz = 100 + k;
      b[i].phase_turns = b[i].frequency_hz * b[i].time_s;
      b[i].log_amplitude = -3;
    }
    g_ptr_array_add (partials, tsr_partial_new (k + 1, 0, 0, b, N_BREAKPOINTS));
  }
  return tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
}

static void
bench_csv (const char *folder)
{
  g_autofree char *path = test_path (folder, "a.csv");
  g_autoptr (TsrPartialSet) set = make_steady_set ();
  g_auto (TsrExchange) content = {0}, back = {0};
  guint64 n_rows = 0;
  gint64  start_us = g_get_monotonic_time ();

  tsr_exchange_init (&content, set, NULL, 0, 0);
  tsr_exchange_write (&content, path, NULL, NULL, &n_rows, NULL);
  double export_s = seconds_since (start_us);
  start_us = g_get_monotonic_time ();
  tsr_exchange_read (&back, path, NULL, NULL);
  printf (" \"csv\": {\"rows\": %" G_GUINT64_FORMAT
          ", \"export_s\": %.3f, \"import_s\": %.3f}\n",
          n_rows,
          export_s,
          seconds_since (start_us));
}

int
main (int argc, char **argv)
{
  g_setenv ("TSR_TEST_TMP", argc > 1 ? argv[1] : g_get_tmp_dir (), TRUE);
  g_autofree char *folder = test_dup_folder ();
  g_autofree char *path = test_path (folder, "a.tarsier");
  g_autofree char *text = test_make_project (path, 2);
  g_autoptr (TsrStore) store = NULL;
  g_autoptr (TsrProject) project = test_reload (path, &store);

  test_connect (project, store);
  printf ("{\n");
  bench_commits (project, tsr_project_get_sound (project, 1));
  g_clear_object (&store);
  bench_large (path);
  bench_load (path);
  bench_check (path);
  bench_csv (folder);
  printf ("}\n");
  test_remove_folder (folder);
  return 0;
}
