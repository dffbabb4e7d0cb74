/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selections: sorted arrays of ids.
 */
#include "model/selection.h"

#include <math.h>
#include <stdlib.h>

#include "model/boxed.h"

struct TsrSelection {
  gint64   *ids; /* sorted, distinct */
  gsize     n;
  gboolean  has_region;
  TsrRegion region;
};

TSR_DEFINE_BOXED_TYPE (TsrSelection, tsr_selection)

static int
compare_ids (const void *a, const void *b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

TsrSelection *
tsr_selection_new (const gint64 *ids, gsize n, const TsrRegion *region)
{
  TsrSelection *selection = g_atomic_rc_box_new0 (TsrSelection);

  selection->ids = g_memdup2 (ids, n * sizeof *ids);
  if (n > 0)
    qsort (selection->ids, n, sizeof *ids, compare_ids);
  for (gsize i = 0; i < n; i++)
    if (i == 0 || selection->ids[i] != selection->ids[selection->n - 1])
      selection->ids[selection->n++] = selection->ids[i];
  selection->has_region = region != NULL;
  if (region != NULL)
    selection->region = *region;
  return selection;
}

TsrSelection *
tsr_selection_ref (TsrSelection *selection)
{
  return g_atomic_rc_box_acquire (selection);
}

static void
clear (gpointer data)
{
  g_free (((TsrSelection *)data)->ids);
}

void
tsr_selection_unref (TsrSelection *selection)
{
  if (selection != NULL)
    g_atomic_rc_box_release_full (selection, clear);
}

gsize
tsr_selection_size (const TsrSelection *selection)
{
  return selection->n;
}

const gint64 *
tsr_selection_ids (const TsrSelection *selection)
{
  return selection->ids;
}

gboolean
tsr_selection_contains (const TsrSelection *selection, gint64 id)
{
  return selection->n > 0 &&
         bsearch (&id, selection->ids, selection->n, sizeof id, compare_ids) != NULL;
}

const TsrRegion *
tsr_selection_region (const TsrSelection *selection)
{
  return selection->has_region ? &selection->region : NULL;
}

/* Whether the straight segment a-b passes through the rectangle: its part inside the time
 * span must reach into the frequency span. */
static gboolean
segment_meets (const TsrBreakpoint *a, const TsrBreakpoint *b, const TsrRegion *region)
{
  double t0 = MAX (a->time_s, region->start_s), t1 = MIN (b->time_s, region->end_s);

  if (t0 > t1)
    return FALSE;
  double span_s = b->time_s - a->time_s;
  double slope = span_s > 0 ? (b->frequency_hz - a->frequency_hz) / span_s : 0;
  double f0 = a->frequency_hz + slope * (t0 - a->time_s);
  double f1 = a->frequency_hz + slope * (t1 - a->time_s);
  return MAX (f0, f1) >= region->low_hz && MIN (f0, f1) <= region->high_hz;
}

static gboolean
partial_meets (const TsrPartial *partial, const TsrRegion *region)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);

  if (n == 1)
    return segment_meets (&b[0], &b[0], region);
  for (gsize i = 0; i + 1 < n; i++)
    if (segment_meets (&b[i], &b[i + 1], region))
      return TRUE;
  return FALSE;
}

typedef struct {
  const TsrPartialSet *set;
  const TsrRegion     *region;
  GArray              *ids;
} Search;

static bool
found_cb (void *user, size_t index)
{
  Search           *search = user;
  const TsrPartial *partial = tsr_partial_set_at (search->set, index);
  gint64            id = tsr_partial_id (partial);

  if (partial_meets (partial, search->region))
    g_array_append_val (search->ids, id);
  return true;
}

TsrSelection *
tsr_selection_from_region (const TsrPartialSet *set, const TsrRegion *region)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  Search search = {set, region, ids};

  tsr_partial_set_foreach_in (set,
                              region->start_s,
                              region->end_s,
                              region->low_hz,
                              region->high_hz,
                              found_cb,
                              &search);
  return tsr_selection_new ((const gint64 *)ids->data, ids->len, region);
}

TsrSelection *
tsr_selection_all (const TsrPartialSet *set)
{
  gsize              n = tsr_partial_set_size (set);
  g_autofree gint64 *ids = g_new (gint64, n);

  for (gsize i = 0; i < n; i++)
    ids[i] = tsr_partial_id (tsr_partial_set_at (set, i));
  return tsr_selection_new (ids, n, NULL);
}

static gboolean
is_wanted (TsrSelectMode mode, gboolean in_before, gboolean in_with)
{
  switch (mode) {
  case TSR_SELECT_REPLACE:
    return in_with;
  case TSR_SELECT_ADD:
    return in_before || in_with;
  case TSR_SELECT_TOGGLE:
    return in_before != in_with;
  case TSR_SELECT_INTERSECT:
    return in_before && in_with;
  case TSR_SELECT_SUBTRACT:
    return in_before && !in_with;
  }
  return FALSE;
}

TsrSelection *
tsr_selection_combine (const TsrSelection *before,
                       const TsrSelection *with,
                       TsrSelectMode       mode)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gsize i = 0, j = 0;

  while (i < before->n || j < with->n) {
    gint64   a = i < before->n ? before->ids[i] : G_MAXINT64;
    gint64   b = j < with->n ? with->ids[j] : G_MAXINT64;
    gint64   id = MIN (a, b);
    gboolean in_before = a == id, in_with = b == id;
    i += in_before;
    j += in_with;
    if (is_wanted (mode, in_before, in_with))
      g_array_append_val (ids, id);
  }
  return tsr_selection_new ((const gint64 *)ids->data,
                            ids->len,
                            mode == TSR_SELECT_REPLACE ? tsr_selection_region (with)
                                                       : NULL);
}

/* The ids of the set that are in the selection, or those that are not. */
static TsrSelection *
pick (const TsrSelection  *selection,
      const TsrPartialSet *set,
      gboolean             selected,
      const TsrRegion     *region)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    gint64 id = tsr_partial_id (tsr_partial_set_at (set, i));
    if (tsr_selection_contains (selection, id) == selected)
      g_array_append_val (ids, id);
  }
  return tsr_selection_new ((const gint64 *)ids->data, ids->len, region);
}

TsrSelection *
tsr_selection_invert (const TsrSelection *selection, const TsrPartialSet *set)
{
  return pick (selection, set, FALSE, NULL);
}

TsrSelection *
tsr_selection_within (const TsrSelection *selection, const TsrPartialSet *set)
{
  return pick (selection, set, TRUE, tsr_selection_region (selection));
}

guint8 *
tsr_selection_mask (const TsrSelection *selection, const TsrPartialSet *set)
{
  gsize   n = tsr_partial_set_size (set);
  guint8 *mask = g_new0 (guint8, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    mask[i] = (guint8)tsr_selection_contains (
        selection, tsr_partial_id (tsr_partial_set_at (set, i)));
  return mask;
}
