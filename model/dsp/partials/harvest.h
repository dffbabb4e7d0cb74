/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finished tracks become partials: the beginnings of those that began together are
 * settled together, then each is made a partial by itself, in parallel.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/edge.h"
#include "model/dsp/partials/refit.h"
#include "model/dsp/partials/tracker.h"

/* Working memory for every worker of the job. One thread at a time. */
typedef struct TsrHarvest TsrHarvest;

/* Keeps the pointers in `signal` and the job; `start_s` is the time of sample 0. NULL
 * when memory is short. */
TsrHarvest *tsr_harvest_new (const TsrEdgeSignal *signal,
                             unsigned             channel,
                             double               start_s,
                             const TsrJob        *job);
void        tsr_harvest_free (TsrHarvest *harvest); /* NULL is allowed */

/* Makes partials of the tracks that the tracker has finished and adds them to the refit,
 * in the tracker's order. False when memory is short. */
bool tsr_harvest_run (TsrHarvest *harvest, TsrTracker *tracker, TsrRefit *refit);
