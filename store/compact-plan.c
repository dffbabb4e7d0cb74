/* SPDX-License-Identifier: GPL-3.0-or-later
 * Planning a compaction.
 */
#include "store/compact-plan.h"

#include "store/project-write.h"

#define ROW_BYTES 120
#define BREAKPOINT_BYTES 48

typedef struct {
  gint64   id, sound_id;
  GArray  *added;    /* rows of `partial` */
  GArray  *removals; /* pairs: row of `removal`, row of `partial` */
  gboolean is_kept, is_analysis;
} Step;

typedef struct {
  gint64   id, source_id, step_id;
  gboolean removed;
} Sound;

typedef struct {
  TsrProjectFile *file;
  TsrCompactPlan *plan;
  GHashTable     *steps;   /* id -> Step */
  GHashTable     *step_of; /* row of `partial` -> step id, as it will be */
  GHashTable     *kept_sources;
  GHashTable     *with_saved; /* ids of sounds with saved selections */
  GArray         *sounds;     /* of Sound */
} Planner;

static void
append (GArray *array, gint64 row_id, gint64 value)
{
  TsrCompactChange change = {row_id, value};

  g_array_append_val (array, change);
}

static void
drop (Planner *self, TsrTable table, gint64 id)
{
  g_array_append_val (self->plan->delete_ids[table], id);
  self->plan->n_bytes += ROW_BYTES;
}

static Step *
find_step (Planner *self, gint64 id)
{
  return g_hash_table_lookup (self->steps, &id);
}

/* ---- reading ---- */

static void
step_free (gpointer data)
{
  Step *step = data;

  g_array_unref (step->added);
  g_array_unref (step->removals);
  g_free (step);
}

/* Calls `take` for each row of a query. */
static gboolean
foreach_row (Planner    *self,
             const char *sql,
             void (*take) (Planner *self, TsrStatement *row),
             GError **error)
{
  TsrStatement *statement = tsr_db_prepare (self->file->db, sql, error);
  TsrStepResult result;

  if (statement == NULL)
    return FALSE;
  while ((result = tsr_statement_step (statement, error)) == TSR_STEP_ROW)
    take (self, statement);
  tsr_statement_reset (statement);
  return result == TSR_STEP_DONE;
}

static void
take_sound (Planner *self, TsrStatement *row)
{
  Sound sound = {tsr_statement_int (row, 0),
                 tsr_statement_int (row, 1),
                 tsr_statement_int (row, 2),
                 tsr_statement_int (row, 3) != 0};

  g_array_append_val (self->sounds, sound);
}

static void
take_step (Planner *self, TsrStatement *row)
{
  Step *step = g_new0 (Step, 1);

  step->id = tsr_statement_int (row, 0);
  step->sound_id = tsr_statement_int (row, 1);
  step->is_analysis = tsr_statement_int (row, 2) != 0;
  step->added = g_array_new (FALSE, FALSE, sizeof (gint64));
  step->removals = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  g_hash_table_insert (self->steps, &step->id, step);
}

static void
take_partial (Planner *self, TsrStatement *row)
{
  gint64 row_id = tsr_statement_int (row, 0);
  Step  *step = find_step (self, tsr_statement_int (row, 1));

  if (step == NULL)
    return;
  g_array_append_val (step->added, row_id);
  g_hash_table_insert (
      self->step_of, g_memdup2 (&row_id, sizeof row_id), (gpointer)(gintptr)step->id);
}

static void
take_removal (Planner *self, TsrStatement *row)
{
  Step *step = find_step (self, tsr_statement_int (row, 1));

  if (step != NULL)
    append (step->removals, tsr_statement_int (row, 0), tsr_statement_int (row, 2));
}

static void
take_with_saved (Planner *self, TsrStatement *row)
{
  gint64 sound_id = tsr_statement_int (row, 0);

  g_hash_table_add (self->with_saved, g_memdup2 (&sound_id, sizeof sound_id));
}

static gboolean
read_all (Planner *self, GError **error)
{
  return foreach_row (self,
                      "SELECT id, source_id, step_id, removed FROM sound",
                      take_sound,
                      error) &&
         foreach_row (self,
                      "SELECT step.id, step.sound_id, analysis.id IS NOT NULL "
                      "FROM step LEFT JOIN analysis USING (id)",
                      take_step,
                      error) &&
         foreach_row (
             self, "SELECT id, step_id FROM partial ORDER BY id", take_partial, error) &&
         foreach_row (self,
                      "SELECT id, step_id, partial_row FROM removal ORDER BY id",
                      take_removal,
                      error) &&
         foreach_row (
             self, "SELECT DISTINCT sound_id FROM selection", take_with_saved, error);
}

/* ---- one sound ---- */

/* The ids of its steps from the first over the present one to where redo would end. */
static GArray *
dup_line (Planner *self, gint64 current_id, guint *current)
{
  GArray  *line = g_array_new (FALSE, FALSE, sizeof (gint64));
  TsrNode *node = g_hash_table_lookup (self->file->nodes, &current_id);

  for (; node != NULL; node = g_hash_table_lookup (self->file->nodes, &node->parent_id))
    g_array_prepend_val (line, node->id);
  *current = line->len > 0 ? line->len - 1 : 0;
  node = g_hash_table_lookup (self->file->nodes, &current_id);
  while (node != NULL &&
         (node = g_hash_table_lookup (self->file->nodes, &node->redo_id)) != NULL)
    g_array_append_val (line, node->id);
  return line;
}

static Step *
step_at (Planner *self, GArray *line, guint i)
{
  return find_step (self, g_array_index (line, gint64, i));
}

/* Rows of `partial` that are alive after line[last]. */
static GHashTable *
dup_live (Planner *self, GArray *line, guint last)
{
  GHashTable *live = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i <= last; i++) {
    Step *step = step_at (self, line, i);
    for (guint k = 0; k < step->removals->len; k++)
      g_hash_table_remove (live,
                           &g_array_index (step->removals, TsrCompactChange, k).value);
    for (guint k = 0; k < step->added->len; k++)
      g_hash_table_add (live, &g_array_index (step->added, gint64, k));
  }
  return live;
}

/* Makes `step` follow `base` (NULL: nothing): what is alive in `live` and not in `base`
 * becomes its own, what is the other way round is removed by it. */
static void
rebase (Planner *self, Step *step, GHashTable *base, GHashTable *live)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, live);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    gint64 row_id = *(gint64 *)key;
    if (base != NULL && g_hash_table_contains (base, key))
      continue;
    if ((gintptr)g_hash_table_lookup (self->step_of, key) == step->id)
      continue;
    append (self->plan->moves, row_id, step->id);
    g_hash_table_insert (
        self->step_of, g_memdup2 (&row_id, sizeof row_id), (gpointer)(gintptr)step->id);
  }
  for (guint k = 0; k < step->removals->len; k++) {
    TsrCompactChange *removal = &g_array_index (step->removals, TsrCompactChange, k);
    if (base != NULL && g_hash_table_contains (base, &removal->value))
      g_hash_table_add (told, &removal->value);
    else
      drop (self, TSR_TABLE_REMOVAL, removal->row_id);
  }
  if (base == NULL)
    return;
  g_hash_table_iter_init (&iter, base);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (live, key) && !g_hash_table_contains (told, key))
      append (self->plan->removals, step->id, *(gint64 *)key);
}

/* Where the branch of a step leaves the line, counted from 1; 0: it does not. */
static guint
leaves_at (Planner *self, gint64 step_id, GHashTable *places)
{
  TsrNode *node = g_hash_table_lookup (self->file->nodes, &step_id);
  guint    place = 0;

  while (node != NULL && place == 0) {
    place = GPOINTER_TO_UINT (g_hash_table_lookup (places, &node->parent_id));
    node = g_hash_table_lookup (self->file->nodes, &node->parent_id);
  }
  return place;
}

static int
compare_branches (gconstpointer a, gconstpointer b)
{
  const TsrCompactChange *x = a, *y = b;

  return x->row_id != y->row_id ? (x->row_id > y->row_id) - (x->row_id < y->row_id)
                                : (x->value < y->value) - (x->value > y->value);
}

/* Steps that will be dropped with their branches, later ones first: where in the line
 * their branch leaves it, and their id. None where no selection is saved that may be of
 * them. */
static GArray *
dup_branches (Planner *self, const Sound *sound, const GArray *line)
{
  GArray *branches = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  g_autoptr (GHashTable) places = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer       value;

  if (!g_hash_table_contains (self->with_saved, &sound->id))
    return branches;
  for (guint i = 0; i < line->len; i++)
    g_hash_table_insert (
        places, &g_array_index (line, gint64, i), GUINT_TO_POINTER (i + 1));
  g_hash_table_iter_init (&iter, self->steps);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Step *step = value;
    if (step->sound_id != sound->id || g_hash_table_contains (places, &step->id))
      continue;
    guint place = leaves_at (self, step->id, places);
    if (place > 0)
      append (branches, place - 1, step->id);
  }
  g_array_sort (branches, compare_branches);
  return branches;
}

/* What the steps line[begin..end] made of which partials is told by the last one; and
 * what branches off them were made of, so that selections saved there are followed. */
static void
gather_descents (
    Planner *self, const GArray *line, const GArray *branches, guint begin, guint end)
{
  GArray *descents = self->plan->descents;
  gint64  last_id = g_array_index (line, gint64, end);
  guint   before = descents->len, k = 0;

  while (k < branches->len &&
         g_array_index (branches, TsrCompactChange, k).row_id < begin)
    k++;
  for (guint i = begin; i <= end; i++) {
    append (descents, last_id, g_array_index (line, gint64, i));
    for (; k < branches->len; k++) {
      const TsrCompactChange *branch = &g_array_index (branches, TsrCompactChange, k);
      if (branch->row_id != i)
        break;
      append (descents, last_id, -branch->value);
    }
  }
  if (descents->len == before + 1) /* it tells that already */
    g_array_set_size (descents, before);
}

static void
plan_line (
    Planner *self, GArray *line, const GArray *branches, guint current, guint keep_steps)
{
  guint keep = CLAMP (keep_steps, 1, line->len);
  guint first = MIN (current, line->len - keep), anchor = first;

  for (guint i = 0; i <= first; i++)
    if (step_at (self, line, i)->is_analysis)
      anchor = i;
  for (guint i = anchor; i < line->len; i++)
    if (i == anchor || i >= first)
      step_at (self, line, i)->is_kept = TRUE;
  g_autoptr (GHashTable) base = dup_live (self, line, anchor);
  if (anchor > 0) {
    rebase (self, step_at (self, line, anchor), NULL, base);
    append (self->plan->parents, g_array_index (line, gint64, anchor), 0);
  }
  if (first > anchor + 1) {
    g_autoptr (GHashTable) live = dup_live (self, line, first);
    rebase (self, step_at (self, line, first), base, live);
    append (self->plan->parents,
            g_array_index (line, gint64, first),
            g_array_index (line, gint64, anchor));
    append (self->plan->redos,
            g_array_index (line, gint64, anchor),
            g_array_index (line, gint64, first));
  }
  gather_descents (self, line, branches, 0, anchor);
  if (first > anchor)
    gather_descents (self, line, branches, anchor + 1, first);
  for (guint i = first + 1; i < line->len; i++)
    gather_descents (self, line, branches, i, i);
}

static void
plan_sound (Planner *self, const Sound *sound, guint keep_steps)
{
  guint current = 0;

  if (sound->removed) {
    drop (self, TSR_TABLE_SOUND, sound->id);
    self->plan->n_sounds++;
    return;
  }
  if (sound->source_id != 0)
    g_hash_table_add (self->kept_sources, (gpointer)&sound->source_id);
  g_autoptr (GArray) line = dup_line (self, sound->step_id, &current);
  g_autoptr (GArray) branches = dup_branches (self, sound, line);
  if (line->len > 0)
    plan_line (self, line, branches, current, keep_steps);
}

/* ---- the rest ---- */

static void
plan_steps (Planner *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->steps);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Step *step = value;
    if (step->is_kept)
      continue;
    drop (self, TSR_TABLE_STEP, step->id);
    self->plan->n_steps++;
    if (step->is_analysis)
      drop (self, TSR_TABLE_ANALYSIS, step->id);
    for (guint k = 0; k < step->removals->len; k++)
      drop (self,
            TSR_TABLE_REMOVAL,
            g_array_index (step->removals, TsrCompactChange, k).row_id);
  }
}

static void
take_dropped_partial (Planner *self, TsrStatement *row)
{
  gint64 row_id = tsr_statement_int (row, 0);
  Step  *step = find_step (self, (gintptr)g_hash_table_lookup (self->step_of, &row_id));

  if (step != NULL && step->is_kept)
    return;
  drop (self, TSR_TABLE_PARTIAL, row_id);
  self->plan->n_bytes += BREAKPOINT_BYTES * (guint64)tsr_statement_int (row, 1);
}

static void
take_dropped_redo (Planner *self, TsrStatement *row)
{
  Step *step = find_step (self, tsr_statement_int (row, 0));

  if (step == NULL || !step->is_kept)
    drop (self, TSR_TABLE_REDO, tsr_statement_int (row, 0));
}

static void
take_dropped_marker (Planner *self, TsrStatement *row)
{
  drop (self, TSR_TABLE_MARKER, tsr_statement_int (row, 0));
}

static void
take_dropped_selection (Planner *self, TsrStatement *row)
{
  drop (self, TSR_TABLE_SELECTION, tsr_statement_int (row, 0));
}

static void
take_dropped_descent (Planner *self, TsrStatement *row)
{
  Step *step = find_step (self, tsr_statement_int (row, 0));

  if (step == NULL || !step->is_kept)
    drop (self, TSR_TABLE_DESCENT, tsr_statement_int (row, 0));
}

static gboolean
is_dropped_source (Planner *self, gint64 source_id)
{
  return !g_hash_table_contains (self->kept_sources, &source_id) &&
         !g_hash_table_contains (self->file->staged_sources, &source_id);
}

static void
take_dropped_source (Planner *self, TsrStatement *row)
{
  if (!is_dropped_source (self, tsr_statement_int (row, 0)))
    return;
  drop (self, TSR_TABLE_SOURCE, tsr_statement_int (row, 0));
  self->plan->n_sources++;
}

static void
take_dropped_chunk (Planner *self, TsrStatement *row)
{
  if (!is_dropped_source (self, tsr_statement_int (row, 1)))
    return;
  drop (self, TSR_TABLE_CHUNK, tsr_statement_int (row, 0));
  self->plan->n_bytes += (guint64)tsr_statement_int (row, 2);
}

static gboolean
plan_rows (Planner *self, GError **error)
{
  return foreach_row (self, "SELECT id, n FROM partial", take_dropped_partial, error) &&
         foreach_row (self, "SELECT id FROM redo", take_dropped_redo, error) &&
         foreach_row (self,
                      "SELECT marker.id FROM marker JOIN sound ON sound.id = "
                      "marker.sound_id WHERE sound.removed",
                      take_dropped_marker,
                      error) &&
         foreach_row (self,
                      "SELECT selection.id FROM selection JOIN sound ON sound.id = "
                      "selection.sound_id WHERE sound.removed",
                      take_dropped_selection,
                      error) &&
         foreach_row (self, "SELECT id FROM descent", take_dropped_descent, error) &&
         foreach_row (self, "SELECT id FROM source", take_dropped_source, error) &&
         foreach_row (self,
                      "SELECT id, source_id, length (bytes) FROM chunk",
                      take_dropped_chunk,
                      error);
}

static TsrCompactPlan *
plan_new (void)
{
  TsrCompactPlan *plan = g_new0 (TsrCompactPlan, 1);

  for (TsrTable table = 0; table < TSR_N_TABLES; table++)
    plan->delete_ids[table] = g_array_new (FALSE, FALSE, sizeof (gint64));
  plan->moves = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  plan->parents = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  plan->redos = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  plan->removals = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  plan->descents = g_array_new (FALSE, FALSE, sizeof (TsrCompactChange));
  return plan;
}

void
tsr_compact_plan_free (TsrCompactPlan *plan)
{
  if (plan == NULL)
    return;
  for (TsrTable table = 0; table < TSR_N_TABLES; table++)
    g_array_unref (plan->delete_ids[table]);
  g_array_unref (plan->moves);
  g_array_unref (plan->parents);
  g_array_unref (plan->redos);
  g_array_unref (plan->removals);
  g_array_unref (plan->descents);
  g_free (plan);
}

TsrCompactPlan *
tsr_compact_plan_new (TsrProjectFile *file, guint keep_steps, GError **error)
{
  Planner self = {
      .file = file,
      .plan = plan_new (),
      .steps = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, step_free),
      .step_of = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
      .kept_sources = g_hash_table_new (g_int64_hash, g_int64_equal),
      .with_saved = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
      .sounds = g_array_new (FALSE, FALSE, sizeof (Sound)),
  };
  gboolean ok = tsr_project_read_nodes (file, error) && read_all (&self, error);

  for (guint i = 0; ok && i < self.sounds->len; i++)
    plan_sound (&self, &g_array_index (self.sounds, Sound, i), keep_steps);
  if (ok) {
    plan_steps (&self);
    ok = plan_rows (&self, error);
  }
  g_hash_table_unref (self.steps);
  g_hash_table_unref (self.step_of);
  g_hash_table_unref (self.kept_sources);
  g_hash_table_unref (self.with_saved);
  g_array_unref (self.sounds);
  if (!ok)
    g_clear_pointer (&self.plan, tsr_compact_plan_free);
  return self.plan;
}
