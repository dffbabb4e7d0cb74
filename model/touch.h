/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an edit in hand does to the few partials it touches: others stand in their place
 * until the edit is made. Made without looking at the rest of the sound, so that the
 * sound can follow the hand. Immutable, reference counted. Thread: any.
 */
#pragma once

#include "model/operation.h"

G_BEGIN_DECLS

typedef struct TsrTouch TsrTouch;

/* In whose group (selected or not) a partial sounds. */
enum {
  TSR_TOUCH_REST = -1,   /* it is not selected */
  TSR_TOUCH_SELECTED = 0 /* it is; above 0: like the partial with this id */
};

/* `added` in the place of n_removed partials of the sound (ids increasing); `like`: for
 * each of `added` an id or one of the above. Copies, and references `added`. */
TsrTouch *tsr_touch_new (const gint64  *removed_ids,
                         gsize          n_removed,
                         TsrPartialSet *added,
                         const gint64  *like);
TsrTouch *tsr_touch_ref (TsrTouch *touch);
void      tsr_touch_unref (TsrTouch *touch); /* NULL is allowed */

const gint64  *tsr_touch_removed (const TsrTouch *touch, gsize *n);
TsrPartialSet *tsr_touch_added (const TsrTouch *touch); /* borrowed */
const gint64  *tsr_touch_like (const TsrTouch *touch);

/* What tsr_operation_apply would do to the partials it changes, ids included: for
 * operations that look at one partial at a time (breakpoints, pencil, eraser). NULL with
 * an error where it could do nothing. */
TsrTouch *tsr_touch_try (const TsrOperation  *operation,
                         const TsrSoundState *state,
                         const TsrSelection  *on, /* NULL: the whole sound */
                         gint64               next_partial_id,
                         GError             **error);

/* The selected partials as an operation will cut them at the borders of the selection's
 * region; pieces outside are not selected any more. NULL where none is cut. */
TsrTouch *tsr_touch_cut (const TsrPartialSet *set,
                         const TsrSelection  *selection,
                         gint64               next_partial_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrTouch, tsr_touch_unref)

G_END_DECLS
