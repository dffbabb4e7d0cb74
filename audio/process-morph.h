/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a morph has behind its partials in one head: the noise between those of the
 * sounds, and the sounds' transients at their places and weights. As
 * tsr_noise_model_morph and tsr_noise_model_render make it. Thread: audio.
 */
#pragma once

#include "audio/process.h"

/* The head begins at its position. */
TSR_REALTIME void tsr_morph_background_start (const TsrVoice *voice, TsrHead *head);
/* Adds the next block to sum and moves on; `scratch` has four blocks. */
TSR_REALTIME void tsr_morph_background_add (const TsrVoice *voice,
                                            TsrHead        *head,
                                            double          rate_hz,
                                            float          *scratch,
                                            float *const   *sum);

/* Weights by hand, from the next block on. Voices of other programs take no notice. */
TSR_REALTIME void tsr_voice_set_mix (TsrVoice *voice, const TsrMorphMix *mix);
/* Where a morph is to go on that replaces another at a position, in frames: where its
 * sounds are as they were. */
TSR_REALTIME double tsr_voice_same_place (const TsrVoice *voice,
                                          TsrVoice       *before,
                                          double          position,
                                          double          rate_hz);
/* The head that begins goes on in the phases of the voice's before. */
TSR_REALTIME void tsr_voice_take_phases (TsrVoice *voice, TsrVoice *before);
