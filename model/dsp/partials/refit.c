/* SPDX-License-Identifier: GPL-3.0-or-later
 * Correction of partials by what they leave.
 */
#include "model/dsp/partials/refit-private.h"

#include "model/dsp/partials/calm.h"
#include "model/dsp/partials/edge-place.h"
#include "model/dsp/partials/peel.h"
#include "model/dsp/partials/segment.h"
#include "model/dsp/partials/smooth.h"
#include "model/dsp/partials/spike.h"
#include "model/dsp/partials/thin.h"
#include "model/dsp/partials/wave-batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  N_SWEEPS = 3,
  SLICE = 8 * TSR_REFIT_BLOCK, /* samples of the residual made by one worker */
  BINS_PER_STEP = 5,
};

/* Of that window, to each side, in distances of breakpoints. */
#define REACH_STEPS 1.5
/* Of the energy: where partials leave more, one correction is enough. */
#define NOISE_PART 0.03
/* Where they leave less, there is something for a third one to find. */
#define CLEAN_PART 5e-6
#define LEAST_STRETCH_S 1.0
#define LONGEST_STRETCH_S 4.0
/* The longest reach of the window around a breakpoint. */
#define LONGEST_REACH_S 0.03
/* Errors of all partials together may be this part of what they leave of the sound. */
#define SPARE 0.87
/* Partials that rise longer, to RISEN of what they have when they are SETTLED_S old,
 * begin softly; so does a sound when those are most of what begins near a burst. */
#define SOFT_S 0.002
#define RISEN 0.7
#define SETTLED_S 0.04
#define NEAR_BURST_S 0.03
#define MOSTLY 0.87

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
  r->bin = TSR_PHASOR_LANES *
           (int64_t)fmax (1, rint (step / (BINS_PER_STEP * TSR_PHASOR_LANES)));
  r->reach = (int64_t)rint (REACH_STEPS * step);
  r->margin = (int64_t)fmax ((double)r->reach, LONGEST_REACH_S * signal->rate_hz);
  r->max_residual = (int64_t)(LONGEST_STRETCH_S * signal->rate_hz) + 2 * r->margin + 2;
  /* Runs end with whole eights of samples. */
  size_t n = (size_t)r->max_residual + TSR_PHASOR_LANES;
  r->sound = calloc (n, sizeof *r->sound);
  r->residual = calloc (n, sizeof *r->residual);
  r->rough = calloc (n, sizeof *r->rough);
  r->n_workers = tsr_job_n_workers (job);
  r->bins = calloc (r->n_workers, sizeof *r->bins);
  r->spare = calloc ((size_t)(r->max_residual / TSR_REFIT_BLOCK) + 1, sizeof *r->spare);
  bool is_ok = r->sound != NULL && r->residual != NULL && r->rough != NULL &&
               r->bins != NULL && r->spare != NULL;
  size_t size = ((size_t)(r->max_residual / r->bin) + 2) * sizeof (TsrPhasorSum);
  for (size_t i = 0; is_ok && i < r->n_workers; i++) {
    r->bins[i] = aligned_alloc (sizeof (TsrPhasorLanes), size);
    is_ok = r->bins[i] != NULL;
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
  for (size_t i = 0; refit->bins != NULL && i < refit->n_workers; i++)
    free (refit->bins[i]);
  free (refit->bins);
  free (refit->spare);
  free (refit->steps);
  free (refit->rough);
  free (refit->residual);
  free (refit->sound);
  free (refit->items);
  free (refit);
}

static bool
reserve_items (TsrRefit *r)
{
  if (r->n_items < r->max_items)
    return true;
  size_t        max = 2 * r->max_items + 64;
  TsrRefitItem *items = realloc (r->items, max * sizeof *items);
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
  refit->items[refit->n_items++] = (TsrRefitItem){
      .channel = tsr_partial_channel (partial),
      .b = b,
      .spare = spare,
      .n = n,
      .first = (int64_t)floor (tsr_refit_sample_of (refit, b[0].time_s)),
      .end = (int64_t)ceil (tsr_refit_sample_of (refit, b[n - 1].time_s)) + 1,
  };
  tsr_partial_unref (partial);
  return true;
}

void
tsr_refit_render (const TsrRefit     *refit,
                  const TsrRefitItem *item,
                  int64_t             first,
                  int64_t             end,
                  TsrUseRun           use,
                  void               *user)
{
  first = first > item->first ? first : item->first;
  end = end < item->end ? end : item->end;
  tsr_render_runs (item->b,
                   item->n,
                   refit->start_s,
                   refit->signal.rate_hz,
                   refit->residual_first,
                   first,
                   end,
                   use,
                   user);
}

static void
add_run (void *user, const TsrPhasorRun *run, int64_t first)
{
  TsrRefit *r = user;

  tsr_phasor_run_add (run, r->rough + (first - r->residual_first));
}

/* Adds samples first .. end - 1 of an item to `rough`, most of them by way of the batch.
 */
static void
add_item (TsrRefit           *r,
          const TsrRefitItem *item,
          int64_t             first,
          int64_t             end,
          TsrWaveBatch       *batch)
{
  const TsrBreakpoint *b = item->b;
  double               rate = r->signal.rate_hz;
  int64_t              origin = r->residual_first;

  first = first > item->first ? first : item->first;
  end = end < item->end ? end : item->end;
  if (first >= end || item->n < 2)
    return;
  size_t  i = tsr_segment_before (b, item->n, r->start_s + (double)first / rate);
  int64_t from = tsr_sample_at (b[i].time_s - r->start_s, rate);
  for (first = first > from ? first : from; i + 1 < item->n && first < end; i++) {
    int64_t to = tsr_sample_at (b[i + 1].time_s - r->start_s, rate);
    to = to < end ? to : end;
    if (to <= first)
      continue;
    if (tsr_wave_is_calm (&b[i], &b[i + 1]))
      tsr_wave_batch_add (batch,
                          &b[i],
                          &b[i + 1],
                          tsr_refit_sample_of (r, b[i].time_s) - (double)origin,
                          rate,
                          first - origin,
                          to - origin,
                          r->rough);
    else
      tsr_render_runs (b + i, 2, r->start_s, rate, origin, first, to, add_run, r);
    first = to;
  }
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
  TsrRefit    *r = data;
  int64_t      first = r->residual_first + (int64_t)index * SLICE;
  int64_t      limit = r->residual_first + r->residual_n;
  int64_t      end = first + SLICE < limit ? first + SLICE : limit;
  int64_t      from = first - r->residual_first;
  TsrWaveBatch batch = {0};

  (void)worker;
  memset (r->rough + from, 0, (size_t)(end - first) * sizeof *r->rough);
  for (size_t i = r->n_taken; i < r->n_items; i++)
    add_item (r, &r->items[i], first, end, &batch);
  tsr_wave_batch_finish (&batch, r->rough);
  for (int64_t i = from; i < from + end - first; i++)
    r->residual[i] = r->sound[i] - (double)r->rough[i];
  for (int64_t n = first; n < end; n += TSR_REFIT_BLOCK)
    r->spare[(n - r->residual_first) / TSR_REFIT_BLOCK] = (float)spare_amplitude (
        r, n, n + TSR_REFIT_BLOCK < end ? n + TSR_REFIT_BLOCK : end);
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
    TsrRefitItem *item = &r->items[i];
    if (item->first >= r->front && item->first < r->stretch_end &&
        tsr_edge_start_init (&starts[n], item->b, &item->n))
      n++;
  }
  tsr_edge_place_all (&rest, starts, n);
  free (starts);
  for (size_t i = r->n_taken; i < r->n_items; i++)
    r->items[i].first = (int64_t)floor (tsr_refit_sample_of (r, r->items[i].b[0].time_s));
}

/* Whether correcting partials once more, after `n_done` corrections, is not worth it:
 * they explain so little of the present stretch that it would follow the noise, or two
 * were enough. */
static bool
is_enough (TsrRefit *r, int n_done)
{
  r->rest = 0;
  for (int64_t i = 0; i < r->residual_n; i++)
    r->rest += r->residual[i] * r->residual[i];
  return r->rest > NOISE_PART * r->energy ||
         (n_done > 0 && r->rest > CLEAN_PART * r->energy);
}

/* The sound around the present stretch. */
static void
read_sound (TsrRefit *r)
{
  r->energy = 0;
  for (int64_t i = 0; i < r->residual_n; i++) {
    r->sound[i] = tsr_edge_signal_at (&r->signal, r->residual_first + i);
    r->energy += r->sound[i] * r->sound[i];
  }
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

/* The time in which a partial that begins rises to what it has soon after. */
static double
rise_of (const TsrRefitItem *item, double *amplitude)
{
  const TsrBreakpoint *b = item->b;
  size_t               last = 0, i = 0;

  while (last + 1 < item->n && b[last + 1].time_s < b[0].time_s + SETTLED_S)
    last++;
  *amplitude = tsr_breakpoint_amplitude (&b[last]);
  while (i < last && tsr_breakpoint_amplitude (&b[i]) < RISEN * *amplitude)
    i++;
  return b[i].time_s - b[0].time_s;
}

/* Whether what begins around a time does so over ramps. */
static bool
is_soft (void *user, double time_s)
{
  const TsrRefit *r = user;
  double          soft = 0, all = 0, amplitude;

  for (size_t i = r->n_taken; i < r->n_items; i++) {
    const TsrRefitItem *item = &r->items[i];
    if (fabs (item->b[0].time_s - time_s) > NEAR_BURST_S ||
        !(item->b[0].flags & TSR_BREAKPOINT_NULL))
      continue;
    double rise_s = rise_of (item, &amplitude);
    all += amplitude;
    soft += rise_s > SOFT_S ? amplitude : 0;
  }
  return soft > MOSTLY * all;
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
                  .channel = r->items[r->n_taken].channel,
                  .is_soft = is_soft};

  return tsr_peel (&peel, make_residual, add_peeled, r);
}

static TsrStatus
run_stretch (TsrRefit *r, int64_t end)
{
  r->stretch_end = end;
  r->residual_first = r->front - r->margin;
  r->residual_n = end + r->margin - r->residual_first;
  if (r->tasks & TSR_REFIT_CORRECTS)
    read_sound (r);
  for (int sweep = 0; (r->tasks & TSR_REFIT_CORRECTS) && sweep < N_SWEEPS; sweep++) {
    if (tsr_job_cancelled (r->job))
      return TSR_STATUS_CANCELLED;
    make_residual (r);
    bool is_last = is_enough (r, sweep) || sweep + 1 == N_SWEEPS;
    place_starts (r);
    if (!tsr_refit_correct (r, is_last))
      return TSR_STATUS_NO_MEMORY;
    if (is_last)
      break;
  }
  r->whole += r->energy;
  r->left += r->rest;
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

double
tsr_refit_part_left (const TsrRefit *refit)
{
  return refit->whole > 0 ? refit->left / refit->whole : 1;
}

int64_t
tsr_refit_first_sample (const TsrRefit *refit)
{
  return refit->front > refit->margin ? refit->front - refit->margin : 0;
}

/* Whether nothing ahead needs the item any more. */
static bool
is_done (const TsrRefit *r, const TsrRefitItem *item)
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
  TsrRefitItem *item = &r->items[r->n_taken++];
  double        step_s = TSR_BREAKPOINT_HOPS * (double)r->signal.hop / r->signal.rate_hz;
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
