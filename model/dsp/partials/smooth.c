/* SPDX-License-Identifier: GPL-3.0-or-later
 * Smoothing of breakpoints.
 */
#include "model/dsp/partials/smooth.h"

#include <math.h>
#include <stdlib.h>

enum {
  N_WIDTHS = 5,
  WIDEST = 32,
  LONG = 150, /* hops; the widest would tell little of shorter runs */
  FEWEST = 7, /* 2 * 3 + 1 */
  N_POINTS = 2 * WIDEST + 1,
  N_TERMS = 4,
  CHUNK = 2 * WIDEST,           /* breakpoints smoothed by the same sums */
  N_AROUND = CHUNK + 2 * CHUNK, /* which reach over them and a window to each side */
};
static const int widths[N_WIDTHS] = {WIDEST, 24, 12, 6, 3}; /* hops to each side */

/* Errors of phases and of amplitudes, of what both together may be wrong by. The phases
 * may take more: their derivatives are the frequencies. */
#define PHASE_PART 1.1
#define AMPLITUDE_PART M_SQRT1_2

/* Orthonormal polynomials over -width .. width hops, x in widest widths: scale[0],
 * scale[1] x, scale[2] (x^2 - square), scale[3] (x^3 - cube x). */
typedef struct {
  int    width;
  double scale[N_TERMS], square, cube;
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

/* Sums of values times powers of x, and of their squares, over all points before one. */
typedef struct {
  double power[N_TERMS], square;
} Sums;

/* A curve around a chunk of breakpoints. */
typedef struct {
  size_t first, middle; /* breakpoints: of the sums, and where x = 0 */
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
sum_up (Curve *curve, size_t end)
{
  Sums sums = {0};

  for (size_t i = curve->first; i < end; i++) {
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

  begin_curve (source, begin, curve);
  const TsrBreakpoint *middle = &b[curve->middle];
  double               turns = middle->frequency_hz * source->hop_s;
  for (size_t i = curve->first; i < end; i++)
    curve->y[i - curve->first] = 2 * M_PI *
                                 (b[i].phase_turns - middle->phase_turns -
                                  ((double)i - (double)curve->middle) * turns);
  sum_up (curve, end);
}

static void
read_amplitudes (const Source *source, size_t begin, Curve *curve)
{
  size_t end = end_of_curve (source, begin);

  begin_curve (source, begin, curve);
  for (size_t i = curve->first; i < end; i++)
    curve->y[i - curve->first] =
        source->b[i].log_amplitude - source->b[curve->middle].log_amplitude;
  sum_up (curve, end);
}

/* The first of the n breakpoints around i that lie in the run. */
static size_t
first_around (const Source *source, size_t i, size_t n)
{
  size_t half = n / 2, first = i > source->from + half ? i - half : source->from;
  return first + n > source->end ? source->end - n : first;
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
            double        error,
            double        result[2])
{
  size_t length = source->end - source->from;
  double c[N_TERMS];

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
    if (fit (basis, curve, first, c) > limit)
      continue;
    double x = ((double)i - (double)first - basis->width) / WIDEST;
    for (int j = 0; j < N_TERMS; j++)
      c[j] *= basis->scale[j];
    result[0] = c[0] + c[1] * x + c[2] * (x * x - basis->square) +
                c[3] * x * (x * x - basis->cube) - curve->y[i - curve->first];
    result[1] = (c[1] + 2 * c[2] * x + c[3] * (3 * x * x - basis->cube)) / WIDEST;
    return true;
  }
  return false;
}

static void
smooth_chunk (const Basis *bases, const Source *source, size_t begin, Value *values)
{
  size_t end = source->end - begin > CHUNK ? begin + CHUNK : source->end;
  double errors[CHUNK], hop_s = source->hop_s, result[2];
  Curve  curve;

  read_phases (source, begin, &curve);
  double middle_hz = source->b[curve.middle].frequency_hz;
  for (size_t i = begin; i < end; i++) {
    double error = (double)source->spare[i] / tsr_breakpoint_amplitude (&source->b[i]);
    errors[i - begin] = error;
    if (smooth_one (bases, source, &curve, i, PHASE_PART * error, result)) {
      values[i].phase_turns += result[0] / (2 * M_PI);
      values[i].frequency_hz = fmax (0, middle_hz + result[1] / (2 * M_PI * hop_s));
    }
  }
  read_amplitudes (source, begin, &curve);
  for (size_t i = begin; i < end; i++)
    if (smooth_one (
            bases, source, &curve, i, AMPLITUDE_PART * errors[i - begin], result)) {
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
  return true;
}
