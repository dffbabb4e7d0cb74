/* SPDX-License-Identifier: GPL-3.0-or-later
 * Weights, anchors and links of a morph as text.
 */
#include "model/morph-amount.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/dsp-types.h"

enum { MAX_ROWS = 100000, MAX_BYTES = 8 * 1024 * 1024 };

#define NO_ANCHORS "none"
#define SUM_SLACK 0.01 /* what weights may be off a sum of 1 */

G_DEFINE_QUARK (tsr - morph - error - quark, tsr_morph_error)

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (TSR_MORPH_ERROR, 0, format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
parse_number (const char *text, double *number)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*number);
}

/* n numbers with `separator` between them. */
static gboolean
parse_numbers (const char *text, const char *separator, guint n, double *numbers)
{
  g_auto (GStrv) words = g_strsplit (text, separator, -1);

  if (g_strv_length (words) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!parse_number (g_strstrip (words[i]), &numbers[i]))
      return FALSE;
  return TRUE;
}

static void
append_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (buffer, sizeof buffer, "%.6g", number);
  if (g_ascii_strtod (buffer, NULL) != number)
    g_ascii_dtostr (buffer, sizeof buffer, number);
  g_string_append (text, buffer);
}

/* ---- weights ---- */

/* Rows of a time and n weights. */
typedef struct {
  guint   n;
  GArray *points[TSR_MORPH_MOST]; /* TsrCurvePoint */
} Rows;

static void
rows_init (Rows *rows, guint n)
{
  rows->n = n;
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    rows->points[k] = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
}

static void
rows_clear (Rows *rows)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    g_array_unref (rows->points[k]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

/* Adds a row of weights, scaled to a sum of 1. */
static gboolean
add_row (Rows *rows, double time_s, const double *weights, GError **error)
{
  double sum = 0;

  for (guint k = 0; k < rows->n; k++) {
    if (!(weights[k] >= 0))
      return fail (error, _ ("weights of a morph lie between 0 and 1"));
    sum += weights[k];
  }
  if (!(fabs (sum - 1) <= SUM_SLACK))
    return fail (error, _ ("weights of a morph add up to 1, these to %g"), sum);
  guint n_rows = rows->points[0]->len;
  if (n_rows >= MAX_ROWS ||
      (n_rows > 0 &&
       !(time_s > g_array_index (rows->points[0], TsrCurvePoint, n_rows - 1).x)))
    return fail (error, _ ("times of a morph's weights have to increase"));
  for (guint k = 0; k < rows->n; k++) {
    TsrCurvePoint point = {time_s, weights[k] / sum};
    g_array_append_val (rows->points[k], point);
  }
  return TRUE;
}

static void
take_rows (TsrMorphAmount *self, const Rows *rows)
{
  *self = (TsrMorphAmount){.n = rows->n};
  for (guint k = 0; k < rows->n; k++)
    self->curves[k] = tsr_curve_new ((const TsrCurvePoint *)rows->points[k]->data,
                                     rows->points[k]->len);
}

gboolean
tsr_morph_amount_init (TsrMorphAmount *self, guint n, const double *weights)
{
  g_auto (Rows) rows;
  double scaled[TSR_MORPH_MOST], sum = 0;

  rows_init (&rows, n);
  *self = (TsrMorphAmount){.n = n};
  for (guint k = 0; k < n; k++)
    sum += weights[k];
  for (guint k = 0; k < n; k++)
    scaled[k] = weights[k] / sum;
  if (!(sum > 0) || !add_row (&rows, 0, scaled, NULL))
    return FALSE;
  take_rows (self, &rows);
  return TRUE;
}

/* S=w1:w2,... */
static gboolean
parse_written (Rows *rows, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (gsize i = 0; words[i] != NULL; i++) {
    double weights[TSR_MORPH_MOST], time_s;
    char  *equals = strchr (words[i], '=');
    if (equals == NULL)
      return fail (error, _ ("weights over time are told as 0=1:0,2.5=0:1"));
    *equals = '\0';
    if (!parse_number (g_strstrip (words[i]), &time_s) ||
        !parse_numbers (equals + 1, ":", rows->n, weights))
      return fail (error,
                   _ ("weights over time are told as 0=1:0,2.5=0:1, %u weights a time"),
                   rows->n);
    if (!add_row (rows, time_s, weights, error))
      return FALSE;
  }
  return TRUE;
}

static char *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "standard::type,standard::size", 0, NULL, NULL);
  g_autofree char *text = NULL;
  gsize            n_bytes;

  if (info == NULL) {
    fail (error,
          _ ("`%s` is no amount (a number, w1:w2, 0=1:0,2.5=0:1) and no file"),
          path);
    return NULL;
  }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR ||
      g_file_info_get_size (info) > MAX_BYTES) {
    fail (error, _ ("%s is no file of at most 8 MB"), path);
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &n_bytes, error))
    return NULL;
  if (strlen (text) == n_bytes && g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);
  fail (error, _ ("%s is no text"), path);
  return NULL;
}

static char *
header_of (guint n)
{
  GString *header = g_string_new ("time_s");

  for (guint k = 1; k <= n; k++)
    g_string_append_printf (header, ",w%u", k);
  return g_string_free (header, FALSE);
}

static gboolean
parse_file (Rows *rows, const char *path, GError **error)
{
  g_autofree char *text = read_file (path, error);
  g_autofree char *header = header_of (rows->n);

  if (text == NULL)
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  if (lines[0] == NULL || !g_str_equal (g_strstrip (lines[0]), header))
    return fail (error, _ ("%s: the first line has to be the header %s"), path, header);
  for (gsize i = 1; lines[i] != NULL; i++) {
    double numbers[TSR_MORPH_MOST + 1];
    if (g_strstrip (lines[i])[0] == '\0')
      continue;
    if (!parse_numbers (lines[i], ",", rows->n + 1, numbers))
      return fail (error,
                   _ ("%s: line %zu: there have to be %u numbers"),
                   path,
                   i + 1,
                   rows->n + 1);
    if (!add_row (rows, numbers[0], numbers + 1, error)) {
      g_prefix_error (error, "%s: line %zu: ", path, i + 1);
      return FALSE;
    }
  }
  return rows->points[0]->len > 0 ||
         fail (error, _ ("%s: there are no rows below the header"), path);
}

gboolean
tsr_morph_amount_parse (TsrMorphAmount *self, guint n, const char *text, GError **error)
{
  g_auto (Rows) rows;
  double   weights[TSR_MORPH_MOST];
  gboolean parsed;

  rows_init (&rows, n);
  *self = (TsrMorphAmount){.n = n};
  if (n == 2 && parse_number (text, &weights[1])) {
    weights[0] = 1 - weights[1];
    parsed = add_row (&rows, 0, weights, error);
  } else if (parse_numbers (text, ":", n, weights))
    parsed = add_row (&rows, 0, weights, error);
  else if (strchr (text, '=') != NULL)
    parsed = parse_written (&rows, text, error);
  else
    parsed = parse_file (&rows, text, error);
  if (parsed)
    take_rows (self, &rows);
  return parsed;
}

void
tsr_morph_amount_copy (TsrMorphAmount *self, const TsrMorphAmount *from)
{
  *self = *from;
  for (guint k = 0; k < from->n; k++)
    tsr_curve_ref (self->curves[k]);
}

void
tsr_morph_amount_clear (TsrMorphAmount *self)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    g_clear_pointer (&self->curves[k], tsr_curve_unref);
  self->n = 0;
}

char *
tsr_morph_amount_to_text (const TsrMorphAmount *self)
{
  GString *text = g_string_new (NULL);
  gsize    n_rows = tsr_curve_n_points (self->curves[0]);

  for (gsize i = 0; i < n_rows; i++) {
    g_string_append (text, i > 0 ? "," : "");
    if (n_rows > 1) {
      append_number (text, tsr_curve_points (self->curves[0])[i].x);
      g_string_append_c (text, '=');
    }
    for (guint k = 0; k < self->n; k++) {
      g_string_append (text, k > 0 ? ":" : "");
      append_number (text, tsr_curve_points (self->curves[k])[i].y);
    }
  }
  return g_string_free (text, FALSE);
}

double
tsr_morph_amount_mean (const TsrMorphAmount *self, guint k)
{
  const TsrCurvePoint *p = tsr_curve_points (self->curves[k]);
  gsize                n = tsr_curve_n_points (self->curves[k]);
  double               sum = 0;

  if (n == 1)
    return p[0].y;
  for (gsize i = 1; i < n; i++)
    sum += 0.5 * (p[i].x - p[i - 1].x) * (p[i].y + p[i - 1].y);
  return sum / (p[n - 1].x - p[0].x);
}

int
tsr_morph_amount_pure (const TsrMorphAmount *self)
{
  for (guint k = 0; k < self->n; k++) {
    gboolean is_pure = TRUE;
    for (gsize i = 0; i < tsr_curve_n_points (self->curves[k]); i++)
      is_pure = is_pure && tsr_curve_points (self->curves[k])[i].y == 1;
    if (is_pure)
      return (int)k;
  }
  return -1;
}

/* ---- anchors ---- */

GArray *
tsr_morph_anchors_parse (const char *text, guint n, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) anchors = g_array_new (FALSE, TRUE, sizeof (TsrMorphAnchor));

  if (g_str_equal (text, NO_ANCHORS))
    return g_steal_pointer (&anchors);
  for (gsize i = 0; words[i] != NULL; i++) {
    TsrMorphAnchor anchor = {0};
    if (!parse_numbers (words[i], ":", n, anchor.times_s)) {
      fail (error, _ ("anchors are told as A:B,A:B in seconds, %u times each"), n);
      return NULL;
    }
    const TsrMorphAnchor *last =
        i > 0 ? &g_array_index (anchors, TsrMorphAnchor, i - 1) : NULL;
    for (guint k = 0; k < n; k++)
      if (!(anchor.times_s[k] >= 0) ||
          (last != NULL && !(anchor.times_s[k] > last->times_s[k]))) {
        fail (error, _ ("anchors have to come one after the other in every sound"));
        return NULL;
      }
    g_array_append_val (anchors, anchor);
  }
  return g_steal_pointer (&anchors);
}

char *
tsr_morph_anchors_to_text (const GArray *anchors, guint n)
{
  GString *text = g_string_new (anchors->len == 0 ? NO_ANCHORS : NULL);

  for (guint i = 0; i < anchors->len; i++)
    for (guint k = 0; k < n; k++) {
      g_string_append (text, k > 0 ? ":" : i > 0 ? "," : "");
      append_number (text, g_array_index (anchors, TsrMorphAnchor, i).times_s[k]);
    }
  return g_string_free (text, FALSE);
}

/* ---- links ---- */

static gboolean
parse_link (const char *text, guint n, TsrMorphLink *link)
{
  g_auto (GStrv) words = g_strsplit (text, ":", -1);

  if (g_strv_length (words) != n)
    return FALSE;
  for (guint k = 0; k < n; k++) {
    char *end;
    g_strstrip (words[k]);
    if (g_str_equal (words[k], "-"))
      continue;
    guint64 id = g_ascii_strtoull (words[k], &end, 10);
    if (!g_ascii_isdigit (words[k][0]) || *end != '\0' || id == 0 || id > G_MAXINT64)
      return FALSE;
    link->ids[k] = (gint64)id;
  }
  return TRUE;
}

GArray *
tsr_morph_links_parse (const char *text, guint n, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) links = g_array_new (FALSE, TRUE, sizeof (TsrMorphLink));

  for (gsize i = 0; words[i] != NULL; i++) {
    TsrMorphLink link = {0};
    if (!parse_link (words[i], n, &link)) {
      fail (
          error,
          _ ("pairs are told by the ids of partials, such as 12:40,13:- (- for none), %u "
             "each"),
          n);
      return NULL;
    }
    g_array_append_val (links, link);
  }
  return g_steal_pointer (&links);
}

char *
tsr_morph_links_to_text (const GArray *links, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < links->len; i++)
    for (guint k = 0; k < n; k++) {
      gint64 id = g_array_index (links, TsrMorphLink, i).ids[k];
      g_string_append (text, k > 0 ? ":" : i > 0 ? "," : "");
      if (id > 0)
        g_string_append_printf (text, "%" G_GINT64_FORMAT, id);
      else
        g_string_append_c (text, '-');
    }
  return g_string_free (text, FALSE);
}
