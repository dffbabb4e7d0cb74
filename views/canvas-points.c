/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tool for single breakpoints: shown as squares on the partial under the pointer,
 * dragged in time and frequency, added by a double click, deleted by a key.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/canvas-private.h"
#include "views/paint.h"

enum { NEAR_PX = 10, SQUARE_PX = 5, MOST_SQUARES = 600 };

static TsrPartial *
partial_of (TsrCanvas *self, gint64 id)
{
  TsrPartialSet *set = tsr_canvas_partials (self);
  int64_t        index = set != NULL && id != 0 ? tsr_partial_set_index_of (set, id) : -1;

  return index >= 0 ? tsr_partial_set_at (set, (size_t)index) : NULL;
}

gboolean
tsr_canvas_point_at (TsrCanvas *self, double x, double y, gint64 *id, gsize *point)
{
  gint64      found = tsr_canvas_partial_at (self, x, y, NULL);
  TsrPartial *partial = partial_of (self, found);
  double      best_px = NEAR_PX;
  gboolean    any = FALSE;

  if (partial == NULL)
    return FALSE;
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  for (gsize i = 0; i < tsr_partial_n_breakpoints (partial); i++) {
    double away_px = hypot (tsr_canvas_x_of (self, b[i].time_s) - x,
                            tsr_canvas_y_of (self, b[i].frequency_hz) - y);
    if (away_px >= best_px)
      continue;
    best_px = away_px;
    *id = found;
    *point = i;
    any = TRUE;
  }
  return any;
}

/* Where the breakpoint in hand is now. */
static void
place_of (TsrCanvas *self, double *time_s, double *hz)
{
  const TsrCanvasDrag *d = &self->drag;
  TsrPartial          *partial = partial_of (self, self->point_id);
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial), i = self->point;
  gboolean             one_axis = (d->modifiers & GDK_CONTROL_MASK) != 0;
  gboolean             level = fabs (d->x - d->x0) > fabs (d->y - d->y0);

  *time_s = b[i].time_s + tsr_canvas_time_at (self, d->x) - d->time0_s;
  *hz = b[i].frequency_hz * fmax (tsr_canvas_hz_at (self, d->y), 1) / fmax (d->hz0, 1);
  if (one_axis && level)
    *hz = b[i].frequency_hz;
  else if (one_axis)
    *time_s = b[i].time_s;
  if (d->typed->len > 0)
    *hz = CLAMP (g_ascii_strtod (d->typed->str, NULL), 1, 384000);
  double low_s = i > 0 ? b[i - 1].time_s : fmin (0, b[i].time_s);
  double high_s = i + 1 < n ? b[i + 1].time_s : INFINITY;
  *time_s = CLAMP (*time_s, low_s, high_s);
}

/* What the breakpoint in hand comes to; NULL: it is not there any more. */
static TsrOperation *
move_operation (TsrCanvas *self)
{
  TsrPartial *partial = partial_of (self, self->point_id);
  double      time_s, hz;

  if (partial == NULL || self->point >= tsr_partial_n_breakpoints (partial))
    return NULL;
  const TsrBreakpoint *b = &tsr_partial_breakpoints (partial)[self->point];
  place_of (self, &time_s, &hz);
  TsrPathPoint to = {time_s, hz, NAN}; /* its level stays, silence too */
  return tsr_operation_new_move_breakpoint (b->time_s, &to);
}

void
tsr_canvas_point_update (TsrCanvas *self)
{
  g_autoptr (TsrOperation) operation = move_operation (self);
  g_autoptr (TsrSelection) one = tsr_selection_new (&self->point_id, 1, NULL);

  if (operation != NULL)
    tsr_session_touch (self->session, operation, one);
}

static void
perform (TsrCanvas *self, const TsrOperation *operation)
{
  g_autoptr (TsrSelection) one = tsr_selection_new (&self->point_id, 1, NULL);

  if (operation != NULL)
    tsr_session_perform_on (self->session, operation, one, TRUE);
}

static void
perform_text (TsrCanvas *self, double at_s, const char *what)
{
  char             number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = g_strdup_printf (
      "breakpoint %s %s", g_ascii_formatd (number, sizeof number, "%.9f", at_s), what);
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);

  perform (self, operation);
}

void
tsr_canvas_point_end (TsrCanvas *self)
{
  g_autoptr (TsrOperation) operation = move_operation (self);

  perform (self, operation);
  tsr_session_end_touch (self->session);
  self->point_id = 0;
}

void
tsr_canvas_point_add (TsrCanvas *self, double x, double y)
{
  gint64 id = tsr_canvas_partial_at (self, x, y, NULL);

  if (id == 0)
    return;
  self->point_id = id;
  perform_text (self, tsr_canvas_time_at (self, x), "add");
  self->point_id = 0;
}

gboolean
tsr_canvas_delete_point (TsrCanvas *self)
{
  TsrPartial *partial;
  gint64      id;
  gsize       point;

  if (tsr_canvas_curve_delete (self))
    return TRUE;
  if (!tsr_canvas_has_tool (self, "breakpoints") || self->pointer_x < 0 ||
      !tsr_canvas_point_at (self, self->pointer_x, self->pointer_y, &id, &point))
    return FALSE;
  partial = partial_of (self, id);
  self->point_id = id;
  perform_text (self, tsr_partial_breakpoints (partial)[point].time_s, "delete");
  self->point_id = 0;
  return TRUE;
}

char *
tsr_canvas_point_text (TsrCanvas *self)
{
  double time_s, hz;

  TsrPartial *partial = partial_of (self, self->point_id);

  /* What is dragged may be analysed anew meanwhile. */
  if (partial == NULL || self->point >= tsr_partial_n_breakpoints (partial))
    return g_strdup ("");
  place_of (self, &time_s, &hz);
  return g_strdup_printf (
      _ ("%.4f s\n%.2f Hz%s"), time_s, hz, self->drag.typed->len > 0 ? " ▏" : "");
}

static void
square (GtkSnapshot *snapshot, double x, double y, double px, const GdkRGBA *color)
{
  gtk_snapshot_append_color (snapshot,
                             color,
                             &GRAPHENE_RECT_INIT ((float)(round (x) - px / 2),
                                                  (float)(round (y) - px / 2),
                                                  (float)px,
                                                  (float)px));
}

static void
draw_squares (TsrCanvas *self, GtkSnapshot *snapshot, TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  double               width = gtk_widget_get_width (GTK_WIDGET (self));
  GdkRGBA              white = {1, 1, 1, 1}, dark = {0, 0, 0, 0.7f};
  double               last_x = -INFINITY;
  int                  n = 0;

  for (gsize i = 0; i < tsr_partial_n_breakpoints (partial) && n < MOST_SQUARES; i++) {
    double x = tsr_canvas_x_of (self, b[i].time_s);
    double y = tsr_canvas_y_of (self, b[i].frequency_hz);
    if (x < 0 || x > width || x - last_x < 2)
      continue;
    last_x = x;
    square (snapshot, x, y, SQUARE_PX + 2, &dark);
    square (snapshot, x, y, SQUARE_PX, &white);
    n++;
  }
}

/* The lines to its neighbours while one is dragged. */
static void
draw_lines (TsrCanvas *self, GtkSnapshot *snapshot, TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial), i = self->point;
  double               time_s, hz;
  cairo_t             *cr = gtk_snapshot_append_cairo (
      snapshot,
      &GRAPHENE_RECT_INIT (0,
                           0,
                           (float)gtk_widget_get_width (GTK_WIDGET (self)),
                           (float)gtk_widget_get_height (GTK_WIDGET (self))));

  place_of (self, &time_s, &hz);
  double x = tsr_canvas_x_of (self, time_s), y = tsr_canvas_y_of (self, hz);
  if (i > 0)
    cairo_move_to (cr,
                   tsr_canvas_x_of (self, b[i - 1].time_s),
                   tsr_canvas_y_of (self, b[i - 1].frequency_hz));
  cairo_line_to (cr, x, y);
  if (i + 1 < n)
    cairo_line_to (cr,
                   tsr_canvas_x_of (self, b[i + 1].time_s),
                   tsr_canvas_y_of (self, b[i + 1].frequency_hz));
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairo_destroy (cr);
  GdkRGBA accent = tsr_paint_rgba (TSR_CANVAS_ACCENT, 1);
  square (snapshot, x, y, SQUARE_PX + 4, &accent);
}

void
tsr_canvas_snapshot_points (TsrCanvas *self, GtkSnapshot *snapshot)
{
  gboolean    held = self->drag.grip == TSR_GRIP_POINT;
  gint64      id = held                  ? self->point_id
                   : self->hover_id != 0 ? self->hover_id
                                         : self->focus_id;
  TsrPartial *partial = partial_of (self, id);

  if (partial == NULL || !tsr_canvas_has_tool (self, "breakpoints"))
    return;
  draw_squares (self, snapshot, partial);
  if (held && self->drag.moved && self->point < tsr_partial_n_breakpoints (partial))
    draw_lines (self, snapshot, partial);
}
