/* SPDX-License-Identifier: GPL-3.0-or-later
 * Source minus partials anywhere in time, also between samples.
 */
#include <math.h>

#include "model/dsp/partials/synth.h"
#include "model/render-private.h"

enum { HALF_TAPS = 32 }; /* of the interpolation between samples */

/* n frames of source minus partials beginning at a whole frame, added to out; silence
 * outside the source. */
static TsrStatus
add_whole (const TsrRenderParams *params,
           const TsrJob          *job,
           guint                  channel,
           gint64                 first,
           gsize                  n,
           double                *out)
{
  gint64 begin = MAX (first, 0);
  gint64 end = MIN (first + (gint64)n, tsr_signal_n_frames (params->source));

  if (begin >= end || channel >= tsr_signal_n_channels (params->source))
    return TSR_STATUS_OK;
  double *to = out + (begin - first);
  gsize   n_here = (gsize)(end - begin);
  if (params->residual != NULL) {
    const float *r = tsr_signal_channel (params->residual, channel) + begin;
    for (gsize i = 0; i < n_here; i++)
      to[i] += (double)r[i];
    return TSR_STATUS_OK;
  }
  g_autofree double *y = g_new0 (double, n_here);
  const float       *x = tsr_signal_channel (params->source, channel) + begin;
  TsrStatus          status = tsr_synth_render_range (
      params->analysed, channel, params->rate_hz, begin, n_here, NULL, y, job);
  for (gsize i = 0; i < n_here && status == TSR_STATUS_OK; i++)
    to[i] += (double)x[i] - y[i];
  return status;
}

/* A Kaiser-windowed sinc, beta 12: aliases lie below -110 dB up to 0.45 of the rate. */
static void
make_taps (double fraction, double taps[2 * HALF_TAPS])
{
  const double beta = 12;

  for (int i = 0; i < 2 * HALF_TAPS; i++) {
    double x = i - (HALF_TAPS - 1) - fraction; /* distance of the tap from the point */
    double u = x / HALF_TAPS;
    double sinc = x == 0 ? 1 : sin (G_PI * x) / (G_PI * x);
    double sum = 1, term = 1, half = beta / 2 * sqrt (fmax (0, 1 - u * u));
    for (int k = 1; k < 40; k++) {
      term *= half / k;
      sum += term * term;
    }
    double sum0 = 1, term0 = 1;
    for (int k = 1; k < 40; k++) {
      term0 *= beta / 2 / k;
      sum0 += term0 * term0;
    }
    taps[i] = sinc * sum / sum0;
  }
}

TsrStatus
tsr_residual_source_add (const TsrRenderParams *params,
                         const TsrJob          *job,
                         guint                  channel,
                         double                 offset,
                         gint64                 first_frame,
                         gsize                  n_frames,
                         double                *out)
{
  double whole = floor (offset + 1e-6), fraction = fmax (0, offset - whole);
  gint64 first = first_frame + (gint64)whole;

  if (fraction < 2e-6)
    return add_whole (params, job, channel, first, n_frames, out);
  gsize              n = n_frames + 2 * HALF_TAPS;
  g_autofree double *r = g_new0 (double, n);
  double             taps[2 * HALF_TAPS];
  TsrStatus status = add_whole (params, job, channel, first - (HALF_TAPS - 1), n, r);
  make_taps (fraction, taps);
  for (gsize i = 0; i < n_frames && status == TSR_STATUS_OK; i++)
    for (int k = 0; k < 2 * HALF_TAPS; k++)
      out[i] += taps[k] * r[i + (gsize)k];
  return status;
}
