/* SPDX-License-Identifier: GPL-3.0-or-later
 * The waveform of the whole sound and the visible span. The pyramid of peaks is built in
 * a worker; the waveform is a texture that is made again only when it changes.
 */
#include "views/overview.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/dsp/peaks-pyramid.h"
#include "views/controller.h"
#include "views/paint.h"

enum { HEIGHT_PX = 52, EDGE_PX = 6 };

typedef enum { HELD_NOTHING, HELD_SPAN, HELD_START, HELD_END } Held;

struct _TsrOverview {
  GtkWidget        parent_instance;
  TsrSession      *session;     /* owned */
  TsrSignal       *signal;      /* owned; whose pyramid it is */
  TsrPeaksPyramid *pyramid;     /* owned; NULL: not yet */
  GCancellable    *cancellable; /* of the worker that builds it */
  GdkTexture      *texture;     /* the waveform at the present size */
  int              channel;
  Held             held;
  double           start_s, end_s; /* view at the press */
};

G_DEFINE_FINAL_TYPE (TsrOverview, tsr_overview, GTK_TYPE_WIDGET)

static double
duration_of (TsrOverview *self)
{
  double duration_s, low_hz, high_hz;

  tsr_viewport_get_limits (
      tsr_session_get_viewport (self->session), &duration_s, &low_hz, &high_hz);
  return duration_s;
}

static double
x_of (TsrOverview *self, double time_s)
{
  return time_s / duration_of (self) * gtk_widget_get_width (GTK_WIDGET (self));
}

static double
time_of (TsrOverview *self, double x)
{
  return x / MAX (1, gtk_widget_get_width (GTK_WIDGET (self))) * duration_of (self);
}

/* The pyramid */

static bool
is_cancelled (void *user)
{
  return g_cancellable_is_cancelled (user);
}

static void
build_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TsrJob           job = {.cancelled = is_cancelled, .user = cancellable};
  TsrPeaksPyramid *pyramid = NULL;

  tsr_peaks_pyramid_new (data, &job, &pyramid);
  g_task_return_pointer (task, pyramid, (GDestroyNotify)tsr_peaks_pyramid_unref);
}

static void
built_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TsrOverview     *self = TSR_OVERVIEW (source);
  TsrPeaksPyramid *pyramid = g_task_propagate_pointer (G_TASK (result), NULL);

  if (pyramid == NULL || g_task_get_task_data (G_TASK (result)) != self->signal) {
    tsr_peaks_pyramid_unref (pyramid);
    return;
  }
  tsr_peaks_pyramid_unref (self->pyramid);
  self->pyramid = pyramid;
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
forget_signal (TsrOverview *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->pyramid, tsr_peaks_pyramid_unref);
  g_clear_pointer (&self->signal, tsr_signal_unref);
  g_clear_object (&self->texture);
}

static void
signal_cb (TsrSession *session, GParamSpec *pspec, TsrOverview *self)
{
  TsrSignal *signal = tsr_session_get_picture (session, NULL);

  if (signal == self->signal)
    return;
  forget_signal (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (signal == NULL)
    return;
  self->signal = tsr_signal_ref (signal);
  self->cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, built_cb, NULL);
  g_task_set_task_data (task, tsr_signal_ref (signal), (GDestroyNotify)tsr_signal_unref);
  g_task_run_in_thread (task, build_thread);
}

/* Drawing */

/* Columns of light blue on transparent; a silent column is one pixel high. */
static GdkTexture *
draw_waveform (TsrOverview *self, int width, int height)
{
  gsize               n = (gsize)width, n_pixels = n * (gsize)height;
  g_autofree float   *lowest = g_new0 (float, n), *highest = g_new0 (float, n);
  g_autofree guint32 *pixels = g_new0 (guint32, n_pixels);
  guint               n_channels = tsr_signal_n_channels (self->signal);
  guint               channel =
      self->channel > 0 && (guint)self->channel < n_channels ? (guint)self->channel : 0;
  double middle = height / 2.0, reach = middle - 2;

  tsr_peaks_pyramid_query (
      self->pyramid, channel, 0, duration_of (self), n, lowest, highest);
  for (gsize x = 0; x < n; x++) {
    double high = CLAMP ((double)highest[x], -1, 1),
           low = CLAMP ((double)lowest[x], -1, 1);
    int top = (int)floor (middle - high * reach);
    int bottom = MAX (top + 1, (int)ceil (middle - low * reach));
    for (int y = MAX (0, top); y < MIN (height, bottom); y++)
      pixels[(gsize)y * n + x] = 0xff78aeed;
  }
  g_autoptr (GBytes) bytes =
      g_bytes_new_take (g_steal_pointer (&pixels), n_pixels * sizeof (guint32));
  return gdk_memory_texture_new (
      width, height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, n * sizeof (guint32));
}

static void
draw_span (TsrOverview *self, GtkSnapshot *snapshot)
{
  TsrViewport *v = tsr_session_get_viewport (self->session);
  double       width = gtk_widget_get_width (GTK_WIDGET (self));
  double       left = round (x_of (self, tsr_viewport_get_start_s (v)));
  double       right = round (x_of (self, tsr_viewport_get_end_s (v)));
  GdkRGBA      shade = {0.05f, 0.05f, 0.06f, 0.62f}, bright = {1, 1, 1, 0.10f};
  GdkRGBA      edge = {1, 1, 1, 0.85f};

  right = MAX (right, left + 2);
  tsr_paint_box (snapshot, 0, 0, left, HEIGHT_PX, &shade);
  tsr_paint_box (snapshot, right, 0, width, HEIGHT_PX, &shade);
  tsr_paint_box (snapshot, left, 0, right, HEIGHT_PX, &bright);
  tsr_paint_box (snapshot, left, 0, left + 1, HEIGHT_PX, &edge);
  tsr_paint_box (snapshot, right - 1, 0, right, HEIGHT_PX, &edge);
  /* Grips in the middle of both edges. */
  double middle = HEIGHT_PX / 2.0;
  tsr_paint_box (snapshot, left, middle - 8, left + 3, middle + 8, &edge);
  tsr_paint_box (snapshot, right - 3, middle - 8, right, middle + 8, &edge);
}

static void
tsr_overview_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrOverview *self = TSR_OVERVIEW (widget);
  double       width = gtk_widget_get_width (widget);
  int          scale = gtk_widget_get_scale_factor (widget);
  GdkRGBA      ground = {0.11f, 0.11f, 0.12f, 1}, white = {1, 1, 1, 0.9f};

  tsr_paint_box (snapshot, 0, 0, width, HEIGHT_PX, &ground);
  if (tsr_session_get_sound (self->session) == NULL)
    return;
  int wanted = (int)width * scale;
  if (self->texture != NULL && gdk_texture_get_width (self->texture) != wanted)
    g_clear_object (&self->texture);
  if (self->texture == NULL && self->pyramid != NULL && wanted > 0)
    self->texture = draw_waveform (self, wanted, HEIGHT_PX * scale);
  if (self->texture != NULL)
    gtk_snapshot_append_texture (
        snapshot, self->texture, &GRAPHENE_RECT_INIT (0, 0, (float)width, HEIGHT_PX));
  draw_span (self, snapshot);
  double x = round (x_of (self, tsr_session_get_playhead_s (self->session)));
  tsr_paint_box (snapshot, x, 0, x + 1, HEIGHT_PX, &white);
}

/* Hands */

static Held
held_at (TsrOverview *self, double x)
{
  TsrViewport *v = tsr_session_get_viewport (self->session);
  double       left = x_of (self, tsr_viewport_get_start_s (v));
  double       right = x_of (self, tsr_viewport_get_end_s (v));

  if (fabs (x - right) <= EDGE_PX)
    return HELD_END;
  if (fabs (x - left) <= EDGE_PX)
    return HELD_START;
  return x > left && x < right ? HELD_SPAN : HELD_NOTHING;
}

static void
show_span (TsrOverview *self, double start_s, double span_s)
{
  start_s = CLAMP (start_s, 0, MAX (0, duration_of (self) - span_s));
  tsr_viewport_set_time (
      tsr_session_get_viewport (self->session), start_s, start_s + span_s);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrOverview *self)
{
  TsrViewport *v = tsr_session_get_viewport (self->session);

  if (tsr_session_get_sound (self->session) == NULL) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  self->held = held_at (self, x);
  if (self->held == HELD_NOTHING) {
    double span_s = tsr_viewport_get_end_s (v) - tsr_viewport_get_start_s (v);
    show_span (self, time_of (self, x) - span_s / 2, span_s);
    self->held = HELD_SPAN;
  }
  self->start_s = tsr_viewport_get_start_s (v);
  self->end_s = tsr_viewport_get_end_s (v);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrOverview *self)
{
  TsrViewport *v = tsr_session_get_viewport (self->session);
  double       moved_s = time_of (self, dx);

  if (self->held == HELD_SPAN)
    show_span (self, self->start_s + moved_s, self->end_s - self->start_s);
  else if (self->held == HELD_START)
    tsr_viewport_set_time (
        v, CLAMP (self->start_s + moved_s, 0, self->end_s - 1e-3), self->end_s);
  else if (self->held == HELD_END)
    tsr_viewport_set_time (
        v,
        self->start_s,
        CLAMP (self->end_s + moved_s, self->start_s + 1e-3, duration_of (self)));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrOverview *self)
{
  self->held = HELD_NOTHING;
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, TsrOverview *self)
{
  Held held = self->held != HELD_NOTHING ? self->held : held_at (self, x);

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   held == HELD_SPAN      ? "grab"
                                   : held == HELD_NOTHING ? "pointer"
                                                          : "ew-resize");
}

static gboolean
scroll_cb (GtkEventControllerScroll *scroll, double dx, double dy, TsrOverview *self)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  TsrViewport *v = tsr_session_get_viewport (self->session);
  double       middle_s = (tsr_viewport_get_start_s (v) + tsr_viewport_get_end_s (v)) / 2;

  if (modifiers & GDK_CONTROL_MASK)
    tsr_viewport_zoom_time (v, pow (1.25, -dy), middle_s);
  else
    tsr_viewport_scroll (v, 0.1 * (dy != 0 ? dy : dx), 0);
  return TRUE;
}

static void
add_controllers (TsrOverview *self)
{
  tsr_widget_on_drag (GTK_WIDGET (self),
                      G_CALLBACK (drag_begin_cb),
                      G_CALLBACK (drag_update_cb),
                      G_CALLBACK (drag_end_cb),
                      self);
  tsr_widget_on_motion (GTK_WIDGET (self), G_CALLBACK (motion_cb), NULL, self);
  tsr_widget_on_scroll (GTK_WIDGET (self),
                        GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES,
                        G_CALLBACK (scroll_cb),
                        self);
}

static void
changed_cb (TsrSession *session, GParamSpec *pspec, TsrOverview *self)
{
  g_object_get (session, "channel", &self->channel, NULL);
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkWidget *
tsr_overview_new (TsrSession *session)
{
  TsrOverview *self = g_object_new (TSR_TYPE_OVERVIEW, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  tsr_paint_redraw_on (GTK_WIDGET (self), session, "playhead-s", NULL);
  g_signal_connect_object (session, "notify::picture", G_CALLBACK (signal_cb), self, 0);
  g_signal_connect_object (session, "notify::sound", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (session, "notify::channel", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (tsr_session_get_viewport (session),
                           "changed",
                           G_CALLBACK (gtk_widget_queue_draw),
                           self,
                           G_CONNECT_SWAPPED);
  changed_cb (session, NULL, self);
  signal_cb (session, NULL, self);
  return GTK_WIDGET (self);
}

static void
tsr_overview_dispose (GObject *object)
{
  forget_signal (TSR_OVERVIEW (object));
  G_OBJECT_CLASS (tsr_overview_parent_class)->dispose (object);
}

static void
tsr_overview_finalize (GObject *object)
{
  g_clear_object (&TSR_OVERVIEW (object)->session);
  G_OBJECT_CLASS (tsr_overview_parent_class)->finalize (object);
}

static void
tsr_overview_class_init (TsrOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tsr_overview_dispose;
  G_OBJECT_CLASS (klass)->finalize = tsr_overview_finalize;
  widget_class->snapshot = tsr_overview_snapshot;
  gtk_widget_class_set_css_name (widget_class, "overview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tsr_overview_init (TsrOverview *self)
{
  gtk_widget_set_size_request (GTK_WIDGET (self), 60, HEIGHT_PX);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Overview"), -1);
  add_controllers (self);
}
