/* SPDX-License-Identifier: GPL-3.0-or-later
 * Numbers and sentences of interchange files, out and in.
 */
#include "store/formats/format.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dsp/partials/straight.h"
#include "store/store.h"

enum { FLUSH_BYTES = 1 << 20, FLUSHES_A_DISCARD = 16 };

void
tsr_note (GPtrArray *notes, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (notes, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* ---- out ---- */

void
tsr_writer_text (TsrFormatWriter *self, const char *text)
{
  g_byte_array_append (self->buffer, (const guint8 *)text, (guint)strlen (text));
}

void
tsr_writer_printf (TsrFormatWriter *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  tsr_writer_text (self, text);
}

static void
put_digits (TsrFormatWriter *self, const char *text, int n, char end)
{
  g_byte_array_append (self->buffer, (const guint8 *)text, (guint)n);
  g_byte_array_append (self->buffer, (const guint8 *)&end, 1);
}

void
tsr_writer_number (TsrFormatWriter *self, double value, char end)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  int  n = snprintf (text, sizeof text, "%.17g", value);

  put_digits (self, text, n, end);
}

void
tsr_writer_fixed (TsrFormatWriter *self, double value, char end)
{
  enum { MIN_DECIMALS = 6, MAX_DECIMALS = 60 };
  char text[400];
  int  n = 0;

  if (value == 0)
    value = 0; /* no -0 */
  int exponent = value != 0 ? (int)floor (log10 (fabs (value))) : 0;
  for (int digits = 15; digits <= 17; digits++) {
    int decimals = CLAMP (digits - 1 - exponent, MIN_DECIMALS, MAX_DECIMALS);
    n = snprintf (text, sizeof text, "%.*f", decimals, value);
    if (strtod (text, NULL) == value)
      break;
  }
  const char *point = strchr (text, '.');
  while (point != NULL && n > point - text + 1 + MIN_DECIMALS && text[n - 1] == '0')
    n--;
  put_digits (self, text, n, end);
}

void
tsr_writer_flush (TsrFormatWriter *self)
{
  tsr_output_file_write (self->file, self->buffer->data, (gint64)self->buffer->len);
  g_byte_array_set_size (self->buffer, 0);
}

gboolean
tsr_writer_goes_on (TsrFormatWriter *self, double fraction)
{
  if (self->buffer->len < FLUSH_BYTES)
    return TRUE;
  tsr_writer_flush (self);
  if (++self->n_flushes % FLUSHES_A_DISCARD == 0)
    tsr_partial_set_discard (self->content->partials);
  tsr_job_progress (self->job, fraction);
  return tsr_output_file_code (self->file) == 0 && !tsr_job_cancelled (self->job);
}

void
tsr_straight_segment (const TsrPartial *partial,
                      gsize             i,
                      double            tolerance_cent,
                      double            tolerance_db,
                      GArray           *rows)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial) + i;
  int                  pieces = 1;

  g_array_append_val (rows, b[0]);
  if (i + 1 < tsr_partial_n_breakpoints (partial))
    pieces = tsr_breakpoint_n_straight (&b[0], &b[1], tolerance_cent, tolerance_db);
  for (int k = 1; k < pieces; k++) {
    TsrBreakpoint between;
    tsr_breakpoint_between (&b[0], &b[1], (double)k / pieces, &between);
    g_array_append_val (rows, between);
  }
}

void
tsr_straight_rows (const TsrPartial *partial,
                   double            tolerance_cent,
                   double            tolerance_db,
                   GArray           *rows)
{
  g_array_set_size (rows, 0);
  for (gsize i = 0; i < tsr_partial_n_breakpoints (partial); i++)
    tsr_straight_segment (partial, i, tolerance_cent, tolerance_db, rows);
}

double
tsr_wrap_radians (double turns)
{
  double radians = (turns - floor (turns)) * 2 * G_PI;

  return radians < 2 * G_PI ? radians : 0;
}

static TsrFormatHolds
uses_of (const TsrExchange *content)
{
  TsrFormatHolds uses = content->n_markers > 0 ? TSR_HOLDS_MARKERS : 0;

  for (gsize i = 0; i < tsr_partial_set_size (content->partials); i++) {
    const TsrPartial *partial = tsr_partial_set_at (content->partials, i);
    if (tsr_partial_label (partial) != 0)
      uses |= TSR_HOLDS_LABELS;
    if (tsr_partial_channel (partial) != 0)
      uses |= TSR_HOLDS_CHANNELS;
    if (tsr_partial_summary (partial)->mean_bandwidth > 0)
      uses |= TSR_HOLDS_NOISE;
  }
  return uses;
}

void
tsr_writer_note_losses (TsrFormatWriter *self, TsrFormatHolds holds)
{
  static const struct {
    TsrFormatHolds what;
    const char    *name;
  } names[] = {{TSR_HOLDS_LABELS, N_ ("labels")},
               {TSR_HOLDS_NOISE, N_ ("noise")},
               {TSR_HOLDS_CHANNELS, N_ ("channels")},
               {TSR_HOLDS_MARKERS, N_ ("markers")}};
  TsrFormatHolds lost = uses_of (self->content) & ~holds;
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (lost & names[i].what)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", _ (names[i].name));
  if (list->len > 0)
    tsr_note (self->notes,
              _ ("this format has no place for all that the sound has; left out: %s; "
                 ".json and .npz keep everything"),
              list->str);
}

void
tsr_put_be16 (GByteArray *bytes, guint value)
{
  guint16 word = GUINT16_TO_BE ((guint16)value);
  g_byte_array_append (bytes, (const guint8 *)&word, sizeof word);
}

void
tsr_put_be32 (GByteArray *bytes, guint32 value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (bytes, (const guint8 *)&value, sizeof value);
}

void
tsr_put_be_double (GByteArray *bytes, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  word = GUINT64_TO_BE (word);
  g_byte_array_append (bytes, (const guint8 *)&word, sizeof word);
}

/* ---- in ---- */

gboolean
tsr_reader_refuse (TsrFormatReader *self, GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, TSR_STORE_ERROR, TSR_STORE_ERROR_FORMAT, "%s: %s", self->path, why);
  return FALSE;
}

gboolean
tsr_reader_goes_on (TsrFormatReader *self, gsize at, GError **error)
{
  if (self->n_bytes > 0)
    tsr_job_progress (self->job, (double)at / (double)self->n_bytes);
  if (!tsr_job_cancelled (self->job))
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("interrupted; nothing was changed"));
  return FALSE;
}

guint
tsr_get_be16 (const guint8 *p)
{
  return (guint)p[0] << 8 | p[1];
}

guint32
tsr_get_be32 (const guint8 *p)
{
  return (guint32)tsr_get_be16 (p) << 16 | tsr_get_be16 (p + 2);
}

guint64
tsr_get_be64 (const guint8 *p)
{
  return (guint64)tsr_get_be32 (p) << 32 | tsr_get_be32 (p + 4);
}

double
tsr_get_be_double (const guint8 *p)
{
  guint64 word = tsr_get_be64 (p);
  double  value;

  memcpy (&value, &word, sizeof value);
  return value;
}
