/* SPDX-License-Identifier: GPL-3.0-or-later
 * The grammar of operations:
 *   pitch (RATIO | N cents | N st | FILE | s:ratio,...)   files: time_s,ratio
 * time_s,cents stretch (FACTOR | FILE | s:s,...)                     files: time_s,factor
 * time_s,target_s shift N [Hz|kHz]      gain N [dB]           delete      crop [A]:[B]
 * filter (FILE | Hz:dB,...)                             file: frequency_hz,gain_db
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/curve-file.h"
#include "model/dsp-types.h"
#include "model/operation-private.h"

#define CENTS_A_PIECE                                                                    \
  10.0 /* of a glide drawn in cents: straight ratios err by 0.007 cent */
#define MAP_ERROR_S 5e-5 /* of a time map made of straight pieces from a factor curve */
enum { MAX_PIECES = 20000 }; /* of a curve made from another */

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (TSR_OPERATION_ERROR, 0, format, arguments);
  va_end (arguments);
  return FALSE;
}

typedef struct {
  const char *unit;
  double      factor;
} Unit;

/* A number with one of the units (the list ends with NULL), and nothing after it. */
static gboolean
parse_quantity (const char *text, const Unit *units, double *number, const Unit **unit)
{
  char *end;

  *number = g_ascii_strtod (text, &end);
  if (end == text || !isfinite (*number))
    return FALSE;
  end += strspn (end, " ");
  for (*unit = units; (*unit)->unit != NULL; ++*unit)
    if (g_ascii_strcasecmp (end, (*unit)->unit) == 0)
      return TRUE;
  return FALSE;
}

/* Points written out: x:y,x:y,... NULL when the text is not of that form. */
static TsrCurve *
parse_points (const char *text)
{
  g_auto (GStrv) pairs = g_strsplit (text, ",", -1);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (gsize i = 0; pairs[i] != NULL; i++) {
    TsrCurvePoint point;
    char         *end, *last;
    point.x = g_ascii_strtod (pairs[i], &end);
    if (end == pairs[i] || *end != ':')
      return NULL;
    point.y = g_ascii_strtod (end + 1, &last);
    if (last == end + 1 || last[strspn (last, " ")] != '\0')
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
    if (p[i].y < low || p[i].y > high)
      return fail (error, _ ("%s %g is outside %g ... %g"), what, p[i].y, low, high);
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

/* The curve of a file or of written points; which of the headers it had. */
static TsrCurve *
parse_curve (const char        *text,
             const char *const *headers,
             gsize              inline_header,
             gsize             *which,
             char             **file_name,
             GError           **error)
{
  TsrCurve *curve = parse_points (text);

  *file_name = NULL;
  *which = inline_header;
  if (curve != NULL)
    return curve;
  curve = tsr_curve_file_read (text, headers, which, error);
  if (curve != NULL)
    *file_name = g_strdup (text);
  return curve;
}

/* Makes an operation of a curve, which it takes. */
static TsrOperation *
with_curve (TsrOperationKind kind, TsrCurve *curve, char *file_name)
{
  TsrOperation *operation = tsr_operation_new (kind, 1, curve);

  operation->file_name = file_name;
  return operation;
}

static TsrOperation *
parse_pitch (const char *text, GError **error)
{
  static const Unit units[] = {
      {"", 0}, {"cents", 1}, {"cent", 1}, {"ct", 1}, {"st", 100}, {NULL, 0}};
  static const char *const headers[] = {"time_s,ratio", "time_s,cents", NULL};
  const Unit              *unit;
  double                   number;

  if (parse_quantity (text, units, &number, &unit)) {
    double ratio = unit->factor == 0 ? number : exp2 (number * unit->factor / 1200);
    if (ratio >= TSR_MIN_PITCH_RATIO && ratio <= TSR_MAX_PITCH_RATIO)
      return tsr_operation_new (TSR_OPERATION_PITCH, ratio, NULL);
    fail (error, _ ("a pitch ratio has to lie in 1/64 ... 64 (±72 st)"));
    return NULL;
  }
  gsize            which;
  g_autofree char *file_name = NULL;
  g_autoptr (TsrCurve) curve = parse_curve (text, headers, 0, &which, &file_name, error);
  if (curve == NULL)
    return NULL;
  if (which == 1) {
    if (!values_are_within (curve, -7200, 7200, "cents", error))
      return NULL;
    TsrCurve *ratios = ratios_of_cents (curve);
    tsr_curve_unref (curve);
    curve = ratios;
  }
  if (curve == NULL || !values_are_within (curve,
                                           TSR_MIN_PITCH_RATIO * (1 - 1e-12),
                                           TSR_MAX_PITCH_RATIO * (1 + 1e-12),
                                           "ratio",
                                           error))
    return NULL;
  return with_curve (
      TSR_OPERATION_PITCH, g_steal_pointer (&curve), g_steal_pointer (&file_name));
}

static gboolean
slopes_are_within (const TsrCurve *map, GError **error)
{
  const TsrCurvePoint *p = tsr_curve_points (map);
  gsize                n = tsr_curve_n_points (map);

  if (n < 2)
    return fail (error, _ ("a time map needs at least two points"));
  for (gsize i = 1; i < n; i++) {
    double slope = (p[i].y - p[i - 1].y) / (p[i].x - p[i - 1].x);
    if (!(slope >= TSR_MIN_STRETCH * (1 - 1e-9) && slope <= TSR_MAX_STRETCH * (1 + 1e-9)))
      return fail (error,
                   _ ("the time map stretches by %g at %g s; it has to lie in %g ... %g"),
                   slope,
                   p[i - 1].x,
                   TSR_MIN_STRETCH,
                   TSR_MAX_STRETCH);
  }
  return TRUE;
}

static TsrOperation *
parse_stretch (const char *text, GError **error)
{
  static const Unit        units[] = {{"", 1}, {"x", 1}, {NULL, 0}};
  static const char *const headers[] = {"time_s,target_s", "time_s,factor", NULL};
  const Unit              *unit;
  double                   number;

  if (parse_quantity (text, units, &number, &unit)) {
    if (number >= TSR_MIN_STRETCH && number <= TSR_MAX_STRETCH)
      return tsr_operation_new (TSR_OPERATION_STRETCH, number, NULL);
    fail (error,
          _ ("a stretch factor has to lie in %g ... %g"),
          TSR_MIN_STRETCH,
          TSR_MAX_STRETCH);
    return NULL;
  }
  gsize            which;
  g_autofree char *file_name = NULL;
  g_autoptr (TsrCurve) curve = parse_curve (text, headers, 0, &which, &file_name, error);
  if (curve == NULL)
    return NULL;
  if (which == 1) {
    if (!values_are_within (curve, TSR_MIN_STRETCH, TSR_MAX_STRETCH, "factor", error))
      return NULL;
    TsrCurve *map = map_of_factors (curve);
    tsr_curve_unref (curve);
    curve = map;
  }
  if (curve == NULL || !slopes_are_within (curve, error))
    return NULL;
  return with_curve (
      TSR_OPERATION_STRETCH, g_steal_pointer (&curve), g_steal_pointer (&file_name));
}

static TsrOperation *
parse_shift (const char *text, GError **error)
{
  static const Unit units[] = {{"Hz", 1}, {"kHz", 1000}, {"", 1}, {NULL, 0}};
  const Unit       *unit;
  double            number;

  if (parse_quantity (text, units, &number, &unit) &&
      fabs (number * unit->factor) <= TSR_MAX_SHIFT_HZ)
    return tsr_operation_new (TSR_OPERATION_SHIFT, number * unit->factor, NULL);
  fail (error, _ ("a shift is told in Hz, such as `shift -20Hz`"));
  return NULL;
}

static TsrOperation *
parse_gain (const char *text, GError **error)
{
  static const Unit units[] = {{"dB", 1}, {"", 1}, {NULL, 0}};
  const Unit       *unit;
  double            number;

  if (parse_quantity (text, units, &number, &unit) && number >= TSR_MIN_GAIN_DB &&
      number <= TSR_MAX_GAIN_DB)
    return tsr_operation_new (TSR_OPERATION_GAIN, number, NULL);
  fail (error,
        _ ("a gain is told in dB between %g and %g, such as `gain -3dB`"),
        TSR_MIN_GAIN_DB,
        TSR_MAX_GAIN_DB);
  return NULL;
}

static TsrOperation *
parse_filter (const char *text, GError **error)
{
  static const char *const headers[] = {"frequency_hz,gain_db", NULL};
  gsize                    which;
  g_autofree char         *file_name = NULL;
  g_autoptr (TsrCurve) curve = parse_curve (text, headers, 0, &which, &file_name, error);

  if (curve == NULL ||
      !values_are_within (curve, TSR_MIN_GAIN_DB, TSR_MAX_GAIN_DB, "gain_db", error))
    return NULL;
  return with_curve (
      TSR_OPERATION_FILTER, g_steal_pointer (&curve), g_steal_pointer (&file_name));
}

static gboolean
parse_time (const char *text, double otherwise_s, double *time_s)
{
  static const Unit units[] = {{"", 1}, {"s", 1}, {"ms", 1e-3}, {NULL, 0}};
  const Unit       *unit;

  *time_s = otherwise_s;
  if (text[0] == '\0')
    return TRUE;
  if (!parse_quantity (text, units, time_s, &unit))
    return FALSE;
  *time_s *= unit->factor;
  return TRUE;
}

gboolean
tsr_parse_time_span (const char *text, double *start_s, double *end_s)
{
  const char *colon = strchr (text, ':');

  if (colon == NULL || text[1] == '\0')
    return FALSE;
  g_autofree char *start = g_strstrip (g_strndup (text, (gsize)(colon - text)));
  g_autofree char *end = g_strstrip (g_strdup (colon + 1));
  return parse_time (start, 0, start_s) && parse_time (end, INFINITY, end_s) &&
         *end_s > *start_s;
}

static TsrOperation *
parse_crop (const char *text, GError **error)
{
  double start_s, end_s;

  if (tsr_parse_time_span (text, &start_s, &end_s) && start_s >= 0)
    return tsr_operation_new_crop (start_s, end_s);
  fail (error, _ ("a crop is told in seconds from and to, such as `crop 0.5:2`"));
  return NULL;
}

static TsrOperation *
parse_delete (const char *text, GError **error)
{
  if (text[0] == '\0')
    return tsr_operation_new_delete ();
  fail (error, _ ("`delete` takes no argument"));
  return NULL;
}

TsrOperation *
tsr_operation_parse (const char *text, GError **error)
{
  static const struct {
    const char *word;
    TsrOperation *(*parse) (const char *text, GError **error);
    gboolean needs_argument;
  } kinds[] = {
      {"pitch", parse_pitch, TRUE},
      {"stretch", parse_stretch, TRUE},
      {"shift", parse_shift, TRUE},
      {"gain", parse_gain, TRUE},
      {"filter", parse_filter, TRUE},
      {"delete", parse_delete, FALSE},
      {"crop", parse_crop, TRUE},
  };
  g_autofree char *clean = g_strstrip (g_strdup (text));
  gsize            word_length = strcspn (clean, " \t");
  char            *argument = g_strchug (clean + word_length);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (strlen (kinds[i].word) != word_length ||
        strncmp (clean, kinds[i].word, word_length) != 0)
      continue;
    if (!kinds[i].needs_argument || argument[0] != '\0')
      return kinds[i].parse (argument, error);
    fail (error, _ ("`%s` needs an argument"), kinds[i].word);
    return NULL;
  }
  fail (error,
        _ ("`%.*s` is no operation; there are pitch, stretch, shift, gain, filter, "
           "delete and crop"),
        (int)MIN (word_length, 40),
        clean);
  return NULL;
}
