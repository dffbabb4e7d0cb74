/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tree of steps of one sound.
 */
#include "model/history.h"

#include "model/dsp-types.h"

enum { CHECKPOINT = 64, N_RECENT = 16 };

typedef struct Node Node;
struct Node {
  TsrStep          *step;
  Node             *parent;
  Node             *last_child; /* last visited: where redo goes */
  guint             depth;
  gboolean          has_analysis;
  TsrAnalysisRecord analysis;
  TsrSoundState    *state; /* NULL: not in memory */
};

struct TsrHistory {
  GHashTable    *nodes;   /* step id -> Node */
  GQueue         recent;  /* nodes whose state is kept for now, newest first */
  Node          *current; /* NULL: no step yet */
  TsrSoundState *present; /* of current; NULL until asked for */
  gint64         max_partial_id;
};

static void
node_free (gpointer data)
{
  Node *node = data;

  tsr_step_unref (node->step);
  tsr_sound_state_unref (node->state);
  g_free (node);
}

TsrHistory *
tsr_history_new (void)
{
  TsrHistory *history = g_new0 (TsrHistory, 1);

  history->nodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, node_free);
  g_queue_init (&history->recent);
  return history;
}

void
tsr_history_free (TsrHistory *history)
{
  if (history == NULL)
    return;
  g_queue_clear (&history->recent);
  g_hash_table_unref (history->nodes);
  tsr_sound_state_unref (history->present);
  g_free (history);
}

static Node *
find (const TsrHistory *history, gint64 step_id)
{
  return g_hash_table_lookup (history->nodes, &step_id);
}

/* Redo leads from every ancestor of the present step to it; so only what lies below the
 * nearest common ancestor of the old and the new one has to be told. */
static void
set_current (TsrHistory *history, Node *node)
{
  const Node *old = history->current;

  history->current = node;
  g_clear_pointer (&history->present, tsr_sound_state_unref);
  while (node->parent != NULL && node != old) {
    if (old != NULL && old->depth >= node->depth)
      old = old->parent;
    else {
      node->parent->last_child = node;
      node = node->parent;
    }
  }
}

gboolean
tsr_history_has (const TsrHistory *history, gint64 step_id)
{
  return find (history, step_id) != NULL;
}

/* The difference of several steps as one. Ids that are to go but are not there are passed
 * over: a damaged file may have lost them. */
typedef struct {
  TsrPartialSet *base;
  GHashTable    *removed; /* ids of base (as pointers into steps) */
  GHashTable    *added;   /* id (pointer) -> TsrPartial, borrowed from steps */
} Difference;

static void
difference_add_step (Difference *d, const TsrStepFields *step)
{
  for (gsize i = 0; i < step->n_removed; i++) {
    const gint64 *id = &step->removed_ids[i];
    if (!g_hash_table_remove (d->added, id) &&
        tsr_partial_set_index_of (d->base, *id) >= 0)
      g_hash_table_add (d->removed, (gpointer)id);
  }
  for (gsize i = 0; i < step->n_added; i++) {
    gint64  id = tsr_partial_id (step->added[i]);
    gint64 *key = g_memdup2 (&id, sizeof id);
    g_hash_table_replace (d->added, key, step->added[i]);
  }
}

static TsrPartialSet *
difference_apply (Difference *d)
{
  g_autofree gint64 *removed =
      g_new (gint64, g_hash_table_size (d->removed) + g_hash_table_size (d->added));
  g_autofree TsrPartial **added = g_new (TsrPartial *, g_hash_table_size (d->added));
  gsize                   n_removed = 0, n_added = 0;
  GHashTableIter          iter;
  gpointer                key, value;

  g_hash_table_iter_init (&iter, d->removed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    removed[n_removed++] = *(gint64 *)key;
  g_hash_table_iter_init (&iter, d->added);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    if (tsr_partial_set_index_of (d->base, *(gint64 *)key) >= 0 &&
        !g_hash_table_contains (d->removed, key))
      removed[n_removed++] = *(gint64 *)key;
    added[n_added++] = value;
  }
  return tsr_partial_set_replace (d->base, removed, n_removed, added, n_added);
}

/* Keeps the state of a node in memory: for good at a checkpoint, else for a while. */
static void
remember (TsrHistory *history, Node *node, TsrSoundState *state)
{
  node->state = tsr_sound_state_ref (state);
  if (node->depth % CHECKPOINT == 0)
    return;
  g_queue_push_head (&history->recent, node);
  if (history->recent.length <= N_RECENT)
    return;
  Node *oldest = g_queue_pop_tail (&history->recent);
  g_clear_pointer (&oldest->state, tsr_sound_state_unref);
}

static gboolean
has_own_set (const Node *node)
{
  return node->state != NULL || tsr_step_fields (node->step)->after.partials != NULL;
}

static TsrPartialSet *
own_set (const Node *node)
{
  return node->state != NULL ? tsr_sound_state_fields (node->state)->partials
                             : tsr_step_fields (node->step)->after.partials;
}

static TsrPartialSet *
make_set (Node *node)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new ();
  const TsrStepFields *f = tsr_step_fields (node->step);
  Node                *base = node;

  if (!has_own_set (node) && node->parent == NULL && f->n_removed == 0)
    return tsr_partial_set_new (f->added, f->n_added);
  for (; base != NULL && !has_own_set (base); base = base->parent)
    g_ptr_array_add (steps, base->step);
  Difference d = {
      .base = base != NULL ? tsr_partial_set_ref (own_set (base))
                           : tsr_partial_set_new (NULL, 0),
      .removed = g_hash_table_new (g_int64_hash, g_int64_equal),
      .added = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
  };
  for (guint i = steps->len; i > 0; i--)
    difference_add_step (&d, tsr_step_fields (g_ptr_array_index (steps, i - 1)));
  TsrPartialSet *set =
      steps->len > 0 ? difference_apply (&d) : tsr_partial_set_ref (d.base);
  tsr_partial_set_unref (d.base);
  g_hash_table_unref (d.removed);
  g_hash_table_unref (d.added);
  return set;
}

static TsrSoundState *
node_dup_state (TsrHistory *history, Node *node)
{
  if (node->state != NULL)
    return tsr_sound_state_ref (node->state);
  g_autoptr (TsrPartialSet) set = make_set (node);
  TsrSoundStateFields fields = tsr_step_fields (node->step)->after;
  fields.partials = set;
  TsrSoundState *state = tsr_sound_state_new (&fields);
  remember (history, node, state);
  return state;
}

static gboolean
fits (TsrHistory *history, TsrStep *step, Node *parent)
{
  g_autoptr (TsrSoundState) before =
      parent != NULL ? node_dup_state (history, parent) : NULL;
  g_autoptr (TsrSoundState) after = tsr_step_apply (step, before);

  return after != NULL;
}

/* Ids that are used: those of partials, and those that descents tell of, whose partials
 * may be gone from the file. */
static void
see_partials (TsrHistory *history, const TsrStepFields *f)
{
  gint64 most = history->max_partial_id;

  for (gsize i = 0; i < f->n_added; i++)
    most = MAX (most, tsr_partial_id (f->added[i]));
  if (f->after.partials != NULL)
    most = MAX (most, tsr_partial_set_max_id (f->after.partials));
  for (guint i = 0; f->descents != NULL && i < f->descents->len; i++) {
    const TsrDescent *d = &g_array_index (f->descents, TsrDescent, i);
    if (MAX (d->id, d->from_id) < TSR_LARGEST_TOLD_ID)
      most = MAX (most, MAX (d->id, d->from_id));
  }
  history->max_partial_id = most;
}

gboolean
tsr_history_add (TsrHistory              *history,
                 TsrStep                 *step,
                 const TsrAnalysisRecord *analysis,
                 gboolean                 strict)
{
  const TsrStepFields *f = tsr_step_fields (step);
  Node                *parent = f->parent_id != 0 ? find (history, f->parent_id) : NULL;

  if (f->id <= 0 || find (history, f->id) != NULL ||
      (f->parent_id != 0) != (parent != NULL) ||
      (parent == NULL && history->current != NULL))
    return FALSE;
  if (strict && !fits (history, step, parent))
    return FALSE;
  Node *node = g_new0 (Node, 1);
  node->step = tsr_step_ref (step);
  node->parent = parent;
  node->depth = parent != NULL ? parent->depth + 1 : 0;
  node->has_analysis = analysis != NULL;
  if (analysis != NULL)
    node->analysis = *analysis;
  see_partials (history, f);
  g_hash_table_insert (history->nodes, (gpointer)&f->id, node);
  set_current (history, node);
  return TRUE;
}

gboolean
tsr_history_go_to (TsrHistory *history, gint64 step_id)
{
  Node *node = find (history, step_id);

  if (node == NULL)
    return FALSE;
  set_current (history, node);
  return TRUE;
}

TsrStep *
tsr_history_get_current (const TsrHistory *history)
{
  return history->current != NULL ? history->current->step : NULL;
}

gint64
tsr_history_undo_id (const TsrHistory *history)
{
  return history->current != NULL ? tsr_step_fields (history->current->step)->parent_id
                                  : 0;
}

gint64
tsr_history_redo_id (const TsrHistory *history)
{
  const Node *node = history->current;

  return node != NULL && node->last_child != NULL
             ? tsr_step_fields (node->last_child->step)->id
             : 0;
}

GPtrArray *
tsr_history_dup_line (const TsrHistory *history, gsize *current)
{
  GPtrArray *line = g_ptr_array_new ();

  *current = 0;
  if (history->current == NULL)
    return line;
  g_ptr_array_set_size (line, (gint)history->current->depth + 1);
  for (const Node *node = history->current; node != NULL; node = node->parent)
    line->pdata[node->depth] = node->step;
  *current = history->current->depth;
  for (const Node *node = history->current->last_child; node != NULL;
       node = node->last_child)
    g_ptr_array_add (line, node->step);
  return line;
}

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  gint64 x = tsr_step_fields (*(TsrStep *const *)a)->id;
  gint64 y = tsr_step_fields (*(TsrStep *const *)b)->id;

  return (x > y) - (x < y);
}

GPtrArray *
tsr_history_dup_all (const TsrHistory *history)
{
  GPtrArray     *all = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer       node;

  g_hash_table_iter_init (&iter, history->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    g_ptr_array_add (all, ((Node *)node)->step);
  g_ptr_array_sort (all, compare_steps);
  return all;
}

TsrSoundState *
tsr_history_dup_state (TsrHistory *history, gint64 step_id)
{
  Node *node = find (history, step_id);

  return node != NULL ? node_dup_state (history, node) : NULL;
}

TsrSoundState *
tsr_history_dup_analysed_state (TsrHistory *history, gint64 step_id)
{
  Node *node = find (history, step_id);

  while (node != NULL && !node->has_analysis)
    node = node->parent;
  return node != NULL ? node_dup_state (history, node) : NULL;
}

TsrSoundState *
tsr_history_get_state (TsrHistory *history)
{
  if (history->present == NULL && history->current != NULL)
    history->present = node_dup_state (history, history->current);
  if (history->present == NULL)
    history->present = tsr_sound_state_new (&(TsrSoundStateFields){0});
  return history->present;
}

const TsrAnalysisRecord *
tsr_history_get_analysis (const TsrHistory *history, gint64 *step_id)
{
  const Node *node = history->current;

  while (node != NULL && !node->has_analysis)
    node = node->parent;
  if (step_id != NULL)
    *step_id = node != NULL ? tsr_step_fields (node->step)->id : 0;
  return node != NULL ? &node->analysis : NULL;
}

gint64
tsr_history_next_partial_id (const TsrHistory *history)
{
  return history->max_partial_id + 1;
}
