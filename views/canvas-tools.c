/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tools that are led along a path: lasso, brush, pencil, eraser; and the click for
 * harmonics. The path is kept on the plane, so that the view may move meanwhile.
 */
#include <math.h>

#include "model/selection-shapes.h"
#include "views/canvas-private.h"
#include "views/paint.h"

enum { APART_PX = 3 };

/* What the eraser leaves on its way, 0xAARRGGBB: red. */
#define ERASER 0xffff594du

static TsrShapePoint
path_at (TsrCanvas *self, gsize i)
{
  return g_array_index (self->path, TsrShapePoint, i);
}

static int
channel_of (TsrCanvas *self)
{
  return tsr_session_get_channel (self->session);
}

gboolean
tsr_canvas_is_path_tool (TsrCanvas *self)
{
  return tsr_canvas_has_tool (self, "lasso") || tsr_canvas_has_tool (self, "brush") ||
         tsr_canvas_has_tool (self, "draw") || tsr_canvas_has_tool (self, "erase");
}

void
tsr_canvas_path_begin (TsrCanvas *self)
{
  TsrShapePoint point = {self->drag.time0_s, self->drag.hz0};

  g_array_set_size (self->path, 0);
  g_array_append_val (self->path, point);
}

/* The brush as it lies at a point of the plane. */
static TsrBrushDab
dab_at (TsrCanvas *self, double x, double y)
{
  double radius_px = self->options.brush_px / 2;

  return (TsrBrushDab){
      tsr_canvas_time_at (self, x),
      tsr_canvas_hz_at (self, y),
      tsr_canvas_time_at (self, x + radius_px) - tsr_canvas_time_at (self, x),
      (tsr_canvas_hz_at (self, y - radius_px) - tsr_canvas_hz_at (self, y + radius_px)) /
          2,
  };
}

/* The path as touches of the brush, a quarter of its width apart. (transfer full) */
static GArray *
dabs_of (TsrCanvas *self)
{
  GArray *dabs = g_array_new (FALSE, FALSE, sizeof (TsrBrushDab));
  double  apart_px = fmax (self->options.brush_px / 4, 1);

  for (guint i = 0; i < self->path->len; i++) {
    TsrShapePoint to = path_at (self, i), from = path_at (self, i > 0 ? i - 1 : 0);
    double        x0 = tsr_canvas_x_of (self, from.time_s);
    double        y0 = tsr_canvas_y_of (self, from.frequency_hz);
    double        dx = tsr_canvas_x_of (self, to.time_s) - x0;
    double        dy = tsr_canvas_y_of (self, to.frequency_hz) - y0;
    int           n = MAX (1, (int)ceil (hypot (dx, dy) / apart_px));
    for (int k = 1; k <= n; k++) {
      TsrBrushDab dab = dab_at (self, x0 + dx * k / n, y0 + dy * k / n);
      g_array_append_val (dabs, dab);
    }
  }
  return dabs;
}

static void
finish_lasso (TsrCanvas *self, TsrPartialSet *set)
{
  g_autoptr (TsrSelection) inside = tsr_selection_from_lasso (
      set, (const TsrShapePoint *)self->path->data, self->path->len, channel_of (self));

  tsr_canvas_combine_selection (self, inside);
}

static void
finish_brush (TsrCanvas *self, TsrPartialSet *set)
{
  g_autoptr (GArray) dabs = dabs_of (self);
  g_autoptr (TsrSelection) met = tsr_selection_from_brush (
      set, (const TsrBrushDab *)dabs->data, dabs->len, channel_of (self));

  tsr_canvas_combine_selection (self, met);
}

/* Points with increasing times, whichever way the pencil went. (transfer full) */
static GArray *
drawn_points (TsrCanvas *self)
{
  GArray  *points = g_array_new (FALSE, FALSE, sizeof (TsrPathPoint));
  guint    n = self->path->len;
  gboolean back = path_at (self, n - 1).time_s < path_at (self, 0).time_s;
  double   last_s = -INFINITY;
  double   duration_s =
      tsr_sound_state_fields (tsr_sound_get_state (self->sound))->duration_s;

  for (guint i = 0; i < n; i++) {
    TsrShapePoint p = path_at (self, back ? n - 1 - i : i);
    TsrPathPoint  point = {p.time_s, fmax (p.frequency_hz, 1), self->options.level_db};
    if (p.time_s < 0 || p.time_s > duration_s || p.time_s < last_s + 1e-4)
      continue;
    last_s = p.time_s;
    g_array_append_val (points, point);
  }
  return points;
}

/* NULL: too short. */
static TsrOperation *
draw_operation (TsrCanvas *self)
{
  g_autoptr (GArray) points = drawn_points (self);

  return tsr_operation_new_draw ((const TsrPathPoint *)points->data,
                                 points->len,
                                 self->options.n_harmonics,
                                 channel_of (self));
}

static void
finish_draw (TsrCanvas *self)
{
  g_autoptr (TsrOperation) operation = draw_operation (self);

  if (operation != NULL)
    tsr_session_perform_on (self->session, operation, NULL, TRUE);
}

static TsrOperation *
erase_operation (TsrCanvas *self)
{
  g_autoptr (GArray) dabs = dabs_of (self);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrPathPoint));
  /* One size for the whole path: that of its middle. */
  TsrBrushDab middle = g_array_index (dabs, TsrBrushDab, dabs->len / 2);

  for (guint i = 0; i < self->path->len; i++) {
    TsrShapePoint p = path_at (self, i);
    TsrPathPoint  point = {p.time_s, fmax (p.frequency_hz, 1), 0};
    g_array_append_val (points, point);
  }
  return tsr_operation_new_erase ((const TsrPathPoint *)points->data,
                                  points->len,
                                  middle.radius_s,
                                  middle.radius_hz,
                                  self->options.strength);
}

static void
finish_erase (TsrCanvas *self)
{
  g_autoptr (TsrOperation) operation = erase_operation (self);

  if (operation != NULL)
    tsr_session_perform (self->session, operation);
}

/* What is drawn or erased so far is heard. */
static void
touch_path (TsrCanvas *self)
{
  TsrSelection *selection = tsr_session_get_selection (self->session);
  g_autoptr (TsrOperation) operation = NULL;

  if (tsr_canvas_has_tool (self, "draw"))
    operation = draw_operation (self);
  else if (tsr_canvas_has_tool (self, "erase"))
    operation = erase_operation (self);
  if (operation != NULL)
    tsr_session_touch (
        self->session, operation, tsr_selection_size (selection) > 0 ? selection : NULL);
}

void
tsr_canvas_path_add (TsrCanvas *self)
{
  TsrShapePoint last = path_at (self, self->path->len - 1);
  TsrShapePoint point = {tsr_canvas_time_at (self, self->drag.x),
                         tsr_canvas_hz_at (self, self->drag.y)};

  if (hypot (tsr_canvas_x_of (self, last.time_s) - self->drag.x,
             tsr_canvas_y_of (self, last.frequency_hz) - self->drag.y) < APART_PX)
    return;
  g_array_append_val (self->path, point);
  touch_path (self);
}

void
tsr_canvas_path_end (TsrCanvas *self)
{
  TsrPartialSet *set = tsr_canvas_partials (self);

  if (set != NULL && tsr_canvas_has_tool (self, "lasso"))
    finish_lasso (self, set);
  else if (set != NULL && tsr_canvas_has_tool (self, "brush"))
    finish_brush (self, set);
  else if (tsr_canvas_has_tool (self, "draw"))
    finish_draw (self);
  else if (tsr_canvas_has_tool (self, "erase"))
    finish_erase (self);
  tsr_session_end_touch (self->session);
  g_array_set_size (self->path, 0);
}

void
tsr_canvas_pick_harmonics (TsrCanvas *self)
{
  gint64         id = tsr_canvas_partial_at (self, self->drag.x0, self->drag.y0, NULL);
  TsrPartialSet *set = tsr_canvas_partials (self);

  if (set == NULL)
    return;
  g_autoptr (TsrSelection) series = tsr_selection_from_harmonics (set, id);
  tsr_canvas_combine_selection (self, series);
  self->focus_id = id;
}

static void
trace (TsrCanvas *self, cairo_t *cr)
{
  for (guint i = 0; i < self->path->len; i++) {
    TsrShapePoint p = path_at (self, i);
    cairo_line_to (
        cr, tsr_canvas_x_of (self, p.time_s), tsr_canvas_y_of (self, p.frequency_hz));
  }
}

static void
set_color (cairo_t *cr, guint32 color, double opacity)
{
  GdkRGBA rgba = tsr_paint_rgba (color, opacity);

  gdk_cairo_set_source_rgba (cr, &rgba);
}

static void
draw_path (TsrCanvas *self, cairo_t *cr)
{
  gboolean erases = tsr_canvas_has_tool (self, "erase");

  trace (self, cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  if (erases || tsr_canvas_has_tool (self, "brush")) {
    cairo_set_line_width (cr, self->options.brush_px);
    set_color (cr, erases ? ERASER : TSR_CANVAS_ACCENT, 0.35);
    cairo_stroke (cr);
    return;
  }
  if (tsr_canvas_has_tool (self, "lasso")) {
    cairo_close_path (cr);
    set_color (cr, TSR_CANVAS_ACCENT, 0.15);
    cairo_fill_preserve (cr);
  }
  set_color (cr, TSR_CANVAS_ACCENT, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

/* The brush around the pointer. */
static void
draw_brush (TsrCanvas *self, cairo_t *cr)
{
  double radius_px = self->options.brush_px / 2;

  cairo_arc (cr, self->pointer_x, self->pointer_y, radius_px, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_set_line_width (cr, 3);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.9);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

void
tsr_canvas_snapshot_path (TsrCanvas *self, GtkSnapshot *snapshot)
{
  gboolean brush = self->pointer_x >= 0 && (tsr_canvas_has_tool (self, "brush") ||
                                            tsr_canvas_has_tool (self, "erase"));
  float    width = (float)gtk_widget_get_width (GTK_WIDGET (self));
  float    height = (float)gtk_widget_get_height (GTK_WIDGET (self));
  float    r = (float)self->options.brush_px / 2 + 3;

  if (self->drag.grip == TSR_GRIP_PATH && self->path->len > 0) {
    cairo_t *cr =
        gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
    draw_path (self, cr);
    cairo_destroy (cr);
  }
  if (brush) {
    cairo_t *cr = gtk_snapshot_append_cairo (
        snapshot,
        &GRAPHENE_RECT_INIT (
            (float)self->pointer_x - r, (float)self->pointer_y - r, 2 * r, 2 * r));
    draw_brush (self, cr);
    cairo_destroy (cr);
  }
}
