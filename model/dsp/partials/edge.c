/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edges of tracks.
 *
 * Everything is counted outwards from the anchor: u > 0 lies beyond it in the direction
 * of the edge. The signal is demodulated by the phase of the anchor's model, so that its
 * windowed transforms X_k at u = k hop are real sums of window times amplitude times gate
 * and can be compared with such sums of the model; these come from running integrals, so
 * that a trial of an edge costs a few operations a frame.
 */
#include "model/dsp/partials/edge.h"

#include "model/dsp/complex-number.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  N_MODEL = 4, /* points that make the model */
  N_SCAN = 24, /* points looked at for an anchor */
  BLOCKS_PER_WINDOW = 128,
  MAX_FRAMES = 20,
  MAX_BLOCKS = 2 * BLOCKS_PER_WINDOW + 16, /* under one window */
};

#define SURELY_CLEAN 1e-5 /* misfit */
#define TRUSTED 1e-5      /* misfit up to which a model may bend far from its anchor */
#define AS_CLEAN 16.0     /* an anchor's misfit, times that of the good ones behind it */
#define MAX_GROWTH 1.5    /* of the model beyond its anchor, neper */
#define MAX_DECAY 8.0
#define MAX_RELATIVE_ERROR 0.5

/* Running integrals of window times amplitude under the window of one frame. */
typedef struct {
  double first; /* u of node 0 */
  int    n;     /* nodes 0..n */
  double value[MAX_BLOCKS + 1];
  double integral[MAX_BLOCKS + 1];        /* of window * amplitude */
  double double_integral[MAX_BLOCKS + 1]; /* of that */
  double target;                          /* what the signal shows */
} FrameModel;

struct TsrEdgeFinder {
  TsrEdgeSignal signal;
  int           block; /* samples, odd */
  int           n_frames;
  double       *sums;    /* of each block of the demodulated signal */
  double       *moments; /* about the middle of each block */
  int           n_blocks;
  FrameModel    frames[MAX_FRAMES];
};

TsrEdgeFinder *
tsr_edge_finder_new (const TsrEdgeSignal *signal)
{
  TsrEdgeFinder *f = calloc (1, sizeof *f);
  if (f == NULL)
    return NULL;
  int m = (int)signal->window->half, hop = (int)signal->hop;
  f->signal = *signal;
  f->block = m / (BLOCKS_PER_WINDOW / 2) | 1;
  f->n_frames = 2 * m / hop + 2 < MAX_FRAMES ? 2 * m / hop + 2 : MAX_FRAMES;
  f->n_blocks = ((f->n_frames - 1) * hop + 2 * m) / f->block + 1;
  f->sums = calloc ((size_t)f->n_blocks, sizeof *f->sums);
  f->moments = calloc ((size_t)f->n_blocks, sizeof *f->moments);
  if (f->sums == NULL || f->moments == NULL) {
    tsr_edge_finder_free (f);
    return NULL;
  }
  return f;
}

void
tsr_edge_finder_free (TsrEdgeFinder *finder)
{
  if (finder == NULL)
    return;
  free (finder->moments);
  free (finder->sums);
  free (finder);
}

const TsrEdgeSignal *
tsr_edge_finder_signal (const TsrEdgeFinder *finder)
{
  return &finder->signal;
}

static int
compare_doubles (const void *pa, const void *pb)
{
  double a = *(const double *)pa, b = *(const double *)pb;
  return (a > b) - (a < b);
}

static const TsrPeak *
point_inwards (const TsrTrack *track, int direction, size_t i)
{
  return &track->points[direction < 0 ? i : track->n - 1 - i];
}

/* The first point from outside that is about as good as the best behind it. */
static size_t
find_anchor (const TsrTrack *track, int direction)
{
  double misfits[N_SCAN];
  size_t n = track->n < N_SCAN ? track->n : N_SCAN;

  for (size_t i = 0; i < n; i++)
    misfits[i] = (double)point_inwards (track, direction, i)->misfit;
  qsort (misfits, n, sizeof *misfits, compare_doubles);
  double limit = fmax (SURELY_CLEAN, AS_CLEAN * misfits[n / 4]);
  size_t i = 0;
  while (i + 1 < n && (double)point_inwards (track, direction, i)->misfit > limit)
    i++;
  return direction < 0 ? i : track->n - 1 - i;
}

/* Sums of signal times the cosine of the model's phase over blocks from u = -M on. */
static void
demodulate (TsrEdgeFinder *f, const TsrPeak *p, int64_t centre, int direction)
{
  const TsrEdgeSignal *s = &f->signal;
  int                  m = (int)s->window->half;
  double               w = 2 * M_PI * p->frequency_hz / s->rate_hz * direction;
  double         c = 2 * M_PI * p->chirp_hz_per_s / (s->rate_hz * s->rate_hz), u = -m;
  double complex turn = cexp (tsr_complex (0, -(w + c * (u + 0.5)))),
                 q = cexp (tsr_complex (0, -c));
  double complex value =
      cexp (tsr_complex (0, -(2 * M_PI * p->phase_turns + u * (w + c * u / 2))));
  int64_t n = centre + direction * (int64_t)u;

  for (int b = 0; b < f->n_blocks; b++) {
    double sum = 0, moment = 0, offset = -0.5 * (f->block - 1);
    for (int i = 0; i < f->block; i++, n += direction) {
      double x = n >= 0 && n < s->n_samples ? (double)s->samples[n] - s->offset : 0;
      x *= creal (value);
      sum += x;
      moment += x * (offset + i);
      value *= turn;
      turn *= q;
    }
    f->sums[b] = sum;
    f->moments[b] = moment;
  }
}

double
tsr_edge_growth (const TsrPeak *point, double dt)
{
  double growth =
      dt * ((double)point->slope_per_s + 0.5 * dt * (double)point->curvature_per_s2);

  return fmax (-MAX_DECAY, fmin (MAX_GROWTH, growth));
}

/* Amplitude of the model at u. */
static double
amplitude_at (const TsrPeak *p, double rate_hz, int direction, double u)
{
  return exp (p->log_amplitude + tsr_edge_growth (p, direction * u / rate_hz));
}

static double
window_value (const TsrWindow *w, const double *values, int offset)
{
  int i = offset + (int)w->half;
  return i >= 0 && i <= 2 * (int)w->half ? values[i] : 0;
}

/* Fills frame k: what the signal shows, and the running integrals of the model. */
static void
fill_frame (TsrEdgeFinder *f, int k, const TsrPeak *p, int direction)
{
  const TsrEdgeSignal *s = &f->signal;
  FrameModel          *frame = &f->frames[k];
  int                  m = (int)s->window->half, hop = (int)s->hop;
  int                  first = k * hop / f->block;
  double               middle[MAX_BLOCKS + 4] = {0}; /* of block i - 2 of this frame */
  double               D = f->block;

  frame->n = 2 * m / f->block + 2;
  if (frame->n > f->n_blocks - first)
    frame->n = f->n_blocks - first;
  frame->first = -m + first * D - 0.5;
  frame->target = 0;
  for (int i = 0; i < frame->n; i++) {
    int    u = -m + (first + i) * f->block + (f->block - 1) / 2;
    double h = window_value (s->window, s->window->h, u - k * hop);
    double dh = window_value (s->window, s->window->dh, u - k * hop);
    frame->target += 2 * (h * f->sums[first + i] + dh * f->moments[first + i]);
    middle[i + 2] = h * amplitude_at (p, s->rate_hz, direction, u);
  }
  frame->integral[0] = frame->double_integral[0] = frame->value[0] = 0;
  for (int i = 0; i < frame->n; i++) {
    const double *v = &middle[i + 2];
    frame->value[i + 1] = (-v[-1] + 9 * v[0] + 9 * v[1] - v[2]) / 16;
    frame->integral[i + 1] =
        frame->integral[i] + D * (v[0] + (v[-1] - 2 * v[0] + v[1]) / 24);
    frame->double_integral[i + 1] =
        frame->double_integral[i] +
        D * (frame->integral[i] + frame->integral[i + 1]) / 2 +
        D * D * (frame->value[i] - frame->value[i + 1]) / 12;
  }
}

/* Running integral (or the integral of that) up to u by cubic Hermite. */
static double
integral_at (const TsrEdgeFinder *f, const FrameModel *frame, double u, bool twice)
{
  double D = f->block, x = (u - frame->first) / D;
  int    n = frame->n;

  if (x <= 0)
    return 0;
  if (x >= n)
    return twice ? frame->double_integral[n] + (x - n) * D * frame->integral[n]
                 : frame->integral[n];
  int           i = (int)x;
  const double *y = twice ? frame->double_integral : frame->integral;
  const double *slope = twice ? frame->integral : frame->value;
  double        s = x - i, m0 = slope[i] * D, m1 = slope[i + 1] * D;
  double        c2 = 3 * (y[i + 1] - y[i]) - 2 * m0 - m1;
  double        c3 = 2 * (y[i] - y[i + 1]) + m0 + m1;
  return y[i] + s * (m0 + s * (c2 + s * c3));
}

/* Squared error over all frames of an edge at u over a ramp. */
static double
edge_error (const TsrEdgeFinder *f, double u, double ramp)
{
  double error = 0;

  for (int k = 0; k < f->n_frames; k++) {
    const FrameModel *frame = &f->frames[k];
    double            model = ramp < 1 ? integral_at (f, frame, u, false)
                                       : (integral_at (f, frame, u + ramp / 2, true) -
                               integral_at (f, frame, u - ramp / 2, true)) /
                                  ramp;
    error += (frame->target - model) * (frame->target - model);
  }
  return error;
}

typedef struct {
  double u, ramp, error;
} Trial;

static Trial
try_edge (const TsrEdgeFinder *f, double u, double ramp)
{
  u = fmax (u, 0);
  ramp = fmin (fabs (ramp), 2 * u);
  return (Trial){u, ramp, edge_error (f, u, ramp)};
}

static Trial
search_coarsely (const TsrEdgeFinder *f)
{
  static const double ramps[] = {0, 0.25, 1};
  double              m = (double)f->signal.window->half;
  Trial               best = {.error = INFINITY};

  for (int i = 0; i <= 32; i++)
    for (size_t r = 0; r < sizeof ramps / sizeof *ramps; r++) {
      Trial trial = try_edge (f, m * i / 16.0, ramps[r] * m);
      if (trial.error < best.error)
        best = trial;
    }
  return best;
}

static void
sort_trials (Trial t[3])
{
  for (int i = 1; i < 3; i++)
    for (int j = i; j > 0 && t[j].error < t[j - 1].error; j--) {
      Trial swapped = t[j];
      t[j] = t[j - 1];
      t[j - 1] = swapped;
    }
}

/* Downhill simplex (Nelder & Mead 1965) in edge and ramp. */
static Trial
search_finely (const TsrEdgeFinder *f, Trial start)
{
  double step = (double)f->signal.window->half / 32;
  Trial  t[3] = {start,
                 try_edge (f, start.u + step, start.ramp),
                 try_edge (f, start.u, start.ramp + step)};

  for (int i = 0; i < 80; i++) {
    sort_trials (t);
    double spread = fabs (t[2].u - t[0].u) + fabs (t[2].ramp - t[0].ramp) +
                    fabs (t[1].u - t[0].u) + fabs (t[1].ramp - t[0].ramp);
    if (spread < 0.02)
      break;
    double u = (t[0].u + t[1].u) / 2, ramp = (t[0].ramp + t[1].ramp) / 2;
    double du = u - t[2].u, dr = ramp - t[2].ramp;
    Trial  reflected = try_edge (f, u + du, ramp + dr);
    if (reflected.error < t[0].error) {
      Trial expanded = try_edge (f, u + 2 * du, ramp + 2 * dr);
      t[2] = expanded.error < reflected.error ? expanded : reflected;
    } else if (reflected.error < t[1].error)
      t[2] = reflected;
    else {
      double side = reflected.error < t[2].error ? 0.5 : -0.5;
      Trial  inside = try_edge (f, u + side * du, ramp + side * dr);
      if (inside.error < fmin (reflected.error, t[2].error))
        t[2] = inside;
      else
        for (int j = 1; j < 3; j++)
          t[j] = try_edge (f, (t[0].u + t[j].u) / 2, (t[0].ramp + t[j].ramp) / 2);
    }
  }
  sort_trials (t);
  return t[0];
}

TsrPeak
tsr_edge_model (const TsrEdgeSignal *signal,
                const TsrTrack      *track,
                size_t               anchor,
                int                  direction)
{
  TsrPeak model =
      tsr_track_state (track,
                       anchor,
                       -direction,
                       N_MODEL,
                       (double)signal->hop / signal->rate_hz,
                       tsr_window_spacing_hz (signal->window, signal->rate_hz));
  double misfit = (double)track->points[anchor].misfit;
  double trust = fmin (1, sqrt (TRUSTED / fmax (TRUSTED, misfit)));

  model.chirp_hz_per_s *= trust;
  model.curvature_per_s2 *= (float)trust;
  return model;
}

bool
tsr_edge_find (TsrEdgeFinder *finder, const TsrTrack *track, int direction, TsrEdge *edge)
{
  TsrEdgeFinder *f = finder;
  size_t         anchor = find_anchor (track, direction);
  TsrPeak        model = tsr_edge_model (&f->signal, track, anchor, direction);
  const TsrPeak *p = &model;
  int64_t        centre = (track->first_frame + (int64_t)anchor) * f->signal.hop;
  double         whole = 0;

  demodulate (f, p, centre, direction);
  for (int k = 0; k < f->n_frames; k++) {
    fill_frame (f, k, p, direction);
    whole += f->frames[k].target * f->frames[k].target;
  }
  Trial  best = search_finely (f, search_coarsely (f));
  double m = (double)f->signal.window->half;
  if (!(best.error < MAX_RELATIVE_ERROR * whole) || best.u > 1.95 * m)
    return false;
  /* A step found closer than a sample is a step. */
  *edge = (TsrEdge){.anchor = anchor,
                    .model = model,
                    .distance = best.u,
                    .ramp = best.ramp < 2 ? 0 : best.ramp};
  return true;
}
