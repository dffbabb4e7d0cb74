/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which partials are selected, and the rectangle of the canvas they were selected with.
 * Immutable. Thread: any.
 */
#pragma once

#include <glib-object.h>

#include "model/dsp/partials/ops.h"
#include "model/dsp/partials/partial-set.h"

G_BEGIN_DECLS

typedef struct TsrSelection TsrSelection;

#define TSR_TYPE_SELECTION (tsr_selection_get_type ())
GType tsr_selection_get_type (void); /* boxed, reference counted */

typedef enum {
  TSR_SELECT_REPLACE,
  TSR_SELECT_ADD,
  TSR_SELECT_TOGGLE,
  TSR_SELECT_INTERSECT,
  TSR_SELECT_SUBTRACT,
} TsrSelectMode;

/* Copies n ids (any order, doubles allowed). `region` NULL: whole partials. */
TsrSelection *tsr_selection_new (const gint64 *ids, gsize n, const TsrRegion *region);
TsrSelection *tsr_selection_ref (TsrSelection *selection);
void          tsr_selection_unref (TsrSelection *selection);

gsize            tsr_selection_size (const TsrSelection *selection);
const gint64    *tsr_selection_ids (const TsrSelection *selection); /* sorted, distinct */
gboolean         tsr_selection_contains (const TsrSelection *selection, gint64 id);
const TsrRegion *tsr_selection_region (const TsrSelection *selection); /* NULL: none */

/* Partials of the set that pass through the rectangle (a breakpoint or a segment inside).
 */
TsrSelection *tsr_selection_from_region (const TsrPartialSet *set,
                                         const TsrRegion     *region);
TsrSelection *tsr_selection_all (const TsrPartialSet *set);
TsrSelection *tsr_selection_combine (const TsrSelection *before,
                                     const TsrSelection *with,
                                     TsrSelectMode       mode);
TsrSelection *tsr_selection_invert (const TsrSelection  *selection,
                                    const TsrPartialSet *set);
/* Only the ids that are in the set. */
TsrSelection *tsr_selection_within (const TsrSelection  *selection,
                                    const TsrPartialSet *set);
/* A byte for each partial of the set in order of id: 1 selected, 0 not. g_free. */
guint8 *tsr_selection_mask (const TsrSelection *selection, const TsrPartialSet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrSelection, tsr_selection_unref)

G_END_DECLS
