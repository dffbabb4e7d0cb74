/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints of a track.
 */
#include "model/dsp/partials/track-partial.h"

#include "model/dsp/partials/onset.h"

#include <math.h>
#include <stdlib.h>

/* Points on each side, all of them, and the sum of their squared distances. */
enum { BEND_REACH = 2, BEND_POINTS = 5, BEND_SQUARES = 10 };

/* A shorter ramp becomes a step. */
#define SHORTEST_RAMP_S 1e-4
/* Breakpoints at edges keep this distance, in that of breakpoints. */
#define NEAR_HOPS 0.3
/* A long ramp turns into what follows over this time. */
#define KNEE_S 2e-4

typedef struct {
  TsrBreakpoint       *b;
  size_t               n;
  const TsrTrack      *track;
  const TsrEdgeSignal *signal;
  double               start_s;
} Builder;

/* Distance of breakpoints. */
static double
step_s (const TsrEdgeSignal *signal)
{
  return TSR_BREAKPOINT_HOPS * (double)signal->hop / signal->rate_hz;
}

static double
time_of_point (const Builder *builder, size_t i)
{
  int64_t frame = builder->track->first_frame + (int64_t)i;

  return builder->start_s +
         (double)(frame * builder->signal->hop) / builder->signal->rate_hz;
}

static TsrBreakpoint
breakpoint_of_point (const Builder *builder, size_t i)
{
  const TsrPeak *p = &builder->track->points[i];

  return (TsrBreakpoint){
      .time_s = time_of_point (builder, i),
      .phase_turns = p->phase_turns,
      .frequency_hz = p->frequency_hz,
      .log_amplitude = p->log_amplitude,
      .slope_per_s = p->slope_per_s,
      .chirp_hz_per_s = (float)p->chirp_hz_per_s,
      .flags = (p->flags & TSR_PEAK_CLEAN ? TSR_BREAKPOINT_CLEAN : 0u) |
               (p->flags & TSR_PEAK_BRIDGED ? TSR_BREAKPOINT_BRIDGED : 0u),
  };
}

/* The estimator takes the rate as constant over its window. Where it changes, by q Hz/s
 * a second, the frequency comes out BEND q (half window)^2 too high (measured). */
#define BEND 0.036
#define BEND_DOUBT 20.0   /* of the scatter: frames overlap, so that it looks too small */
#define LARGEST_BEND 0.02 /* in spacings; more is no bend but noise */

/* The change of the rate at point i by a straight line through the rates around it, held
 * back where they scatter: Hz/s^2. */
static double
bend_of_rates (const TsrTrack *track, size_t i, double hop_s)
{
  double slope = 0, mean = 0, scatter = 0;

  for (int k = -BEND_REACH; k <= BEND_REACH; k++) {
    const TsrPeak *p = &track->points[(int64_t)i + k];
    if (p->flags & TSR_PEAK_BRIDGED)
      return 0;
    mean += p->chirp_hz_per_s / BEND_POINTS;
    slope += k * p->chirp_hz_per_s / BEND_SQUARES;
  }
  for (int k = -BEND_REACH; k <= BEND_REACH; k++) {
    double rest = track->points[(int64_t)i + k].chirp_hz_per_s - mean - k * slope;
    scatter += rest * rest;
  }
  double variance = BEND_DOUBT * scatter / (BEND_POINTS - 2) / BEND_SQUARES;
  return slope / hop_s * (slope * slope / (slope * slope + variance + 1e-30));
}

static double
bend_at (const Builder *builder, size_t i)
{
  const TsrEdgeSignal *s = builder->signal;
  double               half_s = (double)s->window->half / s->rate_hz;
  double               hop_s = (double)s->hop / s->rate_hz;
  double limit = LARGEST_BEND * tsr_window_spacing_hz (s->window, s->rate_hz);
  double bend = BEND * bend_of_rates (builder->track, i, hop_s) * half_s * half_s;

  return fabs (bend) < limit ? bend : 0;
}

static void
add (Builder *builder, TsrBreakpoint b)
{
  builder->b[builder->n++] = b;
}

/* The local model of a point, dt seconds away from it; `at` is its breakpoint. */
static TsrBreakpoint
extrapolate (const TsrPeak *p, const TsrBreakpoint *at, double dt)
{
  TsrBreakpoint b = *at;

  b.time_s += dt;
  b.phase_turns += dt * (p->frequency_hz + dt * p->chirp_hz_per_s / 2);
  b.frequency_hz = fmax (0, p->frequency_hz + dt * p->chirp_hz_per_s);
  b.log_amplitude += tsr_edge_growth (p, dt);
  b.slope_per_s = p->slope_per_s + (float)dt * p->curvature_per_s2;
  return b;
}

static TsrBreakpoint
null_of (TsrBreakpoint b)
{
  b.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  b.slope_per_s = 0;
  b.flags = TSR_BREAKPOINT_NULL;
  return b;
}

/* A point of the ramp, `gain` between null and full. */
static TsrBreakpoint
on_ramp (TsrBreakpoint b, double gain, double gain_per_s)
{
  b.log_amplitude += log (gain);
  b.slope_per_s += (float)(gain_per_s / gain);
  return b;
}

/* Breakpoints from just beyond the anchor outwards to the null, equally far apart as far
 * as they go; their number. `at` is the anchor's breakpoint, its phase unwrapped. A ramp
 * of several steps has points of its own, and ends in a knee. */
static size_t
make_edge (const Builder       *builder,
           const TsrEdge       *edge,
           const TsrBreakpoint *at,
           int                  direction,
           TsrBreakpoint       *out)
{
  const TsrPeak *p = &edge->model;
  double         rate = builder->signal->rate_hz;
  double         hop_s = step_s (builder->signal), near_s = NEAR_HOPS * hop_s;
  double         ramp_s = edge->ramp / rate, middle_s = edge->distance / rate;
  size_t         n = 0;

  if (ramp_s < SHORTEST_RAMP_S)
    ramp_s = 0;
  double full_s = middle_s - ramp_s / 2, null_s = middle_s + ramp_s / 2, x_s = hop_s;
  bool   has_knee = ramp_s > 2 * hop_s && full_s > KNEE_S + near_s;
  for (; x_s < full_s - near_s - (has_knee ? KNEE_S : 0); x_s += hop_s)
    out[n++] = extrapolate (p, at, direction * x_s);
  if (has_knee)
    out[n++] = extrapolate (p, at, direction * (full_s - KNEE_S));
  if (full_s > 1e-3 * hop_s) {
    out[n++] = extrapolate (p, at, direction * full_s);
    if (has_knee)
      out[n - 1] = on_ramp (out[n - 1], 1, -direction / ramp_s);
  }
  for (; has_knee && x_s < null_s - near_s; x_s += hop_s)
    if (x_s > full_s + near_s)
      out[n++] = on_ramp (extrapolate (p, at, direction * x_s),
                          (null_s - x_s) / ramp_s,
                          -direction / ramp_s);
  out[n++] = null_of (extrapolate (p, at, direction * null_s));
  return n;
}

/* Breakpoints from the null to just before the anchor (direction -1), or from just behind
 * the anchor to the null (+1). */
static void
add_edge (Builder *builder, const TsrEdge *edge, const TsrBreakpoint *at, int direction)
{
  TsrBreakpoint *first = builder->b + builder->n;
  size_t         n = make_edge (builder, edge, at, direction, first);

  builder->n += n;
  for (size_t i = 0; direction < 0 && i < n / 2; i++) {
    TsrBreakpoint swapped = first[i];
    first[i] = first[n - 1 - i];
    first[n - 1 - i] = swapped;
  }
}

/* An edge that could not be told: a short ramp outside the last point. */
static TsrEdge
soft_edge (const Builder *builder, int direction)
{
  double hop = TSR_BREAKPOINT_HOPS * (double)builder->signal->hop;
  size_t anchor = direction < 0 ? 0 : builder->track->n - 1;

  return (TsrEdge){
      .anchor = anchor,
      .model = tsr_edge_model (builder->signal, builder->track, anchor, direction),
      .distance = hop / 2,
      .ramp = hop,
  };
}

/* Where both edges rest on points in the wrong order, the better point carries both. */
static void
order_anchors (const Builder *builder, TsrEdge *start, TsrEdge *end)
{
  const TsrTrack *track = builder->track;

  if (start->anchor <= end->anchor)
    return;
  size_t from = end->anchor, to = start->anchor;
  bool   keeps_start = track->points[to].misfit < track->points[from].misfit;
  double moved = (double)(to - from) * (double)builder->signal->hop;

  if (keeps_start) {
    end->anchor = to;
    end->distance -= moved;
  } else {
    start->anchor = from;
    start->distance -= moved;
  }
  TsrEdge *edge = keeps_start ? end : start;
  edge->model =
      tsr_edge_model (builder->signal, track, edge->anchor, keeps_start ? +1 : -1);
  edge->distance = fmax (edge->distance, 0);
  edge->ramp = fmin (edge->ramp, 2 * edge->distance);
}

/* Frames lie too far apart for what moves fast; the refit moves this. */
static TsrBreakpoint
middle_of (const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  TsrBreakpoint middle = *a;

  tsr_breakpoint_between (a, b, TSR_BREAKPOINT_HOPS, &middle);
  return middle;
}

static void
add_points (Builder *builder, const TsrEdge *start, const TsrEdge *end)
{
  TsrBreakpoint at = breakpoint_of_point (builder, start->anchor);

  if (!builder->track->is_cut[0])
    add_edge (builder, start, &at, -1);
  add (builder, at);
  for (size_t i = start->anchor + 1; i <= end->anchor; i++) {
    TsrBreakpoint next = breakpoint_of_point (builder, i);
    if (i + BEND_REACH <= end->anchor && i >= start->anchor + BEND_REACH)
      next.frequency_hz = fmax (0, next.frequency_hz - bend_at (builder, i));
    next.phase_turns = tsr_phase_unwrap (&at, &next, next.phase_turns);
    add (builder, middle_of (&at, &next));
    add (builder, next);
    at = next;
  }
  if (!builder->track->is_cut[1])
    add_edge (builder, end, &at, +1);
}

TsrPartial *
tsr_partial_from_track (const TsrTrack *track,
                        TsrEdgeFinder  *edges,
                        unsigned        channel,
                        double          start_s)
{
  Builder builder = {
      .track = track, .signal = tsr_edge_finder_signal (edges), .start_s = start_s};
  TsrEdge start = soft_edge (&builder, -1), end = soft_edge (&builder, +1);

  if (!track->is_cut[0] && !tsr_onset_edge (builder.signal, track, &start))
    tsr_edge_find (edges, track, -1, &start);
  if (!track->is_cut[1])
    tsr_edge_find (edges, track, +1, &end);
  order_anchors (&builder, &start, &end);
  double hop = TSR_BREAKPOINT_HOPS * (double)builder.signal->hop;
  double reach = start.distance + end.distance + start.ramp + end.ramp;
  size_t n_edge = (size_t)(reach / hop) + 12;
  builder.b = calloc (2 * track->n + n_edge, sizeof *builder.b);
  if (builder.b == NULL)
    return NULL;
  add_points (&builder, &start, &end);
  TsrPartial *partial = tsr_partial_new (0, 0, channel, builder.b, builder.n);
  free (builder.b);
  return partial;
}
