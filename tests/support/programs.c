/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials made by formula, and pulling an engine by hand.
 */
#include "tests/support/programs.h"

#include <math.h>

#include "model/dsp/partials/synth.h"

#define STEP_S 0.005
#define VIBRATO_HZ 5.5

static TsrPartial *
harmonic (guint  number,
          guint  channel,
          double base_hz,
          double duration_s,
          double amplitude,
          double vibrato_part)
{
  gsize                     n = (gsize)(duration_s / STEP_S) + 1;
  g_autofree TsrBreakpoint *b = g_new0 (TsrBreakpoint, n);
  for (gsize i = 0; i < n; i++) {
    double t = (double)i * STEP_S, w = 2 * M_PI * VIBRATO_HZ;
    b[i].time_s = t;
    b[i].frequency_hz = number * base_hz * (1 + vibrato_part * sin (w * t));
    b[i].phase_turns =
        number * base_hz * (t + vibrato_part * (1 - cos (w * t)) / w) + 0.137 * number;
    b[i].log_amplitude = log (amplitude) - t / duration_s;
    b[i].slope_per_s = (float)(-1 / duration_s);
  }
  b[0].flags = b[n - 1].flags = TSR_BREAKPOINT_NULL;
  b[0].log_amplitude = b[n - 1].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  return tsr_partial_new (number, 0, channel, b, n);
}

TsrPartialSet *
tsr_test_partials (guint  n,
                   double base_hz,
                   double duration_s,
                   guint  n_channels,
                   double level,
                   double vibrato_part)
{
  g_autofree TsrPartial **partials = g_new (TsrPartial *, n);
  for (guint i = 0; i < n; i++)
    partials[i] =
        harmonic (i + 1, i % n_channels, base_hz, duration_s, level / n, vibrato_part);
  TsrPartialSet *set = tsr_partial_set_new (partials, n);
  for (guint i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

TsrPartialSet *
tsr_test_sine (double frequency_hz, double amplitude, double duration_s)
{
  TsrBreakpoint b[2] = {
      {.frequency_hz = frequency_hz, .log_amplitude = log (amplitude)},
      {.time_s = duration_s,
       .frequency_hz = frequency_hz,
       .phase_turns = frequency_hz * duration_s,
       .log_amplitude = log (amplitude)},
  };
  TsrPartial    *partial = tsr_partial_new (1, 0, 0, b, 2);
  TsrPartialSet *set = tsr_partial_set_new (&partial, 1);
  tsr_partial_unref (partial);
  return set;
}

double *
tsr_test_reference (
    TsrPartialSet *set, guint channel, gint64 first, gsize n_frames, const guint8 *wanted)
{
  double *out = g_new0 (double, n_frames);
  tsr_synth_render_range (
      set, channel, TSR_TEST_RATE_HZ, first, n_frames, wanted, out, NULL);
  return out;
}

TsrSignal *
tsr_test_noise (double level, double duration_s, guint32 seed)
{
  gint64     n = (gint64)(duration_s * TSR_TEST_RATE_HZ);
  TsrSignal *signal = tsr_signal_new (TSR_TEST_RATE_HZ, 1, n);
  float     *to = tsr_signal_channel_writable (signal, 0);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  for (gint64 i = 0; i < n; i++)
    to[i] = (float)g_rand_double_range (rand, -level, level);
  return signal;
}

TsrProgram *
tsr_test_program (TsrPartialSet *set,
                  TsrSignal     *original,
                  TsrSignal     *residual,
                  const guint8  *selected,
                  double         duration_s)
{
  TsrScore       *score = set != NULL ? tsr_score_new (set) : NULL;
  TsrProgramParts parts = {
      .score = score,
      .original = original,
      .residual = residual,
      .duration_s = duration_s,
      .selected = selected,
  };
  TsrProgram *program = tsr_program_new (&parts);
  tsr_score_unref (score);
  tsr_partial_set_unref (set);
  return program;
}

float *
tsr_test_pull (TsrEngine *engine, gsize n_frames, gsize block)
{
  float *out = g_new0 (float, 2 * n_frames);
  for (gsize done = 0; done < n_frames; done += block)
    tsr_engine_pull (
        engine, out + done, out + n_frames + done, MIN (block, n_frames - done));
  return out;
}

void
tsr_test_record (TsrEngine *engine, GArray *left, gsize n_frames, gsize block)
{
  g_autofree float *out = tsr_test_pull (engine, n_frames, block);
  g_array_append_vals (left, out, (guint)n_frames);
}

double
tsr_test_difference_db (const float *a, const double *b, gsize n)
{
  double most = 0;
  for (gsize i = 0; i < n; i++)
    most = MAX (most, fabs ((double)a[i] - b[i]));
  return 20 * log10 (most + 1e-30);
}

double
tsr_test_rms (const float *samples, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += (double)samples[i] * (double)samples[i];
  return sqrt (sum / (double)n);
}
