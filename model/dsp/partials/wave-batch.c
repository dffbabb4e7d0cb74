/* SPDX-License-Identifier: GPL-3.0-or-later
 * Short pieces of partials, eight at a time.
 */
#include "model/dsp/partials/wave-batch.h"

#include "model/dsp/lanes.h"
#include "model/dsp/partials/segment.h"

#include <math.h>
#include <string.h>

enum { LANES = TSR_WAVE_LANES };

typedef float   Lanes __attribute__ ((vector_size (LANES * sizeof (float))));
typedef int32_t Whole __attribute__ ((vector_size (LANES * sizeof (int32_t))));
/* Phases wrap, which whole numbers with a sign must not. */
typedef uint32_t Turns __attribute__ ((vector_size (LANES * sizeof (uint32_t))));

/* Of log2: over one curve, what changes less is a cubic to 1e-5. */
#define MOST_GROWTH 0.35
/* Adding it to a number rounds that to a whole one, whose low bits stand last. */
#define TO_INTEGER 6755399441055744.0
#define FLOAT_TO_INTEGER 12582912.0f
#define WHOLE_TURN 4294967296.0 /* of phases as integers */
#define LOWEST_LOG2 (-100.0)

/* Phases and amplitudes of the next sample of each piece, and their differences. */
typedef struct {
  Turns phase, step, bend, twist;
  Lanes amplitude, growth, growth2, growth3;
} Waves;

/* The cubics of pieces over samples: turns times WHOLE_TURN as whole numbers; base-2
 * logarithms of the amplitudes at both ends, and by what these would grow over a piece,
 * as natural ones. */
typedef struct {
  uint32_t phase[LANES], step[LANES], bend[LANES], twist[LANES];
  float    log2[2][LANES], growth[2][LANES];
} Begin;

TSR_INLINE uint32_t
whole_of (double turns)
{
  union {
    double   number;
    uint64_t bits;
  } whole = {.number = turns * WHOLE_TURN + TO_INTEGER};

  return (uint32_t)whole.bits;
}

TSR_INLINE void
begin_phases (const TsrWaveBatch *batch, Begin *begin)
{
  for (int j = 0; j < LANES; j++) {
    double x = batch->begin[j], f = batch->frequency[0][j], inv = 1 / batch->length[j];
    double d = batch->gain[j] * inv - f, df = batch->frequency[1][j] - f;
    double c2 = (3 * d - df) * inv, c3 = (df - 2 * d) * inv * inv;
    double p = batch->turns[j] + 0.25 + x * (f + x * (c2 + x * c3));
    double p1 = f + x * (2 * c2 + 3 * x * c3), p2 = c2 + 3 * x * c3;
    begin->phase[j] = whole_of (p);
    begin->step[j] = whole_of (p1 + p2 + c3);
    begin->bend[j] = whole_of (2 * p2 + 6 * c3);
    begin->twist[j] = whole_of (6 * c3);
  }
}

TSR_INLINE void
begin_amplitudes (const TsrWaveBatch *batch, Begin *begin)
{
  for (int j = 0; j < LANES; j++) {
    double a = batch->amplitude[0][j], d = batch->amplitude[1][j] - a;
    double s0 = batch->slope[0][j], s1 = batch->slope[1][j];
    double e2 = 3 * d - 2 * s0 - s1, e3 = s0 + s1 - 2 * d;
    double part = batch->n[j] / batch->length[j];
    double u = batch->begin[j] / batch->length[j], v = u + part;
    begin->log2[0][j] = (float)(a + u * (s0 + u * (e2 + u * e3)));
    begin->log2[1][j] = (float)(a + v * (s0 + v * (e2 + v * e3)));
    begin->growth[0][j] = (float)(M_LN2 * part * (s0 + u * (2 * e2 + 3 * u * e3)));
    begin->growth[1][j] = (float)(M_LN2 * part * (s0 + v * (2 * e2 + 3 * v * e3)));
  }
}

/* 2^log2 for |log2| < 120 by its series, error 2e-7. */
TSR_INLINE void
power_of_two (const float *log2, Lanes *result)
{
  Lanes x;
  memcpy (&x, log2, sizeof x);
  Lanes whole = x + FLOAT_TO_INTEGER, r = x - (whole - FLOAT_TO_INTEGER);
  Lanes y = 0.000154035304f * r + 0.00133335581f;

  y = y * r + 0.00961812911f;
  y = y * r + 0.0555041087f;
  y = y * r + 0.240226507f;
  y = y * r + 0.693147181f;
  y = y * r + 1.0f;
  *result = y * (Lanes)(((Turns)whole + 127) << 23);
}

TSR_INLINE void
begin_waves (const TsrWaveBatch *batch, Waves *w)
{
  Begin begin;
  Lanes a0, a1, s0, s1, part = {0};

  begin_phases (batch, &begin);
  begin_amplitudes (batch, &begin);
  memcpy (&w->phase, begin.phase, sizeof w->phase);
  memcpy (&w->step, begin.step, sizeof w->step);
  memcpy (&w->bend, begin.bend, sizeof w->bend);
  memcpy (&w->twist, begin.twist, sizeof w->twist);
  power_of_two (begin.log2[0], &a0);
  power_of_two (begin.log2[1], &a1);
  memcpy (&s0, begin.growth[0], sizeof s0);
  memcpy (&s1, begin.growth[1], sizeof s1);
  for (int j = 0; j < LANES; j++)
    part[j] = 1 / (float)batch->n[j];
  s0 *= a0;
  s1 *= a1;
  Lanes c1 = s0 * part, c2 = (3 * (a1 - a0) - 2 * s0 - s1) * part * part;
  Lanes c3 = (s0 + s1 - 2 * (a1 - a0)) * part * part * part;
  w->amplitude = a0;
  w->growth = c1 + c2 + c3;
  w->growth2 = 2 * c2 + 6 * c3;
  w->growth3 = 6 * c3;
}

/* The next sample of each piece: sin (2 pi turns) by a polynomial, error 3e-7 (algorithm
 * note 4.1). */
TSR_INLINE void
step (Waves *w, Lanes *sample)
{
  Lanes u = __builtin_convertvector((Whole)w->phase, Lanes) * 0x1p-31f;
  Lanes z = u * u, z2 = z * z, low = 3.1415913f - 2.02608378f * z;
  Lanes high = 0.523780453f - 0.0744593689f * z + 0.00597329174f * z2;

  *sample = (low + z2 * high) * (u - u * z) * w->amplitude;
  w->phase += w->step;
  w->step += w->bend;
  w->bend += w->twist;
  w->amplitude += w->growth;
  w->growth += w->growth2;
  w->growth2 += w->growth3;
}

/* Lane j of row i becomes lane i of row j. */
TSR_INLINE void
transpose (Lanes row[LANES])
{
  Lanes a[LANES], b[LANES];

  for (int i = 0; i < LANES; i += 2) {
    a[i] = __builtin_shufflevector (row[i], row[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[i + 1] = __builtin_shufflevector (row[i], row[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < LANES; i += 4)
    for (int k = 0; k < 2; k++) {
      b[i + 2 * k] =
          __builtin_shufflevector (a[i + k], a[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[i + 2 * k + 1] =
          __builtin_shufflevector (a[i + k], a[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < LANES / 2; i++) {
    row[i] = __builtin_shufflevector (b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    row[i + 4] = __builtin_shufflevector (b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

TSR_INLINE void
add_row (const Lanes *row, int n, float *out)
{
  Lanes sum;

  if (n >= LANES) {
    memcpy (&sum, out, sizeof sum);
    sum += *row;
    memcpy (out, &sum, sizeof sum);
    return;
  }
  for (int i = 0; i < n; i++)
    out[i] += (*row)[i];
}

TSR_FOR_EACH_MACHINE static void
add_pieces (const TsrWaveBatch *batch, float *out)
{
  Waves waves;
  int   longest = 0;

  begin_waves (batch, &waves);
  for (int j = 0; j < batch->n_pieces; j++)
    longest = batch->n[j] > longest ? batch->n[j] : longest;
  for (int k = 0; k < longest; k += LANES) {
    Lanes row[LANES];
    for (int i = 0; i < LANES; i++)
      step (&waves, &row[i]);
    transpose (row);
    for (int j = 0; j < batch->n_pieces; j++)
      add_row (&row[j], batch->n[j] - k, out + batch->first[j] + k);
  }
}

void
tsr_wave_batch_finish (TsrWaveBatch *batch, float *out)
{
  if (batch->n_pieces == 0)
    return;
  for (int j = batch->n_pieces; j < LANES; j++) {
    batch->n[j] = batch->n[0];
    batch->length[j] = batch->length[0];
    batch->begin[j] = batch->turns[j] = batch->gain[j] = 0;
    for (int i = 0; i < 2; i++)
      batch->frequency[i][j] = batch->amplitude[i][j] = batch->slope[i][j] = 0;
  }
  add_pieces (batch, out);
  batch->n_pieces = 0;
}

bool
tsr_wave_is_calm (const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  double T = b->time_s - a->time_s,
         d = TSR_LOG2_E * (b->log_amplitude - a->log_amplitude);
  double most = MOST_GROWTH / TSR_LOG2_E;

  return !((a->flags | b->flags) & TSR_BREAKPOINT_NULL) && fabs (d) < MOST_GROWTH &&
         fabs ((double)a->slope_per_s) * T < most &&
         fabs ((double)b->slope_per_s) * T < most &&
         TSR_LOG2_E * a->log_amplitude > LOWEST_LOG2 &&
         TSR_LOG2_E * a->log_amplitude < -LOWEST_LOG2;
}

void
tsr_wave_batch_add (TsrWaveBatch        *batch,
                    const TsrBreakpoint *a,
                    const TsrBreakpoint *b,
                    double               start,
                    double               rate_hz,
                    int64_t              first,
                    int64_t              end,
                    float               *out)
{
  double T = b->time_s - a->time_s;

  for (; first < end; first += TSR_WAVE_MOST) {
    int j = batch->n_pieces++;
    batch->n[j] = end - first < TSR_WAVE_MOST ? (int)(end - first) : TSR_WAVE_MOST;
    batch->first[j] = first;
    batch->length[j] = T * rate_hz;
    batch->begin[j] = (double)first - start;
    batch->turns[j] = tsr_turns_wrap (a->phase_turns);
    batch->gain[j] = b->phase_turns - a->phase_turns;
    batch->frequency[0][j] = a->frequency_hz / rate_hz;
    batch->frequency[1][j] = b->frequency_hz / rate_hz;
    batch->amplitude[0][j] = TSR_LOG2_E * a->log_amplitude;
    batch->amplitude[1][j] = TSR_LOG2_E * b->log_amplitude;
    batch->slope[0][j] = TSR_LOG2_E * (double)a->slope_per_s * T;
    batch->slope[1][j] = TSR_LOG2_E * (double)b->slope_per_s * T;
    if (batch->n_pieces == LANES)
      tsr_wave_batch_finish (batch, out);
  }
}
