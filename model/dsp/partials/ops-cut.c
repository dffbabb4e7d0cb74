/* SPDX-License-Identifier: GPL-3.0-or-later
 * Cutting a partial at the borders of a rectangle of time and frequency.
 */
#include "model/dsp/partials/ops.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

/* Borders nearer than this to a breakpoint or to one another are the same. */
#define SAME_S 1e-7

typedef struct {
  double *times_s;
  size_t  n, capacity;
  bool    has_failed;
} Cuts;

static void
add_cut (Cuts *cuts, double time_s)
{
  if (cuts->n == cuts->capacity) {
    size_t  capacity = cuts->capacity * 2 + 16;
    double *times_s = realloc (cuts->times_s, capacity * sizeof *times_s);
    if (times_s == NULL) {
      cuts->has_failed = true;
      return;
    }
    cuts->times_s = times_s;
    cuts->capacity = capacity;
  }
  cuts->times_s[cuts->n++] = time_s;
}

/* Times inside (0, T) at which the quadratic frequency of a segment equals hz. */
static size_t
crossings (const TsrBreakpoint *a, const TsrBreakpoint *b, double hz, double found_s[2])
{
  double c[4], T = b->time_s - a->time_s;
  size_t n = 0;

  if (!(T > 0) || !isfinite (hz))
    return 0;
  tsr_breakpoint_phase_cubic (a, b, c);
  /* q2 x^2 + q1 x + q0 = 0; the stable form of both roots. */
  double q2 = 3 * c[3], q1 = 2 * c[2], q0 = c[1] - hz;
  double discriminant = q1 * q1 - 4 * q2 * q0;
  if (!(discriminant > 0))
    return 0;
  double half = -0.5 * (q1 + copysign (sqrt (discriminant), q1));
  double roots[2] = {half / q2, q0 / half};
  for (int i = 0; i < 2; i++)
    if (isfinite (roots[i]) && roots[i] > 0 && roots[i] < T)
      found_s[n++] = roots[i];
  if (n == 2 && found_s[0] > found_s[1]) {
    double swap = found_s[0];
    found_s[0] = found_s[1];
    found_s[1] = swap;
  }
  return n;
}

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* All candidates, sorted: the span's ends, the region's times, crossings of its
 * frequencies, and breakpoints at which the frequency may touch a border. */
static void
collect_cuts (Cuts *cuts, const TsrPartial *partial, const TsrRegion *region)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  double               start_s = b[0].time_s, end_s = b[n - 1].time_s;

  add_cut (cuts, start_s);
  add_cut (cuts, end_s);
  if (region->start_s > start_s && region->start_s < end_s)
    add_cut (cuts, region->start_s);
  if (region->end_s > start_s && region->end_s < end_s)
    add_cut (cuts, region->end_s);
  for (size_t i = 0; i + 1 < n; i++) {
    double borders_hz[2] = {region->low_hz, region->high_hz}, found_s[2];
    for (int k = 0; k < 2; k++) {
      size_t n_found = crossings (&b[i], &b[i + 1], borders_hz[k], found_s);
      for (size_t m = 0; m < n_found; m++)
        add_cut (cuts, b[i].time_s + found_s[m]);
      if ((b[i].frequency_hz < borders_hz[k]) !=
              (b[i + 1].frequency_hz < borders_hz[k]) &&
          n_found == 0)
        add_cut (cuts, b[i + 1].time_s);
      if (b[i].frequency_hz == borders_hz[k])
        add_cut (cuts, b[i].time_s);
    }
  }
  qsort (cuts->times_s, cuts->n, sizeof *cuts->times_s, compare_times);
}

static bool
is_inside (const TsrPartial *partial, const TsrRegion *region, double time_s)
{
  TsrBreakpoint value;

  return tsr_partial_at (partial, time_s, &value) && time_s >= region->start_s &&
         time_s < region->end_s && value.frequency_hz >= region->low_hz &&
         value.frequency_hz < region->high_hz;
}

/* Drops cuts that are the same or have the same side left and right. Afterwards n >= 2
 * times bound n-1 pieces, alternately inside and outside; returns whether the first is
 * inside. */
static bool
merge_cuts (Cuts *cuts, const TsrPartial *partial, const TsrRegion *region)
{
  double *t = cuts->times_s, last_s = t[cuts->n - 1];
  size_t  kept = 1;
  bool    first = false, current = false, any = false;

  for (size_t i = 1; i < cuts->n; i++) {
    if (t[i] - t[i - 1] < SAME_S)
      continue;
    bool side = is_inside (partial, region, 0.5 * (t[i - 1] + t[i]));
    if (!any)
      first = side;
    else if (side != current)
      t[kept++] = t[i - 1];
    current = side;
    any = true;
  }
  t[kept++] = last_s;
  cuts->n = kept;
  return any ? first : is_inside (partial, region, t[0]);
}

/* The piece from one time to another, the curve kept exactly. */
static TsrPartial *
slice (const TsrPartial *partial, double from_s, double to_s)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  TsrBreakpointList    list = {0};

  for (size_t i = 0; i + 1 < n; i++) {
    double T = b[i + 1].time_s - b[i].time_s;
    if (b[i + 1].time_s < from_s - SAME_S || b[i].time_s > to_s + SAME_S)
      continue;
    bool starts = list.n == 0;
    if (starts && b[i + 1].time_s <= from_s + SAME_S)
      continue; /* the next segment begins the piece */
    if (!starts && b[i].time_s >= to_s - SAME_S)
      break;
    double u0 = starts && T > 0 ? fmax (0, (from_s - b[i].time_s) / T) : 0;
    double u1 = T > 0 ? fmin (1, (to_s - b[i].time_s) / T) : 1;
    if (u0 * T < SAME_S)
      u0 = 0;
    if ((1 - u1) * T < SAME_S)
      u1 = 1;
    if (starts) {
      TsrBreakpoint first = b[i];
      if (u0 > 0) {
        TsrBreakpointList one = {0};
        tsr_breakpoint_list_append_between (&one, &b[i], &b[i + 1], 0, u0);
        if (one.n > 0)
          first = one.items[one.n - 1];
        list.has_failed = list.has_failed || one.has_failed;
        tsr_breakpoint_list_clear (&one);
      }
      tsr_breakpoint_list_append (&list, &first);
    }
    tsr_breakpoint_list_append_between (&list, &b[i], &b[i + 1], u0, u1);
  }
  return tsr_breakpoint_list_finish (&list, partial, 0);
}

typedef struct {
  TsrPartial **items;
  size_t       n;
} Pieces;

static void
free_pieces (Pieces *pieces)
{
  for (size_t i = 0; i < pieces->n; i++)
    tsr_partial_unref (pieces->items[i]);
  free (pieces->items);
  *pieces = (Pieces){0};
}

/* Distributes the pieces between the cuts; side 0 is inside. */
static bool
make_pieces (const TsrPartial *partial, const Cuts *cuts, bool first, Pieces sides[2])
{
  for (int k = 0; k < 2; k++) {
    sides[k].items = calloc (cuts->n, sizeof *sides[k].items);
    if (sides[k].items == NULL)
      return false;
  }
  for (size_t i = 0; i + 1 < cuts->n; i++) {
    Pieces     *side = &sides[(i % 2 == 0) == first ? 0 : 1];
    TsrPartial *piece = cuts->n == 2
                            ? tsr_partial_ref ((TsrPartial *)partial)
                            : slice (partial, cuts->times_s[i], cuts->times_s[i + 1]);
    if (piece == NULL)
      return false;
    side->items[side->n++] = piece;
  }
  return true;
}

bool
tsr_partial_cut (const TsrPartial *partial,
                 const TsrRegion  *region,
                 TsrPartial     ***inside,
                 size_t           *n_inside,
                 TsrPartial     ***outside,
                 size_t           *n_outside)
{
  Cuts   cuts = {0};
  Pieces sides[2] = {{0}};
  bool   done = false;

  collect_cuts (&cuts, partial, region);
  if (!cuts.has_failed) {
    bool first = merge_cuts (&cuts, partial, region);
    done = make_pieces (partial, &cuts, first, sides);
  }
  free (cuts.times_s);
  if (!done) {
    free_pieces (&sides[0]);
    free_pieces (&sides[1]);
  }
  *inside = sides[0].items;
  *n_inside = sides[0].n;
  *outside = sides[1].items;
  *n_outside = sides[1].n;
  return done;
}
