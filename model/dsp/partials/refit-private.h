/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the sources of the refit share. Private to them.
 */
#pragma once

#include "model/dsp/partials/joint.h"
#include "model/dsp/partials/refit.h"
#include "model/dsp/partials/render-runs.h"

/* A partial that is corrected. */
typedef struct {
  unsigned       channel;
  TsrBreakpoint *b;     /* corrected */
  float         *spare; /* amplitude by which each of them may be wrong */
  size_t         n;
  int64_t        first, end; /* samples it may touch */
  size_t         from, to;   /* breakpoints in the present stretch */
  size_t         at;         /* the first of their corrections in `steps` */
} TsrRefitItem;

struct TsrRefit {
  TsrEdgeSignal  signal;
  double         start_s;
  const TsrJob  *job;
  int64_t        bin, reach, margin; /* samples */
  TsrRefitItem  *items;              /* in order of adding */
  size_t         n_items, n_taken, max_items;
  int64_t        front; /* samples before it are done */
  double        *sound, *residual;
  float         *rough; /* the residual once more, for projections */
  int64_t        residual_first, residual_n, max_residual;
  double         energy, rest; /* of the sound, and what was left of it */
  double         whole, left;  /* sums of these over all stretches */
  float         *spare; /* of each block: amplitude by which a partial may be wrong */
  int64_t        stretch_end;
  TsrJointEntry *steps; /* corrections of all breakpoints in the stretch */
  size_t         n_steps, max_steps;
  TsrPhasorSum **bins; /* of each worker: room for those of the residual */
  size_t         n_workers;
  unsigned       tasks;
  bool           is_short;
};

enum { TSR_REFIT_BLOCK = 512 }; /* samples whose level counts together */

/* Place of a time among the samples. */
static inline double
tsr_refit_sample_of (const TsrRefit *refit, double time_s)
{
  return (time_s - refit->start_s) * refit->signal.rate_hz;
}

/* Samples first .. end - 1 of an item. */
void tsr_refit_render (const TsrRefit     *refit,
                       const TsrRefitItem *item,
                       int64_t             first,
                       int64_t             end,
                       TsrUseRun           use,
                       void               *user);

/* Corrects the breakpoints in the present stretch by the residual; for the last time it
 * tells, too, by how much they may be wrong. False when memory is short. */
bool tsr_refit_correct (TsrRefit *refit, bool is_last);
