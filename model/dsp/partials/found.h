/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials of an analysis that are judged before they are kept.
 */
#pragma once

#include "model/dsp/partials/partial.h"
#include "model/dsp/status.h"

/* Zero it to begin with. */
typedef struct {
  TsrPartial **items; /* ids 1, 2 .. in the order of collecting */
  size_t       n, capacity;
} TsrFound;

/* A TsrPartialSink; `found` is a TsrFound. */
TsrStatus tsr_found_collect (void *found, TsrPartial *partial);
void      tsr_found_clear (TsrFound *found);

/* Hands partial i out (transfer full) as one of another channel, `later_s` later and
 * without an id; NULL when memory is short. */
TsrPartial *
tsr_found_moved (const TsrFound *found, size_t i, unsigned channel, double later_s);

/* What has to become less by a partial that is kept: energies, sums of squares. */
typedef struct {
  double for_each;
  double for_breakpoint; /* and so much more for each of its breakpoints */
} TsrFoundPrice;

/* Goes through the partials, those of most energy first, and keeps those without which n
 * samples of `rest`, from time 0 on, would hold more energy: by more than their price.
 * They are taken away from it. */
TsrStatus tsr_found_choose (
    TsrFound *found, double rate_hz, const TsrFoundPrice *price, double *rest, size_t n);
