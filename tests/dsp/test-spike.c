/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lone frequencies: which are taken back, and that glides and clean ones stay.
 */
#include "model/dsp/partials/spike.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { N = 21, AT = 10 };

#define STEP_S 0.005

/* A partial that glides by so many Hz a breakpoint. */
static void
make (TsrBreakpoint *b, double glide_hz)
{
  for (int i = 0; i < N; i++)
    b[i] = (TsrBreakpoint){.time_s = i * STEP_S,
                           .frequency_hz = 1000 + i * glide_hz,
                           .phase_turns = STEP_S * i * (1000 + i * glide_hz / 2),
                           .log_amplitude = -5};
}

static void
test_spike (void)
{
  TsrBreakpoint b[N];

  make (b, 0);
  b[AT].frequency_hz = 1100;
  tsr_breakpoints_drop_spikes (b, N);
  for (int i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (b[i].frequency_hz, 1000, 1e-9);
  make (b, 0); /* the phases tell something else: no further than that */
  b[AT].frequency_hz = 1100;
  b[AT + 1].phase_turns += 0.4;
  tsr_breakpoints_drop_spikes (b, N);
  g_assert_cmpfloat_with_epsilon (b[AT].frequency_hz, 1010, 1e-9);
}

static void
test_what_stays (void)
{
  TsrBreakpoint b[N], before[N];

  make (b, 30); /* six semitones in a tenth of a second */
  memcpy (before, b, sizeof b);
  tsr_breakpoints_drop_spikes (b, N);
  g_assert_cmpmem (b, sizeof b, before, sizeof before);
  make (b, 0);
  b[AT].frequency_hz = 1100;
  b[AT].flags = TSR_BREAKPOINT_CLEAN;
  b[0].frequency_hz = b[N - 1].frequency_hz = 900;
  b[4].flags = TSR_BREAKPOINT_NULL;
  b[4].frequency_hz = b[5].frequency_hz = 900;
  memcpy (before, b, sizeof b);
  tsr_breakpoints_drop_spikes (b, N);
  g_assert_cmpmem (b, sizeof b, before, sizeof before);
  tsr_breakpoints_drop_spikes (b, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spike/spike", test_spike);
  g_test_add_func ("/spike/what-stays", test_what_stays);
  return g_test_run ();
}
