/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spectral envelopes from partials.
 */
#include "model/dsp/partials/envelope.h"

#include <math.h>
#include <stdlib.h>

#define HOP_S 0.01
#define NEPER_PER_DB 0.11512925464970228
#define MOST_GAIN_DB 36.0
#define LEAST_HZ 10.0
#define SAME_HZ 0.5 /* nearer partials are one point of the envelope */
enum { MOST_FRAMES = 1 << 20 };

typedef struct {
  double log_hz, level; /* natural logarithms */
  double slope;
} Node;

struct TsrSpectralEnvelope {
  double  start_s, hop_s;
  size_t  n_frames;
  size_t *first; /* n_frames + 1: nodes of frame i are first[i] .. first[i + 1] - 1 */
  Node   *nodes;
  size_t  n_nodes, capacity;
};

/* ---- frames ---- */

static int
compare_nodes (const void *a, const void *b)
{
  const Node *x = a, *y = b;
  return (x->log_hz > y->log_hz) - (x->log_hz < y->log_hz);
}

/* Whether a louder node lies within clutter_hz of node i of n sorted ones. */
static bool
is_clutter (const Node *nodes, size_t n, size_t i, double clutter_hz)
{
  double hz = exp (nodes[i].log_hz);

  for (size_t k = i; k > 0 && hz - exp (nodes[k - 1].log_hz) < clutter_hz; k--)
    if (nodes[k - 1].level > nodes[i].level)
      return true;
  for (size_t k = i + 1; k < n && exp (nodes[k].log_hz) - hz < clutter_hz; k++)
    if (nodes[k].level > nodes[i].level)
      return true;
  return false;
}

/* Drops clutter, in place; returns how many are left. `flags` has room for n. */
static size_t
drop_clutter (Node *nodes, size_t n, double clutter_hz, bool *flags)
{
  size_t kept = 0;

  for (size_t i = 0; i < n; i++)
    flags[i] = is_clutter (nodes, n, i, fmax (clutter_hz, SAME_HZ));
  for (size_t i = 0; i < n; i++)
    if (!flags[i] && (kept == 0 || nodes[i].log_hz > nodes[kept - 1].log_hz))
      nodes[kept++] = nodes[i];
  return kept;
}

/* Slopes of the monotone cubic (Fritsch and Carlson 1980, with the harmonic mean of
 * Fritsch and Butland 1984, eq. 5). */
static void
set_slopes (Node *nodes, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    nodes[i].slope = 0;
    if (i == 0 || i + 1 >= n)
      continue;
    double left_h = nodes[i].log_hz - nodes[i - 1].log_hz;
    double right_h = nodes[i + 1].log_hz - nodes[i].log_hz;
    double left = (nodes[i].level - nodes[i - 1].level) / left_h;
    double right = (nodes[i + 1].level - nodes[i].level) / right_h;
    if (!(left * right > 0))
      continue;
    double w1 = 2 * right_h + left_h, w2 = right_h + 2 * left_h;
    nodes[i].slope = (w1 + w2) / (w1 / left + w2 / right);
  }
  if (n > 1)
    nodes[n - 1].slope = (nodes[n - 1].level - nodes[n - 2].level) /
                         (nodes[n - 1].log_hz - nodes[n - 2].log_hz);
}

typedef struct {
  TsrSpectralEnvelope *envelope;
  const TsrPartialSet *set;
  unsigned             channel;
  double               time_s;
  size_t               first; /* node of this frame */
  bool                 has_failed;
} Frame;

static bool
reserve (TsrSpectralEnvelope *envelope)
{
  if (envelope->n_nodes < envelope->capacity)
    return true;
  size_t capacity = envelope->capacity * 2 + 256;
  Node  *nodes = realloc (envelope->nodes, capacity * sizeof *nodes);
  if (nodes == NULL)
    return false;
  envelope->nodes = nodes;
  envelope->capacity = capacity;
  return true;
}

static bool
add_partial_cb (void *user, size_t index)
{
  Frame            *frame = user;
  const TsrPartial *partial = tsr_partial_set_at (frame->set, index);
  TsrBreakpoint     value;

  if (tsr_partial_channel (partial) != frame->channel ||
      !tsr_partial_at (partial, frame->time_s, &value) ||
      (value.flags & TSR_BREAKPOINT_NULL) != 0 || value.frequency_hz < LEAST_HZ)
    return true;
  if (!reserve (frame->envelope)) {
    frame->has_failed = true;
    return false;
  }
  frame->envelope->nodes[frame->envelope->n_nodes++] =
      (Node){log (value.frequency_hz), value.log_amplitude, 0};
  return true;
}

static bool
add_frame (Frame *frame, double clutter_hz)
{
  TsrSpectralEnvelope *envelope = frame->envelope;

  frame->first = envelope->n_nodes;
  tsr_partial_set_foreach_in (
      frame->set, frame->time_s, frame->time_s, 0, INFINITY, add_partial_cb, frame);
  size_t n = envelope->n_nodes - frame->first;
  if (frame->has_failed || n == 0)
    return !frame->has_failed;
  Node *nodes = envelope->nodes + frame->first;
  bool *flags = malloc (n * sizeof *flags);
  if (flags == NULL)
    return false;
  qsort (nodes, n, sizeof *nodes, compare_nodes);
  n = drop_clutter (nodes, n, clutter_hz, flags);
  free (flags);
  set_slopes (nodes, n);
  envelope->n_nodes = frame->first + n;
  return true;
}

TsrSpectralEnvelope *
tsr_spectral_envelope_new (const TsrPartialSet *set, unsigned channel, double clutter_hz)
{
  TsrSpectralEnvelope *envelope = calloc (1, sizeof *envelope);
  double               end_s, low_hz, high_hz;

  if (envelope == NULL)
    return NULL;
  tsr_partial_set_bounds (set, &envelope->start_s, &end_s, &low_hz, &high_hz);
  envelope->hop_s = fmax (HOP_S, (end_s - envelope->start_s) / MOST_FRAMES);
  envelope->n_frames = (size_t)((end_s - envelope->start_s) / envelope->hop_s) + 1;
  envelope->first = calloc (envelope->n_frames + 1, sizeof *envelope->first);
  Frame frame = {.envelope = envelope, .set = set, .channel = channel};
  bool  done = envelope->first != NULL;
  for (size_t i = 0; done && i < envelope->n_frames; i++) {
    frame.time_s = envelope->start_s + (double)i * envelope->hop_s;
    done = add_frame (&frame, clutter_hz);
    envelope->first[i + 1] = envelope->n_nodes;
  }
  if (done)
    return envelope;
  tsr_spectral_envelope_free (envelope);
  return NULL;
}

void
tsr_spectral_envelope_free (TsrSpectralEnvelope *envelope)
{
  if (envelope == NULL)
    return;
  free (envelope->first);
  free (envelope->nodes);
  free (envelope);
}

/* ---- values ---- */

/* Level of n >= 1 nodes at a frequency. */
static double
level_of (const Node *nodes, size_t n, double log_hz)
{
  size_t low = 0, high = n - 1;

  if (log_hz <= nodes[0].log_hz)
    return nodes[0].level;
  if (log_hz >= nodes[n - 1].log_hz) /* -6 dB an octave */
    return nodes[n - 1].level - (log_hz - nodes[n - 1].log_hz);
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (nodes[middle].log_hz <= log_hz)
      low = middle;
    else
      high = middle;
  }
  const Node *a = &nodes[low], *b = &nodes[high];
  double      h = b->log_hz - a->log_hz, u = (log_hz - a->log_hz) / h;
  double      rise = b->level - a->level, m0 = a->slope * h, m1 = b->slope * h;
  return a->level + u * (m0 + u * (3 * rise - 2 * m0 - m1 + u * (m0 + m1 - 2 * rise)));
}

/* The nearest frame with nodes to frame i; n_frames when there is none. */
static size_t
nearest_frame (const TsrSpectralEnvelope *e, size_t i)
{
  for (size_t d = 0; d < e->n_frames; d++) {
    if (i >= d && e->first[i - d + 1] > e->first[i - d])
      return i - d;
    if (i + d < e->n_frames && e->first[i + d + 1] > e->first[i + d])
      return i + d;
  }
  return e->n_frames;
}

static double
frame_level (const TsrSpectralEnvelope *e, size_t i, double log_hz)
{
  size_t frame = nearest_frame (e, i);

  if (frame == e->n_frames)
    return NAN;
  return level_of (
      e->nodes + e->first[frame], e->first[frame + 1] - e->first[frame], log_hz);
}

double
tsr_spectral_envelope_at (const TsrSpectralEnvelope *envelope,
                          double                     time_s,
                          double                     frequency_hz)
{
  double x = fmax (0, (time_s - envelope->start_s) / envelope->hop_s);
  double log_hz = log (fmax (frequency_hz, LEAST_HZ));
  size_t i = (size_t)fmin (x, (double)(envelope->n_frames - 1));
  double u = fmin (1, x - (double)i);
  double here = frame_level (envelope, i, log_hz);

  if (i + 1 < envelope->n_frames && u > 0)
    here = (1 - u) * here + u * frame_level (envelope, i + 1, log_hz);
  return here / NEPER_PER_DB;
}

double
tsr_spectral_envelope_gain_db (const TsrSpectralEnvelope *envelope,
                               double                     time_s,
                               double                     from_hz,
                               double                     to_hz)
{
  double gain = tsr_spectral_envelope_at (envelope, time_s, to_hz) -
                tsr_spectral_envelope_at (envelope, time_s, from_hz);

  return isfinite (gain) ? fmin (MOST_GAIN_DB, fmax (-MOST_GAIN_DB, gain)) : 0;
}
