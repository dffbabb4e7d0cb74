/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole analysis: awkward sounds.
 */
#include "model/dsp/partials/analysis.h"

#include <glib.h>
#include <math.h>

#include "model/dsp/partials/synth.h"

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

/* Four workers that take the items from both ends in turns. */
static void
run_out_of_order (void *user, size_t n_items, TsrJobBody body, void *data)
{
  for (size_t i = 0; i < n_items; i++)
    body (data, i % 2 == 0 ? n_items - 1 - i / 2 : i / 2, i % 4);
}

static TsrStatus
keep (void *user, TsrPartial *partial)
{
  g_ptr_array_add (user, partial);
  return TSR_STATUS_OK;
}

static GPtrArray *
analyse_with (const TsrSignal *signal, const TsrJob *job)
{
  GPtrArray        *kept = g_ptr_array_new ();
  TsrAnalysisParams params;

  g_ptr_array_set_free_func (kept, (GDestroyNotify)tsr_partial_unref);
  tsr_analysis_params_init (&params);
  params.spacing_hz = 100;
  params.noisiness = TSR_NOISINESS_ALL;
  g_assert_cmpint (
      tsr_analyse (signal, 0, &params, job, keep, kept, NULL), ==, TSR_STATUS_OK);
  return kept;
}

static TsrSignal *
tones_in_noise (double duration_s)
{
  TsrSignal *signal = sine (44100, (int64_t)(44100 * duration_s), 700, 0.3, 0);
  float     *x = tsr_signal_channel_writable (signal, 0);
  GRand     *r = g_rand_new_with_seed (1);

  for (int64_t i = 0; i < tsr_signal_n_frames (signal); i++)
    x[i] += (float)(0.05 * g_rand_double_range (r, -1, 1));
  g_rand_free (r);
  return signal;
}

static void
test_any_number_of_threads (void)
{
  TsrSignal *signal = tones_in_noise (1.5);
  TsrJob     job = {.parallel_for = run_out_of_order, .n_workers = 4};
  GPtrArray *alone = analyse_with (signal, NULL), *many = analyse_with (signal, &job);

  g_assert_cmpuint (alone->len, >, 1);
  g_assert_cmpuint (alone->len, ==, many->len);
  for (guint i = 0; i < alone->len; i++)
    g_assert_true (tsr_partial_equal (alone->pdata[i], many->pdata[i]));
  g_ptr_array_unref (alone);
  g_ptr_array_unref (many);
  tsr_signal_unref (signal);
}

/* Says stop when it is asked for the fifth time. */
static bool
stop_soon (void *user)
{
  return ++*(int *)user >= 5;
}

static void
test_cancel (void)
{
  TsrSignal        *signal = tones_in_noise (1.5);
  Seen              seen = {0};
  int               n_asked = 0;
  TsrJob            job = {.cancelled = stop_soon, .user = &n_asked};
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 100;
  g_assert_cmpint (tsr_analyse (signal, 0, &params, &job, look, &seen, NULL),
                   ==,
                   TSR_STATUS_CANCELLED);
  g_assert_cmpint (n_asked, <, 30);
  tsr_signal_unref (signal);
}

/* A part of a sound gives partials inside that part, at the times of the whole. */
static void
test_part_of_a_sound (void)
{
  TsrSignal        *signal = sine (44100, 88200, 700, 0.3, 0);
  GPtrArray        *kept = g_ptr_array_new ();
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 100;
  params.start_s = 0.5;
  params.end_s = 1.5;
  g_assert_cmpint (
      tsr_analyse (signal, 0, &params, NULL, keep, kept, NULL), ==, TSR_STATUS_OK);
  g_assert_cmpuint (kept->len, ==, 1);
  const TsrPartialSummary *s = tsr_partial_summary (kept->pdata[0]);
  g_assert_cmpfloat_with_epsilon (s->start_s, 0.5, 0.001);
  g_assert_cmpfloat_with_epsilon (s->end_s, 1.5, 0.001);
  tsr_partial_unref (kept->pdata[0]);
  g_ptr_array_unref (kept);
  tsr_signal_unref (signal);
}

/* Fundamentals are found; a sound without one gets a width all the same. */
static void
test_spacing (void)
{
  TsrSignal         *signal = tsr_signal_new (44100, 2, 44100);
  float             *x = tsr_signal_channel_writable (signal, 1);
  TsrSpacingEstimate estimate;

  g_assert_cmpint (tsr_spacing_estimate (signal, NULL, &estimate), ==, TSR_STATUS_OK);
  g_assert_cmpfloat (estimate.spacing_hz, ==, 100);
  for (int i = 0; i < 44100; i++)
    for (int k = 1; k < 20; k++)
      x[i] += (float)(0.3 / k * cos (2 * G_PI * 196 * k * i / 44100.0 + k * k));
  g_assert_cmpint (tsr_spacing_estimate (signal, NULL, &estimate), ==, TSR_STATUS_OK);
  g_assert_cmpint (estimate.reason, ==, TSR_SPACING_FROM_FUNDAMENTAL);
  g_assert_cmpfloat_with_epsilon (estimate.fundamental_hz, 196, 0.5);
  g_assert_cmpfloat (estimate.spacing_hz, >=, 0.89 * 196);
  g_assert_cmpfloat (estimate.spacing_hz, <=, 1.41 * 196);
  tsr_signal_unref (signal);
}

/* A tone that does not end is handed out in pieces, which join without a trace. */
static void
test_endless_tone (void)
{
  enum { RATE = 8000, N = 12 * RATE };
  TsrSignal        *signal = sine (RATE, N, 1003.7, 0.5, 0);
  GPtrArray        *partials = g_ptr_array_new ();
  double           *y = g_new0 (double, N);
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 1000;
  g_assert_cmpint (
      tsr_analyse (signal, 0, &params, NULL, keep, partials, NULL), ==, TSR_STATUS_OK);
  g_assert_cmpuint (partials->len, ==, 3);
  for (guint i = 0; i < partials->len; i++) {
    TsrPartial *nameless = partials->pdata[i];
    partials->pdata[i] = tsr_partial_new_with_id (nameless, i + 1);
    tsr_partial_unref (nameless);
  }
  TsrPartialSet *set =
      tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
  for (guint i = 1; i < partials->len; i++)
    g_assert_cmpfloat (tsr_partial_summary (g_ptr_array_index (partials, i))->start_s,
                       ==,
                       tsr_partial_summary (g_ptr_array_index (partials, i - 1))->end_s);
  tsr_synth_render_range (set, 0, RATE, 0, N, NULL, y, NULL);
  for (int i = RATE; i < N - RATE; i++)
    g_assert_cmpfloat_with_epsilon (
        y[i], (double)tsr_signal_channel (signal, 0)[i], 0.5e-4);
  for (guint i = 0; i < partials->len; i++)
    tsr_partial_unref (g_ptr_array_index (partials, i));
  g_ptr_array_unref (partials);
  tsr_partial_set_unref (set);
  tsr_signal_unref (signal);
  g_free (y);
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
  g_test_add_func ("/analysis/any-number-of-threads", test_any_number_of_threads);
  g_test_add_func ("/analysis/cancel", test_cancel);
  g_test_add_func ("/analysis/part-of-a-sound", test_part_of_a_sound);
  g_test_add_func ("/analysis/spacing", test_spacing);
  g_test_add_func ("/analysis/endless-tone", test_endless_tone);
  return g_test_run ();
}
