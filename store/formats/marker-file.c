/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labels of Audacity and CSV of Sonic Visualiser.
 */
#include "store/formats/marker-file.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "model/output-file.h"
#include "store/formats/draft.h"
#include "store/store.h"

enum { MAX_BYTES = 1 << 24 };

static gboolean
refuse (GError **error, const char *path, guint line, const char *why)
{
  g_autofree char *name = tsr_display_path (path);

  if (line == 0)
    g_set_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_FORMAT, "%s: %s", name, why);
  else
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_FORMAT,
                 _ ("%s: line %u: %s"),
                 name,
                 line,
                 why);
  return FALSE;
}

static gboolean
is_number (const char *text, double *number)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  while (g_ascii_isspace (*end))
    end++;
  return end != text && *end == '\0' && isfinite (*number);
}

/* The fields of a line; quotes around one, doubled inside, belong to the format. */
static GPtrArray *
split (const char *line, char separator)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  GString   *field = g_string_new (NULL);
  gboolean   is_quoted = FALSE;

  for (const char *p = line; *p != '\0'; p++) {
    if (*p == '"' && separator == ',') {
      if (is_quoted && p[1] == '"')
        g_string_append_c (field, *p++);
      else
        is_quoted = !is_quoted;
    } else if (*p == separator && !is_quoted) {
      g_ptr_array_add (fields, g_string_free (field, FALSE));
      field = g_string_new (NULL);
    } else {
      g_string_append_c (field, *p);
    }
  }
  g_ptr_array_add (fields, g_string_free (field, FALSE));
  return fields;
}

/* What is behind the numbers. */
static const char *
label_of (const GPtrArray *fields)
{
  const char *last = g_ptr_array_index (fields, fields->len - 1);
  double      number;

  return fields->len > 1 && !is_number (last, &number) ? last : "";
}

/* One line. FALSE with an error. A first line without a time is a header. */
static gboolean
read_line (TsrDraft   *draft,
           const char *path,
           const char *line,
           guint       number,
           double      duration_s,
           guint      *n_outside,
           GError    **error)
{
  char separator = strchr (line, '\t') != NULL ? '\t' : ',';
  g_autoptr (GPtrArray) fields = split (line, separator);
  double time_s;

  if (!is_number (g_ptr_array_index (fields, 0), &time_s))
    return number == 1 ||
           refuse (error, path, number, _ ("a marker begins with a time in seconds"));
  if (time_s >= 0 && time_s <= duration_s)
    tsr_draft_add_marker (draft, time_s, label_of (fields));
  else
    ++*n_outside;
  return TRUE;
}

static gboolean
read_text (TsrDraft   *draft,
           const char *path,
           double      duration_s,
           guint      *n_outside,
           GError    **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) problem = NULL;
  struct stat status;

  if (stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    return refuse (error, path, 0, _ ("not a regular file"));
  if (stat (path, &status) == 0 && status.st_size > MAX_BYTES)
    return refuse (error, path, 0, _ ("too large for markers"));
  gsize n_bytes;
  if (!g_file_get_contents (path, &text, &n_bytes, &problem))
    return refuse (error, path, 0, _ ("cannot be read"));
  if (strlen (text) != n_bytes)
    return refuse (error, path, 0, _ ("not text"));
  lines =
      g_strsplit (g_str_has_prefix (text, "\xEF\xBB\xBF") ? text + 3 : text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    /* Audacity puts the frequencies of a label behind a backslash. */
    if (lines[i][0] != '\0' && lines[i][0] != '\\' &&
        !read_line (draft, path, lines[i], i + 1, duration_s, n_outside, error))
      return FALSE;
  }
  return TRUE;
}

GArray *
tsr_marker_file_read (const char *path,
                      double      duration_s,
                      guint      *n_outside,
                      GError    **error)
{
  g_autoptr (TsrDraft) draft = tsr_draft_new ();

  *n_outside = 0;
  if (!read_text (draft, path, duration_s, n_outside, error))
    return NULL;
  GArray *markers = tsr_draft_steal_markers (draft);
  if (markers->len > 0 || *n_outside > 0)
    return markers;
  g_array_unref (markers);
  refuse (error, path, 0, _ ("there are no markers in it"));
  return NULL;
}
