/* SPDX-License-Identifier: GPL-3.0-or-later
 * Steps of a comparison, shared by comparison.c (result) and comparison-match.c (which
 * partial became which).
 */
#pragma once

#include "model/comparison.h"

G_BEGIN_DECLS

/* One state, while it is compared. */
typedef struct {
  const TsrSoundStateFields *state;
  GPtrArray                 *other;  /* TsrPartial that the other state does not have */
  GPtrArray                 *pieces; /* what of them the other state does not have */
  GArray *partners; /* gint32 a piece: its number in the other side's pieces, or -1 */
} TsrComparisonSide;

/* Fills `pieces` of both; adds to `kept` the partials (borrowed) that lie within one of
 * the other state. FALSE when memory is short or the job was cancelled. */
gboolean tsr_comparison_leave_common (TsrComparisonSide sides[2],
                                      GPtrArray        *kept,
                                      const TsrJob     *job);
/* Fills `partners` of both. */
gboolean tsr_comparison_pair (TsrComparisonSide sides[2], const TsrJob *job);

G_END_DECLS
