/* SPDX-License-Identifier: GPL-3.0-or-later
 * Frequency axes.
 */
#include "model/dsp/spectrum/frequency-scale.h"

#include <math.h>

#define MEL_CORNER_HZ 700.0

/* The monotone function that the axis is linear in. */
static double
warp (TsrFrequencyScale scale, double hz)
{
  switch (scale) {
  case TSR_FREQUENCY_LOG:
    return hz > 0 ? log2 (hz) : -INFINITY;
  case TSR_FREQUENCY_MEL:
    return log1p (hz / MEL_CORNER_HZ);
  case TSR_FREQUENCY_LINEAR:
    break;
  }
  return hz;
}

static double
unwarp (TsrFrequencyScale scale, double warped)
{
  switch (scale) {
  case TSR_FREQUENCY_LOG:
    return exp2 (warped);
  case TSR_FREQUENCY_MEL:
    return MEL_CORNER_HZ * expm1 (warped);
  case TSR_FREQUENCY_LINEAR:
    break;
  }
  return warped;
}

double
tsr_frequency_to_unit (TsrFrequencyScale scale, double low_hz, double high_hz, double hz)
{
  double low = warp (scale, low_hz);
  return (warp (scale, hz) - low) / (warp (scale, high_hz) - low);
}

double
tsr_frequency_from_unit (TsrFrequencyScale scale,
                         double            low_hz,
                         double            high_hz,
                         double            unit)
{
  double low = warp (scale, low_hz);
  return unwarp (scale, low + unit * (warp (scale, high_hz) - low));
}
