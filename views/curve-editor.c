/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gain over frequency, or a share over time, drawn with points. Both ends of the graph
 * carry a point that can only go up and down; the others lie between.
 */
#include "views/curve-editor.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/controller.h"
#include "views/draw/axis.h"
#include "views/paint.h"

enum { HEIGHT_PX = 150, PAD_PX = 8, BOTTOM_PX = 16, HIT_PX = 9, MAX_POINTS = 64 };
#define CHORD_ERROR_DB 0.04

typedef struct {
  double at;    /* log2 of Hz, or seconds */
  double value; /* dB, or percent */
} Point;

struct _TsrCurveEditor {
  GtkWidget parent_instance;
  gboolean  over_time;
  double    low_x, high_x, low_value, high_value, neutral;
  GArray   *points; /* of Point, by at; the first and last at the ends */
  int       focus;  /* index; -1: none */
  gboolean  held;
  Point     origin; /* of the held point at the press */
};

enum { CHANGED, COMMITTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrCurveEditor, tsr_curve_editor, GTK_TYPE_WIDGET)

static Point *
point_at (TsrCurveEditor *self, int i)
{
  return &g_array_index (self->points, Point, i);
}

static double
at_of (TsrCurveEditor *self, double x)
{
  return self->over_time ? x : log2 (x);
}

static double
x_of (TsrCurveEditor *self, double at)
{
  double low = at_of (self, self->low_x), high = at_of (self, self->high_x);
  double width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * PAD_PX;

  return PAD_PX + (at - low) / (high - low) * width;
}

static double
y_of (TsrCurveEditor *self, double value)
{
  double height = gtk_widget_get_height (GTK_WIDGET (self)) - PAD_PX - BOTTOM_PX;

  return PAD_PX +
         (self->high_value - value) / (self->high_value - self->low_value) * height;
}

static double
at_of_x (TsrCurveEditor *self, double x)
{
  double low = at_of (self, self->low_x), high = at_of (self, self->high_x);
  double width = MAX (1, gtk_widget_get_width (GTK_WIDGET (self)) - 2 * PAD_PX);

  return low + CLAMP ((x - PAD_PX) / width, 0, 1) * (high - low);
}

static double
value_of_y (TsrCurveEditor *self, double y)
{
  double height = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) - PAD_PX - BOTTOM_PX);

  return self->high_value -
         CLAMP ((y - PAD_PX) / height, 0, 1) * (self->high_value - self->low_value);
}

/* A point in words. (transfer full) */
static char *
words_of (TsrCurveEditor *self, const Point *p)
{
  if (self->over_time)
    return g_strdup_printf ("%.2f s  %.0f %%", p->at, p->value);
  g_autofree char *hz = tsr_format_hz (exp2 (p->at));
  return g_strdup_printf ("%s  %+.1f dB", hz, p->value);
}

static void
describe (TsrCurveEditor *self)
{
  g_autofree char *text = NULL;

  if (self->focus >= 0)
    text = words_of (self, point_at (self, self->focus));
  else
    text =
        g_strdup_printf (g_dngettext (NULL, "%u point", "%u points", self->points->len),
                         self->points->len);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
changed (TsrCurveEditor *self, gboolean committed)
{
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHANGED], 0);
  if (committed)
    g_signal_emit (self, signals[COMMITTED], 0);
}

void
tsr_curve_editor_reset (TsrCurveEditor *self)
{
  g_return_if_fail (TSR_IS_CURVE_EDITOR (self));

  g_array_set_size (self->points, 2);
  *point_at (self, 0) = (Point){at_of (self, self->low_x), self->neutral};
  *point_at (self, 1) = (Point){at_of (self, self->high_x), self->neutral};
  self->focus = -1;
  changed (self, FALSE);
}

void
tsr_curve_editor_set_limits (TsrCurveEditor *self,
                             double          low_x,
                             double          high_x,
                             double          low_value,
                             double          high_value)
{
  g_return_if_fail (TSR_IS_CURVE_EDITOR (self));
  g_return_if_fail ((low_x > 0 || self->over_time) && high_x > low_x &&
                    high_value > low_value);

  self->low_x = low_x;
  self->high_x = high_x;
  self->low_value = low_value;
  self->high_value = high_value;
  tsr_curve_editor_reset (self);
}

gboolean
tsr_curve_editor_is_held (TsrCurveEditor *self)
{
  g_return_val_if_fail (TSR_IS_CURVE_EDITOR (self), FALSE);
  return self->held;
}

void
tsr_curve_editor_show (TsrCurveEditor *self, const TsrCurve *share, double duration_s)
{
  gsize                n = tsr_curve_n_points (share);
  const TsrCurvePoint *points = tsr_curve_points (share);

  g_return_if_fail (TSR_IS_CURVE_EDITOR (self));
  g_return_if_fail (self->over_time && duration_s > 0);
  guint n_before = self->points->len;
  if (self->held)
    return;
  self->high_x = duration_s;
  g_array_set_size (self->points, 0);
  g_array_append_val (self->points, ((Point){0, 100 * tsr_curve_at (share, 0)}));
  for (gsize i = 0; i < n && self->points->len < MAX_POINTS - 1; i++)
    if (points[i].x > 1e-3 && points[i].x < duration_s - 1e-3)
      g_array_append_val (self->points, ((Point){points[i].x, 100 * points[i].y}));
  g_array_append_val (self->points,
                      ((Point){duration_s, 100 * tsr_curve_at (share, duration_s)}));
  if (self->points->len != n_before)
    self->focus = -1;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
tsr_curve_editor_is_flat (TsrCurveEditor *self)
{
  g_return_val_if_fail (TSR_IS_CURVE_EDITOR (self), TRUE);

  for (guint i = 0; i < self->points->len; i++)
    if (point_at (self, (int)i)->value != self->neutral)
      return FALSE;
  return TRUE;
}

/* Points on the straight line between two on the graph, so close that chords in Hz differ
 * by little: over a step of s octaves a slope of g dB an at strays g s^2 ln 2 / 8. */
static void
append_piece (GArray *into, const Point *a, const Point *b)
{
  double octaves = b->at - a->at;
  double slope = fabs (b->value - a->value) / octaves;
  double step = sqrt (8 * CHORD_ERROR_DB / (M_LN2 * fmax (slope, 1e-3)));
  int    n = (int)CLAMP (ceil (octaves / step), 1, 400);

  for (int i = 1; i <= n; i++) {
    double        u = (double)i / n;
    TsrCurvePoint p = {exp2 (a->at + u * octaves), a->value + u * (b->value - a->value)};
    g_array_append_val (into, p);
  }
}

TsrCurve *
tsr_curve_editor_dup_curve (TsrCurveEditor *self)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  TsrCurvePoint first;

  g_return_val_if_fail (TSR_IS_CURVE_EDITOR (self), NULL);

  for (guint i = 0; self->over_time && i < self->points->len; i++) {
    Point        *p = point_at (self, (int)i);
    TsrCurvePoint share = {p->at, p->value / 100};
    g_array_append_val (all, share);
  }
  if (self->over_time)
    return tsr_curve_new ((TsrCurvePoint *)(void *)all->data, all->len);
  first = (TsrCurvePoint){exp2 (point_at (self, 0)->at), point_at (self, 0)->value};
  g_array_append_val (all, first);
  for (guint i = 1; i < self->points->len; i++)
    append_piece (all, point_at (self, (int)i - 1), point_at (self, (int)i));
  return tsr_curve_new ((TsrCurvePoint *)(void *)all->data, all->len);
}

/* Drawing */

static TsrTick *
ticks_of (TsrCurveEditor *self, double width, gsize *n)
{
  if (self->over_time)
    return tsr_axis_time_ticks (self->low_x, self->high_x, width, 60, n);
  return tsr_axis_frequency_ticks (
      TSR_FREQUENCY_LOG, self->low_x, self->high_x, width, 36, n);
}

static void
draw_ticks (TsrCurveEditor *self, GtkSnapshot *snapshot)
{
  GtkWidget          *widget = GTK_WIDGET (self);
  double              width = gtk_widget_get_width (widget);
  double              bottom = gtk_widget_get_height (widget) - BOTTOM_PX;
  gsize               n;
  g_autofree TsrTick *ticks = ticks_of (self, width - 2 * PAD_PX, &n);
  GdkRGBA             faint = {1, 1, 1, 0.10f}, text = {1, 1, 1, 0.8f};

  for (gsize i = 0; i < n; i++) {
    if (!ticks[i].major)
      continue;
    /* Frequencies are told from the top down. */
    double x = floor (self->over_time ? PAD_PX + ticks[i].position
                                      : width - PAD_PX - ticks[i].position);
    tsr_paint_box (snapshot, x, PAD_PX, x + 1, bottom, &faint);
    tsr_paint_text (widget,
                    snapshot,
                    ticks[i].label,
                    CLAMP (x, 14, width - 14),
                    bottom + 8,
                    TSR_PAINT_MIDDLE,
                    &text);
  }
}

static void
draw_grid (TsrCurveEditor *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double     width = gtk_widget_get_width (widget);
  double     bottom = gtk_widget_get_height (widget) - BOTTOM_PX;
  double     step = self->over_time ? 50 : 12;
  GdkRGBA    faint = {1, 1, 1, 0.10f}, zero = {1, 1, 1, 0.35f}, text = {1, 1, 1, 0.8f};

  draw_ticks (self, snapshot);
  for (double v = ceil (self->low_value / step) * step; v <= self->high_value;
       v += step) {
    double y = floor (y_of (self, v));
    tsr_paint_box (
        snapshot, PAD_PX, y, width - PAD_PX, y + 1, v == self->neutral ? &zero : &faint);
    if (v == 0)
      continue;
    g_autofree char *label = g_strdup_printf (self->over_time ? "%.0f %%" : "%+.0f", v);
    tsr_paint_text (widget,
                    snapshot,
                    label,
                    PAD_PX + 2,
                    CLAMP (y, 8, bottom - 6),
                    TSR_PAINT_START,
                    &text);
  }
}

static void
draw_curve (TsrCurveEditor *self, cairo_t *cr)
{
  double zero_y = y_of (self, self->over_time ? 0 : self->neutral);
  guint  n = self->points->len;

  cairo_move_to (cr, x_of (self, point_at (self, 0)->at), zero_y);
  for (guint i = 0; i < n; i++) {
    Point *p = point_at (self, (int)i);
    cairo_line_to (cr, x_of (self, p->at), y_of (self, p->value));
  }
  cairo_line_to (cr, x_of (self, point_at (self, (int)n - 1)->at), zero_y);
  cairo_set_source_rgba (cr, 0.47, 0.68, 0.93, 0.25);
  cairo_fill (cr);
  for (guint i = 0; i < n; i++) {
    Point *p = point_at (self, (int)i);
    cairo_line_to (cr, x_of (self, p->at), y_of (self, p->value));
  }
  cairo_set_source_rgb (cr, 0.47, 0.68, 0.93);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  for (guint i = 0; i < n; i++) {
    Point *p = point_at (self, (int)i);
    double radius = (int)i == self->focus ? 5.5 : 4;
    cairo_arc (cr, x_of (self, p->at), y_of (self, p->value), radius, 0, 2 * G_PI);
    cairo_set_source_rgb (cr, 1, 1, 1);
    cairo_fill (cr);
  }
}

static void
draw_numbers (TsrCurveEditor *self, GtkSnapshot *snapshot)
{
  GdkRGBA white = {1, 1, 1, 0.95f};

  if (self->focus < 0)
    return;
  Point           *p = point_at (self, self->focus);
  g_autofree char *text = words_of (self, p);
  double           width = gtk_widget_get_width (GTK_WIDGET (self));
  double           y = y_of (self, p->value);
  tsr_paint_text (GTK_WIDGET (self),
                  snapshot,
                  text,
                  CLAMP (x_of (self, p->at), 60, MAX (60, width - 60)),
                  y < 26 ? y + 16 : y - 14,
                  TSR_PAINT_MIDDLE,
                  &white);
}

static void
tsr_curve_editor_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrCurveEditor *self = TSR_CURVE_EDITOR (widget);
  graphene_rect_t all = GRAPHENE_RECT_INIT (
      0, 0, (float)gtk_widget_get_width (widget), (float)gtk_widget_get_height (widget));
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (&shape, &all, 6);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA){0.11f, 0.11f, 0.12f, 1}, &all);
  gtk_snapshot_pop (snapshot);
  draw_grid (self, snapshot);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  draw_curve (self, cr);
  cairo_destroy (cr);
  draw_numbers (self, snapshot);
}

/* Hands */

static int
hit (TsrCurveEditor *self, double x, double y)
{
  double best = HIT_PX;
  int    found = -1;

  for (guint i = 0; i < self->points->len; i++) {
    Point *p = point_at (self, (int)i);
    double away = hypot (x_of (self, p->at) - x, y_of (self, p->value) - y);
    if (away <= best) {
      best = away;
      found = (int)i;
    }
  }
  return found;
}

/* Index of a new point in its place; -1 when there are too many. */
static int
insert_point (TsrCurveEditor *self, Point p)
{
  guint i = 1;

  if (self->points->len >= MAX_POINTS)
    return -1;
  while (i + 1 < self->points->len && point_at (self, (int)i)->at < p.at)
    i++;
  p.at = CLAMP (
      p.at, point_at (self, (int)i - 1)->at + 1e-3, point_at (self, (int)i)->at - 1e-3);
  g_array_insert_val (self->points, i, p);
  return (int)i;
}

/* Moves a point between its neighbours; those at the ends only up and down. */
static void
place (TsrCurveEditor *self, int i, double at, double value)
{
  Point *p = point_at (self, i);

  if (i > 0 && i + 1 < (int)self->points->len)
    p->at =
        CLAMP (at, point_at (self, i - 1)->at + 1e-3, point_at (self, i + 1)->at - 1e-3);
  if (fabs (value - self->neutral) < 0.25)
    value = self->neutral;
  p->value = CLAMP (value, self->low_value, self->high_value);
}

static void
remove_point (TsrCurveEditor *self, int i)
{
  if (i < 0)
    return;
  if (i == 0 || i + 1 == (int)self->points->len)
    point_at (self, i)->value = self->neutral;
  else
    g_array_remove_index (self->points, (guint)i);
  self->focus = -1;
  self->held = FALSE;
  changed (self, TRUE);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, TsrCurveEditor *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->focus = hit (self, x, y);
  if (self->focus < 0)
    self->focus = insert_point (self, (Point){at_of_x (self, x), value_of_y (self, y)});
  if (self->focus < 0)
    return;
  self->held = TRUE;
  self->origin = *point_at (self, self->focus);
  changed (self, FALSE);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, TsrCurveEditor *self)
{
  if (!self->held)
    return;
  place (self,
         self->focus,
         at_of_x (self, x_of (self, self->origin.at) + dx),
         value_of_y (self, y_of (self, self->origin.value) + dy));
  changed (self, FALSE);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, TsrCurveEditor *self)
{
  if (!self->held)
    return;
  self->held = FALSE;
  changed (self, TRUE);
}

static void
pressed_cb (
    GtkGestureClick *gesture, int n_press, double x, double y, TsrCurveEditor *self)
{
  if (n_press == 2)
    remove_point (self, hit (self, x, y));
}

static gboolean
step_point (TsrCurveEditor *self, guint key, double times)
{
  Point *p = point_at (self, self->focus);
  double at = p->at, value = p->value;
  double up = self->over_time ? 5 : 0.5;
  double along = self->over_time ? (self->high_x - self->low_x) / 50 : 1 / 24.0;

  if (key == GDK_KEY_Up)
    value += up * times;
  else if (key == GDK_KEY_Down)
    value -= up * times;
  else if (key == GDK_KEY_Right)
    at += along * times;
  else if (key == GDK_KEY_Left)
    at -= along * times;
  else
    return FALSE;
  p->value = value;
  place (self, self->focus, at, value);
  changed (self, TRUE);
  return TRUE;
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrCurveEditor        *self)
{
  int n = (int)self->points->len;

  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  if (key == GDK_KEY_Page_Down || key == GDK_KEY_Page_Up) {
    self->focus =
        (self->focus + (key == GDK_KEY_Page_Down ? 1 : n - 1 + (self->focus < 0))) % n;
    describe (self);
    gtk_widget_queue_draw (GTK_WIDGET (self));
    return TRUE;
  }
  if (self->focus < 0)
    return FALSE;
  if (key == GDK_KEY_Delete || key == GDK_KEY_BackSpace) {
    remove_point (self, self->focus);
    return TRUE;
  }
  return step_point (self, key, modifiers & GDK_SHIFT_MASK ? 0.2 : 1);
}

static void
add_controllers (TsrCurveEditor *self)
{
  tsr_widget_on_drag (GTK_WIDGET (self),
                      G_CALLBACK (drag_begin_cb),
                      G_CALLBACK (drag_update_cb),
                      G_CALLBACK (drag_end_cb),
                      self);
  tsr_widget_on_press (
      GTK_WIDGET (self), GDK_BUTTON_PRIMARY, G_CALLBACK (pressed_cb), self);
  tsr_widget_on_key (GTK_WIDGET (self), GTK_PHASE_BUBBLE, G_CALLBACK (key_cb), self);
}

GtkWidget *
tsr_curve_editor_new_over_time (void)
{
  TsrCurveEditor *self = g_object_new (TSR_TYPE_CURVE_EDITOR, NULL);

  self->over_time = TRUE;
  self->neutral = 50;
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Share over time"), -1);
  tsr_curve_editor_set_limits (self, 0, 1, 0, 100);
  return GTK_WIDGET (self);
}

GtkWidget *
tsr_curve_editor_new (void)
{
  return g_object_new (TSR_TYPE_CURVE_EDITOR, NULL);
}

static void
tsr_curve_editor_finalize (GObject *object)
{
  g_array_unref (TSR_CURVE_EDITOR (object)->points);
  G_OBJECT_CLASS (tsr_curve_editor_parent_class)->finalize (object);
}

static void
tsr_curve_editor_class_init (TsrCurveEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tsr_curve_editor_finalize;
  widget_class->snapshot = tsr_curve_editor_snapshot;
  gtk_widget_class_set_css_name (widget_class, "curve");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHANGED] = tsr_class_add_signal (klass, "changed", 0);
  signals[COMMITTED] = tsr_class_add_signal (klass, "committed", 0);
}

static void
tsr_curve_editor_init (TsrCurveEditor *self)
{
  self->points = g_array_new (FALSE, TRUE, sizeof (Point));
  self->focus = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self), 160, HEIGHT_PX);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Gain over frequency"),
                                  -1);
  add_controllers (self);
  tsr_curve_editor_set_limits (self, 20, 20000, -24, 24);
}
