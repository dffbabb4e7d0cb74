/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of the real-time synthesiser in single precision, eight samples at a time,
 * compiled for several instruction sets. Without fused operations, so that all of them
 * give the same bits. Private to the synthesis.
 */
#pragma once

#include "model/dsp/partials/bandwidth-noise.h"
#include "model/dsp/realtime.h"

#include <stdbool.h>

enum { TSR_OSCILLATOR_CHUNK = 128 };

typedef struct {
  double       phase[4];     /* turns over samples; phase[0] and frequencies wrapped */
  float        amplitude[4]; /* over samples */
  const float *modulation;   /* factors on the amplitude, readable up to a multiple of
                              * eight; NULL for none */
  int n_samples;             /* 1 .. TSR_OSCILLATOR_CHUNK */
} TsrOscillatorRun;

/* The bandwidth filter in single precision, as in TsrBandwidthFilter. */
typedef struct {
  int   n_inputs;
  float output_from_input[TSR_NOISE_STEP][TSR_NOISE_STEP];
  float output_from_state[TSR_NOISE_STATES][TSR_NOISE_STEP];
  float state_from_input[TSR_NOISE_STEP][TSR_NOISE_STATES];
  float state_from_state[TSR_NOISE_STATES][TSR_NOISE_STATES];
} TsrOscillatorFilter;

typedef struct {
  /* Adds the run to out; up to seven samples more are rewritten as they are. */
  void (*oscillate) (const TsrOscillatorRun *run, float *out);
  /* Makes n_steps <= TSR_OSCILLATOR_CHUNK / TSR_NOISE_STEP steps of the seed's noise
   * from step number `first` of its stream on; carries the state on. */
  void (*noise) (const TsrOscillatorFilter *filter,
                 TsrNoiseSeed               seed,
                 uint32_t                   first,
                 float                      state[TSR_NOISE_STATES],
                 int                        n_steps,
                 float                     *out);
  /* Turns n noise samples into amplitude factors for a bandwidth that begins with
   * `bandwidth`, its complement with `tonal`, and changes by `slope` a sample. */
  void (*modulate) (
      float bandwidth, float tonal, float slope, int n_samples, float *noise);
} TsrOscillatorKernels;

/* The fastest this machine runs; with `plain`, what every machine runs. */
TSR_REALTIME const TsrOscillatorKernels *tsr_oscillator_kernels (bool plain);
