/* SPDX-License-Identifier: GPL-3.0-or-later
 * Windowed transforms of one frame: load it once, then ask for magnitudes of all bins
 * and the five transforms at the bins that matter. Double precision; phases are those at
 * the frame centre: X(k) = sum over n = -M..M of x[centre+n] h[n] exp (-2 pi j k n / L).
 */
#pragma once

#include "model/dsp/spectrum/window.h"

#include <complex.h>
#include <stddef.h>
#include <stdint.h>

/* The same sum with other weights in place of h. n is in samples, ' is by sample. */
typedef struct {
  double complex x;  /* h */
  double complex t;  /* n h */
  double complex d;  /* h' */
  double complex td; /* n h' */
  double complex d2; /* h'' */
} TsrTransforms;

/* Plans, window and buffers. One thread at a time: one frame per worker. Loading and
 * reading allocate nothing. */
typedef struct TsrFrame TsrFrame;

/* FFT length L = padding * 2M, padding 2..8. Keeps a copy of the window. NULL when memory
 * is short or padding is out of range. */
TsrFrame *tsr_frame_new (const TsrWindow *window, size_t padding);
void      tsr_frame_free (TsrFrame *frame); /* NULL is allowed */

const TsrWindow *tsr_frame_window (const TsrFrame *frame);
size_t           tsr_frame_fft_size (const TsrFrame *frame); /* L, even */
size_t           tsr_frame_n_bins (const TsrFrame *frame);   /* L/2 + 1: bins 0 .. L/2 */

/* Transforms x = samples - offset around sample `centre`, which may lie outside;
 * samples outside 0 .. n_samples-1 count as zero. */
void tsr_frame_load (TsrFrame    *frame,
                     const float *samples,
                     int64_t      n_samples,
                     int64_t      centre,
                     double       offset);
void tsr_frame_load_double (TsrFrame     *frame,
                            const double *samples,
                            int64_t       n_samples,
                            int64_t       centre,
                            double        offset);

/* |X| of n bins from first_bin on; first_bin + n <= tsr_frame_n_bins(). A steady
 * sinusoid of amplitude A reads A at its frequency. */
void tsr_frame_magnitudes (const TsrFrame *frame,
                           size_t          first_bin,
                           size_t          n,
                           double         *magnitudes);

/* X alone of n bins from first_bin on. */
void tsr_frame_spectrum (const TsrFrame *frame,
                         size_t          first_bin,
                         size_t          n,
                         double complex *spectrum);

/* All five transforms of n bins from first_bin on. */
void tsr_frame_transforms (const TsrFrame *frame,
                           size_t          first_bin,
                           size_t          n,
                           TsrTransforms  *transforms);

/* The same for bins that are multiples of the padding: n of them, from padding *
 * first_bin on, to transforms 0, padding, 2 padding ... */
void tsr_frame_unpadded_transforms (const TsrFrame *frame,
                                    size_t          first_bin,
                                    size_t          n,
                                    TsrTransforms  *transforms);
