/* SPDX-License-Identifier: GPL-3.0-or-later
 * Colour maps through published control points, joined in Oklab.
 */
#include "views/draw/colormap.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { N_STOPS = 10 };

static const struct {
  const char *name;
  uint32_t    stops[N_STOPS];
} maps[TSR_COLORMAP_N] = {
    [TSR_COLORMAP_MAGMA] = {"magma",
                            {0x000004,
                             0x180f3d,
                             0x440f76,
                             0x721f81,
                             0x9e2f7f,
                             0xcd4071,
                             0xf1605d,
                             0xfd9668,
                             0xfeca8d,
                             0xfcfdbf}},
    [TSR_COLORMAP_INFERNO] = {"inferno",
                              {0x000004,
                               0x1b0c41,
                               0x4a0c6b,
                               0x781c6d,
                               0xa52c60,
                               0xcf4446,
                               0xed6925,
                               0xfb9b06,
                               0xf7d13d,
                               0xfcffa4}},
    [TSR_COLORMAP_PLASMA] = {"plasma",
                             {0x0d0887,
                              0x46039f,
                              0x7201a8,
                              0x9c179e,
                              0xbd3786,
                              0xd8576b,
                              0xed7953,
                              0xfb9f3a,
                              0xfdca26,
                              0xf0f921}},
    [TSR_COLORMAP_VIRIDIS] = {"viridis",
                              {0x440154,
                               0x482878,
                               0x3e4989,
                               0x31688e,
                               0x26828e,
                               0x1f9e89,
                               0x35b779,
                               0x6ece58,
                               0xb5de2b,
                               0xfde725}},
    [TSR_COLORMAP_CIVIDIS] = {"cividis",
                              {0x00224e,
                               0x123570,
                               0x3b496c,
                               0x575d6d,
                               0x707173,
                               0x8a8678,
                               0xa59c74,
                               0xc3b369,
                               0xe1cc55,
                               0xfee838}},
    [TSR_COLORMAP_GREY] = {"grey",
                           {0x000000,
                            0x000000,
                            0x000000,
                            0x000000,
                            0x000000,
                            0x000000,
                            0x000000,
                            0x000000,
                            0x000000,
                            0xffffff}},
};

typedef struct {
  double l, a, b;
} Oklab;

static double
linear_of (uint32_t byte)
{
  double s = (double)(byte & 0xff) / 255;

  return s <= 0.04045 ? s / 12.92 : pow ((s + 0.055) / 1.055, 2.4);
}

static uint32_t
byte_of (double linear)
{
  double x = fmax (0.0, fmin (1.0, linear));
  double s = x <= 0.0031308 ? 12.92 * x : 1.055 * pow (x, 1 / 2.4) - 0.055;

  return (uint32_t)lround (s * 255);
}

/* Ottosson 2020, "A perceptual color space for image processing". */
static Oklab
oklab_of (uint32_t rgb)
{
  double r = linear_of (rgb >> 16), g = linear_of (rgb >> 8), b = linear_of (rgb);
  double l = cbrt (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  double m = cbrt (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  double s = cbrt (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);

  return (Oklab){0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

static uint32_t
rgb_of (Oklab c)
{
  double l = c.l + 0.3963377774 * c.a + 0.2158037573 * c.b;
  double m = c.l - 0.1055613458 * c.a - 0.0638541728 * c.b;
  double s = c.l - 0.0894841775 * c.a - 1.2914855480 * c.b;

  l = l * l * l, m = m * m * m, s = s * s * s;
  return 0xff000000u |
         byte_of (4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16 |
         byte_of (-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8 |
         byte_of (-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
}

static Oklab
oklab_between (Oklab a, Oklab b, double u)
{
  return (Oklab){a.l + u * (b.l - a.l), a.a + u * (b.a - a.a), a.b + u * (b.b - a.b)};
}

bool
tsr_colormap_from_string (const char *text, TsrColormap *map)
{
  for (int i = 0; i < TSR_COLORMAP_N; i++)
    if (text != NULL && strcmp (text, maps[i].name) == 0) {
      *map = (TsrColormap)i;
      return true;
    }
  return false;
}

const char *
tsr_colormap_to_string (TsrColormap map)
{
  return maps[map].name;
}

void
tsr_colormap_fill (TsrColormap map, uint32_t colors[TSR_COLORMAP_N_COLORS])
{
  const uint32_t *stops = maps[map].stops;

  for (int i = 0; i < TSR_COLORMAP_N_COLORS; i++) {
    double unit = (double)i / (TSR_COLORMAP_N_COLORS - 1);
    if (map == TSR_COLORMAP_GREY) {
      colors[i] = rgb_of ((Oklab){unit, 0, 0});
      continue;
    }
    double at = unit * (N_STOPS - 1);
    int    low = at < N_STOPS - 1 ? (int)at : N_STOPS - 2;
    colors[i] = rgb_of (
        oklab_between (oklab_of (stops[low]), oklab_of (stops[low + 1]), at - low));
  }
}

uint32_t
tsr_partial_color (double unit)
{
  static const uint32_t stops[] = {0xb4690e, 0xe8960f, 0xffc24a, 0xffe3a6, 0xffffff};
  double                at = fmax (0.0, fmin (1.0, unit)) * 4;
  int                   low = at < 4 ? (int)at : 3;

  return rgb_of (
      oklab_between (oklab_of (stops[low]), oklab_of (stops[low + 1]), at - low));
}

uint32_t
tsr_selected_color (uint32_t accent, double unit)
{
  Oklab  c = oklab_of (accent);
  double u = fmax (0.0, fmin (1.0, unit));
  double bright = 0.66 + 0.26 * u;                   /* Oklab lightness */
  double chroma = hypot (c.a, c.b) * (1 - 0.55 * u); /* the loudest nearly white */
  double hue = atan2 (c.b, c.a);

  return rgb_of ((Oklab){bright, chroma * cos (hue), chroma * sin (hue)});
}

uint32_t
tsr_hue_color (unsigned hue, double unit)
{
  static const uint32_t hues[TSR_N_HUES] = {
      0xffe69f00, 0xff56b4e9, 0xfff0e442, 0xff2fbf93, 0xffe08bbd, 0xffff7a3c};
  double u = fmax (0.0, fmin (1.0, unit));

  if (hue == 0)
    return rgb_of ((Oklab){0.62 + 0.14 * u, 0, -0.01});
  Oklab c = oklab_of (hues[(hue - 1) % TSR_N_HUES]);
  /* The faint ones darker, never paler: their hue has to be seen. */
  double bright = (0.86 + 0.14 * u);
  return rgb_of ((Oklab){c.l * bright, c.a * bright, c.b * bright});
}

uint32_t
tsr_color_with_alpha (uint32_t color, double alpha)
{
  uint32_t a = (uint32_t)lround (fmax (0.0, fmin (1.0, alpha)) * 255);
  uint32_t rb = (color & 0xff00ff) * a + 0x800080;
  uint32_t g = (color & 0x00ff00) * a + 0x008000;

  rb = (rb + ((rb >> 8) & 0xff00ff)) >> 8 & 0xff00ff;
  g = (g + ((g >> 8) & 0x00ff00)) >> 8 & 0x00ff00;
  return a << 24 | rb | g;
}

double
tsr_color_luminance (uint32_t color)
{
  return 0.2126 * linear_of (color >> 16) + 0.7152 * linear_of (color >> 8) +
         0.0722 * linear_of (color);
}

double
tsr_color_contrast (uint32_t a, uint32_t b)
{
  double la = tsr_color_luminance (a), lb = tsr_color_luminance (b);

  return (fmax (la, lb) + 0.05) / (fmin (la, lb) + 0.05);
}
