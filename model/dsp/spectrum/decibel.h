/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decibels of many powers, and between them, for pictures: code that compiles to vector
 * instructions inside a loop.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#define TSR_PICTURE_FLOOR_DB (-200.0F)

/* 10 log10 (power), at least -200; error below 2e-5 dB. power must not be NaN. Exponent
 * and mantissa m are taken apart, then log m = 2 atanh ((m-1)/(m+1)) for m between
 * sqrt(1/2) and sqrt(2). */
static inline float
tsr_power_to_db (float power)
{
  const uint32_t root_half = 0x3f3504f3;
  float          p = power > 1e-20F ? power : 1e-20F;
  uint32_t       bits;
  float          m;

  memcpy (&bits, &p, sizeof bits);
  int32_t exponent = (int32_t)(bits - root_half) >> 23;
  bits -= (uint32_t)exponent << 23;
  memcpy (&m, &bits, sizeof m);
  float s = (m - 1) / (m + 1);
  float s2 = s * s;
  float log_m =
      8.685889638F * s * (1 + s2 * (0.333333333F + s2 * (0.2F + s2 * 0.142857143F)));
  return 3.010299957F * (float)exponent + log_m;
}

/* Cubic through four equally spaced values, between b (fraction 0) and c (1), held near
 * them: at the steps of a spectrum it overshoots by 1 dB and undershoots by 6 at most. */
static inline float
tsr_interpolate_db (float a, float b, float c, float d, float fraction)
{
  float t = fraction;
  float value =
      b +
      0.5F * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  float high = (b > c ? b : c) + 1;
  float low = (b < c ? b : c) - 6;
  return value > high ? high : value < low ? low : value;
}
