/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tracks: growing, joining over gaps, and their state at an end.
 */
#include "model/dsp/partials/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_END_POINTS = 6 };

/* Misfits below are all the same. */
#define SMALL_MISFIT 1e-7

TsrTrack *
tsr_track_new (int64_t first_frame)
{
  TsrTrack *track = calloc (1, sizeof *track);
  if (track != NULL)
    track->first_frame = first_frame;
  return track;
}

void
tsr_track_free (TsrTrack *track)
{
  if (track == NULL)
    return;
  free (track->points);
  free (track);
}

TsrTrack *
tsr_track_cut (TsrTrack *track, int64_t frame)
{
  size_t    n = (size_t)(frame - track->first_frame);
  TsrTrack *head = tsr_track_new (track->first_frame);
  TsrPeak  *points = malloc ((n + 1) * sizeof *points);

  if (head == NULL || points == NULL) {
    tsr_track_free (head);
    free (points);
    return NULL;
  }
  *head = *track;
  memcpy (points, track->points, (n + 1) * sizeof *points);
  head->points = points;
  head->n = head->capacity = n + 1;
  head->is_end_decided = true;
  head->ends_n[0] = head->ends_n[1] = 0;
  head->is_cut[1] = true;
  memmove (track->points, track->points + n, (track->n - n) * sizeof *track->points);
  track->n -= n;
  track->first_frame = frame;
  track->is_start_decided = track->is_start_settled = true;
  track->has_start = false;
  track->ends_n[0] = track->ends_n[1] = 0;
  track->is_cut[0] = true;
  return head;
}

static bool
reserve (TsrTrack *track, size_t n_more)
{
  if (track->n + n_more <= track->capacity)
    return true;
  size_t   capacity = 2 * (track->n + n_more) + 2;
  TsrPeak *points = realloc (track->points, capacity * sizeof *points);
  if (points == NULL)
    return false;
  track->points = points;
  track->capacity = capacity;
  return true;
}

bool
tsr_track_append (TsrTrack *track, const TsrPeak *point)
{
  if (!reserve (track, 1))
    return false;
  track->points[track->n++] = *point;
  return true;
}

/* Point at u = 0..1 between two that are T seconds apart: frequency by the cubic Hermite
 * of (frequency, chirp), its phase by the integral, bent to meet the end; amplitude
 * linear in the logarithm. */
static TsrPeak
interpolate (const TsrPeak *a, const TsrPeak *b, double T, double u)
{
  double f0 = a->frequency_hz, f1 = b->frequency_hz;
  double m0 = a->chirp_hz_per_s * T, m1 = b->chirp_hz_per_s * T;
  double c2 = 3 * (f1 - f0) - 2 * m0 - m1, c3 = 2 * (f0 - f1) + m0 + m1;
  double whole = T * (f0 + m0 / 2 + c2 / 3 + c3 / 4);
  double end_phase = a->phase_turns + whole;
  double error = b->phase_turns - end_phase;
  error -= round (error);
  /* A bump of unit area spreads the phase error without moving the end frequencies. */
  double bump = u * u * (3 - 2 * u), bump_rate = 6 * u * (1 - u);
  double phase = a->phase_turns +
                 T * u * (f0 + u * (m0 / 2 + u * (c2 / 3 + u * c3 / 4))) + error * bump;
  return (TsrPeak){
      .frequency_hz = fmax (0, f0 + u * (m0 + u * (c2 + u * c3)) + error * bump_rate / T),
      .phase_turns = phase - floor (phase),
      .log_amplitude = (1 - u) * a->log_amplitude + u * b->log_amplitude,
      .chirp_hz_per_s = (m0 + u * (2 * c2 + 3 * u * c3)) / T,
      .slope_per_s = (float)((b->log_amplitude - a->log_amplitude) / T),
      .misfit = 1,
      .flags = TSR_PEAK_BRIDGED,
  };
}

bool
tsr_track_extend (TsrTrack *track, size_t gap, const TsrPeak *point, double hop_s)
{
  if (!reserve (track, gap + 1))
    return false;
  TsrPeak last = track->points[track->n - 1];
  for (size_t i = 1; i <= gap; i++)
    track->points[track->n++] = interpolate (
        &last, point, hop_s * (double)(gap + 1), (double)i / (double)(gap + 1));
  track->points[track->n++] = *point;
  return true;
}

bool
tsr_track_join (TsrTrack *track, TsrTrack *next, double hop_s)
{
  size_t gap = (size_t)(next->first_frame - tsr_track_last_frame (track) - 1);

  if (!reserve (track, gap + next->n) ||
      !tsr_track_extend (track, gap, &next->points[0], hop_s))
    return false;
  memcpy (
      track->points + track->n, next->points + 1, (next->n - 1) * sizeof *next->points);
  track->n += next->n - 1;
  next->n = 0;
  return true;
}

/* Solves the symmetric 3 x 3 system a x = y in place by elimination. */
static bool
solve3 (double a[3][3], double y[3])
{
  for (int i = 0; i < 3; i++) {
    if (!(fabs (a[i][i]) > 0))
      return false;
    for (int j = i + 1; j < 3; j++) {
      double factor = a[j][i] / a[i][i];
      for (int k = i; k < 3; k++)
        a[j][k] -= factor * a[i][k];
      y[j] -= factor * y[i];
    }
  }
  for (int i = 2; i >= 0; i--) {
    for (int k = i + 1; k < 3; k++)
      y[i] -= a[i][k] * y[k];
    y[i] /= a[i][i];
  }
  return isfinite (y[0]) && isfinite (y[1]) && isfinite (y[2]);
}

static void
add_equation (
    double a[3][3], double y[3], const double row[3], double value, double weight)
{
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++)
      a[i][j] += weight * row[i] * row[j];
    y[i] += weight * row[i] * value;
  }
}

static double
median3 (double a, double b, double c)
{
  return fmax (fmin (a, b), fmin (fmax (a, b), c));
}

/* Least misfit of n points from `first` on. */
static double
least_misfit (const TsrTrack *track, size_t first, int step, size_t n)
{
  double least = 1;

  for (size_t i = first; n > 0 && i < track->n; i += (size_t)step, n--)
    least = fmin (least, (double)track->points[i].misfit);
  return fmax (least, SMALL_MISFIT);
}

/* Value, first and second derivative at a point by least squares over values and
 * derivatives of the points from there on. */
typedef struct {
  double a[3][3], y[3];
} Parabola;

static void
add_point (Parabola *fit, double u, double value, double derivative, double weight)
{
  add_equation (fit->a, fit->y, (double[3]){1, u, u * u / 2}, value, weight);
  add_equation (fit->a, fit->y, (double[3]){0, 1, u}, derivative, weight);
}

TsrPeak
tsr_track_state (const TsrTrack *track,
                 size_t          first,
                 int             step,
                 size_t          n_points,
                 double          hop_s,
                 double          spacing_hz)
{
  TsrPeak  state = track->points[first];
  double   T = 1 / spacing_hz; /* time in units of 1/W, frequency in W: well scaled */
  double   usual = 4 * least_misfit (track, first, step, n_points);
  Parabola frequency = {0}, amplitude = {0};
  size_t   n_used = 0;

  for (size_t i = first; i < track->n && n_used < n_points; i += (size_t)step) {
    const TsrPeak *p = &track->points[i];
    if (p->flags & TSR_PEAK_BRIDGED)
      continue;
    double u = ((double)i - (double)first) * hop_s / T;
    double weight = 400 * fmin (1, usual / fmax (SMALL_MISFIT, (double)p->misfit));
    add_point (&frequency,
               u,
               (p->frequency_hz - state.frequency_hz) / spacing_hz,
               p->chirp_hz_per_s * T * T,
               weight);
    add_point (&amplitude,
               u,
               p->log_amplitude - state.log_amplitude,
               (double)p->slope_per_s * T,
               weight);
    n_used++;
  }
  add_equation (frequency.a, frequency.y, (double[3]){0, 0, 1}, 0, 0.25);
  add_equation (amplitude.a, amplitude.y, (double[3]){0, 0, 1}, 0, 0.25);
  if (n_used < 2 || !solve3 (frequency.a, frequency.y) ||
      !solve3 (amplitude.a, amplitude.y))
    return state;
  state.frequency_hz += frequency.y[0] * spacing_hz;
  state.chirp_hz_per_s = frequency.y[1] / (T * T);
  state.log_amplitude += amplitude.y[0];
  state.slope_per_s = (float)(amplitude.y[1] / T);
  state.curvature_per_s2 = (float)(amplitude.y[2] / (T * T));
  return state;
}

TsrPeak
tsr_track_end_state (const TsrTrack *track,
                     int             direction,
                     double          hop_s,
                     double          spacing_hz)
{
  size_t  n = track->n, last = direction > 0 ? n - 1 : 0;
  TsrPeak state =
      tsr_track_state (track, last, -direction, N_END_POINTS, hop_s, spacing_hz);

  state.log_amplitude = track->points[last].log_amplitude;
  state.misfit = (float)least_misfit (track, last, -direction, N_END_POINTS);
  if (n >= 3)
    state.log_amplitude =
        median3 (state.log_amplitude,
                 track->points[direction > 0 ? n - 2 : 1].log_amplitude,
                 track->points[direction > 0 ? n - 3 : 2].log_amplitude);
  return state;
}

size_t
tsr_track_n_clean (const TsrTrack *track)
{
  size_t n_clean = 0;

  for (size_t i = 0; i < track->n; i++)
    if (track->points[i].flags & TSR_PEAK_CLEAN)
      n_clean++;
  return n_clean;
}
