/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials of a region found anew, put in place of those that were there. Thread: any.
 */
#pragma once

#include <glib.h>

#include "model/dsp/partials/ops.h"
#include "model/dsp/partials/partial-set.h"

G_BEGIN_DECLS

/* Shortest region that can be exchanged. */
#define TSR_REGION_MERGE_MIN_S 0.02

/* `before` with its partials inside the region replaced by those of `found`, which should
 * have been sought a little beyond the region's borders. Partials outside stay as they
 * are; those that cross a border are cut there. An old piece and a new one that meet at a
 * border within tolerance_hz, and agree in phase to 0.2 turns and in amplitude to 12 dB,
 * become one partial: the cubic phase passes from one to the other over 5 ms. Other
 * pieces are crossfaded over 5 ms at borders of time and faded over 5 ms at borders of
 * frequency, so that nothing clicks. Pieces and new partials take ids from *next_id on,
 * which is advanced.
 *
 * The region's ends may be infinite; start_s + TSR_REGION_MERGE_MIN_S <= end_s. NULL when
 * memory is short. (transfer full) */
TsrPartialSet *tsr_region_merge (TsrPartialSet   *before,
                                 TsrPartialSet   *found,
                                 const TsrRegion *region,
                                 double           tolerance_hz,
                                 gint64          *next_id);

G_END_DECLS
