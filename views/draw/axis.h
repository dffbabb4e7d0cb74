/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ticks of the time and frequency axes, and how values on them are written. Thread: any.
 */
#pragma once

#include <glib.h>

#include "model/dsp/spectrum/spectrogram.h"

G_BEGIN_DECLS

typedef struct {
  double   value;    /* seconds or Hz */
  double   position; /* px from the left (time) or from the top (frequency) */
  gboolean major;    /* has a label */
  char     label[16];
} TsrTick;

/* Ticks over a span of length_px pixels, in order of value, majors at least label_px
 * apart. Free with g_free; *n is set. NULL, 0 for an empty span. */
TsrTick *tsr_axis_time_ticks (
    double start_s, double end_s, double length_px, double label_px, gsize *n);
/* The first tick in order is the lowest frequency. Linear scales count in 1, 2, 5 Hz
 * steps; logarithmic and mel ones in 1, 2, 5 per decade, and denser where there is room.
 */
TsrTick *tsr_axis_frequency_ticks (TsrFrequencyScale scale,
                                   double            low_hz,
                                   double            high_hz,
                                   double            length_px,
                                   double            label_px,
                                   gsize            *n);

/* Text for a time with as many decimals as `resolution_s` (a pixel, say) deserves:
 * "0.512", "1:02.50". (transfer full) */
char *tsr_format_time (double time_s, double resolution_s);
/* "784.0 Hz", "1 575.6 Hz". (transfer full) */
char *tsr_format_hz (double hz);
/* "G5 +2c" against A4 = tuning_hz; "" below 8 Hz. (transfer full) */
char *tsr_format_note (double hz, double tuning_hz);

G_END_DECLS
