/* SPDX-License-Identifier: GPL-3.0-or-later
 * The analysis of a decoded sound: ids, any number of threads, progress, cancel.
 */
#include "app/analysis-task.h"

#include <math.h>

#include "model/dsp-types.h"

enum { RATE = 16000 };

static TsrSignal *
make_signal (guint n_channels, double duration_s)
{
  gint64     n = (gint64)(RATE * duration_s);
  TsrSignal *signal = tsr_signal_new (RATE, n_channels, n);

  for (guint c = 0; c < n_channels; c++) {
    float *x = tsr_signal_channel_writable (signal, c);
    for (gint64 i = 0; i < n; i++)
      for (int k = 1; k <= 3; k++)
        x[i] += (float)(0.2 / k * cos (2 * G_PI * 330 * k * (c + 1) * (double)i / RATE));
  }
  return signal;
}

static void
test_ids_and_channels (void)
{
  g_autoptr (TsrSignal) signal = make_signal (2, 1);
  TsrAnalysisParams params;
  TsrAnalysisResult result;
  TsrWorkerJob      job;
  gboolean          seen[2] = {FALSE, FALSE};

  tsr_analysis_params_init (&params);
  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  g_assert_true (tsr_analysis_run (signal, &params, 100, TRUE, &job, &result, NULL));
  TsrPartialSet *set = tsr_sound_state_fields (result.state)->partials;
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    g_assert_cmpint (tsr_partial_id (partial), ==, 100 + (gint64)i);
    seen[tsr_partial_channel (partial)] = TRUE;
  }
  g_assert_true (seen[0] && seen[1]);
  g_assert_cmpint (tsr_signal_n_frames (result.residual), ==, RATE);
  g_assert_cmpfloat (result.record.snr_db, >, 25);
  g_assert_cmpfloat (result.record.params.spacing_hz, >, 0);
  tsr_analysis_result_clear (&result);
}

static void
test_threads_do_not_matter (void)
{
  g_autoptr (TsrSignal) signal = make_signal (1, 2);
  TsrPartialSet *sets[2];

  for (guint i = 0; i < 2; i++) {
    TsrWorkerPool    *pool = tsr_worker_pool_new (i == 0 ? 1 : 4);
    TsrAnalysisParams params;
    TsrAnalysisResult result;
    TsrWorkerJob      job;
    tsr_analysis_params_init (&params);
    tsr_worker_job_init (&job, pool, NULL, NULL, NULL);
    g_assert_true (tsr_analysis_run (signal, &params, 1, FALSE, &job, &result, NULL));
    sets[i] = tsr_partial_set_ref (tsr_sound_state_fields (result.state)->partials);
    tsr_analysis_result_clear (&result);
    tsr_worker_pool_free (pool);
  }
  g_assert_cmpuint (tsr_partial_set_size (sets[0]), ==, tsr_partial_set_size (sets[1]));
  for (gsize k = 0; k < tsr_partial_set_size (sets[0]); k++)
    g_assert_true (tsr_partial_equal (tsr_partial_set_at (sets[0], k),
                                      tsr_partial_set_at (sets[1], k)));
  tsr_partial_set_unref (sets[0]);
  tsr_partial_set_unref (sets[1]);
}

typedef struct {
  GCancellable *cancellable; /* cancelled at the first progress; NULL: never */
  guint         n_progress;
  double        fraction; /* the latest */
} Progress;

static void
progress_cb (gpointer data, double fraction)
{
  Progress *progress = data;

  g_assert_cmpfloat (fraction, >=, progress->fraction);
  g_assert_cmpfloat (fraction, <=, 1);
  progress->fraction = fraction;
  progress->n_progress++;
  if (progress->cancellable != NULL)
    g_cancellable_cancel (progress->cancellable);
}

static gboolean
run_watched (Progress          *progress,
             double             duration_s,
             TsrAnalysisResult *result,
             GError           **error)
{
  g_autoptr (TsrSignal) signal = make_signal (1, duration_s);
  TsrWorkerPool    *pool = tsr_worker_pool_new (2);
  TsrAnalysisParams params;
  TsrWorkerJob      job;

  tsr_analysis_params_init (&params);
  tsr_worker_job_init (&job, pool, progress->cancellable, progress_cb, progress);
  gboolean done = tsr_analysis_run (signal, &params, 1, FALSE, &job, result, error);
  tsr_worker_pool_free (pool);
  return done;
}

static void
test_progress (void)
{
  Progress          progress = {0};
  TsrAnalysisResult result;
  GError           *error = NULL;

  g_assert_true (run_watched (&progress, 2, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (progress.n_progress, >, 0);
  g_assert_cmpfloat (progress.fraction, >, 0.5);
  g_assert_nonnull (result.state);
  tsr_analysis_result_clear (&result);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Progress          progress = {.cancellable = cancellable};
  TsrAnalysisResult result;
  GError           *error = NULL;

  g_assert_false (run_watched (&progress, 20, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (result.state);
  g_assert_null (result.residual);
  g_clear_error (&error);
}

static void
test_command (void)
{
  TsrAnalysisParams params;

  tsr_analysis_params_init (&params);
  params.spacing_hz = 118.25;
  params.noisiness = TSR_NOISINESS_CLEAN;
  params.high_hz = 8000;
  params.low_hz = 50;
  g_autofree char *command = tsr_analysis_command (&params);
  g_assert_cmpstr (
      command,
      ==,
      "analyze --spacing 118.25 --floor -90 --range 50:8000 --partials clean "
      "--noise residual");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/analysis/ids", test_ids_and_channels);
  g_test_add_func ("/app/analysis/threads", test_threads_do_not_matter);
  g_test_add_func ("/app/analysis/progress", test_progress);
  g_test_add_func ("/app/analysis/cancelled", test_cancelled);
  g_test_add_func ("/app/analysis/command", test_command);
  return g_test_run ();
}
