/* SPDX-License-Identifier: GPL-3.0-or-later
 * NPZ into partials: breakpoints in columns, or frames as DDSP arranges them.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "store/formats/columns.h"
#include "store/formats/npy.h"

enum { MAX_CHANNEL = 63, MAX_ARRAYS = 64 };
#define HOP_S 0.004 /* where the file does not tell */

typedef struct {
  TsrFormatReader *format;
  GHashTable      *arrays;  /* name -> TsrNpy */
  guint64          n_bytes; /* of them */
} Reader;

static const TsrNpy *
array_of (const Reader *self, const char *name)
{
  return g_hash_table_lookup (self->arrays, name);
}

/* The same, if it has one dimension of that length. */
static const TsrNpy *
column_of (const Reader *self, const char *name, guint64 n)
{
  const TsrNpy *array = array_of (self, name);

  return array != NULL && array->n_dimensions == 1 && array->n == n ? array : NULL;
}

/* ---- the archive ---- */

static gboolean
read_array (Reader *self, TsrZipReader *zip, const char *file, GError **error)
{
  const char *why = NULL;
  TsrNpy     *array = tsr_npy_read (zip, self->n_bytes, &why);

  if (array == NULL) {
    g_autofree char *shown = g_utf8_make_valid (file, -1);
    return tsr_reader_refuse (self->format, error, "%.60s: %s", shown, why);
  }
  self->n_bytes += array->bytes->len;
  g_hash_table_replace (self->arrays, g_strndup (file, strlen (file) - 4), array);
  return TRUE;
}

static gboolean
read_arrays (Reader *self, GError **error)
{
  g_autoptr (TsrZipReader) zip =
      tsr_zip_reader_new (self->format->bytes, self->format->n_bytes);
  const char *file;

  if (zip == NULL)
    return tsr_reader_refuse (
        self->format, error, _ ("not an archive of numpy arrays (.npz)"));
  while ((file = tsr_zip_reader_next (zip)) != NULL) {
    if (!g_str_has_suffix (file, ".npy"))
      continue;
    if (g_hash_table_size (self->arrays) >= MAX_ARRAYS)
      return tsr_reader_refuse (self->format, error, _ ("more than 64 arrays"));
    g_autofree char *name = g_strdup (file);
    if (!read_array (self, zip, name, error) ||
        !tsr_reader_goes_on (self->format, 0, error))
      return FALSE;
  }
  if (g_hash_table_size (self->arrays) == 0)
    return tsr_reader_refuse (
        self->format, error, _ ("not an archive of numpy arrays (.npz)"));
  if (!tsr_zip_reader_is_whole (zip))
    return tsr_reader_refuse (self->format, error, _ ("the archive is damaged"));
  return TRUE;
}

/* ---- what both layouts have ---- */

static gboolean
is_whole_within (double value, double low, double high)
{
  return value >= low && value <= high && value == floor (value);
}

/* The next partial, with what columns tell of partial i of n. NULL with an error. */
static TsrDraftPartial *
begin_partial (Reader *self, guint64 i, guint64 n, GError **error)
{
  const TsrNpy *ids = column_of (self, "id", n);
  const TsrNpy *labels = column_of (self, "label", n);
  const TsrNpy *channels = column_of (self, "channel", n);
  double        id = ids != NULL ? tsr_npy_number (ids, i) : (double)(i + 1);
  double        label = labels != NULL ? tsr_npy_number (labels, i) : 0;
  double        channel = channels != NULL ? tsr_npy_number (channels, i) : 0;

  if (!is_whole_within (id, -0x1p53, 0x1p53) ||
      !is_whole_within (label, G_MININT, G_MAXINT) ||
      !is_whole_within (channel, 0, MAX_CHANNEL)) {
    tsr_reader_refuse (self->format,
                       error,
                       _ ("id, label or channel of partial %" PRIu64 " makes no sense"),
                       i + 1);
    return NULL;
  }
  TsrDraftPartial *partial =
      tsr_draft_begin (self->format->draft, (gint64)id, (guint)channel);
  partial->label = (int)label;
  return partial;
}

static void
read_sound_figures (Reader *self)
{
  const TsrNpy *duration = array_of (self, "duration_s");
  const TsrNpy *times = array_of (self, "marker_time_s");

  if (duration != NULL && duration->n == 1) {
    double duration_s = tsr_npy_number (duration, 0);
    if (duration_s > 0 && duration_s < 1e9)
      self->format->duration_s = duration_s;
  }
  for (guint64 i = 0; times != NULL && i < times->n; i++) {
    const TsrNpy    *names = column_of (self, "marker_name", times->n);
    g_autofree char *name = names != NULL ? tsr_npy_text (names, i) : g_strdup ("");
    tsr_draft_add_marker (self->format->draft, tsr_npy_number (times, i), name);
  }
}

/* ---- breakpoints ---- */

/* Where the breakpoints of partial i begin; FALSE if that makes no sense. */
static gboolean
first_of (const TsrNpy *firsts, guint64 i, guint64 n, guint64 *first)
{
  double value = tsr_npy_number (firsts, i);

  if (!is_whole_within (value, 0, (double)n))
    return FALSE;
  *first = (guint64)value;
  return TRUE;
}

static gboolean
read_partial (Reader           *self,
              const TsrNpy     *arrays[TSR_N_COLUMNS],
              const TsrColumns *columns,
              guint64           i,
              GError          **error)
{
  const TsrNpy *firsts = array_of (self, "first");
  guint64       begin, end;
  double        values[TSR_N_COLUMNS] = {0};

  if (!first_of (firsts, i, arrays[TSR_COLUMN_TIME]->n, &begin) ||
      !first_of (firsts, i + 1, arrays[TSR_COLUMN_TIME]->n, &end) || end < begin)
    return tsr_reader_refuse (
        self->format, error, _ ("`first` does not say where partials begin and end"));
  if (begin == end) /* nothing would be made of it */
    return TRUE;
  TsrDraftPartial *partial = begin_partial (self, i, firsts->n - 1, error);
  if (partial == NULL)
    return FALSE;
  partial->is_complete = tsr_columns_are_complete (columns);
  for (guint64 k = begin; k < end; k++) {
    for (int c = 0; c < TSR_N_COLUMNS; c++)
      if (columns->is_there[c])
        values[c] = tsr_npy_number (arrays[c], k);
    tsr_columns_add (columns, values, self->format->draft, partial);
  }
  return TRUE;
}

static gboolean
read_breakpoints (Reader *self, GError **error)
{
  const TsrNpy *firsts = array_of (self, "first"), *times = array_of (self, "time_s");
  const TsrNpy *arrays[TSR_N_COLUMNS];
  TsrColumns    columns;

  for (int c = 0; c < TSR_N_COLUMNS; c++) {
    arrays[c] = column_of (self, tsr_column_name (c), times->n);
    columns.is_there[c] = arrays[c] != NULL;
    if (arrays[c] == NULL && array_of (self, tsr_column_name (c)) != NULL)
      return tsr_reader_refuse (self->format, error, _ ("its columns differ in length"));
  }
  if (firsts == NULL || firsts->n_dimensions != 1 || firsts->n == 0 ||
      !tsr_columns_suffice (&columns))
    return tsr_reader_refuse (
        self->format,
        error,
        _ ("there are no arrays first, time_s, frequency_hz and log_amplitude in it"));
  for (guint64 i = 0; i + 1 < firsts->n; i++)
    if (!read_partial (self, arrays, &columns, i, error) ||
        (i % 64 == 0 && !tsr_reader_goes_on (self->format, 0, error)))
      return FALSE;
  return TRUE;
}

/* ---- frames ---- */

static double
frame_time_s (const TsrNpy *times, guint64 frame)
{
  return times != NULL ? tsr_npy_number (times, frame) : (double)frame * HOP_S;
}

enum { BLOCK = 4096 }; /* frames that are read at once, and one on each side */

/* Frames first - 1 .. first + BLOCK of partial i; those outside are zeros. */
static void
read_block (const TsrNpy *frames, guint64 i, guint64 first, double *row)
{
  guint64 n = frames->shape[1], from = first > 0 ? first - 1 : 0;
  guint64 end = MIN (first + BLOCK + 1, n);

  memset (row, 0, 3 * (BLOCK + 2) * sizeof *row);
  tsr_npy_numbers (
      frames, 3 * (i * n + from), 3 * (end - from), row + 3 * (from + 1 - first));
}

static gboolean
any_sounds (const double *row)
{
  for (guint k = 0; k < BLOCK + 2; k++)
    if (row[3 * k] != 0)
      return TRUE;
  return FALSE;
}

static void
add_frame (Reader *self, TsrDraftPartial *partial, const double *now, double time_s)
{
  gboolean before = now[-3] != 0, after = now[3] != 0;

  if (now[0] == 0 && !before && !after)
    return;
  double hz = now[1];
  if (now[0] == 0 && hz == 0)
    hz = before ? now[-2] : now[4];
  TsrDraftRow point = {.time_s = time_s,
                       .amplitude = now[0],
                       .frequency_hz = hz,
                       .bandwidth = now[2],
                       .phase_turns = NAN};
  tsr_draft_add (self->format->draft, partial, &point);
}

/* Amplitude, frequency, noise at each frame of partial i, a block at a time: zeros are
 * packed so well that each must not take memory. Silent frames beside sounding ones
 * become nulls, others are nothing. */
static gboolean
read_frame_row (
    Reader *self, const TsrNpy *frames, const TsrNpy *times, guint64 i, GError **error)
{
  guint64            n = frames->shape[1];
  g_autofree double *row = g_new (double, 3 * (BLOCK + 2));
  TsrDraftPartial   *partial = NULL;

  for (guint64 first = 0; first < n; first += BLOCK) {
    read_block (frames, i, first, row);
    if (!any_sounds (row))
      continue;
    if (partial == NULL)
      partial = begin_partial (self, i, frames->shape[0], error);
    if (partial == NULL)
      return FALSE;
    for (guint64 k = first; k < MIN (first + BLOCK, n); k++)
      add_frame (self, partial, row + 3 * (k + 1 - first), frame_time_s (times, k));
  }
  return TRUE;
}

/* An array of that shape under our name or any other. */
static const TsrNpy *
find_frames (Reader *self)
{
  const TsrNpy  *found = array_of (self, "partials");
  GHashTableIter iter;
  gpointer       array;

  if (found != NULL)
    return found->n_dimensions == 3 && found->shape[2] == 3 ? found : NULL;
  g_hash_table_iter_init (&iter, self->arrays);
  while (g_hash_table_iter_next (&iter, NULL, &array)) {
    const TsrNpy *npy = array;
    if (npy->kind == 'f' && npy->n_dimensions == 3 && npy->shape[2] == 3)
      found = npy;
  }
  return found;
}

static gboolean
read_frames (Reader *self, GError **error)
{
  const TsrNpy *frames = find_frames (self);

  if (frames == NULL)
    return tsr_reader_refuse (
        self->format,
        error,
        _ ("there is no array time_s and none of partials, frames and 3 values in it"));
  const TsrNpy *times = column_of (self, "frame_time_s", frames->shape[1]);
  if (times == NULL)
    tsr_note (self->format->notes,
              _ ("it does not tell the times of its frames (frame_time_s); they are "
                 "taken to be %g s apart"),
              HOP_S);
  /* Without frames there may be any number of partials in an empty file. */
  for (guint64 i = 0; frames->n > 0 && i < frames->shape[0]; i++)
    if (!read_frame_row (self, frames, times, i, error) ||
        !tsr_reader_goes_on (self->format, 0, error))
      return FALSE;
  return TRUE;
}

static void
npy_free (gpointer array)
{
  tsr_npy_free (array);
}

gboolean
tsr_npz_read (TsrFormatReader *format, GError **error)
{
  Reader   self = {.format = format,
                   .arrays =
                       g_hash_table_new_full (g_str_hash, g_str_equal, g_free, npy_free)};
  gboolean ok = read_arrays (&self, error);

  if (ok) {
    read_sound_figures (&self);
    ok = array_of (&self, "time_s") != NULL ? read_breakpoints (&self, error)
                                            : read_frames (&self, error);
  }
  g_hash_table_unref (self.arrays);
  return ok;
}
