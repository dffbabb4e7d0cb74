/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writing edits.
 */
#include "store/project-write.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "store/id-codec.h"
#include "store/step-write.h"
#include "store/store.h"

/* A step with more breakpoints than this is staged, in transactions of as many. */
#define BATCH_BREAKPOINTS 160000

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_WRITE,
               _ ("the edit does not fit the file: %s"),
               why);
  return FALSE;
}

/* ---- rows of sounds ---- */

typedef struct {
  gint64 id;
  char  *name;
  gint64 source_id;
  gint64 removed;
  gint64 step_id;
} SoundRow;

static void
sound_row_clear (SoundRow *row)
{
  g_clear_pointer (&row->name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SoundRow, sound_row_clear)

static gboolean
read_sound (TsrProjectFile *file, gint64 id, SoundRow *row, GError **error)
{
  TsrCursor cursor;

  if (!tsr_cursor_open_id (&cursor, file->rows, TSR_TABLE_SOUND, id, error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  if (result == TSR_STEP_ROW)
    *row = (SoundRow){.id = id,
                      .name = tsr_cursor_dup_label (&cursor, 1),
                      .source_id = tsr_cursor_int (&cursor, 2),
                      .removed = tsr_cursor_int (&cursor, 3),
                      .step_id = tsr_cursor_int (&cursor, 4)};
  tsr_cursor_close (&cursor);
  if (result == TSR_STEP_DONE)
    return refuse (error, _ ("it has no such sound"));
  return result == TSR_STEP_ROW;
}

static gboolean
put_sound (TsrProjectFile *file, const SoundRow *row, gboolean is_new, GError **error)
{
  TsrRow out;

  if (is_new)
    tsr_row_begin_insert (&out, file->rows, TSR_TABLE_SOUND, row->id);
  else
    tsr_row_begin_update (&out, file->rows, TSR_TABLE_SOUND, row->id);
  tsr_row_put_text (&out, row->name);
  tsr_row_put_id (&out, row->source_id);
  tsr_row_put_int (&out, row->removed);
  tsr_row_put_id (&out, row->step_id);
  return tsr_row_finish (&out, NULL, error);
}

static gboolean
set_current_step (TsrProjectFile *file, gint64 sound_id, gint64 step_id, GError **error)
{
  g_auto (SoundRow) sound = {0};

  if (!read_sound (file, sound_id, &sound, error) ||
      !tsr_step_visit (file, sound.step_id, step_id, error))
    return FALSE;
  sound.step_id = step_id;
  return put_sound (file, &sound, FALSE, error);
}

/* ---- staging ---- */

static gboolean
find_id (TsrProjectFile *file, const char *sql, gint64 value, gint64 *id, GError **error)
{
  TsrStatement *statement = tsr_db_prepare (file->db, sql, error);

  if (statement == NULL)
    return FALSE;
  tsr_statement_bind_int (statement, 1, value);
  TsrStepResult result = tsr_statement_step (statement, error);
  *id = result == TSR_STEP_ROW ? tsr_statement_int (statement, 0) : 0;
  tsr_statement_reset (statement);
  return result != TSR_STEP_ERROR;
}

static gboolean
unstage (TsrProjectFile *file, const char *sql, gint64 value, GError **error)
{
  gint64 id = 0;

  return find_id (file, sql, value, &id, error) &&
         (id == 0 || tsr_row_delete (file->rows, TSR_TABLE_STAGING, id, error));
}

static gboolean
stage_step (TsrProjectFile *file, gint64 step_id, GError **error)
{
  TsrRow row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_STAGING, 0);
  tsr_row_put_null (&row);
  tsr_row_put_int (&row, step_id);
  return tsr_row_finish (&row, NULL, error);
}

/* The source has to be in the file already; from now on it counts. */
static gboolean
adopt_source (TsrProjectFile *file, TsrSource *source, GError **error)
{
  gint64 id = tsr_source_get_id (source), found = 0;

  if (!find_id (file, "SELECT id FROM source WHERE id = ?1", id, &found, error))
    return FALSE;
  if (found == 0)
    return refuse (error, _ ("the audio of its source was not written before it"));
  return unstage (file, "SELECT id FROM staging WHERE source_id = ?1", id, error);
}

static gboolean
delete_where (
    TsrProjectFile *file, TsrTable table, const char *where, gint64 value, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *sql = g_strdup_printf (
      "SELECT id FROM %s WHERE %s", tsr_table_shape (table)->name, where);
  TsrStatement *statement = tsr_db_prepare (file->db, sql, error);
  TsrStepResult result;

  if (statement == NULL)
    return FALSE;
  tsr_statement_bind_int (statement, 1, value);
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW) {
    gint64 id = tsr_statement_int (statement, 0);
    g_array_append_val (ids, id);
  }
  tsr_statement_reset (statement);
  for (guint i = 0; result == TSR_STEP_DONE && i < ids->len; i++)
    if (!tsr_row_delete (file->rows, table, g_array_index (ids, gint64, i), error))
      return FALSE;
  return result == TSR_STEP_DONE;
}

static gboolean
drop_step (TsrProjectFile *file, gint64 step_id, GError **error)
{
  gint64 sound_id = 0;

  return find_id (file,
                  "SELECT sound_id FROM step WHERE id = ?1",
                  step_id,
                  &sound_id,
                  error) &&
         delete_where (file, TSR_TABLE_STAGING, "step_id = ?1", step_id, error) &&
         delete_where (file, TSR_TABLE_REMOVAL, "step_id = ?1", step_id, error) &&
         delete_where (file, TSR_TABLE_DESCENT, "id = ?1", step_id, error) &&
         delete_where (file, TSR_TABLE_PARTIAL, "step_id = ?1", step_id, error) &&
         delete_where (file, TSR_TABLE_STEP, "id = ?1", step_id, error) &&
         delete_where (
             file, TSR_TABLE_SOUND, "id = ?1 AND step_id IS NULL", sound_id, error);
}

static gboolean
drop_source (TsrProjectFile *file, gint64 source_id, GError **error)
{
  return delete_where (file, TSR_TABLE_STAGING, "source_id = ?1", source_id, error) &&
         delete_where (file, TSR_TABLE_CHUNK, "source_id = ?1", source_id, error) &&
         delete_where (file, TSR_TABLE_SOURCE, "id = ?1", source_id, error);
}

typedef struct {
  GArray *source_ids, *step_ids;
} Orphans;

static gboolean
find_orphans (TsrProjectFile *file, Orphans *orphans, GError **error)
{
  TsrCursor     cursor;
  TsrStepResult result;

  if (!tsr_cursor_open (&cursor, file->rows, TSR_TABLE_STAGING, error))
    return FALSE;
  while ((result = tsr_cursor_next (&cursor, error)) == TSR_STEP_ROW) {
    gint64 source_id = tsr_cursor_int (&cursor, 1);
    gint64 step_id = tsr_cursor_int (&cursor, 2);
    if (step_id != 0)
      g_array_append_val (orphans->step_ids, step_id);
    else if (!g_hash_table_contains (file->staged_sources, &source_id))
      g_array_append_val (orphans->source_ids, source_id);
  }
  tsr_cursor_close (&cursor);
  return result == TSR_STEP_DONE;
}

static gboolean
drop_orphans (TsrProjectFile *file, gpointer data, GError **error)
{
  Orphans *orphans = data;

  for (guint i = 0; i < orphans->step_ids->len; i++)
    if (!drop_step (file, g_array_index (orphans->step_ids, gint64, i), error))
      return FALSE;
  for (guint i = 0; i < orphans->source_ids->len; i++)
    if (!drop_source (file, g_array_index (orphans->source_ids, gint64, i), error))
      return FALSE;
  return TRUE;
}

gboolean
tsr_project_clean (TsrProjectFile *file, GError **error)
{
  Orphans  orphans;
  gboolean ok = TRUE;

  if (file->is_clean)
    return TRUE;
  if (tsr_rows_ledger (file->rows)->tables[TSR_TABLE_STAGING].n_rows > 0) {
    orphans.source_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
    orphans.step_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
    ok = find_orphans (file, &orphans, error);
    if (ok && orphans.source_ids->len + orphans.step_ids->len > 0)
      ok = tsr_project_file_transact (file, drop_orphans, &orphans, error);
    g_array_unref (orphans.source_ids);
    g_array_unref (orphans.step_ids);
    g_clear_pointer (&file->nodes, g_hash_table_unref);
  }
  file->is_clean = ok;
  return ok;
}

/* ---- one edit ---- */

static gboolean
add_sound (TsrProjectFile *file, const TsrEditFields *f, gboolean staged, GError **error)
{
  SoundRow sound = {
      .id = f->sound_id,
      .name = (char *)f->name,
      .source_id = f->source != NULL ? tsr_source_get_id (f->source) : 0,
  };

  if (f->source != NULL && !adopt_source (file, f->source, error))
    return FALSE;
  if (!staged && (!put_sound (file, &sound, TRUE, error) ||
                  !tsr_step_write_all (file, f->sound_id, f->step, error)))
    return FALSE;
  sound.step_id = tsr_step_fields (f->step)->id;
  return put_sound (file, &sound, FALSE, error);
}

static gboolean
add_step (TsrProjectFile *file, const TsrEditFields *f, gboolean staged, GError **error)
{
  const TsrStepFields *step = tsr_step_fields (f->step);

  if (!staged && !tsr_step_write_all (file, f->sound_id, f->step, error))
    return FALSE;
  return set_current_step (file, f->sound_id, step->id, error);
}

static gboolean
publish_step (TsrProjectFile      *file,
              const TsrEditFields *f,
              gboolean             staged,
              GError             **error)
{
  gint64 step_id = tsr_step_fields (f->step)->id;

  if (staged &&
      !unstage (file, "SELECT id FROM staging WHERE step_id = ?1", step_id, error))
    return FALSE;
  if (f->kind == TSR_EDIT_ADD_SOUND ? !add_sound (file, f, staged, error)
                                    : !add_step (file, f, staged, error))
    return FALSE;
  return f->analysis == NULL ||
         tsr_step_write_analysis (file, step_id, f->analysis, error);
}

static gboolean
set_markers (TsrProjectFile *file, const TsrEditFields *f, GError **error)
{
  if (!delete_where (file, TSR_TABLE_MARKER, "sound_id = ?1", f->sound_id, error))
    return FALSE;
  for (gsize i = 0; i < f->n_markers; i++) {
    TsrRow row;
    tsr_row_begin_insert (&row, file->rows, TSR_TABLE_MARKER, 0);
    tsr_row_put_int (&row, f->sound_id);
    tsr_row_put_int (&row, f->markers[i].id);
    tsr_row_put_real (&row, f->markers[i].time_s);
    tsr_row_put_text (&row, f->markers[i].name);
    if (!tsr_row_finish (&row, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
put_border (TsrRow *row, double border)
{
  tsr_row_put_real_or_null (row, isfinite (border) ? border : NAN);
}

static gboolean
write_saved_selection (TsrProjectFile          *file,
                       gint64                   sound_id,
                       const TsrSavedSelection *saved,
                       GError                 **error)
{
  const TsrRegion  nowhere = {NAN, NAN, NAN, NAN};
  const TsrRegion *region = tsr_selection_region (saved->kept);
  const TsrRegion *borders = region != NULL ? region : &nowhere;
  g_autoptr (GByteArray) bytes =
      tsr_ids_encode (tsr_selection_ids (saved->kept), tsr_selection_size (saved->kept));
  TsrRow row;

  tsr_row_begin_insert (&row, file->rows, TSR_TABLE_SELECTION, 0);
  tsr_row_put_int (&row, sound_id);
  tsr_row_put_int (&row, saved->id);
  tsr_row_put_text (&row, saved->name);
  tsr_row_put_int (&row, region != NULL);
  put_border (&row, borders->start_s);
  put_border (&row, borders->end_s);
  put_border (&row, borders->low_hz);
  put_border (&row, borders->high_hz);
  tsr_row_put_blob (&row, bytes->data, bytes->len);
  return tsr_row_finish (&row, NULL, error);
}

static gboolean
set_saved_selections (TsrProjectFile *file, const TsrEditFields *f, GError **error)
{
  if (!delete_where (file, TSR_TABLE_SELECTION, "sound_id = ?1", f->sound_id, error))
    return FALSE;
  for (gsize i = 0; i < f->n_saved; i++)
    if (!write_saved_selection (file, f->sound_id, &f->saved[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
change_sound (TsrProjectFile *file, const TsrEditFields *f, GError **error)
{
  g_auto (SoundRow) sound = {0};

  if (!read_sound (file, f->sound_id, &sound, error))
    return FALSE;
  switch (f->kind) {
  case TSR_EDIT_REMOVE_SOUND:
  case TSR_EDIT_RESTORE_SOUND:
    sound.removed = f->kind == TSR_EDIT_REMOVE_SOUND;
    break;
  case TSR_EDIT_RENAME_SOUND:
    g_free (sound.name);
    sound.name = g_strdup (f->name);
    break;
  case TSR_EDIT_GO_TO_STEP:
    if (!tsr_step_visit (file, sound.step_id, f->step_id, error))
      return FALSE;
    sound.step_id = f->step_id;
    break;
  default:
    return refuse (error, _ ("it is of an unknown kind"));
  }
  return put_sound (file, &sound, FALSE, error);
}

static gboolean
write_edit (TsrProjectFile *file, TsrEdit *edit, gboolean staged, GError **error)
{
  const TsrEditFields *f = tsr_edit_fields (edit);

  switch (f->kind) {
  case TSR_EDIT_ADD_SOUND:
  case TSR_EDIT_ADD_STEP:
    return publish_step (file, f, staged, error);
  case TSR_EDIT_SET_MARKERS:
    return set_markers (file, f, error);
  case TSR_EDIT_SET_SAVED_SELECTIONS:
    return set_saved_selections (file, f, error);
  default:
    return change_sound (file, f, error);
  }
}

/* ---- edits ---- */

typedef struct {
  TsrEdit *const *edits;
  gsize           n_edits;
  gboolean       *staged; /* an edit each: its step is in the file, unpublished */
} Batch;

static gboolean
write_batch (TsrProjectFile *file, gpointer data, GError **error)
{
  Batch *batch = data;

  for (gsize i = 0; i < batch->n_edits; i++)
    if (!write_edit (file, batch->edits[i], batch->staged[i], error))
      return FALSE;
  return TRUE;
}

typedef struct {
  const TsrEditFields *fields;
  gsize                next; /* first partial that is not written */
} Stage;

static gboolean
write_stage (TsrProjectFile *file, gpointer data, GError **error)
{
  Stage               *stage = data;
  const TsrEditFields *f = stage->fields;
  const TsrStepFields *step = tsr_step_fields (f->step);
  gsize                first = stage->next, end = first, n = 0;

  if (first == 0) {
    SoundRow sound = {.id = f->sound_id, .name = (char *)f->name};
    if ((f->kind == TSR_EDIT_ADD_SOUND && !put_sound (file, &sound, TRUE, error)) ||
        !tsr_step_write_head (file, f->sound_id, f->step, error) ||
        !stage_step (file, step->id, error))
      return FALSE;
  }
  while (end < step->n_added && n < BATCH_BREAKPOINTS)
    n += tsr_partial_n_breakpoints (step->added[end++]);
  return tsr_step_write_partials (file, f->sound_id, f->step, first, end, error);
}

static gsize
end_of_stage (const TsrStepFields *step, gsize first)
{
  gsize n = 0;

  while (first < step->n_added && n < BATCH_BREAKPOINTS)
    n += tsr_partial_n_breakpoints (step->added[first++]);
  return first;
}

/* What was written need not stay in memory. Returns where the partial lies. */
static TsrBreakpointMemory *
discard_other (TsrBreakpointMemory *memory, const TsrPartial *partial)
{
  TsrBreakpointMemory *next = partial != NULL ? tsr_partial_memory (partial) : NULL;

  if (memory != NULL && memory != next && memory->discard != NULL)
    memory->discard (memory);
  return next;
}

static gboolean
write_stages (TsrProjectFile      *file,
              const TsrEditFields *f,
              const TsrJob        *job,
              GError             **error)
{
  const TsrStepFields *step = tsr_step_fields (f->step);
  Stage                stage = {.fields = f};
  TsrBreakpointMemory *memory = NULL;

  while (stage.next < step->n_added) {
    if (!tsr_project_file_transact (file, write_stage, &stage, error))
      return FALSE;
    for (gsize end = end_of_stage (step, stage.next); stage.next < end; stage.next++)
      memory = discard_other (memory, step->added[stage.next]);
    discard_other (memory, NULL);
    tsr_job_progress (job, (double)stage.next / (double)step->n_added);
    if (tsr_job_cancelled (job)) {
      tsr_db_set_cancelled (error);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
is_large (const TsrEditFields *f)
{
  gsize n = 0;

  if (f->kind != TSR_EDIT_ADD_SOUND && f->kind != TSR_EDIT_ADD_STEP)
    return FALSE;
  const TsrStepFields *step = tsr_step_fields (f->step);
  for (gsize i = 0; i < step->n_added && n <= BATCH_BREAKPOINTS; i++)
    n += tsr_partial_n_breakpoints (step->added[i]);
  return n > BATCH_BREAKPOINTS;
}

static gboolean
check_edit (const TsrEditFields *f, GError **error)
{
  if ((f->kind == TSR_EDIT_ADD_SOUND || f->kind == TSR_EDIT_ADD_STEP) && f->step == NULL)
    return refuse (error, _ ("it has no step"));
  return TRUE;
}

gboolean
tsr_project_write (TsrProjectFile *file,
                   TsrEdit *const *edits,
                   gsize           n_edits,
                   const TsrJob   *job,
                   GError        **error)
{
  g_autofree gboolean *staged = g_new0 (gboolean, n_edits);
  Batch                batch = {edits, n_edits, staged};
  gboolean             any = FALSE, ok = tsr_project_clean (file, error);

  for (gsize i = 0; ok && i < n_edits; i++) {
    const TsrEditFields *f = tsr_edit_fields (edits[i]);
    ok = check_edit (f, error);
    /* A step can only be staged where its parent is in the file already. */
    staged[i] = ok && is_large (f) && (f->kind == TSR_EDIT_ADD_SOUND || n_edits == 1);
    any |= staged[i];
    ok = ok && (!staged[i] || write_stages (file, f, job, error));
  }
  ok = ok && tsr_project_file_transact (file, write_batch, &batch, error);
  if (!ok && any) {
    file->is_clean = FALSE;
    tsr_db_set_job (file->db, NULL);
    if (!tsr_db_is_broken (file->db))
      tsr_project_clean (file, NULL);
  }
  return ok;
}
