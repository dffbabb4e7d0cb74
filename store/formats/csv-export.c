/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into CSV, as dense as straight lines need it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/dsp/partials/straight.h"
#include "store/formats/csv.h"
#include "store/store.h"

/* A file that is being written, beside its later place. */
typedef struct {
  FILE   *stream;
  guint64 n_rows;
} Out;

static void
put_number (Out *out, double value, char end)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  fputs (g_ascii_formatd (text, sizeof text, "%.17g", value), out->stream);
  fputc (end, out->stream);
}

static double
wrap_radians (double turns)
{
  double radians = (turns - floor (turns)) * 2 * G_PI;

  return radians < 2 * G_PI ? radians : 0;
}

static void
put_row (Out *out, const TsrPartial *partial, const TsrBreakpoint *b)
{
  fprintf (out->stream,
           "%" G_GINT64_FORMAT ",%d,",
           (gint64)tsr_partial_id (partial),
           tsr_partial_label (partial));
  put_number (out, b->time_s, ',');
  put_number (out, b->frequency_hz, ',');
  put_number (out, tsr_breakpoint_amplitude (b), ',');
  put_number (out, (double)b->bandwidth, ',');
  put_number (out, wrap_radians (b->phase_turns), ',');
  fprintf (out->stream, "%u\n", tsr_partial_channel (partial));
  out->n_rows++;
}

static void
put_partial (Out *out, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);

  for (gsize i = 0; i < n; i++) {
    put_row (out, partial, &b[i]);
    int pieces = 1;
    if (i + 1 < n)
      pieces = tsr_breakpoint_n_straight (
          &b[i], &b[i + 1], TSR_CSV_TOLERANCE_CENT, TSR_CSV_TOLERANCE_DB);
    for (int k = 1; k < pieces; k++) {
      TsrBreakpoint between;
      tsr_breakpoint_between (&b[i], &b[i + 1], (double)k / pieces, &between);
      put_row (out, partial, &between);
    }
  }
}

static gboolean
fail (GError **error, const char *path, int error_number)
{
  g_set_error (error,
               TSR_STORE_ERROR,
               error_number == ENOSPC || error_number == EFBIG || error_number == EDQUOT
                   ? TSR_STORE_ERROR_FULL
                   : TSR_STORE_ERROR_WRITE,
               _ ("%s: cannot be written: %s"),
               path,
               g_strerror (error_number));
  return FALSE;
}

/* The number of the error, or 0. */
static int
write_rows (TsrPartialSet *set, int fd, guint64 *n_rows)
{
  Out out = {.stream = fdopen (fd, "w")};

  if (out.stream == NULL) {
    int error_number = errno;
    close (fd);
    return error_number;
  }
  errno = 0;
  fputs (TSR_CSV_HEADER "\n", out.stream);
  for (gsize i = 0; i < tsr_partial_set_size (set) && !ferror (out.stream); i++)
    put_partial (&out, tsr_partial_set_at (set, i));
  gboolean ok = fflush (out.stream) == 0 && !ferror (out.stream) && fsync (fd) == 0;
  int      error_number = ok ? 0 : (errno != 0 ? errno : EIO);
  if (fclose (out.stream) != 0 && error_number == 0)
    error_number = errno;
  *n_rows = out.n_rows;
  return error_number;
}

gboolean
tsr_csv_export (TsrPartialSet *set, const char *path, guint64 *n_rows, GError **error)
{
  g_autofree char *part_path = g_strdup_printf ("%s.XXXXXX", path);
  guint64          n = 0;

  g_return_val_if_fail (set != NULL, FALSE);
  if (g_file_test (path, G_FILE_TEST_EXISTS) &&
      !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return fail (error, path, g_file_test (path, G_FILE_TEST_IS_DIR) ? EISDIR : EINVAL);
  int fd = g_mkstemp_full (part_path, O_WRONLY | O_CLOEXEC, 0666);
  if (fd < 0)
    return fail (error, path, errno);
  int error_number = write_rows (set, fd, &n);
  if (error_number == 0 && g_rename (part_path, path) != 0)
    error_number = errno;
  if (error_number != 0) {
    g_unlink (part_path);
    return fail (error, path, error_number);
  }
  if (n_rows != NULL)
    *n_rows = n;
  return TRUE;
}
