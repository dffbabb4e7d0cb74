/* SPDX-License-Identifier: GPL-3.0-or-later
 * The analysis: chunks of frames in parallel, tracking in order, finished tracks in
 * parallel to partials, partials in order to the sink.
 */
#include "model/dsp/partials/analysis.h"

#include "model/dsp/partials/bed.h"
#include "model/dsp/partials/found.h"
#include "model/dsp/partials/harvest.h"
#include "model/dsp/partials/peak.h"
#include "model/dsp/partials/refit.h"
#include "model/dsp/partials/slow.h"
#include "model/dsp/partials/tracker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_FRAMES = 64, ITEM_FRAMES = 4 };

/* A chunk of the signal is looked at again for edges; what is older than this many frames
 * will hardly be. */
#define KEPT_FRAMES 64
/* Every so many chunks everything older is given back. */
#define DISCARD_CHUNKS 32
/* A range from here on leaves nothing out that counts. */
#define LOW_ENOUGH_HZ 60.0
/* Peaks that stand out less are noise; looking closer at them costs most of the time. */
#define LEAST_PROMINENCE 0.4

/* What tsr_analyse was asked for, and where the partials go. */
typedef struct {
  const TsrSignal         *signal;
  unsigned                 channel;
  const TsrAnalysisParams *params;
  const TsrJob            *job;
  TsrPartialSink           sink;
  void                    *sink_user;
  TsrAnalysisCounts       *counts;
} Request;

typedef struct {
  TsrPeak *peaks;
  size_t   n, capacity;
} FramePeaks;

/* What one worker owns. */
typedef struct {
  TsrPeakFinder *finder;
  TsrPeak       *peaks; /* max_peaks of the finder */
} Worker;

typedef struct {
  const Request *request;
  const TsrJob  *job; /* that of the request */
  double         rate_hz;
  double         start_s; /* time of samples[0] */
  unsigned       channel;
  const float   *samples;
  int64_t        n_samples;
  int64_t        n_before, n_after; /* samples beside them that frames see, too */
  TsrSlow       *slow;              /* their offset */
  TsrWindow     *window;
  int64_t        hop;
  int64_t        n_frames;
  Worker        *workers;
  size_t         n_workers;
  TsrTracker    *tracker;
  TsrEdgeSignal  edge_signal;
  TsrHarvest    *harvest;
  TsrRefit      *refit;

  FramePeaks chunk[CHUNK_FRAMES];
  int64_t    chunk_first;
  size_t     chunk_n;

  bool leaves_nothing_out; /* no range of frequencies was asked for */
  bool is_short_of_memory, is_finished;
} Analysis;

static bool
params_are_valid (const TsrSignal *signal, unsigned channel, const TsrAnalysisParams *p)
{
  return channel < tsr_signal_n_channels (signal) && isfinite (p->spacing_hz) &&
         p->spacing_hz > 0 && isfinite (p->floor_db) && isfinite (p->low_hz) &&
         isfinite (p->high_hz) && isfinite (p->start_s) && isfinite (p->end_s);
}

/* The wanted part, samples *first .. *end - 1. */
static void
find_part (const TsrSignal         *signal,
           const TsrAnalysisParams *p,
           int64_t                 *first,
           int64_t                 *end)
{
  double n = (double)tsr_signal_n_frames (signal), rate_hz = tsr_signal_rate_hz (signal);

  *first = 0;
  *end = tsr_signal_n_frames (signal);
  if (p->end_s > p->start_s) {
    *first = (int64_t)fmin (n, fmax (0, floor (p->start_s * rate_hz)));
    *end = (int64_t)fmin (n, fmax ((double)*first, ceil (p->end_s * rate_hz)));
  }
}

static void
init_part (Analysis *a, const Request *request)
{
  int64_t first, end;

  find_part (request->signal, request->params, &first, &end);
  a->request = request;
  a->job = request->job;
  a->channel = request->channel;
  a->rate_hz = tsr_signal_rate_hz (request->signal);
  a->samples = tsr_signal_channel (request->signal, a->channel) + first;
  a->n_samples = end - first;
  a->start_s = (double)first / a->rate_hz;
  if (request->params->is_rough) {
    a->n_before = first;
    a->n_after = tsr_signal_n_frames (request->signal) - end;
  }
}

/* Whether no range of frequencies was asked for. */
static bool
leaves_nothing_out (const TsrAnalysisParams *p, double spacing_hz)
{
  return p->low_hz <= fmax (LOW_ENOUGH_HZ, spacing_hz / 4) && p->high_hz <= 0;
}

/* Says that samples `first` and the n - 1 after it will not be read again soon. */
static void
discard (const Analysis *a, int64_t first, int64_t n)
{
  const TsrSignal *signal = a->request->signal;

  tsr_signal_discard (
      signal, a->samples - tsr_signal_channel (signal, a->channel) + first, n);
}

static TsrStatus
measure_offset (Analysis *a)
{
  enum { BLOCK = 1 << 18 };

  a->slow = tsr_slow_new (a->rate_hz, a->n_samples);
  if (a->slow == NULL)
    return TSR_STATUS_NO_MEMORY;
  for (int64_t first = 0; first < a->n_samples; first += BLOCK) {
    int64_t n = first + BLOCK < a->n_samples ? BLOCK : a->n_samples - first;
    tsr_slow_add (a->slow, a->samples + first, n);
    if (tsr_job_cancelled (a->job))
      return TSR_STATUS_CANCELLED;
    if (a->n_samples > 8 * BLOCK)
      discard (a, first, n);
  }
  return tsr_slow_finish (a->slow) ? TSR_STATUS_OK : TSR_STATUS_NO_MEMORY;
}

static bool
worker_init (Worker *worker, const Analysis *a, const TsrAnalysisParams *p)
{
  TsrPeakParams peak_params = {.rate_hz = a->rate_hz,
                               .low_hz = p->low_hz,
                               .high_hz = p->high_hz,
                               .floor_db = p->floor_db,
                               .least_prominence = p->noisiness == TSR_NOISINESS_ALL
                                                       ? -HUGE_VAL
                                                       : LEAST_PROMINENCE};
  worker->finder = tsr_peak_finder_new (a->window, &peak_params);
  if (worker->finder == NULL)
    return false;
  worker->peaks =
      calloc (tsr_peak_finder_max_peaks (worker->finder), sizeof *worker->peaks);
  return worker->peaks != NULL;
}

/* What is to be done with the partials that were tracked. */
static unsigned
tasks_of (const Analysis *a, const TsrAnalysisParams *p)
{
  bool     peels = p->noisiness == TSR_NOISINESS_NORMAL && a->leaves_nothing_out;
  unsigned tasks = a->leaves_nothing_out ? TSR_REFIT_CORRECTS : 0;

  if (p->is_rough)
    return tasks;
  return tasks | TSR_REFIT_DROPS_SPIKES | (peels ? TSR_REFIT_PEELS : 0);
}

static bool
prepare (Analysis *a)
{
  const TsrAnalysisParams *p = a->request->params;

  a->window = tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, a->rate_hz, p->spacing_hz);
  if (a->window == NULL)
    return false;
  double spacing_hz = tsr_window_spacing_hz (a->window, a->rate_hz);
  a->hop = (int64_t)fmax (1, rint (a->rate_hz / spacing_hz));
  a->n_frames = a->n_samples > 0 ? (a->n_samples - 1 + a->hop - 1) / a->hop + 1 : 0;
  a->n_workers = tsr_job_n_workers (a->job);
  a->workers = calloc (a->n_workers, sizeof *a->workers);
  TsrTrackerParams tracker_params = {.spacing_hz = spacing_hz,
                                     .hop_s = (double)a->hop / a->rate_hz,
                                     .noisiness = p->noisiness};
  a->tracker = tsr_tracker_new (&tracker_params);
  if (a->workers == NULL || a->tracker == NULL)
    return false;
  a->leaves_nothing_out = leaves_nothing_out (p, spacing_hz);
  for (size_t i = 0; i < a->n_workers; i++)
    if (!worker_init (&a->workers[i], a, p))
      return false;
  a->edge_signal = (TsrEdgeSignal){.samples = a->samples,
                                   .n_samples = a->n_samples,
                                   .is_cut = {a->n_before > 0, a->n_after > 0},
                                   .offset = tsr_slow_mean (a->slow),
                                   .slow = a->leaves_nothing_out ? a->slow : NULL,
                                   .rate_hz = a->rate_hz,
                                   .hop = a->hop,
                                   .window = a->window};
  a->harvest = tsr_harvest_new (&a->edge_signal, a->channel, a->start_s, a->job);
  a->refit = tsr_refit_new (&a->edge_signal, a->start_s, tasks_of (a, p), a->job);
  return a->harvest != NULL && a->refit != NULL;
}

static void
clear (Analysis *a)
{
  for (size_t i = 0; a->workers != NULL && i < a->n_workers; i++) {
    tsr_peak_finder_free (a->workers[i].finder);
    free (a->workers[i].peaks);
  }
  free (a->workers);
  for (size_t i = 0; i < CHUNK_FRAMES; i++)
    free (a->chunk[i].peaks);
  tsr_tracker_free (a->tracker);
  tsr_harvest_free (a->harvest);
  tsr_refit_free (a->refit);
  tsr_slow_free (a->slow);
  tsr_window_free (a->window);
}

static bool
keep_peaks (FramePeaks *frame, const TsrPeak *peaks, size_t n)
{
  if (n > frame->capacity) {
    size_t   capacity = 2 * n;
    TsrPeak *room = realloc (frame->peaks, capacity * sizeof *room);
    if (room == NULL)
      return false;
    frame->peaks = room;
    frame->capacity = capacity;
  }
  if (n > 0)
    memcpy (frame->peaks, peaks, n * sizeof *peaks);
  frame->n = n;
  return true;
}

static void
find_peaks (void *data, size_t item, size_t worker_index)
{
  Analysis *a = data;
  Worker   *worker = &a->workers[worker_index];
  size_t    first = item * ITEM_FRAMES;

  for (size_t i = first; i < first + ITEM_FRAMES && i < a->chunk_n; i++) {
    int64_t centre = (a->chunk_first + (int64_t)i) * a->hop;
    if (tsr_job_cancelled (a->job))
      return;
    size_t n = tsr_peak_finder_run (worker->finder,
                                    a->samples - a->n_before,
                                    a->n_before + a->n_samples + a->n_after,
                                    a->n_before + centre,
                                    tsr_slow_at (a->slow, centre),
                                    worker->peaks);
    if (!keep_peaks (&a->chunk[i], worker->peaks, n))
      __atomic_store_n (&a->is_short_of_memory, true, __ATOMIC_RELAXED);
  }
}

/* So far before its first point, in half windows, may a partial begin. */
#define EDGE_WINDOWS 2

/* The sample before which nothing can begin any more. */
static int64_t
first_unknown (const Analysis *a)
{
  int64_t          first = tsr_tracker_horizon (a->tracker) * a->hop;
  size_t           n;
  TsrTrack *const *tracks = tsr_tracker_unfinished (a->tracker, &n);

  for (size_t i = 0; i < n; i++) {
    int64_t begin = tracks[i]->first_frame * a->hop;
    first = begin < first ? begin : first;
  }
  return first - EDGE_WINDOWS * (int64_t)a->window->half;
}

static TsrStatus
hand_over (const Request *request, TsrPartial *partial)
{
  request->counts->n_partials++;
  request->counts->n_breakpoints += tsr_partial_n_breakpoints (partial);
  return request->sink (request->sink_user, partial);
}

/* An offset that comes and goes. */
static TsrStatus
hand_out_slow (Analysis *a)
{
  TsrStatus   status = TSR_STATUS_OK;
  TsrPartial *partial;
  bool        is_short = false;

  while (a->leaves_nothing_out && status == TSR_STATUS_OK &&
         (partial = tsr_slow_take (a->slow, a->channel, a->start_s, &is_short)) != NULL)
    status = hand_over (a->request, partial);
  return is_short ? TSR_STATUS_NO_MEMORY : status;
}

/* Corrects partials up to sample `known` and hands those out that are done. */
static TsrStatus
hand_out (Analysis *a, int64_t known)
{
  TsrStatus   status = tsr_refit_advance (a->refit, known);
  TsrPartial *partial;
  bool        is_short = false;

  while (status == TSR_STATUS_OK &&
         (partial = tsr_refit_take (a->refit, &is_short)) != NULL)
    status = hand_over (a->request, partial);
  return is_short ? TSR_STATUS_NO_MEMORY : status;
}

static TsrStatus
deliver (Analysis *a)
{
  if (!tsr_harvest_run (a->harvest, a->tracker, a->refit))
    return TSR_STATUS_NO_MEMORY;
  return hand_out (a, a->is_finished ? INT64_MAX : first_unknown (a));
}

static TsrStatus
run_chunk (Analysis *a, int64_t first)
{
  TsrAnalysisCounts *counts = a->request->counts;

  a->chunk_first = first;
  a->chunk_n = (size_t)fmin (CHUNK_FRAMES, (double)(a->n_frames - first));
  tsr_job_parallel_for (
      a->job, (a->chunk_n + ITEM_FRAMES - 1) / ITEM_FRAMES, find_peaks, a);
  if (tsr_job_cancelled (a->job))
    return TSR_STATUS_CANCELLED;
  if (a->is_short_of_memory)
    return TSR_STATUS_NO_MEMORY;
  for (size_t i = 0; i < a->chunk_n; i++) {
    if (!tsr_tracker_push (a->tracker, a->chunk[i].peaks, a->chunk[i].n))
      return TSR_STATUS_NO_MEMORY;
    counts->n_frames++;
    counts->n_peaks += a->chunk[i].n;
  }
  return TSR_STATUS_OK;
}

/* Says that samples far behind the latest frame will not be read again soon. The refit
 * looked at samples from `*n_refitted` on since the last call; the edges of long partials
 * lie anywhere, and now and then all is said. */
static void
discard_behind (const Analysis *a, int64_t *n_refitted)
{
  int64_t frame = a->chunk_first + (int64_t)a->chunk_n - KEPT_FRAMES;
  int64_t end = frame * a->hop;
  int64_t from = frame / CHUNK_FRAMES % DISCARD_CHUNKS == 0 ? 0 : *n_refitted;

  if (end > from)
    discard (a, from, end - from);
  *n_refitted = tsr_refit_first_sample (a->refit);
}

static TsrStatus
run (Analysis *a)
{
  int64_t n_refitted = 0;

  for (int64_t first = 0; first < a->n_frames; first += CHUNK_FRAMES) {
    TsrStatus status = run_chunk (a, first);
    if (status == TSR_STATUS_OK)
      status = deliver (a);
    if (status != TSR_STATUS_OK)
      return status;
    discard_behind (a, &n_refitted);
    tsr_job_progress (a->job,
                      (double)(first + (int64_t)a->chunk_n) / (double)a->n_frames);
  }
  if (!tsr_tracker_finish (a->tracker))
    return TSR_STATUS_NO_MEMORY;
  a->is_finished = true;
  TsrStatus status = deliver (a);
  return status == TSR_STATUS_OK ? hand_out_slow (a) : status;
}

/* *part_left is tsr_refit_part_left. */
static TsrStatus
analyse_once (const Request *request, double *part_left)
{
  Analysis *a = calloc (1, sizeof *a);

  *request->counts = (TsrAnalysisCounts){0};
  if (a == NULL)
    return TSR_STATUS_NO_MEMORY;
  init_part (a, request);
  TsrStatus status = measure_offset (a);
  if (status == TSR_STATUS_OK && !prepare (a))
    status = TSR_STATUS_NO_MEMORY;
  if (status == TSR_STATUS_OK)
    status = run (a);
  if (status == TSR_STATUS_OK)
    *part_left = tsr_refit_part_left (a->refit);
  clear (a);
  free (a);
  return status;
}

/* And what lies under it, where partials leave enough. */
static TsrStatus
analyse_with_bed (const Request *request, double *part_left)
{
  TsrFound found = {0};
  Request  kept = *request;
  int64_t  first, end;

  kept.sink = tsr_found_collect;
  kept.sink_user = &found;
  find_part (request->signal, request->params, &first, &end);
  TsrStatus status = analyse_once (&kept, part_left);
  if (status == TSR_STATUS_OK && *part_left > TSR_BED_LEAST_PART)
    status = tsr_bed_explain (request->signal,
                              request->channel,
                              first,
                              end - first,
                              request->params,
                              request->job,
                              &found);
  request->counts->n_partials = request->counts->n_breakpoints = 0;
  for (size_t i = 0; status == TSR_STATUS_OK && i < found.n; i++) {
    TsrPartial *partial = tsr_partial_new_with_id (found.items[i], 0);
    status = partial != NULL ? hand_over (request, partial) : TSR_STATUS_NO_MEMORY;
  }
  tsr_found_clear (&found);
  return status;
}

TsrStatus
tsr_analyse (const TsrSignal         *signal,
             unsigned                 channel,
             const TsrAnalysisParams *params,
             const TsrJob            *job,
             TsrPartialSink           sink,
             void                    *sink_user,
             TsrAnalysisCounts       *counts)
{
  TsrAnalysisCounts unused;
  Request           request = {.signal = signal,
                               .channel = channel,
                               .params = params,
                               .job = job,
                               .sink = sink,
                               .sink_user = sink_user,
                               .counts = counts != NULL ? counts : &unused};

  *request.counts = (TsrAnalysisCounts){0};
  if (!params_are_valid (signal, channel, params))
    return TSR_STATUS_INVALID_ARGUMENT;
  bool wants_bed = params->noisiness == TSR_NOISINESS_NORMAL && !params->is_rough &&
                   leaves_nothing_out (params, params->spacing_hz) &&
                   tsr_bed_may_be (signal, channel);
  double part_left = 1;
  return (wants_bed ? analyse_with_bed : analyse_once) (&request, &part_left);
}
