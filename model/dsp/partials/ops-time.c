/* SPDX-License-Identifier: GPL-3.0-or-later
 * Time of one partial: attacks kept, harmonics locked, reversal.
 */
#include "model/dsp/partials/ops-time.h"

#include "model/dsp/partials/breakpoint-list.h"
#include "model/dsp/partials/ops.h"

#include <math.h>
#include <stdlib.h>

#define BEFORE_S 0.012 /* the noise of a frame reaches 11 ms ahead of its attack */
#define AFTER_S 0.020
#define NEAR_S (2 * BEFORE_S)
#define SAME_S 1e-9

static double
map_time (const TsrCurve *time_map, double time_s)
{
  const TsrCurvePoint *p = tsr_curve_points (time_map);

  if (tsr_curve_n_points (time_map) == 1)
    return time_s + (p->y - p->x);
  return tsr_curve_at_extended (time_map, time_s);
}

/* ---- maps ---- */

typedef struct {
  double from_s, to_s, target_s; /* slope 1; target_s is where from_s goes */
} Zone;

/* Attack zones, each at most 0.4 of the distance to its neighbours, old and new. */
static size_t
place_zones (const TsrCurve *time_map, const double *onsets_s, size_t n, Zone *zones)
{
  size_t kept = 0;

  for (size_t i = 0; i < n; i++) {
    double here = onsets_s[i], there = map_time (time_map, here);
    double before = BEFORE_S, after = AFTER_S;
    if (i > 0) {
      double gap =
          fmin (here - onsets_s[i - 1], there - map_time (time_map, onsets_s[i - 1]));
      if (!(gap > 1e-4))
        continue;
      before = fmin (before, 0.1 * gap);
    }
    if (i + 1 < n) {
      double gap =
          fmin (onsets_s[i + 1] - here, map_time (time_map, onsets_s[i + 1]) - there);
      after = fmin (after, fmax (0, 0.4 * gap));
    }
    zones[kept++] = (Zone){here - before, here + after, there - before};
  }
  return kept;
}

/* A bend of the map that is nearer to an attack gives way to it: between them any slope
 * could come out. */
static bool
is_near_zone (const Zone *zones, size_t n, double time_s)
{
  for (size_t i = 0; i < n; i++)
    if (time_s > zones[i].from_s - NEAR_S && time_s < zones[i].to_s + NEAR_S)
      return true;
  return false;
}

static int
compare_points (const void *a, const void *b)
{
  const TsrCurvePoint *x = a, *y = b;
  return (x->x > y->x) - (x->x < y->x);
}

/* The beginning before the first zone, and the end after the last; a second beyond them
 * the map goes on as it did. */
static size_t
add_ends (const TsrCurve *time_map,
          const Zone     *zones,
          size_t          n_zones,
          double          end_s,
          TsrCurvePoint  *points)
{
  double first_s = n_zones > 0 ? zones[0].from_s : INFINITY;
  double last_s = n_zones > 0 ? zones[n_zones - 1].to_s : -INFINITY;
  double wanted_s[] = {-1, 0, end_s, end_s + 1};
  size_t n = 0;

  if (first_s < NEAR_S)
    wanted_s[0] = wanted_s[1] = first_s - 1;
  if (last_s > end_s - NEAR_S)
    wanted_s[2] = wanted_s[3] = last_s + 1;
  for (int i = 0; i < 4; i++)
    points[n++] = (TsrCurvePoint){wanted_s[i], map_time (time_map, wanted_s[i])};
  return n;
}

/* Sorts by time and drops what is there twice; how many are left. */
static size_t
sort_points (TsrCurvePoint *points, size_t n)
{
  size_t kept = 0;

  qsort (points, n, sizeof *points, compare_points);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || points[i].x > points[kept - 1].x + SAME_S)
      points[kept++] = points[i];
  return kept;
}

TsrCurve *
tsr_time_map_keep_onsets (const TsrCurve *time_map,
                          const double   *onsets_s,
                          size_t          n,
                          double          end_s)
{
  size_t         n_map = tsr_curve_n_points (time_map), n_points = 0;
  Zone          *zones = calloc (n + 1, sizeof *zones);
  TsrCurvePoint *points = calloc (2 * n + n_map + 4, sizeof *points);
  TsrCurve      *made = NULL;

  if (zones != NULL && points != NULL) {
    size_t n_zones = place_zones (time_map, onsets_s, n, zones);
    for (size_t i = 0; i < n_zones; i++) {
      double length_s = zones[i].to_s - zones[i].from_s;
      points[n_points++] = (TsrCurvePoint){zones[i].from_s, zones[i].target_s};
      if (length_s > SAME_S)
        points[n_points++] = (TsrCurvePoint){zones[i].to_s, zones[i].target_s + length_s};
    }
    for (size_t i = 0; i < n_map; i++)
      if (!is_near_zone (zones, n_zones, tsr_curve_points (time_map)[i].x))
        points[n_points++] = tsr_curve_points (time_map)[i];
    n_points += add_ends (time_map, zones, n_zones, end_s, points + n_points);
    made = tsr_curve_new (points, sort_points (points, n_points));
  }
  free (zones);
  free (points);
  return made;
}

/* ---- attacks ---- */

static bool
is_near_onset (const double *onsets_s, size_t n, double time_s)
{
  size_t low = 0, high = n;

  while (low < high) {
    size_t middle = (low + high) / 2;
    if (onsets_s[middle] < time_s - TSR_ONSET_REACH_S)
      low = middle + 1;
    else
      high = middle;
  }
  return low < n && onsets_s[low] <= time_s + TSR_ONSET_REACH_S;
}

static double
wrap (double turns)
{
  return turns - rint (turns);
}

/* Gives the null at time_s, and all after it, a phase congruent to `turns`. A null is
 * doubled where the sound before falls to it, so that only silence is bent. */
static void
anchor_at (TsrBreakpointList *list, double time_s, double turns)
{
  size_t i = 1;

  while (i < list->n && !(list->items[i].time_s > time_s - SAME_S &&
                          list->items[i].flags & TSR_BREAKPOINT_NULL))
    i++;
  if (i + 1 >= list->n || list->items[i].time_s > time_s + SAME_S)
    return;
  if ((list->items[i - 1].flags & TSR_BREAKPOINT_NULL) == 0) {
    TsrBreakpoint last = list->items[list->n - 1];
    tsr_breakpoint_list_append (list, &last);
    if (list->has_failed)
      return;
    for (size_t k = list->n - 1; k > i; k--)
      list->items[k] = list->items[k - 1];
    i++;
  }
  double shift = wrap (turns - list->items[i].phase_turns);
  for (; i < list->n; i++)
    list->items[i].phase_turns += shift;
}

TsrPartial *
tsr_partial_stretch_anchored (const TsrPartial *partial,
                              const TsrCurve   *time_map,
                              const double     *onsets_s,
                              size_t            n)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n_breakpoints = tsr_partial_n_breakpoints (partial);
  TsrPartial          *stretched = tsr_partial_stretch (partial, time_map);
  TsrBreakpointList    list = {0};

  for (size_t i = 1; stretched != NULL && i + 1 < n_breakpoints; i++) {
    bool begins = (b[i].flags & ~b[i + 1].flags & TSR_BREAKPOINT_NULL) != 0;
    if (!begins || !is_near_onset (onsets_s, n, b[i].time_s))
      continue;
    if (list.n == 0)
      tsr_breakpoint_list_append_split (&list, stretched, NULL, 0);
    anchor_at (&list, map_time (time_map, b[i].time_s), b[i].phase_turns);
  }
  if (list.n == 0)
    return stretched;
  tsr_partial_unref (stretched);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

/* ---- waveform shape ---- */

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The partial with breakpoints at the map's kinks and wherever the reference has some. */
static TsrPartial *
split_like (const TsrPartial *partial, const TsrPartial *reference, const TsrCurve *map)
{
  size_t            n_reference = tsr_partial_n_breakpoints (reference);
  size_t            n_map = tsr_curve_n_points (map), n = 0;
  double           *times_s = malloc ((n_reference + n_map) * sizeof *times_s);
  TsrBreakpointList list = {0};

  if (times_s == NULL)
    return NULL;
  for (size_t i = 0; i < n_reference; i++)
    times_s[n++] = tsr_partial_breakpoints (reference)[i].time_s;
  for (size_t i = 0; i < n_map; i++)
    times_s[n++] = tsr_curve_points (map)[i].x;
  qsort (times_s, n, sizeof *times_s, compare_times);
  tsr_breakpoint_list_append_split (&list, partial, times_s, n);
  free (times_s);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

typedef struct {
  const TsrPartial *reference, *stretched; /* the reference before and after */
  const TsrCurve   *map;
  double            ratio, start_s, end_s; /* span of the reference */
} Lock;

/* What locking adds to the phase at an old time inside the reference. */
static double
lock_turns (const Lock *lock, double time_s, const TsrBreakpoint *old)
{
  TsrBreakpoint            before, after;
  double                   there_s = map_time (lock->map, time_s);
  const TsrPartialSummary *s = tsr_partial_summary (lock->stretched);

  there_s = fmin (fmax (there_s, s->start_s), s->end_s);
  if (!tsr_partial_at (lock->reference, time_s, &before) ||
      !tsr_partial_at (lock->stretched, there_s, &after))
    return 0;
  return old->phase_turns + lock->ratio * (after.phase_turns - before.phase_turns);
}

/* f / s + ratio f_ref (1 - 1 / s): what the frequency of the locked phase is. */
static double
lock_hz (const Lock *lock, const TsrBreakpoint *old, double inverse_slope)
{
  TsrBreakpoint before;

  if (!tsr_partial_at (lock->reference, old->time_s, &before))
    return old->frequency_hz;
  double hz = lock->ratio * before.frequency_hz;
  return fmax (0, hz + (old->frequency_hz - hz) * inverse_slope);
}

static double
inverse_slope (const TsrBreakpoint *old, const TsrBreakpoint *new, size_t i, size_t n)
{
  double sum = 0;
  int    count = 0;

  for (int side = -1; side <= 0; side++) {
    if ((side < 0 && i == 0) || (side == 0 && i + 1 >= n))
      continue;
    size_t a = side < 0 ? i - 1 : i;
    double there_s = new[a + 1].time_s - new[a].time_s;
    if (!(there_s > 0))
      continue;
    sum += (old[a + 1].time_s - old[a].time_s) / there_s;
    count++;
  }
  return count > 0 ? sum / count : 1;
}

/* Locks the breakpoints inside the reference's span; those before and after are moved by
 * as much as the first and the last of them. False when there are none inside. */
static bool
lock_phases (const Lock *lock, const TsrBreakpoint *old, TsrBreakpoint *new, size_t n)
{
  size_t first = n, last = 0;

  for (size_t i = 0; i < n; i++)
    if (old[i].time_s >= lock->start_s && old[i].time_s <= lock->end_s) {
      first = first < i ? first : i;
      last = i;
    }
  if (first == n)
    return false;
  double before =
      lock_turns (lock, old[first].time_s, &old[first]) - new[first].phase_turns;
  double after = lock_turns (lock, old[last].time_s, &old[last]) - new[last].phase_turns;
  for (size_t i = 0; i < n; i++) {
    if (i < first || i > last) {
      new[i].phase_turns += i < first ? before : after;
      continue;
    }
    new[i].phase_turns = lock_turns (lock, old[i].time_s, &old[i]);
    new[i].frequency_hz = lock_hz (lock, &old[i], inverse_slope (old, new, i, n));
  }
  return true;
}

TsrPartial *
tsr_partial_stretch_locked (const TsrPartial *partial,
                            const TsrPartial *reference,
                            double            ratio,
                            const TsrCurve   *time_map)
{
  const TsrPartialSummary *s = tsr_partial_summary (reference);
  TsrPartial              *split = split_like (partial, reference, time_map);
  TsrPartial       *made = split != NULL ? tsr_partial_stretch (split, time_map) : NULL;
  TsrPartial       *stretched = tsr_partial_stretch (reference, time_map);
  Lock              lock = {reference, stretched, time_map, ratio, s->start_s, s->end_s};
  size_t            n = made != NULL ? tsr_partial_n_breakpoints (made) : 0;
  TsrBreakpointList list = {0};

  if (made != NULL && stretched != NULL && n == tsr_partial_n_breakpoints (split)) {
    tsr_breakpoint_list_append_split (&list, made, NULL, 0);
    if (!list.has_failed &&
        lock_phases (&lock, tsr_partial_breakpoints (split), list.items, n)) {
      tsr_partial_unref (made);
      made = tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
    }
    tsr_breakpoint_list_clear (&list);
  } else if (stretched == NULL) {
    tsr_partial_unref (made);
    made = NULL;
  }
  tsr_partial_unref (split);
  tsr_partial_unref (stretched);
  return made;
}

TsrPartial *
tsr_partial_reverse (const TsrPartial *partial, double mirror_s)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  TsrBreakpointList    list = {0};

  for (size_t i = tsr_partial_n_breakpoints (partial); i > 0; i--) {
    TsrBreakpoint mirrored = b[i - 1];
    mirrored.time_s = mirror_s - mirrored.time_s;
    mirrored.phase_turns = -mirrored.phase_turns;
    mirrored.slope_per_s = -mirrored.slope_per_s;
    mirrored.chirp_hz_per_s = -mirrored.chirp_hz_per_s;
    tsr_breakpoint_list_append (&list, &mirrored);
  }
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}
