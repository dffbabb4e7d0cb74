/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inside of the picture: the tracks as paths, for SVG and PDF.
 */
#pragma once

#include "views/draw/picture.h"

G_BEGIN_DECLS

/* Strokes the partials of an area in its own pixels, cut off at its border. */
void tsr_picture_draw_tracks (cairo_t               *cr,
                              const TsrTileArea     *area,
                              TsrPartialSet         *set,
                              const TsrPartialStyle *style);

G_END_DECLS
