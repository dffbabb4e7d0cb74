/* SPDX-License-Identifier: GPL-3.0-or-later
 * The local chirp estimator. Sums over the window are trapezoids over N_POINTS equally
 * spaced points, exact to 3e-8 dB for chirps up to half a squared main lobe.
 */
#include "model/dsp/partials/estimator.h"

#include <math.h>
#include <stdlib.h>

enum { N_POINTS = 64, MIDDLE = N_POINTS / 2 };

struct TsrEstimator {
  double         half;         /* M */
  double         fft_size;     /* L */
  double         step;         /* distance of points, samples */
  double         max_offset;   /* of a frequency from its bin, rad/sample */
  size_t         span;         /* bins */
  double         h[N_POINTS];  /* window times step at the points */
  double         t[N_POINTS];  /* n h */
  double         d[N_POINTS];  /* h' */
  double         td[N_POINTS]; /* n h' */
  double         d2[N_POINTS]; /* h'' */
  double complex turn[TSR_ESTIMATOR_MAX_BINS][N_POINTS]; /* exp (-2 pi j m n / L) */
};

static void
fill_point (TsrEstimator *e, const TsrWindow *window, int i)
{
  double n = (i - MIDDLE) * e->step, h = window->terms[0], d = 0, d2 = 0;

  for (int m = 1; m < 4; m++) {
    double q = M_PI * m / e->half;
    h += window->terms[m] * cos (q * n);
    d -= window->terms[m] * q * sin (q * n);
    d2 -= window->terms[m] * q * q * cos (q * n);
  }
  e->h[i] = h * e->step;
  e->t[i] = n * h * e->step;
  e->d[i] = d * e->step;
  e->td[i] = n * d * e->step;
  e->d2[i] = d2 * e->step;
}

TsrEstimator *
tsr_estimator_new (const TsrWindow *window, size_t fft_size)
{
  TsrEstimator *e = calloc (1, sizeof *e);
  if (e == NULL)
    return NULL;
  e->half = (double)window->half;
  e->fft_size = (double)fft_size;
  e->step = 2 * e->half / N_POINTS;
  e->max_offset = M_PI * 8 / (2 * e->half);
  e->span = TSR_ESTIMATOR_SPAN * fft_size / (2 * window->half);
  for (int i = 0; i < N_POINTS; i++)
    fill_point (e, window, i);
  for (int m = 0; m < TSR_ESTIMATOR_MAX_BINS; m++)
    for (int i = 0; i < N_POINTS; i++) {
      double angle = -2 * M_PI * m * (i - MIDDLE) * e->step / e->fft_size;
      e->turn[m][i] = CMPLX (cos (angle), sin (angle));
    }
  return e;
}

void
tsr_estimator_free (TsrEstimator *estimator)
{
  free (estimator);
}

size_t
tsr_estimator_span (const TsrEstimator *estimator)
{
  return estimator->span;
}

/* values[i] = exp (b' n + c n^2 / 2) at the points, b' relative to `bin`; two
 * recurrences run outwards from the middle. */
static void
fill_exponential (const TsrEstimator *e,
                  const TsrComponent *component,
                  double              bin,
                  double complex      values[N_POINTS])
{
  double         s = e->step;
  double complex b = component->b - CMPLX (0, 2 * M_PI * bin / e->fft_size);
  double complex half_c = component->c * (s * s / 2);
  double complex q = cexp (2 * half_c);
  double complex up = cexp (b * s + half_c), down = cexp (half_c - b * s);
  double complex forward = 1, backward = 1;

  values[MIDDLE] = 1;
  for (int i = 1; i < MIDDLE; i++) {
    forward *= up;
    backward *= down;
    up *= q;
    down *= q;
    values[MIDDLE + i] = forward;
    values[MIDDLE - i] = backward;
  }
  values[0] = backward * down;
}

static double complex
sum_with (const double weights[N_POINTS], const double complex values[N_POINTS])
{
  double complex sum = 0;

  for (int i = 0; i < N_POINTS; i++)
    sum += weights[i] * values[i];
  return sum;
}

bool
tsr_estimator_solve (const TsrEstimator  *estimator,
                     double               bin,
                     const TsrTransforms *f,
                     TsrComponent        *component)
{
  const TsrEstimator *e = estimator;
  double              w = 2 * M_PI * bin / e->fft_size;
  double complex      below = f->x * f->td - f->t * f->d;

  if (f->x == 0 || below == 0)
    return false;
  double complex c = (f->d * f->d - f->x * f->d2) / below;
  double complex offset = -(f->d + c * f->t) / f->x;
  if (!(fabs (cimag (offset)) <= e->max_offset && fabs (creal (offset)) * e->half <= 20 &&
        cabs (c) * e->half * e->half <= 120))
    return false;
  component->b = offset + CMPLX (0, w);
  component->c = c;
  component->z = 1;
  double complex values[N_POINTS];
  fill_exponential (e, component, bin, values);
  double complex gamma = sum_with (e->h, values);
  component->z = 2 * f->x / gamma;
  return isfinite (creal (component->z)) && isfinite (cimag (component->z));
}

double
tsr_estimator_misfit (const TsrEstimator   *estimator,
                      const TsrComponent   *component,
                      double                bin,
                      const double complex *spectrum)
{
  size_t         n = 2 * estimator->span + 1;
  double complex model[TSR_ESTIMATOR_MAX_BINS], inner = 0;
  double         model_energy = 0, energy = 0;

  tsr_estimator_spectrum (estimator, component, bin - (double)estimator->span, n, model);
  for (size_t i = 0; i < n; i++) {
    inner += conj (model[i]) * spectrum[i];
    model_energy += creal (model[i] * conj (model[i]));
    energy += creal (spectrum[i] * conj (spectrum[i]));
  }
  double below = model_energy * energy;
  return below > 0 ? fmax (0.0, 1 - creal (inner * conj (inner)) / below) : 1.0;
}

void
tsr_estimator_transforms (const TsrEstimator *estimator,
                          const TsrComponent *component,
                          double              bin,
                          TsrTransforms      *transforms)
{
  double complex values[N_POINTS], half_z = component->z / 2;

  fill_exponential (estimator, component, bin, values);
  transforms->x = half_z * sum_with (estimator->h, values);
  transforms->t = half_z * sum_with (estimator->t, values);
  transforms->d = half_z * sum_with (estimator->d, values);
  transforms->td = half_z * sum_with (estimator->td, values);
  transforms->d2 = half_z * sum_with (estimator->d2, values);
}

void
tsr_estimator_spectrum (const TsrEstimator *estimator,
                        const TsrComponent *component,
                        double              first_bin,
                        size_t              n,
                        double complex     *spectrum)
{
  double complex values[N_POINTS];

  fill_exponential (estimator, component, first_bin, values);
  for (int i = 0; i < N_POINTS; i++)
    values[i] *= estimator->h[i];
  for (size_t m = 0; m < n; m++) {
    double complex sum = 0;
    for (int i = 0; i < N_POINTS; i++)
      sum += values[i] * estimator->turn[m][i];
    spectrum[m] = component->z / 2 * sum;
  }
}
