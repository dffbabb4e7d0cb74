/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attacks for `stretch ... keep transients`, from the recording behind a sound.
 */
#include <stdlib.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/attack.h"
#include "model/operation-private.h"

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

void
tsr_operation_find_onsets (TsrOperation        *operation,
                           const TsrSoundState *state,
                           const TsrSignal     *source)
{
  const TsrSoundStateFields *f = tsr_sound_state_fields (state);
  double                    *times_s = NULL;
  gsize                      n = 0;

  if (!tsr_operation_wants_onsets (operation) || source == NULL ||
      !tsr_attacks_find (source, &times_s, &n))
    return;
  g_autoptr (GArray) here_s = g_array_new (FALSE, FALSE, sizeof (double));
  for (gsize i = 0; i < n; i++) {
    double t = f->source_s_over_sound_s != NULL
                   ? tsr_curve_inverse_extended (f->source_s_over_sound_s, times_s[i])
                   : times_s[i];
    if (t >= 0 && t <= f->duration_s)
      g_array_append_val (here_s, t);
  }
  free (times_s);
  g_array_sort (here_s, compare_doubles);
  tsr_operation_set_onsets (operation, (const double *)here_s->data, here_s->len);
}
