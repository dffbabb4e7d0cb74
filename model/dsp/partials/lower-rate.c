/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lower rates by a low pass (a sine by its angle under a Blackman window).
 */
#include "model/dsp/partials/lower-rate.h"

#include "model/dsp/lanes.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Half of the low pass in samples that are kept, and its edge in parts of their rate. */
enum { HALF = 12 };
#define EDGE 0.37

/* 2 half taps, the first of which is 0; their sum is 1. */
static void
make_taps (double *taps, int64_t half, double edge)
{
  double sum = 0;

  for (int64_t i = 1; i < 2 * half; i++) {
    double angle = 2 * M_PI * edge * (double)(i - half);
    double u = M_PI * (double)(i - half) / (double)half;
    double window = 0.42 + 0.5 * cos (u) + 0.08 * cos (2 * u);
    taps[i] = window * (i == half ? 1 : sin (angle) / angle);
    sum += taps[i];
  }
  for (int64_t i = 1; i < 2 * half; i++)
    taps[i] /= sum;
}

TSR_FOR_EACH_MACHINE static void
filter (const double *x,
        const double *taps,
        int64_t       n_taps,
        int64_t       factor,
        int64_t       n,
        float        *out)
{
  for (int64_t i = 0; i < n; i++) {
    TsrLanes sum = {0}, a, b;
    for (int64_t k = 0; k < n_taps; k += TSR_LANES) {
      tsr_lanes_load (&a, x + i * factor + k);
      tsr_lanes_load (&b, taps + k);
      sum += a * b;
    }
    out[i] = (float)tsr_lanes_sum (&sum);
  }
}

int64_t
tsr_lower_rate_factor (double rate_hz, double enough_hz)
{
  return (int64_t)fmax (1, floor (rate_hz / enough_hz));
}

TsrSignal *
tsr_lower_rate (const float *samples,
                int64_t      n_samples,
                double       rate_hz,
                int64_t      first,
                int64_t      end,
                int64_t      factor)
{
  int64_t    half = factor > 1 ? HALF * factor : 0, n = (end - first) / factor;
  int64_t    n_read = n * factor + 2 * half;
  TsrSignal *signal = tsr_signal_new (rate_hz / (double)factor, 1, n);
  double    *taps = calloc ((size_t)(2 * half) + 1, sizeof *taps);
  double    *x = calloc ((size_t)n_read + 1, sizeof *x);
  bool       is_ok = signal != NULL && taps != NULL && x != NULL;

  for (int64_t i = 0; is_ok && i < n_read; i++) {
    int64_t place = first - half + i;
    x[i] = place >= 0 && place < n_samples ? (double)samples[place] : 0;
  }
  if (is_ok && factor > 1) {
    make_taps (taps, half, EDGE / (double)factor);
    filter (x, taps, 2 * half, factor, n, tsr_signal_channel_writable (signal, 0));
  } else if (is_ok)
    for (int64_t i = 0; i < n; i++)
      tsr_signal_channel_writable (signal, 0)[i] = (float)x[i];
  free (x);
  free (taps);
  if (is_ok)
    return signal;
  tsr_signal_unref (signal);
  return NULL;
}
