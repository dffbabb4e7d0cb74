/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into JSON: one object a partial, one array a column, nothing lost.
 *
 *     {"format":"tarsier-partials","version":1,"duration_s":S,
 *      "markers":[{"time_s":S,"name":"NAME"}],
 *      "partials":[{"id":N,"label":N,"channel":N,"time_s":[...],"phase_turns":[...],
 *        "frequency_hz":[...],"log_amplitude":[...],"slope_per_s":[...],
 *        "chirp_hz_per_s":[...],"bandwidth":[...],"flags":[...]}]}
 *
 * The last two are left out of a partial that has zeros there only.
 */
#include <inttypes.h>
#include <stdio.h>

#include "store/formats/columns.h"
#include "store/formats/format.h"

static void
put_string (TsrFormatWriter *out, const char *text)
{
  g_autoptr (GString) quoted = g_string_new ("\"");

  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (quoted, '\\');
    if (g_ascii_iscntrl (*p))
      g_string_append_printf (quoted, "\\u%04x", (guint)(guchar)*p);
    else
      g_string_append_c (quoted, *p);
  }
  g_string_append_c (quoted, '"');
  tsr_writer_text (out, quoted->str);
}

static void
put_markers (TsrFormatWriter *out)
{
  const TsrExchange *content = out->content;

  tsr_writer_text (out, "\"markers\":[");
  for (gsize i = 0; i < content->n_markers; i++) {
    tsr_writer_text (out, i > 0 ? ",{\"time_s\":" : "{\"time_s\":");
    tsr_writer_number (out, content->markers[i].time_s, ',');
    tsr_writer_text (out, "\"name\":");
    put_string (out, content->markers[i].name);
    tsr_writer_text (out, "}");
  }
  tsr_writer_text (out, "],\n");
}

/* Single precision takes fewer digits. */
static void
put_value (TsrFormatWriter *out, const TsrBreakpoint *b, int column, char end)
{
  char text[64];

  if (column < TSR_COLUMN_SLOPE || column > TSR_COLUMN_BANDWIDTH) {
    tsr_writer_number (out, tsr_column_value (b, column), end);
    return;
  }
  int n = snprintf (text, sizeof text, "%.9g%c", tsr_column_value (b, column), end);
  g_byte_array_append (out->buffer, (const guint8 *)text, (guint)n);
}

static gboolean
is_needed (const TsrBreakpoint *b, gsize n, int column)
{
  if (column < TSR_COLUMN_BANDWIDTH)
    return TRUE;
  for (gsize i = 0; i < n; i++)
    if (tsr_column_value (&b[i], column) != 0)
      return TRUE;
  return FALSE;
}

static void
put_partial (TsrFormatWriter *out, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);

  tsr_writer_printf (out,
                     "{\"id\":%" PRId64 ",\"label\":%d,\"channel\":%u",
                     tsr_partial_id (partial),
                     tsr_partial_label (partial),
                     tsr_partial_channel (partial));
  for (int column = 0; column < TSR_N_OWN_COLUMNS; column++) {
    if (!is_needed (b, n, column))
      continue;
    tsr_writer_printf (out, ",\n\"%s\":[", tsr_column_name (column));
    for (gsize i = 0; i < n; i++)
      put_value (out, &b[i], column, i + 1 < n ? ',' : ']');
  }
  tsr_writer_text (out, "}");
  out->n_rows += n;
}

gboolean
tsr_json_write (TsrFormatWriter *self, GError **error)
{
  TsrPartialSet *set = self->content->partials;
  gsize          n = tsr_partial_set_size (set);

  tsr_writer_text (self,
                   "{\"format\":\"tarsier-partials\",\"version\":1,\"duration_s\":");
  tsr_writer_number (self, self->content->duration_s, ',');
  tsr_writer_text (self, "\n");
  put_markers (self);
  tsr_writer_text (self, "\"partials\":[");
  for (gsize i = 0; i < n && tsr_writer_goes_on (self, (double)i / (double)n); i++) {
    tsr_writer_text (self, i > 0 ? ",\n" : "\n");
    put_partial (self, tsr_partial_set_at (set, i));
  }
  tsr_writer_text (self, "]}\n");
  return TRUE;
}
