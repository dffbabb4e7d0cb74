/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies under the tones of a struck sound: dense modes become partials where the
 * sound dies away and tones carry it; noise that stays, or is alone, does not.
 */
#include "model/dsp/partials/bed.h"
#include "tests/dsp/analysed.h"

#include <glib.h>
#include <math.h>

#define LOUD_DB (-30.0)

enum { RATE = 22050, N = 2 * RATE, FIRST = RATE / 20 };

/* Three tones in noise, whose amplitudes fall by `fall` neper a second, from 50 ms on. */
static TsrSignal *
make_sound (double tone, double noise, double fall)
{
  static const double frequencies_hz[] = {523, 1414, 2756};
  TsrSignal          *sound = tsr_signal_new (RATE, 1, N);
  GRand              *random = g_rand_new_with_seed (11);
  double              low = 0;

  for (int64_t i = FIRST; i < N; i++) {
    double t_s = (double)(i - FIRST) / RATE, x = 0;
    low += 0.3 * (g_rand_double_range (random, -1, 1) - low);
    for (gsize k = 0; k < G_N_ELEMENTS (frequencies_hz); k++)
      x += tone * sin (2 * G_PI * frequencies_hz[k] * t_s);
    tsr_signal_channel_writable (sound, 0)[i] =
        (float)(exp (-fall * t_s) * (x + noise * low));
  }
  g_rand_free (random);
  return sound;
}

typedef struct {
  double snr_db;
  gsize  n_partials, n_breakpoints;
} Figures;

static Figures
analyse (const TsrSignal *sound, TsrNoisiness noisiness, bool is_rough)
{
  TsrAnalysisParams params;
  Figures           f;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 100;
  params.noisiness = noisiness;
  params.is_rough = is_rough;
  TsrPartialSet *set = analysed (sound, &params);
  tsr_residual_measure (sound, set, NULL, NULL, &f.snr_db);
  f.n_partials = tsr_partial_set_size (set);
  f.n_breakpoints = tsr_partial_set_n_breakpoints (set);
  tsr_partial_set_unref (set);
  return f;
}

static void
test_struck (void)
{
  TsrSignal *sound = make_sound (0.1, 0.5, 4);
  Figures    tones = analyse (sound, TSR_NOISINESS_NORMAL, true);
  Figures    all = analyse (sound, TSR_NOISINESS_NORMAL, false);
  Figures    clean = analyse (sound, TSR_NOISINESS_CLEAN, false);

  g_test_message ("%zu partials: %.1f dB; %zu (%zu breakpoints): %.1f dB",
                  tones.n_partials,
                  tones.snr_db,
                  all.n_partials,
                  all.n_breakpoints,
                  all.snr_db);
  g_assert_true (tsr_bed_may_be (sound, 0));
  g_assert_cmpfloat (all.snr_db, >, tones.snr_db + 6);
  g_assert_cmpuint (all.n_breakpoints, <, 25000);
  g_assert_cmpuint (clean.n_partials, <=, 6);
  tsr_signal_unref (sound);
}

/* What was not asked for is not found in what lies under it. */
static void
test_floor (void)
{
  TsrSignal        *sound = make_sound (0.1, 0.5, 4);
  TsrAnalysisParams params;
  gsize             n_quiet = 0;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 100;
  params.floor_db = LOUD_DB;
  TsrPartialSet *set = analysed (sound, &params);
  gsize          n = tsr_partial_set_size (set);
  for (gsize i = 0; i < n; i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    n_quiet += 20 * log10 (tsr_partial_summary (partial)->peak_amplitude) < LOUD_DB - 6;
  }
  g_test_message ("%zu partials, %zu of them quiet", n, n_quiet);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n_quiet, ==, 0);
  tsr_partial_set_unref (set);
  tsr_signal_unref (sound);
}

/* Noise that stays; tones alone; noise alone; a stroke. */
static void
test_nothing_there (void)
{
  static const struct {
    double tone, noise, fall;
    bool   may_be;
  } rows[] = {{0.1, 0.5, 0.5, false},
              {0.1, 0, 4, true},
              {0, 0.5, 4, true},
              {0.1, 0.5, 100, false}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    TsrSignal *sound = make_sound (rows[i].tone, rows[i].noise, rows[i].fall);
    Figures    tones = analyse (sound, TSR_NOISINESS_NORMAL, true);
    Figures    all = analyse (sound, TSR_NOISINESS_NORMAL, false);
    g_assert_cmpint (tsr_bed_may_be (sound, 0), ==, rows[i].may_be);
    g_assert_cmpuint (all.n_partials, ==, tones.n_partials);
    tsr_signal_unref (sound);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bed/struck", test_struck);
  g_test_add_func ("/bed/floor", test_floor);
  g_test_add_func ("/bed/nothing-there", test_nothing_there);
  return g_test_run ();
}
