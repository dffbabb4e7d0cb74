/* SPDX-License-Identifier: GPL-3.0-or-later
 * Test signals with known partials.
 */
#include "tests/support/signals.h"

#include <glib.h>
#include <math.h>

const char *
test_signal_name (TestSignalKind kind)
{
  static const char *names[TEST_SIGNAL_N_KINDS] = {"steady",
                                                   "vibrato",
                                                   "wide-vibrato",
                                                   "chirps",
                                                   "pairs",
                                                   "tremolo",
                                                   "bell",
                                                   "plucks",
                                                   "noisy",
                                                   "noisier",
                                                   "impulses"};
  return names[kind];
}

static TestPartial *
add (TestSignal *s, double start_s, double end_s, double frequency_hz, double amplitude)
{
  s->partials = g_renew (TestPartial, s->partials, s->n_partials + 1);
  TestPartial *p = &s->partials[s->n_partials++];
  *p = (TestPartial){.start_s = start_s,
                     .end_s = end_s,
                     .frequency_hz = frequency_hz,
                     .amplitude = amplitude};
  return p;
}

static double
between (GRand *r, double low, double high)
{
  return g_rand_double_range (r, low, high);
}

static void
fill_steady (TestSignal *s, GRand *r)
{
  s->spacing_hz = 0.9 * 150;
  for (int i = 0; i < 10; i++) {
    double       start = between (r, 0.1, 0.6), end = between (r, 2.2, 2.9);
    double       f = 250 + 300 * i + between (r, 0, 150);
    TestPartial *p = add (s, start, end, f, 0.09 * pow (10, -between (r, 0, 1)));
    p->attack_s = between (r, 0.005, 0.02);
    p->release_s = between (r, 0.005, 0.02);
    p->phase_turns = between (r, 0, 1);
  }
}

static void
fill_vibrato (TestSignal *s, GRand *r, int n, double depth)
{
  double f0 = between (r, 190, 260), turns = between (r, 0, 1);

  s->spacing_hz = 0.9 * f0;
  for (int i = 1; i <= n; i++) {
    TestPartial *p = add (s, 0.1, 2.9, f0 * i, 0.25 / (i + 1));
    p->attack_s = p->release_s = 0.03;
    p->vibrato_hz = 6;
    p->vibrato_depth = depth;
    p->vibrato_turns = turns;
    p->phase_turns = between (r, 0, 1);
  }
}

static void
fill_chirps (TestSignal *s, GRand *r)
{
  s->spacing_hz = 200;
  for (int i = 0; i < 6; i++) {
    double       f = 500 + 900 * i + between (r, 0, 200);
    TestPartial *p = add (s, 0.1 + between (r, 0, 0.1), 2.8, f, 0.1);
    p->attack_s = p->release_s = 0.01;
    p->chirp_hz_per_s = 250 * i + between (r, -100, 100);
    p->phase_turns = between (r, 0, 1);
  }
}

static void
fill_pairs (TestSignal *s, GRand *r)
{
  s->spacing_hz = 100;
  for (int i = 0; i < 8; i++) {
    double f = 300 + 450 * i + between (r, 0, 100);
    for (int k = 0; k < 2; k++) {
      TestPartial *p = add (s, 0.1, 2.9, f + k * between (r, 55, 80), 0.05);
      p->attack_s = p->release_s = 0.02;
      p->phase_turns = between (r, 0, 1);
    }
  }
}

static void
fill_tremolo (TestSignal *s, GRand *r)
{
  s->spacing_hz = 0.9 * 200;
  for (int i = 0; i < 10; i++) {
    TestPartial *p = add (s, 0.1, 2.9, 300 + 350 * i + between (r, 0, 150), 0.05);
    p->attack_s = p->release_s = 0.02;
    p->tremolo_hz = between (r, 4, 7);
    p->tremolo_depth = 0.5;
    p->tremolo_turns = between (r, 0, 1);
    p->phase_turns = between (r, 0, 1);
  }
}

static void
fill_bell (TestSignal *s, GRand *r)
{
  static const double ratios[12] = {
      0.56, 0.92, 1.19, 1.71, 2, 2.74, 3, 3.76, 4.07, 4.85, 5.6, 6.3};
  double f0 = between (r, 420, 480);

  s->spacing_hz = 0.9 * 0.24 * f0;
  for (int i = 0; i < 12; i++) {
    TestPartial *p = add (s, 0.2, 2.9, f0 * ratios[i], 0.15 / (1 + 0.3 * i));
    p->release_s = 0.02;
    p->decay_per_s = 1.5 + 0.5 * i + between (r, 0, 1);
    p->phase_turns = between (r, 0, 1);
  }
}

static void
fill_plucks (TestSignal *s, GRand *r)
{
  s->spacing_hz = 0.9 * 150;
  for (int i = 0; i < 24; i++) {
    double       f = 250 + 160 * (i * 7 % 24) + between (r, 0, 8);
    double       start = floor ((0.15 + 0.1 * i) * s->rate_hz) / s->rate_hz;
    TestPartial *p = add (s, start, fmin (start + between (r, 0.6, 1), 2.95), f, 0.1);
    p->release_s = 0.02;
    p->decay_per_s = between (r, 3, 8);
    p->phase_turns = between (r, 0, 1);
  }
}

static void
fill_noisy (TestSignal *s, GRand *r, double snr_db)
{
  double power = 0;

  s->spacing_hz = 0.9 * 150;
  for (int i = 0; i < 15; i++) {
    TestPartial *p = add (
        s, 0.2, 2.8, 250 + 300 * i + between (r, 0, 140), 0.05 * between (r, 0.5, 1));
    p->attack_s = p->release_s = 0.02;
    p->phase_turns = between (r, 0, 1);
    power += p->amplitude * p->amplitude / 2;
  }
  s->noise_rms = sqrt (power * pow (10, -snr_db / 10));
}

TestSignal *
test_signal_new (TestSignalKind kind, uint32_t seed)
{
  TestSignal *s = g_new0 (TestSignal, 1);
  GRand      *r = g_rand_new_with_seed (seed);

  s->rate_hz = 44100;
  s->duration_s = 3;
  s->seed = seed;
  switch (kind) {
  case TEST_SIGNAL_STEADY:
    fill_steady (s, r);
    break;
  case TEST_SIGNAL_VIBRATO:
    fill_vibrato (s, r, 30, 0.006);
    break;
  case TEST_SIGNAL_WIDE_VIBRATO:
    fill_vibrato (s, r, 20, 0.02);
    break;
  case TEST_SIGNAL_CHIRPS:
    fill_chirps (s, r);
    break;
  case TEST_SIGNAL_PAIRS:
    fill_pairs (s, r);
    break;
  case TEST_SIGNAL_TREMOLO:
    fill_tremolo (s, r);
    break;
  case TEST_SIGNAL_BELL:
    fill_bell (s, r);
    break;
  case TEST_SIGNAL_PLUCKS:
    fill_plucks (s, r);
    break;
  case TEST_SIGNAL_NOISY:
    fill_noisy (s, r, 20);
    break;
  case TEST_SIGNAL_NOISIER:
    fill_noisy (s, r, 10);
    break;
  case TEST_SIGNAL_IMPULSES:
    s->spacing_hz = 100;
    s->has_impulses = true;
    break;
  }
  g_rand_free (r);
  return s;
}

void
test_signal_free (TestSignal *signal)
{
  g_free (signal->partials);
  g_free (signal);
}

static double
vibrato_angle (const TestPartial *p, double t)
{
  return 2 * G_PI * (p->vibrato_hz * t + p->vibrato_turns);
}

double
test_partial_frequency_hz (const TestPartial *partial, double time_s)
{
  const TestPartial *p = partial;
  double             t = time_s - p->start_s;

  return p->frequency_hz * (1 + p->vibrato_depth * sin (vibrato_angle (p, t))) +
         p->chirp_hz_per_s * t;
}

double
test_partial_phase_turns (const TestPartial *partial, double time_s)
{
  const TestPartial *p = partial;
  double             t = time_s - p->start_s;
  double phase = p->phase_turns + t * (p->frequency_hz + p->chirp_hz_per_s * t / 2);

  if (p->vibrato_hz > 0)
    phase -= p->frequency_hz * p->vibrato_depth *
             (cos (vibrato_angle (p, t)) - cos (vibrato_angle (p, 0))) /
             (2 * G_PI * p->vibrato_hz);
  return phase;
}

double
test_partial_amplitude (const TestPartial *partial, double time_s)
{
  const TestPartial *p = partial;
  double             t = time_s - p->start_s, left = p->end_s - time_s;

  if (t < 0 || left < 0)
    return 0;
  double a = p->amplitude * exp (-p->decay_per_s * t);
  a *= 1 + p->tremolo_depth * sin (2 * G_PI * (p->tremolo_hz * t + p->tremolo_turns));
  if (t < p->attack_s)
    a *= t / p->attack_s;
  if (left < p->release_s)
    a *= left / p->release_s;
  return a;
}

static void
add_partial (const TestSignal *signal, const TestPartial *p, double *x, int64_t n)
{
  int64_t first = (int64_t)ceil (p->start_s * signal->rate_hz - 1e-6);
  int64_t end = MIN (n, (int64_t)ceil (p->end_s * signal->rate_hz));

  for (int64_t i = first; i < end; i++) {
    double t = fmax (p->start_s, (double)i / signal->rate_hz);
    x[i] += test_partial_amplitude (p, t) *
            cos (2 * G_PI * fmod (test_partial_phase_turns (p, t), 1.0));
  }
}

/* Standard normal by the polar method of Marsaglia. */
static double
normal (GRand *r)
{
  double u, v, s;

  do {
    u = between (r, -1, 1);
    v = between (r, -1, 1);
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  return u * sqrt (-2 * log (s) / s);
}

TsrSignal *
test_signal_render (const TestSignal *signal, bool in_16_bits)
{
  int64_t    n = (int64_t)(signal->duration_s * signal->rate_hz);
  TsrSignal *sound = tsr_signal_new (signal->rate_hz, 1, n);
  float     *out = tsr_signal_channel_writable (sound, 0);
  double    *x = g_new0 (double, n);
  GRand     *r = g_rand_new_with_seed (signal->seed + 1);

  for (size_t i = 0; i < signal->n_partials; i++)
    add_partial (signal, &signal->partials[i], x, n);
  for (int64_t i = 0; i < n; i++) {
    if (signal->noise_rms > 0)
      x[i] += signal->noise_rms * normal (r);
    if (signal->has_impulses && i % 11025 == 5000)
      x[i] += 0.5;
    out[i] = (float)(in_16_bits ? rint (x[i] * 32768) / 32768 : x[i]);
  }
  g_rand_free (r);
  g_free (x);
  return sound;
}
