/* SPDX-License-Identifier: GPL-3.0-or-later
 * A complex number of two parts, for compilers whose C library header knows no CMPLX.
 */
#pragma once

#include <complex.h>

/* re + j im, exactly, whatever the signs of zeros and for infinities. */
static inline double complex
tsr_complex (double re, double im)
{
  union {
    double         parts[2];
    double complex whole;
  } number = {.parts = {re, im}};

  return number.whole;
}

/* Squared magnitude. */
static inline double
tsr_complex_energy (double complex value)
{
  return creal (value) * creal (value) + cimag (value) * cimag (value);
}
