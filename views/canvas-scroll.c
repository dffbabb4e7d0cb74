/* SPDX-License-Identifier: GPL-3.0-or-later
 * Wheel, touch pad and pinch on the canvas.
 */
#include <math.h>

#include "views/canvas-private.h"

#define WHEEL_PART 0.1  /* of what is seen, a wheel click */
#define WHEEL_ZOOM 1.25 /* a wheel click */

static double
pointer_or_middle (double pointer, int size)
{
  return pointer >= 0 ? pointer : size / 2.0;
}

static void
zoom (TsrCanvas *self, gboolean frequency, double factor)
{
  double x =
      pointer_or_middle (self->pointer_x, gtk_widget_get_width (GTK_WIDGET (self)));
  double y =
      pointer_or_middle (self->pointer_y, gtk_widget_get_height (GTK_WIDGET (self)));

  if (frequency)
    tsr_viewport_zoom_frequency (
        tsr_canvas_viewport (self), factor, tsr_canvas_hz_at (self, y));
  else
    tsr_viewport_zoom_time (
        tsr_canvas_viewport (self), factor, tsr_canvas_time_at (self, x));
}

static void
wheel (TsrCanvas *self, double dx, double dy, GdkModifierType modifiers)
{
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;
  gboolean control = ((modifiers & GDK_CONTROL_MASK) != 0) != self->wheel_zooms;
  double   clicks = dy != 0 ? dy : dx;

  if (control)
    zoom (self, shift, pow (WHEEL_ZOOM, -clicks));
  else if (shift || dy == 0)
    tsr_viewport_scroll (tsr_canvas_viewport (self), WHEEL_PART * clicks, 0);
  else
    tsr_viewport_scroll (tsr_canvas_viewport (self), 0, -WHEEL_PART * dy);
}

/* Two fingers move the view as if they held it. */
static void
touch_pad (TsrCanvas *self, double dx_px, double dy_px, GdkModifierType modifiers)
{
  if ((modifiers & GDK_CONTROL_MASK) != 0)
    zoom (self, (modifiers & GDK_SHIFT_MASK) != 0, exp (-dy_px / 200));
  else
    tsr_viewport_scroll (tsr_canvas_viewport (self),
                         dx_px / gtk_widget_get_width (GTK_WIDGET (self)),
                         -dy_px / gtk_widget_get_height (GTK_WIDGET (self)));
}

static gboolean
scroll_cb (GtkEventControllerScroll *scroll, double dx, double dy, TsrCanvas *self)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));

  if (self->sound == NULL)
    return FALSE;
  if (gtk_event_controller_scroll_get_unit (scroll) == GDK_SCROLL_UNIT_SURFACE)
    touch_pad (self, dx, dy, modifiers);
  else
    wheel (self, dx, dy, modifiers);
  tsr_canvas_update_hover (self);
  return TRUE;
}

static void
pinch_begin_cb (GtkGesture *gesture, GdkEventSequence *sequence, TsrCanvas *self)
{
  self->pinch_scale = 1;
}

static void
pinch_cb (GtkGestureZoom *gesture, double scale, TsrCanvas *self)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if (!(scale > 0) || !(self->pinch_scale > 0))
    return;
  zoom (self, (modifiers & GDK_CONTROL_MASK) != 0, scale / self->pinch_scale);
  self->pinch_scale = scale;
}

void
tsr_canvas_add_scroll (TsrCanvas *self)
{
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect_object (scroll, "scroll", G_CALLBACK (scroll_cb), self, 0);
  g_signal_connect_object (pinch, "begin", G_CALLBACK (pinch_begin_cb), self, 0);
  g_signal_connect_object (pinch, "scale-changed", G_CALLBACK (pinch_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}
