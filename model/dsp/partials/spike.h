/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lone frequencies beside noise: what was not measured cleanly and lies far from its
 * neighbours gets the frequency that the phases beside it tell, held near theirs.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* Changes frequencies of breakpoints without TSR_BREAKPOINT_CLEAN, in place: those
 * further than 17 cents from the median of seven (three, five near an end) come as near
 * as that. */
void tsr_breakpoints_drop_spikes (TsrBreakpoint *b, size_t n);
