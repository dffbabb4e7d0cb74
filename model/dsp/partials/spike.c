/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lone frequencies beside noise.
 */
#include "model/dsp/partials/spike.h"

#include <math.h>

enum { REACH = 3, N_AROUND = 2 * REACH + 1 };

/* From the median of those around it, relative: 17 cents. */
#define FAR 0.01

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

static void
insert (double *sorted, size_t n, double value)
{
  size_t i = n;

  for (; i > 0 && sorted[i - 1] > value; i--)
    sorted[i] = sorted[i - 1];
  sorted[i] = value;
}

static double
median_around (const TsrBreakpoint *b, size_t n, size_t i)
{
  double sorted[N_AROUND];
  size_t reach = 0, n_sorted = 0;

  while (reach < REACH && reach < i && i + reach + 1 < n &&
         !is_null (&b[i - reach - 1]) && !is_null (&b[i + reach + 1]))
    reach++;
  for (size_t k = i - reach; k <= i + reach; k++)
    insert (sorted, n_sorted++, b[k].frequency_hz);
  return sorted[n_sorted / 2];
}

/* The frequency that the phases beside a breakpoint tell. */
static double
hz_of_phases (const TsrBreakpoint *b)
{
  double turns = b[1].phase_turns - b[-1].phase_turns;

  return turns / (b[1].time_s - b[-1].time_s);
}

void
tsr_breakpoints_drop_spikes (TsrBreakpoint *b, size_t n)
{
  for (size_t i = 1; i + 1 < n; i++) {
    if (is_null (&b[i - 1]) || is_null (&b[i]) || is_null (&b[i + 1]) ||
        (b[i].flags & TSR_BREAKPOINT_CLEAN) != 0)
      continue;
    double median_hz = median_around (b, n, i), far_hz = FAR * median_hz;
    double off_hz = b[i].frequency_hz - median_hz;
    if (!(fabs (off_hz) > far_hz))
      continue;
    double hz = hz_of_phases (&b[i]), limit = fmin (fabs (off_hz), far_hz);
    b[i].frequency_hz = fmax (0, median_hz + fmax (-limit, fmin (limit, hz - median_hz)));
  }
}
