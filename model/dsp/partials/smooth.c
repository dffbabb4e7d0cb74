/* SPDX-License-Identifier: GPL-3.0-or-later
 * Smoothing of breakpoints.
 */
#include "model/dsp/partials/smooth.h"

#include "model/dsp/lanes.h"

#include <math.h>
#include <stdlib.h>

enum {
  N_WIDTHS = 5,
  WIDEST = 32,
  LONG = 150, /* hops; the widest would tell little of shorter runs */
  FEWEST = 7, /* 2 * 3 + 1 */
  N_POINTS = 2 * WIDEST + 1,
  N_TERMS = 4,
  ENOUGH = N_TERMS,             /* that err less, to tell a cubic */
  CHUNK = 2 * WIDEST,           /* breakpoints smoothed by the same sums */
  N_AROUND = CHUNK + 2 * CHUNK, /* which reach over them and a window to each side */
};
static const int widths[N_WIDTHS] = {WIDEST, 24, 12, 6, 3}; /* hops to each side */

/* Errors of phases and of amplitudes, of what both together may be wrong by. The phases
 * may take more: their derivatives are the frequencies. */
#define PHASE_PART 1.1
#define AMPLITUDE_PART M_SQRT1_2
/* Relative errors are no less than that, and where one is so much more than those beside
 * it, these count more. */
#define LEAST_ERROR 1e-5
#define UNEVEN 2.0
/* A breakpoint is moved by so much of its own error at most, or not at all. */
#define MOST_MOVED 4.0
#define LARGEST_ERROR 2.0

/* Orthonormal polynomials over -width .. width hops, x in widest widths: scale[0],
 * scale[1] x, scale[2] (x^2 - square), scale[3] (x^3 - cube x). */
typedef struct {
  int      width;
  double   scale[N_TERMS], square, cube;
  TsrLanes powers[N_POINTS]; /* 0 .. 3 of hops / width */
} Basis;

/* A breakpoint as it becomes; frequency and slope with their integral. */
typedef struct {
  double phase_turns, frequency_hz, log_amplitude, slope_per_s;
} Value;

/* Breakpoints, and what is taken from them. */
typedef struct {
  const TsrBreakpoint *b;
  size_t               from, end; /* a run a hop apart */
  const double        *errors;    /* relative, of all of b */
  const double        *weights;   /* 1 / error^2 */
  double               hop_s;
} Source;

/* Sums of values times powers of x, and of their squares, over all points before one. */
typedef struct {
  double power[N_TERMS], square;
} Sums;

/* A curve around a chunk of breakpoints. */
typedef struct {
  double part;          /* of the errors, that it may be off by */
  bool   goes_beyond;   /* the last point that is known well. Amplitudes do not: a partial
                           may fade away there. */
  size_t first, middle; /* breakpoints: of the sums, and where x = 0 */
  double least_error;   /* of all */
  double y[N_AROUND];
  Sums   before[N_AROUND + 1];
} Curve;

/* Gram's polynomials. */
static void
fill_basis (Basis *basis, int width)
{
  double sums[4] = {0}; /* of x^0, x^2, x^4, x^6 */

  for (int k = -width; k <= width; k++) {
    double x = (double)k / WIDEST, power = 1;
    for (int i = 0; i < 4; i++, power *= x * x)
      sums[i] += power;
  }
  basis->width = width;
  basis->square = sums[1] / sums[0];
  basis->cube = sums[2] / sums[1];
  basis->scale[0] = 1 / sqrt (sums[0]);
  basis->scale[1] = 1 / sqrt (sums[1]);
  basis->scale[2] = 1 / sqrt (sums[2] - basis->square * sums[1]);
  basis->scale[3] = 1 / sqrt (sums[3] - basis->cube * sums[2]);
  for (int k = 0; k < 2 * width + 1; k++) {
    double x = (double)(k - width) / width;
    basis->powers[k] = (TsrLanes){1, x, x * x, x * x * x};
  }
}

/* Coefficients of the points around breakpoint `first` + width; returns the energy that
 * they leave. */
static double
fit (const Basis *basis, const Curve *curve, size_t first, double c[N_TERMS])
{
  const Sums *from = &curve->before[first - curve->first];
  const Sums *to = from + 2 * basis->width + 1;
  double      d = ((double)first + basis->width - (double)curve->middle) / WIDEST;
  double      m0 = to->power[0] - from->power[0], s1 = to->power[1] - from->power[1];
  double      s2 = to->power[2] - from->power[2], s3 = to->power[3] - from->power[3];
  double      m1 = s1 - d * m0, m2 = s2 - d * (2 * s1 - d * m0);
  double      m3 = s3 - d * (3 * s2 - d * (3 * s1 - d * m0));
  double      rest = to->square - from->square;

  c[0] = basis->scale[0] * m0;
  c[1] = basis->scale[1] * m1;
  c[2] = basis->scale[2] * (m2 - basis->square * m0);
  c[3] = basis->scale[3] * (m3 - basis->cube * m1);
  for (int j = 0; j < N_TERMS; j++)
    rest -= c[j] * c[j];
  return rest > 0 ? rest : 0;
}

/* How many of the breakpoints from .. end - 1 err less than that. */
static size_t
count_below (const Source *source, size_t from, size_t end, double error)
{
  size_t n = 0;

  for (size_t k = from; k < end; k++)
    n += source->errors[k] < error;
  return n;
}

/* Whether breakpoint i errs far more than enough others of the n from `first` on. */
static bool
is_uneven (const Source *source, const Curve *curve, size_t first, size_t i, size_t n)
{
  double limit = source->errors[i] / UNEVEN;

  if (!(limit > curve->least_error))
    return false;
  size_t before = count_below (source, first, i, limit);
  size_t behind = count_below (source, i + 1, first + n, limit);

  return before + behind >= ENOUGH && (curve->goes_beyond || (before > 0 && behind > 0));
}

/* Of points by their weights: sums of x^0 .. x^3, of x^3 .. x^6, of y x^0 .. y x^3, and
 * of y^2. */
typedef struct {
  TsrLanes low, high, right;
  double   square;
} Moments;

TSR_FOR_EACH_MACHINE static void
sum_weighted (const TsrLanes *powers,
              const double   *weights,
              const double   *y,
              int             n,
              Moments        *moments)
{
  TsrLanes none = {0}, low = none, high = none, right = none;
  double   square = 0;

  for (int k = 0; k < n; k++) {
    TsrLanes part = weights[k] * powers[k];
    low += part;
    high += part * powers[k][3];
    right += part * y[k];
    square += weights[k] * y[k] * y[k];
  }
  *moments = (Moments){low, high, right, square};
}

/* The cubic by moments into c, and what it leaves; false when they are too few to tell.
 */
static bool
solve (const Moments *moments, double c[N_TERMS], double *rest)
{
  double a[N_TERMS][N_TERMS];

  for (int i = 0; i < N_TERMS; i++) {
    for (int j = 0; j < N_TERMS; j++)
      a[i][j] = i + j < N_TERMS ? moments->low[i + j] : moments->high[i + j - 3];
    c[i] = moments->right[i];
  }
  for (int i = 0; i < N_TERMS; i++) {
    if (!(a[i][i] > 0))
      return false;
    for (int j = i + 1; j < N_TERMS; j++) {
      double factor = a[j][i] / a[i][i];
      for (int k = i; k < N_TERMS; k++)
        a[j][k] -= factor * a[i][k];
      c[j] -= factor * c[i];
    }
  }
  *rest = moments->square;
  for (int i = N_TERMS; i-- > 0;) {
    for (int k = i + 1; k < N_TERMS; k++)
      c[i] -= a[i][k] * c[k];
    c[i] /= a[i][i];
    *rest -= c[i] * moments->right[i];
  }
  return true;
}

/* Value and derivative at breakpoint i of the cubic through the points around by their
 * errors; false when they scatter about it by more than those, or it lies far off. */
static bool
smooth_by_errors (const Basis  *basis,
                  const Source *source,
                  const Curve  *curve,
                  size_t        first,
                  size_t        i,
                  double        result[2])
{
  const double *y = curve->y + (first - curve->first);
  double        width = basis->width, x = ((double)i - (double)first - width) / width;
  double        part = curve->part, c[N_TERMS], rest;
  int           n = 2 * basis->width + 1;
  Moments       moments;

  sum_weighted (basis->powers, source->weights + first, y, n, &moments);
  if (!solve (&moments, c, &rest) || !(rest <= part * part * (n - N_TERMS)))
    return false;
  result[0] = c[0] + x * (c[1] + x * (c[2] + x * c[3])) - y[i - first];
  result[1] = (c[1] + x * (2 * c[2] + x * 3 * c[3])) / width;
  return fabs (result[0]) <= MOST_MOVED * fmin (LARGEST_ERROR, part * source->errors[i]);
}

/* The curve around the chunk that begins with breakpoint `begin`. */
static void
begin_curve (const Source *source, size_t begin, Curve *curve)
{
  curve->first = begin - source->from > CHUNK ? begin - CHUNK : source->from;
  curve->middle = begin + CHUNK / 2 < source->end ? begin + CHUNK / 2 : begin;
}

static size_t
end_of_curve (const Source *source, size_t begin)
{
  return source->end - begin > 2 * CHUNK ? begin + 2 * CHUNK : source->end;
}

static void
sum_up (const Source *source, Curve *curve, size_t end)
{
  Sums sums = {0};

  curve->least_error = INFINITY;
  for (size_t i = curve->first; i < end; i++) {
    curve->least_error = fmin (curve->least_error, source->errors[i]);
    double x = ((double)i - (double)curve->middle) / WIDEST;
    double y = curve->y[i - curve->first], part = y;
    curve->before[i - curve->first] = sums;
    for (int j = 0; j < N_TERMS; j++, part *= x)
      sums.power[j] += part;
    sums.square += y * y;
  }
  curve->before[end - curve->first] = sums;
}

/* Phases in radians, less the line through the middle. */
static void
read_phases (const Source *source, size_t begin, Curve *curve)
{
  size_t               end = end_of_curve (source, begin);
  const TsrBreakpoint *b = source->b;

  curve->part = PHASE_PART;
  curve->goes_beyond = true;
  begin_curve (source, begin, curve);
  const TsrBreakpoint *middle = &b[curve->middle];
  double               turns = middle->frequency_hz * source->hop_s;
  for (size_t i = curve->first; i < end; i++)
    curve->y[i - curve->first] = 2 * M_PI *
                                 (b[i].phase_turns - middle->phase_turns -
                                  ((double)i - (double)curve->middle) * turns);
  sum_up (source, curve, end);
}

static void
read_amplitudes (const Source *source, size_t begin, Curve *curve)
{
  size_t end = end_of_curve (source, begin);

  curve->part = AMPLITUDE_PART;
  curve->goes_beyond = false;
  begin_curve (source, begin, curve);
  for (size_t i = curve->first; i < end; i++)
    curve->y[i - curve->first] =
        source->b[i].log_amplitude - source->b[curve->middle].log_amplitude;
  sum_up (source, curve, end);
}

/* The first of the n breakpoints around i that lie in the run. */
static size_t
first_around (const Source *source, size_t i, size_t n)
{
  size_t half = n / 2, first = i > source->from + half ? i - half : source->from;
  return first + n > source->end ? source->end - n : first;
}

/* The cubic of `basis` with coefficients c at x. */
static void
evaluate (const Basis *basis, const double c[N_TERMS], double x, double result[2])
{
  double d[N_TERMS];

  for (int j = 0; j < N_TERMS; j++)
    d[j] = c[j] * basis->scale[j];
  result[0] =
      d[0] + d[1] * x + d[2] * (x * x - basis->square) + d[3] * x * (x * x - basis->cube);
  result[1] = (d[1] + 2 * d[2] * x + d[3] * (3 * x * x - basis->cube)) / WIDEST;
}

/* Value (less that of the curve) and derivative by the hop at breakpoint i of the cubic
 * through the most neighbours that scatter about it by the error at most; false when none
 * do. Fewer of the same neighbours leave less, so that the fewest tell when it is no use
 * to try more. */
static bool
smooth_one (const Basis  *bases,
            const Source *source,
            const Curve  *curve,
            size_t        i,
            double        result[2])
{
  size_t length = source->end - source->from;
  double c[N_TERMS], error = curve->part * source->errors[i];

  if (length < FEWEST)
    return false;
  double least = fit (&bases[N_WIDTHS - 1], curve, first_around (source, i, FEWEST), c);
  for (int k = 0; k < N_WIDTHS; k++) {
    const Basis *basis = &bases[k];
    size_t       n = 2 * (size_t)basis->width + 1;
    double       limit = error * error * (double)(n - N_TERMS);
    if (length < (k == 0 ? LONG : n))
      continue;
    if (!(least <= limit))
      return false;
    size_t first = first_around (source, i, n);
    if (is_uneven (source, curve, first, i, n)) {
      if (smooth_by_errors (basis, source, curve, first, i, result))
        return true;
      continue;
    }
    if (fit (basis, curve, first, c) > limit)
      continue;
    evaluate (basis, c, ((double)i - (double)first - basis->width) / WIDEST, result);
    result[0] -= curve->y[i - curve->first];
    return true;
  }
  return false;
}

static void
smooth_chunk (const Basis *bases, const Source *source, size_t begin, Value *values)
{
  size_t end = source->end - begin > CHUNK ? begin + CHUNK : source->end;
  double hop_s = source->hop_s, result[2];
  Curve  curve;

  read_phases (source, begin, &curve);
  double middle_hz = source->b[curve.middle].frequency_hz;
  for (size_t i = begin; i < end; i++)
    if (smooth_one (bases, source, &curve, i, result)) {
      values[i].phase_turns += result[0] / (2 * M_PI);
      values[i].frequency_hz = fmax (0, middle_hz + result[1] / (2 * M_PI * hop_s));
    }
  read_amplitudes (source, begin, &curve);
  for (size_t i = begin; i < end; i++)
    if (smooth_one (bases, source, &curve, i, result)) {
      values[i].log_amplitude += result[0];
      values[i].slope_per_s = result[1] / hop_s;
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
  Value  *values = malloc (n * sizeof *values);
  double *errors = malloc (2 * n * sizeof *errors), *weights = errors + n;
  Basis   bases[N_WIDTHS];

  if (values == NULL || errors == NULL) {
    free (values);
    free (errors);
    return false;
  }
  for (int k = 0; k < N_WIDTHS; k++)
    fill_basis (&bases[k], widths[k]);
  for (size_t i = 0; i < n; i++) {
    errors[i] = fmax (LEAST_ERROR, (double)spare[i] / tsr_breakpoint_amplitude (&b[i]));
    weights[i] = 1 / (errors[i] * errors[i]);
    values[i] = (Value){b[i].phase_turns,
                        b[i].frequency_hz,
                        b[i].log_amplitude,
                        (double)b[i].slope_per_s};
  }
  for (size_t from = 0, end; from < n; from = end) {
    end = run_end (b, n, from, hop_s);
    Source source = {b, from, end, errors, weights, hop_s};
    for (size_t i = from; !(b[from].flags & TSR_BREAKPOINT_NULL) && i < end; i += CHUNK)
      smooth_chunk (bases, &source, i, values);
  }
  for (size_t i = 0; i < n; i++) {
    b[i].phase_turns = values[i].phase_turns;
    b[i].frequency_hz = values[i].frequency_hz;
    b[i].log_amplitude = values[i].log_amplitude;
    b[i].slope_per_s = (float)values[i].slope_per_s;
  }
  free (values);
  free (errors);
  return true;
}
