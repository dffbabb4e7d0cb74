/* SPDX-License-Identifier: GPL-3.0-or-later
 * A drum loop stretched to twice its length with transients kept: attacks lie where they
 * should to 2 ms and have their level to 1 dB.
 */
#include <math.h>
#include <stdlib.h>

#include "app/analysis-task.h"
#include "app/render-task.h"
#include "app/source-file.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/attack.h"
#include "model/operation.h"

#define LEVEL_S 0.020 /* over which the level of an attack is measured */
#define MOST_OFF_S 0.002
#define MOST_OFF_DB 1.0

static double
level_db (const TsrSignal *signal, double time_s)
{
  double       rate_hz = tsr_signal_rate_hz (signal), sum = 0;
  gint64       from = (gint64)((time_s - 0.001) * rate_hz);
  gint64       n = (gint64)(LEVEL_S * rate_hz);
  const float *x = tsr_signal_channel (signal, 0);

  for (gint64 i = MAX (from, 0); i < from + n && i < tsr_signal_n_frames (signal); i++)
    sum += (double)x[i] * (double)x[i];
  return 10 * log10 (sum / (double)n + 1e-12);
}

static TsrSignal *
render (TsrSoundState *state, TsrPartialSet *analysed, TsrSignal *source)
{
  TsrRenderSubject subject = {.state = state,
                              .analysed = analysed,
                              .source = source,
                              .n_channels = 1,
                              .rate_hz = tsr_signal_rate_hz (source),
                              .bits = 16};
  TsrRenderChoice  choice = {.part = TSR_PART_ALL};
  TsrWorkerJob     job;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  TsrSignal *signal = tsr_render_to_signal (&subject, &choice, &job, NULL);
  g_assert_nonnull (signal);
  return signal;
}

static TsrSignal *
stretched (const char *text, TsrSoundState *state, TsrSignal *source)
{
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);
  g_autoptr (GError) error = NULL;
  TsrPartialSet *set = tsr_sound_state_fields (state)->partials;
  gint64         next_id = tsr_partial_set_max_id (set) + 1;

  tsr_operation_find_onsets (operation, state, source);
  g_autoptr (TsrSoundState) after =
      tsr_operation_apply (operation, state, NULL, &next_id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_fields (after)->duration_s,
                                  2 * tsr_sound_state_fields (state)->duration_s,
                                  1e-9);
  return render (after, set, source);
}

/* Where, within 25 ms of a time, the first difference rises to a quarter of its peak. */
static double
rise_s (const TsrSignal *signal, double time_s)
{
  double       rate_hz = tsr_signal_rate_hz (signal);
  gint64       from = (gint64)((time_s - 0.025) * rate_hz);
  gint64       end = (gint64)((time_s + 0.010) * rate_hz);
  const float *x = tsr_signal_channel (signal, 0);
  double       peak = 0;

  from = MAX (from, 1);
  for (gint64 i = from; i < end; i++)
    peak = fmax (peak, fabs ((double)x[i] - 0.95 * (double)x[i - 1]));
  for (gint64 i = from; i < end; i++)
    if (fabs ((double)x[i] - 0.95 * (double)x[i - 1]) >= 0.25 * peak)
      return (double)i / rate_hz;
  return time_s;
}

static void
test_drums (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "drums.flac", NULL);
  TsrSourceFile    file;
  TsrWorkerJob     job;
  TsrAnalysisParams params;
  TsrAnalysisResult result;
  double           *before_s;
  gsize             n_before;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  tsr_analysis_params_init (&params);
  g_assert_true (tsr_source_file_open (&file, path, &job.job, NULL));
  g_assert_true (tsr_analysis_run (file.signal, &params, 1, FALSE, &job, &result, NULL));
  g_autoptr (TsrSignal) kept =
      stretched ("stretch 2 keep transients", result.state, file.signal);
  g_assert_true (tsr_attacks_find (file.signal, &before_s, &n_before));
  g_assert_cmpuint (n_before, >=, 6);
  for (gsize i = 0; i < n_before; i++) {
    double off_s = rise_s (kept, 2 * before_s[i]) - 2 * before_s[i] -
                   (rise_s (file.signal, before_s[i]) - before_s[i]);
    double db = level_db (kept, 2 * before_s[i]) - level_db (file.signal, before_s[i]);
    g_test_message (
        "attack at %.4f s: %+.2f ms, %+.2f dB", before_s[i], 1000 * off_s, db);
    g_assert_cmpfloat (fabs (off_s), <=, MOST_OFF_S);
    g_assert_cmpfloat (fabs (db), <=, MOST_OFF_DB);
  }
  free (before_s);
  tsr_analysis_result_clear (&result);
  tsr_source_file_clear (&file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/stretch/drums", test_drums);
  return g_test_run ();
}
