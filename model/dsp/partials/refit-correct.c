/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correction of breakpoints by the residual: each one's as if its partial were alone,
 * then those of each moment together, then applied.
 */
#include "model/dsp/partials/refit-private.h"

#include "model/dsp/complex-number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The window around a breakpoint spans so many periods to each side at least (less tells
 * no phase). */
#define REACH_PERIODS 1.0
/* Keeps corrections small where a partial is much weaker than at its breakpoint. */
#define WEAK 0.02
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

/* Projects an item on the residual around the breakpoints that are corrected. */
static void
project_item (const TsrRefit *r, const TsrRefitItem *item, TsrPhasorSum *bins)
{
  Projection p = {r, bins};
  int64_t    bin = r->bin, origin = r->residual_first;
  int64_t    n_bins = (r->residual_n + bin - 1) / bin;
  int64_t    from =
      (int64_t)tsr_refit_sample_of (r, item->b[item->from].time_s) - r->margin - origin;
  int64_t to =
      (int64_t)tsr_refit_sample_of (r, item->b[item->to - 1].time_s) + r->margin - origin;

  from = from > 0 ? from / bin : 0;
  to = to / bin + 2 < n_bins ? to / bin + 2 : n_bins;
  memset (bins + from, 0, (size_t)(to - from) * sizeof *bins);
  int64_t end = to * bin < r->residual_n ? to * bin : r->residual_n;
  tsr_refit_render (r, item, origin + from * bin, origin + end, project, &p);
}

/* The amplitude that fits the residual best around a breakpoint, relative to its own. */
static void
fit_step (const TsrRefit      *r,
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
  double energy = 1e-30 + total[2] + WEAK * exp (2 * b->log_amplitude) * reach;
  entry->step = tsr_complex (2 * total[0] / energy, 2 * total[1] / energy);
  entry->trust = (float)(total[2] / energy);
  entry->reach_s = (float)(reach / r->signal.rate_hz);
}

/* Corrections of one item in the present stretch, as if it were alone. */
static void
measure_steps (void *data, size_t index, size_t worker)
{
  TsrRefit     *r = data;
  TsrRefitItem *item = &r->items[r->n_taken + index];

  if (item->from == item->to)
    return;
  project_item (r, item, r->bins[worker]);
  for (size_t i = item->from; i < item->to; i++) {
    TsrBreakpoint *b = &item->b[i];
    TsrJointEntry *entry = &r->steps[item->at + i - item->from];
    item->spare[i] = spare_at (r, b->time_s);
    *entry = (TsrJointEntry){.b = b, .owner = (uint32_t)index};
    if (!is_null (b))
      fit_step (r, r->bins[worker], b, entry);
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
    e[i].step = log_of_one_and (e[i].step);
  for (size_t i = 0; i < n; i++) {
    bool has_next = i + 1 < n && !is_null (e[i + 1].b);
    if (is_null (e[i].b)) {
      double complex beside = has_next ? e[i + 1].step : i > 0 ? e[i - 1].step : 0;
      e[i].step = tsr_complex (0, cimag (beside));
    }
    if (i > 0) {
      double turns = cimag (e[i].step - e[i - 1].step) / (2 * M_PI);
      e[i].step -= tsr_complex (0, 2 * M_PI * rint (turns));
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

    b->phase_turns += cimag (e[i].step) / (2 * M_PI);
    if (is_null (b))
      continue;
    b->log_amplitude += creal (e[i].step);
    if (!(T > 0))
      continue;
    double complex slope = (e[high].step - e[low].step) / T;
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
tsr_refit_correct (TsrRefit *refit)
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
                        r->job))
    return false;
  tsr_job_parallel_for (r->job, n_items, apply_steps, r);
  tsr_job_parallel_for (r->job, n_items, doubt_beginnings, r);
  return true;
}
