/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sound states: immutable, reference counted.
 */
#include "model/sound-state.h"

#include "model/boxed.h"
#include "model/dsp-types.h"

struct TsrSoundState {
  TsrSoundStateFields fields;
};

TSR_DEFINE_BOXED_TYPE (TsrSoundState, tsr_sound_state)

void
tsr_sound_state_fields_init (TsrSoundStateFields *copy, const TsrSoundStateFields *from)
{
  *copy = *from;
  if (copy->partials != NULL)
    tsr_partial_set_ref (copy->partials);
  if (copy->source_s_over_sound_s != NULL)
    tsr_curve_ref (copy->source_s_over_sound_s);
  if (copy->residual_gain_db_over_hz != NULL)
    tsr_curve_ref (copy->residual_gain_db_over_hz);
  if (copy->residual_laws != NULL)
    tsr_residual_laws_ref (copy->residual_laws);
  if (copy->descents != NULL)
    g_array_ref (copy->descents);
}

void
tsr_sound_state_fields_clear (TsrSoundStateFields *fields)
{
  g_clear_pointer (&fields->partials, tsr_partial_set_unref);
  g_clear_pointer (&fields->source_s_over_sound_s, tsr_curve_unref);
  g_clear_pointer (&fields->residual_gain_db_over_hz, tsr_curve_unref);
  g_clear_pointer (&fields->residual_laws, tsr_residual_laws_unref);
  g_clear_pointer (&fields->descents, g_array_unref);
}

TsrSoundState *
tsr_sound_state_new (const TsrSoundStateFields *fields)
{
  TsrSoundState *state = g_atomic_rc_box_new0 (TsrSoundState);

  tsr_sound_state_fields_init (&state->fields, fields);
  if (state->fields.partials == NULL)
    state->fields.partials = tsr_partial_set_new (NULL, 0);
  return state;
}

TsrSoundState *
tsr_sound_state_ref (TsrSoundState *state)
{
  return g_atomic_rc_box_acquire (state);
}

static void
clear (gpointer data)
{
  tsr_sound_state_fields_clear (&((TsrSoundState *)data)->fields);
}

void
tsr_sound_state_unref (TsrSoundState *state)
{
  if (state != NULL)
    g_atomic_rc_box_release_full (state, clear);
}

const TsrSoundStateFields *
tsr_sound_state_fields (const TsrSoundState *state)
{
  return &state->fields;
}

double
tsr_sound_state_source_s (const TsrSoundState *state, double sound_s)
{
  const TsrCurve *map = state->fields.source_s_over_sound_s;

  return map != NULL ? tsr_curve_at_extended (map, sound_s) : sound_s;
}

double
tsr_sound_state_sound_s (const TsrSoundState *state, double source_s)
{
  const TsrCurve *map = state->fields.source_s_over_sound_s;

  return map != NULL ? tsr_curve_inverse_extended (map, source_s) : source_s;
}
