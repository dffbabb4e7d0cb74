/* SPDX-License-Identifier: GPL-3.0-or-later
 * What compaction drops and what it has to change so that the rest stays as it is.
 * Thread: the writer's.
 */
#pragma once

#include "store/project-file.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef struct {
  gint64 row_id, value;
} TsrCompactChange;

/* Of each sound that is not removed, the line of its history is kept from the present
 * step, or the newest ones, on; and the last analysis at or before them, since the
 * residual is what that analysis left. */
typedef struct {
  GArray *delete_ids[TSR_N_TABLES]; /* of gint64 */
  GArray *moves;    /* of TsrCompactChange: row of `partial`, its new step */
  GArray *parents;  /* step, its new parent or 0 */
  GArray *redos;    /* step, where redo leads */
  GArray *removals; /* step, row of `partial`: new rows */
  GArray *descents; /* step, another whose row of `descent` becomes part of its own, or
                       -1 times one whose row does the other way round, old from new; all
                       of one step in a row and in order, it itself among them */
  guint64 n_steps, n_sounds, n_sources;
  guint64 n_bytes; /* about what the dropped rows take */
} TsrCompactPlan;

TsrCompactPlan      *
tsr_compact_plan_new (TsrProjectFile *file, guint keep_steps, GError **error);
void tsr_compact_plan_free (TsrCompactPlan *plan); /* NULL is allowed */

G_END_DECLS
