/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits of one partial: what comes back when undone by their inverse, what stays where it
 * was, and that pieces add up.
 */
#include "model/dsp/partials/ops.h"

#include "model/dsp/partials/synth.h"
#include "tests/dsp/synth-signals.h"

static const double RATE_HZ = 44100;

static double *
render (TsrPartial *partial, size_t n)
{
  TsrPartialSet *set = tsr_partial_set_new (&partial, 1);
  double        *out = calloc (n, sizeof *out);

  g_assert_nonnull (set);
  tsr_synth_render_range (set, 0, RATE_HZ, 0, n, NULL, out, NULL);
  tsr_partial_set_unref (set);
  return out;
}

static TsrCurve *
constant (double y)
{
  return tsr_curve_new (&(TsrCurvePoint){.y = y}, 1);
}

static double
largest_phase_difference (const TsrPartial *a, const TsrPartial *b)
{
  const TsrBreakpoint *x = tsr_partial_breakpoints (a), *y = tsr_partial_breakpoints (b);
  double               most = 0;

  g_assert_cmpuint (tsr_partial_n_breakpoints (a), ==, tsr_partial_n_breakpoints (b));
  for (size_t i = 0; i < tsr_partial_n_breakpoints (a); i++)
    most = fmax (most, fabs (x[i].phase_turns - y[i].phase_turns));
  return most;
}

/* P3: stretch s then 1/s, pitch r then 1/r, shift and back: theta to 1e-9 turns. */
static void
test_there_and_back (void)
{
  static const double factors[] = {0.25, 0.5, 0.9, 1.1, 1.4983, 3, 7.7};
  TsrPartial         *partial = wandering_partial (9, 3, 0.3, 0.006, 2000);
  double              worst = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (factors); i++) {
    for (int kind = 0; kind < 3; kind++) {
      TsrPartial *there, *back;
      if (kind < 2) {
        double        s = factors[i];
        TsrCurvePoint to[2] = {{.x = -2, .y = -2 * s}, {.x = -1, .y = -s}};
        TsrCurvePoint from[2] = {{.x = -2 * s, .y = -2}, {.x = -s, .y = -1}};
        TsrCurve     *a = kind == 0 ? tsr_curve_new (to, 2) : constant (s);
        TsrCurve     *b = kind == 0 ? tsr_curve_new (from, 2) : constant (1 / s);
        there =
            kind == 0 ? tsr_partial_stretch (partial, a) : tsr_partial_pitch (partial, a);
        back = kind == 0 ? tsr_partial_stretch (there, b) : tsr_partial_pitch (there, b);
        tsr_curve_unref (a);
        tsr_curve_unref (b);
      } else {
        there = tsr_partial_shift (partial, 50 * factors[i]);
        back = tsr_partial_shift (there, -50 * factors[i]);
      }
      g_assert_cmpint (tsr_partial_id (back), ==, 9);
      worst = fmax (worst, largest_phase_difference (partial, back));
      tsr_partial_unref (there);
      tsr_partial_unref (back);
    }
  }
  g_test_message ("worst %.2g turns", worst);
  g_assert_cmpfloat (worst, <, 1e-9);
  tsr_partial_unref (partial);
}

/* A map with many kinks and its inverse: the phases at the old breakpoints come back. */
static void
test_stretch_by_map_and_back (void)
{
  TsrPartial   *partial = wandering_partial (9, 4, 0.2, 0.006, 400);
  TsrCurvePoint to[30], from[30];
  uint64_t      seed = 8;
  double        x = 0, y = 0.1, worst = 0;

  for (int i = 0; i < 30; i++) {
    to[i] = (TsrCurvePoint){.x = x, .y = y};
    from[i] = (TsrCurvePoint){.x = y, .y = x};
    x += 0.02 + 0.2 * draw (&seed);
    y += 0.02 + 0.2 * draw (&seed);
  }
  TsrCurve            *a = tsr_curve_new (to, 30), *b = tsr_curve_new (from, 30);
  TsrPartial          *there = tsr_partial_stretch (partial, a);
  TsrPartial          *back = tsr_partial_stretch (there, b);
  const TsrBreakpoint *old = tsr_partial_breakpoints (partial);
  for (size_t i = 0; i < 400; i++) {
    TsrBreakpoint at;
    double        t = fmax (tsr_partial_summary (back)->start_s,
                     fmin (old[i].time_s, tsr_partial_summary (back)->end_s));
    g_assert_true (tsr_partial_at (back, t, &at));
    worst = fmax (worst,
                  fabs (at.phase_turns - old[i].phase_turns -
                        (t - old[i].time_s) * old[i].frequency_hz));
  }
  g_test_message ("worst %.2g turns", worst);
  g_assert_cmpfloat (worst, <, 1e-9);
  tsr_partial_unref (there);
  tsr_partial_unref (back);
  tsr_curve_unref (a);
  tsr_curve_unref (b);
  tsr_partial_unref (partial);
}

/* A glide by a curve: frequency is ratio times frequency, phase its integral, with kinks
 * between breakpoints. */
static void
test_pitch_by_curve (void)
{
  TsrCurvePoint        points[4] = {{0.1, 1}, {0.3033, 2}, {0.5071, 0.5}, {1.5, 1.2}};
  TsrCurve            *curve = tsr_curve_new (points, 4);
  TsrPartial          *partial = wandering_partial (1, 6, 0.05, 0.01, 120);
  TsrPartial          *pitched = tsr_partial_pitch (partial, curve);
  const TsrBreakpoint *b = tsr_partial_breakpoints (pitched);
  size_t               n = tsr_partial_n_breakpoints (pitched);
  double               turns = b[0].phase_turns, worst = 0;

  g_assert_cmpuint (n, ==, 122);
  for (size_t i = 1; i < n; i++) {
    TsrBreakpoint at;
    enum { STEPS = 400 };
    double T = b[i].time_s - b[i - 1].time_s;
    for (int k = 0; k < STEPS; k++) {
      double t = b[i - 1].time_s + T * (k + 0.5) / STEPS;
      g_assert_true (tsr_partial_at (partial, t, &at));
      turns += at.frequency_hz * tsr_curve_at (curve, t) * T / STEPS;
    }
    worst = fmax (worst, fabs (turns - b[i].phase_turns));
    double inside = fmin (b[i].time_s, tsr_partial_summary (partial)->end_s);
    g_assert_true (tsr_partial_at (partial, inside, &at));
    g_assert_cmpfloat_with_epsilon (
        b[i].frequency_hz, at.frequency_hz * tsr_curve_at (curve, b[i].time_s), 1e-6);
  }
  g_test_message ("worst %.2g turns", worst);
  g_assert_cmpfloat (worst, <, 1e-4); /* of the midpoint sum here */
  tsr_partial_unref (pitched);
  tsr_partial_unref (partial);
  tsr_curve_unref (curve);
}

static void
test_shift_stops_at_zero (void)
{
  TsrPartial          *partial = wandering_partial (1, 6, 0, 0.01, 50);
  TsrPartial          *shifted = tsr_partial_shift (partial, -1e5);
  const TsrBreakpoint *b = tsr_partial_breakpoints (shifted);

  for (size_t i = 0; i < 50; i++) {
    g_assert_cmpfloat (b[i].frequency_hz, ==, 0);
    g_assert_cmpfloat (b[i].phase_turns, ==, b[0].phase_turns);
  }
  tsr_partial_unref (shifted);
  tsr_partial_unref (partial);
}

static void
test_gain_and_move (void)
{
  TsrPartial *partial = wandering_partial (1, 2, 0.1, 0.005, 100);
  TsrPartial *louder = tsr_partial_gain (partial, 6), *later;
  double     *a = render (partial, 40000), *b = render (louder, 40000);

  for (size_t i = 0; i < 40000; i++)
    g_assert_cmpfloat_with_epsilon (a[i] * pow (10, 0.3), b[i], 1e-12);
  free (b);
  later = tsr_partial_move (partial, 1000 / RATE_HZ);
  b = render (later, 41000);
  for (size_t i = 0; i < 40000; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i + 1000], 1e-9);
  free (a);
  free (b);
  tsr_partial_unref (later);
  tsr_partial_unref (louder);
  tsr_partial_unref (partial);
}

/* A chirp through a filter with kinks follows the curve between its two breakpoints. */
static void
test_filter_follows_curve (void)
{
  TsrCurvePoint points[4] = {{200, 0}, {1000, -30}, {1200, -30}, {3000, 6}};
  TsrBreakpoint b[2] = {{.frequency_hz = 100},
                        {.time_s = 1, .phase_turns = 1800, .frequency_hz = 3500}};
  TsrCurve     *curve = tsr_curve_new (points, 4);
  TsrPartial   *partial = tsr_partial_new (1, 0, 0, b, 2);
  TsrPartial   *filtered = tsr_partial_filter (partial, curve);
  double        worst_db = 0;

  for (double t = 0; t <= 1; t += 1e-4) {
    TsrBreakpoint at;
    g_assert_true (tsr_partial_at (filtered, t, &at));
    double error_db =
        at.log_amplitude * 20 / log (10) - tsr_curve_at (curve, at.frequency_hz);
    worst_db = fmax (worst_db, fabs (error_db));
  }
  g_test_message (
      "%zu breakpoints, worst %.2f dB", tsr_partial_n_breakpoints (filtered), worst_db);
  g_assert_cmpfloat (worst_db, <, 0.3);
  tsr_partial_unref (filtered);
  tsr_partial_unref (partial);
  tsr_curve_unref (curve);
}

static void
free_all (TsrPartial **pieces, size_t n)
{
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (pieces[i]);
  free (pieces);
}

/* Cut pieces add up to the whole, and lie where they should. */
static void
test_cut_adds_up (void)
{
  static const TsrRegion regions[] = {
      {0.1512, 0.4033, 0, INFINITY},
      {-INFINITY, 0.25, 0, INFINITY},
      {0.12, 0.5, 0, 1}, /* replaced by frequencies of the partial */
      {-INFINITY, INFINITY, 0, 1},
      {0.1003, 0.1021, 0, INFINITY}, /* inside the fade from the null */
      {0.2, 0.2001, 0, INFINITY},
  };
  size_t n = 40000;

  for (uint64_t seed = 1; seed <= 6; seed++)
    for (size_t k = 0; k < G_N_ELEMENTS (regions); k++) {
      TsrPartial  *partial = wandering_partial (5, seed, 0.1, 0.0081, 70);
      TsrRegion    region = regions[k];
      TsrPartial **parts[2];
      size_t       counts[2];
      if (!isinf (region.high_hz))
        region.high_hz = tsr_partial_summary (partial)->mean_hz;
      g_assert_true (tsr_partial_cut (
          partial, &region, &parts[0], &counts[0], &parts[1], &counts[1]));
      double *whole = render (partial, n), *sum = calloc (n, sizeof *sum);
      for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < counts[side]; i++) {
          TsrPartial              *piece = parts[side][i];
          TsrPartial              *named = tsr_partial_new_with_id (piece, 1);
          const TsrPartialSummary *s = tsr_partial_summary (piece);
          TsrBreakpoint            at;
          g_assert_true (tsr_partial_at (piece, 0.5 * (s->start_s + s->end_s), &at));
          bool is_inside = at.time_s >= region.start_s && at.time_s < region.end_s &&
                           at.frequency_hz < region.high_hz;
          g_assert_cmpint (is_inside, ==, side == 0);
          g_assert_cmpint (tsr_partial_id (piece), ==, 0);
          double *y = render (named, n);
          for (size_t m = 0; m < n; m++)
            sum[m] += y[m];
          free (y);
          tsr_partial_unref (named);
        }
      double error = largest_difference_db (whole, sum, n);
      g_test_message ("seed %d, region %zu: %zu + %zu pieces, %.0f dB",
                      (int)seed,
                      k,
                      counts[0],
                      counts[1],
                      error);
      /* The logarithm follows a cut fade to a null only nearly. */
      g_assert_cmpfloat (error, <, k >= 2 && k <= 4 ? -70 : -200);
      free (whole);
      free (sum);
      free_all (parts[0], counts[0]);
      free_all (parts[1], counts[1]);
      tsr_partial_unref (partial);
    }
}

static void
test_cut_leaves_whole (void)
{
  TsrPartial *partial = wandering_partial (5, 1, 0.1, 0.008, 70), **inside, **outside;
  TsrRegion   all = {0, 10, 0, INFINITY}, none = {5, 6, 0, INFINITY};
  size_t      n_inside, n_outside;

  g_assert_true (
      tsr_partial_cut (partial, &all, &inside, &n_inside, &outside, &n_outside));
  g_assert_cmpuint (n_inside, ==, 1);
  g_assert_cmpuint (n_outside, ==, 0);
  g_assert_true (inside[0] == partial);
  free_all (inside, n_inside);
  free_all (outside, n_outside);
  g_assert_true (
      tsr_partial_cut (partial, &none, &inside, &n_inside, &outside, &n_outside));
  g_assert_cmpuint (n_inside, ==, 0);
  g_assert_cmpuint (n_outside, ==, 1);
  free_all (inside, n_inside);
  free_all (outside, n_outside);
  tsr_partial_unref (partial);
}

static void
test_fades (void)
{
  TsrBreakpoint b[2] = {{.frequency_hz = 0}, {.time_s = 1, .frequency_hz = 0}};
  TsrPartial   *partial = tsr_partial_new (1, 0, 0, b, 2);

  for (int kind = 0; kind < 3; kind++) {
    double      in_s = kind == 2 ? 2 : 0.1, out_s = kind == 0 ? 0 : (kind == 1 ? 0.3 : 2);
    TsrPartial *faded = tsr_partial_fade (partial, in_s, out_s);
    double     *y = render (faded, 44100), worst = 0;
    if (kind == 2)
      in_s = out_s = 0.5;
    for (int i = 0; i < 44100; i++) {
      double t = i / RATE_HZ, want = fmin (1, t / in_s);
      if (out_s > 0)
        want *= fmin (1, (1 - t) / out_s);
      worst = fmax (worst, fabs (y[i] - want));
    }
    g_test_message ("fades %g, %g s: %.4f", in_s, out_s, worst);
    g_assert_cmpfloat (worst, <, 0.01);
    free (y);
    tsr_partial_unref (faded);
  }
  TsrPartial *same = tsr_partial_fade (partial, 0, 0);
  g_assert_true (tsr_partial_equal (same, partial));
  tsr_partial_unref (same);
  tsr_partial_unref (partial);
}

/* Every edit takes a partial of one breakpoint, of steps, of nulls alone. */
static void
test_odd_partials (void)
{
  TsrBreakpoint b[4] = {{.time_s = 0.1, .flags = TSR_BREAKPOINT_NULL, .frequency_hz = 99},
                        {.time_s = 0.1, .frequency_hz = 100, .phase_turns = 0.3},
                        {.time_s = 0.2, .frequency_hz = 100, .phase_turns = 10.3},
                        {.time_s = 0.2, .flags = TSR_BREAKPOINT_NULL}};
  TsrCurvePoint kinks[3] = {{0.05, 1}, {0.1000001, 1.5}, {0.15, 1.7}};
  TsrCurve     *curve = tsr_curve_new (kinks, 3);

  for (size_t n = 1; n <= 4; n++) {
    TsrPartial *partial = tsr_partial_new (1, 0, 0, b, n);
    TsrPartial *edited[] = {
        tsr_partial_pitch (partial, curve),
        tsr_partial_stretch (partial, curve),
        tsr_partial_filter (partial, curve),
        tsr_partial_shift (partial, 10),
        tsr_partial_gain (partial, -3),
        tsr_partial_move (partial, -1),
        tsr_partial_fade (partial, 0.01, 0.01),
    };
    for (size_t i = 0; i < G_N_ELEMENTS (edited); i++) {
      g_assert_nonnull (edited[i]);
      tsr_partial_unref (edited[i]);
    }
    TsrRegion    region = {0.12, 0.14, 0, 1000};
    TsrPartial **parts[2];
    size_t       counts[2];
    g_assert_true (
        tsr_partial_cut (partial, &region, &parts[0], &counts[0], &parts[1], &counts[1]));
    free_all (parts[0], counts[0]);
    free_all (parts[1], counts[1]);
    tsr_partial_unref (partial);
  }
  tsr_curve_unref (curve);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ops/there-and-back", test_there_and_back);
  g_test_add_func ("/ops/stretch-by-map-and-back", test_stretch_by_map_and_back);
  g_test_add_func ("/ops/pitch-by-curve", test_pitch_by_curve);
  g_test_add_func ("/ops/shift-stops-at-zero", test_shift_stops_at_zero);
  g_test_add_func ("/ops/gain-and-move", test_gain_and_move);
  g_test_add_func ("/ops/filter-follows-curve", test_filter_follows_curve);
  g_test_add_func ("/ops/cut-adds-up", test_cut_adds_up);
  g_test_add_func ("/ops/cut-leaves-whole", test_cut_leaves_whole);
  g_test_add_func ("/ops/fades", test_fades);
  g_test_add_func ("/ops/odd-partials", test_odd_partials);
  return g_test_run ();
}
