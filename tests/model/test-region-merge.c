/* SPDX-License-Identifier: GPL-3.0-or-later
 * Exchanging the partials of a region: what stays, what is joined, and that nothing
 * clicks.
 */
#include "model/region-merge.h"

#include <math.h>

#include "model/dsp/partials/synth.h"
#include "tests/model/model-fixture.h"

#define RATE_HZ 44100.0
enum { N_FRAMES = 88200 };

/* A partial from 0 to 2 s, breakpoints every 10 ms, true phase. */
static TsrPartial *
tone (gint64 id, double hz, double log_amplitude, double phase_turns)
{
  TsrBreakpoint b[201];

  for (int i = 0; i <= 200; i++)
    b[i] = (TsrBreakpoint){.time_s = 0.01 * i,
                           .frequency_hz = hz,
                           .log_amplitude = log_amplitude,
                           .phase_turns = phase_turns + hz * 0.01 * i};
  return tsr_partial_new (id, 0, 0, b, 201);
}

static TsrPartialSet *
set_of (TsrPartial *one, TsrPartial *other)
{
  TsrPartial    *partials[2] = {one, other};
  TsrPartialSet *set = tsr_partial_set_new (partials, other != NULL ? 2 : 1);

  tsr_partial_unref (one);
  tsr_partial_unref (other);
  return set;
}

static double *
render (TsrPartialSet *set)
{
  double *out = g_new0 (double, N_FRAMES);

  g_assert_cmpint (tsr_synth_render_range (set, 0, RATE_HZ, 0, N_FRAMES, NULL, out, NULL),
                   ==,
                   TSR_STATUS_OK);
  return out;
}

/* Largest second difference: what a click raises. */
static double
roughness (const double *x, gsize from, gsize to)
{
  double most = 0;

  for (gsize i = from + 1; i + 1 < to; i++)
    most = fmax (most, fabs (x[i + 1] - 2 * x[i] + x[i - 1]));
  return most;
}

static double
difference (const double *x, const double *y, gsize from, gsize to)
{
  double most = 0;

  for (gsize i = from; i < to; i++)
    most = fmax (most, fabs (x[i] - y[i]));
  return most;
}

static void
test_same (void)
{
  g_autoptr (TsrPartialSet) before = set_of (tone (1, 440, -1, 0.3), NULL);
  g_autoptr (TsrPartialSet) found = set_of (tone (7, 440, -1, -4.7), NULL);
  TsrRegion region = {0.503, 1.497, 0, INFINITY};
  gint64    next_id = 20;
  g_autoptr (TsrPartialSet) after =
      tsr_region_merge (before, found, &region, 50, &next_id);

  g_assert_nonnull (after);
  g_assert_cmpuint (tsr_partial_set_size (after), ==, 1);
  g_assert_cmpint (tsr_partial_id (tsr_partial_set_at (after, 0)), ==, 20);
  g_assert_cmpint (next_id, ==, 21);
  g_autofree double *x = render (before), *y = render (after);
  g_assert_cmpfloat (difference (x, y, 0, N_FRAMES), <, 1e-6);
}

/* Neither louder, nor at another frequency, nor at another phase does anything click;
 * what is far from the region is the same to the last bit. */
static void
test_smooth (void)
{
  const struct {
    double hz, log_amplitude, phase_turns;
    guint  n_after;
  } rows[] = {
      {440, -0.3, 0.3, 1}, /* louder: one partial */
      {443, -1, 0.3, 1},   /* a little higher, the phase fits at neither border */
      {440, -1, 0.8, 3},   /* upside down: cut in three */
      {700, -1, 0.3, 3},   /* another partial */
      {440, -20, 0.3, 3},  /* all but gone */
      {440.1, -1, 0.3, 1}, /* nearly the same */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    TsrRegion region = {0.5004, 1.4996, 0, INFINITY};
    gint64    next_id = 20;
    g_autoptr (TsrPartialSet) before = set_of (tone (1, 440, -1, 0.3), NULL);
    g_autoptr (TsrPartialSet) found =
        set_of (tone (7, rows[i].hz, rows[i].log_amplitude, rows[i].phase_turns), NULL);
    g_autoptr (TsrPartialSet) after =
        tsr_region_merge (before, found, &region, 50, &next_id);
    g_assert_nonnull (after);
    g_autofree double *x = render (before), *y = render (after), *z = render (found);
    double smooth = roughness (x, 0, N_FRAMES), other = roughness (z, 0, N_FRAMES);
    g_test_message ("row %zu: %zu partials, roughness %.3g of %.3g",
                    i,
                    tsr_partial_set_size (after),
                    roughness (y, 10, N_FRAMES - 10),
                    smooth + other);
    g_assert_cmpfloat (roughness (y, 10, N_FRAMES - 10), <, 1.15 * (smooth + other));
    g_assert_cmpfloat (difference (x, y, 0, (gsize)(0.49 * RATE_HZ)), <, 1e-9);
    g_assert_cmpfloat (difference (x, y, (gsize)(1.51 * RATE_HZ), N_FRAMES), <, 1e-9);
    g_assert_cmpfloat (
        difference (z, y, (gsize)(0.51 * RATE_HZ), (gsize)(1.49 * RATE_HZ)), <, 1e-9);
    if (i != 1)
      g_assert_cmpuint (tsr_partial_set_size (after), ==, rows[i].n_after);
  }
}

static void
test_frequencies (void)
{
  TsrRegion region = {-INFINITY, INFINITY, 300, 600};
  gint64    next_id = 20;
  g_autoptr (TsrPartialSet) before = set_of (tone (1, 440, -1, 0), tone (2, 1000, -1, 0));
  g_autoptr (TsrPartialSet) found = set_of (tone (1, 500, -1, 0), tone (2, 900, -1, 0));
  g_autoptr (TsrPartialSet) after =
      tsr_region_merge (before, found, &region, 50, &next_id);

  g_assert_cmpuint (tsr_partial_set_size (after), ==, 2);
  g_assert_true (tsr_partial_set_at (after, 0) == tsr_partial_set_at (before, 1));
  g_assert_cmpfloat_with_epsilon (
      tsr_partial_summary (tsr_partial_set_at (after, 1))->mean_hz, 500, 1e-9);
}

static void
test_nothing_found (void)
{
  TsrRegion region = {0.5, 1.5, 0, INFINITY};
  gint64    next_id = 20;
  g_autoptr (TsrPartialSet) before = set_of (tone (1, 440, -1, 0), NULL);
  g_autoptr (TsrPartialSet) found = tsr_partial_set_new (NULL, 0);
  g_autoptr (TsrPartialSet) after =
      tsr_region_merge (before, found, &region, 50, &next_id);
  g_autoptr (TsrPartialSet) empty = tsr_partial_set_new (NULL, 0);
  g_autoptr (TsrPartialSet) again =
      tsr_region_merge (empty, before, &region, 50, &next_id);

  g_assert_cmpuint (tsr_partial_set_size (after), ==, 2);
  g_assert_cmpuint (tsr_partial_set_size (again), ==, 1);
  g_autofree double *x = render (before), *y = render (after);
  g_assert_cmpfloat (
      roughness (y, 10, N_FRAMES - 10), <, 1.25 * roughness (x, 0, N_FRAMES));
  g_assert_cmpfloat (fabs (y[(gsize)RATE_HZ]), <, 1e-12);
}

/* A slow glide through the upper border comes back as one partial. */
static void
test_glide (void)
{
  TsrBreakpoint b[201];
  TsrRegion     region = {-INFINITY, INFINITY, 0, 500};
  gint64        next_id = 20;

  for (int i = 0; i <= 200; i++) {
    double t = 0.01 * i;
    b[i] = (TsrBreakpoint){.time_s = t,
                           .frequency_hz = 450 + 50 * t,
                           .log_amplitude = -1,
                           .phase_turns = 450 * t + 25 * t * t};
  }
  g_autoptr (TsrPartialSet) before = set_of (tsr_partial_new (1, 0, 0, b, 201), NULL);
  g_autoptr (TsrPartialSet) found = set_of (tsr_partial_new (2, 0, 0, b, 201), NULL);
  g_autoptr (TsrPartialSet) after =
      tsr_region_merge (before, found, &region, 50, &next_id);

  g_assert_cmpuint (tsr_partial_set_size (after), ==, 1);
  g_autofree double *x = render (before), *y = render (after);
  g_assert_cmpfloat (difference (x, y, 0, N_FRAMES), <, 1e-4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/region-merge/same", test_same);
  g_test_add_func ("/model/region-merge/smooth", test_smooth);
  g_test_add_func ("/model/region-merge/frequencies", test_frequencies);
  g_test_add_func ("/model/region-merge/nothing-found", test_nothing_found);
  g_test_add_func ("/model/region-merge/glide", test_glide);
  return g_test_run ();
}
