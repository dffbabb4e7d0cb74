/* SPDX-License-Identifier: GPL-3.0-or-later
 * The hardened SQLite connection, after section 3 of the reliability notes.
 */
#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "store/db-error.h"
#include "store/watch.h"

#define HEAP_LIMIT_BYTES (G_GINT64_CONSTANT (1) << 30)
#define CELL_LIMIT_BYTES (64 << 20) /* longest text, blob or row */

struct TsrDb {
  sqlite3    *handle;
  char       *name; /* how messages call the file */
  GHashTable *statements;
  gint64      deadline_us; /* 0 = none; by g_get_monotonic_time */
  gboolean    broken;
  TsrWatch   *watch; /* NULL: nobody may cancel */
};

struct TsrStatement {
  TsrDb        *db;
  sqlite3_stmt *handle;
  int           bind_rc;
};

/* ---- errors ---- */

static gboolean
is_full_errno (int error_number)
{
  return error_number == ENOSPC || error_number == EFBIG || error_number == EDQUOT;
}

/* SQLite calls only ENOSPC a full disk; a quota or a limit of the file size is one too.
 */
static gboolean
is_full_write (TsrDb *self, int rc)
{
  sqlite3_file *journal = NULL;
  int           error_number = sqlite3_system_errno (self->handle);

  if (rc != SQLITE_IOERR_WRITE || is_full_errno (error_number))
    return rc == SQLITE_IOERR_WRITE;
  if (sqlite3_file_control (
          self->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &error_number) == SQLITE_OK &&
      is_full_errno (error_number))
    return TRUE;
  return sqlite3_file_control (
             self->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal) == SQLITE_OK &&
         journal != NULL && journal->pMethods != NULL &&
         journal->pMethods->xFileControl (
             journal, SQLITE_FCNTL_LAST_ERRNO, &error_number) == SQLITE_OK &&
         is_full_errno (error_number);
}

static gboolean
is_sync_failure (int rc)
{
  return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

static TsrStoreError
code_of (TsrDb *self, int rc)
{
  if (self->handle != NULL && is_full_write (self, rc))
    return TSR_STORE_ERROR_FULL;
  switch (rc & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return TSR_STORE_ERROR_IN_USE;
  case SQLITE_FULL:
    return TSR_STORE_ERROR_FULL;
  case SQLITE_NOTADB:
    return TSR_STORE_ERROR_NOT_A_PROJECT;
  case SQLITE_CORRUPT:
    return TSR_STORE_ERROR_DAMAGED;
  default:
    return TSR_STORE_ERROR_WRITE;
  }
}

static void
set_error (TsrDb *self, int rc, GError **error)
{
  TsrDbTrouble trouble = TSR_DB_OTHER_TROUBLE;

  if ((rc & 0xff) == SQLITE_INTERRUPT && tsr_db_is_cancelled (self)) {
    tsr_db_set_cancelled (error);
    return;
  }
  if (is_sync_failure (rc))
    self->broken = TRUE;
  if ((rc & 0xff) == SQLITE_CONSTRAINT)
    trouble = TSR_DB_UNFIT_EDIT;
  else if ((rc & 0xff) == SQLITE_READONLY)
    trouble = TSR_DB_READ_ONLY;
  tsr_db_describe_error (code_of (self, rc),
                         trouble,
                         self->name,
                         self->handle != NULL ? sqlite3_errmsg (self->handle)
                                              : sqlite3_errstr (rc),
                         error);
}

static gboolean
check_rc (TsrDb *self, int rc, GError **error)
{
  if (rc == SQLITE_OK)
    return TRUE;
  set_error (self, rc, error);
  return FALSE;
}

/* ---- opening ---- */

static int
progress_cb (void *data)
{
  TsrDb *self = data;

  return self->deadline_us != 0 && g_get_monotonic_time () > self->deadline_us;
}

static gboolean
set_defences (TsrDb *self, GError **error)
{
  static const struct {
    int option, value;
  } switches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
  };
  static const struct {
    int limit, value;
  } limits[] = {
      {SQLITE_LIMIT_LENGTH, CELL_LIMIT_BYTES},
      {SQLITE_LIMIT_SQL_LENGTH, 100000},
      {SQLITE_LIMIT_COLUMN, 64},
      {SQLITE_LIMIT_EXPR_DEPTH, 20},
      {SQLITE_LIMIT_COMPOUND_SELECT, 4},
      {SQLITE_LIMIT_VDBE_OP, 25000},
      {SQLITE_LIMIT_FUNCTION_ARG, 8},
      {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 64},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++) {
    int now = 0;
    int rc =
        sqlite3_db_config (self->handle, switches[i].option, switches[i].value, &now);
    if (!check_rc (self, rc, error))
      return FALSE;
    if (now != switches[i].value)
      return check_rc (self, SQLITE_MISUSE, error);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    sqlite3_limit (self->handle, limits[i].limit, limits[i].value);
  sqlite3_hard_heap_limit64 (HEAP_LIMIT_BYTES);
  sqlite3_progress_handler (self->handle, 10000, progress_cb, self);
  return check_rc (self, sqlite3_busy_timeout (self->handle, 0), error);
}

static gboolean
set_pragmas (TsrDb *self, TsrDbMode mode, GError **error)
{
  return tsr_db_execute (self,
                         "PRAGMA mmap_size = 0;"
                         "PRAGMA cell_size_check = ON;"
                         "PRAGMA cache_size = -16384;"
                         "PRAGMA secure_delete = ON;"
                         "PRAGMA locking_mode = EXCLUSIVE;",
                         error) &&
         (mode != TSR_DB_WORK || tsr_db_execute (self,
                                                 "PRAGMA journal_mode = DELETE;"
                                                 "PRAGMA synchronous = EXTRA;",
                                                 error));
}

static void
statement_free (gpointer data)
{
  TsrStatement *statement = data;

  sqlite3_finalize (statement->handle);
  g_free (statement);
}

static int
open_flags (TsrDbMode mode)
{
  int common = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;

  if (mode == TSR_DB_MEMORY)
    return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY;
  return common | SQLITE_OPEN_READWRITE;
}

static gboolean
is_read_only (TsrDb *self)
{
  return sqlite3_db_readonly (self->handle, "main") != 0;
}

TsrDb *
tsr_db_open (const char      *path,
             const char      *name,
             TsrDbMode        mode,
             const TsrDbHost *host,
             GError         **error)
{
  TsrDb *self = g_new0 (TsrDb, 1);

  self->name = g_strdup (name);
  self->statements =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, statement_free);
  int rc =
      sqlite3_open_v2 (mode == TSR_DB_MEMORY ? ":memory:" : path,
                       &self->handle,
                       open_flags (mode),
                       host != NULL && mode != TSR_DB_MEMORY ? host->vfs_name : NULL);
  /* Taking the lock writes nothing; a cut-off transaction is rolled back here. */
  if (check_rc (self, rc, error) && set_defences (self, error) &&
      set_pragmas (self, mode, error) &&
      (mode != TSR_DB_WORK || is_read_only (self) ||
       tsr_db_execute (self, "BEGIN EXCLUSIVE; COMMIT", error)))
    return self;
  tsr_db_close (self);
  return NULL;
}

void
tsr_db_close (TsrDb *self)
{
  if (self == NULL)
    return;
  tsr_watch_free (self->watch);
  g_hash_table_unref (self->statements);
  if (self->handle != NULL && sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("a statement of %s is still in use", self->name);
  g_free (self->name);
  g_free (self);
}

static void
interrupt_cb (gpointer data)
{
  sqlite3_interrupt (((TsrDb *)data)->handle);
}

void
tsr_db_set_job (TsrDb *self, const TsrJob *job)
{
  g_clear_pointer (&self->watch, tsr_watch_free);
  if (job != NULL)
    self->watch = tsr_watch_new (job, interrupt_cb, self);
}

TsrWatch *
tsr_db_watch (TsrDb *self)
{
  return self->watch;
}

struct TsrDbFile {
  sqlite3_file *file;
  const char   *path; /* in the form SQLite wants */
  sqlite3_int64 size;
};

static TsrDbFile *
open_raw (const char *path, const TsrDbHost *host, int *rc)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (host != NULL ? host->vfs_name : NULL);
  TsrDbFile   *self = g_new0 (TsrDbFile, 1);
  int          flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_NOFOLLOW;

  self->file = g_malloc0 ((gsize)vfs->szOsFile);
  self->path = sqlite3_create_filename (path, "", "", 0, NULL);
  *rc = vfs->xOpen (vfs, self->path, self->file, flags, &flags);
  if (*rc == SQLITE_OK)
    *rc = self->file->pMethods->xFileSize (self->file, &self->size);
  return self;
}

TsrDbFile *
tsr_db_file_open (const char      *path,
                  const char      *name,
                  const TsrDbHost *host,
                  gboolean         lock,
                  GError         **error)
{
  int        rc;
  TsrDbFile *self = open_raw (path, host, &rc);

  if (rc == SQLITE_OK && lock)
    rc = self->file->pMethods->xLock (self->file, SQLITE_LOCK_SHARED);
  if (rc == SQLITE_OK)
    return self;
  tsr_db_describe_error ((rc & 0xff) == SQLITE_BUSY ? TSR_STORE_ERROR_IN_USE
                                                    : TSR_STORE_ERROR_NOT_FOUND,
                         TSR_DB_OTHER_TROUBLE,
                         name,
                         "",
                         error);
  tsr_db_file_close (self);
  return NULL;
}

void
tsr_db_file_close (TsrDbFile *self)
{
  if (self == NULL)
    return;
  if (self->file->pMethods != NULL) {
    self->file->pMethods->xUnlock (self->file, SQLITE_LOCK_NONE);
    self->file->pMethods->xClose (self->file);
  }
  sqlite3_free_filename ((char *)self->path);
  g_free (self->file);
  g_free (self);
}

guint64
tsr_db_file_n_bytes (TsrDbFile *self)
{
  return (guint64)self->size;
}

gboolean
tsr_db_file_read (TsrDbFile *self, guint64 offset, void *bytes, gsize n_bytes)
{
  return n_bytes <= G_MAXINT && offset <= G_MAXINT64 &&
         self->file->pMethods->xRead (
             self->file, bytes, (int)n_bytes, (sqlite3_int64)offset) == SQLITE_OK;
}

gboolean
tsr_db_read_start (const char      *path,
                   const char      *name,
                   const TsrDbHost *host,
                   guint8          *bytes,
                   gsize            n_bytes,
                   guint64         *n_file_bytes,
                   GError         **error)
{
  int        rc;
  TsrDbFile *file = open_raw (path, host, &rc);

  memset (bytes, 0, n_bytes);
  if (rc == SQLITE_OK)
    rc = file->file->pMethods->xRead (file->file, bytes, (int)n_bytes, 0);
  *n_file_bytes = (guint64)file->size;
  tsr_db_file_close (file);
  if (rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ)
    return TRUE;
  tsr_db_describe_error (
      TSR_STORE_ERROR_NOT_FOUND, TSR_DB_OTHER_TROUBLE, name, "", error);
  return FALSE;
}

gboolean
tsr_db_is_broken (TsrDb *self)
{
  return self->broken;
}

void
tsr_db_set_broken (TsrDb *self)
{
  self->broken = TRUE;
}

void
tsr_db_set_deadline (TsrDb *self, double seconds)
{
  self->deadline_us = seconds > 0 ? g_get_monotonic_time () + (gint64)(seconds * 1e6) : 0;
}

/* ---- statements ---- */

gboolean
tsr_db_execute (TsrDb *self, const char *sql, GError **error)
{
  return check_rc (self, sqlite3_exec (self->handle, sql, NULL, NULL, NULL), error);
}

gboolean
tsr_db_begin (TsrDb *self, GError **error)
{
  if (self->broken) {
    set_error (self, SQLITE_IOERR_FSYNC, error);
    return FALSE;
  }
  return tsr_db_execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
tsr_db_commit (TsrDb *self, GError **error)
{
  if (tsr_db_execute (self, "COMMIT", error))
    return TRUE;
  tsr_db_rollback (self);
  return FALSE;
}

void
tsr_db_rollback (TsrDb *self)
{
  tsr_db_set_job (self, NULL);
  /* Some failures roll back on their own. */
  if (sqlite3_get_autocommit (self->handle))
    return;
  if (sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK &&
      !sqlite3_get_autocommit (self->handle))
    self->broken = TRUE;
}

gboolean
tsr_db_vacuum (TsrDb *self, const char *out_path, GError **error)
{
  sqlite3_limit (self->handle, SQLITE_LIMIT_ATTACHED, 1);
  TsrStatement *statement =
      tsr_db_prepare (self, out_path != NULL ? "VACUUM INTO ?1" : "VACUUM", error);
  if (statement != NULL && out_path != NULL)
    tsr_statement_bind_text (statement, 1, out_path);
  gboolean ok = statement != NULL && tsr_statement_run (statement, error);
  sqlite3_limit (self->handle, SQLITE_LIMIT_ATTACHED, 0);
  return ok;
}

GBytes *
tsr_db_serialize (TsrDb *self, GError **error)
{
  sqlite3_int64  size = 0;
  unsigned char *bytes = sqlite3_serialize (self->handle, "main", &size, 0);

  if (bytes == NULL) {
    set_error (self, SQLITE_NOMEM, error);
    return NULL;
  }
  return g_bytes_new_with_free_func (bytes, (gsize)size, sqlite3_free, bytes);
}

TsrStatement *
tsr_db_prepare (TsrDb *self, const char *sql, GError **error)
{
  TsrStatement *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL) {
    tsr_statement_reset (statement);
    return statement;
  }
  sqlite3_stmt *handle = NULL;
  int           rc = sqlite3_prepare_v3 (
      self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
  if (!check_rc (self, rc, error))
    return NULL;
  statement = g_new0 (TsrStatement, 1);
  statement->db = self;
  statement->handle = handle;
  g_hash_table_insert (self->statements, (gpointer)sqlite3_sql (handle), statement);
  return statement;
}

static void
note_bind (TsrStatement *self, int rc)
{
  if (self->bind_rc == SQLITE_OK)
    self->bind_rc = rc;
}

void
tsr_statement_bind_int (TsrStatement *self, int i, gint64 value)
{
  note_bind (self, sqlite3_bind_int64 (self->handle, i, value));
}

void
tsr_statement_bind_real (TsrStatement *self, int i, double value)
{
  note_bind (self, sqlite3_bind_double (self->handle, i, value));
}

void
tsr_statement_bind_text (TsrStatement *self, int i, const char *value)
{
  note_bind (self, sqlite3_bind_text (self->handle, i, value, -1, SQLITE_STATIC));
}

void
tsr_statement_bind_blob (TsrStatement *self, int i, const void *bytes, gsize n_bytes)
{
  note_bind (self,
             sqlite3_bind_blob64 (self->handle,
                                  i,
                                  n_bytes > 0 ? bytes : "",
                                  (sqlite3_uint64)n_bytes,
                                  SQLITE_STATIC));
}

void
tsr_statement_bind_null (TsrStatement *self, int i)
{
  note_bind (self, sqlite3_bind_null (self->handle, i));
}

TsrStepResult
tsr_statement_step (TsrStatement *self, GError **error)
{
  int rc = self->bind_rc != SQLITE_OK ? self->bind_rc : sqlite3_step (self->handle);

  if (rc == SQLITE_ROW)
    return TSR_STEP_ROW;
  if (rc == SQLITE_DONE)
    return TSR_STEP_DONE;
  set_error (self->db, rc, error);
  return TSR_STEP_ERROR;
}

gboolean
tsr_statement_run (TsrStatement *self, GError **error)
{
  TsrStepResult result;

  do
    result = tsr_statement_step (self, error);
  while (result == TSR_STEP_ROW);
  tsr_statement_reset (self);
  return result == TSR_STEP_DONE;
}

void
tsr_statement_reset (TsrStatement *self)
{
  sqlite3_reset (self->handle); /* repeats the error of the last step */
  sqlite3_clear_bindings (self->handle);
  self->bind_rc = SQLITE_OK;
}

TsrColumnType
tsr_statement_type (TsrStatement *self, int i)
{
  switch (sqlite3_column_type (self->handle, i)) {
  case SQLITE_INTEGER:
    return TSR_COLUMN_INT;
  case SQLITE_FLOAT:
    return TSR_COLUMN_REAL;
  case SQLITE_TEXT:
    return TSR_COLUMN_TEXT;
  case SQLITE_BLOB:
    return TSR_COLUMN_BLOB;
  default:
    return TSR_COLUMN_NULL;
  }
}

gint64
tsr_statement_int (TsrStatement *self, int i)
{
  return sqlite3_column_int64 (self->handle, i);
}

double
tsr_statement_real (TsrStatement *self, int i)
{
  return sqlite3_column_double (self->handle, i);
}

const void *
tsr_statement_bytes (TsrStatement *self, int i, gsize *n_bytes)
{
  const void *bytes = tsr_statement_type (self, i) == TSR_COLUMN_TEXT
                          ? (const void *)sqlite3_column_text (self->handle, i)
                          : sqlite3_column_blob (self->handle, i);

  *n_bytes = (gsize)sqlite3_column_bytes (self->handle, i);
  return bytes != NULL ? bytes : "";
}
