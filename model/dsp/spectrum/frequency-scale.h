/* SPDX-License-Identifier: GPL-3.0-or-later
 * Frequency axes: linear, logarithmic and mel.
 */
#pragma once

typedef enum {
  TSR_FREQUENCY_LINEAR,
  TSR_FREQUENCY_LOG, /* low_hz must be > 0 */
  TSR_FREQUENCY_MEL, /* 2595 log10 (1 + f / 700 Hz) */
} TsrFrequencyScale;

enum { TSR_FREQUENCY_N_SCALES = 3 };

/* Position of a frequency on a scale: 0 at low_hz, 1 at high_hz; and back, to rounding.
 * Positions outside 0..1 are fine; on the logarithmic scale hz must be > 0 (else -inf),
 * on mel > -700. Thread: any. */
double
tsr_frequency_to_unit (TsrFrequencyScale scale, double low_hz, double high_hz, double hz);
double tsr_frequency_from_unit (TsrFrequencyScale scale,
                                double            low_hz,
                                double            high_hz,
                                double            unit);
