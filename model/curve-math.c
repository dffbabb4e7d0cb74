/* SPDX-License-Identifier: GPL-3.0-or-later
 * Curves composed and added: the kinks of both are kept, so that nothing is lost.
 */
#include "model/curve-math.h"

#include <glib.h>

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Points of a time map that are nearer are one, but for rounding: between them the map
 * would have any slope, with which it would go on beyond its ends. */
#define SAME_S 1e-9

/* Curve through f at the sorted values of xs that are more than `same` apart. */
static TsrCurve *
curve_through (GArray *xs,
               double  same,
               double (*f) (double x, gconstpointer data),
               gconstpointer data)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  g_array_sort (xs, compare_doubles);
  for (guint i = 0; i < xs->len; i++) {
    TsrCurvePoint point = {.x = g_array_index (xs, double, i)};
    point.y = f (point.x, data);
    if (points->len == 0 ||
        point.x - g_array_index (points, TsrCurvePoint, points->len - 1).x > same)
      g_array_append_val (points, point);
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

typedef struct {
  const TsrCurve *a, *b;
} Pair;

static double
through_inverse (double x, gconstpointer data)
{
  const Pair *pair = data;
  double      middle = tsr_curve_inverse_extended (pair->b, x);

  return pair->a != NULL ? tsr_curve_at_extended (pair->a, middle) : middle;
}

TsrCurve *
tsr_curve_after_inverse (const TsrCurve *outer, const TsrCurve *inner)
{
  g_autoptr (GArray) xs = g_array_new (FALSE, FALSE, sizeof (double));
  const TsrCurvePoint *p = tsr_curve_points (inner);

  for (gsize i = 0; i < tsr_curve_n_points (inner); i++)
    g_array_append_val (xs, p[i].y);
  for (gsize i = 0; outer != NULL && i < tsr_curve_n_points (outer); i++) {
    double x = tsr_curve_at_extended (inner, tsr_curve_points (outer)[i].x);
    g_array_append_val (xs, x);
  }
  return curve_through (xs, SAME_S, through_inverse, &(Pair){outer, inner});
}

static double
over_source (double x, gconstpointer data)
{
  const Pair *pair = data;

  return tsr_curve_at (pair->a, tsr_curve_inverse_extended (pair->b, x));
}

TsrCurve *
tsr_curve_over_source (TsrCurve *curve, const TsrCurve *map)
{
  g_autoptr (GArray) xs = g_array_new (FALSE, FALSE, sizeof (double));

  if (map == NULL)
    return tsr_curve_ref (curve);
  for (gsize i = 0; i < tsr_curve_n_points (curve); i++) {
    double x = tsr_curve_at_extended (map, tsr_curve_points (curve)[i].x);
    g_array_append_val (xs, x);
  }
  for (gsize i = 0; i < tsr_curve_n_points (map); i++)
    g_array_append_val (xs, tsr_curve_points (map)[i].y);
  return curve_through (xs, 0, over_source, &(Pair){curve, map});
}

static double
sum (double x, gconstpointer data)
{
  const Pair *pair = data;

  return tsr_curve_at (pair->a, x) + tsr_curve_at (pair->b, x);
}

TsrCurve *
tsr_curve_sum (const TsrCurve *a, const TsrCurve *b)
{
  if (a == NULL)
    return tsr_curve_ref ((TsrCurve *)b);
  g_autoptr (GArray) xs = g_array_new (FALSE, FALSE, sizeof (double));
  for (gsize i = 0; i < tsr_curve_n_points (a); i++)
    g_array_append_val (xs, tsr_curve_points (a)[i].x);
  for (gsize i = 0; i < tsr_curve_n_points (b); i++)
    g_array_append_val (xs, tsr_curve_points (b)[i].x);
  return curve_through (xs, 0, sum, &(Pair){a, b});
}

TsrCurve *
tsr_curve_mirrored (const TsrCurve *a, double mirror)
{
  const TsrCurvePoint  identity[] = {{0, 0}, {1, 1}};
  const TsrCurvePoint *p = a != NULL ? tsr_curve_points (a) : identity;
  gsize                n = a != NULL ? tsr_curve_n_points (a) : G_N_ELEMENTS (identity);
  g_autofree TsrCurvePoint *points = g_new (TsrCurvePoint, n);

  for (gsize i = 0; i < n; i++)
    points[i] = (TsrCurvePoint){mirror - p[n - 1 - i].x, p[n - 1 - i].y};
  return tsr_curve_new (points, n);
}
