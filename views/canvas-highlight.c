/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partial under the pointer or the focus, drawn brighter and wider: a small texture
 * made by the tiles' rasteriser when it changes.
 */
#include <math.h>
#include <string.h>

#include "views/canvas-private.h"

static TsrPartial *
highlighted_partial (TsrCanvas *self, TsrPartialSet **set)
{
  gint64 id = self->hover_id != 0 ? self->hover_id : self->focus_id;

  *set = tsr_canvas_partials (self);
  if (id == 0 || *set == NULL || tsr_session_get_preview (self->session) != NULL)
    return NULL;
  int64_t index = tsr_partial_set_index_of (*set, id);
  return index < 0 ? NULL : tsr_partial_set_at (*set, (size_t)index);
}

/* The part of the visible area that the partial can touch. */
static gboolean
narrow (TsrTileArea *area, const TsrPartialSummary *s, int margin)
{
  const TsrPlane *plane = &area->plane;
  gint64          left = (gint64)floor (
      fmax (tsr_plane_x_of (plane, s->start_s) - margin, (double)area->left_px));
  gint64 right = (gint64)ceil (fmin (tsr_plane_x_of (plane, s->end_s) + margin,
                                     (double)(area->left_px + area->width)));
  gint64 top = (gint64)floor (
      fmax (tsr_plane_y_of (plane, s->high_hz) - 4 * margin, (double)area->top_px));
  gint64 bottom = (gint64)ceil (fmin (tsr_plane_y_of (plane, s->low_hz) + 4 * margin,
                                      (double)(area->top_px + area->height)));

  if (right <= left || bottom <= top)
    return FALSE;
  area->left_px = left;
  area->top_px = top;
  area->width = (int)(right - left);
  area->height = (int)(bottom - top);
  return TRUE;
}

static void
draw (TsrCanvas *self, TsrPartial *partial, const TsrTileArea *area, int scale)
{
  g_autofree uint32_t *pixels =
      g_new0 (uint32_t, (gsize)area->width * (gsize)area->height);
  TsrRaster       raster = {pixels, area->width, area->height, (size_t)area->width};
  TsrPartialSet  *one = tsr_partial_set_new (&partial, 1);
  TsrPartialStyle style = {.floor_db = -200,
                           .ceiling_db = -199,
                           .width_px = 2.6 * scale,
                           .channel = -1,
                           .casing = 0.7};

  style.selected = tsr_selection_contains (tsr_session_get_selection (self->session),
                                           tsr_partial_id (partial));
  style.accent = TSR_CANVAS_ACCENT;
  if (one == NULL || !tsr_tile_draw_partials (&raster, area, one, &style, NULL)) {
    tsr_partial_set_unref (one);
    return;
  }
  tsr_partial_set_unref (one);
  g_autoptr (GBytes) bytes = g_bytes_new_take (
      g_steal_pointer (&pixels), (gsize)area->width * (gsize)area->height * 4);
  self->highlight = gdk_memory_texture_new (area->width,
                                            area->height,
                                            GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                            bytes,
                                            (gsize)area->width * 4);
}

void
tsr_canvas_snapshot_highlight (TsrCanvas *self, GtkSnapshot *snapshot)
{
  TsrPartialSet *set;
  TsrPartial    *partial = highlighted_partial (self, &set);
  int            scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  TsrTileArea    seen, area;

  if (partial == NULL || !tsr_canvas_get_area (self, &seen))
    return;
  area = seen;
  if (!narrow (&area, tsr_partial_summary (partial), 4 * scale))
    return;
  if (self->highlight == NULL || self->highlight_id != tsr_partial_id (partial) ||
      self->highlight_set != set ||
      memcmp (&self->highlight_area, &area, sizeof area) != 0) {
    g_clear_object (&self->highlight);
    draw (self, partial, &area, scale);
    self->highlight_id = tsr_partial_id (partial);
    self->highlight_set = set;
    memcpy (&self->highlight_area, &area, sizeof area);
  }
  if (self->highlight != NULL)
    gtk_snapshot_append_texture (
        snapshot,
        self->highlight,
        &GRAPHENE_RECT_INIT ((float)(area.left_px - seen.left_px) / (float)scale,
                             (float)(area.top_px - seen.top_px) / (float)scale,
                             (float)area.width / (float)scale,
                             (float)area.height / (float)scale));
}
