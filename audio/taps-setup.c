/* SPDX-License-Identifier: GPL-3.0-or-later
 * Taps from gain curves.
 */
#include <glib.h>
#include <math.h>

#include "audio/taps.h"

/* Taps smaller than this part of the largest are left out at the end. */
#define NEGLIGIBLE 1e-7

void
tsr_taps_init (TsrTaps *self, const TsrCurve *gain_db_over_hz, double rate_hz)
{
  g_autofree double *taps = g_new (double, TSR_GAIN_RESPONSE_REACH + 1);
  double             most = 0;

  self->reach = 0;
  self->tap[0] = 1;
  if (gain_db_over_hz == NULL ||
      tsr_gain_response_make (gain_db_over_hz, 0, rate_hz, taps) != TSR_STATUS_OK)
    return;
  for (int i = 0; i <= TSR_GAIN_RESPONSE_REACH; i++) {
    most = fmax (most, fabs (taps[i]));
    if (fabs (taps[i]) > NEGLIGIBLE * most)
      self->reach = i;
    self->tap[i] = (float)taps[i];
  }
}
