/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the maker and the audio thread's renderer of live noise share.
 */
#pragma once

#include "model/dsp/partials/noise-live.h"
#include "model/dsp/partials/noise-private.h"

/* Where a bin lies and what it is multiplied by. */
typedef struct {
  uint8_t band;    /* below it */
  float   towards; /* the next band, 0..1 */
  float   gain;    /* of the edits and of the rate */
  float   entry;   /* in the table of a live filter */
} TsrLiveBin;

struct TsrLiveNoise {
  TsrNoiseModel *model;
  TsrRealFftF   *fft;
  double         rate_hz;
  size_t         size, hop;
  float         *window;       /* size */
  TsrLiveBin    *shape;        /* size / 2 + 1 */
  float         *values;       /* size */
  float complex *bins, *first; /* size / 2 + 1: of a channel, of channel 0 */
  float         *sums;         /* [channel][size]: of frames, from what comes next on */
  size_t         n_ready;      /* of them that are whole */
  uint32_t       at;           /* of the white streams, where the next frame begins */
  bool           is_new;
};
