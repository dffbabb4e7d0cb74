/* SPDX-License-Identifier: GPL-3.0-or-later
 * The waveform of the whole sound with the visible span as a bright window: a drag inside
 * pans, its edges zoom, a press outside centres the view there.
 * Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_OVERVIEW (tsr_overview_get_type ())
G_DECLARE_FINAL_TYPE (TsrOverview, tsr_overview, TSR, OVERVIEW, GtkWidget)

GtkWidget *tsr_overview_new (TsrSession *session);

G_END_DECLS
