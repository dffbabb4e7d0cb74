/* SPDX-License-Identifier: GPL-3.0-or-later
 * Noise and transients of morphs; from one morph to the next.
 */
#include "audio/process-morph.h"

#include <math.h>
#include <string.h>

#include "audio/process-voice.h"

enum { BLOCK = TSR_LIMITER_BLOCK };

static double
weight_at (const TsrHead *head, size_t k, double frame, double rate_hz)
{
  TsrMorphMix mix;

  tsr_oscillator_bank_mix_at (head->banks[0], frame / rate_hz, &mix);
  return mix.noise[k];
}

static void
add_player (TsrHead *head, const TsrMorphTransient *transient, int64_t at)
{
  TsrMorphBackground *background = &head->background;

  if (background->n_players == TSR_N_PLAYERS)
    return;
  background->players[background->n_players++] =
      (TsrMorphPlayer){.transient = transient, .at = at, .weight = NAN};
}

/* Takes up those that sound at the position. */
static void
find_players (const TsrVoice *voice, TsrHead *head)
{
  size_t low = 0, high = voice->n_morph_transients;

  while (low < high) {
    size_t middle = (low + high) / 2;
    if ((double)voice->morph_transients[middle].begin < head->position)
      low = middle + 1;
    else
      high = middle;
  }
  head->background.next = low;
  head->background.n_players = 0;
  for (size_t i = low; i > 0 && low - i < TSR_N_PLAYERS; i--) {
    const TsrMorphTransient *t = &voice->morph_transients[i - 1];
    int64_t                  at = (int64_t)rint (head->position) - t->begin;
    if (at < t->span.end - t->span.begin)
      add_player (head, t, at);
  }
}

void
tsr_morph_background_start (const TsrVoice *voice, TsrHead *head)
{
  if (head->background.noise != NULL)
    tsr_live_noise_reset (head->background.noise);
  find_players (voice, head);
}

/* Lets those begin whose time comes in the block. */
static void
start_players (const TsrVoice *voice, TsrHead *head)
{
  TsrMorphBackground *background = &head->background;

  for (; background->next < voice->n_morph_transients; background->next++) {
    const TsrMorphTransient *t = &voice->morph_transients[background->next];
    if ((double)t->begin >= head->position + BLOCK)
      break;
    add_player (head, t, (int64_t)rint (head->position) - t->begin);
  }
}

/* ---- a block ---- */

/* One frame of a player: of the block, of its span, its weight, and how far it is in. */
static float
room (const TsrMorphPlayer *player, int taper, int i, float weight)
{
  const TsrRecordedSpan *span = &player->transient->span;
  int64_t rise = player->at + i, fall = span->end - span->begin - 1 - player->at - i;
  float   x = ((float)(rise < fall ? rise : fall) + 0.5F) / (float)taper;
  float   w = weight * (x >= 1 ? 1 : x * x * (3 - 2 * x));

  return sqrtf (fmaxf (0, 1 - w * w));
}

static float
sample_of (const TsrRecording *recording, unsigned out, int64_t frame)
{
  float sum = 0;

  for (unsigned c = 0; c < recording->n_channels; c++)
    if (recording->n_channels == 1 || c % 2 == out)
      sum += recording->channels[c][frame];
  return sum;
}

/* The player's piece of the block; noise makes room for it by the complement of its
 * power. */
static void
play (const TsrVoice       *voice,
      const TsrMorphPlayer *player,
      float                 weight_end,
      float *const         *noise,
      float *const         *transients)
{
  const TsrRecording    *recording = &voice->morph_recordings[player->transient->sound];
  const TsrRecordedSpan *span = &player->transient->span;
  int64_t                length = span->end - span->begin;

  for (int i = 0; i < BLOCK; i++) {
    int64_t at = player->at + i, frame = span->begin + at;
    if (at < 0 || at >= length)
      continue;
    float weight = player->weight + (weight_end - player->weight) * (float)i / BLOCK;
    float rest = room (player, voice->taper, i, weight);
    for (unsigned o = 0; o < 2; o++) {
      noise[o][i] *= rest;
      if (frame >= 0 && frame < recording->n_frames)
        transients[o][i] += weight * sample_of (recording, o, frame);
    }
  }
}

/* After the block. */
static void
move_players (TsrHead *head)
{
  TsrMorphBackground *background = &head->background;
  int                 kept = 0;

  for (int p = 0; p < background->n_players; p++) {
    TsrMorphPlayer         player = background->players[p];
    const TsrRecordedSpan *span = &player.transient->span;
    player.at += BLOCK;
    if (player.at < span->end - span->begin)
      background->players[kept++] = player;
  }
  background->n_players = kept;
}

static void
play_all (const TsrVoice *voice,
          TsrHead        *head,
          double          rate_hz,
          float *const   *noise,
          float *const   *transients)
{
  TsrMorphBackground *background = &head->background;

  start_players (voice, head);
  for (int p = 0; p < background->n_players; p++) {
    TsrMorphPlayer *player = &background->players[p];
    float           weight = (float)weight_at (
        head, player->transient->sound, head->position + BLOCK, rate_hz);
    if (isnan (player->weight))
      player->weight = weight;
    play (voice, player, weight, noise, transients);
    player->weight = weight;
  }
}

void
tsr_morph_background_add (const TsrVoice *voice,
                          TsrHead        *head,
                          double          rate_hz,
                          float          *scratch,
                          float *const   *sum)
{
  float *const noise[2] = {scratch, scratch + BLOCK};
  float *const transients[2] = {scratch + 2 * BLOCK, scratch + 3 * BLOCK};
  TsrRamp      both = voice->gains[TSR_COMPONENT_RESIDUAL];
  TsrRamp      of_noise = voice->gains[TSR_COMPONENT_NOISE];
  TsrRamp      of_transients = voice->gains[TSR_COMPONENT_TRANSIENTS];

  memset (scratch, 0, 4 * BLOCK * sizeof *scratch);
  if (head->background.noise != NULL)
    tsr_live_noise_render (
        head->background.noise, head->position / rate_hz, 1, NULL, noise, BLOCK);
  play_all (voice, head, rate_hz, noise, transients);
  move_players (head);
  for (int i = 0; i < BLOCK; i++) {
    float residual = tsr_ramp_next (&both);
    float noise_gain = residual + tsr_ramp_next (&of_noise);
    float transient_gain = residual + tsr_ramp_next (&of_transients);
    for (int o = 0; o < 2; o++)
      sum[o][i] += noise_gain * noise[o][i] + transient_gain * transients[o][i];
  }
}

/* ---- from one to the next ---- */

void
tsr_voice_set_mix (TsrVoice *voice, const TsrMorphMix *mix)
{
  for (int h = 0; voice != NULL && voice->score != NULL && h < 2; h++)
    if (voice->heads[h].banks[0] != NULL)
      tsr_oscillator_bank_set_mix (voice->heads[h].banks[0], mix);
}

/* The head of a voice that plays a morph on; NULL when it does not. */
static TsrHead *
morph_head (TsrVoice *voice)
{
  TsrHead *head = tsr_voice_active_head (voice);

  return head != NULL && voice->score != NULL && head->banks[0] != NULL ? head : NULL;
}

double
tsr_voice_same_place (const TsrVoice *voice,
                      TsrVoice       *before,
                      double          position,
                      double          rate_hz)
{
  TsrHead    *head = morph_head (before);
  TsrMorphMix mix;

  if (voice == NULL || voice->score == NULL || head == NULL)
    return position;
  tsr_oscillator_bank_mix_at (head->banks[0], position / rate_hz, &mix);
  return round (
      tsr_score_same_place (before->score, voice->score, &mix, position / rate_hz) *
      rate_hz);
}

void
tsr_voice_take_phases (TsrVoice *voice, TsrVoice *before)
{
  TsrHead *from = morph_head (before), *to = morph_head (voice);

  if (from != NULL && to != NULL)
    tsr_oscillator_bank_take_phases (to->banks[0], from->banks[0]);
}
