/* SPDX-License-Identifier: GPL-3.0-or-later
 * A partial: one sinusoid that begins, moves and ends, as a list of breakpoints in time.
 * Reference counted; immutable from the moment it is made. An edit makes a new one.
 *
 * Between breakpoints the phase is the cubic through (phase, frequency) at both ends and
 * the logarithm of the amplitude is the cubic Hermite through (log_amplitude, slope) at
 * both ends; the amplitude itself is linear where one end is a null. The sinusoid is
 * amplitude * cos (2 pi phase_turns).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/dsp/realtime.h"

enum {
  /* The amplitude is zero: a phase reset point. log_amplitude is TSR_LOG_AMPLITUDE_NULL.
   * A null and the next breakpoint may share one time, which makes a step. */
  TSR_BREAKPOINT_NULL = 1 << 0,
  /* Not measured but interpolated while a gap was bridged. */
  TSR_BREAKPOINT_BRIDGED = 1 << 1,
  /* The peak behind it was clean: a sinusoid explains its main lobe. */
  TSR_BREAKPOINT_CLEAN = 1 << 2,
};

#define TSR_LOG_AMPLITUDE_NULL (-100.0)

typedef struct {
  double time_s;
  double phase_turns; /* unwrapped: the running integral of frequency_hz */
  double frequency_hz;
  double log_amplitude; /* natural logarithm, re full scale */
  float  slope_per_s;   /* of log_amplitude */
  float chirp_hz_per_s; /* of frequency_hz, as measured; informs, does not enter synthesis
                         */
  float    bandwidth;   /* noise part of the power, 0..1 */
  uint32_t flags;       /* TSR_BREAKPOINT_... */
} TsrBreakpoint;

typedef struct TsrPartial TsrPartial;

/* Figures of a whole partial, made with it. */
typedef struct {
  double start_s, end_s;  /* of the first and last breakpoint */
  double low_hz, high_hz; /* range of frequency_hz over breakpoints that are no nulls */
  double mean_hz;         /* energy-weighted mean frequency */
  double peak_amplitude;  /* largest amplitude of a breakpoint, linear */
  double energy;          /* integral of amplitude squared over 2, in s */
  double mean_bandwidth;  /* energy-weighted, 0..1 */
} TsrPartialSummary;

/* Copies n >= 1 breakpoints with finite values and non-decreasing times (equal times only
 * after a null), bandwidth in 0..1, frequency >= 0. NULL if they are not so, or memory is
 * short. `id` is the partial's identity inside its sound, > 0 once in a set; `label` 0 is
 * none; channel counts from 0. */
TsrPartial *tsr_partial_new (int64_t              id,
                             int                  label,
                             unsigned             channel,
                             const TsrBreakpoint *breakpoints,
                             size_t               n_breakpoints);
/* The same breakpoints under another identity. */
TsrPartial *tsr_partial_new_with_id (const TsrPartial *partial, int64_t id);
/* The same, and its noise goes on as that of `partial`: for what is left of it after an
 * edit. */
TsrPartial *tsr_partial_new_heir (const TsrPartial *partial, int64_t id);
/* The partial, with the noise of another one; noise_id as from _noise_id. */
TsrPartial *tsr_partial_new_with_noise (const TsrPartial *partial, int64_t noise_id);
/* As tsr_partial_new, with label, channel and noise of `partial`. */
TsrPartial *tsr_partial_new_like (const TsrPartial    *partial,
                                  int64_t              id,
                                  const TsrBreakpoint *breakpoints,
                                  size_t               n_breakpoints);
TsrPartial *tsr_partial_new_with_label (const TsrPartial *partial, int label);

/* Memory that somebody else provides for the breakpoints of many partials (a mapped
 * file). Thread: any. */
typedef struct TsrBreakpointMemory TsrBreakpointMemory;
struct TsrBreakpointMemory {
  void (*ref) (TsrBreakpointMemory *memory);
  void (*unref) (TsrBreakpointMemory *memory);
  /* Hint: none of it will be read again soon. May be NULL. */
  void (*discard) (TsrBreakpointMemory *memory);
};

/* The partial under another identity, whose breakpoints lie, bit for bit the same, at
 * `breakpoints` in `memory`, on which it takes a reference. They are not read here. NULL
 * when memory is short. */
TsrPartial *tsr_partial_new_over (const TsrPartial    *partial,
                                  int64_t              id,
                                  const TsrBreakpoint *breakpoints,
                                  TsrBreakpointMemory *memory);
/* Where its breakpoints lie (borrowed); NULL: they are its own. */
TsrBreakpointMemory *tsr_partial_memory (const TsrPartial *partial);

TsrPartial *tsr_partial_ref (TsrPartial *partial); /* thread: any */
void tsr_partial_unref (TsrPartial *partial); /* thread: any but audio; NULL is allowed */

int64_t tsr_partial_id (const TsrPartial *partial);
int64_t
    tsr_partial_noise_id (const TsrPartial *partial); /* seeds its noise; mostly its id */
int tsr_partial_label (const TsrPartial *partial);
unsigned                 tsr_partial_channel (const TsrPartial *partial);
size_t                   tsr_partial_n_breakpoints (const TsrPartial *partial);
const TsrBreakpoint     *tsr_partial_breakpoints (const TsrPartial *partial);
const TsrPartialSummary *tsr_partial_summary (const TsrPartial *partial);
/* Whether any breakpoint has a bandwidth. */
bool tsr_partial_has_noise (const TsrPartial *partial);

/* Linear amplitude of a breakpoint: 0 for a null. */
TSR_REALTIME double tsr_breakpoint_amplitude (const TsrBreakpoint *breakpoint);

/* The partial at one time inside its span, by the interpolation above (phase cubic,
 * Hermite log-amplitude). Returns false outside the span. At a step the later side
 * counts. */
bool tsr_partial_at (const TsrPartial *partial, double time_s, TsrBreakpoint *value);

/* The value between two breakpoints, u = (time - a->time_s) / (b->time_s - a->time_s). */
TSR_REALTIME void tsr_breakpoint_between (const TsrBreakpoint *a,
                                          const TsrBreakpoint *b,
                                          double               u,
                                          TsrBreakpoint       *value);

/* Coefficients of the cubic phase in turns over u = seconds since a->time_s:
 * c[0] + c[1] u + c[2] u^2 + c[3] u^3. b->time_s > a->time_s. */
TSR_REALTIME void
tsr_breakpoint_phase_cubic (const TsrBreakpoint *a, const TsrBreakpoint *b, double c[4]);

/* Phase at b, in turns, congruent to `wrapped_turns` modulo 1 and nearest to what the
 * frequencies and chirp rates at both ends predict (algorithm note 3.2: turn count
 * round (theta0 + T (f0+f1)/2 + T^2 (rate0-rate1)/12 - theta1)). */
double
tsr_phase_unwrap (const TsrBreakpoint *a, const TsrBreakpoint *b, double wrapped_turns);

bool tsr_partial_equal (const TsrPartial *a,
                        const TsrPartial *b); /* bit for bit, id included */
