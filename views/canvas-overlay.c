/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies over the tiles: loop, markers, playhead, selection with its handles, rubber
 * band, measure, read-outs. A few dozen nodes a frame.
 */
#include <math.h>

#include "views/canvas-private.h"
#include "views/paint.h"

enum { HANDLE_PX = 7, ROOM_PX = 30, LABEL_PAD_PX = 7, DASH_PX = 4 };

static void
fill_box (GtkSnapshot *snapshot, const TsrBox *box, const GdkRGBA *color)
{
  gtk_snapshot_append_color (
      snapshot,
      color,
      &GRAPHENE_RECT_INIT ((float)box->left,
                           (float)box->top,
                           (float)MAX (0, box->right - box->left),
                           (float)MAX (0, box->bottom - box->top)));
}

static TsrBox
visible_part (TsrCanvas *self, const TsrBox *box)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  return (TsrBox){CLAMP (round (box->left), -2, width + 2),
                  CLAMP (round (box->top), -2, height + 2),
                  CLAMP (round (box->right), -2, width + 2),
                  CLAMP (round (box->bottom), -2, height + 2)};
}

/* Dashes by a repeat node: one node a side, however long. */
static void
dashed_line (GtkSnapshot *snapshot, const TsrBox *line, gboolean level, const GdkRGBA *c)
{
  graphene_rect_t all = GRAPHENE_RECT_INIT ((float)line->left,
                                            (float)line->top,
                                            (float)(line->right - line->left),
                                            (float)(line->bottom - line->top));
  graphene_rect_t period = all, dash = all;

  if (all.size.width <= 0 || all.size.height <= 0)
    return;
  if (level) {
    period.size.width = 2 * DASH_PX;
    dash.size.width = DASH_PX;
  } else {
    period.size.height = 2 * DASH_PX;
    dash.size.height = DASH_PX;
  }
  gtk_snapshot_push_repeat (snapshot, &all, &period);
  gtk_snapshot_append_color (snapshot, c, &dash);
  gtk_snapshot_pop (snapshot);
}

static void
frame_box (GtkSnapshot *snapshot, const TsrBox *b, gboolean dashed, const GdkRGBA *color)
{
  TsrBox sides[4] = {{b->left, b->top, b->right, b->top + 1},
                     {b->left, b->bottom - 1, b->right, b->bottom},
                     {b->left, b->top, b->left + 1, b->bottom},
                     {b->right - 1, b->top, b->right, b->bottom}};

  for (int i = 0; i < 4; i++)
    if (dashed)
      dashed_line (snapshot, &sides[i], i < 2, color);
    else
      fill_box (snapshot, &sides[i], color);
}

gboolean
tsr_canvas_selection_box (TsrCanvas *self, TsrRegion *region)
{
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  TsrPartialSet   *set = tsr_canvas_partials (self);
  const TsrRegion *own = tsr_selection_region (selection);
  gsize            n = tsr_selection_size (selection);

  if (set == NULL || n == 0)
    return FALSE;
  *region = own != NULL ? *own : (TsrRegion){INFINITY, -INFINITY, INFINITY, 0};
  for (gsize i = 0; own == NULL && i < n; i++) {
    int64_t index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);
    if (index < 0)
      continue;
    const TsrPartialSummary *s =
        tsr_partial_summary (tsr_partial_set_at (set, (size_t)index));
    region->start_s = fmin (region->start_s, s->start_s);
    region->end_s = fmax (region->end_s, s->end_s);
    region->low_hz = fmin (region->low_hz, s->low_hz);
    region->high_hz = fmax (region->high_hz, s->high_hz);
  }
  return region->end_s >= region->start_s;
}

gboolean
tsr_canvas_box_of (TsrCanvas *self, const TsrRegion *region, TsrBox *box)
{
  double duration_s, low_hz, high_hz;

  tsr_viewport_get_limits (tsr_canvas_viewport (self), &duration_s, &low_hz, &high_hz);
  box->left = tsr_canvas_x_of (self, fmax (region->start_s, -duration_s));
  box->right = tsr_canvas_x_of (self, fmin (region->end_s, 3 * duration_s));
  box->top = tsr_canvas_y_of (self, fmin (region->high_hz, 4 * high_hz));
  box->bottom = tsr_canvas_y_of (self, fmax (region->low_hz, low_hz));
  /* A single steady partial has no height: room for the handles. */
  if (box->bottom - box->top < 16) {
    double middle = (box->bottom + box->top) / 2;
    box->top = middle - 8;
    box->bottom = middle + 8;
  }
  return box->right > box->left;
}

/* A small box is not covered by its handles: they lie outside, and none in the middle. */
static void
draw_handles (TsrCanvas *self, GtkSnapshot *snapshot, const TsrBox *b)
{
  gboolean narrow = b->right - b->left < ROOM_PX, low = b->bottom - b->top < ROOM_PX;
  double   out_x = narrow ? HANDLE_PX / 2 : 0, out_y = low ? HANDLE_PX / 2 : 0;
  double   xs[3] = {b->left - out_x, round ((b->left + b->right) / 2), b->right + out_x};
  double   ys[3] = {b->top - out_y, round ((b->top + b->bottom) / 2), b->bottom + out_y};
  GdkRGBA  white = {1, 1, 1, 1}, dark = {0, 0, 0, 0.6f};

  for (int i = 0; i < 9; i++) {
    if (i == 4 || (narrow && i % 3 == 1) || (low && i / 3 == 1))
      continue;
    double x = xs[i % 3] - HANDLE_PX / 2, y = ys[i / 3] - HANDLE_PX / 2;
    fill_box (
        snapshot, &(TsrBox){x - 1, y - 1, x + HANDLE_PX + 1, y + HANDLE_PX + 1}, &dark);
    fill_box (snapshot, &(TsrBox){x, y, x + HANDLE_PX, y + HANDLE_PX}, &white);
  }
}

static void
draw_selection_box (TsrCanvas *self, GtkSnapshot *snapshot)
{
  const TsrPreview *preview = tsr_session_get_preview (self->session);
  TsrRegion         region;
  TsrBox            box;

  if (self->drag.grip == TSR_GRIP_RUBBER || !tsr_canvas_selection_box (self, &region))
    return;
  if (preview != NULL)
    tsr_canvas_map_region (preview, &region);
  if (!tsr_canvas_box_of (self, &region, &box))
    return;
  GdkRGBA wash = tsr_paint_rgba (TSR_CANVAS_ACCENT, 0.08);
  GdkRGBA line = tsr_paint_rgba (TSR_CANVAS_ACCENT, 0.95);
  TsrBox  seen = visible_part (self, &box);
  fill_box (snapshot, &seen, &wash);
  frame_box (snapshot, &seen, TRUE, &line);
  if (!tsr_canvas_only_selects (self))
    draw_handles (self, snapshot, &seen);
}

static void
draw_rubber (TsrCanvas *self, GtkSnapshot *snapshot)
{
  const TsrCanvasDrag *d = &self->drag;

  if (d->grip != TSR_GRIP_RUBBER || !d->moved || tsr_canvas_has_tool (self, "measure"))
    return;
  TsrBox box = {
      MIN (d->x0, d->x), MIN (d->y0, d->y), MAX (d->x0, d->x), MAX (d->y0, d->y)};
  TsrBox  seen = visible_part (self, &box);
  GdkRGBA wash = tsr_paint_rgba (TSR_CANVAS_ACCENT, 0.15);
  GdkRGBA line = tsr_paint_rgba (TSR_CANVAS_ACCENT, 1);
  fill_box (snapshot, &seen, &wash);
  frame_box (snapshot, &seen, FALSE, &line);
}

static void
vertical_line (TsrCanvas     *self,
               GtkSnapshot   *snapshot,
               double         time_s,
               const GdkRGBA *color)
{
  double x = round (tsr_canvas_x_of (self, time_s));
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  if (x < -1 || x > width + 1)
    return;
  GdkRGBA dark = {0, 0, 0, 0.35f * color->alpha};
  fill_box (snapshot, &(TsrBox){x - 1, 0, x + 2, height}, &dark);
  fill_box (snapshot, &(TsrBox){x, 0, x + 1, height}, color);
}

static void
draw_loop (TsrCanvas *self, GtkSnapshot *snapshot)
{
  double start_s = tsr_canvas_get_double (self, "loop-start-s");
  double end_s = tsr_canvas_get_double (self, "loop-end-s");

  if (!tsr_canvas_get_boolean (self, "loop") || !(end_s > start_s))
    return;
  GdkRGBA green = {0.56f, 0.94f, 0.64f, 0.8f}, wash = {0, 0, 0, 0.25f};
  TsrBox  box = {tsr_canvas_x_of (self, start_s),
                 0,
                 tsr_canvas_x_of (self, end_s),
                 gtk_widget_get_height (GTK_WIDGET (self))};
  TsrBox  seen = visible_part (self, &box);
  double  width = gtk_widget_get_width (GTK_WIDGET (self));
  fill_box (snapshot, &(TsrBox){0, 0, seen.left, box.bottom}, &wash);
  fill_box (snapshot, &(TsrBox){seen.right, 0, width, box.bottom}, &wash);
  vertical_line (self, snapshot, start_s, &green);
  vertical_line (self, snapshot, end_s, &green);
}

static void
draw_markers (TsrCanvas *self, GtkSnapshot *snapshot)
{
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_markers (self->sound, &n);
  GdkRGBA          amber = {1, 0.76f, 0.29f, 0.55f};
  double           height = gtk_widget_get_height (GTK_WIDGET (self));

  for (gsize i = 0; i < n; i++) {
    double x = round (tsr_canvas_x_of (self, markers[i].time_s));
    if (x >= 0 && x <= gtk_widget_get_width (GTK_WIDGET (self)))
      dashed_line (snapshot, &(TsrBox){x, 0, x + 1, height}, FALSE, &amber);
  }
}

void
tsr_canvas_snapshot_label (
    TsrCanvas *self, GtkSnapshot *snapshot, const char *text, double x, double y)
{
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int    width, height;
  double all_width = gtk_widget_get_width (GTK_WIDGET (self));
  double all_height = gtk_widget_get_height (GTK_WIDGET (self));

  pango_layout_get_pixel_size (layout, &width, &height);
  double w = width + 2 * LABEL_PAD_PX, h = height + 2 * LABEL_PAD_PX - 4;
  double left = x + 16 + w > all_width ? x - 16 - w : x + 16;
  double top = y - 12 - h < 0 ? y + 16 : y - 12 - h;
  left = round (CLAMP (left, 4, MAX (4, all_width - w - 4)));
  top = round (CLAMP (top, 4, MAX (4, all_height - h - 4)));

  GskRoundedRect  shape;
  graphene_rect_t bounds =
      GRAPHENE_RECT_INIT ((float)left, (float)top, (float)w, (float)h);
  gsk_rounded_rect_init_from_rect (&shape, &bounds, 6);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA){0.08f, 0.08f, 0.1f, 0.88f}, &bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT ((float)left + LABEL_PAD_PX, (float)top + LABEL_PAD_PX - 2));
  gtk_snapshot_append_layout (snapshot, layout, &(GdkRGBA){0.96f, 0.96f, 0.96f, 1});
  gtk_snapshot_restore (snapshot);
}

static void
draw_measure (TsrCanvas *self, GtkSnapshot *snapshot)
{
  if (!self->measuring)
    return;
  double  x[2], y[2];
  GdkRGBA cyan = {0.55f, 0.95f, 0.95f, 1};
  for (int i = 0; i < 2; i++) {
    x[i] = round (tsr_canvas_x_of (self, self->measure_s[i]));
    y[i] = round (tsr_canvas_y_of (self, self->measure_hz[i]));
  }
  TsrBox box = {
      MIN (x[0], x[1]), MIN (y[0], y[1]), MAX (x[0], x[1]) + 1, MAX (y[0], y[1]) + 1};
  TsrBox seen = visible_part (self, &box);
  frame_box (snapshot, &seen, TRUE, &cyan);
  for (int i = 0; i < 2; i++) {
    fill_box (snapshot, &(TsrBox){x[i] - 6, y[i], x[i] + 7, y[i] + 1}, &cyan);
    fill_box (snapshot, &(TsrBox){x[i], y[i] - 6, x[i] + 1, y[i] + 7}, &cyan);
  }
  g_autofree char *text = tsr_canvas_measure_text (self);
  tsr_canvas_snapshot_label (self, snapshot, text, x[1], y[1]);
}

static void
draw_readouts (TsrCanvas *self, GtkSnapshot *snapshot)
{
  if (self->drag.grip == TSR_GRIP_POINT && self->drag.moved) {
    g_autofree char *text = tsr_canvas_point_text (self);
    tsr_canvas_snapshot_label (self, snapshot, text, self->drag.x, self->drag.y);
  } else if (tsr_canvas_is_edit (self->drag.grip) && self->drag.moved) {
    g_autofree char *text = tsr_canvas_edit_text (self);
    tsr_canvas_snapshot_label (self, snapshot, text, self->drag.x, self->drag.y);
  } else if (self->readout != NULL && self->pointer_x >= 0 && !self->measuring &&
             tsr_canvas_curve_point_at (self, self->pointer_x, self->pointer_y) < 0)
    tsr_canvas_snapshot_label (
        self, snapshot, self->readout, self->pointer_x, self->pointer_y);
}

void
tsr_canvas_snapshot_overlay (TsrCanvas *self, GtkSnapshot *snapshot)
{
  GdkRGBA white = {1, 1, 1, 0.95f};

  if (self->sound == NULL)
    return;
  draw_loop (self, snapshot);
  draw_markers (self, snapshot);
  tsr_canvas_snapshot_highlight (self, snapshot);
  draw_selection_box (self, snapshot);
  draw_rubber (self, snapshot);
  tsr_canvas_snapshot_points (self, snapshot);
  tsr_canvas_snapshot_path (self, snapshot);
  tsr_canvas_snapshot_curve (self, snapshot);
  vertical_line (self, snapshot, tsr_session_get_playhead_s (self->session), &white);
  draw_measure (self, snapshot);
  draw_readouts (self, snapshot);
}
