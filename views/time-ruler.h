/* SPDX-License-Identifier: GPL-3.0-or-later
 * Seconds along the canvas, with playhead, markers and loop. A drag zooms to the span, a
 * double click fits, a click sets the playhead; a drag on the loop's edges moves them.
 * Signal "ask-range": right click, the window asks for a span in numbers.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_TIME_RULER (tsr_time_ruler_get_type ())
G_DECLARE_FINAL_TYPE (TsrTimeRuler, tsr_time_ruler, TSR, TIME_RULER, GtkWidget)

GtkWidget *tsr_time_ruler_new (TsrSession *session);

G_END_DECLS
