/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials, sets of partials and their queries.
 */
#include "model/dsp/partials/partial-set.h"

#include <glib.h>
#include <math.h>

static TsrPartial *
make_partial (int64_t id, double start_s, double end_s, double hz)
{
  TsrBreakpoint b[2] = {
      {.time_s = start_s, .frequency_hz = hz, .log_amplitude = -1},
      {.time_s = end_s,
       .phase_turns = hz * (end_s - start_s),
       .frequency_hz = hz,
       .log_amplitude = -1},
  };
  return tsr_partial_new (id, 0, 0, b, 2);
}

static void
test_steady_phase (void)
{
  TsrPartial   *partial = make_partial (1, 0.25, 1.25, 440);
  TsrBreakpoint at;

  g_assert_true (tsr_partial_at (partial, 0.75, &at));
  g_assert_cmpfloat_with_epsilon (at.phase_turns, 220, 1e-9);
  g_assert_cmpfloat_with_epsilon (at.frequency_hz, 440, 1e-9);
  g_assert_cmpfloat_with_epsilon (at.log_amplitude, -1, 1e-12);
  g_assert_false (tsr_partial_at (partial, 0.2, &at));
  tsr_partial_unref (partial);
}

static void
test_refuses_bad_breakpoints (void)
{
  TsrBreakpoint b[2] = {{.time_s = 1, .frequency_hz = 100},
                        {.time_s = 0.5, .frequency_hz = 100}};

  g_assert_null (tsr_partial_new (1, 0, 0, b, 2));
  b[1].time_s = 2;
  b[1].frequency_hz = NAN;
  g_assert_null (tsr_partial_new (1, 0, 0, b, 2));
  b[1].frequency_hz = 100;
  b[1].time_s = 1;
  g_assert_null (tsr_partial_new (1, 0, 0, b, 2));
  b[0].flags = TSR_BREAKPOINT_NULL;
  TsrPartial *step = tsr_partial_new (1, 0, 0, b, 2);
  g_assert_nonnull (step);
  tsr_partial_unref (step);
}

static bool
count (void *user, size_t index)
{
  ++*(size_t *)user;
  return true;
}

static void
test_set_range_query (void)
{
  TsrPartial *partials[500];
  size_t      n = 0;

  for (int i = 0; i < 500; i++)
    partials[i] =
        make_partial (500 - i, i * 0.1, i * 0.1 + (i == 0 ? 100 : 0.05), 100 + i);
  TsrPartialSet *set = tsr_partial_set_new (partials, 500);
  g_assert_cmpuint (tsr_partial_set_size (set), ==, 500);
  tsr_partial_set_foreach_in (set, 39.99, 40.06, 0, 1e5, count, &n);
  g_assert_cmpuint (n, ==, 2); /* number 400, and the long one */

  int64_t        gone = 500;
  TsrPartialSet *next = tsr_partial_set_replace (set, &gone, 1, NULL, 0);
  n = 0;
  tsr_partial_set_foreach_in (next, 39.99, 40.06, 0, 1e5, count, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_null (tsr_partial_set_replace (next, &gone, 1, NULL, 0));
  tsr_partial_set_unref (next);
  tsr_partial_set_unref (set);
  for (int i = 0; i < 500; i++)
    tsr_partial_unref (partials[i]);
}

/* Sets with gaps of any kind: every id is found, none that is not there. */
static void
test_set_index (void)
{
  enum { MOST = 60, MOST_ID = 300 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (int round = 0; round < 400; round++) {
    TsrPartial *partials[MOST];
    int64_t     id = 0, ids[MOST];
    int         n = g_rand_int_range (rand, 0, MOST), widest = 1 + round % 5;
    for (int i = 0; i < n; i++) {
      id += i % 17 == 16 ? 20 : g_rand_int_range (rand, 1, widest + 1);
      ids[i] = id;
      partials[i] = make_partial (id, 0, 1, 100);
    }
    TsrPartialSet *set = tsr_partial_set_new (partials, (size_t)n);
    for (int64_t wanted = -2, at = 0; wanted < MOST_ID; wanted++) {
      bool is_there = at < n && ids[at] == wanted;
      g_assert_cmpint (tsr_partial_set_index_of (set, wanted), ==, is_there ? at : -1);
      at += is_there;
    }
    g_assert_cmpint (tsr_partial_set_index_of (set, INT64_MAX), ==, -1);
    g_assert_cmpint (tsr_partial_set_index_of (set, INT64_MIN), ==, -1);
    tsr_partial_set_unref (set);
    for (int i = 0; i < n; i++)
      tsr_partial_unref (partials[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partial/steady-phase", test_steady_phase);
  g_test_add_func ("/partial/refuses-bad-breakpoints", test_refuses_bad_breakpoints);
  g_test_add_func ("/partial-set/range-query", test_set_range_query);
  g_test_add_func ("/partial-set/index", test_set_index);
  return g_test_run ();
}
