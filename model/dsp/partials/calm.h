/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints that move as sounding things do: where the sound leaves a phase or an
 * amplitude in doubt, it is what makes frequency and amplitude bend least (a smoothing
 * spline with a weight for each point; Whittaker 1923). Frequencies become those that the
 * phases tell, except where these are of noise.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* In place. `spare[i]` is the amplitude (linear, re full scale) by which breakpoint i may
 * be wrong. Nulls stay. False when memory is short: then nothing was changed. */
bool tsr_breakpoints_calm (TsrBreakpoint *b, size_t n, const float *spare);
