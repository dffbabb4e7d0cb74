/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recordings in and out.
 */
#include "store/source-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <unistd.h>

#include "store/project-write.h"
#include "store/store.h"

#define CHUNKS_PER_TRANSACTION 4

typedef struct {
  TsrSource *source;
  int        fd;
  guint8    *bytes; /* TSR_CHUNK_BYTES */
  gint64     position;
  guint64    n_bytes; /* written so far */
  gboolean   at_end;
} Copy;

static gboolean
fail_reading (TsrProjectFile *file, Copy *copy, const char *why, GError **error)
{
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_WRITE,
               _ ("%s: cannot be read (%s), so nothing was kept of it"),
               tsr_source_get_info (copy->source)->name,
               why);
  return FALSE;
}

/* Up to a whole chunk; -1 with errno. */
static gssize
read_chunk (int fd, guint8 *bytes)
{
  gsize n = 0;

  while (n < TSR_CHUNK_BYTES) {
    ssize_t got = read (fd, bytes + n, TSR_CHUNK_BYTES - n);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -1;
    if (got == 0)
      break;
    n += (gsize)got;
  }
  return (gssize)n;
}

static gboolean
write_source_row (TsrProjectFile *file, TsrSource *source, GError **error)
{
  const TsrSourceInfo *info = tsr_source_get_info (source);
  TsrRow               row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_SOURCE, tsr_source_get_id (source));
  tsr_row_put_text (&row, info->name);
  tsr_row_put_text (&row, info->format);
  tsr_row_put_real (&row, info->rate_hz);
  tsr_row_put_int (&row, info->n_channels);
  tsr_row_put_int (&row, info->n_frames);
  tsr_row_put_int (&row, info->bits);
  tsr_row_put_int (&row, (gint64)info->n_bytes);
  tsr_row_put_text (&row, info->decoded_sha256);
  if (!tsr_row_finish (&row, NULL, error))
    return FALSE;
  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_STAGING, 0);
  tsr_row_put_int (&row, tsr_source_get_id (source));
  tsr_row_put_null (&row);
  return tsr_row_finish (&row, NULL, error);
}

static gboolean
write_chunk (TsrProjectFile *file, Copy *copy, gsize n_bytes, GError **error)
{
  TsrRow row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_CHUNK, 0);
  tsr_row_put_int (&row, tsr_source_get_id (copy->source));
  tsr_row_put_int (&row, copy->position);
  tsr_row_put_blob (&row, copy->bytes, n_bytes);
  copy->position++;
  copy->n_bytes += n_bytes;
  return tsr_row_finish (&row, NULL, error);
}

/* The work of one transaction. It may run twice when the disk is full, so it starts from
 * where the last one that succeeded ended. */
static gboolean
write_some (TsrProjectFile *file, gpointer data, GError **error)
{
  Copy *copy = data;
  Copy  now = *copy;

  if (lseek (now.fd, (off_t)now.n_bytes, SEEK_SET) < 0)
    return fail_reading (file, copy, g_strerror (errno), error);
  if (now.position == 0 && !write_source_row (file, now.source, error))
    return FALSE;
  for (int i = 0; i < CHUNKS_PER_TRANSACTION && !now.at_end; i++) {
    gssize n = read_chunk (now.fd, now.bytes);
    if (n < 0)
      return fail_reading (file, copy, g_strerror (errno), error);
    now.at_end = n < TSR_CHUNK_BYTES;
    if (n > 0 && !write_chunk (file, &now, (gsize)n, error))
      return FALSE;
  }
  copy->at_end = now.at_end;
  return TRUE;
}

static void
count_written (Copy *copy)
{
  off_t here = lseek (copy->fd, 0, SEEK_CUR);

  copy->n_bytes = here > 0 ? (guint64)here : 0;
  copy->position = (gint64)((copy->n_bytes + TSR_CHUNK_BYTES - 1) / TSR_CHUNK_BYTES);
}

static gboolean
copy_in (TsrProjectFile *file, Copy *copy, GCancellable *cancellable, GError **error)
{
  while (!copy->at_end) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !tsr_project_file_transact (file, write_some, copy, error))
      return FALSE;
    count_written (copy);
  }
  return copy->n_bytes == tsr_source_get_info (copy->source)->n_bytes ||
         fail_reading (file, copy, _ ("its size has changed"), error);
}

gboolean
tsr_source_stage (TsrProjectFile *file,
                  TsrSource      *source,
                  int             fd,
                  GCancellable   *cancellable,
                  GError        **error)
{
  g_autofree guint8 *bytes = g_malloc (TSR_CHUNK_BYTES);
  Copy               copy = {.source = source, .fd = fd, .bytes = bytes};
  gint64             id = tsr_source_get_id (source);

  if (!tsr_project_clean (file, error))
    return FALSE;
  if (copy_in (file, &copy, cancellable, error)) {
    g_hash_table_add (file->staged_sources, g_memdup2 (&id, sizeof id));
    return TRUE;
  }
  file->is_clean = FALSE;
  if (!tsr_db_is_broken (file->db))
    tsr_project_clean (file, NULL);
  return FALSE;
}

/* ---- out ---- */

static gboolean
write_out (int fd, const guint8 *bytes, gsize n_bytes, GError **error)
{
  while (n_bytes > 0) {
    ssize_t n = write (fd, bytes, n_bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error,
                   TSR_STORE_ERROR,
                   errno == ENOSPC ? TSR_STORE_ERROR_FULL : TSR_STORE_ERROR_WRITE,
                   _ ("a recording cannot be copied out of the project: %s"),
                   g_strerror (errno));
      return FALSE;
    }
    bytes += n;
    n_bytes -= (gsize)n;
  }
  return TRUE;
}

static gboolean
find_n_bytes (TsrProjectFile *file, gint64 source_id, gint64 *n_bytes, GError **error)
{
  TsrCursor cursor;

  if (!tsr_cursor_open_id (&cursor, file->rows, TSR_TABLE_SOURCE, source_id, error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  if (result == TSR_STEP_ROW)
    *n_bytes = tsr_cursor_int (&cursor, 7);
  tsr_cursor_close (&cursor);
  if (result == TSR_STEP_DONE)
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_NOT_FOUND,
                 _ ("%s: it has no recording %" PRId64),
                 file->path,
                 source_id);
  return result == TSR_STEP_ROW;
}

static gboolean
copy_chunks (TsrCursor *cursor, int fd, gint64 *n_bytes, GError **error)
{
  TsrStepResult result;
  gint64        position = 0;

  while ((result = tsr_cursor_next (cursor, error)) == TSR_STEP_ROW) {
    gsize         n = 0;
    const guint8 *bytes = tsr_statement_bytes (cursor->statement, 3, &n);
    if (!cursor->is_whole || tsr_cursor_int (cursor, 2) != position++)
      break;
    if (!write_out (fd, bytes, n, error))
      return FALSE;
    *n_bytes -= (gint64)n;
  }
  if (result == TSR_STEP_ROW)
    *n_bytes = -1; /* damaged */
  return result != TSR_STEP_ERROR;
}

gboolean
tsr_source_copy_out (TsrProjectFile *file, gint64 source_id, int fd, GError **error)
{
  gint64    n_left = 0;
  TsrCursor cursor;

  if (!find_n_bytes (file, source_id, &n_left, error) ||
      !tsr_cursor_open_where (&cursor,
                              file->rows,
                              TSR_TABLE_CHUNK,
                              "source_id = ?1 ORDER BY position",
                              source_id,
                              error))
    return FALSE;
  gboolean ok = copy_chunks (&cursor, fd, &n_left, error);
  tsr_cursor_close (&cursor);
  if (ok && n_left != 0) {
    g_set_error (
        error,
        TSR_STORE_ERROR,
        TSR_STORE_ERROR_DAMAGED,
        _ ("%s: the recording %" PRId64 " is damaged; its partials are not affected"),
        file->path,
        source_id);
    return FALSE;
  }
  return ok;
}
