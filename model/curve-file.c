/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading curves from CSV files.
 */
#include "model/curve-file.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { MAX_BYTES = 32 * 1024 * 1024 };

G_DEFINE_QUARK (tsr - curve - file - error - quark, tsr_curve_file_error)

static gboolean
find_header (const char        *line,
             const char        *name,
             const char *const *headers,
             gsize             *which,
             GError           **error)
{
  for (gsize i = 0; headers[i] != NULL; i++)
    if (g_str_equal (line, headers[i])) {
      *which = i;
      return TRUE;
    }
  g_autofree char *known = g_strjoinv (_ (" or "), (char **)headers);
  g_set_error (error,
               TSR_CURVE_FILE_ERROR,
               0,
               _ ("%s: the first line has to be the header %s"),
               name,
               known);
  return FALSE;
}

static gboolean
parse_number (const char **text, double *number)
{
  char *end;

  *number = g_ascii_strtod (*text, &end);
  if (end == *text || !isfinite (*number))
    return FALSE;
  *text = end + strspn (end, " \t");
  return TRUE;
}

static gboolean
parse_row (const char *line, TsrCurvePoint *point)
{
  if (!parse_number (&line, &point->x) || *line++ != ',')
    return FALSE;
  return parse_number (&line, &point->y) && *line == '\0';
}

static TsrCurve *
parse_rows (char **lines, const char *name, GError **error)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (gsize i = 1; lines[i] != NULL; i++) {
    TsrCurvePoint point;
    g_strstrip (lines[i]);
    if (lines[i][0] == '\0')
      continue;
    gboolean is_row = parse_row (lines[i], &point);
    if (is_row && (points->len == 0 ||
                   point.x > g_array_index (points, TsrCurvePoint, points->len - 1).x)) {
      g_array_append_val (points, point);
      continue;
    }
    g_set_error (error,
                 TSR_CURVE_FILE_ERROR,
                 0,
                 is_row ? _ ("%s: line %zu: the first column has to increase")
                        : _ ("%s: line %zu: there have to be two numbers with a comma "
                             "between them"),
                 name,
                 i + 1);
    return NULL;
  }
  if (points->len == 0) {
    g_set_error (error,
                 TSR_CURVE_FILE_ERROR,
                 0,
                 _ ("%s: there are no rows below the header"),
                 name);
    return NULL;
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

static TsrCurve *
parse_csv (const char        *text,
           const char        *name,
           const char *const *headers,
           gsize             *which,
           GError           **error)
{
  static const char byte_order_mark[] = "\xef\xbb\xbf";

  if (g_str_has_prefix (text, byte_order_mark))
    text += strlen (byte_order_mark);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  if (lines[0] != NULL)
    g_strstrip (lines[0]);
  if (!find_header (lines[0] != NULL ? lines[0] : "", name, headers, which, error))
    return NULL;
  return parse_rows (lines, name, error);
}

static char *
read_text (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "standard::type,standard::size", 0, NULL, error);
  g_autofree char *text = NULL;
  gsize            n_bytes;

  if (info == NULL) {
    if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
      g_clear_error (error);
      g_set_error (error, TSR_CURVE_FILE_ERROR, 0, _ ("there is no file %s"), path);
    }
    return NULL;
  }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR ||
      g_file_info_get_size (info) > MAX_BYTES) {
    g_set_error (
        error, TSR_CURVE_FILE_ERROR, 0, _ ("%s is no file of at most 32 MB"), path);
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &n_bytes, error))
    return NULL;
  if (strlen (text) == n_bytes && g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);
  g_set_error (error, TSR_CURVE_FILE_ERROR, 0, _ ("%s is no text"), path);
  return NULL;
}

TsrCurve *
tsr_curve_file_read (const char        *path,
                     const char *const *headers,
                     gsize             *which,
                     GError           **error)
{
  g_autofree char *text = read_text (path, error);

  return text != NULL ? parse_csv (text, path, headers, which, error) : NULL;
}
