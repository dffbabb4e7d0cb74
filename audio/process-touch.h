/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials that stand for others of a voice while an edit of them is in hand: exchanged
 * with a crossfade while the rest of the voice plays on.
 */
#pragma once

#include "audio/process.h"

/* What comes next. Returns what is not needed any more, to be given back, or NULL. */
TSR_REALTIME TsrTouchBanks *tsr_voice_offer_touch (TsrVoice *voice, TsrTouchBanks *banks);
/* Takes it, if the one before last has left: with a crossfade where the voice sounds. */
TSR_REALTIME void tsr_voice_take_touch (TsrVoice *voice, double rate_hz);
/* What has faded out, to be given back, or NULL; it is the voice's until
 * tsr_voice_forget_touch. */
TSR_REALTIME TsrTouchBanks *tsr_voice_left_touch (const TsrVoice *voice);
TSR_REALTIME void           tsr_voice_forget_touch (TsrVoice *voice);

/* Groups of the voice's own partials, without what is covered. */
TSR_REALTIME const uint8_t *tsr_voice_groups (const TsrVoice *voice);
TSR_REALTIME bool tsr_voice_has_touch (const TsrVoice *voice, int head, int group);
/* Adds a block of one head and group; `scratch` has two. */
TSR_REALTIME void tsr_touch_add (const TsrVoice         *voice,
                                 int                     head,
                                 int                     group,
                                 double                  time_s,
                                 double                  speed,
                                 const TsrLiveTransform *transform,
                                 float *const           *scratch,
                                 float *const           *sum);
TSR_REALTIME void tsr_touch_move_on (TsrVoice *voice);
TSR_REALTIME void tsr_touch_reset (TsrVoice *voice, int head);
