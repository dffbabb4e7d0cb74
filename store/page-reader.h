/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows straight out of the pages of a damaged file, without its schema, its tree or
 * SQLite: every leaf of every table is read where it lies (sqlite.org/fileformat2.html,
 * sections 1.6 and 2), and the checksum of a row tells which table it belongs to.
 * Thread: any, one at a time.
 */
#pragma once

#include "store/schema.h"

G_BEGIN_DECLS

enum { TSR_MAX_RECORD_COLUMNS = 32 };

typedef struct {
  TsrColumnType type;
  gint64        integer;
  double        real;
  const guint8 *bytes; /* text or blob */
  gsize         n_bytes;
} TsrRecordColumn;

/* A row: its id is that of the rowid, columns[0] included. */
typedef struct {
  TsrTable        table;
  gint64          id;
  guint64         checksum;
  int             n_columns; /* without the checksum */
  TsrRecordColumn columns[TSR_MAX_RECORD_COLUMNS];
} TsrRecord;

typedef struct TsrPageReader TsrPageReader;

/* Borrows the file. */
TsrPageReader *tsr_page_reader_new (TsrDbFile *file);
void           tsr_page_reader_free (TsrPageReader *self);
guint64        tsr_page_reader_n_pages (TsrPageReader *self);
/* Cells of a page; 0 where it is no leaf of a table, or cannot be read. Pages count from
 * 1. */
guint tsr_page_reader_n_cells (TsrPageReader *self, guint64 page);
/* The row in a cell of the page that n_cells was asked for last. FALSE: it is none of
 * ours, or not whole. What the record points to lives until the next call. */
gboolean tsr_page_reader_read (TsrPageReader *self, guint cell, TsrRecord *record);

G_END_DECLS
