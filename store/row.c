/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows with checksums, and the ledger over them.
 */
#include "store/row.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "store/checksum.h"
#include "store/store.h"

#define MAX_TEXT_BYTES 65536

enum { INSERT, UPDATE, DELETE, SELECT_ALL, SELECT_ONE, N_KINDS };

struct TsrRows {
  TsrDb    *db;
  char     *sql[TSR_N_TABLES][N_KINDS];
  TsrLedger now, kept;
  GError   *error; /* why the row in the making could not be begun; NULL: it could */
};

/* ---- checksums ---- */

/* What one row adds to the digest of its table. */
static guint64
digest_of (guint64 checksum)
{
  return tsr_checksum_fold (0x5453525F4C454447, checksum);
}

guint64
tsr_row_seed (TsrTable table)
{
  return tsr_checksum_fold (0x5453525F524F5753, (guint64)table);
}

static guint64
fold_word (guint64 checksum, guint64 word, guint64 type)
{
  guint64 bytes = GUINT64_TO_LE (word);
  return tsr_checksum_fold (checksum, tsr_checksum_bytes (&bytes, sizeof bytes, type));
}

guint64
tsr_row_fold_int (guint64 checksum, gint64 value)
{
  return fold_word (checksum, (guint64)value, TSR_COLUMN_INT);
}

guint64
tsr_row_fold_real (guint64 checksum, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  return fold_word (checksum, word, TSR_COLUMN_REAL);
}

guint64
tsr_row_fold_text (guint64 checksum, const char *text, gsize n_bytes)
{
  return tsr_checksum_fold (checksum,
                            tsr_checksum_bytes (text, n_bytes, TSR_COLUMN_TEXT));
}

guint64
tsr_row_fold_blob (guint64 checksum, const void *bytes, gsize n_bytes)
{
  return tsr_checksum_fold (checksum,
                            tsr_checksum_bytes (bytes, n_bytes, TSR_COLUMN_BLOB));
}

guint64
tsr_row_fold_null (guint64 checksum)
{
  return fold_word (checksum, 0, TSR_COLUMN_NULL);
}

/* ---- statements ---- */

static int
n_columns (TsrTable table)
{
  return (int)strlen (tsr_table_shape (table)->types);
}

static char *
make_insert (const TsrTableShape *shape, int n)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_printf (
      sql, "INSERT INTO %s (%s, checksum) VALUES (?1", shape->name, shape->columns);
  for (int i = 2; i <= n + 1; i++)
    g_string_append_printf (sql, ", ?%d", i);
  g_string_append (sql, ")");
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

/* The id is not set again: else SQLite would look through all rows that may refer to it.
 */
static char *
make_update (const TsrTableShape *shape, int n)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_printf (sql,
                   "UPDATE %s SET (%s, checksum) = (?2",
                   shape->name,
                   shape->columns + strlen ("id, "));
  for (int i = 3; i <= n + 1; i++)
    g_string_append_printf (sql, ", ?%d", i);
  g_string_append (sql, ") WHERE id = ?1");
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

TsrRows *
tsr_rows_new (TsrDb *db)
{
  TsrRows *self = g_new0 (TsrRows, 1);

  self->db = db;
  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++) {
    const TsrTableShape *shape = tsr_table_shape (table);
    self->sql[table][INSERT] = make_insert (shape, n_columns (table));
    self->sql[table][UPDATE] = make_update (shape, n_columns (table));
    self->sql[table][DELETE] =
        g_strdup_printf ("DELETE FROM %s WHERE id = ?1", shape->name);
    self->sql[table][SELECT_ALL] = g_strdup_printf (
        "SELECT %s, checksum FROM %s ORDER BY id", shape->columns, shape->name);
    self->sql[table][SELECT_ONE] = g_strdup_printf (
        "SELECT %s, checksum FROM %s WHERE id = ?1", shape->columns, shape->name);
  }
  return self;
}

void
tsr_rows_free (TsrRows *self)
{
  if (self == NULL)
    return;
  for (int table = 0; table < TSR_N_TABLES; table++)
    for (int kind = 0; kind < N_KINDS; kind++)
      g_free (self->sql[table][kind]);
  g_clear_error (&self->error);
  g_free (self);
}

const TsrLedger *
tsr_rows_ledger (TsrRows *self)
{
  return &self->now;
}

/* ---- the ledger ---- */

static gboolean
is_tallied (TsrTable table)
{
  return table != TSR_TABLE_PROJECT && table != TSR_TABLE_LEDGER;
}

static void
tally (TsrTally *tally, guint64 checksum, int sign)
{
  guint64 digest = digest_of (checksum);

  tally->n_rows += sign;
  tally->digest += sign > 0 ? digest : (guint64)0 - digest;
}

gboolean
tsr_rows_load_ledger (TsrRows *self, gboolean *damaged, GError **error)
{
  TsrCursor     cursor;
  TsrStepResult result;

  memset (&self->now, 0, sizeof self->now);
  *damaged = FALSE;
  if (!tsr_cursor_open (&cursor, self, TSR_TABLE_LEDGER, error))
    return FALSE;
  while ((result = tsr_cursor_next (&cursor, error)) == TSR_STEP_ROW) {
    gint64 table = tsr_cursor_int (&cursor, 0);
    if (!cursor.is_whole || table < 1 || table >= TSR_N_TABLES) {
      *damaged = TRUE;
      continue;
    }
    self->now.is_there[table] = TRUE;
    self->now.tables[table].n_rows = tsr_cursor_int (&cursor, 1);
    self->now.tables[table].digest = (guint64)tsr_cursor_int (&cursor, 2);
  }
  tsr_cursor_close (&cursor);
  self->kept = self->now;
  return result == TSR_STEP_DONE;
}

static gboolean
put_tally (TsrRow *row, const TsrTally *table_tally, GError **error)
{
  tsr_row_put_int (row, table_tally->n_rows);
  tsr_row_put_int (row, (gint64)table_tally->digest);
  return tsr_row_finish (row, NULL, error);
}

gboolean
tsr_rows_create_ledger (TsrRows *self, GError **error)
{
  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++) {
    TsrRow row;
    if (!is_tallied (table))
      continue;
    tsr_row_begin_insert (&row, self, TSR_TABLE_LEDGER, table);
    if (!put_tally (&row, &self->now.tables[table], error))
      return FALSE;
    self->now.is_there[table] = TRUE;
  }
  return TRUE;
}

gboolean
tsr_rows_save_ledger (TsrRows *self, GError **error)
{
  TsrLedger *now = &self->now;

  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++) {
    const TsrTally *tally_now = &now->tables[table], *kept = &self->kept.tables[table];
    TsrRow          row;
    if (tally_now->n_rows == kept->n_rows && tally_now->digest == kept->digest)
      continue;
    if (now->is_there[table])
      tsr_row_begin_update (&row, self, TSR_TABLE_LEDGER, table);
    else
      tsr_row_begin_insert (&row, self, TSR_TABLE_LEDGER, table);
    if (!put_tally (&row, tally_now, error))
      return FALSE;
    now->is_there[table] = TRUE;
  }
  return TRUE;
}

void
tsr_rows_keep_ledger (TsrRows *self)
{
  self->kept = self->now;
}

void
tsr_rows_restore_ledger (TsrRows *self)
{
  self->now = self->kept;
}

/* ---- writing ---- */

static void
begin (TsrRow *row, TsrRows *rows, TsrTable table, gint64 id, gboolean is_new)
{
  g_clear_error (&rows->error);
  *row = (TsrRow){
      .rows = rows, .table = table, .id = id, .is_new = is_new, .is_valid = TRUE};
}

static gint64
next_id (TsrRows *rows, TsrTable table, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT max (id) + 1 FROM %s", tsr_table_shape (table)->name);
  gint64 id = 0;

  return tsr_db_query_int (rows->db, sql, &id, error) ? MAX (id, 1) : 0;
}

/* Prepares the statement at the first column, once the id is known. */
static TsrStatement *
statement_of (TsrRow *row)
{
  if (row->statement != NULL || !row->is_valid)
    return row->statement;
  TsrRows *rows = row->rows;
  if (row->id == 0)
    row->id = next_id (rows, row->table, &rows->error);
  if (row->id != 0)
    row->statement = tsr_db_prepare (
        rows->db, rows->sql[row->table][row->is_new ? INSERT : UPDATE], &rows->error);
  if (row->statement == NULL) {
    row->is_valid = FALSE;
    return NULL;
  }
  row->checksum = tsr_row_fold_int (tsr_row_seed (row->table), row->id);
  tsr_statement_bind_int (row->statement, 1, row->id);
  row->n_put = 1;
  return row->statement;
}

void
tsr_row_begin_insert (TsrRow *row, TsrRows *rows, TsrTable table, gint64 id)
{
  begin (row, rows, table, id, TRUE);
}

void
tsr_row_begin_update (TsrRow *row, TsrRows *rows, TsrTable table, gint64 id)
{
  begin (row, rows, table, id, FALSE);
}

void
tsr_row_put_int (TsrRow *row, gint64 value)
{
  TsrStatement *statement = statement_of (row);

  if (statement == NULL)
    return;
  row->checksum = tsr_row_fold_int (row->checksum, value);
  tsr_statement_bind_int (statement, ++row->n_put, value);
}

void
tsr_row_put_id (TsrRow *row, gint64 value)
{
  if (value == 0)
    tsr_row_put_null (row);
  else
    tsr_row_put_int (row, value);
}

void
tsr_row_put_real (TsrRow *row, double value)
{
  TsrStatement *statement = statement_of (row);

  if (!isfinite (value))
    row->is_valid = FALSE;
  if (statement == NULL)
    return;
  value += 0.0; /* SQLite keeps a whole number as an integer, which has no -0 */
  row->checksum = tsr_row_fold_real (row->checksum, value);
  tsr_statement_bind_real (statement, ++row->n_put, value);
}

void
tsr_row_put_real_or_null (TsrRow *row, double value)
{
  if (isnan (value))
    tsr_row_put_null (row);
  else
    tsr_row_put_real (row, value);
}

void
tsr_row_put_text (TsrRow *row, const char *value)
{
  TsrStatement *statement = statement_of (row);
  const char   *text = value != NULL ? value : "";
  gsize         n_bytes = strlen (text);

  if (n_bytes > MAX_TEXT_BYTES)
    row->is_valid = FALSE;
  if (statement == NULL)
    return;
  row->checksum = tsr_row_fold_text (row->checksum, text, n_bytes);
  tsr_statement_bind_text (statement, ++row->n_put, text);
}

void
tsr_row_put_blob (TsrRow *row, const void *bytes, gsize n_bytes)
{
  TsrStatement *statement = statement_of (row);

  if (statement == NULL)
    return;
  row->checksum = tsr_row_fold_blob (row->checksum, bytes, n_bytes);
  tsr_statement_bind_blob (statement, ++row->n_put, bytes, n_bytes);
}

void
tsr_row_put_null (TsrRow *row)
{
  TsrStatement *statement = statement_of (row);

  if (statement == NULL)
    return;
  row->checksum = tsr_row_fold_null (row->checksum);
  tsr_statement_bind_null (statement, ++row->n_put);
}

/* The checksum that the row has in the file now. */
static gboolean
read_checksum (
    TsrRows *rows, TsrTable table, gint64 id, guint64 *checksum, GError **error)
{
  TsrCursor cursor;

  if (!tsr_cursor_open_id (&cursor, rows, table, id, error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  if (result == TSR_STEP_ROW)
    *checksum = (guint64)tsr_cursor_int (&cursor, n_columns (table));
  tsr_cursor_close (&cursor);
  if (result == TSR_STEP_DONE)
    g_set_error (
        error,
        TSR_STORE_ERROR,
        TSR_STORE_ERROR_DAMAGED,
        _ ("row %" PRId64 " of “%s” is missing; check the project and salvage it"),
        id,
        tsr_table_shape (table)->name);
  return result == TSR_STEP_ROW;
}

gboolean
tsr_row_finish (TsrRow *row, gint64 *id, GError **error)
{
  guint64   old_checksum = 0;
  TsrTally *table_tally = &row->rows->now.tables[row->table];

  if (row->rows->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&row->rows->error));
    return FALSE;
  }
  if (!row->is_valid || row->n_put != n_columns (row->table)) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_WRITE,
                 _ ("the edit cannot be kept: a value of “%s” is not finite, too long or "
                    "missing"),
                 tsr_table_shape (row->table)->name);
    return FALSE;
  }
  if (!row->is_new &&
      !read_checksum (row->rows, row->table, row->id, &old_checksum, error))
    return FALSE;
  tsr_statement_bind_int (row->statement, row->n_put + 1, (gint64)row->checksum);
  if (!tsr_statement_run (row->statement, error))
    return FALSE;
  if (is_tallied (row->table)) {
    if (!row->is_new)
      tally (table_tally, old_checksum, -1);
    tally (table_tally, row->checksum, 1);
  }
  if (id != NULL)
    *id = row->id;
  return TRUE;
}

gboolean
tsr_row_delete (TsrRows *rows, TsrTable table, gint64 id, GError **error)
{
  guint64       checksum = 0;
  TsrStatement *statement = tsr_db_prepare (rows->db, rows->sql[table][DELETE], error);

  if (statement == NULL || !read_checksum (rows, table, id, &checksum, error))
    return FALSE;
  tsr_statement_bind_int (statement, 1, id);
  if (!tsr_statement_run (statement, error))
    return FALSE;
  if (is_tallied (table))
    tally (&rows->now.tables[table], checksum, -1);
  return TRUE;
}

/* ---- reading ---- */

gboolean
tsr_cursor_open (TsrCursor *cursor, TsrRows *rows, TsrTable table, GError **error)
{
  *cursor = (TsrCursor){.table = table};
  cursor->statement = tsr_db_prepare (rows->db, rows->sql[table][SELECT_ALL], error);
  return cursor->statement != NULL;
}

gboolean
tsr_cursor_open_id (
    TsrCursor *cursor, TsrRows *rows, TsrTable table, gint64 id, GError **error)
{
  *cursor = (TsrCursor){.table = table};
  cursor->statement = tsr_db_prepare (rows->db, rows->sql[table][SELECT_ONE], error);
  if (cursor->statement == NULL)
    return FALSE;
  tsr_statement_bind_int (cursor->statement, 1, id);
  return TRUE;
}

gboolean
tsr_cursor_open_where (TsrCursor  *cursor,
                       TsrRows    *rows,
                       TsrTable    table,
                       const char *where,
                       gint64      value,
                       GError    **error)
{
  const TsrTableShape *shape = tsr_table_shape (table);
  g_autofree char     *sql = g_strdup_printf (
      "SELECT %s, checksum FROM %s WHERE %s", shape->columns, shape->name, where);

  *cursor = (TsrCursor){.table = table};
  cursor->statement = tsr_db_prepare (rows->db, sql, error);
  if (cursor->statement == NULL)
    return FALSE;
  tsr_statement_bind_int (cursor->statement, 1, value);
  return TRUE;
}

static gboolean
fold_column (TsrStatement *statement, int i, char type, guint64 *checksum)
{
  gsize       n_bytes = 0;
  const void *bytes;

  switch (tsr_statement_type (statement, i)) {
  case TSR_COLUMN_NULL:
    *checksum = tsr_row_fold_null (*checksum);
    return g_ascii_isupper (type);
  case TSR_COLUMN_INT:
    *checksum = tsr_row_fold_int (*checksum, tsr_statement_int (statement, i));
    return g_ascii_tolower (type) == 'i';
  case TSR_COLUMN_REAL:
    *checksum = tsr_row_fold_real (*checksum, tsr_statement_real (statement, i));
    return g_ascii_tolower (type) == 'r';
  case TSR_COLUMN_TEXT:
    bytes = tsr_statement_bytes (statement, i, &n_bytes);
    *checksum = tsr_row_fold_text (*checksum, bytes, n_bytes);
    return g_ascii_tolower (type) == 't';
  case TSR_COLUMN_BLOB:
    bytes = tsr_statement_bytes (statement, i, &n_bytes);
    *checksum = tsr_row_fold_blob (*checksum, bytes, n_bytes);
    return g_ascii_tolower (type) == 'b';
  }
  return FALSE;
}

TsrStepResult
tsr_cursor_next (TsrCursor *cursor, GError **error)
{
  const char   *types = tsr_table_shape (cursor->table)->types;
  guint64       checksum = tsr_row_seed (cursor->table);
  TsrStepResult result = tsr_statement_step (cursor->statement, error);
  int           n = n_columns (cursor->table);

  if (result != TSR_STEP_ROW)
    return result;
  cursor->is_whole = TRUE;
  for (int i = 0; i < n; i++)
    if (!fold_column (cursor->statement, i, types[i], &checksum))
      cursor->is_whole = FALSE;
  guint64 said = (guint64)tsr_statement_int (cursor->statement, n);
  if (tsr_statement_type (cursor->statement, n) != TSR_COLUMN_INT || said != checksum)
    cursor->is_whole = FALSE;
  tally (&cursor->seen, said, 1);
  return result;
}

void
tsr_cursor_close (TsrCursor *cursor)
{
  tsr_statement_reset (cursor->statement);
}

gint64
tsr_cursor_int (TsrCursor *cursor, int column)
{
  return tsr_statement_int (cursor->statement, column);
}

double
tsr_cursor_real (TsrCursor *cursor, int column)
{
  return tsr_statement_type (cursor->statement, column) == TSR_COLUMN_NULL
             ? NAN
             : tsr_statement_real (cursor->statement, column);
}

char *
tsr_cursor_dup_text (TsrCursor *cursor, int column)
{
  gsize            n_bytes = 0;
  const char      *bytes = tsr_statement_bytes (cursor->statement, column, &n_bytes);
  g_autofree char *copy = g_strndup (bytes, MIN (n_bytes, MAX_TEXT_BYTES));

  return g_utf8_make_valid (copy, -1);
}

char *
tsr_cursor_dup_label (TsrCursor *cursor, int column)
{
  char *label = tsr_cursor_dup_text (cursor, column);

  for (char *p = label; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return label;
}
