/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of the real-time synthesiser for each instruction set.
 */
#include "model/dsp/partials/oscillator-kernel.h"

#include <math.h>
#include <string.h>

typedef float    Floats8 __attribute__ ((vector_size (32)));
typedef float    Floats4 __attribute__ ((vector_size (16)));
typedef int32_t  Ints8 __attribute__ ((vector_size (32)));
typedef uint32_t Words8 __attribute__ ((vector_size (32)));

/* Turns, modulo 1, in units of 2^-32; |turns| < 2^18. Adding 1.5 2^20 leaves the fraction
 * in the low 32 bits of the number. */
static inline uint32_t
fixed (double turns)
{
  union {
    double  number;
    int64_t bits;
  } sum = {.number = turns + 1572864.0};
  return (uint32_t)sum.bits;
}

#define KERNEL(name) name##_plain
#define KERNEL_TARGET
#include "model/dsp/partials/oscillator-kernel-body.h"
#undef KERNEL
#undef KERNEL_TARGET

#if defined(__x86_64__)
#define KERNEL(name) name##_avx2
#define KERNEL_TARGET __attribute__ ((target ("avx2")))
#include "model/dsp/partials/oscillator-kernel-body.h"
#undef KERNEL
#undef KERNEL_TARGET
#endif

const TsrOscillatorKernels *
tsr_oscillator_kernels (bool plain)
{
#if defined(__x86_64__)
  if (!plain && __builtin_cpu_supports ("avx2"))
    return &kernels_avx2;
#endif
  return &kernels_plain;
}
