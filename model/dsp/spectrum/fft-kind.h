/* SPDX-License-Identifier: GPL-3.0-or-later
 * The transforms of one precision: part of fft.c, which includes this once for each and
 * says before what FFT_NUMBER is, and how FFTW, the two kinds of plan and their functions
 * are called.
 */

struct FFT_COMPLEX {
  FFT_WITH (plan) plan;
};

FFT_COMPLEX *FFT_COMPLEX_DO (new) (size_t size, TsrFftDirection direction)
{
  FFT_COMPLEX        *fft = size_is_usable (size, 1) ? calloc (1, sizeof *fft) : NULL;
  FFT_NUMBER complex *data = fft != NULL ? tsr_fft_alloc (size * sizeof *data) : NULL;
  int                 sign = direction == TSR_FFT_FORWARD ? FFTW_FORWARD : FFTW_BACKWARD;

  if (data != NULL)
    fft->plan = FFT_WITH (plan_dft_1d) ((int)size, data, data, sign, FFTW_ESTIMATE);
  tsr_fft_free (data);
  if (fft == NULL || fft->plan == NULL) {
    free (fft);
    return NULL;
  }
  return fft;
}

void
FFT_COMPLEX_DO (free_plan) (FFT_COMPLEX *fft)
{
  if (fft == NULL)
    return;
  FFT_WITH (destroy_plan) (fft->plan);
  free (fft);
}

void
FFT_COMPLEX_DO (execute) (const FFT_COMPLEX *fft, FFT_NUMBER complex *data)
{
  FFT_WITH (execute_dft) (fft->plan, data, data);
}

struct FFT_REAL {
  FFT_WITH (plan) forward, inverse;
};

FFT_REAL *FFT_REAL_DO (new) (size_t size)
{
  if (!size_is_usable (size, 2))
    return NULL;
  FFT_REAL           *fft = calloc (1, sizeof *fft);
  FFT_NUMBER         *values = tsr_fft_alloc (size * sizeof *values);
  FFT_NUMBER complex *bins = tsr_fft_alloc ((size / 2 + 1) * sizeof *bins);
  if (fft != NULL && values != NULL && bins != NULL) {
    fft->forward = FFT_WITH (plan_dft_r2c_1d) (
        (int)size, values, bins, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    fft->inverse = FFT_WITH (plan_dft_c2r_1d) ((int)size, bins, values, FFTW_ESTIMATE);
  }
  tsr_fft_free (values);
  tsr_fft_free (bins);
  if (fft == NULL || fft->forward == NULL || fft->inverse == NULL) {
    FFT_REAL_DO (free) (fft);
    return NULL;
  }
  return fft;
}

void
FFT_REAL_DO (free) (FFT_REAL *fft)
{
  if (fft == NULL)
    return;
  FFT_WITH (destroy_plan) (fft->forward);
  FFT_WITH (destroy_plan) (fft->inverse);
  free (fft);
}

void
FFT_REAL_DO (forward) (const FFT_REAL *fft, FFT_NUMBER *values, FFT_NUMBER complex *bins)
{
  FFT_WITH (execute_dft_r2c) (fft->forward, values, bins);
}

void
FFT_REAL_DO (inverse) (const FFT_REAL *fft, FFT_NUMBER complex *bins, FFT_NUMBER *values)
{
  FFT_WITH (execute_dft_c2r) (fft->inverse, bins, values);
}

#undef FFT_NUMBER
#undef FFT_WITH
#undef FFT_COMPLEX
#undef FFT_COMPLEX_DO
#undef FFT_REAL
#undef FFT_REAL_DO
