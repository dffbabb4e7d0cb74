/* SPDX-License-Identifier: GPL-3.0-or-later
 * The colours of the levels with their range in dB: two handles to drag, a double click
 * resets to -90..0 dB. Arrow keys move the handle under the focus.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_LEGEND (tsr_legend_get_type ())
G_DECLARE_FINAL_TYPE (TsrLegend, tsr_legend, TSR, LEGEND, GtkWidget)

GtkWidget *tsr_legend_new (TsrSession *session);

G_END_DECLS
