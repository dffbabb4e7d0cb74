/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peaks of successive frames to tracks, in stages: clean peaks are linked first (A), gaps
 * bridged from both sides (B), interpolated points replaced by measured ones (C), and
 * left-over peaks then continue tracks or make tracks of their own (D). Works with a
 * bounded look-ahead, so that finished tracks leave while sound still comes in.
 * (Algorithm note 2.)
 */
#pragma once

#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/track.h"

typedef struct {
  double       spacing_hz; /* W */
  double       hop_s;      /* between frames */
  TsrNoisiness noisiness;
} TsrTrackerParams;

typedef struct TsrTracker TsrTracker;

TsrTracker *tsr_tracker_new (const TsrTrackerParams *params); /* NULL: no memory */
void        tsr_tracker_free (TsrTracker *tracker);           /* NULL is allowed */

/* The peaks of the next frame (the first is frame 0), in order of frequency; copied.
 * False when memory is short. */
bool tsr_tracker_push (TsrTracker *tracker, const TsrPeak *peaks, size_t n);
/* No frame follows. False when memory is short. */
bool tsr_tracker_finish (TsrTracker *tracker);

/* Tracks that are not finished, whose beginning is: borrowed, *n of them; valid until the
 * next call. */
TsrTrack *const *tsr_tracker_unfinished (TsrTracker *tracker, size_t *n);
/* The frame before which no further track can begin. */
int64_t tsr_tracker_horizon (const TsrTracker *tracker);
/* Whether nothing will be put before the first point of an unfinished track, and enough
 * points follow to look for its beginning. */
bool tsr_tracker_has_begun (const TsrTracker *tracker, const TsrTrack *track);

/* Next finished track(transfer full), or NULL when there is none yet. Their order
 * depends only on the peaks. */
TsrTrack *tsr_tracker_take (TsrTracker *tracker);
