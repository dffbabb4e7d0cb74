/* SPDX-License-Identifier: GPL-3.0-or-later
 * A glance at the recordings of a project that nobody has looked at since it was opened:
 * each is decoded once, one after the other, shown to whoever paints small pictures of
 * them, and let go.
 */
#include "app/gui/project-controller-private.h"
#include "app/source-file.h"

/* Samples of all channels; what is longer waits until a person opens it. */
#define MAX_SAMPLES (64 << 20)

typedef struct {
  TsrStore    *store;
  TsrSource   *source;
  TsrWorkerJob job;
} Glance;

static void
glance_free (Glance *glance)
{
  g_object_unref (glance->store);
  g_object_unref (glance->source);
  g_free (glance);
}

static void
glance_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Glance    *glance = data;
  GError    *error = NULL;
  TsrSignal *signal =
      tsr_source_decode (glance->store, glance->source, &glance->job.job, &error);

  if (signal != NULL)
    g_task_return_pointer (task, signal, (GDestroyNotify)tsr_signal_unref);
  else
    g_task_return_error (task, error);
}

/* A source that cannot be read is told when its sound is opened, not here. */
static void
glanced_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Glance               *glance = g_task_get_task_data (G_TASK (result));
  g_autoptr (TsrSignal) signal = g_task_propagate_pointer (G_TASK (result), NULL);

  g_clear_object (&self->glancing);
  if (glance->store == self->store && signal != NULL)
    g_signal_emit_by_name (self, "glanced", glance->source, signal);
  tsr_project_controller_glance (self);
}

/* The next recording that is small enough to be fetched for a glance. */
static TsrSource *
next_source (TsrProjectController *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->project));

  while (self->n_glanced < n) {
    g_autoptr (TsrSound) sound =
        g_list_model_get_item (G_LIST_MODEL (self->project), self->n_glanced++);
    TsrSource           *source = tsr_sound_get_source (sound);
    const TsrSourceInfo *info = source != NULL ? tsr_source_get_info (source) : NULL;

    if (info != NULL && info->n_frames <= MAX_SAMPLES / (gint64)MAX (info->n_channels, 1))
      return source;
  }
  return NULL;
}

/* One whose samples are in memory needs no work. */
static gboolean
glance_at_known (TsrProjectController *self, TsrSource *source)
{
  gint64     id = tsr_source_get_id (source);
  TsrSignal *signal = g_hash_table_lookup (self->signals, &id);

  if (signal != NULL)
    g_signal_emit_by_name (self, "glanced", source, signal);
  return signal != NULL;
}

void
tsr_project_controller_glance (TsrProjectController *self)
{
  TsrSource *source;
  Glance    *glance;
  g_autoptr (GTask) task = NULL;

  if (self->glancing != NULL || self->store == NULL)
    return;
  do
    source = next_source (self);
  while (source != NULL && glance_at_known (self, source));
  if (source == NULL)
    return;
  self->glancing = g_cancellable_new ();
  glance = g_new0 (Glance, 1);
  glance->store = g_object_ref (self->store);
  glance->source = g_object_ref (source);
  tsr_worker_job_init (&glance->job, NULL, self->glancing, NULL, NULL);
  task = g_task_new (self, self->glancing, glanced_cb, NULL);
  g_task_set_task_data (task, glance, (GDestroyNotify)glance_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_run_in_thread (task, glance_thread);
}
