/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations with curves: numbers or curves over time or frequency, from files or written
 * out. Points are x:y,x:y ... where the first x with Hz or kHz makes it a curve over
 * frequency, and values with x make a stretch a curve of factors.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/curve-file.h"
#include "model/dsp-types.h"
#include "model/operation-private.h"
#include "model/operation-table.h"

#define CENTS_A_PIECE                                                                    \
  10.0 /* of a glide drawn in cents: straight ratios err by 0.007 cent */
#define MAP_ERROR_S 5e-5 /* of a time map made of straight pieces from a factor curve */
enum { MAX_PIECES = 20000 }; /* of a curve made from another */

/* One point x:y; units of y decide its factor. */
static gboolean
parse_point (const char     *text,
             const TsrUnit  *units,
             TsrCurvePoint  *point,
             const TsrUnit **unit,
             gboolean       *over_hz)
{
  static const TsrUnit x_units[] = {
      {"", 1}, {"s", 1}, {"ms", 1e-3}, {"Hz", -1}, {"kHz", -1000}, {NULL, 0}};
  const TsrUnit   *x_unit;
  const char      *colon = strchr (text, ':');
  g_autofree char *x = colon != NULL ? g_strndup (text, (gsize)(colon - text)) : NULL;
  g_autofree char *y = colon != NULL ? g_strstrip (g_strdup (colon + 1)) : NULL;

  if (colon == NULL ||
      !tsr_parse_quantity (g_strstrip (x), x_units, &point->x, &x_unit) ||
      !tsr_parse_quantity (y, units, &point->y, unit))
    return FALSE;
  *over_hz = x_unit->factor < 0;
  point->x *= fabs (x_unit->factor);
  return TRUE;
}

/* Points written out. NULL when the text is not of that form. All y have the same unit.
 */
static TsrCurve *
parse_points (const char     *text,
              const TsrUnit  *units,
              const TsrUnit **unit,
              gboolean       *over_hz)
{
  g_auto (GStrv) pairs = g_strsplit (text, ",", -1);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (gsize i = 0; pairs[i] != NULL; i++) {
    TsrCurvePoint  point;
    const TsrUnit *here;
    gboolean       is_hz;
    if (!parse_point (pairs[i], units, &point, &here, &is_hz))
      return NULL;
    if (i == 0) {
      *unit = here;
      *over_hz = is_hz;
    }
    if (here->factor != (*unit)->factor || (is_hz && !*over_hz))
      return NULL;
    g_array_append_val (points, point);
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

static gboolean
values_are_within (
    const TsrCurve *curve, double low, double high, const char *what, GError **error)
{
  const TsrCurvePoint *p = tsr_curve_points (curve);

  for (gsize i = 0; i < tsr_curve_n_points (curve); i++)
    if (!(p[i].y >= low && p[i].y <= high))
      return tsr_operation_fail (
          error, _ ("%s %g is outside %g ... %g"), what, p[i].y, low, high);
  return TRUE;
}

/* Joins points by straight lines in cents: ratios close enough for straight lines. */
static TsrCurve *
ratios_of_cents (const TsrCurve *cents)
{
  const TsrCurvePoint *p = tsr_curve_points (cents);
  gsize                n = tsr_curve_n_points (cents);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (gsize i = 0; i < n; i++) {
    double step = i + 1 < n ? fabs (p[i + 1].y - p[i].y) / CENTS_A_PIECE : 0;
    gsize  n_pieces = (gsize)fmax (1, fmin (ceil (step), MAX_PIECES / (double)n));
    for (gsize k = 0; k < (i + 1 < n ? n_pieces : 1); k++) {
      double        u = (double)k / (double)n_pieces;
      double        x = k == 0 ? p[i].x : p[i].x + u * (p[i + 1].x - p[i].x);
      double        y = k == 0 ? p[i].y : p[i].y + u * (p[i + 1].y - p[i].y);
      TsrCurvePoint point = {x, exp2 (y / 1200)};
      if (points->len == 0 ||
          x > g_array_index (points, TsrCurvePoint, points->len - 1).x)
        g_array_append_val (points, point);
    }
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

/* The integral of a factor curve from time 0, in straight pieces. */
static TsrCurve *
map_of_factors (const TsrCurve *factors)
{
  const TsrCurvePoint *p = tsr_curve_points (factors);
  gsize                n = tsr_curve_n_points (factors);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  TsrCurvePoint here = {fmin (0, p[0].x), 0};

  g_array_append_val (points, here);
  for (gsize i = 0; i <= n; i++) {
    double end_x = i < n ? p[i].x : fmax (p[n - 1].x, 0) + 1;
    double span = end_x - here.x, from = tsr_curve_at (factors, here.x);
    double rise = fabs (tsr_curve_at (factors, end_x) - from);
    gsize  n_pieces = (gsize)fmax (
        1, fmin (ceil (sqrt (rise * span / (8 * MAP_ERROR_S))), MAX_PIECES / (double)n));
    for (gsize k = 1; k <= n_pieces && span > 0; k++) {
      double x = k == n_pieces ? end_x
                               : end_x - span * (double)(n_pieces - k) / (double)n_pieces;
      here.y += (x - here.x) * 0.5 *
                (tsr_curve_at (factors, here.x) + tsr_curve_at (factors, x));
      here.x = x;
      g_array_append_val (points, here);
    }
  }
  /* The map begins at 0 for time 0. */
  g_autoptr (TsrCurve) raw =
      tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
  if (raw == NULL)
    return NULL;
  double offset = tsr_curve_at_extended (raw, 0);
  for (guint i = 0; i < points->len; i++)
    g_array_index (points, TsrCurvePoint, i).y -= offset;
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

static gboolean
slopes_are_within (const TsrCurve *map, GError **error)
{
  const TsrCurvePoint *p = tsr_curve_points (map);
  gsize                n = tsr_curve_n_points (map);

  if (n < 2)
    return tsr_operation_fail (error, _ ("a time map needs at least two points"));
  for (gsize i = 1; i < n; i++) {
    double slope = (p[i].y - p[i - 1].y) / (p[i].x - p[i - 1].x);
    if (!(slope >= TSR_MIN_STRETCH * (1 - 1e-9) && slope <= TSR_MAX_STRETCH * (1 + 1e-9)))
      return tsr_operation_fail (
          error,
          _ ("the time map stretches by %g at %g s; it has to lie in %g ... %g"),
          slope,
          p[i - 1].x,
          TSR_MIN_STRETCH,
          TSR_MAX_STRETCH);
  }
  return TRUE;
}

/* Makes an operation of a curve, which it takes; likewise the text it was made from. */
static TsrOperation *
with_curve (TsrOperationKind kind, TsrCurve *curve, char *text)
{
  TsrOperation *operation = tsr_operation_new (kind, 1, curve);

  operation->curve_text = text;
  return operation;
}

/* ---- amounts ---- */

/* What a number of an amount may be followed by. A factor 0 is a plain ratio beside
 * cents. */
static const TsrUnit *
units_of (TsrOperationKind kind)
{
  static const TsrUnit cents[] = {
      {"", 0}, {"cents", 1}, {"cent", 1}, {"ct", 1}, {"st", 100}, {NULL, 0}};
  static const TsrUnit hz[] = {{"Hz", 1}, {"kHz", 1000}, {"", 1}, {NULL, 0}};
  static const TsrUnit db[] = {{"dB", 1}, {"", 1}, {NULL, 0}};
  static const TsrUnit tilt[] = {{"dB", 1}, {"", 1}, {"dB/oct", 1}, {NULL, 0}};
  static const TsrUnit factor[] = {{"", 1}, {"x", 1}, {"%", 0.01}, {NULL, 0}};

  switch (kind) {
  case TSR_OPERATION_PITCH:
  case TSR_OPERATION_FORMANTS:
  case TSR_OPERATION_BRIGHTNESS:
    return cents;
  case TSR_OPERATION_SHIFT:
    return hz;
  case TSR_OPERATION_GAIN:
    return db;
  case TSR_OPERATION_TILT:
    return tilt;
  default:
    return factor;
  }
}

static TsrCurve *
scaled (const TsrCurve *curve, double factor)
{
  gsize                     n = tsr_curve_n_points (curve);
  g_autofree TsrCurvePoint *points =
      g_memdup2 (tsr_curve_points (curve), n * sizeof (TsrCurvePoint));

  for (gsize i = 0; i < n; i++)
    points[i].y *= factor;
  return tsr_curve_new (points, n);
}

/* In the unit of the amount; takes the curve. */
static TsrCurve *
in_base_unit (TsrCurve *curve, double factor, gboolean is_ratio, GError **error)
{
  TsrCurve *base = NULL;

  if (factor == 0 || (factor == 1 && !is_ratio))
    return curve;
  g_autoptr (TsrCurve) cents_or_any = scaled (curve, factor);
  tsr_curve_unref (curve);
  if (cents_or_any == NULL)
    return NULL;
  if (!is_ratio)
    return g_steal_pointer (&cents_or_any);
  if (values_are_within (cents_or_any, -7200, 7200, "cents", error))
    base = ratios_of_cents (cents_or_any);
  return base;
}

/* The curve of a file or of written points, in the unit of the amount. `from` is the file
 * or the points that another curve was made of, else NULL. */
static TsrCurve *
amount_curve (TsrOperationKind kind,
              const char      *text,
              gboolean        *over_hz,
              char           **from,
              GError         **error)
{
  const TsrUnit *unit;
  gboolean is_ratio = units_of (kind)[1].factor == 1 && units_of (kind)->factor == 0;
  g_autofree char *over_s = g_strdup_printf ("time_s,%s", tsr_amount (kind).value);
  g_autofree char *over_f = g_strdup_printf ("frequency_hz,%s", tsr_amount (kind).value);
  const char      *headers[] = {
           over_s, over_f, is_ratio ? "time_s,cents" : NULL, "frequency_hz,cents", NULL};
  TsrCurve *curve = parse_points (text, units_of (kind), &unit, over_hz);
  gsize     which;

  *from = NULL;
  if (curve != NULL) {
    if (is_ratio && unit->factor != 0)
      *from = g_strdup (text);
    return in_base_unit (curve, unit->factor, is_ratio, error);
  }
  curve = tsr_curve_file_read (text, headers, &which, error);
  if (curve == NULL)
    return NULL;
  *from = g_strdup (text);
  *over_hz = which % 2 == 1;
  return in_base_unit (curve, which >= 2 ? 1 : 0, is_ratio, error);
}

static void
fail_number (TsrOperationKind kind, GError **error)
{
  TsrAmount amount = tsr_amount (kind);

  switch (kind) {
  case TSR_OPERATION_PITCH:
    tsr_operation_fail (error, _ ("a pitch ratio has to lie in 1/64 ... 64 (±72 st)"));
    break;
  case TSR_OPERATION_SHIFT:
    tsr_operation_fail (error, _ ("a shift is told in Hz, such as `shift -20Hz`"));
    break;
  case TSR_OPERATION_GAIN:
    tsr_operation_fail (error,
                        _ ("a gain is told in dB between %g and %g, such as `gain -3dB`"),
                        amount.low,
                        amount.high);
    break;
  default:
    tsr_operation_fail (error,
                        _ ("the number of `%s` has to lie in %g ... %g"),
                        amount.word,
                        amount.low,
                        amount.high);
  }
}

static TsrOperation *
parse_amount_curve (TsrOperationKind kind, const char *text, GError **error)
{
  TsrAmount        amount = tsr_amount (kind);
  g_autofree char *from = NULL;
  gboolean         over_hz = FALSE;
  g_autoptr (TsrCurve) curve = amount_curve (kind, text, &over_hz, &from, error);

  if (curve == NULL)
    return NULL;
  double slack = 1e-12 * fmax (fabs (amount.low), fabs (amount.high));
  if (!values_are_within (curve,
                          amount.low - fmin (slack, fabs (amount.low) * 1e-12),
                          amount.high + slack,
                          amount.value,
                          error))
    return NULL;
  if (over_hz && !(tsr_operation_info ((guint)kind)->curves & TSR_CURVE_OVER_HZ)) {
    tsr_operation_fail (error, _ ("a curve of `%s` goes over time"), amount.word);
    return NULL;
  }
  /* A gain over frequency is a filter. */
  TsrOperation *operation =
      with_curve (kind == TSR_OPERATION_GAIN && over_hz ? TSR_OPERATION_FILTER : kind,
                  g_steal_pointer (&curve),
                  g_steal_pointer (&from));
  operation->over_hz = over_hz && kind != TSR_OPERATION_GAIN;
  return operation;
}

TsrOperation *
tsr_operation_parse_amount (TsrOperationKind kind, const char *argument, GError **error)
{
  TsrAmount        amount = tsr_amount (kind);
  g_autofree char *text = g_strdup (argument);
  const TsrUnit   *unit;
  guint            keeps = 0;
  double           number;
  TsrOperation    *operation;

  if (kind == TSR_OPERATION_PITCH &&
      !tsr_operation_take_keeps (text, tsr_operation_keeps (kind), &keeps, NULL, error))
    return NULL;
  if (tsr_parse_quantity (text, units_of (kind), &number, &unit)) {
    gboolean is_ratio = units_of (kind)->factor == 0;
    if (is_ratio && unit->factor != 0)
      number = exp2 (number * unit->factor / 1200);
    else if (!is_ratio)
      number *= unit->factor;
    if (!(number >= amount.low && number <= amount.high)) {
      fail_number (kind, error);
      return NULL;
    }
    operation = tsr_operation_new (kind, number, NULL);
  } else {
    if ((kind == TSR_OPERATION_GAIN || kind == TSR_OPERATION_SHIFT) &&
        strchr (text, ':') == NULL && strchr (text, '.') == NULL &&
        !g_file_test (text, G_FILE_TEST_EXISTS)) {
      fail_number (kind, error);
      return NULL;
    }
    operation = parse_amount_curve (kind, text, error);
  }
  if (operation != NULL)
    operation->keeps = keeps;
  return operation;
}

/* ---- time maps and filters ---- */

static TsrCurve *
map_of_text (const char *text, char **from, GError **error)
{
  static const TsrUnit units[] = {
      {"", 1}, {"s", 1}, {"ms", 1e-3}, {"x", 0}, {NULL, 0}}; /* x: factors */
  static const char *const headers[] = {"time_s,target_s", "time_s,factor", NULL};
  const TsrUnit           *unit;
  gboolean                 over_hz = FALSE;
  gsize                    which;
  g_autoptr (TsrCurve) curve = parse_points (text, units, &unit, &over_hz);

  if (curve != NULL && over_hz)
    return NULL;
  if (curve != NULL && unit->factor > 0)
    return scaled (curve, unit->factor);
  which = 1;
  if (curve == NULL)
    curve = tsr_curve_file_read (text, headers, &which, error);
  if (curve == NULL)
    return NULL;
  *from = g_strdup (text);
  if (which == 0)
    return g_steal_pointer (&curve);
  if (!values_are_within (curve, TSR_MIN_STRETCH, TSR_MAX_STRETCH, "factor", error))
    return NULL;
  return map_of_factors (curve);
}

static TsrOperation *
parse_map (const char *text, GError **error)
{
  g_autofree char *from = NULL;
  g_autoptr (TsrCurve) map = map_of_text (text, &from, error);

  if (map == NULL) {
    if (error != NULL && *error == NULL)
      tsr_operation_fail (error, _ ("a time map goes over time, such as `0:0,1:2`"));
    return NULL;
  }
  if (!slopes_are_within (map, error))
    return NULL;
  return with_curve (
      TSR_OPERATION_STRETCH, g_steal_pointer (&map), g_steal_pointer (&from));
}

TsrOperation *
tsr_operation_parse_stretch (const char *argument, GError **error)
{
  static const TsrUnit units[] = {{"", 1}, {"x", 1}, {"%", 0.01}, {NULL, 0}};
  const TsrUnit       *unit;
  g_autofree char     *text = g_strdup (argument);
  g_autoptr (GArray) onsets_s = NULL;
  guint         keeps = 0;
  double        number;
  TsrOperation *operation = NULL;

  if (!tsr_operation_take_keeps (
          text, tsr_operation_keeps (TSR_OPERATION_STRETCH), &keeps, &onsets_s, error))
    return NULL;
  if (!tsr_parse_quantity (text, units, &number, &unit))
    operation = parse_map (text, error);
  else if (number * unit->factor >= TSR_MIN_STRETCH &&
           number * unit->factor <= TSR_MAX_STRETCH)
    operation = tsr_operation_new (TSR_OPERATION_STRETCH, number * unit->factor, NULL);
  else
    tsr_operation_fail (error,
                        _ ("a stretch factor has to lie in %g ... %g"),
                        TSR_MIN_STRETCH,
                        TSR_MAX_STRETCH);
  if (operation != NULL) {
    operation->keeps = keeps;
    operation->onsets_s = g_steal_pointer (&onsets_s);
  }
  return operation;
}

TsrOperation *
tsr_operation_parse_filter (const char *text, GError **error)
{
  static const TsrUnit     units[] = {{"", 1}, {"dB", 1}, {NULL, 0}};
  static const char *const headers[] = {"frequency_hz,gain_db", NULL};
  const TsrUnit           *unit;
  gboolean                 over_hz;
  gsize                    which;
  g_autofree char         *from = NULL;
  g_autoptr (TsrCurve) curve = parse_points (text, units, &unit, &over_hz);

  if (curve == NULL) {
    curve = tsr_curve_file_read (text, headers, &which, error);
    from = g_strdup (text);
  }
  if (curve == NULL ||
      !values_are_within (curve, TSR_MIN_GAIN_DB, TSR_MAX_GAIN_DB, "gain_db", error))
    return NULL;
  return with_curve (
      TSR_OPERATION_FILTER, g_steal_pointer (&curve), g_steal_pointer (&from));
}
