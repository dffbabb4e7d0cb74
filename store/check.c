/* SPDX-License-Identifier: GPL-3.0-or-later
 * Checking a project: pages, constraints, references, every row's checksum, and the
 * ledger of every table.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "store/partial-codec.h"
#include "store/project-file.h"
#include "store/store-private.h"

enum { MAX_SENTENCES = 1000 };

static void tell (GPtrArray *damage, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
tell (GPtrArray *damage, const char *format, ...)
{
  va_list arguments;

  if (damage->len >= MAX_SENTENCES)
    return;
  va_start (arguments, format);
  g_ptr_array_add (damage, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* FALSE: cancelled. */
static gboolean
check_pages (TsrProjectFile *file, GPtrArray *damage)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found =
      tsr_db_query_texts (file->db, "PRAGMA integrity_check (200)", &error);

  if (found == NULL)
    tell (damage, "%s", error->message);
  for (guint i = 0; found != NULL && i < found->len; i++) {
    char *line = g_ptr_array_index (found, i);
    if (strcmp (line, "ok") != 0)
      tell (damage, _ ("pages: %s"), g_strdelimit (line, "\n", ' '));
  }
  return !tsr_db_is_cancelled (file->db);
}

static void
check_references (TsrProjectFile *file, GPtrArray *damage)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found =
      tsr_db_query_texts (file->db, "PRAGMA foreign_key_check", &error);

  if (found == NULL)
    tell (damage, "%s", error->message);
  for (guint i = 0; found != NULL && i < found->len; i++)
    tell (damage,
          _ ("a row of “%s” refers to one that is missing"),
          (char *)g_ptr_array_index (found, i));
}

/* A partial that is whole can still be one that nobody could have written. */
static void
check_partial (TsrCursor *cursor, GPtrArray *damage)
{
  TsrPartialColumn columns[TSR_N_PARTIAL_COLUMNS];

  for (int i = 0; i < TSR_N_PARTIAL_COLUMNS; i++)
    columns[i].bytes =
        tsr_statement_bytes (cursor->statement, 12 + i, &columns[i].n_bytes);
  TsrPartial *partial = tsr_partial_decode (
      1, 0, 0, tsr_cursor_int (cursor, 6), tsr_cursor_int (cursor, 7), columns);
  if (partial == NULL)
    tell (damage,
          _ ("row %" PRId64 " of “%s” makes no sense"),
          tsr_cursor_int (cursor, 0),
          "partial");
  tsr_partial_unref (partial);
}

/* The project is one row; the ledger tells of all other tables but itself. */
static void
check_tally (TsrProjectFile *file, const TsrCursor *cursor, GPtrArray *damage)
{
  const char     *name = tsr_table_shape (cursor->table)->name;
  const TsrTally *wanted = &tsr_rows_ledger (file->rows)->tables[cursor->table];
  gboolean        is_project = cursor->table == TSR_TABLE_PROJECT;
  gint64          n_wanted = is_project ? 1 : wanted->n_rows;

  if (cursor->table == TSR_TABLE_LEDGER)
    return;
  if (cursor->seen.n_rows != n_wanted)
    tell (damage,
          _ ("“%s” has %" PRId64 " rows instead of %" PRId64),
          name,
          cursor->seen.n_rows,
          n_wanted);
  else if (!is_project && cursor->seen.digest != wanted->digest)
    tell (damage, _ ("the rows of “%s” are not those that were written last"), name);
}

/* Shares of the progress. */
#define PAGES_PART 0.4
#define REFERENCES_PART 0.5

enum { ROWS_A_LOOK = 256 };

static void
tell_progress (const TsrJob *job, const TsrCursor *cursor, gint64 n_before, gint64 n_all)
{
  double share = (double)(n_before + cursor->seen.n_rows) / (double)MAX (1, n_all);

  tsr_job_progress (job, REFERENCES_PART + (1 - REFERENCES_PART) * MIN (1, share));
}

/* All rows of a table; n_before of n_all rows of the file were looked at already. */
static void
check_table (TsrProjectFile *file,
             TsrTable        table,
             const TsrJob   *job,
             gint64          n_before,
             gint64          n_all,
             GPtrArray      *damage)
{
  const char   *name = tsr_table_shape (table)->name;
  TsrCursor     cursor;
  TsrStepResult result;
  g_autoptr (GError) error = NULL;

  if (!tsr_cursor_open (&cursor, file->rows, table, &error)) {
    tell (damage, "%s", error->message);
    return;
  }
  while ((result = tsr_cursor_next (&cursor, &error)) == TSR_STEP_ROW) {
    if (!cursor.is_whole)
      tell (damage,
            _ ("row %" PRId64 " of “%s” is damaged"),
            tsr_cursor_int (&cursor, 0),
            name);
    else if (table == TSR_TABLE_PARTIAL)
      check_partial (&cursor, damage);
    if (cursor.seen.n_rows % ROWS_A_LOOK == 0)
      tell_progress (job, &cursor, n_before, n_all);
  }
  tsr_cursor_close (&cursor);
  if (result == TSR_STEP_ERROR)
    tell (damage, _ ("“%s” cannot be read to its end"), name);
  else
    check_tally (file, &cursor, damage);
}

static void
check_rows (TsrProjectFile *file, const TsrJob *job, GPtrArray *damage)
{
  const TsrTally *tallies = tsr_rows_ledger (file->rows)->tables;
  gint64          n_before = 0, n_all = 0;

  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++)
    n_all += MAX (0, tallies[table].n_rows);
  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++) {
    if (tsr_db_is_cancelled (file->db))
      return;
    if (tsr_table_shape (table)->since > file->version)
      continue;
    check_table (file, table, job, n_before, n_all, damage);
    n_before += MAX (0, tallies[table].n_rows);
  }
}

/* FALSE with an error: cancelled. */
static gboolean
check_all (TsrProjectFile *file, const TsrJob *job, GPtrArray *damage, GError **error)
{
  tsr_db_set_job (file->db, job);
  if (check_pages (file, damage)) {
    tsr_job_progress (job, PAGES_PART);
    check_references (file, damage);
    tsr_job_progress (job, REFERENCES_PART);
    check_rows (file, job, damage);
  }
  gboolean is_cancelled = tsr_db_is_cancelled (file->db);
  if (is_cancelled)
    tsr_db_set_cancelled (error);
  tsr_db_set_job (file->db, NULL);
  return !is_cancelled;
}

static gboolean
check (const char      *path,
       const TsrDbHost *host,
       const TsrJob    *job,
       GPtrArray      **damage,
       GError         **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  TsrProjectFile *file =
      tsr_project_file_open (path, TSR_OPEN_EXAMINING, host, job, &problem);

  if (file != NULL) {
    gboolean ok = check_all (file, job, found, error);
    tsr_project_file_close (file);
    if (!ok)
      return FALSE;
  } else if (g_error_matches (problem, TSR_STORE_ERROR, TSR_STORE_ERROR_DAMAGED))
    tell (found, "%s", problem->message);
  else {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  *damage = g_steal_pointer (&found);
  return TRUE;
}

gboolean
tsr_store_check_on (const char      *path,
                    const TsrDbHost *host,
                    GPtrArray      **damage,
                    GError         **error)
{
  return check (path, host, NULL, damage, error);
}

gboolean
tsr_store_check (const char *path, const TsrJob *job, GPtrArray **damage, GError **error)
{
  g_return_val_if_fail (path != NULL && damage != NULL, FALSE);

  return check (path, NULL, job, damage, error);
}
