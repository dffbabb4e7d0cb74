/* SPDX-License-Identifier: GPL-3.0-or-later
 * Design of the bandwidth filter: a first-order and a second-order section with
 * trapezoidal integrators, which equals the bilinear transform of the Butterworth
 * prototype and has well-conditioned states; then eight steps of it as one matrix.
 */
#include "model/dsp/partials/bandwidth-noise.h"

#include <math.h>
#include <string.h>

typedef struct {
  double g; /* tan (pi cutoff / rate) */
  double gain;
} Sections;

/* One sample through both sections; Q = 1 in the second makes them Butterworth. */
static double
step (const Sections *sections, double input, double s[TSR_NOISE_STATES])
{
  double g = sections->g;
  double v = (sections->gain * input - s[0]) * g / (1 + g);
  double y = v + s[0];
  s[0] = y + v;

  double a1 = 1 / (1 + g * (g + 1));
  double v3 = y - s[2];
  double v1 = a1 * s[1] + a1 * g * v3;
  double v2 = s[2] + a1 * g * s[1] + a1 * g * g * v3;
  s[1] = 2 * v1 - s[1];
  s[2] = 2 * v2 - s[2];
  return v2;
}

/* Energy of the output for one white number of 1, held for `hold` samples. */
static double
response_energy (const Sections *sections, int hold, double rate_hz)
{
  double s[TSR_NOISE_STATES] = {0};
  double energy = 0;
  long   n = lrint (fmin (1e7, 0.1 * rate_hz)) + 64;

  for (long i = 0; i < n; i++) {
    double y = step (sections, i < hold, s);
    energy += y * y;
  }
  return energy;
}

/* Eight samples of output, and the state after them, for samples from..to-1 of 1. */
static void
respond (const Sections *sections,
         int             from,
         int             to,
         double          s[TSR_NOISE_STATES],
         double          output[TSR_NOISE_STEP],
         double          after[TSR_NOISE_STATES])
{
  for (int i = 0; i < TSR_NOISE_STEP; i++)
    output[i] = step (sections, i >= from && i < to, s);
  memcpy (after, s, TSR_NOISE_STATES * sizeof *s);
}

void
tsr_bandwidth_filter_init (TsrBandwidthFilter *filter, double rate_hz)
{
  double   cutoff = fmin (500 / rate_hz, 0.45); /* cycles per sample */
  Sections sections = {.g = tan (M_PI * cutoff), .gain = 1};
  int      hold = TSR_NOISE_STEP;

  while (hold > 1 && rate_hz / hold < 5500)
    hold /= 2;
  /* Each sample is the sum of what every hold before it left: the mean over a hold. */
  sections.gain =
      sqrt (0.5 * hold / TSR_BELL_VARIANCE / response_energy (&sections, hold, rate_hz));
  memset (filter, 0, sizeof *filter);
  filter->n_inputs = TSR_NOISE_STEP / hold;
  for (int i = 0; i < filter->n_inputs; i++) {
    double s[TSR_NOISE_STATES] = {0};
    respond (&sections,
             i * hold,
             (i + 1) * hold,
             s,
             filter->output_from_input[i],
             filter->state_from_input[i]);
  }
  for (int j = 0; j + 1 < TSR_NOISE_STATES; j++) {
    double s[TSR_NOISE_STATES] = {0};
    s[j] = 1;
    respond (
        &sections, 0, 0, s, filter->output_from_state[j], filter->state_from_state[j]);
  }
}
