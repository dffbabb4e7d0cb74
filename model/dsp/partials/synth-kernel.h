/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of the reference synthesiser in double precision. Written over small
 * arrays, compiled for several instruction sets; without fused operations, so that all of
 * them, and any part of a block, give the same bits. Private to the synthesis.
 */
#pragma once

#include "model/dsp/partials/bandwidth-noise.h"
#include "model/dsp/partials/segment.h"

/* A piece of a segment inside one block: polynomials in samples from its origin, the
 * first sample that both have. */
typedef struct {
  double        phase[4];     /* turns */
  double        amplitude[4]; /* log2, or linear */
  double        bandwidth[2];
  bool          is_linear, has_fade;
  const double *noise; /* from sample `first` on; NULL without bandwidth */
} TsrSynthRun;

typedef struct {
  /* Adds n samples beginning at sample `first` from the origin to out; 0 <= first,
   * first + n <= TSR_SYNTH_BLOCK. */
  void (*render) (const TsrSynthRun *run, int first, int n, double *out);
  /* Makes n_steps times TSR_NOISE_STEP samples of the seed's stream beginning at sample
   * first, a multiple of TSR_NOISE_STEP; carries the state on. */
  void (*noise) (const TsrBandwidthFilter *filter,
                 TsrNoiseSeed              seed,
                 int64_t                   first,
                 double                    state[TSR_NOISE_STATES],
                 size_t                    n_steps,
                 double                   *out);
} TsrSynthKernels;

/* The fastest this machine runs; with `plain`, what every machine runs. */
const TsrSynthKernels *tsr_synth_kernels (bool plain);
