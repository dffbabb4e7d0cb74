/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operation that is being set up would sound like, in the present state's place.
 */
#include "app/gui/playback-private.h"
#include "model/dsp-types.h"

static void
ready_cb (gpointer data, TsrProgram *program, gboolean whole)
{
  TsrPlayback       *self = data;
  TsrSoundState     *trial = tsr_session_get_trial (self->session);
  g_autofree guint8 *mask = NULL;

  if (self->engine == NULL || trial == NULL)
    return;
  TsrSelection *selection = tsr_session_get_selection (self->session);
  if (tsr_selection_size (selection) > 0)
    mask = tsr_selection_mask (selection, tsr_sound_state_fields (trial)->partials);
  TsrProgram *heard = tsr_program_new_selected (program, mask);
  self->trying = TRUE;
  tsr_playback_hear (self, heard);
  tsr_program_unref (heard);
}

void
tsr_playback_begin_trials (TsrPlayback *self)
{
  self->trial_builder = tsr_program_builder_new (ready_cb, NULL, self);
}

void
tsr_playback_trial_cb (TsrPlayback *self)
{
  TsrSoundState *trial = tsr_session_get_trial (self->session);

  if (self->engine == NULL || self->sound == NULL)
    return;
  if (trial != NULL) {
    tsr_program_builder_build_trial (self->trial_builder,
                                     self->builder,
                                     self->sound,
                                     tsr_session_get_signal (self->session),
                                     tsr_engine_get_rate_hz (self->engine),
                                     trial);
    return;
  }
  tsr_program_builder_clear (self->trial_builder);
  if (!self->trying)
    return;
  self->trying = FALSE;
  tsr_playback_send_program (self); /* of the present state, or soon of the edited one */
}
