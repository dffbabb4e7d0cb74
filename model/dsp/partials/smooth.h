/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints without the noise that the sound's residual hides anyway: phases and
 * logarithmic amplitudes are replaced by cubics through as many neighbours as follow one
 * (least squares; the widest window whose points scatter little enough, after Lepski's
 * rule), frequencies and slopes by their derivatives. Where one may be wrong by far more
 * than those around it, each counts by what it may be wrong by.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* In place. `spare[i]` is the amplitude (linear, re full scale) by which breakpoint i may
 * be wrong. Breakpoints that are not hop_s apart, and nulls, stay. False when memory is
 * short: then nothing was changed. */
bool
tsr_breakpoints_smooth (TsrBreakpoint *b, size_t n, const float *spare, double hop_s);
