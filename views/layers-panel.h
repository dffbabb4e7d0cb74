/* SPDX-License-Identifier: GPL-3.0-or-later
 * The layers of what is heard: partials, noise and transients, each with solo, mute and
 * level. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_LAYERS_PANEL (tsr_layers_panel_get_type ())
G_DECLARE_FINAL_TYPE (TsrLayersPanel, tsr_layers_panel, TSR, LAYERS_PANEL, GtkWidget)

GtkWidget *tsr_layers_panel_new (TsrSession *session);

G_END_DECLS
