/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tracker's stage D: left-over peaks continue tracks or make tracks of their own; and
 * the decision what is worth keeping.
 */
#include "model/dsp/partials/tracker-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SOLID_POINTS = 5 };

#define SOLID_MISFIT 1e-2
#define OUTSTANDING 2.5 /* prominence, neper */

#define STAGE_D_MAX_COST 12.0
#define STAGE_D_MISFIT 0.1
#define STAGE_D_MISFIT_ALL 0.5
/* Energy further from the centre, in half windows, belongs to an attack elsewhere. */
#define STAGE_D_DELAY 0.25
/* Shortest partials, in units of 1/W: of clean points, and of all others. */
#define SHORTEST_CLEAN 4.0
#define SHORTEST_LEFT_OVER 2.0
#define CLEAN_SHARE 0.3
/* A shorter track needs CLEAN_SHARE_SHORT. */
#define SHORT 32.0
#define CLEAN_SHARE_SHORT 0.5
/* Mean prominence of a partial, which noise does not reach for so long: white noise gives
 * about one such track a second. */
#define LONG 4.0
#define PROMINENT 1.2

/* Ends that may go on in `frame`. */
static size_t
gather_rows (TsrTracker *t, int64_t frame)
{
  size_t n = 0;

  for (size_t i = 0; i < t->tracks.n; i++) {
    const TsrTrack *track = t->tracks.items[i];
    int64_t         last = tsr_track_last_frame (track);
    if (!track->is_end_decided || last >= frame || last < frame - 1 - t->max_sleep)
      continue;
    t->rows[n] = (TsrLinkNode){
        .peak = track->points[track->n - 1],
        .time_s = (double)last * t->params.hop_s,
        .index = (uint32_t)i,
    };
    n++;
  }
  return n;
}

static bool
is_usable (const TsrPeak *peak, bool takes_all)
{
  if (peak->flags & TSR_PEAK_CONSUMED)
    return false;
  if (takes_all)
    return (double)peak->misfit < STAGE_D_MISFIT_ALL;
  return (double)peak->misfit < STAGE_D_MISFIT &&
         fabs ((double)peak->delay) < STAGE_D_DELAY;
}

/* Left-over peaks, with index 0 .., and then beginnings of clean tracks, with index
 * n_left + position. */
static size_t
gather_columns (TsrTracker *t, int64_t frame)
{
  TsrLeftOvers *left = tsr_tracker_left_overs (t, frame);
  bool          takes_all = t->params.noisiness == TSR_NOISINESS_ALL;
  double        time_s = (double)frame * t->params.hop_s;
  size_t        n = 0;

  for (size_t i = 0; i < left->n; i++)
    if (is_usable (&left->peaks[i], takes_all))
      t->columns[n++] =
          (TsrLinkNode){.peak = left->peaks[i], .time_s = time_s, .index = (uint32_t)i};
  for (size_t i = 0; i < t->tracks.n; i++) {
    const TsrTrack *track = t->tracks.items[i];
    if (track->first_frame == frame && track->is_start_decided && !track->is_left_over)
      t->columns[n++] = (TsrLinkNode){
          .peak = track->points[0],
          .time_s = time_s,
          .index = (uint32_t)(left->n + i),
      };
  }
  return n;
}

static bool
begin_track (TsrTracker *t, int64_t frame, const TsrPeak *peak)
{
  TsrTrack *track = tsr_track_new (frame);
  if (track == NULL)
    return false;
  track->is_left_over = true;
  track->is_start_decided = track->is_end_decided = true;
  if (!tsr_track_append (track, peak) || !tsr_track_list_add (&t->tracks, track)) {
    tsr_track_free (track);
    return false;
  }
  return true;
}

static bool
go_on (TsrTracker *t, int64_t frame, TsrTrack *track, TsrLinkNode *column)
{
  TsrLeftOvers *left = tsr_tracker_left_overs (t, frame);
  size_t        gap = (size_t)(frame - tsr_track_last_frame (track) - 1);

  if (column->index < left->n) {
    bool ok = tsr_track_extend (track, gap, &column->peak, t->params.hop_s);
    column->index = UINT32_MAX;
    return ok;
  }
  TsrTrack *next = t->tracks.items[column->index - left->n];
  if (!tsr_track_join (track, next, t->params.hop_s))
    return false;
  next->is_gone = true;
  track->is_end_decided = next->is_end_decided;
  track->is_left_over = false;
  for (size_t k = 0; k < t->live.n; k++)
    if (t->live.items[k] == next)
      t->live.items[k] = track;
  return true;
}

/* Whether most of the points from i inwards look like a sinusoid, or stand out as only
 * one does whose neighbours disturb it. */
static bool
is_solid (const TsrTrack *track, size_t i, int inwards, double limit)
{
  size_t n_solid = 0, n = 0;

  for (; n < SOLID_POINTS && i < track->n; i += (size_t)inwards, n++)
    n_solid += (double)track->points[i].misfit < limit ||
               (double)track->points[i].prominence > OUTSTANDING;
  return 2 * n_solid > n;
}

/* Three times the mean logarithmic misfit of what was measured. */
static double
usual_misfit (const TsrTrack *track)
{
  double sum = 0, n = 1e-9;

  for (size_t i = 0; i < track->n; i++)
    if (!(track->points[i].flags & TSR_PEAK_BRIDGED)) {
      sum += log (fmax (1e-12, (double)track->points[i].misfit));
      n++;
    }
  return 3 * exp (sum / n);
}

/* Takes away what stage D appended of mere noise. */
static void
trim (TsrTrack *track)
{
  size_t first = 0, end = track->n;
  double limit = fmax (SOLID_MISFIT, usual_misfit (track));

  while (!track->is_cut[0] && first < end && !is_solid (track, first, +1, limit))
    first++;
  while (end > first && !is_solid (track, end - 1, -1, limit))
    end--;
  memmove (track->points, track->points + first, (end - first) * sizeof *track->points);
  track->n = end - first;
  track->first_frame += (int64_t)first;
}

static double
mean_prominence (const TsrTrack *track)
{
  double sum = 0, n = 1e-9;

  for (size_t i = 0; i < track->n; i++)
    if (!(track->points[i].flags & TSR_PEAK_BRIDGED)) {
      sum += (double)track->points[i].prominence;
      n++;
    }
  return sum / n;
}

static bool
is_worth_keeping (const TsrTracker *t, const TsrTrack *track)
{
  double unit = 1 / (t->params.spacing_hz * t->params.hop_s); /* frames in 1/W */
  double n_clean = (double)tsr_track_n_clean (track), n = (double)track->n;

  double share = n < SHORT * unit ? CLEAN_SHARE_SHORT : CLEAN_SHARE;

  if (n_clean >= SHORTEST_CLEAN * unit && n_clean >= share * n)
    return true;
  switch (t->params.noisiness) {
  case TSR_NOISINESS_CLEAN:
    return false;
  case TSR_NOISINESS_NORMAL:
    return n >= LONG * unit && mean_prominence (track) > PROMINENT;
  case TSR_NOISINESS_ALL:
    return n >= SHORTEST_LEFT_OVER * unit;
  }
  return false;
}

/* A track that goes on and on is handed out in pieces, so that what waits for it, and the
 * partial that it becomes, stay within bounds: its older part leaves. */
enum { LONGEST_FRAMES = 4096, SETTLED_FRAMES = 32 };

static bool
cut_long (TsrTracker *t, TsrTrack *track, int64_t frame)
{
  int64_t at = frame - t->max_sleep - SETTLED_FRAMES;

  if (at - track->first_frame < LONGEST_FRAMES || at >= tsr_track_last_frame (track) ||
      (track->points[at - track->first_frame].flags & TSR_PEAK_CLEAN) == 0)
    return true;
  TsrTrack *head = tsr_track_cut (track, at);
  return head != NULL && tsr_track_list_add (&t->done, head);
}

/* Tracks that nothing can join any more leave. */
static bool
finish_tracks (TsrTracker *t, int64_t frame)
{
  size_t n = 0;

  for (size_t i = 0; i < t->tracks.n; i++) {
    TsrTrack *track = t->tracks.items[i];
    bool      is_over =
        track->is_end_decided && tsr_track_last_frame (track) < frame - t->max_sleep;
    if (!is_over && !track->is_gone) {
      t->tracks.items[n++] = track;
      if (!cut_long (t, track, frame))
        return false;
      continue;
    }
    bool is_kept = !track->is_gone && is_worth_keeping (t, track);
    if (is_kept && t->params.noisiness != TSR_NOISINESS_ALL)
      trim (track);
    if (!is_kept || track->n == 0)
      tsr_track_free (track);
    else if (!tsr_track_list_add (&t->done, track))
      return false;
  }
  t->tracks.n = n;
  return true;
}

bool
tsr_tracker_use_left_overs (TsrTracker *tracker, int64_t frame)
{
  TsrTracker  *t = tracker;
  TsrLinkRules rules = {
      .spacing_hz = t->params.spacing_hz,
      .max_cost = STAGE_D_MAX_COST,
      .reach_s = ((double)t->max_sleep + 1.5) * t->params.hop_s,
  };
  TsrLeftOvers *left = tsr_tracker_left_overs (t, frame);

  if (frame >= t->n_frames)
    left->n = 0;
  if (!tsr_tracker_reserve_nodes (t, t->tracks.n + left->n))
    return false;
  size_t n_rows = gather_rows (t, frame), n_columns = gather_columns (t, frame);
  size_t n_left = left->n;
  if (!tsr_linker_run (
          t->linker, &rules, t->rows, n_rows, t->columns, n_columns, t->column_of_row))
    return false;
  for (size_t i = 0; i < n_rows; i++)
    if (t->column_of_row[i] >= 0 && !go_on (t,
                                            frame,
                                            t->tracks.items[t->rows[i].index],
                                            &t->columns[t->column_of_row[i]]))
      return false;
  tsr_track_list_drop_gone (&t->live);
  for (size_t j = 0; j < n_columns && t->params.noisiness != TSR_NOISINESS_CLEAN; j++)
    if (t->columns[j].index < n_left && !begin_track (t, frame, &t->columns[j].peak))
      return false;
  left->n = 0;
  return finish_tracks (t, frame);
}
