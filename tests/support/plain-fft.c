/* SPDX-License-Identifier: GPL-3.0-or-later
 * The transforms of model/dsp/spectrum/fft.h in plain C, for tests that need the same
 * arithmetic on every instruction set and no FFTW. Mixed radix, by the definition.
 */
#include "model/dsp/spectrum/fft.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  size_t          size;
  double          sign;
  double complex *turns; /* exp (sign 2 pi j k / size) */
} Plan;

struct TsrFft {
  Plan plan;
};

struct TsrFftF {
  Plan plan;
};

struct TsrRealFft {
  Plan forward, inverse;
};

struct TsrRealFftF {
  Plan forward, inverse;
};

void *
tsr_fft_alloc (size_t n_bytes)
{
  size_t rounded = (n_bytes / 64 + 1) * 64;
  void  *buffer = aligned_alloc (64, rounded);

  return buffer != NULL ? memset (buffer, 0, rounded) : NULL;
}

void
tsr_fft_free (void *buffer)
{
  free (buffer);
}

static size_t
smallest_factor (size_t n)
{
  for (size_t p = 2; p * p <= n; p++)
    if (n % p == 0)
      return p;
  return n;
}

size_t
tsr_fft_good_size (size_t at_least)
{
  for (size_t n = at_least > 0 ? at_least : 1;; n++) {
    size_t left = n;
    while (left > 1 && smallest_factor (left) <= 7)
      left /= smallest_factor (left);
    if (left == 1)
      return n;
  }
}

static void
plan_init (Plan *plan, size_t size, double sign)
{
  *plan = (Plan){size, sign, tsr_fft_alloc (size * sizeof *plan->turns)};
  for (size_t k = 0; k < size; k++) {
    double turn = 2 * M_PI * (double)k / (double)size;
    plan->turns[k] = CMPLX (cos (turn), sign * sin (turn));
  }
}

/* The transform of n values of `in`, `step` apart, to `out`. */
static void
transform (const Plan           *plan,
           const double complex *in,
           size_t                step,
           size_t                n,
           double complex       *out)
{
  size_t         p = smallest_factor (n), m = n > 1 ? n / p : 1;
  double complex sums[8];

  if (n == 1) {
    out[0] = in[0];
    return;
  }
  for (size_t q = 0; q < p; q++)
    transform (plan, in + q * step, step * p, m, out + q * m);
  for (size_t k = 0; k < m; k++) {
    for (size_t r = 0; r < p; r++) {
      sums[r] = 0;
      for (size_t q = 0; q < p; q++) {
        double complex turn = plan->turns[q * (k + r * m) * step % plan->size];
        double complex x = out[q * m + k];
        sums[r] += CMPLX (creal (x) * creal (turn) - cimag (x) * cimag (turn),
                          creal (x) * cimag (turn) + cimag (x) * creal (turn));
      }
    }
    for (size_t r = 0; r < p; r++)
      out[k + r * m] = sums[r];
  }
}

TsrFft *
tsr_fft_new (size_t size, TsrFftDirection direction)
{
  TsrFft *fft = tsr_fft_alloc (sizeof *fft);

  plan_init (&fft->plan, size, direction == TSR_FFT_FORWARD ? -1 : 1);
  return fft;
}

void
tsr_fft_free_plan (TsrFft *fft)
{
  if (fft != NULL)
    free (fft->plan.turns);
  free (fft);
}

void
tsr_fft_execute (const TsrFft *fft, double complex *data)
{
  size_t          n_bytes = fft->plan.size * sizeof *data;
  double complex *in = memcpy (tsr_fft_alloc (n_bytes), data, n_bytes);

  transform (&fft->plan, in, 1, fft->plan.size, data);
  free (in);
}

TsrFftF *
tsr_fftf_new (size_t size, TsrFftDirection direction)
{
  return (TsrFftF *)tsr_fft_new (size, direction);
}

void
tsr_fftf_free_plan (TsrFftF *fft)
{
  tsr_fft_free_plan ((TsrFft *)fft);
}

void
tsr_fftf_execute (const TsrFftF *fft, float complex *data)
{
  double complex *wide = tsr_fft_alloc (fft->plan.size * sizeof *wide);

  for (size_t i = 0; i < fft->plan.size; i++)
    wide[i] = data[i];
  tsr_fft_execute ((const TsrFft *)fft, wide);
  for (size_t i = 0; i < fft->plan.size; i++)
    data[i] = (float complex)wide[i];
  free (wide);
}

TsrRealFft *
tsr_real_fft_new (size_t size)
{
  TsrRealFft *fft = tsr_fft_alloc (sizeof *fft);

  plan_init (&fft->forward, size, -1);
  plan_init (&fft->inverse, size, 1);
  return fft;
}

void
tsr_real_fft_free (TsrRealFft *fft)
{
  if (fft == NULL)
    return;
  free (fft->forward.turns);
  free (fft->inverse.turns);
  free (fft);
}

void
tsr_real_fft_forward (const TsrRealFft *fft, double *values, double complex *bins)
{
  size_t          n = fft->forward.size;
  double complex *in = tsr_fft_alloc (2 * n * sizeof *in), *out = in + n;

  for (size_t i = 0; i < n; i++)
    in[i] = values[i];
  transform (&fft->forward, in, 1, n, out);
  memcpy (bins, out, (n / 2 + 1) * sizeof *bins);
  free (in);
}

void
tsr_real_fft_inverse (const TsrRealFft *fft, double complex *bins, double *values)
{
  size_t          n = fft->inverse.size;
  double complex *in = tsr_fft_alloc (2 * n * sizeof *in), *out = in + n;

  for (size_t i = 0; i < n; i++)
    in[i] = i <= n / 2 ? bins[i] : conj (bins[n - i]);
  transform (&fft->inverse, in, 1, n, out);
  for (size_t i = 0; i < n; i++)
    values[i] = creal (out[i]);
  free (in);
}

TsrRealFftF *
tsr_real_fftf_new (size_t size)
{
  return (TsrRealFftF *)tsr_real_fft_new (size);
}

void
tsr_real_fftf_free (TsrRealFftF *fft)
{
  tsr_real_fft_free ((TsrRealFft *)fft);
}

void
tsr_real_fftf_forward (const TsrRealFftF *fft, float *values, float complex *bins)
{
  size_t          n = fft->forward.size;
  double         *wide = tsr_fft_alloc (n * sizeof *wide);
  double complex *out = tsr_fft_alloc ((n / 2 + 1) * sizeof *out);

  for (size_t i = 0; i < n; i++)
    wide[i] = (double)values[i];
  tsr_real_fft_forward ((const TsrRealFft *)fft, wide, out);
  for (size_t i = 0; i <= n / 2; i++)
    bins[i] = (float complex)out[i];
  free (wide);
  free (out);
}

void
tsr_real_fftf_inverse (const TsrRealFftF *fft, float complex *bins, float *values)
{
  size_t          n = fft->inverse.size;
  double         *out = tsr_fft_alloc (n * sizeof *out);
  double complex *wide = tsr_fft_alloc ((n / 2 + 1) * sizeof *wide);

  for (size_t i = 0; i <= n / 2; i++)
    wide[i] = bins[i];
  tsr_real_fft_inverse ((const TsrRealFft *)fft, wide, out);
  for (size_t i = 0; i < n; i++)
    values[i] = (float)out[i];
  free (out);
  free (wide);
}
