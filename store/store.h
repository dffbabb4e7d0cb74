/* SPDX-License-Identifier: GPL-3.0-or-later
 * The project file. One SQLite connection, owned by one writer thread; every call below
 * hands work to that thread. The file is the document: an edit is on the disk when its
 * write is done. Errors are one sentence that says what is wrong, with which file, and
 * what to do.
 */
#pragma once

#include <gio/gio.h>

#include "model/project.h"

G_BEGIN_DECLS

#define TSR_TYPE_STORE (tsr_store_get_type ())
G_DECLARE_FINAL_TYPE (TsrStore, tsr_store, TSR, STORE, GObject)

#define TSR_STORE_ERROR (tsr_store_error_quark ())
GQuark tsr_store_error_quark (void);
typedef enum {
  TSR_STORE_ERROR_NOT_FOUND,
  TSR_STORE_ERROR_NOT_A_PROJECT, /* text, another database, a folder, a FIFO ... */
  TSR_STORE_ERROR_NEWER,         /* made by a newer Tarsier */
  TSR_STORE_ERROR_DAMAGED,
  TSR_STORE_ERROR_IN_USE, /* "in use by Tarsier" */
  TSR_STORE_ERROR_FULL,   /* no space left */
  TSR_STORE_ERROR_WRITE,
  TSR_STORE_ERROR_EXISTS,
  TSR_STORE_ERROR_FORMAT, /* a line of an interchange file that makes no sense */
} TsrStoreError;

/* Creates a new file (fails if there is one), or opens one after the checks of the
 * reliability notes. Thread: any; blocks. */
TsrStore *tsr_store_create (const char *path, GError **error);
TsrStore *tsr_store_open (const char *path, GError **error);
/* Calls with a job, which may be NULL, can be cancelled (G_IO_ERROR_CANCELLED, within 100
 * ms, the file as it was) and tell progress, which comes on the writer's thread or
 * another one, not the caller's. */
TsrStore *tsr_store_open_with_job (const char *path, const TsrJob *job, GError **error);
/* Finishes all writes, closes the file, ends the thread. Idempotent; also on the last
 * unref. */
gboolean    tsr_store_close (TsrStore *self, GError **error);
const char *tsr_store_get_path (TsrStore *self);

/* Rebuilds the project: sounds, histories, partials of the present states and of all
 * steps. A damaged row becomes a warning (array of strings), not a refusal. Thread: any,
 * which may hand the project on to the main thread; blocks. */
TsrProject *
tsr_store_load (TsrStore *self, const TsrJob *job, GPtrArray **warnings, GError **error);

/* Bytes of a new source, to be called before the edit that adds the first sound with it:
 * copied from the file descriptor in rows of at most 1 MiB in short transactions,
 * published by the edit. Thread: any; blocks. */
gboolean tsr_store_write_source (
    TsrStore *self, TsrSource *source, int fd, GCancellable *cancellable, GError **error);
/* Copies the bytes of a source to a file descriptor, checksums verified. Thread: any;
 * blocks. */
gboolean tsr_store_read_source (TsrStore *self, gint64 source_id, int fd, GError **error);

/* Writes one edit as one transaction. The async form answers on the caller's main context
 * in order of calls; "done" means that it is on the disk. */
gboolean tsr_store_write (TsrStore *self, TsrEdit *edit, GError **error);
void     tsr_store_write_async (TsrStore           *self,
                                TsrEdit            *edit,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean tsr_store_write_finish (TsrStore *self, GAsyncResult *result, GError **error);
/* Several edits, all or none: what the command line uses for several inputs. */
gboolean tsr_store_write_all (TsrStore       *self,
                              TsrEdit *const *edits,
                              gsize           n_edits,
                              const TsrJob   *job,
                              GError        **error);

/* Small settings of the project (view, last sound ...): key -> text; not part of the
 * history. */
gboolean tsr_store_set_setting (TsrStore   *self,
                                const char *key,
                                const char *value,
                                GError    **error);
char    *tsr_store_dup_setting (TsrStore *self, const char *key);

/* A copy at out_path, whole or not at all; with_history FALSE leaves removed sounds and
 * undo out. */
gboolean tsr_store_save_copy (TsrStore     *self,
                              const char   *out_path,
                              gboolean      overwrite,
                              const TsrJob *job,
                              GError      **error);
typedef struct {
  guint64 n_steps_dropped, n_sounds_dropped, n_sources_dropped;
  guint64 bytes_before, bytes_after;
} TsrCompactReport;
/* Drops removed sounds, branches, and all but the newest keep_steps steps of each sound
 * (G_MAXUINT = all), and gives the space back. dry_run only reports. */
gboolean tsr_store_compact (TsrStore         *self,
                            guint             keep_steps,
                            gboolean          dry_run,
                            const TsrJob     *job,
                            TsrCompactReport *report,
                            GError          **error);
guint64  tsr_store_get_n_bytes (TsrStore *self); /* of the file */
/* Whether the last write found so little room on the disk that the reserve of 8 MiB had
 * to be given up, or could not be had: a person should be told. Thread: any. */
gboolean tsr_store_is_nearly_full (TsrStore *self);

/* Integrity of a file, without opening it for work: every page, key and row checksum.
 * Damage is listed as sentences (empty = whole). FALSE with an error only when the file
 * cannot be looked at. */
gboolean
tsr_store_check (const char *path, const TsrJob *job, GPtrArray **damage, GError **error);
/* Copies what is whole into a new project. Reports how many rows came along and how many
 * not. */
gboolean tsr_store_salvage (const char   *path,
                            const char   *out_path,
                            const TsrJob *job,
                            guint64      *n_saved,
                            guint64      *n_lost,
                            GError      **error);

G_END_DECLS
