/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tracker: stage A and the order of the stages.
 */
#include "model/dsp/partials/tracker-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A peak with a smaller misfit is clean; one with a larger is noise to this stage. */
#define CLEAN_MISFIT 6e-3
/* So far from the centre of the window, in half windows, may its energy lie; more is an
 * attack that the model took for a short burst. */
#define CLEAN_DELAY 0.12
#define STAGE_A_MAX_COST 20.0

enum { BATCH = 8, MATURE_FRAMES = 8, BEGUN_FRAMES = 8 };

static int64_t
longest_gap (const TsrTrackerParams *params)
{
  double gap = 10 / (params->spacing_hz * params->hop_s);
  return (int64_t)fmin (40, fmax (4, rint (gap)));
}

TsrTracker *
tsr_tracker_new (const TsrTrackerParams *params)
{
  TsrTracker *t = calloc (1, sizeof *t);
  if (t == NULL)
    return NULL;
  t->params = *params;
  t->linker = tsr_linker_new ();
  t->max_gap = longest_gap (params);
  t->max_sleep = t->max_gap / 4;
  t->ring_size = (size_t)(2 * t->max_gap + MATURE_FRAMES + 3 * BATCH);
  t->left_overs = calloc (t->ring_size, sizeof *t->left_overs);
  if (t->linker == NULL || t->left_overs == NULL) {
    tsr_tracker_free (t);
    return NULL;
  }
  return t;
}

void
tsr_tracker_free (TsrTracker *tracker)
{
  TsrTracker *t = tracker;

  if (t == NULL)
    return;
  for (size_t i = 0; i < t->tracks.n; i++)
    tsr_track_free (t->tracks.items[i]);
  for (size_t i = t->n_taken; i < t->done.n; i++)
    tsr_track_free (t->done.items[i]);
  for (size_t i = 0; t->left_overs != NULL && i < t->ring_size; i++)
    free (t->left_overs[i].peaks);
  free (t->left_overs);
  free (t->live.items);
  free (t->spare.items);
  free (t->tracks.items);
  free (t->done.items);
  free (t->rows);
  free (t->columns);
  free (t->column_of_row);
  tsr_linker_free (t->linker);
  free (t);
}

bool
tsr_track_list_add (TsrTrackList *list, TsrTrack *track)
{
  if (list->n == list->capacity) {
    size_t     capacity = 2 * list->capacity + 32;
    TsrTrack **items = realloc (list->items, capacity * sizeof *items);
    if (items == NULL)
      return false;
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->n++] = track;
  return true;
}

void
tsr_track_list_drop_gone (TsrTrackList *list)
{
  size_t n = 0;

  for (size_t i = 0; i < list->n; i++)
    if (!list->items[i]->is_gone)
      list->items[n++] = list->items[i];
  list->n = n;
}

bool
tsr_tracker_reserve_nodes (TsrTracker *tracker, size_t n)
{
  if (n <= tracker->n_nodes)
    return true;
  size_t       room = 2 * n;
  TsrLinkNode *rows = realloc (tracker->rows, room * sizeof *rows);
  if (rows != NULL)
    tracker->rows = rows;
  TsrLinkNode *columns = realloc (tracker->columns, room * sizeof *columns);
  if (columns != NULL)
    tracker->columns = columns;
  int32_t *match = realloc (tracker->column_of_row, room * sizeof *match);
  if (match != NULL)
    tracker->column_of_row = match;
  if (rows == NULL || columns == NULL || match == NULL)
    return false;
  tracker->n_nodes = room;
  return true;
}

TsrLeftOvers *
tsr_tracker_left_overs (TsrTracker *tracker, int64_t frame)
{
  return &tracker->left_overs[(size_t)frame % tracker->ring_size];
}

bool
tsr_left_overs_add (TsrLeftOvers *left_overs, const TsrPeak *peak)
{
  if (left_overs->n == left_overs->capacity) {
    size_t   capacity = 2 * left_overs->capacity + 16;
    TsrPeak *peaks = realloc (left_overs->peaks, capacity * sizeof *peaks);
    if (peaks == NULL)
      return false;
    left_overs->peaks = peaks;
    left_overs->capacity = capacity;
  }
  left_overs->peaks[left_overs->n++] = *peak;
  return true;
}

TsrLinkNode
tsr_tracker_end_node (const TsrTracker *tracker, TsrTrack *track, int direction)
{
  const TsrTrackerParams *p = &tracker->params;
  int64_t frame = direction > 0 ? tsr_track_last_frame (track) : track->first_frame;
  int     end = direction > 0;

  if (track->ends_n[end] != track->n) {
    track->ends[end] = tsr_track_end_state (track, direction, p->hop_s, p->spacing_hz);
    track->ends_n[end] = track->n;
  }
  return (TsrLinkNode){
      .peak = track->ends[end],
      .time_s = (double)frame * p->hop_s,
  };
}

static bool
is_clean (const TsrPeak *peak)
{
  return (double)peak->misfit < CLEAN_MISFIT && fabs ((double)peak->delay) < CLEAN_DELAY;
}

/* Splits the peaks of a frame into columns of stage A and left-overs. */
static bool
sort_out_peaks (
    TsrTracker *t, int64_t frame, const TsrPeak *peaks, size_t n, size_t *n_columns)
{
  TsrLeftOvers *left = tsr_tracker_left_overs (t, frame);

  left->n = 0;
  *n_columns = 0;
  for (size_t i = 0; i < n; i++) {
    TsrPeak peak = peaks[i];
    peak.flags = 0;
    if (!is_clean (&peak)) {
      if (!tsr_left_overs_add (left, &peak))
        return false;
      continue;
    }
    peak.flags = TSR_PEAK_CLEAN;
    t->columns[(*n_columns)++] = (TsrLinkNode){
        .peak = peak,
        .time_s = (double)frame * t->params.hop_s,
        .index = (uint32_t)i,
    };
  }
  return true;
}

/* Columns nobody went on in begin tracks; `match` marks the taken ones. */
static bool
begin_tracks (TsrTracker *t, int64_t frame, size_t n_rows, size_t n_columns)
{
  for (size_t i = 0; i < n_rows; i++)
    if (t->column_of_row[i] >= 0)
      t->columns[t->column_of_row[i]].index = UINT32_MAX;
  for (size_t j = 0; j < n_columns; j++) {
    if (t->columns[j].index == UINT32_MAX)
      continue;
    TsrTrack *track = tsr_track_new (frame);
    if (track == NULL)
      return false;
    if (!tsr_track_append (track, &t->columns[j].peak) ||
        !tsr_track_list_add (&t->tracks, track)) {
      tsr_track_free (track);
      return false;
    }
    if (!tsr_track_list_add (&t->live, track))
      return false;
  }
  return true;
}

/* Of the live tracks, the rows, those that went on stay, in order of frequency. */
static bool
keep_live (TsrTracker *t, int64_t frame, size_t n_rows)
{
  TsrTrackList before = t->live;

  t->live = t->spare;
  t->spare = before;
  t->live.n = 0;
  for (size_t i = 0; i < n_rows; i++) {
    TsrTrack *track = before.items[t->rows[i].index];
    if (tsr_track_last_frame (track) == frame && !tsr_track_list_add (&t->live, track))
      return false;
  }
  return true;
}

/* Stage A: live tracks go on in clean peaks of the next frame. */
static bool
link_clean (TsrTracker *t, const TsrPeak *peaks, size_t n)
{
  int64_t      frame = t->n_frames;
  TsrLinkRules rules = {.spacing_hz = t->params.spacing_hz,
                        .max_cost = STAGE_A_MAX_COST,
                        .reach_s = 1.5 * t->params.hop_s};
  size_t       n_rows = t->live.n, n_columns;

  if (!tsr_tracker_reserve_nodes (t, n_rows + n) ||
      !sort_out_peaks (t, frame, peaks, n, &n_columns))
    return false;
  for (size_t i = 0; i < n_rows; i++)
    t->rows[i] = (TsrLinkNode){
        .peak = t->live.items[i]->points[t->live.items[i]->n - 1],
        .time_s = (double)(frame - 1) * t->params.hop_s,
        .index = (uint32_t)i,
    };
  if (!tsr_linker_run (
          t->linker, &rules, t->rows, n_rows, t->columns, n_columns, t->column_of_row))
    return false;
  for (size_t i = 0; i < n_rows; i++)
    if (t->column_of_row[i] >= 0 &&
        !tsr_track_append (t->live.items[t->rows[i].index],
                           &t->columns[t->column_of_row[i]].peak))
      return false;
  return keep_live (t, frame, n_rows) && begin_tracks (t, frame, n_rows, n_columns);
}

/* Lets the later stages work on frames that are old enough. */
static bool
advance (TsrTracker *t, int64_t end_horizon)
{
  if (end_horizon < 0)
    return true;
  if (!tsr_tracker_bridge (t, end_horizon))
    return false;
  int64_t ready = end_horizon - MATURE_FRAMES / 2;
  if (t->is_finished)
    ready = t->n_frames + t->max_sleep + 1;
  for (; t->first_left_over <= ready; t->first_left_over++)
    if (!tsr_tracker_use_left_overs (t, t->first_left_over))
      return false;
  return true;
}

bool
tsr_tracker_push (TsrTracker *tracker, const TsrPeak *peaks, size_t n)
{
  TsrTracker *t = tracker;

  if (!link_clean (t, peaks, n))
    return false;
  t->n_frames++;
  if (t->n_frames % BATCH != 0)
    return true;
  return advance (t, t->n_frames - 1 - t->max_gap - MATURE_FRAMES);
}

bool
tsr_tracker_finish (TsrTracker *tracker)
{
  tracker->is_finished = true;
  tracker->live.n = 0;
  return advance (tracker, tracker->n_frames);
}

TsrTrack *const *
tsr_tracker_unfinished (TsrTracker *tracker, size_t *n)
{
  *n = tracker->tracks.n;
  return tracker->tracks.items;
}

int64_t
tsr_tracker_horizon (const TsrTracker *tracker)
{
  return tracker->first_left_over;
}

bool
tsr_tracker_has_begun (const TsrTracker *tracker, const TsrTrack *track)
{
  return track->first_frame + BEGUN_FRAMES < tracker->first_left_over;
}

TsrTrack *
tsr_tracker_take (TsrTracker *tracker)
{
  if (tracker->n_taken == tracker->done.n) {
    tracker->n_taken = tracker->done.n = 0;
    return NULL;
  }
  return tracker->done.items[tracker->n_taken++];
}
