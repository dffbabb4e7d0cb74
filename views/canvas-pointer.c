/* SPDX-License-Identifier: GPL-3.0-or-later
 * The mouse on the canvas: presses, drags, clicks, hover.
 */
#include <math.h>

#include "views/canvas-private.h"

enum { CLICK_PX = 4 };

static void
begin_drag (TsrCanvas *self, TsrGrip grip, double x, double y, GdkModifierType modifiers)
{
  TsrViewport   *viewport = tsr_canvas_viewport (self);
  TsrCanvasDrag *d = &self->drag;
  GString       *typed = d->typed;

  *d = (TsrCanvasDrag){.grip = grip,
                       .x0 = x,
                       .y0 = y,
                       .x = x,
                       .y = y,
                       .time0_s = tsr_canvas_time_at (self, x),
                       .hz0 = tsr_canvas_hz_at (self, y),
                       .start_s = tsr_viewport_get_start_s (viewport),
                       .end_s = tsr_viewport_get_end_s (viewport),
                       .low_hz = tsr_viewport_get_low_hz (viewport),
                       .high_hz = tsr_viewport_get_high_hz (viewport),
                       .press_modifiers = modifiers,
                       .modifiers = modifiers,
                       .typed = g_string_truncate (typed, 0)};
}

/* What is added to a selection, or taken from it, is painted over, not moved. */
static TsrGrip
pressed_grip (TsrCanvas *self, double x, double y, GdkModifierType modifiers)
{
  TsrGrip grip = tsr_canvas_grip_at (self, x, y);

  if (!tsr_canvas_is_edit (grip) ||
      (modifiers & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) == 0)
    return grip;
  if (tsr_canvas_is_path_tool (self))
    return TSR_GRIP_PATH;
  return tsr_canvas_has_tool (self, "harmonic") ? TSR_GRIP_RUBBER : grip;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrCanvas *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  TsrRegion box;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->sound == NULL || button == GDK_BUTTON_SECONDARY) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  self->measuring = FALSE;
  if (button == GDK_BUTTON_MIDDLE)
    begin_drag (self, TSR_GRIP_PAN, x, y, modifiers);
  else {
    begin_drag (self, pressed_grip (self, x, y, modifiers), x, y, modifiers);
    if (tsr_canvas_is_edit (self->drag.grip) && tsr_canvas_selection_box (self, &box))
      tsr_canvas_edit_begin (self, &box);
    if (tsr_canvas_is_path_tool (self))
      tsr_canvas_path_begin (self); /* a click is a path of one point */
    if (self->drag.grip == TSR_GRIP_POINT)
      tsr_canvas_point_at (self, x, y, &self->point_id, &self->point);
    if (self->drag.grip == TSR_GRIP_CURVE)
      tsr_canvas_curve_begin (self);
  }
  tsr_canvas_update_hover (self);
}

static void
pan (TsrCanvas *self)
{
  const TsrCanvasDrag *d = &self->drag;
  TsrViewport         *viewport = tsr_canvas_viewport (self);
  double               width = gtk_widget_get_width (GTK_WIDGET (self));
  double               height = gtk_widget_get_height (GTK_WIDGET (self));
  double               shift_s = (d->x0 - d->x) / width * (d->end_s - d->start_s);
  double               duration_s, low_hz, high_hz;

  tsr_viewport_get_limits (viewport, &duration_s, &low_hz, &high_hz);
  shift_s = CLAMP (shift_s, -d->start_s, MAX (0, duration_s - d->end_s));
  tsr_viewport_set_time (viewport, d->start_s + shift_s, d->end_s + shift_s);
  TsrFrequencyScale scale = tsr_viewport_get_scale (viewport);
  double            bottom = tsr_frequency_to_unit (scale, low_hz, high_hz, d->low_hz);
  double            top = tsr_frequency_to_unit (scale, low_hz, high_hz, d->high_hz);
  double shift = CLAMP ((d->y - d->y0) / height * (top - bottom), -bottom, 1 - top);
  if (top - bottom < 1 - 1e-9)
    tsr_viewport_set_frequency (
        viewport,
        tsr_frequency_from_unit (scale, low_hz, high_hz, bottom + shift),
        tsr_frequency_from_unit (scale, low_hz, high_hz, top + shift));
}

/* An end of the measure: the partial under the point, else the point itself. */
static void
take_measure (TsrCanvas *self, int which, double x, double y)
{
  TsrBreakpoint value;

  self->measure_s[which] = tsr_canvas_time_at (self, x);
  if (tsr_canvas_partial_at (self, x, y, &value) != 0 && value.log_amplitude > -99) {
    self->measure_hz[which] = value.frequency_hz;
    self->measure_db[which] = value.log_amplitude * (20 / M_LN10);
    return;
  }
  self->measure_hz[which] = tsr_canvas_hz_at (self, y);
  self->measure_db[which] = tsr_canvas_level_at (self, x, y);
}

static void
rubber_moved (TsrCanvas *self)
{
  if (!tsr_canvas_has_tool (self, "measure"))
    return;
  take_measure (self, 0, self->drag.x0, self->drag.y0);
  take_measure (self, 1, self->drag.x, self->drag.y);
  self->measuring = TRUE;
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrCanvas *self)
{
  TsrCanvasDrag *d = &self->drag;

  if (d->grip == TSR_GRIP_NONE || d->over)
    return;
  d->x = d->x0 + dx;
  d->y = d->y0 + dy;
  d->modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  if (!d->moved && hypot (dx, dy) < CLICK_PX)
    return;
  d->moved = TRUE;
  if (d->grip == TSR_GRIP_PAN)
    pan (self);
  else if (d->grip == TSR_GRIP_PATH)
    tsr_canvas_path_add (self);
  else if (d->grip == TSR_GRIP_POINT)
    tsr_canvas_point_update (self);
  else if (d->grip == TSR_GRIP_CURVE)
    tsr_canvas_curve_update (self, FALSE);
  else if (tsr_canvas_is_edit (d->grip))
    tsr_canvas_edit_update (self);
  else
    rubber_moved (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static TsrSelectMode
mode_of (TsrCanvas *self)
{
  GdkModifierType modifiers = self->drag.press_modifiers;

  switch (modifiers & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) {
  case GDK_SHIFT_MASK:
    return TSR_SELECT_ADD;
  case GDK_CONTROL_MASK:
    return TSR_SELECT_TOGGLE;
  case GDK_SHIFT_MASK | GDK_CONTROL_MASK:
    return TSR_SELECT_INTERSECT;
  default:
    return tsr_session_get_select_mode (self->session);
  }
}

void
tsr_canvas_combine_selection (TsrCanvas *self, TsrSelection *with)
{
  TsrSelection *before = tsr_session_get_selection (self->session);
  g_autoptr (TsrSelection) after = tsr_selection_combine (before, with, mode_of (self));

  tsr_session_set_selection (self->session, after);
}

static void
finish_rubber (TsrCanvas *self)
{
  const TsrCanvasDrag *d = &self->drag;
  TsrRegion            region = {
                 .start_s = tsr_canvas_time_at (self, MIN (d->x0, d->x)),
                 .end_s = tsr_canvas_time_at (self, MAX (d->x0, d->x)),
                 .low_hz = tsr_canvas_hz_at (self, MAX (d->y0, d->y)),
                 .high_hz = tsr_canvas_hz_at (self, MIN (d->y0, d->y)),
  };

  region.low_hz = fmax (0, region.low_hz);
  if (tsr_canvas_has_tool (self, "measure"))
    return;
  if (tsr_canvas_has_tool (self, "harmonic")) {
    tsr_canvas_pick_harmonics (self);
    return;
  }
  if (tsr_canvas_has_tool (self, "zoom")) {
    TsrViewport *viewport = tsr_canvas_viewport (self);
    tsr_viewport_set_time (viewport, region.start_s, region.end_s);
    tsr_viewport_set_frequency (viewport, region.low_hz, region.high_hz);
    return;
  }
  if (tsr_canvas_partials (self) == NULL)
    return;
  g_autoptr (TsrSelection) inside =
      tsr_selection_from_region (tsr_canvas_partials (self), &region);
  tsr_canvas_combine_selection (self, inside);
}

/* A press that did not move: picks the partial, or puts the playhead there. */
static void
click (TsrCanvas *self)
{
  gint64 id = tsr_canvas_partial_at (self, self->drag.x0, self->drag.y0, NULL);

  if (self->drawing != NULL) { /* what the curve works on stays selected */
    if (self->drag.grip != TSR_GRIP_CURVE)
      tsr_session_seek (self->session, fmax (0, self->drag.time0_s));
    return;
  }
  if (tsr_canvas_has_tool (self, "harmonic")) {
    tsr_canvas_pick_harmonics (self);
    return;
  }
  if (tsr_canvas_has_tool (self, "brush") || tsr_canvas_has_tool (self, "erase")) {
    tsr_canvas_path_end (self);
    return;
  }
  if (tsr_canvas_has_tool (self, "zoom")) {
    gboolean out = (self->drag.press_modifiers & GDK_SHIFT_MASK) != 0;
    tsr_viewport_zoom_time (
        tsr_canvas_viewport (self), out ? 0.5 : 2, self->drag.time0_s);
    return;
  }
  g_autoptr (TsrSelection) picked = tsr_selection_new (&id, id != 0, NULL);
  if (id != 0 || mode_of (self) == TSR_SELECT_REPLACE)
    tsr_canvas_combine_selection (self, picked);
  self->focus_id = id;
  if (id == 0)
    tsr_session_seek (self->session, fmax (0, self->drag.time0_s));
}

static void
end_drag (TsrCanvas *self)
{
  TsrGrip grip = self->drag.grip;

  if (grip == TSR_GRIP_NONE)
    return;
  if (!self->drag.over) {
    if (!self->drag.moved) {
      if (grip != TSR_GRIP_PAN)
        click (self);
    } else if (tsr_canvas_is_edit (grip))
      tsr_canvas_edit_end (self, TRUE);
    else if (grip == TSR_GRIP_PATH)
      tsr_canvas_path_end (self);
    else if (grip == TSR_GRIP_POINT)
      tsr_canvas_point_end (self);
    else if (grip == TSR_GRIP_CURVE)
      tsr_canvas_curve_update (self, TRUE);
    else if (grip == TSR_GRIP_RUBBER)
      finish_rubber (self);
  }
  self->drag.grip = TSR_GRIP_NONE;
  tsr_canvas_update_hover (self);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrCanvas *self)
{
  end_drag (self);
}

void
tsr_canvas_finish_drag (TsrCanvas *self)
{
  end_drag (self);
}

void
tsr_canvas_give_up_drag (TsrCanvas *self)
{
  if (self->drag.grip == TSR_GRIP_NONE)
    return;
  if (self->drag.grip == TSR_GRIP_PAN) {
    self->drag.x = self->drag.x0;
    self->drag.y = self->drag.y0;
    pan (self);
  } else if (tsr_canvas_is_edit (self->drag.grip) && self->drag.moved)
    tsr_canvas_edit_end (self, FALSE);
  else if (self->drag.grip == TSR_GRIP_CURVE && self->drag.moved)
    tsr_canvas_curve_give_up (self);
  tsr_session_end_touch (self->session);
  self->measuring = FALSE;
  g_array_set_size (self->path, 0);
  self->point_id = 0;
  self->drag.grip = TSR_GRIP_NONE;
  tsr_canvas_update_hover (self);
}

static void
drag_cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, TsrCanvas *self)
{
  tsr_canvas_give_up_drag (self);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, TsrCanvas *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  if (button == GDK_BUTTON_SECONDARY) {
    gtk_widget_grab_focus (GTK_WIDGET (self));
    tsr_canvas_emit_context_menu (self, x, y);
    return;
  }
  if (button != GDK_BUTTON_PRIMARY || n_press != 2)
    return;
  if (self->drawing != NULL) {
    tsr_canvas_curve_add (self, x, y);
    return;
  }
  if (tsr_canvas_has_tool (self, "breakpoints")) {
    tsr_canvas_point_add (self, x, y);
    return;
  }
  gint64 id = tsr_canvas_partial_at (self, x, y, NULL);
  if (id != 0)
    tsr_canvas_emit_partial (self, TSR_CANVAS_ACTIVATE_PARTIAL, id);
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, TsrCanvas *self)
{
  if (x == self->pointer_x && y == self->pointer_y)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  tsr_canvas_update_hover (self);
}

void
tsr_canvas_forget_pointer (TsrCanvas *self)
{
  g_return_if_fail (TSR_IS_CANVAS (self));
  self->pointer_x = self->pointer_y = -1;
  tsr_canvas_update_hover (self);
}

static void
leave_cb (GtkEventControllerMotion *motion, TsrCanvas *self)
{
  tsr_canvas_forget_pointer (self);
}

void
tsr_canvas_add_pointer (TsrCanvas *self)
{
  GtkGesture         *drag = gtk_gesture_drag_new ();
  GtkGesture         *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, 0);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (drag_end_cb), self, 0);
  g_signal_connect_object (drag, "cancel", G_CALLBACK (drag_cancel_cb), self, 0);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, 0);
  g_signal_connect_object (motion, "enter", G_CALLBACK (motion_cb), self, 0);
  g_signal_connect_object (motion, "leave", G_CALLBACK (leave_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}
