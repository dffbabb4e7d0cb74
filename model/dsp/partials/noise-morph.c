/* SPDX-License-Identifier: GPL-3.0-or-later
 * The model between the noise models of several sounds (algorithm note 6.7): band levels
 * cross-faded in their logarithm, transients by their weights.
 */
#include "model/dsp/partials/noise-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WEIGHT 1e-3 /* of a transient that is kept */
#define FLOOR_LOG (TSR_NOISE_LEAST_LOG * TSR_NOISE_LOG_SCALE)

static const TsrNoiseModel *
rate_model (const TsrNoiseMorphInput *inputs, size_t n)
{
  for (size_t k = 0; k < n; k++)
    if (inputs[k].model != NULL)
      return inputs[k].model;
  return NULL;
}

static double
weight_at (const TsrNoiseMorphInput *input, double result_s)
{
  return fmin (1, fmax (0, tsr_curve_at (input->weight_over_result_s, result_s)));
}

static unsigned
channel_of (const TsrNoiseModel *model, unsigned channel)
{
  return channel < model->n_channels ? channel : model->n_channels - 1;
}

/* Levels of one frame and channel. */
static void
mix_bands (const TsrNoiseMorphInput *inputs,
           size_t                    n,
           unsigned                  channel,
           double                    result_s,
           int16_t                   log_power[TSR_NOISE_BANDS])
{
  double sums[TSR_NOISE_BANDS] = {0}, total = 0;

  for (size_t k = 0; k < n; k++) {
    double power[TSR_NOISE_BANDS] = {0}, w = weight_at (&inputs[k], result_s);
    if (!(w > 0))
      continue;
    double sound_s = tsr_curve_at_extended (inputs[k].sound_s_over_result_s, result_s);
    if (inputs[k].model != NULL)
      tsr_noise_bands_at (
          inputs[k].model, channel_of (inputs[k].model, channel), sound_s, power);
    for (int b = 0; b < TSR_NOISE_BANDS; b++)
      sums[b] += w * fmax (FLOOR_LOG, TSR_NOISE_LOG_SCALE * log (power[b] + 1e-300));
    total += w;
  }
  for (int b = 0; b < TSR_NOISE_BANDS; b++) {
    double level = total > 0 ? sums[b] / total : FLOOR_LOG;
    log_power[b] = (int16_t)lrint (level <= FLOOR_LOG ? TSR_NOISE_LOG_SILENT : level);
  }
}

/* Ties of channels: those of the sound that weighs most there. */
static void
mix_ties (TsrNoiseModel *made, const TsrNoiseMorphInput *inputs, size_t n)
{
  for (unsigned c = 1; c < made->n_channels; c++)
    for (size_t i = 0; i < made->n_ties; i++) {
      double result_s =
          ((double)i + 0.5) * (double)(TSR_NOISE_TIE_STEPS * made->hop) / made->rate_hz;
      TsrKeptTie *out = made->ties + ((c - 1) * made->n_ties + i) * TSR_NOISE_BANDS;
      size_t      best = 0;
      for (size_t k = 1; k < n; k++)
        if (weight_at (&inputs[k], result_s) > weight_at (&inputs[best], result_s))
          best = k;
      const TsrNoiseModel *model = inputs[best].model;
      for (int b = 0; b < TSR_NOISE_BANDS; b++)
        out[b] = (TsrKeptTie){127, 0}; /* a mono sound is the same on both sides */
      if (model == NULL || model->n_channels <= c)
        continue;
      TsrTie tie[TSR_NOISE_BANDS];
      tsr_noise_ties_at (
          model,
          c,
          tsr_curve_at_extended (inputs[best].sound_s_over_result_s, result_s),
          tie);
      for (int b = 0; b < TSR_NOISE_BANDS; b++)
        out[b] = (TsrKeptTie){(int8_t)lrint (fmin (fmax (127 * tie[b].re, -127), 127)),
                              (int8_t)lrint (fmin (fmax (127 * tie[b].im, -127), 127))};
    }
}

/* A copy of a transient at its place in the result, at its weight. */
static bool
copy_transient (TsrNoiseModel            *made,
                const TsrNoiseMorphInput *input,
                const TsrTransient       *from)
{
  const TsrNoiseModel *model = input->model;
  double               onset_s = (double)from->onset / model->rate_hz;
  double result_s = tsr_curve_inverse_extended (input->sound_s_over_result_s, onset_s);
  double weight = weight_at (input, result_s);
  size_t size = (made->n_transients + 1) * sizeof *made->transients;

  if (weight < LEAST_WEIGHT)
    return true;
  TsrTransient *transients = realloc (made->transients, size);
  if (transients == NULL)
    return false;
  made->transients = transients;
  TsrTransient *t = &transients[made->n_transients];
  *t = *from;
  t->weight = from->weight * weight;
  t->onset = (int64_t)llrint (result_s * made->rate_hz);
  t->first = t->onset - (from->onset - from->first);
  t->samples = malloc ((size_t)t->n_frames * made->n_channels * sizeof *t->samples);
  if (t->samples == NULL)
    return false;
  made->n_transients++;
  for (unsigned c = 0; c < made->n_channels; c++) {
    const float *in = from->samples + (int64_t)channel_of (model, c) * from->n_frames;
    for (int64_t i = 0; i < t->n_frames; i++)
      t->samples[(int64_t)c * t->n_frames + i] = (float)(weight * (double)in[i]);
  }
  return true;
}

static int
compare_transients (const void *a, const void *b)
{
  const TsrTransient *x = a, *y = b;
  return (x->onset > y->onset) - (x->onset < y->onset);
}

static bool
mix_transients (TsrNoiseModel *made, const TsrNoiseMorphInput *inputs, size_t n)
{
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; inputs[k].model != NULL && i < inputs[k].model->n_transients; i++)
      if (!copy_transient (made, &inputs[k], &inputs[k].model->transients[i]))
        return false;
  if (made->n_transients > 0)
    qsort (made->transients,
           made->n_transients,
           sizeof *made->transients,
           compare_transients);
  return true;
}

static bool
fill (TsrNoiseModel *made, const TsrNoiseMorphInput *inputs, size_t n)
{
  made->fft = tsr_real_fft_new (made->size);
  made->log_power = malloc (made->n_steps * made->n_channels * TSR_NOISE_BANDS *
                            sizeof *made->log_power);
  if (made->n_channels > 1)
    made->ties = malloc ((made->n_channels - 1) * made->n_ties * TSR_NOISE_BANDS *
                         sizeof *made->ties);
  if (made->fft == NULL || made->log_power == NULL ||
      (made->n_channels > 1 && made->ties == NULL))
    return false;
  for (unsigned c = 0; c < made->n_channels; c++)
    for (size_t s = 0; s < made->n_steps; s++)
      mix_bands (inputs,
                 n,
                 c,
                 (double)(s * made->hop) / made->rate_hz,
                 made->log_power + (c * made->n_steps + s) * TSR_NOISE_BANDS);
  mix_ties (made, inputs, n);
  return mix_transients (made, inputs, n);
}

TsrStatus
tsr_noise_model_morph (const TsrNoiseMorphInput *inputs,
                       size_t                    n,
                       unsigned                  n_channels,
                       double                    duration_s,
                       TsrNoiseModel           **model)
{
  const TsrNoiseModel *like = rate_model (inputs, n);

  for (size_t k = 0; k < n; k++)
    if (like == NULL ||
        (inputs[k].model != NULL && inputs[k].model->rate_hz != like->rate_hz))
      return TSR_STATUS_INVALID_ARGUMENT;
  TsrNoiseModel *made = calloc (1, sizeof *made);
  if (made == NULL)
    return TSR_STATUS_NO_MEMORY;
  atomic_init (&made->n_refs, 1);
  made->rate_hz = like->rate_hz;
  made->n_channels = n_channels;
  made->n_frames = (int64_t)llrint (duration_s * like->rate_hz);
  made->size = like->size;
  made->hop = like->hop;
  made->taper = like->taper;
  made->n_steps = (size_t)made->n_frames / made->hop + 2;
  made->n_ties = (made->n_steps + TSR_NOISE_TIE_STEPS - 1) / TSR_NOISE_TIE_STEPS;
  memcpy (made->centre_hz, like->centre_hz, sizeof made->centre_hz);
  if (!fill (made, inputs, n)) {
    tsr_noise_model_unref (made);
    return TSR_STATUS_NO_MEMORY;
  }
  *model = made;
  return TSR_STATUS_OK;
}
