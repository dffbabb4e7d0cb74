/* SPDX-License-Identifier: GPL-3.0-or-later
 * Heads of reading, groups of partials and recordings of one program.
 */
#include "audio/process-voice.h"

#include <math.h>
#include <string.h>

#include "audio/process-morph.h"
#include "audio/process-recording.h"
#include "audio/process-touch.h"
#include "model/monitor.h"

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

void
tsr_voice_set_preview (TsrVoice *voice, const TsrLivePreview *preview)
{
  if (!tsr_taps_are_unity (&preview->taps) || !tsr_taps_are_unity (&voice->preview.taps))
    voice->taps_changed = true;
  voice->preview = *preview;
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
  tsr_touch_reset (voice, (int)(head - voice->heads));
  tsr_recordings_start (voice, head, rate_hz);
  if (voice->score != NULL)
    tsr_morph_background_start (voice, head);
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

/* The monitor that stands for what the layers leave of all: one of them alone, or all. */
static TsrMonitor
layers_as_monitor (const float gains[TSR_N_LAYERS])
{
  bool partials = gains[TSR_LAYER_PARTIALS] > 0, noise = gains[TSR_LAYER_NOISE] > 0;
  bool transients = gains[TSR_LAYER_TRANSIENTS] > 0;

  if (partials && !noise && !transients)
    return TSR_MONITOR_PARTIALS;
  if (!partials && noise && !transients)
    return TSR_MONITOR_NOISE;
  if (!partials && !noise && transients)
    return TSR_MONITOR_TRANSIENTS;
  return TSR_MONITOR_ALL;
}

/* Gains of the components of a mixed monitor. Transients are in the residual already:
 * what they have more or less than the noise is added. */
static void
apply_layers (const float layers[TSR_N_LAYERS], float gains[TSR_N_COMPONENTS])
{
  float noise = layers[TSR_LAYER_NOISE], level = gains[TSR_COMPONENT_RESIDUAL];

  gains[TSR_COMPONENT_REST] *= layers[TSR_LAYER_PARTIALS];
  gains[TSR_COMPONENT_SELECTED] *= layers[TSR_LAYER_PARTIALS];
  gains[TSR_COMPONENT_RESIDUAL] *= noise;
  gains[TSR_COMPONENT_TRANSIENTS] = level * (layers[TSR_LAYER_TRANSIENTS] - noise);
}

/* A morph has no recording and no selection: all of it is heard there. */
static bool
is_foreign_to_morphs (int monitor)
{
  return monitor == TSR_MONITOR_ORIGINAL || monitor == TSR_MONITOR_SELECTION ||
         monitor == TSR_MONITOR_REST;
}

void
tsr_voice_set_monitor (TsrVoice *voice, const TsrMonitorChoice *choice, int n_frames)
{
  float gains[TSR_N_COMPONENTS];
  int   monitor = choice->monitor, level_of = choice->monitor;

  if (voice == NULL || monitor < 0 || monitor >= TSR_N_MONITORS)
    return;
  if (voice->score != NULL && is_foreign_to_morphs (monitor))
    monitor = level_of = TSR_MONITOR_ALL;
  bool is_mixed = monitor == TSR_MONITOR_ALL || monitor == TSR_MONITOR_REST;
  if (monitor == TSR_MONITOR_ALL)
    level_of = (int)layers_as_monitor (choice->layer_gains);
  float level = choice->level_matched ? voice->level_gain[level_of] : 1;
  for (int c = 0; c < TSR_N_COMPONENTS; c++)
    gains[c] = mixes[monitor] & 1u << c ? level : 0;
  if (is_mixed)
    apply_layers (choice->layer_gains, gains);
  for (int c = 0; c < TSR_N_COMPONENTS; c++)
    tsr_ramp_to (&voice->gains[c], gains[c], n_frames);
}

void
tsr_voice_reset_banks (TsrVoice *voice)
{
  for (int i = 0; voice != NULL && i < 4; i++)
    if (voice->heads[i / 2].banks[i % 2] != NULL)
      tsr_oscillator_bank_reset (voice->heads[i / 2].banks[i % 2]);
  for (int h = 0; voice != NULL && h < 2; h++)
    tsr_touch_reset (voice, h);
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

/* The voice's own partials, and those that stand for some of them. */
static void
render_group (
    TsrVoice *voice, TsrHead *head, int group, double speed, float *const *scratch)
{
  float *const            touched[2] = {scratch[0] + 2 * BLOCK, scratch[1] + 2 * BLOCK};
  const TsrLiveTransform *transform =
      group_moves (voice, group) ? &voice->preview.transform : &unity;

  if (head->banks[group] != NULL)
    tsr_oscillator_bank_render (head->banks[group],
                                head->time_s[group],
                                speed,
                                transform,
                                tsr_voice_groups (voice),
                                (uint8_t)group,
                                scratch,
                                BLOCK);
  tsr_touch_add (voice,
                 (int)(head - voice->heads),
                 group,
                 head->time_s[group],
                 speed,
                 transform,
                 touched,
                 scratch);
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
  bool           is_empty = head->banks[group] == NULL &&
                  !tsr_voice_has_touch (voice, (int)(head - voice->heads), group);
  if (is_empty || tsr_ramp_is_silent (gain)) {
    head->time_s[group] = end_s;
    return;
  }
  double speed = group_speed (voice, head, group, rate_hz, &jumps);
  memset (scratch[0], 0, BLOCK * sizeof (float));
  memset (scratch[1], 0, BLOCK * sizeof (float));
  render_group (voice, head, group, speed, scratch);
  fade_group (head, group, jumps, scratch);
  tsr_ramp_add (*gain, scratch, sum, BLOCK);
  double reached_s = head->time_s[group] + speed * BLOCK / rate_hz;
  head->time_s[group] =
      jumps || fabs (reached_s - end_s) * rate_hz < 1e-3 ? end_s : reached_s;
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
  float *const sum[2] = {scratch, scratch + BLOCK};
  float *const block[2] = {scratch + 2 * BLOCK, scratch + 3 * BLOCK};
  memset (sum[0], 0, 2 * BLOCK * sizeof (float));
  for (int g = 0; g < 2; g++)
    add_group (voice, head, g, rate_hz, block, sum);
  if (voice->score != NULL)
    tsr_morph_background_add (voice, head, rate_hz, scratch + 2 * BLOCK, sum);
  else
    tsr_recordings_add (voice, head, window, rate_hz, scratch + 2 * BLOCK, sum);
  tsr_ramp_add (head->fade, sum, out, BLOCK);
  for (int i = 0; i < BLOCK; i++)
    tsr_ramp_next (&head->fade);
  head->position += BLOCK;
  if (tsr_ramp_is_silent (&head->fade))
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
      tsr_ramp_next (&voice->gains[c]);
  for (int i = 0; i < BLOCK; i++)
    tsr_ramp_next (&voice->recorded_gain);
  tsr_touch_move_on (voice);
  if (voice->taps_changed)
    voice->taps = voice->preview.taps;
  voice->taps_changed = false;
}
