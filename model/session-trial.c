/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is being set up and not yet made: the curve that is drawn, and the state it would
 * lead to.
 */
#include "model/dsp-types.h"
#include "model/session-private.h"

TsrDrawnCurve *
tsr_session_get_drawing (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);

  return self->drawing;
}

void
tsr_session_set_drawing (TsrSession *self, TsrDrawnCurve *drawing)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (g_set_object (&self->drawing, drawing))
    g_signal_emit_by_name (self, "drawing-changed");
}

TsrSoundState *
tsr_session_get_trial (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);

  return self->trial;
}

void
tsr_session_set_trial (TsrSession *self, TsrSoundState *trial)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (trial == self->trial)
    return;
  if (trial != NULL) {
    tsr_session_compare (self, 0, 0);
    tsr_sound_state_ref (trial);
  }
  g_clear_pointer (&self->trial, tsr_sound_state_unref);
  self->trial = trial;
  g_signal_emit_by_name (self, "trial-changed");
}
