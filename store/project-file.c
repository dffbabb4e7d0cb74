/* SPDX-License-Identifier: GPL-3.0-or-later
 * Opening, making and changing a project file.
 */
#include "store/project-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal-reader.h"
#include "store/store.h"

#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 40)
#define RESERVE_BYTES (8 << 20)

/* ---- before SQLite sees it ---- */

static gboolean
refuse (GError **error, TsrStoreError code, const char *path, const char *why)
{
  g_set_error (error, TSR_STORE_ERROR, code, "%s: %s", path, why);
  return FALSE;
}

gboolean
tsr_file_check_kind (const char *path, const char *real_path, GError **error)
{
  struct stat status;

  if (lstat (real_path, &status) != 0)
    return refuse (error, TSR_STORE_ERROR_NOT_FOUND, path, _ ("no such file"));
  if (S_ISLNK (status.st_mode))
    return refuse (error,
                   TSR_STORE_ERROR_NOT_A_PROJECT,
                   path,
                   _ ("a symbolic link; open the file it points to"));
  if (S_ISDIR (status.st_mode))
    return refuse (
        error, TSR_STORE_ERROR_NOT_A_PROJECT, path, _ ("a folder, not a project"));
  if (!S_ISREG (status.st_mode))
    return refuse (error,
                   TSR_STORE_ERROR_NOT_A_PROJECT,
                   path,
                   _ ("not a regular file, so not a project"));
  return TRUE;
}

static guint32
big_endian (const guint8 *p)
{
  return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static gboolean
is_project_start (const guint8 *start)
{
  return memcmp (start, "SQLite format 3", 16) == 0 &&
         big_endian (start + 68) == TSR_APPLICATION_ID;
}

/* The header of the file as SQLite documents it, read before SQLite acts upon it: a
 * journal next to a foreign file must not be played back. Where the power went while the
 * header was written, the journal has it as it was. */
static gboolean
check_start (const char      *path,
             const char      *real_path,
             const TsrDbHost *host,
             guint64         *n_bytes,
             GError         **error)
{
  guint8 start[100], before[100];

  if (!tsr_db_read_start (real_path, path, host, start, sizeof start, n_bytes, error))
    return FALSE;
  if (*n_bytes == 0)
    return refuse (
        error, TSR_STORE_ERROR_NOT_A_PROJECT, path, _ ("empty, not a project"));
  if (!is_project_start (start) &&
      tsr_journal_read_start (real_path, host, before, sizeof before) &&
      is_project_start (before))
    memcpy (start, before, sizeof start);
  if (memcmp (start, "SQLite format 3", 16) != 0)
    return refuse (
        error, TSR_STORE_ERROR_NOT_A_PROJECT, path, _ ("not a Tarsier project"));
  if (*n_bytes < 512)
    return refuse (
        error, TSR_STORE_ERROR_DAMAGED, path, _ ("cut short; nothing is left of it"));
  if (big_endian (start + 68) != TSR_APPLICATION_ID)
    return refuse (error,
                   TSR_STORE_ERROR_NOT_A_PROJECT,
                   path,
                   _ ("a database of another program, not a Tarsier project"));
  if (big_endian (start + 60) > TSR_SCHEMA_VERSION)
    return refuse (error,
                   TSR_STORE_ERROR_NEWER,
                   path,
                   _ ("made by a newer Tarsier; update this one to open it"));
  if (start[18] != 1 || start[19] != 1)
    return refuse (error,
                   TSR_STORE_ERROR_NOT_A_PROJECT,
                   path,
                   _ ("its journal mode was changed by another program"));
  if (*n_bytes > MAX_FILE_BYTES)
    return refuse (error, TSR_STORE_ERROR_NOT_A_PROJECT, path, _ ("larger than 1 TiB"));
  return TRUE;
}

/* ---- after SQLite has it ---- */

static gboolean
refuse_damaged (TsrProjectFile *self, const char *detail, GError **error)
{
  g_set_error (
      error,
      TSR_STORE_ERROR,
      TSR_STORE_ERROR_DAMAGED,
      _ ("%s: damaged (%s); “tarsier-cli check %s --salvage OUT” copies what is whole"),
      self->path,
      detail,
      self->path);
  return FALSE;
}

static gboolean
check_schema (TsrProjectFile *self, gint64 *version, GError **error)
{
  gint64   application_id = 0;
  gboolean matches = FALSE;

  if (!tsr_db_query_int (self->db, "PRAGMA application_id", &application_id, error) ||
      !tsr_db_query_int (self->db, "PRAGMA user_version", version, error))
    return FALSE;
  if (application_id != TSR_APPLICATION_ID || *version < 1 ||
      *version > TSR_SCHEMA_VERSION)
    return refuse_damaged (self, _ ("its version is not known"), error);
  if (!tsr_schema_matches (self->db, *version, &matches, error))
    return FALSE;
  return matches ||
         refuse_damaged (self, _ ("its tables are not those of a project"), error);
}

/* SQLite takes the missing end of a last page for zeros. */
static gboolean
check_length (TsrProjectFile *self, GError **error)
{
  gint64  n_pages = 0, page_bytes = 0;
  guint64 n_bytes = 0;
  guint8  start[1];

  if (!tsr_db_query_int (self->db, "PRAGMA page_count", &n_pages, error) ||
      !tsr_db_query_int (self->db, "PRAGMA page_size", &page_bytes, error) ||
      !tsr_db_read_start (
          self->real_path, self->path, &self->host, start, 1, &n_bytes, error))
    return FALSE;
  return n_bytes >= (guint64)(n_pages * page_bytes) ||
         refuse_damaged (self, _ ("cut short"), error);
}

static gboolean
check_pages (TsrProjectFile *self, GError **error)
{
  g_autoptr (GPtrArray) found =
      tsr_db_query_texts (self->db, "PRAGMA quick_check (1)", error);

  if (found == NULL)
    return FALSE;
  const char *first = found->len > 0 ? g_ptr_array_index (found, 0) : "";
  if (strcmp (first, "ok") == 0)
    return TRUE;
  g_autofree char *line = g_strdelimit (g_strdup (first), "\n", ' ');
  return refuse_damaged (self, line, error);
}

static gboolean
read_project_row (TsrProjectFile *self, TsrOpenMode mode, GError **error)
{
  TsrCursor cursor;
  gboolean  found = FALSE;

  if (!tsr_cursor_open (&cursor, self->rows, TSR_TABLE_PROJECT, error))
    return FALSE;
  if (tsr_cursor_next (&cursor, NULL) == TSR_STEP_ROW) {
    found = TRUE;
    self->made_us = tsr_cursor_int (&cursor, 1);
    self->made_by = tsr_cursor_dup_label (&cursor, 2);
    self->n_writes = tsr_cursor_int (&cursor, 3);
  }
  tsr_cursor_close (&cursor);
  return found || mode == TSR_OPEN_EXAMINING ||
         refuse_damaged (self, _ ("its first row is missing"), error);
}

static gboolean
verify (TsrProjectFile *self,
        TsrOpenMode     mode,
        guint64         n_bytes,
        const TsrJob   *job,
        GError        **error)
{
  tsr_db_set_job (self->db, job);
  tsr_db_set_deadline (self->db, 10 + (double)n_bytes / 20e6);
  if (!check_schema (self, &self->version, error) || !check_length (self, error) ||
      (mode == TSR_OPEN_TRUSTING && !check_pages (self, error)))
    return FALSE;
  tsr_db_set_deadline (self->db, 0);
  tsr_db_set_job (self->db, NULL);
  if (tsr_job_cancelled (job)) { /* a small file is read before anybody asks */
    tsr_db_set_cancelled (error);
    return FALSE;
  }
  if (self->version < TSR_SCHEMA_VERSION && mode == TSR_OPEN_TRUSTING) {
    if (!tsr_schema_migrate (self->db, self->version, error))
      return FALSE;
    self->version = TSR_SCHEMA_VERSION;
  }
  self->rows = tsr_rows_new (self->db);
  return read_project_row (self, mode, error) &&
         tsr_rows_load_ledger (self->rows, &self->ledger_is_damaged, error);
}

char *
tsr_file_dup_real_path (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char            *real_folder = realpath (folder, NULL);

  if (real_folder == NULL) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_NOT_FOUND,
                 _ ("%s: no such file; its folder does not exist"),
                 path);
    return NULL;
  }
  char *real_path = g_build_filename (real_folder, name, NULL);
  free (real_folder);
  return real_path;
}

TsrProjectFile *
tsr_project_file_open (const char      *path,
                       TsrOpenMode      mode,
                       const TsrDbHost *host,
                       const TsrJob    *job,
                       GError         **error)
{
  static const TsrDbHost system_host = {0};
  TsrProjectFile        *self = g_new0 (TsrProjectFile, 1);
  guint64                n_bytes = 0;

  self->path = g_strdup (path);
  self->host = host != NULL ? *host : system_host;
  self->reserve_fd = -1;
  self->staged_sources =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->real_path =
      self->host.is_simulated ? g_strdup (path) : tsr_file_dup_real_path (path, error);
  if (self->real_path != NULL &&
      (self->host.is_simulated || tsr_file_check_kind (path, self->real_path, error)) &&
      check_start (path, self->real_path, &self->host, &n_bytes, error) &&
      (self->db = tsr_db_open (self->real_path, path, TSR_DB_WORK, &self->host, error)) !=
          NULL &&
      verify (self, mode, n_bytes, job, error))
    return self;
  tsr_project_file_close (self);
  return NULL;
}

static void
release_reserve (TsrProjectFile *self)
{
  if (self->reserve_fd >= 0)
    close (self->reserve_fd);
  self->reserve_fd = -1;
}

void
tsr_project_file_close (TsrProjectFile *self)
{
  if (self == NULL)
    return;
  release_reserve (self);
  tsr_rows_free (self->rows);
  tsr_db_close (self->db);
  g_clear_pointer (&self->nodes, g_hash_table_unref);
  g_hash_table_unref (self->staged_sources);
  g_free (self->made_by);
  g_free (self->path);
  g_free (self->real_path);
  g_free (self);
}

/* ---- transactions ---- */

/* An unnamed file of 8 MiB in the same file system: when the disk is full, it is given
 * up. It is gone with the process, whatever happens. */
static void
take_reserve (TsrProjectFile *self)
{
  if (self->reserve_fd >= 0 || self->host.is_simulated)
    return;
  g_autofree char *folder = g_path_get_dirname (self->real_path);
  self->reserve_fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (self->reserve_fd < 0)
    return;
  self->is_nearly_full = FALSE;
  if (fallocate (self->reserve_fd, 0, 0, RESERVE_BYTES) == 0)
    return;
  self->is_nearly_full = errno == ENOSPC || errno == EDQUOT;
  release_reserve (self);
}

static gboolean
count_write (TsrProjectFile *self, GError **error)
{
  TsrRow row;

  tsr_row_begin_update (&row, self->rows, TSR_TABLE_PROJECT, 1);
  tsr_row_put_int (&row, self->made_us);
  tsr_row_put_text (&row, self->made_by);
  tsr_row_put_int (&row, self->n_writes + 1);
  return tsr_row_finish (&row, NULL, error);
}

static void
undo_in_memory (TsrProjectFile *self)
{
  tsr_rows_restore_ledger (self->rows);
  g_clear_pointer (&self->nodes, g_hash_table_unref);
}

/* A COMMIT that failed has to have left nothing behind. */
static void
distrust_commit (TsrProjectFile *self)
{
  gint64 n_writes = 0;

  if (!tsr_db_query_int (self->db, "SELECT n_writes FROM project", &n_writes, NULL) ||
      n_writes != self->n_writes)
    tsr_db_set_broken (self->db);
}

static gboolean
transact_once (TsrProjectFile *self, TsrWork work, gpointer data, GError **error)
{
  if (!tsr_db_begin (self->db, error))
    return FALSE;
  if (!work (self, data, error) || !tsr_rows_save_ledger (self->rows, error) ||
      !count_write (self, error)) {
    tsr_db_rollback (self->db);
    undo_in_memory (self);
    return FALSE;
  }
  if (!tsr_db_commit (self->db, error)) {
    undo_in_memory (self);
    distrust_commit (self);
    return FALSE;
  }
  tsr_rows_keep_ledger (self->rows);
  self->n_writes++;
  return TRUE;
}

gboolean
tsr_project_file_transact (TsrProjectFile *self,
                           TsrWork         work,
                           gpointer        data,
                           GError        **error)
{
  g_autoptr (GError) problem = NULL;

  take_reserve (self);
  if (transact_once (self, work, data, &problem))
    return TRUE;
  if (g_error_matches (problem, TSR_STORE_ERROR, TSR_STORE_ERROR_FULL) &&
      self->reserve_fd >= 0) {
    release_reserve (self);
    self->is_nearly_full = TRUE;
    g_clear_error (&problem);
    if (transact_once (self, work, data, &problem))
      return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
