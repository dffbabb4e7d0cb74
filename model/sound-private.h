/* SPDX-License-Identifier: GPL-3.0-or-later
 * How model/project.c, and nobody else, changes a sound.
 */
#pragma once

#include "model/sound.h"

G_BEGIN_DECLS

TsrSound *tsr_sound_new (gint64 id, const char *name, TsrSource *source);
/* As tsr_history_add; notifies. */
gboolean tsr_sound_add_step (TsrSound                *self,
                             TsrStep                 *step,
                             const TsrAnalysisRecord *analysis,
                             gboolean                 strict);
gboolean tsr_sound_go_to_step (TsrSound *self, gint64 step_id);
gint64   tsr_sound_undo_id (TsrSound *self); /* 0: nothing to undo */
gint64   tsr_sound_redo_id (TsrSound *self);
void     tsr_sound_set_name (TsrSound *self, const char *name);
void     tsr_sound_set_markers (TsrSound *self, const TsrMarker *markers, gsize n);
void
tsr_sound_set_saved_selections (TsrSound *self, const TsrSavedSelection *saved, gsize n);

G_END_DECLS
