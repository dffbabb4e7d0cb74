/* SPDX-License-Identifier: GPL-3.0-or-later
 * Time of one partial: locked harmonics (row E3), attacks that keep their phase,
 * reversal.
 */
#include "model/dsp/partials/ops-time.h"

#include "model/dsp/partials/ops.h"
#include "tests/dsp/synth-signals.h"

/* Harmonic k of a wandering 220 Hz, as an analysis at 30 dB SNR sees it: phases and
 * frequencies with errors of their own. */
static TsrPartial *
noisy_harmonic (int k, uint64_t seed, double start_s, size_t n)
{
  TsrBreakpoint *b = calloc (n, sizeof *b);

  for (size_t i = 0; i < n; i++) {
    double t = start_s + (double)i * 0.006, w = 2 * M_PI * 5;
    b[i].time_s = t;
    b[i].phase_turns = k * (220 * t - 220 * 0.01 / w * cos (w * t)) + 0.1 * k +
                       0.005 * (draw (&seed) - 0.5);
    b[i].frequency_hz = k * 220 * (1 + 0.01 * sin (w * t)) + 0.3 * (draw (&seed) - 0.5);
    b[i].log_amplitude = -3 - 0.2 * k;
  }
  TsrPartial *partial = tsr_partial_new (k, k, 0, b, n);
  free (b);
  return partial;
}

static double
turns_at (const TsrPartial *partial, double time_s)
{
  TsrBreakpoint value;
  double        end_s = tsr_partial_summary (partial)->end_s;

  g_assert_true (tsr_partial_at (partial, fmin (time_s, end_s), &value));
  return value.phase_turns;
}

/* Largest change of a harmonic's phase relative to the first one's, in rad. */
static double
drift (const TsrPartial *first,
       const TsrPartial *partial,
       const TsrPartial *first_after,
       const TsrPartial *after,
       int               k,
       double            factor,
       double            from_s,
       double            to_s)
{
  double worst = 0;

  for (double t = from_s; t < to_s; t += 0.00173) {
    double before = turns_at (partial, t) - k * turns_at (first, t);
    double now = turns_at (after, factor * t) - k * turns_at (first_after, factor * t);
    worst = fmax (worst, 2 * M_PI * fabs (now - before));
  }
  return worst;
}

/* E3: 12 harmonics, times 4, drift of relative phases 1e-6 rad; without the lock it is
 * far more. */
static void
test_locked_harmonics (void)
{
  const double factors[] = {0.5, 2, 4};
  TsrPartial  *first = noisy_harmonic (1, 7, 0.1, 300);

  for (size_t f = 0; f < G_N_ELEMENTS (factors); f++) {
    TsrCurvePoint map[] = {{0, 0}, {1, factors[f]}};
    TsrCurve     *curve = tsr_curve_new (map, 2);
    TsrPartial   *first_after = tsr_partial_stretch (first, curve);
    double        worst = 0, worst_free = 0;
    for (int k = 2; k <= 12; k++) {
      TsrPartial *partial = noisy_harmonic (k, 100 + (uint64_t)k, 0.1, 300);
      TsrPartial *locked = tsr_partial_stretch_locked (partial, first, k, curve);
      TsrPartial *loose = tsr_partial_stretch (partial, curve);
      worst = fmax (
          worst, drift (first, partial, first_after, locked, k, factors[f], 0.1, 1.89));
      worst_free =
          fmax (worst_free,
                drift (first, partial, first_after, loose, k, factors[f], 0.1, 1.89));
      tsr_partial_unref (partial);
      tsr_partial_unref (locked);
      tsr_partial_unref (loose);
    }
    g_test_message ("x%g: %.2g rad, not locked %.2g rad", factors[f], worst, worst_free);
    g_assert_cmpfloat (worst, <, 1e-6);
    if (factors[f] == 4)
      g_assert_cmpfloat (worst_free, >, 1e-2);
    tsr_curve_unref (curve);
    tsr_partial_unref (first_after);
  }
  tsr_partial_unref (first);
}

/* A harmonic that outlasts the reference goes on without a jump. */
static void
test_lock_beyond_the_reference (void)
{
  TsrPartial          *first = noisy_harmonic (1, 7, 0.5, 100);
  TsrPartial          *partial = noisy_harmonic (3, 9, 0.1, 300);
  TsrCurvePoint        map[] = {{0, 0}, {1, 2}};
  TsrCurve            *curve = tsr_curve_new (map, 2);
  TsrPartial          *made = tsr_partial_stretch_locked (partial, first, 3, curve);
  const TsrBreakpoint *b = tsr_partial_breakpoints (made);

  for (size_t i = 1; i < tsr_partial_n_breakpoints (made); i++) {
    double T = b[i].time_s - b[i - 1].time_s;
    double mean_hz = (b[i].phase_turns - b[i - 1].phase_turns) / T;
    g_assert_cmpfloat (fabs (mean_hz - b[i].frequency_hz), <, 6);
  }
  tsr_curve_unref (curve);
  tsr_partial_unref (first);
  tsr_partial_unref (partial);
  tsr_partial_unref (made);
}

static void
test_maps_that_keep_onsets (void)
{
  const double onsets[] = {0.1, 0.5, 0.51, 1.2};
  const double factors[] = {0.3, 0.5, 2, 8};

  for (size_t f = 0; f < G_N_ELEMENTS (factors); f++) {
    TsrCurvePoint points[] = {{0, 0}, {1, factors[f]}};
    TsrCurve     *map = tsr_curve_new (points, 2);
    TsrCurve     *kept = tsr_time_map_keep_onsets (map, onsets, G_N_ELEMENTS (onsets), 2);
    g_assert_nonnull (kept);
    g_assert_true (tsr_curve_is_increasing (kept));
    g_assert_cmpfloat_with_epsilon (
        tsr_curve_at_extended (kept, 2), 2 * factors[f], 1e-9);
    g_assert_cmpfloat_with_epsilon (tsr_curve_at_extended (kept, 0), 0, 1e-9);
    for (size_t i = 0; i < G_N_ELEMENTS (onsets); i++) {
      double there = tsr_curve_at_extended (kept, onsets[i]);
      g_assert_cmpfloat_with_epsilon (there, factors[f] * onsets[i], 1e-9);
      g_assert_cmpfloat_with_epsilon (
          tsr_curve_at_extended (kept, onsets[i] + 0.001), there + 0.001, 1e-9);
      if (i != 1) /* the next one is 10 ms away */
        g_assert_cmpfloat_with_epsilon (
            tsr_curve_at_extended (kept, onsets[i] + 0.02), there + 0.02, 1e-9);
    }
    tsr_curve_unref (kept);
    tsr_curve_unref (map);
  }
}

/* An attack just behind the beginning: every slope stays near the factor or 1. */
static void
test_maps_that_begin_with_an_onset (void)
{
  const double onsets[] = {0.013, 0.0157, 0.025, 0.04};
  const double factors[] = {0.5, 2, 4};

  for (size_t o = 0; o < G_N_ELEMENTS (onsets); o++)
    for (size_t f = 0; f < G_N_ELEMENTS (factors); f++) {
      TsrCurvePoint        points[] = {{0, 0}, {1, factors[f]}};
      TsrCurve            *map = tsr_curve_new (points, 2);
      TsrCurve            *kept = tsr_time_map_keep_onsets (map, &onsets[o], 1, 2);
      const TsrCurvePoint *p = tsr_curve_points (kept);
      for (size_t i = 1; i < tsr_curve_n_points (kept); i++) {
        double slope = (p[i].y - p[i - 1].y) / (p[i].x - p[i - 1].x);
        g_assert_cmpfloat (slope, >, 0.05);
        g_assert_cmpfloat (slope, <, 20);
      }
      g_assert_cmpfloat_with_epsilon (
          tsr_curve_at_extended (kept, onsets[o]), factors[f] * onsets[o], 1e-9);
      tsr_curve_unref (kept);
      tsr_curve_unref (map);
    }
}

/* A partial that falls silent and begins anew at 0.5 s begins with its own phase there.
 */
static void
test_attacks_keep_their_phase (void)
{
  TsrBreakpoint b[] = {
      {.time_s = 0, .phase_turns = 0.1, .frequency_hz = 200, .log_amplitude = -2},
      {.time_s = 0.4, .phase_turns = 80.1, .frequency_hz = 200, .log_amplitude = -2},
      {.time_s = 0.5,
       .phase_turns = 100.1,
       .frequency_hz = 200,
       .log_amplitude = TSR_LOG_AMPLITUDE_NULL,
       .flags = TSR_BREAKPOINT_NULL},
      {.time_s = 0.503, .phase_turns = 100.7, .frequency_hz = 200, .log_amplitude = -2},
      {.time_s = 1, .phase_turns = 200.1, .frequency_hz = 200, .log_amplitude = -2},
  };
  TsrPartial   *partial = tsr_partial_new (1, 0, 0, b, G_N_ELEMENTS (b));
  TsrCurvePoint points[] = {{0, 0}, {1, 1.333}};
  const double  onset = 0.501;
  TsrCurve     *plain = tsr_curve_new (points, 2);
  TsrCurve     *map = tsr_time_map_keep_onsets (plain, &onset, 1, 1);
  TsrPartial   *made = tsr_partial_stretch_anchored (partial, map, &onset, 1);
  double        start_s = tsr_curve_at_extended (map, 0.5);

  for (double dt = 0; dt < 0.02; dt += 0.001) {
    double off = turns_at (made, start_s + dt) - turns_at (partial, 0.5 + dt);
    g_assert_cmpfloat (fabs (off - rint (off)), <, 1e-9);
  }
  double off = turns_at (made, tsr_curve_at_extended (map, 0.2)) -
               tsr_curve_at_extended (map, 0.2) * 200 - 0.1;
  g_assert_cmpfloat (fabs (off), <, 1e-9);
  tsr_partial_unref (partial);
  tsr_partial_unref (made);
  tsr_curve_unref (plain);
  tsr_curve_unref (map);
}

static void
test_reversed_twice (void)
{
  TsrPartial *partial = wandering_partial (2, 3, 0.25, 0.0078125, 64);
  TsrPartial *back = tsr_partial_reverse (partial, 4);
  TsrPartial *again = tsr_partial_reverse (back, 4);

  g_assert_true (tsr_partial_equal (partial, again));
  for (double t = 0.3; t < 0.7; t += 0.01) {
    TsrBreakpoint a, b;
    g_assert_true (tsr_partial_at (partial, t, &a));
    g_assert_true (tsr_partial_at (back, 4 - t, &b));
    g_assert_cmpfloat_with_epsilon (a.frequency_hz, b.frequency_hz, 1e-6);
    g_assert_cmpfloat_with_epsilon (a.phase_turns, -b.phase_turns, 1e-9);
    g_assert_cmpfloat_with_epsilon (a.log_amplitude, b.log_amplitude, 1e-6);
  }
  tsr_partial_unref (partial);
  tsr_partial_unref (back);
  tsr_partial_unref (again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/ops-time/locked", test_locked_harmonics);
  g_test_add_func ("/dsp/ops-time/beyond", test_lock_beyond_the_reference);
  g_test_add_func ("/dsp/ops-time/maps", test_maps_that_keep_onsets);
  g_test_add_func ("/dsp/ops-time/onset-first", test_maps_that_begin_with_an_onset);
  g_test_add_func ("/dsp/ops-time/attacks", test_attacks_keep_their_phase);
  g_test_add_func ("/dsp/ops-time/reversed", test_reversed_twice);
  return g_test_run ();
}
