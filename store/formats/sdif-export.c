/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into SDIF: RBEP with labels and markers, or 1TRC.
 */
#include "store/formats/sdif.h"

#include <math.h>
#include <string.h>

#include "store/formats/format.h"
#include "store/formats/frames.h"

#define HOP_S 0.01
#define COARSE_HZ 1000.0 /* frames a second that times are rounded down to */
#define FINE_HZ 10000.0

static void
put_file_header (GByteArray *out)
{
  tsr_put_be32 (out, TSR_SDIF_FILE);
  tsr_put_be32 (out, 8);
  tsr_put_be32 (out, 3); /* of the specification */
  tsr_put_be32 (out, 1); /* of the standard types */
}

static void
put_frame_header (
    GByteArray *out, guint32 type, gsize n_bytes, double time_s, guint stream, guint n)
{
  tsr_put_be32 (out, type);
  tsr_put_be32 (out, (guint32)(TSR_SDIF_FRAME_HEADER - 8 + n_bytes));
  tsr_put_be_double (out, time_s);
  tsr_put_be32 (out, stream);
  tsr_put_be32 (out, n);
}

static void
put_matrix_header (
    GByteArray *out, guint32 type, guint data, gsize n_rows, guint n_columns)
{
  tsr_put_be32 (out, type);
  tsr_put_be32 (out, data);
  tsr_put_be32 (out, (guint32)n_rows);
  tsr_put_be32 (out, n_columns);
}

/* A frame of one matrix of doubles, without its data. */
static void
put_table_header (GByteArray *out,
                  guint32     type,
                  double      time_s,
                  guint       stream,
                  gsize       n_rows,
                  guint       n_columns)
{
  put_frame_header (
      out, type, TSR_SDIF_MATRIX_HEADER + 8 * n_rows * n_columns, time_s, stream, 1);
  put_matrix_header (out, type, TSR_SDIF_DOUBLE, n_rows, n_columns);
}

static guint
stream_of (guint channel)
{
  return channel == 0 ? 1 : channel + TSR_SDIF_META_STREAM;
}

static void
put_labels (TsrFormatWriter *self)
{
  TsrPartialSet *set = self->content->partials;
  gsize          n = tsr_partial_set_size (set);
  gboolean       any = FALSE;

  for (gsize i = 0; i < n && !any; i++)
    any = tsr_partial_label (tsr_partial_set_at (set, i)) != 0;
  if (!any)
    return;
  put_table_header (self->buffer, TSR_SDIF_RBEL, 0, TSR_SDIF_META_STREAM, n, 2);
  for (gsize i = 0; i < n; i++) {
    tsr_put_be_double (self->buffer, (double)(i + 1));
    tsr_put_be_double (self->buffer, tsr_partial_label (tsr_partial_set_at (set, i)));
  }
}

static void
put_markers (TsrFormatWriter *self)
{
  const TsrMarker *markers = self->content->markers;
  gsize            n = self->content->n_markers, n_bytes = 0;

  if (n == 0)
    return;
  for (gsize i = 0; i < n; i++)
    n_bytes += strlen (markers[i].name) + 1;
  gsize padding = -n_bytes & 7;
  put_frame_header (self->buffer,
                    TSR_SDIF_RBEM,
                    2 * TSR_SDIF_MATRIX_HEADER + 8 * n + n_bytes + padding,
                    0,
                    TSR_SDIF_META_STREAM,
                    2);
  put_matrix_header (self->buffer, TSR_SDIF_RBEM, TSR_SDIF_DOUBLE, n, 1);
  for (gsize i = 0; i < n; i++)
    tsr_put_be_double (self->buffer, markers[i].time_s);
  put_matrix_header (self->buffer, TSR_SDIF_RBEM, TSR_SDIF_TEXT, n_bytes, 1);
  for (gsize i = 0; i < n; i++)
    g_byte_array_append (self->buffer,
                         (const guint8 *)markers[i].name,
                         (guint)strlen (markers[i].name) + 1);
  g_byte_array_append (self->buffer, (const guint8[8]){0}, (guint)padding);
}

/* ---- RBEP ---- */

/* One row to be written; the frame it belongs to. */
typedef struct {
  gint64        frame;
  guint         channel;
  gsize         index;
  TsrBreakpoint point;
} Row;

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *x = a, *y = b;

  if (x->frame != y->frame)
    return x->frame < y->frame ? -1 : 1;
  if (x->channel != y->channel)
    return x->channel < y->channel ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* All rows; a partial has at most one in a frame, the next one goes to a later frame.
 * Returns how many had to move. */
static gsize
collect_rows (TsrPartialSet *set, double rate_hz, GArray *rows)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint));
  gsize n_moved = 0;

  g_array_set_size (rows, 0);
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    gint64            last = G_MININT64;
    tsr_straight_rows (partial, TSR_STRAIGHT_CENT, TSR_STRAIGHT_DB, points);
    for (guint k = 0; k < points->len; k++) {
      Row row = {.channel = tsr_partial_channel (partial),
                 .index = i,
                 .point = g_array_index (points, TsrBreakpoint, k)};
      row.frame = (gint64)floor (row.point.time_s * rate_hz);
      if (row.frame <= last) {
        row.frame = last + 1;
        n_moved++;
      }
      last = row.frame;
      g_array_append_val (rows, row);
    }
  }
  return n_moved;
}

static void
put_rows (TsrFormatWriter *self, const Row *rows, guint n, double time_s)
{
  put_table_header (
      self->buffer, TSR_SDIF_RBEP, time_s, stream_of (rows[0].channel), n, 6);
  for (guint i = 0; i < n; i++) {
    const TsrBreakpoint *b = &rows[i].point;
    tsr_put_be_double (self->buffer, (double)(rows[i].index + 1));
    tsr_put_be_double (self->buffer, b->frequency_hz);
    tsr_put_be_double (self->buffer, tsr_breakpoint_amplitude (b));
    tsr_put_be_double (self->buffer, tsr_wrap_radians (b->phase_turns));
    tsr_put_be_double (self->buffer, (double)b->bandwidth);
    tsr_put_be_double (self->buffer, b->time_s - time_s);
  }
  self->n_rows += n;
}

static gboolean
write_breakpoints (TsrFormatWriter *self)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Row));
  double rate_hz = COARSE_HZ;

  if (collect_rows (self->content->partials, rate_hz, all) > 0) {
    rate_hz = FINE_HZ;
    collect_rows (self->content->partials, rate_hz, all);
  }
  g_array_sort (all, compare_rows);
  put_file_header (self->buffer);
  put_markers (self);
  put_labels (self);
  if (all->len == 0) /* an empty frame says that nothing is missing */
    put_table_header (self->buffer, TSR_SDIF_RBEP, 0, stream_of (0), 0, 6);
  const Row *rows = (const Row *)all->data;
  for (guint first = 0, end; first < all->len; first = end) {
    for (end = first + 1; end < all->len && rows[end].frame == rows[first].frame &&
                          rows[end].channel == rows[first].channel;
         end++)
      continue;
    put_rows (self, rows + first, end - first, (double)rows[first].frame / rate_hz);
    if (!tsr_writer_goes_on (self, (double)first / all->len))
      break;
  }
  return TRUE;
}

/* ---- 1TRC ---- */

static void
put_tracks (
    TsrFormatWriter *self, double time_s, guint channel, const TsrFrameRow *rows, gsize n)
{
  TsrPartialSet *set = self->content->partials;
  gsize          n_here = 0;

  for (gsize i = 0; i < n; i++)
    n_here += tsr_partial_channel (tsr_partial_set_at (set, rows[i].index)) == channel;
  put_table_header (self->buffer, TSR_SDIF_1TRC, time_s, stream_of (channel), n_here, 4);
  for (gsize i = 0; i < n; i++) {
    if (tsr_partial_channel (tsr_partial_set_at (set, rows[i].index)) != channel)
      continue;
    tsr_put_be_double (self->buffer, (double)(rows[i].index + 1));
    tsr_put_be_double (self->buffer, rows[i].value.frequency_hz);
    tsr_put_be_double (self->buffer, tsr_breakpoint_amplitude (&rows[i].value));
    tsr_put_be_double (self->buffer, tsr_wrap_radians (rows[i].value.phase_turns));
  }
  self->n_rows += n_here;
}

static guint
n_channels_of (TsrPartialSet *set)
{
  guint n = 1;

  for (gsize i = 0; i < tsr_partial_set_size (set); i++)
    n = MAX (n, tsr_partial_channel (tsr_partial_set_at (set, i)) + 1);
  return n;
}

static gboolean
write_frames (TsrFormatWriter *self, GError **error)
{
  TsrPartialSet *set = self->content->partials;
  double         hop_s = self->options->hop_s > 0 ? self->options->hop_s : HOP_S;
  guint          n_channels = n_channels_of (set);
  g_autoptr (TsrFrames) frames = tsr_frames_new (set, hop_s, error);

  if (frames == NULL)
    return FALSE;
  guint64 n = tsr_frames_size (frames);
  put_file_header (self->buffer);
  put_markers (self);
  put_labels (self);
  if (n == 0)
    put_table_header (self->buffer, TSR_SDIF_1TRC, 0, stream_of (0), 0, 4);
  for (guint64 k = 0; k < n && tsr_writer_goes_on (self, (double)k / (double)n); k++) {
    gsize              n_rows;
    const TsrFrameRow *rows = tsr_frames_next (frames, &n_rows);
    for (guint channel = 0; channel < n_channels; channel++)
      put_tracks (self, tsr_frames_time_s (frames, k), channel, rows, n_rows);
  }
  tsr_frames_note_missed (frames, self->notes);
  return TRUE;
}

gboolean
tsr_sdif_write (TsrFormatWriter *self, GError **error)
{
  TsrFormatHolds holds = TSR_HOLDS_LABELS | TSR_HOLDS_CHANNELS | TSR_HOLDS_MARKERS;

  if (self->options->frames) {
    tsr_writer_note_losses (self, holds);
    return write_frames (self, error);
  }
  return write_breakpoints (self);
}
