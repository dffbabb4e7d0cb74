/* SPDX-License-Identifier: GPL-3.0-or-later
 * Thinning of breakpoints.
 */
#include "model/dsp/partials/thin.h"

#include <math.h>

/* Bounds of the error re the amplitude of the partial. */
#define LEAST_ERROR 1e-4
#define LARGEST_ERROR 0.1
/* A breakpoint may be off by so much of what it may be wrong by: most of those that are
 * left out are off by far less. */
#define MOST_SPARE 1.7
/* Distance of breakpoints that are kept. */
#define LONGEST_HOPS 8.5
#define LONGEST_S 0.06

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* Whether the curve from a to b passes breakpoint p. */
static bool
passes (const TsrBreakpoint *a,
        const TsrBreakpoint *b,
        const TsrBreakpoint *p,
        double               spare,
        double               hop_s)
{
  TsrBreakpoint at;
  double        limit = MOST_SPARE * spare / tsr_breakpoint_amplitude (p);

  limit = fmin (LARGEST_ERROR, fmax (LEAST_ERROR, limit));
  tsr_breakpoint_between (a, b, (p->time_s - a->time_s) / (b->time_s - a->time_s), &at);
  double radians = 2 * M_PI * (at.phase_turns - p->phase_turns);
  double neper = at.log_amplitude - p->log_amplitude;
  double limit_hz = limit / (2 * M_PI * hop_s) * (limit / LARGEST_ERROR);

  return radians * radians + neper * neper <= limit * limit &&
         fabs (at.frequency_hz - p->frequency_hz) <= limit_hz;
}

/* Whether everything between i and j may be left out. */
static bool
may_join (const TsrBreakpoint *b, size_t i, size_t j, const float *spare, double hop_s)
{
  if (is_null (&b[i]) || is_null (&b[j]) ||
      b[j].time_s - b[i].time_s > fmin (LONGEST_HOPS * hop_s, LONGEST_S))
    return false;
  for (size_t k = i + 1; k < j; k++)
    if (is_null (&b[k]) || !passes (&b[i], &b[j], &b[k], (double)spare[k], hop_s))
      return false;
  return true;
}

size_t
tsr_breakpoints_thin (TsrBreakpoint *b, size_t n, const float *spare, double hop_s)
{
  size_t n_kept = 0;

  for (size_t i = 0; i < n;) {
    size_t next = i + 1;
    while (next + 1 < n && may_join (b, i, next + 1, spare, hop_s))
      next++;
    b[n_kept++] = b[i];
    i = next;
  }
  return n_kept;
}
