/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a track really begins and ends: the local model of its first trustworthy frame,
 * switched on (or off) at an unknown time over an unknown ramp, is fitted to the windowed
 * transforms of the frames outside (algorithm note 3.5).
 */
#pragma once

#include "model/dsp/partials/slow.h"
#include "model/dsp/partials/track.h"
#include "model/dsp/spectrum/window.h"

/* Distance of breakpoints, in hops of frames. A window of 8/W shows little that is new
 * every 1/W, but partials may move between frames: the refit tells how. */
#define TSR_BREAKPOINT_HOPS 0.5

/* A step lies so many samples before the first one that sounds: in the middle of where it
 * may be, but less than half a sample from that one whatever is rounded. */
#define TSR_STEP_AHEAD 0.499

typedef struct {
  const float *samples;
  int64_t      n_samples; /* outside is silence, */
  bool         is_cut[2]; /* but tracks that reach the first or last frame go on there */
  double       offset;    /* subtracted from every sample */
  const TsrSlow   *slow;  /* what may be subtracted instead; NULL is allowed */
  double           rate_hz;
  int64_t          hop; /* frame i is centred at sample i * hop: 1/W apart */
  const TsrWindow *window;
} TsrEdgeSignal;

/* A sample less the offset, or what may be subtracted instead; 0 outside. */
double tsr_edge_signal_at (const TsrEdgeSignal *signal, int64_t sample);

/* Working memory. One thread at a time. */
typedef struct TsrEdgeFinder TsrEdgeFinder;

/* Keeps the pointers in `signal`. NULL when memory is short. */
TsrEdgeFinder       *tsr_edge_finder_new (const TsrEdgeSignal *signal);
void                 tsr_edge_finder_free (TsrEdgeFinder *finder); /* NULL is allowed */
const TsrEdgeSignal *tsr_edge_finder_signal (const TsrEdgeFinder *finder);

typedef struct {
  size_t  anchor;   /* point of the track whose model reaches up to the edge */
  TsrPeak model;    /* that point; its curves held back where they cannot be trusted */
  double  distance; /* samples from the anchor outwards to the middle of the ramp */
  double  ramp;     /* its length in samples, 0 = a step; at most 2 distance */
} TsrEdge;

/* Growth of the log-amplitude of a point's local model over dt seconds, limited to what
 * can be trusted. */
double tsr_edge_growth (const TsrPeak *point, double dt);
/* Its amplitude at n times, the first and the step between them in seconds from it. */
void tsr_edge_amplitudes (
    const TsrPeak *point, double first_s, double step_s, int n, double *amplitudes);

/* A point as the model of what lies outside it in the direction. */
TsrPeak tsr_edge_model (const TsrEdgeSignal *signal,
                        const TsrTrack      *track,
                        size_t               anchor,
                        int                  direction);

/* The edge at the beginning(direction -1) or end (+1). False when no edge can be told:
 * the track is to be used up to its last point then. */
bool tsr_edge_find (TsrEdgeFinder  *finder,
                    const TsrTrack *track,
                    int             direction,
                    TsrEdge        *edge);
