/* SPDX-License-Identifier: GPL-3.0-or-later
 * Cuts old and new partials at a region's borders and joins them there.
 */
#include "model/region-merge.h"

#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/breakpoint-list.h"

#define HALF_S 0.0025     /* half of a crossfade */
#define SAME_S 1e-6       /* ends nearer than this are the same */
#define APART_S 0.012     /* pieces that meet at a border of frequency are this near */
#define MAX_TURNS 0.2     /* more would bend the frequency by 40 Hz over a crossfade */
#define MAX_LOG_RATIO 1.4 /* 12 dB; more is a fade */
#define SHORTEST_S 0.01   /* pieces that can be joined */

typedef struct {
  TsrPartial *partial; /* owned */
  gboolean    is_new;
  gboolean    cut_start, cut_end; /* ends that the cut made */
  int         next, prev;         /* pieces it is joined with; -1: none */
  double      start_s, end_s;     /* kept of it where it is joined */
} Piece;

typedef struct {
  GArray   *pieces;  /* of Piece */
  GArray   *removed; /* of gint64: ids of `before` that go */
  gboolean  has_failed;
  TsrRegion old_region, new_region;
} Merge;

static void
piece_clear (gpointer data)
{
  tsr_partial_unref (((Piece *)data)->partial);
}

static Piece *
piece_at (const Merge *merge, guint i)
{
  return &g_array_index (merge->pieces, Piece, i);
}

static void
add_piece (Merge *merge, const TsrPartial *whole, TsrPartial *partial, gboolean is_new)
{
  const TsrPartialSummary *all = tsr_partial_summary (whole);
  const TsrPartialSummary *own = tsr_partial_summary (partial);
  Piece                    piece = {.partial = tsr_partial_ref (partial),
                                    .is_new = is_new,
                                    .cut_start = own->start_s > all->start_s + SAME_S,
                                    .cut_end = own->end_s < all->end_s - SAME_S,
                                    .next = -1,
                                    .prev = -1,
                                    .start_s = own->start_s,
                                    .end_s = own->end_s};

  g_array_append_val (merge->pieces, piece);
}

static void
free_all (TsrPartial **partials, size_t n)
{
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  free (partials);
}

static gboolean
touches (const TsrPartial *partial, const TsrRegion *region)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);

  return s->end_s >= region->start_s && s->start_s <= region->end_s &&
         s->high_hz >= region->low_hz && s->low_hz <= region->high_hz;
}

/* Pieces of an old partial outside the region, or of a new one inside. */
static void
take (Merge *merge, TsrPartial *partial, gboolean is_new)
{
  const TsrRegion *region = is_new ? &merge->new_region : &merge->old_region;
  TsrPartial     **inside = NULL, **outside = NULL;
  size_t           n_inside = 0, n_outside = 0;
  gint64           id = tsr_partial_id (partial);

  if (!touches (partial, region))
    return;
  if (!tsr_partial_cut (partial, region, &inside, &n_inside, &outside, &n_outside)) {
    merge->has_failed = TRUE;
    return;
  }
  if (n_inside > 0 && !is_new)
    g_array_append_val (merge->removed, id);
  for (size_t i = 0; is_new && i < n_inside; i++)
    add_piece (merge, partial, inside[i], TRUE);
  for (size_t i = 0; n_inside > 0 && !is_new && i < n_outside; i++)
    add_piece (merge, partial, outside[i], FALSE);
  free_all (inside, n_inside);
  free_all (outside, n_outside);
}

typedef struct {
  guint  from, to;
  double cost, border_s;
} Candidate;

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *x = a, *y = b;

  return (x->cost > y->cost) - (x->cost < y->cost);
}

/* Value at a time, or at the nearer end. */
static void
value_near (const TsrPartial *partial, double time_s, TsrBreakpoint *value)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);

  tsr_partial_at (partial, CLAMP (time_s, s->start_s, s->end_s), value);
}

/* How badly an end and a start fit; INFINITY: not at all. */
static double
misfit (const Piece *from, const Piece *to, double border_s, double tolerance_hz)
{
  TsrBreakpoint a, b;
  double        apart_s = fabs (from->end_s - to->start_s);

  if (apart_s > APART_S ||
      tsr_partial_channel (from->partial) != tsr_partial_channel (to->partial))
    return INFINITY;
  if (border_s - HALF_S < from->start_s + HALF_S ||
      border_s + HALF_S > to->end_s - HALF_S)
    return INFINITY;
  value_near (from->partial, border_s, &a);
  value_near (to->partial, border_s, &b);
  double apart_hz = fabs (a.frequency_hz - b.frequency_hz);
  double turns = a.phase_turns + a.frequency_hz * (border_s - a.time_s) - b.phase_turns -
                 b.frequency_hz * (border_s - b.time_s);
  turns = fabs (turns - round (turns));
  if (apart_hz > tolerance_hz || turns > MAX_TURNS ||
      fabs (a.log_amplitude - b.log_amplitude) > MAX_LOG_RATIO ||
      ((a.flags | b.flags) & TSR_BREAKPOINT_NULL) != 0)
    return INFINITY;
  return apart_hz / tolerance_hz + apart_s / APART_S + turns / MAX_TURNS;
}

static GArray *
find_candidates (const Merge *merge, double tolerance_hz)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Candidate));

  for (guint i = 0; i < merge->pieces->len; i++) {
    const Piece *from = piece_at (merge, i);
    for (guint k = 0; from->cut_end && k < merge->pieces->len; k++) {
      const Piece *to = piece_at (merge, k);
      if (!to->cut_start || to->is_new == from->is_new ||
          from->end_s - from->start_s < SHORTEST_S ||
          to->end_s - to->start_s < SHORTEST_S)
        continue;
      double    border_s = 0.5 * (from->end_s + to->start_s);
      Candidate candidate = {i, k, misfit (from, to, border_s, tolerance_hz), border_s};
      if (isfinite (candidate.cost))
        g_array_append_val (found, candidate);
    }
  }
  g_array_sort (found, compare_candidates);
  return found;
}

/* The best first, each end once. */
static void
join (Merge *merge, double tolerance_hz)
{
  g_autoptr (GArray) found = find_candidates (merge, tolerance_hz);

  for (guint i = 0; i < found->len; i++) {
    const Candidate *c = &g_array_index (found, Candidate, i);
    Piece           *from = piece_at (merge, c->from), *to = piece_at (merge, c->to);
    if (from->next >= 0 || to->prev >= 0 ||
        c->border_s - HALF_S <= from->start_s + SAME_S ||
        c->border_s + HALF_S >= to->end_s - SAME_S)
      continue;
    from->next = (int)c->to;
    to->prev = (int)c->from;
    from->end_s = c->border_s - HALF_S;
    to->start_s = c->border_s + HALF_S;
  }
}

/* Appends what is kept of a piece, its phase continued by whole turns. */
static gboolean
append_piece (TsrBreakpointList *list, const Piece *piece)
{
  TsrRegion    span = {piece->start_s, piece->end_s, 0, INFINITY};
  TsrPartial **inside = NULL, **outside = NULL;
  size_t       n_inside = 0, n_outside = 0;
  double       turns = 0;

  if (!tsr_partial_cut (piece->partial, &span, &inside, &n_inside, &outside, &n_outside))
    return FALSE;
  for (size_t i = 0; i < n_inside; i++) {
    const TsrBreakpoint *b = tsr_partial_breakpoints (inside[i]);
    if (i == 0 && list->n > 0)
      turns = tsr_phase_unwrap (&list->items[list->n - 1], &b[0], b[0].phase_turns) -
              b[0].phase_turns;
    for (size_t k = 0; k < tsr_partial_n_breakpoints (inside[i]); k++) {
      TsrBreakpoint moved = b[k];
      moved.phase_turns += turns;
      tsr_breakpoint_list_append (list, &moved);
    }
  }
  free_all (inside, n_inside);
  free_all (outside, n_outside);
  return TRUE;
}

/* All pieces from one on that are joined, as one partial. (transfer full) */
static TsrPartial *
chain_from (const Merge *merge, guint first, const Piece **last)
{
  TsrBreakpointList list = {0};

  *last = piece_at (merge, first);
  if ((*last)->next < 0)
    return tsr_partial_ref ((*last)->partial);
  for (int i = (int)first; i >= 0; i = (*last)->next) {
    *last = piece_at (merge, (guint)i);
    if (!append_piece (&list, *last)) {
      tsr_breakpoint_list_clear (&list);
      return NULL;
    }
  }
  return tsr_breakpoint_list_finish (&list, piece_at (merge, first)->partial, 0);
}

/* The chain, faded where it is cut. NULL: memory is short, or *too_short. (transfer full)
 */
static TsrPartial *
make_partial (const Merge *merge, guint first, gint64 id, gboolean *too_short)
{
  const Piece *last;
  g_autoptr (TsrPartial) whole = chain_from (merge, first, &last);
  g_autoptr (TsrPartial) faded = NULL;
  double fade_in_s = piece_at (merge, first)->cut_start ? 2 * HALF_S : 0;
  double fade_out_s = last->cut_end ? 2 * HALF_S : 0;

  *too_short = FALSE;
  if (whole == NULL)
    return NULL;
  if (fade_in_s + fade_out_s == 0)
    return tsr_partial_new_with_id (whole, id);
  const TsrPartialSummary *s = tsr_partial_summary (whole);
  *too_short = s->end_s - s->start_s < fade_in_s + fade_out_s;
  if (*too_short)
    return NULL;
  faded = tsr_partial_fade (whole, fade_in_s, fade_out_s);
  return faded != NULL ? tsr_partial_new_with_id (faded, id) : NULL;
}

static void
partial_free (gpointer data)
{
  tsr_partial_unref (data);
}

static TsrPartialSet *
finish (Merge *merge, TsrPartialSet *before, gint64 *next_id)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (partial_free);

  for (guint i = 0; i < merge->pieces->len; i++) {
    gboolean too_short;
    if (piece_at (merge, i)->prev >= 0)
      continue;
    TsrPartial *partial = make_partial (merge, i, *next_id, &too_short);
    if (partial == NULL && !too_short)
      return NULL;
    if (partial == NULL)
      continue;
    g_ptr_array_add (added, partial);
    ++*next_id;
  }
  return tsr_partial_set_replace (before,
                                  (const int64_t *)(gpointer)merge->removed->data,
                                  merge->removed->len,
                                  (TsrPartial *const *)added->pdata,
                                  added->len);
}

TsrPartialSet *
tsr_region_merge (TsrPartialSet   *before,
                  TsrPartialSet   *found,
                  const TsrRegion *region,
                  double           tolerance_hz,
                  gint64          *next_id)
{
  Merge merge = {.old_region = *region, .new_region = *region};

  g_return_val_if_fail (region->start_s + TSR_REGION_MERGE_MIN_S <= region->end_s, NULL);
  g_return_val_if_fail (tolerance_hz > 0, NULL);
  /* Both reach over the borders in time, so that they can be crossfaded. */
  merge.old_region.start_s += HALF_S;
  merge.old_region.end_s -= HALF_S;
  merge.new_region.start_s -= HALF_S;
  merge.new_region.end_s += HALF_S;
  merge.pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (merge.pieces, piece_clear);
  merge.removed = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (gsize i = 0; i < tsr_partial_set_size (before); i++)
    take (&merge, tsr_partial_set_at (before, i), FALSE);
  for (gsize i = 0; i < tsr_partial_set_size (found); i++)
    take (&merge, tsr_partial_set_at (found, i), TRUE);
  join (&merge, tolerance_hz);
  TsrPartialSet *after = merge.has_failed ? NULL : finish (&merge, before, next_id);
  g_array_unref (merge.pieces);
  g_array_unref (merge.removed);
  return after;
}
