/* SPDX-License-Identifier: GPL-3.0-or-later
 * The noise of a noise model for the loudspeaker, at a time and speed that follow the
 * hand: what tsr_noise_model_render makes of it, in single precision and with a stream of
 * its own. Transients are not in it.
 */
#pragma once

#include "model/dsp/partials/noise.h"
#include "model/dsp/partials/oscillator-bank.h"
#include "model/dsp/partials/residual-law.h"
#include "model/dsp/realtime.h"

typedef struct TsrLiveNoise TsrLiveNoise;

/* Takes a reference on the model. `gain_db`, the curve (NULL: none) and the laws (NULL:
 * none; those over frequency are in the curve) are what edits did to the whole residual.
 * Channel c sounds in output c modulo 2, a single one in both. NULL when memory is short.
 * Thread: any but audio. */
TsrLiveNoise *tsr_live_noise_new (TsrNoiseModel         *model,
                                  double                 rate_hz,
                                  double                 gain_db,
                                  const TsrCurve        *gain_db_over_hz,
                                  const TsrResidualLaws *laws);
/* The noise between the models (of one rate, NULL for silence, not all) of a morph's
 * sounds, as tsr_noise_model_morph makes it, at the times and weights that the bank of
 * its score has: seconds of the residual are those of the result. Keeps a borrowed
 * pointer to the bank. */
TsrLiveNoise *tsr_live_noise_new_morph (TsrNoiseModel *const    *models,
                                        size_t                   n,
                                        unsigned                 n_channels,
                                        double                   rate_hz,
                                        const TsrOscillatorBank *bank);
void          tsr_live_noise_free (TsrLiveNoise *self); /* NULL is allowed */

/* What comes next begins at full level. */
TSR_REALTIME void tsr_live_noise_reset (TsrLiveNoise *self);
/* Adds the next n_frames to out[0] and out[1]; the first lies at residual_s seconds of
 * the model's residual, which pass `speed` times as fast as those that are heard.
 * `filter_gain`, when not NULL, is the table of a TsrLiveTransform; it is heard within
 * half a frame of the model (12 ms). Thread: audio. */
TSR_REALTIME void tsr_live_noise_render (TsrLiveNoise *self,
                                         double        residual_s,
                                         double        speed,
                                         const float  *filter_gain,
                                         float *const *out,
                                         size_t        n_frames);
