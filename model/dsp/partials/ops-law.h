/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits of one partial by a law over time and frequency: the two ways from which
 * quantize, harmonify, formants, tilt, vibrato and curves over anything are made. Each
 * returns a new partial with the same identity, or NULL when memory is short. Breakpoints
 * are inserted where the law bends along a segment. Thread: any.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial.h"

/* A value at a time and the frequency that the partial has then. Continuous. */
typedef double (*TsrPartialLaw) (const void *user, double time_s, double frequency_hz);

/* The law gives the new frequency in Hz (kept >= 0). The phase is its integral, anchored
 * at the first breakpoint: Simpson's rule, exact for the quadratic that a segment's
 * frequency is (algorithm note 6.1). */
TsrPartial *
tsr_partial_remap (const TsrPartial *partial, TsrPartialLaw new_hz, const void *user);

/* The law gives a gain in dB. Nulls stay. */
TsrPartial *
tsr_partial_amplify (const TsrPartial *partial, TsrPartialLaw gain_db, const void *user);

/* The law gives the factor >= 0 on the amplitude of the noise part; the sinusoidal part
 * keeps its level: a'^2 = (1 - bw) a^2 + (x a)^2 bw. A partial of noise alone becomes
 * null where the factor is 0. */
TsrPartial *
tsr_partial_noise (const TsrPartial *partial, TsrPartialLaw factor, const void *user);

/* Deviations from a slow course are kept, taken away or exaggerated: the frequency moves
 * as course * (frequency / course)^factor, factor 1 changing nothing, 0 leaving the
 * course. The course is the frequency smoothed by a Gaussian whose response is 1/2 at 2
 * Hz. */
TsrPartial *tsr_partial_vibrato (const TsrPartial *partial,
                                 const TsrCurve   *factor_over_time);

/* The same of the amplitude, in dB. Within 50 ms of its ends nothing changes. */
TsrPartial *tsr_partial_tremolo (const TsrPartial *partial,
                                 const TsrCurve   *factor_over_time);

/* Frequency, amplitude and bandwidth smoothed by a Gaussian of `width_s` (from half to
 * half of its height); ends and nulls stay where they are. width_s > 0. */
TsrPartial *tsr_partial_smooth (const TsrPartial *partial, double width_s);
