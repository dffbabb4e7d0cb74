/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writing a row again with another id, or another value or bytes in one column.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "store/row.h"
#include "store/store.h"

static void
put_column (TsrRow *row, TsrStatement *statement, int i, char type)
{
  gsize       n_bytes = 0;
  const void *bytes;

  if (tsr_statement_type (statement, i) == TSR_COLUMN_NULL) {
    tsr_row_put_null (row);
    return;
  }
  switch (g_ascii_tolower (type)) {
  case 'i':
    tsr_row_put_int (row, tsr_statement_int (statement, i));
    break;
  case 'r':
    tsr_row_put_real (row, tsr_statement_real (statement, i));
    break;
  case 't':
    tsr_row_put_text (row, tsr_statement_bytes (statement, i, &n_bytes));
    break;
  default:
    bytes = tsr_statement_bytes (statement, i, &n_bytes);
    tsr_row_put_blob (row, bytes, n_bytes);
    break;
  }
}

typedef struct {
  int         column;
  gint64      value;
  GByteArray *bytes; /* in place of the value; NULL: it counts */
} Change;

static void
put_changed (TsrRow *row, const Change *change)
{
  if (change->bytes == NULL)
    tsr_row_put_id (row, change->value);
  else if (change->bytes->len > 0)
    tsr_row_put_blob (row, change->bytes->data, change->bytes->len);
  else
    tsr_row_put_null (row);
}

static gboolean
copy (TsrRows      *rows,
      TsrTable      table,
      gint64        id,
      gint64        new_id,
      const Change *change,
      GError      **error)
{
  const char *types = tsr_table_shape (table)->types;
  TsrCursor   cursor;
  TsrRow      row;

  /* Not the statement that tsr_row_finish uses while this one's columns are bound. */
  if (!tsr_cursor_open_where (&cursor, rows, table, "id = ?1 LIMIT 1", id, error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  if (id == new_id)
    tsr_row_begin_update (&row, rows, table, id);
  else
    tsr_row_begin_insert (&row, rows, table, new_id);
  for (int i = 1; result == TSR_STEP_ROW && types[i] != '\0'; i++) {
    if (i == change->column)
      put_changed (&row, change);
    else
      put_column (&row, cursor.statement, i, types[i]);
  }
  gboolean is_whole = result == TSR_STEP_ROW && cursor.is_whole;
  gboolean ok = is_whole && tsr_row_finish (&row, NULL, error);
  tsr_cursor_close (&cursor);
  if (!is_whole && result != TSR_STEP_ERROR)
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_DAMAGED,
                 _ ("row %" PRId64 " of “%s” is damaged; salvage the project"),
                 id,
                 tsr_table_shape (table)->name);
  return ok;
}

gboolean
tsr_row_copy (TsrRows *rows,
              TsrTable table,
              gint64   id,
              gint64   new_id,
              int      column,
              gint64   value,
              GError **error)
{
  Change change = {column, value, NULL};

  return copy (rows, table, id, new_id, &change, error);
}

gboolean
tsr_row_copy_with_blob (TsrRows    *rows,
                        TsrTable    table,
                        gint64      id,
                        int         column,
                        GByteArray *bytes,
                        GError    **error)
{
  Change change = {column, 0, bytes};

  return copy (rows, table, id, id, &change, error);
}
