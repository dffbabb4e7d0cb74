/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs of phasors.
 */
#include "model/dsp/partials/render-runs.h"

#include "model/dsp/partials/segment.h"

size_t
tsr_segment_before (const TsrBreakpoint *b, size_t n, double time_s)
{
  size_t low = 0, high = n - 1;

  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (b[middle].time_s <= time_s)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* Samples of a segment from the one at x0 seconds behind its start. */
static void
render (const TsrSegment *segment, double x0, double step_s, TsrPhasorRun *run)
{
  double phase[4], amplitude[4];

  tsr_cubic_at (segment->phase, x0, step_s, phase);
  tsr_cubic_at (segment->amplitude, x0, step_s, amplitude);
  if (!segment->is_linear) {
    tsr_phasor_run_fill (run, amplitude, phase);
    return;
  }
  double none[4] = {0};
  tsr_phasor_run_fill (run, none, phase);
  tsr_phasor_run_scale (run, amplitude[0], amplitude[1]);
}

void
tsr_render_runs (const TsrBreakpoint *b,
                 size_t               n,
                 double               start_s,
                 double               rate_hz,
                 int64_t              origin,
                 int64_t              first,
                 int64_t              end,
                 TsrUseRun            use,
                 void                *user)
{
  double step_s = 1 / rate_hz;

  if (first >= end || n < 2)
    return;
  for (size_t i = tsr_segment_before (b, n, start_s + (double)first / rate_hz); i + 1 < n;
       i++) {
    TsrSegment segment;
    int64_t    from = tsr_sample_at (b[i].time_s - start_s, rate_hz);
    int64_t    to = tsr_sample_at (b[i + 1].time_s - start_s, rate_hz);
    from = from > first ? from : first;
    to = to < end ? to : end;
    if (from >= end)
      return;
    if (from >= to || !tsr_segment_init (&segment, &b[i], &b[i + 1]) || segment.is_silent)
      continue;
    for (; from < to; from += TSR_PHASOR_RUN) {
      TsrPhasorRun run;
      run.lead = (int)((from - origin) % TSR_PHASOR_LANES);
      run.n = to - from < TSR_PHASOR_RUN ? (int)(to - from) : TSR_PHASOR_RUN;
      render (&segment, start_s + (double)from * step_s - segment.start_s, step_s, &run);
      use (user, &run, from - run.lead);
    }
  }
}
