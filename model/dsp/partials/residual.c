/* SPDX-License-Identifier: GPL-3.0-or-later
 * The residual: source minus reference synthesis, in pieces of time that threads share.
 */
#include "model/dsp/partials/residual.h"

#include "model/dsp/partials/synth.h"

#include <math.h>
#include <stdlib.h>

enum { PIECE = 32768, WAVE = 32 };

typedef struct {
  double source, residual; /* energies */
  bool   has_failed;
} Piece;

typedef struct {
  const TsrSignal *source;
  TsrPartialSet   *set;
  const TsrJob    *job;
  TsrSignal       *residual; /* may be NULL */
  size_t           first_item;
  Piece            pieces[WAVE];
} Measure;

static void
subtract (Measure *measure, unsigned channel, int64_t first, size_t n, Piece *piece)
{
  const float *x = tsr_signal_channel (measure->source, channel) + first;
  float       *r = measure->residual == NULL
                       ? NULL
                       : tsr_signal_channel_writable (measure->residual, channel) + first;
  double      *y = calloc (n, sizeof *y);
  TsrSynth    *synth = tsr_synth_new (
      measure->set, channel, tsr_signal_rate_hz (measure->source), first, NULL);

  piece->has_failed = y == NULL || synth == NULL;
  if (!piece->has_failed) {
    tsr_synth_render (synth, y, n);
    for (size_t i = 0; i < n; i++) {
      double difference = (double)x[i] - y[i];
      piece->source += (double)x[i] * (double)x[i];
      piece->residual += difference * difference;
      if (r != NULL)
        r[i] = (float)difference;
    }
  }
  tsr_synth_free (synth);
  free (y);
}

/* Items go through all channels of a piece of time before the next. */
static void
measure_item_cb (void *data, size_t item, size_t worker)
{
  Measure *measure = data;
  unsigned n_channels = tsr_signal_n_channels (measure->source);
  int64_t  n_frames = tsr_signal_n_frames (measure->source);
  size_t   number = measure->first_item + item;
  int64_t  first = (int64_t)(number / n_channels) * PIECE;
  int64_t  n = n_frames - first < PIECE ? n_frames - first : PIECE;

  measure->pieces[item] = (Piece){0};
  if (!tsr_job_cancelled (measure->job))
    subtract (measure,
              (unsigned)(number % n_channels),
              first,
              (size_t)n,
              &measure->pieces[item]);
}

static double
ratio_db (double source, double residual)
{
  if (!(source > 0))
    return NAN;
  return residual > 0 ? 10 * log10 (source / residual) : INFINITY;
}

/* All pieces; energies are summed in their order, whoever worked on them. */
static TsrStatus
measure_all (Measure *measure, Piece *sum)
{
  size_t n_channels = tsr_signal_n_channels (measure->source);
  size_t n_pieces =
      (size_t)((tsr_signal_n_frames (measure->source) + PIECE - 1) / PIECE) * n_channels;

  for (size_t i = 0; i < n_pieces; i += WAVE) {
    size_t n = n_pieces - i < WAVE ? n_pieces - i : WAVE;
    measure->first_item = i;
    tsr_job_parallel_for (measure->job, n, measure_item_cb, measure);
    if (tsr_job_cancelled (measure->job))
      return TSR_STATUS_CANCELLED;
    for (size_t k = 0; k < n; k++) {
      if (measure->pieces[k].has_failed)
        return TSR_STATUS_NO_MEMORY;
      sum->source += measure->pieces[k].source;
      sum->residual += measure->pieces[k].residual;
    }
    int64_t done = (int64_t)(i / n_channels) * PIECE;
    tsr_signal_discard (measure->source, 0, done);
    if (measure->residual != NULL)
      tsr_signal_discard (measure->residual, 0, done);
    tsr_partial_set_discard (measure->set);
    tsr_job_progress (measure->job, (double)(i + n) / (double)n_pieces);
  }
  return TSR_STATUS_OK;
}

TsrStatus
tsr_residual_measure (const TsrSignal *source,
                      TsrPartialSet   *set,
                      const TsrJob    *job,
                      TsrSignal       *residual,
                      double          *snr_db)
{
  Measure measure = {.source = source, .set = set, .job = job, .residual = residual};
  Piece   sum = {0};

  TsrStatus status = measure_all (&measure, &sum);
  if (status == TSR_STATUS_OK && snr_db != NULL)
    *snr_db = ratio_db (sum.source, sum.residual);
  return status;
}
