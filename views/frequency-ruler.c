/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hz along the canvas.
 */
#include "views/frequency-ruler.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/controller.h"
#include "views/draw/axis.h"
#include "views/paint.h"

enum { WIDTH_PX = 52, LABEL_APART_PX = 34, CLICK_PX = 4 };

struct _TsrFrequencyRuler {
  GtkWidget   parent_instance;
  TsrSession *session; /* owned */
  gboolean    held;
  double      press_y, y;
};

enum { ASK_RANGE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrFrequencyRuler, tsr_frequency_ruler, GTK_TYPE_WIDGET)

static double
hz_at (TsrFrequencyRuler *self, double y)
{
  return tsr_viewport_hz_at (tsr_session_get_viewport (self->session),
                             y,
                             gtk_widget_get_height (GTK_WIDGET (self)));
}

static void
draw_ticks (TsrFrequencyRuler *self, GtkSnapshot *snapshot)
{
  GtkWidget          *widget = GTK_WIDGET (self);
  TsrViewport        *v = tsr_session_get_viewport (self->session);
  double              height = gtk_widget_get_height (widget), right = WIDTH_PX;
  gsize               n;
  g_autofree TsrTick *ticks = tsr_axis_frequency_ticks (tsr_viewport_get_scale (v),
                                                        tsr_viewport_get_low_hz (v),
                                                        tsr_viewport_get_high_hz (v),
                                                        height,
                                                        LABEL_APART_PX,
                                                        &n);
  GdkRGBA             text, line, faint;

  tsr_paint_foreground (widget, 0.85, &text);
  tsr_paint_foreground (widget, 0.6, &line);
  tsr_paint_foreground (widget, 0.3, &faint);
  for (gsize i = 0; i < n; i++) {
    double y = floor (MIN (ticks[i].position, height - 1));
    double left = right - (ticks[i].major ? 8 : 4);
    tsr_paint_box (snapshot, left, y, right, y + 1, ticks[i].major ? &line : &faint);
    if (ticks[i].major)
      tsr_paint_text (widget,
                      snapshot,
                      ticks[i].label,
                      left - 4,
                      CLAMP (y, 8, height - 8),
                      TSR_PAINT_END,
                      &text);
  }
}

static void
tsr_frequency_ruler_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrFrequencyRuler *self = TSR_FREQUENCY_RULER (widget);
  GdkRGBA            span = {0.21f, 0.52f, 0.89f, 0.3f};

  if (tsr_session_get_sound (self->session) == NULL)
    return;
  if (self->held && fabs (self->y - self->press_y) > CLICK_PX)
    tsr_paint_box (snapshot,
                   0,
                   MIN (self->y, self->press_y),
                   WIDTH_PX,
                   MAX (self->y, self->press_y),
                   &span);
  draw_ticks (self, snapshot);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrFrequencyRuler *self)
{
  self->held = tsr_session_get_sound (self->session) != NULL;
  self->press_y = self->y = y;
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrFrequencyRuler *self)
{
  self->y = self->press_y + dy;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrFrequencyRuler *self)
{
  double y = self->press_y + dy;

  if (self->held && fabs (dy) > CLICK_PX)
    tsr_viewport_set_frequency (tsr_session_get_viewport (self->session),
                                fmax (0, hz_at (self, MAX (y, self->press_y))),
                                hz_at (self, MIN (y, self->press_y)));
  self->held = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (
    GtkGestureClick *gesture, int n_press, double x, double y, TsrFrequencyRuler *self)
{
  TsrViewport *v = tsr_session_get_viewport (self->session);
  guint  button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  double duration_s, low_hz, high_hz;

  if (button == GDK_BUTTON_SECONDARY)
    g_signal_emit (self, signals[ASK_RANGE], 0);
  else if (button == GDK_BUTTON_PRIMARY && n_press == 2) {
    tsr_viewport_get_limits (v, &duration_s, &low_hz, &high_hz);
    tsr_viewport_set_frequency (v, low_hz, high_hz);
  }
}

static void
add_controllers (TsrFrequencyRuler *self)
{
  tsr_widget_on_drag (GTK_WIDGET (self),
                      G_CALLBACK (drag_begin_cb),
                      G_CALLBACK (drag_update_cb),
                      G_CALLBACK (drag_end_cb),
                      self);
  tsr_widget_on_press (GTK_WIDGET (self), 0, G_CALLBACK (pressed_cb), self);
}

GtkWidget *
tsr_frequency_ruler_new (TsrSession *session)
{
  TsrFrequencyRuler *self = g_object_new (TSR_TYPE_FREQUENCY_RULER, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  tsr_paint_redraw_on (GTK_WIDGET (self), session, "sound", NULL);
  g_signal_connect_object (tsr_session_get_viewport (session),
                           "changed",
                           G_CALLBACK (gtk_widget_queue_draw),
                           self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

static void
tsr_frequency_ruler_finalize (GObject *object)
{
  g_clear_object (&TSR_FREQUENCY_RULER (object)->session);
  G_OBJECT_CLASS (tsr_frequency_ruler_parent_class)->finalize (object);
}

static void
tsr_frequency_ruler_class_init (TsrFrequencyRulerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_frequency_ruler_finalize;
  widget_class->snapshot = tsr_frequency_ruler_snapshot;
  gtk_widget_class_set_css_name (widget_class, "ruler");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[ASK_RANGE] = tsr_class_add_signal (klass, "ask-range", 0);
}

static void
tsr_frequency_ruler_init (TsrFrequencyRuler *self)
{
  gtk_widget_set_size_request (GTK_WIDGET (self), WIDTH_PX, 60);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "vertical-text");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Frequency ruler"), -1);
  add_controllers (self);
}
