/* SPDX-License-Identifier: GPL-3.0-or-later
 * The group of the inspector that says what the canvas shows: channel, frequency scale,
 * colour map, partials. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_DISPLAY_PANEL (tsr_display_panel_get_type ())
G_DECLARE_FINAL_TYPE (TsrDisplayPanel, tsr_display_panel, TSR, DISPLAY_PANEL, GtkWidget)

GtkWidget *tsr_display_panel_new (TsrSession *session);

G_END_DECLS
