/* SPDX-License-Identifier: GPL-3.0-or-later
 * The spectrum at the playhead, with the partials sounding there and a read-out of the
 * peak nearest to the pointer.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_SPECTRUM_PANEL (tsr_spectrum_panel_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrSpectrumPanel, tsr_spectrum_panel, TSR, SPECTRUM_PANEL, GtkWidget)

GtkWidget *tsr_spectrum_panel_new (TsrSession *session);

G_END_DECLS
