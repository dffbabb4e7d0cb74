/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of a noise model, shared by its analysis and its rendering.
 */
#pragma once

#include "model/dsp/partials/noise.h"
#include "model/dsp/spectrum/fft.h"

#include <stdatomic.h>
#include <stdint.h>

enum {
  TSR_NOISE_BANDS = 48,
  /* Logarithms of power are kept as whole numbers of 1/512 neper. */
  TSR_NOISE_LOG_SCALE = 512,
  TSR_NOISE_LOG_SILENT = -63 * TSR_NOISE_LOG_SCALE,
};

/* A piece of the residual kept as samples, faded in and out over `taper` samples. */
typedef struct {
  int64_t first, onset; /* samples of the residual */
  int64_t n_frames;
  float  *samples; /* n_frames of each channel, one channel after the other */
} TsrTransient;

struct TsrNoiseModel {
  atomic_int  n_refs;
  double      rate_hz;
  unsigned    n_channels;
  int64_t     n_frames;  /* of the residual */
  size_t      size, hop; /* of the frames; frame i is centred at sample i hop */
  size_t      n_steps;   /* frames */
  double      centre_hz[TSR_NOISE_BANDS];
  int16_t    *log_power; /* [channel][step][band], of the variance of a sample */
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
