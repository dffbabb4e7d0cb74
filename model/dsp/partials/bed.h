/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies under the partials of a sound that is struck once and dies away: the many
 * modes of a bell or a gong that are too close to one another, and too short, to be told
 * apart, and the room around them. Where partials explain a good part of such a sound but
 * leave much, what they leave is analysed again, as noisy as it may be, and of the
 * partials found those are kept that explain most for each of their breakpoints.
 */
#pragma once

#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/found.h"

/* Part of the energy of the sound; where partials leave less, nothing is added. */
#define TSR_BED_LEAST_PART 0.02

/* Whether a channel of a sound, of half a minute at most, rings and dies away
 * from one loudest moment on, by 40 dB or more. */
bool tsr_bed_may_be (const TsrSignal *signal, unsigned channel);

/* Adds partials to those found in samples first .. first + n - 1 of a channel with the
 * spacing and floor of these parameters; times count from the beginning of the signal. */
TsrStatus tsr_bed_explain (const TsrSignal         *signal,
                           unsigned                 channel,
                           int64_t                  first,
                           int64_t                  n,
                           const TsrAnalysisParams *params,
                           const TsrJob            *job,
                           TsrFound                *found);
