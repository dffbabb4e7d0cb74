/* SPDX-License-Identifier: GPL-3.0-or-later
 * Heads of reading, groups of partials and recordings of one program.
 */
#include "audio/process-voice.h"

#include <math.h>
#include <string.h>

enum { BLOCK = TSR_LIMITER_BLOCK };

/* A group that is behind or ahead of where it should be catches up within this factor of
 * its speed; beyond so many seconds it jumps. */
#define CATCH_UP 2.0
#define JUMP_S 0.5

static const TsrLiveTransform unity = {.pitch_ratio = 1, .gain = 1};

/* Which components a monitor is made of, in the order of TsrMonitor. */
static const unsigned mixes[TSR_N_MONITORS] = {
    1u << TSR_COMPONENT_REST | 1u << TSR_COMPONENT_SELECTED |
        1u << TSR_COMPONENT_RESIDUAL,
    1u << TSR_COMPONENT_ORIGINAL,
    1u << TSR_COMPONENT_REST | 1u << TSR_COMPONENT_SELECTED,
    1u << TSR_COMPONENT_NOISE,
    1u << TSR_COMPONENT_TRANSIENTS,
    1u << TSR_COMPONENT_RESIDUAL,
    1u << TSR_COMPONENT_SELECTED,
    1u << TSR_COMPONENT_REST | 1u << TSR_COMPONENT_RESIDUAL,
};

int
tsr_fade_frames (double rate_hz)
{
  return (int)(0.005 * rate_hz);
}

int
tsr_switch_frames (double rate_hz)
{
  return (int)(0.01 * rate_hz);
}

/* --- gains ------------------------------------------------------------------------ */

void
tsr_ramp_to (TsrRamp *self, float target, int n_frames)
{
  self->target = target;
  self->n_left = n_frames;
  if (n_frames == 0)
    self->value = target;
  else
    self->step = (target - self->value) / (float)n_frames;
}

static float
ramp_next (TsrRamp *self)
{
  if (self->n_left > 0 && --self->n_left == 0)
    self->value = self->target;
  else if (self->n_left > 0)
    self->value += self->step;
  return self->value;
}

static bool
ramp_is_silent (const TsrRamp *self)
{
  return self->value == 0 && self->target == 0;
}

void
tsr_ramp_apply (TsrRamp *self, float *left, float *right, int n_frames)
{
  if (self->n_left == 0 && self->value == 1)
    return;
  for (int i = 0; i < n_frames; i++) {
    float gain = ramp_next (self);
    left[i] *= gain;
    right[i] *= gain;
  }
}

/* Adds a block times the ramp; the caller's copy of the ramp moves on. */
static void
add_with_ramp (TsrRamp ramp, float *const *from, float *const *to)
{
  for (int i = 0; i < BLOCK; i++) {
    float gain = ramp_next (&ramp);
    to[0][i] += gain * from[0][i];
    to[1][i] += gain * from[1][i];
  }
}

/* --- time ------------------------------------------------------------------------- */

double
tsr_preview_time_s (const TsrLivePreview *preview, double played_s)
{
  if (preview->stretch == 1)
    return played_s - preview->move_s;
  return preview->anchor_s +
         (played_s - preview->move_s - preview->anchor_s) / preview->stretch;
}

double
tsr_preview_played_s (const TsrLivePreview *preview, double time_s)
{
  if (preview->stretch == 1)
    return time_s + preview->move_s;
  return preview->anchor_s + (time_s - preview->anchor_s) * preview->stretch +
         preview->move_s;
}

bool
tsr_voice_moves_whole (const TsrVoice *voice)
{
  return voice->group_of_partial == NULL;
}

double
tsr_voice_end (const TsrVoice *voice, double rate_hz)
{
  double end_s = tsr_preview_played_s (&voice->preview, voice->duration_s);
  if (!tsr_voice_moves_whole (voice))
    end_s = fmax (end_s, voice->duration_s);
  return fmax (0, ceil (end_s * rate_hz));
}

static bool
group_moves (const TsrVoice *voice, int group)
{
  return group == 1 || tsr_voice_moves_whole (voice);
}

static double
group_time_s (const TsrVoice *voice, int group, double played_s)
{
  return group_moves (voice, group) ? tsr_preview_time_s (&voice->preview, played_s)
                                    : played_s;
}

static int64_t
recorded_frame (const TsrVoice *voice, double position, double rate_hz)
{
  if (!tsr_voice_moves_whole (voice))
    return (int64_t)rint (position);
  return (int64_t)rint (tsr_preview_time_s (&voice->preview, position / rate_hz) *
                        rate_hz);
}

/* --- heads ------------------------------------------------------------------------ */

TsrHead *
tsr_voice_active_head (TsrVoice *voice)
{
  for (int h = 0; voice != NULL && h < 2; h++)
    if (voice->heads[h].active && voice->heads[h].fade.target > 0)
      return &voice->heads[h];
  return NULL;
}

bool
tsr_voice_has_idle_head (const TsrVoice *voice)
{
  return !voice->heads[0].active || !voice->heads[1].active;
}

bool
tsr_voice_sounds (const TsrVoice *voice)
{
  return voice->heads[0].active || voice->heads[1].active;
}

void
tsr_voice_start (TsrVoice *voice, double position, int n_fade, double rate_hz)
{
  TsrHead *head = voice->heads[0].active ? &voice->heads[1] : &voice->heads[0];
  head->active = true;
  head->position = position;
  for (int g = 0; g < 2; g++) {
    head->time_s[g] = group_time_s (voice, g, position / rate_hz);
    head->group_gain[g] = 1;
    if (head->banks[g] != NULL)
      tsr_oscillator_bank_reset (head->banks[g]);
  }
  tsr_grains_start (&head->grains, recorded_frame (voice, position, rate_hz));
  head->fade.value = n_fade > 0 ? 0 : 1;
  tsr_ramp_to (&head->fade, 1, n_fade);
}

void
tsr_head_fade_out (TsrHead *head, int n_fade)
{
  tsr_ramp_to (&head->fade, 0, n_fade);
}

void
tsr_voice_fade_out (TsrVoice *voice, int n_fade)
{
  for (int h = 0; voice != NULL && h < 2; h++)
    if (voice->heads[h].active && voice->heads[h].fade.target > 0)
      tsr_head_fade_out (&voice->heads[h], n_fade);
}

void
tsr_voice_set_monitor (TsrVoice *voice, const TsrMonitorChoice *choice, int n_frames)
{
  if (voice == NULL || choice->monitor < 0 || choice->monitor >= TSR_N_MONITORS)
    return;
  float level = choice->level_matched ? voice->level_gain[choice->monitor] : 1;
  for (int c = 0; c < TSR_N_COMPONENTS; c++)
    tsr_ramp_to (
        &voice->gains[c], mixes[choice->monitor] & 1u << c ? level : 0, n_frames);
}

void
tsr_voice_reset_banks (TsrVoice *voice)
{
  for (int i = 0; voice != NULL && i < 4; i++)
    if (voice->heads[i / 2].banks[i % 2] != NULL)
      tsr_oscillator_bank_reset (voice->heads[i / 2].banks[i % 2]);
}

/* --- partials --------------------------------------------------------------------- */

/* The speed of a group over the next block, so that it is where it should be at its end;
 * 0 and a jump when it is too far away. */
static double
group_speed (const TsrVoice *voice, TsrHead *head, int group, double rate_hz, bool *jumps)
{
  double normal = group_moves (voice, group) ? 1 / voice->preview.stretch : 1;
  double end_s = group_time_s (voice, group, (head->position + BLOCK) / rate_hz);
  double speed = (end_s - head->time_s[group]) * rate_hz / BLOCK;
  double away_s = end_s - head->time_s[group] - normal * BLOCK / rate_hz;
  *jumps = fabs (away_s) > JUMP_S;
  if (*jumps || fabs (speed - normal) < 1e-6)
    return normal;
  return fmax (normal / CATCH_UP, fmin (normal * CATCH_UP, speed));
}

static void
fade_group (TsrHead *head, int group, bool jumps, float *const *block)
{
  float from = head->group_gain[group], to = jumps ? 0 : 1;
  head->group_gain[group] = to;
  if (from == 1 && to == 1)
    return;
  for (int i = 0; i < BLOCK; i++) {
    float gain = from + (to - from) * (float)i / BLOCK;
    block[0][i] *= gain;
    block[1][i] *= gain;
  }
}

static void
add_group (TsrVoice     *voice,
           TsrHead      *head,
           int           group,
           double        rate_hz,
           float *const *scratch,
           float *const *sum)
{
  const TsrRamp *gain = &voice->gains[TSR_COMPONENT_REST + group];
  double         end_s = group_time_s (voice, group, (head->position + BLOCK) / rate_hz);
  bool           jumps;
  if (head->banks[group] == NULL || ramp_is_silent (gain)) {
    head->time_s[group] = end_s;
    return;
  }
  double speed = group_speed (voice, head, group, rate_hz, &jumps);
  memset (scratch[0], 0, BLOCK * sizeof (float));
  memset (scratch[1], 0, BLOCK * sizeof (float));
  tsr_oscillator_bank_render (head->banks[group],
                              head->time_s[group],
                              speed,
                              group_moves (voice, group) ? &voice->preview.transform
                                                         : &unity,
                              voice->group_of_partial,
                              (uint8_t)group,
                              scratch,
                              BLOCK);
  fade_group (head, group, jumps, scratch);
  add_with_ramp (*gain, scratch, sum);
  double reached_s = head->time_s[group] + speed * BLOCK / rate_hz;
  head->time_s[group] =
      jumps || fabs (reached_s - end_s) * rate_hz < 1e-3 ? end_s : reached_s;
}

/* --- recordings ------------------------------------------------------------------- */

static void
add_run (const TsrRecording *recording,
         const TsrGrains    *grains,
         const float        *window,
         float *const       *block,
         int                 first,
         int                 n)
{
  for (unsigned c = 0; c < recording->n_channels; c++)
    for (unsigned o = 0; o < 2; o++)
      if (c % 2 == o || recording->n_channels == 1)
        tsr_grains_add (grains,
                        window,
                        recording->channels[c],
                        recording->n_frames,
                        block[o] + first,
                        n);
}

/* The grains' course over the next block, which all recordings share. */
static void
add_recording (const TsrVoice *voice,
               const TsrHead  *head,
               int             kind,
               const float    *window,
               double          rate_hz,
               float *const   *block,
               TsrGrains      *course)
{
  TsrGrains grains = head->grains;
  for (int done = 0, n; done < BLOCK; done += n) {
    n = tsr_grains_run (&grains, BLOCK - done);
    if (kind >= 0)
      add_run (&voice->recordings[kind], &grains, window, block, done, n);
    tsr_grains_advance (
        &grains, n, recorded_frame (voice, head->position + done + n, rate_hz));
  }
  *course = grains;
}

static void
add_recordings (TsrVoice     *voice,
                TsrHead      *head,
                const float  *window,
                double        rate_hz,
                float *const *scratch,
                float *const *sum)
{
  TsrGrains course;
  add_recording (voice, head, -1, window, rate_hz, scratch, &course);
  for (int k = 0; k < TSR_N_RECORDINGS; k++) {
    const TsrRamp *gain = &voice->gains[TSR_COMPONENT_ORIGINAL + k];
    TsrRamp        preview_gain = voice->recorded_gain;
    if (voice->recordings[k].n_channels == 0 || ramp_is_silent (gain))
      continue;
    memset (scratch[0], 0, BLOCK * sizeof (float));
    memset (scratch[1], 0, BLOCK * sizeof (float));
    add_recording (voice, head, k, window, rate_hz, scratch, &course);
    if (TSR_COMPONENT_ORIGINAL + k != TSR_COMPONENT_ORIGINAL)
      tsr_ramp_apply (&preview_gain, scratch[0], scratch[1], BLOCK);
    add_with_ramp (*gain, scratch, sum);
  }
  head->grains = course;
}

/* --- a block ---------------------------------------------------------------------- */

static void
render_head (TsrVoice     *voice,
             TsrHead      *head,
             const float  *window,
             float        *scratch,
             double        rate_hz,
             float *const *out)
{
  float *const block[2] = {scratch, scratch + BLOCK};
  float *const sum[2] = {scratch + 2 * BLOCK, scratch + 3 * BLOCK};
  memset (sum[0], 0, 2 * BLOCK * sizeof (float));
  for (int g = 0; g < 2; g++)
    add_group (voice, head, g, rate_hz, block, sum);
  add_recordings (voice, head, window, rate_hz, block, sum);
  add_with_ramp (head->fade, sum, out);
  for (int i = 0; i < BLOCK; i++)
    ramp_next (&head->fade);
  head->position += BLOCK;
  if (ramp_is_silent (&head->fade))
    head->active = false;
}

void
tsr_voice_render (TsrVoice     *voice,
                  const float  *window,
                  float        *scratch,
                  double        rate_hz,
                  float *const *out)
{
  if (voice == NULL)
    return;
  float wanted = tsr_voice_moves_whole (voice) ? (float)voice->preview.transform.gain : 1;
  if (voice->recorded_gain.target != wanted)
    tsr_ramp_to (&voice->recorded_gain, wanted, BLOCK);
  for (int h = 0; h < 2; h++)
    if (voice->heads[h].active)
      render_head (voice, &voice->heads[h], window, scratch, rate_hz, out);
  for (int c = 0; c < TSR_N_COMPONENTS; c++)
    for (int i = 0; i < BLOCK; i++)
      ramp_next (&voice->gains[c]);
  for (int i = 0; i < BLOCK; i++)
    ramp_next (&voice->recorded_gain);
}
