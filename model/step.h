/* SPDX-License-Identifier: GPL-3.0-or-later
 * One step in the history of a sound: what it was called, and the difference it made.
 * Steps form a tree by parent; undo goes to the parent, redo to the child last visited.
 * Immutable.
 */
#pragma once

#include "model/sound-state.h"

G_BEGIN_DECLS

typedef struct TsrStep TsrStep;

#define TSR_TYPE_STEP (tsr_step_get_type ())
GType tsr_step_get_type (void); /* boxed, reference counted */

typedef struct {
  gint64        id;        /* > 0, unique in the project, growing with time */
  gint64        parent_id; /* 0: the first step of the sound (import or analysis) */
  const char   *label;     /* "Pitch +35 cents, 42 partials": shown in the history */
  const char   *command; /* what tarsier-cli would be told to repeat it; "" if nothing */
  gint64        time_us; /* Unix time, microseconds, UTC */
  const gint64 *removed_ids; /* partials of the parent that are gone */
  gsize         n_removed;
  TsrPartial *const *added; /* partials that are new, with ids no earlier step used */
  gsize              n_added;
  GArray *descents; /* of TsrDescent: what became of which; NULL: nothing is known */
  TsrResidualLaws    *laws_before; /* of the parent's state; NULL: none, or not known */
  TsrSoundStateFields after; /* the state after it, without descents; .partials may be
                                NULL: parent's with the difference */
} TsrStepFields;

/* Copies arrays and strings, takes references. */
TsrStep             *tsr_step_new (const TsrStepFields *fields);
TsrStep             *tsr_step_ref (TsrStep *step);
void                 tsr_step_unref (TsrStep *step);
const TsrStepFields *tsr_step_fields (const TsrStep *step); /* borrowed */

/* The state after this step, given the parent's (NULL for a first step: empty). NULL if
 * ids do not fit. (transfer full) */
TsrSoundState *tsr_step_apply (const TsrStep *step, const TsrSoundState *parent);

/* The shortest difference between two sets: ids only in `before`, partials only in
 * `after` (those of the same id but another content count as both). Arrays to be freed
 * with g_free. */
void tsr_step_difference (TsrPartialSet *before,
                          TsrPartialSet *after,
                          gint64       **removed_ids,
                          gsize         *n_removed,
                          TsrPartial  ***added,
                          gsize         *n_added);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrStep, tsr_step_unref)

G_END_DECLS
