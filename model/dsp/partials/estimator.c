/* SPDX-License-Identifier: GPL-3.0-or-later
 * The local chirp estimator. Sums over the window are trapezoids over 64 equally spaced
 * points, exact to 3e-8 dB for chirps up to half a squared main lobe; points n and -n are
 * folded into an even and an odd part, which halves the work.
 */
#include "model/dsp/partials/estimator.h"

#include <math.h>
#include <stdlib.h>

/* Points on each side of the centre; at the ends the window is zero. */
enum { SIDE = 32, N_DISTANCES = 256 };

/* Guards, algorithm note 1.7. */
#define MAX_SLOPE 20.0 /* neper over half a window */
#define MAX_CURVATURE 120.0
/* Distances of the table of disturbances, main lobe widths. */
#define FURTHEST 2.0

struct TsrEstimator {
  double half;       /* M */
  double fft_size;   /* L */
  double lobe;       /* W, rad/sample */
  double step;       /* distance of points, samples */
  size_t span;       /* bins */
  double h[SIDE];    /* window times step at n = i step; half of it at i = 0 */
  double t[SIDE];    /* n h */
  double d[SIDE];    /* h' */
  double td[SIDE];   /* n h' */
  double d2[SIDE];   /* h'' */
  double cosine[TSR_ESTIMATOR_MAX_SPAN + 1][SIDE]; /* of 2 pi m n / L, times h */
  double sine[TSR_ESTIMATOR_MAX_SPAN + 1][SIDE];
  double disturbance[N_DISTANCES + 1];
};

/* Even and odd parts of an exponential over the points, times 1: value (n) + value (-n)
 * and value (n) - value (-n). */
typedef struct {
  double even_re[SIDE], even_im[SIDE], odd_re[SIDE], odd_im[SIDE];
} Folded;

static void
fill_point (TsrEstimator *e, const TsrWindow *window, int i)
{
  double n = i * e->step, h = window->terms[0], d = 0, d2 = 0;
  double weight = i == 0 ? e->step / 2 : e->step;

  for (int m = 1; m < 4; m++) {
    double q = M_PI * m / e->half;
    h += window->terms[m] * cos (q * n);
    d -= window->terms[m] * q * sin (q * n);
    d2 -= window->terms[m] * q * q * cos (q * n);
  }
  e->h[i] = h * weight;
  e->t[i] = n * h * weight;
  e->d[i] = d * weight;
  e->td[i] = n * d * weight;
  e->d2[i] = d2 * weight;
  for (size_t m = 0; m <= e->span; m++) {
    double angle = 2 * M_PI * (double)m * n / e->fft_size;
    e->cosine[m][i] = e->h[i] * cos (angle);
    e->sine[m][i] = e->h[i] * sin (angle);
  }
}

/* The spectrum of h'' relative to its greatest value, as an envelope that never rises
 * with the distance. */
static void
fill_disturbances (TsrEstimator *e)
{
  double most = 0, greatest = 0;

  for (int j = N_DISTANCES; j >= 0; j--) {
    double distance = FURTHEST * j / N_DISTANCES * e->lobe, sum = 0;
    for (int i = 0; i < SIDE; i++)
      sum += e->h[i] * cos (distance * i * e->step);
    double wide = fmax (1, distance * e->half / 4);
    most = fmax (most, fabs (sum) * wide * wide);
    e->disturbance[j] = most;
    greatest = fmax (greatest, most);
  }
  for (int j = 0; j <= N_DISTANCES; j++)
    e->disturbance[j] /= greatest;
}

TsrEstimator *
tsr_estimator_new (const TsrWindow *window, size_t fft_size)
{
  TsrEstimator *e = calloc (1, sizeof *e);
  if (e == NULL)
    return NULL;
  e->half = (double)window->half;
  e->fft_size = (double)fft_size;
  e->lobe = M_PI * 8 / e->half;
  e->step = e->half / SIDE;
  e->span = TSR_ESTIMATOR_SPAN * fft_size / (2 * window->half);
  for (int i = 0; i < SIDE; i++)
    fill_point (e, window, i);
  fill_disturbances (e);
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

double
tsr_estimator_disturbance (const TsrEstimator *estimator, double distance, double chirp)
{
  const TsrEstimator *e = estimator;
  double nearest = fabs (distance) - 2 * M_PI * fabs (chirp) / e->lobe;
  double x = fmax (0, nearest) / (FURTHEST * e->lobe) * N_DISTANCES;

  return x < N_DISTANCES ? e->disturbance[(int)x] : e->disturbance[N_DISTANCES];
}

/* exp (b' n + c n^2 / 2) at the points, b' relative to `bin`, by two recurrences that run
 * outwards from the centre. */
static void
fill_exponential (const TsrEstimator *e,
                  const TsrComponent *component,
                  double              bin,
                  Folded             *f)
{
  double         s = e->step;
  double complex b = component->b - CMPLX (0, 2 * M_PI * bin / e->fft_size);
  double complex turn = cexp (b * s), bend = cexp (component->c * (s * s / 2));
  double complex up = turn * bend, down = bend / turn, q = bend * bend;
  double complex forward = 1, backward = 1;

  f->even_re[0] = 2; /* twice the centre: the weights there are halved */
  f->even_im[0] = f->odd_re[0] = f->odd_im[0] = 0;
  for (int i = 1; i < SIDE; i++) {
    forward *= up;
    backward *= down;
    up *= q;
    down *= q;
    f->even_re[i] = creal (forward) + creal (backward);
    f->even_im[i] = cimag (forward) + cimag (backward);
    f->odd_re[i] = creal (forward) - creal (backward);
    f->odd_im[i] = cimag (forward) - cimag (backward);
  }
}

static double complex
sum_even (const double weights[SIDE], const Folded *f)
{
  double re = 0, im = 0;

  for (int i = 0; i < SIDE; i++) {
    re += weights[i] * f->even_re[i];
    im += weights[i] * f->even_im[i];
  }
  return CMPLX (re, im);
}

static double complex
sum_odd (const double weights[SIDE], const Folded *f)
{
  double re = 0, im = 0;

  for (int i = 0; i < SIDE; i++) {
    re += weights[i] * f->odd_re[i];
    im += weights[i] * f->odd_im[i];
  }
  return CMPLX (re, im);
}

/* Sum of window times exponential at m bins below and above. */
static void
sum_beside (const TsrEstimator *e,
            const Folded       *f,
            size_t              m,
            double complex     *below,
            double complex     *above)
{
  double complex even = sum_even (e->cosine[m], f), odd = sum_odd (e->sine[m], f);

  odd = CMPLX (-cimag (odd), creal (odd));
  *below = even + odd;
  *above = even - odd;
}

static double
energy_of (double complex value)
{
  return creal (value) * creal (value) + cimag (value) * cimag (value);
}

static double
misfit_of (const TsrEstimator *e, const Folded *f, const double complex *spectrum)
{
  const double complex *centre = spectrum + e->span;
  double complex        model = sum_even (e->h, f), inner = conj (model) * *centre;
  double model_energy = energy_of (model), energy = energy_of (*centre);

  for (size_t m = 1; m <= e->span; m++) {
    double complex below, above, x = *(centre - m), y = centre[m];
    sum_beside (e, f, m, &below, &above);
    inner += conj (below) * x + conj (above) * y;
    model_energy += energy_of (below) + energy_of (above);
    energy += energy_of (x) + energy_of (y);
  }
  double product = model_energy * energy;
  return product > 0 ? fmax (0.0, 1 - energy_of (inner) / product) : 1.0;
}

bool
tsr_estimator_solve (const TsrEstimator   *estimator,
                     double                bin,
                     const TsrTransforms  *f,
                     const double complex *spectrum,
                     TsrComponent         *component,
                     double               *misfit)
{
  const TsrEstimator *e = estimator;
  double              w = 2 * M_PI * bin / e->fft_size;
  double complex      divisor = f->x * f->td - f->t * f->d;

  if (f->x == 0 || divisor == 0)
    return false;
  double complex c = (f->d * f->d - f->x * f->d2) / divisor;
  double complex offset = -(f->d + c * f->t) / f->x;
  double         curvature = MAX_CURVATURE / (e->half * e->half);
  if (!(fabs (cimag (offset)) <= e->lobe / 2 &&
        fabs (creal (offset)) * e->half <= MAX_SLOPE &&
        energy_of (c) <= curvature * curvature))
    return false;
  *component = (TsrComponent){.b = offset + CMPLX (0, w), .c = c};
  Folded values;
  fill_exponential (e, component, bin, &values);
  component->z = 2 * f->x / sum_even (e->h, &values);
  *misfit = misfit_of (e, &values, spectrum);
  return isfinite (energy_of (component->z)) && *misfit <= 1;
}

void
tsr_estimator_subtract (const TsrEstimator *estimator,
                        const TsrComponent *component,
                        double              bin,
                        TsrTransforms      *transforms,
                        double complex     *spectrum)
{
  const TsrEstimator *e = estimator;
  double complex      half_z = component->z / 2, x;
  double complex     *centre = spectrum + e->span;
  Folded              f;

  fill_exponential (e, component, bin, &f);
  x = half_z * sum_even (e->h, &f);
  transforms->x -= x;
  transforms->t -= half_z * sum_odd (e->t, &f);
  transforms->d -= half_z * sum_odd (e->d, &f);
  transforms->td -= half_z * sum_even (e->td, &f);
  transforms->d2 -= half_z * sum_even (e->d2, &f);
  *centre -= x;
  for (size_t m = 1; m <= e->span; m++) {
    double complex below, above;
    sum_beside (e, &f, m, &below, &above);
    *(centre - m) -= half_z * below;
    centre[m] -= half_z * above;
  }
}
