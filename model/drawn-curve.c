/* SPDX-License-Identifier: GPL-3.0-or-later
 * Points that stay in order and within limits.
 */
#include "model/drawn-curve.h"

#include <math.h>

#include "model/class-signal.h"
#include "model/dsp-types.h"
#include "model/operation-private.h"

#define STEP_S 1e-4 /* points are at least so far apart */
#define STEP_HZ 0.1
#define PARTS_OF_S 1e5 /* and are written so finely */
#define PARTS_OF_HZ 1e2
#define PARTS_OF_VALUE 1e4

struct _TsrDrawnCurve {
  GObject                 parent_instance;
  const TsrOperationInfo *info;
  guint                   kind;
  double                  low_x, high_x;
  GArray                 *points; /* TsrCurvePoint, by x */
  int                     focus;
};

enum { CHANGED, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrDrawnCurve, tsr_drawn_curve, G_TYPE_OBJECT)

static TsrCurvePoint *
at (TsrDrawnCurve *self, int index)
{
  return &g_array_index (self->points, TsrCurvePoint, index);
}

static gboolean
is_map (TsrDrawnCurve *self)
{
  return self->kind == TSR_CURVE_TIME_MAP;
}

static double
rounded (double number, double parts)
{
  return round (number * parts) / parts;
}

static double
rounded_x (TsrDrawnCurve *self, double x)
{
  return rounded (x, self->kind == TSR_CURVE_OVER_HZ ? PARTS_OF_HZ : PARTS_OF_S);
}

static double
least_step (TsrDrawnCurve *self)
{
  return self->kind == TSR_CURVE_OVER_HZ ? STEP_HZ : STEP_S;
}

static void
emit_changed (TsrDrawnCurve *self, gboolean settled)
{
  g_signal_emit (self, signals[CHANGED], 0, settled);
}

static void
tsr_drawn_curve_finalize (GObject *object)
{
  g_array_unref (TSR_DRAWN_CURVE (object)->points);
  G_OBJECT_CLASS (tsr_drawn_curve_parent_class)->finalize (object);
}

static void
tsr_drawn_curve_class_init (TsrDrawnCurveClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tsr_drawn_curve_finalize;
  signals[CHANGED] = tsr_class_add_signal (klass, "changed", 1, G_TYPE_BOOLEAN);
  signals[ENDED] = tsr_class_add_signal (klass, "ended", 1, G_TYPE_BOOLEAN);
}

static void
tsr_drawn_curve_init (TsrDrawnCurve *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  self->focus = -1;
}

TsrDrawnCurve *
tsr_drawn_curve_new (const TsrOperationInfo *info,
                     guint                   kind,
                     double                  low_x,
                     double                  high_x)
{
  g_return_val_if_fail ((info->curves & kind) != 0 && high_x > low_x, NULL);

  TsrDrawnCurve *self = g_object_new (TSR_TYPE_DRAWN_CURVE, NULL);
  self->info = info;
  self->kind = kind;
  self->low_x = rounded_x (self, low_x);
  self->high_x = rounded_x (self, high_x);
  TsrCurvePoint ends[] = {{self->low_x, tsr_drawn_curve_neutral (self, self->low_x)},
                          {self->high_x, tsr_drawn_curve_neutral (self, self->high_x)}};
  g_array_append_vals (self->points, ends, G_N_ELEMENTS (ends));
  return self;
}

const TsrOperationInfo *
tsr_drawn_curve_get_info (TsrDrawnCurve *self)
{
  return self->info;
}

guint
tsr_drawn_curve_get_kind (TsrDrawnCurve *self)
{
  return self->kind;
}

void
tsr_drawn_curve_get_axis (TsrDrawnCurve *self, double *low_x, double *high_x)
{
  *low_x = self->low_x;
  *high_x = self->high_x;
}

void
tsr_drawn_curve_get_limits (TsrDrawnCurve *self, double *low_y, double *high_y)
{
  *low_y = is_map (self) ? 0 : self->info->parameters[0].low;
  *high_y = is_map (self) ? TSR_MAX_MOVE_S : self->info->parameters[0].high;
}

void
tsr_drawn_curve_get_shown (TsrDrawnCurve *self, double *low_y, double *high_y)
{
  *low_y = is_map (self) ? self->low_x : self->info->shown_low;
  *high_y = is_map (self) ? self->high_x : self->info->shown_high;
  for (guint i = 0; i < self->points->len; i++) {
    *low_y = fmin (*low_y, at (self, (int)i)->y);
    *high_y = fmax (*high_y, at (self, (int)i)->y);
  }
}

double
tsr_drawn_curve_neutral (TsrDrawnCurve *self, double x)
{
  return is_map (self) ? x : self->info->parameters[0].start;
}

const TsrCurvePoint *
tsr_drawn_curve_get_points (TsrDrawnCurve *self, guint *n)
{
  *n = self->points->len;
  return (const TsrCurvePoint *)self->points->data;
}

static TsrCurve *
as_curve (TsrDrawnCurve *self)
{
  return tsr_curve_new ((const TsrCurvePoint *)self->points->data, self->points->len);
}

double
tsr_drawn_curve_at (TsrDrawnCurve *self, double x)
{
  g_autoptr (TsrCurve) curve = as_curve (self);

  if (curve == NULL)
    return tsr_drawn_curve_neutral (self, x);
  return is_map (self) ? tsr_curve_at_extended (curve, x) : tsr_curve_at (curve, x);
}

double
tsr_drawn_curve_inverse (TsrDrawnCurve *self, double y)
{
  g_autoptr (TsrCurve) curve = as_curve (self);

  g_return_val_if_fail (is_map (self), y);
  return curve != NULL ? tsr_curve_inverse_extended (curve, y) : y;
}

gboolean
tsr_drawn_curve_is_neutral (TsrDrawnCurve *self)
{
  for (guint i = 0; i < self->points->len; i++) {
    const TsrCurvePoint *p = at (self, (int)i);
    if (p->y != tsr_drawn_curve_neutral (self, p->x))
      return FALSE;
  }
  return TRUE;
}

int
tsr_drawn_curve_get_focus (TsrDrawnCurve *self)
{
  return self->focus;
}

void
tsr_drawn_curve_set_focus (TsrDrawnCurve *self, int index)
{
  if (index >= (int)self->points->len || index == self->focus)
    return;
  self->focus = MAX (index, -1);
  emit_changed (self, TRUE);
}

/* Where a value of a point may lie. Anchors keep the stretch between neighbours possible.
 */
static double
limited_y (TsrDrawnCurve *self, int index, double x, double y)
{
  double low, high;

  tsr_drawn_curve_get_limits (self, &low, &high);
  if (is_map (self) && index > 0) {
    const TsrCurvePoint *before = at (self, index - 1);
    low = fmax (low, before->y + TSR_MIN_STRETCH * (x - before->x));
    high = fmin (high, before->y + TSR_MAX_STRETCH * (x - before->x));
  }
  if (is_map (self) && index + 1 < (int)self->points->len) {
    const TsrCurvePoint *after = at (self, index + 1);
    low = fmax (low, after->y - TSR_MAX_STRETCH * (after->x - x));
    high = fmin (high, after->y - TSR_MIN_STRETCH * (after->x - x));
  }
  double parts = is_map (self) ? PARTS_OF_S : PARTS_OF_VALUE;
  double round_y = rounded (y, parts);
  if (round_y < low)
    round_y = ceil (low * parts) / parts;
  if (round_y > high)
    round_y = floor (high * parts) / parts;
  /* Between close neighbours there may be no round number. */
  return round_y >= low && round_y <= high ? round_y : fmax (low, fmin (y, high));
}

int
tsr_drawn_curve_add (TsrDrawnCurve *self, double x, double y)
{
  guint i = 0;

  x = rounded_x (self, x);
  if (!(x >= self->low_x && x <= self->high_x) ||
      self->points->len >= TSR_MAX_DRAWN_POINTS)
    return -1;
  while (i < self->points->len && at (self, (int)i)->x < x - least_step (self))
    i++;
  if (i == self->points->len || at (self, (int)i)->x > x + least_step (self)) {
    TsrCurvePoint point = {x, tsr_drawn_curve_at (self, x)};
    g_array_insert_val (self->points, i, point);
    if (!isnan (y)) /* else on the curve */
      at (self, (int)i)->y = limited_y (self, (int)i, x, y);
  }
  self->focus = (int)i;
  emit_changed (self, TRUE);
  return (int)i;
}

void
tsr_drawn_curve_place (
    TsrDrawnCurve *self, int index, double x, double y, gboolean settled)
{
  g_return_if_fail (index >= 0 && index < (int)self->points->len);

  TsrCurvePoint *p = at (self, index);
  double         step = least_step (self);
  double         low = index > 0 ? at (self, index - 1)->x + step : self->low_x;
  double         high =
      index + 1 < (int)self->points->len ? at (self, index + 1)->x - step : self->high_x;
  if (!isnan (x) && low <= high)
    p->x = rounded_x (self, CLAMP (x, low, high));
  p->y = limited_y (self, index, p->x, y);
  emit_changed (self, settled);
}

gboolean
tsr_drawn_curve_remove (TsrDrawnCurve *self, int index)
{
  if (index < 0 || index >= (int)self->points->len ||
      self->points->len <= (is_map (self) ? 2 : 1))
    return FALSE;
  g_array_remove_index (self->points, (guint)index);
  self->focus = -1;
  emit_changed (self, TRUE);
  return TRUE;
}

void
tsr_drawn_curve_set_points (TsrDrawnCurve *self, const TsrCurvePoint *points, guint n)
{
  g_return_if_fail (n >= 1);

  GArray *fresh = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  g_array_append_vals (fresh, points, n); /* may be its own */
  g_array_unref (self->points);
  self->points = fresh;
  self->focus = MIN (self->focus, (int)n - 1);
  emit_changed (self, TRUE);
}

void
tsr_drawn_curve_end (TsrDrawnCurve *self, gboolean make)
{
  g_signal_emit (self, signals[ENDED], 0, make);
}

char *
tsr_drawn_curve_to_text (TsrDrawnCurve *self)
{
  GString    *text = g_string_new (NULL);
  const char *unit = is_map (self) ? "" : self->info->curve_unit;

  for (guint i = 0; i < self->points->len; i++) {
    if (i > 0)
      g_string_append_c (text, ',');
    tsr_append_number (text, at (self, (int)i)->x);
    if (i == 0 && self->kind == TSR_CURVE_OVER_HZ)
      g_string_append (text, "Hz");
    g_string_append_c (text, ':');
    tsr_append_number (text, at (self, (int)i)->y);
    g_string_append (text, unit);
  }
  return g_string_free (text, FALSE);
}
