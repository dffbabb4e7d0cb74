/* SPDX-License-Identifier: GPL-3.0-or-later
 * Loading. A damaged row is left out and told; what hangs on it is placed as well as
 * can be.
 */
#include "store/project-load.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#include "store/curve-codec.h"
#include "store/id-codec.h"
#include "store/load-private.h"
#include "store/partial-codec.h"
#include "store/residual-codec.h"

/* How often progress is told. */
enum { ROWS_A_LOOK = 256 };

static void
loaded_step_free (gpointer data)
{
  TsrLoadedStep *step = data;

  g_free (step->label);
  g_free (step->command);
  g_ptr_array_unref (step->added);
  g_array_unref (step->removed_ids);
  g_clear_pointer (&step->descents, g_array_unref);
  tsr_curve_unref (step->after.source_s_over_sound_s);
  tsr_curve_unref (step->after.residual_gain_db_over_hz);
  tsr_residual_laws_unref (step->after.residual_laws);
  g_free (step);
}

static void
loaded_sound_free (gpointer data)
{
  TsrLoadedSound *sound = data;

  for (guint i = 0; i < sound->markers->len; i++)
    g_free (g_array_index (sound->markers, TsrMarker, i).name);
  for (guint i = 0; i < sound->saved->len; i++) {
    g_free (g_array_index (sound->saved, TsrSavedSelection, i).name);
    tsr_selection_unref (g_array_index (sound->saved, TsrSavedSelection, i).kept);
  }
  g_array_unref (sound->saved);
  g_array_unref (sound->markers);
  g_ptr_array_unref (sound->steps);
  g_free (sound->name);
  g_free (sound);
}

static GHashTable *
new_map (GDestroyNotify free_value)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_value);
}

static void
put (GHashTable *map, gint64 id, gpointer value)
{
  g_hash_table_replace (map, g_memdup2 (&id, sizeof id), value);
}

void
tsr_loaded_free (TsrLoaded *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->sources);
  g_hash_table_unref (self->sounds);
  g_hash_table_unref (self->steps);
  g_hash_table_unref (self->analyses);
  g_array_unref (self->partial_rows);
  g_hash_table_unref (self->unpublished);
  g_ptr_array_unref (self->warnings);
  tsr_partial_spill_free (self->spill);
  g_clear_error (&self->spill_error);
  g_free (self);
}

GPtrArray *
tsr_loaded_get_warnings (TsrLoaded *self)
{
  return self->warnings;
}

void
tsr_loaded_warn (TsrLoaded *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (self->warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* ---- tables ---- */

static void
read_source (TsrLoaded *self, TsrCursor *c)
{
  g_autofree char *name = tsr_cursor_dup_label (c, 1);
  g_autofree char *format = tsr_cursor_dup_label (c, 2);
  g_autofree char *sha256 = tsr_cursor_dup_label (c, 8);
  TsrSourceInfo    info = {
         .name = name,
         .format = format,
         .rate_hz = tsr_cursor_real (c, 3),
         .n_channels = (guint)tsr_cursor_int (c, 4),
         .n_frames = tsr_cursor_int (c, 5),
         .bits = (int)tsr_cursor_int (c, 6),
         .n_bytes = (guint64)tsr_cursor_int (c, 7),
         .decoded_sha256 = sha256,
  };
  gint64 id = tsr_cursor_int (c, 0);

  if (id > 0 && info.rate_hz > 0 && isfinite (info.rate_hz) && info.n_channels >= 1 &&
      info.n_channels <= 64 && info.n_frames >= 0)
    put (self->sources, id, tsr_source_new (id, &info));
}

static void
read_sound (TsrLoaded *self, TsrCursor *c)
{
  TsrLoadedSound *sound = g_new0 (TsrLoadedSound, 1);

  sound->id = tsr_cursor_int (c, 0);
  sound->name = tsr_cursor_dup_label (c, 1);
  sound->source_id = tsr_cursor_int (c, 2);
  sound->removed = tsr_cursor_int (c, 3) != 0;
  sound->step_id = tsr_cursor_int (c, 4);
  sound->steps = g_ptr_array_new ();
  sound->markers = g_array_new (FALSE, FALSE, sizeof (TsrMarker));
  sound->saved = g_array_new (FALSE, FALSE, sizeof (TsrSavedSelection));
  put (self->sounds, sound->id, sound);
}

static void
warn_of_curve (TsrLoaded *self, TsrCursor *c)
{
  tsr_loaded_warn (self,
                   _ ("a curve of step %" PRId64 " makes no sense and was left out"),
                   tsr_cursor_int (c, 0));
}

static TsrCurve *
read_curve (TsrLoaded *self, TsrCursor *c, int column)
{
  gsize       n_bytes = 0;
  const void *bytes = tsr_statement_bytes (c->statement, column, &n_bytes);

  if (tsr_statement_type (c->statement, column) == TSR_COLUMN_NULL)
    return NULL;
  TsrCurve *curve = tsr_curve_decode (bytes, n_bytes);
  if (curve == NULL)
    warn_of_curve (self, c);
  return curve;
}

/* Points of a time map that are nearer are one, but for rounding: files from before edits
 * left them out may have some. */
#define SAME_S 1e-9

/* The map without such points; NULL where its values do not strictly increase, or fall:
 * then it cannot be followed back. */
static TsrCurve *
clean_time_map (const TsrCurve *map)
{
  const TsrCurvePoint      *p = tsr_curve_points (map);
  gsize                     n = tsr_curve_n_points (map), n_kept = 1;
  double                    sign = p[n - 1].y > p[0].y ? 1 : -1;
  g_autofree TsrCurvePoint *kept = g_memdup2 (p, n * sizeof *p);

  for (gsize i = 1; i < n; i++) {
    if (p[i].x - kept[n_kept - 1].x <= SAME_S)
      continue;
    if (!(sign * (p[i].y - kept[n_kept - 1].y) > 0))
      return NULL;
    kept[n_kept++] = p[i];
  }
  return n_kept > 1 ? tsr_curve_new (kept, n_kept) : NULL;
}

static TsrCurve *
read_time_map (TsrLoaded *self, TsrCursor *c, int column)
{
  TsrCurve *map = read_curve (self, c, column);

  if (map == NULL)
    return NULL;
  TsrCurve *clean = clean_time_map (map);
  tsr_curve_unref (map);
  if (clean == NULL)
    warn_of_curve (self, c);
  return clean;
}

static TsrLoadedStep *
find_step (TsrLoaded *self, gint64 id)
{
  return g_hash_table_lookup (self->steps, &id);
}

/* Laws that a step leans on. Rows come in order of their ids, so the parent is there; the
 * step before it in time takes the place of one that is lost. NULL: none. */
static TsrResidualLaws *
laws_before (TsrLoaded *self, const TsrLoadedStep *step)
{
  const TsrLoadedStep *parent = find_step (self, step->parent_id);
  TsrLoadedSound      *sound = g_hash_table_lookup (self->sounds, &step->sound_id);

  if (sound == NULL)
    return NULL;
  if (parent == NULL)
    parent = find_step (self, sound->last_id);
  sound->last_id = step->id;
  return parent != NULL ? parent->after.residual_laws : NULL;
}

static void
read_residual (TsrLoaded *self, TsrCursor *c, int column, TsrLoadedStep *step)
{
  TsrSoundStateFields *fields = &step->after;
  TsrResidualLaws     *before = laws_before (self, step);
  gsize                n_bytes = 0;
  const void          *bytes = tsr_statement_bytes (c->statement, column, &n_bytes);

  if (tsr_statement_type (c->statement, column) != TSR_COLUMN_NULL &&
      !tsr_residual_decode (bytes,
                            n_bytes,
                            before,
                            &fields->residual_gain_db_over_hz,
                            &fields->residual_laws))
    warn_of_curve (self, c);
}

static void
read_step (TsrLoaded *self, TsrCursor *c)
{
  TsrLoadedStep *step = g_new0 (TsrLoadedStep, 1);

  step->id = tsr_cursor_int (c, 0);
  step->sound_id = tsr_cursor_int (c, 1);
  step->parent_id = tsr_cursor_int (c, 2);
  step->label = tsr_cursor_dup_label (c, 3);
  step->command = tsr_cursor_dup_label (c, 4);
  step->time_us = tsr_cursor_int (c, 5);
  step->after.duration_s = tsr_cursor_real (c, 6);
  step->after.residual_gain_db = tsr_cursor_real (c, 7);
  step->after.analysed = tsr_cursor_int (c, 8) != 0;
  step->after.edited = tsr_cursor_int (c, 9) != 0;
  step->after.source_s_over_sound_s = read_time_map (self, c, 10);
  read_residual (self, c, 11, step);
  step->added = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  step->removed_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  put (self->steps, step->id, step);
}

static void
read_partial (TsrLoaded *self, TsrCursor *c)
{
  TsrPartialColumn columns[TSR_N_PARTIAL_COLUMNS];
  TsrLoadedStep   *step = find_step (self, tsr_cursor_int (c, 3));
  gint64           row_id = tsr_cursor_int (c, 0), id = tsr_cursor_int (c, 2);

  for (int i = 0; i < TSR_N_PARTIAL_COLUMNS; i++)
    columns[i].bytes = tsr_statement_bytes (c->statement, 12 + i, &columns[i].n_bytes);
  TsrPartial *partial = tsr_partial_decode (id,
                                            (int)tsr_cursor_int (c, 4),
                                            (unsigned)tsr_cursor_int (c, 5),
                                            tsr_cursor_int (c, 6),
                                            tsr_cursor_int (c, 7),
                                            columns);
  if (partial == NULL || id <= 0 || step == NULL) {
    tsr_loaded_warn (self, _ ("partial %" PRId64 " makes no sense and was left out"), id);
    tsr_partial_unref (partial);
    return;
  }
  TsrLoadedRow row = {row_id, id};
  TsrPartial  *kept = tsr_partial_spill_add (
      self->spill, partial, id, self->spill_error == NULL ? &self->spill_error : NULL);
  tsr_partial_unref (partial);
  if (kept == NULL)
    return;
  g_array_append_val (self->partial_rows, row);
  g_ptr_array_add (step->added, kept);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const TsrLoadedRow *x = a, *y = b;

  return (x->row > y->row) - (x->row < y->row);
}

/* 0: no such row. Rows come in order of their ids. */
static gint64
partial_of_row (TsrLoaded *self, gint64 row)
{
  TsrLoadedRow wanted = {.row = row};
  guint        i;

  return g_array_binary_search (self->partial_rows, &wanted, compare_rows, &i)
             ? g_array_index (self->partial_rows, TsrLoadedRow, i).partial_id
             : 0;
}

static void
read_removal (TsrLoaded *self, TsrCursor *c)
{
  gint64         row_id = tsr_cursor_int (c, 2);
  TsrLoadedStep *step = find_step (self, tsr_cursor_int (c, 1));
  gint64         id = partial_of_row (self, row_id);

  if (step != NULL && id != 0) /* else what it removes is lost already, and told */
    g_array_append_val (step->removed_ids, id);
}

static void
read_redo (TsrLoaded *self, TsrCursor *c)
{
  TsrLoadedStep *step = find_step (self, tsr_cursor_int (c, 0));

  if (step != NULL)
    step->redo_id = tsr_cursor_int (c, 1);
}

static void
read_analysis (TsrLoaded *self, TsrCursor *c)
{
  TsrAnalysisRecord *a = g_new0 (TsrAnalysisRecord, 1);

  a->params.spacing_hz = tsr_cursor_real (c, 1);
  a->params.floor_db = tsr_cursor_real (c, 2);
  a->params.low_hz = tsr_cursor_real (c, 3);
  a->params.high_hz = tsr_cursor_real (c, 4);
  a->params.start_s = tsr_cursor_real (c, 5);
  a->params.end_s = tsr_cursor_real (c, 6);
  a->params.noisiness = (TsrNoisiness)CLAMP (tsr_cursor_int (c, 7), 0, TSR_NOISINESS_ALL);
  a->params.noise = (TsrNoiseMode)CLAMP (tsr_cursor_int (c, 8), 0, TSR_NOISE_NONE);
  a->spacing.spacing_hz = tsr_cursor_real (c, 9);
  a->spacing.fundamental_hz = tsr_cursor_real (c, 10);
  a->spacing.reason =
      (TsrSpacingReason)CLAMP (tsr_cursor_int (c, 11), 0, TSR_SPACING_FROM_SPECTRUM);
  a->snr_db = tsr_cursor_real (c, 12);
  a->analysis_s = tsr_cursor_real (c, 13);
  put (self->analyses, tsr_cursor_int (c, 0), a);
}

static void
read_marker (TsrLoaded *self, TsrCursor *c)
{
  gint64          sound_id = tsr_cursor_int (c, 1);
  TsrLoadedSound *sound = g_hash_table_lookup (self->sounds, &sound_id);
  TsrMarker       marker = {tsr_cursor_int (c, 2), tsr_cursor_real (c, 3), NULL};

  if (sound == NULL || marker.id <= 0 || !isfinite (marker.time_s))
    return;
  marker.name = tsr_cursor_dup_label (c, 4);
  g_array_append_val (sound->markers, marker);
}

static double
border (TsrCursor *c, int column, double none)
{
  double value = tsr_cursor_real (c, column);

  return isnan (value) ? none : value;
}

static void
read_selection (TsrLoaded *self, TsrCursor *c)
{
  gint64             sound_id = tsr_cursor_int (c, 1);
  TsrLoadedSound    *sound = g_hash_table_lookup (self->sounds, &sound_id);
  TsrSavedSelection  saved = {.id = tsr_cursor_int (c, 2)};
  TsrRegion          region = {border (c, 5, -INFINITY),
                               border (c, 6, INFINITY),
                               border (c, 7, 0),
                               border (c, 8, INFINITY)};
  gsize              n_bytes = 0, n = 0;
  const void        *bytes = tsr_statement_bytes (c->statement, 9, &n_bytes);
  g_autofree gint64 *ids = tsr_ids_decode (bytes, n_bytes, &n);

  if (sound == NULL || saved.id <= 0)
    return;
  saved.name = tsr_cursor_dup_label (c, 3);
  saved.kept = tsr_selection_new (ids, n, tsr_cursor_int (c, 4) != 0 ? &region : NULL);
  g_array_append_val (sound->saved, saved);
}

static void
read_descent (TsrLoaded *self, TsrCursor *c)
{
  TsrLoadedStep *step = find_step (self, tsr_cursor_int (c, 0));
  gsize          n_bytes = 0;
  const void    *bytes = tsr_statement_bytes (c->statement, 1, &n_bytes);

  if (step != NULL && step->descents == NULL)
    step->descents = tsr_descents_decode (bytes, n_bytes);
}

static void
read_staging (TsrLoaded *self, TsrCursor *c)
{
  gint64 step_id = tsr_cursor_int (c, 2);

  if (step_id != 0)
    g_hash_table_add (self->unpublished, g_memdup2 (&step_id, sizeof step_id));
}

/* In this order: what a row refers to comes first. */
static const struct {
  TsrTable table;
  void (*read) (TsrLoaded *self, TsrCursor *cursor);
} READERS[] = {
    {TSR_TABLE_SOURCE, read_source},
    {TSR_TABLE_SOUND, read_sound},
    {TSR_TABLE_STEP, read_step},
    {TSR_TABLE_PARTIAL, read_partial},
    {TSR_TABLE_REMOVAL, read_removal},
    {TSR_TABLE_REDO, read_redo},
    {TSR_TABLE_ANALYSIS, read_analysis},
    {TSR_TABLE_MARKER, read_marker},
    {TSR_TABLE_SELECTION, read_selection},
    {TSR_TABLE_DESCENT, read_descent},
    {TSR_TABLE_STAGING, read_staging},
};

static void
compare_tally (TsrLoaded *self, TsrProjectFile *file, const TsrCursor *cursor)
{
  const TsrTally *wanted = &tsr_rows_ledger (file->rows)->tables[cursor->table];
  gint64          n_missing = wanted->n_rows - cursor->seen.n_rows;

  if (n_missing > 0)
    tsr_loaded_warn (self,
                     _ ("%" PRId64 " rows of “%s” are missing"),
                     n_missing,
                     tsr_table_shape (cursor->table)->name);
  else if (n_missing < 0 || wanted->digest != cursor->seen.digest)
    tsr_loaded_warn (self,
                     _ ("the rows of “%s” are not those that were written last"),
                     tsr_table_shape (cursor->table)->name);
}

static gboolean
read_table (TsrLoaded      *self,
            TsrProjectFile *file,
            TsrTable        table,
            void (*read) (TsrLoaded *self, TsrCursor *cursor),
            const TsrJob *job,
            GError      **error)
{
  gint64        n_rows = tsr_rows_ledger (file->rows)->tables[table].n_rows;
  TsrCursor     cursor;
  TsrStepResult result;

  if (!tsr_cursor_open (&cursor, file->rows, table, error))
    return FALSE;
  while ((result = tsr_cursor_next (&cursor, error)) == TSR_STEP_ROW) {
    if (table == TSR_TABLE_PARTIAL && cursor.seen.n_rows % ROWS_A_LOOK == 0 && n_rows > 0)
      tsr_job_progress (job, MIN (1, (double)cursor.seen.n_rows / (double)n_rows));
    if (cursor.is_whole)
      read (self, &cursor);
    else
      tsr_loaded_warn (self,
                       _ ("row %" PRId64 " of “%s” is damaged and was left out"),
                       tsr_cursor_int (&cursor, 0),
                       tsr_table_shape (table)->name);
  }
  tsr_cursor_close (&cursor);
  if (self->spill_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&self->spill_error));
    return FALSE;
  }
  if (!file->ledger_is_damaged)
    compare_tally (self, file, &cursor);
  return result == TSR_STEP_DONE;
}

static gboolean
read_max_ids (TsrLoaded *self, TsrProjectFile *file, GError **error)
{
  return tsr_db_query_int (
             file->db, "SELECT max (id) FROM source", &self->max_source_id, error) &&
         tsr_db_query_int (
             file->db, "SELECT max (id) FROM sound", &self->max_sound_id, error) &&
         tsr_db_query_int (
             file->db, "SELECT max (id) FROM step", &self->max_step_id, error);
}

TsrLoaded *
tsr_project_read (TsrProjectFile *file, const TsrJob *job, GError **error)
{
  TsrLoaded *self = g_new0 (TsrLoaded, 1);

  self->sources = new_map (g_object_unref);
  self->sounds = new_map (loaded_sound_free);
  self->steps = new_map (loaded_step_free);
  self->analyses = new_map (g_free);
  self->partial_rows = g_array_new (FALSE, FALSE, sizeof (TsrLoadedRow));
  self->unpublished = new_map (NULL);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->spill = tsr_partial_spill_new (TSR_PARTIAL_SPILL_HEAP);
  if (file->ledger_is_damaged)
    tsr_loaded_warn (self, _ ("a row of “%s” is damaged"), "ledger");
  for (gsize i = 0; i < G_N_ELEMENTS (READERS); i++)
    if (!read_table (self, file, READERS[i].table, READERS[i].read, job, error)) {
      tsr_loaded_free (self);
      return NULL;
    }
  if (read_max_ids (self, file, error))
    return self;
  tsr_loaded_free (self);
  return NULL;
}
