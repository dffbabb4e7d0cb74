/* SPDX-License-Identifier: GPL-3.0-or-later
 * Seconds along the canvas.
 */
#include "views/time-ruler.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/controller.h"
#include "views/draw/axis.h"
#include "views/paint.h"

enum {
  HEIGHT_PX = 30,
  LABEL_APART_PX = 76,
  EDGE_PX = 5,
  CLICK_PX = 4,
  ONSET_APART_PX = 4
};

typedef enum {
  HELD_NOTHING,
  HELD_SPAN,
  HELD_LOOP_START,
  HELD_LOOP_END,
  HELD_MARKER
} Held;

struct _TsrTimeRuler {
  GtkWidget   parent_instance;
  TsrSession *session; /* owned */
  Held        held;
  double      press_x, x;
  gint64      marker_id; /* in hand: drawn at x */
};

enum { ASK_RANGE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrTimeRuler, tsr_time_ruler, GTK_TYPE_WIDGET)

static double
x_of (TsrTimeRuler *self, double time_s)
{
  return tsr_viewport_x_of (tsr_session_get_viewport (self->session),
                            time_s,
                            gtk_widget_get_width (GTK_WIDGET (self)));
}

static double
time_at (TsrTimeRuler *self, double x)
{
  return tsr_viewport_time_at (tsr_session_get_viewport (self->session),
                               x,
                               gtk_widget_get_width (GTK_WIDGET (self)));
}

static void
draw_ticks (TsrTimeRuler *self, GtkSnapshot *snapshot)
{
  GtkWidget          *widget = GTK_WIDGET (self);
  TsrViewport        *v = tsr_session_get_viewport (self->session);
  double              width = gtk_widget_get_width (widget), bottom = HEIGHT_PX;
  gsize               n;
  g_autofree TsrTick *ticks = tsr_axis_time_ticks (tsr_viewport_get_start_s (v),
                                                   tsr_viewport_get_end_s (v),
                                                   width,
                                                   LABEL_APART_PX,
                                                   &n);
  GdkRGBA             text, line, faint;

  tsr_paint_foreground (widget, 0.85, &text);
  tsr_paint_foreground (widget, 0.6, &line);
  tsr_paint_foreground (widget, 0.3, &faint);
  for (gsize i = 0; i < n; i++) {
    double x = floor (ticks[i].position);
    double top = bottom - (ticks[i].major ? 9 : 4);
    tsr_paint_box (snapshot, x, top, x + 1, bottom, ticks[i].major ? &line : &faint);
    if (ticks[i].major)
      tsr_paint_text (
          widget, snapshot, ticks[i].label, x + 4, bottom - 14, TSR_PAINT_START, &text);
  }
}

static void
draw_loop (TsrTimeRuler *self, GtkSnapshot *snapshot)
{
  double   start_s, end_s;
  gboolean loop;

  g_object_get (
      self->session, "loop", &loop, "loop-start-s", &start_s, "loop-end-s", &end_s, NULL);
  if (!(end_s > start_s))
    return;
  GdkRGBA band = {0.2f, 0.72f, 0.4f, loop ? 0.45f : 0.15f};
  GdkRGBA edge = {0.2f, 0.72f, 0.4f, 1};
  double  left = x_of (self, start_s), right = x_of (self, end_s);
  tsr_paint_box (snapshot, left, 0, right, 8, &band);
  tsr_paint_box (snapshot, left - 1, 0, left + 2, 12, &edge);
  tsr_paint_box (snapshot, right - 2, 0, right + 1, 12, &edge);
}

/* A triangle that points down to x, in rows of one pixel. */
static void
draw_arrow (GtkSnapshot *snapshot, double x, double top, const GdkRGBA *color)
{
  for (int i = 0; i < 6; i++)
    tsr_paint_box (snapshot, x - 5 + i, top + i, x + 6 - i, top + i + 1, color);
}

static void
draw_markers (TsrTimeRuler *self, GtkSnapshot *snapshot)
{
  TsrSound *sound = tsr_session_get_sound (self->session);
  GdkRGBA   amber = {0.9f, 0.6f, 0.1f, 1}, text;
  gsize     n = 0;

  if (sound == NULL)
    return;
  const TsrMarker *markers = tsr_sound_get_markers (sound, &n);
  tsr_paint_foreground (GTK_WIDGET (self), 0.9, &text);
  for (gsize i = 0; i < n; i++) {
    double x = round (x_of (self, markers[i].time_s));
    if (self->held == HELD_MARKER && markers[i].id == self->marker_id)
      x = round (self->x);
    if (x < -100 || x > gtk_widget_get_width (GTK_WIDGET (self)))
      continue;
    draw_arrow (snapshot, x, 1, &amber);
    tsr_paint_text (
        GTK_WIDGET (self), snapshot, markers[i].name, x + 8, 6, TSR_PAINT_START, &text);
  }
}

/* Short strokes from above, thinned out where they would run together. */
static void
draw_onsets (TsrTimeRuler *self, GtkSnapshot *snapshot)
{
  g_autoptr (GArray) onsets_s = tsr_session_dup_onsets (self->session);
  GdkRGBA teal = {0.35f, 0.8f, 0.85f, 0.9f};
  double  width = gtk_widget_get_width (GTK_WIDGET (self)), last = -ONSET_APART_PX;

  for (guint i = 0; i < onsets_s->len; i++) {
    double x = round (x_of (self, g_array_index (onsets_s, double, i)));
    if (x < 0 || x > width || x < last + ONSET_APART_PX)
      continue;
    tsr_paint_box (snapshot, x, HEIGHT_PX - 14, x + 1, HEIGHT_PX, &teal);
    tsr_paint_box (snapshot, x - 1, HEIGHT_PX - 14, x + 2, HEIGHT_PX - 11, &teal);
    last = x;
  }
}

static void
tsr_time_ruler_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrTimeRuler *self = TSR_TIME_RULER (widget);
  GdkRGBA       ink, span = {0.21f, 0.52f, 0.89f, 0.3f};

  if (tsr_session_get_sound (self->session) == NULL)
    return;
  if (self->held == HELD_SPAN && fabs (self->x - self->press_x) > CLICK_PX)
    tsr_paint_box (snapshot,
                   MIN (self->x, self->press_x),
                   0,
                   MAX (self->x, self->press_x),
                   HEIGHT_PX,
                   &span);
  draw_loop (self, snapshot);
  draw_ticks (self, snapshot);
  draw_onsets (self, snapshot);
  draw_markers (self, snapshot);
  tsr_paint_foreground (widget, 1, &ink);
  double x = round (x_of (self, tsr_session_get_playhead_s (self->session)));
  draw_arrow (snapshot, x, HEIGHT_PX - 6, &ink);
}

/* The marker whose triangle is under a point of the upper half; NULL: none. */
static const TsrMarker *
marker_at (TsrTimeRuler *self, double x, double y)
{
  TsrSound        *sound = tsr_session_get_sound (self->session);
  gsize            n = 0;
  const TsrMarker *markers = sound != NULL ? tsr_sound_get_markers (sound, &n) : NULL;
  const TsrMarker *best = NULL;
  double           best_px = EDGE_PX + 1;

  for (gsize i = 0; y < HEIGHT_PX / 2.0 && i < n; i++) {
    double away_px = fabs (x_of (self, markers[i].time_s) - x);
    if (away_px < best_px) {
      best_px = away_px;
      best = &markers[i];
    }
  }
  return best;
}

static Held
held_at (TsrTimeRuler *self, double x, double y)
{
  double start_s, end_s;

  /* Without a project, as in the lanes of a morph, it cannot be moved. */
  if (tsr_session_get_project (self->session) != NULL && marker_at (self, x, y) != NULL)
    return HELD_MARKER;
  g_object_get (self->session, "loop-start-s", &start_s, "loop-end-s", &end_s, NULL);
  if (end_s > start_s && fabs (x_of (self, end_s) - x) <= EDGE_PX)
    return HELD_LOOP_END;
  if (end_s > start_s && fabs (x_of (self, start_s) - x) <= EDGE_PX)
    return HELD_LOOP_START;
  return HELD_SPAN;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrTimeRuler *self)
{
  self->press_x = self->x = x;
  self->held =
      tsr_session_get_sound (self->session) != NULL ? held_at (self, x, y) : HELD_NOTHING;
  if (self->held == HELD_MARKER)
    self->marker_id = marker_at (self, x, y)->id;
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrTimeRuler *self)
{
  double duration_s, low_hz, high_hz, start_s, end_s;

  self->x = self->press_x + dx;
  tsr_viewport_get_limits (
      tsr_session_get_viewport (self->session), &duration_s, &low_hz, &high_hz);
  double at_s = CLAMP (time_at (self, self->x), 0, duration_s);
  g_object_get (self->session, "loop-start-s", &start_s, "loop-end-s", &end_s, NULL);
  if (self->held == HELD_LOOP_START)
    g_object_set (self->session, "loop-start-s", MIN (at_s, end_s), NULL);
  else if (self->held == HELD_LOOP_END)
    g_object_set (self->session, "loop-end-s", MAX (at_s, start_s), NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drop_marker (TsrTimeRuler *self, double time_s)
{
  TsrSound        *sound = tsr_session_get_sound (self->session);
  gsize            n = 0;
  const TsrMarker *markers = sound != NULL ? tsr_sound_get_markers (sound, &n) : NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++) {
    if (markers[i].id != self->marker_id)
      continue;
    g_autofree char *name = g_strdup (markers[i].name);
    double duration_s = tsr_sound_state_fields (tsr_sound_get_state (sound))->duration_s;
    if (!tsr_project_change_marker (tsr_session_get_project (self->session),
                                    sound,
                                    self->marker_id,
                                    CLAMP (time_s, 0, duration_s),
                                    name,
                                    &error))
      g_signal_emit_by_name (self->session, "failed", error->message);
    return;
  }
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrTimeRuler *self)
{
  double a_s = time_at (self, self->press_x), b_s = time_at (self, self->press_x + dx);

  if (self->held == HELD_SPAN && fabs (dx) > CLICK_PX)
    tsr_viewport_set_time (
        tsr_session_get_viewport (self->session), MIN (a_s, b_s), MAX (a_s, b_s));
  else if (self->held == HELD_MARKER && fabs (dx) > CLICK_PX)
    drop_marker (self, b_s);
  else if (self->held == HELD_MARKER)
    tsr_session_seek (self->session, MAX (0, a_s));
  else if (self->held == HELD_SPAN)
    tsr_session_seek (self->session, MAX (0, a_s));
  self->held = HELD_NOTHING;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, TsrTimeRuler *self)
{
  TsrViewport *v = tsr_session_get_viewport (self->session);
  guint  button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  double duration_s, low_hz, high_hz;

  if (button == GDK_BUTTON_SECONDARY)
    g_signal_emit (self, signals[ASK_RANGE], 0);
  else if (button == GDK_BUTTON_PRIMARY && n_press == 2) {
    tsr_viewport_get_limits (v, &duration_s, &low_hz, &high_hz);
    tsr_viewport_set_time (v, 0, duration_s);
  }
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, TsrTimeRuler *self)
{
  Held held = self->held != HELD_NOTHING ? self->held : held_at (self, x, y);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   held == HELD_SPAN ? "text" : "ew-resize");
}

static void
add_controllers (TsrTimeRuler *self)
{
  tsr_widget_on_drag (GTK_WIDGET (self),
                      G_CALLBACK (drag_begin_cb),
                      G_CALLBACK (drag_update_cb),
                      G_CALLBACK (drag_end_cb),
                      self);
  tsr_widget_on_press (GTK_WIDGET (self), 0, G_CALLBACK (pressed_cb), self);
  tsr_widget_on_motion (GTK_WIDGET (self), G_CALLBACK (motion_cb), NULL, self);
}

static void
sound_cb (TsrSession *session, GParamSpec *pspec, TsrTimeRuler *self)
{
  TsrSound *sound = tsr_session_get_sound (session);

  if (sound != NULL)
    tsr_paint_redraw_on (GTK_WIDGET (self), sound, "markers", NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Told in words, too. */
static void
onsets_cb (TsrTimeRuler *self)
{
  g_autoptr (GArray) onsets_s = tsr_session_dup_onsets (self->session);
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u onset", "%u onsets", onsets_s->len), onsets_s->len);

  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkWidget *
tsr_time_ruler_new (TsrSession *session)
{
  TsrTimeRuler *self = g_object_new (TSR_TYPE_TIME_RULER, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  tsr_paint_redraw_on (GTK_WIDGET (self),
                       session,
                       "playhead-s",
                       "loop",
                       "loop-start-s",
                       "loop-end-s",
                       NULL);
  g_signal_connect_object (session, "notify::sound", G_CALLBACK (sound_cb), self, 0);
  g_signal_connect_object (
      session, "onsets-changed", G_CALLBACK (onsets_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tsr_session_get_viewport (session),
                           "changed",
                           G_CALLBACK (gtk_widget_queue_draw),
                           self,
                           G_CONNECT_SWAPPED);
  sound_cb (session, NULL, self);
  return GTK_WIDGET (self);
}

static void
tsr_time_ruler_finalize (GObject *object)
{
  g_clear_object (&TSR_TIME_RULER (object)->session);
  G_OBJECT_CLASS (tsr_time_ruler_parent_class)->finalize (object);
}

static void
tsr_time_ruler_class_init (TsrTimeRulerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_time_ruler_finalize;
  widget_class->snapshot = tsr_time_ruler_snapshot;
  gtk_widget_class_set_css_name (widget_class, "ruler");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[ASK_RANGE] = tsr_class_add_signal (klass, "ask-range", 0);
}

static void
tsr_time_ruler_init (TsrTimeRuler *self)
{
  gtk_widget_set_size_request (GTK_WIDGET (self), 60, HEIGHT_PX);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Time ruler"), -1);
  add_controllers (self);
}
