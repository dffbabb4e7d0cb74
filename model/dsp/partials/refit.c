/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correction of partials by what they leave.
 */
#include "model/dsp/partials/refit.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/partials/calm.h"
#include "model/dsp/partials/edge-place.h"
#include "model/dsp/partials/peel.h"
#include "model/dsp/partials/render-runs.h"
#include "model/dsp/partials/smooth.h"
#include "model/dsp/partials/spike.h"
#include "model/dsp/partials/thin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  N_SWEEPS = 3,
  SLICE = 4096, /* samples of the residual made by one worker */
  BLOCK = 512,  /* samples of it whose level counts together; divides SLICE */
  BINS_PER_STEP = 8,
};

/* Of the window around a breakpoint, to each side, in distances of breakpoints. */
#define REACH_STEPS 1.5
/* Of the energy: where partials leave more, one correction is enough. */
#define NOISE_PART 0.03
#define LEAST_STRETCH_S 1.0
#define LONGEST_STRETCH_S 4.0
/* The window spans so many periods to each side at least (less tells no phase), but no
 * more than that. */
#define REACH_PERIODS 1.0
#define LONGEST_REACH_S 0.03
/* Keeps corrections small where a partial is much weaker than at its breakpoint. */
#define WEAK 0.02
#define LARGEST_STEP 1.5
/* Smaller corrections of frequencies, in spacings, are noise that phases and amplitudes
 * may follow (they are measured with a short window), but frequencies better not. */
#define NOISE_SPACINGS 0.008
/* Errors of all partials together may be this part of what they leave of the sound. */
#define SPARE 0.87

typedef struct {
  unsigned       channel;
  TsrBreakpoint *b;     /* corrected */
  float         *spare; /* amplitude by which each of them may be wrong */
  size_t         n;
  int64_t        first, end; /* samples it may touch */
} Item;

typedef struct {
  TsrPhasorSum   *bins;
  double complex *gains; /* logarithms, of the breakpoints of a stretch */
  size_t          n_gains;
} Scratch;

struct TsrRefit {
  TsrEdgeSignal signal;
  double        start_s;
  const TsrJob *job;
  int64_t       bin, reach, margin; /* samples */
  Item         *items;              /* in order of adding */
  size_t        n_items, n_taken, max_items;
  int64_t       front; /* samples before it are done */
  double       *residual;
  int64_t       residual_first, residual_n, max_residual;
  float        *spare; /* of each block: amplitude by which a partial may be wrong */
  int64_t       stretch_end;
  Scratch      *scratch; /* of each worker */
  size_t        n_scratch;
  unsigned      tasks;
  bool          is_short;
};

TsrRefit *
tsr_refit_new (const TsrEdgeSignal *signal,
               double               start_s,
               unsigned             tasks,
               const TsrJob        *job)
{
  TsrRefit *r = calloc (1, sizeof *r);
  if (r == NULL)
    return NULL;
  r->signal = *signal;
  r->start_s = start_s;
  r->tasks = tasks;
  r->job = job;
  double step = TSR_BREAKPOINT_HOPS * (double)signal->hop;
  r->bin = (int64_t)fmax (1, step / BINS_PER_STEP);
  r->reach = (int64_t)rint (REACH_STEPS * step);
  r->margin = (int64_t)fmax ((double)r->reach, LONGEST_REACH_S * signal->rate_hz);
  r->max_residual = (int64_t)(LONGEST_STRETCH_S * signal->rate_hz) + 2 * r->margin + 2;
  r->residual = calloc ((size_t)r->max_residual, sizeof *r->residual);
  r->n_scratch = tsr_job_n_workers (job);
  r->scratch = calloc (r->n_scratch, sizeof *r->scratch);
  r->spare = calloc ((size_t)(r->max_residual / BLOCK) + 1, sizeof *r->spare);
  bool is_ok = r->residual != NULL && r->scratch != NULL && r->spare != NULL;
  for (size_t i = 0; is_ok && i < r->n_scratch; i++) {
    r->scratch[i].bins =
        calloc ((size_t)(r->max_residual / r->bin) + 2, sizeof *r->scratch[i].bins);
    is_ok = r->scratch[i].bins != NULL;
  }
  if (is_ok)
    return r;
  tsr_refit_free (r);
  return NULL;
}

void
tsr_refit_free (TsrRefit *refit)
{
  if (refit == NULL)
    return;
  for (size_t i = refit->n_taken; i < refit->n_items; i++) {
    free (refit->items[i].b);
    free (refit->items[i].spare);
  }
  for (size_t i = 0; refit->scratch != NULL && i < refit->n_scratch; i++) {
    free (refit->scratch[i].bins);
    free (refit->scratch[i].gains);
  }
  free (refit->scratch);
  free (refit->spare);
  free (refit->residual);
  free (refit->items);
  free (refit);
}

static double
sample_of (const TsrRefit *r, double time_s)
{
  return (time_s - r->start_s) * r->signal.rate_hz;
}

static bool
reserve_items (TsrRefit *r)
{
  if (r->n_items < r->max_items)
    return true;
  size_t max = 2 * r->max_items + 64;
  Item  *items = realloc (r->items, max * sizeof *items);
  if (items == NULL)
    return false;
  r->items = items;
  r->max_items = max;
  return true;
}

bool
tsr_refit_add (TsrRefit *refit, TsrPartial *partial)
{
  size_t         n = tsr_partial_n_breakpoints (partial);
  TsrBreakpoint *b = calloc (n, sizeof *b);
  float         *spare = calloc (n, sizeof *spare);

  if (b == NULL || spare == NULL || !reserve_items (refit)) {
    free (b);
    free (spare);
    tsr_partial_unref (partial);
    return false;
  }
  memcpy (b, tsr_partial_breakpoints (partial), n * sizeof *b);
  refit->items[refit->n_items++] = (Item){
      .channel = tsr_partial_channel (partial),
      .b = b,
      .spare = spare,
      .n = n,
      .first = (int64_t)floor (sample_of (refit, b[0].time_s)),
      .end = (int64_t)ceil (sample_of (refit, b[n - 1].time_s)) + 1,
  };
  tsr_partial_unref (partial);
  return true;
}

static void
render_item (const TsrRefit *r,
             const Item     *item,
             int64_t         first,
             int64_t         end,
             TsrUseRun       use,
             void           *user)
{
  first = first > item->first ? first : item->first;
  end = end < item->end ? end : item->end;
  tsr_render_runs (
      item->b, item->n, r->start_s, r->signal.rate_hz, first, end, use, user);
}

static void
take_away (void *user, const TsrPhasorRun *run, int64_t first)
{
  TsrRefit *r = user;

  tsr_phasor_run_subtract (run, r->residual + (first - r->residual_first));
}

/* Errors of this size in all partials of a block are little beside what they leave. */
static double
spare_amplitude (const TsrRefit *r, int64_t first, int64_t end)
{
  double energy = 0, n_sounding = 1;

  for (int64_t n = first; n < end; n++) {
    double rest = r->residual[n - r->residual_first];
    energy += rest * rest;
  }
  for (size_t i = r->n_taken; i < r->n_items; i++)
    n_sounding += r->items[i].first < end && r->items[i].end > first;
  return SPARE * sqrt (energy / (double)(end - first) / n_sounding);
}

/* What all partials leave of one slice. */
static void
make_slice (void *data, size_t index, size_t worker)
{
  TsrRefit *r = data;
  int64_t   first = r->residual_first + (int64_t)index * SLICE;
  int64_t   limit = r->residual_first + r->residual_n;
  int64_t   end = first + SLICE < limit ? first + SLICE : limit;

  (void)worker;
  for (int64_t n = first; n < end; n++)
    r->residual[n - r->residual_first] = tsr_edge_signal_at (&r->signal, n);
  for (size_t i = r->n_taken; i < r->n_items; i++)
    render_item (r, &r->items[i], first, end, take_away, r);
  for (int64_t n = first; n < end; n += BLOCK)
    r->spare[(n - r->residual_first) / BLOCK] =
        (float)spare_amplitude (r, n, n + BLOCK < end ? n + BLOCK : end);
}

static float
spare_at (const TsrRefit *r, double time_s)
{
  int64_t block = ((int64_t)sample_of (r, time_s) - r->residual_first) / BLOCK;
  return r->spare[block];
}

typedef struct {
  const TsrRefit *refit;
  TsrPhasorSum   *bins;
  int64_t         first; /* sample of bin 0 */
} Projection;

static void
project (void *user, const TsrPhasorRun *run, int64_t first)
{
  Projection     *p = user;
  const TsrRefit *r = p->refit;

  tsr_phasor_run_project (
      run, r->residual + (first - r->residual_first), first - p->first, r->bin, p->bins);
}

/* Of the window around a breakpoint, to each side, in samples. */
static double
reach_of (const TsrRefit *r, const TsrBreakpoint *b)
{
  double period = r->signal.rate_hz / fmax (1, b->frequency_hz);
  return fmin ((double)r->margin, fmax ((double)r->reach, REACH_PERIODS * period));
}

/* Logarithm of the gain that fits the residual best around a breakpoint. */
static double complex
best_gain (const TsrRefit *r, const Projection *p, size_t n_bins, const TsrBreakpoint *b)
{
  double place = sample_of (r, b->time_s) - (double)p->first;
  double D = (double)r->bin, re = 0, im = 0, energy = 1e-30;
  double reach = reach_of (r, b);
  size_t first = (size_t)fmax (0, floor ((place - reach) / D));
  size_t end = (size_t)fmin ((double)n_bins, ceil ((place + reach) / D) + 1);

  for (size_t i = first; i < end; i++) {
    double x = (((double)i + 0.5) * D - 0.5 - place) / reach;
    if (fabs (x) >= 1)
      continue;
    double u = 1 - x * x, w = u * u * u;
    re += w * p->bins[i].re;
    im += w * p->bins[i].im;
    energy += w * p->bins[i].energy;
  }
  energy += WEAK * exp (2 * b->log_amplitude) * reach;
  double complex step = 2 * tsr_complex (re, im) / energy;
  double         square = tsr_complex_energy (step);
  if (square > LARGEST_STEP * LARGEST_STEP) {
    step *= LARGEST_STEP / sqrt (square);
    square = LARGEST_STEP * LARGEST_STEP;
  }
  /* log (1 + step) */
  return tsr_complex (log1p (2 * creal (step) + square) / 2,
                      atan2 (cimag (step), 1 + creal (step)));
}

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
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

/* Applies logarithms of gains to breakpoints from .. to - 1; `gains` begins at from.
 * Near the ends of a partial the window is cut off and tells no frequency. */
static void
apply_gains (
    const TsrRefit *r, Item *item, size_t from, size_t to, const double complex *gains)
{
  double first_s = item->b[0].time_s, end_s = item->b[item->n - 1].time_s;

  for (size_t i = from; i < to; i++) {
    TsrBreakpoint *b = &item->b[i];
    size_t         low = i > from && !is_null (b - 1) ? i - 1 : i;
    size_t         high = i + 1 < to && !is_null (b + 1) ? i + 1 : i;
    double         T = item->b[high].time_s - item->b[low].time_s;
    double complex gain = gains[i - from];

    b->phase_turns += cimag (gain) / (2 * M_PI);
    if (is_null (b))
      continue;
    b->log_amplitude += creal (gain);
    if (!(T > 0))
      continue;
    double complex slope = (gains[high - from] - gains[low - from]) / T;
    double         reach_s = reach_of (r, b) / r->signal.rate_hz;
    if (b->time_s > first_s + reach_s && b->time_s < end_s - reach_s) {
      double shift_hz = trusted_shift (r, cimag (slope) / (2 * M_PI));
      b->frequency_hz = fmax (0, b->frequency_hz + shift_hz);
    }
    b->slope_per_s += (float)creal (slope);
  }
}

/* Gains of nulls are turns of what lies beside them; turns are unwrapped. */
static void
complete_gains (const Item *item, size_t from, size_t to, double complex *gains)
{
  for (size_t i = from; i < to; i++) {
    bool has_next = i + 1 < to && !is_null (&item->b[i + 1]);
    if (is_null (&item->b[i])) {
      double complex beside = has_next ? gains[i + 1 - from] : 0;
      if (!has_next && i > from)
        beside = gains[i - 1 - from];
      gains[i - from] = tsr_complex (0, cimag (beside));
    }
    if (i > from) {
      double turns = cimag (gains[i - from] - gains[i - 1 - from]) / (2 * M_PI);
      gains[i - from] -= tsr_complex (0, 2 * M_PI * rint (turns));
    }
  }
}

static bool
reserve_gains (Scratch *scratch, size_t n)
{
  if (n <= scratch->n_gains)
    return true;
  double complex *gains = realloc (scratch->gains, 2 * n * sizeof *gains);
  if (gains == NULL)
    return false;
  scratch->gains = gains;
  scratch->n_gains = 2 * n;
  return true;
}

/* Corrects the breakpoints of one item in the present stretch. */
static void
correct (void *data, size_t index, size_t worker)
{
  TsrRefit *r = data;
  Item     *item = &r->items[r->n_taken + index];
  Scratch  *scratch = &r->scratch[worker];
  double    first_s = r->start_s + (double)r->front / r->signal.rate_hz;
  double    end_s = r->start_s + (double)r->stretch_end / r->signal.rate_hz;
  size_t    from = 0, to;

  if (item->end <= r->front || item->first >= r->stretch_end || item->n < 2)
    return;
  if (item->first < r->front)
    from = tsr_segment_before (item->b, item->n, first_s);
  while (from < item->n && item->b[from].time_s < first_s)
    from++;
  for (to = from; to < item->n && item->b[to].time_s < end_s; to++)
    ;
  if (from == to)
    return;
  if (!reserve_gains (scratch, to - from)) {
    __atomic_store_n (&r->is_short, true, __ATOMIC_RELAXED);
    return;
  }
  size_t     n_bins = (size_t)(r->residual_n / r->bin) + 1;
  Projection p = {r, scratch->bins, r->residual_first};
  memset (p.bins, 0, n_bins * sizeof *p.bins);
  render_item (
      r, item, r->residual_first, r->residual_first + r->residual_n, project, &p);
  for (size_t i = from; i < to; i++) {
    TsrBreakpoint *b = &item->b[i];
    item->spare[i] = spare_at (r, b->time_s);
    scratch->gains[i - from] = is_null (b) ? 0 : best_gain (r, &p, n_bins, b);
  }
  complete_gains (item, from, to, scratch->gains);
  apply_gains (r, item, from, to, scratch->gains);
}

/* Beginnings in this stretch by what the others leave. */
static void
place_starts (TsrRefit *r)
{
  TsrRest rest = {
      r->residual, r->residual_first, r->residual_n, r->start_s, r->signal.rate_hz};
  size_t        n = 0;
  TsrEdgeStart *starts = malloc ((r->n_items - r->n_taken + 1) * sizeof *starts);

  if (starts == NULL) {
    r->is_short = true;
    return;
  }
  for (size_t i = r->n_taken; i < r->n_items; i++) {
    Item *item = &r->items[i];
    if (item->first >= r->front && item->first < r->stretch_end &&
        tsr_edge_start_init (&starts[n], item->b, &item->n))
      n++;
  }
  tsr_edge_place_all (&rest, starts, n);
  free (starts);
  for (size_t i = r->n_taken; i < r->n_items; i++)
    r->items[i].first = (int64_t)floor (sample_of (r, r->items[i].b[0].time_s));
}

/* Whether partials explain so little of the present stretch that correcting them once
 * more would follow the noise. */
static bool
is_mostly_noise (const TsrRefit *r)
{
  double energy = 0, rest = 0;

  for (int64_t i = 0; i < r->residual_n; i++) {
    double x = tsr_edge_signal_at (&r->signal, r->residual_first + i);
    energy += x * x;
    rest += r->residual[i] * r->residual[i];
  }
  return rest > NOISE_PART * energy;
}

static void
make_residual (void *user)
{
  TsrRefit *r = user;

  tsr_job_parallel_for (
      r->job, (size_t)((r->residual_n + SLICE - 1) / SLICE), make_slice, r);
}

static TsrStatus
add_peeled (void *user, TsrPartial *partial)
{
  return tsr_refit_add (user, partial) ? TSR_STATUS_OK : TSR_STATUS_NO_MEMORY;
}

/* Bursts at attacks in this stretch, which partials leave over. */
static TsrStatus
peel (TsrRefit *r)
{
  TsrPeel peel = {.signal = &r->signal,
                  .rest = {r->residual,
                           r->residual_first,
                           r->residual_n,
                           r->start_s,
                           r->signal.rate_hz},
                  .first = r->front,
                  .end = r->stretch_end,
                  .channel = r->items[r->n_taken].channel};

  return tsr_peel (&peel, make_residual, add_peeled, r);
}

static TsrStatus
run_stretch (TsrRefit *r, int64_t end)
{
  r->stretch_end = end;
  r->residual_first = r->front - r->margin;
  r->residual_n = end + r->margin - r->residual_first;
  for (int sweep = 0; (r->tasks & TSR_REFIT_CORRECTS) && sweep < N_SWEEPS; sweep++) {
    if (tsr_job_cancelled (r->job))
      return TSR_STATUS_CANCELLED;
    make_residual (r);
    bool is_last = is_mostly_noise (r);
    place_starts (r);
    tsr_job_parallel_for (r->job, r->n_items - r->n_taken, correct, r);
    if (is_last)
      break;
  }
  TsrStatus status =
      (r->tasks & TSR_REFIT_PEELS) && r->n_items > r->n_taken ? peel (r) : TSR_STATUS_OK;
  r->front = end;
  return r->is_short ? TSR_STATUS_NO_MEMORY : status;
}

TsrStatus
tsr_refit_advance (TsrRefit *refit, int64_t known)
{
  TsrRefit *r = refit;
  double    rate = r->signal.rate_hz;
  int64_t   least = (int64_t)(LEAST_STRETCH_S * rate);
  int64_t   longest = (int64_t)(LONGEST_STRETCH_S * rate);
  bool      is_end = known >= r->signal.n_samples + r->margin;
  int64_t   last = is_end ? r->signal.n_samples + 1 : known - r->margin;

  while (r->front < last && (is_end || last - r->front >= least)) {
    int64_t   end = last - r->front > longest ? r->front + longest : last;
    TsrStatus status = run_stretch (r, end);
    if (status != TSR_STATUS_OK)
      return status;
  }
  return TSR_STATUS_OK;
}

int64_t
tsr_refit_first_sample (const TsrRefit *refit)
{
  return refit->front > refit->margin ? refit->front - refit->margin : 0;
}

/* Whether nothing ahead needs the item any more. */
static bool
is_done (const TsrRefit *r, const Item *item)
{
  return item->end + r->margin < r->front || r->front > r->signal.n_samples;
}

/* Forgets items that were taken. */
static void
close_ranks (TsrRefit *r)
{
  if (r->n_taken == 0)
    return;
  memmove (r->items, r->items + r->n_taken, (r->n_items - r->n_taken) * sizeof *r->items);
  r->n_items -= r->n_taken;
  r->n_taken = 0;
}

TsrPartial *
tsr_refit_take (TsrRefit *refit, bool *is_short)
{
  TsrRefit *r = refit;

  *is_short = false;
  if (r->n_taken == r->n_items || !is_done (r, &r->items[r->n_taken])) {
    close_ranks (r);
    return NULL;
  }
  Item  *item = &r->items[r->n_taken++];
  double step_s = TSR_BREAKPOINT_HOPS * (double)r->signal.hop / r->signal.rate_hz;
  *is_short = !tsr_breakpoints_smooth (item->b, item->n, item->spare, step_s);
  *is_short |= !tsr_breakpoints_calm (item->b, item->n, item->spare);
  if (r->tasks & TSR_REFIT_DROPS_SPIKES)
    tsr_breakpoints_drop_spikes (item->b, item->n);
  item->n = tsr_breakpoints_thin (item->b, item->n, item->spare, step_s);
  TsrPartial *partial = tsr_partial_new (0, 0, item->channel, item->b, item->n);
  *is_short |= partial == NULL;
  free (item->b);
  free (item->spare);
  return partial;
}
