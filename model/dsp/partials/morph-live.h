/* SPDX-License-Identifier: GPL-3.0-or-later
 * A morph for the audio thread: a score whose partials are made while they sound, from
 * those of two to four sounds, at weights that follow the hand (algorithm note 6.7). With
 * constant weights it is the partials that tsr_morph_voice makes; played from before
 * their beginnings to -100 dB, from elsewhere with other phases. An oscillator bank plays
 * it like any score.
 */
#pragma once

#include "model/dsp/partials/morph.h"
#include "model/dsp/partials/oscillator-bank.h"

/* The voices of n sounds in n_channels, at weights over time; takes references on sets
 * and curves and copies the rest. Quick: a few microseconds a voice. Weights that are
 * constant are where tsr_oscillator_bank_set_mix begins. tsr_score_set is empty. NULL
 * when memory is short. Thread: any but audio. */
TsrScore *tsr_score_new_morph (const TsrMorphInput   *inputs,
                               size_t                 n,
                               unsigned               n_channels,
                               const TsrMorphVoices  *voices,
                               const TsrMorphWeights *weights);
bool      tsr_score_is_morph (const TsrScore *score); /* thread: any */

/* Other weights, that add up to 1, in place of those of the score that are constant: from
 * the next sample on each voice glides to them in 14 ms at most, from where it is. The
 * banks of other scores take no notice. Thread: audio. */
TSR_REALTIME void tsr_oscillator_bank_set_mix (TsrOscillatorBank *bank,
                                               const TsrMorphMix *mix);
/* The weights that hold at a time of the result. Thread: audio. */
TSR_REALTIME void tsr_oscillator_bank_mix_at (const TsrOscillatorBank *bank,
                                              double                   result_s,
                                              TsrMorphMix             *mix);
/* As tsr_score_sound_s, of its score. Thread: audio. */
TSR_REALTIME double
tsr_oscillator_bank_sound_s (const TsrOscillatorBank *bank, size_t k, double result_s);
/* What the next render begins with goes on in the phases in which `from` stands, where
 * both play the same partials of the same sounds. Thread: audio. */
TSR_REALTIME void tsr_oscillator_bank_take_phases (TsrOscillatorBank       *bank,
                                                   const TsrOscillatorBank *from);

/* Seconds of sound k at a time of the result, and the other way round. Thread: any. */
TSR_REALTIME double tsr_score_sound_s (const TsrScore *score, size_t k, double result_s);
TSR_REALTIME double tsr_score_result_s (const TsrScore *score, size_t k, double sound_s);
/* Where in `to` the sounds are, weighted by frequency, as `from` has them at a time; the
 * same time where they are not of the same sounds. Thread: audio. */
TSR_REALTIME double tsr_score_same_place (const TsrScore    *from,
                                          const TsrScore    *to,
                                          const TsrMorphMix *mix,
                                          double             result_s);
