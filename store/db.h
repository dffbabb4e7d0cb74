/* SPDX-License-Identifier: GPL-3.0-or-later
 * A thin, strict layer over SQLite, the only place that knows its header: a hardened
 * connection, cached statements, transactions, and errors as one sentence. A TsrDb and
 * all of its statements belong to one thread.
 */
#pragma once

#include <glib.h>

#include "store/watch.h"

G_BEGIN_DECLS

typedef struct TsrDb        TsrDb;
typedef struct TsrStatement TsrStatement;

typedef enum {
  TSR_DB_WORK,   /* read and write, alone: locks the file or says who is in the way; only
                    read where the file may not be written */
  TSR_DB_MEMORY, /* a new empty database in memory; path is ignored */
} TsrDbMode;

/* Where files live, for tests that drop unsynced sectors or fail the k-th write: the name
 * of a registered SQLite VFS. NULL is the system's. */
typedef struct {
  const char *vfs_name;
  gboolean    is_simulated; /* the VFS has no real files behind it */
} TsrDbHost;

/* `name` is what messages call the file. Opens with every defence switched on before the
 * first read of the schema: DEFENSIVE, no trusted schema, triggers, views or
 * double-quoted strings, limits, a heap limit, cell size checks, no mapping; journal
 * DELETE, synchronous EXTRA, locking EXCLUSIVE, foreign keys. No symbolic link is
 * followed. */
TsrDb *tsr_db_open (const char      *path,
                    const char      *name,
                    TsrDbMode        mode,
                    const TsrDbHost *host,
                    GError         **error);
void   tsr_db_close (TsrDb *self); /* NULL is allowed; rolls back what is open */

/* First bytes and size of a file that may be open elsewhere in this process: through the
 * VFS, since closing any other descriptor of it would drop SQLite's locks. Bytes beyond
 * the end are 0. FALSE: it cannot be read. */
gboolean tsr_db_read_start (const char      *path,
                            const char      *name,
                            const TsrDbHost *host,
                            guint8          *bytes,
                            gsize            n_bytes,
                            guint64         *n_file_bytes,
                            GError         **error);

/* The same way for the salvage of pages, holding a lock that keeps others from writing.
 */
typedef struct TsrDbFile TsrDbFile;

TsrDbFile *tsr_db_file_open (const char      *path,
                             const char      *name,
                             const TsrDbHost *host,
                             gboolean         lock,
                             GError         **error);
void       tsr_db_file_close (TsrDbFile *self); /* NULL is allowed */
guint64    tsr_db_file_n_bytes (TsrDbFile *self);
/* FALSE: not all of them are there. */
gboolean tsr_db_file_read (TsrDbFile *self, guint64 offset, void *bytes, gsize n_bytes);

/* An fsync failed: what is on the disk is no longer known, nothing more is written. */
gboolean tsr_db_is_broken (TsrDb *self);
void     tsr_db_set_broken (TsrDb *self);
/* From now on statements are interrupted soon after the job was cancelled, until a
 * rollback or the next call; NULL: nobody may cancel. The job has to live so long. */
void tsr_db_set_job (TsrDb *self, const TsrJob *job);
/* NULL: nobody may cancel. */
TsrWatch *tsr_db_watch (TsrDb *self);
gboolean  tsr_db_is_cancelled (TsrDb *self);
/* The error of what was cancelled: G_IO_ERROR_CANCELLED. */
void tsr_db_set_cancelled (GError **error);
/* From now on a statement that runs longer is stopped with an error; 0 = no limit. */
void tsr_db_set_deadline (TsrDb *self, double seconds);

/* Statements without parameters, for the schema and pragmas. */
gboolean tsr_db_execute (TsrDb *self, const char *sql, GError **error);
/* First column of the first row of a query; 0 if there is none. */
gboolean tsr_db_query_int (TsrDb *self, const char *sql, gint64 *value, GError **error);
/* The first columns of all rows of a query as text. NULL with an error. */
GPtrArray *tsr_db_query_texts (TsrDb *self, const char *sql, GError **error);

gboolean tsr_db_begin (TsrDb *self, GError **error);
/* On FALSE nothing of the transaction is in the file, unless the connection is broken. */
gboolean tsr_db_commit (TsrDb *self, GError **error);
void     tsr_db_rollback (TsrDb *self);

/* VACUUM, or VACUUM INTO `out_path`, whose bytes are not yet synced. */
gboolean tsr_db_vacuum (TsrDb *self, const char *out_path, GError **error);
/* The whole database as the bytes of a file. */
GBytes *tsr_db_serialize (TsrDb *self, GError **error);

/* A statement of the cache, reset; owned by the connection. NULL with an error. */
TsrStatement *tsr_db_prepare (TsrDb *self, const char *sql, GError **error);

/* Parameters count from 1. Text and blobs are not copied: they must live until the step.
 * A failure shows in the next step. */
void tsr_statement_bind_int (TsrStatement *self, int i, gint64 value);
void tsr_statement_bind_real (TsrStatement *self, int i, double value);
void tsr_statement_bind_text (TsrStatement *self, int i, const char *value);
void
tsr_statement_bind_blob (TsrStatement *self, int i, const void *bytes, gsize n_bytes);
void tsr_statement_bind_null (TsrStatement *self, int i);

typedef enum { TSR_STEP_ROW, TSR_STEP_DONE, TSR_STEP_ERROR } TsrStepResult;
G_GNUC_WARN_UNUSED_RESULT
TsrStepResult tsr_statement_step (TsrStatement *self, GError **error);
/* Steps to the end and resets. */
G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_statement_run (TsrStatement *self, GError **error);
void     tsr_statement_reset (TsrStatement *self);

typedef enum {
  TSR_COLUMN_NULL,
  TSR_COLUMN_INT,
  TSR_COLUMN_REAL,
  TSR_COLUMN_TEXT,
  TSR_COLUMN_BLOB,
} TsrColumnType;

/* Columns count from 0; what they point to lives until the next step or reset. */
TsrColumnType tsr_statement_type (TsrStatement *self, int i);
gint64        tsr_statement_int (TsrStatement *self, int i);
double        tsr_statement_real (TsrStatement *self, int i);
/* Text or blob; never NULL. Text is followed by a 0. */
const void *tsr_statement_bytes (TsrStatement *self, int i, gsize *n_bytes);

G_END_DECLS
