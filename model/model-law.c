/* SPDX-License-Identifier: GPL-3.0-or-later
 * Shares of the noise model as curves, and as laws of a sound.
 */
#include "model/model-law.h"

#include <math.h>

#include "model/curve-math.h"
#include "model/dsp-types.h"

#define RAMP_S 0.010

static void
add_point (GArray *points, double x, double y)
{
  TsrCurvePoint point = {x, y};

  g_array_append_val (points, point);
}

/* The share rises to 1 at a time; it stays there where it has just begun to fall. */
static void
rise_at (GArray *points, double time_s)
{
  guint n = points->len;

  if (n > 0 && g_array_index (points, TsrCurvePoint, n - 1).x >= time_s - RAMP_S)
    g_array_set_size (points, n - 2);
  else
    add_point (points, time_s - RAMP_S, 0);
  if (points->len > 0)
    add_point (points, time_s, 1);
}

static void
fall_at (GArray *points, double time_s)
{
  add_point (points, time_s, 1);
  add_point (points, time_s + RAMP_S, 0);
}

static TsrCurve *
finish (const GArray *points, gboolean is_changed)
{
  TsrCurvePoint all = {0, 1};

  if (points->len == 0)
    return is_changed ? tsr_curve_new (&all, 1) : NULL;
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

/* Whether the piece before point k (n: after the last) is not neutral. */
static gboolean
is_changed_before (const TsrCurve *curve, gsize k, double neutral)
{
  const TsrCurvePoint *p = tsr_curve_points (curve);
  gsize                n = tsr_curve_n_points (curve);

  return (k > 0 && p[k - 1].y != neutral) || (k < n && p[k].y != neutral);
}

TsrCurve *
tsr_model_share_where_changed (const TsrCurve *curve, double neutral)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  const TsrCurvePoint *p = tsr_curve_points (curve);
  gboolean             is_changed = is_changed_before (curve, 0, neutral);

  for (gsize k = 0; k < tsr_curve_n_points (curve); k++) {
    gboolean next = is_changed_before (curve, k + 1, neutral);
    if (next && !is_changed)
      rise_at (points, p[k].x);
    if (!next && is_changed)
      fall_at (points, p[k].x);
    is_changed = next;
  }
  return finish (points, is_changed);
}

TsrCurve *
tsr_model_share_within (double start_s, double end_s)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  if (isfinite (start_s))
    rise_at (points, start_s);
  if (isfinite (end_s) && (!isfinite (start_s) || end_s > start_s))
    fall_at (points, end_s);
  return finish (points, TRUE);
}

void
tsr_sound_state_fields_add_model (TsrSoundStateFields *fields, TsrCurve *share)
{
  TsrResidualLaw law = {.kind = TSR_RESIDUAL_MODEL};

  if (tsr_residual_laws_have_model (fields->residual_laws, TRUE))
    return;
  if (tsr_curve_n_points (share) == 1)
    law.level = tsr_curve_ref (share);
  else
    law.level = tsr_curve_over_source (share, fields->source_s_over_sound_s);
  TsrResidualLaws *laws =
      law.level != NULL ? tsr_residual_laws_append (fields->residual_laws, &law) : NULL;
  if (laws != NULL) {
    tsr_residual_laws_unref (fields->residual_laws);
    fields->residual_laws = laws;
  }
  tsr_curve_unref (law.level);
}
