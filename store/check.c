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

static void
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

static void
check_tally (TsrProjectFile *file, const TsrCursor *cursor, GPtrArray *damage)
{
  const char     *name = tsr_table_shape (cursor->table)->name;
  const TsrTally *wanted = &tsr_rows_ledger (file->rows)->tables[cursor->table];

  if (cursor->table == TSR_TABLE_PROJECT || cursor->table == TSR_TABLE_LEDGER)
    return;
  if (cursor->seen.n_rows != wanted->n_rows)
    tell (damage,
          _ ("“%s” has %" PRId64 " rows instead of %" PRId64),
          name,
          cursor->seen.n_rows,
          wanted->n_rows);
  else if (cursor->seen.digest != wanted->digest)
    tell (damage, _ ("the rows of “%s” are not those that were written last"), name);
}

static void
check_table (TsrProjectFile *file, TsrTable table, GPtrArray *damage)
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
  }
  tsr_cursor_close (&cursor);
  if (result == TSR_STEP_ERROR)
    tell (damage, _ ("“%s” cannot be read to its end"), name);
  else
    check_tally (file, &cursor, damage);
}

gboolean
tsr_store_check_on (const char      *path,
                    const TsrDbHost *host,
                    GPtrArray      **damage,
                    GError         **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  TsrProjectFile *file = tsr_project_file_open (path, TSR_OPEN_EXAMINING, host, &problem);

  if (file != NULL) {
    check_pages (file, found);
    check_references (file, found);
    for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++)
      check_table (file, table, found);
    tsr_project_file_close (file);
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
tsr_store_check (const char *path, GPtrArray **damage, GError **error)
{
  g_return_val_if_fail (path != NULL && damage != NULL, FALSE);

  return tsr_store_check_on (path, NULL, damage, error);
}
