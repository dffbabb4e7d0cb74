/* SPDX-License-Identifier: GPL-3.0-or-later
 * Calming of breakpoints.
 */
#include "model/dsp/partials/calm.h"

#include <math.h>
#include <stdlib.h>

/* How much the chirp may change from one breakpoint to the next, as a change of the
 * frequency, relative: so much at REFERENCE_HZ and above, less below, where a phase tells
 * more about the frequency; and the same of the logarithmic amplitude, neper. */
#define FREQUENCY_BEND 0.02
#define REFERENCE_HZ 1000.0
#define LEAST_HZ 30.0
/* Where the phases tell another frequency than the spectrum did, by more than that over
 * the breakpoints around, they are those of noise. */
#define MOST_TURNS 0.05
#define MOST_OFF 0.1 /* part of a run; one with more is noise and stays */
#define AMPLITUDE_BEND 3.0
#define LEAST_ERROR 1e-5 /* of phases and logarithmic amplitudes */
#define LARGEST_ERROR 10.0
#define LEAST_DISTANCE 0.02 /* of breakpoints, re the mean */

enum { BAND = 4, LEAST_POINTS = 5, NEAR_END = 4 };

/* One breakpoint of a run: its row of the symmetric band matrix (the diagonal and what
 * lies right of it), and the right side, which becomes the solution. */
typedef struct {
  double row[BAND], value;
} Point;

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* Weights of four values whose sum is the change of their second derivative, times the
 * square of the mean distance. False where they are too uneven to tell. */
static bool
third_difference (const TsrBreakpoint *b, double weights[4])
{
  double T0 = b[1].time_s - b[0].time_s, T1 = b[2].time_s - b[1].time_s;
  double T2 = b[3].time_s - b[2].time_s, mean = (T0 + T1 + T2) / 3;
  double least = fmin (T0, fmin (T1, T2));
  double c0 = 2 * mean / (T0 + T1), c1 = 2 * mean / (T1 + T2);

  T0 /= mean;
  T1 /= mean;
  T2 /= mean;
  weights[0] = -c0 / T0;
  weights[1] = c0 / T0 + c0 / T1 + c1 / T1;
  weights[2] = -c0 / T1 - c1 / T1 - c1 / T2;
  weights[3] = c1 / T2;
  return least > LEAST_DISTANCE * mean;
}

/* Adds the penalty (sum of weights times values)^2 * scale. */
static void
add_penalty (Point *p, const double weights[4], double scale)
{
  for (int i = 0; i < 4; i++)
    for (int j = i; j < 4; j++)
      p[i].row[j - i] += scale * weights[i] * weights[j];
}

/* Solves in place by the Cholesky decomposition L D L^T of the band. */
static void
solve (Point *p, size_t n)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 1; j < BAND && i + j < n; j++) {
      double factor = p[i].row[j] / p[i].row[0];
      for (size_t k = j; k < BAND; k++)
        p[i + j].row[k - j] -= factor * p[i].row[k];
      p[i + j].value -= factor * p[i].value;
    }
  for (size_t i = n; i-- > 0;) {
    for (size_t j = 1; j < BAND && i + j < n; j++)
      p[i].value -= p[i].row[j] * p[i + j].value;
    p[i].value /= p[i].row[0];
  }
}

static double
error_of (const TsrBreakpoint *b, double spare)
{
  return fmin (LARGEST_ERROR, fmax (LEAST_ERROR, spare / tsr_breakpoint_amplitude (b)));
}

static double
bend_hz (double frequency_hz)
{
  double hz = fmax (LEAST_HZ, frequency_hz);
  return FREQUENCY_BEND * hz * sqrt (fmin (1, hz / REFERENCE_HZ));
}

/* Changes of the phases, in radians, that make frequencies bend less. */
static void
calm_phases (const TsrBreakpoint *b, size_t n, const float *spare, Point *p)
{
  for (size_t i = 0; i < n; i++) {
    double error = error_of (&b[i], (double)spare[i]);
    p[i] = (Point){.row = {1 / (error * error)}};
  }
  for (size_t i = 0; i + 3 < n; i++) {
    double weights[4], bend = 0;
    if (!third_difference (&b[i], weights))
      continue;
    double mean_s = (b[i + 3].time_s - b[i].time_s) / 3;
    double limit = 2 * M_PI * mean_s * bend_hz (b[i + 1].frequency_hz);
    /* A line is taken off first: phases are large. */
    for (int k = 0; k < 4; k++)
      bend += weights[k] * 2 * M_PI *
              (b[i + (size_t)k].phase_turns - b[i].phase_turns -
               b[i].frequency_hz * (b[i + (size_t)k].time_s - b[i].time_s));
    double scale = 1 / (limit * limit);
    add_penalty (&p[i], weights, scale);
    for (int k = 0; k < 4; k++)
      p[i + (size_t)k].value -= scale * weights[k] * bend;
  }
  solve (p, n);
}

static void
calm_amplitudes (const TsrBreakpoint *b, size_t n, const float *spare, Point *p)
{
  for (size_t i = 0; i < n; i++) {
    double error = error_of (&b[i], (double)spare[i]);
    p[i] = (Point){.row = {1 / (error * error)}};
  }
  for (size_t i = 0; i + 3 < n; i++) {
    double weights[4], bend = 0, scale = 1 / (AMPLITUDE_BEND * AMPLITUDE_BEND);
    if (!third_difference (&b[i], weights))
      continue;
    for (int k = 0; k < 4; k++)
      bend += weights[k] * (b[i + (size_t)k].log_amplitude - b[i].log_amplitude);
    add_penalty (&p[i], weights, scale);
    for (int k = 0; k < 4; k++)
      p[i + (size_t)k].value -= scale * weights[k] * bend;
  }
  solve (p, n);
}

/* Whether point i and two on each side of it are equally spaced, away from the ends,
 * where half of the sound that tells a phase is missing. */
static bool
is_even (const TsrBreakpoint *b, size_t i, size_t n)
{
  if (i < NEAR_END || i + NEAR_END >= n)
    return false;
  double T = (b[i + 2].time_s - b[i - 2].time_s) / 4;
  for (size_t k = i - 2; k < i + 2; k++)
    if (fabs (b[k + 1].time_s - b[k].time_s - T) > 1e-3 * T)
      return false;
  return true;
}

/* Frequencies that the phases in `p` tell, into p->row[0]; their distance from those of
 * the spectrum, in turns, into p->row[1]. Returns how many are far off. */
static size_t
find_frequencies (const TsrBreakpoint *b, size_t n, Point *p)
{
  size_t n_off = 0;

  for (size_t i = 0; i < n; i++) {
    p[i].row[0] = b[i].frequency_hz;
    p[i].row[1] = 0;
    if (!is_even (b, i, n))
      continue;
    double T = b[i + 1].time_s - b[i].time_s;
    double slope =
        8 * (p[i + 1].value - p[i - 1].value) - p[i + 2].value + p[i - 2].value;
    p[i].row[0] = fmax (0, b[0].frequency_hz + slope / (12 * T));
    p[i].row[1] = fabs (p[i].row[0] - b[i].frequency_hz) * 2 * T;
    n_off += !(p[i].row[1] < MOST_TURNS);
  }
  return n_off;
}

static void
calm_run (TsrBreakpoint *b, size_t n, const float *spare, Point *p)
{
  double origin_turns = b[0].phase_turns, origin_hz = b[0].frequency_hz;

  calm_phases (b, n, spare, p);
  for (size_t i = 0; i < n; i++)
    p[i].value = b[i].phase_turns + p[i].value / (2 * M_PI) - origin_turns -
                 origin_hz * (b[i].time_s - b[0].time_s);
  if (find_frequencies (b, n, p) > MOST_OFF * (double)n)
    return;
  for (size_t i = 0; i < n; i++) {
    double error_turns = error_of (&b[i], (double)spare[i]) / (2 * M_PI);
    b[i].phase_turns =
        p[i].value + origin_turns + origin_hz * (b[i].time_s - b[0].time_s);
    bool is_inside = i > 0 && i + 1 < n;
    if (is_inside && p[i].row[1] > error_turns && p[i].row[1] < MOST_TURNS)
      b[i].frequency_hz = p[i].row[0];
  }
  calm_amplitudes (b, n, spare, p);
  for (size_t i = 0; i < n; i++)
    b[i].log_amplitude += p[i].value;
}

bool
tsr_breakpoints_calm (TsrBreakpoint *b, size_t n, const float *spare)
{
  Point *points = malloc (n * sizeof *points);

  if (points == NULL)
    return false;
  for (size_t from = 0, end; from < n; from = end) {
    end = from + 1;
    if (is_null (&b[from]))
      continue;
    while (end < n && !is_null (&b[end]))
      end++;
    if (end - from >= LEAST_POINTS)
      calm_run (b + from, end - from, spare + from, points);
  }
  free (points);
  return true;
}
