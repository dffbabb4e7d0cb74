/* SPDX-License-Identifier: GPL-3.0-or-later
 * A filter drawn over frequency, applied to one partial (algorithm note 6.1).
 */
#include "model/dsp/partials/ops.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

#define NEPER_PER_DB 0.11512925464970228
enum { PROBES = 16, MOST_PIECES = 64 };

static double
gain_db_between (const TsrCurve      *gain_db_over_hz,
                 const TsrBreakpoint *a,
                 const TsrBreakpoint *b,
                 double               u)
{
  TsrBreakpoint value;

  tsr_breakpoint_between (a, b, u, &value);
  return tsr_curve_at (gain_db_over_hz, value.frequency_hz);
}

/* The segment in pieces along each of which the gain changes by 1 dB at most. */
static void
append_split (TsrBreakpointList   *list,
              const TsrCurve      *gain_db_over_hz,
              const TsrBreakpoint *a,
              const TsrBreakpoint *b)
{
  double T = b->time_s - a->time_s, travel_db = 0;
  double before_db = tsr_curve_at (gain_db_over_hz, a->frequency_hz);

  if (!(T > 0) || (a->flags & b->flags & TSR_BREAKPOINT_NULL) != 0) {
    tsr_breakpoint_list_append (list, b);
    return;
  }
  for (int i = 1; i <= PROBES; i++) {
    double here_db = gain_db_between (gain_db_over_hz, a, b, (double)i / PROBES);
    travel_db += fabs (here_db - before_db);
    before_db = here_db;
  }
  double n = fmin (ceil (travel_db - 1e-9), MOST_PIECES);
  n = fmax (1, fmin (n, floor (T / 1e-4)));
  for (int i = 0; i < (int)n; i++)
    tsr_breakpoint_list_append_between (
        list, a, b, i / n, i + 1 < (int)n ? (i + 1) / n : 1);
}

/* Slope of the gains around point i, dB/s; 0 where a side is missing or a null. */
static double
gain_slope (const TsrBreakpointList *list, const double *gains_db, size_t i)
{
  size_t               left = i > 0 ? i - 1 : i, right = i + 1 < list->n ? i + 1 : i;
  const TsrBreakpoint *b = list->items;

  if (b[left].flags & TSR_BREAKPOINT_NULL)
    left = i;
  if (b[right].flags & TSR_BREAKPOINT_NULL)
    right = i;
  double span_s = b[right].time_s - b[left].time_s;
  return span_s > 0 ? (gains_db[right] - gains_db[left]) / span_s : 0;
}

static bool
apply_gains (TsrBreakpointList *list, const TsrCurve *gain_db_over_hz)
{
  double *gains_db = malloc (list->n * sizeof *gains_db);

  if (gains_db == NULL)
    return false;
  for (size_t i = 0; i < list->n; i++)
    gains_db[i] = tsr_curve_at (gain_db_over_hz, list->items[i].frequency_hz);
  for (size_t i = 0; i < list->n; i++) {
    TsrBreakpoint *b = &list->items[i];
    if (b->flags & TSR_BREAKPOINT_NULL)
      continue;
    b->log_amplitude += gains_db[i] * NEPER_PER_DB;
    b->slope_per_s =
        (float)((double)b->slope_per_s + gain_slope (list, gains_db, i) * NEPER_PER_DB);
  }
  free (gains_db);
  return true;
}

TsrPartial *
tsr_partial_filter (const TsrPartial *partial, const TsrCurve *gain_db_over_hz)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  TsrBreakpointList    list = {0};

  tsr_breakpoint_list_append (&list, &b[0]);
  for (size_t i = 0; i + 1 < n; i++)
    append_split (&list, gain_db_over_hz, &b[i], &b[i + 1]);
  if (list.has_failed || !apply_gains (&list, gain_db_over_hz)) {
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}
