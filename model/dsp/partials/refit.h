/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analysis by synthesis: what partials together leave of the sound corrects amplitudes
 * and phases of their breakpoints, and frequencies and slopes with them. A breakpoint
 * gets the complex gain that makes its partial fit the residual best under a short window
 * around it (least squares); so partials follow what moves faster than the window of the
 * analysis, and what their overlapping neighbours disturbed is put right.
 *
 * Works in order of time on stretches in which all partials are known, so that memory
 * does not grow with the length of the sound.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/edge.h"
#include "model/dsp/partials/partial.h"
#include "model/dsp/status.h"

typedef struct TsrRefit TsrRefit;

enum {
  /* Corrects partials; else they only pass through: where a range of frequencies was
   * analysed, what sounds outside of it would be taken for an error of partials inside.
   */
  TSR_REFIT_CORRECTS = 1 << 0,
  TSR_REFIT_PEELS = 1 << 1,        /* adds partials of bursts at attacks (peel.h) */
  TSR_REFIT_DROPS_SPIKES = 1 << 2, /* takes lone frequencies back (spike.h) */
};

/* Keeps the pointers. `start_s` is the time of sample 0; `tasks` of those above. NULL
 * when memory is short. */
TsrRefit *tsr_refit_new (const TsrEdgeSignal *signal,
                         double               start_s,
                         unsigned             tasks,
                         const TsrJob        *job);
void      tsr_refit_free (TsrRefit *refit); /* NULL is allowed */

/* Takes a partial (transfer full, also when it fails). False when memory is short. */
bool tsr_refit_add (TsrRefit *refit, TsrPartial *partial);

/* All partials that sound before sample `known` have been added. */
TsrStatus tsr_refit_advance (TsrRefit *refit, int64_t known);

/* Part of the energy of the sound that partials left before they were corrected for the
 * last time; 1 where they were not corrected. */
double tsr_refit_part_left (const TsrRefit *refit);

/* The first sample of the signal that it will look at again. */
int64_t tsr_refit_first_sample (const TsrRefit *refit);

/* The next partial that is as good as it gets (transfer full), in the order of adding;
 * NULL when there is none, or memory is short (*is_short then). */
TsrPartial *tsr_refit_take (TsrRefit *refit, bool *is_short);
