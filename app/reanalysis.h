/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sound analysed anew: all of it, or a region whose partials take the place of those
 * that are there. What the window's Analysis panel and `tarsier-cli reanalyze` do.
 */
#pragma once

#include "app/analysis-task.h"
#include "model/dsp/partials/ops.h"

G_BEGIN_DECLS

/* The whole of time and frequency. */
#define TSR_REGION_ALL                                                                   \
  (TsrRegion) { -INFINITY, INFINITY, 0.0, INFINITY }

/* Partials of an excerpt that reaches somewhat beyond the region's times (all frequencies
 * of `params`), at the signal's own times; ids from 1 on. record->snr_db is of the
 * excerpt. The work grows with the excerpt, not with the signal. Thread: any; blocks. */
gboolean tsr_excerpt_analyse (TsrSignal               *signal,
                              const TsrAnalysisParams *params,
                              const TsrRegion         *region,
                              TsrWorkerJob            *job,
                              TsrPartialSet          **found,
                              TsrAnalysisRecord       *record,
                              GError                 **error);

typedef struct {
  TsrSignal               *signal; /* the source */
  TsrSoundState           *before;
  const TsrAnalysisRecord *record; /* of `before`; NULL: it was not analysed */
  TsrAnalysisParams        params;
  TsrRegion                region;
  gint64                   first_partial_id;
  gboolean                 want_residual;
} TsrReanalysis;

/* All of it: as tsr_analysis_run. A region: `before` with its partials exchanged
 * (model/region-merge.h); an edited sound stays edited, and result->residual stays NULL
 * then. Refuses a region of a sound whose time was changed, and one shorter than 20 ms.
 * Thread: any; blocks. */
gboolean tsr_reanalysis_run (const TsrReanalysis *self,
                             TsrWorkerJob        *job,
                             TsrAnalysisResult   *result,
                             GError             **error);
/* Whether its result defines the residual anew: what the step's record says. */
gboolean tsr_reanalysis_is_base (const TsrReanalysis *self);

/* "Analyse, spacing 118 Hz", "Analyse 0.50–1.20 s". (transfer
 * full) */
char *tsr_reanalysis_label (const TsrReanalysis *self, const TsrAnalysisRecord *record);
/* What tarsier-cli would be told after the names of project and sound: "reanalyze --time
 * 0.5:1.2 --spacing 118". (transfer full) */
char *tsr_reanalysis_command (const TsrReanalysis *self);

G_END_DECLS
