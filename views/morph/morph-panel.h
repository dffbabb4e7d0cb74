/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inspector of the morph page: which sounds, how much of each, anchors, pairing, and
 * the making of the sound. Thread: main.
 *
 * Signals: "make", "copy-command".
 */
#pragma once

#include "model/session.h"
#include "views/morph/morph-lanes.h"

G_BEGIN_DECLS

#define TSR_TYPE_MORPH_PANEL (tsr_morph_panel_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphPanel, tsr_morph_panel, TSR, MORPH_PANEL, GtkWidget)

GtkWidget *
tsr_morph_panel_new (TsrMorphSession *morph, TsrSession *session, TsrMorphLanes *lanes);
/* Something else is under way: nothing can be made now. */
void     tsr_morph_panel_set_busy (TsrMorphPanel *self, gboolean is_busy);
gboolean tsr_morph_panel_can_make (TsrMorphPanel *self);

G_END_DECLS
