/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an analysis does unless it is told otherwise.
 */
#include "model/dsp/partials/analysis.h"

void
tsr_analysis_params_init (TsrAnalysisParams *params)
{
  *params = (TsrAnalysisParams){
      .floor_db = -90,
      .low_hz = 20,
      .noisiness = TSR_NOISINESS_NORMAL,
      .noise = TSR_NOISE_RESIDUAL,
  };
}
