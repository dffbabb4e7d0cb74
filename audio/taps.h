/* SPDX-License-Identifier: GPL-3.0-or-later
 * A zero-phase filter on recorded samples, which are there before and after the place of
 * reading: nothing is delayed.
 */
#pragma once

#include <stdint.h>

#include "model/dsp/realtime.h"
#include "model/dsp/spectrum/gain-response.h"

/* The response from its middle on, the other half is its mirror. A value type. */
typedef struct {
  int   reach; /* taps beyond the middle; 0: a gain of tap[0] */
  float tap[TSR_GAIN_RESPONSE_REACH + 1];
} TsrTaps;

enum { TSR_TAPS_FRAMES = 128 }; /* filtered at once, at most */

/* The filter of a gain curve; NULL, or memory is short: what changes nothing. Thread:
 * main. */
void tsr_taps_init (TsrTaps *self, const TsrCurve *gain_db_over_hz, double rate_hz);
TSR_REALTIME bool tsr_taps_are_unity (const TsrTaps *self);
/* Adds n frames of the filtered recording (n_recorded samples, silence around them) from
 * frame `first` on. */
TSR_REALTIME void tsr_taps_add (const TsrTaps *self,
                                const float   *recorded,
                                int64_t        n_recorded,
                                int64_t        first,
                                float         *out,
                                int            n);
