/* SPDX-License-Identifier: GPL-3.0-or-later
 * Exponentials of four doubles at once, by the polynomials of the reference synthesiser.
 * Only for sources of this library.
 */
#pragma once

#include "model/dsp/lanes.h"

#include <stdint.h>

typedef int64_t TsrWholeLanes
    __attribute__ ((vector_size (TSR_LANES * sizeof (int64_t))));

/* 1.5 * 2^52: adding it rounds. */
#define TSR_LANES_TO_INTEGER 6755399441055744.0

/* 2^x for |x| < 1000, error 3e-16: Chebyshev interpolation of degree 10 on -0.5..0.5. */
TSR_INLINE void
tsr_lanes_exp2 (const TsrLanes *x, TsrLanes *result)
{
  TsrLanes whole = *x + TSR_LANES_TO_INTEGER;
  TsrLanes r = *x - (whole - TSR_LANES_TO_INTEGER);
  TsrLanes y = 7.0725859492692234e-09 * r + 1.0208690299958306e-07;

  y = y * r + 1.3215442587921689e-06;
  y = y * r + 1.5252657260200837e-05;
  y = y * r + 0.0001540353044173605;
  y = y * r + 0.0013333558230164974;
  y = y * r + 0.0096181291076068882;
  y = y * r + 0.055504108664447722;
  y = y * r + 0.24022650695910097;
  y = y * r + 0.69314718055994995;
  y = y * r + 1.0;
  *result = y * (TsrLanes)(((TsrWholeLanes)whole + 1023) << 52);
}

/* sin (2 pi turns), |turns| < 2^51, absolute error 2e-15 beside rounding: (u - u^3) P
 * (u^2), P by Chebyshev interpolation of degree 8 of sin (pi u) / (u - u^3) on 0..1. */
TSR_INLINE void
tsr_lanes_sine (const TsrLanes *turns, TsrLanes *result)
{
  TsrLanes u = *turns - ((*turns + TSR_LANES_TO_INTEGER) - TSR_LANES_TO_INTEGER);
  u += u;
  TsrLanes z = u * u, y = 2.0157659165698294e-08 * z - 7.686167245425365e-07;

  y = y * z + 2.1138387182866456e-05;
  y = y * z - 0.00044515778662823277;
  y = y * z + 0.0069252698614305557;
  y = y * z - 0.075220615739425303;
  y = y * z + 0.52404391340119427;
  y = y * z - 2.0261201264595781;
  y = y * z + 3.1415926535897896;
  *result = (u - u * z) * y;
}

/* 2^log2_amplitude exp (2 pi j turns). */
TSR_INLINE void
tsr_lanes_turned (const TsrLanes  *log2_amplitude,
                  const TsrLanes  *turns,
                  TsrComplexLanes *result)
{
  TsrLanes amplitude, quarter_on = *turns + 0.25;

  tsr_lanes_exp2 (log2_amplitude, &amplitude);
  tsr_lanes_sine (&quarter_on, &result->re);
  tsr_lanes_sine (turns, &result->im);
  result->re *= amplitude;
  result->im *= amplitude;
}
