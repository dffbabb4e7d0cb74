/* SPDX-License-Identifier: GPL-3.0-or-later
 * Common beginnings of tracks.
 */
#include "model/dsp/partials/onset.h"

#include "model/dsp/lanes.h"
#include "model/dsp/partials/segment.h"

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

/* The sound and the models of a group around its beginning: n samples each. */
typedef struct {
  int64_t first; /* sample */
  int     n;
  double *sound, *apart, *together; /* models with and without gates */
  double *model;                    /* of one track */
  double *closed, *open; /* n + 1 each: running sums of the squares of the sound, and of
                            what the models leave */
} Scene;

static double
gate (double n, double start, double ramp)
{
  if (ramp < 1)
    return n > start ? 1 : 0;
  return fmin (1, fmax (0, (n - start) / ramp + 0.5));
}

/* Samples of a track's model, not gated. */
TSR_FOR_EACH_MACHINE static void
fill_model (Scene *scene, double first_s, double step_s, const TsrPeak *p)
{
  tsr_edge_amplitudes (p, first_s, step_s, scene->n, scene->model);
  for (int i = 0; i < scene->n; i++) {
    double t = first_s + i * step_s;
    scene->model[i] *= tsr_turns_cosine (
        p->phase_turns + t * (p->frequency_hz + t * p->chirp_hz_per_s / 2));
  }
}

static void
add_model (Scene *scene, const TsrEdgeSignal *signal, const TsrTrack *track)
{
  TsrEdge edge;

  if (!tsr_onset_edge (signal, track, &edge))
    return;
  double first = (double)(scene->first - track->start_anchor * signal->hop);
  fill_model (scene, first / signal->rate_hz, 1 / signal->rate_hz, &edge.model);
  for (int i = 0; i < scene->n; i++) {
    double value = scene->model[i];
    scene->together[i] += value;
    scene->apart[i] +=
        value * gate ((double)(scene->first + i), track->start_sample, track->start_ramp);
  }
}

static void
sum_squares (Scene *scene)
{
  for (int i = 0; i < scene->n; i++) {
    double x = scene->sound[i], rest = x - scene->together[i];
    scene->closed[i + 1] = scene->closed[i] + x * x;
    scene->open[i + 1] = scene->open[i] + rest * rest;
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

/* A sample of the scene, at least 0, at most n. */
static int
clip (const Scene *scene, double sample)
{
  double place = sample - (double)scene->first;
  return place > 0 ? (place < scene->n ? (int)place : scene->n) : 0;
}

static double
error_together (const Scene *scene, double start, double ramp)
{
  int    from = clip (scene, floor (start - ramp / 2) + 1);
  int    to = clip (scene, ceil (start + ramp / 2));
  double sum = scene->closed[from] + (scene->open[scene->n] - scene->open[to]);

  for (int i = from; i < to; i++) {
    double open = ((double)(scene->first + i) - start) / ramp + 0.5;
    double rest = scene->sound[i] - open * scene->together[i];
    sum += rest * rest;
  }
  return sum;
}

/* Best step, by running sums: the start lies between two samples. */
static double
best_step (const Scene *scene, double *least)
{
  double start = (double)scene->first - TSR_STEP_AHEAD;

  *least = scene->open[scene->n];
  for (int i = 1; i <= scene->n; i++) {
    double error = scene->closed[i] + (scene->open[scene->n] - scene->open[i]);
    if (error < *least) {
      *least = error;
      start = (double)(scene->first + i) - TSR_STEP_AHEAD;
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
  scene.sound = calloc (6 * (size_t)scene.n + 2, sizeof *scene.sound);
  if (scene.sound == NULL)
    return false;
  scene.apart = scene.sound + scene.n;
  scene.together = scene.apart + scene.n;
  scene.model = scene.together + scene.n;
  scene.closed = scene.model + scene.n;
  scene.open = scene.closed + scene.n + 1;
  for (int i = 0; i < scene.n; i++) {
    int64_t k = scene.first + i;
    if (k >= 0 && k < signal->n_samples)
      scene.sound[i] = (double)signal->samples[k] - signal->offset;
  }
  for (size_t i = 0; i < n; i++)
    add_model (&scene, signal, tracks[i]);
  sum_squares (&scene);
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
