/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the maker and the audio thread's renderer of live noise share.
 */
#pragma once

#include "model/dsp/partials/morph-live.h"
#include "model/dsp/partials/noise-live.h"
#include "model/dsp/partials/noise-private.h"

/* Where a bin lies and what it is multiplied by. */
typedef struct {
  uint8_t band;    /* below it */
  float   towards; /* the next band, 0..1 */
  float   gain;    /* of the edits and of the rate */
  float   entry;   /* in the table of a live filter */
  float   octaves; /* from 1 kHz, for tilts */
} TsrLiveBin;

/* The models of a morph's sounds, NULL where one has none. */
typedef struct {
  size_t                   n;
  TsrNoiseModel           *models[TSR_MORPH_MOST];
  const TsrOscillatorBank *bank; /* which knows times and weights */
} TsrLiveNoiseMorph;

struct TsrLiveNoise {
  TsrNoiseModel    *model; /* of the bands and the rate; the only one, where: */
  bool              is_morph;
  TsrLiveNoiseMorph morph;
  unsigned          n_channels;
  TsrRealFftF      *fft;
  double            rate_hz;
  size_t            size, hop;
  float            *window;       /* size */
  TsrLiveBin       *shape;        /* size / 2 + 1 */
  float            *values;       /* size */
  float complex    *bins, *first; /* size / 2 + 1: of a channel, of channel 0 */
  float            *sums;    /* [channel][size]: of frames, from what comes next on */
  float            *weights; /* [size]: of their squared windows */
  size_t            n_ready; /* of them that are whole */
  uint32_t          at;      /* of the white streams, where the next frame begins */
  bool              is_new;
  /* Gain and tilt (dB an octave) of the laws at the model's steps; NULL: 1 and 0. */
  float *law_gain, *law_tilt_db;
};
