/* SPDX-License-Identifier: GPL-3.0-or-later
 * The curve of an operation over the picture: along the time axis with its values
 * upwards, along the frequency axis with its values to the right, or as the anchors of a
 * time map. Points are dragged, added by a double click, removed and typed.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/canvas-private.h"
#include "views/draw/axis.h"
#include "views/paint.h"

enum {
  HIT_PX = 9,
  PAD_PX = 30,
  LEFT_PX = 64,
  RIGHT_PX = 110,
  SNAP_PX = 6,
  CLING_PX = 4,
  GRIP_PX = 7
};
enum { MOST_SNAPS = 2000, LABEL_ROOM_PX = 44, STEP_ROOM_PX = 16 };

static const GdkRGBA curve_color = {0.80f, 0.96f, 0.42f, 1};

static double
width_of (TsrCanvas *self)
{
  return gtk_widget_get_width (GTK_WIDGET (self));
}

static double
height_of (TsrCanvas *self)
{
  return gtk_widget_get_height (GTK_WIDGET (self));
}

static guint
kind_of (TsrCanvas *self)
{
  return tsr_drawn_curve_get_kind (self->drawing);
}

/* The ends of the axis of values on the screen. */
static void
value_axis (TsrCanvas *self, double *low_px, double *high_px)
{
  gboolean over_hz = kind_of (self) == TSR_CURVE_OVER_HZ;

  *low_px = over_hz ? LEFT_PX : height_of (self) - PAD_PX;
  *high_px = over_hz ? fmax (width_of (self) - RIGHT_PX, LEFT_PX + 1) : PAD_PX;
}

static double
value_px (TsrCanvas *self, double value)
{
  double low, high, low_px, high_px;

  tsr_drawn_curve_get_shown (self->drawing, &low, &high);
  value_axis (self, &low_px, &high_px);
  return low_px + (value - low) / (high - low) * (high_px - low_px);
}

static double
value_at_px (TsrCanvas *self, double px)
{
  double low, high, low_px, high_px;

  tsr_drawn_curve_get_shown (self->drawing, &low, &high);
  value_axis (self, &low_px, &high_px);
  return low + (px - low_px) / (high_px - low_px) * (high - low);
}

/* Where a point of the curve lies; an anchor stands on its target. */
static void
locate (TsrCanvas *self, const TsrCurvePoint *p, double *x, double *y)
{
  switch (kind_of (self)) {
  case TSR_CURVE_OVER_HZ:
    *x = value_px (self, p->y);
    *y = tsr_canvas_y_of (self, p->x);
    break;
  case TSR_CURVE_TIME_MAP:
    *x = tsr_canvas_x_of (self, p->y);
    *y = height_of (self) / 2;
    break;
  default:
    *x = tsr_canvas_x_of (self, p->x);
    *y = value_px (self, p->y);
    break;
  }
}

/* What a place on the screen stands for. */
static TsrCurvePoint
point_of (TsrCanvas *self, double x, double y)
{
  double time_s = tsr_canvas_time_at (self, x);

  switch (kind_of (self)) {
  case TSR_CURVE_OVER_HZ:
    return (TsrCurvePoint){tsr_canvas_hz_at (self, y), value_at_px (self, x)};
  case TSR_CURVE_TIME_MAP:
    return (TsrCurvePoint){tsr_drawn_curve_inverse (self->drawing, time_s), time_s};
  default:
    return (TsrCurvePoint){time_s, value_at_px (self, y)};
  }
}

int
tsr_canvas_curve_point_at (TsrCanvas *self, double x, double y)
{
  guint  n;
  int    found = -1;
  double best_px = HIT_PX;

  if (self->drawing == NULL)
    return -1;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);
  for (guint i = 0; i < n; i++) {
    double px, py;
    locate (self, &p[i], &px, &py);
    double away_px =
        kind_of (self) == TSR_CURVE_TIME_MAP ? fabs (px - x) : hypot (px - x, py - y);
    if (away_px > best_px)
      continue;
    best_px = away_px;
    found = (int)i;
  }
  return found;
}

/* ---- in the hand ---- */

void
tsr_canvas_curve_begin (TsrCanvas *self)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);
  double               x, y;

  self->curve_point = tsr_canvas_curve_point_at (self, self->drag.x0, self->drag.y0);
  g_array_set_size (self->curve_before, 0);
  g_array_append_vals (self->curve_before, p, n);
  tsr_drawn_curve_set_focus (self->drawing, self->curve_point);
  if (self->curve_point < 0)
    return;
  locate (self, &p[self->curve_point], &x, &y);
  self->curve_dx = x - self->drag.x0;
  self->curve_dy = y - self->drag.y0;
}

/* The nearest of what a time clings to, within a few pixels. */
static double
snapped_time (TsrCanvas *self, double time_s)
{
  double           x = tsr_canvas_x_of (self, time_s), best_px = SNAP_PX, to_s = time_s;
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_markers (self->sound, &n);
  g_autoptr (GArray) onsets_s = tsr_session_dup_onsets (self->session);
  gsize n_onsets = MIN (onsets_s->len, MOST_SNAPS);

  for (gsize i = 0; i < n + n_onsets + 1; i++) {
    double t = i < n              ? markers[i].time_s
               : i < n + n_onsets ? g_array_index (onsets_s, double, i - n)
                                  : tsr_session_get_playhead_s (self->session);
    double away_px = fabs (tsr_canvas_x_of (self, t) - x);
    if (away_px < best_px) {
      best_px = away_px;
      to_s = t;
    }
  }
  return to_s;
}

/* The value that changes nothing, and whole steps where there is room between them. */
static double
snapped_value (TsrCanvas *self, double at_x, double value)
{
  double step = tsr_drawn_curve_get_info (self->drawing)->shown_step;
  double to = tsr_drawn_curve_neutral (self->drawing, at_x);
  double px = value_px (self, value);

  if (fabs (value_px (self, to) - px) <= CLING_PX)
    return to;
  to = round (value / step) * step;
  if (fabs (value_px (self, step) - value_px (self, 0)) >= STEP_ROOM_PX &&
      fabs (value_px (self, to) - px) <= CLING_PX)
    return to;
  return value;
}

static void
snap (TsrCanvas *self, TsrCurvePoint *to)
{
  const TsrCurvePoint *origin =
      &g_array_index (self->curve_before, TsrCurvePoint, self->curve_point);

  if (kind_of (self) == TSR_CURVE_TIME_MAP) {
    to->y = snapped_time (self, to->y);
    if (fabs (tsr_canvas_x_of (self, to->y) - tsr_canvas_x_of (self, origin->x)) <=
        CLING_PX)
      to->y = origin->x; /* back where it was */
    return;
  }
  if (kind_of (self) == TSR_CURVE_OVER_TIME)
    to->x = snapped_time (self, to->x);
  to->y = snapped_value (self, to->x, to->y);
}

void
tsr_canvas_curve_update (TsrCanvas *self, gboolean settled)
{
  const TsrCanvasDrag *d = &self->drag;

  if (self->drawing == NULL || self->curve_point < 0 ||
      self->curve_point >= (int)self->curve_before->len)
    return;
  const TsrCurvePoint *origin =
      &g_array_index (self->curve_before, TsrCurvePoint, self->curve_point);
  TsrCurvePoint to = point_of (self, d->x + self->curve_dx, d->y + self->curve_dy);
  gboolean      level = fabs (d->x - d->x0) > fabs (d->y - d->y0);
  gboolean      along_x = kind_of (self) == TSR_CURVE_OVER_HZ ? !level : level;

  if ((d->modifiers & GDK_SHIFT_MASK) == 0)
    snap (self, &to);
  if ((d->modifiers & GDK_CONTROL_MASK) != 0 && kind_of (self) != TSR_CURVE_TIME_MAP) {
    if (along_x)
      to.y = origin->y;
    else
      to.x = origin->x;
  }
  if (kind_of (self) == TSR_CURVE_TIME_MAP)
    to.x = NAN; /* an anchor keeps its moment */
  if (d->typed->len > 0) {
    to.x = NAN;
    to.y = g_ascii_strtod (d->typed->str, NULL);
  }
  tsr_drawn_curve_place (self->drawing, self->curve_point, to.x, to.y, settled);
}

void
tsr_canvas_curve_give_up (TsrCanvas *self)
{
  if (self->drawing != NULL && self->curve_before->len > 0)
    tsr_drawn_curve_set_points (self->drawing,
                                (const TsrCurvePoint *)self->curve_before->data,
                                self->curve_before->len);
}

void
tsr_canvas_curve_add (TsrCanvas *self, double x, double y)
{
  TsrCurvePoint p = point_of (self, x, y);

  if (kind_of (self) == TSR_CURVE_OVER_TIME)
    p.x = snapped_time (self, p.x);
  if (kind_of (self) == TSR_CURVE_TIME_MAP)
    p.y = NAN; /* where the moment is already */
  else
    p.y = snapped_value (self, p.x, p.y);
  tsr_drawn_curve_add (self->drawing, p.x, p.y);
}

gboolean
tsr_canvas_curve_delete (TsrCanvas *self)
{
  if (self->drawing == NULL)
    return FALSE;
  int index = tsr_canvas_curve_point_at (self, self->pointer_x, self->pointer_y);
  if (index < 0 || self->pointer_x < 0)
    index = tsr_drawn_curve_get_focus (self->drawing);
  if (index < 0)
    return FALSE;
  tsr_drawn_curve_remove (self->drawing, index);
  return TRUE;
}

gboolean
tsr_canvas_has_curve_point (TsrCanvas *self, double x, double y)
{
  g_return_val_if_fail (TSR_IS_CANVAS (self), FALSE);

  int index = tsr_canvas_curve_point_at (self, x, y);
  if (index >= 0)
    tsr_drawn_curve_set_focus (self->drawing, index);
  return index >= 0;
}

/* Page Up and Down go from point to point, arrows move the one with the focus. */
gboolean
tsr_canvas_curve_key (TsrCanvas *self, guint key, GdkModifierType modifiers)
{
  guint                n;
  const TsrCurvePoint *p;
  double               fine = modifiers & GDK_SHIFT_MASK ? 0.1 : 1;

  if (self->drawing == NULL || (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  p = tsr_drawn_curve_get_points (self->drawing, &n);
  int focus = tsr_drawn_curve_get_focus (self->drawing);
  if (key == GDK_KEY_Page_Down || key == GDK_KEY_Page_Up) {
    int next =
        key == GDK_KEY_Page_Down ? focus + 1 : focus - 1 + (focus < 1 ? (int)n : 0);
    tsr_drawn_curve_set_focus (self->drawing, next % (int)n);
    return TRUE;
  }
  if (focus < 0)
    return FALSE;
  double dx = key == GDK_KEY_Right ? 5 : key == GDK_KEY_Left ? -5 : 0;
  double dy = key == GDK_KEY_Up ? -5 : key == GDK_KEY_Down ? 5 : 0;
  double x, y;
  if (dx == 0 && dy == 0)
    return FALSE;
  locate (self, &p[focus], &x, &y);
  TsrCurvePoint to = point_of (self, x + fine * dx, y + fine * dy);
  if (kind_of (self) == TSR_CURVE_TIME_MAP)
    to.x = NAN;
  tsr_drawn_curve_place (self->drawing, focus, to.x, to.y, TRUE);
  return TRUE;
}

static char *
curve_text (TsrCanvas *self, int index)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);
  const TsrParameter  *first = &tsr_drawn_curve_get_info (self->drawing)->parameters[0];
  const char          *typed = self->drag.typed->len > 0 ? " ▏" : "";

  if (index < 0 || index >= (int)n)
    return g_strdup ("");
  if (kind_of (self) == TSR_CURVE_TIME_MAP)
    return g_strdup_printf ("%.3f s → %.3f s%s", p[index].x, p[index].y, typed);
  g_autofree char *value =
      tsr_quantity_format (tsr_quantity_of_measure (first->measure), p[index].y);
  if (kind_of (self) == TSR_CURVE_OVER_TIME)
    return g_strdup_printf ("%.3f s\n%s%s", p[index].x, value, typed);
  g_autofree char *hz = tsr_format_hz (p[index].x);
  return g_strdup_printf ("%s\n%s%s", hz, value, typed);
}

/* ---- drawing ---- */

static void
stroke (cairo_t *cr)
{
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_set_line_width (cr, 4.5);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &curve_color);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

static void
draw_line (TsrCanvas *self, cairo_t *cr)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);

  if (kind_of (self) == TSR_CURVE_OVER_HZ) {
    /* Straight in Hz, which the axis need not be. */
    for (double y = -2; y <= height_of (self) + 2; y += 2)
      cairo_line_to (
          cr,
          value_px (self, tsr_drawn_curve_at (self->drawing, tsr_canvas_hz_at (self, y))),
          y);
  } else {
    cairo_move_to (cr, -2, value_px (self, p[0].y));
    for (guint i = 0; i < n; i++)
      cairo_line_to (cr, tsr_canvas_x_of (self, p[i].x), value_px (self, p[i].y));
    cairo_line_to (cr, width_of (self) + 2, value_px (self, p[n - 1].y));
  }
  stroke (cr);
}

static void
draw_knob (TsrCanvas *self, cairo_t *cr, double x, double y, gboolean focused)
{
  cairo_arc (cr, x, y, focused ? 7 : 5, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0.05, 0.05, 0.05, 1);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &curve_color);
  cairo_set_line_width (cr, focused ? 3.5 : 2.5);
  cairo_stroke (cr);
}

static void
draw_knobs (TsrCanvas *self, cairo_t *cr)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);

  for (guint i = 0; i < n; i++) {
    double x, y;
    locate (self, &p[i], &x, &y);
    draw_knob (self, cr, x, y, (int)i == tsr_drawn_curve_get_focus (self->drawing));
  }
}

/* Values along the edge, the one that changes nothing as a dashed line. */
static void
draw_values (TsrCanvas *self, GtkSnapshot *snapshot, cairo_t *cr)
{
  const TsrParameter *first = &tsr_drawn_curve_get_info (self->drawing)->parameters[0];
  gboolean            over_hz = kind_of (self) == TSR_CURVE_OVER_HZ;
  double              dashes[] = {6, 5}, low, high;
  double              neutral_px = round (value_px (self, first->start)) + 0.5;
  GdkRGBA             text = {1, 1, 1, 0.9f};

  cairo_set_dash (cr, dashes, 2, 0);
  cairo_move_to (cr, over_hz ? neutral_px : 0, over_hz ? 0 : neutral_px);
  cairo_line_to (cr,
                 over_hz ? neutral_px : width_of (self),
                 over_hz ? height_of (self) : neutral_px);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.55);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  tsr_drawn_curve_get_shown (self->drawing, &low, &high);
  for (int i = 0; i <= 4; i++) {
    double           value = low + (high - low) * i / 4;
    g_autofree char *label =
        tsr_quantity_format (tsr_quantity_of_measure (first->measure), value);
    double px = value_px (self, value);
    tsr_paint_text (GTK_WIDGET (self),
                    snapshot,
                    label,
                    over_hz ? px : LEFT_PX,
                    over_hz ? height_of (self) - 10 : px,
                    over_hz ? TSR_PAINT_MIDDLE : TSR_PAINT_START,
                    &text);
  }
}

/* From the moment at the top to where it goes. */
static void
draw_anchor (TsrCanvas *self, cairo_t *cr, const TsrCurvePoint *p, gboolean focused)
{
  double from_x = tsr_canvas_x_of (self, p->x), to_x = tsr_canvas_x_of (self, p->y);

  cairo_move_to (cr, from_x, 0);
  cairo_line_to (cr, from_x, 8);
  cairo_line_to (cr, to_x, PAD_PX);
  cairo_line_to (cr, to_x, height_of (self));
  stroke (cr);
  draw_knob (self, cr, to_x, PAD_PX + GRIP_PX, focused);
  draw_knob (self, cr, to_x, height_of (self) / 2, focused);
}

/* The stretch between neighbours, where there is room for it. */
static void
draw_factors (TsrCanvas *self, GtkSnapshot *snapshot, const TsrCurvePoint *p, guint n)
{
  for (guint i = 1; i < n; i++) {
    double left = tsr_canvas_x_of (self, p[i - 1].y);
    double right = tsr_canvas_x_of (self, p[i].y);
    if (right - left < LABEL_ROOM_PX || right < 0 || left > width_of (self))
      continue;
    g_autofree char *label = tsr_quantity_format (
        TSR_QUANTITY_STRETCH, (p[i].y - p[i - 1].y) / (p[i].x - p[i - 1].x));
    double middle = (fmax (left, 0) + fmin (right, width_of (self))) / 2;
    tsr_paint_box (snapshot,
                   middle - 24,
                   PAD_PX + 2,
                   middle + 24,
                   PAD_PX + 20,
                   &(GdkRGBA){0.05f, 0.05f, 0.06f, 0.75f});
    tsr_paint_text (GTK_WIDGET (self),
                    snapshot,
                    label,
                    middle,
                    PAD_PX + 11,
                    TSR_PAINT_MIDDLE,
                    &curve_color);
  }
}

static void
draw_label (TsrCanvas *self, GtkSnapshot *snapshot)
{
  guint                n;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);
  int                  focus = tsr_drawn_curve_get_focus (self->drawing);
  double               x, y;

  if (focus < 0 || focus >= (int)n)
    return;
  locate (self, &p[focus], &x, &y);
  g_autofree char *text = curve_text (self, focus);
  tsr_canvas_snapshot_label (self, snapshot, text, x, y);
}

void
tsr_canvas_snapshot_curve (TsrCanvas *self, GtkSnapshot *snapshot)
{
  graphene_rect_t all =
      GRAPHENE_RECT_INIT (0, 0, (float)width_of (self), (float)height_of (self));
  guint n;

  if (self->drawing == NULL)
    return;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->drawing, &n);
  cairo_t             *cr = gtk_snapshot_append_cairo (snapshot, &all);
  if (kind_of (self) == TSR_CURVE_TIME_MAP) {
    for (guint i = 0; i < n; i++)
      draw_anchor (self, cr, &p[i], (int)i == tsr_drawn_curve_get_focus (self->drawing));
    draw_factors (self, snapshot, p, n);
  } else {
    draw_values (self, snapshot, cr);
    draw_line (self, cr);
    draw_knobs (self, cr);
  }
  cairo_destroy (cr);
  draw_label (self, snapshot);
}

/* ---- the session's ---- */

static void
changed_cb (TsrCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tsr_canvas_update_drawing (TsrCanvas *self)
{
  TsrDrawnCurve *drawing = tsr_session_get_drawing (self->session);

  if (self->drag.grip == TSR_GRIP_CURVE)
    tsr_canvas_give_up_drag (self);
  if (self->drawing != NULL)
    g_signal_handlers_disconnect_by_data (self->drawing, self);
  g_set_object (&self->drawing, drawing);
  if (drawing != NULL)
    g_signal_connect_object (
        drawing, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  tsr_canvas_update_hover (self);
}
