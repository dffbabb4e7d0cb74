/* SPDX-License-Identifier: GPL-3.0-or-later
 * exp of a complex cubic at successive samples, four at a time, by products of its
 * differences. Growths beyond the first are so near 1 that only what they differ from 1
 * by is kept, which keeps rounding from adding up: over 32 steps the error stays below
 * 2e-13 of the value. Private to the synthesis.
 */
#pragma once

#include "model/dsp/lanes-math.h"

#include <math.h>
#include <stdbool.h>

/* Values at four samples, the factor that leads four on, what that grows by over four,
 * less 1, and that again, less 1. */
typedef struct {
  TsrComplexLanes value, growth, bend, twist;
} TsrPhasor;

/* Beyond, series for the growths are not exact enough (in nepers and radians). */
#define TSR_PHASOR_MOST_BEND 5e-3
#define TSR_PHASOR_MOST_TWIST 1e-4

/* Whether a phasor of these cubics in samples is as exact as said, for up to 128 samples:
 * base-2 logarithm of the amplitude, and phase in turns. */
TSR_INLINE bool
tsr_phasor_is_exact (const double log2_amplitude[4], const double turns[4])
{
  const double *a = log2_amplitude, *p = turns;
  double        bend = M_LN2 * (32 * fabs (a[2]) + 672 * fabs (a[3])) +
                2 * M_PI * (32 * fabs (p[2]) + 672 * fabs (p[3]));
  double twist = 384 * (M_LN2 * fabs (a[3]) + 2 * M_PI * fabs (p[3]));

  return bend < TSR_PHASOR_MOST_BEND && twist < TSR_PHASOR_MOST_TWIST;
}

/* exp (x) - 1 for small x, by n terms of its series. */
TSR_INLINE void
tsr_phasor_small_growth (const TsrComplexLanes *x, int n, TsrComplexLanes *growth)
{
  TsrLanes        zero = {0};
  TsrComplexLanes sum = {zero + 1.0, zero};

  for (int m = n; m > 1; m--) {
    tsr_lanes_multiply (&sum, x);
    sum.re = sum.re * (1.0 / m) + 1.0;
    sum.im *= 1.0 / m;
  }
  tsr_lanes_multiply (&sum, x);
  *growth = sum;
}

TSR_INLINE void
tsr_phasor_begin (TsrPhasor   *phasor,
                  const double log2_amplitude[4],
                  const double turns[4])
{
  const TsrLanes  k = {0, 1, 2, 3};
  const double   *a = log2_amplitude, *p = turns;
  TsrLanes        level = a[0] + k * (a[1] + k * (a[2] + k * a[3]));
  TsrLanes        angle = p[0] + k * (p[1] + k * (p[2] + k * p[3]));
  TsrLanes        k1 = 8 * k + 16, k2 = (12 * k + 48) * k + 64, k3 = 96 * k + 384;
  TsrComplexLanes bend = {M_LN2 * (32 * a[2] + k3 * a[3]),
                          2 * M_PI * (32 * p[2] + k3 * p[3])};
  TsrComplexLanes twist = {0 * k + M_LN2 * 384 * a[3], 0 * k + 2 * M_PI * 384 * p[3]};

  tsr_lanes_turned (&level, &angle, &phasor->value);
  level = 4 * a[1] + k1 * a[2] + k2 * a[3];
  angle = 4 * p[1] + k1 * p[2] + k2 * p[3];
  tsr_lanes_turned (&level, &angle, &phasor->growth);
  tsr_phasor_small_growth (&bend, 6, &phasor->bend);
  tsr_phasor_small_growth (&twist, 3, &phasor->twist);
}

TSR_INLINE void
tsr_phasor_step (TsrPhasor *phasor)
{
  TsrComplexLanes more = phasor->growth, bend = phasor->twist;

  tsr_lanes_multiply (&phasor->value, &phasor->growth);
  tsr_lanes_multiply (&more, &phasor->bend);
  phasor->growth.re += more.re;
  phasor->growth.im += more.im;
  tsr_lanes_multiply (&bend, &phasor->bend);
  phasor->bend.re += bend.re + phasor->twist.re;
  phasor->bend.im += bend.im + phasor->twist.im;
}
