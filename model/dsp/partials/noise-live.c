/* SPDX-License-Identifier: GPL-3.0-or-later
 * Live noise: overlapping frames of white streams, each shaped by the model's bands at
 * the time that its middle is going to have (algorithm note 5.3).
 */
#include "model/dsp/partials/noise-live-private.h"

#include <math.h>
#include <string.h>

#include "model/dsp/partials/bandwidth-noise.h"

/* Of squared windows, where a frame may sound at all; as in files. */
#define LEAST_WEIGHT 0.01F
/* Another stream than that of files: both may be heard in one crossfade. */
#define STREAM_ID 0x6c697666
#define LOG2_PER_DB 0.16609640F /* of an amplitude */

void
tsr_live_noise_reset (TsrLiveNoise *self)
{
  self->is_new = true;
}

/* ---- what the noise is like at a time ---- */

/* Means of the logarithms of the bands of all sounds; false when all are silent. */
static bool
mixed_bands_at (const TsrLiveNoise *self,
                unsigned            channel,
                double              result_s,
                double              power[TSR_NOISE_BANDS])
{
  const TsrOscillatorBank *bank = self->morph.bank;
  double                   sums[TSR_NOISE_BANDS] = {0}, total = 0;
  bool                     any = false;
  TsrMorphMix              mix;

  tsr_oscillator_bank_mix_at (bank, result_s, &mix);
  for (size_t k = 0; k < self->morph.n; k++) {
    const TsrNoiseModel *model = self->morph.models[k];
    double               own[TSR_NOISE_BANDS] = {0};
    if (!(mix.noise[k] > 0))
      continue;
    if (model != NULL)
      tsr_noise_bands_at (model,
                          channel < model->n_channels ? channel : model->n_channels - 1,
                          tsr_oscillator_bank_sound_s (bank, k, result_s),
                          own);
    for (int b = 0; b < TSR_NOISE_BANDS; b++)
      sums[b] += mix.noise[k] * fmax (TSR_NOISE_LEAST_LOG, log (own[b] + 1e-300));
    total += mix.noise[k];
  }
  for (int b = 0; b < TSR_NOISE_BANDS; b++) {
    double level = total > 0 ? sums[b] / total : TSR_NOISE_LEAST_LOG;
    power[b] = level > TSR_NOISE_LEAST_LOG + 1e-9 ? exp (level) : 0;
    any = any || power[b] > 0;
  }
  return any;
}

/* Ties are those of the sound that weighs most. */
static void
mixed_ties_at (const TsrLiveNoise *self,
               unsigned            channel,
               double              result_s,
               TsrTie              tie[TSR_NOISE_BANDS])
{
  TsrMorphMix mix;
  size_t      best = 0;

  tsr_oscillator_bank_mix_at (self->morph.bank, result_s, &mix);
  for (size_t k = 1; k < self->morph.n; k++)
    if (mix.noise[k] > mix.noise[best])
      best = k;
  const TsrNoiseModel *model = self->morph.models[best];
  for (int b = 0; b < TSR_NOISE_BANDS; b++)
    tie[b] = (TsrTie){1, 0}; /* a mono sound is the same on both sides */
  if (model != NULL && model->n_channels > channel)
    tsr_noise_ties_at (model,
                       channel,
                       tsr_oscillator_bank_sound_s (self->morph.bank, best, result_s),
                       tie);
}

static bool
bands_at (const TsrLiveNoise *self,
          unsigned            channel,
          double              residual_s,
          double              power[TSR_NOISE_BANDS])
{
  return self->is_morph ? mixed_bands_at (self, channel, residual_s, power)
                        : tsr_noise_bands_at (self->model, channel, residual_s, power);
}

static void
ties_at (const TsrLiveNoise *self,
         unsigned            channel,
         double              residual_s,
         TsrTie              tie[TSR_NOISE_BANDS])
{
  if (self->is_morph)
    mixed_ties_at (self, channel, residual_s, tie);
  else
    tsr_noise_ties_at (self->model, channel, residual_s, tie);
}

/* ---- frames ---- */

static void
white_bins (TsrLiveNoise *self, unsigned channel, float complex *bins)
{
  TsrNoiseSeed seed = tsr_noise_seed (STREAM_ID + (int64_t)channel);
  const float  scale = 1.7320508F * 0x1p-31F; /* variance 1 */

  for (size_t i = 0; i < self->size; i++)
    self->values[i] =
        scale * self->window[i] * (float)tsr_white_noise (seed, self->at + (uint32_t)i);
  tsr_real_fftf_forward (self->fft, self->values, bins);
}

static float
between (const double *values, int at, float towards)
{
  return (float)values[at] + towards * (float)(values[at + 1] - values[at]);
}

static float
filter_at (const float *table, float entry)
{
  int i = (int)entry;
  return table[i] + (entry - (float)i) * (table[i + 1] - table[i]);
}

static void
tie_bins (TsrLiveNoise *self, const TsrTie *tie)
{
  for (size_t k = 0; k <= self->size / 2; k++) {
    const TsrLiveBin *bin = &self->shape[k];
    const TsrTie     *low = &tie[bin->band], *high = low + 1;
    float             re = (float)low->re + bin->towards * (float)(high->re - low->re);
    float             im = (float)low->im + bin->towards * (float)(high->im - low->im);
    float             own = sqrtf (fmaxf (0, 1 - re * re - im * im));
    self->bins[k] = self->bins[k] * own + self->first[k] * (re + I * im);
  }
}

static float
law_at (const TsrLiveNoise *self, const float *law, double residual_s)
{
  double step = residual_s * self->model->rate_hz / (double)self->model->hop;
  size_t last = self->model->n_steps - 1;

  if (!(step > 0))
    return law[0];
  if (step >= (double)last)
    return law[last];
  size_t i = (size_t)step;
  return law[i] + (float)(step - (double)i) * (law[i + 1] - law[i]);
}

/* What edits by curves over time leave of the bins; tilts within the bounds that files
 * have (tilt-filter.c): 2^128 would be infinite. */
static void
apply_laws (TsrLiveNoise *self, double residual_s)
{
  const float most = 120 * LOG2_PER_DB;
  float       gain = law_at (self, self->law_gain, residual_s);
  float       tilt = law_at (self, self->law_tilt_db, residual_s) * LOG2_PER_DB;

  for (size_t k = 0; k <= self->size / 2; k++) {
    float power = fmaxf (-most, fminf (most, tilt * self->shape[k].octaves));
    self->bins[k] *= tilt == 0 ? gain : gain * exp2f (power);
  }
}

/* Samples of a frame. */
typedef struct {
  size_t from, end;
} Part;

/* What lies between the same onsets as the frame's middle, as in files; the sounds of a
 * morph have no onsets in common. */
static Part
part_of_frame (const TsrLiveNoise *self, double middle_s, double speed)
{
  Part   part = {.end = self->size};
  double middle = 0.5 * (double)self->size, rate_hz = self->model->rate_hz;

  if (self->is_morph || speed == 0)
    return part;
  size_t next = tsr_noise_transient_behind (self->model, middle_s * rate_hz);
  for (size_t i = next > 0 ? next - 1 : 0; i < self->model->n_transients && i <= next;
       i++) {
    double onset_s = (double)self->model->transients[i].onset / rate_hz;
    double at = ceil (middle + (onset_s - middle_s) / speed * self->rate_hz - 1e-6);
    if (at > middle)
      part.end = at < (double)part.end ? (size_t)at : part.end;
    else
      part.from = at > (double)part.from ? (size_t)at : part.from;
  }
  return part;
}

/* Adds a channel's part of a frame to what comes next. */
static void
add_channel (TsrLiveNoise *self,
             unsigned      channel,
             double        residual_s,
             Part          part,
             const float  *filter_gain)
{
  double power[TSR_NOISE_BANDS];
  TsrTie tie[TSR_NOISE_BANDS];
  float *sums = self->sums + channel * self->size;
  float  scale = 1 / (float)self->size;

  if (!bands_at (self, channel, residual_s, power))
    return;
  white_bins (self, channel, self->bins);
  if (channel > 0) {
    white_bins (self, 0, self->first);
    ties_at (self, channel, residual_s, tie);
    tie_bins (self, tie);
  }
  for (size_t k = 0; k <= self->size / 2; k++) {
    const TsrLiveBin *bin = &self->shape[k];
    float gain = bin->gain * sqrtf (fmaxf (0, between (power, bin->band, bin->towards)));
    if (filter_gain != NULL)
      gain *= filter_at (filter_gain, bin->entry);
    self->bins[k] *= gain;
  }
  if (self->law_gain != NULL)
    apply_laws (self, residual_s);
  tsr_real_fftf_inverse (self->fft, self->bins, self->values);
  for (size_t i = part.from; i < part.end; i++)
    sums[i] += scale * self->window[i] * self->values[i];
}

static void
move_on (const TsrLiveNoise *self, float *sums)
{
  memmove (sums, sums + self->hop, (self->size - self->hop) * sizeof *sums);
  memset (sums + self->size - self->hop, 0, self->hop * sizeof *sums);
}

/* One more frame, which begins with what comes next. */
static void
add_frame (TsrLiveNoise *self, double residual_s, double speed, const float *filter_gain)
{
  double middle_s = residual_s + speed * 0.5 * (double)self->size / self->rate_hz;
  Part   part = part_of_frame (self, middle_s, speed);

  move_on (self, self->weights);
  for (size_t i = part.from; i < part.end; i++)
    self->weights[i] += self->window[i] * self->window[i];
  for (unsigned c = 0; c < self->n_channels; c++) {
    move_on (self, self->sums + c * self->size);
    add_channel (self, c, middle_s, part, filter_gain);
  }
  self->at += (uint32_t)self->hop;
  self->n_ready = self->hop;
}

/* The three frames that would have begun before. */
static void
begin (TsrLiveNoise *self, double residual_s, double speed, const float *filter_gain)
{
  double hop_s = speed * (double)self->hop / self->rate_hz;

  memset (self->sums, 0, self->size * self->n_channels * sizeof *self->sums);
  memset (self->weights, 0, self->size * sizeof *self->weights);
  for (int i = 3; i > 0; i--)
    add_frame (self, residual_s - i * hop_s, speed, filter_gain);
  self->n_ready = 0;
  self->is_new = false;
}

void
tsr_live_noise_render (TsrLiveNoise *self,
                       double        residual_s,
                       double        speed,
                       const float  *filter_gain,
                       float *const *out,
                       size_t        n_frames)
{
  unsigned n_channels = self->n_channels;

  if (self->is_new)
    begin (self, residual_s, speed, filter_gain);
  for (size_t done = 0, n; done < n_frames; done += n) {
    if (self->n_ready == 0)
      add_frame (
          self, residual_s + speed * (double)done / self->rate_hz, speed, filter_gain);
    n = n_frames - done < self->n_ready ? n_frames - done : self->n_ready;
    size_t       first = self->hop - self->n_ready;
    const float *weights = self->weights + first;
    for (unsigned c = 0; c < (n_channels == 1 ? 2 : n_channels); c++) {
      const float *from = self->sums + (n_channels == 1 ? 0 : c) * self->size + first;
      for (size_t i = 0; i < n; i++)
        out[c % 2][done + i] += weights[i] > LEAST_WEIGHT ? from[i] / weights[i] : 0;
    }
    self->n_ready -= n;
  }
}
