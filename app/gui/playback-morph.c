/* SPDX-License-Identifier: GPL-3.0-or-later
 * The transport plays a morph in the place of the session's sound.
 */
#include "app/gui/playback-private.h"

void
tsr_playback_hear (TsrPlayback *self, TsrProgram *program)
{
  if (self->morph == NULL)
    tsr_engine_set_program (self->engine, program);
}

void
tsr_playback_show_preview (TsrPlayback *self, const TsrPreview *preview)
{
  if (self->morph == NULL)
    tsr_engine_set_preview (self->engine, preview);
}

void
tsr_playback_rewind (TsrPlayback *self)
{
  if (self->morph != NULL) { /* it goes on, or rests, where it is */
    tsr_session_set_playhead_s (self->session, tsr_engine_get_position_s (self->engine));
    return;
  }
  tsr_engine_stop (self->engine);
  tsr_session_set_playhead_s (self->session, 0.0);
}

static void
played_cb (gpointer data, TsrProgram *program)
{
  TsrPlayback *self = data;

  tsr_engine_set_program (self->engine, program);
}

static void
mixed_cb (gpointer data, const TsrMorphMix *mix)
{
  TsrPlayback *self = data;

  tsr_engine_set_mix (self->engine, mix);
}

static TsrSignal *
source_cb (gpointer data, TsrSound *sound)
{
  TsrPlayback *self = data;

  return self->morph_source (self->morph_source_data, sound);
}

void
tsr_playback_set_morph (TsrPlayback     *self,
                        TsrMorphSession *morph,
                        TsrMorphSource   source,
                        gpointer         data)
{
  const TsrMorphPlayerFuncs funcs = {played_cb, mixed_cb, source_cb, self};

  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL || (morph == NULL && self->morph == NULL))
    return;
  tsr_playback_stop (self);
  tsr_playback_solo (self, 0);
  g_clear_pointer (&self->morph, tsr_morph_player_free);
  tsr_engine_set_program (self->engine, NULL);
  tsr_engine_set_preview (self->engine, NULL);
  self->morph_source = source;
  self->morph_source_data = data;
  if (morph != NULL)
    self->morph =
        tsr_morph_player_new (morph, tsr_engine_get_rate_hz (self->engine), &funcs);
  tsr_playback_resume (self);
}
