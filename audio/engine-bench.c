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

/* Milliseconds until a change of gain arrives; NAN when it does not. */
static double
one_trial (Listener *self)
{
  TsrPreview preview = TSR_PREVIEW_INIT;
  gint64     began_us = g_get_monotonic_time ();
  preview.gain_db = -40;
  atomic_store (&self->heard_us, 0);
  atomic_store (&self->is_waiting, true);
  tell_preview (self->process, &preview);
  while (atomic_load (&self->heard_us) == 0 &&
         g_get_monotonic_time () - began_us < G_USEC_PER_SEC)
    g_usleep (500);
  gint64 heard_us = atomic_load (&self->heard_us);
  atomic_store (&self->is_waiting, false);
  tell_preview (self->process, NULL);
  g_usleep (30000 + (gulong)(began_us % 7919)); /* at any place in a buffer */
  return heard_us != 0 ? (double)(heard_us - began_us) / 1000 : NAN;
}

void
tsr_engine_bench_preview (TsrPreviewBench *result)
{
  Listener self = {.process = playing_process (1)};
  double   times_ms[N_TRIALS];
  atomic_init (&self.heard_us, 0);
  atomic_init (&self.is_waiting, false);
  TsrNullClock *clock = tsr_null_clock_new (RATE_HZ, listen, &self);
  g_usleep (100000);
  for (int i = 0; i < N_TRIALS; i++)
    times_ms[i] = one_trial (&self);
  tsr_null_clock_free (clock);
  tsr_process_free (self.process);
  qsort (times_ms, N_TRIALS, sizeof *times_ms, by_value);
  result->n_trials = N_TRIALS;
  result->buffer_ms = 1000.0 * BUFFER_FRAMES / RATE_HZ;
  result->median_ms = times_ms[N_TRIALS / 2];
  result->longest_ms = times_ms[N_TRIALS - 1];
}
