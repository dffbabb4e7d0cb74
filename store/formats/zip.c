/* SPDX-License-Identifier: GPL-3.0-or-later
 * ZIP by libarchive.
 */
#include "store/formats/zip.h"

#include <archive.h>
#include <archive_entry.h>

#define YEAR_1980_S                                                                      \
  315532800 /* where the time of ZIP begins: the same file each time                     \
             */

struct TsrZipWriter {
  struct archive  *archive;
  TsrFormatWriter *out;
  gboolean         has_failed;
};

static la_ssize_t
write_cb (struct archive *archive, void *data, const void *bytes, size_t n)
{
  TsrFormatWriter *out = data;

  g_byte_array_append (out->buffer, bytes, (guint)n);
  return (la_ssize_t)n;
}

TsrZipWriter *
tsr_zip_writer_new (TsrFormatWriter *out)
{
  struct archive *archive = archive_write_new ();

  if (archive == NULL)
    return NULL;
  if (archive_write_set_format_zip (archive) != ARCHIVE_OK ||
      archive_write_set_format_option (archive, "zip", "compression-level", "1") !=
          ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block (archive, 1) != ARCHIVE_OK ||
      archive_write_open (archive, out, NULL, write_cb, NULL) != ARCHIVE_OK) {
    archive_write_free (archive);
    return NULL;
  }
  TsrZipWriter *self = g_new0 (TsrZipWriter, 1);
  self->archive = archive;
  self->out = out;
  return self;
}

gboolean
tsr_zip_writer_begin (TsrZipWriter *self,
                      const char   *name,
                      guint64       n_bytes,
                      gboolean      deflate)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, (la_int64_t)n_bytes);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_mtime (entry, YEAR_1980_S, 0);
  if (deflate)
    archive_write_zip_set_compression_deflate (self->archive);
  else
    archive_write_zip_set_compression_store (self->archive);
  if (archive_write_header (self->archive, entry) != ARCHIVE_OK)
    self->has_failed = TRUE;
  archive_entry_free (entry);
  return !self->has_failed;
}

gboolean
tsr_zip_writer_data (TsrZipWriter *self, const void *bytes, gsize n_bytes)
{
  if (!self->has_failed &&
      archive_write_data (self->archive, bytes, n_bytes) != (la_ssize_t)n_bytes)
    self->has_failed = TRUE;
  return !self->has_failed;
}

gboolean
tsr_zip_writer_end (TsrZipWriter *self)
{
  gboolean ok = archive_write_close (self->archive) == ARCHIVE_OK && !self->has_failed;

  archive_write_free (self->archive);
  g_free (self);
  return ok;
}

/* ---- in ---- */

struct TsrZipReader {
  struct archive *archive;
  char           *name;
  gboolean        is_damaged;
};

TsrZipReader *
tsr_zip_reader_new (const guint8 *bytes, gsize n_bytes)
{
  struct archive *archive = archive_read_new ();

  if (archive == NULL)
    return NULL;
  if (archive_read_support_format_zip (archive) != ARCHIVE_OK ||
      archive_read_open_memory (archive, bytes, n_bytes) != ARCHIVE_OK) {
    archive_read_free (archive);
    return NULL;
  }
  TsrZipReader *self = g_new0 (TsrZipReader, 1);
  self->archive = archive;
  return self;
}

void
tsr_zip_reader_free (TsrZipReader *self)
{
  if (self == NULL)
    return;
  archive_read_free (self->archive);
  g_free (self->name);
  g_free (self);
}

const char *
tsr_zip_reader_next (TsrZipReader *self)
{
  struct archive_entry *entry;
  int                   code = archive_read_next_header (self->archive, &entry);

  g_clear_pointer (&self->name, g_free);
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    self->is_damaged = self->is_damaged || code != ARCHIVE_EOF;
    return NULL;
  }
  const char *name = archive_entry_pathname (entry);
  self->name = g_strdup (name != NULL ? name : "");
  return self->name;
}

gsize
tsr_zip_reader_data (TsrZipReader *self, void *bytes, gsize n)
{
  gsize done = 0;

  while (done < n && !self->is_damaged) {
    la_ssize_t got = archive_read_data (self->archive, (char *)bytes + done, n - done);
    if (got == 0)
      break;
    if (got < 0)
      self->is_damaged = TRUE;
    else
      done += (gsize)got;
  }
  return done;
}

gboolean
tsr_zip_reader_is_whole (TsrZipReader *self)
{
  char rest[512];

  while (!self->is_damaged && self->name != NULL &&
         tsr_zip_reader_data (self, rest, sizeof rest) > 0)
    continue;
  return !self->is_damaged;
}
