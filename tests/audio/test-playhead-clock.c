/* SPDX-License-Identifier: GPL-3.0-or-later
 * The playhead: smooth while callbacks come in bursts, exact when it stands or jumps.
 */
#include "audio/playhead-clock.h"

#include <math.h>

/* Callbacks of 5.33 ms that come five at a time; a frame of the window every 16.7 ms. */
static void
test_bursts (void)
{
  TsrPlayheadClock clock = {0};
  const double     burst_s = 5 * 256 / 48000.0;
  double           last_s = 0;
  for (int frame = 0; frame < 600; frame++) {
    double now_s = frame / 60.0;
    double told_s = floor (now_s / burst_s) * burst_s;
    double at_s = tsr_playhead_clock_at (&clock, told_s, TRUE, (gint64)(now_s * 1e6));
    g_assert_cmpfloat (at_s, >=, last_s);
    g_assert_cmpfloat (fabs (at_s - told_s), <, 0.06);
    if (frame > 60) /* settled: steps are even */
      g_assert_cmpfloat_with_epsilon (at_s - last_s, 1 / 60.0, 0.006);
    last_s = at_s;
  }
}

static void
test_jumps (void)
{
  TsrPlayheadClock clock = {0};
  g_assert_cmpfloat (tsr_playhead_clock_at (&clock, 1, FALSE, 0), ==, 1);
  g_assert_cmpfloat (tsr_playhead_clock_at (&clock, 1, FALSE, 500000), ==, 1);
  g_assert_cmpfloat (tsr_playhead_clock_at (&clock, 1, TRUE, 500000), ==, 1);
  g_assert_cmpfloat_with_epsilon (
      tsr_playhead_clock_at (&clock, 1, TRUE, 510000), 1.01, 1e-9);
  g_assert_cmpfloat (tsr_playhead_clock_at (&clock, 5, TRUE, 520000), ==, 5);
  g_assert_cmpfloat (tsr_playhead_clock_at (&clock, 2, TRUE, 530000), ==, 2);
  g_assert_cmpfloat (tsr_playhead_clock_at (&clock, 2.5, FALSE, 540000), ==, 2.5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/playhead-clock/bursts", test_bursts);
  g_test_add_func ("/audio/playhead-clock/jumps", test_jumps);
  return g_test_run ();
}
