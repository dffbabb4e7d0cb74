/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into NPZ, arrays that numpy.load gives by name. P partials, N breakpoints in
 * all, F frames, M markers:
 *
 *     id (P) int64, label (P) int32, channel (P) uint32, duration_s () float64,
 *     marker_time_s (M) float64, marker_name (M) text
 *     breakpoints of partial i are first[i] ... first[i + 1] - 1: first (P + 1) int64;
 *     time_s, phase_turns, frequency_hz, log_amplitude (N) float64,
 *     slope_per_s, chirp_hz_per_s, bandwidth (N) float32, flags (N) uint32
 *     or, with frames: partials (P, F, 3) float64 of amplitude, frequency in Hz, noise
 *     0..1, at frame_time_s (F) float64
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "store/formats/columns.h"
#include "store/formats/frames.h"
#include "store/formats/npy.h"

#define HOP_S 0.004 /* 250 frames a second, as DDSP has them */
#define MAX_FRAMES_BYTES (G_GUINT64_CONSTANT (1) << 31)

typedef struct {
  TsrFormatWriter *out;
  TsrZipWriter    *zip;
  GByteArray      *bytes; /* of the present array, not handed on yet */
} Writer;

static void
put_le (Writer *self, guint64 word, guint size)
{
  word = GUINT64_TO_LE (word);
  g_byte_array_append (self->bytes, (const guint8 *)&word, size);
}

static void
put_double (Writer *self, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  put_le (self, word, sizeof word);
}

static void
put_float (Writer *self, float value)
{
  guint32 word;
  memcpy (&word, &value, sizeof word);
  put_le (self, word, sizeof word);
}

static gboolean
flush (Writer *self)
{
  gboolean ok = tsr_zip_writer_data (self->zip, self->bytes->data, self->bytes->len);

  g_byte_array_set_size (self->bytes, 0);
  return ok;
}

static gboolean
begin (Writer *self, const char *name, const char *type, guint size, guint64 n)
{
  return tsr_npy_begin (self->zip, name, type, size, 1, &n, FALSE);
}

/* ---- what both layouts have ---- */

static gboolean
put_partial_figures (Writer *self, TsrPartialSet *set)
{
  gsize    n = tsr_partial_set_size (set);
  gboolean ok = begin (self, "id", "<i8", 8, n);

  for (gsize i = 0; i < n; i++)
    put_le (self, (guint64)tsr_partial_id (tsr_partial_set_at (set, i)), 8);
  ok = ok && flush (self) && begin (self, "label", "<i4", 4, n);
  for (gsize i = 0; i < n; i++)
    put_le (self, (guint32)tsr_partial_label (tsr_partial_set_at (set, i)), 4);
  ok = ok && flush (self) && begin (self, "channel", "<u4", 4, n);
  for (gsize i = 0; i < n; i++)
    put_le (self, tsr_partial_channel (tsr_partial_set_at (set, i)), 4);
  return ok && flush (self);
}

static gboolean
put_marker_names (Writer *self)
{
  const TsrExchange *content = self->out->content;
  glong              longest = 1;

  for (gsize i = 0; i < content->n_markers; i++)
    longest = MAX (longest, g_utf8_strlen (content->markers[i].name, -1));
  g_autofree char *type = g_strdup_printf ("<U%ld", longest);
  if (!begin (self, "marker_name", type, 4 * (guint)longest, content->n_markers))
    return FALSE;
  for (gsize i = 0; i < content->n_markers; i++) {
    const char *p = content->markers[i].name;
    for (glong k = 0; k < longest; k++) {
      put_le (self, *p != '\0' ? g_utf8_get_char (p) : 0, 4);
      p = *p != '\0' ? g_utf8_next_char (p) : p;
    }
  }
  return flush (self);
}

static gboolean
put_sound_figures (Writer *self)
{
  const TsrExchange *content = self->out->content;
  gboolean ok = tsr_npy_begin (self->zip, "duration_s", "<f8", 8, 0, NULL, FALSE);

  put_double (self, content->duration_s);
  ok = ok && flush (self) && begin (self, "marker_time_s", "<f8", 8, content->n_markers);
  for (gsize i = 0; i < content->n_markers; i++)
    put_double (self, content->markers[i].time_s);
  return ok && flush (self) && put_marker_names (self);
}

/* ---- breakpoints ---- */

static gboolean
put_firsts (Writer *self, TsrPartialSet *set)
{
  gsize    n = tsr_partial_set_size (set);
  guint64  first = 0;
  gboolean ok = begin (self, "first", "<i8", 8, n + 1);

  for (gsize i = 0; i < n; i++) {
    put_le (self, first, 8);
    first += tsr_partial_n_breakpoints (tsr_partial_set_at (set, i));
  }
  put_le (self, first, 8);
  return ok && flush (self);
}

static void
put_value (Writer *self, const TsrBreakpoint *b, int column)
{
  if (column <= TSR_COLUMN_LOG_AMPLITUDE)
    put_double (self, tsr_column_value (b, column));
  else if (column == TSR_COLUMN_FLAGS)
    put_le (self, b->flags, 4);
  else
    put_float (self, (float)tsr_column_value (b, column));
}

static gboolean
put_column (Writer *self, TsrPartialSet *set, int column)
{
  gboolean    is_double = column <= TSR_COLUMN_LOG_AMPLITUDE;
  const char *type = is_double ? "<f8" : column == TSR_COLUMN_FLAGS ? "<u4" : "<f4";
  gboolean    ok = begin (self,
                       tsr_column_name (column),
                       type,
                       is_double ? 8 : 4,
                       tsr_partial_set_n_breakpoints (set));

  for (gsize i = 0; ok && i < tsr_partial_set_size (set); i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    for (gsize k = 0; k < tsr_partial_n_breakpoints (partial); k++)
      put_value (self, &tsr_partial_breakpoints (partial)[k], column);
    ok = flush (self) &&
         tsr_writer_goes_on (self->out, (double)column / TSR_N_OWN_COLUMNS);
  }
  return ok;
}

static gboolean
put_breakpoints (Writer *self)
{
  TsrPartialSet *set = self->out->content->partials;
  gboolean       ok = put_partial_figures (self, set) && put_sound_figures (self) &&
                put_firsts (self, set);

  for (int column = 0; ok && column < TSR_N_OWN_COLUMNS; column++)
    ok = put_column (self, set, column);
  self->out->n_rows = tsr_partial_set_n_breakpoints (set);
  return ok;
}

/* ---- frames ---- */

static void
set_double (guint8 *place, double value)
{
  guint64 word;
  memcpy (&word, &value, sizeof word);
  word = GUINT64_TO_LE (word);
  memcpy (place, &word, sizeof word);
}

/* Zeros but where the partial sounds. */
static gboolean
put_frame_row (
    Writer *self, const TsrPartial *partial, double hop_s, guint64 n, gint64 first)
{
  const TsrPartialSummary *summary = tsr_partial_summary (partial);
  gint64                   begin = (gint64)floor (summary->start_s / hop_s) - first;
  gint64                   end = (gint64)ceil (summary->end_s / hop_s) - first + 1;

  g_byte_array_set_size (self->bytes, (guint)(3 * 8 * n));
  memset (self->bytes->data, 0, self->bytes->len);
  for (gint64 k = MAX (begin, 0); k < MIN (end, (gint64)n); k++) {
    TsrBreakpoint b;
    guint8       *row = self->bytes->data + 3 * 8 * k;
    if (!tsr_partial_at (partial, (double)(first + k) * hop_s, &b))
      continue;
    double amplitude = tsr_breakpoint_amplitude (&b);
    set_double (row, amplitude);
    set_double (row + 8, b.frequency_hz);
    set_double (row + 16, amplitude > 0 ? (double)b.bandwidth : 0);
    self->out->n_rows += amplitude > 0 ? 1 : 0;
  }
  return flush (self);
}

static gboolean
put_frames (Writer *self, double hop_s, guint64 n, gint64 first)
{
  TsrPartialSet *set = self->out->content->partials;
  guint64        n_partials = tsr_partial_set_size (set);
  guint64        shape[3] = {n_partials, n, 3};
  gboolean       ok = put_partial_figures (self, set) && put_sound_figures (self) &&
                begin (self, "frame_time_s", "<f8", 8, n);

  for (guint64 k = 0; k < n; k++)
    put_double (self, (double)(first + (gint64)k) * hop_s);
  ok = ok && flush (self) &&
       tsr_npy_begin (self->zip, "partials", "<f8", 8, 3, shape, TRUE);
  for (guint64 i = 0; ok && i < n_partials; i++)
    ok = put_frame_row (self, tsr_partial_set_at (set, i), hop_s, n, first) &&
         tsr_writer_goes_on (self->out, (double)i / (double)n_partials);
  return ok;
}

static gboolean
write_frames (Writer *self, GError **error)
{
  const TsrExchange *content = self->out->content;
  double             hop_s = self->out->options->hop_s;
  hop_s = hop_s > 0 ? hop_s : HOP_S;
  g_autoptr (TsrFrames) frames = tsr_frames_new (content->partials, hop_s, error);

  if (frames == NULL)
    return FALSE;
  guint64 n = tsr_frames_size (frames);
  guint64 n_partials = tsr_partial_set_size (content->partials);
  if (n_partials > 0 && n > MAX_FRAMES_BYTES / 24 / n_partials) {
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("an array of all partials and frames would be larger than "
                            "2 GiB; choose a larger --hop or delete weak partials"));
    return FALSE;
  }
  gsize n_rows;
  for (guint64 k = 0; k < n; k++)
    tsr_frames_next (frames, &n_rows);
  tsr_frames_note_missed (frames, self->out->notes);
  double start_s = n > 0 ? tsr_frames_time_s (frames, 0) : 0;
  return put_frames (self, hop_s, n, (gint64)llround (start_s / hop_s));
}

gboolean
tsr_npz_write (TsrFormatWriter *out, GError **error)
{
  Writer   self = {.out = out, .zip = tsr_zip_writer_new (out)};
  GError  *problem = NULL;
  gboolean ok = FALSE;

  if (self.zip != NULL) {
    self.bytes = g_byte_array_new ();
    ok = out->options->frames ? write_frames (&self, &problem) : put_breakpoints (&self);
    g_byte_array_unref (self.bytes);
    ok = tsr_zip_writer_end (self.zip) && ok;
  }
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (ok || tsr_output_file_code (out->file) != 0 || tsr_job_cancelled (out->job))
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("the archive cannot be written"));
  return FALSE;
}
