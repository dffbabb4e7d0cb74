/* SPDX-License-Identifier: GPL-3.0-or-later
 * The local chirp estimator. Sums over the window are trapezoids over 64 equally spaced
 * points, exact to 3e-8 dB for chirps up to half a squared main lobe; points n and -n are
 * folded into an even and an odd part, which halves the work.
 */
#include "model/dsp/partials/estimator.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points on each side of the centre; at the ends the window is zero. */
enum { SIDE = 32, N_VECTORS = SIDE / TSR_LANES, N_DISTANCES = 256 };

/* Guards, algorithm note 1.7. */
#define MAX_SLOPE 20.0 /* neper over half a window */
#define MAX_CURVATURE 120.0
/* Distances of the table of disturbances, main lobe widths. */
#define FURTHEST 2.0

/* One value per point, n = 0, step, 2 step, ... */
typedef union {
  double   at[SIDE];
  TsrLanes v[N_VECTORS];
} Points;

struct TsrEstimator {
  double half;     /* M */
  double fft_size; /* L */
  double lobe;     /* W, rad/sample */
  double step;     /* distance of points, samples */
  size_t span;     /* bins */
  double disturbance[N_DISTANCES + 1];
  double leakage[N_DISTANCES + 1];
  /* Weights: window times step; half of it at n = 0, which the even part has twice. */
  Points h;
  Points t;                                  /* n h */
  Points d;                                  /* h' */
  Points td;                                 /* n h' */
  Points d2;                                 /* h'' */
  Points cosine[TSR_ESTIMATOR_MAX_SPAN + 1]; /* of 2 pi m n / L, times h */
  Points sine[TSR_ESTIMATOR_MAX_SPAN + 1];
};

/* An exponential over the points: value (n) + value (-n) and value (n) - value (-n). */
typedef struct {
  Points even_re, even_im, odd_re, odd_im;
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
  e->h.at[i] = h * weight;
  e->t.at[i] = n * h * weight;
  e->d.at[i] = d * weight;
  e->td.at[i] = n * d * weight;
  e->d2.at[i] = d2 * weight;
  for (size_t m = 0; m <= e->span; m++) {
    double angle = 2 * M_PI * (double)m * n / e->fft_size;
    e->cosine[m].at[i] = e->h.at[i] * cos (angle);
    e->sine[m].at[i] = e->h.at[i] * sin (angle);
  }
}

/* The spectra of h'' and h relative to their greatest values, as envelopes that never
 * rise with the distance. */
static void
fill_disturbances (TsrEstimator *e)
{
  double most = 0, greatest = 0, leak = 0;

  for (int j = N_DISTANCES; j >= 0; j--) {
    double distance = FURTHEST * j / N_DISTANCES * e->lobe, sum = 0;
    for (int i = 0; i < SIDE; i++)
      sum += e->h.at[i] * cos (distance * i * e->step);
    double wide = fmax (1, distance * e->half / 4);
    most = fmax (most, fabs (sum) * wide * wide);
    e->disturbance[j] = most;
    greatest = fmax (greatest, most);
    leak = fmax (leak, fabs (sum));
    e->leakage[j] = leak;
  }
  for (int j = 0; j <= N_DISTANCES; j++)
    e->disturbance[j] /= greatest;
  for (int j = N_DISTANCES; j >= 0; j--)
    e->leakage[j] /= e->leakage[0];
}

TsrEstimator *
tsr_estimator_new (const TsrWindow *window, size_t fft_size)
{
  size_t        alignment = sizeof (TsrLanes);
  size_t        size = (sizeof (TsrEstimator) + alignment - 1) / alignment * alignment;
  TsrEstimator *e = aligned_alloc (alignment, size);
  if (e == NULL)
    return NULL;
  memset (e, 0, size);
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

/* Table value; a chirp widens the lobe of what disturbs. */
static double
look_up (const TsrEstimator *e, const double *table, double distance, double chirp)
{
  double nearest = fabs (distance) - 2 * M_PI * fabs (chirp) / e->lobe;
  double x = fmax (0, nearest) / (FURTHEST * e->lobe) * N_DISTANCES;

  return x < N_DISTANCES ? table[(int)x] : table[N_DISTANCES];
}

double
tsr_estimator_disturbance (const TsrEstimator *estimator, double distance, double chirp)
{
  return look_up (estimator, estimator->disturbance, distance, chirp);
}

double
tsr_estimator_leakage (const TsrEstimator *estimator, double distance, double chirp)
{
  double span = 2 * M_PI * (double)estimator->span / estimator->fft_size;
  return look_up (estimator, estimator->leakage, fabs (distance) - span, chirp);
}

/* The first TSR_LANES values turn^i bend^(i^2), and the factors that lead TSR_LANES
 * points on. */
TSR_INLINE void
begin_recurrence (double complex   turn,
                  double complex   bend,
                  TsrComplexLanes *value,
                  TsrComplexLanes *factor)
{
  double complex v = 1, up = turn * bend, q = bend * bend;
  double complex turn2 = turn * turn, q2 = q * q, q4 = q2 * q2;
  double complex f = turn2 * turn2 * (q4 * q4); /* turn^4 bend^16, then bend^8 a lane */

  for (int i = 0; i < TSR_LANES; i++) {
    value->re[i] = creal (v);
    value->im[i] = cimag (v);
    factor->re[i] = creal (f);
    factor->im[i] = cimag (f);
    v *= up;
    up *= q;
    f *= q4;
  }
}

/* exp (b' n + c n^2 / 2) at the points, b' relative to `bin`, by two recurrences that run
 * outwards from the centre. */
TSR_INLINE void
fill_exponential (const TsrEstimator *e,
                  const TsrComponent *component,
                  double              bin,
                  Folded             *f)
{
  double          s = e->step;
  double complex  b = component->b - tsr_complex (0, 2 * M_PI * bin / e->fft_size);
  double complex  turn = cexp (b * s), bend = cexp (component->c * (s * s / 2));
  double complex  bend2 = bend * bend, bend4 = bend2 * bend2, bend8 = bend4 * bend4;
  double complex  bend16 = bend8 * bend8;
  TsrComplexLanes forward, backward, up, down, q = tsr_lanes_spread (bend16 * bend16);

  begin_recurrence (turn, bend, &forward, &up);
  begin_recurrence (1 / turn, bend, &backward, &down);
  for (int i = 0; i < N_VECTORS; i++) {
    f->even_re.v[i] = forward.re + backward.re;
    f->even_im.v[i] = forward.im + backward.im;
    f->odd_re.v[i] = forward.re - backward.re;
    f->odd_im.v[i] = forward.im - backward.im;
    tsr_lanes_multiply (&forward, &up);
    tsr_lanes_multiply (&backward, &down);
    tsr_lanes_multiply (&up, &q);
    tsr_lanes_multiply (&down, &q);
  }
}

TSR_INLINE double complex
sum_weighted (const Points *weights, const Points *re, const Points *im)
{
  TsrLanes sum_re = {0}, sum_im = {0};

  for (int i = 0; i < N_VECTORS; i++) {
    sum_re += weights->v[i] * re->v[i];
    sum_im += weights->v[i] * im->v[i];
  }
  return tsr_complex (tsr_lanes_sum (&sum_re), tsr_lanes_sum (&sum_im));
}

TSR_INLINE double complex
sum_even (const Points *weights, const Folded *f)
{
  return sum_weighted (weights, &f->even_re, &f->even_im);
}

TSR_INLINE double complex
sum_odd (const Points *weights, const Folded *f)
{
  return sum_weighted (weights, &f->odd_re, &f->odd_im);
}

/* Sum of window times exponential at m bins below and above. */
TSR_INLINE void
sum_beside (const TsrEstimator *e,
            const Folded       *f,
            size_t              m,
            double complex     *below,
            double complex     *above)
{
  double complex even = sum_even (&e->cosine[m], f), odd = sum_odd (&e->sine[m], f);

  odd = tsr_complex (-cimag (odd), creal (odd));
  *below = even + odd;
  *above = even - odd;
}

TSR_INLINE double
energy_of (double complex value)
{
  return creal (value) * creal (value) + cimag (value) * cimag (value);
}

TSR_INLINE double
misfit_of (const TsrEstimator *e, const Folded *f, const double complex *spectrum)
{
  const double complex *centre = spectrum + e->span;
  double complex        model = sum_even (&e->h, f), inner = conj (model) * *centre;
  double                model_energy = energy_of (model), energy = energy_of (*centre);

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

TSR_FOR_EACH_MACHINE bool
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
  *component = (TsrComponent){.b = offset + tsr_complex (0, w), .c = c};
  Folded values;
  fill_exponential (e, component, bin, &values);
  component->z = 2 * f->x / sum_even (&e->h, &values);
  *misfit = misfit_of (e, &values, spectrum);
  return isfinite (energy_of (component->z)) && *misfit <= 1;
}

TSR_FOR_EACH_MACHINE void
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
  x = half_z * sum_even (&e->h, &f);
  transforms->x -= x;
  transforms->t -= half_z * sum_odd (&e->t, &f);
  transforms->d -= half_z * sum_odd (&e->d, &f);
  transforms->td -= half_z * sum_even (&e->td, &f);
  transforms->d2 -= half_z * sum_even (&e->d2, &f);
  *centre -= x;
  for (size_t m = 1; m <= e->span; m++) {
    double complex below, above;
    sum_beside (e, &f, m, &below, &above);
    *(centre - m) -= half_z * below;
    centre[m] -= half_z * above;
  }
}
