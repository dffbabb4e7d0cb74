/* SPDX-License-Identifier: GPL-3.0-or-later
 * The group of the inspector that analyses the sound: minimum spacing, floor, noisiness,
 * what becomes of the noise, and what the last analysis found, in a sentence. Thread:
 * main.
 *
 * Signal "analyse" (const TsrAnalysisParams *params): the button was pressed.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_ANALYSIS_PANEL (tsr_analysis_panel_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrAnalysisPanel, tsr_analysis_panel, TSR, ANALYSIS_PANEL, GtkWidget)

GtkWidget *tsr_analysis_panel_new (TsrSession *session);
/* Presses the button. */
void tsr_analysis_panel_analyse (TsrAnalysisPanel *self);
/* While an analysis runs the button is off. */
void tsr_analysis_panel_set_busy (TsrAnalysisPanel *self, gboolean busy);

G_END_DECLS
