/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows with checksums: every row of every table is written, changed, deleted and read
 * through here, so that its checksum and the ledger (how many rows each table should
 * hold, and the sum of their mixed checksums) are always right. Thread: of the TsrDb.
 */
#pragma once

#include "store/schema.h"

G_BEGIN_DECLS

typedef struct {
  gint64  n_rows;
  guint64 digest; /* sum over rows of a hash of the checksum, modulo 2^64 */
} TsrTally;

typedef struct {
  TsrTally tables[TSR_N_TABLES];
  gboolean is_there[TSR_N_TABLES]; /* has a row; a table of a later version may not yet */
} TsrLedger;

/* The statements of all tables, and the ledger of the transaction that is going on. */
typedef struct TsrRows TsrRows;

TsrRows         *tsr_rows_new (TsrDb *db); /* borrows db */
void             tsr_rows_free (TsrRows *self);
const TsrLedger *tsr_rows_ledger (TsrRows *self);

/* Writes the ledger of a new file. */
gboolean tsr_rows_create_ledger (TsrRows *self, GError **error);
/* Reads the ledger of the file. A damaged ledger row counts as `*damaged`. */
gboolean tsr_rows_load_ledger (TsrRows *self, gboolean *damaged, GError **error);
/* Inside the transaction, before COMMIT: writes the tallies that changed since the last
 * load or save. */
gboolean tsr_rows_save_ledger (TsrRows *self, GError **error);
/* After COMMIT, or after ROLLBACK. */
void tsr_rows_keep_ledger (TsrRows *self);
void tsr_rows_restore_ledger (TsrRows *self);

/* A row in the making: put every column but the checksum, in order, then finish. Text and
 * blobs are borrowed until then. Text is cut at 64 KiB; a number that is not finite
 * fails; -0.0 becomes 0.0. */
typedef struct {
  TsrRows      *rows;
  TsrTable      table;
  TsrStatement *statement; /* NULL: could not be prepared */
  int           n_put;
  gint64        id;
  guint64       checksum;
  gboolean      is_new, is_valid;
} TsrRow;

/* New row. An id of 0 takes the next free one. */
void tsr_row_begin_insert (TsrRow *row, TsrRows *rows, TsrTable table, gint64 id);
/* Instead of the row with this id, which must be there. */
void tsr_row_begin_update (TsrRow *row, TsrRows *rows, TsrTable table, gint64 id);
void tsr_row_put_int (TsrRow *row, gint64 value);
void tsr_row_put_id (TsrRow *row, gint64 value); /* 0 becomes NULL */
void tsr_row_put_real (TsrRow *row, double value);
void tsr_row_put_real_or_null (TsrRow *row, double value); /* NaN becomes NULL */
void tsr_row_put_text (TsrRow *row, const char *value);    /* NULL becomes "" */
void tsr_row_put_blob (TsrRow *row, const void *bytes, gsize n_bytes);
void tsr_row_put_null (TsrRow *row);
/* Writes it. `id`, which may be NULL, takes the id of the row. */
G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_row_finish (TsrRow *row, gint64 *id, GError **error);

G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_row_delete (TsrRows *rows, TsrTable table, gint64 id, GError **error);

/* Writes row `id` once more, as row `new_id` (added, or replaced where it is the same),
 * with `value` in one column, where 0 becomes NULL. */
G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_row_copy (TsrRows *rows,
                       TsrTable table,
                       gint64   id,
                       gint64   new_id,
                       int      column,
                       gint64   value,
                       GError **error);

/* Writes row `id` once more with other bytes in one column; none: NULL. */
G_GNUC_WARN_UNUSED_RESULT
gboolean tsr_row_copy_with_blob (TsrRows    *rows,
                                 TsrTable    table,
                                 gint64      id,
                                 int         column,
                                 GByteArray *bytes,
                                 GError    **error);

/* A walk over rows: of a whole table by id, or of one id. */
typedef struct {
  TsrStatement *statement; /* its columns are those of the shape, then the checksum */
  TsrTable      table;
  gboolean      is_whole; /* types and checksum of the present row are right */
  TsrTally      seen;     /* of the rows so far; damaged ones count with what they say */
} TsrCursor;

gboolean
tsr_cursor_open (TsrCursor *cursor, TsrRows *rows, TsrTable table, GError **error);
gboolean tsr_cursor_open_id (
    TsrCursor *cursor, TsrRows *rows, TsrTable table, gint64 id, GError **error);
/* `where` with one parameter ?1, a constant text: "source_id = ?1 ORDER BY position". */
gboolean      tsr_cursor_open_where (TsrCursor  *cursor,
                                     TsrRows    *rows,
                                     TsrTable    table,
                                     const char *where,
                                     gint64      value,
                                     GError    **error);
TsrStepResult tsr_cursor_next (TsrCursor *cursor, GError **error);
void          tsr_cursor_close (TsrCursor *cursor);
gint64        tsr_cursor_int (TsrCursor *cursor, int column);
double        tsr_cursor_real (TsrCursor *cursor, int column); /* NULL becomes NaN */
/* Valid UTF-8, whatever the file holds; a label has no control characters. Caller frees.
 */
char *tsr_cursor_dup_text (TsrCursor *cursor, int column);
char *tsr_cursor_dup_label (TsrCursor *cursor, int column);

/* Checksum of a record whose columns are known one by one: what TsrRow and TsrCursor do,
 * for the salvage of raw pages. Start with the table's seed. */
guint64 tsr_row_seed (TsrTable table);
guint64 tsr_row_fold_int (guint64 checksum, gint64 value);
guint64 tsr_row_fold_real (guint64 checksum, double value);
guint64 tsr_row_fold_text (guint64 checksum, const char *text, gsize n_bytes);
guint64 tsr_row_fold_blob (guint64 checksum, const void *bytes, gsize n_bytes);
guint64 tsr_row_fold_null (guint64 checksum);

G_END_DECLS
