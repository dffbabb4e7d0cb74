/* SPDX-License-Identifier: GPL-3.0-or-later
 * Joints between partials.
 */
#include "model/dsp/partials/ops-join.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

#define MOST_BEND 0.005    /* of the frequency, to meet a phase */
#define LEAST_GAP_S 1e-3   /* bridged; nearer ends are moved apart */
enum { MOST_CROSS = 512 }; /* breakpoints of a cross-fade */

static double
wrap (double turns)
{
  return turns - rint (turns);
}

/* Appends the second partial's breakpoints from `from` on, turned by `shift`. */
static void
append_turned (TsrBreakpointList *list,
               const TsrPartial  *second,
               size_t             from,
               double             shift)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (second);

  for (size_t i = from; i < tsr_partial_n_breakpoints (second); i++) {
    TsrBreakpoint next = b[i];
    next.phase_turns += shift;
    tsr_breakpoint_list_append (list, &next);
  }
}

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* Breakpoint i with what it needs to be joined to: a linear amplitude has no slope of its
 * own, so the side that fades is told flat. */
static TsrBreakpoint
joint (const TsrPartial *partial, size_t i)
{
  TsrBreakpoint b = tsr_partial_breakpoints (partial)[i];

  if (fabs ((double)b.slope_per_s) > 20)
    b.slope_per_s = 0;
  b.flags |= TSR_BREAKPOINT_BRIDGED;
  return b;
}

static TsrPartial *
bridge (const TsrPartial *first, const TsrPartial *second)
{
  const TsrBreakpoint *a = tsr_partial_breakpoints (first);
  const TsrBreakpoint *b = tsr_partial_breakpoints (second);
  size_t               last = tsr_partial_n_breakpoints (first) - 1, from = 0;
  TsrBreakpointList    list = {0};

  /* Nulls at the joint go, unless there is nothing else. */
  while (last > 0 && is_null (&a[last]))
    last--;
  while (from + 1 < tsr_partial_n_breakpoints (second) && is_null (&b[from]))
    from++;
  for (size_t i = 0; i < last; i++)
    tsr_breakpoint_list_append (&list, &a[i]);
  TsrBreakpoint left = joint (first, last), right = joint (second, from);
  double        T = right.time_s - left.time_s;
  tsr_breakpoint_list_append (&list, &left);
  double natural = left.phase_turns + 0.5 * T * (left.frequency_hz + right.frequency_hz);
  double shift = natural - right.phase_turns, off = wrap (shift);
  double least_hz = fmin (left.frequency_hz, right.frequency_hz);
  if (T > 0 && 2 * fabs (off) / T <= MOST_BEND * least_hz)
    shift -= off; /* whole turns: the second one's phase is met */
  right.phase_turns += shift;
  tsr_breakpoint_list_append (&list, &right);
  append_turned (&list, second, from + 1, shift);
  return tsr_breakpoint_list_finish (&list, first, tsr_partial_id (first));
}

typedef struct {
  const TsrPartial *first, *second;
  double            from_s, to_s;
} Overlap;

/* Mean of both at a time of the overlap; phase not set. */
static TsrBreakpoint
mixed_at (const Overlap *overlap, double time_s)
{
  TsrBreakpoint a = {0}, b = {0}, mixed;
  double        u = (time_s - overlap->from_s) / (overlap->to_s - overlap->from_s);
  double        w = 0.5 - 0.5 * cos (M_PI * u);

  tsr_partial_at (overlap->first, time_s, &a);
  tsr_partial_at (overlap->second, time_s, &b);
  double a0 = tsr_breakpoint_amplitude (&a), a1 = tsr_breakpoint_amplitude (&b);
  double amplitude = (1 - w) * a0 + w * a1;
  mixed = w < 0.5 ? a : b;
  mixed.time_s = time_s;
  mixed.frequency_hz = (1 - w) * a.frequency_hz + w * b.frequency_hz;
  mixed.bandwidth = (float)((1 - w) * (double)a.bandwidth + w * (double)b.bandwidth);
  mixed.slope_per_s = mixed.chirp_hz_per_s = 0;
  mixed.flags = amplitude > 0 ? TSR_BREAKPOINT_BRIDGED : TSR_BREAKPOINT_NULL;
  mixed.log_amplitude = amplitude > 0 ? log (amplitude) : TSR_LOG_AMPLITUDE_NULL;
  return mixed;
}

/* Slopes of amplitudes between neighbours, for points from..end-1. */
static void
set_slopes (TsrBreakpointList *list, size_t from, size_t end)
{
  for (size_t i = from; i < end && i + 1 < list->n; i++) {
    TsrBreakpoint *b = &list->items[i];
    if (i == 0 || is_null (&b[-1]) || is_null (b) || is_null (&b[1]))
      continue;
    double span_s = b[1].time_s - b[-1].time_s;
    if (span_s > 0)
      b->slope_per_s = (float)((b[1].log_amplitude - b[-1].log_amplitude) / span_s);
  }
}

static TsrPartial *
cross_fade (const TsrPartial *first, const TsrPartial *second)
{
  Overlap              overlap = {first,
                                  second,
                                  tsr_partial_summary (second)->start_s,
                                  tsr_partial_summary (first)->end_s};
  const TsrBreakpoint *a = tsr_partial_breakpoints (first);
  const TsrBreakpoint *b = tsr_partial_breakpoints (second);
  double               T = overlap.to_s - overlap.from_s;
  size_t            n = (size_t)fmin (fmax (4, ceil (T / 0.005)), MOST_CROSS), from = 0;
  TsrBreakpointList list = {0};

  for (size_t i = 0; a[i].time_s < overlap.from_s - 1e-9; i++)
    tsr_breakpoint_list_append (&list, &a[i]);
  size_t        begin = list.n;
  TsrBreakpoint here;
  tsr_partial_at (first, overlap.from_s, &here);
  double turns = here.phase_turns;
  for (size_t i = 0; i <= n; i++) {
    double time_s = i < n ? overlap.from_s + T * (double)i / (double)n : overlap.to_s;
    TsrBreakpoint mixed = mixed_at (&overlap, time_s);
    if (i > 0) {
      double        last_s = list.items[list.n - 1].time_s;
      TsrBreakpoint middle = mixed_at (&overlap, 0.5 * (last_s + time_s));
      turns += (time_s - last_s) / 6 *
               (list.items[list.n - 1].frequency_hz + 4 * middle.frequency_hz +
                mixed.frequency_hz);
    }
    mixed.phase_turns = turns;
    tsr_breakpoint_list_append (&list, &mixed);
    if (list.has_failed)
      break;
  }
  set_slopes (&list, begin, list.n);
  tsr_partial_at (second, overlap.to_s, &here);
  double shift = turns - here.phase_turns, off = wrap (shift);
  if (!list.has_failed && 2 * fabs (off) / T <= MOST_BEND * here.frequency_hz) {
    /* Spread by a raised cosine of unit integral over the overlap. */
    for (size_t i = begin; i < list.n; i++) {
      double u = (list.items[i].time_s - overlap.from_s) / T;
      list.items[i].phase_turns -= off * (u - sin (2 * M_PI * u) / (2 * M_PI));
      list.items[i].frequency_hz -= off / T * (1 - cos (2 * M_PI * u));
    }
    shift -= off;
  }
  while (from < tsr_partial_n_breakpoints (second) &&
         b[from].time_s <= overlap.to_s + 1e-9)
    from++;
  append_turned (&list, second, from, shift);
  return tsr_breakpoint_list_finish (&list, first, tsr_partial_id (first));
}

TsrPartial *
tsr_partial_join (const TsrPartial *first, const TsrPartial *second)
{
  const TsrPartialSummary *a = tsr_partial_summary (first);
  const TsrPartialSummary *b = tsr_partial_summary (second);

  if (!(a->start_s < b->start_s) || !(a->end_s < b->end_s))
    return NULL;
  return b->start_s - a->end_s > -LEAST_GAP_S ? bridge (first, second)
                                              : cross_fade (first, second);
}
