/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading a rollback journal.
 */
#include "store/journal-reader.h"

#include <string.h>

enum { HEADER_BYTES = 28, MAX_RECORDS = 1 << 20 };

static const guint8 MAGIC[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

static guint32
big_32 (const guint8 *p)
{
  return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static gboolean
is_power_of_two (guint32 value)
{
  return value >= 512 && value <= 65536 && (value & (value - 1)) == 0;
}

/* Looks for page 1 among the records after the first header. */
static gboolean
find_page_1 (TsrDbFile *journal, guint8 *bytes, gsize n_bytes)
{
  guint8 header[HEADER_BYTES], number[4];

  if (!tsr_db_file_read (journal, 0, header, sizeof header) ||
      memcmp (header, MAGIC, sizeof MAGIC) != 0)
    return FALSE;
  guint32 sector_bytes = big_32 (header + 20), page_bytes = big_32 (header + 24);
  if (!is_power_of_two (sector_bytes) || !is_power_of_two (page_bytes) ||
      n_bytes > page_bytes)
    return FALSE;
  guint64 offset = sector_bytes;
  for (int i = 0; i < MAX_RECORDS && tsr_db_file_read (journal, offset, number, 4); i++) {
    if (big_32 (number) == 1)
      return tsr_db_file_read (journal, offset + 4, bytes, n_bytes);
    offset += 4 + page_bytes + 4;
  }
  return FALSE;
}

gboolean
tsr_journal_read_start (const char      *path,
                        const TsrDbHost *host,
                        guint8          *bytes,
                        gsize            n_bytes)
{
  g_autofree char *journal_path = g_strconcat (path, "-journal", NULL);
  TsrDbFile       *journal = tsr_db_file_open (journal_path, path, host, FALSE, NULL);
  gboolean         found = journal != NULL && find_page_1 (journal, bytes, n_bytes);

  tsr_db_file_close (journal);
  return found;
}
