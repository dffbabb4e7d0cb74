/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store as others see it: each call becomes a job of the writer thread.
 */
#include "store/store.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "store/project-file.h"
#include "store/project-load.h"
#include "store/project-maintain.h"
#include "store/project-write.h"
#include "store/setting.h"
#include "store/source-store.h"
#include "store/store-private.h"
#include "store/store-worker.h"

struct _TsrStore {
  GObject         parent_instance;
  char           *path;
  TsrStoreWorker *worker;
  TsrProjectFile *file;           /* the writer thread's; NULL once closed */
  gint            is_nearly_full; /* atomic */
};

G_DEFINE_FINAL_TYPE (TsrStore, tsr_store, G_TYPE_OBJECT)

/* One call: what goes to the writer thread, and what comes back. */
typedef struct Request Request;
struct Request {
  TsrStore *self;
  gboolean (*work) (Request *request, GError **error);
  gconstpointer a, b; /* arguments, as the work knows them */
  gpointer      out;
  gint64        number;
  const TsrJob *job; /* NULL: neither progress nor cancel */
  gboolean      ok;
  GError       *error;
};

static void
run_request (gpointer data)
{
  Request *request = data;

  TsrProjectFile *file = request->self->file;

  if (file != NULL) {
    tsr_db_set_job (file->db, request->job);
    request->ok = request->work (request, &request->error);
    tsr_db_set_job (file->db, NULL);
    g_atomic_int_set (&request->self->is_nearly_full, file->is_nearly_full);
  } else
    g_set_error (&request->error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_WRITE,
                 _ ("%s: is closed already"),
                 request->self->path);
}

static gboolean
send (TsrStore *self, Request *request, GError **error)
{
  if (tsr_job_cancelled (request->job)) {
    tsr_db_set_cancelled (error);
    return FALSE;
  }
  request->self = self;
  tsr_store_worker_call (self->worker, run_request, request);
  if (request->error != NULL)
    g_propagate_error (error, request->error);
  return request->ok;
}

static void
tsr_store_finalize (GObject *object)
{
  TsrStore *self = TSR_STORE (object);

  tsr_store_close (self, NULL);
  g_clear_pointer (&self->worker, tsr_store_worker_free);
  g_free (self->path);
  G_OBJECT_CLASS (tsr_store_parent_class)->finalize (object);
}

static void
tsr_store_class_init (TsrStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tsr_store_finalize;
}

static void
tsr_store_init (TsrStore *self)
{
  self->worker = tsr_store_worker_new ();
}

/* ---- opening and closing ---- */

typedef struct {
  TsrStore        *self;
  const TsrDbHost *host;
  const TsrJob    *job;
  GError          *error;
} Opening;

static void
run_open (gpointer data)
{
  Opening *opening = data;

  opening->self->file = tsr_project_file_open (opening->self->path,
                                               TSR_OPEN_TRUSTING,
                                               opening->host,
                                               opening->job,
                                               &opening->error);
}

static TsrStore *
open_store (const char *path, const TsrDbHost *host, const TsrJob *job, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  TsrStore *self = g_object_new (TSR_TYPE_STORE, NULL);
  Opening   opening = {.self = self, .host = host, .job = job};
  self->path = g_strdup (path);
  tsr_store_worker_call (self->worker, run_open, &opening);
  if (self->file != NULL)
    return self;
  g_propagate_error (error, opening.error);
  g_object_unref (self);
  return NULL;
}

TsrStore *
tsr_store_open_on (const char *path, const TsrDbHost *host, GError **error)
{
  return open_store (path, host, NULL, error);
}

TsrStore *
tsr_store_open (const char *path, GError **error)
{
  return open_store (path, NULL, NULL, error);
}

TsrStore *
tsr_store_open_with_job (const char *path, const TsrJob *job, GError **error)
{
  return open_store (path, NULL, job, error);
}

TsrStore *
tsr_store_create (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return tsr_project_file_create (path, error) ? tsr_store_open (path, error) : NULL;
}

static void
run_close (gpointer data)
{
  TsrStore *self = data;

  g_clear_pointer (&self->file, tsr_project_file_close);
}

gboolean
tsr_store_close (TsrStore *self, GError **error)
{
  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);

  /* Every write was committed when it was answered: closing cannot lose any. */
  tsr_store_worker_call (self->worker, run_close, self);
  return TRUE;
}

const char *
tsr_store_get_path (TsrStore *self)
{
  g_return_val_if_fail (TSR_IS_STORE (self), NULL);
  return self->path;
}

guint64
tsr_store_get_n_bytes (TsrStore *self)
{
  struct stat status;

  g_return_val_if_fail (TSR_IS_STORE (self), 0);
  return stat (self->path, &status) == 0 ? (guint64)status.st_size : 0;
}

gboolean
tsr_store_is_nearly_full (TsrStore *self)
{
  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  return g_atomic_int_get (&self->is_nearly_full) != 0;
}

/* ---- loading ---- */

static gboolean
work_load (Request *request, GError **error)
{
  *(TsrLoaded **)request->out =
      tsr_project_read (request->self->file, request->job, error);
  return *(TsrLoaded **)request->out != NULL;
}

TsrProject *
tsr_store_load (TsrStore *self, const TsrJob *job, GPtrArray **warnings, GError **error)
{
  TsrLoaded *loaded = NULL;
  Request    request = {.work = work_load, .out = &loaded, .job = job};

  g_return_val_if_fail (TSR_IS_STORE (self), NULL);
  if (!send (self, &request, error))
    return NULL;
  TsrProject *project = tsr_loaded_build (loaded);
  if (warnings != NULL)
    *warnings = g_ptr_array_ref (tsr_loaded_get_warnings (loaded));
  tsr_loaded_free (loaded);
  return project;
}

/* ---- sources ---- */

typedef struct {
  int           fd;
  GCancellable *cancellable;
} SourceArguments;

static gboolean
work_write_source (Request *request, GError **error)
{
  const SourceArguments *arguments = request->b;

  return tsr_source_stage (request->self->file,
                           (TsrSource *)request->a,
                           arguments->fd,
                           arguments->cancellable,
                           error);
}

gboolean
tsr_store_write_source (
    TsrStore *self, TsrSource *source, int fd, GCancellable *cancellable, GError **error)
{
  SourceArguments arguments = {fd, cancellable};
  Request         request = {.work = work_write_source, .a = source, .b = &arguments};

  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  g_return_val_if_fail (TSR_IS_SOURCE (source), FALSE);
  return send (self, &request, error);
}

static gboolean
work_read_source (Request *request, GError **error)
{
  const SourceArguments *arguments = request->b;

  return tsr_source_copy_out (request->self->file, request->number, arguments->fd, error);
}

gboolean
tsr_store_read_source (TsrStore *self, gint64 source_id, int fd, GError **error)
{
  SourceArguments arguments = {fd, NULL};
  Request request = {.work = work_read_source, .b = &arguments, .number = source_id};

  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  return send (self, &request, error);
}

/* ---- edits ---- */

static gboolean
work_write (Request *request, GError **error)
{
  return tsr_project_write (request->self->file,
                            (TsrEdit *const *)request->a,
                            (gsize)request->number,
                            request->job,
                            error);
}

gboolean
tsr_store_write_all (TsrStore       *self,
                     TsrEdit *const *edits,
                     gsize           n_edits,
                     const TsrJob   *job,
                     GError        **error)
{
  Request request = {
      .work = work_write, .a = edits, .number = (gint64)n_edits, .job = job};

  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  return send (self, &request, error);
}

gboolean
tsr_store_write (TsrStore *self, TsrEdit *edit, GError **error)
{
  return tsr_store_write_all (self, &edit, 1, NULL, error);
}

static void
run_write_task (gpointer data)
{
  GTask   *task = data;
  TsrEdit *edit = g_task_get_task_data (task);
  Request  request = {.self = g_task_get_source_object (task),
                      .work = work_write,
                      .a = &edit,
                      .number = 1};

  run_request (&request);
  if (request.ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, request.error);
  g_object_unref (task);
}

void
tsr_store_write_async (TsrStore           *self,
                       TsrEdit            *edit,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_return_if_fail (TSR_IS_STORE (self));
  g_return_if_fail (edit != NULL);

  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, tsr_edit_ref (edit), (GDestroyNotify)tsr_edit_unref);
  tsr_store_worker_push (self->worker, run_write_task, task);
}

gboolean
tsr_store_write_finish (TsrStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- settings ---- */

static gboolean
work_set_setting (Request *request, GError **error)
{
  return tsr_setting_write (request->self->file, request->a, request->b, error);
}

gboolean
tsr_store_set_setting (TsrStore *self, const char *key, const char *value, GError **error)
{
  Request request = {.work = work_set_setting, .a = key, .b = value};

  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);
  return send (self, &request, error);
}

static gboolean
work_dup_setting (Request *request, GError **error)
{
  return tsr_setting_read (request->self->file, request->a, request->out, error);
}

char *
tsr_store_dup_setting (TsrStore *self, const char *key)
{
  char   *value = NULL;
  Request request = {.work = work_dup_setting, .a = key, .out = &value};

  g_return_val_if_fail (TSR_IS_STORE (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  send (self, &request, NULL);
  return value;
}

/* ---- housekeeping ---- */

static gboolean
work_save_copy (Request *request, GError **error)
{
  return tsr_project_save_copy (
      request->self->file, request->a, request->number != 0, request->job, error);
}

gboolean
tsr_store_save_copy (TsrStore     *self,
                     const char   *out_path,
                     gboolean      overwrite,
                     const TsrJob *job,
                     GError      **error)
{
  Request request = {
      .work = work_save_copy, .a = out_path, .number = overwrite, .job = job};

  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  g_return_val_if_fail (out_path != NULL, FALSE);
  return send (self, &request, error);
}
typedef struct {
  guint    keep_steps;
  gboolean dry_run;
} CompactArguments;

static gboolean
work_compact (Request *request, GError **error)
{
  const CompactArguments *arguments = request->a;

  return tsr_project_compact (request->self->file,
                              arguments->keep_steps,
                              arguments->dry_run,
                              request->job,
                              request->out,
                              error);
}

gboolean
tsr_store_compact (TsrStore         *self,
                   guint             keep_steps,
                   gboolean          dry_run,
                   const TsrJob     *job,
                   TsrCompactReport *report,
                   GError          **error)
{
  CompactArguments arguments = {keep_steps, dry_run};
  TsrCompactReport local = {0};
  Request request = {.work = work_compact, .a = &arguments, .out = &local, .job = job};

  g_return_val_if_fail (TSR_IS_STORE (self), FALSE);
  gboolean ok = send (self, &request, error);
  if (report != NULL)
    *report = local;
  return ok;
}
