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

struct TsrFft {
  size_t    size;
  fftw_plan plan;
};

struct TsrRealFft {
  size_t    size;
  fftw_plan forward, inverse;
};

struct TsrRealFftF {
  size_t     size;
  fftwf_plan forward, inverse;
};

struct TsrFftF {
  fftwf_plan plan;
};

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

TsrFft *
tsr_fft_new (size_t size, TsrFftDirection direction)
{
  TsrFft         *fft = size_is_usable (size, 1) ? calloc (1, sizeof *fft) : NULL;
  double complex *data = fft != NULL ? tsr_fft_alloc (size * sizeof *data) : NULL;
  if (data != NULL)
    fft->plan =
        fftw_plan_dft_1d ((int)size,
                          data,
                          data,
                          direction == TSR_FFT_FORWARD ? FFTW_FORWARD : FFTW_BACKWARD,
                          FFTW_ESTIMATE);
  tsr_fft_free (data);
  if (fft == NULL || fft->plan == NULL) {
    free (fft);
    return NULL;
  }
  fft->size = size;
  return fft;
}

void
tsr_fft_free_plan (TsrFft *fft)
{
  if (fft == NULL)
    return;
  fftw_destroy_plan (fft->plan);
  free (fft);
}

size_t
tsr_fft_size (const TsrFft *fft)
{
  return fft->size;
}

void
tsr_fft_execute (const TsrFft *fft, double complex *data)
{
  fftw_execute_dft (fft->plan, data, data);
}

TsrRealFft *
tsr_real_fft_new (size_t size)
{
  if (!size_is_usable (size, 2))
    return NULL;
  TsrRealFft     *fft = calloc (1, sizeof *fft);
  double         *values = tsr_fft_alloc (size * sizeof *values);
  double complex *bins = tsr_fft_alloc ((size / 2 + 1) * sizeof *bins);
  if (fft != NULL && values != NULL && bins != NULL) {
    fft->size = size;
    fft->forward = fftw_plan_dft_r2c_1d (
        (int)size, values, bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    fft->inverse = fftw_plan_dft_c2r_1d ((int)size, bins, values, FFTW_ESTIMATE);
  }
  tsr_fft_free (values);
  tsr_fft_free (bins);
  if (fft == NULL || fft->forward == NULL || fft->inverse == NULL) {
    tsr_real_fft_free (fft);
    return NULL;
  }
  return fft;
}

void
tsr_real_fft_free (TsrRealFft *fft)
{
  if (fft == NULL)
    return;
  fftw_destroy_plan (fft->forward);
  fftw_destroy_plan (fft->inverse);
  free (fft);
}

size_t
tsr_real_fft_size (const TsrRealFft *fft)
{
  return fft->size;
}

void
tsr_real_fft_forward (const TsrRealFft *fft, double *values, double complex *bins)
{
  fftw_execute_dft_r2c (fft->forward, values, bins);
}

void
tsr_real_fft_inverse (const TsrRealFft *fft, double complex *bins, double *values)
{
  fftw_execute_dft_c2r (fft->inverse, bins, values);
}

TsrRealFftF *
tsr_real_fftf_new (size_t size)
{
  if (!size_is_usable (size, 2))
    return NULL;
  TsrRealFftF   *fft = calloc (1, sizeof *fft);
  float         *values = tsr_fft_alloc (size * sizeof *values);
  float complex *bins = tsr_fft_alloc ((size / 2 + 1) * sizeof *bins);
  if (fft != NULL && values != NULL && bins != NULL) {
    fft->size = size;
    fft->forward = fftwf_plan_dft_r2c_1d (
        (int)size, values, bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    fft->inverse = fftwf_plan_dft_c2r_1d ((int)size, bins, values, FFTW_ESTIMATE);
  }
  tsr_fft_free (values);
  tsr_fft_free (bins);
  if (fft == NULL || fft->forward == NULL || fft->inverse == NULL) {
    tsr_real_fftf_free (fft);
    return NULL;
  }
  return fft;
}

void
tsr_real_fftf_free (TsrRealFftF *fft)
{
  if (fft == NULL)
    return;
  fftwf_destroy_plan (fft->forward);
  fftwf_destroy_plan (fft->inverse);
  free (fft);
}

size_t
tsr_real_fftf_size (const TsrRealFftF *fft)
{
  return fft->size;
}

void
tsr_real_fftf_forward (const TsrRealFftF *fft, float *values, float complex *bins)
{
  fftwf_execute_dft_r2c (fft->forward, values, bins);
}

void
tsr_real_fftf_inverse (const TsrRealFftF *fft, float complex *bins, float *values)
{
  fftwf_execute_dft_c2r (fft->inverse, bins, values);
}

TsrFftF *
tsr_fftf_new (size_t size, TsrFftDirection direction)
{
  TsrFftF       *fft = size_is_usable (size, 1) ? calloc (1, sizeof *fft) : NULL;
  float complex *data = fft != NULL ? tsr_fft_alloc (size * sizeof *data) : NULL;
  if (data != NULL)
    fft->plan =
        fftwf_plan_dft_1d ((int)size,
                           data,
                           data,
                           direction == TSR_FFT_FORWARD ? FFTW_FORWARD : FFTW_BACKWARD,
                           FFTW_ESTIMATE);
  tsr_fft_free (data);
  if (fft == NULL || fft->plan == NULL) {
    free (fft);
    return NULL;
  }
  return fft;
}

void
tsr_fftf_free_plan (TsrFftF *fft)
{
  if (fft == NULL)
    return;
  fftwf_destroy_plan (fft->plan);
  free (fft);
}

void
tsr_fftf_execute (const TsrFftF *fft, float complex *data)
{
  fftwf_execute_dft (fft->plan, data, data);
}
