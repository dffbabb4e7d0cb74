/* SPDX-License-Identifier: GPL-3.0-or-later
 * Smoothing of breakpoints.
 */
#include "model/dsp/partials/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_WIDTHS = 3, WIDEST = 8, N_POINTS = 2 * WIDEST + 1, N_TERMS = 4 };
static const int widths[N_WIDTHS] = {WIDEST, 5, 3}; /* hops to each side */

/* Orthonormal polynomials over -width .. width, and their derivatives by the hop. */
typedef struct {
  int    width;
  double value[N_TERMS][N_POINTS], derivative[N_TERMS][N_POINTS];
} Basis;

typedef struct {
  double phase[N_POINTS], amplitude[N_POINTS]; /* less the middle's line; its own */
} Window;

typedef struct {
  double phase_turns, frequency_hz, log_amplitude, slope_per_s;
} Value;

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

/* Breakpoint i from the window that begins at `first`; false when its points scatter. */
static bool
smooth_one (const Basis         *basis,
            const TsrBreakpoint *b,
            size_t               first,
            size_t               i,
            double               error,
            double               hop_s,
            Value               *value)
{
  int    n = 2 * basis->width + 1, k = (int)(i - first);
  Window w;
  double phase[N_TERMS], amplitude[N_TERMS];

  for (int j = 0; j < n; j++) {
    const TsrBreakpoint *p = &b[first + (size_t)j];
    w.phase[j] =
        2 * M_PI *
        (p->phase_turns - b[i].phase_turns - b[i].frequency_hz * (j - k) * hop_s);
    w.amplitude[j] = p->log_amplitude - b[i].log_amplitude;
  }
  double rest = fit (basis, w.phase, phase) + fit (basis, w.amplitude, amplitude);
  if (rest > error * error * (n - N_TERMS))
    return false;
  value->phase_turns = b[i].phase_turns + sum_terms (phase, basis->value, k) / (2 * M_PI);
  value->frequency_hz =
      b[i].frequency_hz + sum_terms (phase, basis->derivative, k) / (2 * M_PI * hop_s);
  value->log_amplitude = b[i].log_amplitude + sum_terms (amplitude, basis->value, k);
  value->slope_per_s = sum_terms (amplitude, basis->derivative, k) / hop_s;
  return value->frequency_hz > 0;
}

/* Smooths the equally spaced breakpoints from .. end - 1 into `values`, whose frequency
 * is negative where a breakpoint stays. */
static void
smooth_run (const Basis         *bases,
            const TsrBreakpoint *b,
            size_t               from,
            size_t               end,
            const float         *spare,
            double               hop_s,
            Value               *values)
{
  for (size_t i = from; i < end; i++) {
    double error = (double)spare[i] / tsr_breakpoint_amplitude (&b[i]);
    values[i].frequency_hz = -1;
    for (int k = 0; k < N_WIDTHS; k++) {
      size_t width = (size_t)bases[k].width, n = 2 * width + 1;
      if (end - from < n)
        continue;
      size_t first = i > from + width ? i - width : from;
      if (first + n > end)
        first = end - n;
      if (smooth_one (&bases[k], b, first, i, error, hop_s, &values[i]))
        break;
      values[i].frequency_hz = -1;
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
  for (size_t from = 0; from < n;) {
    size_t end = from + 1;
    values[from].frequency_hz = -1;
    if (!(b[from].flags & TSR_BREAKPOINT_NULL)) {
      end = run_end (b, n, from, hop_s);
      smooth_run (bases, b, from, end, spare, hop_s, values);
    }
    from = end;
  }
  for (size_t i = 0; i < n; i++)
    if (values[i].frequency_hz > 0) {
      b[i].phase_turns = values[i].phase_turns;
      b[i].frequency_hz = values[i].frequency_hz;
      b[i].log_amplitude = values[i].log_amplitude;
      b[i].slope_per_s = (float)values[i].slope_per_s;
    }
  free (values);
  return true;
}
