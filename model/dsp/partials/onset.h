/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tracks that begin together: a common beginning, exact to the sample, where that
 * explains the sound better than the beginning each track finds for itself. (Alone, each
 * mistakes the clicks of the others for a part of its own.)
 */
#pragma once

#include "model/dsp/partials/edge.h"

/* Finds the beginning of a track on its own and keeps it in the track. */
void tsr_onset_find (TsrEdgeFinder *finder, TsrTrack *track);

/* Aligns those of n tracks that begin at nearly the same time. Sorts the array; false
 * when memory is short. */
bool tsr_onset_align (const TsrEdgeSignal *signal, TsrTrack **tracks, size_t n);

/* The beginning a track was given; false when it has none that still holds. */
bool tsr_onset_edge (const TsrEdgeSignal *signal, const TsrTrack *track, TsrEdge *edge);
