/* SPDX-License-Identifier: GPL-3.0-or-later
 * Anti-aliased polylines on packed pixels: area coverage in 16.16 fixed point, gathered
 * column by column (row by row where the line is steep), so that a joint of two segments
 * is blended once. Made for partials: many short, nearly level segments. No caps, no
 * joins; ends are cut square to the axis. Thread: any; a pen belongs to one thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Pixels as in colormap.h, row 0 on top. Borrowed. */
typedef struct {
  uint32_t *pixels;
  int       width, height; /* 1..8192 */
  size_t    stride;        /* pixels from one row to the next, >= width */
} TsrRaster;

typedef struct TsrPen TsrPen;

/* A pen for one raster, which must outlive it. NULL when memory is short. */
TsrPen *tsr_pen_new (const TsrRaster *raster);
void    tsr_pen_free (TsrPen *pen); /* does not finish a line; NULL is allowed */

/* Lifts the pen and puts it down at a point; pixel centres lie at halves. */
void tsr_pen_move_to (TsrPen *pen, double x, double y);
/* Draws a straight line, width_px across, in a premultiplied colour. Points may lie
 * anywhere; what is outside the raster is cut off. Not finite values lift the pen. */
void tsr_pen_line_to (TsrPen *pen, double x, double y, double width_px, uint32_t color);
/* Blends what is still gathered. To be called before the pixels are used. */
void tsr_pen_finish (TsrPen *pen);

/* One premultiplied colour over one pixel; coverage 0..256. */
static inline uint32_t
tsr_blend (uint32_t below, uint32_t color, uint32_t coverage)
{
  uint32_t rb = ((color & 0x00ff00ff) * coverage >> 8) & 0x00ff00ff;
  uint32_t ag = ((color >> 8 & 0x00ff00ff) * coverage >> 8) & 0x00ff00ff;
  uint32_t alpha = ag >> 16;
  uint32_t rest = 256 - (alpha + (alpha >> 7));

  rb += ((below & 0x00ff00ff) * rest >> 8) & 0x00ff00ff;
  ag += ((below >> 8 & 0x00ff00ff) * rest >> 8) & 0x00ff00ff;
  return ag << 8 | rb;
}
