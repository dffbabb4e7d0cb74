/* SPDX-License-Identifier: GPL-3.0-or-later
 * The group of the inspector that edits the selected partials, or the whole sound:
 * pitch, stretch, shift and gain as sliders with exact numbers, a filter to draw, delete
 * and crop. What is dragged is shown and heard at once through the session's preview, and
 * becomes one step when it is let go. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_SELECTION_PANEL (tsr_selection_panel_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrSelectionPanel, tsr_selection_panel, TSR, SELECTION_PANEL, GtkWidget)

GtkWidget *tsr_selection_panel_new (TsrSession *session);

G_END_DECLS
