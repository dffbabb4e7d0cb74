/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edges of tracks.
 *
 * Everything is counted outwards from the anchor: u > 0 lies beyond it in the direction
 * of the edge. The signal is demodulated by the phase of the anchor's model, so that its
 * windowed transforms X_k at u = k hop are real sums of window times amplitude times gate
 * and can be compared with such sums of the model; these come from running integrals, so
 * that a trial of an edge costs a few operations a frame. All frames share one grid of
 * blocks, and are worked on side by side.
 */
#include "model/dsp/partials/edge.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/lanes.h"
#include "model/dsp/partials/segment.h"

#include <math.h>
#include <stdlib.h>

enum {
  N_MODEL = 2, /* points that make the model */
  N_SCAN = 8,  /* points looked at for an anchor */
  BLOCKS_PER_WINDOW = 128,
  MAX_FRAMES = 12,
  ROW = MAX_FRAMES / TSR_LANES,
};

#define SURELY_CLEAN 1e-5 /* misfit */
#define TRUSTED 1e-5      /* misfit up to which a model may bend far from its anchor */
#define AS_CLEAN 16.0     /* an anchor's misfit, times that of the good ones behind it */
#define MAX_GROWTH 1.5    /* of the model beyond its anchor, neper */
#define MAX_DECAY 8.0
#define MAX_RELATIVE_ERROR 0.5

/* A value of each frame. */
typedef union {
  double   at[MAX_FRAMES];
  TsrLanes v[ROW];
} Row;

/* Window times amplitude between two blocks, and its running integrals up to there.
 * Integrals are over blocks, not samples. */
typedef struct {
  Row value, integral, double_integral;
} Node;

struct TsrEdgeFinder {
  TsrEdgeSignal signal;
  int           block; /* samples, odd */
  int           n_frames;
  int           n_blocks;   /* from u = -M on */
  double       *samples;    /* n_blocks * block, in the order of u */
  double       *sums;       /* of each block of the demodulated signal */
  double       *moments;    /* about the middle of each block */
  double       *amplitudes; /* of the model in the middle of each block */
  Row          *window;     /* of each frame in the middle of each block */
  Row          *derivative; /* of the window */
  Node         *nodes;      /* n_blocks + 1 */
  Row           target;     /* what the signal shows */
};

static double
window_value (const TsrWindow *w, const double *values, int offset)
{
  int i = offset + (int)w->half;
  return i >= 0 && i <= 2 * (int)w->half ? values[i] : 0;
}

static void
fill_windows (TsrEdgeFinder *f)
{
  const TsrWindow *w = f->signal.window;

  for (int i = 0; i < f->n_blocks; i++)
    for (int k = 0; k < f->n_frames; k++) {
      int u = -(int)w->half + i * f->block + (f->block - 1) / 2;
      int offset = u - k * (int)f->signal.hop;
      f->window[i].at[k] = window_value (w, w->h, offset);
      f->derivative[i].at[k] = window_value (w, w->dh, offset);
    }
}

static void *
allocate_rows (int n, size_t size)
{
  void *rows = aligned_alloc (sizeof (TsrLanes), (size_t)n * size);
  if (rows != NULL)
    memset (rows, 0, (size_t)n * size);
  return rows;
}

double
tsr_edge_signal_at (const TsrEdgeSignal *signal, int64_t sample)
{
  if (sample < 0 || sample >= signal->n_samples)
    return 0;
  bool moves = signal->slow != NULL && tsr_slow_moves (signal->slow);
  return (double)signal->samples[sample] -
         (moves ? tsr_slow_at (signal->slow, sample) : signal->offset);
}

TsrEdgeFinder *
tsr_edge_finder_new (const TsrEdgeSignal *signal)
{
  TsrEdgeFinder *f = allocate_rows (1, sizeof *f);
  if (f == NULL)
    return NULL;
  int m = (int)signal->window->half, hop = (int)signal->hop;
  f->signal = *signal;
  f->block = m / (BLOCKS_PER_WINDOW / 2) | 1;
  f->n_frames = 2 * m / hop + 2 < MAX_FRAMES ? 2 * m / hop + 2 : MAX_FRAMES;
  f->n_blocks = ((f->n_frames - 1) * hop + 2 * m) / f->block + 1;
  size_t n = (size_t)f->n_blocks;
  f->samples = calloc (n * (size_t)f->block, sizeof *f->samples);
  f->sums = calloc (3 * n, sizeof *f->sums);
  f->window = allocate_rows (f->n_blocks, sizeof *f->window);
  f->derivative = allocate_rows (f->n_blocks, sizeof *f->derivative);
  f->nodes = allocate_rows (f->n_blocks + 1, sizeof *f->nodes);
  if (f->samples == NULL || f->sums == NULL || f->window == NULL ||
      f->derivative == NULL || f->nodes == NULL) {
    tsr_edge_finder_free (f);
    return NULL;
  }
  f->moments = f->sums + n;
  f->amplitudes = f->moments + n;
  fill_windows (f);
  return f;
}

void
tsr_edge_finder_free (TsrEdgeFinder *finder)
{
  if (finder == NULL)
    return;
  free (finder->nodes);
  free (finder->derivative);
  free (finder->window);
  free (finder->sums);
  free (finder->samples);
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

TSR_INLINE double
within_growth (double growth)
{
  growth = growth < MAX_GROWTH ? growth : MAX_GROWTH;
  return growth > -MAX_DECAY ? growth : -MAX_DECAY;
}

double
tsr_edge_growth (const TsrPeak *point, double dt)
{
  return within_growth (
      dt * ((double)point->slope_per_s + 0.5 * dt * (double)point->curvature_per_s2));
}

TSR_FOR_EACH_MACHINE void
tsr_edge_amplitudes (
    const TsrPeak *point, double first_s, double step_s, int n, double *amplitudes)
{
  double level = point->log_amplitude, slope = (double)point->slope_per_s;
  double bend = 0.5 * (double)point->curvature_per_s2;

  for (int i = 0; i < n; i++) {
    double dt = first_s + i * step_s;
    double growth = within_growth (dt * (slope + dt * bend));
    amplitudes[i] = tsr_exp2 (M_LOG2E * (level + growth));
  }
}

/* The signal in the order of u; silence outside. */
static void
gather (TsrEdgeFinder *f, int64_t centre, int direction)
{
  const TsrEdgeSignal *s = &f->signal;
  int64_t              n = centre - direction * (int64_t)s->window->half;
  int64_t              size = (int64_t)f->n_blocks * f->block;
  int64_t              first = direction > 0 ? -n : n - s->n_samples + 1;
  int64_t              end = direction > 0 ? s->n_samples - n : n + 1;

  first = first < 0 ? 0 : first > size ? size : first;
  end = end < first ? first : end > size ? size : end;
  memset (f->samples, 0, (size_t)first * sizeof *f->samples);
  if (direction > 0)
    for (int64_t i = first; i < end; i++)
      f->samples[i] = (double)s->samples[n + i] - s->offset;
  else
    for (int64_t i = first; i < end; i++)
      f->samples[i] = (double)s->samples[n - i] - s->offset;
  memset (f->samples + end, 0, (size_t)(size - end) * sizeof *f->samples);
}

static double complex
turn_by (double angle)
{
  return tsr_complex (cos (angle), -sin (angle));
}

/* Multiplies the samples by the cosine of the model's phase. */
TSR_FOR_EACH_MACHINE static void
demodulate (TsrEdgeFinder *f, const TsrPeak *p, int direction)
{
  double          rate = f->signal.rate_hz, u = -(double)f->signal.window->half;
  double          w = 2 * M_PI * p->frequency_hz / rate * direction;
  double          c = 2 * M_PI * p->chirp_hz_per_s / (rate * rate);
  TsrComplexLanes value, turn,
      bend = tsr_lanes_spread (turn_by (TSR_LANES * TSR_LANES * c));
  int n = f->n_blocks * f->block, i = 0;

  for (int k = 0; k < TSR_LANES; k++) {
    double         x = u + k;
    double complex v = turn_by (2 * M_PI * p->phase_turns + x * (w + c * x / 2));
    double complex t = turn_by (TSR_LANES * (w + c * (x + TSR_LANES / 2.0)));
    value.re[k] = creal (v);
    value.im[k] = cimag (v);
    turn.re[k] = creal (t);
    turn.im[k] = cimag (t);
  }
  for (; i + TSR_LANES <= n; i += TSR_LANES) {
    TsrLanes x;
    tsr_lanes_load (&x, f->samples + i);
    x *= value.re;
    tsr_lanes_store (&x, f->samples + i);
    tsr_lanes_multiply (&value, &turn);
    tsr_lanes_multiply (&turn, &bend);
  }
  for (int k = 0; i < n; i++, k++)
    f->samples[i] *= value.re[k];
}

TSR_FOR_EACH_MACHINE static void
sum_blocks (TsrEdgeFinder *f)
{
  static const TsrLanes first = {0, 1, 2, 3};
  const double         *x = f->samples;

  for (int b = 0; b < f->n_blocks; b++, x += f->block) {
    double   middle = 0.5 * (f->block - 1);
    TsrLanes sum = {0}, moment = {0}, place = first - middle;
    int      i = 0;
    for (; i + TSR_LANES <= f->block; i += TSR_LANES, place += TSR_LANES) {
      TsrLanes v;
      tsr_lanes_load (&v, x + i);
      sum += v;
      moment += v * place;
    }
    f->sums[b] = tsr_lanes_sum (&sum);
    f->moments[b] = tsr_lanes_sum (&moment);
    for (; i < f->block; i++) {
      f->sums[b] += x[i];
      f->moments[b] += x[i] * (i - middle);
    }
  }
}

/* What the signal shows, and the running integrals of the model, for all frames. */
TSR_FOR_EACH_MACHINE static void
fill_frames (TsrEdgeFinder *f)
{
  TsrLanes none = {0};

  for (int k = 0; k < ROW; k++) {
    TsrLanes target = none, before = none, middle = none;
    TsrLanes after = f->window[0].v[k] * f->amplitudes[0];
    for (int i = 0; i <= f->n_blocks; i++) {
      TsrLanes far = none;
      if (i < f->n_blocks)
        target += f->window[i].v[k] * f->sums[i] + f->derivative[i].v[k] * f->moments[i];
      if (i + 1 < f->n_blocks)
        far = f->window[i + 1].v[k] * f->amplitudes[i + 1];
      Node *node = &f->nodes[i];
      node->value.v[k] = (9.0 * (middle + after) - (before + far)) * (1.0 / 16);
      if (i > 0) {
        const Node *last = node - 1;
        node->integral.v[k] =
            last->integral.v[k] + middle + (before - 2.0 * middle + after) * (1.0 / 24);
        node->double_integral.v[k] = last->double_integral.v[k] +
                                     (last->integral.v[k] + node->integral.v[k]) * 0.5 +
                                     (last->value.v[k] - node->value.v[k]) * (1.0 / 12);
      }
      before = middle;
      middle = after;
      after = far;
    }
    f->target.v[k] = 2.0 * target;
  }
}

/* A place among the nodes: that before it, and weights of values and slopes of that and
 * the next for a cubic between them. */
typedef struct {
  const Node *node;
  double      value[2], slope[2];
} Place;

TSR_INLINE Place
find_place (const TsrEdgeFinder *f, double u)
{
  double x = (u + (double)f->signal.window->half + 0.5) / f->block;
  int    i = x < f->n_blocks ? (int)x : f->n_blocks - 1;
  double s = x - i;

  if (s > 1) /* behind the last node */
    return (Place){&f->nodes[i], {0, 1}, {0, s - 1}};
  double s2 = s * s, late = s2 * (3 - 2 * s);
  return (Place){&f->nodes[i], {1 - late, late}, {s * (1 - s) * (1 - s), s2 * (s - 1)}};
}

#define INTEGRAL_AT(place, k, what, slope_of)                                            \
  ((place)->value[0] * (place)->node->what.v[k] +                                        \
   (place)->value[1] * (place)->node[1].what.v[k] +                                      \
   (place)->slope[0] * (place)->node->slope_of.v[k] +                                    \
   (place)->slope[1] * (place)->node[1].slope_of.v[k])

/* Squared error over all frames of an edge at u over a ramp. */
TSR_FOR_EACH_MACHINE static double
edge_error (const TsrEdgeFinder *f, double u, double ramp)
{
  TsrLanes sum = {0};
  double   block = f->block;

  if (ramp < 1) {
    Place place = find_place (f, u);
    for (int k = 0; k < ROW; k++) {
      TsrLanes rest = f->target.v[k] - block * INTEGRAL_AT (&place, k, integral, value);
      sum += rest * rest;
    }
    return tsr_lanes_sum (&sum);
  }
  Place  from = find_place (f, u - ramp / 2), to = find_place (f, u + ramp / 2);
  double scale = block * block / ramp;
  for (int k = 0; k < ROW; k++) {
    TsrLanes rest =
        f->target.v[k] - scale * (INTEGRAL_AT (&to, k, double_integral, integral) -
                                  INTEGRAL_AT (&from, k, double_integral, integral));
    sum += rest * rest;
  }
  return tsr_lanes_sum (&sum);
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

  gather (f, centre, direction);
  demodulate (f, p, direction);
  sum_blocks (f);
  double step_s = direction / f->signal.rate_hz;
  double middle = 0.5 * (f->block - 1) - (double)f->signal.window->half;
  tsr_edge_amplitudes (p, step_s * middle, step_s * f->block, f->n_blocks, f->amplitudes);
  fill_frames (f);
  for (int k = 0; k < f->n_frames; k++)
    whole += f->target.at[k] * f->target.at[k];
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
