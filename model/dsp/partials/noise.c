/* SPDX-License-Identifier: GPL-3.0-or-later
 * Making a noise model: transients aside, the mean power of short frames in 48 bands
 * spaced evenly on the scale of equivalent rectangular bandwidths (algorithm note 5.3),
 * and in each of them the correlation of the channels, so that what was in the middle
 * stays there.
 */
#include "model/dsp/partials/noise.h"

#include "model/dsp/partials/noise-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A whole number of ties, so that no two workers add to one. */
enum {
  STEPS_PER_ITEM = 4 * TSR_NOISE_TIE_STEPS,
  WAVE = 64,
  MISSING = INT16_MIN,
  N_SHARPEN = 2
};

size_t
tsr_noise_frame_size (double rate_hz)
{
  size_t quarter = (size_t)fmin (fmax (rint (256 * rate_hz / 44100), 16), 1 << 16);
  return 4 * tsr_fft_good_size (quarter);
}

double
tsr_noise_window (size_t i, size_t size)
{
  return sin (M_PI * ((double)i + 0.5) / (double)size);
}

/* ERB rate (Glasberg and Moore 1990) and back. */
static double
erb_rate (double hz)
{
  return 21.4 * log10 (1 + 0.00437 * hz);
}

static double
hz_of_erb_rate (double rate)
{
  return (pow (10, rate / 21.4) - 1) / 0.00437;
}

/* Centres from 0 to half the rate, a constant step apart on the ERB scale, but no nearer
 * than 1.5 bins; the step is found by bisection. */
static void
place_bands (TsrNoiseModel *model)
{
  double nyquist_hz = model->rate_hz / 2;
  double gap_hz = 1.5 * model->rate_hz / (double)model->size;
  double low = 0, high = erb_rate (nyquist_hz);

  gap_hz = fmin (gap_hz, nyquist_hz / (TSR_NOISE_BANDS - 1));
  for (int pass = 0; pass < 60; pass++) {
    double step = 0.5 * (low + high);
    model->centre_hz[0] = 0;
    for (int b = 1; b < TSR_NOISE_BANDS; b++) {
      double last_hz = model->centre_hz[b - 1];
      double next_hz = hz_of_erb_rate (erb_rate (last_hz) + step);
      model->centre_hz[b] = fmax (next_hz, last_hz + gap_hz);
    }
    if (model->centre_hz[TSR_NOISE_BANDS - 1] > nyquist_hz)
      high = step;
    else
      low = step;
  }
  model->centre_hz[TSR_NOISE_BANDS - 1] = nyquist_hz;
}

typedef struct {
  double         *values; /* size */
  double complex *bins;   /* size / 2 + 1 */
  double complex *first;  /* likewise, of channel 0 */
  double         *powers; /* of bins, twice */
} Scratch;

/* What a tie is made of: sums over its steps and the bins of a band. */
typedef struct {
  double re, im, power[2];
} TieSums;

typedef struct {
  TsrNoiseModel   *model;
  const TsrSignal *residual;
  const TsrJob    *job;
  Scratch         *scratch; /* one for each worker */
  TieSums         *sums;    /* as the model's ties */
  size_t           first_item;
} Analysis;

/* The samples around a frame's centre that lie between the same transients, and none
 * where a transient has the centre: so a frame before an attack does not hear what
 * follows it. */
static void
find_stretch (const TsrNoiseModel *model, int64_t centre, int64_t *first, int64_t *end)
{
  size_t low = 0, high = model->n_transients; /* first transient that ends after it */

  while (low < high) {
    size_t              middle = (low + high) / 2;
    const TsrTransient *t = &model->transients[middle];
    if (t->first + t->n_frames <= centre)
      low = middle + 1;
    else
      high = middle;
  }
  *first = 0;
  *end = model->n_frames;
  if (low > 0) {
    const TsrTransient *before = &model->transients[low - 1];
    *first = before->first + before->n_frames;
  }
  if (low < model->n_transients)
    *end = model->transients[low].first;
}

/* Windows the frame centred at step; the share of the window's energy that transients
 * leave. */
static double
window_frame (const Analysis *analysis, unsigned channel, size_t step, double *values)
{
  const TsrNoiseModel *model = analysis->model;
  const float         *x = tsr_signal_channel (analysis->residual, channel);
  int64_t              centre = (int64_t)(step * model->hop), from, end;
  int64_t              first = centre - (int64_t)(model->size / 2);
  double               left = 0;

  find_stretch (model, centre, &from, &end);
  for (size_t i = 0; i < model->size; i++) {
    int64_t n = first + (int64_t)i;
    double  w = tsr_noise_window (i, model->size);
    bool    is_in = (n >= from || from == 0) && (n < end || end == model->n_frames);
    values[i] = n >= from && n < end ? w * (double)x[n] : 0;
    left += is_in ? w * w : 0;
  }
  return left / (0.5 * (double)model->size);
}

/* The band below a bin's frequency, from that of an earlier bin on, and how far it lies
 * towards the next. */
static double
place_in_bands (const TsrNoiseModel *model, size_t bin, int *band)
{
  double hz = (double)bin * model->rate_hz / (double)model->size;

  while (*band < TSR_NOISE_BANDS - 2 && hz >= model->centre_hz[*band + 1])
    ++*band;
  double low_hz = model->centre_hz[*band], high_hz = model->centre_hz[*band + 1];
  return fmin (fmax ((hz - low_hz) / (high_hz - low_hz), 0), 1);
}

static double
square_of (double complex x)
{
  return creal (x) * creal (x) + cimag (x) * cimag (x);
}

/* Sums of the bins' squares in each band's triangle, weighed by `share` of each bin. */
static void
sum_bands (const TsrNoiseModel *model,
           const double        *squares,
           double               power[TSR_NOISE_BANDS],
           double               weight[TSR_NOISE_BANDS])
{
  int b = 0;

  memset (power, 0, TSR_NOISE_BANDS * sizeof *power);
  memset (weight, 0, TSR_NOISE_BANDS * sizeof *weight);
  for (size_t k = 0; k <= model->size / 2; k++) {
    double u = place_in_bands (model, k, &b);
    power[b] += (1 - u) * squares[k];
    weight[b] += 1 - u;
    power[b + 1] += u * squares[k];
    weight[b + 1] += u;
  }
}

/* Powers of the bands between which, on straight lines, the bins' squares lie: their mean
 * in each band's triangle, sharpened (Richardson 1972, Lucy 1974), so that bands next to
 * a loud one do not get a share of it. */
static void
fit_bands (const TsrNoiseModel *model,
           const double        *squares,
           double              *ratios,
           double               mean[TSR_NOISE_BANDS])
{
  double power[TSR_NOISE_BANDS], weight[TSR_NOISE_BANDS];

  sum_bands (model, squares, power, weight);
  for (int b = 0; b < TSR_NOISE_BANDS; b++)
    mean[b] = weight[b] > 0 ? power[b] / weight[b] : 0;
  for (int i = 0; i < N_SHARPEN; i++) {
    int b = 0;
    for (size_t k = 0; k <= model->size / 2; k++) {
      double u = place_in_bands (model, k, &b);
      ratios[k] = squares[k] / ((1 - u) * mean[b] + u * mean[b + 1] + 1e-300);
    }
    sum_bands (model, ratios, power, weight);
    for (b = 0; b < TSR_NOISE_BANDS; b++)
      mean[b] *= weight[b] > 0 ? power[b] / weight[b] : 0;
  }
}

/* Powers of the bands of a frame, as kept. `scratch` has room for the bins. */
static void
measure_bands (const TsrNoiseModel  *model,
               const double complex *bins,
               double                share,
               double               *scratch,
               int16_t               log_power[TSR_NOISE_BANDS])
{
  size_t n = model->size / 2 + 1;
  double mean[TSR_NOISE_BANDS], scale = 1 / (0.5 * (double)model->size * share);

  for (size_t k = 0; k < n; k++)
    scratch[k] = scale * square_of (bins[k]);
  fit_bands (model, scratch, scratch + n, mean);
  for (int b = 0; b < TSR_NOISE_BANDS; b++) {
    double x = TSR_NOISE_LOG_SCALE * log (mean[b] + 1e-300);
    log_power[b] =
        (int16_t)lrint (fmin (fmax (x, TSR_NOISE_LOG_SILENT), -TSR_NOISE_LOG_SILENT));
  }
}

/* Adds a frame of two channels to a tie's sums. */
static void
measure_tie (const TsrNoiseModel  *model,
             const double complex *first,
             const double complex *bins,
             TieSums               sums[TSR_NOISE_BANDS])
{
  int b = 0;

  for (size_t k = 0; k <= model->size / 2; k++) {
    double         u = place_in_bands (model, k, &b);
    double complex cross = conj (first[k]) * bins[k];
    double         powers[2] = {square_of (first[k]), square_of (bins[k])};
    for (int i = 0; i < 2; i++) {
      TieSums *sum = &sums[b + i];
      double   weight = i == 0 ? 1 - u : u;
      sum->re += weight * creal (cross);
      sum->im += weight * cimag (cross);
      sum->power[0] += weight * powers[0];
      sum->power[1] += weight * powers[1];
    }
  }
}

static int16_t *
bands_of (const TsrNoiseModel *model, unsigned channel, size_t step)
{
  return model->log_power + (channel * model->n_steps + step) * TSR_NOISE_BANDS;
}

static size_t
tie_at (const TsrNoiseModel *model, unsigned channel, size_t tie)
{
  return ((channel - 1) * model->n_ties + tie) * TSR_NOISE_BANDS;
}

/* One step of all channels. */
static void
analyse_step (Analysis *analysis, size_t step, Scratch *scratch)
{
  TsrNoiseModel *model = analysis->model;
  bool           has_first = false;

  for (unsigned c = 0; c < model->n_channels; c++) {
    int16_t        *bands = bands_of (model, c, step);
    double complex *bins = c == 0 ? scratch->first : scratch->bins;
    double          share = window_frame (analysis, c, step, scratch->values);
    if (share < 0.4) {
      bands[0] = MISSING;
      continue;
    }
    tsr_real_fft_forward (model->fft, scratch->values, bins);
    measure_bands (model, bins, share, scratch->powers, bands);
    if (c > 0 && has_first)
      measure_tie (model,
                   scratch->first,
                   bins,
                   analysis->sums + tie_at (model, c, step / TSR_NOISE_TIE_STEPS));
    has_first = has_first || c == 0;
  }
}

static void
analyse_item_cb (void *data, size_t item, size_t worker)
{
  Analysis *analysis = data;
  size_t    first = (analysis->first_item + item) * STEPS_PER_ITEM;

  if (tsr_job_cancelled (analysis->job))
    return;
  for (size_t s = first; s < first + STEPS_PER_ITEM && s < analysis->model->n_steps; s++)
    analyse_step (analysis, s, &analysis->scratch[worker]);
}

/* Correlations from the sums of three ties, the middle one counted twice. */
static void
keep_ties (TsrNoiseModel *model, unsigned channel, const TieSums *sums)
{
  for (size_t k = 0; k < model->n_ties; k++)
    for (size_t b = 0; b < TSR_NOISE_BANDS; b++) {
      size_t  at = tie_at (model, channel, k) + b;
      TieSums sum = {0};
      for (int d = -1; d <= 1; d++) {
        if ((d < 0 && k == 0) || (d > 0 && k + 1 == model->n_ties))
          continue;
        const TieSums *from = sums + (int64_t)at + d * TSR_NOISE_BANDS;
        double         weight = d == 0 ? 2 : 1;
        sum.re += weight * from->re;
        sum.im += weight * from->im;
        sum.power[0] += weight * from->power[0];
        sum.power[1] += weight * from->power[1];
      }
      double scale = 127 / sqrt (fmax (sum.power[0] * sum.power[1], 1e-200));
      model->ties[at].re = (int8_t)lrint (fmin (fmax (scale * sum.re, -127), 127));
      model->ties[at].im = (int8_t)lrint (fmin (fmax (scale * sum.im, -127), 127));
    }
}

/* Bands of the steps first .. end - 1 that transients left nothing of: up to an onset
 * those of the step before, then of the step after. */
static void
fill_steps (TsrNoiseModel *model, unsigned channel, size_t first, size_t end)
{
  const int16_t *before = first > 0 ? bands_of (model, channel, first - 1) : NULL;
  const int16_t *after = end < model->n_steps ? bands_of (model, channel, end) : NULL;
  double         hop = (double)model->hop, onset = 0;

  if (before != NULL) {
    size_t next = tsr_noise_transient_behind (model, (double)(first - 1) * hop);
    onset = next < model->n_transients ? (double)model->transients[next].onset : INFINITY;
  }
  for (size_t s = first; s < end; s++) {
    bool           is_before = after == NULL || (double)s * hop < onset;
    const int16_t *from = is_before && before != NULL ? before : after;
    int16_t       *bands = bands_of (model, channel, s);
    for (int b = 0; b < TSR_NOISE_BANDS; b++)
      bands[b] = from != NULL ? from[b] : TSR_NOISE_LOG_SILENT;
  }
}

static void
fill_missing (TsrNoiseModel *model, unsigned channel)
{
  for (size_t s = 0; s < model->n_steps; s++) {
    if (bands_of (model, channel, s)[0] != MISSING)
      continue;
    size_t end = s;
    while (end < model->n_steps && bands_of (model, channel, end)[0] == MISSING)
      end++;
    fill_steps (model, channel, s, end);
    s = end;
  }
}

static TsrStatus
analyse_bands (Analysis *analysis)
{
  TsrNoiseModel *model = analysis->model;
  size_t         n_items = (model->n_steps + STEPS_PER_ITEM - 1) / STEPS_PER_ITEM;

  for (size_t i = 0; i < n_items; i += WAVE) {
    size_t n = n_items - i < WAVE ? n_items - i : WAVE;
    analysis->first_item = i;
    tsr_job_parallel_for (analysis->job, n, analyse_item_cb, analysis);
    if (tsr_job_cancelled (analysis->job))
      return TSR_STATUS_CANCELLED;
    int64_t done = (int64_t)(i * STEPS_PER_ITEM * model->hop);
    tsr_signal_discard (analysis->residual, 0, done);
    tsr_job_progress (analysis->job, (double)(i + n) / (double)n_items);
  }
  for (unsigned c = 0; c < model->n_channels; c++)
    fill_missing (model, c);
  for (unsigned c = 1; c < model->n_channels; c++)
    keep_ties (model, c, analysis->sums);
  return TSR_STATUS_OK;
}

static void
scratch_free (Scratch *scratch, size_t n)
{
  for (size_t i = 0; scratch != NULL && i < n; i++) {
    tsr_fft_free (scratch[i].values);
    tsr_fft_free (scratch[i].bins);
    tsr_fft_free (scratch[i].first);
    tsr_fft_free (scratch[i].powers);
  }
  free (scratch);
}

static Scratch *
scratch_new (size_t n, size_t size)
{
  Scratch *scratch = calloc (n, sizeof *scratch);

  for (size_t i = 0; scratch != NULL && i < n; i++) {
    scratch[i].values = tsr_fft_alloc (size * sizeof (double));
    scratch[i].bins = tsr_fft_alloc ((size / 2 + 1) * sizeof (double complex));
    scratch[i].first = tsr_fft_alloc ((size / 2 + 1) * sizeof (double complex));
    scratch[i].powers = tsr_fft_alloc ((size + 2) * sizeof (double));
    if (scratch[i].powers == NULL || scratch[i].values == NULL ||
        scratch[i].bins == NULL || scratch[i].first == NULL) {
      scratch_free (scratch, n);
      return NULL;
    }
  }
  return scratch;
}

/* Room for the model's bands and ties. */
static bool
allocate (TsrNoiseModel *model)
{
  size_t count = model->n_steps * model->n_channels * TSR_NOISE_BANDS;
  size_t n_ties = model->n_ties * (model->n_channels - 1) * TSR_NOISE_BANDS;

  model->fft = tsr_real_fft_new (model->size);
  model->log_power = malloc (count * sizeof *model->log_power);
  if (n_ties > 0)
    model->ties = calloc (n_ties, sizeof *model->ties);
  return model->fft != NULL && model->log_power != NULL &&
         (n_ties == 0 || model->ties != NULL);
}

static TsrStatus
fill (TsrNoiseModel *model, const TsrSignal *residual, const TsrJob *job)
{
  place_bands (model);
  if (!allocate (model))
    return TSR_STATUS_NO_MEMORY;
  TsrStatus status = tsr_noise_find_transients (model, residual, job);
  if (status != TSR_STATUS_OK)
    return status;
  Analysis analysis = {.model = model, .residual = residual, .job = job};
  size_t   n_workers = tsr_job_n_workers (job);
  size_t   n_sums = model->n_ties * (model->n_channels - 1) * TSR_NOISE_BANDS;
  analysis.scratch = scratch_new (n_workers, model->size);
  analysis.sums = calloc (n_sums + 1, sizeof *analysis.sums);
  status = analysis.scratch != NULL && analysis.sums != NULL ? analyse_bands (&analysis)
                                                             : TSR_STATUS_NO_MEMORY;
  scratch_free (analysis.scratch, n_workers);
  free (analysis.sums);
  return status;
}

TsrStatus
tsr_noise_model_new (const TsrSignal *residual, const TsrJob *job, TsrNoiseModel **model)
{
  TsrNoiseModel *made = calloc (1, sizeof *made);

  if (made == NULL)
    return TSR_STATUS_NO_MEMORY;
  atomic_init (&made->n_refs, 1);
  made->rate_hz = tsr_signal_rate_hz (residual);
  made->n_channels = tsr_signal_n_channels (residual);
  made->n_frames = tsr_signal_n_frames (residual);
  made->size = tsr_noise_frame_size (made->rate_hz);
  made->hop = made->size / 4;
  made->n_steps = (size_t)made->n_frames / made->hop + 2;
  made->n_ties = (made->n_steps + TSR_NOISE_TIE_STEPS - 1) / TSR_NOISE_TIE_STEPS;
  TsrStatus status = fill (made, residual, job);
  if (status != TSR_STATUS_OK) {
    tsr_noise_model_unref (made);
    return status;
  }
  *model = made;
  return TSR_STATUS_OK;
}

TsrNoiseModel *
tsr_noise_model_ref (TsrNoiseModel *model)
{
  atomic_fetch_add_explicit (&model->n_refs, 1, memory_order_relaxed);
  return model;
}

void
tsr_noise_model_unref (TsrNoiseModel *model)
{
  if (model == NULL ||
      atomic_fetch_sub_explicit (&model->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (size_t i = 0; i < model->n_transients; i++)
    free (model->transients[i].samples);
  free (model->transients);
  free (model->log_power);
  free (model->ties);
  tsr_real_fft_free (model->fft);
  free (model);
}

size_t
tsr_noise_model_n_transients (const TsrNoiseModel *model)
{
  return model->n_transients;
}

double
tsr_noise_model_transient_s (const TsrNoiseModel *model, size_t i)
{
  return (double)model->transients[i].onset / model->rate_hz;
}

void
tsr_noise_model_transient_span (const TsrNoiseModel *model,
                                size_t               i,
                                double              *first_s,
                                double              *end_s)
{
  const TsrTransient *t = &model->transients[i];

  *first_s = (double)t->first / model->rate_hz;
  *end_s = (double)(t->first + t->n_frames) / model->rate_hz;
}
