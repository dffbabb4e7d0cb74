/* SPDX-License-Identifier: GPL-3.0-or-later
 * What stands for partials while an edit of them is in hand, on its way to the callback
 * and back. Only a few are on their way: of the others the latest counts.
 */
#include "audio/engine.h"

#include <string.h>

#include "audio/engine-private.h"

enum { MOST_TOUCHES = 6 };

static gboolean
cover_the_same (const TsrTouch *a, const TsrTouch *b)
{
  gsize         n_a = 0, n_b = 0;
  const gint64 *ids_a = a != NULL ? tsr_touch_removed (a, &n_a) : NULL;
  const gint64 *ids_b = b != NULL ? tsr_touch_removed (b, &n_b) : NULL;

  return a != NULL && b != NULL && n_a == n_b &&
         (n_a == 0 || memcmp (ids_a, ids_b, n_a * sizeof *ids_a) == 0);
}

void
tsr_engine_set_touch (TsrEngine *self, TsrTouch *touch)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);

  if (touch == self->touch)
    return;
  if (!cover_the_same (self->touch, touch))
    self->cover++;
  tsr_touch_unref (self->touch);
  self->touch = touch != NULL ? tsr_touch_ref (touch) : NULL;
  self->touch_waits = TRUE;
  tsr_engine_send_touch (self);
}

void
tsr_engine_send_touch (TsrEngine *self)
{
  TsrTouchMessage message = {(TsrVoice *)self->voice, NULL};

  if (!self->touch_waits || self->n_touches >= MOST_TOUCHES)
    return;
  self->touch_waits = FALSE;
  if (self->voice == NULL)
    return;
  if (self->touch != NULL)
    message.banks = tsr_touch_banks_new (
        self->program, self->touch, self->cover, self->context->process->rate_hz);
  if (message.banks != NULL)
    self->n_touches++;
  tsr_engine_send (self, TSR_MESSAGE_TOUCH, &message, sizeof message);
}

void
tsr_engine_take_touch (TsrEngine *self, TsrTouchBanks *banks)
{
  tsr_touch_banks_free (banks);
  self->n_touches--;
}

void
tsr_engine_forget_touches (TsrEngine *self, const TsrVoice *voice)
{
  self->n_touches -= (voice->touch != NULL) + (voice->leaving_touch != NULL) +
                     (voice->incoming_touch != NULL);
}

void
tsr_engine_resend_touch (TsrEngine *self)
{
  self->n_touches = 0;
  self->touch_waits = self->touch != NULL;
  tsr_engine_send_touch (self);
}

void
tsr_engine_end_touch (TsrEngine *self)
{
  g_clear_pointer (&self->touch, tsr_touch_unref);
  self->touch_waits = FALSE;
  self->cover++;
}
