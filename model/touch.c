/* SPDX-License-Identifier: GPL-3.0-or-later
 * An operation on as small a part of the sound as it can change.
 */
#include "model/touch.h"

#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"
#include "model/operation-private.h"

struct TsrTouch {
  gint64        *removed;
  gsize          n_removed;
  TsrPartialSet *added;
  gint64        *like;
};

static gint64 *
copy_ids (const gint64 *ids, gsize n)
{
  return g_memdup2 (ids, n * sizeof *ids);
}

TsrTouch *
tsr_touch_new (const gint64  *removed_ids,
               gsize          n_removed,
               TsrPartialSet *added,
               const gint64  *like)
{
  TsrTouch *touch = g_atomic_rc_box_new0 (TsrTouch);

  touch->removed = copy_ids (removed_ids, n_removed);
  touch->n_removed = n_removed;
  touch->added = tsr_partial_set_ref (added);
  touch->like = copy_ids (like, tsr_partial_set_size (added));
  return touch;
}

TsrTouch *
tsr_touch_ref (TsrTouch *touch)
{
  return g_atomic_rc_box_acquire (touch);
}

static void
clear (gpointer data)
{
  TsrTouch *touch = data;

  g_free (touch->removed);
  g_free (touch->like);
  tsr_partial_set_unref (touch->added);
}

void
tsr_touch_unref (TsrTouch *touch)
{
  if (touch != NULL)
    g_atomic_rc_box_release_full (touch, clear);
}

const gint64 *
tsr_touch_removed (const TsrTouch *touch, gsize *n)
{
  *n = touch->n_removed;
  return touch->removed;
}

TsrPartialSet *
tsr_touch_added (const TsrTouch *touch)
{
  return touch->added;
}

const gint64 *
tsr_touch_like (const TsrTouch *touch)
{
  return touch->like;
}

/* ---- an operation ---- */

typedef struct {
  const TsrPartialSet *set;
  const TsrSelection  *on; /* NULL: all */
  GPtrArray           *found;
} Search;

static bool
find_cb (void *user, size_t index)
{
  Search     *search = user;
  TsrPartial *partial = tsr_partial_set_at (search->set, index);

  if (search->on == NULL || tsr_selection_contains (search->on, tsr_partial_id (partial)))
    g_ptr_array_add (search->found, partial);
  return true;
}

/* What an eraser can reach. */
static void
find_near (Search *search, const TsrOperation *operation)
{
  double low_s = INFINITY, high_s = -INFINITY, low_hz = INFINITY, high_hz = -INFINITY;

  for (guint i = 0; i < operation->path->len; i++) {
    const TsrPathPoint *p = &g_array_index (operation->path, TsrPathPoint, i);
    low_s = fmin (low_s, p->time_s - operation->size_s);
    high_s = fmax (high_s, p->time_s + operation->size_s);
    low_hz = fmin (low_hz, p->frequency_hz - operation->size_hz);
    high_hz = fmax (high_hz, p->frequency_hz + operation->size_hz);
  }
  tsr_partial_set_foreach_in (
      search->set, low_s, high_s, low_hz, high_hz, find_cb, search);
}

/* A pencil that draws in all channels needs one partial of the last. */
static void
find_last_channel (Search *search)
{
  TsrPartial *last = NULL;

  for (gsize i = 0; i < tsr_partial_set_size (search->set); i++) {
    TsrPartial *partial = tsr_partial_set_at (search->set, i);
    if (last == NULL || tsr_partial_channel (partial) > tsr_partial_channel (last))
      last = partial;
  }
  if (last != NULL)
    g_ptr_array_add (search->found, last);
}

static void
find_selected (Search *search)
{
  for (gsize i = 0; i < tsr_selection_size (search->on); i++) {
    gint64 index =
        tsr_partial_set_index_of (search->set, tsr_selection_ids (search->on)[i]);
    if (index >= 0)
      g_ptr_array_add (search->found, tsr_partial_set_at (search->set, (gsize)index));
  }
}

/* The sound, with no other partials than those the operation may change. */
static TsrSoundState *
small_state (const TsrOperation  *operation,
             const TsrSoundState *state,
             const TsrSelection  *on)
{
  TsrSoundStateFields fields;
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  Search search = {tsr_sound_state_fields (state)->partials, on, found};

  if (operation->kind == TSR_OPERATION_ERASE)
    find_near (&search, operation);
  else if (operation->kind == TSR_OPERATION_DRAW)
    find_last_channel (&search);
  else if (on != NULL)
    find_selected (&search);
  else
    tsr_partial_set_foreach_in (
        search.set, -INFINITY, INFINITY, -INFINITY, INFINITY, find_cb, &search);
  tsr_sound_state_fields_init (&fields, tsr_sound_state_fields (state));
  g_clear_pointer (&fields.partials, tsr_partial_set_unref);
  fields.partials = tsr_partial_set_new ((TsrPartial *const *)found->pdata, found->len);
  TsrSoundState *small = fields.partials != NULL ? tsr_sound_state_new (&fields) : NULL;
  tsr_sound_state_fields_clear (&fields);
  return small;
}

/* What tells two sets apart; ids stand for the same partial in both. */
static TsrTouch *
difference (const TsrPartialSet *before, const TsrPartialSet *after)
{
  g_autoptr (GArray) removed = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) like = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();

  for (gsize i = 0; i < tsr_partial_set_size (before); i++) {
    gint64 id = tsr_partial_id (tsr_partial_set_at (before, i));
    if (tsr_partial_set_index_of (after, id) < 0)
      g_array_append_val (removed, id);
  }
  gint64 group =
      removed->len > 0 ? g_array_index (removed, gint64, 0) : (gint64)TSR_TOUCH_SELECTED;
  for (gsize i = 0; i < tsr_partial_set_size (after); i++) {
    TsrPartial *partial = tsr_partial_set_at (after, i);
    if (tsr_partial_set_index_of (before, tsr_partial_id (partial)) >= 0)
      continue;
    g_ptr_array_add (fresh, partial);
    g_array_append_val (like, group);
  }
  g_autoptr (TsrPartialSet) added =
      tsr_partial_set_new ((TsrPartial *const *)fresh->pdata, fresh->len);
  return added != NULL ? tsr_touch_new ((const gint64 *)removed->data,
                                        removed->len,
                                        added,
                                        (const gint64 *)like->data)
                       : NULL;
}

TsrTouch *
tsr_touch_try (const TsrOperation  *operation,
               const TsrSoundState *state,
               const TsrSelection  *on,
               gint64               next_partial_id,
               GError             **error)
{
  g_autoptr (TsrSoundState) small = small_state (operation, state, on);
  g_autoptr (TsrSoundState) after = NULL;

  if (small != NULL)
    after = tsr_operation_apply (operation, small, on, &next_partial_id, NULL, error);
  return after != NULL ? difference (tsr_sound_state_fields (small)->partials,
                                     tsr_sound_state_fields (after)->partials)
                       : NULL;
}

/* ---- a region ---- */

typedef struct {
  GArray    *removed, *like; /* gint64 */
  GPtrArray *added;          /* TsrPartial, owned */
  gint64     next_id;
  gboolean   any; /* something is cut, or lies outside */
} Cut;

static gboolean
add_piece (Cut *cut, const TsrPartial *piece, gint64 like)
{
  TsrPartial *fresh = tsr_partial_new_heir (piece, cut->next_id++);

  if (fresh == NULL)
    return FALSE;
  g_ptr_array_add (cut->added, fresh);
  g_array_append_val (cut->like, like);
  return TRUE;
}

/* One that lies wholly inside stays, but the operation gives it an id, too. */
static gboolean
add_pieces (Cut         *cut,
            TsrPartial  *partial,
            TsrPartial **inside,
            gsize        n_inside,
            TsrPartial **outside,
            gsize        n_outside)
{
  gint64   id = tsr_partial_id (partial), rest = TSR_TOUCH_REST;
  gboolean done = TRUE;

  if (n_outside == 0) {
    cut->next_id += (gint64)n_inside;
    return TRUE;
  }
  cut->any = TRUE;
  g_array_append_val (cut->removed, id);
  if (n_inside == 0) { /* it is not changed */
    g_ptr_array_add (cut->added, tsr_partial_ref (partial));
    g_array_append_val (cut->like, rest);
    return TRUE;
  }
  for (gsize i = 0; done && i < n_inside; i++)
    done = add_piece (cut, inside[i], id);
  for (gsize i = 0; done && i < n_outside; i++)
    done = add_piece (cut, outside[i], rest);
  return done;
}

static gboolean
cut_one (Cut *cut, TsrPartial *partial, const TsrRegion *region)
{
  TsrPartial **inside, **outside;
  gsize        n_inside, n_outside;

  if (!tsr_partial_cut (partial, region, &inside, &n_inside, &outside, &n_outside))
    return FALSE;
  gboolean done = add_pieces (cut, partial, inside, n_inside, outside, n_outside);
  for (gsize i = 0; i < n_inside; i++)
    tsr_partial_unref (inside[i]);
  for (gsize i = 0; i < n_outside; i++)
    tsr_partial_unref (outside[i]);
  free (inside);
  free (outside);
  return done;
}

/* Sets are in order of id; what belongs to the partials goes with them. */
static TsrTouch *
cut_finish (const Cut *cut)
{
  gsize              n = cut->added->len;
  g_autofree gint64 *like = g_new (gint64, n + 1);
  g_autoptr (TsrPartialSet) added =
      tsr_partial_set_new ((TsrPartial *const *)cut->added->pdata, n);

  if (added == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++) {
    gint64 id = tsr_partial_id (g_ptr_array_index (cut->added, i));
    like[tsr_partial_set_index_of (added, id)] = g_array_index (cut->like, gint64, i);
  }
  return tsr_touch_new (
      (const gint64 *)cut->removed->data, cut->removed->len, added, like);
}

TsrTouch *
tsr_touch_cut (const TsrPartialSet *set,
               const TsrSelection  *selection,
               gint64               next_partial_id)
{
  const TsrRegion *region = tsr_selection_region (selection);
  g_autoptr (GArray) removed = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) like = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) added =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  Cut      cut = {removed, like, added, next_partial_id, FALSE};
  gboolean done = region != NULL;

  for (gsize i = 0; done && i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    if (index >= 0)
      done = cut_one (&cut, tsr_partial_set_at (set, (gsize)index), region);
  }
  return done && cut.any ? cut_finish (&cut) : NULL;
}
