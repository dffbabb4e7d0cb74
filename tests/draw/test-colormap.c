/* SPDX-License-Identifier: GPL-3.0-or-later
 * Colour maps: ends, order, even steps, names; contrast of the partials.
 */
#include <glib.h>
#include <math.h>

#include "views/draw/colormap.h"

static void
test_names (void)
{
  TsrColormap found;

  for (int i = 0; i < TSR_COLORMAP_N; i++) {
    g_assert_true (
        tsr_colormap_from_string (tsr_colormap_to_string ((TsrColormap)i), &found));
    g_assert_cmpint (found, ==, i);
  }
  g_assert_false (tsr_colormap_from_string ("jet", &found));
  g_assert_false (tsr_colormap_from_string (NULL, &found));
}

static double
lightness (uint32_t color)
{
  double y = tsr_color_luminance (color);

  return y > 216.0 / 24389 ? 116 * cbrt (y) - 16 : y * 24389 / 27; /* CIE L* */
}

/* Lightness never falls from one level to the next, and no step is much larger than the
 * mean: what is louder looks louder, everywhere on the scale. */
static void
test_even_steps (void)
{
  for (int map = 0; map < TSR_COLORMAP_N; map++) {
    uint32_t colors[TSR_COLORMAP_N_COLORS];
    tsr_colormap_fill ((TsrColormap)map, colors);
    double mean = (lightness (colors[255]) - lightness (colors[0])) / 255;
    g_assert_cmpfloat (lightness (colors[255]) - lightness (colors[0]), >, 65);
    for (int i = 0; i < TSR_COLORMAP_N_COLORS; i++)
      g_assert_cmphex (colors[i] >> 24, ==, 0xff);
    for (int i = 1; i < TSR_COLORMAP_N_COLORS; i++) {
      double step = lightness (colors[i]) - lightness (colors[i - 1]);
      g_assert_cmpfloat (step, >, -0.25); /* a byte's rounding */
      g_assert_cmpfloat (step, <, 2.5 * mean + 0.5);
    }
  }
}

static void
test_published_colors (void)
{
  uint32_t colors[TSR_COLORMAP_N_COLORS];

  tsr_colormap_fill (TSR_COLORMAP_MAGMA, colors);
  g_assert_cmphex (colors[0], ==, 0xff000004);
  g_assert_cmphex (colors[255], ==, 0xfffcfdbf);
  tsr_colormap_fill (TSR_COLORMAP_VIRIDIS, colors);
  g_assert_cmphex (colors[85], ==, 0xff31688e); /* the fourth of ten */
  tsr_colormap_fill (TSR_COLORMAP_GREY, colors);
  g_assert_cmphex (colors[0], ==, 0xff000000);
  g_assert_cmphex (colors[255], ==, 0xffffffff);
}

static void
test_partials_stand_out (void)
{
  const uint32_t black = 0xff000000;

  for (int i = 0; i <= 20; i++) {
    double unit = i / 20.0;
    g_assert_cmpfloat (tsr_color_contrast (tsr_partial_color (unit), black), >=, 4.5);
    g_assert_cmpfloat (
        tsr_color_contrast (tsr_selected_color (0xff62a0ea, unit), black), >=, 4.5);
    if (i > 0)
      g_assert_cmpfloat (tsr_color_luminance (tsr_partial_color (unit)),
                         >,
                         tsr_color_luminance (tsr_partial_color (unit - 0.05)));
  }
  g_assert_cmpfloat (tsr_color_contrast (tsr_partial_color (1), black), >=, 18);
}

static void
test_alpha (void)
{
  g_assert_cmphex (tsr_color_with_alpha (0xff804020, 1), ==, 0xff804020);
  g_assert_cmphex (tsr_color_with_alpha (0xff804020, 0), ==, 0);
  g_assert_cmphex (tsr_color_with_alpha (0xffffffff, 0.5), ==, 0x80808080);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/colormap/names", test_names);
  g_test_add_func ("/draw/colormap/even-steps", test_even_steps);
  g_test_add_func ("/draw/colormap/published-colors", test_published_colors);
  g_test_add_func ("/draw/colormap/partials-stand-out", test_partials_stand_out);
  g_test_add_func ("/draw/colormap/alpha", test_alpha);
  return g_test_run ();
}
