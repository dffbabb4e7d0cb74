/* SPDX-License-Identifier: GPL-3.0-or-later
 * Design of zero-phase filters by frequency sampling and a window.
 */
#include "model/dsp/spectrum/gain-response.h"

#include <math.h>

#include "model/dsp/spectrum/fft.h"

enum { REACH = TSR_GAIN_RESPONSE_REACH, SIZE = 4 * REACH };

TsrStatus
tsr_gain_response_make (const TsrCurve *gain_db_over_hz,
                        double          gain_db,
                        double          rate_hz,
                        double         *taps)
{
  TsrRealFft     *fft = tsr_real_fft_new (SIZE);
  double         *values = tsr_fft_alloc (SIZE * sizeof *values);
  double complex *bins = tsr_fft_alloc ((SIZE / 2 + 1) * sizeof *bins);
  bool            done = fft != NULL && values != NULL && bins != NULL;

  for (size_t k = 0; done && k <= SIZE / 2; k++) {
    double hz = rate_hz * (double)k / SIZE;
    bins[k] = pow (10, (gain_db + tsr_curve_at (gain_db_over_hz, hz)) / 20) / SIZE;
  }
  if (done)
    tsr_real_fft_inverse (fft, bins, values);
  for (size_t i = 0; done && i <= REACH; i++)
    taps[i] = values[i] * (0.5 + 0.5 * cos (M_PI * (double)i / REACH));
  tsr_real_fft_free (fft);
  tsr_fft_free (values);
  tsr_fft_free (bins);
  return done ? TSR_STATUS_OK : TSR_STATUS_NO_MEMORY;
}
