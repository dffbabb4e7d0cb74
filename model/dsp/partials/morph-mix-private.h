/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies between the parts that a voice has in several sounds at one time (algorithm
 * note 6.7): one arithmetic for morphs that are made (morph.c) and that are heard while
 * they change (morph-live.c). Pure; thread: any. Private to morphing.
 */
#pragma once

#include "model/dsp/partials/morph.h"

#include <math.h>

#define TSR_MORPH_SOFT 1e-5 /* added to amplitudes before their logarithm is taken */
#define TSR_MORPH_LEAST_GAP_S 1e-3 /* between breakpoints */
#define TSR_MORPH_EDGE_S 5e-5      /* before a beginning and behind an end: silence */
#define TSR_MORPH_SILENT 1e-9      /* amplitude */
#define TSR_MORPH_MOST_BEND 0.005  /* of the frequency, to meet a phase */

/* What a voice is in one sound at one time. */
typedef struct {
  bool   is_member, sounds;
  double hz, amplitude, bandwidth, turns;
} TsrMorphPart;

/* Geometric mean of the frequencies that there are. */
static inline double
tsr_morph_mixed_hz (const TsrMorphPart *parts, size_t n, const double *weights)
{
  double sum = 0, total = 0, plain = 0;
  int    count = 0;

  for (size_t k = 0; k < n; k++) {
    if (!(parts[k].hz > 0) || (weights[k] == 0 && !parts[k].is_member))
      continue;
    double log_hz = log (parts[k].hz);
    sum += weights[k] * log_hz;
    total += weights[k];
    if (parts[k].is_member) {
      plain += log_hz;
      count++;
    }
  }
  if (total > 1e-9)
    return exp (sum / total);
  return count > 0 ? exp (plain / count) : 0;
}

static inline double
tsr_morph_mixed_amplitude (const TsrMorphPart *parts,
                           size_t              n,
                           const double       *weights,
                           bool                is_linear)
{
  double linear = 0, logarithmic = 0, total = 0;

  for (size_t k = 0; k < n; k++) {
    double w = weights[k];
    if (!parts[k].is_member)
      continue;
    linear += w * parts[k].amplitude;
    logarithmic += w * log (parts[k].amplitude + TSR_MORPH_SOFT);
    total += w;
  }
  if (is_linear || !(total > 1e-9))
    return linear;
  /* What no other sound has fades by its weight. */
  return total * fmax (0, exp (logarithmic / total) - TSR_MORPH_SOFT);
}

static inline double
tsr_morph_mixed_bandwidth (const TsrMorphPart *parts, size_t n, const double *weights)
{
  double sum = 0, total = 0;

  for (size_t k = 0; k < n; k++) {
    if (!parts[k].sounds)
      continue;
    sum += weights[k] * parts[k].bandwidth;
    total += weights[k];
  }
  return total > 1e-9 ? fmin (1, fmax (0, sum / total)) : 0;
}

static inline double
tsr_morph_wrap (double turns)
{
  return turns - rint (turns);
}

/* theta_A + sum of w wrap (theta_k - theta_A) over what sounds. */
static inline double
tsr_morph_mixed_turns (const TsrMorphPart *parts, size_t n, const double *weights)
{
  double total = 0, sum = 0, first = 0;
  bool   any = false;

  for (size_t k = 0; k < n; k++) {
    if (!parts[k].sounds)
      continue;
    double w = weights[k] + 1e-12;
    first = any ? first : parts[k].turns;
    sum += w * tsr_morph_wrap (parts[k].turns - first);
    total += w;
    any = true;
  }
  return any ? tsr_morph_wrap (first + sum / total) : 0;
}

/* The breakpoint between the parts, without its phase and slopes. */
static inline TsrBreakpoint
tsr_morph_mixed_breakpoint (const TsrMorphPart *parts,
                            size_t              n,
                            const TsrMorphMix  *mix,
                            bool                is_linear,
                            double              result_s)
{
  TsrBreakpoint b = {.time_s = result_s};

  b.frequency_hz = tsr_morph_mixed_hz (parts, n, mix->frequency);
  b.bandwidth = (float)tsr_morph_mixed_bandwidth (parts, n, mix->noise);
  double amplitude = tsr_morph_mixed_amplitude (parts, n, mix->amplitude, is_linear);
  if (amplitude > TSR_MORPH_SILENT)
    b.log_amplitude = log (amplitude);
  else {
    b.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    b.flags = TSR_BREAKPOINT_NULL;
  }
  return b;
}

static inline bool
tsr_morph_is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* Slopes of b[1] by the parabola through b[0] and b[2]; none beside a null. */
static inline void
tsr_morph_set_slopes (TsrBreakpoint b[3])
{
  double left_s = b[1].time_s - b[0].time_s, right_s = b[2].time_s - b[1].time_s;

  if ((b[0].flags | b[1].flags | b[2].flags) & TSR_BREAKPOINT_NULL)
    return;
  double left = (b[1].log_amplitude - b[0].log_amplitude) / left_s;
  double right = (b[2].log_amplitude - b[1].log_amplitude) / right_s;
  b[1].slope_per_s = (float)((left * right_s + right * left_s) / (left_s + right_s));
  b[1].chirp_hz_per_s =
      (float)((b[2].frequency_hz - b[0].frequency_hz) / (left_s + right_s));
}
