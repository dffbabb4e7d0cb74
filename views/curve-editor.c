/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gain over frequency, drawn with points. Both ends of the graph carry a point that can
 * only go up and down; the others lie between.
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
  double octave; /* log2 of Hz */
  double gain_db;
} Point;

struct _TsrCurveEditor {
  GtkWidget parent_instance;
  double    low_hz, high_hz, low_db, high_db;
  GArray   *points; /* of Point, by octave; the first and last at the ends */
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
x_of (TsrCurveEditor *self, double octave)
{
  double low = log2 (self->low_hz), high = log2 (self->high_hz);
  double width = gtk_widget_get_width (GTK_WIDGET (self)) - 2 * PAD_PX;

  return PAD_PX + (octave - low) / (high - low) * width;
}

static double
y_of (TsrCurveEditor *self, double gain_db)
{
  double height = gtk_widget_get_height (GTK_WIDGET (self)) - PAD_PX - BOTTOM_PX;

  return PAD_PX + (self->high_db - gain_db) / (self->high_db - self->low_db) * height;
}

static double
octave_at (TsrCurveEditor *self, double x)
{
  double low = log2 (self->low_hz), high = log2 (self->high_hz);
  double width = MAX (1, gtk_widget_get_width (GTK_WIDGET (self)) - 2 * PAD_PX);

  return low + CLAMP ((x - PAD_PX) / width, 0, 1) * (high - low);
}

static double
gain_at (TsrCurveEditor *self, double y)
{
  double height = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) - PAD_PX - BOTTOM_PX);

  return self->high_db -
         CLAMP ((y - PAD_PX) / height, 0, 1) * (self->high_db - self->low_db);
}

static void
describe (TsrCurveEditor *self)
{
  g_autofree char *text = NULL;

  if (self->focus >= 0) {
    Point           *p = point_at (self, self->focus);
    g_autofree char *hz = tsr_format_hz (exp2 (p->octave));
    text = g_strdup_printf ("%s, %+.1f dB", hz, p->gain_db);
  } else
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
  *point_at (self, 0) = (Point){log2 (self->low_hz), 0};
  *point_at (self, 1) = (Point){log2 (self->high_hz), 0};
  self->focus = -1;
  changed (self, FALSE);
}

void
tsr_curve_editor_set_limits (
    TsrCurveEditor *self, double low_hz, double high_hz, double low_db, double high_db)
{
  g_return_if_fail (TSR_IS_CURVE_EDITOR (self));
  g_return_if_fail (low_hz > 0 && high_hz > low_hz && high_db > low_db);

  self->low_hz = low_hz;
  self->high_hz = high_hz;
  self->low_db = low_db;
  self->high_db = high_db;
  tsr_curve_editor_reset (self);
}

gboolean
tsr_curve_editor_is_flat (TsrCurveEditor *self)
{
  g_return_val_if_fail (TSR_IS_CURVE_EDITOR (self), TRUE);

  for (guint i = 0; i < self->points->len; i++)
    if (point_at (self, (int)i)->gain_db != 0)
      return FALSE;
  return TRUE;
}

/* Points on the straight line between two on the graph, so close that chords in Hz differ
 * by little: over a step of s octaves a slope of g dB an octave strays g s^2 ln 2 / 8. */
static void
append_piece (GArray *into, const Point *a, const Point *b)
{
  double octaves = b->octave - a->octave;
  double slope = fabs (b->gain_db - a->gain_db) / octaves;
  double step = sqrt (8 * CHORD_ERROR_DB / (M_LN2 * fmax (slope, 1e-3)));
  int    n = (int)CLAMP (ceil (octaves / step), 1, 400);

  for (int i = 1; i <= n; i++) {
    double        u = (double)i / n;
    TsrCurvePoint p = {exp2 (a->octave + u * octaves),
                       a->gain_db + u * (b->gain_db - a->gain_db)};
    g_array_append_val (into, p);
  }
}

TsrCurve *
tsr_curve_editor_dup_curve (TsrCurveEditor *self)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  TsrCurvePoint first;

  g_return_val_if_fail (TSR_IS_CURVE_EDITOR (self), NULL);

  first = (TsrCurvePoint){exp2 (point_at (self, 0)->octave), point_at (self, 0)->gain_db};
  g_array_append_val (all, first);
  for (guint i = 1; i < self->points->len; i++)
    append_piece (all, point_at (self, (int)i - 1), point_at (self, (int)i));
  return tsr_curve_new ((TsrCurvePoint *)(void *)all->data, all->len);
}

/* Drawing */

static void
draw_grid (TsrCurveEditor *self, GtkSnapshot *snapshot)
{
  GtkWidget          *widget = GTK_WIDGET (self);
  double              width = gtk_widget_get_width (widget);
  double              bottom = gtk_widget_get_height (widget) - BOTTOM_PX;
  gsize               n;
  g_autofree TsrTick *ticks = tsr_axis_frequency_ticks (
      TSR_FREQUENCY_LOG, self->low_hz, self->high_hz, width - 2 * PAD_PX, 36, &n);
  GdkRGBA faint = {1, 1, 1, 0.10f}, zero = {1, 1, 1, 0.35f}, text = {1, 1, 1, 0.8f};

  for (gsize i = 0; i < n; i++) {
    if (!ticks[i].major)
      continue;
    double x = floor (width - PAD_PX - ticks[i].position);
    tsr_paint_box (snapshot, x, PAD_PX, x + 1, bottom, &faint);
    tsr_paint_text (widget,
                    snapshot,
                    ticks[i].label,
                    CLAMP (x, 14, width - 14),
                    bottom + 8,
                    TSR_PAINT_MIDDLE,
                    &text);
  }
  for (double db = ceil (self->low_db / 12) * 12; db <= self->high_db; db += 12) {
    double y = floor (y_of (self, db));
    tsr_paint_box (snapshot, PAD_PX, y, width - PAD_PX, y + 1, db == 0 ? &zero : &faint);
    if (db == 0)
      continue;
    g_autofree char *label = g_strdup_printf ("%+.0f", db);
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
  double zero_y = y_of (self, 0);
  guint  n = self->points->len;

  cairo_move_to (cr, x_of (self, point_at (self, 0)->octave), zero_y);
  for (guint i = 0; i < n; i++) {
    Point *p = point_at (self, (int)i);
    cairo_line_to (cr, x_of (self, p->octave), y_of (self, p->gain_db));
  }
  cairo_line_to (cr, x_of (self, point_at (self, (int)n - 1)->octave), zero_y);
  cairo_set_source_rgba (cr, 0.47, 0.68, 0.93, 0.25);
  cairo_fill (cr);
  for (guint i = 0; i < n; i++) {
    Point *p = point_at (self, (int)i);
    cairo_line_to (cr, x_of (self, p->octave), y_of (self, p->gain_db));
  }
  cairo_set_source_rgb (cr, 0.47, 0.68, 0.93);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  for (guint i = 0; i < n; i++) {
    Point *p = point_at (self, (int)i);
    double radius = (int)i == self->focus ? 5.5 : 4;
    cairo_arc (cr, x_of (self, p->octave), y_of (self, p->gain_db), radius, 0, 2 * G_PI);
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
  g_autofree char *hz = tsr_format_hz (exp2 (p->octave));
  g_autofree char *text = g_strdup_printf ("%s  %+.1f dB", hz, p->gain_db);
  double           width = gtk_widget_get_width (GTK_WIDGET (self));
  double           y = y_of (self, p->gain_db);
  tsr_paint_text (GTK_WIDGET (self),
                  snapshot,
                  text,
                  CLAMP (x_of (self, p->octave), 60, MAX (60, width - 60)),
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
    double away = hypot (x_of (self, p->octave) - x, y_of (self, p->gain_db) - y);
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
  while (i + 1 < self->points->len && point_at (self, (int)i)->octave < p.octave)
    i++;
  p.octave = CLAMP (p.octave,
                    point_at (self, (int)i - 1)->octave + 1e-3,
                    point_at (self, (int)i)->octave - 1e-3);
  g_array_insert_val (self->points, i, p);
  return (int)i;
}

/* Moves a point between its neighbours; those at the ends only up and down. */
static void
place (TsrCurveEditor *self, int i, double octave, double gain_db)
{
  Point *p = point_at (self, i);

  if (i > 0 && i + 1 < (int)self->points->len)
    p->octave = CLAMP (octave,
                       point_at (self, i - 1)->octave + 1e-3,
                       point_at (self, i + 1)->octave - 1e-3);
  if (fabs (gain_db) < 0.25)
    gain_db = 0;
  p->gain_db = CLAMP (gain_db, self->low_db, self->high_db);
}

static void
remove_point (TsrCurveEditor *self, int i)
{
  if (i < 0)
    return;
  if (i == 0 || i + 1 == (int)self->points->len)
    point_at (self, i)->gain_db = 0;
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
    self->focus = insert_point (self, (Point){octave_at (self, x), gain_at (self, y)});
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
         octave_at (self, x_of (self, self->origin.octave) + dx),
         gain_at (self, y_of (self, self->origin.gain_db) + dy));
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
  double octave = p->octave, gain_db = p->gain_db;

  if (key == GDK_KEY_Up)
    gain_db += 0.5 * times;
  else if (key == GDK_KEY_Down)
    gain_db -= 0.5 * times;
  else if (key == GDK_KEY_Right)
    octave += times / 24;
  else if (key == GDK_KEY_Left)
    octave -= times / 24;
  else
    return FALSE;
  p->gain_db = gain_db;
  place (self, self->focus, octave, gain_db);
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
tsr_curve_editor_new (void)
{
  return g_object_new (TSR_TYPE_CURVE_EDITOR, NULL);
}

static void
tsr_curve_editor_measure (GtkWidget     *widget,
                          GtkOrientation orientation,
                          int            for_size,
                          int           *minimum,
                          int           *natural,
                          int           *minimum_baseline,
                          int           *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : 160;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : 240;
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
  widget_class->measure = tsr_curve_editor_measure;
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
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Gain over frequency"),
                                  -1);
  add_controllers (self);
  tsr_curve_editor_set_limits (self, 20, 20000, -24, 24);
}
