/* SPDX-License-Identifier: GPL-3.0-or-later
 * The mouse on the lanes: presses are taken before the canvases below see them; wheel,
 * pinch and middle button are left to them.
 */
#include <math.h>

#include "views/controller.h"
#include "views/morph/morph-lanes-private.h"

enum { CLICK_PX = 4 };

static gint64
partial_at (TsrMorphLanes *self, guint k, double x, double y)
{
  const TsrLane *lane = &self->lanes[k];

  return tsr_canvas_partial_at (
      TSR_CANVAS (lane->canvas), x - self->left, y - lane->top, NULL);
}

/* FALSE: beside the lanes. */
static gboolean
lane_under (TsrMorphLanes *self, double x, double y, guint *k)
{
  gboolean inside;

  if (self->n == 0 || x < self->left)
    return FALSE;
  *k = tsr_lanes_lane_at (self, y, &inside);
  return inside;
}

/* ---- picking ---- */

static gboolean
are_partners (TsrMorphLanes *self, guint a, gint64 id_a, guint b, gint64 id_b)
{
  gssize voice = tsr_morph_session_voice_of (self->morph, a, id_a);

  return voice >= 0 && voice == tsr_morph_session_voice_of (self->morph, b, id_b);
}

/* The second end of a link is chosen, or the focus moves there. */
static void
pick (TsrMorphLanes *self, guint k, gint64 id)
{
  guint  lane;
  gint64 focus = tsr_morph_session_get_focus (self->morph, &lane);

  tsr_morph_lanes_select_anchor (self, -1);
  if (focus != 0 && id != 0 && lane != k && lane < self->n &&
      !are_partners (self, lane, focus, k, id))
    tsr_morph_session_link (self->morph, lane, focus, k, id);
  tsr_morph_session_set_focus (self->morph, k, id);
}

/* ---- press, drag, release ---- */

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrMorphLanes *self)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);
  guint         k;

  if (!lane_under (self, x, y, &k)) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->grip = TSR_LANES_PRESSED;
  self->lane = k;
  self->press_x = self->x = x;
  self->press_y = self->y = y;
  self->press_id = 0;
  int anchor = tsr_lanes_anchor_at (self, k, x, y);
  if (anchor < 0) {
    self->press_id = partial_at (self, k, x, y);
    return;
  }
  self->anchor_lane = k;
  tsr_canvas_forget_pointer (TSR_CANVAS (self->lanes[k].canvas));
  tsr_morph_session_set_focus (self->morph, 0, 0);
  tsr_morph_lanes_select_anchor (self, anchor);
  tsr_lanes_describe (self);
  self->grab_s = g_array_index (anchors, TsrMorphAnchor, anchor).times_s[k];
  self->grip = TSR_LANES_ANCHOR;
  tsr_morph_session_begin (self->morph);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrMorphLanes *self)
{
  self->x = self->press_x + dx;
  self->y = self->press_y + dy;
  if (self->grip == TSR_LANES_ANCHOR) {
    double from_s = tsr_lanes_time_at (self, self->press_x);
    double to_s = tsr_lanes_time_at (self, self->x);
    if (!tsr_morph_session_is_dragging (self->morph)) /* a sound was made meanwhile */
      tsr_morph_session_begin (self->morph);
    tsr_lanes_move_anchor (self, self->anchor, self->lane, self->grab_s + to_s - from_s);
  } else if (self->grip == TSR_LANES_PRESSED && self->press_id != 0 &&
             hypot (dx, dy) > CLICK_PX) {
    self->grip = TSR_LANES_LINK;
    tsr_morph_session_set_focus (self->morph, self->lane, self->press_id);
  }
  if (self->grip == TSR_LANES_LINK) {
    guint k;
    self->hover_id = 0;
    if (lane_under (self, self->x, self->y, &k)) {
      self->hover_lane = k;
      self->hover_id = partial_at (self, k, self->x, self->y);
    }
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrMorphLanes *self)
{
  TsrLanesGrip grip = self->grip;
  guint        k = 0;

  self->grip = TSR_LANES_IDLE;
  if (grip == TSR_LANES_ANCHOR)
    tsr_morph_session_end (self->morph);
  else if (grip == TSR_LANES_PRESSED && self->press_id != 0)
    pick (self, self->lane, self->press_id);
  else if (grip == TSR_LANES_PRESSED) {
    tsr_morph_session_set_focus (self->morph, 0, 0);
    tsr_morph_lanes_select_anchor (self, -1);
  } else if (grip == TSR_LANES_LINK && lane_under (self, self->x, self->y, &k)) {
    gint64 id = partial_at (self, k, self->x, self->y);
    if (id != 0 && k != self->lane)
      pick (self, k, id);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, TsrMorphLanes *self)
{
  tsr_morph_lanes_give_up (self);
}

static void
pressed_cb (
    GtkGestureClick *gesture, int n_press, double x, double y, TsrMorphLanes *self)
{
  guint k;

  if (n_press != 2 || !lane_under (self, x, y, &k) ||
      tsr_lanes_anchor_at (self, k, x, y) >= 0)
    return;
  self->grip = TSR_LANES_IDLE;
  tsr_morph_session_set_focus (self->morph, 0, 0);
  tsr_lanes_add_anchor_at (self, k, tsr_lanes_time_at (self, x));
}

gboolean
tsr_morph_lanes_give_up (TsrMorphLanes *self)
{
  TsrLanesGrip grip = self->grip;
  guint        lane;

  g_return_val_if_fail (TSR_IS_MORPH_LANES (self), FALSE);
  self->grip = TSR_LANES_IDLE;
  self->hover_id = 0;
  if (grip == TSR_LANES_ANCHOR)
    tsr_morph_session_cancel (self->morph);
  gboolean any = grip != TSR_LANES_IDLE || self->anchor >= 0 ||
                 tsr_morph_session_get_focus (self->morph, &lane) != 0;
  if (grip == TSR_LANES_IDLE) {
    tsr_morph_lanes_select_anchor (self, -1);
    tsr_morph_session_set_focus (self->morph, 0, 0);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return any;
}

/* ---- the pointer ---- */

/* After the canvas below has set its own shape. */
static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, TsrMorphLanes *self)
{
  guint k = 0;
  int   anchor = lane_under (self, x, y, &k) ? tsr_lanes_anchor_at (self, k, x, y) : -1;

  if (self->grip != TSR_LANES_IDLE)
    return;
  if (self->n > 0 && lane_under (self, x, y, &k))
    gtk_widget_set_cursor_from_name (self->lanes[k].canvas,
                                     anchor >= 0 ? "ew-resize"
                                     : self->hover_id != 0 && self->hover_lane == k
                                         ? "pointer"
                                         : "default");
  if (anchor == self->hover_anchor)
    return;
  self->hover_anchor = anchor;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (GtkEventControllerMotion *motion, TsrMorphLanes *self)
{
  self->hover_anchor = -1;
  if (self->grip == TSR_LANES_IDLE)
    self->hover_id = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tsr_lanes_add_hands (TsrMorphLanes *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag),
                                              GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE);
  gtk_gesture_group (click, drag);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, 0);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (drag_end_cb), self, 0);
  g_signal_connect_object (drag, "cancel", G_CALLBACK (drag_cancel_cb), self, 0);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  tsr_widget_on_motion (
      GTK_WIDGET (self), G_CALLBACK (motion_cb), G_CALLBACK (leave_cb), self);
}
