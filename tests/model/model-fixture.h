/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small partials, sets and states for the tests of the model.
 */
#pragma once

#include "model/dsp-types.h"
#include "model/sound-state.h"

/* A steady partial of two breakpoints, amplitude exp (-1). */
static inline TsrPartial *
fixture_partial (gint64 id, double start_s, double end_s, double hz)
{
  TsrBreakpoint b[2] = {
      {.time_s = start_s, .frequency_hz = hz, .log_amplitude = -1},
      {.time_s = end_s,
       .phase_turns = hz * (end_s - start_s),
       .frequency_hz = hz,
       .log_amplitude = -1},
  };

  return tsr_partial_new (id, 0, 0, b, 2);
}

/* Partials first_id ... first_id + n - 1 at 100, 200, ... Hz, each from 0 to 1 s. */
static inline TsrPartialSet *
fixture_set (gint64 first_id, gsize n)
{
  g_autofree TsrPartial **partials = g_new (TsrPartial *, n);

  for (gsize i = 0; i < n; i++)
    partials[i] = fixture_partial (first_id + (gint64)i, 0, 1, 100 * ((double)i + 1));
  TsrPartialSet *set = tsr_partial_set_new (partials, n);
  for (gsize i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

static inline TsrSoundState *
fixture_state (gint64 first_id, gsize n)
{
  g_autoptr (TsrPartialSet) set = fixture_set (first_id, n);

  return tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
}
