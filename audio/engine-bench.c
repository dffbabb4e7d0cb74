/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times the callback by itself, and previews by the clock without a device.
 */
#include "audio/engine-bench.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "audio/backend.h"
#include "audio/process-setup.h"

enum { RATE_HZ = 48000, BUFFER_FRAMES = 256, N_BUFFERS = 1500, N_TRIALS = 60 };

#define DURATION_S 12.0
#define STEP_S 0.005
#define LEVEL 0.25

/* --- material -------------------------------------------------------------------- */

/* A partial with a slow vibrato, spread upwards from 1 kHz. */
static TsrPartial *
bench_partial (guint number, guint n_partials)
{
  gsize                     n = (gsize)(DURATION_S / STEP_S) + 1;
  g_autofree TsrBreakpoint *b = g_new0 (TsrBreakpoint, n);
  double base_hz = 1000 + 14000.0 * (number - 1) / n_partials, w = 2 * M_PI * 5,
         depth = 0.003;
  for (gsize i = 0; i < n; i++) {
    double t = (double)i * STEP_S;
    b[i].time_s = t;
    b[i].frequency_hz = base_hz * (1 + depth * sin (w * t));
    b[i].phase_turns = base_hz * (t + depth * (1 - cos (w * t)) / w) + 0.137 * number;
    b[i].log_amplitude = log (LEVEL / n_partials);
  }
  return tsr_partial_new (number, 0, number % 2, b, n);
}

static TsrProgram *
bench_program (guint n_partials)
{
  TsrPartial **partials = g_new (TsrPartial *, n_partials);
  for (guint i = 0; i < n_partials; i++)
    partials[i] = bench_partial (i + 1, n_partials);
  TsrPartialSet  *set = tsr_partial_set_new (partials, n_partials);
  TsrScore       *score = tsr_score_new (set);
  TsrProgramParts parts = {.score = score, .duration_s = DURATION_S};
  TsrProgram     *program = tsr_program_new (&parts);
  for (guint i = 0; i < n_partials; i++)
    tsr_partial_unref (partials[i]);
  g_free (partials);
  tsr_score_unref (score);
  tsr_partial_set_unref (set);
  return program;
}

static void
tell (TsrProcess *process, TsrMessageType type, const void *body, gsize n_body)
{
  TsrMessageHead head = {type, (uint32_t)n_body};
  tsr_ring_write (process->commands, &head, sizeof head, body, n_body);
}

static TsrProcess *
playing_process (guint n_partials)
{
  TsrProcess *process = tsr_process_new (RATE_HZ);
  TsrProgram *program = bench_program (n_partials);
  TsrVoice   *voice = tsr_voice_new (program, RATE_HZ);
  TsrLoop     loop = {.on = true};
  tsr_program_unref (program);
  tell (process, TSR_MESSAGE_VOICE, &voice, sizeof voice);
  tell (process, TSR_MESSAGE_LOOP, &loop, sizeof loop);
  tell (process, TSR_MESSAGE_PLAY, NULL, 0);
  return process;
}

static void
tell_preview (TsrProcess *process, const TsrPreview *preview)
{
  TsrLivePreview live;
  tsr_live_preview_init (&live, preview, RATE_HZ);
  tell (process, TSR_MESSAGE_PREVIEW, &live, sizeof live);
}

/* --- the callback ------------------------------------------------------------------ */

static double
cpu_s (void)
{
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Share of one buffer's time that it takes to make it. */
static double
time_buffer (TsrProcess *process)
{
  float        buffers[2][BUFFER_FRAMES];
  float *const out[2] = {buffers[0], buffers[1]};
  double       began_s = cpu_s ();
  tsr_process_run (process, out, BUFFER_FRAMES);
  double share = (cpu_s () - began_s) * RATE_HZ / BUFFER_FRAMES;
  tsr_ring_skip (process->loudness, tsr_ring_readable (process->loudness));
  return share;
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
drag (TsrProcess *process)
{
  const TsrCurvePoint points[2] = {{20, -3}, {20000, -9}};
  TsrPreview          preview = TSR_PREVIEW_INIT;
  double              sum = 0;
  preview.filter_gain_db_over_hz = tsr_curve_new (points, 2);
  for (int i = 0; i < N_BUFFERS; i++) {
    preview.pitch_ratio = 1.05 + 0.04 * sin (0.1 * i);
    preview.stretch = 1.3 + 0.2 * cos (0.03 * i);
    if (i % 3 == 0)
      tell_preview (process, &preview);
    sum += time_buffer (process);
  }
  tell_preview (process, NULL);
  tsr_curve_unref (preview.filter_gain_db_over_hz);
  return sum / N_BUFFERS;
}

static double
jump (TsrProcess *process)
{
  double worst = 0;
  for (int i = 0; i < 20; i++) {
    double time_s = fmod (i * 3.7, DURATION_S - 1);
    tell (process, TSR_MESSAGE_SEEK, &time_s, sizeof time_s);
    worst = fmax (worst, time_buffer (process));
    for (int k = 0; k < 10; k++)
      time_buffer (process);
  }
  return worst;
}

void
tsr_engine_bench_callback (guint n_partials, TsrCallbackBench *result)
{
  TsrProcess        *process = playing_process (n_partials);
  g_autofree double *shares = g_new (double, N_BUFFERS);
  double             sum = 0;
  for (int i = 0; i < N_BUFFERS; i++)
    sum += shares[i] = time_buffer (process);
  qsort (shares, N_BUFFERS, sizeof *shares, by_value);
  result->n_partials = n_partials;
  result->mean_share = sum / N_BUFFERS;
  result->p99_share = shares[N_BUFFERS * 99 / 100];
  result->longest_share = shares[N_BUFFERS - 1];
  result->dragged_share = drag (process);
  result->seek_share = jump (process);
  tsr_process_free (process);
}

/* --- previews by the clock ---------------------------------------------------------- */

typedef struct {
  TsrProcess    *process;
  _Atomic gint64 heard_us; /* when the first softer sample was handed over; 0: not yet */
  atomic_bool    is_waiting; /* a preview that softens is under way */
} Listener;

/* Softer: a whole wave of 1 kHz stays below half of the level. */
static void
listen (void *user, float *const *out, gsize n_frames, gboolean underflow)
{
  Listener *self = user;
  float     most = 0;
  tsr_process_run (self->process, out, n_frames);
  for (gsize i = n_frames - RATE_HZ / 1000; i < n_frames; i++)
    most = fmaxf (most, fabsf (out[0][i]));
  if (most < 0.5 * LEVEL && atomic_load (&self->is_waiting) &&
      atomic_load (&self->heard_us) == 0)
    atomic_store (&self->heard_us, g_get_monotonic_time ());
}

/* Milliseconds until what `say` makes softer arrives; NAN when it does not. */
static double
one_trial (Listener *self, void (*say) (TsrProcess *process, bool softer))
{
  gint64 began_us = g_get_monotonic_time ();
  atomic_store (&self->heard_us, 0);
  atomic_store (&self->is_waiting, true);
  say (self->process, true);
  while (atomic_load (&self->heard_us) == 0 &&
         g_get_monotonic_time () - began_us < G_USEC_PER_SEC)
    g_usleep (500);
  gint64 heard_us = atomic_load (&self->heard_us);
  atomic_store (&self->is_waiting, false);
  say (self->process, false);
  g_usleep (30000 + (gulong)(began_us % 7919)); /* at any place in a buffer */
  return heard_us != 0 ? (double)(heard_us - began_us) / 1000 : NAN;
}

/* By the clock without a device; takes the process. */
static void
time_trials (TsrProcess *process,
             void (*say) (TsrProcess *process, bool softer),
             double *median_ms,
             double *longest_ms)
{
  Listener self = {.process = process};
  double   times_ms[N_TRIALS];
  atomic_init (&self.heard_us, 0);
  atomic_init (&self.is_waiting, false);
  TsrNullClock *clock = tsr_null_clock_new (RATE_HZ, listen, &self);
  g_usleep (100000);
  for (int i = 0; i < N_TRIALS; i++)
    times_ms[i] = one_trial (&self, say);
  tsr_null_clock_free (clock);
  tsr_process_free (process);
  qsort (times_ms, N_TRIALS, sizeof *times_ms, by_value);
  *median_ms = times_ms[N_TRIALS / 2];
  *longest_ms = times_ms[N_TRIALS - 1];
}

static void
say_gain (TsrProcess *process, bool softer)
{
  TsrPreview preview = TSR_PREVIEW_INIT;
  preview.gain_db = -40;
  tell_preview (process, softer ? &preview : NULL);
}

void
tsr_engine_bench_preview (TsrPreviewBench *result)
{
  result->n_trials = N_TRIALS;
  result->buffer_ms = 1000.0 * BUFFER_FRAMES / RATE_HZ;
  time_trials (playing_process (1), say_gain, &result->median_ms, &result->longest_ms);
}

/* --- morphs --------------------------------------------------------------------------
 */

typedef struct {
  TsrMorphInput   inputs[TSR_MORPH_MOST];
  TsrMorphWeights weights;
  TsrMorphVoices  voices;
  TsrMorphParts   parts;
} BenchMorph;

static TsrPartialSet *
bench_set (guint n_partials, double shift, double level)
{
  TsrPartial **partials = g_new (TsrPartial *, n_partials);
  for (guint i = 0; i < n_partials; i++) {
    TsrPartial               *like = bench_partial (i + 1, n_partials);
    gsize                     n = tsr_partial_n_breakpoints (like);
    const TsrBreakpoint      *b = tsr_partial_breakpoints (like);
    g_autofree TsrBreakpoint *moved = g_new (TsrBreakpoint, n);
    for (gsize k = 0; k < n; k++) {
      moved[k] = b[k];
      moved[k].time_s += shift * STEP_S; /* no two sounds on one grid */
      moved[k].log_amplitude += log (level);
    }
    partials[i] = tsr_partial_new (i + 1, 0, 0, moved, n);
    tsr_partial_unref (like);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, n_partials);
  for (guint i = 0; i < n_partials; i++)
    tsr_partial_unref (partials[i]);
  g_free (partials);
  return set;
}

static TsrNoiseModel *
bench_noise (guint32 seed)
{
  TsrSignal     *signal = tsr_signal_new (RATE_HZ, 1, (gint64)(DURATION_S * RATE_HZ));
  TsrNoiseModel *model = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  for (gint64 i = 0; i < tsr_signal_n_frames (signal); i++)
    tsr_signal_channel_writable (signal, 0)[i] =
        (float)g_rand_double_range (rand, -1e-4, 1e-4);
  tsr_noise_model_new (signal, NULL, &model);
  tsr_signal_unref (signal);
  return model;
}

/* The sounds meet at 6 s of the first. */
static TsrCurve *
bench_map (guint k, double anchor_s)
{
  TsrCurvePoint points[] = {{0, 0}, {6, 6 + k * anchor_s}, {DURATION_S, DURATION_S}};
  return tsr_curve_new (points, 3);
}

/* The last sound is 40 dB softer than the others. */
static void
bench_morph_init (BenchMorph *self, guint n_partials, gboolean in_pairs)
{
  g_autofree int *labels = g_new (int, n_partials);
  *self = (BenchMorph){0};
  for (guint i = 0; i < n_partials; i++)
    labels[i] = (int)i + 1;
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    TsrCurvePoint weight = {0, 1.0 / TSR_MORPH_MOST};
    TsrCurve     *curve = tsr_curve_new (&weight, 1);
    self->inputs[k] =
        (TsrMorphInput){.set = bench_set (n_partials, 0.25 * k, k < 3 ? 1 : 0.01),
                        .n_channels = 1,
                        .labels = labels,
                        .sound_s_over_result_s = bench_map (k, 0.01)};
    self->weights.frequency[k] = self->weights.amplitude[k] = curve;
    self->weights.noise[k] = curve;
    self->parts.models[k] = bench_noise (k + 1);
  }
  if (in_pairs)
    tsr_morph_find_voices (self->inputs, TSR_MORPH_MOST, 1, NULL, 0, &self->voices);
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    self->inputs[k].labels = NULL;
}

/* Each partial is a voice of its own. */
static void
find_alone (BenchMorph *self)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    TsrMorphInput  one[TSR_MORPH_MOST];
    TsrMorphVoices found;
    for (guint i = 0; i < TSR_MORPH_MOST; i++)
      one[i] = self->inputs[k];
    tsr_morph_find_voices (one, 1, 1, NULL, 0, &found);
    self->voices.items = realloc (
        self->voices.items, (self->voices.n + found.n) * sizeof *self->voices.items);
    for (gsize v = 0; v < found.n; v++) {
      TsrMorphVoice voice = {0};
      voice.members[k] = found.items[v].members[0];
      voice.n_members[k] = found.items[v].n_members[0];
      self->voices.items[self->voices.n++] = voice;
    }
    free (found.items);
  }
}

static void
bench_morph_clear (BenchMorph *self)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    tsr_partial_set_unref ((TsrPartialSet *)self->inputs[k].set);
    tsr_curve_unref ((TsrCurve *)self->inputs[k].sound_s_over_result_s);
    tsr_curve_unref ((TsrCurve *)self->weights.frequency[k]);
    tsr_noise_model_unref (self->parts.models[k]);
  }
  tsr_morph_voices_clear (&self->voices);
}

static TsrVoice *
morph_voice (const BenchMorph *self)
{
  TsrScore *score = tsr_score_new_morph (
      self->inputs, TSR_MORPH_MOST, 1, &self->voices, &self->weights);
  TsrProgram *program = tsr_program_new_morph (score, &self->parts, DURATION_S);
  TsrVoice   *voice = tsr_voice_new (program, RATE_HZ);
  tsr_program_unref (program);
  tsr_score_unref (score);
  return voice;
}

static TsrProcess *
morph_process (const BenchMorph *self)
{
  TsrProcess *process = tsr_process_new (RATE_HZ);
  TsrVoice   *voice = morph_voice (self);
  TsrLoop     loop = {.on = true};
  tell (process, TSR_MESSAGE_VOICE, &voice, sizeof voice);
  tell (process, TSR_MESSAGE_LOOP, &loop, sizeof loop);
  tell (process, TSR_MESSAGE_PLAY, NULL, 0);
  return process;
}

static void
tell_mix (TsrProcess *process, double x, double y)
{
  double      w[] = {(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y};
  TsrMorphMix mix;
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    mix.frequency[k] = mix.amplitude[k] = mix.noise[k] = w[k];
  tell (process, TSR_MESSAGE_MIX, &mix, sizeof mix);
}

static void
say_weights (TsrProcess *process, bool softer)
{
  tell_mix (process, softer, softer);
}

static double
time_buffers (TsrProcess *process, gboolean moves, double *p99)
{
  g_autofree double *shares = g_new (double, N_BUFFERS);
  double             sum = 0;
  for (int i = 0; i < N_BUFFERS; i++) {
    if (moves)
      tell_mix (process, 0.5 + 0.5 * sin (0.1 * i), 0.5 + 0.5 * cos (0.07 * i));
    sum += shares[i] = time_buffer (process);
  }
  qsort (shares, N_BUFFERS, sizeof *shares, by_value);
  if (p99 != NULL)
    *p99 = shares[N_BUFFERS * 99 / 100];
  return sum / N_BUFFERS;
}

/* Another anchor, again and again. */
static void
time_swaps (BenchMorph *morph, TsrProcess *process, TsrMorphBench *result)
{
  enum { N = 40 };
  double making_s = 0, swap = 0;
  for (int i = 0; i < N; i++) {
    double began_s = cpu_s ();
    for (guint k = 0; k < TSR_MORPH_MOST; k++) {
      tsr_curve_unref ((TsrCurve *)morph->inputs[k].sound_s_over_result_s);
      morph->inputs[k].sound_s_over_result_s = bench_map (k, 0.01 + 1e-4 * i);
    }
    TsrVoice *voice = morph_voice (morph);
    making_s += cpu_s () - began_s;
    tell (process, TSR_MESSAGE_VOICE, &voice, sizeof voice);
    swap = fmax (swap, time_buffer (process));
    for (int b = 0; b < 8; b++)
      time_buffer (process);
  }
  result->program_ms = 1000 * making_s / N;
  result->swap_share = swap;
}

void
tsr_engine_bench_morph (guint n_partials, TsrMorphBench *result)
{
  BenchMorph morph, quiet;
  bench_morph_init (&morph, n_partials, TRUE);
  *result = (TsrMorphBench){.n_sounds = TSR_MORPH_MOST, .n_partials = n_partials};
  TsrProcess *process = morph_process (&morph);
  result->still_share = time_buffers (process, FALSE, NULL);
  result->moved_share = time_buffers (process, TRUE, &result->p99_share);
  time_swaps (&morph, process, result);
  tsr_process_free (process);
  bench_morph_clear (&morph);
  bench_morph_init (&morph, n_partials, FALSE);
  find_alone (&morph);
  process = morph_process (&morph);
  result->alone_share = time_buffers (process, TRUE, NULL);
  tsr_process_free (process);
  bench_morph_clear (&morph);
  bench_morph_init (&quiet, 1, TRUE);
  time_trials (
      morph_process (&quiet), say_weights, &result->median_ms, &result->longest_ms);
  bench_morph_clear (&quiet);
}
