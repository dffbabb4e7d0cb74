/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recordings into the project, their samples back out of it, and their analysis.
 */
#include "app/gui/project-controller.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/exchange-sound.h"
#include "app/gui/project-controller-private.h"
#include "app/reanalysis.h"
#include "app/source-file.h"

/* One recording, or file of partials, on its way in. */
typedef struct {
  GFile        *file;
  char         *path; /* of a copy in memory where the file is no local one */
  int           memory_fd;
  char         *name; /* without folder */
  TsrStore     *store;
  gint64        source_id;
  TsrWorkerJob  job;
  TsrSourceFile source_file;
  TsrSource    *source;
  gboolean      is_partials;
  TsrExchange   partials; /* if so */
} Import;

static void
import_free (Import *import)
{
  g_object_unref (import->file);
  g_object_unref (import->store);
  g_clear_object (&import->source);
  g_free (import->path);
  g_free (import->name);
  if (import->memory_fd >= 0)
    close (import->memory_fd);
  tsr_source_file_clear (&import->source_file);
  tsr_exchange_clear (&import->partials);
  g_free (import);
}

static gboolean
read_recording (Import *import, GCancellable *cancellable, GError **error)
{
  tsr_worker_job_next_part (&import->job, 0.7);
  if (!tsr_source_file_open (&import->source_file, import->path, &import->job.job, error))
    return FALSE;
  g_free (import->source_file.name);
  import->source_file.name = g_strdup (import->name);
  import->source = tsr_source_file_write (
      &import->source_file, import->store, import->source_id, cancellable, error);
  return import->source != NULL;
}

static void
import_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  GError *error = NULL;

  gboolean ok =
      import->is_partials
          ? tsr_exchange_read (&import->partials, import->path, &import->job.job, &error)
          : read_recording (import, cancellable, &error);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* To be read by people: names of files need not be text. */
static char *
display_name (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_filename_display_name (name);
}

static char *
name_without_suffix (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name ? g_strndup (name, (gsize)(dot - name))
                                    : g_strdup (name);
}

static TsrSound *
add_partials (TsrProjectController *self, Import *import, GError **error)
{
  return tsr_exchange_add_sound (
      self->project, &import->partials, import->name, NULL, error);
}

static TsrSound *
add_imported (TsrProjectController *self, Import *import, GError **error)
{
  g_autofree char    *wanted = name_without_suffix (import->name);
  g_autofree char    *name = tsr_project_free_name (self->project, wanted);
  g_autofree char    *label = g_strdup_printf (_ ("Import %s"), import->name);
  TsrSignal          *signal = import->source_file.signal;
  TsrSoundStateFields fields = {.duration_s = tsr_signal_duration_s (signal)};
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&fields);
  gint64 id = tsr_project_add_sound (
      self->project, name, import->source, state, label, "", NULL, error);

  if (id == 0)
    return NULL;
  g_hash_table_insert (self->signals,
                       g_memdup2 (&import->source_id, sizeof (gint64)),
                       tsr_signal_ref (signal));
  return tsr_project_get_sound (self->project, id);
}

/* All of them in one line: there is place for one. */
static void
tell_notes (TsrProjectController *self, GPtrArray *notes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; notes != NULL && i < notes->len; i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? "; " : "", (const char *)g_ptr_array_index (notes, i));
  if (text->len > 0)
    g_signal_emit_by_name (self, "warned", text->str);
}

static void
imported_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Import               *import = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  TsrSound *sound = NULL;
  gboolean  analyse = self->analyse_imports && !import->is_partials;

  if (g_task_propagate_boolean (G_TASK (result), &error) && import->store == self->store)
    sound = import->is_partials ? add_partials (self, import, &error)
                                : add_imported (self, import, &error);
  tsr_project_controller_end (self);
  if (sound != NULL) {
    tsr_session_set_sound (self->session, sound);
    tell_notes (self,
                import->is_partials ? import->partials.notes : import->source_file.notes);
  } else if (error != NULL &&
             !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
             !g_error_matches (
                 error, TSR_SOUND_FILE_ERROR, TSR_SOUND_FILE_ERROR_CANCELLED)) {
    tsr_project_controller_fail (self, error);
  }
  if (sound == NULL && g_queue_is_empty (&self->imports))
    tsr_project_controller_drop_empty (self);
  if (sound != NULL && analyse) {
    TsrAnalysisParams params;
    TsrRegion         all = TSR_REGION_ALL;

    tsr_analysis_params_init (&params);
    tsr_project_controller_analyse (self, &params, &all);
  } else {
    tsr_project_controller_import_next (self);
  }
}

/* A resource of the program has no path: its bytes go into memory, which has one. */
static gboolean
give_path (Import *import, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  const guint8 *at;
  gsize         left;

  import->path = g_file_get_path (import->file);
  if (import->path != NULL)
    return TRUE;
  bytes = g_file_load_bytes (import->file, NULL, NULL, error);
  if (bytes == NULL)
    return FALSE;
  import->memory_fd = memfd_create ("tarsier", MFD_CLOEXEC);
  at = g_bytes_get_data (bytes, &left);
  while (import->memory_fd >= 0 && left > 0) {
    gssize n = write (import->memory_fd, at, left);

    if (n <= 0)
      break;
    at += n;
    left -= (gsize)n;
  }
  if (import->memory_fd < 0 || left > 0) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_NO_SPACE,
                 _ ("There is not enough memory for %s"),
                 import->name);
    return FALSE;
  }
  import->path = g_strdup_printf ("/proc/self/fd/%d", import->memory_fd);
  return TRUE;
}

void
tsr_project_controller_import_next (TsrProjectController *self)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  g_autofree char *what = NULL;
  Import          *import;

  if (self->cancellable != NULL || g_queue_is_empty (&self->imports) ||
      self->store == NULL)
    return;
  file = g_queue_pop_head (&self->imports);
  import = g_new0 (Import, 1);
  import->source_file = (TsrSourceFile)TSR_SOURCE_FILE_INIT;
  import->memory_fd = -1;
  import->file = g_object_ref (file);
  import->name = display_name (file);
  import->is_partials = tsr_exchange_knows (import->name);
  import->store = g_object_ref (self->store);
  if (!give_path (import, &error)) {
    import_free (import);
    tsr_project_controller_fail (self, error);
    tsr_project_controller_import_next (self);
    return;
  }
  what = g_strdup_printf (_ ("Opening %s"), import->name);
  tsr_project_controller_begin (self, what);
  import->source_id = tsr_project_new_source_id (self->project);
  tsr_worker_job_init (
      &import->job, self->pool, self->cancellable, tsr_project_controller_progress, self);
  task = g_task_new (self, self->cancellable, imported_cb, NULL);
  g_task_set_task_data (task, import, (GDestroyNotify)import_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, import_thread);
}

void
tsr_project_controller_import (TsrProjectController *self,
                               GPtrArray            *files,
                               gboolean              analyse)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *hint = NULL;

  g_return_if_fail (TSR_IS_PROJECT_CONTROLLER (self));
  if (files->len == 0)
    return;
  name = display_name (g_ptr_array_index (files, 0));
  hint = name_without_suffix (name);
  if (self->store == NULL && !tsr_project_controller_create (self, hint, &error)) {
    tsr_project_controller_fail (self, error);
    return;
  }
  self->analyse_imports = analyse;
  for (guint i = 0; i < files->len; i++)
    g_queue_push_tail (&self->imports, g_object_ref (g_ptr_array_index (files, i)));
  tsr_project_controller_import_next (self);
}

typedef struct {
  TsrStore    *store;
  TsrSource   *source;
  TsrWorkerJob job;
} Decoding;

static void
decoding_free (Decoding *decoding)
{
  g_object_unref (decoding->store);
  g_object_unref (decoding->source);
  g_free (decoding);
}

static void
decode_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Decoding  *decoding = data;
  GError    *error = NULL;
  TsrSignal *signal =
      tsr_source_decode (decoding->store, decoding->source, &decoding->job.job, &error);

  if (signal != NULL)
    g_task_return_pointer (task, signal, (GDestroyNotify)tsr_signal_unref);
  else
    g_task_return_error (task, error);
}

static void
decoded_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Decoding             *decoding = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrSignal) signal = g_task_propagate_pointer (G_TASK (result), &error);
  gint64    id = tsr_source_get_id (decoding->source);
  TsrSound *sound = tsr_session_get_sound (self->session);

  if (decoding->store != self->store)
    return;
  if (signal == NULL) {
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
      tsr_project_controller_fail (self, error);
    return;
  }
  g_hash_table_insert (
      self->signals, g_memdup2 (&id, sizeof id), tsr_signal_ref (signal));
  if (sound != NULL && tsr_sound_get_source (sound) == decoding->source)
    tsr_session_set_signal (self->session, signal);
  tsr_project_controller_glance (self);
}

void
tsr_project_controller_load_signal (TsrProjectController *self)
{
  TsrSound  *sound = tsr_session_get_sound (self->session);
  TsrSource *source = sound != NULL ? tsr_sound_get_source (sound) : NULL;
  TsrSignal *signal;
  Decoding  *decoding;
  g_autoptr (GTask) task = NULL;
  gint64 id;

  if (source == NULL || self->store == NULL)
    return;
  id = tsr_source_get_id (source);
  signal = g_hash_table_lookup (self->signals, &id);
  if (signal != NULL) {
    tsr_session_set_signal (self->session, signal);
    return;
  }
  g_cancellable_cancel (self->decoding);
  g_object_unref (self->decoding);
  self->decoding = g_cancellable_new ();
  decoding = g_new0 (Decoding, 1);
  decoding->store = g_object_ref (self->store);
  decoding->source = g_object_ref (source);
  tsr_worker_job_init (&decoding->job, self->pool, self->decoding, NULL, NULL);
  task = g_task_new (self, self->decoding, decoded_cb, NULL);
  g_task_set_task_data (task, decoding, (GDestroyNotify)decoding_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, decode_thread);
}

typedef struct {
  TsrControllerWork work;
  gpointer          data;
  GDestroyNotify    destroy;
  TsrWorkerJob      job;
} Run;

static void
run_free (Run *run)
{
  if (run->destroy != NULL)
    run->destroy (run->data);
  g_free (run);
}

static void
run_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Run    *run = data;
  GError *error = NULL;
  char   *sentence = run->work (run->data, &run->job, &error);

  if (sentence != NULL)
    g_task_return_pointer (task, sentence, g_free);
  else
    g_task_return_error (task, error);
}

static void
ran_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = g_task_propagate_pointer (G_TASK (result), &error);
  gboolean         cancelled =
      g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)));

  tsr_project_controller_end (self);
  if (sentence != NULL)
    tsr_project_controller_tell (self, sentence);
  else if (!cancelled)
    tsr_project_controller_fail (self, error);
}

void
tsr_project_controller_run (TsrProjectController *self,
                            const char           *what,
                            TsrControllerWork     work,
                            gpointer              data,
                            GDestroyNotify        destroy)
{
  g_autoptr (GTask) task = NULL;
  Run *run;

  if (!tsr_project_controller_begin (self, what)) {
    if (destroy != NULL)
      destroy (data);
    return;
  }
  run = g_new0 (Run, 1);
  run->work = work;
  run->data = data;
  run->destroy = destroy;
  tsr_worker_job_init (
      &run->job, self->pool, self->cancellable, tsr_project_controller_progress, self);
  task = g_task_new (self, self->cancellable, ran_cb, NULL);
  g_task_set_task_data (task, run, (GDestroyNotify)run_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run_thread);
}
