/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints as runs of phasors, for sums and projections over their samples.
 */
#pragma once

#include "model/dsp/partials/partial.h"
#include "model/dsp/partials/phasor-run.h"

/* Takes a run whose first sample, of the zeros of its lead, is `first`. */
typedef void (*TsrUseRun) (void *user, const TsrPhasorRun *run, int64_t first);

/* The last of n >= 2 breakpoints at or before a time, at least 0, at most n - 2. */
size_t tsr_segment_before (const TsrBreakpoint *b, size_t n, double time_s);

/* Samples first .. end - 1, without silent ones, in order; sample 0 is at start_s. With
 * their leads, runs begin whole eights of samples behind `origin`, at most `first`. */
void tsr_render_runs (const TsrBreakpoint *b,
                      size_t               n,
                      double               start_s,
                      double               rate_hz,
                      int64_t              origin,
                      int64_t              first,
                      int64_t              end,
                      TsrUseRun            use,
                      void                *user);
