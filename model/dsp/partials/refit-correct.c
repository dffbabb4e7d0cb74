/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correction of breakpoints by the residual: each one's as if its partial were alone,
 * then those of each moment together, then applied.
 */
#include "model/dsp/partials/refit-private.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/partials/segment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The window around a breakpoint spans so many periods to each side at least (less tells
 * no phase). */
#define REACH_PERIODS 1.0
/* Keeps corrections small where a partial is much weaker than at its breakpoint. */
#define WEAK 0.02
/* Of (1 - x^2)^3, to each side. */
#define WINDOW_MEAN (32.0 / 35)
/* How much amplitude and frequency (times the reach) may change within the window where
 * the partial is taken for steady. */
#define STEADY_NEPER 0.4
#define STEADY_TURNS 0.15
#define LARGEST_STEP 1.5
#define SMALL_STEP 0.03 /* whose logarithm is a series to 1e-10 */
/* Smaller corrections of frequencies, in spacings, are noise that phases and amplitudes
 * may follow (they are measured with a short window), but frequencies better not. */
#define NOISE_SPACINGS 0.008
/* Of the amplitudes of others: how far off they leave a partial. */
#define CROWD_DOUBT 0.006
#define BEGIN_DOUBT 0.03
/* Of its own amplitude: what breakpoints of a partial can tell reaches into the bands of
 * its neighbours, where errors cancel and so are not seen in what all leave. -72 dB. */
#define LEAST_DOUBT 2.5e-4
#define BEGIN_REACH 4.0 /* spacings */

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* The breakpoints of each item in the present stretch, and room for corrections. */
static bool
choose_breakpoints (TsrRefit *r)
{
  double first_s = r->start_s + (double)r->front / r->signal.rate_hz;
  double end_s = r->start_s + (double)r->stretch_end / r->signal.rate_hz;

  r->n_steps = 0;
  for (size_t i = r->n_taken; i < r->n_items; i++) {
    TsrRefitItem *item = &r->items[i];
    item->from = item->to = 0;
    item->at = r->n_steps;
    if (item->end <= r->front || item->first >= r->stretch_end || item->n < 2)
      continue;
    if (item->first < r->front)
      item->from = tsr_segment_before (item->b, item->n, first_s);
    while (item->from < item->n && item->b[item->from].time_s < first_s)
      item->from++;
    item->to = item->from;
    while (item->to < item->n && item->b[item->to].time_s < end_s)
      item->to++;
    r->n_steps += item->to - item->from;
  }
  if (r->n_steps <= r->max_steps)
    return true;
  free (r->steps);
  r->steps = malloc (2 * r->n_steps * sizeof *r->steps);
  r->max_steps = r->steps != NULL ? 2 * r->n_steps : 0;
  return r->steps != NULL;
}

static float
spare_at (const TsrRefit *r, double time_s)
{
  int64_t sample = (int64_t)tsr_refit_sample_of (r, time_s);
  return r->spare[(sample - r->residual_first) / TSR_REFIT_BLOCK];
}

/* Of the window around a breakpoint, to each side, in samples. */
static double
reach_of (const TsrRefit *r, const TsrBreakpoint *b)
{
  double period = r->signal.rate_hz / fmax (1, b->frequency_hz);
  return fmin ((double)r->margin, fmax ((double)r->reach, REACH_PERIODS * period));
}

typedef struct {
  const TsrRefit *refit;
  TsrPhasorSum   *bins;
} Projection;

static void
project (void *user, const TsrPhasorRun *run, int64_t first)
{
  Projection     *p = user;
  const TsrRefit *r = p->refit;
  int64_t         at = first - r->residual_first;

  tsr_phasor_run_project (run, r->rough + at, at, r->bin, p->bins);
}

/* Projects an item on the residual around its breakpoints first .. end - 1. */
static void
project_item (const TsrRefit     *r,
              const TsrRefitItem *item,
              size_t              first,
              size_t              end,
              TsrPhasorSum       *bins)
{
  Projection p = {r, bins};
  int64_t    bin = r->bin, n_bins = (r->residual_n + bin - 1) / bin;
  int64_t    origin = r->residual_first;
  double     low = (double)r->residual_n, high = 0;

  for (size_t i = first; i < end; i++) {
    if (is_null (&item->b[i]))
      continue;
    double place = tsr_refit_sample_of (r, item->b[i].time_s) - (double)origin;
    double reach = reach_of (r, &item->b[i]);
    low = fmin (low, place - reach);
    high = fmax (high, place + reach);
  }
  int64_t from = low > 0 ? (int64_t)low / bin : 0, to = (int64_t)high / bin + 2;
  to = to < n_bins ? to : n_bins;
  if (from >= to)
    return;
  memset (bins + from, 0, (size_t)(to - from) * sizeof *bins);
  int64_t last = to * bin < r->residual_n ? to * bin : r->residual_n;
  tsr_refit_render (r, item, origin + from * bin, origin + last, project, &p);
}

/* The change of amplitude and phase that fits the residual best around a breakpoint. */
static void
fit_change (const TsrRefit      *r,
            const TsrPhasorSum  *bins,
            const TsrBreakpoint *b,
            TsrJointEntry       *entry)
{
  double place = tsr_refit_sample_of (r, b->time_s) - (double)r->residual_first;
  double D = (double)r->bin, reach = reach_of (r, b), total[3];
  double n_bins = ceil ((double)r->residual_n / D);
  double first = fmax (0, floor ((place - reach) / D));
  double end = fmin (n_bins, ceil ((place + reach) / D) + 1);

  tsr_phasor_sums_in_window (bins + (size_t)first,
                             (int)(end - first),
                             ((first + 0.5) * D - 0.5 - place) / reach,
                             D / reach,
                             total);
  double own = tsr_complex_energy (entry->value);
  double energy = 1e-30 + total[2] + WEAK * own * reach;
  entry->change =
      entry->value * tsr_complex (2 * total[0] / energy, 2 * total[1] / energy);
  entry->trust = (float)(total[2] / energy);
  entry->reach_s = (float)(reach / r->signal.rate_hz);
}

/* The same where the partial is steady, its amplitude growing by slope_per_s. */
static void
fit_steady_change (const TsrRefit      *r,
                   const TsrBreakpoint *b,
                   double               slope_per_s,
                   TsrJointEntry       *entry)
{
  double rate = r->signal.rate_hz, reach = reach_of (r, b), sum[2];
  double place = tsr_refit_sample_of (r, b->time_s) - (double)r->residual_first;
  double growth = 2 * slope_per_s * reach / rate;
  double window = WINDOW_MEAN * (1 + growth * growth / 18);
  double energy = reach * (window + WEAK);

  tsr_phasor_correlate (r->rough,
                        place,
                        reach,
                        TSR_LOG2_E * slope_per_s / rate,
                        b->frequency_hz / rate,
                        sum);
  entry->change = tsr_complex (2 * sum[0] / energy, 2 * sum[1] / energy);
  entry->trust = (float)(window / (window + WEAK));
  entry->reach_s = (float)(reach / rate);
}

/* How far amplitude and frequency of breakpoints are from those of one of them. */
typedef struct {
  double neper, hz;
} Deviation;

static void
deviate (Deviation *d, const TsrBreakpoint *b, const TsrBreakpoint *other)
{
  d->neper = fmax (d->neper, fabs (other->log_amplitude - b->log_amplitude));
  d->hz = fmax (d->hz, fabs (other->frequency_hz - b->frequency_hz));
}

/* Whether the partial sounds all through the window around breakpoint i and is nowhere
 * there far from what it is at i, its amplitude growing by *slope_per_s. */
static bool
is_steady (const TsrRefit *r, const TsrRefitItem *item, size_t i, double *slope_per_s)
{
  const TsrBreakpoint *b = &item->b[i], *last = &item->b[item->n - 1];
  const TsrBreakpoint *low = b, *high = b;
  double               reach_s = reach_of (r, b) / r->signal.rate_hz;
  Deviation            d = {0};

  while (low > item->b && !is_null (low) && b->time_s - low->time_s < reach_s)
    deviate (&d, b, --low);
  while (high < last && !is_null (high) && high->time_s - b->time_s < reach_s)
    deviate (&d, b, ++high);
  *slope_per_s =
      (high->log_amplitude - low->log_amplitude) / (high->time_s - low->time_s);
  return !is_null (low) && !is_null (high) && b->time_s - low->time_s >= reach_s &&
         high->time_s - b->time_s >= reach_s && d.neper < STEADY_NEPER &&
         d.hz * reach_s < STEADY_TURNS;
}

static TsrJointEntry *
begin_entry (TsrRefit *r, size_t index, size_t i)
{
  TsrRefitItem        *item = &r->items[r->n_taken + index];
  const TsrBreakpoint *b = &item->b[i];
  TsrJointEntry       *entry = &r->steps[item->at + i - item->from];
  double               amplitude = is_null (b) ? 0 : tsr_exp2 (tsr_segment_log2_end (b));

  item->spare[i] = spare_at (r, b->time_s);
  *entry = (TsrJointEntry){.b = b, .owner = (uint32_t)index};
  entry->value = tsr_complex (amplitude * tsr_turns_cosine (b->phase_turns),
                              amplitude * tsr_turns_cosine (b->phase_turns - 0.25));
  return entry;
}

/* Corrections of one item in the present stretch, as if it were alone. */
static void
measure_steps (void *data, size_t index, size_t worker)
{
  TsrRefit     *r = data;
  TsrRefitItem *item = &r->items[r->n_taken + index];
  TsrPhasorSum *bins = r->bins[worker];

  for (size_t i = item->from, end; i < item->to; i = end) {
    double slope_per_s;
    for (end = i; end < item->to && !is_steady (r, item, end, &slope_per_s); end++)
      ;
    if (end > i)
      project_item (r, item, i, end, bins);
    for (size_t k = i; k < end; k++) {
      TsrJointEntry *entry = begin_entry (r, index, k);
      if (!is_null (entry->b))
        fit_change (r, bins, entry->b, entry);
    }
    for (; end < item->to && is_steady (r, item, end, &slope_per_s); end++)
      fit_steady_change (r, &item->b[end], slope_per_s, begin_entry (r, index, end));
  }
}

/* log (1 + x), x held back when it is large. */
static double complex
log_of_one_and (double complex x)
{
  double square = tsr_complex_energy (x);

  if (square < SMALL_STEP * SMALL_STEP)
    return x * (1 - x * (1.0 / 2 - x * (1.0 / 3 - x * (1.0 / 4 - x * (1.0 / 5)))));
  if (square > LARGEST_STEP * LARGEST_STEP) {
    x *= LARGEST_STEP / sqrt (square);
    square = LARGEST_STEP * LARGEST_STEP;
  }
  return tsr_complex (log1p (2 * creal (x) + square) / 2,
                      atan2 (cimag (x), 1 + creal (x)));
}

/* Makes logarithms of gains of n corrections of successive breakpoints. Those of nulls
 * are turns of what lies beside them; turns are unwrapped. */
static void
make_gains (TsrJointEntry *e, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!is_null (e[i].b))
      e[i].change = log_of_one_and (e[i].change * conj (e[i].value) /
                                    (1e-30 + tsr_complex_energy (e[i].value)));
  for (size_t i = 0; i < n; i++) {
    bool has_next = i + 1 < n && !is_null (e[i + 1].b);
    if (is_null (e[i].b)) {
      double complex beside = has_next ? e[i + 1].change : i > 0 ? e[i - 1].change : 0;
      e[i].change = tsr_complex (0, cimag (beside));
    }
    if (i > 0) {
      double turns = cimag (e[i].change - e[i - 1].change) / (2 * M_PI);
      e[i].change -= tsr_complex (0, 2 * M_PI * rint (turns));
    }
  }
}

/* A correction of a frequency, in Hz, held back when it is small. */
static double
trusted_shift (const TsrRefit *r, double shift_hz)
{
  double noise_hz =
      NOISE_SPACINGS * tsr_window_spacing_hz (r->signal.window, r->signal.rate_hz);
  double square = shift_hz * shift_hz;
  return shift_hz * (square / (square + noise_hz * noise_hz));
}

/* Applies logarithms of gains to an item's breakpoints in the stretch. Near the ends of a
 * partial the window is cut off and tells no frequency. */
static void
apply_gains (const TsrRefit *r, TsrRefitItem *item, const TsrJointEntry *e)
{
  double first_s = item->b[0].time_s, end_s = item->b[item->n - 1].time_s;
  size_t n = item->to - item->from;

  for (size_t i = 0; i < n; i++) {
    TsrBreakpoint *b = &item->b[item->from + i];
    size_t         low = i > 0 && !is_null (b - 1) ? i - 1 : i;
    size_t         high = i + 1 < n && !is_null (b + 1) ? i + 1 : i;
    double         T = e[high].b->time_s - e[low].b->time_s;

    b->phase_turns += cimag (e[i].change) / (2 * M_PI);
    if (is_null (b))
      continue;
    b->log_amplitude += creal (e[i].change);
    if (!(T > 0))
      continue;
    double complex slope = (e[high].change - e[low].change) / T;
    double         reach_s = (double)e[i].reach_s;
    if (b->time_s > first_s + reach_s && b->time_s < end_s - reach_s) {
      double shift_hz = trusted_shift (r, cimag (slope) / (2 * M_PI));
      b->frequency_hz = fmax (0, b->frequency_hz + shift_hz);
    }
    b->slope_per_s += (float)creal (slope);
  }
}

static void
apply_steps (void *data, size_t index, size_t worker)
{
  TsrRefit     *r = data;
  TsrRefitItem *item = &r->items[r->n_taken + index];

  (void)worker;
  make_gains (r->steps + item->at, item->to - item->from);
  apply_gains (r, item, r->steps + item->at);
}

/* Errors of a partial's neighbours are seen in it: a weak one beside strong ones is in
 * doubt by a part of what these add to its window, and a whole window about their
 * beginnings, which the analysis took for something else. */
static void
doubt_crowd (TsrRefit *r, TsrRefitItem *item)
{
  for (size_t i = item->from; i < item->to; i++) {
    double crowd = (double)r->steps[item->at + i - item->from].crowd;
    double own = tsr_breakpoint_amplitude (&item->b[i]) + 1e-30;
    double doubt = hypot (LEAST_DOUBT * own, CROWD_DOUBT * crowd * crowd / (crowd + own));
    item->spare[i] = (float)hypot ((double)item->spare[i], doubt);
  }
}

/* Doubts what of an item sounds about `begin`, where another one begins. */
static void
doubt_near (const TsrRefit *r, TsrRefitItem *item, const TsrBreakpoint *begin)
{
  double half_s = (double)r->signal.window->half / r->signal.rate_hz;
  double spacing_hz = tsr_window_spacing_hz (r->signal.window, r->signal.rate_hz);
  double first_s = begin->time_s - half_s, amplitude = tsr_breakpoint_amplitude (begin);
  size_t i = item->from;

  if (item->b[0].time_s > first_s || item->b[item->n - 1].time_s < first_s)
    return;
  if (item->b[i].time_s < first_s)
    i = tsr_segment_before (item->b, item->n, first_s) + 1;
  for (; i < item->to && item->b[i].time_s < begin->time_s + half_s; i++) {
    const TsrBreakpoint *b = &item->b[i];
    double               u = (b->time_s - begin->time_s) / half_s;
    double               d = (b->frequency_hz - begin->frequency_hz) / spacing_hz;
    double               doubt = BEGIN_DOUBT * amplitude * (1 - u * u) / (1 + d * d);
    if (fabs (d) < BEGIN_REACH)
      item->spare[i] = (float)fmax ((double)item->spare[i], doubt);
  }
}

static void
doubt_beginnings (void *data, size_t index, size_t worker)
{
  TsrRefit     *r = data;
  TsrRefitItem *item = &r->items[r->n_taken + index];
  double        limit_hz =
      2 * BEGIN_REACH * tsr_window_spacing_hz (r->signal.window, r->signal.rate_hz);

  (void)worker;
  if (item->from == item->to)
    return;
  doubt_crowd (r, item);
  for (size_t j = r->n_taken; j < r->n_items; j++) {
    const TsrRefitItem *other = &r->items[j];
    if (other->first < r->front || other->first >= r->stretch_end || other->n < 3 ||
        !is_null (&other->b[0]) ||
        fabs (other->b[1].frequency_hz - item->b[item->from].frequency_hz) > limit_hz)
      continue;
    if (other != item)
      doubt_near (r, item, &other->b[1]);
  }
}

bool
tsr_refit_correct (TsrRefit *refit, bool is_last)
{
  TsrRefit *r = refit;
  double    rate = r->signal.rate_hz;
  size_t    n_items = r->n_items - r->n_taken;

  for (int64_t i = 0; i < r->residual_n; i++)
    r->rough[i] = (float)r->residual[i];
  if (!choose_breakpoints (r))
    return false;
  tsr_job_parallel_for (r->job, n_items, measure_steps, r);
  if (!tsr_joint_solve (r->steps,
                        r->n_steps,
                        r->start_s + (double)r->front / rate,
                        r->start_s + (double)r->stretch_end / rate,
                        TSR_BREAKPOINT_HOPS * (double)r->signal.hop / rate,
                        is_last,
                        r->job))
    return false;
  tsr_job_parallel_for (r->job, n_items, apply_steps, r);
  if (is_last)
    tsr_job_parallel_for (r->job, n_items, doubt_beginnings, r);
  return true;
}
