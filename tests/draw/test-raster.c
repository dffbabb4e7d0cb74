/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line rasteriser against Cairo's picture of the same lines, and its own promises.
 */
#include <cairo.h>
#include <glib.h>
#include <math.h>
#include <string.h>

#include "views/draw/raster.h"

enum { WIDTH = 240, HEIGHT = 160 };

typedef struct {
  uint32_t  pixels[WIDTH * HEIGHT];
  TsrRaster raster;
} Picture;

static Picture *
picture_new (uint32_t ground)
{
  Picture *p = g_new0 (Picture, 1);

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    p->pixels[i] = ground;
  p->raster = (TsrRaster){p->pixels, WIDTH, HEIGHT, WIDTH};
  return p;
}

static void
draw (Picture *p, double (*points)[2], int n, double width_px, uint32_t color)
{
  TsrPen *pen = tsr_pen_new (&p->raster);

  tsr_pen_move_to (pen, points[0][0], points[0][1]);
  for (int i = 1; i < n; i++)
    tsr_pen_line_to (pen, points[i][0], points[i][1], width_px, color);
  tsr_pen_finish (pen);
  tsr_pen_free (pen);
}

static void
draw_with_cairo (Picture *p, double (*points)[2], int n, double width_px)
{
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
      (unsigned char *)p->pixels, CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT, WIDTH * 4);
  cairo_t *cr = cairo_create (surface);

  cairo_set_antialias (cr, CAIRO_ANTIALIAS_BEST);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, width_px);
  cairo_set_source_rgb (cr, 1, 1, 1);
  for (int i = 0; i < n; i++)
    cairo_line_to (cr, points[i][0], points[i][1]);
  cairo_stroke (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  cairo_surface_destroy (surface);
}

/* Differences over the pixels that either picture touched, 0..255, away from the ends of
 * the lines: ours are cut along the axis, Cairo's across the line. */
static void
compare (const Picture *a, const Picture *b, double *mean, int *largest)
{
  double sum = 0;
  int    n = 0;

  *largest = 0;
  for (int i = 0; i < WIDTH * HEIGHT; i++) {
    int x = a->pixels[i] & 255, y = b->pixels[i] & 255;
    if ((x == 0 && y == 0) || i % WIDTH < 27 || i % WIDTH > 214)
      continue;
    sum += abs (x - y);
    *largest = MAX (*largest, abs (x - y));
    n++;
  }
  *mean = n > 0 ? sum / n : 0;
}

/* Bounds on the difference from Cairo in steps of 255. Joints differ most: Cairo's are
 * round. */
static void
test_like_cairo (void)
{
  static const struct {
    const char *name;
    double      width_px, slope, wave_px, step_px;
    double      mean;
    int         largest;
  } rows[] = {
      {"level", 1.0, 0, 0, 200, 2, 4},
      {"shallow", 1.5, 0.05, 0, 200, 6, 18},
      {"slanted", 2.0, 0.4, 0, 200, 6, 18},
      {"diagonal", 2.0, 0.55, 0, 200, 6, 20},
      {"slow wave", 1.5, 0, 20, 4, 5, 75},
      {"vibrato", 1.8, 0, 8, 2, 3, 16},
      {"thick wave", 4.0, 0.1, 12, 5, 4, 40},
  };

  for (gsize r = 0; r < G_N_ELEMENTS (rows); r++) {
    double              points[256][2];
    int                 n = 0;
    g_autofree Picture *ours = picture_new (0xff000000);
    g_autofree Picture *theirs = picture_new (0xff000000);
    for (double x = 20.3; x <= 222; x += rows[r].step_px, n++) {
      points[n][0] = x;
      points[n][1] = 40.37 + rows[r].slope * (x - 20) + rows[r].wave_px * sin (x / 14);
    }
    draw (ours, points, n, rows[r].width_px, 0xffffffff);
    draw_with_cairo (theirs, points, n, rows[r].width_px);
    double mean;
    int    largest;
    compare (ours, theirs, &mean, &largest);
    g_test_message ("%s: mean %.2f, largest %d", rows[r].name, mean, largest);
    g_assert_cmpfloat (mean, <=, rows[r].mean);
    g_assert_cmpint (largest, <=, rows[r].largest);
  }
}

static void
test_steep_like_cairo (void)
{
  double              points[][2] = {{60.2, 10.5}, {75.7, 140.5}};
  g_autofree Picture *ours = picture_new (0xff000000);
  g_autofree Picture *theirs = picture_new (0xff000000);
  double              mean;
  int                 largest;

  draw (ours, points, 2, 2, 0xffffffff);
  draw_with_cairo (theirs, points, 2, 2);
  compare (ours, theirs, &mean, &largest);
  g_assert_cmpfloat (mean, <=, 5);
  g_assert_cmpint (largest, <=, 60);
}

/* Ink is width times length, wherever the line lies between the pixels. */
static void
test_area (void)
{
  for (int i = 0; i < 16; i++) {
    double              y = 50 + i / 16.0, sum = 0;
    double              points[][2] = {{20 + i / 16.0, y}, {180 + i / 16.0, y + 20}};
    g_autofree Picture *p = picture_new (0xff000000);
    draw (p, points, 2, 1.7, 0xffffffff);
    for (int k = 0; k < WIDTH * HEIGHT; k++)
      sum += (p->pixels[k] & 255) / 255.0;
    g_assert_cmpfloat (fabs (sum / (1.7 * hypot (160, 20)) - 1), <, 0.01);
  }
}

/* A line in many pieces looks like the line in one: joints are blended once. */
static void
test_joints (void)
{
  g_autofree Picture *whole = picture_new (0xff000000);
  g_autofree Picture *pieces = picture_new (0xff000000);
  double              ends[][2] = {{10.25, 30.4}, {230.5, 61.9}}, points[64][2];

  for (int i = 0; i < 64; i++) {
    double u = i / 63.0;
    points[i][0] = ends[0][0] + u * (ends[1][0] - ends[0][0]);
    points[i][1] = ends[0][1] + u * (ends[1][1] - ends[0][1]);
  }
  draw (whole, ends, 2, 1.5, 0xffffffff);
  draw (pieces, points, 64, 1.5, 0xffffffff);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpint (
        abs ((int)(whole->pixels[i] & 255) - (int)(pieces->pixels[i] & 255)), <=, 12);
}

static void
test_outside (void)
{
  g_autofree Picture *p = picture_new (0xff000000);
  double far[][2] = {{-1e12, -1e12}, {1e12, -1e11}, {5, -500}, {NAN, 3}, {1e300, 1e300}};
  double across[][2] = {{-1e6, 80.5}, {1e6, 80.5}};

  draw (p, far, G_N_ELEMENTS (far), 3, 0xffffffff);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmphex (p->pixels[i], ==, 0xff000000);
  draw (p, across, 2, 1, 0xffffffff);
  for (int x = 0; x < WIDTH; x++) {
    g_assert_cmphex (p->pixels[80 * WIDTH + x], ==, 0xffffffff);
    g_assert_cmphex (p->pixels[82 * WIDTH + x], ==, 0xff000000);
  }
}

static void
test_blend (void)
{
  g_assert_cmphex (tsr_blend (0xff102030, 0xffffffff, 256), ==, 0xffffffff);
  g_assert_cmphex (tsr_blend (0xff102030, 0xffffffff, 0), ==, 0xff102030);
  g_assert_cmphex (tsr_blend (0, 0x80402010, 256), ==, 0x80402010);
  g_assert_cmpint (tsr_blend (0xff000000, 0xff00ff00, 128) >> 8 & 255, ==, 127);
  /* Opaque stays opaque. */
  for (uint32_t c = 0; c <= 256; c++)
    g_assert_cmpint (tsr_blend (0xff808080, 0xffffffff, c) >> 24, >=, 254);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/raster/like-cairo", test_like_cairo);
  g_test_add_func ("/draw/raster/steep-like-cairo", test_steep_like_cairo);
  g_test_add_func ("/draw/raster/area", test_area);
  g_test_add_func ("/draw/raster/joints", test_joints);
  g_test_add_func ("/draw/raster/outside", test_outside);
  g_test_add_func ("/draw/raster/blend", test_blend);
  return g_test_run ();
}
