/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the morph page needs of a project's file, in threads: samples and onsets of the
 * sounds, pictures of edited ones, and a new plan whenever something was chosen
 * otherwise. Works only while the page is shown. Thread: main.
 */
#pragma once

#include "app/gui/project-controller.h"
#include "views/morph/morph-lanes.h"

G_BEGIN_DECLS

#define TSR_TYPE_MORPH_PLANNER (tsr_morph_planner_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphPlanner, tsr_morph_planner, TSR, MORPH_PLANNER, GObject)

TsrMorphPlanner *tsr_morph_planner_new (TsrProjectController *controller,
                                        TsrMorphSession      *morph,
                                        TsrMorphLanes        *lanes);
void             tsr_morph_planner_set_active (TsrMorphPlanner *self, gboolean active);
/* The decoded recording of a sound of the morph; NULL: it has none, or it is not decoded
 * yet. Borrowed. */
TsrSignal *tsr_morph_planner_get_source (TsrMorphPlanner *self, TsrSound *sound);
/* Whether all sounds of the morph are loaded. */
gboolean tsr_morph_planner_is_ready (TsrMorphPlanner *self);
/* Cancels what is under way and forgets all sounds: the project goes. */
void tsr_morph_planner_reset (TsrMorphPlanner *self);

G_END_DECLS
