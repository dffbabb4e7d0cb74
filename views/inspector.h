/* SPDX-License-Identifier: GPL-3.0-or-later
 * The side panel of the Analyse page: analysis, selection, operation, measures, picture,
 * markers. Thread: main.
 */
#pragma once

#include "views/analysis-panel.h"
#include "views/measure-panel.h"
#include "views/operation-panel.h"
#include "views/saved-selections-panel.h"

G_BEGIN_DECLS

#define TSR_TYPE_INSPECTOR (tsr_inspector_get_type ())
G_DECLARE_FINAL_TYPE (TsrInspector, tsr_inspector, TSR, INSPECTOR, GtkWidget)

GtkWidget               *tsr_inspector_new (TsrSession *session);
TsrAnalysisPanel        *tsr_inspector_get_analysis (TsrInspector *self);
TsrOperationPanel       *tsr_inspector_get_operation (TsrInspector *self);
TsrMeasurePanel         *tsr_inspector_get_measure (TsrInspector *self);
TsrSavedSelectionsPanel *tsr_inspector_get_saved_selections (TsrInspector *self);

G_END_DECLS
