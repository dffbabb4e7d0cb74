/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of the real-time synthesiser for each instruction set.
 */
#include "model/dsp/partials/oscillator-kernel.h"

#include <math.h>
#include <string.h>

#include "model/dsp/lanes.h"

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

/* The next eight samples into y. The polynomial is taken in pairs of terms: a shorter
 * chain than Horner's. A macro, because vector types are lowered before functions are
 * inlined. */
#define TSR_OSCILLATE(y)                                                                 \
  do {                                                                                   \
    Floats8 u = __builtin_convertvector((Ints8)p, Floats8) * 0x1p-31f, z = u * u;        \
    Floats8 z2 = z * z, low = 3.1415913f - 2.02608378f * z;                              \
    Floats8 high = 0.523780453f - 0.0744593689f * z + 0.00597329174f * z2;               \
    y = (low + z2 * high) * ((u - u * z) * level);                                       \
    p += d;                                                                              \
    d += dd;                                                                             \
    dd += ddd;                                                                           \
    level += dlevel;                                                                     \
    dlevel += ddlevel;                                                                   \
    ddlevel += dddlevel;                                                                 \
  } while (0)

#define KERNEL(name) name##_plain
#define KERNEL_TARGET
#include "model/dsp/partials/oscillator-kernel-body.h"
#undef KERNEL
#undef KERNEL_TARGET

#if defined(TSR_HAS_AVX2_KERNELS)
#define KERNEL(name) name##_avx2
#define KERNEL_TARGET __attribute__ ((target ("avx2")))
#include "model/dsp/partials/oscillator-kernel-body.h"
#undef KERNEL
#undef KERNEL_TARGET
#endif

const TsrOscillatorKernels *
tsr_oscillator_kernels (bool plain)
{
#if defined(TSR_HAS_AVX2_KERNELS)
  if (!plain && __builtin_cpu_supports ("avx2"))
    return &kernels_avx2;
#endif
  return &kernels_plain;
}
