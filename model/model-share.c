/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spans of partials on a grid of time.
 */
#include "model/model-share.h"

#include <math.h>

#define FADE_S 0.010

void
tsr_model_share_init (TsrModelShare *self, const TsrPartialSet *set, double duration_s)
{
  const double step_s = TSR_MODEL_SHARE_STEP_S;
  int          fall = (int)ceil (255 * step_s / FADE_S);

  self->n = (gsize)ceil (MAX (duration_s, 0) / step_s) + 2;
  self->share = g_new0 (guint8, self->n);
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
    gsize last = MIN ((gsize)ceil (MAX (s->end_s, 0) / step_s), self->n - 1);
    if (s->high_hz <= 0)
      continue;
    for (gsize k = (gsize)floor (MAX (s->start_s, 0) / step_s); k <= last; k++)
      self->share[k] = 255;
  }
  for (gsize k = 1; k < self->n; k++)
    self->share[k] = (guint8)MAX (self->share[k], self->share[k - 1] - fall);
  for (gsize k = self->n - 1; k > 0; k--)
    self->share[k - 1] = (guint8)MAX (self->share[k - 1], self->share[k] - fall);
}

void
tsr_model_share_clear (TsrModelShare *self)
{
  g_clear_pointer (&self->share, g_free);
  self->n = 0;
}
