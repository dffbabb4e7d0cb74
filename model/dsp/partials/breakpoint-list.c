/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of breakpoints under construction.
 */
#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

#define SMALLEST_GAP_S 1e-4

void
tsr_breakpoint_list_clear (TsrBreakpointList *list)
{
  free (list->items);
  *list = (TsrBreakpointList){0};
}

void
tsr_breakpoint_list_append (TsrBreakpointList *list, const TsrBreakpoint *b)
{
  if (list->has_failed)
    return;
  if (list->n == list->capacity) {
    size_t         capacity = list->capacity * 2 + 32;
    TsrBreakpoint *items = realloc (list->items, capacity * sizeof *items);
    if (items == NULL) {
      list->has_failed = true;
      return;
    }
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->n++] = *b;
}

/* The value at u, with the slope that a linear amplitude has in the logarithm. */
static TsrBreakpoint
value_at (const TsrBreakpoint *a, const TsrBreakpoint *b, double u)
{
  TsrBreakpoint value;

  tsr_breakpoint_between (a, b, u, &value);
  if (((a->flags | b->flags) & TSR_BREAKPOINT_NULL) == 0 ||
      (value.flags & TSR_BREAKPOINT_NULL) != 0)
    return value;
  double a0 = tsr_breakpoint_amplitude (a), a1 = tsr_breakpoint_amplitude (b);
  value.slope_per_s =
      (float)((a1 - a0) / (b->time_s - a->time_s) / ((1 - u) * a0 + u * a1));
  return value;
}

/* Largest |d log_amplitude / du| between u0 and u1, by the ends and seven points. */
static double
steepest (const TsrBreakpoint *a, const TsrBreakpoint *b, double u0, double u1)
{
  double T = b->time_s - a->time_s, most = 0;

  for (int i = 0; i <= 8; i++) {
    TsrBreakpoint value;
    tsr_breakpoint_between (a, b, u0 + (u1 - u0) * i / 8, &value);
    most = fmax (most, fabs ((double)value.slope_per_s * T));
  }
  return most;
}

/* Appends the value at u unless that lies beyond `last`; returns u. */
static double
append_at (TsrBreakpointList   *list,
           const TsrBreakpoint *a,
           const TsrBreakpoint *b,
           double               u,
           double               last)
{
  if (u <= last) {
    TsrBreakpoint value = value_at (a, b, u);
    tsr_breakpoint_list_append (list, &value);
  }
  return u;
}

/* Where a linear amplitude is cut from its null, pieces grow by a fifth of their distance
 * from it: there the Hermite of the logarithm is straight to 3e-5. The slope at the far
 * end belongs to the neighbouring segment, so a short piece keeps it there. */
static void
append_linear (TsrBreakpointList   *list,
               const TsrBreakpoint *a,
               const TsrBreakpoint *b,
               double               u0,
               double               u1)
{
  bool   rises = (a->flags & TSR_BREAKPOINT_NULL) != 0;
  double gap = SMALLEST_GAP_S / (b->time_s - a->time_s), u = u0;
  bool   is_far = rises ? u1 >= 1 && u0 > 0 : u0 <= 0 && u1 < 1;
  double last = rises && is_far ? 1 - gap : u1 - gap;

  if (rises ? u0 <= 0 : u1 >= 1)
    return;
  if (!rises && is_far)
    u = append_at (list, a, b, u + gap, last);
  for (;;) {
    double step = rises ? 0.2 * u : (1 - u) / 6;
    step = step > gap ? step : gap;
    if (u + step > last)
      break;
    u = append_at (list, a, b, u + step, last);
  }
  if (rises && is_far && last - u > 0)
    append_at (list, a, b, last, last);
}

void
tsr_breakpoint_list_append_between (TsrBreakpointList   *list,
                                    const TsrBreakpoint *a,
                                    const TsrBreakpoint *b,
                                    double               u0,
                                    double               u1)
{
  uint32_t nulls = (a->flags ^ b->flags) & TSR_BREAKPOINT_NULL;
  bool     is_whole = u0 <= 0 && u1 >= 1;

  if (!is_whole && nulls != 0)
    append_linear (list, a, b, u0, u1);
  else if (!is_whole && ((a->flags | b->flags) & TSR_BREAKPOINT_NULL) == 0) {
    /* Slopes of a piece are clamped at 3 per its length. */
    double n = fmin (ceil (steepest (a, b, u0, u1) * (u1 - u0) / 3), 64);
    for (int i = 1; i < (int)n; i++) {
      TsrBreakpoint value = value_at (a, b, u0 + (u1 - u0) * i / n);
      tsr_breakpoint_list_append (list, &value);
    }
  }
  TsrBreakpoint last = u1 >= 1 ? *b : value_at (a, b, u1);
  tsr_breakpoint_list_append (list, &last);
}

void
tsr_breakpoint_list_append_split (TsrBreakpointList *list,
                                  const TsrPartial  *partial,
                                  const double      *times_s,
                                  size_t             n)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n_breakpoints = tsr_partial_n_breakpoints (partial), k = 0;

  tsr_breakpoint_list_append (list, &b[0]);
  for (size_t i = 0; i + 1 < n_breakpoints; i++) {
    double T = b[i + 1].time_s - b[i].time_s, u = 0;
    for (; k < n && times_s[k] < b[i + 1].time_s; k++) {
      double x = times_s[k] - b[i].time_s;
      if (x < SMALLEST_GAP_S || T - x < SMALLEST_GAP_S)
        continue;
      tsr_breakpoint_list_append_between (list, &b[i], &b[i + 1], u, x / T);
      u = x / T;
    }
    tsr_breakpoint_list_append_between (list, &b[i], &b[i + 1], u, 1);
  }
}

/* Keeps what partial.h asks of times, in place. */
static void
drop_disordered (TsrBreakpointList *list)
{
  size_t kept = 1;

  for (size_t i = 1; i < list->n; i++) {
    const TsrBreakpoint *last = &list->items[kept - 1], *next = &list->items[i];
    bool                 null = ((last->flags | next->flags) & TSR_BREAKPOINT_NULL) != 0;
    if (next->time_s > last->time_s || (next->time_s == last->time_s && null))
      list->items[kept++] = *next;
  }
  list->n = kept;
}

TsrPartial *
tsr_breakpoint_list_finish (TsrBreakpointList *list, const TsrPartial *like, int64_t id)
{
  TsrPartial *partial = NULL;

  if (!list->has_failed && list->n > 0) {
    drop_disordered (list);
    partial = tsr_partial_new_like (like, id, list->items, list->n);
  }
  tsr_breakpoint_list_clear (list);
  return partial;
}
