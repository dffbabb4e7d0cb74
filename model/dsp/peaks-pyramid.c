/* SPDX-License-Identifier: GPL-3.0-or-later
 * Multi-resolution minimum and maximum. Level 0 holds a pair for each 64 samples, each
 * further level a pair for four of the level below.
 */
#include "model/dsp/peaks-pyramid.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum {
  BLOCK = 64,
  FANOUT = 4,
  MAX_LEVELS = 32,
  CHUNK_BLOCKS = 2048, /* of a parallel item */
  EXACT_SAMPLES = 256, /* narrower columns are read from the samples */
};

typedef struct {
  float low, high;
} Peak;

struct TsrPeaksPyramid {
  atomic_int n_refs;
  TsrSignal *signal; /* owned reference */
  size_t     n_levels;
  size_t     n_peaks[MAX_LEVELS]; /* of one channel */
  Peak      *levels[MAX_LEVELS];  /* channel after channel */
};

typedef struct {
  TsrPeaksPyramid *pyramid;
  const TsrJob    *job;
  size_t           first_item; /* of the batch */
  atomic_bool      is_cancelled;
} Build;

static void
extend (Peak *peak, float value)
{
  peak->low = value < peak->low ? value : peak->low;
  peak->high = value > peak->high ? value : peak->high;
}

static void
extend_by_peak (Peak *peak, Peak other)
{
  peak->low = other.low < peak->low ? other.low : peak->low;
  peak->high = other.high > peak->high ? other.high : peak->high;
}

static Peak
peak_of_samples (const float *samples, int64_t n)
{
  float low = samples[0];
  float high = samples[0];
  for (int64_t i = 1; i < n; i++) {
    low = samples[i] < low ? samples[i] : low;
    high = samples[i] > high ? samples[i] : high;
  }
  return (Peak){low, high};
}

static void
build_chunk (void *data, size_t item, size_t worker)
{
  Build           *build = data;
  TsrPeaksPyramid *p = build->pyramid;
  size_t           first = (build->first_item + item) * CHUNK_BLOCKS;
  size_t           end = first + CHUNK_BLOCKS;
  int64_t          n_frames = tsr_signal_n_frames (p->signal);

  if (tsr_job_cancelled (build->job))
    atomic_store (&build->is_cancelled, true);
  if (atomic_load (&build->is_cancelled))
    return;
  end = end < p->n_peaks[0] ? end : p->n_peaks[0];
  for (unsigned c = 0; c < tsr_signal_n_channels (p->signal); c++) {
    const float *samples = tsr_signal_channel (p->signal, c);
    Peak        *peaks = p->levels[0] + (size_t)c * p->n_peaks[0];
    for (size_t i = first; i < end; i++) {
      int64_t at = (int64_t)i * BLOCK;
      int64_t left = n_frames - at;
      peaks[i] = peak_of_samples (samples + at, left < BLOCK ? left : BLOCK);
    }
  }
  tsr_signal_discard (p->signal, (int64_t)first * BLOCK, (int64_t)(end - first) * BLOCK);
}

static bool
build_level_0 (TsrPeaksPyramid *pyramid, const TsrJob *job)
{
  Build  build = {.pyramid = pyramid, .job = job};
  size_t n_items = (pyramid->n_peaks[0] + CHUNK_BLOCKS - 1) / CHUNK_BLOCKS;
  size_t step = 16 * tsr_job_n_workers (job);

  for (size_t i = 0; i < n_items; i += step) {
    size_t n = n_items - i < step ? n_items - i : step;
    build.first_item = i;
    tsr_job_parallel_for (job, n, build_chunk, &build);
    if (atomic_load (&build.is_cancelled))
      return false;
    tsr_job_progress (job, (double)(i + n) / (double)n_items);
  }
  return true;
}

static void
build_level (TsrPeaksPyramid *p, size_t level)
{
  for (unsigned c = 0; c < tsr_signal_n_channels (p->signal); c++) {
    const Peak *below = p->levels[level - 1] + (size_t)c * p->n_peaks[level - 1];
    Peak       *peaks = p->levels[level] + (size_t)c * p->n_peaks[level];
    for (size_t i = 0; i < p->n_peaks[level]; i++) {
      peaks[i] = below[i * FANOUT];
      for (size_t j = i * FANOUT + 1; j < (i + 1) * FANOUT; j++)
        if (j < p->n_peaks[level - 1])
          extend_by_peak (&peaks[i], below[j]);
    }
  }
}

static bool
allocate_levels (TsrPeaksPyramid *p)
{
  size_t n = ((size_t)tsr_signal_n_frames (p->signal) + BLOCK - 1) / BLOCK;

  while (n > 0) {
    Peak *level = calloc (n * tsr_signal_n_channels (p->signal), sizeof *level);
    if (level == NULL)
      return false;
    p->n_peaks[p->n_levels] = n;
    p->levels[p->n_levels++] = level;
    if (n == 1)
      break;
    n = (n + FANOUT - 1) / FANOUT;
  }
  return true;
}

TsrStatus
tsr_peaks_pyramid_new (const TsrSignal  *signal,
                       const TsrJob     *job,
                       TsrPeaksPyramid **pyramid)
{
  TsrPeaksPyramid *p = calloc (1, sizeof *p);
  TsrStatus        status = TSR_STATUS_OK;

  *pyramid = NULL;
  if (p == NULL)
    return TSR_STATUS_NO_MEMORY;
  atomic_init (&p->n_refs, 1);
  p->signal = tsr_signal_ref ((TsrSignal *)signal);
  if (!allocate_levels (p))
    status = TSR_STATUS_NO_MEMORY;
  else if (!build_level_0 (p, job))
    status = TSR_STATUS_CANCELLED;
  if (status != TSR_STATUS_OK) {
    tsr_peaks_pyramid_unref (p);
    return status;
  }
  for (size_t level = 1; level < p->n_levels; level++)
    build_level (p, level);
  *pyramid = p;
  return TSR_STATUS_OK;
}

TsrPeaksPyramid *
tsr_peaks_pyramid_ref (TsrPeaksPyramid *pyramid)
{
  atomic_fetch_add_explicit (&pyramid->n_refs, 1, memory_order_relaxed);
  return pyramid;
}

void
tsr_peaks_pyramid_unref (TsrPeaksPyramid *pyramid)
{
  if (pyramid == NULL ||
      atomic_fetch_sub_explicit (&pyramid->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < pyramid->n_levels; i++)
    free (pyramid->levels[i]);
  tsr_signal_unref (pyramid->signal);
  free (pyramid);
}

size_t
tsr_peaks_pyramid_bytes (const TsrPeaksPyramid *pyramid)
{
  size_t bytes = sizeof *pyramid;
  for (size_t i = 0; i < pyramid->n_levels; i++)
    bytes +=
        pyramid->n_peaks[i] * tsr_signal_n_channels (pyramid->signal) * sizeof (Peak);
  return bytes;
}

/* Value of the joined samples at a place inside the signal. */
static float
value_at (const float *samples, int64_t n_frames, double place)
{
  double  floor_place = floor (place);
  int64_t i = (int64_t)floor_place;
  if (i + 1 >= n_frames)
    return samples[n_frames - 1];
  float t = (float)(place - floor_place);
  return samples[i] + t * (samples[i + 1] - samples[i]);
}

/* Of the joined samples from place a to b, 0 <= a <= b. */
static Peak
exact_peak (const float *samples, int64_t n_frames, double a, double b)
{
  float   edge = value_at (samples, n_frames, a);
  Peak    peak = {edge, edge};
  int64_t first = (int64_t)ceil (a);
  int64_t end = (int64_t)floor (b) + 1;

  extend (&peak, value_at (samples, n_frames, b));
  end = end < n_frames ? end : n_frames;
  if (first < end)
    extend_by_peak (&peak, peak_of_samples (samples + first, end - first));
  return peak;
}

/* Of blocks [first, end), first < end, by the largest aligned groups that fit. */
static Peak
block_peak (const TsrPeaksPyramid *p, unsigned channel, size_t first, size_t end)
{
  Peak   peak = p->levels[0][(size_t)channel * p->n_peaks[0] + first];
  size_t i = first;

  while (i < end) {
    size_t level = 0;
    size_t width = 1;
    while (level + 1 < p->n_levels && i % (width * FANOUT) == 0 &&
           i + width * FANOUT <= end) {
      width *= FANOUT;
      level++;
    }
    extend_by_peak (&peak,
                    p->levels[level][(size_t)channel * p->n_peaks[level] + i / width]);
    i += width;
  }
  return peak;
}

static Peak
column_peak (const TsrPeaksPyramid *p, unsigned channel, double a, double b)
{
  int64_t n_frames = tsr_signal_n_frames (p->signal);

  if (n_frames == 0 || b <= 0 || a >= (double)n_frames)
    return (Peak){0, 0};
  a = fmax (a, 0);
  b = fmin (b, (double)n_frames);
  if (b - a < EXACT_SAMPLES)
    return exact_peak (tsr_signal_channel (p->signal, channel), n_frames, a, b);
  size_t end = (size_t)ceil (b / BLOCK);
  return block_peak (
      p, channel, (size_t)(a / BLOCK), end < p->n_peaks[0] ? end : p->n_peaks[0]);
}

void
tsr_peaks_pyramid_query (const TsrPeaksPyramid *pyramid,
                         unsigned               channel,
                         double                 start_s,
                         double                 end_s,
                         size_t                 n_columns,
                         float                 *lowest,
                         float                 *highest)
{
  double rate = tsr_signal_rate_hz (pyramid->signal);
  double step = (end_s - start_s) * rate / (double)n_columns;

  for (size_t i = 0; i < n_columns; i++) {
    double a = start_s * rate + (double)i * step;
    Peak   peak = column_peak (pyramid, channel, a, a + step);
    lowest[i] = peak.low;
    highest[i] = peak.high;
  }
}
