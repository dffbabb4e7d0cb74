/* SPDX-License-Identifier: GPL-3.0-or-later
 * Windowed transforms of a frame for pictures. Real and imaginary parts live in arrays of
 * their own, so that the loops over bins vectorise. See frame.c for the method.
 */
#include "model/dsp/spectrum/picture-frame.h"

#include "model/dsp/spectrum/fft.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN = 3 };

/* Two real signals' transforms, unpacked: (re, im) of each, bins -3 .. M+3. */
typedef struct {
  float *re, *im;
} Bins;

struct TsrPictureFrame {
  TsrWindow     *window;
  bool           is_cosine_sum;
  TsrFftF       *fft;         /* of length 2M */
  float complex *z;           /* 2M values */
  float         *padded;      /* 2M+1 samples, when the frame overhangs the signal */
  float         *even, *odd;  /* packed weights: 1 and n/M, or h and n h / M */
  float         *slope;       /* h' M; not for cosine sums */
  Bins           plain, ramp; /* of x and n x / M; or already windowed by h */
  Bins           derivative;  /* windowed by h' M; not for cosine sums */
  float          taps[4], slope_taps[4];
};

static bool
allocate_bins (Bins *bins, size_t half)
{
  bins->re = calloc (half + 1 + 2 * MARGIN, sizeof *bins->re);
  bins->im = calloc (half + 1 + 2 * MARGIN, sizeof *bins->im);
  return bins->re != NULL && bins->im != NULL;
}

static void
free_bins (Bins *bins)
{
  free (bins->re);
  free (bins->im);
}

static bool
allocate (TsrPictureFrame *frame)
{
  size_t half = frame->window->half;
  size_t length = 2 * half + 1;

  frame->fft = tsr_fftf_new (2 * half, TSR_FFT_FORWARD);
  frame->z = tsr_fft_alloc (2 * half * sizeof *frame->z);
  frame->padded = calloc (length, sizeof *frame->padded);
  frame->even = calloc (length, sizeof *frame->even);
  frame->odd = calloc (length, sizeof *frame->odd);
  frame->slope = calloc (length, sizeof *frame->slope);
  return frame->fft != NULL && frame->z != NULL && frame->padded != NULL &&
         frame->even != NULL && frame->odd != NULL && frame->slope != NULL &&
         allocate_bins (&frame->plain, half) && allocate_bins (&frame->ramp, half) &&
         allocate_bins (&frame->derivative, half);
}

static void
fill_weights (TsrPictureFrame *frame)
{
  const TsrWindow *w = frame->window;
  double           m = (double)w->half;

  for (size_t i = 0; i <= 2 * w->half; i++) {
    double h = frame->is_cosine_sum ? 1 : w->h[i];
    frame->even[i] = (float)h;
    frame->odd[i] = (float)(h * ((double)i - m) / m);
    frame->slope[i] = (float)(w->dh[i] * m);
  }
  for (int i = 0; i < 4; i++) {
    frame->taps[i] = (float)(i == 0 ? w->terms[0] : w->terms[i] / 2);
    frame->slope_taps[i] = (float)(w->terms[i] / 2 * M_PI * i);
  }
}

TsrPictureFrame *
tsr_picture_frame_new (TsrWindowKind kind, size_t half)
{
  TsrPictureFrame *frame = calloc (1, sizeof *frame);
  if (frame == NULL)
    return NULL;
  frame->window = tsr_window_new (kind, half);
  if (frame->window == NULL || !allocate (frame)) {
    tsr_picture_frame_free (frame);
    return NULL;
  }
  frame->is_cosine_sum = kind != TSR_WINDOW_KAISER;
  fill_weights (frame);
  return frame;
}

void
tsr_picture_frame_free (TsrPictureFrame *frame)
{
  if (frame == NULL)
    return;
  free_bins (&frame->derivative);
  free_bins (&frame->ramp);
  free_bins (&frame->plain);
  free (frame->slope);
  free (frame->odd);
  free (frame->even);
  free (frame->padded);
  tsr_fft_free (frame->z);
  tsr_fftf_free_plan (frame->fft);
  tsr_window_free (frame->window);
  free (frame);
}

size_t
tsr_picture_frame_n_bins (const TsrPictureFrame *frame)
{
  return frame->window->half + 1;
}

/* The 2M+1 samples around centre, in place where the signal covers them. */
static const float *
frame_samples (TsrPictureFrame *frame,
               const float     *samples,
               int64_t          n_samples,
               int64_t          centre)
{
  int64_t half = (int64_t)frame->window->half;
  int64_t length = 2 * half + 1;
  int64_t origin = centre - half;

  if (origin >= 0 && origin + length <= n_samples)
    return samples + origin;
  int64_t first = origin < 0 ? -origin : 0;
  int64_t end = n_samples - origin < length ? n_samples - origin : length;
  memset (frame->padded, 0, (size_t)length * sizeof *frame->padded);
  if (first < end)
    memcpy (frame->padded + first,
            samples + origin + first,
            (size_t)(end - first) * sizeof *samples);
  return frame->padded;
}

/* x (even + j odd), rotated; the two ends share a place, as they do at every bin. */
static void
pack (TsrPictureFrame *frame, const float *x, const float *even, const float *odd)
{
  size_t half = frame->window->half;
  float *z = (float *)frame->z;

  for (size_t i = 0; i < half; i++) {
    z[2 * i] = x[half + i] * even[half + i];
    z[2 * i + 1] = odd != NULL ? x[half + i] * odd[half + i] : 0;
  }
  for (size_t i = 0; i < half; i++) {
    z[2 * (half + i)] = x[i] * even[i];
    z[2 * (half + i) + 1] = odd != NULL ? x[i] * odd[i] : 0;
  }
  z[2 * half] += x[2 * half] * even[2 * half];
  if (odd != NULL)
    z[2 * half + 1] += x[2 * half] * odd[2 * half];
}

/* The transforms of the real and the imaginary part of what was packed. */
static void
unpack (const TsrPictureFrame *frame, Bins *even, Bins *odd)
{
  size_t       half = frame->window->half;
  const float *z = (const float *)frame->z;

  for (size_t k = 0; k <= half; k++) {
    const float *a = z + 2 * k;
    const float *b = z + 2 * (k == 0 ? 0 : 2 * half - k);
    even->re[MARGIN + k] = 0.5F * (a[0] + b[0]);
    even->im[MARGIN + k] = 0.5F * (a[1] - b[1]);
    odd->re[MARGIN + k] = 0.5F * (a[1] + b[1]);
    odd->im[MARGIN + k] = 0.5F * (b[0] - a[0]);
  }
}

/* Bins below 0 and beyond M are mirror images. */
static void
mirror (const TsrPictureFrame *frame, Bins *bins)
{
  size_t top = MARGIN + frame->window->half;
  for (size_t i = 1; i <= MARGIN && i < top; i++) {
    bins->re[MARGIN - i] = bins->re[MARGIN + i];
    bins->im[MARGIN - i] = -bins->im[MARGIN + i];
    bins->re[top + i] = bins->re[top - i];
    bins->im[top + i] = -bins->im[top - i];
  }
}

void
tsr_picture_frame_load (TsrPictureFrame *frame,
                        const float     *samples,
                        int64_t          n_samples,
                        int64_t          centre)
{
  const float *x = frame_samples (frame, samples, n_samples, centre);

  pack (frame, x, frame->even, frame->odd);
  tsr_fftf_execute (frame->fft, frame->z);
  unpack (frame, &frame->plain, &frame->ramp);
  if (frame->is_cosine_sum) {
    mirror (frame, &frame->plain);
    mirror (frame, &frame->ramp);
    return;
  }
  pack (frame, x, frame->slope, NULL);
  tsr_fftf_execute (frame->fft, frame->z);
  for (size_t k = 0; k < tsr_picture_frame_n_bins (frame); k++) {
    frame->derivative.re[MARGIN + k] = crealf (frame->z[k]);
    frame->derivative.im[MARGIN + k] = cimagf (frame->z[k]);
  }
}

static inline float
tap_sum (const float *r, const float w[4])
{
  return w[0] * r[0] + w[1] * (r[-1] + r[1]) + w[2] * (r[-2] + r[2]) +
         w[3] * (r[-3] + r[3]);
}

static inline float
tap_difference (const float *r, const float w[4])
{
  return w[1] * (r[-1] - r[1]) + w[2] * (r[-2] - r[2]) + w[3] * (r[-3] - r[3]);
}

void
tsr_picture_frame_power (const TsrPictureFrame *frame,
                         size_t                 first,
                         size_t                 end,
                         float                 *power)
{
  static const float identity[4] = {1, 0, 0, 0};
  const float       *taps = frame->is_cosine_sum ? frame->taps : identity;
  const float       *re = frame->plain.re + MARGIN + first;
  const float       *im = frame->plain.im + MARGIN + first;

  for (size_t i = 0; i < end - first; i++) {
    float a = tap_sum (re + i, taps);
    float b = tap_sum (im + i, taps);
    power[i] = a * a + b * b;
  }
}

/* Adding the smallest normal number to a power keeps 0/0 away and changes nothing else.
 */
#define TINY_POWER 1e-36F

static void
reassign_cosine_sum (const TsrPictureFrame *frame,
                     size_t                 first,
                     size_t                 n,
                     float *restrict power,
                     float *restrict shift_samples,
                     float *restrict shift_bins)
{
  const float *pr = frame->plain.re + MARGIN + first;
  const float *pi = frame->plain.im + MARGIN + first;
  const float *qr = frame->ramp.re + MARGIN + first;
  const float *qi = frame->ramp.im + MARGIN + first;
  float        m = (float)frame->window->half;
  float        to_bins = (float)(1 / M_PI);
  float        w[4], s[4];

  memcpy (w, frame->taps, sizeof w);
  memcpy (s, frame->slope_taps, sizeof s);
  for (size_t i = 0; i < n; i++) {
    float xr = tap_sum (pr + i, w);
    float xi = tap_sum (pi + i, w);
    float tr = tap_sum (qr + i, w);
    float ti = tap_sum (qi + i, w);
    float dr = -tap_difference (pi + i, s); /* times j */
    float di = tap_difference (pr + i, s);
    float p = xr * xr + xi * xi;
    float inverse = 1 / (p + TINY_POWER);
    power[i] = p;
    shift_samples[i] = m * inverse * (tr * xr + ti * xi);
    shift_bins[i] = to_bins * inverse * (dr * xi - di * xr);
  }
}

static void
reassign_packed (const TsrPictureFrame *frame,
                 size_t                 first,
                 size_t                 n,
                 float *restrict power,
                 float *restrict shift_samples,
                 float *restrict shift_bins)
{
  float m = (float)frame->window->half;
  float to_bins = (float)(1 / M_PI);

  for (size_t i = 0; i < n; i++) {
    size_t k = MARGIN + first + i;
    float  xr = frame->plain.re[k];
    float  xi = frame->plain.im[k];
    float  p = xr * xr + xi * xi;
    float  inverse = 1 / (p + TINY_POWER);
    power[i] = p;
    shift_samples[i] = m * inverse * (frame->ramp.re[k] * xr + frame->ramp.im[k] * xi);
    shift_bins[i] =
        to_bins * inverse * (frame->derivative.re[k] * xi - frame->derivative.im[k] * xr);
  }
}

void
tsr_picture_frame_reassign (const TsrPictureFrame *frame,
                            size_t                 first,
                            size_t                 end,
                            float                 *power,
                            float                 *shift_samples,
                            float                 *shift_bins)
{
  if (frame->is_cosine_sum)
    reassign_cosine_sum (frame, first, end - first, power, shift_samples, shift_bins);
  else
    reassign_packed (frame, first, end - first, power, shift_samples, shift_bins);
}
