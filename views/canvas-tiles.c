/* SPDX-License-Identifier: GPL-3.0-or-later
 * The ground of the canvas: which zoom is wanted, which tiles are seen, and where they
 * go. All sizes here are device pixels until they are handed to GTK.
 */
#include <math.h>

#include "views/canvas-private.h"

enum { SETTLE_MS = 100 };
#define SHRINK_LIMIT 0.76 /* below it tiles of half the width are drawn */

typedef struct {
  TsrPlane plane; /* exact for the view as it is */
  double   left, top;
  int      width, height, scale; /* device pixels; of those to a logical one */
} View;

static gboolean
get_view (TsrCanvas *self, View *view)
{
  TsrViewport *viewport = tsr_canvas_viewport (self);
  double       duration_s, low_hz, high_hz;
  double       start_s = tsr_viewport_get_start_s (viewport);
  double       span_s = tsr_viewport_get_end_s (viewport) - start_s;

  tsr_viewport_get_limits (viewport, &duration_s, &low_hz, &high_hz);
  TsrFrequencyScale scale = tsr_viewport_get_scale (viewport);
  double            top =
      tsr_frequency_to_unit (scale, low_hz, high_hz, tsr_viewport_get_high_hz (viewport));
  double bottom =
      tsr_frequency_to_unit (scale, low_hz, high_hz, tsr_viewport_get_low_hz (viewport));
  view->scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  view->width = gtk_widget_get_width (GTK_WIDGET (self)) * view->scale;
  view->height = gtk_widget_get_height (GTK_WIDGET (self)) * view->scale;
  if (view->width < 1 || view->height < 1 || !(span_s > 0) || !(top > bottom))
    return FALSE;
  view->plane = (TsrPlane){.px_per_s = view->width / span_s,
                           .height_px = view->height / (top - bottom),
                           .scale = scale,
                           .low_hz = low_hz,
                           .high_hz = high_hz};
  view->left = start_s * view->plane.px_per_s;
  view->top = (1 - top) * view->plane.height_px;
  return TRUE;
}

static gboolean
same_axis (const TsrPlane *a, const TsrPlane *b)
{
  return a->scale == b->scale && a->low_hz == b->low_hz && a->high_hz == b->high_hz;
}

static gboolean
nearly (double a, double b, double tolerance)
{
  return fabs (a - b) <= tolerance * fabs (b);
}

static gboolean
same_plane (const TsrPlane *a, const TsrPlane *b)
{
  return same_axis (a, b) && nearly (a->px_per_s, b->px_per_s, 1e-7) &&
         nearly (a->height_px, b->height_px, 1e-7);
}

static gboolean
within_factor (double a, double b, double factor)
{
  return a < b * factor && b < a * factor;
}

static gboolean
settle_cb (gpointer data)
{
  TsrCanvas *self = data;

  self->settle_source = 0;
  self->settled = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* New tiles 100 ms after the last change, or at once past a factor of 2. */
static gboolean
wants_new_zoom (TsrCanvas *self, const TsrPlane *wanted)
{
  if (self->zoom == 0 || !same_axis (&self->plane, wanted) ||
      !within_factor (self->plane.px_per_s, wanted->px_per_s, 2) ||
      !within_factor (self->plane.height_px, wanted->height_px, 2))
    return TRUE;
  if (self->settled && same_plane (&self->asked, wanted))
    return TRUE;
  if (self->settle_source == 0 || !same_plane (&self->asked, wanted)) {
    g_clear_handle_id (&self->settle_source, g_source_remove);
    self->settle_source = g_timeout_add (SETTLE_MS, settle_cb, self);
    self->asked = *wanted;
    self->settled = FALSE;
  }
  return FALSE;
}

static void
range_of (const View *view, const TsrPlane *plane, int tile_height, TsrTileRange *range)
{
  double kx = plane->px_per_s / view->plane.px_per_s;
  double ky = plane->height_px / view->plane.height_px;
  double rows = fmax (1, ceil (plane->height_px / tile_height - 1e-6));

  range->column_first = (gint64)floor (fmax (0, view->left * kx) / TSR_TILE_WIDTH);
  range->column_last =
      (gint64)floor (((view->left + view->width) * kx - 0.5) / TSR_TILE_WIDTH);
  range->row_first = (gint64)floor (fmax (0, view->top * ky + 0.5) / tile_height);
  range->row_last = (gint64)fmin (
      rows - 1, floor (((view->top + view->height) * ky - 0.5) / tile_height));
}

static gboolean
is_covered (TsrCanvas *self, guint zoom, const TsrTileRange *range)
{
  for (gint64 row = range->row_first; row <= range->row_last; row++)
    for (gint64 c = range->column_first; c <= range->column_last; c++)
      if (tsr_tile_cache_lookup (self->tiles, zoom, TSR_TILE_BASE, c, row) == NULL)
        return FALSE;
  return TRUE;
}

/* Begins a zoom for the view; what was on the screen stays until its tiles are there. */
static void
begin_zoom (TsrCanvas *self, const View *view)
{
  TsrTileRange range;
  gboolean     keep = FALSE;

  if (self->zoom != 0 && same_axis (&self->plane, &view->plane)) {
    range_of (view, &self->plane, self->tile_height, &range);
    keep = self->old_zoom == 0 || is_covered (self, self->zoom, &range);
  }
  if (keep) {
    self->old_zoom = self->zoom;
    self->old_plane = self->plane;
    self->old_tile_height = self->tile_height;
  } else if (!same_axis (&self->old_plane, &view->plane))
    self->old_zoom = 0;
  self->plane = view->plane;
  self->tile_height = MIN (view->height, 8192);
  self->zoom =
      tsr_tile_cache_add_zoom (self->tiles, &self->plane, self->tile_height, view->scale);
  g_clear_handle_id (&self->settle_source, g_source_remove);
}

static void
append (GtkSnapshot *snapshot,
        GdkTexture  *texture,
        double       left,
        double       top,
        double       right,
        double       bottom,
        int          scale)
{
  gtk_snapshot_append_texture (snapshot,
                               texture,
                               &GRAPHENE_RECT_INIT ((float)(left / scale),
                                                    (float)(top / scale),
                                                    (float)((right - left) / scale),
                                                    (float)((bottom - top) / scale)));
}

/* Tiles at whole device pixels; neighbours share their edge however they are stretched.
 */
static void
draw_layer (TsrCanvas      *self,
            GtkSnapshot    *snapshot,
            const View     *view,
            guint           zoom,
            const TsrPlane *plane,
            int             tile_height,
            TsrTileLayer    layer)
{
  double       kx = view->plane.px_per_s / plane->px_per_s;
  double       ky = view->plane.height_px / plane->height_px;
  double       left = round (view->left), top = round (view->top);
  TsrTileRange range;

  range_of (view, plane, tile_height, &range);
  for (gint64 row = range.row_first; row <= range.row_last; row++)
    for (gint64 c = range.column_first; c <= range.column_last; c++) {
      GdkTexture *texture = tsr_tile_cache_lookup (self->tiles, zoom, layer, c, row);
      if (texture == NULL)
        continue;
      if (kx < SHRINK_LIMIT && layer == TSR_TILE_BASE)
        texture = tsr_tile_cache_lookup_half (self->tiles, zoom, c, row);
      double y0 = (double)row * tile_height, x0 = (double)c * TSR_TILE_WIDTH;
      append (snapshot,
              texture,
              round (x0 * kx) - left,
              round (y0 * ky) - top,
              round ((x0 + TSR_TILE_WIDTH) * kx) - left,
              round ((y0 + gdk_texture_get_height (texture)) * ky) - top,
              view->scale);
    }
}

static void
draw_current (TsrCanvas   *self,
              GtkSnapshot *snapshot,
              const View  *view,
              TsrTileLayer layer)
{
  draw_layer (self, snapshot, view, self->zoom, &self->plane, self->tile_height, layer);
}

static void
draw_old (TsrCanvas *self, GtkSnapshot *snapshot, const View *view, TsrTileLayer layer)
{
  draw_layer (self,
              snapshot,
              view,
              self->old_zoom,
              &self->old_plane,
              self->old_tile_height,
              layer);
}

static void
fill (TsrCanvas *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  gtk_snapshot_append_color (
      snapshot,
      color,
      &GRAPHENE_RECT_INIT (0,
                           0,
                           (float)gtk_widget_get_width (GTK_WIDGET (self)),
                           (float)gtk_widget_get_height (GTK_WIDGET (self))));
}

static gboolean
old_zoom_covers (TsrCanvas *self, const View *view)
{
  TsrTileRange range;

  if (self->old_zoom == 0)
    return FALSE;
  range_of (view, &self->old_plane, self->old_tile_height, &range);
  return is_covered (self, self->old_zoom, &range);
}

/* What is not there yet: the earlier zoom, stretched, and ground where that ends too. */
static void
draw_missing (TsrCanvas          *self,
              GtkSnapshot        *snapshot,
              const View         *view,
              const TsrTileRange *range)
{
  double   kx = view->plane.px_per_s / self->plane.px_per_s;
  gint64   c = range->column_first;
  gboolean old_covers = old_zoom_covers (self, view);

  while (c <= range->column_last) {
    TsrTileRange column = *range;
    column.column_first = column.column_last = c;
    if (is_covered (self, self->zoom, &column)) {
      c++;
      continue;
    }
    while (column.column_last < range->column_last) {
      TsrTileRange next = *range;
      next.column_first = next.column_last = column.column_last + 1;
      if (is_covered (self, self->zoom, &next))
        break;
      column.column_last++;
    }
    double left = round ((double)c * TSR_TILE_WIDTH * kx) - round (view->left);
    double right = round ((double)(column.column_last + 1) * TSR_TILE_WIDTH * kx) -
                   round (view->left);
    gtk_snapshot_push_clip (
        snapshot,
        &GRAPHENE_RECT_INIT ((float)(left / view->scale),
                             0,
                             (float)((right - left) / view->scale),
                             (float)view->height / (float)view->scale));
    if (!old_covers)
      fill (self, snapshot, &(GdkRGBA){0.04f, 0.03f, 0.06f, 1});
    if (self->old_zoom != 0)
      draw_old (self, snapshot, view, TSR_TILE_BASE);
    gtk_snapshot_pop (snapshot);
    c = column.column_last + 1;
  }
}

/* A layer's picture, moved along if the view moved since. */
static void
draw_drag_layer (TsrDragLayer *layer, GtkSnapshot *snapshot, const View *view)
{
  TsrTileArea area;
  GdkTexture *texture = tsr_drag_layer_get (layer, &area);

  if (texture == NULL || !same_plane (&area.plane, &view->plane))
    return;
  double x = (double)area.left_px - round (view->left);
  double y = (double)area.top_px - round (view->top);
  append (snapshot, texture, x, y, x + area.width, y + area.height, view->scale);
}

static void
draw_selection (TsrCanvas   *self,
                GtkSnapshot *snapshot,
                const View  *view,
                gboolean     covered)
{
  gboolean      dragged = tsr_drag_layer_is_shown (self->drag_layer);
  TsrSelection *selection = tsr_session_get_selection (self->session);

  if (self->foreseen != NULL || (dragged && self->foresaw)) {
    draw_drag_layer (self->drag_layer, snapshot, view);
    return;
  }
  if (tsr_canvas_is_comparing (self)) {
    fill (self, snapshot, &(GdkRGBA){0, 0, 0, 0.5f});
    draw_drag_layer (self->compare_layer, snapshot, view);
    return;
  }
  if (!dragged && tsr_selection_size (selection) == 0)
    return;
  fill (self, snapshot, &(GdkRGBA){0, 0, 0, dragged ? 0.55f : 0.4f});
  if (dragged)
    draw_drag_layer (self->drag_layer, snapshot, view);
  else if (covered || self->old_zoom == 0)
    draw_current (self, snapshot, view, TSR_TILE_SELECTED);
  else
    draw_old (self, snapshot, view, TSR_TILE_SELECTED);
}

/* Once the released edit is painted in the tiles, its preview can go. */
static void
retire_drag_layer (TsrCanvas *self)
{
  if (tsr_drag_layer_is_shown (self->drag_layer) &&
      tsr_session_get_preview (self->session) == NULL && self->foreseen == NULL &&
      tsr_tile_cache_n_pending (self->tiles) == 0) {
    tsr_drag_layer_clear (self->drag_layer);
    self->foresaw = FALSE;
  }
}

void
tsr_canvas_snapshot_tiles (TsrCanvas *self, GtkSnapshot *snapshot)
{
  View         view;
  TsrTileRange range;

  if (self->sound == NULL || !get_view (self, &view)) {
    fill (self, snapshot, &(GdkRGBA){0.04f, 0.03f, 0.06f, 1});
    return;
  }
  if (!same_plane (&self->plane, &view.plane) || self->zoom == 0) {
    if (wants_new_zoom (self, &view.plane))
      begin_zoom (self, &view);
  } else
    g_clear_handle_id (&self->settle_source, g_source_remove);
  gboolean exact = same_plane (&self->plane, &view.plane);
  if (exact) {
    /* All of what is drawn counts from this zoom's own plane. */
    view.left *= self->plane.px_per_s / view.plane.px_per_s;
    view.top *= self->plane.height_px / view.plane.height_px;
    view.plane = self->plane;
  }
  range_of (&view, &self->plane, self->tile_height, &range);
  if (exact)
    tsr_tile_cache_want (self->tiles, self->zoom, &range);
  retire_drag_layer (self);
  gboolean covered = is_covered (self, self->zoom, &range);
  if (covered && exact)
    self->old_zoom = 0;
  /* In the middle of a zoom one whole earlier picture is calmer, and faster, than two. */
  if (!covered && !exact && old_zoom_covers (self, &view))
    draw_old (self, snapshot, &view, TSR_TILE_BASE);
  else {
    if (!covered)
      draw_missing (self, snapshot, &view, &range);
    draw_current (self, snapshot, &view, TSR_TILE_BASE);
  }
  TsrPictureKind kind;
  tsr_session_get_picture (self->session, &kind);
  if (kind == TSR_PICTURE_BEFORE) /* it is of an earlier state */
    fill (self, snapshot, &(GdkRGBA){0, 0, 0, 0.3f});
  draw_selection (self, snapshot, &view, covered);
}

static void
fill_styles (TsrCanvas *self, TsrLevelStyle *levels, TsrPartialStyle *partials)
{
  g_autofree char *name = NULL;
  double           opacity = tsr_canvas_get_double (self, "partials-opacity");

  g_object_get (self->session, "colormap", &name, NULL);
  *levels = (TsrLevelStyle){.colormap = TSR_COLORMAP_MAGMA,
                            .floor_db = tsr_canvas_get_double (self, "floor-db"),
                            .ceiling_db = tsr_canvas_get_double (self, "ceiling-db"),
                            .blend = tsr_canvas_get_double (self, "blend")};
  tsr_colormap_from_string (name, &levels->colormap);
  *partials = (TsrPartialStyle){.floor_db = levels->floor_db,
                                .ceiling_db = levels->ceiling_db - 12,
                                .width_px = 1.5,
                                .channel = -1,
                                .accent = TSR_CANVAS_ACCENT,
                                .fade = 1 - opacity,
                                .casing = 0.5 * opacity};
  int channel;
  g_object_get (self->session, "channel", &channel, NULL);
  partials->channel = channel;
}

void
tsr_canvas_update_style (TsrCanvas *self)
{
  TsrLevelStyle   levels;
  TsrPartialStyle partials;

  fill_styles (self, &levels, &partials);
  tsr_tile_cache_set_style (self->tiles, &levels, &partials);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
tsr_canvas_get_area (TsrCanvas *self, TsrTileArea *area)
{
  View view;

  if (!get_view (self, &view))
    return FALSE;
  *area = (TsrTileArea){.plane = view.plane,
                        .left_px = (gint64)round (view.left),
                        .top_px = (gint64)round (view.top),
                        .width = MIN (view.width, 8192),
                        .height = MIN (view.height, 8192)};
  return TRUE;
}

void
tsr_canvas_update_preview (TsrCanvas *self)
{
  const TsrPreview *preview = tsr_session_get_preview (self->session);
  TsrPartialSet    *set = tsr_canvas_partials (self);
  TsrSelection     *selection = tsr_session_get_selection (self->session);
  View              view;

  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (preview == NULL || set == NULL || !get_view (self, &view))
    return;
  TsrLevelStyle   levels;
  TsrPartialStyle style;
  fill_styles (self, &levels, &style);
  style.selected = TRUE;
  style.width_px = 1.25 * tsr_tile_line_width (set, &view.plane, view.scale);
  TsrTileArea area;
  tsr_canvas_get_area (self, &area);
  g_autoptr (GBytes) mask = NULL;
  const TsrRegion *region = NULL;
  if (tsr_selection_size (selection) > 0) {
    region = tsr_selection_region (selection);
    mask = g_bytes_new_take (tsr_selection_mask (selection, set),
                             tsr_partial_set_size (set));
  }
  tsr_drag_layer_request (self->drag_layer, &area, set, mask, region, &style, preview);
}

void
tsr_canvas_update_foreseen (TsrCanvas *self)
{
  View            view;
  TsrTileArea     area;
  TsrLevelStyle   levels;
  TsrPartialStyle style;

  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->foreseen == NULL || !get_view (self, &view))
    return;
  fill_styles (self, &levels, &style);
  style.width_px = tsr_tile_line_width (self->foreseen, &view.plane, view.scale);
  tsr_canvas_get_area (self, &area);
  tsr_drag_layer_request (
      self->drag_layer, &area, self->foreseen, NULL, NULL, &style, NULL);
}

double
tsr_canvas_level_at (TsrCanvas *self, double x, double y)
{
  View  view;
  float conventional, reassigned;

  if (self->zoom == 0 || !get_view (self, &view))
    return NAN;
  double kx = self->plane.px_per_s / view.plane.px_per_s;
  double ky = self->plane.height_px / view.plane.height_px;
  if (!tsr_tile_cache_level_at (self->tiles,
                                self->zoom,
                                (gint64)floor ((view.left + x * view.scale) * kx),
                                (gint64)floor ((view.top + y * view.scale) * ky),
                                &conventional,
                                &reassigned))
    return NAN;
  double blend = tsr_canvas_get_double (self, "blend");
  return (1 - blend) * (double)conventional + blend * (double)reassigned;
}
