/* SPDX-License-Identifier: GPL-3.0-or-later
 * Collects reassigned energy in a strip of pixels. The points of two neighbouring frames
 * are taken as corners of a net: where neighbours in the net stay together, energy is
 * spread evenly between them, so that lines are lines however close one looks. A point
 * that is torn from its neighbours in frequency and from the next frame has no meaning
 * (it lies next to a zero of the spectrum) and is left out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* One frame's points; all arrays have n_bins values. */
typedef struct {
  float  centre; /* column of the frame; 0 is the centre of the first column */
  float *shift;  /* columns from the frame to the point */
  float *row;    /* 0 is the centre of the first (top) row */
  float *power;  /* 0: no point */
} TsrSplatPoints;

typedef struct {
  size_t       n_columns, n_rows;
  size_t       n_bins;
  float        hop_columns; /* distance of frames in columns */
  size_t       n_tall_bins; /* bins 0 .. n_tall_bins-1 have bin_rows > 1, or may */
  const float *bin_rows;    /* distance of bin i and i+1 in rows */
  /* (n_columns + 2) * (n_rows + 2) pixels: a border of one all round. Either by column
   * or by row: whichever way lines run is faster. */
  float *energy;
  size_t column_stride, row_stride;
} TsrSplat;

/* Adds the points of a frame; `next` are those of the frame after it. Energy goes to the
 * four nearest pixels by distance. Points outside the strip are dropped. */
void tsr_splat_frame (const TsrSplat       *splat,
                      const TsrSplatPoints *frame,
                      const TsrSplatPoints *next);
