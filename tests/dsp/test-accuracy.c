/* SPDX-License-Identifier: GPL-3.0-or-later
 * How exact the analysis is: signals with known partials, and the figures required.
 */
#include "model/dsp/partials/analysis.h"
#include "tests/support/score.h"

#include <glib.h>
#include <math.h>

typedef struct {
  TestSignalKind kind;
  double         snr_db; /* at least */
  double         frequency_median_cent, frequency_95_cent, amplitude_median_db;
  double         missed;
  double         n_false; /* at most, mean over the seeds */
  double         attack_ms;
} Row;

/* clang-format off */
/* What any such signal is promised. */
static const Row promised[] = {
  /*                          SNR    cent median  95 %     dB     missed  false  attack */
  {TEST_SIGNAL_STEADY,        45,    0.0002,      0.004,   0.004, 0.003,  0,     0.1},
  {TEST_SIGNAL_VIBRATO,       45,    0.02,        0.1,     0.02,  0.003,  0,     0.2},
  {TEST_SIGNAL_WIDE_VIBRATO,  36,    0.06,        0.3,     0.04,  0.004,  0,     0.2},
  {TEST_SIGNAL_CHIRPS,        48,    0.001,       0.005,   0.004, 0.003,  0,     0.1},
  {TEST_SIGNAL_PAIRS,         35,    0.002,       0.02,    0.02,  0.015,  1,     0.2},
  {TEST_SIGNAL_TREMOLO,       45,    0.002,       0.02,    0.02,  0.003,  0,     0.1},
  {TEST_SIGNAL_BELL,          40,    0.001,       0.01,    0.01,  0.004,  2,     0.1},
  {TEST_SIGNAL_PLUCKS,        30,    0.002,       0.05,    0.03,  0.015,  4,     0.1},
  {TEST_SIGNAL_NOISY,         18,    0.1,         1,       0.1,   0.003,  15,    5},
  {TEST_SIGNAL_NOISIER,       8,     0.3,         8,       0.3,   0.003,  15,    10},
};

/* What these very signals reached. */
static const Row rows[] = {
  /*                          SNR    cent median  95 %     dB     missed  false  attack */
  {TEST_SIGNAL_STEADY,        62,    0.0001,      0.002,   0.001, 0.003,  0,     0.05},
  {TEST_SIGNAL_VIBRATO,       61,    0.01,        0.05,    0.003, 0.003,  0,     0.1},
  {TEST_SIGNAL_WIDE_VIBRATO,  50,    0.035,       0.16,    0.005, 0.003,  0,     0.1},
  {TEST_SIGNAL_CHIRPS,        75,    0.0001,      0.0005,  0.001, 0.003,  0,     0.02},
  {TEST_SIGNAL_PAIRS,         55,    0.0001,      0.001,   0.001, 0.003,  0,     0.1},
  {TEST_SIGNAL_TREMOLO,       59,    0.001,       0.02,    0.002, 0.003,  0,     0.1},
  {TEST_SIGNAL_BELL,          65,    0.001,       0.01,    0.003, 0.004,  0,     0.02},
  {TEST_SIGNAL_PLUCKS,        43,    0.001,       0.05,    0.003, 0.01,   0,     0.02},
  {TEST_SIGNAL_NOISY,         19,    0.03,        0.3,     0.06,  0.003,  8,     2},
  {TEST_SIGNAL_NOISIER,       9.5,   0.1,         0.8,     0.2,   0.003,  8,     8},
};
/* clang-format on */

enum { N_SEEDS = 2, FIRST_SEED = 101 };

/* The last one is drawn anew for each release. */
static uint32_t
seed_number (uint32_t i)
{
  return i < N_SEEDS ? FIRST_SEED + i : g_str_hash (TSR_VERSION);
}

static TsrStatus
collect (void *user, TsrPartial *partial)
{
  GPtrArray *found = user;

  g_ptr_array_add (found, tsr_partial_new_with_id (partial, found->len + 1));
  tsr_partial_unref (partial);
  return TSR_STATUS_OK;
}

/* The truth is freed. */
static TestScore
analyse_and_score_truth (TestSignal *truth)
{
  TsrSignal        *sound = test_signal_render (truth, true);
  GPtrArray        *found = g_ptr_array_new ();
  TsrAnalysisParams params;

  g_ptr_array_set_free_func (found, (GDestroyNotify)tsr_partial_unref);
  tsr_analysis_params_init (&params);
  params.spacing_hz = truth->spacing_hz;
  g_assert_cmpint (
      tsr_analyse (sound, 0, &params, NULL, collect, found, NULL), ==, TSR_STATUS_OK);
  TsrPartialSet *set = tsr_partial_set_new ((TsrPartial **)found->pdata, found->len);
  TestScore      score = test_score (truth, sound, set, false);
  tsr_partial_set_unref (set);
  g_ptr_array_unref (found);
  tsr_signal_unref (sound);
  test_signal_free (truth);
  return score;
}

static TestScore
analyse_and_score (TestSignalKind kind, uint32_t seed)
{
  return analyse_and_score_truth (test_signal_new (kind, seed));
}

static void
test_row (const void *data)
{
  size_t index = GPOINTER_TO_SIZE (data);
  double n_false = 0;

  for (uint32_t i = 0; i <= N_SEEDS; i++) {
    const Row *row = i < N_SEEDS ? &rows[index] : &promised[index];
    TestScore  s = analyse_and_score (row->kind, seed_number (i));
    g_test_message ("%s: SNR %.1f dB; %.5f / %.4f cent; %.4f dB; missed %.2f %%; "
                    "%zu false; attacks %.3f ms",
                    test_signal_name (row->kind),
                    s.snr_db,
                    s.frequency_median_cent,
                    s.frequency_95_cent,
                    s.amplitude_median_db,
                    100 * s.missed,
                    s.n_false,
                    1e3 * s.attack_median_s);
    g_assert_cmpfloat (s.snr_db, >=, row->snr_db);
    g_assert_cmpfloat (s.frequency_median_cent, <=, row->frequency_median_cent);
    g_assert_cmpfloat (s.frequency_95_cent, <=, row->frequency_95_cent);
    g_assert_cmpfloat (s.amplitude_median_db, <=, row->amplitude_median_db);
    g_assert_cmpfloat (s.missed, <=, row->missed);
    g_assert_cmpfloat (1e3 * s.attack_median_s, <=, row->attack_ms);
    n_false += (double)s.n_false / (N_SEEDS + 1);
  }
  g_assert_cmpfloat (n_false, <=, rows[index].n_false);
}

/* Pairs that are 30 to 50 Hz apart, with a spacing that tells them apart: where they
 * begin is told less exactly, but what that leaves is no stroke. */
static void
test_near_pairs (void)
{
  for (uint32_t seed = 101; seed < 104; seed++) {
    TestSignal *truth = test_signal_new (TEST_SIGNAL_PAIRS, seed);
    double      least = INFINITY;
    for (size_t i = 0; i + 1 < truth->n_partials; i += 2) {
      TestPartial *pair = &truth->partials[i];
      double       distance = pair[1].frequency_hz - pair[0].frequency_hz;
      pair[1].frequency_hz = pair[0].frequency_hz + 0.6 * distance;
      least = fmin (least, 0.6 * distance);
    }
    truth->spacing_hz = 0.9 * least;
    TestScore s = analyse_and_score_truth (truth);
    g_test_message ("SNR %.1f dB, %zu false", s.snr_db, s.n_false);
    g_assert_cmpfloat (s.snr_db, >=, 35);
    g_assert_cmpuint (s.n_false, <=, 1);
  }
}

/* Impulses are no partials. */
static void
test_impulses (void)
{
  g_assert_cmpuint (analyse_and_score (TEST_SIGNAL_IMPULSES, 1).n_false, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *path = g_strdup_printf ("/accuracy/%s", test_signal_name (rows[i].kind));
    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
    g_free (path);
  }
  g_test_add_func ("/accuracy/near-pairs", test_near_pairs);
  g_test_add_func ("/accuracy/impulses", test_impulses);
  return g_test_run ();
}
