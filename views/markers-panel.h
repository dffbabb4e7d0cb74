/* SPDX-License-Identifier: GPL-3.0-or-later
 * The group of the inspector with the markers of the sound: a click goes there, a button
 * removes. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_MARKERS_PANEL (tsr_markers_panel_get_type ())
G_DECLARE_FINAL_TYPE (TsrMarkersPanel, tsr_markers_panel, TSR, MARKERS_PANEL, GtkWidget)

GtkWidget *tsr_markers_panel_new (TsrSession *session);

G_END_DECLS
