/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory and tables of live noise.
 */
#include "model/dsp/partials/noise-live-private.h"

#include <stdlib.h>

#include "model/dsp/partials/oscillator-bank.h"

static bool
allocate (TsrLiveNoise *self)
{
  size_t n_bins = self->size / 2 + 1;

  self->fft = tsr_real_fftf_new (self->size);
  self->window = calloc (self->size, sizeof *self->window);
  self->shape = calloc (n_bins, sizeof *self->shape);
  /* Written to now: no page fault in the callback. */
  self->sums = tsr_fft_alloc (self->size * self->n_channels * sizeof *self->sums);
  self->weights = tsr_fft_alloc (self->size * sizeof *self->weights);
  self->values = tsr_fft_alloc (self->size * sizeof *self->values);
  self->bins = tsr_fft_alloc (n_bins * sizeof *self->bins);
  self->first = tsr_fft_alloc (n_bins * sizeof *self->first);
  return self->fft != NULL && self->window != NULL && self->shape != NULL &&
         self->sums != NULL && self->weights != NULL && self->values != NULL &&
         self->bins != NULL && self->first != NULL;
}

/* Place of a frequency in the table of a live filter. */
static double
table_entry (double hz)
{
  double octaves = log2 (TSR_GAIN_TABLE_HIGH_HZ / TSR_GAIN_TABLE_LOW_HZ);
  double entry = log2 (fmax (hz, TSR_GAIN_TABLE_LOW_HZ) / TSR_GAIN_TABLE_LOW_HZ) /
                 octaves * (TSR_GAIN_TABLE_SIZE - 1);

  return fmin (entry, TSR_GAIN_TABLE_SIZE - 1.001);
}

static void
fill_shape (TsrLiveNoise *self, double gain_db, const TsrCurve *gain_db_over_hz)
{
  const TsrNoiseModel *model = self->model;
  int                  b = 0;

  for (size_t k = 0; k <= self->size / 2; k++) {
    double hz = (double)k * self->rate_hz / (double)self->size, db = gain_db;
    while (b < TSR_NOISE_BANDS - 2 && hz >= model->centre_hz[b + 1])
      b++;
    double u =
        (hz - model->centre_hz[b]) / (model->centre_hz[b + 1] - model->centre_hz[b]);
    if (gain_db_over_hz != NULL)
      db += tsr_curve_at (gain_db_over_hz, hz);
    double gain = pow (10, db / 20) * sqrt (self->rate_hz / model->rate_hz);
    if (hz > model->rate_hz / 2 * (1 + 1e-9))
      gain = 0;
    self->shape[k] = (TsrLiveBin){.band = (uint8_t)b,
                                  .towards = (float)fmin (fmax (u, 0), 1),
                                  .gain = (float)gain,
                                  .entry = (float)table_entry (hz),
                                  .octaves = (float)tsr_tilt_octaves (hz)};
  }
}

/* What the laws do at each step of the model. */
static bool
fill_laws (TsrLiveNoise *self, const TsrResidualLaws *laws)
{
  const TsrNoiseModel *model = self->model;

  if (tsr_residual_laws_size (laws) == 0 || model->n_steps == 0)
    return true;
  self->law_gain = calloc (model->n_steps, sizeof *self->law_gain);
  self->law_tilt_db = calloc (model->n_steps, sizeof *self->law_tilt_db);
  if (self->law_gain == NULL || self->law_tilt_db == NULL)
    return false;
  for (size_t i = 0; i < model->n_steps; i++) {
    double source_s = (double)(i * model->hop) / model->rate_hz;
    self->law_gain[i] = (float)tsr_residual_laws_gain (laws, source_s);
    self->law_tilt_db[i] = (float)tsr_residual_laws_tilt_db (laws, source_s);
  }
  return true;
}

/* Takes a zeroed one, with what it is of. */
static TsrLiveNoise *
set_up (TsrLiveNoise   *self,
        double          rate_hz,
        double          gain_db,
        const TsrCurve *gain_db_over_hz)
{
  self->rate_hz = rate_hz;
  self->size = tsr_noise_frame_size (rate_hz);
  self->hop = self->size / 4;
  self->is_new = true;
  if (!allocate (self)) {
    tsr_live_noise_free (self);
    return NULL;
  }
  for (size_t i = 0; i < self->size; i++)
    self->window[i] = (float)tsr_noise_window (i, self->size);
  fill_shape (self, gain_db, gain_db_over_hz);
  return self;
}

TsrLiveNoise *
tsr_live_noise_new (TsrNoiseModel         *model,
                    double                 rate_hz,
                    double                 gain_db,
                    const TsrCurve        *gain_db_over_hz,
                    const TsrResidualLaws *laws)
{
  TsrLiveNoise *self = calloc (1, sizeof *self);

  if (self == NULL)
    return NULL;
  self->model = tsr_noise_model_ref (model);
  self->n_channels = model->n_channels;
  if (fill_laws (self, laws))
    return set_up (self, rate_hz, gain_db, gain_db_over_hz);
  tsr_live_noise_free (self);
  return NULL;
}

TsrLiveNoise *
tsr_live_noise_new_morph (TsrNoiseModel *const    *models,
                          size_t                   n,
                          unsigned                 n_channels,
                          double                   rate_hz,
                          const TsrOscillatorBank *bank)
{
  TsrLiveNoise *self = calloc (1, sizeof *self);

  if (self == NULL)
    return NULL;
  self->is_morph = true;
  self->morph = (TsrLiveNoiseMorph){.n = n, .bank = bank};
  self->n_channels = n_channels;
  for (size_t k = 0; k < n; k++) {
    if (models[k] == NULL)
      continue;
    self->morph.models[k] = tsr_noise_model_ref (models[k]);
    if (self->model == NULL)
      self->model = tsr_noise_model_ref (models[k]);
  }
  if (self->model == NULL) {
    tsr_live_noise_free (self);
    return NULL;
  }
  return set_up (self, rate_hz, 0, NULL);
}

void
tsr_live_noise_free (TsrLiveNoise *self)
{
  if (self == NULL)
    return;
  tsr_noise_model_unref (self->model);
  for (size_t k = 0; k < self->morph.n; k++)
    tsr_noise_model_unref (self->morph.models[k]);
  tsr_real_fftf_free (self->fft);
  free (self->window);
  free (self->shape);
  tsr_fft_free (self->sums);
  tsr_fft_free (self->weights);
  free (self->law_gain);
  free (self->law_tilt_db);
  tsr_fft_free (self->values);
  tsr_fft_free (self->bins);
  tsr_fft_free (self->first);
  free (self);
}
