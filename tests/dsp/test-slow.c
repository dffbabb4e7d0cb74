/* SPDX-License-Identifier: GPL-3.0-or-later
 * Offsets that come and go with a sound become partials of 0 Hz; nothing else does.
 */
#include "model/dsp/partials/slow.h"

#include "tests/dsp/analysed.h"

#include <glib.h>
#include <math.h>

enum { RATE = 44100, N = 3 * RATE };

/* A tone, an offset under a slow envelope and a constant one. */
static float
sample (int64_t i, double moving, double constant)
{
  double t_s = (double)i / RATE;
  double envelope = t_s < 0.5 || t_s > 2.5 ? 0 : pow (sin (G_PI * (t_s - 0.5) / 2), 2);

  return (float)(0.3 * envelope * sin (2 * G_PI * 440 * t_s) + moving * envelope +
                 constant);
}

static TsrSignal *
make_sound (double moving, double constant)
{
  TsrSignal *sound = tsr_signal_new (RATE, 1, N);

  for (int64_t i = 0; i < N; i++)
    tsr_signal_channel_writable (sound, 0)[i] = sample (i, moving, constant);
  return sound;
}

static TsrSlow *
measure (const TsrSignal *sound, int64_t piece)
{
  TsrSlow *slow = tsr_slow_new (RATE, N);

  for (int64_t i = 0; i < N; i += piece)
    tsr_slow_add (slow, tsr_signal_channel (sound, 0) + i, MIN (piece, N - i));
  g_assert_true (tsr_slow_finish (slow));
  return slow;
}

static void
test_moves (void)
{
  static const struct {
    double moving, constant;
    bool   moves;
  } cases[] = {{0, 0, false},
               {0, 0.1, false},
               {0.02, 0, true},
               {-0.02, 0, true},
               {0.0002, 0, false}};

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    TsrSignal *sound = make_sound (cases[i].moving, cases[i].constant);
    TsrSlow   *slow = measure (sound, 1000 + (int64_t)i);
    double     level = cases[i].moving + cases[i].constant;
    bool       is_short;
    g_assert_cmpint (tsr_slow_moves (slow), ==, cases[i].moves);
    if (cases[i].moves)
      g_assert_cmpfloat_with_epsilon (
          tsr_slow_at (slow, N / 2), level, 0.01 * fabs (level));
    TsrPartial *partial = tsr_slow_take (slow, 0, 1, &is_short);
    g_assert_cmpint (partial != NULL, ==, cases[i].moves);
    g_assert_false (is_short);
    if (partial != NULL) {
      g_assert_cmpfloat (tsr_partial_summary (partial)->high_hz, ==, 0);
      g_assert_cmpfloat (tsr_partial_summary (partial)->start_s, >=, 1);
      g_assert_cmpfloat (tsr_partial_summary (partial)->end_s, <=, 1 + (double)N / RATE);
      g_assert_null (tsr_slow_take (slow, 0, 1, &is_short));
    }
    tsr_partial_unref (partial);
    tsr_slow_free (slow);
    tsr_signal_unref (sound);
  }
}

/* Nor clicks of one sign, nor the step with which a low tone begins. */
static void
test_others (void)
{
  TsrSignal *clicks = tsr_signal_new (RATE, 1, N), *low = tsr_signal_new (RATE, 1, N);

  for (int64_t i = 0; i < N; i += RATE / 4)
    tsr_signal_channel_writable (clicks, 0)[i] = 0.9f;
  for (int64_t i = RATE; i < N; i++)
    tsr_signal_channel_writable (low, 0)[i] =
        (float)(sin (2 * G_PI * 41 * (double)(i - RATE) / RATE) *
                exp (-2 * (double)(i - RATE) / RATE));
  TsrSlow *of_clicks = measure (clicks, N), *of_low = measure (low, N);
  g_assert_false (tsr_slow_moves (of_clicks));
  g_assert_false (tsr_slow_moves (of_low));
  tsr_slow_free (of_clicks);
  tsr_slow_free (of_low);
  tsr_signal_unref (clicks);
  tsr_signal_unref (low);
}

static double
snr_of_partials (const TsrSignal *sound, double low_hz, gsize *n)
{
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 400;
  params.low_hz = low_hz;
  return analysed_snr_db (sound, &params, n);
}

/* Partials with the offset's explain the sound; where a range was asked for, it is not
 * among them. */
static void
test_analysis (void)
{
  TsrSignal *sound = make_sound (-0.02, 0);
  gsize      n;

  g_assert_cmpfloat (snr_of_partials (sound, 20, &n), >, 55);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (snr_of_partials (sound, 200, &n), <, 30);
  g_assert_cmpuint (n, ==, 1);
  tsr_signal_unref (sound);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slow/moves", test_moves);
  g_test_add_func ("/slow/others", test_others);
  g_test_add_func ("/slow/analysis", test_analysis);
  return g_test_run ();
}
