/* SPDX-License-Identifier: GPL-3.0-or-later
 * Drags and undo of a morph that is being made.
 */
#include <glib/gi18n-lib.h>

#include "model/morph-session-private.h"

enum { MOST_STEPS = 500 };

static void
step_free (gpointer data)
{
  TsrMorphStep *step = data;

  tsr_morph_settings_clear (&step->settings);
  g_free (step->label);
  g_free (step);
}

GPtrArray *
tsr_morph_steps_new (void)
{
  return g_ptr_array_new_with_free_func (step_free);
}

void
tsr_morph_session_push (GPtrArray              *steps,
                        const TsrMorphSettings *settings,
                        const char             *label,
                        gint64                  made_id)
{
  TsrMorphStep *step = g_new0 (TsrMorphStep, 1);

  tsr_morph_settings_copy (&step->settings, settings);
  step->label = g_strdup (label);
  step->made_id = made_id;
  g_ptr_array_add (steps, step);
  if (steps->len > MOST_STEPS)
    g_ptr_array_remove_index (steps, 0);
}

/* ---- drags ---- */

void
tsr_morph_session_begin (TsrMorphSession *self)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  tsr_morph_session_end (self);
  tsr_morph_settings_copy (&self->before, &self->settings);
  self->drag_label = NULL;
  self->dragging = TRUE;
}

void
tsr_morph_session_end (TsrMorphSession *self)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  if (!self->dragging)
    return;
  self->dragging = FALSE;
  gboolean same = tsr_morph_settings_equal (&self->before, &self->settings);
  if (!same) {
    tsr_morph_session_push (self->undo, &self->before, self->drag_label, 0);
    g_ptr_array_set_size (self->redo, 0);
  }
  tsr_morph_settings_clear (&self->before);
  if (!same)
    tsr_morph_session_tell (self, TSR_MORPH_CHANGED_UNDO);
}

void
tsr_morph_session_cancel (TsrMorphSession *self)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  if (!self->dragging)
    return;
  self->dragging = FALSE;
  tsr_morph_session_replace (self, &self->before);
}

gboolean
tsr_morph_session_is_dragging (TsrMorphSession *self)
{
  return self->dragging;
}

/* ---- undo ---- */

static TsrMorphStep *
last_of (GPtrArray *steps)
{
  return steps->len > 0 ? g_ptr_array_index (steps, steps->len - 1) : NULL;
}

const char *
tsr_morph_session_get_undo_label (TsrMorphSession *self)
{
  TsrMorphStep *step = last_of (self->undo);

  return step != NULL ? step->label : NULL;
}

const char *
tsr_morph_session_get_redo_label (TsrMorphSession *self)
{
  TsrMorphStep *step = last_of (self->redo);

  return step != NULL ? step->label : NULL;
}

/* Whether all sounds of the settings are still there. */
static gboolean
is_whole (TsrMorphSession *self, const TsrMorphSettings *settings)
{
  for (guint k = 0; k < settings->n; k++)
    if (tsr_project_is_removed (self->project, tsr_sound_get_id (settings->sounds[k])))
      return FALSE;
  return TRUE;
}

/* Takes the sound away, or brings it back; one that someone else removed or restored
 * already is as it should be. */
static void
put_made (TsrMorphSession *self, gint64 id, gboolean is_there)
{
  TsrSound *sound = tsr_project_get_sound (self->project, id);
  gboolean  was_there = sound != NULL && !tsr_project_is_removed (self->project, id);

  if (is_there && !was_there)
    tsr_project_restore_sound (self->project, id, NULL);
  else if (!is_there && was_there)
    tsr_project_remove_sound (self->project, sound, NULL);
}

/* Takes the last step of `from` and leaves its opposite in `to`. */
static gboolean
go (TsrMorphSession *self, GPtrArray *from, GPtrArray *to)
{
  tsr_morph_session_end (self);
  while (from->len > 0) {
    TsrMorphStep *step = g_ptr_array_steal_index (from, from->len - 1);
    gboolean      can = self->project != NULL && is_whole (self, &step->settings);
    if (can) {
      tsr_morph_session_push (to, &self->settings, step->label, step->made_id);
      if (step->made_id != 0)
        put_made (self, step->made_id, from == self->redo);
      else
        tsr_morph_session_replace (self, &step->settings);
    }
    step_free (step);
    if (can) {
      tsr_morph_session_tell (self, TSR_MORPH_CHANGED_UNDO);
      return TRUE;
    }
  }
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_UNDO);
  return FALSE;
}

gboolean
tsr_morph_session_undo (TsrMorphSession *self)
{
  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  return go (self, self->undo, self->redo);
}

gboolean
tsr_morph_session_redo (TsrMorphSession *self)
{
  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  return go (self, self->redo, self->undo);
}

void
tsr_morph_session_add_made (TsrMorphSession *self, TsrSound *made)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  g_autofree char *label = g_strdup_printf (_ ("Make “%s”"), tsr_sound_get_name (made));

  tsr_morph_session_end (self);
  tsr_morph_session_push (self->undo, &self->settings, label, tsr_sound_get_id (made));
  g_ptr_array_set_size (self->redo, 0);
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_UNDO);
}
