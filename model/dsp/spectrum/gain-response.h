/* SPDX-License-Identifier: GPL-3.0-or-later
 * From a gain curve to a zero-phase filter: the impulse response that files and
 * loudspeaker share.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/status.h"

/* Frames that a response reaches to both sides. */
enum { TSR_GAIN_RESPONSE_REACH = 2048 };

/* Samples the curve (dB over Hz, held at its ends), takes it back to time and limits it
 * to the reach by a Hann window (Oppenheim & Schafer, Discrete-Time Signal Processing,
 * 7.5). Fills taps[0 .. TSR_GAIN_RESPONSE_REACH]: the half of the response from its
 * middle on, the other one is its mirror. Thread: any but audio. */
TsrStatus tsr_gain_response_make (const TsrCurve *gain_db_over_hz,
                                  double          gain_db,
                                  double          rate_hz,
                                  double         *taps);
