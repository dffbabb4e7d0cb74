/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fundamental over time and the harmonic numbers of partials (algorithm note 6.6).
 * Thread: any.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial-set.h"

/* The fundamental in Hz over seconds, in frames 10 ms apart (coarser for sounds longer
 * than ten minutes) where the quality Q (f0) = sum a^2 cos (2 pi f / f0) / sum a^2 is 0.8
 * or more, of all channels together, within low_hz..high_hz. *curve NULL where no frame
 * has one. False when memory is short. */
bool tsr_fundamental_track (const TsrPartialSet *set,
                            double               low_hz,
                            double               high_hz,
                            TsrCurve           **curve);

/* Harmonic numbers, 0 for none, of the partials in order of the set. A stiff string's
 * partials f_n = n F sqrt (1 + B n^2) are numbered, too; *stiffness, which may be NULL,
 * becomes B. Of partials that sound together in a channel with the same number the one
 * with most energy keeps it. False when memory is short. */
bool tsr_label_partials (const TsrPartialSet *set,
                         const TsrCurve      *fundamental_hz_over_s,
                         int                 *labels,
                         double              *stiffness);

/* Mean of a partial's frequency over the fundamental, weighted with its energy. */
double tsr_harmonic_ratio (const TsrPartial *partial,
                           const TsrCurve   *fundamental_hz_over_s);
