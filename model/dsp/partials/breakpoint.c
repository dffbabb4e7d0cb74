/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies between two breakpoints.
 */
#include "model/dsp/partials/partial.h"

#include <math.h>

double
tsr_breakpoint_amplitude (const TsrBreakpoint *breakpoint)
{
  return breakpoint->flags & TSR_BREAKPOINT_NULL ? 0.0 : exp (breakpoint->log_amplitude);
}

void
tsr_breakpoint_phase_cubic (const TsrBreakpoint *a, const TsrBreakpoint *b, double c[4])
{
  double T = b->time_s - a->time_s;
  double d = b->phase_turns - a->phase_turns - a->frequency_hz * T;
  double df = b->frequency_hz - a->frequency_hz;

  c[0] = a->phase_turns;
  c[1] = a->frequency_hz;
  c[2] = (3 * d - df * T) / (T * T);
  c[3] = (df * T - 2 * d) / (T * T * T);
}

static double
clamp_slope (double slope_times_T)
{
  return fmax (-3.0, fmin (3.0, slope_times_T));
}

/* Amplitude between two breakpoints; sets the null flag where it is zero. */
static void
amplitude_between (const TsrBreakpoint *a,
                   const TsrBreakpoint *b,
                   double               u,
                   TsrBreakpoint       *value)
{
  double T = b->time_s - a->time_s;

  if ((a->flags | b->flags) & TSR_BREAKPOINT_NULL) {
    double amplitude =
        (1 - u) * tsr_breakpoint_amplitude (a) + u * tsr_breakpoint_amplitude (b);
    value->flags = amplitude > 0 ? 0 : TSR_BREAKPOINT_NULL;
    value->log_amplitude = amplitude > 0 ? log (amplitude) : TSR_LOG_AMPLITUDE_NULL;
    value->slope_per_s = 0;
    return;
  }
  double y0 = a->log_amplitude, y1 = b->log_amplitude;
  double m0 = clamp_slope ((double)a->slope_per_s * T);
  double m1 = clamp_slope ((double)b->slope_per_s * T);
  double c2 = 3 * (y1 - y0) - 2 * m0 - m1, c3 = 2 * (y0 - y1) + m0 + m1;
  value->log_amplitude = y0 + u * (m0 + u * (c2 + u * c3));
  value->slope_per_s = T > 0 ? (float)((m0 + u * (2 * c2 + 3 * u * c3)) / T) : 0;
  value->flags = a->flags & b->flags;
}

void
tsr_breakpoint_between (const TsrBreakpoint *a,
                        const TsrBreakpoint *b,
                        double               u,
                        TsrBreakpoint       *value)
{
  double T = b->time_s - a->time_s;

  if (!(T > 0)) {
    *value = *b;
    return;
  }
  double c[4], s = u * T;
  tsr_breakpoint_phase_cubic (a, b, c);
  amplitude_between (a, b, u, value);
  value->time_s = a->time_s + s;
  value->phase_turns = c[0] + s * (c[1] + s * (c[2] + s * c[3]));
  value->frequency_hz = fmax (0.0, c[1] + s * (2 * c[2] + 3 * s * c[3]));
  value->chirp_hz_per_s = (float)(2 * c[2] + 6 * s * c[3]);
  value->bandwidth = (float)((1 - u) * (double)a->bandwidth + u * (double)b->bandwidth);
}
