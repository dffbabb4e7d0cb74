/* SPDX-License-Identifier: GPL-3.0-or-later
 * Exponentials of four doubles at once, by the polynomials of the reference synthesiser.
 * Only for sources of this library.
 */
#pragma once

#include "model/dsp/lanes.h"
#include "model/dsp/polynomial.h"

#include <stdint.h>

typedef int64_t TsrWholeLanes
    __attribute__ ((vector_size (TSR_LANES * sizeof (int64_t))));

/* 2^x for |x| < 1000, error 3e-16. */
TSR_INLINE void
tsr_lanes_exp2 (const TsrLanes *x, TsrLanes *result)
{
  TsrLanes whole = *x + TSR_TO_INTEGER;
  TsrLanes r = *x - (whole - TSR_TO_INTEGER), y;

  TSR_EXP2_POLYNOMIAL (y, r);
  *result = y * (TsrLanes)(((TsrWholeLanes)whole + 1023) << 52);
}

/* sin (2 pi turns), |turns| < 2^51, absolute error 2e-15 beside rounding. */
TSR_INLINE void
tsr_lanes_sine (const TsrLanes *turns, TsrLanes *result)
{
  TsrLanes u = *turns - ((*turns + TSR_TO_INTEGER) - TSR_TO_INTEGER);
  u += u;
  TsrLanes z = u * u, y;

  TSR_SINE_POLYNOMIAL (y, z);
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
