/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reassigned points of a sound, a block of frames at a time.
 */
#include "model/dsp/spectrum/points.h"

#include "model/dsp/spectrum/reassign.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { FFT_SIZE_MIN = 8, FFT_SIZE_MAX = 1 << 22, PADDING = 2 };
#define BLOCK_BYTES ((size_t)4 << 20) /* of points held at a time */

typedef struct {
  TsrFrame      *frame;
  TsrTransforms *transforms;
  TsrReassigned *points;
  bool          *trusted;
} Worker;

typedef struct {
  const TsrSignal       *signal;
  const float           *samples;
  const TsrPointsParams *params;
  const TsrJob          *job;
  size_t                 first_bin, n_bins;      /* of the unpadded transform */
  int64_t                first_frame, end_frame; /* centre = number * hop */
  size_t                 block_frames;
  int64_t                block_start; /* frame number of the first one in the block */
  Worker                *workers;
  size_t                 n_workers;
  TsrReassignedPoint    *points;   /* block_frames * n_bins */
  size_t                *n_points; /* block_frames */
  atomic_bool            is_cancelled;
} Run;

static bool
params_are_valid (const TsrPointsParams *p)
{
  return p->fft_size >= FFT_SIZE_MIN && p->fft_size <= FFT_SIZE_MAX &&
         p->fft_size % 2 == 0 && p->hop >= 1 && p->hop <= INT32_MAX &&
         !isnan (p->floor_db) && isfinite (p->start_s) && isfinite (p->end_s) &&
         isfinite (p->low_hz) && isfinite (p->high_hz) && isfinite (p->edge_db) &&
         (unsigned)p->window < TSR_WINDOW_N_KINDS;
}

/* Smallest frame number whose centre is not before time_s. */
static int64_t
frame_at (const Run *run, double time_s)
{
  double hops = time_s * tsr_signal_rate_hz (run->signal) / (double)run->params->hop;
  double limit = 0x1p53;
  return (int64_t)ceil (fmin (fmax (hops, 0), limit));
}

static void
set_range (Run *run)
{
  const TsrPointsParams *p = run->params;
  double                 bin_hz = tsr_signal_rate_hz (run->signal) / (double)p->fft_size;
  double                 top = (double)(p->fft_size / 2);
  double                 low = fmin (fmax (ceil (p->low_hz / bin_hz), 0), top + 1);
  double  high = p->high_hz > 0 ? fmin (floor (p->high_hz / bin_hz), top) : top;
  int64_t n_frames = tsr_signal_n_frames (run->signal);
  int64_t hop = (int64_t)p->hop;

  run->first_bin = (size_t)low;
  run->n_bins = high >= low ? (size_t)(high - low) + 1 : 0;
  run->end_frame = n_frames > 0 ? (n_frames - 1 + hop - 1) / hop + 1 : 0;
  if (p->end_s > p->start_s) {
    int64_t end = frame_at (run, p->end_s);
    run->first_frame = frame_at (run, p->start_s);
    run->end_frame = end < run->end_frame ? end : run->end_frame;
  }
}

static bool
make_worker (Worker *worker, const Run *run, const TsrWindow *window)
{
  size_t n = run->n_bins * PADDING;
  worker->frame = tsr_frame_new (window, PADDING);
  worker->transforms = calloc (n, sizeof *worker->transforms);
  worker->points = calloc (n, sizeof *worker->points);
  worker->trusted = calloc (n, sizeof *worker->trusted);
  return worker->frame != NULL && worker->transforms != NULL && worker->points != NULL &&
         worker->trusted != NULL;
}

static bool
allocate (Run *run)
{
  const TsrPointsParams *p = run->params;
  size_t                 row = run->n_bins * sizeof *run->points;
  bool                   is_whole = true;

  run->block_frames = BLOCK_BYTES / row > 0 ? BLOCK_BYTES / row : 1;
  run->points = malloc (run->block_frames * row);
  run->n_points = calloc (run->block_frames, sizeof *run->n_points);
  run->workers = calloc (run->n_workers, sizeof *run->workers);
  TsrWindow *window = tsr_window_new (p->window, p->fft_size / 2);
  if (run->points == NULL || run->n_points == NULL || run->workers == NULL ||
      window == NULL)
    is_whole = false;
  for (size_t i = 0; is_whole && i < run->n_workers; i++)
    is_whole = make_worker (&run->workers[i], run, window);
  tsr_window_free (window);
  return is_whole;
}

static void
clear (Run *run)
{
  for (size_t i = 0; run->workers != NULL && i < run->n_workers; i++) {
    tsr_frame_free (run->workers[i].frame);
    free (run->workers[i].transforms);
    free (run->workers[i].points);
    free (run->workers[i].trusted);
  }
  free (run->workers);
  free (run->n_points);
  free (run->points);
}

/* Power at the top of the lobe that bin i is in: bins point uphill. */
static double
top_power (const Run *run, const Worker *worker, size_t i)
{
  enum { STEPS_MAX = 16 };
  const TsrReassigned *points = worker->points;
  double               bin = 2 * M_PI / (double)(run->params->fft_size * PADDING);
  double               first = (double)(run->first_bin * PADDING);
  double               last = (double)((run->n_bins - 1) * PADDING);

  for (int step = 0; step < STEPS_MAX && points[i].is_near; step++) {
    double at = round (points[i].omega / bin) - first;
    size_t next = (size_t)fmin (fmax (at, 0), last);
    if (!(points[next].power > points[i].power))
      break;
    i = next;
  }
  return points[i].power;
}

/* Keeps the bins of the unpadded transform. */
static size_t
collect (const Run *run, const Worker *worker, int64_t centre, TsrReassignedPoint *out)
{
  double rate = tsr_signal_rate_hz (run->signal);
  double floor_power = pow (10, run->params->floor_db / 10);
  double edge = run->params->edge_db > 0 ? pow (10, -run->params->edge_db / 10) : 0;
  size_t n = 0;

  for (size_t i = 0; i < run->n_bins; i++) {
    const TsrReassigned *p = &worker->points[i * PADDING];
    if (!p->is_near || p->power < floor_power || p->power <= 0 ||
        (edge > 0 && p->power < edge * top_power (run, worker, i * PADDING)))
      continue;
    out[n++] = (TsrReassignedPoint){
        .time_s = ((double)centre + p->offset) / rate,
        .frequency_hz = p->omega * rate / (2 * M_PI),
        .amplitude_db = 10 * log10 (p->power),
        .mixed = p->mixed,
        .is_trusted = worker->trusted[i * PADDING],
    };
  }
  return n;
}

/* Bins between those of the unpadded transform only lead the way to the tops of lobes. */
static void
reassign (const Run *run, Worker *worker, size_t first, size_t n)
{
  if (run->params->edge_db > 0) {
    tsr_frame_transforms (worker->frame, first, n, worker->transforms);
    tsr_reassign (worker->frame, first, n, worker->transforms, worker->points);
    return;
  }
  tsr_frame_unpadded_transforms (
      worker->frame, run->first_bin, run->n_bins, worker->transforms);
  for (size_t i = 0; i < n; i += PADDING)
    tsr_reassign (
        worker->frame, first + i, 1, &worker->transforms[i], &worker->points[i]);
}

static void
analyse_frame (void *data, size_t item, size_t worker_index)
{
  Run    *run = data;
  Worker *worker = &run->workers[worker_index];
  size_t  first = run->first_bin * PADDING;
  size_t  n = (run->n_bins - 1) * PADDING + 1;
  int64_t centre = (run->block_start + (int64_t)item) * (int64_t)run->params->hop;

  run->n_points[item] = 0;
  if (atomic_load_explicit (&run->is_cancelled, memory_order_relaxed))
    return;
  if (tsr_job_cancelled (run->job)) {
    atomic_store (&run->is_cancelled, true);
    return;
  }
  tsr_frame_load (
      worker->frame, run->samples, tsr_signal_n_frames (run->signal), centre, 0);
  reassign (run, worker, first, n);
  tsr_reassign_consensus (worker->frame, n, worker->points, PADDING, worker->trusted);
  run->n_points[item] = collect (run, worker, centre, run->points + item * run->n_bins);
}

static TsrStatus
stream (Run *run,
        bool (*sink) (void *user, const TsrReassignedPoint *points, size_t n),
        void *user)
{
  double total = (double)(run->end_frame - run->first_frame);

  for (run->block_start = run->first_frame; run->block_start < run->end_frame;) {
    int64_t left = run->end_frame - run->block_start;
    size_t  n = left < (int64_t)run->block_frames ? (size_t)left : run->block_frames;
    tsr_job_parallel_for (run->job, n, analyse_frame, run);
    if (atomic_load (&run->is_cancelled))
      return TSR_STATUS_CANCELLED;
    for (size_t i = 0; i < n; i++)
      if (run->n_points[i] > 0 &&
          !sink (user, run->points + i * run->n_bins, run->n_points[i]))
        return TSR_STATUS_OK;
    run->block_start += (int64_t)n;
    tsr_job_progress (run->job, (double)(run->block_start - run->first_frame) / total);
  }
  return TSR_STATUS_OK;
}

TsrStatus
tsr_reassigned_points (const TsrSignal       *signal,
                       unsigned               channel,
                       const TsrPointsParams *params,
                       const TsrJob          *job,
                       bool (*sink) (void                     *user,
                                     const TsrReassignedPoint *points,
                                     size_t                    n),
                       void *user)
{
  if (channel >= tsr_signal_n_channels (signal) || !params_are_valid (params))
    return TSR_STATUS_INVALID_ARGUMENT;
  Run run = {
      .signal = signal,
      .samples = tsr_signal_channel (signal, channel),
      .params = params,
      .job = job,
      .n_workers = tsr_job_n_workers (job),
  };
  set_range (&run);
  if (run.n_bins == 0 || run.first_frame >= run.end_frame)
    return TSR_STATUS_OK;
  TsrStatus status = allocate (&run) ? stream (&run, sink, user) : TSR_STATUS_NO_MEMORY;
  clear (&run);
  return status;
}
