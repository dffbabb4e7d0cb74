/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials of long sounds: breakpoints stay on the heap while they are few, and lie in
 * mapped temporary files when they are many, from where the system brings them into
 * memory as they are looked at. Thread: one at a time; the partials any.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/partials/partial-set.h"
#include "model/dsp/signal.h"

G_BEGIN_DECLS

typedef struct TsrPartialSpill TsrPartialSpill;

/* So many breakpoints (48 bytes each) stay on the heap. */
#define TSR_PARTIAL_SPILL_HEAP ((gsize)1 << 20)

/* heap_breakpoints: usually TSR_PARTIAL_SPILL_HEAP. */
TsrPartialSpill *tsr_partial_spill_new (gsize heap_breakpoints);
/* The partials live on. NULL is allowed. */
void tsr_partial_spill_free (TsrPartialSpill *self);
/* The partial with another id, in the place that it is given here (transfer full). NULL
 * with an error when there is no room. */
TsrPartial *tsr_partial_spill_add (TsrPartialSpill  *self,
                                   const TsrPartial *partial,
                                   gint64            id,
                                   GError          **error);

/* A zeroed signal to be filled, in memory or, when it is long, in a mapped temporary
 * file. NULL with an error. Thread: any. */
TsrSignal *tsr_scratch_signal_new (double   rate_hz,
                                   guint    n_channels,
                                   gint64   n_frames,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrPartialSpill, tsr_partial_spill_free)

G_END_DECLS
