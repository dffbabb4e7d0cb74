/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a track (points on the grid of frames, phases wrapped) to a partial: its edges
 * found in the signal, its phase unwrapped.
 */
#pragma once

#include "model/dsp/partials/edge.h"
#include "model/dsp/partials/partial.h"
#include "model/dsp/partials/track.h"

/* Partial of the track, id 0; NULL when memory is short. `start_s` is the time of sample
 * 0 of the edge finder's signal. Points of the track are left as they are. */
TsrPartial *tsr_partial_from_track (const TsrTrack *track,
                                    TsrEdgeFinder  *edges,
                                    unsigned        channel,
                                    double          start_s);
