/* SPDX-License-Identifier: GPL-3.0-or-later
 * Samples of short pieces of partials, eight pieces at a time, one in each lane, so that
 * beginning a piece costs little: phases are integers that wrap by themselves, amplitudes
 * cubics, both by forward differences. Single precision, exact to -90 dB. Private to
 * analysis by synthesis.
 */
#pragma once

#include "model/dsp/partials/partial.h"

enum {
  TSR_WAVE_LANES = 8,
  TSR_WAVE_MOST = 64, /* samples of a piece; longer ones would wander */
};

/* Pieces that are still to be added; {0} has none. */
typedef struct {
  int     n_pieces;
  int     n[TSR_WAVE_LANES];     /* samples */
  int64_t first[TSR_WAVE_LANES]; /* of them */
  /* The curve from one breakpoint to the next, times in samples, amplitudes as base-2
   * logarithms: length, where the piece begins on it, phase at its start and what that
   * gains (turns), cycles per sample at both ends, amplitudes at both ends, and by what
   * these would grow over the length. */
  double length[TSR_WAVE_LANES], begin[TSR_WAVE_LANES];
  double turns[TSR_WAVE_LANES], gain[TSR_WAVE_LANES];
  double frequency[2][TSR_WAVE_LANES], amplitude[2][TSR_WAVE_LANES];
  double slope[2][TSR_WAVE_LANES];
} TsrWaveBatch;

/* Whether the amplitude between two breakpoints is calm enough: no null, and no growth
 * that a cubic would miss. */
bool tsr_wave_is_calm (const TsrBreakpoint *a, const TsrBreakpoint *b);

/* Adds samples first .. end - 1 of the curve between two breakpoints to `out`, or keeps
 * them in the batch until it is full. The curve is calm, `start` the place of `a` among
 * the samples. All calls until a batch is finished have the same `out`. */
void tsr_wave_batch_add (TsrWaveBatch        *batch,
                         const TsrBreakpoint *a,
                         const TsrBreakpoint *b,
                         double               start,
                         double               rate_hz,
                         int64_t              first,
                         int64_t              end,
                         float               *out);

/* Adds what is left; the batch has none then. */
void tsr_wave_batch_finish (TsrWaveBatch *batch, float *out);
