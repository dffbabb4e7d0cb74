/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tiles: two side by side are one, above one another too; levels to colours; blend; what
 * a preview does to lines.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "views/draw/tile.h"

enum { SIZE = 256 };

static TsrPartialSet *
make_set (void)
{
  TsrPartial *partials[40];

  for (int i = 0; i < 40; i++) {
    TsrBreakpoint points[60] = {0};
    double        phase = 0, step_s = i % 3 == 0 ? 0.002 : i % 3 == 1 ? 0.02 : 0.1;
    for (int k = 0; k < 60; k++) {
      double hz = 300 + 180 * i + 40 * sin (0.5 * k + i);
      points[k] = (TsrBreakpoint){.time_s = 0.01 * i + k * step_s,
                                  .phase_turns = phase,
                                  .frequency_hz = hz,
                                  .log_amplitude = -0.1 * k};
      phase += hz * step_s;
    }
    partials[i] = tsr_partial_new (i + 1, 0, i % 2 != 0, points, 60);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, 40);
  for (int i = 0; i < 40; i++)
    tsr_partial_unref (partials[i]);
  return set;
}

static uint32_t *
draw (TsrPartialSet *set, const TsrTileArea *area, const TsrPartialStyle *style)
{
  gsize     n = (gsize)area->width * (gsize)area->height;
  uint32_t *pixels = g_new (uint32_t, n);
  TsrRaster raster = {pixels, area->width, area->height, (size_t)area->width};

  for (gsize i = 0; i < n; i++)
    pixels[i] = 0xff000000;
  g_assert_true (tsr_tile_draw_partials (&raster, area, set, style, NULL));
  return pixels;
}

static const TsrPartialStyle plain = {
    .floor_db = -90, .ceiling_db = 0, .width_px = 1.6, .channel = -1, .casing = 0.5};

static int
channel_difference (uint32_t a, uint32_t b)
{
  int largest = 0;

  for (int shift = 0; shift < 32; shift += 8)
    largest = MAX (largest, abs ((int)(a >> shift & 255) - (int)(b >> shift & 255)));
  return largest;
}

/* At several zooms and scales the tiles of a grid are the picture made in one. */
static void
test_seams (void)
{
  static const double zooms[] = {40, 333.3, 2500};
  TsrPartialSet      *set = make_set ();

  for (gsize z = 0; z < G_N_ELEMENTS (zooms); z++)
    for (int scale = 0; scale < 3; scale++) {
      TsrPlane             plane = {.px_per_s = zooms[z],
                                    .height_px = 700,
                                    .scale = (TsrFrequencyScale)scale,
                                    .low_hz = 20,
                                    .high_hz = 9000};
      TsrTileArea          whole = {plane, 30, 200, SIZE, SIZE};
      g_autofree uint32_t *one = draw (set, &whole, &plain);
      for (int part = 0; part < 4; part++) {
        TsrTileArea          tile = {plane,
                                     30 + part % 2 * SIZE / 2,
                                     200 + part / 2 * SIZE / 2,
                                     SIZE / 2,
                                     SIZE / 2};
        g_autofree uint32_t *quarter = draw (set, &tile, &plain);
        for (int y = 0; y < SIZE / 2; y++)
          for (int x = 0; x < SIZE / 2; x++) {
            uint32_t expected =
                one[(y + part / 2 * SIZE / 2) * SIZE + x + part % 2 * SIZE / 2];
            g_assert_cmpint (
                channel_difference (quarter[y * SIZE / 2 + x], expected), <=, 3);
          }
      }
    }
  tsr_partial_set_unref (set);
}

static void
test_levels (void)
{
  float     conventional[4] = {-200, -90, -45, 0}, reassigned[4] = {-200, 0, -45, -200};
  uint32_t  pixels[4], colors[TSR_COLORMAP_N_COLORS];
  TsrRaster raster = {pixels, 4, 1, 4};
  TsrLevelStyle style = {TSR_COLORMAP_INFERNO, -90, 0, 0};

  tsr_colormap_fill (TSR_COLORMAP_INFERNO, colors);
  tsr_tile_paint_levels (&raster, conventional, NULL, &style);
  g_assert_cmphex (pixels[0], ==, colors[0]);
  g_assert_cmphex (pixels[1], ==, colors[0]);
  g_assert_cmphex (pixels[2], ==, colors[128]);
  g_assert_cmphex (pixels[3], ==, colors[255]);
  style.blend = 1;
  tsr_tile_paint_levels (&raster, conventional, reassigned, &style);
  g_assert_cmphex (pixels[1], ==, colors[255]);
  g_assert_cmphex (pixels[3], ==, colors[0]);
  style.blend = 0.5;
  tsr_tile_paint_levels (&raster, conventional, reassigned, &style);
  g_assert_cmphex (pixels[0], ==, colors[0]);
  g_assert_cmphex (pixels[1], ==, colors[128]);
  g_assert_cmphex (pixels[2], ==, colors[128]);
  g_assert_cmphex (pixels[3], ==, colors[128]);
}

static void
test_grid (void)
{
  TsrPlane           plane = {.px_per_s = 100,
                              .height_px = 800,
                              .scale = TSR_FREQUENCY_LINEAR,
                              .low_hz = 0,
                              .high_hz = 8000};
  TsrTileArea        area = {plane, 256, 200, 256, 400};
  TsrSpectrogramGrid grid;

  tsr_tile_grid (&area, 80, &grid);
  g_assert_cmpfloat_with_epsilon (grid.start_s, 2.56, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid.end_s, 5.12, 1e-12);
  g_assert_cmpfloat_with_epsilon (grid.high_hz, 6000, 1e-9);
  g_assert_cmpfloat_with_epsilon (grid.low_hz, 2000, 1e-9);
  g_assert_cmpuint (grid.n_columns, ==, 256);
  g_assert_cmpuint (grid.n_rows, ==, 400);
}

static gsize
ink (const uint32_t *pixels, int row)
{
  gsize n = 0;

  for (int x = 0; x < SIZE; x++)
    n += (pixels[row * SIZE + x] & 0xffffff) != 0;
  return n;
}

/* A steady 1 kHz line: channel, mask and preview decide whether and where it is drawn. */
static void
test_styles (void)
{
  TsrBreakpoint   points[2] = {{.frequency_hz = 1000},
                               {.time_s = 2.56, .phase_turns = 2560, .frequency_hz = 1000}};
  TsrPartial     *partial = tsr_partial_new (1, 0, 0, points, 2);
  TsrPartialSet  *set = tsr_partial_set_new (&partial, 1);
  TsrTileArea     area = {{100, SIZE, TSR_FREQUENCY_LINEAR, 0, 2560}, 0, 0, SIZE, SIZE};
  TsrPartialStyle style = {
      .floor_db = -90, .ceiling_db = 0, .width_px = 1, .channel = -1};
  const uint8_t off = 0;
  TsrPreview    up = {.pitch_ratio = 2, .stretch = 0.5, .anchor_s = 0};
  TsrRegion     half = {1, 2, 0, 2000};
  int           row = 156; /* 2560 - 1000, ten Hz a row */

  g_autofree uint32_t *all = draw (set, &area, &style);
  g_assert_cmpuint (ink (all, row) + ink (all, row - 1), >=, SIZE);
  style.channel = 1;
  g_autofree uint32_t *other = draw (set, &area, &style);
  g_assert_cmpuint (ink (other, row) + ink (other, row - 1), ==, 0);
  style.channel = -1;
  style.mask = &off;
  style.mask_drawn = 1;
  g_autofree uint32_t *masked = draw (set, &area, &style);
  g_assert_cmpuint (ink (masked, row) + ink (masked, row - 1), ==, 0);
  style.mask = NULL;
  style.preview = &up;
  g_autofree uint32_t *moved = draw (set, &area, &style);
  g_assert_cmpuint (ink (moved, row) + ink (moved, row - 1), ==, 0);
  g_assert_cmpuint (MAX (ink (moved, 56), ink (moved, 55)), ==, SIZE / 2);
  style.preview = NULL;
  style.region = &half;
  g_autofree uint32_t *inside = draw (set, &area, &style);
  g_assert_cmpfloat (
      fabs ((double)MAX (ink (inside, row), ink (inside, row - 1)) - 100), <, 14);
  tsr_partial_unref (partial);
  tsr_partial_set_unref (set);
}

static bool
stop (void *user)
{
  return true;
}

static void
test_cancel (void)
{
  TsrPartialSet *set = make_set ();
  uint32_t      *pixels = g_new0 (uint32_t, SIZE * SIZE);
  TsrRaster      raster = {pixels, SIZE, SIZE, SIZE};
  TsrTileArea    area = {{100, SIZE, TSR_FREQUENCY_LINEAR, 0, 9000}, 0, 0, SIZE, SIZE};
  TsrJob         job = {.cancelled = stop};

  g_assert_false (tsr_tile_draw_partials (&raster, &area, set, &plain, &job));
  g_free (pixels);
  tsr_partial_set_unref (set);
}

static void
test_width (void)
{
  TsrPartialSet *set = make_set ();
  TsrPlane       far = {10, 40, TSR_FREQUENCY_LINEAR, 0, 9000};
  TsrPlane       near = {10, 9000, TSR_FREQUENCY_LINEAR, 0, 9000};

  g_assert_cmpfloat (
      tsr_tile_line_width (set, &far, 1), <, tsr_tile_line_width (set, &near, 1));
  g_assert_cmpfloat (tsr_tile_line_width (set, &near, 1), <=, 2.4);
  near.height_px *= 2;
  g_assert_cmpfloat_with_epsilon (tsr_tile_line_width (set, &near, 2), 4.8, 1e-9);
  tsr_partial_set_unref (set);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/tile/seams", test_seams);
  g_test_add_func ("/draw/tile/levels", test_levels);
  g_test_add_func ("/draw/tile/grid", test_grid);
  g_test_add_func ("/draw/tile/styles", test_styles);
  g_test_add_func ("/draw/tile/cancel", test_cancel);
  g_test_add_func ("/draw/tile/width", test_width);
  return g_test_run ();
}
