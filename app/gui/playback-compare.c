/* SPDX-License-Identifier: GPL-3.0-or-later
 * Other steps of the history that can be heard in the present one's place: their programs
 * are made one after the other and kept while they are compared, so that going from one
 * to the other is a crossfade and no more.
 */
#include "app/gui/playback-private.h"

#include "model/dsp-types.h"

static gint64
present_id (TsrPlayback *self)
{
  return tsr_step_fields (tsr_sound_get_current_step (self->sound))->id;
}

static TsrOtherProgram *
find (TsrPlayback *self, gint64 step_id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->others); i++)
    if (step_id != 0 && self->others[i].step_id == step_id)
      return &self->others[i];
  return NULL;
}

TsrProgram *
tsr_playback_get_other (TsrPlayback *self, gint64 step_id)
{
  TsrOtherProgram *other = find (self, step_id);

  return other != NULL ? other->program : NULL;
}

/* What is to be at hand: the steps that are compared, or the one that is heard, without
 * the present one. */
static void
find_wanted (TsrPlayback *self, gint64 wanted[2])
{
  gint64 heard_id = tsr_session_get_compare_step (self->session);

  if (!tsr_session_get_compared (self->session, &wanted[0], &wanted[1])) {
    wanted[0] = heard_id;
    wanted[1] = 0;
  }
  for (int i = 0; i < 2; i++)
    if (self->sound == NULL || wanted[i] == present_id (self))
      wanted[i] = 0;
}

static void
drop (TsrOtherProgram *other)
{
  g_clear_pointer (&other->program, tsr_program_unref);
  other->step_id = 0;
}

/* FALSE: it is made already, or not wanted. */
static gboolean
build (TsrPlayback *self, gint64 step_id)
{
  if (step_id == 0 || tsr_playback_get_other (self, step_id) != NULL)
    return FALSE;
  if (self->other_built_id == step_id)
    return TRUE;
  self->other_built_id = step_id;
  tsr_program_builder_build_at (self->other_builder,
                                self->sound,
                                tsr_session_get_signal (self->session),
                                tsr_engine_get_rate_hz (self->engine),
                                step_id);
  return TRUE;
}

void
tsr_playback_update_others (TsrPlayback *self)
{
  gint64 wanted[2];

  if (self->engine == NULL)
    return;
  find_wanted (self, wanted);
  for (gsize i = 0; i < G_N_ELEMENTS (self->others); i++) {
    gint64 id = self->others[i].step_id;
    if (id != 0 && id != wanted[0] && id != wanted[1])
      drop (&self->others[i]);
  }
  if (!build (self, wanted[0]) && !build (self, wanted[1])) {
    tsr_program_builder_cancel (self->other_builder);
    self->other_built_id = 0;
    g_object_set (self->session,
                  "compare-ready",
                  tsr_session_get_compared (self->session, NULL, NULL),
                  NULL);
  }
}

void
tsr_playback_other_ready (gpointer data, TsrProgram *program, gboolean whole)
{
  TsrPlayback     *self = data;
  TsrOtherProgram *free_one;

  if (!whole || self->engine == NULL)
    return;
  free_one = self->others[0].step_id == 0 ? &self->others[0] : &self->others[1];
  drop (free_one);
  *free_one = (TsrOtherProgram){self->other_built_id, tsr_program_ref (program)};
  self->other_built_id = 0;
  tsr_playback_update_others (self);
  tsr_playback_send_program (self);
}

void
tsr_playback_forget_others (TsrPlayback *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->others); i++)
    drop (&self->others[i]);
  self->other_built_id = 0;
  tsr_program_builder_clear (self->other_builder);
}

TsrProgram *
tsr_playback_dup_matched (TsrPlayback *self, TsrProgram *program)
{
  gint64      first_id;
  TsrProgram *first = NULL;

  if (self->sound != NULL && tsr_session_get_compared (self->session, &first_id, NULL))
    first = first_id == present_id (self) ? self->program
                                          : tsr_playback_get_other (self, first_id);
  return first != NULL ? tsr_program_new_matched (program, first)
                       : tsr_program_ref (program);
}
