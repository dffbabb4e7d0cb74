/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tracks: growing, joining over gaps, and their state at an end.
 */
#include "model/dsp/partials/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_END_POINTS = 12 };

/* Misfits below are all the same. */
#define SMALL_MISFIT 1e-6

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

int64_t
tsr_track_last_frame (const TsrTrack *track)
{
  return track->first_frame + (int64_t)track->n - 1;
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

/* Least misfit among the outermost points. */
static double
least_misfit (const TsrTrack *track, int direction)
{
  double least = 1;

  for (size_t i = 0; i < track->n && i < N_END_POINTS; i++) {
    const TsrPeak *p = &track->points[direction > 0 ? track->n - 1 - i : i];
    least = fmin (least, (double)p->misfit);
  }
  return fmax (least, SMALL_MISFIT);
}

static double
median3 (double a, double b, double c)
{
  return fmax (fmin (a, b), fmin (fmax (a, b), c));
}

TsrPeak
tsr_track_end_state (const TsrTrack *track,
                     int             direction,
                     double          hop_s,
                     double          spacing_hz)
{
  size_t  n = track->n, last = direction > 0 ? n - 1 : 0;
  TsrPeak state = track->points[last];
  double  T = 1 / spacing_hz; /* time in units of 1/W, frequency in W: well scaled */
  double  a[3][3] = {{0}}, y[3] = {0};
  size_t  n_used = 0;
  double  usual = 4 * least_misfit (track, direction);

  for (size_t i = 0; i < n && n_used < N_END_POINTS; i++) {
    const TsrPeak *p = &track->points[direction > 0 ? n - 1 - i : i];
    if (p->flags & TSR_PEAK_BRIDGED)
      continue;
    double u = (direction > 0 ? -1.0 : 1.0) * (double)i * hop_s / T;
    double f = (p->frequency_hz - state.frequency_hz) / spacing_hz;
    double weight = 400 * fmin (1, usual / fmax (SMALL_MISFIT, (double)p->misfit));
    add_equation (a, y, (double[3]){1, u, u * u / 2}, f, weight);
    add_equation (a, y, (double[3]){0, 1, u}, p->chirp_hz_per_s * T * T, weight);
    n_used++;
  }
  add_equation (a, y, (double[3]){0, 0, 1}, 0, 0.25);
  if (n_used < 2 || !solve3 (a, y))
    return state;
  state.frequency_hz += y[0] * spacing_hz;
  state.chirp_hz_per_s = y[1] / (T * T);
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
