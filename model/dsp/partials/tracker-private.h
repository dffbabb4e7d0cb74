/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the stages of the tracker share. Times are counted in frames.
 */
#pragma once

#include "model/dsp/partials/linker.h"
#include "model/dsp/partials/tracker.h"

/* A growable array of tracks. */
typedef struct {
  TsrTrack **items;
  size_t     n, capacity;
} TsrTrackList;

bool tsr_track_list_add (TsrTrackList *list, TsrTrack *track); /* false: no memory */
/* Forgets tracks for which is_gone is set, without freeing them. */
void tsr_track_list_drop_gone (TsrTrackList *list);

/* The peaks of a frame that stage A left over. */
typedef struct {
  TsrPeak *peaks;
  size_t   n, capacity;
} TsrLeftOvers;

struct TsrTracker {
  TsrTrackerParams params;
  TsrLinker       *linker;
  int64_t          max_gap, max_sleep; /* the longest that stages B and D bridge */
  int64_t          n_frames;           /* pushed so far */
  bool             is_finished;

  TsrTrackList live;   /* stage A: their last point lies in the latest frame */
  TsrTrackList spare;  /* room for the next `live` */
  TsrTrackList tracks; /* all that are not finished, live ones included; owned */
  TsrTrackList done;   /* finished, waiting to be taken; owned */
  size_t       n_taken;

  TsrLeftOvers *left_overs;      /* a ring over frames */
  size_t        ring_size;       /* frames */
  int64_t       first_left_over; /* frames before it are used up */

  TsrLinkNode *rows, *columns; /* working memory of one linking */
  int32_t     *column_of_row;
  size_t       n_nodes; /* allocated */
};

/* Room for n nodes on each side. */
bool tsr_tracker_reserve_nodes (TsrTracker *tracker, size_t n);
/* Left-over peaks of a frame inside the ring. */
TsrLeftOvers *tsr_tracker_left_overs (TsrTracker *tracker, int64_t frame);
bool          tsr_left_overs_add (TsrLeftOvers *left_overs, const TsrPeak *peak);
/* Keeps the state at that end in the track. */
TsrLinkNode
tsr_tracker_end_node (const TsrTracker *tracker, TsrTrack *track, int direction);

/* Stage B and C: joins ends up to `end_horizon` to later beginnings. */
bool tsr_tracker_bridge (TsrTracker *tracker, int64_t end_horizon);
/* Stage D over one frame, and finishing of tracks that nothing can join any more. */
bool tsr_tracker_use_left_overs (TsrTracker *tracker, int64_t frame);
