/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bursts at attacks of tones: the stroke of a mallet becomes short partials; tones alone,
 * and noise, get none.
 */
#include "tests/dsp/analysed.h"

#include <glib.h>
#include <math.h>

enum { RATE = 44100, N = RATE };

/* A decaying tone from 0.1 s on, with a stroke of 5 ms of noise around 1 kHz. */
static TsrSignal *
make_sound (double tone, double stroke)
{
  TsrSignal *sound = tsr_signal_new (RATE, 1, N);
  GRand     *random = g_rand_new_with_seed (7);
  double     low = 0, band = 0;

  for (int64_t i = RATE / 10; i < N; i++) {
    double t_s = (double)i / RATE - 0.1;
    double noise = g_rand_double_range (random, -1, 1);
    low += 0.14 * band; /* a resonance */
    band += 0.14 * (noise - low - 0.5 * band);
    tsr_signal_channel_writable (sound, 0)[i] =
        (float)(tone * exp (-5 * t_s) * sin (2 * G_PI * 440 * t_s) +
                stroke * exp (-t_s / 0.005) * band);
  }
  g_rand_free (random);
  return sound;
}

static double
snr_of_partials (const TsrSignal *sound, TsrNoisiness noisiness, bool is_rough, gsize *n)
{
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 400;
  params.noisiness = noisiness;
  params.is_rough = is_rough;
  return analysed_snr_db (sound, &params, n);
}

static void
test_stroke (void)
{
  TsrSignal *sound = make_sound (0.5, 0.5);
  gsize      n, n_rough, n_clean;
  double     rough_db = snr_of_partials (sound, TSR_NOISINESS_NORMAL, true, &n_rough);
  double     db = snr_of_partials (sound, TSR_NOISINESS_NORMAL, false, &n);

  snr_of_partials (sound, TSR_NOISINESS_CLEAN, false, &n_clean);
  g_test_message ("%zu partials: %.1f dB; %zu: %.1f dB", n_rough, rough_db, n, db);
  g_assert_cmpfloat (db, >, rough_db + 6);
  g_assert_cmpuint (n, >, n_rough);
  g_assert_cmpuint (n, <, n_rough + 60);
  g_assert_cmpuint (n_clean, ==, 1);
  tsr_signal_unref (sound);
}

static void
test_nothing_there (void)
{
  TsrSignal *tone = make_sound (0.5, 0), *noise = make_sound (0, 0.5);
  gsize      n, n_rough;

  snr_of_partials (tone, TSR_NOISINESS_NORMAL, false, &n);
  g_assert_cmpuint (n, ==, 1);
  snr_of_partials (noise, TSR_NOISINESS_NORMAL, true, &n_rough);
  snr_of_partials (noise, TSR_NOISINESS_NORMAL, false, &n);
  g_assert_cmpuint (n, ==, n_rough);
  tsr_signal_unref (tone);
  tsr_signal_unref (noise);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peel/stroke", test_stroke);
  g_test_add_func ("/peel/nothing-there", test_nothing_there);
  return g_test_run ();
}
