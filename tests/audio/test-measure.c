/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rate conversion, loudness and tempo against signals that are known.
 */
#include <math.h>

#include "audio/part-loudness.h"
#include "audio/sound-file.h"
#include "tests/support/programs.h"

static TsrSignal *
sine (double rate_hz, double frequency_hz, double gain, gint64 n_frames)
{
  TsrSignal *signal = tsr_signal_new (rate_hz, 2, n_frames);
  for (unsigned c = 0; c < 2; c++) {
    float *to = tsr_signal_channel_writable (signal, c);
    for (gint64 i = 0; i < n_frames; i++)
      to[i] = (float)(gain * sin (2 * M_PI * frequency_hz * (double)i / rate_hz));
  }
  return signal;
}

static void
test_resample (void)
{
  const double rates_hz[][2] = {
      {44100, 48000}, {48000, 44100}, {192000, 44100}, {8000, 768000}, {44100, 44100}};
  for (gsize k = 0; k < G_N_ELEMENTS (rates_hz); k++) {
    gint64     n = (gint64)rates_hz[k][0];
    TsrSignal *from = sine (rates_hz[k][0], 997, 0.5, n);
    TsrSignal *to = tsr_resample (from, rates_hz[k][1], NULL, NULL);
    gint64     n_to = tsr_signal_n_frames (to);
    double     worst = 0;
    g_assert_cmpint (n_to, ==, (gint64)rates_hz[k][1]);
    for (gint64 i = n_to / 10; i < n_to * 9 / 10; i++)
      worst = MAX (worst,
                   fabs ((double)tsr_signal_channel (to, 1)[i] -
                         0.5 * sin (2 * M_PI * 997 * (double)i / rates_hz[k][1])));
    g_test_message ("%.0f -> %.0f Hz: worst error %.1f dB",
                    rates_hz[k][0],
                    rates_hz[k][1],
                    20 * log10 (worst));
    g_assert_cmpfloat (worst, <, 1e-5);
    tsr_signal_unref (from);
    tsr_signal_unref (to);
  }
}

/* EBU Tech 3341: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS. */
static void
test_loudness (void)
{
  TsrSignal *signal = sine (48000, 1000, pow (10, -23 / 20.0), 48000 * 5);
  double     peak_dbfs, loudness_lufs;
  tsr_loudness_measure (signal, &peak_dbfs, &loudness_lufs);
  g_assert_cmpfloat_with_epsilon (peak_dbfs, -23, 0.01);
  g_assert_cmpfloat_with_epsilon (loudness_lufs, -23, 0.1);
  tsr_signal_unref (signal);
}

static void
test_tempo (void)
{
  TsrSignal *signal = tsr_signal_new (44100, 1, 44100 * 10);
  float     *to = tsr_signal_channel_writable (signal, 0);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  for (int beat = 0; beat < 20; beat++)
    for (int i = 0; i < 4000; i++)
      to[beat * 22050 + i] =
          (float)(g_rand_double_range (rand, -0.8, 0.8) * exp (-i / 600.0));
  g_assert_cmpfloat_with_epsilon (tsr_tempo_estimate (signal), 120, 1.5);
  tsr_signal_unref (signal);
  signal = sine (44100, 440, 0.3, 44100 * 5);
  g_assert_true (isnan (tsr_tempo_estimate (signal)));
  tsr_signal_unref (signal);
}

/* Power from breakpoints agrees with that of the samples they make, and both with
 * libebur128. */
static void
test_parts (void)
{
  TsrPartialSet     *set = tsr_test_partials (30, 90, 4, 1, 0.8, 0.01);
  g_autofree double *rendered = tsr_test_reference (set, 0, 0, 4 * 48000, NULL);
  TsrSignal         *signal = tsr_signal_new (48000, 1, 4 * 48000);
  TsrPowerSteps      from_partials, from_signal;
  double             peak_dbfs, loudness_lufs;
  for (int i = 0; i < 4 * 48000; i++)
    tsr_signal_channel_writable (signal, 0)[i] = (float)rendered[i];
  tsr_power_steps_init (&from_partials, 4);
  tsr_power_steps_init (&from_signal, 4);
  TsrPartialPowers *powers = tsr_partial_powers_new (set);
  tsr_power_steps_add_partials (&from_partials, powers, NULL, 0);
  tsr_partial_powers_unref (powers);
  tsr_power_steps_add_signal (&from_signal, signal);
  tsr_loudness_measure (signal, &peak_dbfs, &loudness_lufs);
  g_test_message ("%.3f from partials, %.3f from samples, %.3f LUFS by libebur128",
                  tsr_power_steps_loudness (&from_partials),
                  tsr_power_steps_loudness (&from_signal),
                  loudness_lufs);
  g_assert_cmpfloat_with_epsilon (
      tsr_power_steps_loudness (&from_signal), loudness_lufs, 0.1);
  g_assert_cmpfloat_with_epsilon (
      tsr_power_steps_loudness (&from_partials), loudness_lufs, 0.2);
  tsr_power_steps_clear (&from_partials);
  tsr_power_steps_clear (&from_signal);
  tsr_signal_unref (signal);
  tsr_partial_set_unref (set);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/resample", test_resample);
  g_test_add_func ("/audio/loudness", test_loudness);
  g_test_add_func ("/audio/tempo", test_tempo);
  g_test_add_func ("/audio/part-loudness", test_parts);
  return g_test_run ();
}
