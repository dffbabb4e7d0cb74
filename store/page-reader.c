/* SPDX-License-Identifier: GPL-3.0-or-later
 * Leaves, cells, overflow chains and records of the SQLite file format.
 */
#include "store/page-reader.h"

#include <string.h>

#include "store/row.h"

#define LEAF_OF_TABLE 0x0D
#define DEFAULT_PAGE_BYTES 4096
#define MAX_PAYLOAD_BYTES (64u << 20)

struct TsrPageReader {
  TsrDbFile  *file;
  guint       page_bytes;
  guint64     n_pages;
  guint8     *page;     /* the present one */
  guint8     *overflow; /* one page */
  guint64     number;
  guint       header; /* where the page's header is: 100 in page 1 */
  GByteArray *payload;
};

static guint
big_16 (const guint8 *p)
{
  return (guint)p[0] << 8 | p[1];
}

static guint32
big_32 (const guint8 *p)
{
  return (guint32)big_16 (p) << 16 | big_16 (p + 2);
}

TsrPageReader *
tsr_page_reader_new (TsrDbFile *file)
{
  TsrPageReader *self = g_new0 (TsrPageReader, 1);
  guint8         start[2] = {0};

  self->file = file;
  self->page_bytes = DEFAULT_PAGE_BYTES;
  if (tsr_db_file_read (file, 16, start, sizeof start)) {
    guint said = big_16 (start) == 1 ? 65536 : big_16 (start);
    if (said >= 512 && (said & (said - 1)) == 0)
      self->page_bytes = said;
  }
  self->n_pages = tsr_db_file_n_bytes (file) / self->page_bytes;
  self->page = g_malloc (self->page_bytes);
  self->overflow = g_malloc (self->page_bytes);
  self->payload = g_byte_array_new ();
  return self;
}

void
tsr_page_reader_free (TsrPageReader *self)
{
  g_free (self->page);
  g_free (self->overflow);
  g_byte_array_unref (self->payload);
  g_free (self);
}

guint64
tsr_page_reader_n_pages (TsrPageReader *self)
{
  return self->n_pages;
}

static gboolean
read_page (TsrPageReader *self, guint64 number, guint8 *bytes)
{
  return number >= 1 && number <= self->n_pages &&
         tsr_db_file_read (
             self->file, (number - 1) * self->page_bytes, bytes, self->page_bytes);
}

guint
tsr_page_reader_n_cells (TsrPageReader *self, guint64 page)
{
  self->number = page;
  self->header = page == 1 ? 100 : 0;
  if (!read_page (self, page, self->page) || self->page[self->header] != LEAF_OF_TABLE)
    return 0;
  guint n_cells = big_16 (self->page + self->header + 3);
  guint room = (self->page_bytes - self->header - 8) / 2;
  return MIN (n_cells, room);
}

/* A variable-length integer; 0 bytes long where it would pass the end. */
static guint
read_varint (const guint8 *p, const guint8 *end, guint64 *value)
{
  guint64 v = 0;

  for (guint i = 0; i < 8 && p + i < end; i++) {
    v = v << 7 | (p[i] & 0x7f);
    if ((p[i] & 0x80) == 0) {
      *value = v;
      return i + 1;
    }
  }
  if (end - p < 9)
    return 0;
  *value = v << 8 | p[8];
  return 9;
}

/* Bytes of a payload that lie in the leaf itself. */
static guint64
local_bytes (guint64 usable, guint64 payload)
{
  guint64 most = usable - 35, least = (usable - 12) * 32 / 255 - 23;

  if (payload <= most)
    return payload;
  guint64 wanted = least + (payload - least) % (usable - 4);
  return wanted <= most ? wanted : least;
}

static gboolean
append_overflow (TsrPageReader *self, guint64 next, guint64 n_left)
{
  while (n_left > 0) {
    guint64 n = MIN (n_left, self->page_bytes - 4);
    if (!read_page (self, next, self->overflow))
      return FALSE;
    g_byte_array_append (self->payload, self->overflow + 4, (guint)n);
    next = big_32 (self->overflow);
    n_left -= n;
  }
  return TRUE;
}

/* The whole payload of a cell, and its rowid. */
static gboolean
gather (TsrPageReader *self, guint cell, gint64 *rowid)
{
  const guint8 *end = self->page + self->page_bytes;
  guint         offset = big_16 (self->page + self->header + 8 + 2 * cell);
  guint64       n_bytes = 0, id = 0;

  if (offset < self->header + 8 || offset >= self->page_bytes)
    return FALSE;
  const guint8 *p = self->page + offset;
  guint         n = read_varint (p, end, &n_bytes);
  p += n;
  guint m = n > 0 ? read_varint (p, end, &id) : 0;
  p += m;
  if (m == 0 || n_bytes == 0 || n_bytes > MAX_PAYLOAD_BYTES)
    return FALSE;
  guint64 local = local_bytes (self->page_bytes, n_bytes);
  if ((guint64)(end - p) < local + (local < n_bytes ? 4 : 0))
    return FALSE;
  *rowid = (gint64)id;
  g_byte_array_set_size (self->payload, 0);
  g_byte_array_append (self->payload, p, (guint)local);
  return local == n_bytes || append_overflow (self, big_32 (p + local), n_bytes - local);
}

/* ---- records ---- */

static gint64
signed_big_endian (const guint8 *p, guint n_bytes)
{
  guint64 value = (p[0] & 0x80) != 0 ? G_MAXUINT64 : 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | p[i];
  return (gint64)value;
}

static guint64
bytes_of_serial (guint64 serial)
{
  static const guint8 fixed[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

  return serial < 12 ? fixed[serial] : (serial - 12) / 2;
}

static void
decode_column (guint64 serial, const guint8 *p, TsrRecordColumn *column)
{
  guint64 n_bytes = bytes_of_serial (serial), word;

  *column = (TsrRecordColumn){.type = TSR_COLUMN_INT};
  if (serial == 0)
    column->type = TSR_COLUMN_NULL;
  else if (serial <= 6)
    column->integer = signed_big_endian (p, (guint)n_bytes);
  else if (serial == 7) {
    column->type = TSR_COLUMN_REAL;
    word = (guint64)signed_big_endian (p, 8);
    memcpy (&column->real, &word, sizeof word);
  } else if (serial <= 9)
    column->integer = (gint64)serial - 8;
  else {
    column->type = serial % 2 == 0 ? TSR_COLUMN_BLOB : TSR_COLUMN_TEXT;
    column->bytes = p;
    column->n_bytes = n_bytes;
  }
}

/* Number of columns, or 0. */
static int
decode_record (TsrPageReader *self, TsrRecordColumn columns[TSR_MAX_RECORD_COLUMNS])
{
  const guint8 *p = self->payload->data, *end = p + self->payload->len;
  guint64       header_bytes = 0, serial = 0;
  guint         n = read_varint (p, end, &header_bytes);
  int           n_columns = 0;

  if (n == 0 || header_bytes > self->payload->len)
    return 0;
  const guint8 *type = p + n, *types_end = p + header_bytes, *value = types_end;
  while (type < types_end) {
    n = read_varint (type, types_end, &serial);
    if (n == 0 || serial == 10 || serial == 11 || n_columns == TSR_MAX_RECORD_COLUMNS ||
        bytes_of_serial (serial) > (guint64)(end - value))
      return 0;
    decode_column (serial, value, &columns[n_columns++]);
    value += bytes_of_serial (serial);
    type += n;
  }
  return n_columns;
}

/* A whole number in a column of reals was stored as an integer. */
static void
restore_types (const char *types, TsrRecordColumn *columns)
{
  for (int i = 0; types[i] != '\0'; i++)
    if (g_ascii_tolower (types[i]) == 'r' && columns[i].type == TSR_COLUMN_INT) {
      columns[i].type = TSR_COLUMN_REAL;
      columns[i].real = (double)columns[i].integer;
    }
}

static guint64
fold_column (guint64 checksum, const TsrRecordColumn *c)
{
  switch (c->type) {
  case TSR_COLUMN_INT:
    return tsr_row_fold_int (checksum, c->integer);
  case TSR_COLUMN_REAL:
    return tsr_row_fold_real (checksum, c->real);
  case TSR_COLUMN_TEXT:
    return tsr_row_fold_text (checksum, (const char *)c->bytes, c->n_bytes);
  case TSR_COLUMN_BLOB:
    return tsr_row_fold_blob (checksum, c->bytes, c->n_bytes);
  case TSR_COLUMN_NULL:
    break;
  }
  return tsr_row_fold_null (checksum);
}

static gboolean
belongs_to (TsrTable table, TsrRecord *record)
{
  const char *types = tsr_table_shape (table)->types;
  guint64     checksum = tsr_row_fold_int (tsr_row_seed (table), record->id);

  if ((int)strlen (types) != record->n_columns)
    return FALSE;
  TsrRecord copy = *record;
  restore_types (types, copy.columns);
  for (int i = 1; i < record->n_columns; i++)
    checksum = fold_column (checksum, &copy.columns[i]);
  if (checksum != record->checksum)
    return FALSE;
  *record = copy;
  record->table = table;
  return TRUE;
}

gboolean
tsr_page_reader_read (TsrPageReader *self, guint cell, TsrRecord *record)
{
  int n_columns;

  if (!gather (self, cell, &record->id))
    return FALSE;
  n_columns = decode_record (self, record->columns);
  if (n_columns < 2 || record->columns[n_columns - 1].type != TSR_COLUMN_INT)
    return FALSE;
  record->n_columns = n_columns - 1;
  record->checksum = (guint64)record->columns[n_columns - 1].integer;
  record->columns[0] = (TsrRecordColumn){.type = TSR_COLUMN_INT, .integer = record->id};
  for (TsrTable table = TSR_TABLE_PROJECT; table < TSR_N_TABLES; table++)
    if (belongs_to (table, record))
      return TRUE;
  return FALSE;
}
