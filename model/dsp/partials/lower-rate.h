/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stretches of a sound at a lower rate, where what is high does not matter.
 */
#pragma once

#include "model/dsp/signal.h"

/* How many samples become one at the lowest whole part of a rate that is enough_hz or
 * more: 1 or more. */
int64_t tsr_lower_rate_factor (double rate_hz, double enough_hz);

/* Samples first .. end - 1 of a channel of n_samples as a signal (transfer full) at this
 * part of its rate; has what lies below 0.3 times that. Outside of the channel is
 * silence. NULL when memory is short. */
TsrSignal *tsr_lower_rate (const float *samples,
                           int64_t      n_samples,
                           double       rate_hz,
                           int64_t      first,
                           int64_t      end,
                           int64_t      factor);
