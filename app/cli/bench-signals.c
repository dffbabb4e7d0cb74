/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sounds and partials for benchmarks.
 */
#include <math.h>

#include "app/cli/bench.h"

/* Adds a voice of harmonics 1/k with vibrato of 6 Hz, 30 cents. */
static void
add_voice (float *x, gint64 n, double rate_hz, double f0, int n_harmonics, double gain)
{
  double phase = 0;

  for (gint64 i = 0; i < n; i++) {
    double t = (double)i / rate_hz;
    phase += f0 * exp2 (0.025 * sin (2 * G_PI * 6 * t)) / rate_hz;
    /* cos (k x) = 2 cos x cos ((k - 1) x) - cos ((k - 2) x) */
    double sum = 0, first = cos (2 * G_PI * phase), before = 1, wave = first;
    for (int k = 1; k <= n_harmonics && k * f0 < 0.45 * rate_hz; k++) {
      sum += wave / k;
      double next = 2 * first * wave - before;
      before = wave;
      wave = next;
    }
    x[i] += (float)(gain * sum);
  }
}

static void
add_noise (float *x, gint64 n, GRand *rand, double gain)
{
  for (gint64 i = 0; i < n; i++)
    x[i] += (float)(gain * g_rand_double_range (rand, -1, 1));
}

TsrSignal *
tsr_bench_note (double rate_hz, double duration_s)
{
  gint64     n = (gint64)(rate_hz * duration_s);
  TsrSignal *signal = tsr_signal_new (rate_hz, 1, n);

  add_voice (tsr_signal_channel_writable (signal, 0), n, rate_hz, 220, 30, 0.2);
  return signal;
}

TsrSignal *
tsr_bench_mix (double rate_hz, double duration_s)
{
  gint64     n = (gint64)(rate_hz * duration_s);
  TsrSignal *signal = tsr_signal_new (rate_hz, 1, n);
  float     *x = tsr_signal_channel_writable (signal, 0);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (int voice = 0; voice < 24; voice++)
    add_voice (x, n, rate_hz, g_rand_double_range (rand, 60, 1200), 12, 0.02);
  add_noise (x, n, rand, 0.005);
  return signal;
}

/* A note that begins at once and dies away. */
static void
add_note (float *x, gint64 n, double rate_hz, double f0, double gain)
{
  for (int k = 1; k <= 12 && k * f0 < 0.45 * rate_hz; k++)
    for (gint64 i = 0; i < n; i++) {
      double t = (double)i / rate_hz, left = (double)(n - i) / rate_hz;
      double envelope = exp (-0.7 * k * t) * fmin (1, 20 * left) / k;
      x[i] += (float)(gain * envelope * cos (2 * G_PI * fmod (k * f0 * t, 1)));
    }
}

TsrSignal *
tsr_bench_music (double rate_hz, double duration_s)
{
  TsrSignal *signal = tsr_bench_drums (rate_hz, duration_s);
  float     *x = tsr_signal_channel_writable (signal, 0);
  gint64     n = tsr_signal_n_frames (signal);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (gint64 i = 0; i < n; i++)
    x[i] *= 0.3f;
  for (int voice = 0; voice < 24; voice++)
    for (gint64 first = 0, n_note; first < n; first += n_note) {
      n_note = (gint64)(rate_hz * g_rand_double_range (rand, 0.2, 2));
      add_note (x + first,
                MIN (n_note, n - first),
                rate_hz,
                55 * exp2 (g_rand_double_range (rand, 0, 5)),
                g_rand_double_range (rand, 0.01, 0.04));
    }
  add_noise (x, n, rand, 0.003);
  return signal;
}

TsrSignal *
tsr_bench_drums (double rate_hz, double duration_s)
{
  gint64     n = (gint64)(rate_hz * duration_s);
  TsrSignal *signal = tsr_signal_new (rate_hz, 1, n);
  float     *x = tsr_signal_channel_writable (signal, 0);
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  gint64 period = (gint64)(rate_hz / 6);

  for (gint64 i = 0; i < n; i++) {
    double age_s = (double)(i % period) / rate_hz;
    x[i] = (float)(0.5 * exp (-30 * age_s) * g_rand_double_range (rand, -1, 1) +
                   0.4 * exp (-12 * age_s) * sin (2 * G_PI * 80 * age_s));
  }
  return signal;
}

static TsrPartial *
make_partial (gint64 id, gsize n_breakpoints, double duration_s, double hz)
{
  g_autofree TsrBreakpoint *b = g_new0 (TsrBreakpoint, n_breakpoints);
  double                    step_s = duration_s / (double)(n_breakpoints - 1);

  for (gsize i = 0; i < n_breakpoints; i++) {
    double t = step_s * (double)i, wave = 2 * G_PI * 5 * t;
    b[i].time_s = t;
    b[i].frequency_hz = hz * (1 + 0.005 * sin (wave));
    b[i].phase_turns = hz * (t + 0.005 / (2 * G_PI * 5) * (1 - cos (wave)));
    b[i].log_amplitude = -8 - hz / 5000 + 0.2 * cos (wave);
    b[i].slope_per_s = (float)(-0.2 * 2 * G_PI * 5 * sin (wave));
  }
  return tsr_partial_new (id, 0, 0, b, n_breakpoints);
}

TsrPartialSet *
tsr_bench_partials (gsize n, gsize n_breakpoints, double duration_s)
{
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (partials,
                     make_partial ((gint64)i + 1,
                                   n_breakpoints,
                                   duration_s,
                                   40 + 15000.0 * (double)i / (double)n));
  return tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
}
