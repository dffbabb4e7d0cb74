/* SPDX-License-Identifier: GPL-3.0-or-later
 * Smoothing of breakpoints.
 */
#include "model/dsp/partials/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_WIDTHS = 4, WIDEST = 24, N_POINTS = 2 * WIDEST + 1, N_TERMS = 4 };
static const int widths[N_WIDTHS] = {WIDEST, 12, 6, 3}; /* hops to each side */

/* Orthonormal polynomials over -width .. width, and their derivatives by the hop. */
typedef struct {
  int    width;
  double value[N_TERMS][N_POINTS], derivative[N_TERMS][N_POINTS];
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
  for (int j = 0; j < N_TERMS; j++) {
    double *v = basis->value[j], *d = basis->derivative[j], energy = 0;
    for (int k = 0; k < n; k++) {
      double x = (double)(k - width) / width;
      v[k] = pow (x, j);
      d[k] = j > 0 ? j * pow (x, j - 1) / width : 0;
    }
    for (int i = 0; i < j; i++) {
      double part = 0;
      for (int k = 0; k < n; k++)
        part += v[k] * basis->value[i][k];
      for (int k = 0; k < n; k++) {
        v[k] -= part * basis->value[i][k];
        d[k] -= part * basis->derivative[i][k];
      }
    }
    for (int k = 0; k < n; k++)
      energy += v[k] * v[k];
    for (int k = 0; k < n; k++) {
      v[k] /= sqrt (energy);
      d[k] /= sqrt (energy);
    }
  }
}

/* Coefficients of y; returns the energy that they leave. */
static double
fit (const Basis *basis, const double *y, double c[N_TERMS])
{
  int    n = 2 * basis->width + 1;
  double rest = 0;

  for (int k = 0; k < n; k++)
    rest += y[k] * y[k];
  for (int j = 0; j < N_TERMS; j++) {
    c[j] = 0;
    for (int k = 0; k < n; k++)
      c[j] += y[k] * basis->value[j][k];
    rest -= c[j] * c[j];
  }
  return fmax (0, rest);
}

static double
sum_terms (const double c[N_TERMS], const double terms[N_TERMS][N_POINTS], int k)
{
  double sum = 0;

  for (int j = 0; j < N_TERMS; j++)
    sum += c[j] * terms[j][k];
  return sum;
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

/* Value (less that of breakpoint i) and derivative by the hop at breakpoint i of the
 * cubic through the most neighbours that scatter about it by the error at most; false
 * when none do. */
static bool
smooth_one (const Basis  *bases,
            const Source *source,
            size_t        i,
            Read          read,
            double        error,
            double        result[2])
{
  for (int k = 0; k < N_WIDTHS; k++) {
    size_t width = (size_t)bases[k].width, n = 2 * width + 1;
    double y[N_POINTS], c[N_TERMS];
    if (source->end - source->from < n)
      continue;
    size_t first = i > source->from + width ? i - width : source->from;
    if (first + n > source->end)
      first = source->end - n;
    read (source, first, i, (int)n, y);
    if (fit (&bases[k], y, c) > error * error * (double)(n - N_TERMS))
      continue;
    result[0] = sum_terms (c, bases[k].value, (int)(i - first));
    result[1] = sum_terms (c, bases[k].derivative, (int)(i - first));
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
    double error = (double)source->spare[i] / tsr_breakpoint_amplitude (b) * M_SQRT1_2;
    if (smooth_one (bases, source, i, read_phases, error, result)) {
      values[i].phase_turns += result[0] / (2 * M_PI);
      values[i].frequency_hz = fmax (0, b->frequency_hz + result[1] / (2 * M_PI * hop_s));
    }
    if (smooth_one (bases, source, i, read_amplitudes, error, result)) {
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
