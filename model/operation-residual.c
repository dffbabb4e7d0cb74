/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operation on the whole sound does to what lies behind its partials.
 */
#include <math.h>

#include "model/curve-math.h"
#include "model/dsp-types.h"
#include "model/model-law.h"
#include "model/operation-context.h"
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

/* One more law behind those that are there; curves over time are of the sound's time. */
static void
add_law (TsrSoundStateFields *fields,
         TsrResidualLawKind   kind,
         TsrCurve            *level,
         TsrCurve            *tilt)
{
  const TsrCurve *map = fields->source_s_over_sound_s;
  TsrResidualLaw  law = {.kind = kind};
  gboolean over_hz = kind == TSR_RESIDUAL_FILTER || kind == TSR_RESIDUAL_NOISE_OVER_HZ;

  if (level != NULL)
    law.level = over_hz ? tsr_curve_ref (level) : tsr_curve_over_source (level, map);
  if (tilt != NULL)
    law.tilt = tsr_curve_over_source (tilt, map);
  /* A law without its curve could not be followed. */
  TsrResidualLaws *laws =
      (level != NULL) == (law.level != NULL) && (tilt != NULL) == (law.tilt != NULL)
          ? tsr_residual_laws_append (fields->residual_laws, &law)
          : NULL;
  if (laws != NULL) {
    tsr_residual_laws_unref (fields->residual_laws);
    fields->residual_laws = laws;
  }
  tsr_curve_unref (law.level);
  tsr_curve_unref (law.tilt);
}

/* Filters keep their place behind curves over time. */
static void
add_filter (TsrSoundStateFields *fields, TsrCurve *gain_db_over_hz)
{
  if (fields->residual_laws != NULL)
    add_law (fields, TSR_RESIDUAL_FILTER, gain_db_over_hz, NULL);
  else
    replace (&fields->residual_gain_db_over_hz,
             tsr_curve_sum (fields->residual_gain_db_over_hz, gain_db_over_hz));
}

static void
scale_noise (TsrSoundStateFields *fields, const TsrOperation *operation)
{
  g_autoptr (TsrCurve) constant =
      tsr_curve_new (&(TsrCurvePoint){0, operation->number}, 1);

  add_law (fields,
           operation->over_hz ? TSR_RESIDUAL_NOISE_OVER_HZ : TSR_RESIDUAL_NOISE,
           operation->curve != NULL ? operation->curve : constant,
           NULL);
}

#define SILENT_DB -300.0
#define SILENCING_S 0.002 /* the ramp at a border, outside of the span */

/* Nothing from start_s to end_s, which may be INFINITY. */
static void
silence (TsrSoundStateFields *fields, double start_s, double end_s)
{
  TsrCurvePoint points[4];
  gsize         n = 0;

  if (start_s > 0) {
    points[n++] = (TsrCurvePoint){fmax (start_s - SILENCING_S, 0.5 * start_s), 0};
    points[n++] = (TsrCurvePoint){start_s, SILENT_DB};
  }
  if (start_s <= 0 || end_s < fields->duration_s) {
    end_s = fmin (end_s, fields->duration_s);
    points[n++] = (TsrCurvePoint){end_s, SILENT_DB};
    points[n++] =
        (TsrCurvePoint){end_s + SILENCING_S, end_s < fields->duration_s ? 0 : SILENT_DB};
  }
  g_autoptr (TsrCurve) level = tsr_curve_new (points, n);
  if (level != NULL)
    add_law (fields, TSR_RESIDUAL_GAIN, level, NULL);
}

/* Frequencies were changed, all the time or by a curve over it. */
static void
use_model (TsrSoundStateFields *fields, const TsrCurve *over_time, double neutral)
{
  g_autoptr (TsrCurve) share = over_time != NULL
                                   ? tsr_model_share_where_changed (over_time, neutral)
                                   : tsr_model_share_within (-INFINITY, INFINITY);

  if (share != NULL)
    tsr_sound_state_fields_add_model (fields, share);
}

/* What partials are given by a curve over time, or over frequency. */
static void
take_amount_along (TsrSoundStateFields       *fields,
                   const TsrOperation        *operation,
                   const TsrOperationContext *context)
{
  switch (operation->kind) {
  case TSR_OPERATION_GAIN:
    if (operation->curve == NULL)
      fields->residual_gain_db += operation->number;
    else if (operation->over_hz)
      add_filter (fields, context->curve);
    else
      add_law (fields, TSR_RESIDUAL_GAIN, operation->curve, NULL);
    break;
  case TSR_OPERATION_TILT:
    if (operation->curve == NULL)
      add_filter (fields, context->curve);
    else
      add_law (fields, TSR_RESIDUAL_TILT, NULL, operation->curve);
    break;
  case TSR_OPERATION_BRIGHTNESS:
    add_law (fields, TSR_RESIDUAL_TILT, context->level_db, context->tilt_db);
    break;
  case TSR_OPERATION_NOISE:
    scale_noise (fields, operation);
    break;
  case TSR_OPERATION_PITCH:
  case TSR_OPERATION_SHIFT:
  case TSR_OPERATION_VIBRATO:
  case TSR_OPERATION_HARMONIFY:
    use_model (fields,
               operation->over_hz ? NULL : operation->curve,
               tsr_amount (operation->kind).identity);
    break;
  default:
    break;
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
  case TSR_OPERATION_DELETE:
    if (operation->end_s > 0)
      silence (fields, operation->start_s, operation->end_s);
    break;
  case TSR_OPERATION_MOVE:
    shift_time (fields, operation->number);
    fields->duration_s = work->sound_end_s + operation->number;
    break;
  case TSR_OPERATION_REVERSE:
    mirror_time (fields);
    break;
  case TSR_OPERATION_FADE:
    add_law (fields, TSR_RESIDUAL_GAIN, curve, NULL);
    break;
  case TSR_OPERATION_FILTER:
    add_filter (fields, curve);
    break;
  case TSR_OPERATION_QUANTIZE:
    use_model (fields, curve, 1);
    break;
  default:
    take_amount_along (fields, operation, work->context);
    break;
  }
}
