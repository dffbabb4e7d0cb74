/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs of phasors, eight samples at a time.
 */
#include "model/dsp/partials/phasor-run.h"

#include "model/dsp/lanes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

typedef int32_t WholeLanes
    __attribute__ ((vector_size (TSR_PHASOR_LANES * sizeof (int32_t))));

typedef struct {
  TsrPhasorLanes re, im;
} Lanes;

enum { LANES = TSR_PHASOR_LANES };

/* Where lanes are. */
static const TsrPhasorLanes places = {0, 1, 2, 3, 4, 5, 6, 7};
static const WholeLanes     indices = {0, 1, 2, 3, 4, 5, 6, 7};

/* 1.5 * 2^23 and 1.5 * 2^52: adding it to a number rounds that to a whole one. */
#define TO_INTEGER 12582912.0f
#define DOUBLE_TO_INTEGER 6755399441055744.0
/* Weaker is silence, and stronger there is not. */
#define MOST_LOG2 60.0f
/* Second differences up to which series give their exponentials: nepers, radians. */
#define MOST_BEND 0.02
#define MOST_TWIST 1e-3

/* sin (2 pi turns), |turns| < 2^21, error 3e-7 (algorithm note 4.1). */
TSR_INLINE void
sine (const TsrPhasorLanes *turns, TsrPhasorLanes *result)
{
  TsrPhasorLanes u = *turns - ((*turns + TO_INTEGER) - TO_INTEGER);
  u += u;
  TsrPhasorLanes z = u * u, z2 = z * z, low = 3.1415913f - 2.02608378f * z;
  TsrPhasorLanes high = 0.523780453f - 0.0744593689f * z + 0.00597329174f * z2;
  *result = (low + z2 * high) * (u - u * z);
}

/* 2^log2 for |log2| < 120 by its series, error 2e-7. */
TSR_INLINE void
power_of_two (const TsrPhasorLanes *log2, TsrPhasorLanes *result)
{
  TsrPhasorLanes whole = *log2 + TO_INTEGER, r = *log2 - (whole - TO_INTEGER);
  TsrPhasorLanes y = 0.000154035304f * r + 0.00133335581f;

  y = y * r + 0.00961812911f;
  y = y * r + 0.0555041087f;
  y = y * r + 0.240226507f;
  y = y * r + 0.693147181f;
  y = y * r + 1.0f;
  *result = y * (TsrPhasorLanes)(((WholeLanes)whole + 127) << 23);
}

/* 2^log2 exp (2 pi j turns). */
TSR_INLINE void
turn (const TsrPhasorLanes *log2, const TsrPhasorLanes *turns, Lanes *result)
{
  TsrPhasorLanes amplitude, quarter_on = *turns + 0.25f;

  power_of_two (log2, &amplitude);
  sine (&quarter_on, &result->re);
  sine (turns, &result->im);
  result->re *= amplitude;
  result->im *= amplitude;
}

TSR_INLINE void
multiply (Lanes *value, const Lanes *by)
{
  TsrPhasorLanes re = value->re * by->re - value->im * by->im;
  value->im = value->re * by->im + value->im * by->re;
  value->re = re;
}

/* exp (x) for small x by n terms of its series. */
TSR_INLINE void
exponential (const Lanes *x, int n, Lanes *result)
{
  TsrPhasorLanes zero = {0};
  Lanes          sum = {zero + 1.0f, zero};

  for (int m = n; m >= 1; m--) {
    multiply (&sum, x);
    sum.re = sum.re * (1.0f / (float)m) + 1.0f;
    sum.im *= 1.0f / (float)m;
  }
  *result = sum;
}

static inline double
wrapped (double turns)
{
  return turns - ((turns + DOUBLE_TO_INTEGER) - DOUBLE_TO_INTEGER);
}

/* The lanes of a cubic. */
TSR_INLINE void
at_places (double c0, double c1, double c2, double c3, TsrPhasorLanes *value)
{
  float f0 = (float)c0, f1 = (float)c1, f2 = (float)c2, f3 = (float)c3;
  *value = f0 + places * (f1 + places * (f2 + places * f3));
}

/* Lanes limited to what a power of two can be of. */
TSR_INLINE void
limit (TsrPhasorLanes *log2)
{
  TsrPhasorLanes zero = {0}, most = zero + MOST_LOG2;
  WholeLanes low = *log2<-most, high = *log2> most, x = (WholeLanes)*log2;

  x = (x & ~(low | high)) | ((WholeLanes)-most & low) | ((WholeLanes)most & high);
  *log2 = (TsrPhasorLanes)x;
}

/* The eight samples from `first` on. */
TSR_INLINE void
evaluate (const double a[4], const double p[4], double first, Lanes *value)
{
  TsrPhasorLanes log2, turns;
  double         k = first;

  at_places (a[0] + k * (a[1] + k * (a[2] + k * a[3])),
             a[1] + k * (2 * a[2] + k * 3 * a[3]),
             a[2] + 3 * k * a[3],
             a[3],
             &log2);
  at_places (wrapped (p[0] + k * (p[1] + k * (p[2] + k * p[3]))),
             wrapped (p[1] + k * (2 * p[2] + k * 3 * p[3])),
             p[2] + 3 * k * p[3],
             p[3],
             &turns);
  limit (&log2);
  turn (&log2, &turns, value);
}

/* By what the samples from `first` on grow over eight samples, and what that grows by. */
typedef struct {
  Lanes growth, bend, twist;
} Differences;

TSR_INLINE void
difference (const double a[4], const double p[4], double first, Differences *d)
{
  TsrPhasorLanes log2, turns;
  double         a1 = a[1] + first * (2 * a[2] + first * 3 * a[3]);
  double         p1 = p[1] + first * (2 * p[2] + first * 3 * p[3]);
  double         a2 = a[2] + 3 * first * a[3], p2 = p[2] + 3 * first * p[3];
  double         a3 = a[3], p3 = p[3];

  at_places (8 * a1 + 64 * a2 + 512 * a3, 16 * a2 + 192 * a3, 24 * a3, 0, &log2);
  at_places (
      wrapped (8 * p1 + 64 * p2 + 512 * p3), 16 * p2 + 192 * p3, 24 * p3, 0, &turns);
  limit (&log2);
  turn (&log2, &turns, &d->growth);
  Lanes x;
  at_places (M_LN2 * (128 * a2 + 3072 * a3), M_LN2 * 384 * a3, 0, 0, &x.re);
  at_places (2 * M_PI * (128 * p2 + 3072 * p3), 2 * M_PI * 384 * p3, 0, 0, &x.im);
  exponential (&x, 3, &d->bend);
  at_places (M_LN2 * 3072 * a3, 0, 0, 0, &x.re);
  at_places (2 * M_PI * 3072 * p3, 0, 0, 0, &x.im);
  exponential (&x, 2, &d->twist);
}

/* Whether differences of a run of so many samples are small enough for their series. */
static bool
is_calm (const double a[4], const double p[4], int n)
{
  double bend2 = M_LN2 * fabs (a[2]) + 2 * M_PI * fabs (p[2]);
  double bend3 = M_LN2 * fabs (a[3]) + 2 * M_PI * fabs (p[3]);

  return 128 * bend2 + (3072 + 384 * (double)n) * bend3 < MOST_BEND &&
         3072 * bend3 < MOST_TWIST && fabs (a[0]) < MOST_LOG2 &&
         fabs (a[0] + n * (a[1] + n * (a[2] + n * a[3]))) < MOST_LOG2;
}

/* Nothing outside of lanes from .. end - 1. */
TSR_INLINE void
cut (Lanes *value, int from, int end)
{
  WholeLanes kept = (indices >= from) & (indices < end);

  value->re = (TsrPhasorLanes)((WholeLanes)value->re & kept);
  value->im = (TsrPhasorLanes)((WholeLanes)value->im & kept);
}

static int
n_groups (const TsrPhasorRun *run)
{
  return (run->lead + run->n + LANES - 1) / LANES;
}

/* All groups but the last by differences, which leaves that in `value`. */
TSR_INLINE void
fill_by_steps (
    TsrPhasorRun *run, const double a[4], const double p[4], int last, Lanes *value)
{
  Differences d;

  difference (a, p, -run->lead, &d);
  for (int i = 0; i < last; i++) {
    run->re[i] = value->re;
    run->im[i] = value->im;
    multiply (value, &d.growth);
    multiply (&d.growth, &d.bend);
    multiply (&d.bend, &d.twist);
  }
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_fill (TsrPhasorRun *run, const double a[4], const double p[4])
{
  int   last = n_groups (run) - 1;
  Lanes value;

  evaluate (a, p, -run->lead, &value);
  if (last > 0 && is_calm (a, p, run->n))
    fill_by_steps (run, a, p, last, &value);
  else
    for (int i = 0; i < last; i++) {
      run->re[i] = value.re;
      run->im[i] = value.im;
      evaluate (a, p, LANES * (i + 1) - run->lead, &value);
    }
  cut (&value, last == 0 ? run->lead : 0, run->lead + run->n - LANES * last);
  run->re[last] = value.re;
  run->im[last] = value.im;
  if (last > 0) {
    Lanes begin = {run->re[0], run->im[0]};
    cut (&begin, run->lead, LANES);
    run->re[0] = begin.re;
    run->im[0] = begin.im;
  }
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_scale (TsrPhasorRun *run, double first, double step)
{
  TsrPhasorLanes gain = (float)(first - step * run->lead) + (float)step * places;
  int            n = n_groups (run);

  for (int i = 0; i < n; i++) {
    run->re[i] *= gain;
    run->im[i] *= gain;
    gain += (float)(LANES * step);
  }
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_add (const TsrPhasorRun *run, float *out)
{
  const float *re = (const float *)run->re;

  for (int k = run->lead; k < run->lead + run->n; k++)
    out[k] += re[k];
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_project (const TsrPhasorRun *run,
                        const float        *residual,
                        int64_t             at,
                        int64_t             bin,
                        TsrPhasorSum       *sums)
{
  int n = n_groups (run);

  for (int i = 0; i < n;) {
    int64_t       index = at / bin, left = ((index + 1) * bin - at) / LANES;
    int           end = n - i < left ? n : i + (int)left;
    TsrPhasorSum *sum = &sums[index];
    TsrPhasorSum  total = *sum;
    at += LANES * (end - i);
    for (; i < end; i++) {
      TsrPhasorLanes rest;
      memcpy (&rest, residual + LANES * i, sizeof rest);
      total.re += rest * run->re[i];
      total.im -= rest * run->im[i];
      total.energy += run->re[i] * run->re[i] + run->im[i] * run->im[i];
    }
    *sum = total;
  }
}

static double
sum_lanes (const TsrPhasorLanes *v)
{
  double sum = 0;

  for (int i = 0; i < LANES; i++)
    sum += (double)(*v)[i];
  return sum;
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_sums_in_window (
    const TsrPhasorSum *sums, int n, double first, double step, double total[3])
{
  TsrPhasorLanes re = {0}, im = {0}, energy = {0};

  for (int k = 0; k < n; k++) {
    double x = first + k * step, u = 1 - x * x;
    float  w = (float)(u > 0 ? u * u * u : 0);
    re += w * sums[k].re;
    im += w * sums[k].im;
    energy += w * sums[k].energy;
  }
  total[0] = sum_lanes (&re);
  total[1] = sum_lanes (&im);
  total[2] = sum_lanes (&energy);
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_correlate (const float *residual,
                      double       place,
                      double       reach,
                      double       growth_log2,
                      double       frequency,
                      double       sum[2])
{
  int64_t first = (int64_t)ceil (place - reach), end = (int64_t)(place + reach) + 1;
  double  start = (double)first - place;
  TsrPhasorLanes zero = {0}, re = zero, im = zero, log2, turns;
  TsrPhasorLanes x = (float)(start / reach) + (float)(1 / reach) * places;
  float          step = (float)(LANES / reach);
  Lanes          value, growth;

  at_places (start * growth_log2, growth_log2, 0, 0, &log2);
  at_places (wrapped (start * frequency), wrapped (frequency), 0, 0, &turns);
  turn (&log2, &turns, &value);
  log2 = zero + (float)(LANES * growth_log2);
  turns = zero + (float)wrapped (LANES * frequency);
  turn (&log2, &turns, &growth);
  for (int64_t n = first; n < end; n += LANES) {
    TsrPhasorLanes rest, u = 1 - x * x;
    u = (TsrPhasorLanes)((WholeLanes)u & (u > zero));
    memcpy (&rest, residual + n, sizeof rest);
    rest *= u * u * u;
    re += rest * value.re;
    im -= rest * value.im;
    multiply (&value, &growth);
    x += step;
  }
  sum[0] = sum_lanes (&re);
  sum[1] = sum_lanes (&im);
}
