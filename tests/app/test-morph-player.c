/* SPDX-License-Identifier: GPL-3.0-or-later
 * The morph page heard: from the session's settings to the engine. What is heard is what
 * Make the Morph makes, weights are told at once, anchors and links follow in a moment.
 */
#include <math.h>
#include <string.h>

#include "app/analysis-task.h"
#include "app/gui/morph-player.h"
#include "app/morph-task.h"
#include "app/source-file.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/synth.h"

typedef struct {
  TsrSourceFile     files[2];
  TsrAnalysisResult results[2];
  TsrProject       *project;
  TsrSound         *sounds[2];
  TsrMorphSession  *morph;
  TsrEngine        *engine;
  TsrMorphPlayer   *player;
  guint             n_played, n_mixed;
  TsrMorphMix       mix;
} Fixture;

static void
played_cb (gpointer data, TsrProgram *program)
{
  Fixture *f = data;

  f->n_played++;
  tsr_engine_set_program (f->engine, program);
}

static void
mixed_cb (gpointer data, const TsrMorphMix *mix)
{
  Fixture *f = data;

  f->n_mixed++;
  f->mix = *mix;
  tsr_engine_set_mix (f->engine, mix);
}

static TsrSignal *
source_cb (gpointer data, TsrSound *sound)
{
  Fixture *f = data;

  return f->files[sound == f->sounds[1]].signal;
}

static TsrSound *
add_sound (Fixture *f, int k, const char *folder, const char *name)
{
  g_autofree char  *path = g_test_build_filename (G_TEST_DIST, folder, name, NULL);
  TsrAnalysisParams params;
  TsrWorkerJob      job;
  g_autoptr (GError) error = NULL;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  tsr_analysis_params_init (&params);
  g_assert_true (tsr_source_file_open (&f->files[k], path, &job.job, &error));
  g_assert_true (tsr_analysis_run (
      f->files[k].signal, &params, 1, FALSE, &job, &f->results[k], &error));
  TsrSourceInfo info = {.name = (char *)name,
                        .format = "flac",
                        .rate_hz = f->files[k].info.rate_hz,
                        .n_channels = f->files[k].info.n_channels,
                        .n_frames = tsr_signal_n_frames (f->files[k].signal),
                        .bits = 16,
                        .decoded_sha256 = ""};
  g_autoptr (TsrSource) source = tsr_source_new (k + 1, &info);
  gint64 id = tsr_project_add_sound (
      f->project, name, source, f->results[k].state, "Analyse", "", NULL, &error);
  g_assert_no_error (error);
  return tsr_project_get_sound (f->project, id);
}

static void
wait_for (Fixture *f, guint n_played)
{
  gint64 end_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (f->n_played < n_played) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (200);
  }
}

/* The task that the button starts. */
static void
task_init (Fixture *f, TsrMorphTask *task)
{
  const TsrMorphSettings *settings = tsr_morph_session_get_settings (f->morph);

  *task = (TsrMorphTask){.n = 2,
                         .pairing = settings->pairing,
                         .is_linear = settings->is_linear,
                         .fades = settings->fades};
  for (int k = 0; k < 2; k++)
    tsr_render_subject_init (&task->subjects[k], f->sounds[k], f->files[k].signal);
  tsr_morph_amount_copy (&task->time,
                         tsr_morph_settings_amount (settings, TSR_MORPH_ALL));
  tsr_morph_amount_copy (&task->frequency,
                         tsr_morph_settings_amount (settings, TSR_MORPH_FREQUENCY));
  tsr_morph_amount_copy (&task->amplitude,
                         tsr_morph_settings_amount (settings, TSR_MORPH_AMPLITUDE));
  tsr_morph_amount_copy (&task->noise,
                         tsr_morph_settings_amount (settings, TSR_MORPH_NOISE));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const TsrMorphPlayerFuncs funcs = {played_cb, mixed_cb, source_cb, f};

  f->project = tsr_project_new ();
  f->sounds[0] = add_sound (f, 0, "../resources/demo", "flute-g4.flac");
  f->sounds[1] = add_sound (f, 1, "data", "trumpet-c5.flac");
  f->morph = tsr_morph_session_new ();
  tsr_morph_session_set_project (f->morph, f->project);
  g_assert_true (tsr_morph_session_set_sounds (f->morph, f->sounds, 2));
  for (int k = 0; k < 2; k++) {
    TsrRenderSubject subject;
    tsr_render_subject_init (&subject, f->sounds[k], f->files[k].signal);
    g_autoptr (GArray) onsets_s = tsr_morph_find_onsets (&subject);
    tsr_morph_session_set_onsets (
        f->morph, f->sounds[k], (const double *)(void *)onsets_s->data, onsets_s->len);
    tsr_render_subject_clear (&subject);
  }
  f->engine = tsr_engine_new (TSR_BACKEND_NULL);
  f->player = tsr_morph_player_new (f->morph, tsr_engine_get_rate_hz (f->engine), &funcs);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tsr_morph_player_free (f->player);
  tsr_engine_shutdown (f->engine);
  g_object_unref (f->engine);
  g_object_unref (f->morph);
  g_object_unref (f->project);
  for (int k = 0; k < 2; k++) {
    tsr_analysis_result_clear (&f->results[k]);
    tsr_source_file_clear (&f->files[k]);
  }
}

static void
pull (Fixture *f, float *left, gsize n)
{
  g_autofree float *right = g_new (float, n);

  for (gsize at = 0; at < n; at += 256)
    tsr_engine_pull (f->engine, left + at, right + at, MIN (256, n - at));
}

static double
rms_db (const float *x, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double)x[i] * (double)x[i];
  return 10 * log10 (sum / (double)n + 1e-20);
}

/* What the engine plays of partials that were made. */
static void
play_made (TsrPartialSet *set, float *left, gsize n)
{
  g_autoptr (TsrEngine) engine = tsr_engine_new (TSR_BACKEND_NULL);
  TsrProgramParts   parts = {.score = tsr_score_new (set), .duration_s = 10};
  TsrProgram       *program = tsr_program_new (&parts);
  g_autofree float *right = g_new (float, n);

  tsr_engine_set_monitor (engine, TSR_MONITOR_PARTIALS, FALSE);
  tsr_engine_set_program (engine, program);
  tsr_engine_play (engine);
  for (gsize at = 0; at < n; at += 256)
    tsr_engine_pull (engine, left + at, right + at, MIN (256, n - at));
  tsr_program_unref (program);
  tsr_score_unref (parts.score);
  tsr_engine_shutdown (engine);
}

static void
test_equals_made (Fixture *f, gconstpointer data)
{
  g_auto (TsrMorphTask) task = {0};
  g_auto (TsrMorphResult) result = {0};
  g_autoptr (GError) error = NULL;
  TsrWorkerJob job;

  wait_for (f, 3); /* then both backgrounds are there */
  task_init (f, &task);
  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  g_assert_true (tsr_morph_task_run (&task, &job, &result, &error));
  double            rate_hz = tsr_engine_get_rate_hz (f->engine), worst = 0;
  gsize             n = (gsize)(rate_hz * 1.2);
  g_autofree float *is = g_new (float, n);
  g_autofree float *want = g_new (float, n);
  play_made (tsr_sound_state_fields (result.state)->partials, want, n);
  tsr_engine_set_monitor (f->engine, TSR_MONITOR_PARTIALS, FALSE);
  pull (f, is, 4864); /* it fades to that */
  tsr_engine_play (f->engine);
  pull (f, is, n);
  for (gsize i = 0; i < n; i++)
    worst = fmax (worst, fabs ((double)(is[i] - want[i])));
  g_test_message ("partials: %.1f dB beside what is made (level %.1f dB)",
                  20 * log10 (worst),
                  rms_db (is, n));
  g_assert_cmpfloat (20 * log10 (worst), <, -100);

  /* All of it, by its levels: the noise is another one. */
  tsr_engine_stop (f->engine);
  tsr_engine_set_monitor (f->engine, TSR_MONITOR_NOISE, FALSE);
  pull (f, is, 4864);
  tsr_engine_play (f->engine);
  pull (f, is, n);
  g_autoptr (TsrSignal) made = tsr_signal_ref (result.recording);
  double             made_hz = tsr_signal_rate_hz (made);
  gsize              n_made = (gsize)(1.2 * made_hz);
  g_autofree double *partials = g_new0 (double, n_made);
  g_autofree float  *rest = g_new (float, n_made);
  tsr_synth_render_range (tsr_sound_state_fields (result.state)->partials,
                          0,
                          made_hz,
                          0,
                          n_made,
                          NULL,
                          partials,
                          NULL);
  for (gsize i = 0; i < n_made; i++)
    rest[i] = (float)((double)tsr_signal_channel (made, 0)[i] - partials[i]);
  double is_db = rms_db (is + n / 4, n / 2);
  double want_db = rms_db (rest + n_made / 4, n_made / 2);
  g_test_message ("noise: %.1f dB, made %.1f dB", is_db, want_db);
  g_assert_cmpfloat (fabs (is_db - want_db), <, 1.5);
}

static int
by_value (const void *a, const void *b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

/* While an anchor is dragged each place is heard soon, the sound goes on. */
static void
test_dragged (Fixture *f, gconstpointer data)
{
  enum { N = 30 };
  gint64 delays_us[N];
  float  left[1024];
  double least_db = 0;

  wait_for (f, 3);
  tsr_engine_set_monitor (f->engine, TSR_MONITOR_ALL, FALSE);
  tsr_engine_play (f->engine);
  for (int i = 0; i < 20; i++)
    pull (f, left, 1024);
  double still_db = rms_db (left, 1024);
  tsr_morph_session_begin (f->morph);
  for (int i = 0; i < N; i++) {
    TsrMorphAnchor anchors[] = {{{0.05, 0.04}}, {{1.0, 0.6 + 0.01 * i}}};
    g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (TsrMorphAnchor));
    guint before = f->n_played;
    g_array_append_vals (array, anchors, 2);
    g_assert_true (tsr_morph_session_set_anchors (f->morph, array));
    wait_for (f, before + 1);
    delays_us[i] = tsr_morph_player_get_delay_us (f->player);
    pull (f, left, 512);
    least_db = fmin (least_db, rms_db (left, 512) - still_db);
  }
  tsr_morph_session_end (f->morph);
  qsort (delays_us, N, sizeof *delays_us, by_value);
  g_test_message ("an anchor's program after %.1f ms (median), %.1f ms (longest); level "
                  "%.1f dB at least",
                  (double)delays_us[N / 2] / 1000,
                  (double)delays_us[N - 1] / 1000,
                  least_db);
  g_assert_cmpfloat (least_db, >, -12);
}

/* Weights are told before the call returns; then the times follow. Links too. */
static void
test_told_at_once (Fixture *f, gconstpointer data)
{
  static const double weights[] = {0.2, 0.8};
  TsrPartialSet      *sets[2];

  wait_for (f, 3);
  guint n_mixed = f->n_mixed, n_played = f->n_played;
  g_assert_true (tsr_morph_session_set_weights (f->morph, TSR_MORPH_ALL, weights));
  g_assert_cmpuint (f->n_mixed, ==, n_mixed + 1);
  g_assert_cmpfloat_with_epsilon (f->mix.frequency[1], 0.8, 1e-9);
  g_assert_cmpfloat_with_epsilon (f->mix.noise[0], 0.2, 1e-9);
  wait_for (f, n_played + 1);
  for (int k = 0; k < 2; k++)
    sets[k] = tsr_sound_state_fields (tsr_sound_get_state (f->sounds[k]))->partials;
  g_assert_true (
      tsr_morph_session_link (f->morph,
                              0,
                              tsr_partial_id (tsr_partial_set_at (sets[0], 0)),
                              1,
                              tsr_partial_id (tsr_partial_set_at (sets[1], 1))));
  wait_for (f, n_played + 2);
  n_played = f->n_played;
  tsr_morph_session_set_project (f->morph, NULL); /* nothing is left to be heard */
  wait_for (f, n_played + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/app/morph-player/equals-made", test_equals_made);
  ADD ("/app/morph-player/dragged", test_dragged);
  ADD ("/app/morph-player/told-at-once", test_told_at_once);
  return g_test_run ();
}
