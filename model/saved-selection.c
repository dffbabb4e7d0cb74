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

static TsrPartialSet *
partials_of (const TsrSoundState *state)
{
  return state != NULL ? tsr_sound_state_fields (state)->partials : NULL;
}

/* Partials of the set whose ids are among those. Borrowed. */
static GPtrArray *
find_partials (TsrPartialSet *set, GHashTable *ids)
{
  GPtrArray *found = g_ptr_array_new ();

  for (gsize i = 0; set != NULL && i < tsr_partial_set_size (set); i++) {
    gint64 id = tsr_partial_id (tsr_partial_set_at (set, i));
    if (g_hash_table_contains (ids, &id))
      g_ptr_array_add (found, tsr_partial_set_at (set, i));
  }
  return found;
}

static GHashTable *
id_set_new (const gint64 *ids, gsize n)
{
  GHashTable *set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (gsize i = 0; i < n; i++)
    g_hash_table_add (set, g_memdup2 (&ids[i], sizeof ids[i]));
  return set;
}

/* ---- the region ---- */

/* From a step to another, with the sound as it is after each. */
typedef struct {
  const Tree          *tree;
  const TsrStepFields *from, *to;
  TsrSoundState       *before, *after;
} Way;

/* What the region holds of a partial, as it was kept. */
typedef struct {
  TsrPartial *partial;
  double      start_s, end_s, mean_hz;
} Held;

enum { N_LOOKS = 16, MOST_TRIED = 16 };

static double
look_s (const Held *held, int i)
{
  return held->start_s + (i + 0.5) / N_LOOKS * (held->end_s - held->start_s);
}

static gboolean
hold (TsrPartial *partial, const TsrRegion *region, Held *held)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double                   sum = 0;
  int                      n = 0;

  *held = (Held){
      partial, fmax (s->start_s, region->start_s), fmin (s->end_s, region->end_s), 0};
  for (int i = 0; i < N_LOOKS && held->end_s > held->start_s; i++) {
    TsrBreakpoint value;
    if (!tsr_partial_at (partial, look_s (held, i), &value) ||
        value.frequency_hz < region->low_hz || value.frequency_hz > region->high_hz)
      continue;
    sum += value.frequency_hz;
    n++;
  }
  held->mean_hz = n > 0 ? sum / n : 0;
  return sum > 0;
}

static gboolean
hz_at (const GPtrArray *partials, double time_s, double *frequency_hz)
{
  for (guint i = 0; i < partials->len; i++) {
    TsrBreakpoint value;
    if (tsr_partial_at (g_ptr_array_index (partials, i), time_s, &value)) {
      *frequency_hz = value.frequency_hz;
      return value.frequency_hz > 0;
    }
  }
  return FALSE;
}

/* How many times higher it is now. FALSE: it is not there any more. */
static gboolean
risen (const Way *way, const Held *held, double *ratio)
{
  gint64 id = tsr_partial_id (held->partial);
  g_autoptr (GHashTable) ids = id_set_new (&id, 1);
  double sum = 0;
  int    n = 0;

  follow (way->tree, way->from, way->to, ids);
  g_autoptr (GPtrArray) now = find_partials (partials_of (way->after), ids);
  for (int i = 0; i < N_LOOKS && now->len > 0; i++) {
    double        time_s = look_s (held, i), now_hz;
    double        source_s = tsr_sound_state_source_s (way->before, time_s);
    TsrBreakpoint was;
    if (!tsr_partial_at (held->partial, time_s, &was) || !(was.frequency_hz > 0) ||
        !hz_at (now, tsr_sound_state_sound_s (way->after, source_s), &now_hz))
      continue;
    sum += log (now_hz / was.frequency_hz);
    n++;
  }
  *ratio = n > 0 ? exp (sum / n) : 1;
  return n > 0;
}

static int
compare_held (gconstpointer a, gconstpointer b)
{
  const Held *x = a, *y = b;

  return (x->mean_hz > y->mean_hz) - (x->mean_hz < y->mean_hz);
}

/* The lower limit follows the lowest partial that it was drawn around, the upper one the
 * highest. */
static void
move_limits (const Way *way, const TsrSelection *kept, TsrRegion *region)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Held));
  TsrPartialSet *set = partials_of (way->before);
  TsrRegion      was = *tsr_selection_region (kept);
  double         ratio;

  double a = tsr_sound_state_sound_s (way->before, was.start_s);
  double b = tsr_sound_state_sound_s (way->before, was.end_s);
  was.start_s = fmin (a, b);
  was.end_s = fmax (a, b);
  for (gsize i = 0; i < tsr_selection_size (kept); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (kept)[i]);
    Held   held;
    if (index >= 0 && hold (tsr_partial_set_at (set, (gsize)index), &was, &held))
      g_array_append_val (all, held);
  }
  g_array_sort (all, compare_held);
  for (guint i = 0; i < MIN (all->len, MOST_TRIED); i++)
    if (risen (way, &g_array_index (all, Held, i), &ratio)) {
      region->low_hz *= ratio;
      break;
    }
  for (guint i = 0; i < MIN (all->len, MOST_TRIED); i++)
    if (risen (way, &g_array_index (all, Held, all->len - 1 - i), &ratio)) {
      region->high_hz *= ratio;
      break;
    }
  if (!(region->high_hz > region->low_hz)) { /* they crossed each other */
    double low_hz = region->high_hz;
    region->high_hz = region->low_hz;
    region->low_hz = low_hz;
  }
}

/* A partial that sounds within the span is within the limits, too, at some moment. */
static void
widen_limits (const GPtrArray *partials, TsrRegion *region)
{
  const TsrRegion any_hz = {region->start_s, region->end_s, 0, INFINITY};
  const TsrRegion limits = *region;
  Held            held;

  for (guint i = 0; i < partials->len; i++) {
    TsrPartial *partial = g_ptr_array_index (partials, i);
    if (hold (partial, &limits, &held) || !hold (partial, &any_hz, &held))
      continue;
    region->low_hz = fmin (region->low_hz, held.mean_hz / 1.03);
    region->high_hz = fmax (region->high_hz, held.mean_hz * 1.03);
  }
}

/* The region where its partials are now; NULL: none. */
static const TsrRegion *
place_region (const Way          *way,
              const TsrSelection *kept,
              const GPtrArray    *partials,
              TsrRegion          *placed)
{
  const TsrRegion *region = tsr_selection_region (kept);

  if (region == NULL || way->after == NULL)
    return NULL;
  double a = tsr_sound_state_sound_s (way->after, region->start_s);
  double b = tsr_sound_state_sound_s (way->after, region->end_s);
  *placed = (TsrRegion){fmin (a, b), fmax (a, b), region->low_hz, region->high_hz};
  if (region->low_hz > 0 || isfinite (region->high_hz)) {
    if (way->before != NULL && way->from != way->to)
      move_limits (way, kept, placed);
    widen_limits (partials, placed);
  }
  return placed;
}

TsrSelection *
tsr_sound_follow_selection (TsrSound *sound, const TsrSelection *kept, gint64 step_id)
{
  g_auto (Tree) tree = {0};
  g_autoptr (GHashTable) ids =
      id_set_new (tsr_selection_ids (kept), tsr_selection_size (kept));
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (TsrSoundState) after = tsr_sound_dup_state_at (sound, step_id);
  g_autoptr (TsrSoundState) before = NULL;
  TsrRegion placed;

  g_return_val_if_fail (TSR_IS_SOUND (sound) && kept != NULL, NULL);
  tree_init (&tree, sound);
  Way way = {&tree, find_home (&tree, kept), step_at (&tree, step_id), NULL, after};
  if (way.from != NULL && way.to != NULL) {
    follow (&tree, way.from, way.to, ids);
    if (tsr_selection_region (kept) != NULL)
      way.before = before = tsr_sound_dup_state_at (sound, way.from->id);
  }
  g_autoptr (GPtrArray) partials = find_partials (partials_of (after), ids);
  for (guint i = 0; i < partials->len; i++) {
    gint64 id = tsr_partial_id (g_ptr_array_index (partials, i));
    g_array_append_val (found, id);
  }
  return tsr_selection_new ((const gint64 *)found->data,
                            found->len,
                            place_region (&way, kept, partials, &placed));
}
