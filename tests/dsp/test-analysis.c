/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole analysis: awkward sounds.
 */
#include "model/dsp/partials/analysis.h"

#include <glib.h>
#include <math.h>

typedef struct {
  size_t n;
  double lowest_hz, highest_hz;
} Seen;

static TsrStatus
look (void *user, TsrPartial *partial)
{
  Seen                    *seen = user;
  const TsrPartialSummary *summary = tsr_partial_summary (partial);

  seen->n++;
  seen->lowest_hz = fmin (seen->lowest_hz, summary->low_hz);
  seen->highest_hz = fmax (seen->highest_hz, summary->high_hz);
  tsr_partial_unref (partial);
  return TSR_STATUS_OK;
}

static Seen
analyse (TsrSignal *signal, double spacing_hz)
{
  Seen              seen = {.lowest_hz = INFINITY};
  TsrAnalysisParams params;
  TsrAnalysisCounts counts;

  tsr_analysis_params_init (&params);
  params.spacing_hz = spacing_hz;
  g_assert_cmpint (
      tsr_analyse (signal, 0, &params, NULL, look, &seen, &counts), ==, TSR_STATUS_OK);
  g_assert_cmpuint (counts.n_partials, ==, seen.n);
  return seen;
}

static TsrSignal *
sine (double rate_hz, int64_t n, double frequency_hz, double amplitude, double offset)
{
  TsrSignal *signal = tsr_signal_new (rate_hz, 1, n);
  float     *x = tsr_signal_channel_writable (signal, 0);

  for (int64_t i = 0; i < n; i++)
    x[i] =
        (float)(offset + amplitude * sin (2 * G_PI * frequency_hz * (double)i / rate_hz));
  return signal;
}

static void
test_one_sine (void)
{
  static const double rates[] = {8000, 44100, 192000};

  for (size_t i = 0; i < G_N_ELEMENTS (rates); i++) {
    TsrSignal *signal =
        sine (rates[i], (int64_t)rates[i] / 2, 1003.7, 0.5, i == 1 ? 0.2 : 0);
    Seen seen = analyse (signal, 100);
    g_assert_cmpuint (seen.n, ==, 1);
    g_assert_cmpfloat_with_epsilon (seen.lowest_hz, 1003.7, 0.1);
    g_assert_cmpfloat_with_epsilon (seen.highest_hz, 1003.7, 0.1);
    tsr_signal_unref (signal);
  }
}

static void
test_nothing_to_find (void)
{
  static const int64_t lengths[] = {0, 1, 2, 100, 44100};

  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
    TsrSignal *silence = sine (44100, lengths[i], 0, 0, 0);
    TsrSignal *constant = sine (44100, lengths[i], 0, 0, 0.7);
    g_assert_cmpuint (analyse (silence, 100).n, ==, 0);
    g_assert_cmpuint (analyse (constant, 100).n, ==, 0);
    tsr_signal_unref (silence);
    tsr_signal_unref (constant);
  }
}

static void
test_full_scale_square (void)
{
  TsrSignal *signal = tsr_signal_new (44100, 1, 44100);
  float     *x = tsr_signal_channel_writable (signal, 0);

  for (int i = 0; i < 44100; i++)
    x[i] = i / 50 % 2 ? 1 : -1; /* 441 Hz and its 25 odd harmonics below 22050 */
  Seen seen = analyse (signal, 400);
  g_assert_cmpuint (seen.n, >=, 24);
  g_assert_cmpuint (seen.n, <=, 26);
  g_assert_cmpfloat_with_epsilon (seen.lowest_hz, 441, 1.0);
  tsr_signal_unref (signal);
}

static void
test_extreme_spacings (void)
{
  static const double spacings[] = {0.5, 5, 2000, 40000, 1e6};

  for (size_t i = 0; i < G_N_ELEMENTS (spacings); i++) {
    TsrSignal *signal = sine (44100, 20000, 3000, 1, 0);
    analyse (signal, spacings[i]);
    tsr_signal_unref (signal);
  }
}

static void
test_refuses_bad_parameters (void)
{
  TsrSignal        *signal = sine (44100, 100, 3000, 1, 0);
  Seen              seen = {0};
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  g_assert_cmpint (tsr_analyse (signal, 0, &params, NULL, look, &seen, NULL),
                   ==,
                   TSR_STATUS_INVALID_ARGUMENT);
  params.spacing_hz = NAN;
  g_assert_cmpint (tsr_analyse (signal, 0, &params, NULL, look, &seen, NULL),
                   ==,
                   TSR_STATUS_INVALID_ARGUMENT);
  params.spacing_hz = 100;
  g_assert_cmpint (tsr_analyse (signal, 1, &params, NULL, look, &seen, NULL),
                   ==,
                   TSR_STATUS_INVALID_ARGUMENT);
  tsr_signal_unref (signal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analysis/one-sine", test_one_sine);
  g_test_add_func ("/analysis/nothing-to-find", test_nothing_to_find);
  g_test_add_func ("/analysis/full-scale-square", test_full_scale_square);
  g_test_add_func ("/analysis/extreme-spacings", test_extreme_spacings);
  g_test_add_func ("/analysis/refuses-bad-parameters", test_refuses_bad_parameters);
  return g_test_run ();
}
