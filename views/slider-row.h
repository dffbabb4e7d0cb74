/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of the inspector: label, slider and number. While the slider is dragged "moved"
 * tells the value; "committed" comes once, when it is let go, a number was typed, or keys
 * have come to rest. Thread: main.
 */
#pragma once

#include "views/number-entry.h"

G_BEGIN_DECLS

#define TSR_TYPE_SLIDER_ROW (tsr_slider_row_get_type ())
G_DECLARE_FINAL_TYPE (TsrSliderRow, tsr_slider_row, TSR, SLIDER_ROW, GtkWidget)

/* The slider spans +-slider_range around the neutral value (a factor: 1/range..range, by
 * its logarithm); typed numbers may lie in low..high. */
GtkWidget *tsr_slider_row_new (TsrQuantity quantity,
                               const char *label,
                               double      slider_range,
                               double      low,
                               double      high,
                               double      step);
/* One that spans slider_low..slider_high, by the logarithm if told so; the number has a
 * neutral value of its own, which may lie outside. */
GtkWidget *tsr_slider_row_new_span (TsrQuantity quantity,
                                    const char *label,
                                    double      neutral,
                                    double      low,
                                    double      high,
                                    double      slider_low,
                                    double      slider_high,
                                    gboolean    logarithmic,
                                    double      step);
double     tsr_slider_row_get_value (TsrSliderRow *self);
void       tsr_slider_row_reset (TsrSliderRow *self); /* to neutral; emits nothing */
/* Shows a value that comes from elsewhere, such as a drag on the canvas; emits nothing,
 * and leaves alone what is being moved here. */
void tsr_slider_row_show (TsrSliderRow *self, double value);
/* Moves the slider alone, to where a neutral number ("automatic") stands for a value. */
void tsr_slider_row_point (TsrSliderRow *self, double value);
/* TRUE while a value is shown that was not committed. */
gboolean        tsr_slider_row_is_moving (TsrSliderRow *self);
TsrNumberEntry *tsr_slider_row_get_entry (TsrSliderRow *self);

G_END_DECLS
