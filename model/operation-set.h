/* SPDX-License-Identifier: GPL-3.0-or-later
 * The work on a set of partials that an operation is: what is removed, added and made.
 * Shared by operation-apply.c, operation-set.c and operation-residual.c.
 */
#pragma once

#include "model/operation-private.h"
#include "model/partial-spill.h"

G_BEGIN_DECLS

typedef struct {
  const TsrOperation  *operation;
  TsrOperationContext *context;     /* NULL for what needs none */
  gboolean             whole;       /* the whole sound, not a selection */
  gboolean             any_found;   /* a partial of the selection is there */
  double               sound_end_s; /* before the operation */
  double               end_s;       /* after it: later when a piece goes past it */
  const TsrRegion     *region;      /* cut here first; NULL: whole partials */
  gint64               next_id;     /* of the next new partial */
  GArray              *removed;     /* gint64 */
  GPtrArray           *added;       /* TsrPartial, owned */
  GArray              *made;        /* gint64: what the selection became */
  GArray              *from;        /* gint64: what the next added ones come from */
  GArray              *descents;    /* TsrDescent */
  TsrPartialSpill     *spill;       /* where new breakpoints go */
  GError              *error; /* why one could not be added; NULL: memory is short */
} TsrOperationWork;

/* Adds the partial under a new id, as what became of the partials of work->from. FALSE
 * when there is no room for it: work->error may tell where. */
gboolean
tsr_operation_work_add (TsrOperationWork *work, const TsrPartial *partial, gboolean made);
/* FALSE, with the error of what could not be added. */
gboolean tsr_operation_work_fail (TsrOperationWork *work, GError **error);

/* FALSE when there is no room for what is new. */
gboolean tsr_operation_draw (TsrOperationWork *work, const TsrPartialSet *set);
gboolean tsr_operation_insert (TsrOperationWork *work);
/* Joins what fits: nearest ends first. FALSE with an error. */
gboolean tsr_operation_join (TsrOperationWork    *work,
                             const TsrPartialSet *set,
                             const TsrSelection  *selection,
                             GError             **error);

/* What happens to time, and to the residual, when the whole sound is changed. Replaces
 * curves in `fields` by new ones. */
void tsr_operation_take_residual_along (const TsrOperationWork *work,
                                        TsrSoundStateFields    *fields);

G_END_DECLS
