/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON into partials: our own columns, or breakpoints as objects with the names that
 * others use.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "store/formats/columns.h"
#include "store/formats/format.h"
#include "store/formats/json-tape.h"

enum { MAX_CHANNEL = 63 };

typedef struct {
  TsrFormatReader *format;
  TsrJsonTape      tape;
  guint            number; /* of the present partial, from 1 */
} Reader;

static gboolean
refuse_partial (Reader *self, GError **error, const char *why)
{
  return tsr_reader_refuse (self->format, error, _ ("partial %u: %s"), self->number, why);
}

static TsrJsonType
type_of (const Reader *self, guint value)
{
  return (TsrJsonType)tsr_json_at (&self->tape, value)->type;
}

/* NAN where it is none. */
static double
number_at (const Reader *self, guint value)
{
  const TsrJsonNode *node = tsr_json_at (&self->tape, value);

  return node->type == TSR_JSON_NUMBER ? node->number : NAN;
}

/* A number of an object, or another value where there is none. */
static double
number_of (const Reader *self, guint object, const char *name, double otherwise)
{
  guint value = tsr_json_member (&self->tape, object, name);

  return value != 0 && type_of (self, value) == TSR_JSON_NUMBER ? number_at (self, value)
                                                                : otherwise;
}

/* 0: there is none. */
static guint
array_of (const Reader *self, guint object, const char *name)
{
  guint value = tsr_json_member (&self->tape, object, name);

  return value != 0 && type_of (self, value) == TSR_JSON_ARRAY ? value : 0;
}

static guint
length_of (const Reader *self, guint array)
{
  return tsr_json_at (&self->tape, array)->n_children;
}

static guint
after (const Reader *self, guint value)
{
  return tsr_json_at (&self->tape, value)->end;
}

/* ---- columns ---- */

static gboolean
find_columns (Reader     *self,
              guint       object,
              guint       arrays[TSR_N_COLUMNS],
              TsrColumns *columns,
              guint      *n,
              GError    **error)
{
  gboolean any = FALSE;

  for (int i = 0; i < TSR_N_COLUMNS; i++) {
    arrays[i] = array_of (self, object, tsr_column_name (i));
    columns->is_there[i] = arrays[i] != 0;
    if (arrays[i] == 0)
      continue;
    guint length = length_of (self, arrays[i]);
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
read_columns (Reader *self, guint object, TsrDraftPartial *partial, GError **error)
{
  guint      at[TSR_N_COLUMNS];
  TsrColumns columns;
  guint      n = 0;
  double     values[TSR_N_COLUMNS] = {0};

  if (!find_columns (self, object, at, &columns, &n, error))
    return FALSE;
  partial->is_complete = tsr_columns_are_complete (&columns);
  for (int i = 0; i < TSR_N_COLUMNS; i++)
    at[i] += 1; /* the first value */
  for (guint k = 0; k < n; k++) {
    for (int i = 0; i < TSR_N_COLUMNS; i++) {
      values[i] = columns.is_there[i] ? number_at (self, at[i]) : NAN;
      if (columns.is_there[i])
        at[i] = after (self, at[i]);
    }
    tsr_columns_add (&columns, values, self->format->draft, partial);
  }
  return TRUE;
}

/* ---- breakpoints as objects ---- */

/* Names that a value goes by; the first one that is there counts. */
static double
any_of (const Reader *self, guint object, const char *const *names, double otherwise)
{
  for (; *names != NULL; names++) {
    guint value = tsr_json_member (&self->tape, object, *names);
    if (value != 0)
      return number_at (self, value);
  }
  return otherwise;
}

static gboolean
read_objects (Reader *self, guint array, TsrDraftPartial *partial, GError **error)
{
  static const char *const times[] = {"time_s", "time", "t", NULL};
  static const char *const frequencies[] = {
      "frequency_hz", "frequency", "freq", "f", NULL};
  static const char *const amplitudes[] = {"amplitude", "amp", "a", NULL};
  static const char *const bandwidths[] = {"bandwidth", "noise", "bw", NULL};
  static const char *const phases[] = {"phase_rad", "phase", "p", NULL};

  for (guint i = array + 1; i < after (self, array); i = after (self, i)) {
    if (type_of (self, i) != TSR_JSON_OBJECT)
      return refuse_partial (self, error, _ ("a breakpoint is no object"));
    TsrDraftRow row = {.time_s = any_of (self, i, times, NAN),
                       .frequency_hz = any_of (self, i, frequencies, NAN),
                       .amplitude = any_of (self, i, amplitudes, NAN),
                       .bandwidth = any_of (self, i, bandwidths, 0),
                       .phase_turns = any_of (self, i, phases, NAN) / (2 * G_PI)};
    tsr_draft_add (self->format->draft, partial, &row);
  }
  return TRUE;
}

/* ---- partials ---- */

static gboolean
read_partial (Reader *self, guint object, GError **error)
{
  self->number++;
  if (type_of (self, object) != TSR_JSON_OBJECT)
    return refuse_partial (self, error, _ ("not an object"));
  double id = number_of (self, object, "id", self->number);
  double channel = number_of (self, object, "channel", 0);
  double label = number_of (self, object, "label", 0);
  if (!(fabs (id) < 0x1p53) || id != floor (id))
    return refuse_partial (self, error, _ ("its id is not a whole number"));
  if (!(channel >= 0 && channel <= MAX_CHANNEL) || channel != floor (channel))
    return refuse_partial (self, error, _ ("its channel is not one of 0 to 63"));
  if (!(fabs (label) <= G_MAXINT) || label != floor (label))
    return refuse_partial (self, error, _ ("its label is not a whole number"));
  TsrDraftPartial *partial =
      tsr_draft_begin (self->format->draft, (gint64)id, (guint)channel);
  partial->label = (int)label;
  guint breakpoints = array_of (self, object, "breakpoints");
  return breakpoints != 0 ? read_objects (self, breakpoints, partial, error)
                          : read_columns (self, object, partial, error);
}

static void
read_markers (Reader *self)
{
  guint array = array_of (self, 0, "markers");

  for (guint i = array + 1; array != 0 && i < after (self, array); i = after (self, i)) {
    guint            name = tsr_json_member (&self->tape, i, "name");
    gboolean         is_text = name != 0 && type_of (self, name) == TSR_JSON_TEXT;
    g_autofree char *text =
        is_text ? tsr_json_dup_text (&self->tape, name) : g_strdup ("");
    tsr_draft_add_marker (self->format->draft, number_of (self, i, "time_s", NAN), text);
  }
}

/* An object with partials, or these alone. */
static gboolean
read_root (Reader *self, GError **error)
{
  gboolean is_array = type_of (self, 0) == TSR_JSON_ARRAY;
  guint    partials = is_array ? 0 : array_of (self, 0, "partials");

  if (number_of (self, 0, "version", 1) > 1)
    return tsr_reader_refuse (
        self->format, error, _ ("made by a newer Tarsier; please update this one"));
  double duration_s = number_of (self, 0, "duration_s", 0);
  if (duration_s > 0 && duration_s < 1e9)
    self->format->duration_s = duration_s;
  read_markers (self);
  if (partials == 0 && !is_array)
    return tsr_reader_refuse (
        self->format, error, _ ("there is no array `partials` in it"));
  for (guint i = partials + 1; i < after (self, partials); i = after (self, i))
    if (!read_partial (self, i, error) ||
        !tsr_reader_goes_on (self->format, self->format->n_bytes, error))
      return FALSE;
  return TRUE;
}

/* Where the byte lies, as editors of text tell it. */
static gboolean
refuse_byte (TsrFormatReader *format, const guint8 *p, gsize at, GError **error)
{
  guint line = 1, column = 1;

  for (gsize i = 0; i < at; i++) {
    line += p[i] == '\n';
    column = p[i] == '\n' ? 1 : column + 1;
  }
  return tsr_reader_refuse (
      format, error, _ ("not JSON: see line %u, column %u"), line, column);
}

gboolean
tsr_json_read (TsrFormatReader *format, GError **error)
{
  Reader        self = {.format = format};
  const guint8 *p = format->bytes;
  gsize         n = format->n_bytes, at = 0;
  gboolean      ok = FALSE;

  if (n >= 3 && memcmp (p, "\xEF\xBB\xBF", 3) == 0) {
    p += 3;
    n -= 3;
  }
  if (n == 0)
    return tsr_reader_refuse (format, error, _ ("the file is empty"));
  switch (tsr_json_tape_read (&self.tape, p, n, &at)) {
  case TSR_JSON_FINE:
    ok = read_root (&self, error);
    break;
  case TSR_JSON_WRONG:
    ok = refuse_byte (format, p, at, error);
    break;
  case TSR_JSON_TOO_DEEP:
    ok = tsr_reader_refuse (format, error, _ ("nested too deeply for partials"));
    break;
  case TSR_JSON_TOO_LONG:
    ok = tsr_reader_refuse (format, error, _ ("4 GiB and more of JSON are too much"));
    break;
  }
  tsr_json_tape_clear (&self.tape);
  return ok;
}
