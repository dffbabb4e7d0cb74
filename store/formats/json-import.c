/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON into partials: our own columns, or breakpoints as objects with the names that
 * others use.
 */
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "store/formats/columns.h"
#include "store/formats/format.h"

enum { MAX_DEPTH = 32, MAX_CHANNEL = 63 };

typedef struct {
  TsrFormatReader *format;
  guint            number; /* of the present partial, from 1 */
} Reader;

static gboolean
refuse_partial (Reader *self, GError **error, const char *why)
{
  return tsr_reader_refuse (self->format, error, _ ("partial %u: %s"), self->number, why);
}

static gboolean
has_hex (const guint8 *p, gsize n, gsize i)
{
  for (gsize k = 0; k < 4; k++)
    if (i + k >= n || !g_ascii_isxdigit (p[i + k]))
      return FALSE;
  return TRUE;
}

/* The quote at the end of the text that begins at i; n if the parser might see another
 * end, because an escape is none. */
static gsize
end_of_text (const guint8 *p, gsize n, gsize i)
{
  for (i++; i < n && p[i] != '"'; i++) {
    if (p[i] == '\0')
      return n;
    if (p[i] != '\\')
      continue;
    if (++i >= n || p[i] == '\0' || strchr ("\"\\/bfnrtu", p[i]) == NULL)
      return n;
    if (p[i] != 'u')
      continue;
    if (!has_hex (p, n, i + 1))
      return n;
    gboolean is_surrogate = (p[i + 1] | 0x20) == 'd' && p[i + 2] >= '8';
    i += 4;
    if (!is_surrogate)
      continue;
    if (i + 2 >= n || p[i + 1] != '\\' || p[i + 2] != 'u' || !has_hex (p, n, i + 3))
      return n;
    i += 6;
  }
  return i;
}

typedef enum { DEPTH_FINE, DEPTH_TOO_GREAT, DEPTH_UNKNOWN } Depth;

/* The parser calls itself for each level: a file of brackets alone must not get there.
 * Nor one with comments or quotes that JSON does not have, since the parser, which takes
 * some of them, may see brackets where none are seen here. */
static Depth
depth_of (const guint8 *p, gsize n, gsize *at)
{
  guint depth = 0;

  for (gsize i = 0; i < n; i++) {
    *at = i;
    if (p[i] == '"') {
      i = end_of_text (p, n, i);
      if (i >= n)
        return DEPTH_UNKNOWN;
    } else if (p[i] == '/' || p[i] == '#' || p[i] == '\'') {
      return DEPTH_UNKNOWN;
    } else if (p[i] == '[' || p[i] == '{') {
      if (++depth > MAX_DEPTH)
        return DEPTH_TOO_GREAT;
    } else if ((p[i] == ']' || p[i] == '}') && depth > 0) {
      depth--;
    }
  }
  return DEPTH_FINE;
}

static gboolean
is_number (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  GType type = json_node_get_value_type (node);
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

/* A number of an object, or another value where there is none. */
static double
number_of (JsonObject *object, const char *name, double otherwise)
{
  JsonNode *node = json_object_get_member (object, name);

  return is_number (node) ? json_node_get_double (node) : otherwise;
}

static JsonArray *
array_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* ---- columns ---- */

static gboolean
find_columns (Reader     *self,
              JsonObject *object,
              JsonArray  *arrays[TSR_N_COLUMNS],
              TsrColumns *columns,
              guint      *n,
              GError    **error)
{
  gboolean any = FALSE;

  for (int i = 0; i < TSR_N_COLUMNS; i++) {
    arrays[i] = array_of (object, tsr_column_name (i));
    columns->is_there[i] = arrays[i] != NULL;
    if (arrays[i] == NULL)
      continue;
    guint length = json_array_get_length (arrays[i]);
    if (any && length != *n)
      return refuse_partial (self, error, _ ("its columns differ in length"));
    *n = length;
    any = TRUE;
  }
  return tsr_columns_suffice (columns) ||
         refuse_partial (
             self,
             error,
             _ ("there are no breakpoints: time_s, frequency_hz and log_amplitude"));
}

static gboolean
read_columns (Reader *self, JsonObject *object, TsrDraftPartial *partial, GError **error)
{
  JsonArray *arrays[TSR_N_COLUMNS];
  TsrColumns columns;
  guint      n = 0;
  double     values[TSR_N_COLUMNS] = {0};

  if (!find_columns (self, object, arrays, &columns, &n, error))
    return FALSE;
  partial->is_complete = tsr_columns_are_complete (&columns);
  for (guint k = 0; k < n; k++) {
    for (int i = 0; i < TSR_N_COLUMNS; i++) {
      JsonNode *node = arrays[i] != NULL ? json_array_get_element (arrays[i], k) : NULL;
      values[i] = is_number (node) ? json_node_get_double (node) : NAN;
    }
    tsr_columns_add (&columns, values, self->format->draft, partial);
  }
  return TRUE;
}

/* ---- breakpoints as objects ---- */

/* Names that a value goes by; the first one that is there counts. */
static double
any_of (JsonObject *object, const char *const *names, double otherwise)
{
  for (; *names != NULL; names++)
    if (json_object_has_member (object, *names))
      return number_of (object, *names, NAN);
  return otherwise;
}

static gboolean
read_objects (Reader *self, JsonArray *array, TsrDraftPartial *partial, GError **error)
{
  static const char *const times[] = {"time_s", "time", "t", NULL};
  static const char *const frequencies[] = {
      "frequency_hz", "frequency", "freq", "f", NULL};
  static const char *const amplitudes[] = {"amplitude", "amp", "a", NULL};
  static const char *const bandwidths[] = {"bandwidth", "noise", "bw", NULL};
  static const char *const phases[] = {"phase_rad", "phase", "p", NULL};

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (!JSON_NODE_HOLDS_OBJECT (node))
      return refuse_partial (self, error, _ ("a breakpoint is no object"));
    JsonObject *object = json_node_get_object (node);
    TsrDraftRow row = {.time_s = any_of (object, times, NAN),
                       .frequency_hz = any_of (object, frequencies, NAN),
                       .amplitude = any_of (object, amplitudes, NAN),
                       .bandwidth = any_of (object, bandwidths, 0),
                       .phase_turns = any_of (object, phases, NAN) / (2 * G_PI)};
    tsr_draft_add (self->format->draft, partial, &row);
  }
  return TRUE;
}

/* ---- partials ---- */

static gboolean
read_partial (Reader *self, JsonNode *node, GError **error)
{
  self->number++;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse_partial (self, error, _ ("not an object"));
  JsonObject *object = json_node_get_object (node);
  double      id = number_of (object, "id", self->number);
  double      channel = number_of (object, "channel", 0);
  double      label = number_of (object, "label", 0);
  if (!(fabs (id) < 0x1p53) || id != floor (id))
    return refuse_partial (self, error, _ ("its id is not a whole number"));
  if (!(channel >= 0 && channel <= MAX_CHANNEL) || channel != floor (channel))
    return refuse_partial (self, error, _ ("its channel is not one of 0 to 63"));
  if (!(fabs (label) <= G_MAXINT) || label != floor (label))
    return refuse_partial (self, error, _ ("its label is not a whole number"));
  TsrDraftPartial *partial =
      tsr_draft_begin (self->format->draft, (gint64)id, (guint)channel);
  partial->label = (int)label;
  JsonArray *breakpoints = array_of (object, "breakpoints");
  return breakpoints != NULL ? read_objects (self, breakpoints, partial, error)
                             : read_columns (self, object, partial, error);
}

static void
read_markers (Reader *self, JsonObject *root)
{
  JsonArray *array = array_of (root, "markers");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    JsonNode *name = NULL;
    double    time_s = NAN;
    if (JSON_NODE_HOLDS_OBJECT (node)) {
      time_s = number_of (json_node_get_object (node), "time_s", NAN);
      name = json_object_get_member (json_node_get_object (node), "name");
    }
    gboolean is_text = name != NULL && JSON_NODE_HOLDS_VALUE (name) &&
                       json_node_get_value_type (name) == G_TYPE_STRING;
    tsr_draft_add_marker (
        self->format->draft, time_s, is_text ? json_node_get_string (name) : "");
  }
}

/* An object with partials, or these alone. */
static gboolean
read_root (Reader *self, JsonNode *root, GError **error)
{
  JsonArray *partials = NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root)) {
    JsonObject *object = json_node_get_object (root);
    partials = array_of (object, "partials");
    if (number_of (object, "version", 1) > 1)
      return tsr_reader_refuse (
          self->format, error, _ ("made by a newer Tarsier; please update this one"));
    double duration_s = number_of (object, "duration_s", 0);
    if (duration_s > 0 && duration_s < 1e9)
      self->format->duration_s = duration_s;
    read_markers (self, object);
  } else if (root != NULL && JSON_NODE_HOLDS_ARRAY (root)) {
    partials = json_node_get_array (root);
  }
  if (partials == NULL)
    return tsr_reader_refuse (
        self->format, error, _ ("there is no array `partials` in it"));
  for (guint i = 0; i < json_array_get_length (partials); i++)
    if (!read_partial (self, json_array_get_element (partials, i), error) ||
        !tsr_reader_goes_on (self->format, self->format->n_bytes, error))
      return FALSE;
  return TRUE;
}

gboolean
tsr_json_read (TsrFormatReader *format, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) problem = NULL;
  Reader        self = {.format = format};
  const guint8 *p = format->bytes;
  gsize         n = format->n_bytes;

  if (n >= 3 && memcmp (p, "\xEF\xBB\xBF", 3) == 0) {
    p += 3;
    n -= 3;
  }
  gsize at = 0;
  Depth depth = depth_of (p, n, &at);
  if (depth == DEPTH_TOO_GREAT)
    return tsr_reader_refuse (format, error, _ ("nested too deeply for partials"));
  if (depth == DEPTH_UNKNOWN) {
    g_autofree char *where = g_strdup_printf ("<data>: byte %zu", at);
    return tsr_reader_refuse (format, error, _ ("not JSON: %s"), where);
  }
  if (n == 0)
    return tsr_reader_refuse (format, error, _ ("the file is empty"));
  if (!json_parser_load_from_data (parser, (const char *)p, (gssize)n, &problem)) {
    g_strdelimit (problem->message, "\r\n", ' ');
    return tsr_reader_refuse (format, error, _ ("not JSON: %s"), problem->message);
  }
  return read_root (&self, json_parser_get_root (parser), error);
}
