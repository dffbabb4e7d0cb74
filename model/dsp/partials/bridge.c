/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tracker's stages B and C: gaps between clean tracks.
 */
#include "model/dsp/partials/tracker-private.h"

#include <math.h>
#include <stdlib.h>

#define STAGE_B_MAX_COST 20.0
#define SHORT_PENALTY 6.5 /* fewer than N_WITNESS points are no good witness */
/* Stage C, in main lobe widths and nepers. */
#define ABSORB 0.35
#define ABSORB_NEPER 4.0
#define CONSUME 0.35

enum { N_SHORT = 2, N_WITNESS = 6 };

static bool
is_live (const TsrTracker *t, const TsrTrack *track)
{
  return !t->is_finished && tsr_track_last_frame (track) == t->n_frames - 1;
}

/* Ends and beginnings that may meet, as rows and columns; index: position in tracks. */
static void
gather (TsrTracker *t, size_t *n_rows, size_t *n_columns)
{
  *n_rows = *n_columns = 0;
  for (size_t i = 0; i < t->tracks.n; i++) {
    TsrTrack *track = t->tracks.items[i];
    double    penalty = track->n < N_WITNESS ? SHORT_PENALTY : 0;
    if (track->is_left_over)
      continue;
    if (!track->is_end_decided && !is_live (t, track)) {
      TsrLinkNode *row = &t->rows[(*n_rows)++];
      *row = tsr_tracker_end_node (t, track, +1);
      row->index = (uint32_t)i;
      row->penalty = penalty;
    }
    if (!track->is_start_decided) {
      TsrLinkNode *column = &t->columns[(*n_columns)++];
      *column = tsr_tracker_end_node (t, track, -1);
      column->index = (uint32_t)i;
      column->penalty = penalty;
    }
  }
}

/* Stage C: a measured peak near an interpolated point replaces it. */
static void
absorb (TsrTracker *t, TsrTrack *track, int64_t frame)
{
  TsrPeak      *point = &track->points[frame - track->first_frame];
  TsrPeak       expected = *point;
  double        w = t->params.spacing_hz;
  TsrLeftOvers *left = tsr_tracker_left_overs (t, frame);
  double        nearest = INFINITY;

  for (size_t i = 0; i < left->n; i++) {
    TsrPeak *peak = &left->peaks[i];
    double   d_f = fabs (peak->frequency_hz - expected.frequency_hz) / w;
    double   d_a = fabs (peak->log_amplitude - expected.log_amplitude);
    if (d_f >= CONSUME || peak->flags & TSR_PEAK_CONSUMED)
      continue;
    peak->flags |= TSR_PEAK_CONSUMED;
    if (d_f < ABSORB && d_a < ABSORB_NEPER && d_f < nearest) {
      nearest = d_f;
      *point = *peak;
    }
  }
}

/* Joins what row i was matched to; rows are visited from the latest end backwards. */
static bool
join (TsrTracker *t, size_t i)
{
  TsrTrack *track = t->tracks.items[t->rows[i].index];
  TsrTrack *next = t->tracks.items[t->columns[t->column_of_row[i]].index];
  int64_t   gap_begin = tsr_track_last_frame (track) + 1, gap_end = next->first_frame;

  if (!tsr_track_join (track, next, t->params.hop_s))
    return false;
  next->is_gone = true;
  track->is_end_decided = next->is_end_decided;
  for (size_t k = 0; k < t->live.n; k++)
    if (t->live.items[k] == next)
      t->live.items[k] = track;
  for (int64_t frame = gap_begin; frame < gap_end; frame++)
    absorb (t, track, frame);
  return true;
}

typedef struct {
  double time_s;
  size_t row;
} JoinOrder;

static int
compare_latest_first (const void *pa, const void *pb)
{
  const JoinOrder *a = pa, *b = pb;

  if (a->time_s != b->time_s)
    return a->time_s > b->time_s ? -1 : 1;
  return (a->row > b->row) - (a->row < b->row);
}

static bool
join_all (TsrTracker *t, size_t n_rows, int64_t end_horizon)
{
  JoinOrder *order = malloc ((n_rows + 1) * sizeof *order);
  size_t     n = 0;
  bool       ok = order != NULL;

  for (size_t i = 0; ok && i < n_rows; i++)
    if (t->column_of_row[i] >= 0 &&
        tsr_track_last_frame (t->tracks.items[t->rows[i].index]) <= end_horizon)
      order[n++] = (JoinOrder){t->rows[i].time_s, i};
  if (ok)
    qsort (order, n, sizeof *order, compare_latest_first);
  for (size_t k = 0; ok && k < n; k++)
    ok = join (t, order[k].row);
  free (order);
  return ok;
}

/* A clean track too short to stand for itself: its peaks become left-overs. */
static bool
dissolve_if_short (TsrTracker *t, TsrTrack *track)
{
  if (track->n >= N_SHORT || track->is_left_over || track->is_gone)
    return true;
  track->is_gone = true;
  for (size_t i = 0; i < track->n; i++) {
    TsrLeftOvers *left = tsr_tracker_left_overs (t, track->first_frame + (int64_t)i);
    if (!tsr_left_overs_add (left, &track->points[i]))
      return false;
  }
  return true;
}

static void
free_gone (TsrTrackList *tracks)
{
  size_t n = 0;

  for (size_t i = 0; i < tracks->n; i++)
    if (tracks->items[i]->is_gone)
      tsr_track_free (tracks->items[i]);
    else
      tracks->items[n++] = tracks->items[i];
  tracks->n = n;
}

bool
tsr_tracker_bridge (TsrTracker *tracker, int64_t end_horizon)
{
  TsrTracker  *t = tracker;
  TsrLinkRules rules = {
      .spacing_hz = t->params.spacing_hz,
      .max_cost = STAGE_B_MAX_COST,
      .widens_fast = true,
      .reach_s = ((double)t->max_gap + 1.5) * t->params.hop_s,
  };
  size_t n_rows, n_columns;

  if (!tsr_tracker_reserve_nodes (t, t->tracks.n))
    return false;
  gather (t, &n_rows, &n_columns);
  if (!tsr_linker_run (
          t->linker, &rules, t->rows, n_rows, t->columns, n_columns, t->column_of_row) ||
      !join_all (t, n_rows, end_horizon))
    return false;
  tsr_track_list_drop_gone (&t->live);
  for (size_t i = 0; i < t->tracks.n; i++) {
    TsrTrack *track = t->tracks.items[i];
    if (track->is_gone)
      continue;
    if (track->first_frame <= end_horizon + 1)
      track->is_start_decided = true;
    if (!is_live (t, track) && tsr_track_last_frame (track) <= end_horizon) {
      bool was_decided = track->is_end_decided;
      track->is_end_decided = true;
      if (!was_decided && track->is_start_decided && !dissolve_if_short (t, track))
        return false;
    }
  }
  free_gone (&t->tracks);
  return true;
}
