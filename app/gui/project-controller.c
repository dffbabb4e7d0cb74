/* SPDX-License-Identifier: GPL-3.0-or-later
 * Wires a project to its file: every edit is written when it is made.
 */
#include "app/gui/project-controller.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/gui/places.h"
#include "app/gui/project-controller-private.h"
#include "model/class-signal.h"

enum { PROGRESS_MS = 60 };

enum { PROP_PATH = 1, PROP_SAVING, PROP_BUSY, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum {
  WORK_STARTED,
  WORK_PROGRESS,
  WORK_ENDED,
  DONE,
  WARNED,
  GLANCED,
  FORESEEN,
  MORPHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrProjectController, tsr_project_controller, G_TYPE_OBJECT)

void
tsr_project_controller_fail (TsrProjectController *self, const GError *error)
{
  g_signal_emit_by_name (self->session, "failed", error->message);
}

void
tsr_project_controller_tell (TsrProjectController *self, const char *sentence)
{
  g_signal_emit (self, signals[DONE], 0, sentence);
}

void
tsr_project_controller_progress (gpointer self, double fraction)
{
  g_atomic_int_set (&((TsrProjectController *)self)->progress, (gint)(fraction * 1000.0));
}

static gboolean
progress_cb (gpointer data)
{
  TsrProjectController *self = data;

  g_signal_emit (
      self, signals[WORK_PROGRESS], 0, g_atomic_int_get (&self->progress) / 1000.0);
  return G_SOURCE_CONTINUE;
}

gboolean
tsr_project_controller_begin (TsrProjectController *self, const char *what)
{
  if (self->cancellable != NULL)
    return FALSE;
  self->cancellable = g_cancellable_new ();
  g_atomic_int_set (&self->progress, 0);
  self->progress_id = g_timeout_add (PROGRESS_MS, progress_cb, self);
  g_signal_emit (self, signals[WORK_STARTED], 0, what);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  return TRUE;
}

void
tsr_project_controller_end (TsrProjectController *self)
{
  if (self->cancellable == NULL)
    return;
  g_clear_handle_id (&self->progress_id, g_source_remove);
  g_clear_object (&self->cancellable);
  g_signal_emit (self, signals[WORK_ENDED], 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

void
tsr_project_controller_cancel (TsrProjectController *self)
{
  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  g_queue_clear_full (&self->imports, g_object_unref);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* Once, until there is room again. */
static void
warn_of_full_disk (TsrProjectController *self, TsrStore *store)
{
  gboolean was_nearly_full = self->is_nearly_full;

  self->is_nearly_full = tsr_store_is_nearly_full (store);
  if (self->is_nearly_full && !was_nearly_full)
    g_signal_emit (self,
                   signals[WARNED],
                   0,
                   _ ("The disk is nearly full. Your work is saved; make room before you "
                      "go on."));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TsrProjectController) self = data;
  g_autoptr (GError) error = NULL;

  self->n_writing--;
  if (!tsr_store_write_finish (TSR_STORE (source), result, &error)) {
    self->write_failed = TRUE;
    tsr_project_controller_fail (self, error);
  }
  warn_of_full_disk (self, TSR_STORE (source));
  if (self->n_writing == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVING]);
}

static void
edited_cb (TsrProject *project, TsrEdit *edit, TsrProjectController *self)
{
  self->n_writing++;
  self->write_failed = FALSE;
  tsr_store_write_async (self->store, edit, written_cb, g_object_ref (self));
  if (self->n_writing == 1)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVING]);
}

/* The sound that was seen last is shown again. */
static void
restore_view (TsrProjectController *self)
{
  g_autofree char *id = tsr_store_dup_setting (self->store, "sound");
  TsrSound        *sound = NULL;

  if (id != NULL)
    sound = tsr_project_get_sound (self->project, g_ascii_strtoll (id, NULL, 10));
  if (sound != NULL && !tsr_project_is_removed (self->project, tsr_sound_get_id (sound)))
    tsr_session_set_sound (self->session, sound);
}

static void
remember_view (TsrProjectController *self)
{
  TsrSound        *sound = tsr_session_get_sound (self->session);
  g_autofree char *id = NULL;

  if (self->store == NULL || sound == NULL)
    return;
  id = g_strdup_printf ("%" G_GINT64_FORMAT, tsr_sound_get_id (sound));
  tsr_store_set_setting (self->store, "sound", id, NULL);
}

void
tsr_project_controller_adopt (TsrProjectController *self,
                              TsrStore             *store,
                              TsrProject           *project)
{
  tsr_project_controller_close (self);
  self->store = store;
  self->project = project;
  self->path = g_strdup (tsr_store_get_path (store));
  self->edited_handler =
      g_signal_connect (project, "edited", G_CALLBACK (edited_cb), self);
  self->n_glanced = 0;
  tsr_session_set_project (self->session, project);
  restore_view (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVING]);
}

/* A project that nobody ever put anything into is not worth keeping. */
static gboolean
is_worthless (TsrProjectController *self)
{
  return tsr_places_is_untitled (self->path) &&
         g_list_model_get_n_items (G_LIST_MODEL (self->project)) == 0 &&
         tsr_project_get_sound (self->project, 1) == NULL;
}

void
tsr_project_controller_close (TsrProjectController *self)
{
  g_autoptr (GError) error = NULL;
  gboolean worthless;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (self->store == NULL)
    return;
  g_cancellable_cancel (self->decoding);
  g_cancellable_cancel (self->glancing);
  tsr_project_controller_stop_foreseeing (self);
  worthless = is_worthless (self);
  remember_view (self);
  g_clear_signal_handler (&self->edited_handler, self->project);
  if (!tsr_store_close (self->store, &error))
    tsr_project_controller_fail (self, error);
  if (worthless)
    g_unlink (self->path);
  tsr_session_set_project (self->session, NULL);
  g_clear_object (&self->store);
  g_clear_object (&self->project);
  g_clear_pointer (&self->path, g_free);
  g_hash_table_remove_all (self->signals);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

void
tsr_project_controller_drop_empty (TsrProjectController *self)
{
  if (self->store != NULL && is_worthless (self))
    tsr_project_controller_close (self);
}

gboolean
tsr_project_controller_create (TsrProjectController *self,
                               const char           *hint,
                               GError              **error)
{
  g_autofree char *path = tsr_places_untitled_path (hint, error);
  TsrStore        *store = path != NULL ? tsr_store_create (path, error) : NULL;
  TsrProject      *project = NULL;

  if (store == NULL)
    return FALSE;
  project = tsr_store_load (store, NULL, NULL, error);
  if (project == NULL) {
    g_object_unref (store);
    return FALSE;
  }
  tsr_project_controller_adopt (self, store, project);
  return TRUE;
}

typedef struct {
  char        *path;
  TsrWorkerJob job;
  TsrStore    *store;
  TsrProject  *project;
  GPtrArray   *warnings;
} Opening;

static void
opening_free (Opening *opening)
{
  g_free (opening->path);
  g_clear_object (&opening->store);
  g_clear_object (&opening->project);
  g_clear_pointer (&opening->warnings, g_ptr_array_unref);
  g_free (opening);
}

/* Shares of the progress of opening: the pages are checked, then the rows are read. */
#define PAGES_PART 0.3

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  TsrJob  *job = &opening->job.job;
  GError  *error = NULL;

  tsr_worker_job_next_part (&opening->job, PAGES_PART);
  opening->store = tsr_store_open_with_job (opening->path, job, &error);
  tsr_worker_job_next_part (&opening->job, 1);
  if (opening->store != NULL)
    opening->project = tsr_store_load (opening->store, job, &opening->warnings, &error);
  if (opening->project != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
warn (TsrProjectController *self, GPtrArray *warnings)
{
  if (warnings == NULL)
    return;
  for (guint i = 0; i < warnings->len; i++)
    g_signal_emit (self, signals[WARNED], 0, g_ptr_array_index (warnings, i));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (source);
  Opening              *opening = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  tsr_project_controller_end (self);
  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      tsr_project_controller_fail (self, error);
    return;
  }
  tsr_project_controller_adopt (
      self, g_steal_pointer (&opening->store), g_steal_pointer (&opening->project));
  warn (self, opening->warnings);
}

void
tsr_project_controller_open (TsrProjectController *self, const char *path)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *what = g_strdup_printf (_ ("Opening %s"), name);
  Opening         *opening;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (self->path != NULL && g_str_equal (self->path, path))
    return;
  if (!tsr_project_controller_begin (self, what))
    return;
  opening = g_new0 (Opening, 1);
  opening->path = g_strdup (path);
  tsr_worker_job_init (
      &opening->job, NULL, self->cancellable, tsr_project_controller_progress, self);
  task = g_task_new (self, NULL, opened_cb, NULL);
  g_task_set_task_data (task, opening, (GDestroyNotify)opening_free);
  g_task_run_in_thread (task, open_thread);
}

typedef struct {
  TsrStore *store;
  char     *path;
  gboolean  move;

  TsrWorkerJob job;
} Copy;

static void
copy_free (Copy *copy)
{
  g_object_unref (copy->store);
  g_free (copy->path);
  g_free (copy);
}

static void
copy_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Copy   *copy = data;
  GError *error = NULL;

  if (tsr_store_save_copy (copy->store, copy->path, TRUE, &copy->job.job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The copy becomes the project; the file in the state folder goes. */
static void
move_to_copy (TsrProjectController *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *old = g_strdup (self->path);
  g_autoptr (TsrStore) store = tsr_store_open (path, &error);

  if (store == NULL) {
    tsr_project_controller_fail (self, error);
    return;
  }
  tsr_store_close (self->store, NULL);
  g_set_object (&self->store, store);
  g_free (self->path);
  self->path = g_strdup (path);
  g_unlink (old);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (source);
  Copy                 *copy = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_filename_display_basename (copy->path);
  g_autofree char *sentence = NULL;

  tsr_project_controller_end (self);
  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      tsr_project_controller_fail (self, error);
    return;
  }
  if (copy->move && copy->store == self->store) {
    move_to_copy (self, copy->path);
    sentence = g_strdup_printf (_ ("The project is now called %s"), name);
  } else {
    sentence = g_strdup_printf (_ ("A copy was saved as %s"), name);
  }
  tsr_project_controller_tell (self, sentence);
}

void
tsr_project_controller_save_copy (TsrProjectController *self,
                                  const char           *path,
                                  gboolean              move)
{
  g_autoptr (GTask) task = NULL;
  Copy *copy;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (self->store == NULL || !tsr_project_controller_begin (self, _ ("Saving")))
    return;
  copy = g_new0 (Copy, 1);
  copy->store = g_object_ref (self->store);
  copy->path = g_strdup (path);
  copy->move = move;
  tsr_worker_job_init (
      &copy->job, NULL, self->cancellable, tsr_project_controller_progress, self);
  task = g_task_new (self, NULL, copied_cb, NULL);
  g_task_set_task_data (task, copy, (GDestroyNotify)copy_free);
  g_task_run_in_thread (task, copy_thread);
}

char *
tsr_project_controller_dup_title (TsrProjectController *self)
{
  char *name;

  g_return_val_if_fail (TSR_IS_PROJECT_CONTROLLER (self), NULL);
  if (self->path == NULL)
    return g_strdup ("Tarsier");
  name = g_filename_display_basename (self->path);
  if (tsr_places_is_untitled (self->path) && strlen (name) > strlen ("2026-01-01 "))
    memmove (name, name + 11, strlen (name) - 10); /* the day it was begun */
  if (g_str_has_suffix (name, ".tarsier"))
    name[strlen (name) - strlen (".tarsier")] = '\0';
  return name;
}

const char *
tsr_project_controller_get_path (TsrProjectController *self)
{
  return self->path;
}

gboolean
tsr_project_controller_is_saving (TsrProjectController *self)
{
  return self->n_writing > 0;
}

gboolean
tsr_project_controller_is_busy (TsrProjectController *self)
{
  return self->cancellable != NULL;
}

static void
tsr_project_controller_get_property (GObject    *object,
                                     guint       id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);

  switch (id) {
  case PROP_PATH:
    g_value_set_string (value, self->path);
    break;
  case PROP_SAVING:
    g_value_set_boolean (value, self->n_writing > 0);
    break;
  case PROP_BUSY:
    g_value_set_boolean (value, self->cancellable != NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
tsr_project_controller_dispose (GObject *object)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);

  tsr_project_controller_cancel (self);
  tsr_project_controller_end (self);
  tsr_project_controller_close (self);
  G_OBJECT_CLASS (tsr_project_controller_parent_class)->dispose (object);
}

static void
tsr_project_controller_finalize (GObject *object)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);

  g_hash_table_unref (self->signals);
  tsr_worker_pool_free (self->pool);
  g_clear_object (&self->decoding);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_project_controller_parent_class)->finalize (object);
}

static void
tsr_project_controller_class_init (TsrProjectControllerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tsr_project_controller_get_property;
  object_class->dispose = tsr_project_controller_dispose;
  object_class->finalize = tsr_project_controller_finalize;
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_SAVING] = g_param_spec_boolean ("saving", NULL, NULL, FALSE, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[WORK_STARTED] = tsr_class_add_signal (klass, "work-started", 1, G_TYPE_STRING);
  signals[WORK_PROGRESS] =
      tsr_class_add_signal (klass, "work-progress", 1, G_TYPE_DOUBLE);
  signals[WORK_ENDED] = tsr_class_add_signal (klass, "work-ended", 0);
  signals[DONE] = tsr_class_add_signal (klass, "done", 1, G_TYPE_STRING);
  signals[WARNED] = tsr_class_add_signal (klass, "warned", 1, G_TYPE_STRING);
  signals[GLANCED] =
      tsr_class_add_signal (klass, "glanced", 2, TSR_TYPE_SOURCE, G_TYPE_POINTER);
  signals[FORESEEN] =
      tsr_class_add_signal (klass, "foreseen", 2, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[MORPHED] = tsr_class_add_signal (klass, "morphed", 1, TSR_TYPE_SOUND);
}

static void
tsr_project_controller_init (TsrProjectController *self)
{
  self->signals = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)tsr_signal_unref);
  self->decoding = g_cancellable_new ();
  g_queue_init (&self->imports);
  self->pool = tsr_worker_pool_new (0);
}

TsrProjectController *
tsr_project_controller_new (TsrSession *session)
{
  TsrProjectController *self = g_object_new (TSR_TYPE_PROJECT_CONTROLLER, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session,
                           "notify::sound",
                           G_CALLBACK (tsr_project_controller_load_signal),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session,
                           "notify::signal",
                           G_CALLBACK (tsr_project_controller_find_onsets),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}
