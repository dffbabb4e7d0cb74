/* SPDX-License-Identifier: GPL-3.0-or-later
 * Four doubles at once. Compilers turn arithmetic on these into whatever vectors the
 * machine has; functions marked TSR_FOR_EACH_MACHINE are compiled for several instruction
 * sets and chosen at run time. Without fused operations and with sums in a fixed order
 * all of them give the same bits. (Hence AVX2 without FMA: compilers fuse complex
 * products even where they are told not to.) Only for sources of this library.
 * With TSR_ONE_MACHINE there is one of each, for any machine: a test compares.
 */
#pragma once

#include <complex.h>
#include <string.h>

#define TSR_LANES 4

typedef double TsrLanes __attribute__ ((vector_size (TSR_LANES * sizeof (double))));

#if defined(__x86_64__) && !defined(TSR_ONE_MACHINE)
#define TSR_HAS_AVX2_KERNELS
#endif

#if defined(TSR_HAS_AVX2_KERNELS) && defined(__GNUC__) && !defined(__clang__)
#define TSR_FOR_EACH_MACHINE __attribute__ ((target_clones ("default", "avx2")))
#else
#define TSR_FOR_EACH_MACHINE
#endif
#define TSR_INLINE static inline __attribute__ ((always_inline))

typedef struct {
  TsrLanes re, im;
} TsrComplexLanes;

TSR_INLINE void
tsr_lanes_multiply (TsrComplexLanes *value, const TsrComplexLanes *by)
{
  TsrLanes re = value->re * by->re - value->im * by->im;
  value->im = value->re * by->im + value->im * by->re;
  value->re = re;
}

TSR_INLINE TsrComplexLanes
tsr_lanes_spread (double complex value)
{
  TsrLanes zero = {0};
  return (TsrComplexLanes){zero + creal (value), zero + cimag (value)};
}

TSR_INLINE double
tsr_lanes_sum (const TsrLanes *v)
{
  return ((*v)[0] + (*v)[1]) + ((*v)[2] + (*v)[3]);
}

/* Four values from or to any address. */
TSR_INLINE void
tsr_lanes_load (TsrLanes *v, const double *from)
{
  memcpy (v, from, sizeof *v);
}

TSR_INLINE void
tsr_lanes_store (const TsrLanes *v, double *to)
{
  memcpy (to, v, sizeof *v);
}

/* Lane i of the result is the sum of v[i]. */
TSR_INLINE void
tsr_lanes_sum4 (const TsrLanes v[TSR_LANES], TsrLanes *sums)
{
  TsrLanes a = __builtin_shufflevector (v[0], v[1], 0, 4, 2, 6) +
               __builtin_shufflevector (v[0], v[1], 1, 5, 3, 7);
  TsrLanes b = __builtin_shufflevector (v[2], v[3], 0, 4, 2, 6) +
               __builtin_shufflevector (v[2], v[3], 1, 5, 3, 7);
  *sums = __builtin_shufflevector (a, b, 0, 1, 4, 5) +
          __builtin_shufflevector (a, b, 2, 3, 6, 7);
}
