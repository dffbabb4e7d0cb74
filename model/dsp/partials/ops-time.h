/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits of the time of one partial beyond tsr_partial_stretch: attacks that keep their
 * phase, harmonics that keep theirs relative to a reference, reversal. Each returns a new
 * partial with the same identity, or NULL when memory is short. Thread: any.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial.h"

/* Beginnings this near to an onset belong to it. */
#define TSR_ONSET_REACH_S 0.005

/* A time map for which attacks are not stretched: the slope is 1 from 12 ms before each
 * onset to 20 ms after it (less where onsets are nearer than that), and every onset goes
 * where `time_map` takes it (algorithm note 6.4), and so do 0 and end_s, the end of the
 * sound. Onsets in increasing order. NULL when memory is short. */
TsrCurve *tsr_time_map_keep_onsets (const TsrCurve *time_map,
                                    const double   *onsets_s,
                                    size_t          n,
                                    double          end_s);

/* As tsr_partial_stretch; where the partial begins anew (out of a null) near one of the n
 * onsets, it begins with the phase it has there. */
TsrPartial *tsr_partial_stretch_anchored (const TsrPartial *partial,
                                          const TsrCurve   *time_map,
                                          const double     *onsets_s,
                                          size_t            n);

/* As tsr_partial_stretch, with phases that stay what they are relative to a reference
 * (algorithm note 6.2): with `ratio` = label / label of the reference,
 * theta' (t') = ratio ref' (t') + theta (t) - ratio ref (t). Outside the reference's span
 * phases go on from there by the frequency. */
TsrPartial *tsr_partial_stretch_locked (const TsrPartial *partial,
                                        const TsrPartial *reference,
                                        double            ratio,
                                        const TsrCurve   *time_map);

/* Backwards: time t becomes mirror_s - t, phases change sign. Twice is the identity, bit
 * for bit where the sums of times are exact. */
TsrPartial *tsr_partial_reverse (const TsrPartial *partial, double mirror_s);
