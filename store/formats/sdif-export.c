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
#define WINDOW_S 4.0 /* rows that are made at once */

enum { BREAKPOINTS_A_DISCARD = 1 << 18 };

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

/* A partial on its way into rows: where it goes on. */
typedef struct {
  gsize  index, next; /* in the set; of its breakpoints */
  gint64 last_frame;
} Voice;

/* Rows are made a window at a time: those of a long sound would fill the memory. */
typedef struct {
  TsrPartialSet *set;
  double         rate_hz;
  GArray        *by_start; /* of gsize: indices in order of start */
  guint          n_begun;  /* of by_start */
  GArray        *voices;   /* of Voice: begun, and not at their end */
  GArray        *rows;     /* of Row: not written yet; NULL: not wanted */
  GArray        *points;   /* of TsrBreakpoint: of one segment */
} Table;

static gint64
frame_of (const Table *self, double time_s)
{
  return (gint64)floor (time_s * self->rate_hz);
}

/* The rows of the segment that comes next. A partial has at most one in a frame, the next
 * one goes to a later frame. FALSE: one had to. */
static gboolean
add_segment (Table *self, Voice *voice)
{
  const TsrPartial *partial = tsr_partial_set_at (self->set, voice->index);
  gboolean          fits = TRUE;

  g_array_set_size (self->points, 0);
  tsr_straight_segment (
      partial, voice->next++, TSR_STRAIGHT_CENT, TSR_STRAIGHT_DB, self->points);
  for (guint k = 0; k < self->points->len; k++) {
    Row row = {.channel = tsr_partial_channel (partial),
               .index = voice->index,
               .point = g_array_index (self->points, TsrBreakpoint, k)};
    row.frame = frame_of (self, row.point.time_s);
    if (row.frame <= voice->last_frame) {
      row.frame = voice->last_frame + 1;
      fits = FALSE;
    }
    voice->last_frame = row.frame;
    if (self->rows != NULL)
      g_array_append_val (self->rows, row);
  }
  return fits;
}

/* Whether every row can stay in the frame of its time. */
static gboolean
all_fit (Table *self)
{
  gsize    n_read = 0;
  gboolean fit = TRUE;

  for (gsize i = 0; fit && i < tsr_partial_set_size (self->set); i++) {
    gsize n = tsr_partial_n_breakpoints (tsr_partial_set_at (self->set, i));
    Voice voice = {.index = i, .last_frame = G_MININT64};
    while (fit && voice.next < n)
      fit = add_segment (self, &voice);
    n_read += n;
    if (n_read < BREAKPOINTS_A_DISCARD)
      continue;
    tsr_partial_set_discard (self->set);
    n_read = 0;
  }
  return fit;
}

static int
compare_starts (gconstpointer a, gconstpointer b, gpointer data)
{
  TsrPartialSet *set = data;
  gsize          i = *(const gsize *)a, k = *(const gsize *)b;
  double         x = tsr_partial_summary (tsr_partial_set_at (set, i))->start_s;
  double         y = tsr_partial_summary (tsr_partial_set_at (set, k))->start_s;

  return x != y ? (x > y) - (x < y) : (i > k) - (i < k);
}

static void
table_init (Table *self, TsrPartialSet *set)
{
  gsize n = tsr_partial_set_size (set);

  *self = (Table){.set = set,
                  .rate_hz = COARSE_HZ,
                  .by_start = g_array_sized_new (FALSE, FALSE, sizeof (gsize), (guint)n),
                  .voices = g_array_new (FALSE, FALSE, sizeof (Voice)),
                  .points = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint))};
  if (!all_fit (self))
    self->rate_hz = FINE_HZ;
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  for (gsize i = 0; i < n; i++)
    g_array_append_val (self->by_start, i);
  g_array_sort_with_data (self->by_start, compare_starts, set);
}

static void
table_clear (Table *self)
{
  g_array_unref (self->by_start);
  g_array_unref (self->voices);
  g_array_unref (self->rows);
  g_array_unref (self->points);
}

/* Where the next partial begins; G_MAXINT64: there is none. */
static gint64
next_start (const Table *self)
{
  if (self->n_begun == self->by_start->len)
    return G_MAXINT64;
  gsize i = g_array_index (self->by_start, gsize, self->n_begun);
  return frame_of (self,
                   tsr_partial_summary (tsr_partial_set_at (self->set, i))->start_s);
}

/* Where there is something to write again: windows of silence are leapt over. G_MAXINT64:
 * nowhere. */
static gint64
next_frame (const Table *self)
{
  gint64 frame = next_start (self);

  if (self->rows->len > 0)
    frame = MIN (frame, g_array_index (self->rows, Row, 0).frame);
  for (guint i = 0; i < self->voices->len; i++) {
    const Voice         *voice = &g_array_index (self->voices, Voice, i);
    const TsrPartial    *partial = tsr_partial_set_at (self->set, voice->index);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    frame = MIN (frame, frame_of (self, b[voice->next].time_s));
  }
  return frame;
}

/* All rows before a frame, in order, and some behind it. */
static void
fill_rows (Table *self, gint64 border)
{
  guint n_kept = 0;

  while (next_start (self) < border) {
    Voice voice = {.index = g_array_index (self->by_start, gsize, self->n_begun++),
                   .last_frame = G_MININT64};
    g_array_append_val (self->voices, voice);
  }
  for (guint i = 0; i < self->voices->len; i++) {
    Voice                voice = g_array_index (self->voices, Voice, i);
    const TsrPartial    *partial = tsr_partial_set_at (self->set, voice.index);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    gsize                n = tsr_partial_n_breakpoints (partial);
    while (voice.next < n && frame_of (self, b[voice.next].time_s) < border)
      add_segment (self, &voice);
    if (voice.next < n)
      g_array_index (self->voices, Voice, n_kept++) = voice;
  }
  g_array_set_size (self->voices, n_kept);
  g_array_sort (self->rows, compare_rows);
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

/* The rows before a frame, which are then gone. FALSE: stop. */
static gboolean
put_frames_before (TsrFormatWriter *self, Table *table, gint64 border)
{
  const Row *rows = (const Row *)table->rows->data;
  guint      n = table->rows->len, first = 0;
  gboolean   goes_on = TRUE;

  while (goes_on && first < n && rows[first].frame < border) {
    guint end = first + 1;
    while (end < n && rows[end].frame == rows[first].frame &&
           rows[end].channel == rows[first].channel)
      end++;
    put_rows (
        self, rows + first, end - first, (double)rows[first].frame / table->rate_hz);
    goes_on = tsr_writer_goes_on (self, (double)table->n_begun / table->by_start->len);
    first = end;
  }
  g_array_remove_range (table->rows, 0, first);
  return goes_on;
}

static gboolean
write_breakpoints (TsrFormatWriter *self)
{
  Table  table;
  gint64 border;

  table_init (&table, self->content->partials);
  put_file_header (self->buffer);
  put_markers (self);
  put_labels (self);
  if (table.by_start->len == 0) /* an empty frame says that nothing is missing */
    put_table_header (self->buffer, TSR_SDIF_RBEP, 0, stream_of (0), 0, 6);
  gint64 window = (gint64)(WINDOW_S * table.rate_hz);
  while ((border = next_frame (&table)) < G_MAXINT64) {
    border += window;
    fill_rows (&table, border);
    if (!put_frames_before (self, &table, border))
      break;
  }
  table_clear (&table);
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

/* A frame of nothing where the sound ends, if that is behind all that sounds. */
static void
put_end (TsrFormatWriter *self, guint32 type, guint n_columns)
{
  double start_s, end_s, low_hz, high_hz;

  tsr_partial_set_bounds (self->content->partials, &start_s, &end_s, &low_hz, &high_hz);
  if (self->content->duration_s > fmax (end_s, 0))
    put_table_header (
        self->buffer, type, self->content->duration_s, stream_of (0), 0, n_columns);
}

gboolean
tsr_sdif_write (TsrFormatWriter *self, GError **error)
{
  TsrFormatHolds holds = TSR_HOLDS_LABELS | TSR_HOLDS_CHANNELS | TSR_HOLDS_MARKERS;
  gboolean       ok;

  if (self->options->frames) {
    tsr_writer_note_losses (self, holds);
    ok = write_frames (self, error);
    put_end (self, TSR_SDIF_1TRC, 4);
  } else {
    ok = write_breakpoints (self);
    put_end (self, TSR_SDIF_RBEP, 6);
  }
  return ok;
}
