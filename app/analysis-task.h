/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analysis of a decoded sound as window and command line do it: spacing, partials of all
 * channels, their bandwidths, and how much they explain.
 */
#pragma once

#include "app/worker-pool.h"
#include "model/sound.h"

G_BEGIN_DECLS

typedef struct {
  TsrSoundState    *state; /* analysed, not edited */
  TsrAnalysisRecord record;
  TsrSignal        *residual; /* source minus partials; NULL unless asked for */
} TsrAnalysisResult;

void tsr_analysis_result_clear (TsrAnalysisResult *result);

/* Analyses all channels; partials get ids from first_partial_id on. params->spacing_hz <=
 * 0: estimated. FALSE with an error (G_IO_ERROR_CANCELLED when cancelled) and an empty
 * result. Thread: any; blocks. */
gboolean tsr_analysis_run (TsrSignal               *signal,
                           const TsrAnalysisParams *params,
                           gint64                   first_partial_id,
                           gboolean                 want_residual,
                           TsrWorkerJob            *job,
                           TsrAnalysisResult       *result,
                           GError                 **error);

/* What tarsier-cli would be told: "analyze --spacing 118 --partials clean". (transfer
 * full) */
char *tsr_analysis_command (const TsrAnalysisParams *params);

G_END_DECLS
