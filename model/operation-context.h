/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of an operation's context: made by operation-context.c, used by
 * operation-transform.c.
 */
#pragma once

#include "model/dsp/partials/envelope.h"
#include "model/operation-private.h"

G_BEGIN_DECLS

struct TsrOperationContext {
  const TsrOperation   *operation;
  const TsrPartialSet  *set;
  const TsrSelection   *selection; /* NULL: the whole sound */
  double                duration_s;
  double                start_s, end_s; /* what is changed */
  TsrCurve             *curve;
  GArray               *onsets_s;  /* double */
  TsrSpectralEnvelope **envelopes; /* one a channel */
  guint                 n_channels;
  TsrCurve             *fundamental; /* Hz over seconds */
  int                  *labels;      /* of each partial of the set */
  TsrBrushIndex        *brush_index; /* of an eraser; NULL: none */
  TsrCurve *tilt_db, *level_db;      /* brightness: dB an octave, dB, over seconds */
};

/* operation-quantize.c: the ratio over time that takes the notes of what is chosen to
 * those of the scale, as the context's curve; none where there is no tone that lasts.
 * FALSE when memory is short. */
gboolean tsr_operation_prepare_notes (TsrOperationContext *context);

G_END_DECLS
