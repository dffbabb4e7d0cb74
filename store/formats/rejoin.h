/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints out of rows that straight lines join: the way back from tsr_straight_rows.
 *
 * What that put between two breakpoints is left out again, so that a file of ours comes
 * back as the breakpoints it was made of, and writing it again gives the same rows. A row
 * is left out only if writing what is left puts it there again, at the same time with the
 * same values; breakpoints of others are not like that and stay as they are.
 */
#pragma once

#include <glib.h>

#include "model/dsp/partials/partial.h"

G_BEGIN_DECLS

typedef struct {
  double   tolerance_cent, tolerance_db; /* that the rows were made with */
  gboolean has_phases;                   /* of each row; else they are integrals */
} TsrRejoin;

/* So many values that agree are no chance any more: the file is one of ours. */
#define TSR_REJOIN_SURE 8

/* The breakpoints behind n rows of one partial, which have all their values (slopes from
 * their neighbours). (transfer full) of TsrBreakpoint; NULL: all rows stay. Adds to
 * n_sure the values of rows left out that nothing but tsr_straight_rows would have given
 * them: steady and evenly moving partials, where rows of others may agree as well, do not
 * count. Thread: any. */
GArray *tsr_rejoin_rows (const TsrRejoin     *self,
                         const TsrBreakpoint *rows,
                         guint                n,
                         guint64             *n_sure);

G_END_DECLS
