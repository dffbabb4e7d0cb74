/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reference synthesiser: renders partials in double precision, block after block, for
 * files, for the residual and as the measure of the real-time engine. The same partials
 * give the same samples, bit for bit, for any split into blocks and any number of
 * threads.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/status.h"

typedef struct TsrSynth TsrSynth;

/* A renderer of one channel of the set, beginning at sample first_frame (0 = time 0) of a
 * stream of rate_hz > 0. Keeps a reference on the set. `wanted`, when not NULL, has one
 * byte for each partial of the set (in order of id): only those with a non-zero byte
 * sound; it must live as long as the synth. NULL when memory is short. Thread: one at a
 * time. */
TsrSynth *tsr_synth_new (TsrPartialSet *set,
                         unsigned       channel,
                         double         rate_hz,
                         int64_t        first_frame,
                         const uint8_t *wanted);
void      tsr_synth_free (TsrSynth *synth); /* NULL is allowed */

/* Adds the next n_frames samples to out. */
void tsr_synth_render (TsrSynth *synth, double *out, size_t n_frames);

/* The whole range at once, added to out, threads owning time ranges. */
TsrStatus tsr_synth_render_range (TsrPartialSet *set,
                                  unsigned       channel,
                                  double         rate_hz,
                                  int64_t        first_frame,
                                  size_t         n_frames,
                                  const uint8_t *wanted,
                                  double        *out,
                                  const TsrJob  *job);
