/* SPDX-License-Identifier: GPL-3.0-or-later
 * The audio thread's renderer: in chunks of up to 128 samples it keeps the list of voices
 * that sound, moves the transform's parameters evenly and lets each voice add its part.
 */
#include "model/dsp/partials/oscillator-bank.h"

#include "model/dsp/partials/morph-live-private.h"

#include <math.h>
#include <string.h>

/* Voices between a breakpoint's call and its arrival from memory: partials lie far apart
 * there, and waiting for each would be a third of the time. */
enum { LOOK_AHEAD = 6 };

static void
begin_voice (TsrOscillatorBank *bank,
             TsrBankVoice      *voice,
             uint32_t           partial,
             double             time_s)
{
  tsr_bank_voice_init (voice, bank->score, partial, time_s);
  if (bank->play != NULL)
    voice->morph = tsr_morph_voice_begin (bank, partial, time_s);
}

/* Whether the voice goes on after the chunk; else it gives back what it had. */
static bool
render_voice (const TsrBankChunk *chunk, TsrBankVoice *voice)
{
  if (tsr_bank_voice_render (chunk, voice))
    return true;
  if (voice->morph != NULL)
    tsr_morph_voice_end (chunk->bank, voice->morph);
  return false;
}

/* Voices that sound go first; then those that begin, each tried in the next free place.
 */
static void
render_voices (const TsrBankChunk *chunk)
{
  TsrOscillatorBank *bank = chunk->bank;
  const TsrScore    *score = bank->score;
  size_t             kept = 0;

  for (size_t i = 0; i < bank->n_voices; i++) {
    if (i + LOOK_AHEAD < bank->n_voices)
      tsr_bank_voice_prefetch (chunk, &bank->voices[i + LOOK_AHEAD]);
    if (render_voice (chunk, &bank->voices[i])) {
      if (kept != i)
        bank->voices[kept] = bank->voices[i];
      kept++;
    }
  }
  for (; bank->next < score->n; bank->next++) {
    uint32_t partial = score->by_start[bank->next];
    double   start_s = score->partials[partial].start_s;
    if (tsr_bank_sample_of (chunk, start_s) >= chunk->n_samples)
      break;
    if (kept == bank->voices_capacity)
      continue;
    begin_voice (bank, &bank->voices[kept], partial, start_s);
    kept += render_voice (chunk, &bank->voices[kept]);
  }
  bank->n_voices = kept;
}

/* Fills the voices with what sounds at a time, by the score's index. */
static void
start_at (TsrOscillatorBank *bank, double time_s)
{
  const TsrScore *score = bank->score;
  double          bucket = (time_s - score->first_s) / score->bucket_s;
  size_t          k = bucket <= 0                              ? 0
                      : bucket >= (double)score->n_buckets - 1 ? score->n_buckets - 1
                                                               : (size_t)bucket;

  bank->n_voices = 0;
  if (bank->play != NULL)
    tsr_morph_play_reset (bank->play, bank->voices_capacity);
  bank->next = score->next_at[k];
  for (size_t i = score->sounding_at[k]; i < score->sounding_at[k + 1]; i++) {
    uint32_t partial = score->sounding[i];
    if (score->partials[partial].end_s > time_s && bank->n_voices < bank->voices_capacity)
      begin_voice (bank, &bank->voices[bank->n_voices++], partial, time_s);
  }
  if (bank->play != NULL)
    tsr_morph_play_forget (bank);
}

static void
mix (TsrOscillatorBank *bank, float *const *out, size_t first, int n)
{
  unsigned n_channels = bank->score->n_channels, n_out = bank->n_out_channels;
  unsigned n_lines = n_channels == 1 ? n_out : n_channels;

  for (unsigned c = 0; c < n_lines; c++) {
    const float *from =
        bank->sums + (n_channels == 1 ? 0 : (size_t)c * TSR_OSCILLATOR_CHUNK);
    float *to = out[c % n_out] + first;
    for (int i = 0; i < n; i++)
      to[i] += from[i];
  }
}

/* Numbers that an engine should never pass, made harmless. */
static TsrBankParameters
parameters_of (const TsrLiveTransform *transform)
{
  TsrBankParameters p = {transform->pitch_ratio, transform->shift_hz, transform->gain};

  p.pitch_ratio = p.pitch_ratio > 0 && p.pitch_ratio < 1e3 ? p.pitch_ratio : 1;
  p.shift_hz = fabs (p.shift_hz) < 1e6 ? p.shift_hz : 0;
  p.gain = p.gain >= 0 && p.gain < 1e6 ? p.gain : 0;
  return p;
}

/* Fills in what a chunk of n samples, beginning `done` samples into a block of n_frames,
 * has of ramps, time and relocking. */
static void
chunk_ramp (TsrBankChunk            *chunk,
            const TsrBankParameters *now,
            double                   done,
            double                   n_frames)
{
  TsrOscillatorBank       *bank = chunk->bank;
  const TsrBankParameters *last = &bank->last;
  double                   rate_hz = bank->rate_hz, length = bank->relock_length;

  chunk->ratio_slope = (now->pitch_ratio - last->pitch_ratio) / n_frames;
  chunk->ratio = last->pitch_ratio + done * chunk->ratio_slope;
  chunk->shift_slope = (now->shift_hz - last->shift_hz) / n_frames / rate_hz;
  chunk->shift = last->shift_hz / rate_hz + done * chunk->shift_slope;
  chunk->n_left = n_frames - done;
  chunk->gain_end =
      last->gain + (now->gain - last->gain) * ((done + chunk->n_samples) / n_frames);
  memset (chunk->relock, 0, sizeof chunk->relock);
  if (bank->relock_at < length) {
    /* 1 - 3 x^2 + 2 x^3 falls from 1 to 0 without a step in frequency. */
    const double weight[4] = {
        1, 0, -3 / (length * length), 2 / (length * length * length)};
    tsr_cubic_at (weight, bank->relock_at, 1, chunk->relock);
  }
}

static double
snapped (double x)
{
  double whole = rint (x);
  return fabs (x - whole) < 1e-5 ? whole : x;
}

/* How many samples the next chunk has: none crosses the end of relocking. */
static int
chunk_length (const TsrOscillatorBank *bank, size_t left)
{
  double n = left < TSR_OSCILLATOR_CHUNK ? (double)left : TSR_OSCILLATOR_CHUNK;

  if (bank->relock_at < bank->relock_length)
    n = tsr_smaller (n, bank->relock_length - bank->relock_at);
  return (int)n;
}

static void
render_chunk (TsrBankChunk *chunk, float *const *out, size_t first)
{
  TsrOscillatorBank *bank = chunk->bank;
  size_t             size = bank->score->n_channels * TSR_OSCILLATOR_CHUNK;

  int64_t due = chunk->is_locked ? (int64_t)rint (chunk->x0) : bank->noise_at;
  chunk->noise_jump = due - bank->noise_at;
  bank->noise_at = due;
  memset (bank->sums, 0, size * sizeof *bank->sums);
  render_voices (chunk);
  mix (bank, out, first, chunk->n_samples);
  bank->noise_at += chunk->n_samples;
  bank->relock_at = chunk->is_locked ? tsr_smaller (bank->relock_at + chunk->n_samples,
                                                    bank->relock_length)
                                     : bank->relock_length;
  chunk->is_entering_lock = chunk->is_leaving_lock = false;
}

void
tsr_oscillator_bank_render (TsrOscillatorBank      *bank,
                            double                  time_s,
                            double                  speed,
                            const TsrLiveTransform *transform,
                            const uint8_t          *group_of_partial,
                            uint8_t                 group,
                            float *const           *out,
                            size_t                  n_frames)
{
  TsrBankParameters now = parameters_of (transform);
  double            x0 = time_s * bank->rate_hz;

  if (!(fabs (x0) < 1e15) || !(speed >= 0 && speed < 1e6) || n_frames == 0)
    return;
  bool is_jump =
      !bank->is_running || fabs (time_s - bank->expected_s) * bank->rate_hz > 1.5;
  if (is_jump)
    bank->last = now;
  bool is_free = speed == 1 && bank->last.pitch_ratio == 1 && bank->last.shift_hz == 0 &&
                 now.pitch_ratio == 1 && now.shift_hz == 0;
  if (is_jump) {
    start_at (bank, time_s);
    bank->is_locked = is_free;
    bank->relock_at = bank->relock_length;
    bank->noise_at = (int64_t)rint (x0);
  }
  TsrBankChunk chunk = {.bank = bank,
                        .dx = speed,
                        .over_dx = speed > 0 ? 1 / speed : 0,
                        .period_s = 1 / bank->rate_hz,
                        .step_s = speed / bank->rate_hz,
                        .filter_gain =
                            transform->has_filter ? transform->filter_gain : NULL,
                        .is_locked = is_free,
                        .is_leaving_lock = !is_free && bank->is_locked,
                        .is_entering_lock = is_free && !bank->is_locked,
                        .group_of_partial = group_of_partial,
                        .group = group};
  if (chunk.is_entering_lock)
    bank->relock_at = 0;
  for (size_t done = 0; done < n_frames; done += (size_t)chunk.n_samples) {
    chunk.n_samples = chunk_length (bank, n_frames - done);
    chunk.x0 = snapped (x0 + (double)done * speed);
    chunk_ramp (&chunk, &now, (double)done, (double)n_frames);
    render_chunk (&chunk, out, done);
  }
  bank->is_running = true;
  bank->is_locked = is_free;
  bank->last = now;
  bank->expected_s = time_s + (double)n_frames * speed / bank->rate_hz;
}

void
tsr_oscillator_bank_reset (TsrOscillatorBank *bank)
{
  bank->is_running = false;
  bank->n_voices = 0;
}
