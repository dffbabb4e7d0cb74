/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading recorded samples at a speed that is dragged, by overlapping grains: pitch stays
 * as it is. At speed 1 the samples themselves come out.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/dsp/realtime.h"

enum { TSR_GRAIN_FRAMES = 2048 }; /* about 43 ms at 48 kHz, half of them overlapping */

/* Where two overlapping grains read. A value type. */
typedef struct {
  int64_t next[2]; /* frame of the recording that each reads next */
  int     age[2];  /* output frames since each began, 0 .. TSR_GRAIN_FRAMES */
} TsrGrains;

/* The rising and falling window, TSR_GRAIN_FRAMES values; the halves add up to 1. */
void tsr_grains_fill_window (float *window);

/* Both grains at this frame of the recording. */
TSR_REALTIME void tsr_grains_start (TsrGrains *self, int64_t frame);
/* Adds n frames of a recording (n_recorded samples, silence around them); n at most what
 * _run says. Does not move on. */
TSR_REALTIME void tsr_grains_add (const TsrGrains *self,
                                  const float     *window,
                                  const float     *recorded,
                                  int64_t          n_recorded,
                                  float           *out,
                                  int              n);
/* How many frames until a grain ends, at most n. */
TSR_REALTIME int tsr_grains_run (const TsrGrains *self, int n);
/* Moves on by n (at most what _run says); a grain that ended begins anew at the frame
 * that the recording should have reached. */
TSR_REALTIME void tsr_grains_advance (TsrGrains *self, int n, int64_t wanted_frame);
