/* SPDX-License-Identifier: GPL-3.0-or-later
 * Curves of partials as straight lines: what formats and pictures without curves need.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* Into how many equal pieces (1..4096) the segment from a to b is to be cut so that
 * straight lines in frequency and amplitude between their ends are closer to the curve
 * than these tolerances. Where the curve bends by more than 1 cent or
 * 1 dB between the two (a partial that trembles, an attack), they are at least 1 ms long
 * or a quarter of the segment, and err by at most what bends within that. */
int tsr_breakpoint_n_straight (const TsrBreakpoint *a,
                               const TsrBreakpoint *b,
                               double               tolerance_cent,
                               double               tolerance_db);
