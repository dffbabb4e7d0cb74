/* SPDX-License-Identifier: GPL-3.0-or-later
 * What part of a sound is seen: time and frequency span, and the way between units and
 * pixels. Numbers only. Thread: main. Signal "changed".
 */
#pragma once

#include <glib-object.h>

#include "model/dsp/spectrum/spectrogram.h"

G_BEGIN_DECLS

#define TSR_TYPE_VIEWPORT (tsr_viewport_get_type ())
G_DECLARE_FINAL_TYPE (TsrViewport, tsr_viewport, TSR, VIEWPORT, GObject)

TsrViewport *tsr_viewport_new (void);

/* The limits within which one can move and zoom; resets nothing that still fits. */
void tsr_viewport_set_limits (TsrViewport *self,
                              double       duration_s,
                              double       low_hz,
                              double       high_hz);
void tsr_viewport_get_limits (TsrViewport *self,
                              double      *duration_s,
                              double      *low_hz,
                              double      *high_hz);
void tsr_viewport_set_time (TsrViewport *self, double start_s, double end_s);
void tsr_viewport_set_frequency (TsrViewport *self, double low_hz, double high_hz);
void tsr_viewport_set_scale (TsrViewport *self, TsrFrequencyScale scale);
void tsr_viewport_fit (TsrViewport *self);

double            tsr_viewport_get_start_s (TsrViewport *self);
double            tsr_viewport_get_end_s (TsrViewport *self);
double            tsr_viewport_get_low_hz (TsrViewport *self);
double            tsr_viewport_get_high_hz (TsrViewport *self);
TsrFrequencyScale tsr_viewport_get_scale (TsrViewport *self);

/* Zooms by a factor (> 1 closer) around a fixed point. */
void tsr_viewport_zoom_time (TsrViewport *self, double factor, double around_s);
void tsr_viewport_zoom_frequency (TsrViewport *self, double factor, double around_hz);
/* What a zoom in frequency by keys holds on to: the lower edge while the view begins at
 * the bottom, where most of a sound is; else the middle. */
double tsr_viewport_get_anchor_hz (TsrViewport *self);
/* Moves by a part of what is seen (0.1 = a tenth). */
void tsr_viewport_scroll (TsrViewport *self, double time_part, double frequency_part);

/* Pixels of a view width x height; y grows downwards. */
double tsr_viewport_x_of (TsrViewport *self, double time_s, double width);
double tsr_viewport_y_of (TsrViewport *self, double hz, double height);
double tsr_viewport_time_at (TsrViewport *self, double x, double width);
double tsr_viewport_hz_at (TsrViewport *self, double y, double height);

G_END_DECLS
