/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a sound whose frequencies were changed as a whole has the noise model in the
 * residual's place: where its partials sound. Shared by the renderer and the preview of a
 * drag. Thread: any but audio, except _at.
 */
#pragma once

#include <glib.h>

#include "model/dsp/partials/partial-set.h"
#include "model/dsp/realtime.h"

G_BEGIN_DECLS

typedef struct {
  guint8 *share; /* of the model, 0..255, every TSR_MODEL_SHARE_STEP_S; NULL: 0 */
  gsize   n;
} TsrModelShare;

#define TSR_MODEL_SHARE_STEP_S (256 / 44100.0)

/* 1 where partials sound (an offset of the samples does not count), falling to 0 within
 * 10 ms around them. */
void
tsr_model_share_init (TsrModelShare *self, const TsrPartialSet *set, double duration_s);
void tsr_model_share_clear (TsrModelShare *self);

/* 0..1; thread: any. */
static inline double
tsr_model_share_at (const TsrModelShare *self, double time_s)
{
  double at = time_s / TSR_MODEL_SHARE_STEP_S;
  if (self->n == 0 || at <= 0)
    return self->n == 0 ? 0 : self->share[0] / 255.0;
  if (at >= (double)(self->n - 1))
    return self->share[self->n - 1] / 255.0;
  gsize whole = (gsize)at;
  return (self->share[whole] +
          (at - (double)whole) * (self->share[whole + 1] - self->share[whole])) /
         255.0;
}

G_END_DECLS
