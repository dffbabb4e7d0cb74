/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line rasteriser. The "major" axis is the one the line runs along: x for level
 * lines, y for steep ones; the other one is "minor".
 */
#include "views/draw/raster.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { ONE = 1 << 16 }; /* 1.0 in 16.16 */

struct TsrPen {
  TsrRaster raster;
  double    x, y;
  bool      down;
  bool      steep;     /* which way `coverage` lies: along a row, not a column */
  int       major;     /* the column or row being gathered; -1: none */
  int       low, high; /* touched part of it, high exclusive */
  uint32_t  color;
  int32_t   coverage[]; /* 16.16 a pixel, max (width, height) of them */
};

TsrPen *
tsr_pen_new (const TsrRaster *raster)
{
  int     n = raster->width > raster->height ? raster->width : raster->height;
  TsrPen *pen = calloc (1, sizeof *pen + (size_t)n * sizeof pen->coverage[0]);

  if (pen == NULL)
    return NULL;
  pen->raster = *raster;
  pen->major = -1;
  return pen;
}

void
tsr_pen_free (TsrPen *pen)
{
  free (pen);
}

void
tsr_pen_finish (TsrPen *pen)
{
  if (pen->major < 0)
    return;
  size_t    major_step = pen->steep ? pen->raster.stride : 1;
  size_t    minor_step = pen->steep ? 1 : pen->raster.stride;
  uint32_t *pixel = pen->raster.pixels + (size_t)pen->major * major_step +
                    (size_t)pen->low * minor_step;
  for (int i = pen->low; i < pen->high; i++, pixel += minor_step) {
    int32_t covered = pen->coverage[i] < ONE ? pen->coverage[i] : ONE;
    *pixel = tsr_blend (*pixel, pen->color, (uint32_t)(covered + 128) >> 8);
    pen->coverage[i] = 0;
  }
  pen->major = -1;
}

void
tsr_pen_move_to (TsrPen *pen, double x, double y)
{
  tsr_pen_finish (pen);
  pen->x = x;
  pen->y = y;
  pen->down = isfinite (x) && isfinite (y);
}

/* Adds a band between two minor positions (16.16), over `part` (0..256) of the column. */
static void
cover (TsrPen *pen, int32_t from, int32_t to, int32_t part, int n_minor)
{
  if (from < 0)
    from = 0;
  if (to > n_minor * ONE)
    to = n_minor * ONE;
  if (to <= from)
    return;
  int first = from >> 16, last = (to - 1) >> 16;
  if (first < pen->low)
    pen->low = first;
  if (last >= pen->high)
    pen->high = last + 1;
  if (first == last) {
    pen->coverage[first] += ((to - from) * (int64_t)part) >> 8;
    return;
  }
  pen->coverage[first] += (((first + 1) * ONE - from) * (int64_t)part) >> 8;
  for (int i = first + 1; i < last; i++)
    pen->coverage[i] += part << 8;
  pen->coverage[last] += ((to - last * ONE) * (int64_t)part) >> 8;
}

static void
start_column (TsrPen *pen, int major, bool steep, uint32_t color, int n_minor)
{
  if (pen->major == major && pen->steep == steep) {
    pen->color = color;
    return;
  }
  tsr_pen_finish (pen);
  pen->major = major;
  pen->steep = steep;
  pen->color = color;
  pen->low = n_minor;
  pen->high = 0;
}

/* Coordinates of a segment along its axes: a before b on the major one. */
typedef struct {
  double major_a, minor_a, major_b, minor_b;
} Segment;

/* Cuts the segment to 0..n_major, and to the rows within `reach` of 0..n_minor. */
static bool
clip (Segment *s, int n_major, int n_minor, double reach)
{
  double d = s->major_b - s->major_a, slope = (s->minor_b - s->minor_a) / d;
  double low = fmax (s->major_a, 0), high = fmin (s->major_b, n_major);
  double min = -reach, max = n_minor + reach;

  if (slope != 0) {
    double t0 = s->major_a + (min - s->minor_a) / slope;
    double t1 = s->major_a + (max - s->minor_a) / slope;
    low = fmax (low, fmin (t0, t1));
    high = fmin (high, fmax (t0, t1));
  } else if (s->minor_a < min || s->minor_a > max)
    return false;
  if (!(high > low))
    return false;
  double minor = s->minor_a, major = s->major_a;
  *s =
      (Segment){low, minor + slope * (low - major), high, minor + slope * (high - major)};
  return true;
}

static int32_t
fixed (double value)
{
  return (int32_t)lrint (value * ONE);
}

/* Covers the piece of a column between two fractions of it, in one or two bands: the band
 * at the middle of a piece stands for it, which errs by slope / 8 of a pixel at most, so
 * slanted pieces are halved. */
static void
cover_piece (TsrPen *pen,
             int32_t from,
             int32_t to,
             int32_t minor,
             int32_t slope,
             int32_t half,
             int     n_minor)
{
  int32_t part = (to - from) >> 8;

  if (abs (slope) <= ONE / 3) {
    cover (pen, minor - half, minor + half, part, n_minor);
    return;
  }
  int32_t quarter = (int32_t)(((int64_t)slope * (to - from)) >> 18);
  cover (pen, minor - quarter - half, minor - quarter + half, part / 2, n_minor);
  cover (pen, minor + quarter - half, minor + quarter + half, part - part / 2, n_minor);
}

static void
draw_segment (TsrPen *pen, Segment s, bool steep, double width_px, uint32_t color)
{
  int    n_major = steep ? pen->raster.height : pen->raster.width;
  int    n_minor = steep ? pen->raster.width : pen->raster.height;
  double d = s.major_b - s.major_a;
  double slope = (s.minor_b - s.minor_a) / d;
  double half = width_px / 2 * sqrt (1 + slope * slope);

  if (!clip (&s, n_major, n_minor, half + 1)) {
    tsr_pen_finish (pen);
    return;
  }
  int32_t at = fixed (s.major_a), end = fixed (s.major_b);
  int32_t slope_f = fixed (slope), half_f = fixed (half);
  while (at < end) {
    int     column = at >> 16;
    int32_t next = (column + 1) * ONE < end ? (column + 1) * ONE : end;
    double  middle = ((double)at + (double)next) / (2.0 * ONE);
    int32_t minor = fixed (s.minor_a + slope * (middle - s.major_a));
    start_column (pen, column, steep, color, n_minor);
    cover_piece (pen, at, next, minor, slope_f, half_f, n_minor);
    at = next;
  }
}

void
tsr_pen_line_to (TsrPen *pen, double x, double y, double width_px, uint32_t color)
{
  double x0 = pen->x, y0 = pen->y;
  bool   was_down = pen->down;

  pen->x = x;
  pen->y = y;
  pen->down = isfinite (x) && isfinite (y);
  if (!was_down || !pen->down) {
    tsr_pen_finish (pen);
    return;
  }
  double dx = x - x0, dy = y - y0;
  if (dx == 0 && dy == 0)
    return;
  bool    steep = fabs (dy) > fabs (dx);
  Segment s = steep ? (Segment){y0, x0, y, x} : (Segment){x0, y0, x, y};
  /* Where the line turns from level to steep both pieces are cut along other axes: the
   * new one begins a little earlier, so that no notch is left. */
  if (pen->major >= 0 && pen->steep != steep) {
    double back = 0.5 / fmax (fabs (s.major_b - s.major_a), 1e-9);
    s.minor_a -= back * (s.minor_b - s.minor_a);
    s.major_a -= back * (s.major_b - s.major_a);
  }
  if (s.major_b < s.major_a)
    s = (Segment){s.major_b, s.minor_b, s.major_a, s.minor_a};
  draw_segment (pen, s, steep, width_px, color);
}
