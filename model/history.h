/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tree of steps of one sound, and the states after them. States are made when they
 * are asked for, from the nearest one still in memory; a few recent ones and one in
 * CHECKPOINT steps are kept. Used by model/sound.c alone. Thread: main.
 */
#pragma once

#include "model/sound.h"

G_BEGIN_DECLS

typedef struct TsrHistory TsrHistory;

TsrHistory *tsr_history_new (void);
void        tsr_history_free (TsrHistory *history);

/* Adds a step below its parent and goes there. FALSE when the parent is unknown (or given
 * for a first step), the id was used, or, where `strict`, the difference does not fit the
 * parent's state. */
gboolean tsr_history_add (TsrHistory              *history,
                          TsrStep                 *step,
                          const TsrAnalysisRecord *analysis,
                          gboolean                 strict);
/* Goes to a step; redo from an ancestor will lead here again. FALSE: no such step. */
gboolean tsr_history_go_to (TsrHistory *history, gint64 step_id);
gboolean tsr_history_has (const TsrHistory *history, gint64 step_id);

TsrStep *tsr_history_get_current (const TsrHistory *history); /* borrowed; NULL: none */
gint64   tsr_history_undo_id (const TsrHistory *history);     /* 0: nothing to undo */
gint64   tsr_history_redo_id (const TsrHistory *history);     /* 0: nothing to redo */
/* From the first step over the present one to where redo would end. (transfer container)
 */
GPtrArray *tsr_history_dup_line (const TsrHistory *history, gsize *current);

/* Every step of every branch, oldest first. (transfer container) */
GPtrArray *tsr_history_dup_all (const TsrHistory *history);

/* State after a step; NULL: no such step. (transfer full) */
TsrSoundState *tsr_history_dup_state (TsrHistory *history, gint64 step_id);
/* State after the last analysis at or before a step; NULL: there was none. */
TsrSoundState *tsr_history_dup_analysed_state (TsrHistory *history, gint64 step_id);
/* The present state, kept until the next change. (transfer none) */
TsrSoundState *tsr_history_get_state (TsrHistory *history);
/* What the last analysis at or before the present step found, and the id of its step
 * (0, NULL: there was none). */
const TsrAnalysisRecord *tsr_history_get_analysis (const TsrHistory *history,
                                                   gint64           *step_id);
/* The first id that no partial of any step has used. */
gint64 tsr_history_next_partial_id (const TsrHistory *history);

G_END_DECLS
