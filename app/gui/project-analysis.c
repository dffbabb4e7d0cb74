/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analyses of the window: real ones, one at a time, and what one would find while it is
 * being set up.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/gui/project-controller-private.h"
#include "app/reanalysis.h"

/* What is foreseen at once: more would keep a person waiting. */
#define FORESEEN_S 8.0

typedef struct {
  TsrReanalysis     work;
  TsrSound         *sound;
  TsrAnalysisRecord record; /* `work.record` points here */
  TsrWorkerJob      job;
  TsrAnalysisResult result;
} Analysis;

static void
analysis_free (Analysis *analysis)
{
  tsr_signal_unref (analysis->work.signal);
  tsr_sound_state_unref (analysis->work.before);
  tsr_analysis_result_clear (&analysis->result);
  g_object_unref (analysis->sound);
  g_free (analysis);
}

static gboolean
adopt (TsrProjectController *self, Analysis *analysis, GError **error)
{
  TsrAnalysisResult *found = &analysis->result;
  g_autofree char   *label = tsr_reanalysis_label (&analysis->work, &found->record);
  g_autofree char   *command = tsr_reanalysis_command (&analysis->work);

  if (tsr_sound_get_state (analysis->sound) != analysis->work.before) {
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_BUSY,
                         _ ("The sound was edited while it was analysed: analyse again"));
    return FALSE;
  }
  if (!tsr_project_add_step (self->project,
                             analysis->sound,
                             found->state,
                             label,
                             command,
                             tsr_reanalysis_is_base (&analysis->work) ? &found->record
                                                                      : NULL,
                             error))
    return FALSE;
  if (tsr_session_get_sound (self->session) == analysis->sound && found->residual != NULL)
    tsr_session_set_residual (self->session, found->residual);
  return TRUE;
}

static void
tell_found (TsrProjectController *self, const TsrAnalysisResult *found)
{
  gsize n = tsr_partial_set_size (tsr_sound_state_fields (found->state)->partials);
  g_autofree char *sentence = NULL;

  if (isfinite (found->record.snr_db))
    sentence = g_strdup_printf (
        ngettext ("%zu partial found, %.1f dB SNR", "%zu partials found, %.1f dB SNR", n),
        n,
        found->record.snr_db);
  else
    sentence =
        g_strdup_printf (ngettext ("%zu partial found", "%zu partials found", n), n);
  tsr_project_controller_tell (self, sentence);
}

static void
analyse_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Analysis *analysis = data;
  GError   *error = NULL;

  if (tsr_reanalysis_run (&analysis->work, &analysis->job, &analysis->result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
analysed_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Analysis             *analysis = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean found = g_task_propagate_boolean (G_TASK (result), &error);

  tsr_project_controller_end (self);
  if (found && self->project != NULL && adopt (self, analysis, &error))
    tell_found (self, &analysis->result);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tsr_project_controller_fail (self, error);
  tsr_project_controller_import_next (self);
}

/* What there is to analyse. */
static Analysis *
analysis_new (TsrProjectController    *self,
              const TsrAnalysisParams *params,
              const TsrRegion         *region)
{
  TsrSound                *sound = tsr_session_get_sound (self->session);
  Analysis                *analysis = g_new0 (Analysis, 1);
  const TsrAnalysisRecord *record = tsr_sound_get_analysis (sound);

  analysis->sound = g_object_ref (sound);
  analysis->work.signal = tsr_signal_ref (tsr_session_get_signal (self->session));
  analysis->work.before = tsr_sound_state_ref (tsr_sound_get_state (sound));
  analysis->work.params = *params;
  analysis->work.region = *region;
  analysis->work.first_partial_id = tsr_sound_next_partial_id (sound);
  analysis->work.want_residual = TRUE;
  if (record != NULL) {
    analysis->record = *record;
    analysis->work.record = &analysis->record;
  }
  return analysis;
}

void
tsr_project_controller_analyse (TsrProjectController    *self,
                                const TsrAnalysisParams *params,
                                const TsrRegion         *region)
{
  TsrSound        *sound = tsr_session_get_sound (self->session);
  g_autofree char *what = NULL;
  Analysis        *analysis;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (sound == NULL || tsr_session_get_signal (self->session) == NULL)
    return;
  tsr_project_controller_stop_foreseeing (self);
  what = g_strdup_printf (_ ("Analysing %s"), tsr_sound_get_name (sound));
  if (!tsr_project_controller_begin (self, what))
    return;
  analysis = analysis_new (self, params, region);
  tsr_worker_job_init (&analysis->job,
                       self->pool,
                       self->cancellable,
                       tsr_project_controller_progress,
                       self);
  task = g_task_new (self, self->cancellable, analysed_cb, NULL);
  g_task_set_task_data (task, analysis, (GDestroyNotify)analysis_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, analyse_thread);
}

/* ---- while it is being set up ---- */

typedef struct {
  TsrSignal        *signal;
  TsrAnalysisParams params;
  TsrRegion         span; /* what is looked at */
  TsrWorkerJob      job;
  TsrPartialSet    *found;
  TsrAnalysisRecord record;
} Foresight;

static void
foresight_free (Foresight *foresight)
{
  if (foresight == NULL)
    return;
  tsr_signal_unref (foresight->signal);
  tsr_partial_set_unref (foresight->found);
  g_free (foresight);
}

static void
foresee_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Foresight *foresight = data;
  GError    *error = NULL;

  if (tsr_excerpt_analyse (foresight->signal,
                           &foresight->params,
                           &foresight->span,
                           &foresight->job,
                           &foresight->found,
                           &foresight->record,
                           &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void start_foreseeing (TsrProjectController *self);

static void
foreseen_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Foresight            *foresight = g_task_get_task_data (G_TASK (result));
  gboolean is_present = g_task_get_cancellable (G_TASK (result)) == self->foreseeing;

  if (is_present)
    g_clear_object (&self->foreseeing);
  if (g_task_propagate_boolean (G_TASK (result), NULL) && is_present)
    g_signal_emit_by_name (self, "foreseen", foresight->found, &foresight->record);
  if (is_present)
    start_foreseeing (self);
}

/* On one thread, so that the window keeps the others: begins with the newest wish. */
static void
start_foreseeing (TsrProjectController *self)
{
  Foresight *foresight = g_steal_pointer (&self->foresight);
  g_autoptr (GTask) task = NULL;

  if (foresight == NULL)
    return;
  self->foreseeing = g_cancellable_new ();
  tsr_worker_job_init (&foresight->job, NULL, self->foreseeing, NULL, NULL);
  task = g_task_new (self, self->foreseeing, foreseen_cb, NULL);
  g_task_set_task_data (task, foresight, (GDestroyNotify)foresight_free);
  g_task_run_in_thread (task, foresee_thread);
}

/* What is seen of the region, around its middle where it is long. */
static TsrRegion
seen_span (TsrProjectController *self, const TsrRegion *region)
{
  TsrViewport *viewport = tsr_session_get_viewport (self->session);
  double       start_s = fmax (tsr_viewport_get_start_s (viewport), region->start_s);
  double       end_s = fmin (tsr_viewport_get_end_s (viewport), region->end_s);
  double       middle_s = 0.5 * (start_s + end_s);

  if (end_s - start_s > FORESEEN_S) {
    start_s = middle_s - 0.5 * FORESEEN_S;
    end_s = middle_s + 0.5 * FORESEEN_S;
  }
  return (TsrRegion){start_s, end_s, region->low_hz, region->high_hz};
}

void
tsr_project_controller_foresee (TsrProjectController    *self,
                                const TsrAnalysisParams *params,
                                const TsrRegion         *region)
{
  TsrSignal *signal = tsr_session_get_signal (self->session);
  TsrRegion  span = seen_span (self, region);
  Foresight *foresight;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (signal == NULL || self->cancellable != NULL || span.end_s - span.start_s < 0.01)
    return;
  foresight = g_new0 (Foresight, 1);
  foresight->signal = tsr_signal_ref (signal);
  foresight->params = *params;
  foresight->params.low_hz = fmax (params->low_hz, region->low_hz);
  if (isfinite (region->high_hz))
    foresight->params.high_hz = region->high_hz;
  foresight->span = span;
  foresight_free (self->foresight);
  self->foresight = foresight;
  if (self->foreseeing == NULL)
    start_foreseeing (self);
}

void
tsr_project_controller_stop_foreseeing (TsrProjectController *self)
{
  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  g_clear_pointer ((Foresight **)&self->foresight, foresight_free);
  if (self->foreseeing != NULL)
    g_cancellable_cancel (self->foreseeing);
  g_clear_object (&self->foreseeing);
  g_signal_emit_by_name (self, "foreseen", NULL, NULL);
}
