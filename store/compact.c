/* SPDX-License-Identifier: GPL-3.0-or-later
 * Compaction: one transaction that drops rows, then VACUUM, itself one transaction. A
 * kill leaves the file as it was, or with its free pages not yet given back.
 */
#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "store/compact-plan.h"
#include "store/id-codec.h"
#include "store/project-maintain.h"
#include "store/project-write.h"
#include "store/step-residual.h"

enum { PARTIAL_STEP_COLUMN = 3, STEP_PARENT_COLUMN = 2, REDO_CHILD_COLUMN = 1 };

static gboolean
rewrite_rows (
    TsrRows *rows, TsrTable table, int column, const GArray *changes, GError **error)
{
  for (guint i = 0; i < changes->len; i++) {
    TsrCompactChange change = g_array_index (changes, TsrCompactChange, i);
    if (!tsr_row_copy (
            rows, table, change.row_id, change.row_id, column, change.value, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_removals (TsrRows *rows, const GArray *removals, GError **error)
{
  for (guint i = 0; i < removals->len; i++) {
    TsrCompactChange change = g_array_index (removals, TsrCompactChange, i);
    TsrRow           row;
    tsr_row_begin_insert (&row, rows, TSR_TABLE_REMOVAL, 0);
    tsr_row_put_int (&row, change.row_id);
    tsr_row_put_int (&row, change.value);
    if (!tsr_row_finish (&row, NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* What was made of which, as if time went back. */
static void
turn_round (GArray *descents)
{
  for (guint i = 0; 2 * i < descents->len; i++) {
    TsrDescent *a = &g_array_index (descents, TsrDescent, i);
    TsrDescent *b = &g_array_index (descents, TsrDescent, descents->len - 1 - i);
    TsrDescent  first = {a->from_id, a->id}, last = {b->from_id, b->id};
    *a = last;
    *b = first;
  }
}

/* Appends what a step has, the other way round where its id is told as negative;
 * *is_there: it has a row of its own. */
static gboolean
read_descents (
    TsrRows *rows, gint64 step_id, GArray **all, gboolean *is_there, GError **error)
{
  TsrCursor cursor;
  gsize     n_bytes = 0;

  if (!tsr_cursor_open_id (&cursor, rows, TSR_TABLE_DESCENT, ABS (step_id), error))
    return FALSE;
  TsrStepResult result = tsr_cursor_next (&cursor, error);
  *is_there = result == TSR_STEP_ROW;
  if (result == TSR_STEP_ROW && cursor.is_whole) {
    const void *bytes = tsr_statement_bytes (cursor.statement, 1, &n_bytes);
    GArray     *own = tsr_descents_decode (bytes, n_bytes);
    if (own != NULL && step_id < 0)
      turn_round (own);
    GArray *chain = tsr_descents_chain (*all, own);
    g_clear_pointer (all, g_array_unref);
    g_clear_pointer (&own, g_array_unref);
    *all = chain;
  }
  tsr_cursor_close (&cursor);
  return result != TSR_STEP_ERROR;
}

static gboolean
merge_descents (TsrRows *rows, const GArray *changes, GError **error)
{
  g_autoptr (GArray) all = NULL;
  gboolean ok = TRUE, has_row = FALSE, is_there;

  for (guint i = 0; ok && i < changes->len; i++) {
    TsrCompactChange change = g_array_index (changes, TsrCompactChange, i);
    gboolean         is_last =
        i + 1 == changes->len ||
        g_array_index (changes, TsrCompactChange, i + 1).row_id != change.row_id;
    ok = read_descents (rows, change.value, &all, &is_there, error);
    if (change.value == change.row_id)
      has_row = is_there;
    if (!is_last)
      continue;
    ok = ok &&
         (all == NULL || tsr_descents_write (rows, change.row_id, all, !has_row, error));
    g_clear_pointer (&all, g_array_unref);
  }
  return ok;
}

static gboolean
delete_rows (TsrRows *rows, TsrTable table, const GArray *ids, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    if (!tsr_row_delete (rows, table, g_array_index (ids, gint64, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
check_references (TsrProjectFile *file, GError **error)
{
  g_autoptr (GPtrArray) broken =
      tsr_db_query_texts (file->db, "PRAGMA foreign_key_check", error);

  if (broken == NULL)
    return FALSE;
  if (broken->len == 0)
    return TRUE;
  g_set_error (error,
               TSR_STORE_ERROR,
               TSR_STORE_ERROR_DAMAGED,
               _ ("%s: rows of “%s” refer to some that are missing; salvage the project"),
               file->path,
               (char *)g_ptr_array_index (broken, 0));
  return FALSE;
}

/* Steps that get another parent tell of the residual what its old one told. */
static gboolean
detach_residuals (TsrProjectFile *file, const GArray *parents, GError **error)
{
  for (guint i = 0; i < parents->len; i++)
    if (!tsr_step_make_residual_whole (
            file, g_array_index (parents, TsrCompactChange, i).row_id, error))
      return FALSE;
  return TRUE;
}

static gboolean
carry_out (TsrProjectFile *file, gpointer data, GError **error)
{
  TsrCompactPlan *plan = data;
  TsrRows        *rows = file->rows;

  if (!rewrite_rows (rows, TSR_TABLE_PARTIAL, PARTIAL_STEP_COLUMN, plan->moves, error) ||
      !detach_residuals (file, plan->parents, error) ||
      !rewrite_rows (rows, TSR_TABLE_STEP, STEP_PARENT_COLUMN, plan->parents, error) ||
      !rewrite_rows (rows, TSR_TABLE_REDO, REDO_CHILD_COLUMN, plan->redos, error) ||
      !add_removals (rows, plan->removals, error) ||
      !merge_descents (rows, plan->descents, error))
    return FALSE;
  for (TsrTable table = 0; table < TSR_N_TABLES; table++)
    if (!delete_rows (rows, table, plan->delete_ids[table], error))
      return FALSE;
  return check_references (file, error);
}

static guint64
file_bytes (TsrProjectFile *file)
{
  struct stat status;

  return stat (file->real_path, &status) == 0 ? (guint64)status.st_size : 0;
}

static gboolean
drop_rows (TsrProjectFile *file, TsrCompactPlan *plan, const TsrJob *job, GError **error)
{
  if (tsr_job_cancelled (job)) {
    tsr_db_set_cancelled (error);
    return FALSE;
  }
  /* The references are checked at the end, all at once. */
  if (!tsr_db_execute (file->db, "PRAGMA foreign_keys = OFF", error))
    return FALSE;
  gboolean ok = tsr_project_file_transact (file, carry_out, plan, error);
  g_clear_pointer (&file->nodes, g_hash_table_unref);
  tsr_db_set_job (file->db, NULL); /* a cancel must not leave the keys unchecked */
  gboolean on = tsr_db_execute (file->db, "PRAGMA foreign_keys = ON", ok ? error : NULL);
  tsr_db_set_job (file->db, ok ? job : NULL);
  return on && ok;
}

/* Where there is no room for it, or it was cancelled, the pages that became free are used
 * by the next edits. The rows are gone: that is not "cancelled". */
static gboolean
give_space_back (TsrProjectFile *file, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (tsr_db_vacuum (file->db, NULL, &problem) ||
      g_error_matches (problem, TSR_STORE_ERROR, TSR_STORE_ERROR_FULL) ||
      g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Shares of the progress: the plan, its rows, and the second half of the VACUUM, which
 * the journal shows. */
#define PLAN_PART 0.1
#define ROWS_PART 0.4
#define PAGES_PART 0.7

/* The rows are gone; what comes may still be left out. FALSE: it has to be. */
static gboolean
tell (TsrProjectFile *file, const TsrJob *job)
{
  g_autofree char *journal = g_strconcat (file->real_path, "-journal", NULL);
  TsrWatch        *watch = tsr_db_watch (file->db);
  gint64           n_pages = 0, n_free = 0, page_bytes = 0;

  tsr_job_progress (job, ROWS_PART);
  if (!tsr_db_query_int (file->db, "PRAGMA freelist_count", &n_free, NULL) ||
      !tsr_db_query_int (file->db, "PRAGMA page_count", &n_pages, NULL) ||
      !tsr_db_query_int (file->db, "PRAGMA page_size", &page_bytes, NULL))
    return FALSE;
  if (watch != NULL)
    tsr_watch_file (
        watch, journal, (guint64)((n_pages - n_free) * page_bytes), PAGES_PART, 1);
  return TRUE;
}

gboolean
tsr_project_compact (TsrProjectFile   *file,
                     guint             keep_steps,
                     gboolean          dry_run,
                     const TsrJob     *job,
                     TsrCompactReport *report,
                     GError          **error)
{
  gint64 n_free = 0, page_bytes = 0;

  if (!dry_run && !tsr_project_clean (file, error))
    return FALSE;
  TsrCompactPlan *plan = tsr_compact_plan_new (file, keep_steps, error);
  if (plan == NULL)
    return FALSE;
  tsr_job_progress (job, dry_run ? 1 : PLAN_PART);
  *report = (TsrCompactReport){.n_steps_dropped = plan->n_steps,
                               .n_sounds_dropped = plan->n_sounds,
                               .n_sources_dropped = plan->n_sources,
                               .bytes_before = file_bytes (file)};
  gboolean ok = tsr_db_query_int (file->db, "PRAGMA freelist_count", &n_free, error) &&
                tsr_db_query_int (file->db, "PRAGMA page_size", &page_bytes, error) &&
                (dry_run || (drop_rows (file, plan, job, error) &&
                             (!tell (file, job) || give_space_back (file, error))));
  guint64 n_spared =
      MIN (plan->n_bytes + (guint64)(n_free * page_bytes), report->bytes_before);
  report->bytes_after = dry_run ? report->bytes_before - n_spared : file_bytes (file);
  tsr_compact_plan_free (plan);
  return ok;
}
