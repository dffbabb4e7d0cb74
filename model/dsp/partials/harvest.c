/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finished tracks of the tracker to partials of the refit.
 */
#include "model/dsp/partials/harvest.h"

#include "model/dsp/partials/onset.h"
#include "model/dsp/partials/track-partial.h"

#include <stdlib.h>

/* Frames between first points of tracks that may have begun together. */
#define BEGIN_TOGETHER 6

struct TsrHarvest {
  const TsrJob   *job;
  double          start_s;
  unsigned        channel;
  TsrEdgeFinder **edges; /* n_workers */
  size_t          n_workers;

  TsrTrack   **tracks; /* finished ones of this round */
  TsrPartial **partials;
  size_t       n_tracks, max_tracks;
  TsrTrack   **begun; /* whose beginnings are settled in this round; borrowed */
  size_t       n_begun, max_begun;
};

TsrHarvest *
tsr_harvest_new (const TsrEdgeSignal *signal,
                 unsigned             channel,
                 double               start_s,
                 const TsrJob        *job)
{
  TsrHarvest *harvest = calloc (1, sizeof *harvest);

  if (harvest == NULL)
    return NULL;
  harvest->job = job;
  harvest->start_s = start_s;
  harvest->channel = channel;
  harvest->n_workers = tsr_job_n_workers (job);
  harvest->edges = calloc (harvest->n_workers, sizeof *harvest->edges);
  bool is_ok = harvest->edges != NULL;
  for (size_t i = 0; is_ok && i < harvest->n_workers; i++)
    is_ok = (harvest->edges[i] = tsr_edge_finder_new (signal)) != NULL;
  if (is_ok)
    return harvest;
  tsr_harvest_free (harvest);
  return NULL;
}

void
tsr_harvest_free (TsrHarvest *harvest)
{
  if (harvest == NULL)
    return;
  for (size_t i = 0; i < harvest->n_tracks; i++)
    tsr_track_free (harvest->tracks[i]);
  for (size_t i = 0; harvest->edges != NULL && i < harvest->n_workers; i++)
    tsr_edge_finder_free (harvest->edges[i]);
  free (harvest->tracks);
  free (harvest->partials);
  free (harvest->begun);
  free (harvest->edges);
  free (harvest);
}

static bool
collect_tracks (TsrHarvest *harvest, TsrTracker *tracker)
{
  TsrTrack *track;

  while ((track = tsr_tracker_take (tracker)) != NULL) {
    if (harvest->n_tracks == harvest->max_tracks) {
      size_t     max = 2 * harvest->max_tracks + 64;
      TsrTrack **tracks = realloc (harvest->tracks, max * sizeof *tracks);
      if (tracks != NULL)
        harvest->tracks = tracks;
      TsrPartial **partials = realloc (harvest->partials, max * sizeof *partials);
      if (partials != NULL)
        harvest->partials = partials;
      if (tracks == NULL || partials == NULL) {
        tsr_track_free (track);
        return false;
      }
      harvest->max_tracks = max;
    }
    harvest->tracks[harvest->n_tracks++] = track;
  }
  return true;
}

/* Tracks that go on where the signal was cut have no edges there. */
static void
cut_tracks (TsrHarvest *harvest)
{
  const TsrEdgeSignal *s = tsr_edge_finder_signal (harvest->edges[0]);

  for (size_t i = 0; i < harvest->n_tracks; i++) {
    TsrTrack *track = harvest->tracks[i];
    int64_t   last = tsr_track_last_frame (track) * s->hop;
    track->is_cut[0] |= s->is_cut[0] && track->first_frame == 0;
    track->is_cut[1] |= s->is_cut[1] && last >= s->n_samples - 1;
    track->is_start_settled |= track->is_cut[0];
  }
}

/* Puts a track on the list of beginnings to settle when it begins near one that is. */
static void
add_if_near (TsrHarvest *harvest, TsrTrack *track, size_t n_finished)
{
  for (size_t i = 0; i < n_finished && !track->is_start_settled; i++)
    if (llabs (track->first_frame - harvest->begun[i]->first_frame) <= BEGIN_TOGETHER) {
      track->is_start_settled = true;
      harvest->begun[harvest->n_begun++] = track;
    }
}

/* The finished tracks whose beginnings are not settled, and those that began with them.
 */
static bool
gather_beginnings (TsrHarvest *harvest, TsrTracker *tracker)
{
  size_t           n_unfinished;
  TsrTrack *const *unfinished = tsr_tracker_unfinished (tracker, &n_unfinished);

  if (harvest->n_tracks + n_unfinished > harvest->max_begun) {
    size_t     max = 2 * (harvest->n_tracks + n_unfinished);
    TsrTrack **begun = realloc (harvest->begun, max * sizeof *begun);
    if (begun == NULL)
      return false;
    harvest->begun = begun;
    harvest->max_begun = max;
  }
  harvest->n_begun = 0;
  for (size_t i = 0; i < harvest->n_tracks; i++)
    if (!harvest->tracks[i]->is_start_settled) {
      harvest->tracks[i]->is_start_settled = true;
      harvest->begun[harvest->n_begun++] = harvest->tracks[i];
    }
  size_t n_finished = harvest->n_begun;
  for (size_t i = 0; i < n_unfinished; i++)
    if (tsr_tracker_has_begun (tracker, unfinished[i]) && !unfinished[i]->is_left_over)
      add_if_near (harvest, unfinished[i], n_finished);
  return true;
}

static void
find_beginning (void *data, size_t item, size_t worker_index)
{
  TsrHarvest *harvest = data;
  tsr_onset_find (harvest->edges[worker_index], harvest->begun[item]);
}

static bool
settle_beginnings (TsrHarvest *harvest, TsrTracker *tracker)
{
  if (!gather_beginnings (harvest, tracker))
    return false;
  tsr_job_parallel_for (harvest->job, harvest->n_begun, find_beginning, harvest);
  return tsr_onset_align (
      tsr_edge_finder_signal (harvest->edges[0]), harvest->begun, harvest->n_begun);
}

static void
make_partial (void *data, size_t item, size_t worker_index)
{
  TsrHarvest *harvest = data;

  harvest->partials[item] = tsr_partial_from_track (harvest->tracks[item],
                                                    harvest->edges[worker_index],
                                                    harvest->channel,
                                                    harvest->start_s);
}

bool
tsr_harvest_run (TsrHarvest *harvest, TsrTracker *tracker, TsrRefit *refit)
{
  bool is_ok = collect_tracks (harvest, tracker);

  cut_tracks (harvest);
  is_ok = is_ok && (harvest->n_tracks == 0 || settle_beginnings (harvest, tracker));
  if (!is_ok)
    return false;
  tsr_job_parallel_for (harvest->job, harvest->n_tracks, make_partial, harvest);
  for (size_t i = 0; i < harvest->n_tracks; i++) {
    TsrPartial *partial = harvest->partials[i];
    tsr_track_free (harvest->tracks[i]);
    is_ok &= partial != NULL && tsr_refit_add (refit, partial);
  }
  harvest->n_tracks = 0;
  return is_ok;
}
