/* SPDX-License-Identifier: GPL-3.0-or-later
 * Piecewise linear curves.
 */
#include "model/dsp/curve.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct TsrCurve {
  atomic_int    n_refs;
  size_t        n;
  TsrCurvePoint points[];
};

static bool
points_are_valid (const TsrCurvePoint *points, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (!isfinite (points[i].x) || !isfinite (points[i].y))
      return false;
    if (i > 0 && !(points[i].x > points[i - 1].x))
      return false;
  }
  return n > 0;
}

TsrCurve *
tsr_curve_new (const TsrCurvePoint *points, size_t n)
{
  if (!points_are_valid (points, n))
    return NULL;
  TsrCurve *curve = malloc (sizeof *curve + n * sizeof *points);
  if (curve == NULL)
    return NULL;
  atomic_init (&curve->n_refs, 1);
  curve->n = n;
  memcpy (curve->points, points, n * sizeof *points);
  return curve;
}

TsrCurve *
tsr_curve_ref (TsrCurve *curve)
{
  atomic_fetch_add_explicit (&curve->n_refs, 1, memory_order_relaxed);
  return curve;
}

void
tsr_curve_unref (TsrCurve *curve)
{
  if (curve != NULL &&
      atomic_fetch_sub_explicit (&curve->n_refs, 1, memory_order_acq_rel) == 1)
    free (curve);
}

size_t
tsr_curve_n_points (const TsrCurve *curve)
{
  return curve->n;
}

const TsrCurvePoint *
tsr_curve_points (const TsrCurve *curve)
{
  return curve->points;
}

/* Index i of the piece [i, i+1] that holds x, clamped to the first and last piece; n
 * >= 2. */
static size_t
piece_of (const TsrCurve *curve, double x)
{
  size_t low = 0, high = curve->n - 1;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (curve->points[middle].x <= x)
      low = middle;
    else
      high = middle;
  }
  return low;
}

double
tsr_curve_at_extended (const TsrCurve *curve, double x)
{
  if (curve->n == 1)
    return curve->points[0].y;
  const TsrCurvePoint *p = &curve->points[piece_of (curve, x)];
  return p[0].y + (p[1].y - p[0].y) * ((x - p[0].x) / (p[1].x - p[0].x));
}

double
tsr_curve_at (const TsrCurve *curve, double x)
{
  if (x <= curve->points[0].x)
    return curve->points[0].y;
  if (x >= curve->points[curve->n - 1].x)
    return curve->points[curve->n - 1].y;
  return tsr_curve_at_extended (curve, x);
}

double
tsr_curve_inverse_extended (const TsrCurve *curve, double y)
{
  if (curve->n == 1)
    return curve->points[0].x;
  size_t low = 0, high = curve->n - 1;
  bool   falls = curve->points[high].y < curve->points[0].y;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (falls ? curve->points[middle].y >= y : curve->points[middle].y <= y)
      low = middle;
    else
      high = middle;
  }
  const TsrCurvePoint *p = &curve->points[low];
  return p[0].x + (p[1].x - p[0].x) * ((y - p[0].y) / (p[1].y - p[0].y));
}

bool
tsr_curve_is_increasing (const TsrCurve *curve)
{
  for (size_t i = 1; i < curve->n; i++)
    if (!(curve->points[i].y > curve->points[i - 1].y))
      return false;
  return true;
}

bool
tsr_curve_equal (const TsrCurve *a, const TsrCurve *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->n == b->n && memcmp (a->points, b->points, a->n * sizeof *a->points) == 0;
}
