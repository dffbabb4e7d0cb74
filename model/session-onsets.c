/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the sound of a session has attacks.
 */
#include "model/session-private.h"

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

void
tsr_session_set_onsets (TsrSession *self, const double *onsets_s, gsize n)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  g_clear_pointer (&self->onsets_s, g_array_unref);
  if (n > 0) {
    self->onsets_s = g_array_new (FALSE, FALSE, sizeof (double));
    g_array_append_vals (self->onsets_s, onsets_s, (guint)n);
  }
  g_signal_emit_by_name (self, "onsets-changed");
}

GArray *
tsr_session_dup_onsets (TsrSession *self)
{
  GArray *here_s = g_array_new (FALSE, FALSE, sizeof (double));

  g_return_val_if_fail (TSR_IS_SESSION (self), here_s);

  if (self->onsets_s == NULL || self->sound == NULL)
    return here_s;
  const TsrSoundStateFields *f =
      tsr_sound_state_fields (tsr_sound_get_state (self->sound));
  for (guint i = 0; i < self->onsets_s->len; i++) {
    double t = g_array_index (self->onsets_s, double, i);
    t = tsr_sound_state_sound_s (tsr_sound_get_state (self->sound), t);
    if (t >= 0 && t <= f->duration_s)
      g_array_append_val (here_s, t);
  }
  g_array_sort (here_s, compare_doubles); /* they fall in a reversed sound */
  return here_s;
}
