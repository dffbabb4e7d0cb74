/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the audio thread asks of a live transform.
 */
#include "model/dsp/partials/oscillator-bank.h"

void
tsr_live_transform_init_unity (TsrLiveTransform *transform)
{
  transform->pitch_ratio = 1;
  transform->shift_hz = 0;
  transform->gain = 1;
  transform->has_filter = false;
  for (int i = 0; i < TSR_GAIN_TABLE_SIZE; i++)
    transform->filter_gain[i] = 1;
}

bool
tsr_live_transform_is_unity (const TsrLiveTransform *transform)
{
  return transform->pitch_ratio == 1 && transform->shift_hz == 0 &&
         transform->gain == 1 && !transform->has_filter;
}
