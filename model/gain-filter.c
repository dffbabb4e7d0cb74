/* SPDX-License-Identifier: GPL-3.0-or-later
 * A zero-phase FIR filter by overlap-save.
 */
#include <math.h>
#include <string.h>

#include "model/dsp/spectrum/fft.h"
#include "model/dsp/spectrum/gain-response.h"
#include "model/render-private.h"

enum {
  SIZE = 4 * TSR_GAIN_FILTER_MARGIN,
  BLOCK = SIZE - 2 * TSR_GAIN_FILTER_MARGIN, /* good frames of a transform */
};

struct TsrGainFilter {
  double          gain;     /* linear, used where there is no curve */
  TsrRealFft     *fft;      /* NULL: gain only */
  double         *response; /* SIZE / 2 + 1, real: zero phase */
  double         *values;
  double complex *bins;
};

static gboolean
allocate (TsrGainFilter *filter)
{
  filter->fft = tsr_real_fft_new (SIZE);
  filter->response = g_new (double, SIZE / 2 + 1);
  filter->values = tsr_fft_alloc (SIZE * sizeof *filter->values);
  filter->bins = tsr_fft_alloc ((SIZE / 2 + 1) * sizeof *filter->bins);
  return filter->fft != NULL && filter->values != NULL && filter->bins != NULL;
}

/* The response of the taps, back in frequency. */
static gboolean
design (TsrGainFilter *filter, double gain_db, const TsrCurve *curve, double rate_hz)
{
  g_autofree double *taps = g_new (double, TSR_GAIN_RESPONSE_REACH + 1);

  if (tsr_gain_response_make (curve, gain_db, rate_hz, taps) != TSR_STATUS_OK)
    return FALSE;
  memset (filter->values, 0, SIZE * sizeof *filter->values);
  for (gsize i = 0; i < TSR_GAIN_RESPONSE_REACH; i++)
    filter->values[i] = filter->values[(SIZE - i) % SIZE] = taps[i];
  tsr_real_fft_forward (filter->fft, filter->values, filter->bins);
  for (gsize k = 0; k <= SIZE / 2; k++)
    filter->response[k] = creal (filter->bins[k]) / SIZE;
  return TRUE;
}

TsrGainFilter *
tsr_gain_filter_new (double gain_db, const TsrCurve *gain_db_over_hz, double rate_hz)
{
  TsrGainFilter *filter = g_new0 (TsrGainFilter, 1);

  filter->gain = pow (10, gain_db / 20);
  if (gain_db_over_hz == NULL)
    return filter;
  if (!allocate (filter) || !design (filter, gain_db, gain_db_over_hz, rate_hz)) {
    tsr_gain_filter_free (filter);
    return NULL;
  }
  return filter;
}

void
tsr_gain_filter_free (TsrGainFilter *filter)
{
  if (filter == NULL)
    return;
  tsr_real_fft_free (filter->fft);
  tsr_fft_free (filter->values);
  tsr_fft_free (filter->bins);
  g_free (filter->response);
  g_free (filter);
}

void
tsr_gain_filter_add (const TsrGainFilter *filter,
                     const double        *in,
                     gsize                n_frames,
                     double              *out)
{
  if (filter->fft == NULL) {
    for (gsize i = 0; i < n_frames; i++)
      out[i] += filter->gain * in[i + TSR_GAIN_FILTER_MARGIN];
    return;
  }
  for (gsize first = 0; first < n_frames; first += BLOCK) {
    gsize n = MIN (BLOCK, n_frames - first);
    gsize n_in = n + 2 * TSR_GAIN_FILTER_MARGIN;
    memcpy (filter->values, in + first, n_in * sizeof *in);
    memset (filter->values + n_in, 0, (SIZE - n_in) * sizeof *in);
    tsr_real_fft_forward (filter->fft, filter->values, filter->bins);
    for (gsize k = 0; k <= SIZE / 2; k++)
      filter->bins[k] *= filter->response[k];
    tsr_real_fft_inverse (filter->fft, filter->bins, filter->values);
    for (gsize i = 0; i < n; i++)
      out[first + i] += filter->values[i + TSR_GAIN_FILTER_MARGIN];
  }
}
