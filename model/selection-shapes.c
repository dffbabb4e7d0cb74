/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which partials a lasso or a brush meets, which are harmonics of one, which go on.
 */
#include "model/selection-shapes.h"

#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"

#define JOINT_RATIO 1.0594631 /* a semitone */
#define SHORTEST_SHARED_S 0.03

enum { N_RATIOS = 9 };

typedef struct {
  const TsrPartialSet *set;
  const TsrShapePoint *points;
  const TsrBrushDab   *dabs;
  gsize                n;
  int                  channel; /* -1: all */
  GArray              *ids;
} Search;

static gboolean
in_channel (const Search *s, const TsrPartial *partial)
{
  return s->channel < 0 || tsr_partial_channel (partial) == (unsigned)s->channel;
}

static gboolean
polygon_holds (const Search *s, double time_s, double hz)
{
  gboolean inside = FALSE;

  for (gsize i = 0, j = s->n - 1; i < s->n; j = i++) {
    const TsrShapePoint *a = &s->points[i], *b = &s->points[j];
    if ((a->frequency_hz > hz) == (b->frequency_hz > hz))
      continue;
    double part = (hz - a->frequency_hz) / (b->frequency_hz - a->frequency_hz);
    if (time_s < a->time_s + part * (b->time_s - a->time_s))
      inside = !inside;
  }
  return inside;
}

/* On which side of the line a-b a point lies: > 0, 0, < 0. */
static double
side_of (const TsrShapePoint *a, const TsrShapePoint *b, double time_s, double hz)
{
  return (b->time_s - a->time_s) * (hz - a->frequency_hz) -
         (b->frequency_hz - a->frequency_hz) * (time_s - a->time_s);
}

static gboolean
polygon_crosses (const Search *s, const TsrBreakpoint *from, const TsrBreakpoint *to)
{
  TsrShapePoint a = {from->time_s, from->frequency_hz};
  TsrShapePoint b = {to->time_s, to->frequency_hz};

  for (gsize i = 0, j = s->n - 1; i < s->n; j = i++) {
    const TsrShapePoint *c = &s->points[j], *d = &s->points[i];
    if (side_of (&a, &b, c->time_s, c->frequency_hz) *
                side_of (&a, &b, d->time_s, d->frequency_hz) <
            0 &&
        side_of (c, d, a.time_s, a.frequency_hz) *
                side_of (c, d, b.time_s, b.frequency_hz) <
            0)
      return TRUE;
  }
  return FALSE;
}

static bool
lasso_cb (void *user, size_t index)
{
  Search              *s = user;
  const TsrPartial    *partial = tsr_partial_set_at (s->set, index);
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);
  gint64               id = tsr_partial_id (partial);
  gboolean             met = FALSE;

  if (!in_channel (s, partial))
    return true;
  for (gsize i = 0; i < n && !met; i++)
    met = polygon_holds (s, b[i].time_s, b[i].frequency_hz) ||
          (i > 0 && polygon_crosses (s, &b[i - 1], &b[i]));
  if (met)
    g_array_append_val (s->ids, id);
  return true;
}

TsrSelection *
tsr_selection_from_lasso (const TsrPartialSet *set,
                          const TsrShapePoint *points,
                          gsize                n,
                          int                  channel)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  Search search = {.set = set, .points = points, .n = n, .channel = channel, .ids = ids};
  TsrRegion box = {INFINITY, -INFINITY, INFINITY, -INFINITY};

  for (gsize i = 0; i < n; i++) {
    box.start_s = fmin (box.start_s, points[i].time_s);
    box.end_s = fmax (box.end_s, points[i].time_s);
    box.low_hz = fmin (box.low_hz, points[i].frequency_hz);
    box.high_hz = fmax (box.high_hz, points[i].frequency_hz);
  }
  if (n >= 3)
    tsr_partial_set_foreach_in (
        set, box.start_s, box.end_s, box.low_hz, box.high_hz, lasso_cb, &search);
  return tsr_selection_new ((const gint64 *)ids->data, ids->len, NULL);
}

/* Square of the distance of a segment from the middle of a dab, in radii. */
static double
distance_squared (const TsrBrushDab *dab, const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  double x0 = (a->time_s - dab->time_s) / dab->radius_s;
  double y0 = (a->frequency_hz - dab->frequency_hz) / dab->radius_hz;
  double dx = (b->time_s - a->time_s) / dab->radius_s;
  double dy = (b->frequency_hz - a->frequency_hz) / dab->radius_hz;
  double length = dx * dx + dy * dy;
  double at = length > 0 ? CLAMP (-(x0 * dx + y0 * dy) / length, 0, 1) : 0;
  double x = x0 + at * dx, y = y0 + at * dy;

  return x * x + y * y;
}

static gboolean
dab_meets (const TsrBrushDab *dab, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);

  if (n == 1)
    return distance_squared (dab, b, b) <= 1;
  for (gsize i = 0; i + 1 < n; i++) {
    if (b[i + 1].time_s < dab->time_s - dab->radius_s)
      continue;
    if (b[i].time_s > dab->time_s + dab->radius_s)
      return FALSE;
    if (distance_squared (dab, &b[i], &b[i + 1]) <= 1)
      return TRUE;
  }
  return FALSE;
}

static bool
dab_cb (void *user, size_t index)
{
  Search           *s = user;
  const TsrPartial *partial = tsr_partial_set_at (s->set, index);
  gint64            id = tsr_partial_id (partial);

  if (in_channel (s, partial) && dab_meets (s->dabs, partial))
    g_array_append_val (s->ids, id);
  return true;
}

TsrSelection *
tsr_selection_from_brush (const TsrPartialSet *set,
                          const TsrBrushDab   *dabs,
                          gsize                n,
                          int                  channel)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gsize i = 0; i < n; i++) {
    Search search = {.set = set, .dabs = &dabs[i], .channel = channel, .ids = ids};
    tsr_partial_set_foreach_in (set,
                                dabs[i].time_s - dabs[i].radius_s,
                                dabs[i].time_s + dabs[i].radius_s,
                                dabs[i].frequency_hz - dabs[i].radius_hz,
                                dabs[i].frequency_hz + dabs[i].radius_hz,
                                dab_cb,
                                &search);
  }
  return tsr_selection_new ((const gint64 *)ids->data, ids->len, NULL);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Median of the ratio of two partials over the time they share; NAN: too short. */
static double
median_ratio (const TsrPartial *partial, const TsrPartial *base)
{
  const TsrPartialSummary *p = tsr_partial_summary (partial);
  const TsrPartialSummary *q = tsr_partial_summary (base);
  double start_s = fmax (p->start_s, q->start_s), end_s = fmin (p->end_s, q->end_s);
  double shortest_s = fmin (SHORTEST_SHARED_S, (p->end_s - p->start_s) / 2);
  double ratios[N_RATIOS];
  gsize  n = 0;

  if (end_s - start_s < shortest_s)
    return NAN;
  for (int i = 0; i < N_RATIOS; i++) {
    double        time_s = start_s + (end_s - start_s) * (i + 0.5) / N_RATIOS;
    TsrBreakpoint a, b;
    if (tsr_partial_at (partial, time_s, &a) && tsr_partial_at (base, time_s, &b) &&
        b.frequency_hz > 0)
      ratios[n++] = a.frequency_hz / b.frequency_hz;
  }
  if (n == 0)
    return NAN;
  qsort (ratios, n, sizeof (double), compare_doubles);
  return ratios[n / 2];
}

TsrSelection *
tsr_selection_from_harmonics (const TsrPartialSet *set, gint64 id)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  int64_t           index = tsr_partial_set_index_of (set, id);
  const TsrPartial *base = index >= 0 ? tsr_partial_set_at (set, (size_t)index) : NULL;

  for (gsize i = 0; base != NULL && i < tsr_partial_set_size (set); i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    gint64            its_id = tsr_partial_id (partial);
    if (tsr_partial_channel (partial) != tsr_partial_channel (base))
      continue;
    double ratio = median_ratio (partial, base), number = round (ratio);
    if (its_id == id ||
        (number >= 1 && fabs (ratio - number) <= fmin (0.04 + 0.01 * number, 0.25)))
      g_array_append_val (ids, its_id);
  }
  return tsr_selection_new ((const gint64 *)ids->data, ids->len, NULL);
}

static gboolean
goes_on (const TsrPartial *first, const TsrPartial *second, double gap_s)
{
  const TsrBreakpoint *a = tsr_partial_breakpoints (first);
  const TsrBreakpoint *b = tsr_partial_breakpoints (second);
  const TsrBreakpoint *end = &a[tsr_partial_n_breakpoints (first) - 1];
  double ratio = b->frequency_hz > 0 ? end->frequency_hz / b->frequency_hz : 0;

  return tsr_partial_channel (first) == tsr_partial_channel (second) &&
         fabs (b->time_s - end->time_s) <= gap_s && ratio < JOINT_RATIO &&
         ratio > 1 / JOINT_RATIO;
}

typedef struct {
  Search            search;
  const TsrPartial *from;
  double            gap_s;
} Growth;

static bool
grow_cb (void *user, size_t index)
{
  Growth           *g = user;
  const TsrPartial *partial = tsr_partial_set_at (g->search.set, index);
  gint64            id = tsr_partial_id (partial);

  if (partial != g->from &&
      (goes_on (g->from, partial, g->gap_s) || goes_on (partial, g->from, g->gap_s)))
    g_array_append_val (g->search.ids, id);
  return true;
}

/* The neighbours of every selected partial, together with it. */
static TsrSelection *
with_neighbours (const TsrSelection *selection, const TsrPartialSet *set, double gap_s)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_vals (
      ids, tsr_selection_ids (selection), (guint)tsr_selection_size (selection));
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    int64_t index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    if (index < 0)
      continue;
    Growth g = {.search = {.set = set, .ids = ids}, .gap_s = gap_s};
    g.from = tsr_partial_set_at (set, (size_t)index);
    const TsrPartialSummary *s = tsr_partial_summary (g.from);
    tsr_partial_set_foreach_in (set,
                                s->start_s - gap_s,
                                s->end_s + gap_s,
                                s->low_hz / 2,
                                s->high_hz * 2,
                                grow_cb,
                                &g);
  }
  return tsr_selection_new ((const gint64 *)ids->data, ids->len, NULL);
}

TsrSelection *
tsr_selection_grow (const TsrSelection *selection, const TsrPartialSet *set, double gap_s)
{
  gsize         n = tsr_selection_size (selection);
  TsrSelection *grown = tsr_selection_new (tsr_selection_ids (selection), n, NULL);

  if (tsr_selection_region (selection) != NULL)
    return grown;
  for (;;) {
    TsrSelection *next = with_neighbours (grown, set, gap_s);
    gsize         before = tsr_selection_size (grown);
    tsr_selection_unref (grown);
    grown = next;
    if (tsr_selection_size (grown) == before)
      return grown;
  }
}

static void
partial_clear (gpointer data)
{
  tsr_partial_unref (data);
}

static gboolean
take_piece (GPtrArray *pieces, TsrPartial *piece)
{
  TsrPartial *fresh = tsr_partial_new_with_id (piece, (int64_t)pieces->len + 1);

  if (fresh == NULL)
    return FALSE;
  g_ptr_array_add (pieces, fresh);
  return TRUE;
}

static gboolean
take_inside (GPtrArray *pieces, TsrPartial *partial, const TsrRegion *region)
{
  TsrPartial **inside, **outside;
  size_t       n_inside, n_outside;
  gboolean     good = TRUE;

  if (region == NULL)
    return take_piece (pieces, partial);
  if (!tsr_partial_cut (partial, region, &inside, &n_inside, &outside, &n_outside))
    return FALSE;
  for (size_t i = 0; i < n_inside; i++) {
    good = good && take_piece (pieces, inside[i]);
    tsr_partial_unref (inside[i]);
  }
  for (size_t i = 0; i < n_outside; i++)
    tsr_partial_unref (outside[i]);
  free (inside);
  free (outside);
  return good;
}

TsrPartialSet *
tsr_selection_extract (const TsrSelection *selection, const TsrPartialSet *set)
{
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (partial_clear);

  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    int64_t index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    if (index >= 0 && !take_inside (pieces,
                                    tsr_partial_set_at (set, (size_t)index),
                                    tsr_selection_region (selection)))
      return NULL;
  }
  return tsr_partial_set_new ((TsrPartial *const *)pieces->pdata, pieces->len);
}
