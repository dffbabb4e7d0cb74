/* SPDX-License-Identifier: GPL-3.0-or-later
 * The polynomials behind the sines and exponentials of the synthesisers: macros, because
 * y and the argument are doubles or vectors of doubles. Both then add and multiply in
 * this order and get the same bits. Only for sources of this library.
 */
#pragma once

/* 1.5 * 2^52: adding it to a double below 2^51 rounds that to a whole number. */
#define TSR_TO_INTEGER 6755399441055744.0

/* y = 2^r for -0.5..0.5, error 3e-16: Chebyshev interpolation of degree 10. */
#define TSR_EXP2_POLYNOMIAL(y, r)                                                        \
  do {                                                                                   \
    (y) = 7.0725859492692234e-09 * (r) + 1.0208690299958306e-07;                         \
    (y) = (y) * (r) + 1.3215442587921689e-06;                                            \
    (y) = (y) * (r) + 1.5252657260200837e-05;                                            \
    (y) = (y) * (r) + 0.0001540353044173605;                                             \
    (y) = (y) * (r) + 0.0013333558230164974;                                             \
    (y) = (y) * (r) + 0.0096181291076068882;                                             \
    (y) = (y) * (r) + 0.055504108664447722;                                              \
    (y) = (y) * (r) + 0.24022650695910097;                                               \
    (y) = (y) * (r) + 0.69314718055994995;                                               \
    (y) = (y) * (r) + 1.0;                                                               \
  } while (0)

/* y = P (z), z = u^2, with sin (pi u) = (u - u^3) P for -1..1, absolute error 2e-15
 * beside rounding: Chebyshev interpolation of degree 8 of sin (pi u) / (u - u^3) on 0..1.
 */
#define TSR_SINE_POLYNOMIAL(y, z)                                                        \
  do {                                                                                   \
    (y) = 2.0157659165698294e-08 * (z)-7.686167245425365e-07;                            \
    (y) = (y) * (z) + 2.1138387182866456e-05;                                            \
    (y) = (y) * (z)-0.00044515778662823277;                                              \
    (y) = (y) * (z) + 0.0069252698614305557;                                             \
    (y) = (y) * (z)-0.075220615739425303;                                                \
    (y) = (y) * (z) + 0.52404391340119427;                                               \
    (y) = (y) * (z)-2.0261201264595781;                                                  \
    (y) = (y) * (z) + 3.1415926535897896;                                                \
  } while (0)
