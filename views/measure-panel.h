/* SPDX-License-Identifier: GPL-3.0-or-later
 * Measures what is selected: of a rectangle its length and the interval between its
 * edges; of partials the time between the first and last beginning, the interval in Hz
 * and cents and the difference in level between the lowest and the highest. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_MEASURE_PANEL (tsr_measure_panel_get_type ())
G_DECLARE_FINAL_TYPE (TsrMeasurePanel, tsr_measure_panel, TSR, MEASURE_PANEL, GtkWidget)

GtkWidget *tsr_measure_panel_new (TsrSession *session);
void       tsr_measure_panel_set_tuning_hz (TsrMeasurePanel *self, double tuning_hz);

G_END_DECLS
