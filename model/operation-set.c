/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on more than one partial at a time: drawing, pasting, joining.
 */
#include "model/operation-set.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"

/* Where there is a choice, what is joined has to go on from one partial to the next: */
#define JOIN_GAP_S 0.1   /* and no longer than the shorter of both */
#define JOIN_OVERLAP 0.5 /* of the shorter one */
#define JOIN_CENTS 35.0  /* from where either side was heading */
#define JOIN_STEP 1.4    /* of the logarithm of the amplitude: 12 dB */
#define JOIN_HEADING_S                                                                   \
  0.04                   /* what a side is heading for is told from this much of it      \
                          */
#define JOIN_EDGE_S 0.01 /* its ends may be fades ... */
#define JOIN_CUT_S 1e-3  /* ... but not where it was cut */

/* ---- the pencil ---- */

static gboolean
draw_in_channel (TsrOperationWork *work, guint channel)
{
  const TsrOperation      *operation = work->operation;
  g_autofree TsrPathPoint *points = g_new (TsrPathPoint, operation->path->len);

  for (guint k = 1; k <= operation->count; k++) {
    for (guint i = 0; i < operation->path->len; i++) {
      points[i] = g_array_index (operation->path, TsrPathPoint, i);
      points[i].frequency_hz *= k;
      if (!isfinite (points[i].amplitude_db))
        points[i].amplitude_db = TSR_DRAWN_DB;
      points[i].amplitude_db -= 20 * log10 (k);
    }
    g_autoptr (TsrPartial) partial = tsr_partial_draw (
        points, operation->path->len, operation->count > 1 ? (int)k : 0, channel);
    if (partial == NULL || !tsr_operation_work_add (work, partial, TRUE))
      return FALSE;
    work->end_s = fmax (work->end_s, tsr_partial_summary (partial)->end_s);
  }
  return TRUE;
}

gboolean
tsr_operation_draw (TsrOperationWork *work, const TsrPartialSet *set)
{
  guint n_channels = 1;

  if (work->operation->choice >= 0)
    return draw_in_channel (work, (guint)work->operation->choice);
  for (gsize i = 0; i < tsr_partial_set_size (set); i++)
    n_channels = MAX (n_channels, tsr_partial_channel (tsr_partial_set_at (set, i)) + 1);
  for (guint c = 0; c < n_channels; c++)
    if (!draw_in_channel (work, c))
      return FALSE;
  return TRUE;
}

/* ---- the clipboard ---- */

gboolean
tsr_operation_insert (TsrOperationWork *work)
{
  const TsrPartialSet *set = work->operation->partials;

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    g_autoptr (TsrPartial) moved =
        tsr_partial_move (tsr_partial_set_at (set, i), work->operation->number);
    if (moved == NULL || !tsr_operation_work_add (work, moved, TRUE))
      return FALSE;
    work->end_s = fmax (work->end_s, tsr_partial_summary (moved)->end_s);
  }
  return TRUE;
}

/* ---- joints ---- */

/* The end of one partial and the beginning of another, and how badly they fit. */
typedef struct {
  guint  first, second; /* numbers in the array of partials */
  double cost;
} Joint;

static int
compare_joints (gconstpointer a, gconstpointer b)
{
  const Joint *x = a, *y = b;

  if (x->cost != y->cost)
    return x->cost > y->cost ? 1 : -1;
  return x->first != y->first ? (x->first > y->first ? 1 : -1)
                              : (x->second > y->second) - (x->second < y->second);
}

static double
pitch_at (const TsrPartial *partial, double time_s)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  TsrBreakpoint            value;

  tsr_partial_at (partial, CLAMP (time_s, s->start_s, s->end_s), &value);
  return 1200 * log2 (fmax (value.frequency_hz, 1));
}

/* One side of a joint, some way off the edge. */
typedef struct {
  double time_s, cents, cents_per_s, log_amplitude;
} Side;

/* `sign`: -1 for the end of a partial, 1 for its beginning. */
static Side
side_of (const TsrPartial *partial, int sign, double off_s)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double                   edge_s = sign > 0 ? s->start_s : s->end_s;
  double                   span_s = 0.5 * (s->end_s - s->start_s);
  Side                     side = {.time_s = edge_s + sign * fmin (off_s, span_s)};
  double                   heading_s = sign * fmin (JOIN_HEADING_S, span_s);
  TsrBreakpoint            value;

  tsr_partial_at (partial, side.time_s, &value);
  side.log_amplitude = value.log_amplitude;
  side.cents = pitch_at (partial, side.time_s);
  if (heading_s != 0)
    side.cents_per_s =
        (pitch_at (partial, side.time_s + heading_s) - side.cents) / heading_s;
  return side;
}

/* By how many cents a side misses the other, going on as it was heading. */
static double
miss_cents (const Side *from, const Side *to)
{
  return fabs (from->cents + from->cents_per_s * (to->time_s - from->time_s) - to->cents);
}

/* Whether the second partial goes on where the first one was heading, and came from
 * there. Where one ends as the other begins, both have to meet. */
static gboolean
goes_on (const TsrPartial *a, const TsrPartial *b, double gap_s)
{
  double edge_s = gap_s > JOIN_CUT_S ? JOIN_EDGE_S : 0;
  Side   left = side_of (a, -1, edge_s), right = side_of (b, 1, edge_s);

  return miss_cents (&left, &right) <= JOIN_CENTS &&
         miss_cents (&right, &left) <= JOIN_CENTS &&
         fabs (left.log_amplitude - right.log_amplitude) <= JOIN_STEP;
}

/* FALSE where they cannot follow one another. `free_hand`: there is no choice, so any
 * distance will do. */
static gboolean
joint_cost (const TsrPartial *a,
            const TsrPartial *b,
            TsrJoin           kind,
            gboolean          free_hand,
            double           *cost)
{
  const TsrPartialSummary *x = tsr_partial_summary (a), *y = tsr_partial_summary (b);
  double                   gap_s = y->start_s - x->end_s;
  double                   least_s = fmin (x->end_s - x->start_s, y->end_s - y->start_s);

  if (!(x->start_s < y->start_s) || !(x->end_s < y->end_s) ||
      tsr_partial_channel (a) != tsr_partial_channel (b) ||
      (kind == TSR_JOIN_BRIDGE && gap_s < 0) ||
      (kind == TSR_JOIN_CROSSFADE && gap_s >= 0))
    return FALSE;
  double middle_s = 0.5 * (x->end_s + y->start_s);
  double cents = fabs (pitch_at (b, middle_s) - pitch_at (a, middle_s));
  *cost = cents / 50 + fabs (gap_s) / 0.1;
  if (free_hand)
    return TRUE;
  return gap_s <= fmin (JOIN_GAP_S, least_s) && -gap_s <= JOIN_OVERLAP * least_s &&
         (gap_s >= 0 ? goes_on (a, b, gap_s) : cents <= JOIN_CENTS);
}

static GPtrArray *
partials_of (const TsrPartialSet *set, const TsrSelection *selection)
{
  GPtrArray *partials = g_ptr_array_new ();

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    TsrPartial *partial = tsr_partial_set_at (set, i);
    if (selection == NULL || tsr_selection_contains (selection, tsr_partial_id (partial)))
      g_ptr_array_add (partials, partial);
  }
  return partials;
}

static int
compare_starts (gconstpointer a, gconstpointer b)
{
  const TsrPartialSummary *x = tsr_partial_summary (*(TsrPartial *const *)a);
  const TsrPartialSummary *y = tsr_partial_summary (*(TsrPartial *const *)b);

  return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

/* Whether the partials, in order of start, can be joined in one way only: two, or such as
 * follow one another in one channel. */
static gboolean
is_chain (const GPtrArray *partials)
{
  for (guint i = 1; partials->len > 2 && i < partials->len; i++) {
    TsrPartial *a = g_ptr_array_index (partials, i - 1);
    TsrPartial *b = g_ptr_array_index (partials, i);
    if (tsr_partial_channel (a) != tsr_partial_channel (b) ||
        tsr_partial_summary (b)->start_s < tsr_partial_summary (a)->end_s)
      return FALSE;
  }
  return TRUE;
}

/* All joints that may be made; partials in order of start. */
static GArray *
find_joints (const GPtrArray *partials, TsrJoin kind, gboolean free_hand)
{
  GArray *joints = g_array_new (FALSE, FALSE, sizeof (Joint));

  for (guint i = 0; i < partials->len; i++) {
    TsrPartial *a = g_ptr_array_index (partials, i);
    for (guint k = i + 1; k < partials->len; k++) {
      TsrPartial *b = g_ptr_array_index (partials, k);
      Joint       joint = {.first = i, .second = k};
      if (!free_hand &&
          tsr_partial_summary (b)->start_s > tsr_partial_summary (a)->end_s + JOIN_GAP_S)
        break;
      if (joint_cost (a, b, kind, free_hand, &joint.cost))
        g_array_append_val (joints, joint);
      if (free_hand)
        break; /* the next one is the one */
    }
  }
  g_array_sort (joints, compare_joints);
  return joints;
}

/* Joins a partial and all that follow it. */
static gboolean
join_chain (TsrOperationWork *work, const GPtrArray *partials, const guint *next, guint i)
{
  g_autoptr (TsrPartial) whole = tsr_partial_ref (g_ptr_array_index (partials, i));

  g_array_set_size (work->from, 0);
  gint64 first_id = tsr_partial_id (whole);
  g_array_append_val (work->from, first_id);
  for (; next[i] != G_MAXUINT; i = next[i]) {
    gint64      id = tsr_partial_id (g_ptr_array_index (partials, next[i]));
    TsrPartial *joined = tsr_partial_join (whole, g_ptr_array_index (partials, next[i]));
    if (joined == NULL)
      return FALSE;
    tsr_partial_unref (whole);
    whole = joined;
    g_array_append_val (work->removed, id);
    g_array_append_val (work->from, id);
  }
  return tsr_operation_work_add (work, whole, TRUE);
}

gboolean
tsr_operation_join (TsrOperationWork    *work,
                    const TsrPartialSet *set,
                    const TsrSelection  *selection,
                    GError             **error)
{
  g_autoptr (GPtrArray) partials = partials_of (set, selection);
  g_ptr_array_sort (partials, compare_starts);
  TsrJoin kind = (TsrJoin)work->operation->choice;
  g_autoptr (GArray) joints =
      find_joints (partials, kind, selection != NULL && is_chain (partials));
  g_autofree guint *next = g_new (guint, partials->len + 1);
  g_autofree guint *before = g_new (guint, partials->len + 1);

  memset (next, 0xff, (partials->len + 1) * sizeof *next);
  memset (before, 0xff, (partials->len + 1) * sizeof *before);
  for (guint i = 0; i < joints->len; i++) {
    const Joint *joint = &g_array_index (joints, Joint, i);
    if (next[joint->first] != G_MAXUINT || before[joint->second] != G_MAXUINT)
      continue;
    next[joint->first] = joint->second;
    before[joint->second] = joint->first;
  }
  if (joints->len == 0)
    return tsr_operation_fail (
        error,
        _ ("there is nothing to join: no partial ends near to where another begins"));
  for (guint i = 0; i < partials->len; i++) {
    gint64 id = tsr_partial_id (g_ptr_array_index (partials, i));
    if (before[i] != G_MAXUINT)
      continue;
    if (next[i] == G_MAXUINT) {
      g_array_append_val (work->made, id);
      continue;
    }
    g_array_append_val (work->removed, id);
    if (!join_chain (work, partials, next, i))
      return tsr_operation_work_fail (work, error);
  }
  return TRUE;
}
