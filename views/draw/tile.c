/* SPDX-License-Identifier: GPL-3.0-or-later
 * Geometry of the plane, and levels to colours. Partials are drawn by tile-partials.c.
 */
#include "views/draw/tile.h"

#include <math.h>

double
tsr_plane_x_of (const TsrPlane *plane, double time_s)
{
  return time_s * plane->px_per_s;
}

double
tsr_plane_y_of (const TsrPlane *plane, double hz)
{
  return (1 - tsr_frequency_to_unit (plane->scale, plane->low_hz, plane->high_hz, hz)) *
         plane->height_px;
}

double
tsr_plane_hz_at (const TsrPlane *plane, double y_px)
{
  return tsr_frequency_from_unit (
      plane->scale, plane->low_hz, plane->high_hz, 1 - y_px / plane->height_px);
}

void
tsr_tile_grid (const TsrTileArea *area, double spacing_hz, TsrSpectrogramGrid *grid)
{
  const TsrPlane *plane = &area->plane;

  *grid = (TsrSpectrogramGrid){
      .start_s = (double)area->left_px / plane->px_per_s,
      .end_s = (double)(area->left_px + area->width) / plane->px_per_s,
      .n_columns = (size_t)area->width,
      .scale = plane->scale,
      .low_hz =
          fmax (0.0, tsr_plane_hz_at (plane, (double)(area->top_px + area->height))),
      .high_hz = tsr_plane_hz_at (plane, (double)area->top_px),
      .n_rows = (size_t)area->height,
      .spacing_hz = spacing_hz,
      .window = TSR_WINDOW_SMOOTH4,
  };
}

static inline uint32_t
color_of (const uint32_t *colors, float level)
{
  return colors[level <= 0 ? 0 : level >= 255 ? 255 : (int)(level + 0.5f)];
}

static void
paint_one (const TsrRaster *raster,
           const float     *db,
           float            floor_db,
           float            scale,
           const uint32_t  *colors)
{
  for (int y = 0; y < raster->height; y++) {
    uint32_t    *out = raster->pixels + (size_t)y * raster->stride;
    const float *in = db + (size_t)y * (size_t)raster->width;
    for (int x = 0; x < raster->width; x++)
      out[x] = color_of (colors, (in[x] - floor_db) * scale);
  }
}

/* Both are held at the floor before they are mixed: a point that only one of them shows
 * then fades evenly. */
static void
paint_mix (const TsrRaster *raster,
           const float     *a_db,
           const float     *b_db,
           float            floor_db,
           float            scale,
           float            blend,
           const uint32_t  *colors)
{
  for (int y = 0; y < raster->height; y++) {
    uint32_t    *out = raster->pixels + (size_t)y * raster->stride;
    const float *a = a_db + (size_t)y * (size_t)raster->width;
    const float *b = b_db + (size_t)y * (size_t)raster->width;
    for (int x = 0; x < raster->width; x++) {
      float low = fmaxf (0, (a[x] - floor_db) * scale);
      float high = fmaxf (0, (b[x] - floor_db) * scale);
      out[x] = color_of (colors, low + blend * (high - low));
    }
  }
}

void
tsr_tile_paint_levels (const TsrRaster     *raster,
                       const float         *conventional_db,
                       const float         *reassigned_db,
                       const TsrLevelStyle *style)
{
  uint32_t colors[TSR_COLORMAP_N_COLORS];
  float    floor_db = (float)style->floor_db;
  float    scale = (float)(255 / fmax (1e-3, style->ceiling_db - style->floor_db));

  tsr_colormap_fill (style->colormap, colors);
  if (style->blend <= 0 || reassigned_db == NULL)
    paint_one (raster, conventional_db, floor_db, scale, colors);
  else if (style->blend >= 1 || conventional_db == NULL)
    paint_one (raster, reassigned_db, floor_db, scale, colors);
  else
    paint_mix (raster,
               conventional_db,
               reassigned_db,
               floor_db,
               scale,
               (float)style->blend,
               colors);
}

double
tsr_tile_line_width (const TsrPartialSet *set, const TsrPlane *plane, double pixel_scale)
{
  double start_s, end_s, low_hz, high_hz, sounding_s = 0;
  size_t n = tsr_partial_set_size (set);

  tsr_partial_set_bounds (set, &start_s, &end_s, &low_hz, &high_hz);
  if (n == 0 || !(end_s > start_s))
    return 1.8 * pixel_scale;
  for (size_t i = 0; i < n; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
    sounding_s += s->end_s - s->start_s;
  }
  double at_once = fmax (1.0, sounding_s / (end_s - start_s));
  double room_px = plane->height_px / pixel_scale / at_once;
  return fmax (0.9, fmin (2.4, 0.7 + 0.12 * room_px)) * pixel_scale;
}

void
tsr_preview_map (const TsrPreview *preview, double *time_s, double *hz, double *level_db)
{
  *time_s = preview->anchor_s + (*time_s - preview->anchor_s) * preview->stretch +
            preview->move_s;
  *hz = fmax (0.0, *hz * preview->pitch_ratio + preview->shift_hz);
  *level_db += preview->gain_db;
  if (preview->filter_gain_db_over_hz != NULL)
    *level_db += tsr_curve_at (preview->filter_gain_db_over_hz, *hz);
}
