/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits by a law: frequencies and levels follow it between breakpoints, phases are the
 * integral of the frequency, and what the law leaves alone stays.
 */
#include "model/dsp/partials/ops-law.h"

#include "tests/dsp/synth-signals.h"

static double
octave_up (const void *user, double time_s, double frequency_hz)
{
  return 2 * frequency_hz;
}

static double
wavy (const void *user, double time_s, double frequency_hz)
{
  return frequency_hz * exp2 (0.3 * sin (2 * M_PI * 3 * time_s));
}

static double
unchanged (const void *user, double time_s, double frequency_hz)
{
  return frequency_hz;
}

/* Phase at a time minus the trapezoidal integral of the frequency, in turns. */
static double
phase_error (const TsrPartial *partial)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  TsrBreakpoint            value, last;
  double                   sum = 0, worst = 0, first;
  const double             step = 1e-5;

  g_assert_true (tsr_partial_at (partial, s->start_s, &last));
  first = last.phase_turns;
  for (double t = s->start_s + step; t < s->end_s; t += step) {
    g_assert_true (tsr_partial_at (partial, t, &value));
    sum += 0.5 * step * (value.frequency_hz + last.frequency_hz);
    worst = fmax (worst, fabs (value.phase_turns - first - sum));
    last = value;
  }
  return worst;
}

static void
test_remap (void)
{
  TsrPartial   *partial = wandering_partial (4, 3, 0.3, 0.006, 200);
  TsrPartial   *up = tsr_partial_remap (partial, octave_up, NULL);
  TsrPartial   *same = tsr_partial_remap (partial, unchanged, NULL);
  TsrPartial   *waved = tsr_partial_remap (partial, wavy, NULL);
  TsrBreakpoint old, new;
  double        worst = 0, worst_same = 0, worst_cents = 0;

  for (double t = 0.31; t < 1.48; t += 0.00071) {
    g_assert_true (tsr_partial_at (partial, t, &old));
    g_assert_true (tsr_partial_at (up, t, &new));
    double anchor = tsr_partial_breakpoints (partial)->phase_turns;
    worst =
        fmax (worst, fabs (new.phase_turns - anchor - 2 * (old.phase_turns - anchor)));
    g_assert_true (tsr_partial_at (same, t, &new));
    worst_same = fmax (worst_same, fabs (new.phase_turns - old.phase_turns));
    g_assert_true (tsr_partial_at (waved, t, &new));
    double wanted = wavy (NULL, t, old.frequency_hz);
    worst_cents = fmax (worst_cents, fabs (1200 * log2 (new.frequency_hz / wanted)));
  }
  g_test_message ("%.2g %.2g turns, %.2g cents, phase %.2g turns",
                  worst,
                  worst_same,
                  worst_cents,
                  phase_error (waved));
  g_assert_cmpfloat (worst, <, 1e-9);
  g_assert_cmpfloat (worst_same, <, 1e-9);
  g_assert_cmpfloat (worst_cents, <, 0.1);
  g_assert_cmpfloat (phase_error (waved), <, 1e-3);
  tsr_partial_unref (partial);
  tsr_partial_unref (up);
  tsr_partial_unref (same);
  tsr_partial_unref (waved);
}

static double
tilt (const void *user, double time_s, double frequency_hz)
{
  return *(const double *)user * log2 (frequency_hz / 1000) + 4 * sin (9 * time_s);
}

static void
test_amplify_there_and_back (void)
{
  TsrPartial   *partial = wandering_partial (4, 5, 0.3, 0.006, 200);
  double        down = -6, worst = 0;
  TsrPartial   *made = tsr_partial_amplify (partial, tilt, &down);
  TsrBreakpoint old, new;

  for (double t = 0.32; t < 1.47; t += 0.00071) {
    g_assert_true (tsr_partial_at (partial, t, &old));
    g_assert_true (tsr_partial_at (made, t, &new));
    double wanted_db = tilt (&down, t, old.frequency_hz);
    worst = fmax (
        worst, fabs (20 / G_LN10 * (new.log_amplitude - old.log_amplitude) - wanted_db));
    g_assert_cmpfloat_with_epsilon (new.phase_turns, old.phase_turns, 1e-9);
  }
  g_test_message ("worst %.3g dB", worst);
  g_assert_cmpfloat (worst, <, 0.1);
  tsr_partial_unref (partial);
  tsr_partial_unref (made);
}

static double
curve_db (const void *user, double time_s, double frequency_hz)
{
  return tsr_curve_at (user, time_s);
}

/* Straight lines with kinks, over breakpoints near and far from each other. */
static void
test_amplify_with_kinks (void)
{
  const TsrCurvePoint points[] = {{0, 0}, {0.3, -30}, {0.5, 6}, {0.51, -20}, {1, 0}};
  TsrCurve           *curve = tsr_curve_new (points, 5);

  for (int n = 2; n <= 1000; n *= 5) {
    TsrBreakpoint b[1000], value;
    double        worst = 0;
    for (int i = 0; i < n; i++)
      b[i] = (TsrBreakpoint){.time_s = (double)i / (n - 1),
                             .phase_turns = 300.0 * i / (n - 1),
                             .frequency_hz = 300,
                             .log_amplitude = -2};
    TsrPartial *partial = tsr_partial_new (1, 0, 0, b, (size_t)n);
    TsrPartial *made = tsr_partial_amplify (partial, curve_db, curve);
    for (double t = 0; t <= 1; t += 0.00013) {
      g_assert_true (tsr_partial_at (made, t, &value));
      double found_db = 20 / G_LN10 * (value.log_amplitude + 2);
      worst = fmax (worst, fabs (found_db - tsr_curve_at (curve, t)));
    }
    g_test_message ("%d breakpoints: worst %.3g dB", n, worst);
    g_assert_cmpfloat (worst, <, 0.3); /* at the steepest kink, over a millisecond */
    tsr_partial_unref (partial);
    tsr_partial_unref (made);
  }
  tsr_curve_unref (curve);
}

static double
factor_of (const void *user, double time_s, double frequency_hz)
{
  return *(const double *)user;
}

/* The sinusoidal part keeps its power, the noise has factor squared of its own. */
static void
test_noise (void)
{
  TsrPartial  *plain = wandering_partial (4, 5, 0, 0.006, 50);
  TsrPartial  *partial = with_bandwidth (plain, 0.3f);
  const double factors[] = {0, 0.5, 1, 3};

  for (size_t k = 0; k < G_N_ELEMENTS (factors); k++) {
    TsrPartial          *made = tsr_partial_noise (partial, factor_of, &factors[k]);
    const TsrBreakpoint *a = tsr_partial_breakpoints (partial) + 20;
    const TsrBreakpoint *b = tsr_partial_breakpoints (made) + 20;
    double before = exp (2 * a->log_amplitude), after = exp (2 * b->log_amplitude);
    g_assert_cmpfloat_with_epsilon (
        (1 - (double)b->bandwidth) * after / before, 1 - (double)0.3f, 1e-6);
    g_assert_cmpfloat_with_epsilon ((double)b->bandwidth * after / before,
                                    (double)0.3f * factors[k] * factors[k],
                                    1e-6);
    tsr_partial_unref (made);
  }
  partial = with_bandwidth (partial, 1);
  TsrPartial *silent = tsr_partial_noise (partial, factor_of, &factors[0]);
  g_assert_cmpfloat (tsr_partial_summary (silent)->peak_amplitude, ==, 0);
  tsr_partial_unref (silent);
  tsr_partial_unref (partial);
}

/* 30 cents at 5 Hz, 3 dB at 5 Hz, over 2 s. */
static TsrPartial *
swinging (void)
{
  enum { N = 401 };
  TsrBreakpoint b[N] = {0};
  double        depth = exp2 (30 / 1200.0) - 1, w = 2 * M_PI * 5;

  for (int i = 0; i < N; i++) {
    double t = i * 0.005;
    b[i].time_s = t;
    b[i].phase_turns = 440 * (t + depth / w * (1 - cos (w * t)));
    b[i].frequency_hz = 440 * (1 + depth * sin (w * t));
    b[i].log_amplitude = -2 + 3 * G_LN10 / 20 * sin (w * t);
    b[i].slope_per_s = (float)(3 * G_LN10 / 20 * w * cos (w * t));
  }
  return tsr_partial_new (1, 0, 0, b, N);
}

/* Swing in the middle second: half of the range, in cents or dB. */
static double
swing (const TsrPartial *partial, gboolean of_frequency)
{
  double least = INFINITY, most = -INFINITY;

  for (double t = 0.5; t < 1.5; t += 0.001) {
    TsrBreakpoint value;
    g_assert_true (tsr_partial_at (partial, t, &value));
    double x = of_frequency ? 1200 * log2 (value.frequency_hz)
                            : 20 / G_LN10 * value.log_amplitude;
    least = fmin (least, x);
    most = fmax (most, x);
  }
  return 0.5 * (most - least);
}

static void
test_vibrato_and_tremolo (void)
{
  const double factors[] = {0, 0.5, 1, 2, -1};
  TsrPartial  *partial = swinging ();

  for (size_t k = 0; k < G_N_ELEMENTS (factors); k++) {
    TsrCurve   *curve = tsr_curve_new (&(TsrCurvePoint){0, factors[k]}, 1);
    TsrPartial *vibrato = tsr_partial_vibrato (partial, curve);
    TsrPartial *tremolo = tsr_partial_tremolo (partial, curve);
    double      cents = swing (vibrato, TRUE), db = swing (tremolo, FALSE);
    g_test_message ("factor %g: %.2f cents, %.3f dB", factors[k], cents, db);
    g_assert_cmpfloat_with_epsilon (cents, 30 * fabs (factors[k]), 1.5);
    g_assert_cmpfloat_with_epsilon (db, 3 * fabs (factors[k]), 0.15);
    g_assert_cmpfloat_with_epsilon (swing (vibrato, FALSE), 3, 0.02);
    g_assert_cmpfloat_with_epsilon (swing (tremolo, TRUE), 30, 0.4);
    g_assert_cmpfloat_with_epsilon (tsr_partial_summary (vibrato)->mean_hz,
                                    tsr_partial_summary (partial)->mean_hz,
                                    6);
    tsr_curve_unref (curve);
    tsr_partial_unref (vibrato);
    tsr_partial_unref (tremolo);
  }
  tsr_partial_unref (partial);
}

static void
test_smooth (void)
{
  TsrPartial *partial = swinging ();
  TsrPartial *little = tsr_partial_smooth (partial, 0.005);
  TsrPartial *much = tsr_partial_smooth (partial, 0.5);

  g_assert_cmpfloat_with_epsilon (swing (little, TRUE), 30, 0.5);
  g_assert_cmpfloat (swing (much, TRUE), <, 0.3);
  g_assert_cmpfloat (swing (much, FALSE), <, 0.05);
  g_assert_cmpfloat (tsr_partial_summary (much)->start_s, ==, 0);
  g_assert_cmpfloat_with_epsilon (tsr_partial_summary (much)->end_s, 2, 1e-12);
  tsr_partial_unref (partial);
  tsr_partial_unref (little);
  tsr_partial_unref (much);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/ops-law/remap", test_remap);
  g_test_add_func ("/dsp/ops-law/amplify", test_amplify_there_and_back);
  g_test_add_func ("/dsp/ops-law/kinks", test_amplify_with_kinks);
  g_test_add_func ("/dsp/ops-law/noise", test_noise);
  g_test_add_func ("/dsp/ops-law/swing", test_vibrato_and_tremolo);
  g_test_add_func ("/dsp/ops-law/smooth", test_smooth);
  return g_test_run ();
}
