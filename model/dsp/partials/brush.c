/* SPDX-License-Identifier: GPL-3.0-or-later
 * How far things are from the path of a brush.
 */
#include "model/dsp/partials/ops-join.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum {
  MOST_SLICES = 1024,
  MOST_TIMES = 16 /* that a segment is listed, on the average */
};

/* The path by slices of time: the segments that come near each. */
struct TsrBrushIndex {
  double    low_s, high_s, low_hz, high_hz; /* what the brush can reach */
  size_t    n_slices;
  uint32_t *first;    /* n_slices + 1 places in `segments` */
  uint32_t *segments; /* by their first points */
};

static size_t
n_segments (const TsrBrush *brush)
{
  return brush->n > 1 ? brush->n - 1 : 1;
}

static void
find_reach (const TsrBrush *brush, TsrBrushIndex *index)
{
  index->low_s = index->low_hz = INFINITY;
  index->high_s = index->high_hz = -INFINITY;
  for (size_t i = 0; i < brush->n; i++) {
    const TsrPathPoint *p = &brush->points[i];
    index->low_s = fmin (index->low_s, p->time_s - brush->radius_s);
    index->high_s = fmax (index->high_s, p->time_s + brush->radius_s);
    index->low_hz = fmin (index->low_hz, p->frequency_hz - brush->radius_hz);
    index->high_hz = fmax (index->high_hz, p->frequency_hz + brush->radius_hz);
  }
}

static size_t
slice_at (const TsrBrushIndex *index, double time_s)
{
  double u = (time_s - index->low_s) / (index->high_s - index->low_s);
  double slice = floor (u * (double)index->n_slices);

  return (size_t)fmin (fmax (slice, 0), (double)index->n_slices - 1);
}

/* First and last slice that segment i comes near. */
static void
slices_of (
    const TsrBrush *brush, const TsrBrushIndex *index, size_t i, size_t *from, size_t *to)
{
  double a = brush->points[i].time_s;
  double b = brush->points[i + 1 < brush->n ? i + 1 : i].time_s;

  *from = slice_at (index, fmin (a, b) - brush->radius_s);
  *to = slice_at (index, fmax (a, b) + brush->radius_s);
}

/* As many slices as are worth it. */
static size_t
choose_slices (const TsrBrush *brush, TsrBrushIndex *index)
{
  size_t n = n_segments (brush), total = 0, from, to;

  for (index->n_slices = MOST_SLICES; index->n_slices > 1; index->n_slices /= 2) {
    total = 0;
    for (size_t i = 0; i < n; i++) {
      slices_of (brush, index, i, &from, &to);
      total += to - from + 1;
    }
    if (total <= MOST_TIMES * n)
      return total;
  }
  return n;
}

TsrBrushIndex *
tsr_brush_index_new (const TsrBrush *brush)
{
  TsrBrushIndex *index = calloc (1, sizeof *index);
  size_t         from, to;

  if (index == NULL)
    return NULL;
  find_reach (brush, index);
  size_t total = choose_slices (brush, index);
  index->first = calloc (index->n_slices + 2, sizeof *index->first);
  index->segments = calloc (total, sizeof *index->segments);
  if (index->first == NULL || index->segments == NULL) {
    tsr_brush_index_free (index);
    return NULL;
  }
  uint32_t *counts = index->first + 1; /* first places, then those behind the last */
  for (size_t i = 0; i < n_segments (brush); i++) {
    slices_of (brush, index, i, &from, &to);
    for (size_t k = from; k <= to; k++)
      counts[k + 1]++;
  }
  for (size_t k = 0; k < index->n_slices; k++)
    counts[k + 1] += counts[k];
  for (size_t i = 0; i < n_segments (brush); i++) {
    slices_of (brush, index, i, &from, &to);
    for (size_t k = from; k <= to; k++)
      index->segments[counts[k]++] = (uint32_t)i;
  }
  return index;
}

void
tsr_brush_index_free (TsrBrushIndex *index)
{
  if (index == NULL)
    return;
  free (index->first);
  free (index->segments);
  free (index);
}

static bool
is_between (double x, double a, double b, double around)
{
  return a < b ? x > a - around && x < b + around : x > b - around && x < a + around;
}

/* The square of the distance from segment i, in radii, where it is less than `least`.
 * Most of a long path is far away, which is told without a division. */
static double
nearer (const TsrBrush *brush, size_t i, double time_s, double frequency_hz, double least)
{
  const TsrPathPoint *a = &brush->points[i];
  const TsrPathPoint *b = &brush->points[i + 1 < brush->n ? i + 1 : i];

  if (!is_between (time_s, a->time_s, b->time_s, brush->radius_s) ||
      !is_between (frequency_hz, a->frequency_hz, b->frequency_hz, brush->radius_hz))
    return least;
  double x = (time_s - a->time_s) / brush->radius_s;
  double y = (frequency_hz - a->frequency_hz) / brush->radius_hz;
  double dx = (b->time_s - a->time_s) / brush->radius_s;
  double dy = (b->frequency_hz - a->frequency_hz) / brush->radius_hz;
  double length = dx * dx + dy * dy;
  double u = length > 0 ? fmin (1, fmax (0, (x * dx + y * dy) / length)) : 0;
  x -= u * dx;
  y -= u * dy;
  return fmin (least, x * x + y * y);
}

/* Distance from the path in radii: 1 at the border and beyond. */
static double
distance (const TsrBrush *brush, double time_s, double frequency_hz)
{
  const TsrBrushIndex *index = brush->index;
  double               least = 1; /* squared */

  if (index == NULL) {
    for (size_t i = 0; i < n_segments (brush); i++)
      least = nearer (brush, i, time_s, frequency_hz, least);
    return sqrt (least);
  }
  if (!(time_s > index->low_s && time_s < index->high_s && frequency_hz > index->low_hz &&
        frequency_hz < index->high_hz))
    return 1;
  size_t slice = slice_at (index, time_s);
  for (uint32_t k = index->first[slice]; k < index->first[slice + 1]; k++)
    least = nearer (brush, index->segments[k], time_s, frequency_hz, least);
  return sqrt (least);
}

double
tsr_brush_at (const TsrBrush *brush, double time_s, double frequency_hz)
{
  double d = distance (brush, time_s, frequency_hz);

  if (d >= 1)
    return 0;
  return brush->strength * (d <= 0.5 ? 1 : 0.5 + 0.5 * cos (2 * M_PI * (d - 0.5)));
}

static bool
reaches (const TsrBrush *brush, const TsrBrushIndex *reach, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);

  for (size_t i = 0; i < n; i++) {
    const TsrBreakpoint *next = &b[i + 1 < n ? i + 1 : i];
    if (next->time_s < reach->low_s || b[i].time_s > reach->high_s)
      continue;
    for (int k = 0; k < 4; k++) {
      TsrBreakpoint value = b[i];
      if (i + 1 < n)
        tsr_breakpoint_between (&b[i], next, 0.25 * k, &value);
      if (distance (brush, value.time_s, value.frequency_hz) < 1)
        return true;
    }
  }
  return false;
}

bool
tsr_brush_reaches (const TsrBrush *brush, const TsrPartial *partial)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  TsrBrushIndex            reach = {0};

  if (brush->index != NULL)
    reach = *brush->index;
  else
    find_reach (brush, &reach);
  return s->end_s >= reach.low_s && s->start_s <= reach.high_s &&
         s->high_hz >= reach.low_hz && s->low_hz <= reach.high_hz &&
         reaches (brush, &reach, partial);
}
