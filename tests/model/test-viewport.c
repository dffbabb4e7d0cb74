/* SPDX-License-Identifier: GPL-3.0-or-later
 * Viewports: limits, zoom around a point, pixels and back.
 */
#include "model/viewport.h"

#include <math.h>

static const TsrFrequencyScale scales[] = {
    TSR_FREQUENCY_LINEAR, TSR_FREQUENCY_LOG, TSR_FREQUENCY_MEL};

static void
assert_inside (TsrViewport *v)
{
  double duration_s, low_hz, high_hz;

  tsr_viewport_get_limits (v, &duration_s, &low_hz, &high_hz);
  g_assert_cmpfloat (tsr_viewport_get_start_s (v), >=, 0);
  g_assert_cmpfloat (tsr_viewport_get_end_s (v), <=, duration_s * (1 + 1e-12));
  g_assert_cmpfloat (tsr_viewport_get_start_s (v), <, tsr_viewport_get_end_s (v));
  g_assert_cmpfloat (tsr_viewport_get_low_hz (v), >=, low_hz * (1 - 1e-9));
  g_assert_cmpfloat (tsr_viewport_get_high_hz (v), <=, high_hz * (1 + 1e-9));
  g_assert_cmpfloat (tsr_viewport_get_low_hz (v), <, tsr_viewport_get_high_hz (v));
}

static void
test_pixels (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++) {
    g_autoptr (TsrViewport) v = tsr_viewport_new ();
    tsr_viewport_set_limits (v, 10, 0, 20000);
    tsr_viewport_set_scale (v, scales[i]);
    tsr_viewport_set_time (v, 2, 4);
    tsr_viewport_set_frequency (v, 100, 5000);
    g_assert_cmpfloat_with_epsilon (tsr_viewport_x_of (v, 3, 800), 400, 1e-9);
    g_assert_cmpfloat_with_epsilon (tsr_viewport_time_at (v, 400, 800), 3, 1e-9);
    g_assert_cmpfloat_with_epsilon (tsr_viewport_y_of (v, 5000, 600), 0, 1e-6);
    g_assert_cmpfloat_with_epsilon (tsr_viewport_y_of (v, 100, 600), 600, 1e-6);
    for (double y = 0; y <= 600; y += 37)
      g_assert_cmpfloat_with_epsilon (
          tsr_viewport_y_of (v, tsr_viewport_hz_at (v, y, 600), 600), y, 1e-6);
  }
}

static void
test_zoom_keeps_the_point (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++) {
    g_autoptr (TsrViewport) v = tsr_viewport_new ();
    tsr_viewport_set_limits (v, 10, 0, 20000);
    tsr_viewport_set_scale (v, scales[i]);
    tsr_viewport_fit (v);
    double x = tsr_viewport_x_of (v, 3, 1000), y = tsr_viewport_y_of (v, 440, 500);
    tsr_viewport_zoom_time (v, 4, 3);
    tsr_viewport_zoom_frequency (v, 3, 440);
    g_assert_cmpfloat_with_epsilon (tsr_viewport_x_of (v, 3, 1000), x, 1e-6);
    g_assert_cmpfloat_with_epsilon (tsr_viewport_y_of (v, 440, 500), y, 1e-6);
  }
}

static void
move_at_random (TsrViewport *v, GRand *rand)
{
  double a = g_rand_double_range (rand, -2, 2), b = g_rand_double_range (rand, -5, 5);

  switch (g_rand_int_range (rand, 0, 6)) {
  case 0:
    tsr_viewport_zoom_time (v, exp (a), b);
    break;
  case 1:
    tsr_viewport_zoom_frequency (v, exp (a), 6000 * fabs (b));
    break;
  case 2:
    tsr_viewport_scroll (v, a / 2, b / 5);
    break;
  case 3:
    tsr_viewport_set_scale (v, scales[g_rand_int_range (rand, 0, 3)]);
    break;
  case 4:
    tsr_viewport_set_time (v, a, b);
    break;
  default:
    tsr_viewport_set_limits (v, fabs (b), 0, 24000);
  }
}

static void
test_random_moves_stay_inside (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (TsrViewport) v = tsr_viewport_new ();

  tsr_viewport_set_limits (v, 3, 0, 24000);
  for (guint i = 0; i < 20000; i++) {
    move_at_random (v, rand);
    assert_inside (v);
  }
}

static void
count_cb (TsrViewport *v, guint *n)
{
  ++*n;
}

static void
test_signal_only_on_change (void)
{
  g_autoptr (TsrViewport) v = tsr_viewport_new ();
  guint n = 0;

  tsr_viewport_set_limits (v, 10, 0, 20000);
  tsr_viewport_fit (v);
  g_signal_connect (v, "changed", G_CALLBACK (count_cb), &n);
  tsr_viewport_fit (v);
  g_assert_cmpuint (n, ==, 0);
  tsr_viewport_set_time (v, 1, 2);
  g_assert_cmpuint (n, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/viewport/pixels", test_pixels);
  g_test_add_func ("/model/viewport/zoom", test_zoom_keeps_the_point);
  g_test_add_func ("/model/viewport/random", test_random_moves_stay_inside);
  g_test_add_func ("/model/viewport/signal", test_signal_only_on_change);
  return g_test_run ();
}
