/* SPDX-License-Identifier: GPL-3.0-or-later
 * Exchange and sound of what stands for other partials.
 */
#include "audio/process-touch.h"

#include <string.h>

#include "audio/process-voice.h"

enum { BLOCK = TSR_LIMITER_BLOCK };

TsrTouchBanks *
tsr_voice_offer_touch (TsrVoice *voice, TsrTouchBanks *banks)
{
  TsrTouchBanks *before = voice->has_incoming_touch ? voice->incoming_touch : NULL;

  voice->incoming_touch = banks;
  voice->has_incoming_touch = true;
  return before;
}

/* Where the voice's own partials begin or end to sound, they do so within a block. */
static int
fade_frames (const TsrTouchBanks *before, const TsrTouchBanks *next, double rate_hz)
{
  bool same = before != NULL && next != NULL && before->cover == next->cover;
  bool none_covered = (before == NULL || before->covered == NULL) &&
                      (next == NULL || next->covered == NULL);

  return same || none_covered ? tsr_switch_frames (rate_hz) : BLOCK;
}

void
tsr_voice_take_touch (TsrVoice *voice, double rate_hz)
{
  bool sounds = tsr_voice_sounds (voice);

  if (voice->leaving_touch != NULL && !sounds)
    tsr_ramp_to (&voice->leaving_touch->fade, 0, 0);
  if (!voice->has_incoming_touch || voice->leaving_touch != NULL)
    return;
  TsrTouchBanks *next = voice->incoming_touch, *before = voice->touch;
  int            n = sounds ? fade_frames (before, next, rate_hz) : 0;
  voice->incoming_touch = NULL;
  voice->has_incoming_touch = false;
  voice->touch = next;
  voice->leaving_touch = before;
  if (before != NULL)
    tsr_ramp_to (&before->fade, 0, n);
  if (next != NULL) {
    next->fade.value = 0;
    tsr_ramp_to (&next->fade, 1, n);
  }
}

TsrTouchBanks *
tsr_voice_left_touch (const TsrVoice *voice)
{
  return voice->leaving_touch != NULL && tsr_ramp_is_silent (&voice->leaving_touch->fade)
             ? voice->leaving_touch
             : NULL;
}

void
tsr_voice_forget_touch (TsrVoice *voice)
{
  voice->leaving_touch = NULL;
}

const uint8_t *
tsr_voice_groups (const TsrVoice *voice)
{
  return voice->touch != NULL && voice->touch->covered != NULL ? voice->touch->covered
                                                               : voice->group_of_partial;
}

bool
tsr_voice_has_touch (const TsrVoice *voice, int head, int group)
{
  return (voice->touch != NULL && voice->touch->banks[head][group] != NULL) ||
         (voice->leaving_touch != NULL &&
          voice->leaving_touch->banks[head][group] != NULL);
}

void
tsr_touch_add (const TsrVoice         *voice,
               int                     head,
               int                     group,
               double                  time_s,
               double                  speed,
               const TsrLiveTransform *transform,
               float *const           *scratch,
               float *const           *sum)
{
  const TsrTouchBanks *both[2] = {voice->leaving_touch, voice->touch};

  for (int i = 0; i < 2; i++) {
    TsrOscillatorBank *bank = both[i] != NULL ? both[i]->banks[head][group] : NULL;
    if (bank == NULL)
      continue;
    memset (scratch[0], 0, BLOCK * sizeof (float));
    memset (scratch[1], 0, BLOCK * sizeof (float));
    tsr_oscillator_bank_render (
        bank, time_s, speed, transform, both[i]->groups, (uint8_t)group, scratch, BLOCK);
    tsr_ramp_add (both[i]->fade, scratch, sum, BLOCK);
  }
}

void
tsr_touch_move_on (TsrVoice *voice)
{
  for (int i = 0; voice->touch != NULL && i < BLOCK; i++)
    tsr_ramp_next (&voice->touch->fade);
  for (int i = 0; voice->leaving_touch != NULL && i < BLOCK; i++)
    tsr_ramp_next (&voice->leaving_touch->fade);
}

void
tsr_touch_reset (TsrVoice *voice, int head)
{
  TsrTouchBanks *both[2] = {voice->leaving_touch, voice->touch};

  for (int i = 0; i < 2; i++)
    for (int g = 0; both[i] != NULL && g < 2; g++)
      if (both[i]->banks[head][g] != NULL)
        tsr_oscillator_bank_reset (both[i]->banks[head][g]);
}
