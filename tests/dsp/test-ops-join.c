/* SPDX-License-Identifier: GPL-3.0-or-later
 * Joints, single breakpoints, pencil and eraser.
 */
#include "model/dsp/partials/ops-join.h"

#include "model/dsp/partials/ops.h"
#include "tests/dsp/synth-signals.h"

static TsrPartial *
tone (int64_t id, double start_s, double end_s, double hz, double turns)
{
  enum { N = 60 };
  TsrBreakpoint b[N] = {0};

  for (int i = 0; i < N; i++) {
    double t = start_s + (end_s - start_s) * i / (N - 1);
    b[i] = (TsrBreakpoint){.time_s = t,
                           .phase_turns = turns + hz * (t - start_s),
                           .frequency_hz = hz,
                           .log_amplitude = -2};
  }
  return tsr_partial_new (id, 0, 0, b, N);
}

/* Frequency from the phase never strays from what it should be. */
static double
most_bend_hz (const TsrPartial *partial, double low_hz, double high_hz)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  double               worst = 0;

  for (size_t i = 0; i + 1 < tsr_partial_n_breakpoints (partial); i++)
    for (int k = 0; k <= 8; k++) {
      TsrBreakpoint value;
      tsr_breakpoint_between (&b[i], &b[i + 1], k / 8.0, &value);
      worst =
          fmax (worst, fmax (low_hz - value.frequency_hz, value.frequency_hz - high_hz));
    }
  return worst;
}

static void
test_join (void)
{
  const struct {
    double start_s, hz, turns, bend_hz;
    bool   is_met; /* the second one's phase stays */
  } rows[] = {
      {1.05,
       400,
       0.30,
       2.1,
       true}, /* a gap; 0.7 turns on: 0.3 off is too much in 50 ms */
      {1.05, 400, 0.02, 2.1, true}, /* 20 + 0.02: met */
      {1.3, 410, 0.4, 2.1, true},   /* a long gap */
      {0.8, 400, 0.0, 2.1, true},   /* an overlap in phase */
      {0.8, 430, 0.4, 2.2, true},   /* and out of phase */
      {1.0, 400, 0.5, 0.1, false},  /* end to end: turned */
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    TsrPartial *a = tone (1, 0, 1, 400, 0);
    TsrPartial *b = tone (2, rows[i].start_s, 2, rows[i].hz, rows[i].turns);
    TsrPartial *both = tsr_partial_join (a, b);
    g_assert_nonnull (both);
    g_assert_cmpint (tsr_partial_id (both), ==, 1);
    g_assert_cmpfloat (tsr_partial_summary (both)->start_s, ==, 0);
    g_assert_cmpfloat_with_epsilon (tsr_partial_summary (both)->end_s, 2, 1e-9);
    double bend = most_bend_hz (both, fmin (400, rows[i].hz), fmax (400, rows[i].hz));
    g_test_message ("row %zu: bend %.2f Hz", i, bend);
    g_assert_cmpfloat (bend, <, rows[i].bend_hz);
    for (double t = 0.1; t < 2; t += 0.01) {
      TsrBreakpoint value;
      g_assert_true (tsr_partial_at (both, t, &value));
      g_assert_cmpfloat_with_epsilon (value.log_amplitude, -2, 0.01);
    }
    g_assert_null (tsr_partial_join (b, a));
    tsr_partial_unref (a);
    tsr_partial_unref (b);
    tsr_partial_unref (both);
  }
}

/* What bends is where it is: what is before and after keeps its frequency. */
static void
test_move_a_breakpoint (void)
{
  TsrPartial          *partial = tone (1, 0, 1, 400, 0.2);
  TsrPartial          *moved = tsr_partial_move_breakpoint (partial, 30, 0.51, 420, -1);
  const TsrBreakpoint *b = tsr_partial_breakpoints (moved);

  g_assert_cmpfloat_with_epsilon (b[30].time_s, 0.51, 1e-12);
  g_assert_cmpfloat (b[30].frequency_hz, ==, 420);
  g_assert_cmpfloat (b[30].log_amplitude, ==, -1);
  g_assert_cmpfloat (b[40].frequency_hz, ==, 400);
  g_assert_cmpfloat (most_bend_hz (moved, 400, 420), <, 1e-6);
  double span_s = b[31].time_s - b[29].time_s;
  g_assert_cmpfloat_with_epsilon (
      b[31].phase_turns - b[29].phase_turns, span_s * 410, 1e-9);
  TsrPartial *far = tsr_partial_move_breakpoint (partial, 30, 7, 400, -2);
  g_assert_cmpfloat (tsr_partial_breakpoints (far)[30].time_s, <, b[31].time_s);
  TsrPartial *less = tsr_partial_remove_breakpoint (partial, 30);
  g_assert_cmpuint (tsr_partial_n_breakpoints (less), ==, 59);
  g_assert_cmpfloat (tsr_partial_breakpoints (less)[30].phase_turns,
                     ==,
                     tsr_partial_breakpoints (partial)[31].phase_turns);
  TsrPartial *more = tsr_partial_add_breakpoint (partial, 0.505);
  g_assert_cmpuint (tsr_partial_n_breakpoints (more), ==, 61);
  g_assert_cmpuint (tsr_partial_nearest_breakpoint (more, 0.505), ==, 30);
  g_assert_cmpfloat_with_epsilon (
      tsr_partial_breakpoints (more)[30].phase_turns, 0.2 + 0.505 * 400, 1e-9);
  tsr_partial_unref (partial);
  tsr_partial_unref (moved);
  tsr_partial_unref (far);
  tsr_partial_unref (less);
  tsr_partial_unref (more);
}

static void
test_draw (void)
{
  const TsrPathPoint points[] = {{0.5, 440, -20}, {1, 660, -40}, {1.5, 660, -20}};
  TsrPartial        *drawn = tsr_partial_draw (points, 3, 2, 1);
  TsrBreakpoint      value;

  g_assert_cmpint (tsr_partial_label (drawn), ==, 2);
  g_assert_cmpuint (tsr_partial_channel (drawn), ==, 1);
  g_assert_true (tsr_partial_at (drawn, 0.75, &value));
  g_assert_cmpfloat_with_epsilon (value.frequency_hz, 550, 1e-6);
  g_assert_cmpfloat_with_epsilon (value.phase_turns, 0.25 * 495, 1e-6);
  g_assert_true (tsr_partial_at (drawn, 1, &value));
  g_assert_cmpfloat_with_epsilon (value.log_amplitude, -40 * G_LN10 / 20, 1e-9);
  g_assert_true (tsr_partial_at (drawn, 0.5, &value));
  g_assert_cmpfloat (tsr_breakpoint_amplitude (&value), ==, 0);
  g_assert_true (tsr_partial_at (drawn, 1.25, &value));
  g_assert_cmpfloat_with_epsilon (20 / G_LN10 * value.log_amplitude, -30, 4);
  tsr_partial_unref (drawn);
}

static double
amplitude_at (const TsrPartial *partial, double time_s)
{
  TsrBreakpoint value;

  return tsr_partial_at (partial, time_s, &value) ? tsr_breakpoint_amplitude (&value) : 0;
}

static void
test_erase (void)
{
  const TsrPathPoint path[] = {{0.4, 400, 0}, {0.6, 400, 0}};
  TsrBrush           brush = {path, 2, 0.05, 30, 1, NULL};
  TsrPartial        *partial = tone (1, 0, 1, 400, 0), *other = tone (2, 0, 1, 440, 0);
  size_t             n;

  g_assert_true (tsr_brush_reaches (&brush, partial));
  g_assert_false (tsr_brush_reaches (&brush, other));
  TsrPartial  *left = tsr_partial_erase (partial, &brush);
  TsrPartial **pieces = tsr_partial_sounding_pieces (left, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (tsr_partial_summary (pieces[0])->end_s, <, 0.41);
  g_assert_cmpfloat (tsr_partial_summary (pieces[1])->start_s, >, 0.59);
  g_assert_cmpfloat_with_epsilon (amplitude_at (left, 0.3), exp (-2), 1e-9);
  g_assert_cmpfloat (amplitude_at (left, 0.5), ==, 0);
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (pieces[i]);
  free (pieces);
  tsr_partial_unref (left);

  brush.strength = 0.5;
  left = tsr_partial_erase (partial, &brush);
  for (double t = 0.3; t < 0.7; t += 0.003) {
    double wanted = exp (-2) * (1 - tsr_brush_at (&brush, t, 400));
    g_assert_cmpfloat_with_epsilon (amplitude_at (left, t), wanted, 0.02 * exp (-2));
  }
  pieces = tsr_partial_sounding_pieces (left, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (pieces[0] == left);
  tsr_partial_unref (pieces[0]);
  free (pieces);
  tsr_partial_unref (left);
  tsr_partial_unref (partial);
  tsr_partial_unref (other);
}

/* An index changes nothing: along long paths, forth and back, up and down, in one place.
 */
static void
test_brush_index (void)
{
  enum { MOST = 700 };
  static TsrPathPoint path[MOST];
  static const int    lengths[] = {1, 2, 3, 40, MOST};

  for (int kind = 0; kind < 4; kind++)
    for (size_t l = 0; l < G_N_ELEMENTS (lengths); l++) {
      TsrBrush brush = {path, (size_t)lengths[l], 0.02, 25, 0.8, NULL};
      for (int i = 0; i < lengths[l]; i++)
        path[i] = (TsrPathPoint){kind == 0   ? 0.004 * i
                                 : kind == 1 ? 1 + sin (0.1 * i)
                                 : kind == 2 ? 0.5
                                             : 2 - 0.001 * i * i / MOST,
                                 500 + (kind == 3 ? 0 : 300 * sin (0.07 * i)),
                                 0};
      TsrBrush indexed = brush;
      indexed.index = tsr_brush_index_new (&brush);
      g_assert_nonnull (indexed.index);
      for (double t = -0.1; t < 3; t += 0.0073)
        for (double hz = 150; hz < 850; hz += 9.1)
          g_assert_cmpfloat (
              tsr_brush_at (&brush, t, hz), ==, tsr_brush_at (&indexed, t, hz));
      for (double hz = 150; hz < 850; hz += 17) {
        TsrPartial *partial = tone (1, 0.3, 1.1, hz, 3);
        g_assert_cmpint (tsr_brush_reaches (&brush, partial),
                         ==,
                         tsr_brush_reaches (&indexed, partial));
        tsr_partial_unref (partial);
      }
      tsr_brush_index_free ((TsrBrushIndex *)indexed.index);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/ops-join/join", test_join);
  g_test_add_func ("/dsp/ops-join/breakpoint", test_move_a_breakpoint);
  g_test_add_func ("/dsp/ops-join/draw", test_draw);
  g_test_add_func ("/dsp/ops-join/erase", test_erase);
  g_test_add_func ("/dsp/ops-join/brush-index", test_brush_index);
  return g_test_run ();
}
