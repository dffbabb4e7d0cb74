/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations: made and freed, and what all amounts have in common.
 */
#include "model/operation-private.h"

#include <math.h>

#include "model/dsp-types.h"
#include "model/operation-table.h"

G_DEFINE_QUARK (tsr - operation - error - quark, tsr_operation_error)

TsrOperation *
tsr_operation_new (TsrOperationKind kind, double number, TsrCurve *curve)
{
  TsrOperation *operation = g_new0 (TsrOperation, 1);

  operation->kind = kind;
  operation->number = number;
  operation->curve = curve;
  return operation;
}

TsrOperation *
tsr_operation_copy (const TsrOperation *operation)
{
  TsrOperation *copy = g_memdup2 (operation, sizeof *operation);

  if (copy->curve != NULL)
    tsr_curve_ref (copy->curve);
  copy->curve_text = g_strdup (operation->curve_text);
  if (copy->onsets_s != NULL)
    g_array_ref (copy->onsets_s);
  if (copy->scale != NULL)
    tsr_scale_ref (copy->scale);
  if (copy->path != NULL)
    g_array_ref (copy->path);
  if (copy->partials != NULL)
    tsr_partial_set_ref (copy->partials);
  return copy;
}

void
tsr_operation_free (TsrOperation *operation)
{
  if (operation == NULL)
    return;
  tsr_curve_unref (operation->curve);
  g_free (operation->curve_text);
  g_clear_pointer (&operation->onsets_s, g_array_unref);
  tsr_scale_unref (operation->scale);
  g_clear_pointer (&operation->path, g_array_unref);
  tsr_partial_set_unref (operation->partials);
  g_free (operation);
}

TsrOperation *
tsr_operation_new_pitch (double ratio)
{
  g_return_val_if_fail (ratio > 0 && isfinite (ratio), NULL);
  return tsr_operation_new (TSR_OPERATION_PITCH, ratio, NULL);
}

TsrOperation *
tsr_operation_new_stretch (double factor)
{
  g_return_val_if_fail (factor > 0 && isfinite (factor), NULL);
  return tsr_operation_new (TSR_OPERATION_STRETCH, factor, NULL);
}

TsrOperation *
tsr_operation_new_stretch_map (TsrCurve *target_s_over_time_s)
{
  g_return_val_if_fail (target_s_over_time_s != NULL, NULL);
  g_return_val_if_fail (tsr_curve_is_increasing (target_s_over_time_s), NULL);
  return tsr_operation_new (
      TSR_OPERATION_STRETCH, 1, tsr_curve_ref (target_s_over_time_s));
}

TsrOperation *
tsr_operation_new_shift (double shift_hz)
{
  g_return_val_if_fail (isfinite (shift_hz), NULL);
  return tsr_operation_new (TSR_OPERATION_SHIFT, shift_hz, NULL);
}

TsrOperation *
tsr_operation_new_gain (double gain_db)
{
  g_return_val_if_fail (isfinite (gain_db), NULL);
  return tsr_operation_new (TSR_OPERATION_GAIN, gain_db, NULL);
}

TsrOperation *
tsr_operation_new_filter (TsrCurve *gain_db_over_hz)
{
  g_return_val_if_fail (gain_db_over_hz != NULL, NULL);
  return tsr_operation_new (TSR_OPERATION_FILTER, 0, tsr_curve_ref (gain_db_over_hz));
}

TsrOperation *
tsr_operation_new_delete (void)
{
  return tsr_operation_new (TSR_OPERATION_DELETE, 0, NULL);
}

TsrOperation *
tsr_operation_new_delete_span (double start_s, double end_s)
{
  g_return_val_if_fail (start_s >= 0 && end_s > start_s, NULL);

  TsrOperation *operation = tsr_operation_new_delete ();
  operation->start_s = start_s;
  operation->end_s = end_s;
  return operation;
}

TsrOperation *
tsr_operation_new_crop (double start_s, double end_s)
{
  g_return_val_if_fail (isfinite (start_s) && end_s > start_s, NULL);

  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_CROP, 0, NULL);
  operation->start_s = start_s;
  operation->end_s = end_s;
  return operation;
}

static gboolean
is_path (const TsrPathPoint *points, gsize n, gboolean increases)
{
  for (gsize i = 0; i < n; i++) {
    if (!isfinite (points[i].time_s) || !isfinite (points[i].frequency_hz) ||
        !(points[i].frequency_hz > 0))
      return FALSE;
    if (increases && i > 0 && !(points[i].time_s > points[i - 1].time_s))
      return FALSE;
  }
  return n >= 1 && n <= TSR_MAX_PATH;
}

static TsrOperation *
with_path (TsrOperationKind kind, double number, const TsrPathPoint *points, gsize n)
{
  TsrOperation *operation = tsr_operation_new (kind, number, NULL);

  operation->path = g_array_new (FALSE, FALSE, sizeof (TsrPathPoint));
  g_array_append_vals (operation->path, points, (guint)n);
  return operation;
}

TsrOperation *
tsr_operation_new_draw (const TsrPathPoint *points,
                        gsize               n,
                        guint               n_harmonics,
                        int                 channel)
{
  if (n < 2 || !is_path (points, n, TRUE) ||
      !(points[n - 1].time_s - points[0].time_s >= 1e-3))
    return NULL;
  TsrOperation *operation = with_path (TSR_OPERATION_DRAW, 0, points, n);
  operation->count = CLAMP (n_harmonics, 1, TSR_MAX_HARMONICS);
  operation->choice = channel;
  return operation;
}

TsrOperation *
tsr_operation_new_erase (const TsrPathPoint *points,
                         gsize               n,
                         double              radius_s,
                         double              radius_hz,
                         double              strength)
{
  if (!is_path (points, n, FALSE) || !(radius_s > 0) || !(radius_hz > 0) ||
      !isfinite (radius_s + radius_hz) || !(strength >= 0 && strength <= 1))
    return NULL;
  TsrOperation *operation = with_path (TSR_OPERATION_ERASE, strength, points, n);
  operation->size_s = radius_s;
  operation->size_hz = radius_hz;
  return operation;
}

TsrOperation *
tsr_operation_new_move_breakpoint (double at_s, const TsrPathPoint *to)
{
  if (!isfinite (at_s) || !is_path (to, 1, FALSE))
    return NULL;
  TsrOperation *operation = with_path (TSR_OPERATION_BREAKPOINT, 0, to, 1);
  operation->start_s = at_s;
  operation->choice = TSR_BREAKPOINT_MOVE;
  return operation;
}

TsrOperation *
tsr_operation_new_insert (TsrPartialSet *partials, double move_s)
{
  g_return_val_if_fail (partials != NULL && isfinite (move_s), NULL);

  TsrOperation *operation = tsr_operation_new (TSR_OPERATION_INSERT, move_s, NULL);
  operation->partials = tsr_partial_set_ref (partials);
  return operation;
}

gboolean
tsr_operation_wants_onsets (const TsrOperation *operation)
{
  return (operation->keeps & TSR_KEEP_TRANSIENTS) != 0 && operation->onsets_s == NULL;
}

void
tsr_operation_set_onsets (TsrOperation *operation, const double *onsets_s, gsize n)
{
  g_clear_pointer (&operation->onsets_s, g_array_unref);
  operation->onsets_s = g_array_new (FALSE, FALSE, sizeof (double));
  for (gsize i = 0; i < n; i++)
    if (i == 0 || onsets_s[i] > onsets_s[i - 1])
      g_array_append_val (operation->onsets_s, onsets_s[i]);
}

/* ---- amounts ---- */

TsrAmount
tsr_amount (TsrOperationKind kind)
{
  const TsrOperationInfo *info = tsr_operation_info ((guint)kind);
  const TsrParameter     *p = &info->parameters[0];
  TsrAmount               amount = {
                    .word = info->word,
                    .low = p->low,
                    .high = p->high,
                    .identity = p->start,
                    .value = info->value,
                    .unit = p->unit,
  };

  if (p->measure != TSR_MEASURE_CENTS)
    return amount;
  amount.low = exp2 (p->low / 1200);
  amount.high = exp2 (p->high / 1200);
  amount.identity = exp2 (p->start / 1200);
  return amount;
}

guint
tsr_operation_keeps (TsrOperationKind kind)
{
  const TsrParameter *p = tsr_operation_info ((guint)kind)->parameters;
  guint               keeps = 0;

  for (; p->name != NULL; p++)
    keeps |= p->flag;
  return keeps;
}

const char *
tsr_operation_word (TsrOperationKind kind)
{
  return kind == TSR_OPERATION_INSERT ? "insert" : tsr_operation_info ((guint)kind)->word;
}

double
tsr_operation_amount_at (const TsrOperation *operation,
                         double              time_s,
                         double              frequency_hz)
{
  if (operation->curve == NULL)
    return operation->number;
  return tsr_curve_at (operation->curve, operation->over_hz ? frequency_hz : time_s);
}

static gboolean
curve_is_flat (const TsrCurve *curve, double level)
{
  const TsrCurvePoint *p = tsr_curve_points (curve);

  for (gsize i = 0; i < tsr_curve_n_points (curve); i++)
    if (p[i].y != level)
      return FALSE;
  return TRUE;
}

/* Whether each moment goes where it is. */
static gboolean
map_stays (const TsrCurve *map)
{
  const TsrCurvePoint *p = tsr_curve_points (map);

  for (gsize i = 0; i < tsr_curve_n_points (map); i++)
    if (p[i].y != p[i].x)
      return FALSE;
  return TRUE;
}

gboolean
tsr_operation_is_identity (const TsrOperation *operation)
{
  if (operation->kind < TSR_N_AMOUNTS) {
    double identity = tsr_amount (operation->kind).identity;
    return operation->curve != NULL ? curve_is_flat (operation->curve, identity)
                                    : operation->number == identity;
  }
  switch (operation->kind) {
  case TSR_OPERATION_STRETCH:
    return operation->curve != NULL ? map_stays (operation->curve)
                                    : operation->number == 1;
  case TSR_OPERATION_FILTER:
    return curve_is_flat (operation->curve, 0);
  case TSR_OPERATION_FADE:
    return operation->start_s == 0 && operation->end_s == 0;
  case TSR_OPERATION_SMOOTH:
  case TSR_OPERATION_MOVE:
  case TSR_OPERATION_QUANTIZE:
  case TSR_OPERATION_ERASE:
    return operation->number == 0;
  default:
    return FALSE;
  }
}
