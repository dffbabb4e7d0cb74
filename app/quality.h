/* SPDX-License-Identifier: GPL-3.0-or-later
 * How good an analysis is: figures of its partials alone, and of what an edited sound
 * plays, partials with noise and transients, beside the source. Thread: any; blocks.
 */
#pragma once

#include "app/analysis-task.h"
#include "model/dsp/likeness.h"

G_BEGIN_DECLS

typedef struct {
  double snr_db;              /* partials alone; NAN = not known */
  double sounding_snr_db;     /* the same without constant offsets of the channels */
  double residual_dbfs;       /* root mean square; -INFINITY for silence */
  double clean;               /* part of the breakpoints of a clean sinusoid, 0..1 */
  double loudness_difference; /* of partials, noise and transients to the source, LU */
  gsize  n_transients;
  TsrLikeness likeness; /* of the same to the source */
} TsrQuality;

/* `result` of an analysis with a residual. FALSE with an error. */
gboolean tsr_quality_measure (const TsrSignal         *source,
                              const TsrAnalysisResult *result,
                              const TsrJob            *job,
                              TsrQuality              *quality,
                              GError                 **error);

G_END_DECLS
