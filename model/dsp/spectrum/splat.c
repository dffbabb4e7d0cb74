/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reassigned energy into pixels.
 */
#include "model/dsp/spectrum/splat.h"

#include <math.h>

enum { MAX_PIECES = 128 };
/* Neighbours further apart than this many times their distance before reassignment
 * belong to different things. */
#define TEAR 1.6F
#define ROUNDING 0.02F /* of a pixel: a length of 3.0001 makes 3 pieces */

/* What the inner loops need, in registers. */
typedef struct {
  float    *energy;
  ptrdiff_t column_stride, row_stride;
  float     n_columns, n_rows;
} Canvas;

static inline Canvas
make_canvas (const TsrSplat *s)
{
  return (Canvas){.energy = s->energy,
                  .column_stride = (ptrdiff_t)s->column_stride,
                  .row_stride = (ptrdiff_t)s->row_stride,
                  .n_columns = (float)s->n_columns,
                  .n_rows = (float)s->n_rows};
}

static inline void
splat_point (const Canvas *canvas, float column, float row, float power)
{
  float x = column + 1; /* counted from the border; what is rounded here is compared */
  float y = row + 1;

  if (!(x > 0 && y > 0 && x < canvas->n_columns + 1 && y < canvas->n_rows + 1))
    return;
  int    c = (int)x;
  int    r = (int)y;
  float  right = power * (x - (float)c);
  float  left = power - right;
  float  v = y - (float)r;
  float *at = canvas->energy + c * canvas->column_stride + r * canvas->row_stride;
  at[0] += left - left * v;
  at[canvas->row_stride] += left * v;
  at += canvas->column_stride;
  at[0] += right - right * v;
  at[canvas->row_stride] += right * v;
}

/* The way from a point to its neighbour in the net, and in how many pieces to go. `ahead`
 * is the distance of the frames in columns: 0 in the same one. Only differences are
 * compared, so that the net is the same in every strip. */
typedef struct {
  float columns, rows, power;
  int   n_pieces;
} Edge;

static inline bool
is_torn (const TsrSplat       *s,
         const TsrSplatPoints *a,
         size_t                i,
         const TsrSplatPoints *b,
         size_t                j,
         float                 ahead)
{
  return !(b->power[j] > 0 &&
           fabsf (b->shift[j] - a->shift[i] + ahead) <= TEAR * s->hop_columns &&
           fabsf (b->row[j] - a->row[i]) <= TEAR * s->bin_rows[i]);
}

static inline int
count_pieces (float columns, float rows)
{
  float width = fabsf (columns);
  float height = fabsf (rows);
  float length = width > height ? width : height;
  if (!(length > 1))
    return 1;
  return length < MAX_PIECES ? (int)ceilf (length - ROUNDING) : MAX_PIECES;
}

static inline Edge
make_edge (
    const TsrSplatPoints *a, size_t i, const TsrSplatPoints *b, size_t j, float ahead)
{
  Edge edge = {.columns = b->shift[j] - a->shift[i] + ahead,
               .rows = b->row[j] - a->row[i],
               .power = b->power[j] - a->power[i]};
  edge.n_pieces = count_pieces (edge.columns, edge.rows);
  return edge;
}

/* Whether values from `at` to at + a, at + b and at + a + b may touch pixels 0 .. n-1. */
static inline bool
touches (float at, float a, float b, float n)
{
  float highest = at + (a > 0 ? a : 0) + (b > 0 ? b : 0);
  float lowest = at + (a < 0 ? a : 0) + (b < 0 ? b : 0);
  return highest > -1 && lowest < n;
}

/* A line from (column, row) on, not steep, at least a column long: each column gets the
 * part of the energy that lies in it. Lines that meet leave no seam. */
static inline void
splat_run (const Canvas *canvas, float column, float row, float power, Edge edge)
{
  if (edge.columns < 0) {
    column += edge.columns;
    row += edge.rows;
    power += edge.power;
    edge = (Edge){.columns = -edge.columns, .rows = -edge.rows, .power = -edge.power};
  }
  float end_column = column + edge.columns;
  int   first = column > 0 ? (int)(column + 0.5F) : 0;
  int   last = (int)(end_column + 1.5F) - 1;
  last = end_column < canvas->n_columns ? last : (int)canvas->n_columns - 1;
  float per_column = 1 / edge.columns;
  for (int c = first; c <= last; c++) {
    float left = (float)c - 0.5F;
    float right = left + 1;
    left = left > column ? left : column;
    right = right < end_column ? right : end_column;
    float u = (0.5F * (left + right) - column) * per_column;
    float at_row = row + u * edge.rows + 1;
    if (!(at_row > 0 && at_row < canvas->n_rows + 1))
      continue;
    int    r = (int)at_row;
    float  p = (right - left) * per_column * (power + u * edge.power);
    float  v = p * (at_row - (float)r);
    float *at = canvas->energy + (c + 1) * canvas->column_stride + r * canvas->row_stride;
    at[0] += p - v;
    at[canvas->row_stride] += v;
  }
}

static inline void
splat_pieces (const Canvas *canvas, float column, float row, float power, Edge edge)
{
  float step = 1 / (float)edge.n_pieces;
  for (int a = 0; a < edge.n_pieces; a++) {
    float u = (float)a * step;
    splat_point (canvas,
                 column + u * edge.columns,
                 row + u * edge.rows,
                 step * (power + u * edge.power));
  }
}

static inline void
splat_cell (const Canvas         *canvas,
            const TsrSplatPoints *frame,
            size_t                i,
            const Edge           *along,
            const Edge           *up)
{
  float column = frame->centre + frame->shift[i];
  float row = frame->row[i];

  if (!touches (column, along->columns, up->columns, canvas->n_columns) ||
      !touches (row, along->rows, up->rows, canvas->n_rows))
    return;
  float width = fabsf (along->columns);
  bool  is_run = width >= 1 && width >= fabsf (along->rows);
  int   n_lines = is_run ? count_pieces (up->columns / width, up->rows) : up->n_pieces;
  float step = 1 / (float)n_lines;
  Edge  edge = *along;
  edge.power *= step;
  for (int b = 0; b < n_lines; b++) {
    float v = (float)b * step;
    float at_column = column + v * up->columns;
    float at_row = row + v * up->rows;
    float power = step * (frame->power[i] + v * up->power);
    if (is_run)
      splat_run (canvas, at_column, at_row, power, edge);
    else
      splat_pieces (canvas, at_column, at_row, power, edge);
  }
}

/* Bins from 0 to n_bins-1, far apart on the screen in at least one direction. */
static void
splat_net (const TsrSplat       *s,
           const TsrSplatPoints *frame,
           const TsrSplatPoints *next,
           size_t                n_bins)
{
  const Edge   point = {.n_pieces = 1};
  const Canvas canvas = make_canvas (s);
  bool         below_is_joined = false;

  for (size_t i = 0; i < n_bins; i++) {
    if (!(frame->power[i] > 0)) {
      below_is_joined = false;
      continue;
    }
    bool has_up = i + 1 < s->n_bins && !is_torn (s, frame, i, frame, i + 1, 0);
    bool has_along = !is_torn (s, frame, i, next, i, s->hop_columns);
    if (has_up || has_along || below_is_joined) {
      Edge along = has_along ? make_edge (frame, i, next, i, s->hop_columns) : point;
      Edge up = has_up ? make_edge (frame, i, frame, i + 1, 0) : point;
      splat_cell (&canvas, frame, i, &along, &up);
    }
    below_is_joined = has_up;
  }
}

/* Bins from first_bin on, closer than pixels in both directions: joining them would
 * change nothing. */
static void
splat_dense (const TsrSplat *s, const TsrSplatPoints *frame, size_t first_bin)
{
  const Canvas canvas = make_canvas (s);
  bool         below_is_joined = true;

  for (size_t i = first_bin; i < s->n_bins; i++) {
    if (!(frame->power[i] > 0)) {
      below_is_joined = false;
      continue;
    }
    bool has_up = i + 1 < s->n_bins && !is_torn (s, frame, i, frame, i + 1, 0);
    if (has_up || below_is_joined)
      splat_point (
          &canvas, frame->centre + frame->shift[i], frame->row[i], frame->power[i]);
    below_is_joined = has_up;
  }
}

void
tsr_splat_frame (const TsrSplat       *splat,
                 const TsrSplatPoints *frame,
                 const TsrSplatPoints *next)
{
  size_t n_net_bins = splat->hop_columns > 1 ? splat->n_bins : splat->n_tall_bins;

  splat_net (splat, frame, next, n_net_bins);
  splat_dense (splat, frame, n_net_bins);
}
