/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two steps of the history beside each other: which, which of them is heard, and what
 * tells them apart, found by a worker.
 */
#include "model/session-private.h"

#include <gio/gio.h>

#include "model/dsp-types.h"

static gint64
current_step_id (TsrSession *self)
{
  return tsr_step_fields (tsr_sound_get_current_step (self->sound))->id;
}

/* ---- the comparison ---- */

typedef struct {
  TsrSoundState *states[2];
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  tsr_sound_state_unref (work->states[0]);
  tsr_sound_state_unref (work->states[1]);
  g_free (work);
}

static bool
is_cancelled (void *cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static void
work_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Work  *work = data;
  TsrJob job = {.cancelled = is_cancelled, .user = cancellable};

  g_task_return_pointer (task,
                         tsr_comparison_new (work->states[0], work->states[1], &job),
                         (GDestroyNotify)tsr_comparison_unref);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrSession *self = TSR_SESSION (object);
  g_autoptr (TsrComparison) comparison = g_task_propagate_pointer (G_TASK (result), NULL);

  if (comparison == NULL || g_task_get_cancellable (G_TASK (result)) != self->comparing)
    return; /* others are compared by now */
  g_clear_pointer (&self->comparison, tsr_comparison_unref);
  self->comparison = g_steal_pointer (&comparison);
  tsr_session_tell_comparing (self);
}

static void
forget (TsrSession *self)
{
  if (self->comparing != NULL)
    g_cancellable_cancel (self->comparing);
  g_clear_object (&self->comparing);
  g_clear_pointer (&self->comparison, tsr_comparison_unref);
}

static void
begin (TsrSession *self)
{
  Work *work = g_new0 (Work, 1);

  for (int i = 0; i < 2; i++)
    work->states[i] = tsr_sound_dup_state_at (self->sound, self->compared[i]);
  self->comparing = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->comparing, found_cb, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, work_thread);
}

/* ---- what is compared ---- */

static gboolean
has_step (TsrSession *self, gint64 step_id)
{
  g_autoptr (TsrSoundState) state =
      self->sound != NULL ? tsr_sound_dup_state_at (self->sound, step_id) : NULL;

  return state != NULL;
}

void
tsr_session_compare (TsrSession *self, gint64 a, gint64 b)
{
  gboolean wanted;

  g_return_if_fail (TSR_IS_SESSION (self));

  wanted = a != b && has_step (self, a) && has_step (self, b);
  if (!wanted)
    a = b = 0;
  if (self->compared[0] == a && self->compared[1] == b)
    return;
  if (wanted)
    tsr_session_set_trial (self, NULL); /* it would be seen and heard instead */
  gboolean hears_a = wanted && self->compared[0] != 0 &&
                     !tsr_session_hears_second (self); /* the side stays */
  forget (self);
  self->compared[0] = a;
  self->compared[1] = b;
  g_object_set (self, "compare-ready", FALSE, NULL);
  if (wanted)
    begin (self);
  tsr_session_tell_comparing (self);
  tsr_session_hear_second (self, !hears_a);
}

gboolean
tsr_session_get_compared (TsrSession *self, gint64 *a, gint64 *b)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);

  if (a != NULL)
    *a = self->compared[0];
  if (b != NULL)
    *b = self->compared[1];
  return self->compared[0] != 0;
}

gint64
tsr_session_partner_of (TsrSession *self, gint64 step_id)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);

  if (self->sound == NULL)
    return 0;
  gint64 present_id = current_step_id (self);
  if (step_id != present_id)
    return present_id;
  gsize current;
  g_autoptr (GPtrArray) line = tsr_sound_dup_history (self->sound, &current);
  if (line->len < 2)
    return 0;
  gsize other = current > 0 ? current - 1 : current + 1;
  return tsr_step_fields (g_ptr_array_index (line, other))->id;
}

TsrComparison *
tsr_session_get_comparison (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);

  return self->comparison;
}

void
tsr_session_hear_second (TsrSession *self, gboolean second)
{
  gint64 step_id;

  g_return_if_fail (TSR_IS_SESSION (self));

  step_id = self->compared[second ? 1 : 0];
  if (step_id != 0 && step_id == current_step_id (self))
    step_id = 0;
  tsr_session_change_compare_step (self, step_id);
}

gboolean
tsr_session_hears_second (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);

  if (self->compared[0] == 0)
    return FALSE;
  gint64 heard = self->compare_step != 0 ? self->compare_step : current_step_id (self);
  return heard == self->compared[1];
}

void
tsr_session_clear_compared (TsrSession *self)
{
  forget (self);
  self->compared[0] = self->compared[1] = 0;
}
