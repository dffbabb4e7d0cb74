/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rendering of a noise model: frames of one white stream, shaped by the model's bands at
 * the mapped time and overlapped; transients placed where the map takes their onsets.
 * Frames lie on the absolute grid of the output, so any split gives the same samples. An
 * onset of a transient parts them: what lies on its other side does not sound.
 */
#include "model/dsp/partials/noise.h"

#include "model/dsp/partials/bandwidth-noise.h"
#include "model/dsp/partials/noise-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Any number: the seed of the white stream, not that of a partial. */
#define STREAM_ID 0x6e6f6973
/* Of squared windows, where a frame may sound at all. */
#define LEAST_WEIGHT 0.01

typedef struct {
  const TsrNoiseModel *model;
  unsigned             channel;
  double               rate_hz;
  const TsrCurve      *time_map;
  int64_t              first_frame;
  size_t               n_frames;
  size_t               size, hop;
  const TsrRealFft    *fft;
  double              *values;
  double complex      *bins;
  double complex      *first;   /* of channel 0 */
  double              *weights; /* squared windows at each sample of the range */
} Render;

static double
residual_time (const TsrCurve *time_map, double output_s)
{
  if (time_map == NULL)
    return output_s;
  const TsrCurvePoint *p = tsr_curve_points (time_map);
  if (tsr_curve_n_points (time_map) == 1)
    return output_s + (p->y - p->x);
  return tsr_curve_at_extended (time_map, output_s);
}

static double
output_time (const TsrCurve *time_map, double residual_s)
{
  if (time_map == NULL)
    return residual_s;
  const TsrCurvePoint *p = tsr_curve_points (time_map);
  if (tsr_curve_n_points (time_map) == 1)
    return residual_s - (p->y - p->x);
  return tsr_curve_inverse_extended (time_map, residual_s);
}

/* The white stream of a channel under the window at `start`, as bins. Variance 1. */
static void
white_bins (const Render *render, unsigned channel, int64_t start, double complex *bins)
{
  TsrNoiseSeed seed = tsr_noise_seed (STREAM_ID + (int64_t)channel);

  for (size_t i = 0; i < render->size; i++)
    render->values[i] = sqrt (3) * 0x1p-31 * tsr_noise_window (i, render->size) *
                        tsr_white_noise (seed, (uint32_t)(start + (int64_t)i));
  tsr_real_fft_forward (render->fft, render->values, bins);
}

/* Bins of the channel's noise: with `tie`, as much of channel 0 in them as it says; the
 * square root of the power; all linear between band centres. */
static void
shape_bins (const Render *render, const double power[TSR_NOISE_BANDS], const TsrTie *tie)
{
  const TsrNoiseModel *model = render->model;
  int                  b = 0;

  for (size_t k = 0; k <= render->size / 2; k++) {
    double hz = (double)k * render->rate_hz / (double)render->size;
    if (hz > model->rate_hz / 2 * (1 + 1e-9)) {
      render->bins[k] = 0;
      continue;
    }
    while (b < TSR_NOISE_BANDS - 2 && hz >= model->centre_hz[b + 1])
      b++;
    double u =
        (hz - model->centre_hz[b]) / (model->centre_hz[b + 1] - model->centre_hz[b]);
    double p = (1 - u) * power[b] + u * power[b + 1];
    if (tie != NULL) {
      double re = (1 - u) * tie[b].re + u * tie[b + 1].re;
      double im = (1 - u) * tie[b].im + u * tie[b + 1].im;
      render->bins[k] = render->bins[k] * sqrt (fmax (0, 1 - re * re - im * im)) +
                        render->first[k] * (re + I * im);
    }
    render->bins[k] *= sqrt (fmax (0, p) * render->rate_hz / model->rate_hz);
  }
}

/* A map that falls plays the residual backwards, transients too. */
static bool
is_backwards (const Render *render)
{
  const TsrCurve *map = render->time_map;

  if (map == NULL || tsr_curve_n_points (map) < 2)
    return false;
  const TsrCurvePoint *p = tsr_curve_points (map);
  return p[tsr_curve_n_points (map) - 1].y < p[0].y;
}

/* First sample of the output at or behind the onset of a transient. */
static int64_t
onset_of (const Render *render, size_t transient)
{
  const TsrNoiseModel *model = render->model;
  double onset_s = (double)model->transients[transient].onset / model->rate_hz;
  double onset = output_time (render->time_map, onset_s) * render->rate_hz;

  return (int64_t)fmin (9e18, fmax (-9e18, ceil (onset - 1e-6)));
}

/* The part from .. end - 1 of a frame at `start` that lies between the same onsets as its
 * middle, of which residual_s is heard. */
static void
find_part (
    const Render *render, double residual_s, int64_t start, int64_t *from, int64_t *end)
{
  const TsrNoiseModel *model = render->model;
  int64_t              middle = start + (int64_t)(render->size / 2);
  size_t next = tsr_noise_transient_behind (model, residual_s * model->rate_hz);

  *from = start;
  *end = start + (int64_t)render->size;
  for (size_t i = next > 0 ? next - 1 : 0; i < model->n_transients && i <= next; i++) {
    int64_t onset = onset_of (render, i);
    if (onset > middle)
      *end = onset < *end ? onset : *end;
    else
      *from = onset > *from ? onset : *from;
  }
}

/* Adds the frame of the output centred at sample `centre` to the range's samples. */
static void
add_frame (const Render *render, int64_t centre, double *out)
{
  double  power[TSR_NOISE_BANDS];
  TsrTie  tie[TSR_NOISE_BANDS];
  int64_t start = centre - (int64_t)(render->size / 2), from, end;
  double  residual_s = residual_time (render->time_map, (double)centre / render->rate_hz);
  bool    is_tied = render->channel > 0;

  find_part (render, residual_s, start, &from, &end);
  from = from > render->first_frame ? from : render->first_frame;
  int64_t last = render->first_frame + (int64_t)render->n_frames;
  end = end < last ? end : last;
  for (int64_t n = from; n < end; n++) {
    double w = tsr_noise_window ((size_t)(n - start), render->size);
    render->weights[n - render->first_frame] += w * w;
  }
  if (!tsr_noise_bands_at (render->model, render->channel, residual_s, power))
    return;
  if (is_tied) {
    tsr_noise_ties_at (render->model, render->channel, residual_s, tie);
    white_bins (render, 0, start, render->first);
  }
  white_bins (render, render->channel, start, render->bins);
  shape_bins (render, power, is_tied ? tie : NULL);
  tsr_real_fft_inverse (render->fft, render->bins, render->values);
  double scale = 1 / (double)render->size;
  for (int64_t n = from; n < end; n++) {
    size_t i = (size_t)(n - start);
    out[n - render->first_frame] +=
        scale * tsr_noise_window (i, render->size) * render->values[i];
  }
}

static int64_t
floor_div (int64_t a, int64_t b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

static void
add_frames (const Render *render, double *out)
{
  int64_t hop = (int64_t)render->hop, half = (int64_t)(render->size / 2);
  int64_t from = floor_div (render->first_frame - half, hop);
  int64_t to = floor_div (render->first_frame + (int64_t)render->n_frames + half, hop);

  for (int64_t j = from; j <= to; j++)
    add_frame (render, j * hop, out);
  /* The squared windows of four frames add up to 2, but not beside an onset. */
  for (size_t i = 0; i < render->n_frames; i++)
    out[i] = render->weights[i] > LEAST_WEIGHT ? out[i] / render->weights[i] : 0;
}

/* Where a transient begins in the output, in samples; whole ones at the same rate. */
static double
start_of (const Render *render, const TsrTransient *t)
{
  const TsrNoiseModel *model = render->model;
  double               onset_s = (double)t->onset / model->rate_hz;
  int64_t              lead =
      is_backwards (render) ? t->first + t->n_frames - 1 - t->onset : t->onset - t->first;
  double lead_s = (double)lead / model->rate_hz;
  double start = (output_time (render->time_map, onset_s) - lead_s) * render->rate_hz;

  return render->rate_hz == model->rate_hz ? rint (start) : start;
}

/* Sample of a transient at a position between its samples, band-limited to the lower of
 * both rates by a Hann-windowed sinc of 32 zero crossings. */
static double
sample_between (const Render *render, const TsrTransient *t, double position)
{
  const float *x = t->samples + (int64_t)render->channel * t->n_frames;
  double       cutoff = fmin (1, render->rate_hz / render->model->rate_hz), sum = 0;
  double       reach = 16 / cutoff;

  for (int64_t k = (int64_t)ceil (position - reach); (double)k < position + reach; k++) {
    if (k < 0 || k >= t->n_frames)
      continue;
    double d = position - (double)k, angle = M_PI * cutoff * d;
    double sinc = fabs (angle) < 1e-9 ? 1 : sin (angle) / angle;
    sum += (double)x[k] * cutoff * sinc * (0.5 + 0.5 * cos (M_PI * d / reach));
  }
  return sum;
}

/* One transient: noise makes room for it by the complement of its power. */
static void
place_transient (const Render *render, const TsrTransient *t, double *noise, double *out)
{
  const TsrNoiseModel *model = render->model;
  double               ratio = model->rate_hz / render->rate_hz;
  double               start = start_of (render, t);
  double               from = fmax (floor (start - 16), (double)render->first_frame);
  double               to = fmin (ceil (start + (double)t->n_frames / ratio + 16),
                    (double)render->first_frame + (double)render->n_frames);

  for (int64_t n = (int64_t)from; (double)n < to; n++) {
    double position = ((double)n - start) * ratio;
    if (is_backwards (render))
      position = (double)(t->n_frames - 1) - position;
    size_t  at = (size_t)(n - render->first_frame);
    int64_t nearest = (int64_t)rint (position);
    if (noise != NULL) {
      double w = t->weight * tsr_transient_weight (nearest, t->n_frames, model->taper);
      noise[at] *= sqrt (fmax (0, 1 - w * w));
    }
    if (out == NULL)
      continue;
    if (ratio != 1)
      out[at] += sample_between (render, t, position);
    else if (nearest >= 0 && nearest < t->n_frames)
      out[at] += (double)t->samples[(int64_t)render->channel * t->n_frames + nearest];
  }
}

/* All transients that can reach the range: they keep their order. */
static void
place_transients (const Render *render, double *noise, double *out)
{
  const TsrNoiseModel *model = render->model;
  const double         longest_s = 0.1; /* of a transient, with its tapers and filter */
  double first_s = (double)render->first_frame / render->rate_hz - longest_s;
  double end_s =
      ((double)render->first_frame + (double)render->n_frames) / render->rate_hz +
      longest_s;
  double first = residual_time (render->time_map, first_s) * model->rate_hz;
  double end = residual_time (render->time_map, end_s) * model->rate_hz;
  double from = fmin (first, end), to = fmax (first, end);
  size_t low = 0, high = model->n_transients;

  while (low < high) {
    size_t middle = (low + high) / 2;
    if ((double)model->transients[middle].onset < from)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < model->n_transients && (double)model->transients[low].onset <= to; low++)
    place_transient (render, &model->transients[low], noise, out);
}

static TsrStatus
render_noise (Render *render, double *noise)
{
  TsrRealFft *own = NULL;

  if (render->size == render->model->size)
    render->fft = render->model->fft;
  else
    render->fft = own = tsr_real_fft_new (render->size);
  render->values = tsr_fft_alloc (render->size * sizeof (double));
  render->bins = tsr_fft_alloc ((render->size / 2 + 1) * sizeof (double complex));
  render->first = tsr_fft_alloc ((render->size / 2 + 1) * sizeof (double complex));
  render->weights = calloc (render->n_frames, sizeof *render->weights);
  bool done = render->fft != NULL && render->weights != NULL && render->values != NULL &&
              render->bins != NULL && render->first != NULL;
  if (done)
    add_frames (render, noise);
  tsr_fft_free (render->values);
  tsr_fft_free (render->bins);
  tsr_fft_free (render->first);
  free (render->weights);
  tsr_real_fft_free (own);
  return done ? TSR_STATUS_OK : TSR_STATUS_NO_MEMORY;
}

TsrStatus
tsr_noise_model_render (const TsrNoiseModel *model,
                        unsigned             channel,
                        double               rate_hz,
                        const TsrCurve      *time_map,
                        int64_t              first_frame,
                        size_t               n_frames,
                        double              *noise,
                        double              *transients)
{
  if (channel >= model->n_channels || !(rate_hz > 0))
    return TSR_STATUS_INVALID_ARGUMENT;
  if (n_frames == 0)
    return TSR_STATUS_OK;
  Render    render = {.model = model,
                      .channel = channel,
                      .rate_hz = rate_hz,
                      .time_map = time_map,
                      .first_frame = first_frame,
                      .n_frames = n_frames,
                      .size = tsr_noise_frame_size (rate_hz)};
  double   *own = noise != NULL ? calloc (n_frames, sizeof *own) : NULL;
  TsrStatus status = TSR_STATUS_OK;

  render.hop = render.size / 4;
  if (noise != NULL)
    status = own != NULL ? render_noise (&render, own) : TSR_STATUS_NO_MEMORY;
  if (status == TSR_STATUS_OK)
    place_transients (&render, own, transients);
  for (size_t i = 0; status == TSR_STATUS_OK && noise != NULL && i < n_frames; i++)
    noise[i] += own[i];
  free (own);
  return status;
}
