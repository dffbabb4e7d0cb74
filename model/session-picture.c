/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which sound the picture behind the partials shows: the recording, or the sound as it is
 * now, once that is rendered.
 */
#include "model/dsp-types.h"
#include "model/session-private.h"

/* Up to this size a second rendering is kept, so that undo and redo show it at once. */
#define KEPT_BYTES ((gsize)256 << 20)

static gsize
bytes_of (const TsrSignal *signal)
{
  return (gsize)tsr_signal_n_frames (signal) * tsr_signal_n_channels (signal) *
         sizeof (float);
}

static gint64
present_step_id (TsrSession *self)
{
  return tsr_step_fields (tsr_sound_get_current_step (self->sound))->id;
}

static void
clear_rendering (TsrRendering *rendering)
{
  g_clear_pointer (&rendering->signal, tsr_signal_unref);
}

static TsrSignal *
find_rendered (TsrSession *self)
{
  gint64 step_id = present_step_id (self);

  for (gsize i = 0; i < G_N_ELEMENTS (self->rendered); i++)
    if (self->rendered[i].signal != NULL && self->rendered[i].step_id == step_id)
      return self->rendered[i].signal;
  return NULL;
}

static gboolean
needs_rendering (TsrSession *self)
{
  return tsr_sound_get_source (self->sound) == NULL ||
         tsr_sound_state_fields (tsr_sound_get_state (self->sound))->edited;
}

static TsrSignal *
choose_picture (TsrSession *self, TsrPictureKind *kind)
{
  *kind = TSR_PICTURE_RECORDING;
  if (self->sound == NULL || !needs_rendering (self) || self->show_recording)
    return self->signal;
  TsrSignal *rendered = find_rendered (self);
  *kind = rendered != NULL ? TSR_PICTURE_EDITED : TSR_PICTURE_BEFORE;
  if (rendered != NULL)
    return rendered;
  return self->picture != NULL ? self->picture : self->signal;
}

void
tsr_session_update_picture (TsrSession *self)
{
  TsrPictureKind kind;
  TsrSignal     *picture = choose_picture (self, &kind);

  if (picture == self->picture && kind == self->picture_kind)
    return;
  if (picture != NULL)
    tsr_signal_ref (picture);
  g_clear_pointer (&self->picture, tsr_signal_unref);
  self->picture = picture;
  self->picture_kind = kind;
  tsr_session_notify (self, PROP_PICTURE);
}

void
tsr_session_clear_picture (TsrSession *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->rendered); i++)
    clear_rendering (&self->rendered[i]);
  g_clear_pointer (&self->picture, tsr_signal_unref);
  self->picture_kind = TSR_PICTURE_RECORDING;
}

void
tsr_session_set_rendered (TsrSession *self, TsrSignal *signal)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  g_return_if_fail (signal != NULL && self->sound != NULL);

  gint64 step_id = present_step_id (self);
  if (self->rendered[0].step_id == step_id) {
    clear_rendering (&self->rendered[0]);
  } else {
    clear_rendering (&self->rendered[1]);
    self->rendered[1] = self->rendered[0];
    if (self->rendered[1].signal != NULL &&
        bytes_of (self->rendered[1].signal) > KEPT_BYTES)
      clear_rendering (&self->rendered[1]);
  }
  self->rendered[0] = (TsrRendering){step_id, tsr_signal_ref (signal)};
  tsr_session_update_picture (self);
}

gboolean
tsr_session_has_rendered (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  return self->sound == NULL || !needs_rendering (self) || find_rendered (self) != NULL;
}

TsrSignal *
tsr_session_get_picture (TsrSession *self, TsrPictureKind *kind)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  if (kind != NULL)
    *kind = self->picture_kind;
  return self->picture;
}

gboolean
tsr_session_get_show_recording (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  return self->show_recording;
}
