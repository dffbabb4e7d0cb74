/* SPDX-License-Identifier: GPL-3.0-or-later
 * Drum loops made longer with transients kept: attacks lie where they should
 * to 2 ms and have their level to 1 dB, in every channel.
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
level_db (const TsrSignal *signal, guint channel, double time_s)
{
  double       rate_hz = tsr_signal_rate_hz (signal), sum = 0;
  gint64       from = (gint64)((time_s - 0.001) * rate_hz);
  gint64       n = (gint64)(LEVEL_S * rate_hz);
  const float *x = tsr_signal_channel (signal, channel);

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
                              .n_channels = tsr_signal_n_channels (source),
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
stretched (double factor, TsrSoundState *state, TsrSignal *source)
{
  g_autofree char *text = g_strdup_printf ("stretch %g keep transients", factor);
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);
  g_autoptr (GError) error = NULL;
  TsrPartialSet *set = tsr_sound_state_fields (state)->partials;
  gint64         next_id = tsr_partial_set_max_id (set) + 1;

  tsr_operation_find_onsets (operation, state, source);
  g_autoptr (TsrSoundState) after =
      tsr_operation_apply (operation, state, NULL, &next_id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_fields (after)->duration_s,
                                  factor * tsr_sound_state_fields (state)->duration_s,
                                  1e-9);
  return render (after, set, source);
}

/* Where, within 25 ms of a time, the first difference rises to a quarter of its peak. */
static double
rise_s (const TsrSignal *signal, guint channel, double time_s)
{
  double       rate_hz = tsr_signal_rate_hz (signal);
  gint64       from = (gint64)((time_s - 0.025) * rate_hz);
  gint64       end = (gint64)((time_s + 0.010) * rate_hz);
  const float *x = tsr_signal_channel (signal, channel);
  double       peak = 0;

  from = MAX (from, 1);
  for (gint64 i = from; i < end; i++)
    peak = fmax (peak, fabs ((double)x[i] - 0.95 * (double)x[i - 1]));
  for (gint64 i = from; i < end; i++)
    if (fabs ((double)x[i] - 0.95 * (double)x[i - 1]) >= 0.25 * peak)
      return (double)i / rate_hz;
  return time_s;
}

/* Every attack of one stretch. */
static void
check_attacks (const TsrSignal *source,
               const TsrSignal *kept,
               double           factor,
               const double    *attacks_s,
               gsize            n)
{
  for (guint c = 0; c < tsr_signal_n_channels (source); c++)
    for (gsize i = 0; i < n; i++) {
      double here_s = attacks_s[i], there_s = factor * here_s;
      double off_s =
          rise_s (kept, c, there_s) - there_s - (rise_s (source, c, here_s) - here_s);
      double db = level_db (kept, c, there_s) - level_db (source, c, here_s);
      g_test_message ("times %g, channel %u, attack at %.4f s: %+.2f ms, %+.2f dB",
                      factor,
                      c,
                      here_s,
                      1000 * off_s,
                      db);
      g_assert_cmpfloat (fabs (off_s), <=, MOST_OFF_S);
      g_assert_cmpfloat (fabs (db), <=, MOST_OFF_DB);
    }
}

static void
check_loop (const char *path, const double *factors, gsize n_factors, gsize least_attacks)
{
  g_autofree char  *whole = g_test_build_filename (G_TEST_DIST, path, NULL);
  TsrSourceFile     file;
  TsrWorkerJob      job;
  TsrAnalysisParams params;
  TsrAnalysisResult result;
  double           *attacks_s;
  gsize             n;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  tsr_analysis_params_init (&params);
  g_assert_true (tsr_source_file_open (&file, whole, &job.job, NULL));
  g_assert_true (tsr_analysis_run (file.signal, &params, 1, FALSE, &job, &result, NULL));
  g_assert_true (tsr_attacks_find (file.signal, &attacks_s, &n));
  g_assert_cmpuint (n, >=, least_attacks);
  for (gsize i = 0; i < n_factors; i++) {
    g_autoptr (TsrSignal) kept = stretched (factors[i], result.state, file.signal);
    check_attacks (file.signal, kept, factors[i], attacks_s, n);
  }
  free (attacks_s);
  tsr_analysis_result_clear (&result);
  tsr_source_file_clear (&file);
}

static void
test_drums (void)
{
  const double factors[] = {2};

  check_loop ("data/drums.flac", factors, G_N_ELEMENTS (factors), 6);
}

static void
test_demo (void)
{
  const double factors[] = {2};

  check_loop ("../resources/demo/drum-loop.flac", factors, G_N_ELEMENTS (factors), 14);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/stretch/drums", test_drums);
  g_test_add_func ("/app/stretch/demo", test_demo);
  return g_test_run ();
}
