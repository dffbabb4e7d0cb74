/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands of the canvas that menus, keys and tests share.
 */
#include <math.h>

#include "views/canvas-private.h"

void
tsr_canvas_zoom_to_selection (TsrCanvas *self)
{
  TsrRegion region;
  double    margin = 0.05;

  g_return_if_fail (TSR_IS_CANVAS (self));

  if (self->sound == NULL || !tsr_canvas_selection_box (self, &region))
    return;
  double span_s = fmax (region.end_s - region.start_s, 0.01);
  double span_hz = fmax (region.high_hz - region.low_hz, 50);
  double middle_s = (region.start_s + region.end_s) / 2;
  double middle_hz = (region.low_hz + region.high_hz) / 2;
  double half = 0.5 + margin;
  tsr_viewport_set_time (
      tsr_canvas_viewport (self), middle_s - half * span_s, middle_s + half * span_s);
  tsr_viewport_set_frequency (tsr_canvas_viewport (self),
                              fmax (0, middle_hz - half * span_hz),
                              middle_hz + half * span_hz);
}

void
tsr_canvas_select_all (TsrCanvas *self)
{
  TsrPartialSet *set = tsr_canvas_partials (self);

  g_return_if_fail (TSR_IS_CANVAS (self));

  if (set == NULL)
    return;
  g_autoptr (TsrSelection) all = tsr_selection_all (set);
  tsr_session_set_selection (self->session, all);
}

void
tsr_canvas_select_none (TsrCanvas *self)
{
  g_autoptr (TsrSelection) none = tsr_selection_new (NULL, 0, NULL);

  g_return_if_fail (TSR_IS_CANVAS (self));

  tsr_session_set_selection (self->session, none);
}

void
tsr_canvas_invert_selection (TsrCanvas *self)
{
  TsrPartialSet *set = tsr_canvas_partials (self);

  g_return_if_fail (TSR_IS_CANVAS (self));

  if (set == NULL)
    return;
  g_autoptr (TsrSelection) others =
      tsr_selection_invert (tsr_session_get_selection (self->session), set);
  tsr_session_set_selection (self->session, others);
}

static gboolean
has_selection (TsrCanvas *self)
{
  return self->sound != NULL &&
         tsr_selection_size (tsr_session_get_selection (self->session)) > 0;
}

void
tsr_canvas_delete_selection (TsrCanvas *self)
{
  g_return_if_fail (TSR_IS_CANVAS (self));

  if (!has_selection (self))
    return;
  g_autoptr (TsrOperation) operation = tsr_operation_new_delete ();
  tsr_session_perform (self->session, operation);
}

/* Not beyond the beginning of the sound. */
static double
possible_move_s (TsrCanvas *self, double move_s)
{
  TsrRegion box;

  if (!tsr_canvas_selection_box (self, &box))
    return 0;
  return fmax (move_s, -fmax (box.start_s, 0));
}

void
tsr_canvas_nudge (TsrCanvas *self, double move_s, double cents)
{
  g_return_if_fail (TSR_IS_CANVAS (self));

  if (!has_selection (self))
    return;
  if (cents != 0) {
    g_autoptr (TsrOperation) pitch = tsr_operation_new_pitch (exp2 (cents / 1200));
    tsr_session_perform (self->session, pitch);
  }
  move_s = possible_move_s (self, move_s);
  if (move_s != 0) {
    g_autoptr (TsrOperation) move = tsr_canvas_move_operation (move_s);
    if (move != NULL)
      tsr_session_perform (self->session, move);
  }
}
