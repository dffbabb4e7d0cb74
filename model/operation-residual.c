/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operation on the whole sound does to what lies behind its partials.
 */
#include <math.h>

#include "model/curve-math.h"
#include "model/dsp-types.h"
#include "model/operation-set.h"

static void
replace (TsrCurve **field, TsrCurve *curve)
{
  tsr_curve_unref (*field);
  *field = curve;
}

static void
shift_time (TsrSoundStateFields *fields, double shift_s)
{
  TsrCurvePoint points[] = {{0, shift_s}, {1, 1 + shift_s}};
  g_autoptr (TsrCurve) shift = tsr_curve_new (points, G_N_ELEMENTS (points));

  replace (&fields->source_s_over_sound_s,
           tsr_curve_after_inverse (fields->source_s_over_sound_s, shift));
}

static void
mirror_time (TsrSoundStateFields *fields)
{
  replace (&fields->source_s_over_sound_s,
           tsr_curve_mirrored (fields->source_s_over_sound_s, fields->duration_s));
}

static void
add_filter (TsrSoundStateFields *fields, const TsrCurve *gain_db_over_hz)
{
  replace (&fields->residual_gain_db_over_hz,
           tsr_curve_sum (fields->residual_gain_db_over_hz, gain_db_over_hz));
}

static double
factor_db (double factor)
{
  return factor > 0 ? fmax (TSR_MIN_GAIN_DB, 20 * log10 (factor)) : TSR_MIN_GAIN_DB;
}

/* A curve of factors in dB: pieces of a sixteenth, for what is straight bends. */
static TsrCurve *
factors_db (const TsrCurve *factors)
{
  const TsrCurvePoint *p = tsr_curve_points (factors);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (gsize i = 0; i < tsr_curve_n_points (factors); i++) {
    gboolean is_last = i + 1 == tsr_curve_n_points (factors);
    for (int k = 0; k < (is_last ? 1 : 16); k++) {
      TsrCurvePoint point = {.x = is_last ? p[i].x
                                          : p[i].x + (p[i + 1].x - p[i].x) * k / 16};
      point.y = factor_db (tsr_curve_at (factors, point.x));
      g_array_append_val (points, point);
    }
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

static void
scale_noise (TsrSoundStateFields *fields, const TsrOperation *operation)
{
  if (operation->curve == NULL)
    fields->residual_gain_db =
        fmax (TSR_MIN_GAIN_DB, fields->residual_gain_db + factor_db (operation->number));
  else if (operation->over_hz) {
    g_autoptr (TsrCurve) curve = factors_db (operation->curve);
    add_filter (fields, curve);
  }
}

void
tsr_operation_take_residual_along (const TsrOperationWork *work,
                                   TsrSoundStateFields    *fields)
{
  const TsrOperation *operation = work->operation;
  TsrCurve           *curve =
      work->context != NULL ? tsr_operation_context_curve (work->context) : NULL;

  switch (operation->kind) {
  case TSR_OPERATION_STRETCH:
    replace (&fields->source_s_over_sound_s,
             tsr_curve_after_inverse (fields->source_s_over_sound_s, curve));
    fields->duration_s = tsr_curve_at_extended (curve, work->sound_end_s);
    break;
  case TSR_OPERATION_CROP:
    shift_time (fields, -operation->start_s);
    fields->duration_s = fmin (operation->end_s, work->sound_end_s) - operation->start_s;
    break;
  case TSR_OPERATION_MOVE:
    shift_time (fields, operation->number);
    fields->duration_s = work->sound_end_s + operation->number;
    break;
  case TSR_OPERATION_REVERSE:
    mirror_time (fields);
    break;
  case TSR_OPERATION_GAIN:
    if (operation->curve == NULL)
      fields->residual_gain_db += operation->number;
    break;
  case TSR_OPERATION_FILTER:
    add_filter (fields, curve);
    break;
  case TSR_OPERATION_TILT:
    if (operation->curve == NULL)
      add_filter (fields, curve);
    break;
  case TSR_OPERATION_NOISE:
    scale_noise (fields, operation);
    break;
  default:
    break;
  }
}
