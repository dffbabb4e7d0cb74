/* SPDX-License-Identifier: GPL-3.0-or-later
 * Steps, their partials and removals, and the tree they form.
 */
#include "store/step-write.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "store/curve-codec.h"
#include "store/id-codec.h"
#include "store/partial-codec.h"
#include "store/project-write.h"
#include "store/residual-codec.h"
#include "store/store.h"

/* ---- the tree ---- */

static TsrNode *
find_node (TsrProjectFile *file, gint64 step_id)
{
  return g_hash_table_lookup (file->nodes, &step_id);
}

static void
add_node (TsrProjectFile *file, gint64 step_id, gint64 parent_id)
{
  TsrNode *node = g_new0 (TsrNode, 1);

  node->id = step_id;
  node->parent_id = parent_id;
  TsrNode *parent = find_node (file, parent_id);
  node->depth = parent != NULL ? parent->depth + 1 : 0;
  g_hash_table_replace (file->nodes, &node->id, node);
}

gboolean
tsr_project_read_nodes (TsrProjectFile *file, GError **error)
{
  TsrStepResult result;

  if (file->nodes != NULL)
    return TRUE;
  TsrStatement *statement = tsr_db_prepare (
      file->db,
      "SELECT step.id, step.parent_id, redo.child_id FROM step LEFT JOIN redo USING (id) "
      "ORDER BY step.id", /* parents before their children */
      error);
  if (statement == NULL)
    return FALSE;
  file->nodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW) {
    add_node (file, tsr_statement_int (statement, 0), tsr_statement_int (statement, 1));
    find_node (file, tsr_statement_int (statement, 0))->redo_id =
        tsr_statement_int (statement, 2);
  }
  tsr_statement_reset (statement);
  if (result == TSR_STEP_ERROR)
    g_clear_pointer (&file->nodes, g_hash_table_unref);
  return result == TSR_STEP_DONE;
}

static gboolean
set_redo (TsrProjectFile *file, TsrNode *node, gint64 child_id, GError **error)
{
  TsrRow row;

  if (node->redo_id == 0)
    tsr_row_begin_insert (&row, file->rows, TSR_TABLE_REDO, node->id);
  else
    tsr_row_begin_update (&row, file->rows, TSR_TABLE_REDO, node->id);
  tsr_row_put_int (&row, child_id);
  node->redo_id = child_id;
  return tsr_row_finish (&row, NULL, error);
}

gboolean
tsr_step_visit (TsrProjectFile *file, gint64 from_id, gint64 step_id, GError **error)
{
  if (!tsr_project_read_nodes (file, error))
    return FALSE;
  TsrNode *node = find_node (file, step_id);
  if (node == NULL) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_WRITE,
                 _ ("the edit does not fit the file: it has no step %" PRId64),
                 step_id);
    return FALSE;
  }
  /* Above the nearest common ancestor redo leads the right way already. */
  const TsrNode *from = find_node (file, from_id);
  TsrNode       *parent;
  while (node != from && (parent = find_node (file, node->parent_id)) != NULL) {
    if (from != NULL && from->depth >= node->depth)
      from = find_node (file, from->parent_id);
    else if (parent->redo_id != node->id && !set_redo (file, parent, node->id, error))
      return FALSE;
    else
      node = parent;
  }
  return TRUE;
}

/* ---- the row of a step ---- */

static void
put_curve (TsrRow *row, const TsrCurve *curve, GByteArray *buffer)
{
  if (curve == NULL) {
    tsr_row_put_null (row);
    return;
  }
  tsr_curve_encode (curve, buffer);
  tsr_row_put_blob (row, buffer->data, buffer->len);
}

static gboolean
write_step_row (TsrProjectFile      *file,
                gint64               sound_id,
                const TsrStepFields *f,
                GError             **error)
{
  g_autoptr (GByteArray) map = g_byte_array_new ();
  g_autoptr (GByteArray) gain = g_byte_array_new ();
  TsrRow row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_STEP, f->id);
  tsr_row_put_int (&row, sound_id);
  tsr_row_put_id (&row, f->parent_id);
  tsr_row_put_text (&row, f->label);
  tsr_row_put_text (&row, f->command);
  tsr_row_put_int (&row, f->time_us);
  tsr_row_put_real (&row, f->after.duration_s);
  tsr_row_put_real (&row, f->after.residual_gain_db);
  tsr_row_put_int (&row, f->after.analysed != FALSE);
  tsr_row_put_int (&row, f->after.edited != FALSE);
  put_curve (&row, f->after.source_s_over_sound_s, map);
  tsr_residual_encode (
      f->after.residual_gain_db_over_hz, f->after.residual_laws, f->laws_before, gain);
  if (gain->len > 0)
    tsr_row_put_blob (&row, gain->data, gain->len);
  else
    tsr_row_put_null (&row);
  return tsr_row_finish (&row, NULL, error);
}

/* ---- removals ---- */

/* Whether `ancestor_id` is the step or lies above it. Ids grow downwards. */
static gboolean
is_on_line (TsrProjectFile *file, gint64 ancestor_id, gint64 step_id)
{
  const TsrNode *node = find_node (file, step_id);

  while (node != NULL && node->id > ancestor_id)
    node = find_node (file, node->parent_id);
  return node != NULL && node->id == ancestor_id;
}

typedef struct {
  gint64 row_id, step_id;
} PartialRow;

/* The rows of a partial, the latest first. */
static gboolean
find_rows (TsrProjectFile *file,
           gint64          sound_id,
           gint64          partial_id,
           GArray         *rows,
           GError        **error)
{
  TsrStatement *statement = tsr_db_prepare (
      file->db,
      "SELECT id, step_id FROM partial WHERE sound_id = ?1 AND partial_id = ?2 "
      "ORDER BY step_id DESC",
      error);
  TsrStepResult result;

  if (statement == NULL)
    return FALSE;
  g_array_set_size (rows, 0);
  tsr_statement_bind_int (statement, 1, sound_id);
  tsr_statement_bind_int (statement, 2, partial_id);
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW) {
    PartialRow row = {tsr_statement_int (statement, 0), tsr_statement_int (statement, 1)};
    g_array_append_val (rows, row);
  }
  tsr_statement_reset (statement);
  return result == TSR_STEP_DONE;
}

/* The row of the partial that is alive after a step: that of the latest step on its line.
 * Where there is only one row, it is that. */
static gboolean
find_live_row (TsrProjectFile *file,
               gint64          step_id,
               gint64          partial_id,
               const GArray   *rows,
               gint64         *row_id,
               GError        **error)
{
  for (guint i = 0; i < rows->len; i++) {
    PartialRow row = g_array_index (rows, PartialRow, i);
    if (rows->len > 1 && !is_on_line (file, row.step_id, step_id))
      continue;
    *row_id = row.row_id;
    return TRUE;
  }
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_WRITE,
               _ ("the edit does not fit the file: it has no partial %" PRId64),
               partial_id);
  return FALSE;
}

static gboolean
write_removals (TsrProjectFile      *file,
                gint64               sound_id,
                const TsrStepFields *f,
                GError             **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (PartialRow));

  for (gsize i = 0; i < f->n_removed; i++) {
    TsrRow row;
    gint64 row_id = 0, id = f->removed_ids[i];
    if (!find_rows (file, sound_id, id, rows, error) ||
        !find_live_row (file, f->parent_id, id, rows, &row_id, error))
      return FALSE;
    tsr_row_begin_insert (&row, file->rows, TSR_TABLE_REMOVAL, 0);
    tsr_row_put_int (&row, f->id);
    tsr_row_put_int (&row, row_id);
    if (!tsr_row_finish (&row, NULL, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
tsr_step_write_head (TsrProjectFile *file, gint64 sound_id, TsrStep *step, GError **error)
{
  const TsrStepFields *f = tsr_step_fields (step);

  if (!tsr_project_read_nodes (file, error) ||
      !write_step_row (file, sound_id, f, error) ||
      !write_removals (file, sound_id, f, error) ||
      (f->descents != NULL &&
       !tsr_descents_write (file->rows, f->id, f->descents, TRUE, error)))
    return FALSE;
  add_node (file, f->id, f->parent_id);
  return TRUE;
}

/* ---- partials ---- */

static gboolean
write_partial (TsrProjectFile   *file,
               gint64            sound_id,
               gint64            step_id,
               const TsrPartial *partial,
               GByteArray       *buffer,
               GError          **error)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  TsrPartialColumn         columns[TSR_N_PARTIAL_COLUMNS];
  TsrRow                   row;

  if (tsr_partial_n_breakpoints (partial) > TSR_PARTIAL_MAX_BREAKPOINTS) {
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_WRITE,
                 _ ("partial %" PRId64 " has more than %d breakpoints; split it"),
                 (gint64)tsr_partial_id (partial),
                 TSR_PARTIAL_MAX_BREAKPOINTS);
    return FALSE;
  }
  tsr_partial_encode (partial, buffer, columns);
  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_PARTIAL, 0);
  tsr_row_put_int (&row, sound_id);
  tsr_row_put_int (&row, tsr_partial_id (partial));
  tsr_row_put_int (&row, step_id);
  tsr_row_put_int (&row, tsr_partial_label (partial));
  tsr_row_put_int (&row, tsr_partial_channel (partial));
  tsr_row_put_int (&row, tsr_partial_codec_version (partial));
  tsr_row_put_int (&row, (gint64)tsr_partial_n_breakpoints (partial));
  tsr_row_put_real (&row, s->start_s);
  tsr_row_put_real (&row, s->end_s);
  tsr_row_put_real (&row, s->low_hz);
  tsr_row_put_real (&row, s->high_hz);
  for (int i = 0; i < TSR_N_PARTIAL_COLUMNS; i++)
    tsr_row_put_blob (&row, columns[i].bytes, columns[i].n_bytes);
  return tsr_row_finish (&row, NULL, error);
}

gboolean
tsr_step_write_partials (TsrProjectFile *file,
                         gint64          sound_id,
                         TsrStep        *step,
                         gsize           first,
                         gsize           end,
                         GError        **error)
{
  const TsrStepFields *f = tsr_step_fields (step);
  g_autoptr (GByteArray) buffer = g_byte_array_new ();

  for (gsize i = first; i < end; i++)
    if (!write_partial (file, sound_id, f->id, f->added[i], buffer, error))
      return FALSE;
  return TRUE;
}

gboolean
tsr_step_write_all (TsrProjectFile *file, gint64 sound_id, TsrStep *step, GError **error)
{
  return tsr_step_write_head (file, sound_id, step, error) &&
         tsr_step_write_partials (
             file, sound_id, step, 0, tsr_step_fields (step)->n_added, error);
}

gboolean
tsr_step_write_analysis (TsrProjectFile          *file,
                         gint64                   step_id,
                         const TsrAnalysisRecord *analysis,
                         GError                 **error)
{
  const TsrAnalysisParams *p = &analysis->params;
  TsrRow                   row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_ANALYSIS, step_id);
  tsr_row_put_real (&row, p->spacing_hz);
  tsr_row_put_real (&row, p->floor_db);
  tsr_row_put_real (&row, p->low_hz);
  tsr_row_put_real (&row, p->high_hz);
  tsr_row_put_real (&row, p->start_s);
  tsr_row_put_real (&row, p->end_s);
  tsr_row_put_int (&row, p->noisiness);
  tsr_row_put_int (&row, p->noise);
  tsr_row_put_real (&row, analysis->spacing.spacing_hz);
  tsr_row_put_real (&row, analysis->spacing.fundamental_hz);
  tsr_row_put_int (&row, analysis->spacing.reason);
  tsr_row_put_real_or_null (&row, isfinite (analysis->snr_db) ? analysis->snr_db : NAN);
  tsr_row_put_real (&row, analysis->analysis_s);
  return tsr_row_finish (&row, NULL, error);
}
