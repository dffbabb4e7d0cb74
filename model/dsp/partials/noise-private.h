/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of a noise model, shared by its analysis and its rendering.
 */
#pragma once

#include "model/dsp/partials/noise.h"
#include "model/dsp/spectrum/fft.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
  TSR_NOISE_BANDS = 48,
  TSR_NOISE_TIE_STEPS = 16, /* steps from one tie of channels to the next */
  /* Logarithms of power are kept as whole numbers of 1/512 neper. */
  TSR_NOISE_LOG_SCALE = 512,
  TSR_NOISE_LOG_SILENT = -63 * TSR_NOISE_LOG_SCALE,
};

/* What silence counts as between sounds: -180 dB; lower levels would pull every mean
 * down. A logarithm of power. */
#define TSR_NOISE_LEAST_LOG (-41.0)

/* A piece of the residual kept as samples, faded in and out over `taper` samples. */
typedef struct {
  int64_t first, onset; /* samples of the residual */
  int64_t n_frames;
  double  weight;  /* of it in a morph, which is in its samples; 1 */
  float  *samples; /* n_frames of each channel, one channel after the other */
} TsrTransient;

/* A complex correlation, in 1/127. */
typedef struct {
  int8_t re, im;
} TsrKeptTie;

typedef struct {
  double re, im;
} TsrTie;

struct TsrNoiseModel {
  atomic_int n_refs;
  double     rate_hz;
  unsigned   n_channels;
  int64_t    n_frames;  /* of the residual */
  size_t     size, hop; /* of the frames; frame i is centred at sample i hop */
  size_t     n_steps;   /* frames */
  double     centre_hz[TSR_NOISE_BANDS];
  int16_t   *log_power; /* [channel][step][band], of the variance of a sample */
  /* How channels hang together: [channel - 1][tie][band] of their complex correlation
   * with channel 0; NULL for one channel. */
  TsrKeptTie *ties;
  size_t      n_ties; /* of a channel; tie k is centred at step (k + 1/2) TIE_STEPS */
  TsrRealFft *fft;
  int64_t     taper;

  TsrTransient *transients; /* in order of time, apart from one another */
  size_t        n_transients;
};

/* Frame length for a rate: 1024 at 44.1 kHz, a multiple of four. */
size_t tsr_noise_frame_size (double rate_hz);

/* Square root of a Hann window of even size, centred: sum over frames a quarter apart of
 * its square is 2. */
double tsr_noise_window (size_t i, size_t size);

/* Variance that a kept logarithm stands for. */
static inline double
tsr_noise_power_of (int16_t log_power)
{
  if (log_power <= TSR_NOISE_LOG_SILENT)
    return 0;
  return exp ((double)log_power / TSR_NOISE_LOG_SCALE);
}

/* The first transient whose onset lies behind a sample of the residual. */
static inline size_t
tsr_noise_transient_behind (const TsrNoiseModel *model, double sample)
{
  size_t low = 0, high = model->n_transients;

  while (low < high) {
    size_t middle = (low + high) / 2;
    if ((double)model->transients[middle].onset <= sample)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* How far, 0..1, a place in steps lies from one step to the next; all the way or not at
 * all where an onset parts them. */
static inline double
tsr_noise_between_steps (const TsrNoiseModel *model, double position, double step)
{
  double hop = (double)model->hop;
  size_t i = tsr_noise_transient_behind (model, step * hop);

  if (i < model->n_transients && (double)model->transients[i].onset <= (step + 1) * hop)
    return (double)model->transients[i].onset <= position * hop ? 1 : 0;
  return fmax (0, position - step);
}

/* Powers of a channel's bands at a time in seconds of the residual, linear between
 * steps; false when all are 0. */
static inline bool
tsr_noise_bands_at (const TsrNoiseModel *model,
                    unsigned             channel,
                    double               residual_s,
                    double               power[TSR_NOISE_BANDS])
{
  double position = residual_s * model->rate_hz / (double)model->hop, sum = 0;

  if (!(position > -1 && position < (double)model->n_steps))
    return false;
  double  whole = floor (position + 1e-9);
  double  u = tsr_noise_between_steps (model, position, whole);
  int64_t step = (int64_t)whole, last = (int64_t)model->n_steps - 1;
  if (step > last) /* rounding put it a hair before the end */
    return false;
  const int16_t *bands = model->log_power + channel * model->n_steps * TSR_NOISE_BANDS;
  for (int b = 0; b < TSR_NOISE_BANDS; b++) {
    double from = step >= 0 ? tsr_noise_power_of (bands[step * TSR_NOISE_BANDS + b]) : 0;
    double to = 0;
    if (u > 0 && step < last)
      to = tsr_noise_power_of (bands[(step + 1) * TSR_NOISE_BANDS + b]);
    power[b] = (1 - u) * from + u * to;
    sum += power[b];
  }
  return sum > 0;
}

/* The ties of a channel >= 1 at a time likewise. */
static inline void
tsr_noise_ties_at (const TsrNoiseModel *model,
                   unsigned             channel,
                   double               residual_s,
                   TsrTie               tie[TSR_NOISE_BANDS])
{
  double at = residual_s * model->rate_hz / (double)(model->hop * TSR_NOISE_TIE_STEPS);
  double last = (double)model->n_ties - 1;

  at = fmin (fmax (at - 0.5, 0), last);
  size_t            whole = (size_t)at, next = (double)whole < last ? whole + 1 : whole;
  double            to = (at - (double)whole) / 127, from = 1.0 / 127 - to;
  const TsrKeptTie *ties = model->ties + (channel - 1) * model->n_ties * TSR_NOISE_BANDS;
  const TsrKeptTie *a = ties + whole * TSR_NOISE_BANDS,
                   *b = ties + next * TSR_NOISE_BANDS;
  for (int i = 0; i < TSR_NOISE_BANDS; i++)
    tie[i] = (TsrTie){from * a[i].re + to * b[i].re, from * a[i].im + to * b[i].im};
}

/* Amplitude with which sample i of a transient counts: a raised cosine at both ends. */
double tsr_transient_weight (int64_t i, int64_t n_frames, int64_t taper);

/* Finds and keeps the transients of the residual; sets `taper`. */
TsrStatus tsr_noise_find_transients (TsrNoiseModel   *model,
                                     const TsrSignal *residual,
                                     const TsrJob    *job);

/* Weight of the noise that is left where transients are: residual sample i times the
 * complement of their weights. `at` is the first transient that may reach it, and is
 * moved on; i must not fall from call to call. */
double tsr_noise_rest_weight (const TsrNoiseModel *model, int64_t i, size_t *at);
