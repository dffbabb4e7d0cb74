/* SPDX-License-Identifier: GPL-3.0-or-later
 * The local chirp estimator. Sums over the window are trapezoids over 64 equally spaced
 * points, exact to 3e-8 dB for chirps up to half a squared main lobe, or over 32 where
 * the component moves slowly; points n and -n are folded into an even and an odd part,
 * which halves the work.
 */
#include "model/dsp/partials/estimator.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/lanes-math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points on each side of the centre, few and many; at the ends the window is zero. */
enum { FEW = 16, MANY = 32, N_VECTORS = MANY / TSR_LANES, N_DISTANCES = 256 };

/* Guards, algorithm note 1.7. */
#define MAX_SLOPE 20.0 /* neper over half a window */
#define MAX_CURVATURE 120.0
/* Few points do up to these: exact to 1e-7. */
#define SLOW_SLOPE 3.0
#define SLOW_CURVATURE 12.0
/* Distances of the table of disturbances, main lobe widths. */
#define FURTHEST 2.0

/* One value per point, n = 0, step, 2 step, ... */
typedef union {
  double   at[MANY];
  TsrLanes v[N_VECTORS];
} Points;

/* Weights: window times step; half of it at n = 0, which the even part has twice. */
typedef struct {
  double step; /* distance of points, samples */
  Points h;
  Points t;                                  /* n h */
  Points d;                                  /* h' */
  Points td;                                 /* n h' */
  Points d2;                                 /* h'' */
  Points cosine[TSR_ESTIMATOR_MAX_SPAN + 1]; /* of 2 pi m n / L, times h */
  Points sine[TSR_ESTIMATOR_MAX_SPAN + 1];
} Grid;

struct TsrEstimator {
  double half;        /* M */
  double fft_size;    /* L */
  double lobe;        /* W, rad/sample */
  double widening;    /* of a lobe by a chirp, rad/sample */
  double by_distance; /* rad/sample to index */
  size_t span;        /* bins */
  double disturbance[N_DISTANCES + 1];
  double leakage[N_DISTANCES + 1];
  Grid   coarse, fine; /* of few and many points */
};

/* An exponential over the points: value (n) + value (-n) and value (n) - value (-n). */
typedef struct {
  Points even_re, even_im, odd_re, odd_im;
} Folded;

static void
fill_point (const TsrEstimator *e, Grid *grid, const TsrWindow *window, int i)
{
  double n = i * grid->step, h = window->terms[0], d = 0, d2 = 0;
  double weight = i == 0 ? grid->step / 2 : grid->step;

  for (int m = 1; m < 4; m++) {
    double q = M_PI * m / e->half;
    h += window->terms[m] * cos (q * n);
    d -= window->terms[m] * q * sin (q * n);
    d2 -= window->terms[m] * q * q * cos (q * n);
  }
  grid->h.at[i] = h * weight;
  grid->t.at[i] = n * h * weight;
  grid->d.at[i] = d * weight;
  grid->td.at[i] = n * d * weight;
  grid->d2.at[i] = d2 * weight;
  for (size_t m = 0; m <= e->span; m++) {
    double angle = 2 * M_PI * (double)m * n / e->fft_size;
    grid->cosine[m].at[i] = grid->h.at[i] * cos (angle);
    grid->sine[m].at[i] = grid->h.at[i] * sin (angle);
  }
}

static void
fill_grid (const TsrEstimator *e, Grid *grid, const TsrWindow *window, int n)
{
  grid->step = e->half / n;
  for (int i = 0; i < n; i++)
    fill_point (e, grid, window, i);
}

/* The spectra of h'' and h relative to their greatest values, as envelopes that never
 * rise with the distance. */
static void
fill_disturbances (TsrEstimator *e)
{
  double most = 0, greatest = 0, leak = 0;

  for (int j = N_DISTANCES; j >= 0; j--) {
    double distance = FURTHEST * j / N_DISTANCES * e->lobe, sum = 0;
    double turn = 2 * cos (distance * e->fine.step), at = 1, before = turn / 2;
    for (int i = 0; i < MANY; i++) { /* cosines of multiples */
      double next = turn * at - before;
      sum += e->fine.h.at[i] * at;
      before = at;
      at = next;
    }
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
  e->widening = 2 * M_PI / e->lobe;
  e->by_distance = N_DISTANCES / (FURTHEST * e->lobe);
  e->span = TSR_ESTIMATOR_SPAN * fft_size / (2 * window->half);
  fill_grid (e, &e->coarse, window, FEW);
  fill_grid (e, &e->fine, window, MANY);
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
  double nearest = fabs (distance) - e->widening * fabs (chirp);
  double x = nearest * e->by_distance;

  x = x > 0 ? x : 0;
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

/* Values at the first four points, factors that lead four points on, and what those grow
 * by: two recurrences that run outwards from the centre. */
typedef struct {
  TsrComplexLanes forward, backward, up, down, bend;
} Recurrence;

TSR_INLINE void
set_lane (TsrComplexLanes *lanes, int lane, double complex value)
{
  lanes->re[lane] = creal (value);
  lanes->im[lane] = cimag (value);
}

/* For exp (b n + c n^2 / 2) at n = 0, step, 2 step ...: powers of exp (b step) = f, its
 * inverse g, and exp (c step^2 / 2) = e. */
TSR_INLINE void
begin_recurrence (double step, double complex b, double complex c, Recurrence *r)
{
  const double    to_log2 = M_LOG2E, to_turns = 1 / (2 * M_PI);
  double complex  bs = b * step, cs = c * (step * step / 2);
  TsrLanes        log2s = {creal (bs), -creal (bs), creal (cs), 4 * creal (cs)};
  TsrLanes        turns = {cimag (bs), -cimag (bs), cimag (cs), 4 * cimag (cs)};
  TsrComplexLanes power, bends;

  log2s *= to_log2;
  turns *= to_turns;
  tsr_lanes_turned (&log2s, &turns, &power);
  double complex f = tsr_complex (power.re[0], power.im[0]), f2 = f * f;
  double complex g = tsr_complex (power.re[1], power.im[1]), g2 = g * g;
  double complex e = tsr_complex (power.re[2], power.im[2]);
  double complex e4 = tsr_complex (power.re[3], power.im[3]);
  double complex e8 = e4 * e4, e16 = e8 * e8, e32 = e16 * e16;
  set_lane (&r->forward, 0, 1);
  set_lane (&r->forward, 1, f);
  set_lane (&r->forward, 2, f2);
  set_lane (&r->forward, 3, f2 * f);
  set_lane (&r->backward, 0, 1);
  set_lane (&r->backward, 1, g);
  set_lane (&r->backward, 2, g2);
  set_lane (&r->backward, 3, g2 * g);
  set_lane (&bends, 0, 1);
  set_lane (&bends, 1, e);
  set_lane (&bends, 2, e4);
  set_lane (&bends, 3, e8 * e);
  tsr_lanes_multiply (&r->forward, &bends);
  tsr_lanes_multiply (&r->backward, &bends);
  r->up = tsr_lanes_spread (f2 * f2);
  r->down = tsr_lanes_spread (g2 * g2);
  set_lane (&bends, 0, e16);
  set_lane (&bends, 1, e16 * e8);
  set_lane (&bends, 2, e32);
  set_lane (&bends, 3, e32 * e8);
  tsr_lanes_multiply (&r->up, &bends);
  tsr_lanes_multiply (&r->down, &bends);
  r->bend = tsr_lanes_spread (e32);
}

/* exp (b' n + c n^2 / 2) at the points, b' relative to `bin`. */
TSR_INLINE void
fill_exponential (const TsrEstimator *e,
                  const Grid         *grid,
                  int                 n_vectors,
                  const TsrComponent *component,
                  double              bin,
                  Folded             *f)
{
  Recurrence r;

  begin_recurrence (grid->step,
                    component->b - tsr_complex (0, 2 * M_PI * bin / e->fft_size),
                    component->c,
                    &r);
  for (int i = 0; i < n_vectors; i++) {
    f->even_re.v[i] = r.forward.re + r.backward.re;
    f->even_im.v[i] = r.forward.im + r.backward.im;
    f->odd_re.v[i] = r.forward.re - r.backward.re;
    f->odd_im.v[i] = r.forward.im - r.backward.im;
    tsr_lanes_multiply (&r.forward, &r.up);
    tsr_lanes_multiply (&r.backward, &r.down);
    tsr_lanes_multiply (&r.up, &r.bend);
    tsr_lanes_multiply (&r.down, &r.bend);
  }
}

/* Two sums over the points: of even values by `even`, of odd values by `odd`. */
TSR_INLINE void
sum_both (const Points   *even,
          const Points   *odd,
          int             n_vectors,
          const Folded   *f,
          double complex *even_sum,
          double complex *odd_sum)
{
  TsrLanes sum[TSR_LANES] = {{0}}, sums;

  for (int i = 0; i < n_vectors; i++) {
    sum[0] += even->v[i] * f->even_re.v[i];
    sum[1] += even->v[i] * f->even_im.v[i];
    sum[2] += odd->v[i] * f->odd_re.v[i];
    sum[3] += odd->v[i] * f->odd_im.v[i];
  }
  tsr_lanes_sum4 (sum, &sums);
  *even_sum = tsr_complex (sums[0], sums[1]);
  *odd_sum = tsr_complex (sums[2], sums[3]);
}

TSR_INLINE double complex
sum_even (const Points *weights, int n_vectors, const Folded *f)
{
  TsrLanes re = {0}, im = {0};

  for (int i = 0; i < n_vectors; i++) {
    re += weights->v[i] * f->even_re.v[i];
    im += weights->v[i] * f->even_im.v[i];
  }
  return tsr_complex (tsr_lanes_sum (&re), tsr_lanes_sum (&im));
}

/* Sum of window times exponential at m bins below and above. */
TSR_INLINE void
sum_beside (const Grid     *grid,
            int             n_vectors,
            const Folded   *f,
            size_t          m,
            double complex *below,
            double complex *above)
{
  double complex even, odd;

  sum_both (&grid->cosine[m], &grid->sine[m], n_vectors, f, &even, &odd);
  odd = tsr_complex (-cimag (odd), creal (odd));
  *below = even + odd;
  *above = even - odd;
}

/* Gamma of the algorithm note, and 1 - rho. */
TSR_INLINE double
misfit_of (const TsrEstimator   *e,
           const Grid           *grid,
           int                   n_vectors,
           const TsrComponent   *component,
           double                bin,
           const double complex *spectrum,
           double complex       *gamma)
{
  Folded                f;
  const double complex *centre = spectrum + e->span;

  fill_exponential (e, grid, n_vectors, component, bin, &f);
  double complex model = sum_even (&grid->h, n_vectors, &f);
  double complex inner = conj (model) * *centre;
  double         model_energy = tsr_complex_energy (model);
  double         energy = tsr_complex_energy (*centre);
  *gamma = model;
  for (size_t m = 1; m <= e->span; m++) {
    double complex below, above, x = *(centre - m), y = centre[m];
    sum_beside (grid, n_vectors, &f, m, &below, &above);
    inner += conj (below) * x + conj (above) * y;
    model_energy += tsr_complex_energy (below) + tsr_complex_energy (above);
    energy += tsr_complex_energy (x) + tsr_complex_energy (y);
  }
  double product = model_energy * energy, rest = 1 - tsr_complex_energy (inner) / product;
  return product > 0 ? (rest > 0 ? rest : 0) : 1;
}

/* Whether few points are enough; slope relative to any frequency. */
TSR_INLINE bool
is_slow (const TsrEstimator *e, const TsrComponent *component)
{
  double most = SLOW_CURVATURE / (e->half * e->half);
  return fabs (creal (component->b)) * e->half <= SLOW_SLOPE &&
         tsr_complex_energy (component->c) <= most * most;
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
  double complex      divisor = f->x * f->td - f->t * f->d, gamma;

  if (f->x == 0 || divisor == 0)
    return false;
  double complex c = (f->d * f->d - f->x * f->d2) / divisor;
  double complex offset = -(f->d + c * f->t) / f->x;
  double         curvature = MAX_CURVATURE / (e->half * e->half);
  if (!(fabs (cimag (offset)) <= e->lobe / 2 &&
        fabs (creal (offset)) * e->half <= MAX_SLOPE &&
        tsr_complex_energy (c) <= curvature * curvature))
    return false;
  *component = (TsrComponent){.b = offset + tsr_complex (0, w), .c = c};
  if (is_slow (e, component))
    *misfit =
        misfit_of (e, &e->coarse, FEW / TSR_LANES, component, bin, spectrum, &gamma);
  else
    *misfit = misfit_of (e, &e->fine, MANY / TSR_LANES, component, bin, spectrum, &gamma);
  component->z = 2 * f->x / gamma;
  return isfinite (tsr_complex_energy (component->z)) && *misfit <= 1;
}

TSR_INLINE void
subtract (const TsrEstimator *e,
          const Grid         *grid,
          int                 n_vectors,
          const TsrComponent *component,
          double              bin,
          TsrTransforms      *transforms,
          double complex     *spectrum)
{
  double complex  half_z = component->z / 2, x, t, td, d;
  double complex *centre = spectrum + e->span;
  Folded          f;

  fill_exponential (e, grid, n_vectors, component, bin, &f);
  sum_both (&grid->h, &grid->t, n_vectors, &f, &x, &t);
  sum_both (&grid->td, &grid->d, n_vectors, &f, &td, &d);
  transforms->x -= half_z * x;
  transforms->t -= half_z * t;
  transforms->d -= half_z * d;
  transforms->td -= half_z * td;
  transforms->d2 -= half_z * sum_even (&grid->d2, n_vectors, &f);
  *centre -= half_z * x;
  for (size_t m = 1; m <= e->span; m++) {
    double complex below, above;
    sum_beside (grid, n_vectors, &f, m, &below, &above);
    *(centre - m) -= half_z * below;
    centre[m] -= half_z * above;
  }
}

TSR_FOR_EACH_MACHINE void
tsr_estimator_subtract (const TsrEstimator *estimator,
                        const TsrComponent *component,
                        double              bin,
                        TsrTransforms      *transforms,
                        double complex     *spectrum)
{
  const TsrEstimator *e = estimator;

  if (is_slow (e, component))
    subtract (e, &e->coarse, FEW / TSR_LANES, component, bin, transforms, spectrum);
  else
    subtract (e, &e->fine, MANY / TSR_LANES, component, bin, transforms, spectrum);
}
