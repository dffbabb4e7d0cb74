/* SPDX-License-Identifier: GPL-3.0-or-later
 * How far curves are from straight lines.
 */
#include "model/dsp/partials/straight.h"

#include <math.h>

#define MAX_PIECES 4096
#define CENTS_PER_NEPER (1200 / M_LN2)
#define DB_PER_NEPER (20 / M_LN10)
/* What vibrato and tremolo bend between two breakpoints, in cent or dB. A partial that
 * trembles beside noise bends by far more, and there a sixteenth of it is near enough:
 * the table of a flute had 28 rows to a breakpoint before. */
#define MAX_STEADY_BEND 1
#define SHORTEST_PIECE_S 1e-3
#define MAX_SHORT_PIECES 4

static double
clamp (double x, double low, double high)
{
  return fmin (high, fmax (low, x));
}

/* Largest distance, in cents, of the frequency from the straight line between a and b:
 * the frequency is a parabola over time, farthest off in the middle. */
static double
frequency_bend_cent (const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  double c[4], T = b->time_s - a->time_s;
  double lowest = fmin (a->frequency_hz, b->frequency_hz);

  tsr_breakpoint_phase_cubic (a, b, c);
  double bend_hz = fabs (3 * c[3]) * T * T / 4;
  lowest = fmax (lowest - bend_hz, 0.1 * fmax (lowest, 1.0));
  return CENTS_PER_NEPER * bend_hz / lowest;
}

/* A bound, in dB, on the distance of the amplitude from the straight line: the chord of
 * a'' / a = L'' + L'^2 over the segment, L the cubic of the log-amplitude. */
static double
amplitude_bend_db (const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  if ((a->flags | b->flags) & TSR_BREAKPOINT_NULL)
    return 0;
  double T = b->time_s - a->time_s;
  double m0 = clamp ((double)a->slope_per_s * T, -3, 3);
  double m1 = clamp ((double)b->slope_per_s * T, -3, 3);
  double step = b->log_amplitude - a->log_amplitude;
  double c2 = 3 * step - 2 * m0 - m1, c3 = m0 + m1 - 2 * step;
  double steepest = fmax (fabs (m0), fabs (m1));
  double turn = c3 != 0 ? -c2 / (3 * c3) : -1; /* where L' is extreme */
  if (turn > 0 && turn < 1)
    steepest = fmax (steepest, fabs (m0 + turn * (2 * c2 + 3 * turn * c3)));
  double bend = fmax (fabs (2 * c2), fabs (2 * c2 + 6 * c3)) + steepest * steepest;
  return DB_PER_NEPER * bend / 8;
}

/* The error falls with the square of their number. */
static double
n_pieces (double bend, double tolerance, double span_s)
{
  double needed = ceil (sqrt (bend / (0.9 * tolerance)));

  if (bend > MAX_STEADY_BEND)
    needed = fmin (needed, fmax (MAX_SHORT_PIECES, floor (span_s / SHORTEST_PIECE_S)));
  return clamp (needed, 1, MAX_PIECES);
}

int
tsr_breakpoint_n_straight (const TsrBreakpoint *a,
                           const TsrBreakpoint *b,
                           double               tolerance_cent,
                           double               tolerance_db)
{
  double span_s = b->time_s - a->time_s;

  if (!(span_s > 0))
    return 1;
  return (int)fmax (n_pieces (frequency_bend_cent (a, b), tolerance_cent, span_s),
                    n_pieces (amplitude_bend_db (a, b), tolerance_db, span_s));
}
