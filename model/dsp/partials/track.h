/* SPDX-License-Identifier: GPL-3.0-or-later
 * A track: the peaks of successive frames that belong together, one a frame.
 */
#pragma once

#include "model/dsp/partials/peak.h"

enum {
  /* In TsrPeak.flags. */
  TSR_PEAK_CLEAN = 1 << 0,    /* its misfit was small */
  TSR_PEAK_BRIDGED = 1 << 1,  /* interpolated, not measured */
  TSR_PEAK_CONSUMED = 1 << 2, /* belongs to a track or is explained by one */
};

typedef struct {
  TsrPeak *points;
  size_t   n, capacity;
  int64_t  first_frame;

  /* The tracker's. */
  bool is_start_decided, is_end_decided; /* nothing clean will be joined there any more */
  bool is_left_over;                     /* was born from left-over peaks */
  bool is_gone;                          /* joined to another one */
  TsrPeak ends[2];                       /* states at start and end, */
  size_t  ends_n[2];                     /* as long as n is this, 0 = never */

  /* The beginning, when it was settled early, together with other tracks'. */
  bool    is_start_settled, has_start; /* looked for; and found */
  int64_t start_anchor;                /* frame */
  double  start_sample, start_ramp;    /* middle and length of the ramp, samples */

  bool is_cut[2]; /* goes on beyond the first or last point, in another track */
} TsrTrack;

TsrTrack *tsr_track_new (int64_t first_frame); /* NULL when memory is short */
void      tsr_track_free (TsrTrack *track);    /* NULL is allowed */

bool tsr_track_append (TsrTrack *track, const TsrPeak *point); /* false: no memory */
static inline int64_t
tsr_track_last_frame (const TsrTrack *track)
{
  return track->first_frame + (int64_t)track->n - 1;
}

/* Interpolates over the frames between `track` and `next` (which begins later) and
 * appends all points of `next`, which becomes empty. False when memory is short. */
bool tsr_track_join (TsrTrack *track, TsrTrack *next, double hop_s);

/* Appends `gap` interpolated points and then `point`. */
bool tsr_track_extend (TsrTrack *track, size_t gap, const TsrPeak *point, double hop_s);

/* Point `first` smoothed by parabolas through frequencies and rates, amplitudes and
 * slopes of n_points measured points from there on (step +1 or -1), better ones counting
 * more. Its phase is the measured one. */
TsrPeak tsr_track_state (const TsrTrack *track,
                         size_t          first,
                         int             step,
                         size_t          n_points,
                         double          hop_s,
                         double          spacing_hz);

/* The state at the last (direction > 0) or first point; amplitude: median of three
 * (algorithm note 2.2). */
TsrPeak tsr_track_end_state (const TsrTrack *track,
                             int             direction,
                             double          hop_s,
                             double          spacing_hz);

/* Makes the points up to `frame` a track of their own (transfer full), with the same
 * beginning; `track` goes on from the point at `frame`, which both have. NULL when memory
 * is short. */
TsrTrack *tsr_track_cut (TsrTrack *track, int64_t frame);

/* How many points were clean. */
size_t tsr_track_n_clean (const TsrTrack *track);
