/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fewer breakpoints for the same curve: those that the interpolation between others
 * reproduces are left out.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* Leaves breakpoints out, in place; returns how many are left. Nulls, what lies beside
 * them, and the ends stay. At each breakpoint left out, amplitude and phase stay within
 * an error of `spare[i]` (linear, re full scale; but of 0.0001 to 0.1 of the partial's
 * amplitude there), and the frequency within what such an error over a hop can tell, the
 * closer the smaller the error. Those kept are at most eight hops and 50 ms apart. */
size_t
tsr_breakpoints_thin (TsrBreakpoint *b, size_t n, const float *spare, double hop_s);
