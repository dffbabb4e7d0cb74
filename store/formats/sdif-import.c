/* SPDX-License-Identifier: GPL-3.0-or-later
 * SDIF into partials, liberal: matrices are walked by their own headers, because Loris
 * writes sizes of frames that are too small; after damage the next frame is looked for.
 */
#include "store/formats/sdif.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "store/formats/format.h"

#define LONGEST_S 1e9

enum { MAX_MATRICES = 4096, MAX_CHANNELS = 64 };

typedef struct {
  TsrFormatReader *format;
  const guint8    *p; /* the file */
  gsize            n;
  gsize            at;
  GHashTable      *labels;           /* index -> label */
  GHashTable      *unknown_channels; /* streams that are none of ours -> channel */
  guint64  n_wrong_sizes, n_skipped_bytes, n_frames, n_bad_indices, n_bad_matrices;
  gboolean is_cut;
} Reader;

typedef struct {
  guint32 type;
  gint64  n_bytes; /* that follow the size, as the file says */
  double  time_s;
  guint32 stream;
  guint32 n_matrices;
} Frame;

typedef struct {
  guint32       type;
  guint         data;
  gsize         n_rows, n_columns;
  const guint8 *bytes; /* n_rows * n_columns are there */
} Matrix;

/* ---- headers ---- */

static gboolean
is_type (const guint8 *p)
{
  for (int i = 0; i < 4; i++)
    if (!g_ascii_isalnum (p[i]) && p[i] != '_' && p[i] != '-')
      return FALSE;
  return TRUE;
}

static gboolean
is_known (guint32 type)
{
  return type == TSR_SDIF_1TRC || type == TSR_SDIF_RBEP || type == TSR_SDIF_RBEL ||
         type == TSR_SDIF_RBEM;
}

/* Whether a frame seems to begin there. */
static gboolean
is_frame (const Reader *self, gsize at)
{
  if (at > self->n || self->n - at < TSR_SDIF_FRAME_HEADER || !is_type (self->p + at))
    return FALSE;
  const guint8 *p = self->p + at;
  double        time_s = tsr_get_be_double (p + 8);
  guint32       n_matrices = tsr_get_be32 (p + 20);
  if (tsr_get_be32 (p + 4) < 8 || !isfinite (time_s) || n_matrices > MAX_MATRICES)
    return FALSE;
  return n_matrices == 0 || self->n - at < TSR_SDIF_FRAME_HEADER + 4 ||
         is_type (p + TSR_SDIF_FRAME_HEADER);
}

static Frame
frame_at (const Reader *self, gsize at)
{
  const guint8 *p = self->p + at;

  return (Frame){.type = tsr_get_be32 (p),
                 .n_bytes = tsr_get_be32 (p + 4),
                 .time_s = tsr_get_be_double (p + 8),
                 .stream = tsr_get_be32 (p + 16),
                 .n_matrices = tsr_get_be32 (p + 20)};
}

/* The matrix at self->at; goes behind it. FALSE: none that makes sense. */
static gboolean
next_matrix (Reader *self, Matrix *matrix)
{
  const guint8 *p = self->p + self->at;

  if (self->n - self->at < TSR_SDIF_MATRIX_HEADER) {
    self->is_cut = TRUE;
    return FALSE;
  }
  guint32 n_rows = tsr_get_be32 (p + 8), n_columns = tsr_get_be32 (p + 12);
  *matrix = (Matrix){.type = tsr_get_be32 (p),
                     .data = tsr_get_be32 (p + 4),
                     .n_rows = n_rows,
                     .n_columns = n_columns,
                     .bytes = p + TSR_SDIF_MATRIX_HEADER};
  guint size = matrix->data & 0xff;
  if (!is_type (p) || (size != 1 && size != 2 && size != 4 && size != 8) ||
      n_rows > G_MAXINT32 || n_columns > 65535) {
    self->n_bad_matrices++;
    return FALSE;
  }
  gsize row = (gsize)n_columns * size, left = self->n - self->at - TSR_SDIF_MATRIX_HEADER;
  gsize whole = row * n_rows;
  if (whole > left) {
    self->is_cut = TRUE;
    matrix->n_rows = left / row;
    self->at = self->n;
    return TRUE;
  }
  gsize padded = (whole + 7) & ~(gsize)7;
  self->at += TSR_SDIF_MATRIX_HEADER + MIN (padded, left);
  return TRUE;
}

static double
element (const Matrix *matrix, gsize row, gsize column)
{
  guint         size = matrix->data & 0xff;
  const guint8 *p = matrix->bytes + (row * matrix->n_columns + column) * size;
  union {
    guint32 word;
    float   number;
  } four;

  switch (matrix->data) {
  case TSR_SDIF_DOUBLE:
    return tsr_get_be_double (p);
  case TSR_SDIF_FLOAT:
    four.word = tsr_get_be32 (p);
    return (double)four.number;
  case 0x0101: /* whole numbers with a sign */
    return (gint8)p[0];
  case 0x0102:
    return (gint16)tsr_get_be16 (p);
  case 0x0104:
    return (gint32)tsr_get_be32 (p);
  case 0x0108:
    return (double)(gint64)tsr_get_be64 (p);
  case 0x0201: /* and without */
    return p[0];
  case 0x0202:
    return tsr_get_be16 (p);
  case 0x0204:
    return tsr_get_be32 (p);
  default:
    return NAN; /* what is made of it is counted as senseless */
  }
}

/* ---- what the matrices say ---- */

/* Streams of other programs count as channel 0 if there is one, as further channels if
 * there are more. */
static guint
channel_of (Reader *self, guint32 stream)
{
  if (stream <= 1)
    return 0;
  if (stream > TSR_SDIF_META_STREAM && stream < MAX_CHANNELS + TSR_SDIF_META_STREAM)
    return stream - TSR_SDIF_META_STREAM;
  gpointer key = GUINT_TO_POINTER (stream), value;
  if (!g_hash_table_lookup_extended (self->unknown_channels, key, NULL, &value)) {
    guint n = g_hash_table_size (self->unknown_channels);
    value = GUINT_TO_POINTER (MIN (n, MAX_CHANNELS - 1));
    g_hash_table_insert (self->unknown_channels, key, value);
  }
  return GPOINTER_TO_UINT (value);
}

static gboolean
read_index (Reader *self, double value, gint64 *index)
{
  if (fabs (value) <= 0x1p52 && value == floor (value)) {
    *index = (gint64)value;
    return TRUE;
  }
  self->n_bad_indices++;
  return FALSE;
}

/* One of the columns behind the first four, or another value where there are fewer. */
static double
column (const Matrix *matrix, gsize row, gsize i, double otherwise)
{
  return i < matrix->n_columns ? element (matrix, row, i) : otherwise;
}

static TsrDraftRow
row_of (const Frame *frame, const Matrix *matrix, gsize row)
{
  return (TsrDraftRow){.time_s = frame->time_s,
                       .frequency_hz = element (matrix, row, 1),
                       .amplitude = element (matrix, row, 2),
                       .phase_turns = column (matrix, row, 3, NAN) / (2 * G_PI)};
}

/* Breakpoints at their exact times. Seven columns are what Loris wrote once: rows that
 * were only sampled for other programs are marked. */
static void
read_breakpoints (Reader *self, const Frame *frame, const Matrix *matrix)
{
  guint channel = channel_of (self, frame->stream);

  tsr_draft_expect_straight_rows (
      self->format->draft, TSR_STRAIGHT_CENT, TSR_STRAIGHT_DB);
  for (gsize i = 0; i < matrix->n_rows; i++) {
    gint64      index;
    TsrDraftRow row = row_of (frame, matrix, i);
    if (matrix->n_columns == 7 && element (matrix, i, 6) != 0)
      continue;
    if (!read_index (self, element (matrix, i, 0), &index))
      continue;
    row.bandwidth = column (matrix, i, 4, 0);
    row.time_s += column (matrix, i, 5, 0);
    TsrDraftPartial *partial = tsr_draft_find (self->format->draft, index, channel);
    if (partial == NULL)
      partial = tsr_draft_begin (self->format->draft, index, channel);
    tsr_draft_add (self->format->draft, partial, &row);
  }
}

static void
read_tracks (Reader *self, const Frame *frame, const Matrix *matrix)
{
  guint channel = channel_of (self, frame->stream);

  tsr_draft_begin_frame (self->format->draft, channel, frame->time_s);
  for (gsize i = 0; i < matrix->n_rows; i++) {
    gint64      index;
    TsrDraftRow row = row_of (frame, matrix, i);
    if (read_index (self, element (matrix, i, 0), &index))
      tsr_draft_add_in_frame (self->format->draft, index, channel, &row);
  }
}

static void
read_labels (Reader *self, const Matrix *matrix)
{
  for (gsize i = 0; i < matrix->n_rows && matrix->n_columns >= 2; i++) {
    gint64 index, label;
    if (!read_index (self, element (matrix, i, 0), &index) ||
        !read_index (self, element (matrix, i, 1), &label) || label < G_MININT ||
        label > G_MAXINT)
      continue;
    g_hash_table_insert (
        self->labels, g_memdup2 (&index, sizeof index), GINT_TO_POINTER ((int)label));
  }
}

/* Names follow the times, each with a 0 behind it. */
static void
read_markers (Reader *self, const Matrix *times, const Matrix *names)
{
  const char *p = names != NULL ? (const char *)names->bytes : "";
  gsize       left =
      names != NULL ? names->n_rows * names->n_columns * (names->data & 0xff) : 0;

  for (gsize i = 0; i < times->n_rows && times->n_columns >= 1; i++) {
    gsize            n = strnlen (p, left);
    g_autofree char *name = g_strndup (p, n);
    tsr_draft_add_marker (self->format->draft, element (times, i, 0), name);
    p += MIN (n + 1, left);
    left -= MIN (n + 1, left);
  }
}

static void
read_matrix (Reader *self, const Frame *frame, const Matrix *matrix)
{
  gboolean is_track = matrix->type == TSR_SDIF_1TRC;

  if ((is_track || matrix->type == TSR_SDIF_RBEP) && frame->time_s < LONGEST_S)
    self->format->duration_s = fmax (self->format->duration_s, frame->time_s);

  if (matrix->type == TSR_SDIF_RBEL)
    read_labels (self, matrix);
  else if ((is_track || matrix->type == TSR_SDIF_RBEP) && matrix->n_columns < 3)
    self->n_bad_matrices++;
  else if (matrix->type == TSR_SDIF_RBEP || (is_track && matrix->n_columns == 7))
    read_breakpoints (self, frame, matrix);
  else if (is_track)
    read_tracks (self, frame, matrix);
}

/* ---- frames ---- */

/* Matrices of a frame whose type is known. FALSE: one of them makes no sense. */
static gboolean
read_frame (Reader *self, const Frame *frame)
{
  Matrix   times = {0};
  gboolean has_times = FALSE;

  self->at += TSR_SDIF_FRAME_HEADER;
  for (guint i = 0; i < frame->n_matrices; i++) {
    Matrix matrix;
    if (!next_matrix (self, &matrix))
      break;
    if (frame->type != TSR_SDIF_RBEM) {
      read_matrix (self, frame, &matrix);
    } else if (!has_times) {
      times = matrix;
      has_times = TRUE;
    } else {
      read_markers (self, &times, &matrix);
      has_times = FALSE;
    }
    if (self->is_cut)
      break;
  }
  if (has_times)
    read_markers (self, &times, NULL);
  return is_frame (self, self->at) || self->at == self->n || self->is_cut;
}

/* Goes to the next place, 4 bytes on or more, where a frame seems to begin. */
static void
look_for_frame (Reader *self, gsize from)
{
  gsize at = from;

  while (at < self->n && !is_frame (self, at))
    at += 4;
  self->at = MIN (at, self->n);
  self->n_skipped_bytes += self->at - from;
}

static void
step (Reader *self)
{
  gsize    start = self->at;
  Frame    frame = frame_at (self, start);
  gsize    told = (gsize)frame.n_bytes + 8;
  gboolean told_fits = told <= self->n - start &&
                       (start + told == self->n || is_frame (self, start + told));

  if (!is_known (frame.type)) {
    if (told_fits)
      self->at = start + told;
    else
      look_for_frame (self, start + 4);
    return;
  }
  self->n_frames++;
  if (read_frame (self, &frame)) {
    self->n_wrong_sizes += self->at != start + told && !self->is_cut ? 1 : 0;
    return;
  }
  gsize stopped = self->at;
  if (told_fits && start + told >= stopped)
    self->at = start + told;
  else
    look_for_frame (self, stopped);
}

static void
set_labels (Reader *self)
{
  for (guint i = 0; i < tsr_draft_size (self->format->draft); i++) {
    TsrDraftPartial *partial = tsr_draft_at (self->format->draft, i);
    partial->label = GPOINTER_TO_INT (g_hash_table_lookup (self->labels, &partial->id));
  }
}

static void
note_damage (Reader *self)
{
  GPtrArray *notes = self->format->notes;

  if (self->n_wrong_sizes > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " frame gives a wrong size, as Loris writes it; it is "
                        "read by its contents",
                        "%" PRIu64
                        " frames give a wrong size, as Loris writes them; they "
                        "are read by their contents",
                        (gulong)self->n_wrong_sizes),
              self->n_wrong_sizes);
  if (self->n_skipped_bytes > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " byte is no frame and was skipped",
                        "%" PRIu64 " bytes are no frames and were skipped",
                        (gulong)self->n_skipped_bytes),
              self->n_skipped_bytes);
  if (self->n_bad_matrices > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " matrix makes no sense and was left out",
                        "%" PRIu64 " matrices make no sense and were left out",
                        (gulong)self->n_bad_matrices),
              self->n_bad_matrices);
  if (self->n_bad_indices > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " row without a usable index was left out",
                        "%" PRIu64 " rows without a usable index were left out",
                        (gulong)self->n_bad_indices),
              self->n_bad_indices);
  if (self->is_cut)
    tsr_note (notes, _ ("the file is cut off in a frame; what is there was read"));
}

static gboolean
read_frames (Reader *self, GError **error)
{
  guint64 n = 0;

  if (self->n < 16 || tsr_get_be32 (self->p) != TSR_SDIF_FILE)
    return tsr_reader_refuse (self->format, error, _ ("not an SDIF file"));
  gsize header = (gsize)tsr_get_be32 (self->p + 4) + 8;
  self->at = is_frame (self, header) || header == self->n ? header : 8;
  if (!is_frame (self, self->at) && self->at < self->n)
    look_for_frame (self, self->at);
  while (self->at < self->n && !self->is_cut) {
    if (self->n - self->at < TSR_SDIF_FRAME_HEADER) {
      self->is_cut = TRUE;
      break;
    }
    step (self);
    if (n++ % 256 == 0 && !tsr_reader_goes_on (self->format, self->at, error))
      return FALSE;
  }
  if (self->n_frames == 0)
    return tsr_reader_refuse (
        self->format, error, _ ("there are no partials in it (no 1TRC or RBEP frames)"));
  set_labels (self);
  note_damage (self);
  return TRUE;
}

gboolean
tsr_sdif_read (TsrFormatReader *format, GError **error)
{
  Reader self = {
      .format = format,
      .p = format->bytes,
      .n = format->n_bytes,
      .labels = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
      .unknown_channels = g_hash_table_new (NULL, NULL),
  };
  gboolean ok = read_frames (&self, error);

  g_hash_table_unref (self.labels);
  g_hash_table_unref (self.unknown_channels);
  return ok;
}
