/* SPDX-License-Identifier: GPL-3.0-or-later
 * A growing list of breakpoints from which an edited partial is made, and the splitting
 * of segments that keeps their curve. Private to the edits.
 */
#pragma once

#include "model/dsp/partials/partial.h"

typedef struct {
  TsrBreakpoint *items;
  size_t         n, capacity;
  bool           has_failed; /* memory was short: appending does nothing any more */
} TsrBreakpointList;

void tsr_breakpoint_list_clear (TsrBreakpointList *list);
void tsr_breakpoint_list_append (TsrBreakpointList *list, const TsrBreakpoint *b);

/* Appends what the curve between a and b does from u0 (exclusive, already there) to u1
 * (inclusive), 0 <= u0 < u1 <= 1: the value at u1, and before it as many points as the
 * interpolation of the shorter pieces needs to follow the curve of the longer one. */
void tsr_breakpoint_list_append_between (TsrBreakpointList   *list,
                                         const TsrBreakpoint *a,
                                         const TsrBreakpoint *b,
                                         double               u0,
                                         double               u1);

/* Appends the breakpoints of the partial with further ones at those of the n sorted times
 * that are at least 0.1 ms from a breakpoint. */
void tsr_breakpoint_list_append_split (TsrBreakpointList *list,
                                       const TsrPartial  *partial,
                                       const double      *times_s,
                                       size_t             n);

/* A partial with the identity of `like` (or id 0) and the list's breakpoints; one that
 * does not come after its forerunner by the rules of partial.h is left out. Clears the
 * list. NULL when memory is or was short, or the list is empty. */
TsrPartial *
tsr_breakpoint_list_finish (TsrBreakpointList *list, const TsrPartial *like, int64_t id);
