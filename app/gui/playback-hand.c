/* SPDX-License-Identifier: GPL-3.0-or-later
 * The edit in hand: heard while it is dragged, and on until the program of the edit that
 * came of it is there.
 */
#include "app/gui/playback-private.h"

/* What the engine plays is the sound as it is now. */
static gboolean
plays_present (TsrPlayback *self)
{
  return self->sound != NULL && self->program != NULL && !self->trying &&
         tsr_session_get_compare_step (self->session) == 0 &&
         tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials ==
             self->played;
}

void
tsr_playback_send_touch (TsrPlayback *self)
{
  if (self->morph == NULL)
    tsr_engine_set_touch (self->engine,
                          plays_present (self) ? tsr_session_get_touch (self->session)
                                               : NULL);
}

static void
show (TsrPlayback *self)
{
  tsr_playback_show_preview (self, tsr_session_get_preview (self->session));
  tsr_playback_send_touch (self);
}

static gboolean
end_cb (gpointer data)
{
  TsrPlayback *self = data;

  self->hand_id = 0;
  show (self);
  return G_SOURCE_REMOVE;
}

/* An edit may be made in the same turn of the main loop. */
static void
end_soon (TsrPlayback *self)
{
  if (self->hand_id == 0 && !self->keep_hand)
    self->hand_id = g_idle_add_full (G_PRIORITY_DEFAULT, end_cb, self, NULL);
}

static void
go_on (TsrPlayback *self)
{
  g_clear_handle_id (&self->hand_id, g_source_remove);
  if (self->waiting != NULL)
    tsr_playback_play_program (self, self->waiting);
  self->keep_hand = FALSE;
}

void
tsr_playback_preview_cb (TsrPlayback *self)
{
  const TsrPreview *preview = tsr_session_get_preview (self->session);

  if (self->engine == NULL)
    return;
  if (preview == NULL) {
    end_soon (self);
    return;
  }
  go_on (self);
  tsr_playback_show_preview (self, preview);
}

/* Partials that are not those that are played have to wait for their program; what was
 * heard of the edit before stays until then. */
void
tsr_playback_touch_cb (TsrPlayback *self)
{
  if (self->engine == NULL)
    return;
  if (tsr_session_get_touch (self->session) == NULL) {
    end_soon (self);
    return;
  }
  if (self->waiting != NULL)
    go_on (self);
  if (plays_present (self)) {
    g_clear_handle_id (&self->hand_id, g_source_remove);
    tsr_playback_send_touch (self);
  }
}

void
tsr_playback_edited (TsrPlayback *self)
{
  gboolean held = self->hand_id != 0 || tsr_session_get_preview (self->session) != NULL ||
                  tsr_session_get_touch (self->session) != NULL;

  g_clear_handle_id (&self->hand_id, g_source_remove);
  if (held)
    self->keep_hand = TRUE;
  else if (self->keep_hand) { /* another edit before that one could be heard */
    self->keep_hand = FALSE;
    show (self);
  }
}

void
tsr_playback_hear_made (TsrPlayback *self)
{
  if (!self->keep_hand)
    return;
  self->keep_hand = FALSE;
  tsr_playback_show_preview (self, tsr_session_get_preview (self->session));
}
