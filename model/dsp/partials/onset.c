/* SPDX-License-Identifier: GPL-3.0-or-later
 * Common beginnings of tracks.
 */
#include "model/dsp/partials/onset.h"

#include <math.h>
#include <stdlib.h>

#define NEAR_S 0.002      /* beginnings closer than that are candidates for one */
#define WINDOW_S 0.006    /* on each side, where sound and models are compared */
#define LONG_RAMP_S 0.008 /* a slower beginning is nobody else's */
#define WORTH 0.02 /* of the energy of the models: the least gain of an alignment */

enum { N_RAMPS = 6 };
static const double ramps_s[N_RAMPS] = {0, 0.0005, 0.001, 0.002, 0.004, 0.008};

void
tsr_onset_find (TsrEdgeFinder *finder, TsrTrack *track)
{
  const TsrEdgeSignal *s = tsr_edge_finder_signal (finder);
  TsrEdge              edge;

  track->has_start = tsr_edge_find (finder, track, -1, &edge);
  if (!track->has_start)
    return;
  track->start_anchor = track->first_frame + (int64_t)edge.anchor;
  track->start_sample = (double)(track->start_anchor * s->hop) - edge.distance;
  track->start_ramp = edge.ramp;
}

bool
tsr_onset_edge (const TsrEdgeSignal *signal, const TsrTrack *track, TsrEdge *edge)
{
  int64_t anchor = track->start_anchor - track->first_frame;

  if (!track->has_start || anchor < 0 || anchor >= (int64_t)track->n)
    return false;
  double distance = (double)(track->start_anchor * signal->hop) - track->start_sample;
  *edge = (TsrEdge){
      .anchor = (size_t)anchor,
      .model = tsr_edge_model (signal, track, (size_t)anchor, -1),
      .distance = fmax (0, distance),
      .ramp = fmin (track->start_ramp, 2 * fmax (0, distance)),
  };
  return true;
}

/* The sound and the models of a group around its beginning. */
typedef struct {
  int64_t first; /* sample */
  int     n;
  double *sound, *apart, *together; /* n each; models with and without gates */
} Scene;

static double
gate (double n, double start, double ramp)
{
  if (ramp < 1)
    return n > start ? 1 : 0;
  return fmin (1, fmax (0, (n - start) / ramp + 0.5));
}

static void
add_model (Scene *scene, const TsrEdgeSignal *signal, const TsrTrack *track)
{
  TsrEdge edge;

  if (!tsr_onset_edge (signal, track, &edge))
    return;
  const TsrPeak *p = &edge.model;
  for (int i = 0; i < scene->n; i++) {
    double sample = (double)(scene->first + i);
    double t = (sample - (double)(track->start_anchor * signal->hop)) / signal->rate_hz;
    double turns = p->phase_turns + t * (p->frequency_hz + t * p->chirp_hz_per_s / 2);
    double value = exp (p->log_amplitude + tsr_edge_growth (p, t)) *
                   cos (2 * M_PI * (turns - rint (turns)));
    scene->together[i] += value;
    scene->apart[i] += value * gate (sample, track->start_sample, track->start_ramp);
  }
}

static double
error_apart (const Scene *scene)
{
  double sum = 0;
  for (int i = 0; i < scene->n; i++) {
    double rest = scene->sound[i] - scene->apart[i];
    sum += rest * rest;
  }
  return sum;
}

static double
error_together (const Scene *scene, double start, double ramp)
{
  double sum = 0;
  for (int i = 0; i < scene->n; i++) {
    double open = gate ((double)(scene->first + i), start, ramp);
    double rest = scene->sound[i] - open * scene->together[i];
    sum += rest * rest;
  }
  return sum;
}

/* Best step, by running sums: the start lies between two samples. */
static double
best_step (const Scene *scene, double *least)
{
  double error = error_together (scene, (double)scene->first - 1, 0);
  double start = (double)scene->first - 0.5;

  *least = error;
  for (int i = 0; i < scene->n; i++) {
    double x = scene->sound[i], rest = x - scene->together[i];
    error += x * x - rest * rest;
    if (error < *least) {
      *least = error;
      start = (double)(scene->first + i) + 0.5;
    }
  }
  return start;
}

static void
settle (const Scene *scene, double rate_hz, TsrTrack **tracks, size_t n)
{
  double least, best_ramp = 0, step = best_step (scene, &least), start = step;
  double energy = 0;

  for (int i = 0; i < scene->n; i++)
    energy += scene->together[i] * scene->together[i];

  for (int r = 1; r < N_RAMPS; r++)
    for (int k = -16; k <= 16; k++) {
      double ramp = ramps_s[r] * rate_hz, place = step + k * NEAR_S * rate_hz / 16;
      double error = error_together (scene, place, ramp);
      if (error < least - WORTH * energy) {
        least = error;
        start = place;
        best_ramp = ramp;
      }
    }
  if (!(error_apart (scene) - least > WORTH * energy))
    return;
  for (size_t i = 0; i < n; i++) {
    tracks[i]->start_sample = start;
    tracks[i]->start_ramp = best_ramp;
  }
}

static bool
align_group (const TsrEdgeSignal *signal, TsrTrack **tracks, size_t n)
{
  double  weight = 0, centre = 0;
  int64_t last = INT64_MAX; /* beyond an anchor its model says nothing */

  for (size_t i = 0; i < n; i++) {
    int64_t anchor = tracks[i]->start_anchor - tracks[i]->first_frame;
    double  amplitude = exp (tracks[i]->points[anchor].log_amplitude);
    int64_t sample = tracks[i]->start_anchor * signal->hop;
    last = sample < last ? sample : last;
    weight += amplitude;
    centre += amplitude * tracks[i]->start_sample;
  }
  Scene scene = {.first = (int64_t)(centre / weight - WINDOW_S * signal->rate_hz),
                 .n = (int)(2 * WINDOW_S * signal->rate_hz) + 1};
  if (last - scene.first < scene.n)
    scene.n = (int)(last - scene.first);
  if (scene.n <= 0)
    return true;
  scene.sound = calloc (3 * (size_t)scene.n, sizeof *scene.sound);
  if (scene.sound == NULL)
    return false;
  scene.apart = scene.sound + scene.n;
  scene.together = scene.apart + scene.n;
  for (int i = 0; i < scene.n; i++) {
    int64_t k = scene.first + i;
    if (k >= 0 && k < signal->n_samples)
      scene.sound[i] = (double)signal->samples[k] - signal->offset;
  }
  for (size_t i = 0; i < n; i++)
    add_model (&scene, signal, tracks[i]);
  settle (&scene, signal->rate_hz, tracks, n);
  free (scene.sound);
  return true;
}

static int
compare_starts (const void *pa, const void *pb)
{
  const TsrTrack *a = *(TsrTrack *const *)pa, *b = *(TsrTrack *const *)pb;

  if (a->start_sample != b->start_sample)
    return a->start_sample > b->start_sample ? 1 : -1;
  return (a->points[0].frequency_hz > b->points[0].frequency_hz) -
         (a->points[0].frequency_hz < b->points[0].frequency_hz);
}

bool
tsr_onset_align (const TsrEdgeSignal *signal, TsrTrack **tracks, size_t n)
{
  size_t n_sharp = 0;

  for (size_t i = 0; i < n; i++)
    if (tracks[i]->has_start && tracks[i]->start_ramp < LONG_RAMP_S * signal->rate_hz)
      tracks[n_sharp++] = tracks[i];
  qsort (tracks, n_sharp, sizeof *tracks, compare_starts);
  for (size_t first = 0, i = 1; i <= n_sharp; i++) {
    if (i < n_sharp &&
        tracks[i]->start_sample - tracks[i - 1]->start_sample < NEAR_S * signal->rate_hz)
      continue;
    if (i - first > 1 && !align_group (signal, tracks + first, i - first))
      return false;
    first = i;
  }
  return true;
}
