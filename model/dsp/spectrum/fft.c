/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fourier transforms by FFTW. Plans are ESTIMATE plans: made in microseconds, and the
 * same on every run, so that results are too.
 */
#include "model/dsp/spectrum/fft.h"

#include <fftw3.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Before main, so that no thread can already be planning. */
__attribute__ ((constructor)) static void
make_planners_thread_safe (void)
{
  fftw_make_planner_thread_safe ();
  fftwf_make_planner_thread_safe ();
}

void *
tsr_fft_alloc (size_t n_bytes)
{
  if (n_bytes > SIZE_MAX - 64)
    return NULL;
  size_t rounded = (n_bytes / 64 + 1) * 64;
  void  *buffer = aligned_alloc (64, rounded);
  if (buffer != NULL)
    memset (buffer, 0, rounded);
  return buffer;
}

void
tsr_fft_free (void *buffer)
{
  free (buffer);
}

static bool
is_smooth (size_t n)
{
  static const size_t primes[] = {2, 3, 5, 7};
  for (size_t i = 0; i < 4; i++)
    while (n % primes[i] == 0)
      n /= primes[i];
  return n == 1;
}

size_t
tsr_fft_good_size (size_t at_least)
{
  size_t n = at_least > 0 ? at_least : 1;
  while (!is_smooth (n))
    n++;
  return n;
}

static bool
size_is_usable (size_t size, size_t multiple_of)
{
  return size > 0 && size < INT_MAX && size % multiple_of == 0;
}

#define FFT_NUMBER double
#define FFT_WITH(name) fftw_##name
#define FFT_COMPLEX TsrFft
#define FFT_COMPLEX_DO(name) tsr_fft_##name
#define FFT_REAL TsrRealFft
#define FFT_REAL_DO(name) tsr_real_fft_##name
#include "model/dsp/spectrum/fft-kind.h"

#define FFT_NUMBER float
#define FFT_WITH(name) fftwf_##name
#define FFT_COMPLEX TsrFftF
#define FFT_COMPLEX_DO(name) tsr_fftf_##name
#define FFT_REAL TsrRealFftF
#define FFT_REAL_DO(name) tsr_real_fftf_##name
#include "model/dsp/spectrum/fft-kind.h"
