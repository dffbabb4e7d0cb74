/* SPDX-License-Identifier: GPL-3.0-or-later
 * Smoothing of breakpoints.
 */
#include "model/dsp/partials/smooth.h"

#include "model/dsp/lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  N_WIDTHS = 5,
  WIDEST = 32,
  LONG = 150, /* hops; the widest would tell little of shorter runs */
  FEWEST = 7, /* 2 * 3 + 1 */
  N_POINTS = 2 * WIDEST + 1,
  N_TERMS = TSR_LANES,
};
static const int widths[N_WIDTHS] = {WIDEST, 24, 12, 6, 3}; /* hops to each side */

/* Errors of phases and of amplitudes, of what both together may be wrong by. The phases
 * may take more: their derivatives are the frequencies. */
#define PHASE_PART 1.1
#define AMPLITUDE_PART M_SQRT1_2

/* Orthonormal polynomials of degree 0 .. 3 over -width .. width, a lane each, and their
 * derivatives by the hop. */
typedef struct {
  int      width;
  TsrLanes value[N_POINTS], derivative[N_POINTS];
} Basis;

/* A breakpoint as it becomes; frequency and slope with their integral. */
typedef struct {
  double phase_turns, frequency_hz, log_amplitude, slope_per_s;
} Value;

/* Breakpoints, and what is taken from them. */
typedef struct {
  const TsrBreakpoint *b;
  size_t               from, end; /* a run a hop apart */
  const float         *spare;
  double               hop_s;
} Source;

/* Gram's polynomials by orthogonalisation of the powers. */
static void
fill_basis (Basis *basis, int width)
{
  int n = 2 * width + 1;

  basis->width = width;
  for (int k = 0; k < n; k++) {
    double x = (double)(k - width) / width;
    basis->value[k] = (TsrLanes){1, x, x * x, x * x * x};
    basis->derivative[k] = (TsrLanes){0, 1, 2 * x, 3 * x * x} / (double)width;
  }
  for (int j = 0; j < N_TERMS; j++) {
    TsrLanes part = {0};
    double   energy = 0;
    for (int k = 0; k < n; k++)
      part += basis->value[k] * basis->value[k][j];
    for (int k = 0; k < n; k++)
      for (int i = 0; i < j; i++) {
        basis->value[k][j] -= part[i] * basis->value[k][i];
        basis->derivative[k][j] -= part[i] * basis->derivative[k][i];
      }
    for (int k = 0; k < n; k++)
      energy += basis->value[k][j] * basis->value[k][j];
    for (int k = 0; k < n; k++) {
      basis->value[k][j] /= sqrt (energy);
      basis->derivative[k][j] /= sqrt (energy);
    }
  }
}

/* Coefficients of y; returns the energy that they leave. */
TSR_FOR_EACH_MACHINE static double
fit (const Basis *basis, const double *y, TsrLanes *c)
{
  int      n = 2 * basis->width + 1, k = 0;
  double   squares[2] = {0};
  TsrLanes sums[2] = {{0}};

  for (; k + 1 < n; k += 2) {
    squares[0] += y[k] * y[k];
    squares[1] += y[k + 1] * y[k + 1];
    sums[0] += y[k] * basis->value[k];
    sums[1] += y[k + 1] * basis->value[k + 1];
  }
  squares[0] += y[k] * y[k];
  *c = (sums[0] + y[k] * basis->value[k]) + sums[1];
  TsrLanes explained = *c * *c;
  double   rest = (squares[0] + squares[1]) - tsr_lanes_sum (&explained);
  return rest > 0 ? rest : 0;
}

static double
sum_terms (const TsrLanes *c, const TsrLanes *terms)
{
  TsrLanes sum = *c * *terms;
  return tsr_lanes_sum (&sum);
}

/* Phases around breakpoint i, in radians, less the line through it. */
static void
read_phases (const Source *source, size_t first, size_t i, int n, double *y)
{
  const TsrBreakpoint *b = source->b;

  for (int j = 0; j < n; j++) {
    double hops = (double)first + j - (double)i;
    y[j] = 2 * M_PI *
           (b[first + (size_t)j].phase_turns - b[i].phase_turns -
            b[i].frequency_hz * hops * source->hop_s);
  }
}

static void
read_amplitudes (const Source *source, size_t first, size_t i, int n, double *y)
{
  for (int j = 0; j < n; j++)
    y[j] = source->b[first + (size_t)j].log_amplitude - source->b[i].log_amplitude;
}

typedef void (*Read) (const Source *source, size_t first, size_t i, int n, double *y);

/* The first of the n breakpoints around i that lie in the run. */
static size_t
first_around (const Source *source, size_t i, size_t n)
{
  size_t half = n / 2, first = i > source->from + half ? i - half : source->from;
  return first + n > source->end ? source->end - n : first;
}

/* Value (less that of breakpoint i) and derivative by the hop at breakpoint i of the
 * cubic through the most neighbours that scatter about it by the error at most; false
 * when none do. Fewer of the same neighbours leave less, so that the fewest tell when it
 * is no use to try more. */
static bool
smooth_one (const Basis  *bases,
            const Source *source,
            size_t        i,
            Read          read,
            double        error,
            double        result[2])
{
  double   y[N_POINTS];
  TsrLanes c;

  if (source->end - source->from < FEWEST)
    return false;
  read (source, first_around (source, i, FEWEST), i, FEWEST, y);
  double least = fit (&bases[N_WIDTHS - 1], y, &c);
  for (int k = 0; k < N_WIDTHS; k++) {
    size_t n = 2 * (size_t)bases[k].width + 1;
    double limit = error * error * (double)(n - N_TERMS);
    if (source->end - source->from < (k == 0 ? LONG : n))
      continue;
    if (!(least <= limit))
      return false;
    size_t first = first_around (source, i, n);
    read (source, first, i, (int)n, y);
    if (fit (&bases[k], y, &c) > limit)
      continue;
    result[0] = sum_terms (&c, &bases[k].value[i - first]);
    result[1] = sum_terms (&c, &bases[k].derivative[i - first]);
    return true;
  }
  return false;
}

static void
smooth_run (const Basis *bases, const Source *source, Value *values)
{
  double hop_s = source->hop_s;

  for (size_t i = source->from; i < source->end; i++) {
    const TsrBreakpoint *b = &source->b[i];
    double               result[2];
    double               error = (double)source->spare[i] / tsr_breakpoint_amplitude (b);
    if (smooth_one (bases, source, i, read_phases, PHASE_PART * error, result)) {
      values[i].phase_turns += result[0] / (2 * M_PI);
      values[i].frequency_hz = fmax (0, b->frequency_hz + result[1] / (2 * M_PI * hop_s));
    }
    if (smooth_one (bases, source, i, read_amplitudes, AMPLITUDE_PART * error, result)) {
      values[i].log_amplitude += result[0];
      values[i].slope_per_s = result[1] / hop_s;
    }
  }
}

/* The end of the run of breakpoints that are a hop apart. */
static size_t
run_end (const TsrBreakpoint *b, size_t n, size_t from, double hop_s)
{
  size_t end = from + 1;

  while (end < n && !(b[end].flags & TSR_BREAKPOINT_NULL) &&
         fabs (b[end].time_s - b[end - 1].time_s - hop_s) < 1e-6 * hop_s)
    end++;
  return end;
}

bool
tsr_breakpoints_smooth (TsrBreakpoint *b, size_t n, const float *spare, double hop_s)
{
  Value *values = malloc (n * sizeof *values);
  Basis  bases[N_WIDTHS];

  if (values == NULL)
    return false;
  for (int k = 0; k < N_WIDTHS; k++)
    fill_basis (&bases[k], widths[k]);
  for (size_t i = 0; i < n; i++)
    values[i] = (Value){b[i].phase_turns,
                        b[i].frequency_hz,
                        b[i].log_amplitude,
                        (double)b[i].slope_per_s};
  for (size_t from = 0, end; from < n; from = end) {
    end = run_end (b, n, from, hop_s);
    Source source = {b, from, end, spare, hop_s};
    if (!(b[from].flags & TSR_BREAKPOINT_NULL))
      smooth_run (bases, &source, values);
  }
  for (size_t i = 0; i < n; i++) {
    b[i].phase_turns = values[i].phase_turns;
    b[i].frequency_hz = values[i].frequency_hz;
    b[i].log_amplitude = values[i].log_amplitude;
    b[i].slope_per_s = (float)values[i].slope_per_s;
  }
  free (values);
  return true;
}
