/* SPDX-License-Identifier: GPL-3.0-or-later
 * From levels and partials to the pixels of one tile of the canvas. A tile is a rectangle
 * of a picture that is much larger than what is seen (the "plane"): all tiles of a zoom
 * share one plane, so that they fit without seams. Thread: any.
 */
#pragma once

#include "model/session.h"
#include "views/draw/colormap.h"
#include "views/draw/raster.h"

/* The plane: x grows with time from 0 s, y downwards from high_hz to low_hz. */
typedef struct {
  double            px_per_s;
  double            height_px; /* of the whole frequency range */
  TsrFrequencyScale scale;
  double            low_hz, high_hz; /* at the bottom and at the top of the plane */
} TsrPlane;

/* A rectangle of the plane, in whole pixels. */
typedef struct {
  TsrPlane plane;
  int64_t  left_px, top_px; /* may be negative */
  int      width, height;   /* 1..8192 */
} TsrTileArea;

double tsr_plane_x_of (const TsrPlane *plane, double time_s);
double tsr_plane_y_of (const TsrPlane *plane, double hz);
double tsr_plane_hz_at (const TsrPlane *plane, double y_px);

/* The grid to be analysed for the rectangle, a value a pixel. The window is the default
 * kind. Rows beyond the plane get frequencies beyond its range (not below 0). */
void tsr_tile_grid (const TsrTileArea *area, double spacing_hz, TsrSpectrogramGrid *grid);

typedef struct {
  TsrColormap colormap;
  double      floor_db, ceiling_db; /* first and last colour; floor < ceiling */
  double      blend;                /* 0 conventional ... 1 reassigned, mixed in dB */
} TsrLevelStyle;

/* Colours for width * height levels of both spectrograms (the one that the blend leaves
 * out may be NULL) into the raster, all of it. */
void tsr_tile_paint_levels (const TsrRaster     *raster,
                            const float         *conventional_db,
                            const float         *reassigned_db,
                            const TsrLevelStyle *style);

typedef struct {
  double         floor_db, ceiling_db; /* of the colour ramp */
  double         width_px;
  int            channel;    /* -1: all */
  const uint8_t *mask;       /* a byte for each partial of the set; NULL: all are drawn */
  uint8_t        mask_drawn; /* the value of the byte of those that are drawn */
  bool           selected;   /* in `accent` instead of amber */
  uint32_t       accent;
  const uint8_t *hues;     /* a byte for each partial: 0 faint grey, else the hue of
                              tsr_hue_color; NULL: all in amber. Not of selected ones. */
  double           fade;   /* 0: lines as they are, 1: gone */
  const TsrRegion *region; /* only what is inside is drawn (before the preview moves it);
                              NULL: all */
  double dash_px; /* dashes and gaps of this length along the lines, 0: whole lines */
  double casing;  /* opacity of a dark seam on both sides of the lines, 0: none */
  const TsrPreview *preview; /* shown transformed like this; NULL: as they are */
} TsrPartialStyle;

/* Draws the partials that pass through the rectangle over what is there. Within a column
 * of pixels only breakpoints that differ by a pixel are looked at; where breakpoints are
 * far apart the curve between them is followed. False when memory is short or the job was
 * cancelled; the picture is then incomplete. */
bool tsr_tile_draw_partials (const TsrRaster       *raster,
                             const TsrTileArea     *area,
                             TsrPartialSet         *set,
                             const TsrPartialStyle *style,
                             const TsrJob          *job);

/* Line width that suits a set on a plane: thinner where partials lie close together,
 * 0.9..2.4 px times `pixel_scale` (device pixels to a logical one). */
double
tsr_tile_line_width (const TsrPartialSet *set, const TsrPlane *plane, double pixel_scale);

/* Time and frequency where the preview puts a point; amplitude in dB is added to. */
void
tsr_preview_map (const TsrPreview *preview, double *time_s, double *hz, double *level_db);
