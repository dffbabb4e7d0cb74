/* SPDX-License-Identifier: GPL-3.0-or-later
 * Morphs of recordings: flute and trumpet half-way have the mean of both log-frequencies,
 * the residual of the result is the noise between both, weights may change, links by hand
 * hold.
 */
#include <math.h>

#include "app/analysis-task.h"
#include "app/morph-task.h"
#include "app/source-file.h"
#include "model/dsp-types.h"

typedef struct {
  TsrSourceFile     file;
  TsrAnalysisResult result;
} Recording;

static void
recording_init (Recording *r, const char *folder, const char *name)
{
  g_autofree char  *path = g_test_build_filename (G_TEST_DIST, folder, name, NULL);
  TsrAnalysisParams params;
  TsrWorkerJob      job;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  tsr_analysis_params_init (&params);
  g_assert_true (tsr_source_file_open (&r->file, path, &job.job, NULL));
  g_assert_true (
      tsr_analysis_run (r->file.signal, &params, 1, FALSE, &job, &r->result, NULL));
}

static void
recording_clear (Recording *r)
{
  tsr_analysis_result_clear (&r->result);
  tsr_source_file_clear (&r->file);
}

static void
add_subject (TsrMorphTask *task, Recording *r)
{
  task->subjects[task->n++] =
      (TsrRenderSubject){.state = tsr_sound_state_ref (r->result.state),
                         .source = tsr_signal_ref (r->file.signal),
                         .n_channels = r->file.info.n_channels,
                         .rate_hz = r->file.info.rate_hz,
                         .bits = 16};
}

static void
set_amounts (TsrMorphTask *task, const char *text)
{
  g_autoptr (GError) error = NULL;
  TsrMorphAmount *amounts[] = {
      &task->time, &task->frequency, &task->amplitude, &task->noise};

  for (gsize i = 0; i < G_N_ELEMENTS (amounts); i++) {
    tsr_morph_amount_clear (amounts[i]);
    g_assert_true (tsr_morph_amount_parse (amounts[i], task->n, text, &error));
  }
}

static double
rms_db (const TsrSignal *signal, double from_s, double to_s)
{
  double rate_hz = tsr_signal_rate_hz (signal), sum = 0;
  gint64 from = (gint64)(from_s * rate_hz), to = (gint64)(to_s * rate_hz);

  for (gint64 i = from; i < to; i++)
    sum += pow ((double)tsr_signal_channel (signal, 0)[i], 2);
  return 10 * log10 (sum / (double)(to - from) + 1e-20);
}

static double
hz_of (const TsrPartialSet *set, const TsrMorphVoice *voice, guint k, double time_s)
{
  for (gsize i = 0; i < voice->n_members[k]; i++) {
    TsrBreakpoint value;
    if (tsr_partial_at (tsr_partial_set_at (set, voice->members[k][i]), time_s, &value) &&
        tsr_breakpoint_amplitude (&value) > 0)
      return value.frequency_hz;
  }
  return 0;
}

static const TsrMorphVoice *
voice_of_label (const TsrMorphPlan *plan, int label)
{
  const TsrMorphVoices *voices = tsr_morph_plan_voices (plan);

  for (gsize i = 0; i < voices->n; i++)
    if (label > 0 && voices->items[i].label == label)
      return &voices->items[i];
  return NULL;
}

/* Largest distance from the geometric mean at the breakpoints of the result where a voice
 * sounds in both, in cents; *n of them, *mean the mean distance. */
static double
worst_cents (const TsrMorphPlan        *plan,
             const TsrPartialSet *const sets[2],
             const TsrPartialSet       *result,
             int                       *n,
             double                    *mean)
{
  double worst = 0, sum = 0;

  *n = 0;
  for (gsize p = 0; p < tsr_partial_set_size (result); p++) {
    const TsrPartial    *partial = tsr_partial_set_at (result, p);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    const TsrMorphVoice *voice = voice_of_label (plan, tsr_partial_label (partial));
    for (gsize i = 0; voice != NULL && i < tsr_partial_n_breakpoints (partial); i++) {
      double hz[2];
      for (guint k = 0; k < 2; k++)
        hz[k] = hz_of (sets[k],
                       voice,
                       k,
                       tsr_curve_at_extended (tsr_morph_plan_map (plan, k), b[i].time_s));
      if (!(hz[0] > 0 && hz[1] > 0) || (b[i].flags & TSR_BREAKPOINT_NULL) != 0)
        continue;
      double cents = 1200 * log2 (b[i].frequency_hz / sqrt (hz[0] * hz[1]));
      worst = fmax (worst, fabs (cents));
      sum += cents;
      ++*n;
    }
  }
  *mean = sum / *n;
  return worst;
}

static void
test_flute_and_trumpet (void)
{
  Recording flute, trumpet;
  g_auto (TsrMorphTask) task = {0};
  g_auto (TsrMorphResult) result = {0};
  g_autoptr (GError) error = NULL;
  TsrWorkerJob job;
  int          n;

  recording_init (&flute, "../resources/demo", "flute-g4.flac");
  recording_init (&trumpet, "data", "trumpet-c5.flac");
  add_subject (&task, &flute);
  add_subject (&task, &trumpet);
  set_amounts (&task, "0.5");
  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  g_assert_true (tsr_morph_task_run (&task, &job, &result, &error));
  g_assert_no_error (error);
  g_assert_true (result.is_harmonic);
  g_assert_cmpint (result.copies, ==, -1);
  g_assert_cmpuint (result.n_matched, >=, 8);

  g_autoptr (TsrMorphPlan) plan = tsr_morph_task_plan (&task, NULL);
  const TsrPartialSet *const sets[] = {
      tsr_sound_state_fields (flute.result.state)->partials,
      tsr_sound_state_fields (trumpet.result.state)->partials};
  double mean,
      cents = worst_cents (
          plan, sets, tsr_sound_state_fields (result.state)->partials, &n, &mean);
  g_test_message (
      "%.2g cents off the mean at worst, %.2g on average, %d places", cents, mean, n);
  g_assert_cmpint (n, >, 200);
  g_assert_cmpfloat (cents, <=, 1);

  /* The level lies between both; the recording is partials and noise. */
  double flute_db = rms_db (flute.file.signal, 0.4, 0.9);
  double trumpet_db = rms_db (trumpet.file.signal, 0.4, 0.9);
  double half_db = rms_db (result.recording, 0.4, 0.9);
  g_test_message (
      "flute %.1f dB, trumpet %.1f dB, half-way %.1f dB", flute_db, trumpet_db, half_db);
  g_assert_cmpfloat (half_db, >, fmin (flute_db, trumpet_db) - 4);
  g_assert_cmpfloat (half_db, <, fmax (flute_db, trumpet_db) + 1);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_fields (result.state)->duration_s,
                                  tsr_signal_duration_s (result.recording),
                                  1e-6);
  recording_clear (&flute);
  recording_clear (&trumpet);
}

/* A weight of 1 all the time is a copy; of 1 for a while it is that sound's frequencies.
 */
static void
test_pure (void)
{
  Recording flute, trumpet;
  g_auto (TsrMorphTask) task = {0};
  g_autoptr (GError) error = NULL;

  recording_init (&flute, "../resources/demo", "flute-g4.flac");
  recording_init (&trumpet, "data", "trumpet-c5.flac");
  add_subject (&task, &flute);
  add_subject (&task, &trumpet);
  set_amounts (&task, "1:0");
  g_autoptr (TsrMorphPlan) plan = tsr_morph_task_plan (&task, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tsr_morph_plan_copies (plan), ==, 0);
  set_amounts (&task, "0=1:0,0.5=1:0,1=0:1");
  g_assert_true (tsr_morph_plan_set_amounts (
      plan, &task.time, &task.frequency, &task.amplitude, &task.noise, &error));
  g_assert_cmpint (tsr_morph_plan_copies (plan), ==, -1);
  g_autoptr (TsrPartialSet) set = tsr_morph_plan_partials (plan, NULL, &error);
  g_assert_no_error (error);
  const TsrPartialSet  *flutes = tsr_sound_state_fields (flute.result.state)->partials;
  const TsrMorphVoices *voices = tsr_morph_plan_voices (plan);
  int                   n = 0;
  for (gsize i = 0; i < voices->n; i++)
    for (double t = 0.2; t < 0.4; t += 0.01) {
      const TsrMorphVoice *voice = &voices->items[i];
      double source_s = tsr_curve_at_extended (tsr_morph_plan_map (plan, 0), t);
      double hz = hz_of (flutes, voice, 0, source_s), nearest = INFINITY;
      for (gsize p = 0; p < tsr_partial_set_size (set); p++) {
        TsrBreakpoint value;
        if (tsr_partial_at (tsr_partial_set_at (set, p), t, &value))
          nearest = fmin (nearest, fabs (1200 * log2 (value.frequency_hz / hz)));
      }
      if (!(hz > 0) || voice->label < 1 || voice->label > 5)
        continue;
      g_assert_cmpfloat (nearest, <, 0.5);
      n++;
    }
  g_assert_cmpint (n, >, 50);
  recording_clear (&flute);
  recording_clear (&trumpet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/morph/flute-and-trumpet", test_flute_and_trumpet);
  g_test_add_func ("/app/morph/pure", test_pure);
  return g_test_run ();
}
