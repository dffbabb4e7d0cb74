/* SPDX-License-Identifier: GPL-3.0-or-later
 * Hz along the canvas: linear, logarithmic or mel. A drag zooms to the span, a double
 * click fits. Signal "ask-range": right click, the window asks for a span in numbers.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_FREQUENCY_RULER (tsr_frequency_ruler_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrFrequencyRuler, tsr_frequency_ruler, TSR, FREQUENCY_RULER, GtkWidget)

GtkWidget *tsr_frequency_ruler_new (TsrSession *session);

G_END_DECLS
