/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory of the process and of voices.
 */
#include "audio/process-setup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/process-voice.h"
#include "audio/program.h"

enum {
  COMMAND_BYTES = 1 << 17,
  REPLY_BYTES = 1 << 15,
  LOUDNESS_BYTES = 1 << 19, /* 1.3 s of stereo at 48 kHz */
  ALIGNMENT = 64,
};

static TsrRing *
ring_new (gsize size)
{
  gpointer memory;
  TsrRing *ring =
      aligned_alloc (ALIGNMENT, (sizeof *ring + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  g_assert (ring != NULL);
  memory = g_malloc0 (size);
  tsr_ring_init (ring, memory, size);
  return ring;
}

static void
ring_free (TsrRing *ring)
{
  g_free (ring->bytes);
  free (ring);
}

TsrProcess *
tsr_process_new (double rate_hz)
{
  TsrProcess *self = g_new0 (TsrProcess, 1);
  self->rate_hz = rate_hz;
  self->commands = ring_new (COMMAND_BYTES);
  self->replies = ring_new (REPLY_BYTES);
  self->loudness = ring_new (LOUDNESS_BYTES);
  self->window = g_new (float, TSR_GRAIN_FRAMES);
  self->scratch = g_new0 (float, TSR_N_SCRATCH *TSR_LIMITER_BLOCK);
  tsr_grains_fill_window (self->window);
  tsr_live_preview_init (&self->preview, NULL, rate_hz);
  tsr_limiter_reset (&self->limiter);
  for (int l = 0; l < TSR_N_LAYERS; l++)
    self->monitor.layer_gains[l] = 1;
  self->volume = (TsrRamp){.value = 1, .target = 1};
  atomic_flag_clear (&self->busy);
  atomic_init (&self->played_s, 0);
  atomic_init (&self->speed, 0);
  return self;
}

/* Frees the voices, and what stands for partials of some, that are still under way in a
 * ring. */
static void
free_ring_voices (TsrRing *ring)
{
  TsrMessageHead  head;
  TsrVoice       *voice;
  TsrTouchMessage touch;
  while (tsr_ring_read (ring, &head, sizeof head)) {
    if ((head.type == TSR_MESSAGE_VOICE || head.type == TSR_MESSAGE_VOICE_DONE) &&
        tsr_ring_read (ring, &voice, sizeof voice))
      tsr_voice_free (voice);
    else if (head.type == TSR_MESSAGE_TOUCH && tsr_ring_read (ring, &touch, sizeof touch))
      tsr_touch_banks_free (touch.banks);
    else if (head.type == TSR_MESSAGE_TOUCH_DONE &&
             tsr_ring_read (ring, &touch.banks, sizeof touch.banks))
      tsr_touch_banks_free (touch.banks);
    else
      tsr_ring_skip (ring, head.n_body);
  }
}

void
tsr_process_free (TsrProcess *self)
{
  if (self == NULL)
    return;
  free_ring_voices (self->commands);
  free_ring_voices (self->replies);
  tsr_voice_free (self->voice);
  tsr_voice_free (self->leaving);
  tsr_voice_free (self->incoming);
  ring_free (self->commands);
  ring_free (self->replies);
  ring_free (self->loudness);
  g_free (self->window);
  g_free (self->scratch);
  g_free (self);
}

static void
set_recording (TsrRecording *recording, const TsrSignal *signal, double rate_hz)
{
  if (signal == NULL || tsr_signal_rate_hz (signal) != rate_hz)
    return;
  recording->n_channels =
      MIN (tsr_signal_n_channels (signal), (unsigned)G_N_ELEMENTS (recording->channels));
  recording->n_frames = tsr_signal_n_frames (signal);
  for (unsigned c = 0; c < recording->n_channels; c++)
    recording->channels[c] = tsr_signal_channel (signal, c);
}

/* One bank for each head and group that can sound, in one piece of memory. */
static void
set_banks (TsrVoice *voice, const TsrProgram *program, double rate_hz)
{
  gsize size = tsr_oscillator_bank_size (program->score);
  int   n_groups = program->selected != NULL ? 2 : 1;
  char *memory;
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  voice->bank_memory = aligned_alloc (ALIGNMENT, size * 2 * (gsize)n_groups);
  if (voice->bank_memory == NULL)
    return;
  memory = voice->bank_memory;
  memset (memory, 0, size * 2 * (gsize)n_groups); /* no page fault in the callback */
  for (int h = 0; h < 2; h++)
    for (int g = 0; g < n_groups; g++) {
      voice->heads[h].banks[g] = tsr_oscillator_bank_init (
          memory, program->score, rate_hz, TSR_LIMITER_CHANNELS);
      memory += size;
    }
}

/* What noise and transients are made of while a stretch is dragged. */
static void
set_model (TsrVoice *voice, const TsrProgram *program, double rate_hz)
{
  voice->model_share = &program->model_share;
  if (program->model == NULL)
    return;
  for (int h = 0; h < 2; h++)
    voice->heads[h].stand_in.noise =
        tsr_live_noise_new (program->model,
                            rate_hz,
                            program->residual_gain_db,
                            program->residual_gain_db_over_hz,
                            program->residual_laws);
  if (program->source_s_over_sound_s != NULL) {
    voice->map = tsr_curve_points (program->source_s_over_sound_s);
    voice->n_map = tsr_curve_n_points (program->source_s_over_sound_s);
  }
  voice->taper = (int)MAX (1, rate_hz * 64 / 44100);
  if (program->recordings[TSR_RECORDING_TRANSIENTS] != NULL) {
    voice->transients = (const TsrRecordedSpan *)(void *)program->transients->data;
    voice->n_transients = program->transients->len;
  }
}

/* What a morph needs behind its partials; its banks are there. */
static void
set_morph (TsrVoice *voice, const TsrProgram *program, double rate_hz)
{
  const TsrMorphParts *morph = program->morph;
  voice->score = program->score;
  voice->taper = (int)MAX (1, rate_hz * 64 / 44100);
  for (int k = 0; k < TSR_MORPH_MOST; k++)
    set_recording (&voice->morph_recordings[k], morph->transients[k], rate_hz);
  voice->morph_transients =
      (const TsrMorphTransient *)(void *)program->morph_transients->data;
  voice->n_morph_transients = program->morph_transients->len;
  for (int h = 0; h < 2; h++)
    if (voice->heads[h].banks[0] != NULL)
      voice->heads[h].background.noise =
          tsr_live_noise_new_morph (morph->models,
                                    TSR_MORPH_MOST,
                                    tsr_score_n_channels (program->score),
                                    rate_hz,
                                    voice->heads[h].banks[0]);
}

TsrVoice *
tsr_voice_new (TsrProgram *program, double rate_hz)
{
  TsrVoice *voice = g_new0 (TsrVoice, 1);
  voice->program = tsr_program_ref (program);
  voice->group_of_partial = program->selected;
  voice->duration_s = program->duration_s;
  memcpy (voice->level_gain, program->level_gain, sizeof voice->level_gain);
  for (int k = 0; k < TSR_N_RECORDINGS; k++)
    set_recording (&voice->recordings[k], program->recordings[k], rate_hz);
  voice->recorded_gain = (TsrRamp){.value = 1, .target = 1};
  tsr_live_preview_init (&voice->preview, NULL, rate_hz);
  voice->taps = voice->preview.taps;
  set_model (voice, program, rate_hz);
  if (program->score != NULL)
    set_banks (voice, program, rate_hz);
  if (program->morph != NULL && voice->bank_memory != NULL)
    set_morph (voice, program, rate_hz);
  return voice;
}

void
tsr_voice_free (TsrVoice *voice)
{
  if (voice == NULL)
    return;
  free (voice->bank_memory);
  for (int h = 0; h < 2; h++) {
    tsr_live_noise_free (voice->heads[h].stand_in.noise);
    tsr_live_noise_free (voice->heads[h].background.noise);
  }
  tsr_touch_banks_free (voice->touch);
  tsr_touch_banks_free (voice->leaving_touch);
  tsr_touch_banks_free (voice->incoming_touch);
  tsr_program_unref (voice->program);
  g_free (voice);
}

static gboolean
changes_nothing (const TsrLivePreview *live)
{
  return live->stretch == 1 && live->move_s == 0 &&
         tsr_live_transform_is_unity (&live->transform);
}

void
tsr_live_preview_init (TsrLivePreview *live, const TsrPreview *preview, double rate_hz)
{
  memset (live, 0, sizeof *live);
  live->stretch = 1;
  live->is_unity = true;
  tsr_taps_init (&live->taps, NULL, rate_hz);
  tsr_live_transform_init_unity (&live->transform);
  if (preview == NULL)
    return;
  if (isfinite (preview->stretch))
    live->stretch = CLAMP (preview->stretch, 0.01, 100);
  live->anchor_s = isfinite (preview->anchor_s) ? preview->anchor_s : 0;
  live->move_s = isfinite (preview->move_s) ? preview->move_s : 0;
  if (isfinite (preview->pitch_ratio))
    live->transform.pitch_ratio = CLAMP (preview->pitch_ratio, 1.0 / 64, 64);
  if (isfinite (preview->shift_hz))
    live->transform.shift_hz = preview->shift_hz;
  if (!isnan (preview->gain_db))
    live->transform.gain = pow (10, MIN (preview->gain_db, 60) / 20);
  tsr_live_transform_set_filter (&live->transform, preview->filter_gain_db_over_hz);
  tsr_taps_init (&live->taps, preview->filter_gain_db_over_hz, rate_hz);
  live->is_unity = changes_nothing (live);
}
