/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sound of a morph, made in a thread and added to the project.
 */
#include <glib/gi18n-lib.h>

#include "app/gui/project-controller-private.h"
#include "app/morph-sound.h"

typedef struct {
  TsrStore        *store;
  TsrMorphSettings settings; /* main thread only */
  TsrMorphTask     task;
  TsrMorphResult   result;
  TsrSource       *source;
  gint64           source_id;
  TsrWorkerJob     job;
} Making;

static void
making_free (Making *making)
{
  g_object_unref (making->store);
  tsr_morph_settings_clear (&making->settings);
  tsr_morph_task_clear (&making->task);
  tsr_morph_result_clear (&making->result);
  g_clear_object (&making->source);
  g_free (making);
}

static void
make_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Making *making = data;
  GError *error = NULL;

  if (tsr_morph_task_run (&making->task, &making->job, &making->result, &error) &&
      tsr_morph_sound_write (&making->result,
                             making->settings.name,
                             making->store,
                             making->source_id,
                             &making->job.job,
                             cancellable,
                             &making->source,
                             &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Making               *making = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean cancelled =
      g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)));
  gint64 id = 0;

  if (g_task_propagate_boolean (G_TASK (result), &error) && !cancelled &&
      making->store == self->store)
    id = tsr_morph_sound_add (self->project,
                              &making->settings,
                              &making->result,
                              making->source,
                              making->settings.name,
                              &error);
  tsr_project_controller_end (self);
  if (id != 0)
    g_signal_emit_by_name (self, "morphed", tsr_project_get_sound (self->project, id));
  else if (error != NULL && !cancelled)
    tsr_project_controller_fail (self, error);
}

/* What the command line would be told, read again: what is made is what it would make. */
static gboolean
as_command (TsrProjectController   *self,
            const TsrMorphSettings *from,
            const char             *name,
            TsrMorphSettings       *settings,
            GError                **error)
{
  g_autofree char *command =
      tsr_morph_settings_to_command (from, NULL, TSR_MORPH_PAIR_AUTO, name);

  return tsr_project_check_name (self->project, name, error) &&
         tsr_morph_settings_from_command (settings, self->project, command, error);
}

void
tsr_project_controller_morph (TsrProjectController   *self,
                              const TsrMorphSettings *settings,
                              const char             *name,
                              TsrSignal *const       *sources)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  g_auto (TsrMorphSettings) told = {0};
  g_autofree char *what = NULL;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (self->store == NULL)
    return;
  if (!as_command (self, settings, name, &told, &error)) {
    tsr_project_controller_fail (self, error);
    return;
  }
  what = g_strdup_printf (_ ("Making “%s”"), name);
  if (!tsr_project_controller_begin (self, what))
    return;
  Making *making = g_new0 (Making, 1);
  making->store = g_object_ref (self->store);
  making->source_id = tsr_project_new_source_id (self->project);
  tsr_morph_task_init (&making->task, &told, sources);
  making->settings = told;
  told = (TsrMorphSettings){0};
  tsr_worker_job_init (
      &making->job, self->pool, self->cancellable, tsr_project_controller_progress, self);
  task = g_task_new (self, self->cancellable, made_cb, NULL);
  g_task_set_task_data (task, making, (GDestroyNotify)making_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, make_thread);
}
