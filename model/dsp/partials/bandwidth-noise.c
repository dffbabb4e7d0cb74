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

static double
response_energy (const Sections *sections, double rate_hz)
{
  double s[TSR_NOISE_STATES] = {0};
  double energy = 0;
  long   n = lrint (fmin (1e7, 0.1 * rate_hz)) + 64;

  for (long i = 0; i < n; i++) {
    double y = step (sections, i == 0, s);
    energy += y * y;
  }
  return energy;
}

/* The response of eight samples of output, and of the state after them, to one unit. */
static void
respond (const Sections *sections,
         size_t          input_at,
         double          s[TSR_NOISE_STATES],
         double          output[TSR_NOISE_STEP],
         double          after[TSR_NOISE_STATES])
{
  for (size_t i = 0; i < TSR_NOISE_STEP; i++)
    output[i] = step (sections, i == input_at, s);
  memcpy (after, s, TSR_NOISE_STATES * sizeof *s);
}

void
tsr_bandwidth_filter_init (TsrBandwidthFilter *filter, double rate_hz)
{
  double   cutoff = fmin (500 / rate_hz, 0.45); /* cycles per sample */
  Sections sections = {.g = tan (M_PI * cutoff), .gain = 1};

  /* The white noise is uniform in -1..1: variance 1/3. */
  sections.gain = sqrt (0.5 * 3 / response_energy (&sections, rate_hz));
  memset (filter, 0, sizeof *filter);
  for (size_t i = 0; i < TSR_NOISE_STEP; i++) {
    double s[TSR_NOISE_STATES] = {0};
    respond (&sections, i, s, filter->output_from_input[i], filter->state_from_input[i]);
  }
  for (size_t j = 0; j + 1 < TSR_NOISE_STATES; j++) {
    double s[TSR_NOISE_STATES] = {0};
    s[j] = 1;
    respond (&sections,
             TSR_NOISE_STEP,
             s,
             filter->output_from_state[j],
             filter->state_from_state[j]);
    memset (s, 0, sizeof s);
    s[j] = 1;
    step (&sections, 0, s);
    memcpy (filter->single_state[j], s, sizeof s);
  }
  double s[TSR_NOISE_STATES] = {0};
  step (&sections, 1, s);
  memcpy (filter->single_input, s, sizeof s);
}
