/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fourier transforms: the only door to FFTW. A plan is immutable; making and freeing
 * plans is safe on any thread (but allocates and locks: never on the audio thread), and
 * so is executing one plan on several threads, each with buffers of its own.
 * All transforms are unscaled: forward then inverse multiplies by the size.
 */
#pragma once

#include <complex.h>
#include <stddef.h>

/* Zeroed memory aligned for the transforms: every buffer given to an execute function
 * must start at the address of such a block, or a multiple of 64 bytes into it. NULL when
 * memory is short. */
void *tsr_fft_alloc (size_t n_bytes);
void  tsr_fft_free (void *buffer); /* NULL is allowed */

/* Smallest product of powers of 2, 3, 5 and 7 that is >= at_least (>= 1): lengths that
 * transform fast. */
size_t tsr_fft_good_size (size_t at_least);

typedef enum {
  TSR_FFT_FORWARD, /* sum x[n] exp (-2 pi j n k / size) */
  TSR_FFT_INVERSE, /* sum X[k] exp (+2 pi j n k / size) */
} TsrFftDirection;

/* Double complex, in place. */
typedef struct TsrFft TsrFft;
TsrFft               *tsr_fft_new (size_t          size,
                                   TsrFftDirection direction); /* NULL: no memory, size 0 */
void                  tsr_fft_free_plan (TsrFft *fft);         /* NULL is allowed */
void                  tsr_fft_execute (const TsrFft *fft, double complex *data);

/* Double real: `size` (even) values to size/2+1 bins and back. Both directions in one
 * plan. The input of forward is kept, that of inverse is destroyed. */
typedef struct TsrRealFft TsrRealFft;
TsrRealFft *tsr_real_fft_new (size_t size); /* NULL: no memory, size 0 or odd */
void        tsr_real_fft_free (TsrRealFft *fft);
void tsr_real_fft_forward (const TsrRealFft *fft, double *values, double complex *bins);
void tsr_real_fft_inverse (const TsrRealFft *fft, double complex *bins, double *values);

/* Single precision real, the same contract. forward and inverse allocate nothing and take
 * bounded time. */
typedef struct TsrRealFftF TsrRealFftF;
TsrRealFftF               *tsr_real_fftf_new (size_t size);
void                       tsr_real_fftf_free (TsrRealFftF *fft);
void tsr_real_fftf_forward (const TsrRealFftF *fft, float *values, float complex *bins);
void tsr_real_fftf_inverse (const TsrRealFftF *fft, float complex *bins, float *values);

/* Single precision complex, in place: pictures. */
typedef struct TsrFftF TsrFftF;
TsrFftF               *tsr_fftf_new (size_t size, TsrFftDirection direction);
void                   tsr_fftf_free_plan (TsrFftF *fft);
void                   tsr_fftf_execute (const TsrFftF *fft, float complex *data);
