/* SPDX-License-Identifier: GPL-3.0-or-later
 * Colours of the canvas: perceptually uniform maps for levels, and the white-to-amber
 * ramp of the partials. Pure functions. Thread: any.
 *
 * A colour is 0xAARRGGBB with premultiplied alpha, which is CAIRO_FORMAT_ARGB32 on every
 * machine and GDK_MEMORY_B8G8R8A8_PREMULTIPLIED on little-endian ones.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum {
  TSR_COLORMAP_MAGMA,
  TSR_COLORMAP_INFERNO,
  TSR_COLORMAP_PLASMA,
  TSR_COLORMAP_VIRIDIS,
  TSR_COLORMAP_CIVIDIS, /* the same to eyes that tell red from green and to those that do
                           not */
  TSR_COLORMAP_GREY,
} TsrColormap;

enum { TSR_COLORMAP_N = 6, TSR_COLORMAP_N_COLORS = 256 };

/* "magma", ...; false when there is no such map. */
bool        tsr_colormap_from_string (const char *text, TsrColormap *map);
const char *tsr_colormap_to_string (TsrColormap map); /* never NULL */

/* The 256 opaque colours of a map, dark to light. Magma, inferno, plasma, viridis and
 * cividis go through ten of their published colours (CC0; Smith and van der Walt 2015;
 * Nunez, Anderton and Renslow 2018), joined in the Oklab space (Ottosson 2020), where
 * equal steps look equal. Grey has equal steps of Oklab lightness. */
void tsr_colormap_fill (TsrColormap map, uint32_t colors[TSR_COLORMAP_N_COLORS]);

/* Colour of a partial by its level, 0 (faintest) to 1 (loudest): deep amber to white,
 * opaque. Every step has a contrast of at least 4.5 to black, the loudest of 18. */
uint32_t tsr_partial_color (double unit);
/* The same ramp for selected partials, around the hue of an accent colour 0xFFRRGGBB:
 * never darker than a contrast of 4.5 to black. */
uint32_t tsr_selected_color (uint32_t accent, double unit);

/* Hues that can be told apart, by colour-blind eyes too (after Okabe and Ito 2008), as
 * ramps like those above: hue 1 .. TSR_N_HUES, others begin anew; 0 is a faint grey. */
enum { TSR_N_HUES = 6 };
uint32_t tsr_hue_color (unsigned hue, double unit);

/* The colour `color` (opaque) at this opacity, premultiplied. */
uint32_t tsr_color_with_alpha (uint32_t color, double alpha);

/* Relative luminance of an opaque colour and contrast ratio of two (WCAG 2.1). */
double tsr_color_luminance (uint32_t color);
double tsr_color_contrast (uint32_t a, uint32_t b);
