/* SPDX-License-Identifier: GPL-3.0-or-later
 * One piece of a partial between two breakpoints, as polynomials that both synthesisers
 * evaluate. Inline and free of library calls that the audio thread must not make; all of
 * it is pure, so both engines see the same numbers. Private to the synthesis.
 */
#pragma once

#include "model/dsp/partials/partial.h"
#include "model/dsp/polynomial.h"

#include <math.h>

/* Both synthesisers work on blocks of the absolute sample grid. */
enum { TSR_SYNTH_BLOCK = 128 };

#define TSR_LOG2_E 1.4426950408889634
/* Amplitudes fade out between these frequencies, in cycles per sample. */
#define TSR_FADE_FROM 0.48
#define TSR_FADE_TO 0.5

typedef struct {
  double start_s, duration_s;  /* duration > 0 */
  double phase[4];             /* turns over seconds; phase[0] in -0.5..0.5 */
  double amplitude[4];         /* over seconds: log2 of it, or it where is_linear */
  double bandwidth[2];         /* over seconds */
  bool   is_linear, is_silent; /* one end a null; both are */
} TsrSegment;

/* First sample at or after a time. A time within a millionth of a sample after a sample
 * counts as on it, so that times made by dividing a sample number by the rate are. */
static inline int64_t
tsr_sample_at (double time_s, double rate_hz)
{
  double x = time_s * rate_hz - 1e-6;

  x = x < -1e15 ? -1e15 : (x > 1e15 ? 1e15 : x);
  int64_t n = (int64_t)x;
  return (double)n < x ? n + 1 : n;
}

/* A number of turns without its whole turns: -0.5..0.5. For |turns| < 2^51. */
static inline double
tsr_turns_wrap (double turns)
{
  return turns - ((turns + TSR_TO_INTEGER) - TSR_TO_INTEGER);
}

/* cos (2 pi turns), absolute error 2e-15 beside rounding. */
static inline double
tsr_turns_cosine (double turns)
{
  double u = 2 * tsr_turns_wrap (turns + 0.25), z = u * u, y;

  TSR_SINE_POLYNOMIAL (y, z);
  return (u - u * z) * y;
}

static inline double
tsr_segment_log2_end (const TsrBreakpoint *b)
{
  double y = b->log_amplitude;
  return TSR_LOG2_E * (y < -300 ? -300 : (y > 40 ? 40 : y));
}

static inline double
tsr_segment_slope (double slope_per_s, double duration_s)
{
  double x = slope_per_s * duration_s; /* clamped: algorithm note 3.3 */
  return TSR_LOG2_E * (x < -3 ? -3 : (x > 3 ? 3 : x)) / duration_s;
}

/* 2^x for |x| < 1000, error 3e-16. */
static inline double
tsr_exp2 (double x)
{
  union {
    double  number;
    int64_t bits;
  } whole = {.number = x + TSR_TO_INTEGER}, scale;
  double r = x - (whole.number - TSR_TO_INTEGER), y;

  TSR_EXP2_POLYNOMIAL (y, r);
  scale.bits = (int64_t)((uint64_t)(whole.bits + 1023) << 52);
  return y * scale.number;
}

static inline void
tsr_segment_set_amplitude (TsrSegment          *segment,
                           const TsrBreakpoint *a,
                           const TsrBreakpoint *b)
{
  double  T = segment->duration_s;
  double *c = segment->amplitude;
  double  y0 = tsr_segment_log2_end (a), y1 = tsr_segment_log2_end (b);

  segment->is_linear = ((a->flags | b->flags) & TSR_BREAKPOINT_NULL) != 0;
  segment->is_silent = (a->flags & b->flags & TSR_BREAKPOINT_NULL) != 0;
  if (segment->is_linear) {
    double a0 = a->flags & TSR_BREAKPOINT_NULL ? 0 : tsr_exp2 (y0);
    double a1 = b->flags & TSR_BREAKPOINT_NULL ? 0 : tsr_exp2 (y1);
    c[0] = a0;
    c[1] = (a1 - a0) / T;
    c[2] = c[3] = 0;
    return;
  }
  double m0 = tsr_segment_slope ((double)a->slope_per_s, T);
  double m1 = tsr_segment_slope ((double)b->slope_per_s, T);
  c[0] = y0;
  c[1] = m0;
  c[2] = (3 * (y1 - y0) / T - 2 * m0 - m1) / T;
  c[3] = (2 * (y0 - y1) / T + m0 + m1) / (T * T);
}

/* The piece between a and b; false when it has no length to speak of. */
static inline bool
tsr_segment_init (TsrSegment *segment, const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  double T = b->time_s - a->time_s;

  if (!(T > 1e-9))
    return false;
  double d = (b->phase_turns - a->phase_turns) - a->frequency_hz * T;
  double df = b->frequency_hz - a->frequency_hz;
  segment->start_s = a->time_s;
  segment->duration_s = T;
  segment->phase[0] = tsr_turns_wrap (a->phase_turns);
  segment->phase[1] = a->frequency_hz;
  segment->phase[2] = (3 * d / T - df) / T;
  segment->phase[3] = (df - 2 * d / T) / (T * T);
  tsr_segment_set_amplitude (segment, a, b);
  segment->bandwidth[0] = (double)a->bandwidth;
  segment->bandwidth[1] = ((double)b->bandwidth - (double)a->bandwidth) / T;
  return true;
}

/* Re-centres a cubic over seconds: a polynomial in samples of `step_s` from x0. */
static inline void
tsr_cubic_at (const double c[4], double x0, double step_s, double out[4])
{
  out[0] = c[0] + x0 * (c[1] + x0 * (c[2] + x0 * c[3]));
  out[1] = step_s * (c[1] + x0 * (2 * c[2] + x0 * 3 * c[3]));
  out[2] = step_s * step_s * (c[2] + 3 * x0 * c[3]);
  out[3] = step_s * step_s * step_s * c[3];
}

/* Gain of a partial of this frequency, in cycles per sample: 1 below the fade, 0 from
 * half the rate on, smooth between. */
static inline double
tsr_nyquist_fade (double frequency)
{
  double f = frequency < 0 ? -frequency : frequency;
  double x = (TSR_FADE_TO - f) * (1 / (TSR_FADE_TO - TSR_FADE_FROM));

  x = x < 0 ? 0 : (x > 1 ? 1 : x);
  return x * x * (3 - 2 * x);
}
