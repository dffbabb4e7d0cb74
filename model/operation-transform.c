/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operation makes of one partial, or of a piece of it.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/label.h"
#include "model/dsp/partials/ops-law.h"
#include "model/dsp/partials/ops-time.h"
#include "model/dsp/partials/residual-law.h"
#include "model/operation-context.h"

typedef TsrOperationContext Context;

/* A law of one partial. */
typedef struct {
  const Context             *context;
  const TsrSpectralEnvelope *envelope;
  double                     harmonic;
} Law;

static double
amount (const Law *law, double time_s, double frequency_hz)
{
  return tsr_operation_amount_at (law->context->operation, time_s, frequency_hz);
}

static double
pitch_hz (const void *user, double time_s, double frequency_hz)
{
  return frequency_hz * amount (user, time_s, frequency_hz);
}

static double
shift_hz (const void *user, double time_s, double frequency_hz)
{
  return frequency_hz + amount (user, time_s, frequency_hz);
}

static double
harmonify_hz (const void *user, double time_s, double frequency_hz)
{
  const Law *law = user;
  double     target = law->harmonic * tsr_curve_at (law->context->fundamental, time_s);
  double     hz = fmax (frequency_hz, 1e-3);

  return hz * pow (target / hz, amount (law, time_s, frequency_hz));
}

static double
amount_db (const void *user, double time_s, double frequency_hz)
{
  return amount (user, time_s, frequency_hz);
}

static double
curve_db (const void *user, double time_s, double frequency_hz)
{
  return tsr_curve_at (((const Law *)user)->context->curve, time_s);
}

static double
tilt_db (const void *user, double time_s, double frequency_hz)
{
  return amount (user, time_s, frequency_hz) * tsr_tilt_octaves (frequency_hz);
}

static double
brightness_db (const void *user, double time_s, double frequency_hz)
{
  const Context *context = ((const Law *)user)->context;

  return tsr_curve_at (context->level_db, time_s) +
         tsr_curve_at (context->tilt_db, time_s) * tsr_tilt_octaves (frequency_hz);
}

/* What keeps the envelope where it is while the partial moves. */
static double
keep_formants_db (const void *user, double time_s, double frequency_hz)
{
  const Law *law = user;

  return tsr_spectral_envelope_gain_db (
      law->envelope, time_s, frequency_hz, pitch_hz (law, time_s, frequency_hz));
}

static double
formants_db (const void *user, double time_s, double frequency_hz)
{
  const Law *law = user;
  double     ratio = amount (law, time_s, frequency_hz);

  return tsr_spectral_envelope_gain_db (
      law->envelope, time_s, frequency_hz, frequency_hz / ratio);
}

static TsrPartial *
pitch (const Law *law, TsrPartial *partial)
{
  const TsrOperation *operation = law->context->operation;
  g_autoptr (TsrPartial) shaped = NULL;

  if ((operation->keeps & TSR_KEEP_FORMANTS) != 0)
    shaped = tsr_partial_amplify (partial, keep_formants_db, law);
  else
    shaped = tsr_partial_ref (partial);
  if (shaped == NULL)
    return NULL;
  return operation->over_hz ? tsr_partial_remap (shaped, pitch_hz, law)
                            : tsr_partial_pitch (shaped, law->context->curve);
}

/* ---- stretching ---- */

static int
label_of (const Context *context, const TsrPartial *partial)
{
  gint64 index = tsr_partial_set_index_of (context->set, tsr_partial_id (partial));

  return index >= 0 ? context->labels[index] : 0;
}

/* The lower harmonic that goes along with the partial longest: its phases are locked to
 * it. NULL where there is none. */
static const TsrPartial *
find_reference (const Context *context, const TsrPartial *partial, int label)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  const TsrPartial        *best = NULL;
  double                   best_score = 0;

  for (gsize i = 0; i < tsr_partial_set_size (context->set); i++) {
    const TsrPartial        *other = tsr_partial_set_at (context->set, i);
    const TsrPartialSummary *o = tsr_partial_summary (other);
    if (context->labels[i] < 1 || context->labels[i] >= label ||
        tsr_partial_channel (other) != tsr_partial_channel (partial))
      continue;
    double both_s = fmin (s->end_s, o->end_s) - fmax (s->start_s, o->start_s);
    double score = both_s / context->labels[i];
    if (score > best_score) {
      best_score = score;
      best = other;
    }
  }
  return best;
}

static TsrPartial *
stretch (const Context *context, TsrPartial *piece, const TsrPartial *whole)
{
  TsrCurve *map = context->curve;

  if ((context->operation->keeps & TSR_KEEP_SHAPE) != 0) {
    int               label = label_of (context, whole);
    const TsrPartial *reference = find_reference (context, whole, label);
    if (reference != NULL)
      return tsr_partial_stretch_locked (
          piece, reference, (double)label / label_of (context, reference), map);
  }
  if (context->onsets_s != NULL)
    return tsr_partial_stretch_anchored (
        piece, map, (const double *)context->onsets_s->data, context->onsets_s->len);
  return tsr_partial_stretch (piece, map);
}

/* ---- others ---- */

static double
quantized_ratio (const TsrOperation *operation, const TsrPartial *partial)
{
  double hz = tsr_partial_summary (partial)->mean_hz;

  if (!(hz > 1))
    return 1;
  double target = tsr_scale_nearest (operation->scale, operation->root_hz, hz);
  return pow (target / hz, operation->number);
}

/* Whether a curve of ratios is 1 all through a span. */
static gboolean
is_one_within (const TsrCurve *ratio, double start_s, double end_s)
{
  const TsrCurvePoint *p = tsr_curve_points (ratio);

  for (gsize i = 0; i < tsr_curve_n_points (ratio); i++)
    if (p[i].x > start_s && p[i].x < end_s && fabs (p[i].y - 1) > 1e-12)
      return FALSE;
  return fabs (tsr_curve_at (ratio, start_s) - 1) <= 1e-12 &&
         fabs (tsr_curve_at (ratio, end_s) - 1) <= 1e-12;
}

static TsrPartial *
quantize (const Context *context, const TsrPartial *partial)
{
  if (context->curve != NULL)
    return tsr_partial_pitch (partial, context->curve);
  g_autoptr (TsrCurve) ratio = tsr_curve_new (
      &(TsrCurvePoint){0, quantized_ratio (context->operation, partial)}, 1);

  return ratio != NULL ? tsr_partial_pitch (partial, ratio) : NULL;
}

/* Of the samples, which is no tone and does not become one. */
static gboolean
is_offset (const TsrPartial *whole)
{
  return tsr_partial_summary (whole)->high_hz <= 0;
}

static TsrPartial *
harmonify (const Law *law, const TsrPartial *piece, const TsrPartial *whole)
{
  Law here = *law;
  int label = label_of (law->context, whole);

  if (is_offset (whole))
    return tsr_partial_new_with_id (piece, tsr_partial_id (piece));
  here.harmonic =
      label > 0 ? label
                : fmax (1, rint (tsr_harmonic_ratio (whole, law->context->fundamental)));
  return tsr_partial_remap (piece, harmonify_hz, &here);
}

static TsrPartial *
change_breakpoint (const TsrOperation *operation, TsrPartial *piece)
{
  size_t               i = tsr_partial_nearest_breakpoint (piece, operation->start_s);
  const TsrBreakpoint *b = &tsr_partial_breakpoints (piece)[i];

  if (operation->choice == TSR_BREAKPOINT_ADD)
    return tsr_partial_add_breakpoint (piece, operation->start_s);
  if (operation->choice == TSR_BREAKPOINT_DELETE)
    return tsr_partial_remove_breakpoint (piece, i);
  const TsrPathPoint *to = &g_array_index (operation->path, TsrPathPoint, 0);
  double              log_amplitude =
      isfinite (to->amplitude_db) ? to->amplitude_db * G_LN10 / 20 : b->log_amplitude;
  return tsr_partial_move_breakpoint (
      piece, i, to->time_s, to->frequency_hz, log_amplitude);
}

TsrBrush
tsr_operation_brush (const TsrOperation *operation)
{
  return (TsrBrush){.points = (const TsrPathPoint *)operation->path->data,
                    .n = operation->path->len,
                    .radius_s = operation->size_s,
                    .radius_hz = operation->size_hz,
                    .strength = operation->number};
}

static TsrBrush
brush_of (const TsrOperationContext *context)
{
  TsrBrush brush = tsr_operation_brush (context->operation);

  brush.index = context->brush_index;
  return brush;
}

static TsrPartial *
erase (const TsrOperationContext *context, const TsrPartial *piece)
{
  TsrBrush brush = brush_of (context);

  return tsr_partial_erase (piece, &brush);
}

gboolean
tsr_operation_context_touches (const TsrOperationContext *context,
                               const TsrPartial          *partial)
{
  const TsrOperation      *operation = context->operation;
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  TsrBrush                 brush;

  switch (operation->kind) {
  case TSR_OPERATION_ERASE:
    brush = brush_of (context);
    return tsr_brush_reaches (&brush, partial);
  case TSR_OPERATION_SPLIT:
    return operation->number > s->start_s && operation->number < s->end_s;
  case TSR_OPERATION_LABEL:
    return tsr_partial_label (partial) !=
           (operation->choice >= 0 ? operation->choice : label_of (context, partial));
  case TSR_OPERATION_QUANTIZE:
    return context->curve != NULL
               ? !is_one_within (context->curve, s->start_s, s->end_s)
               : fabs (quantized_ratio (operation, partial) - 1) > 1e-12;
  case TSR_OPERATION_BREAKPOINT:
    return operation->start_s >= s->start_s - 0.05 &&
           operation->start_s <= s->end_s + 0.05;
  default:
    return TRUE;
  }
}

static TsrPartial *
transform_amount (const Law *law, TsrPartial *piece, TsrPartial *whole)
{
  const Context *context = law->context;

  switch (context->operation->kind) {
  case TSR_OPERATION_PITCH:
    return pitch (law, piece);
  case TSR_OPERATION_SHIFT:
    if (is_offset (whole))
      return tsr_partial_new_with_id (piece, tsr_partial_id (piece));
    if (context->operation->curve == NULL)
      return tsr_partial_shift (piece, context->operation->number);
    return tsr_partial_remap (piece, shift_hz, law);
  case TSR_OPERATION_GAIN:
    if (context->operation->curve == NULL)
      return tsr_partial_gain (piece, context->operation->number);
    if (context->operation->over_hz)
      return tsr_partial_filter (piece, context->curve);
    return tsr_partial_amplify (piece, amount_db, law);
  case TSR_OPERATION_NOISE:
    return tsr_partial_noise (piece, amount_db, law);
  case TSR_OPERATION_FORMANTS:
    return tsr_partial_amplify (piece, formants_db, law);
  case TSR_OPERATION_VIBRATO:
    return tsr_partial_vibrato (piece, context->curve);
  case TSR_OPERATION_TREMOLO:
    return tsr_partial_tremolo (piece, context->curve);
  case TSR_OPERATION_TILT:
    if (context->operation->curve == NULL)
      return tsr_partial_filter (piece, context->curve);
    return tsr_partial_amplify (piece, tilt_db, law);
  case TSR_OPERATION_BRIGHTNESS:
    return tsr_partial_amplify (piece, brightness_db, law);
  default:
    return harmonify (law, piece, whole);
  }
}

TsrPartial *
tsr_operation_context_transform (const TsrOperationContext *context,
                                 TsrPartial                *piece,
                                 TsrPartial                *whole)
{
  const TsrOperation *operation = context->operation;
  Law                 law = {.context = context,
                             .envelope = context->envelopes != NULL
                                             ? context->envelopes[tsr_partial_channel (piece)]
                                             : NULL};

  if (operation->kind < TSR_N_AMOUNTS)
    return transform_amount (&law, piece, whole);
  switch (operation->kind) {
  case TSR_OPERATION_STRETCH:
    return stretch (context, piece, whole);
  case TSR_OPERATION_FILTER:
    return tsr_partial_filter (piece, context->curve);
  case TSR_OPERATION_CROP:
    return context->selection == NULL ? tsr_partial_move (piece, -operation->start_s)
                                      : tsr_partial_ref (piece);
  case TSR_OPERATION_FADE:
    return tsr_partial_amplify (piece, curve_db, &law);
  case TSR_OPERATION_SMOOTH:
    return tsr_partial_smooth (piece, operation->number);
  case TSR_OPERATION_QUANTIZE:
    return quantize (context, piece);
  case TSR_OPERATION_REVERSE:
    return tsr_partial_reverse (piece, context->start_s + context->end_s);
  case TSR_OPERATION_MOVE:
  case TSR_OPERATION_DUPLICATE:
    return tsr_partial_move (piece, operation->number);
  case TSR_OPERATION_LABEL:
    return tsr_partial_new_with_label (
        piece, operation->choice >= 0 ? operation->choice : label_of (context, whole));
  case TSR_OPERATION_ERASE:
    return erase (context, piece);
  case TSR_OPERATION_BREAKPOINT:
    return change_breakpoint (operation, piece);
  default:
    return tsr_partial_new_with_id (piece, tsr_partial_id (piece));
  }
}
