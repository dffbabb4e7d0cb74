/* SPDX-License-Identifier: GPL-3.0-or-later
 * The group of the inspector that analyses the sound: minimum spacing, floor, the region
 * of time and frequency, noisiness, what becomes of the noise, and what the last analysis
 * found, in sentences. Thread: main.
 *
 * Signals, with a TsrAnalysisChoice: "analyse", the button was pressed; "foresee", while
 * something is being dragged or stepped: what would be found? "foresee-end": it was let
 * go.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/dsp/partials/analysis.h"
#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_ANALYSIS_PANEL (tsr_analysis_panel_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrAnalysisPanel, tsr_analysis_panel, TSR, ANALYSIS_PANEL, GtkWidget)

typedef struct {
  TsrAnalysisParams params;
  TsrRegion         region; /* what is outside stays; infinite where it has no end */
} TsrAnalysisChoice;

GtkWidget *tsr_analysis_panel_new (TsrSession *session);
/* Presses the button. */
void tsr_analysis_panel_analyse (TsrAnalysisPanel *self);
/* What the present choice would find where it is looked at; negative: not known. */
void tsr_analysis_panel_show_foreseen (TsrAnalysisPanel *self,
                                       gssize            n_partials,
                                       double            spacing_hz,
                                       double            snr_db);
/* While an analysis runs the button is off. */
void tsr_analysis_panel_set_busy (TsrAnalysisPanel *self, gboolean busy);

G_END_DECLS
