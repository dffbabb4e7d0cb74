/* SPDX-License-Identifier: GPL-3.0-or-later
 * Follows what is told with a slow correction.
 */
#include "audio/playhead-clock.h"

#include <math.h>

#define CORRECTION_PART 0.1
#define MAX_AWAY_S 0.06

double
tsr_playhead_clock_at (TsrPlayheadClock *self,
                       double            told_s,
                       gboolean          runs,
                       gint64            now_us)
{
  double   elapsed_s = (double)(now_us - self->anchor_us) * 1e-6;
  double   expected_s = self->anchor_s + (self->runs ? elapsed_s : 0);
  double   away_s = told_s - expected_s;
  gboolean news = told_s != self->told_s;
  if (!runs || !self->runs || fabs (away_s) > MAX_AWAY_S)
    expected_s = told_s;
  else if (news)
    expected_s = fmax (self->anchor_s, expected_s + CORRECTION_PART * away_s);
  self->told_s = told_s;
  self->anchor_s = expected_s;
  self->anchor_us = now_us;
  self->runs = runs;
  return expected_s;
}
