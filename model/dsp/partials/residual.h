/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the partials leave: residual = source minus reference synthesis, and its level;
 * and the energy of the residual moved into the bandwidth of the partials.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/signal.h"

/* Source minus partials, all channels, sample for sample at the source's rate: 32-bit
 * floats so that partials plus residual, rounded to the grid of a 16- or 24-bit source,
 * equal it exactly.
 * `residual` has the size of the source and is filled; it may be NULL when only the
 * figure is wanted. `*snr_db` is 10 log10 (energy of source / energy of residual),
 * INFINITY for a zero residual, NAN for a silent source; NULL allowed. Streams. */
TsrStatus tsr_residual_measure (const TsrSignal *source,
                                TsrPartialSet   *set,
                                const TsrJob    *job,
                                TsrSignal       *residual,
                                double          *snr_db);

/* New partials with the residual's energy in their bandwidth and amplitude (algorithm
 * note 5.2): bw = E / (P + E), a' = a sqrt ((P + E) / P). Ids, times, frequencies and
 * phases stay. The sink takes them (transfer full) in order of id, on this thread. */
TsrStatus tsr_residual_to_bandwidth (const TsrSignal *residual,
                                     TsrPartialSet   *set,
                                     double           spacing_hz,
                                     const TsrJob    *job,
                                     TsrPartialSink   sink,
                                     void            *sink_user);
