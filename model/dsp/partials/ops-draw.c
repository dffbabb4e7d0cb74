/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints by hand: moved, added, removed, drawn and erased.
 */
#include "model/dsp/partials/ops-join.h"

#include "model/dsp/partials/breakpoint-list.h"
#include "model/dsp/partials/ops-law.h"

#include <math.h>
#include <stdlib.h>

#define NEPER_PER_DB 0.11512925464970228
#define NEAREST_S 1e-4 /* of a breakpoint to its neighbours */
#define FADE_S 0.005
#define SILENT 1e-4      /* of the amplitude: nothing is left */
#define FLOOR_DB (-90.0) /* of a brush at full strength, before it is silence */

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* Slope of the amplitude at i from its sounding neighbours. */
static void
set_slope (TsrBreakpoint *b, size_t n, size_t i)
{
  size_t left = i > 0 && !is_null (&b[i - 1]) ? i - 1 : i;
  size_t right = i + 1 < n && !is_null (&b[i + 1]) ? i + 1 : i;
  double span_s = b[right].time_s - b[left].time_s;

  if (!is_null (&b[i]) && span_s > 0)
    b[i].slope_per_s = (float)((b[right].log_amplitude - b[left].log_amplitude) / span_s);
}

/* Turns of the segment between old a and b when it becomes that between c and d: the mean
 * frequency moves by the mean of what both ends move by. */
static double
bent_turns (const TsrBreakpoint *a,
            const TsrBreakpoint *b,
            const TsrBreakpoint *c,
            const TsrBreakpoint *d)
{
  double T = b->time_s - a->time_s, turns = b->phase_turns - a->phase_turns;

  if (!(T > 0))
    return turns;
  double moved_hz =
      0.5 * (c->frequency_hz - a->frequency_hz + d->frequency_hz - b->frequency_hz);
  return (d->time_s - c->time_s) * (turns / T + moved_hz);
}

TsrPartial *
tsr_partial_move_breakpoint (const TsrPartial *partial,
                             size_t            i,
                             double            time_s,
                             double            frequency_hz,
                             double            log_amplitude)
{
  const TsrBreakpoint *old = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  TsrBreakpointList    list = {0};

  tsr_breakpoint_list_append_split (&list, partial, NULL, 0);
  if (list.has_failed || i >= n) {
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  TsrBreakpoint *b = &list.items[i];
  double         low = i > 0 ? old[i - 1].time_s + NEAREST_S : -INFINITY;
  double         high = i + 1 < n ? old[i + 1].time_s - NEAREST_S : INFINITY;
  b->time_s = low < high ? fmin (fmax (time_s, low), high) : b->time_s;
  b->frequency_hz = fmax (0, frequency_hz);
  if (!is_null (b))
    b->log_amplitude = log_amplitude;
  b->flags &= ~(uint32_t)(TSR_BREAKPOINT_CLEAN | TSR_BREAKPOINT_BRIDGED);
  if (i > 0)
    b->phase_turns = b[-1].phase_turns + bent_turns (&old[i - 1], &old[i], &b[-1], b);
  if (i + 1 < n) {
    double next = b->phase_turns + bent_turns (&old[i], &old[i + 1], b, &b[1]);
    double shift = next - b[1].phase_turns;
    for (size_t k = i + 1; k < n; k++)
      list.items[k].phase_turns += shift;
  }
  for (size_t k = i > 0 ? i - 1 : 0; k < n && k <= i + 1; k++)
    set_slope (list.items, n, k);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

TsrPartial *
tsr_partial_remove_breakpoint (const TsrPartial *partial, size_t i)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  TsrBreakpointList    list = {0};

  for (size_t k = 0; k < n; k++)
    if (k != i)
      tsr_breakpoint_list_append (&list, &b[k]);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

TsrPartial *
tsr_partial_add_breakpoint (const TsrPartial *partial, double time_s)
{
  TsrBreakpointList list = {0};

  tsr_breakpoint_list_append_split (&list, partial, &time_s, 1);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

size_t
tsr_partial_nearest_breakpoint (const TsrPartial *partial, double time_s)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               nearest = 0;

  for (size_t i = 1; i < tsr_partial_n_breakpoints (partial); i++)
    if (fabs (b[i].time_s - time_s) < fabs (b[nearest].time_s - time_s))
      nearest = i;
  return nearest;
}

/* ---- the pencil ---- */

static TsrBreakpoint
drawn_point (const TsrPathPoint *p)
{
  return (TsrBreakpoint){.time_s = p->time_s,
                         .frequency_hz = p->frequency_hz,
                         .log_amplitude = p->amplitude_db * NEPER_PER_DB};
}

/* A null where a drawn partial begins or ends, and its first or last sounding point
 * fade_s inside. */
static TsrBreakpoint
silent_end (const TsrBreakpoint *b)
{
  TsrBreakpoint end = *b;

  end.flags |= TSR_BREAKPOINT_NULL;
  end.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  end.slope_per_s = 0;
  return end;
}

/* Straight between two drawn points. */
static TsrBreakpoint
between (const TsrPathPoint *a, const TsrPathPoint *b, double time_s)
{
  double       u = (time_s - a->time_s) / (b->time_s - a->time_s);
  TsrPathPoint p = {time_s,
                    a->frequency_hz + u * (b->frequency_hz - a->frequency_hz),
                    a->amplitude_db + u * (b->amplitude_db - a->amplitude_db)};
  return drawn_point (&p);
}

static TsrBreakpoint
path_at (const TsrPathPoint *points, size_t n, double time_s)
{
  size_t i = 0;

  while (i + 2 < n && points[i + 1].time_s <= time_s)
    i++;
  return between (&points[i], &points[i + 1], time_s);
}

static void
integrate (TsrBreakpointList *list)
{
  for (size_t i = 1; i < list->n; i++) {
    TsrBreakpoint *b = &list->items[i];
    double         T = b->time_s - b[-1].time_s;
    b->phase_turns = b[-1].phase_turns + 0.5 * T * (b[-1].frequency_hz + b->frequency_hz);
    b->chirp_hz_per_s = T > 0 ? (float)((b->frequency_hz - b[-1].frequency_hz) / T) : 0;
  }
}

/* Points that a straight line in dB needs: none; the Hermite of the logarithm overshoots
 * at a bend, so bends get a flat slope when they are peaks and the lesser slope else. */
static void
set_drawn_slopes (TsrBreakpointList *list)
{
  for (size_t i = 1; i + 1 < list->n; i++) {
    TsrBreakpoint *b = &list->items[i];
    double         left = is_null (&b[-1]) ? 0
                                           : (b->log_amplitude - b[-1].log_amplitude) /
                                         (b->time_s - b[-1].time_s);
    double         right = is_null (&b[1]) ? left
                                           : (b[1].log_amplitude - b->log_amplitude) /
                                         (b[1].time_s - b->time_s);
    left = is_null (&b[-1]) ? right : left;
    b->slope_per_s =
        left * right > 0 ? (float)(fabs (left) < fabs (right) ? left : right) : 0;
  }
}

TsrPartial *
tsr_partial_draw (const TsrPathPoint *points, size_t n, int label, unsigned channel)
{
  double            start_s = points[0].time_s, end_s = points[n - 1].time_s;
  double            fade_s = fmin (FADE_S, (end_s - start_s) / 4);
  TsrBreakpointList list = {0};

  TsrBreakpoint first = drawn_point (&points[0]), last = drawn_point (&points[n - 1]);
  first = silent_end (&first);
  last = silent_end (&last);
  TsrBreakpoint risen = path_at (points, n, start_s + fade_s);
  TsrBreakpoint falls = path_at (points, n, end_s - fade_s);
  tsr_breakpoint_list_append (&list, &first);
  tsr_breakpoint_list_append (&list, &risen);
  for (size_t i = 1; i + 1 < n; i++) {
    TsrBreakpoint b = drawn_point (&points[i]);
    if (b.time_s > risen.time_s + NEAREST_S && b.time_s < falls.time_s - NEAREST_S)
      tsr_breakpoint_list_append (&list, &b);
  }
  tsr_breakpoint_list_append (&list, &falls);
  tsr_breakpoint_list_append (&list, &last);
  TsrPartial *made = NULL;
  if (!list.has_failed) {
    integrate (&list);
    set_drawn_slopes (&list);
    made = tsr_partial_new (0, label, channel, list.items, list.n);
  }
  tsr_breakpoint_list_clear (&list);
  return made;
}

/* ---- the eraser ---- */

static double
brush_gain_db (const void *user, double time_s, double frequency_hz)
{
  double left = 1 - tsr_brush_at (user, time_s, frequency_hz);

  return left > SILENT ? fmax (FLOOR_DB, 20 * log10 (left)) : FLOOR_DB;
}

TsrPartial *
tsr_partial_erase (const TsrPartial *partial, const TsrBrush *brush)
{
  TsrPartial       *made = tsr_partial_amplify (partial, brush_gain_db, brush);
  TsrBreakpointList list = {0};

  if (made == NULL || brush->strength < 1 - SILENT)
    return made;
  tsr_breakpoint_list_append_split (&list, made, NULL, 0);
  for (size_t i = 0; i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i];
    if (is_null (b) || tsr_brush_at (brush, b->time_s, b->frequency_hz) < 1 - SILENT)
      continue;
    *b = silent_end (b);
  }
  tsr_partial_unref (made);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

/* ---- silence ---- */

/* Whether silence of some length lies between i and i + 1. */
static bool
is_silent_after (const TsrBreakpoint *b, size_t n, size_t i)
{
  return i + 1 < n && is_null (&b[i]) && is_null (&b[i + 1]) &&
         b[i + 1].time_s > b[i].time_s;
}

static bool
sounds (const TsrBreakpoint *b, size_t from, size_t end)
{
  for (size_t i = from; i < end; i++)
    if (!is_null (&b[i]))
      return true;
  return false;
}

TsrPartial **
tsr_partial_sounding_pieces (const TsrPartial *partial, size_t *n_pieces)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  TsrPartial         **pieces = calloc (n + 1, sizeof *pieces);

  *n_pieces = 0;
  for (size_t from = 0, end; pieces != NULL && from < n; from = end) {
    for (end = from + 1; end < n && !is_silent_after (b, n, end - 1);)
      end++;
    if (!sounds (b, from, end))
      continue;
    TsrPartial *piece = end - from == n ? tsr_partial_ref ((TsrPartial *)partial)
                                        : tsr_partial_new (0,
                                                           tsr_partial_label (partial),
                                                           tsr_partial_channel (partial),
                                                           b + from,
                                                           end - from);
    if (piece != NULL)
      pieces[(*n_pieces)++] = piece;
  }
  return pieces;
}
