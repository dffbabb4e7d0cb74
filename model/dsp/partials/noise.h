/* SPDX-License-Identifier: GPL-3.0-or-later
 * The model of a residual that an edited sound plays: transients kept as samples, the
 * rest as noise with a slowly moving spectrum in ERB-spaced bands (algorithm note 5.3).
 * Immutable once made.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"

typedef struct TsrNoiseModel TsrNoiseModel;

TsrStatus
tsr_noise_model_new (const TsrSignal *residual, const TsrJob *job, TsrNoiseModel **model);
TsrNoiseModel *tsr_noise_model_ref (TsrNoiseModel *model);
void           tsr_noise_model_unref (TsrNoiseModel *model); /* NULL is allowed */

size_t tsr_noise_model_n_transients (const TsrNoiseModel *model);
/* Start of transient i in seconds of the residual. */
double tsr_noise_model_transient_s (const TsrNoiseModel *model, size_t i);

/* Where its samples begin and end. */
void tsr_noise_model_transient_span (const TsrNoiseModel *model,
                                     size_t               i,
                                     double              *first_s,
                                     double              *end_s);

/* Renders n_frames from first_frame of channel at rate_hz, added to `noise` and
 * `transients` (each may be NULL). `time_map` maps output seconds to residual seconds
 * (NULL = identity); noise is regenerated at the mapped times, transients move and are
 * not stretched. The same call gives the same samples for any split into blocks. */
TsrStatus tsr_noise_model_render (const TsrNoiseModel *model,
                                  unsigned             channel,
                                  double               rate_hz,
                                  const TsrCurve      *time_map,
                                  int64_t              first_frame,
                                  size_t               n_frames,
                                  double              *noise,
                                  double              *transients);

typedef struct {
  const TsrNoiseModel *model; /* NULL: silence */
  const TsrCurve      *sound_s_over_result_s;
  const TsrCurve      *weight_over_result_s; /* 0..1 */
} TsrNoiseMorphInput;

/* The model between n others (of one rate): band levels are the weighted mean of their
 * logarithms, transients lie at their mapped times and have the amplitude of their
 * weight. Mono models are in every channel. TSR_STATUS_INVALID_ARGUMENT for different
 * rates, or where all are NULL. */
TsrStatus tsr_noise_model_morph (const TsrNoiseMorphInput *inputs,
                                 size_t                    n,
                                 unsigned                  n_channels,
                                 double                    duration_s,
                                 TsrNoiseModel           **model);
