/* SPDX-License-Identifier: GPL-3.0-or-later
 * Windowed transforms of one frame.
 *
 * Cosine-sum windows: one complex FFT of x[n] (1 + j n/M) without a window gives R (from
 * x) and Q (from n x/M); windowing is a sum of neighbours,
 *   sum h x exp = sum over m of terms[m]/2 (R[k - pm] + R[k + pm]),
 * its derivatives likewise. Other windows: three complex FFTs that carry two real windows
 * each.
 */
#include "model/dsp/spectrum/frame.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/lanes.h"
#include "model/dsp/spectrum/fft.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PADDING = 8, N_PACKED = 3 };

/* Weights of tap m: X and T use h, D and TD use dh, D2 uses d2h. */
typedef struct {
  double h[4], dh[4], d2h[4];
} Taps;

struct TsrFrame {
  TsrWindow      *window;
  size_t          padding;
  size_t          size;          /* L */
  bool            is_cosine_sum; /* else packed */
  Taps            taps;
  TsrFft         *fft;           /* of length L */
  double         *x;             /* 2M+1 samples of the frame */
  double complex *z[N_PACKED];   /* L values each; only z[0] for cosine sums */
  double complex *direct, *ramp; /* R and Q, bins -3p .. L/2+3p; cosine sums only */
};

static size_t
margin (const TsrFrame *frame)
{
  return 3 * frame->padding;
}

static bool
allocate (TsrFrame *frame)
{
  size_t n_z = frame->is_cosine_sum ? 1 : N_PACKED;
  size_t n_bins = frame->size / 2 + 1 + 2 * margin (frame);

  frame->fft = tsr_fft_new (frame->size, TSR_FFT_FORWARD);
  frame->x = calloc (2 * frame->window->half + 1, sizeof *frame->x);
  for (size_t i = 0; i < n_z; i++) {
    frame->z[i] = tsr_fft_alloc (frame->size * sizeof *frame->z[i]);
    if (frame->z[i] == NULL)
      return false;
  }
  if (frame->is_cosine_sum) {
    frame->direct = calloc (n_bins, sizeof *frame->direct);
    frame->ramp = calloc (n_bins, sizeof *frame->ramp);
    if (frame->direct == NULL || frame->ramp == NULL)
      return false;
  }
  return frame->fft != NULL && frame->x != NULL;
}

static Taps
make_taps (const TsrWindow *window)
{
  Taps taps;
  for (int m = 0; m < 4; m++) {
    double q = M_PI * m / (double)window->half;
    taps.h[m] = window->terms[m] / 2;
    taps.dh[m] = window->terms[m] * q / 2;
    taps.d2h[m] = -window->terms[m] * q * q / 2;
  }
  return taps;
}

TsrFrame *
tsr_frame_new (const TsrWindow *window, size_t padding)
{
  if (padding < 2 || padding > MAX_PADDING)
    return NULL;
  TsrFrame *frame = calloc (1, sizeof *frame);
  if (frame == NULL)
    return NULL;
  frame->padding = padding;
  frame->size = padding * 2 * window->half;
  frame->is_cosine_sum = window->kind != TSR_WINDOW_KAISER;
  frame->taps = make_taps (window);
  frame->window = tsr_window_new (window->kind, window->half);
  if (frame->window == NULL || !allocate (frame)) {
    tsr_frame_free (frame);
    return NULL;
  }
  return frame;
}

void
tsr_frame_free (TsrFrame *frame)
{
  if (frame == NULL)
    return;
  free (frame->ramp);
  free (frame->direct);
  for (size_t i = 0; i < N_PACKED; i++)
    tsr_fft_free (frame->z[i]);
  free (frame->x);
  tsr_fft_free_plan (frame->fft);
  tsr_window_free (frame->window);
  free (frame);
}

const TsrWindow *
tsr_frame_window (const TsrFrame *frame)
{
  return frame->window;
}

size_t
tsr_frame_fft_size (const TsrFrame *frame)
{
  return frame->size;
}

size_t
tsr_frame_n_bins (const TsrFrame *frame)
{
  return frame->size / 2 + 1;
}

/* R = (Z[k] + conj Z[-k]) / 2, Q = M (Z[k] - conj Z[-k]) / 2j, with a margin on both
 * sides so that the taps need no case distinction. */
static void
unpack_cosine_sum (TsrFrame *frame)
{
  const double complex *z = frame->z[0];
  size_t                size = frame->size;
  size_t                n = size / 2 + 1 + 2 * margin (frame);
  double                half_m = 0.5 * (double)frame->window->half;

  for (size_t i = 0; i < n; i++) {
    size_t k = i < margin (frame) ? i + size - margin (frame) : i - margin (frame);
    double complex a = z[k];
    double complex b = z[k == 0 ? 0 : size - k];
    frame->direct[i] =
        tsr_complex (0.5 * (creal (a) + creal (b)), 0.5 * (cimag (a) - cimag (b)));
    frame->ramp[i] =
        tsr_complex (half_m * (cimag (a) + cimag (b)), half_m * (creal (b) - creal (a)));
  }
}

/* One value per sample of the frame into the rotated buffer: n = 0 at index 0. */
static size_t
slot (const TsrFrame *frame, size_t i)
{
  size_t m = frame->window->half;
  return i >= m ? i - m : frame->size - (m - i);
}

static void
transform_cosine_sum (TsrFrame *frame)
{
  size_t          m = frame->window->half;
  double complex *right = frame->z[0];
  double complex *left = right + frame->size - m;
  double          by_m = 1 / (double)m;

  for (size_t n = 0; n <= m; n++) {
    double x = frame->x[m + n];
    right[n] = tsr_complex (x, x * (double)(int64_t)n * by_m);
  }
  memset (right + m + 1, 0, (size_t)(left - right - (ptrdiff_t)m - 1) * sizeof *right);
  for (size_t i = 0; i < m; i++) {
    double x = frame->x[i];
    left[i] = tsr_complex (x, x * ((double)(int64_t)i * by_m - 1));
  }
  tsr_fft_execute (frame->fft, frame->z[0]);
  unpack_cosine_sum (frame);
}

/* Pairs (h, n h'), (h' M, n h / M), (h'' M^2, 0): like magnitudes, so that packing costs
 * no precision. */
static void
transform_packed (TsrFrame *frame)
{
  const TsrWindow *w = frame->window;
  double           m = (double)w->half;

  for (size_t i = 0; i < N_PACKED; i++)
    memset (frame->z[i], 0, frame->size * sizeof *frame->z[i]);
  for (size_t i = 0; i <= 2 * w->half; i++) {
    double n = (double)i - m;
    double x = frame->x[i];
    size_t s = slot (frame, i);
    frame->z[0][s] = tsr_complex (x * w->h[i], x * n * w->dh[i]);
    frame->z[1][s] = tsr_complex (x * w->dh[i] * m, x * n * w->h[i] / m);
    frame->z[2][s] = tsr_complex (x * w->d2h[i] * m * m, 0);
  }
  for (size_t i = 0; i < N_PACKED; i++)
    tsr_fft_execute (frame->fft, frame->z[i]);
}

static void
transform (TsrFrame *frame)
{
  if (frame->is_cosine_sum)
    transform_cosine_sum (frame);
  else
    transform_packed (frame);
}

/* Part of the frame that lies inside the samples: first and end index into x. */
static void
clip (
    const TsrFrame *frame, int64_t n_samples, int64_t centre, size_t *first, size_t *end)
{
  int64_t m = (int64_t)frame->window->half;
  int64_t length = 2 * m + 1;
  int64_t a = m - centre;
  int64_t b = n_samples - centre + m;

  a = a < 0 ? 0 : a > length ? length : a;
  b = b < a ? a : b > length ? length : b;
  *first = (size_t)a;
  *end = (size_t)b;
}

void
tsr_frame_load (TsrFrame    *frame,
                const float *samples,
                int64_t      n_samples,
                int64_t      centre,
                double       offset)
{
  int64_t origin = centre - (int64_t)frame->window->half;
  size_t  first, end;

  clip (frame, n_samples, centre, &first, &end);
  memset (frame->x, 0, (2 * frame->window->half + 1) * sizeof *frame->x);
  for (size_t i = first; i < end; i++)
    frame->x[i] = (double)samples[origin + (int64_t)i] - offset;
  transform (frame);
}

void
tsr_frame_load_double (TsrFrame     *frame,
                       const double *samples,
                       int64_t       n_samples,
                       int64_t       centre,
                       double        offset)
{
  int64_t origin = centre - (int64_t)frame->window->half;
  size_t  first, end;

  clip (frame, n_samples, centre, &first, &end);
  memset (frame->x, 0, (2 * frame->window->half + 1) * sizeof *frame->x);
  for (size_t i = first; i < end; i++)
    frame->x[i] = samples[origin + (int64_t)i] - offset;
  transform (frame);
}

/* Windowed transform by h alone at index i of R. */
static inline double complex
tap_sum (const double complex *r, size_t p, const double weight[4])
{
  double complex sum = 2 * weight[0] * r[0];
  for (size_t m = 1; m < 4; m++)
    sum += weight[m] * (*(r - p * m) + r[p * m]);
  return sum;
}

/* -1/(j) = j: the sine taps of h'. */
static inline double complex
tap_difference (const double complex *r, size_t p, const double weight[4])
{
  double complex sum = 0;
  for (size_t m = 1; m < 4; m++)
    sum += weight[m] * (*(r - p * m) - r[p * m]);
  return tsr_complex (-cimag (sum), creal (sum));
}

static inline double complex
packed_even (const TsrFrame *frame, size_t which, size_t k)
{
  double complex a = frame->z[which][k];
  double complex b = frame->z[which][(frame->size - k) % frame->size];
  return tsr_complex (0.5 * (creal (a) + creal (b)), 0.5 * (cimag (a) - cimag (b)));
}

static inline double complex
packed_odd (const TsrFrame *frame, size_t which, size_t k)
{
  double complex a = frame->z[which][k];
  double complex b = frame->z[which][(frame->size - k) % frame->size];
  return tsr_complex (0.5 * (cimag (a) + cimag (b)), 0.5 * (creal (b) - creal (a)));
}

/* The same as tap_sum for n bins from r on, on their parts one by one. */
TSR_FOR_EACH_MACHINE static void
tap_sums (const double *r, size_t p, const double weight[4], size_t n, double *sums)
{
  const double *below[4], *above[4], centre = 2 * weight[0];

  for (size_t m = 1; m < 4; m++) {
    below[m] = r - 2 * p * m;
    above[m] = r + 2 * p * m;
  }
  for (size_t i = 0; i < 2 * n; i++)
    sums[i] = centre * r[i] + weight[1] * (below[1][i] + above[1][i]) +
              weight[2] * (below[2][i] + above[2][i]) +
              weight[3] * (below[3][i] + above[3][i]);
}

void
tsr_frame_spectrum (const TsrFrame *frame,
                    size_t          first_bin,
                    size_t          n,
                    double complex *spectrum)
{
  if (frame->is_cosine_sum) {
    const double complex *r = frame->direct + first_bin + margin (frame);
    tap_sums ((const double *)r, frame->padding, frame->taps.h, n, (double *)spectrum);
    return;
  }
  for (size_t i = 0; i < n; i++)
    spectrum[i] = packed_even (frame, 0, first_bin + i);
}

TSR_FOR_EACH_MACHINE static void
fill_magnitudes (const double *spectrum, size_t n, double *magnitudes)
{
  for (size_t i = 0; i < n; i++)
    magnitudes[i] = sqrt (spectrum[2 * i] * spectrum[2 * i] +
                          spectrum[2 * i + 1] * spectrum[2 * i + 1]);
}

void
tsr_frame_magnitudes (const TsrFrame *frame,
                      size_t          first_bin,
                      size_t          n,
                      double         *magnitudes)
{
  enum { BLOCK = 64 };
  double complex block[BLOCK];

  for (size_t done = 0; done < n; done += BLOCK) {
    size_t count = n - done < BLOCK ? n - done : BLOCK;
    tsr_frame_spectrum (frame, first_bin + done, count, block);
    fill_magnitudes ((const double *)block, count, magnitudes + done);
  }
}

static void
cosine_sum_transforms (const TsrFrame *frame, size_t k, TsrTransforms *out)
{
  const Taps           *taps = &frame->taps;
  const double complex *r = frame->direct + k + margin (frame);
  const double complex *q = frame->ramp + k + margin (frame);
  size_t                p = frame->padding;

  out->x = tap_sum (r, p, taps->h);
  out->t = tap_sum (q, p, taps->h);
  out->d = tap_difference (r, p, taps->dh);
  out->td = tap_difference (q, p, taps->dh);
  out->d2 = tap_sum (r, p, taps->d2h);
}

/* The same as tap_difference, not yet times j, for n bins from r on. */
TSR_FOR_EACH_MACHINE static void
tap_differences (
    const double *r, size_t p, const double weight[4], size_t n, double *sums)
{
  const double *below[4], *above[4];

  for (size_t m = 1; m < 4; m++) {
    below[m] = r - 2 * p * m;
    above[m] = r + 2 * p * m;
  }
  for (size_t i = 0; i < 2 * n; i++)
    sums[i] = weight[1] * (below[1][i] - above[1][i]) +
              weight[2] * (below[2][i] - above[2][i]) +
              weight[3] * (below[3][i] - above[3][i]);
}

enum { MANY = 32 };

/* The same as cosine_sum_transforms for n <= MANY bins from R and Q on,
 * whose taps are p apart. */
static void
many_cosine_sum_transforms (const TsrFrame       *frame,
                            const double complex *direct,
                            const double complex *ramp,
                            size_t                p,
                            size_t                n,
                            TsrTransforms        *out)
{
  const Taps   *taps = &frame->taps;
  const double *r = (const double *)direct, *q = (const double *)ramp;
  double        x[2 * MANY], t[2 * MANY], d[2 * MANY], td[2 * MANY], d2[2 * MANY];

  tap_sums (r, p, taps->h, n, x);
  tap_sums (q, p, taps->h, n, t);
  tap_differences (r, p, taps->dh, n, d);
  tap_differences (q, p, taps->dh, n, td);
  tap_sums (r, p, taps->d2h, n, d2);
  for (size_t i = 0; i < n; i++)
    out[i] = (TsrTransforms){
        .x = tsr_complex (x[2 * i], x[2 * i + 1]),
        .t = tsr_complex (t[2 * i], t[2 * i + 1]),
        .d = tsr_complex (-d[2 * i + 1], d[2 * i]),
        .td = tsr_complex (-td[2 * i + 1], td[2 * i]),
        .d2 = tsr_complex (d2[2 * i], d2[2 * i + 1]),
    };
}

static void
packed_transforms (const TsrFrame *frame, size_t k, TsrTransforms *out)
{
  double m = (double)frame->window->half;

  out->x = packed_even (frame, 0, k);
  out->td = packed_odd (frame, 0, k);
  out->d = packed_even (frame, 1, k) / m;
  out->t = packed_odd (frame, 1, k) * m;
  out->d2 = packed_even (frame, 2, k) / (m * m);
}

void
tsr_frame_transforms (const TsrFrame *frame,
                      size_t          first_bin,
                      size_t          n,
                      TsrTransforms  *transforms)
{
  if (!frame->is_cosine_sum) {
    for (size_t i = 0; i < n; i++)
      packed_transforms (frame, first_bin + i, &transforms[i]);
    return;
  }
  if (n == 1) {
    cosine_sum_transforms (frame, first_bin, transforms);
    return;
  }
  for (size_t i = 0; i < n; i += MANY) {
    size_t at = first_bin + i + margin (frame), count = n - i < MANY ? n - i : MANY;
    many_cosine_sum_transforms (frame,
                                frame->direct + at,
                                frame->ramp + at,
                                frame->padding,
                                count,
                                transforms + i);
  }
}

void
tsr_frame_unpadded_transforms (const TsrFrame *frame,
                               size_t          first_bin,
                               size_t          n,
                               TsrTransforms  *transforms)
{
  enum { TAPS = 3 };
  double complex r[MANY + 2 * TAPS], q[MANY + 2 * TAPS];
  size_t         p = frame->padding;

  for (size_t i = 0; !frame->is_cosine_sum && i < n; i++)
    packed_transforms (frame, p * (first_bin + i), &transforms[i * p]);
  for (size_t i = 0; frame->is_cosine_sum && i < n; i += MANY) {
    TsrTransforms block[MANY];
    size_t        count = n - i < MANY ? n - i : MANY;
    for (size_t k = 0; k < count + 2 * TAPS; k++) { /* the margin is TAPS p */
      r[k] = frame->direct[p * (first_bin + i + k)];
      q[k] = frame->ramp[p * (first_bin + i + k)];
    }
    many_cosine_sum_transforms (frame, r + TAPS, q + TAPS, 1, count, block);
    for (size_t k = 0; k < count; k++)
      transforms[(i + k) * p] = block[k];
  }
}
