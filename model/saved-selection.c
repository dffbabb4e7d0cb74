/* SPDX-License-Identifier: GPL-3.0-or-later
 * Saved selections, followed through the history of their sound.
 */
#include "model/saved-selection.h"

#include <math.h>

#include "model/dsp-types.h"
#include "model/sound.h"

TsrSavedSelection *
tsr_saved_selections_copy (const TsrSavedSelection *saved, gsize n)
{
  TsrSavedSelection *copy = g_new (TsrSavedSelection, n);

  for (gsize i = 0; i < n; i++)
    copy[i] = (TsrSavedSelection){
        saved[i].id, g_strdup (saved[i].name), tsr_selection_ref (saved[i].kept)};
  return copy;
}

void
tsr_saved_selections_free (TsrSavedSelection *saved, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_free (saved[i].name);
    tsr_selection_unref (saved[i].kept);
  }
  g_free (saved);
}

/* The steps of a sound by id. */
typedef struct {
  GPtrArray  *steps; /* parents before their children */
  GHashTable *by_id; /* -> TsrStepFields */
} Tree;

static void
tree_init (Tree *tree, TsrSound *sound)
{
  tree->steps = tsr_sound_dup_steps (sound);
  tree->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < tree->steps->len; i++) {
    const TsrStepFields *f = tsr_step_fields (g_ptr_array_index (tree->steps, i));
    g_hash_table_insert (tree->by_id, (gpointer)&f->id, (gpointer)f);
  }
}

static void
tree_clear (Tree *tree)
{
  g_hash_table_unref (tree->by_id);
  g_ptr_array_unref (tree->steps);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tree, tree_clear)

static const TsrStepFields *
step_at (const Tree *tree, gint64 id)
{
  return g_hash_table_lookup (tree->by_id, &id);
}

/* Takes the ids that a step brought, or knows what became of, out of those that are
 * sought: after compaction a step tells of partials that came and went before it. FALSE:
 * none. */
static gboolean
take_known (const TsrStepFields *step, GHashTable *sought)
{
  gboolean any = FALSE;

  for (gsize i = 0; i < step->n_added; i++) {
    gint64 id = tsr_partial_id (step->added[i]);
    any |= g_hash_table_remove (sought, &id);
  }
  for (guint i = 0; step->descents != NULL && i < step->descents->len; i++) {
    const TsrDescent *d = &g_array_index (step->descents, TsrDescent, i);
    any |= g_hash_table_remove (sought, &d->id);
    any |= g_hash_table_remove (sought, &d->from_id);
  }
  return any;
}

/* The step after which all of the partials were there for the first time. NULL: none of
 * them is known. */
static const TsrStepFields *
find_home (const Tree *tree, const TsrSelection *kept)
{
  g_autoptr (GHashTable) sought = g_hash_table_new (g_int64_hash, g_int64_equal);
  const TsrStepFields *home = NULL;

  for (gsize i = 0; i < tsr_selection_size (kept); i++)
    g_hash_table_add (sought, (gpointer)&tsr_selection_ids (kept)[i]);
  for (guint i = 0; i < tree->steps->len && g_hash_table_size (sought) > 0; i++) {
    const TsrStepFields *f = tsr_step_fields (g_ptr_array_index (tree->steps, i));
    if (take_known (f, sought))
      home = f;
  }
  return home;
}

static gboolean
is_above (const Tree *tree, const TsrStepFields *step, const TsrStepFields *below)
{
  while (below != NULL && below->id > step->id)
    below = step_at (tree, below->parent_id);
  return below == step;
}

/* Turns ids of partials after one step into those after another. */
static void
follow (const Tree          *tree,
        const TsrStepFields *from,
        const TsrStepFields *to,
        GHashTable          *ids)
{
  g_autoptr (GPtrArray) down = g_ptr_array_new ();

  tsr_descents_go_down (from->descents, ids);
  for (; from != NULL && !is_above (tree, from, to);
       from = step_at (tree, from->parent_id))
    tsr_descents_go_up (from->descents, ids);
  for (; to != NULL && to != from; to = step_at (tree, to->parent_id))
    g_ptr_array_add (down, (gpointer)to);
  for (guint i = down->len; i > 0; i--) {
    const TsrStepFields *step = g_ptr_array_index (down, i - 1);
    tsr_descents_go_down (step->descents, ids);
  }
}

/* The region at times of the sound as it is in `state`; NULL: none. */
static const TsrRegion *
place_region (const TsrSelection *kept, const TsrSoundState *state, TsrRegion *placed)
{
  const TsrRegion *region = tsr_selection_region (kept);

  if (region == NULL)
    return NULL;
  double a = tsr_sound_state_sound_s (state, region->start_s);
  double b = tsr_sound_state_sound_s (state, region->end_s);
  *placed = (TsrRegion){fmin (a, b), fmax (a, b), region->low_hz, region->high_hz};
  return placed;
}

TsrSelection *
tsr_sound_follow_selection (TsrSound *sound, const TsrSelection *kept, gint64 step_id)
{
  g_auto (Tree) tree = {0};
  g_autoptr (GHashTable) ids =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (TsrSoundState) state = tsr_sound_dup_state_at (sound, step_id);
  TsrRegion placed;

  g_return_val_if_fail (TSR_IS_SOUND (sound) && kept != NULL, NULL);
  tree_init (&tree, sound);
  const TsrStepFields *home = find_home (&tree, kept), *to = step_at (&tree, step_id);
  for (gsize i = 0; i < tsr_selection_size (kept); i++)
    g_hash_table_add (ids, g_memdup2 (&tsr_selection_ids (kept)[i], sizeof (gint64)));
  if (home != NULL && to != NULL)
    follow (&tree, home, to, ids);
  TsrPartialSet *set = state != NULL ? tsr_sound_state_fields (state)->partials : NULL;
  for (gsize i = 0; set != NULL && i < tsr_partial_set_size (set); i++) {
    gint64 id = tsr_partial_id (tsr_partial_set_at (set, i));
    if (g_hash_table_contains (ids, &id))
      g_array_append_val (found, id);
  }
  return tsr_selection_new ((const gint64 *)found->data,
                            found->len,
                            state != NULL ? place_region (kept, state, &placed) : NULL);
}
