/* SPDX-License-Identifier: GPL-3.0-or-later
 * The local chirp estimator: from the windowed transforms at one bin to a component
 * z exp (b n + c n^2 / 2) around the frame centre, its quality, and back to the
 * transforms such a component causes. (Algorithm note 1.5, 1.7, 1.9; a non-stationary
 * derivative method after Betser 2009 and Hamilton & Depalle 2012.)
 */
#pragma once

#include "model/dsp/spectrum/frame.h"

#include <stdbool.h>

/* x(n) = Re {z exp (b n + c n^2 / 2)}, n in samples from the frame centre. */
typedef struct {
  double complex z; /* amplitude and phase at the centre */
  double complex b; /* log-amplitude slope + j frequency, per sample */
  double complex c; /* log-amplitude curvature + j chirp rate, per sample^2 */
} TsrComponent;

enum {
  TSR_ESTIMATOR_SPAN = 2, /* quality looks at bins k-2 .. k+2 at padding 1 */
  TSR_ESTIMATOR_MAX_BINS = 2 * 8 * TSR_ESTIMATOR_SPAN + 1,
};

/* Tables for one window and FFT length. Immutable: shared by threads. */
typedef struct TsrEstimator TsrEstimator;

/* fft_size is a multiple of 2 window->half. NULL when memory is short. */
TsrEstimator *tsr_estimator_new (const TsrWindow *window, size_t fft_size);
void          tsr_estimator_free (TsrEstimator *estimator); /* NULL is allowed */

/* Bins on each side of a peak that its quality looks at. */
size_t tsr_estimator_span (const TsrEstimator *estimator);

/* The component behind the transforms at bin `bin`. False where the guards fail: it would
 * lie half a main lobe away, or move too fast for the window. */
bool tsr_estimator_solve (const TsrEstimator  *estimator,
                          double               bin,
                          const TsrTransforms *transforms,
                          TsrComponent        *component);

/* 1 - rho: the part of the energy in `spectrum` (bins bin-span .. bin+span) that the
 * shape of the component does not explain, 0..1. */
double tsr_estimator_misfit (const TsrEstimator   *estimator,
                             const TsrComponent   *component,
                             double                bin,
                             const double complex *spectrum);

/* What the component adds to the transforms at `bin` (its positive frequency only). */
void tsr_estimator_transforms (const TsrEstimator *estimator,
                               const TsrComponent *component,
                               double              bin,
                               TsrTransforms      *transforms);

/* What the component adds to X at bins first_bin .. first_bin + n - 1,
 * n <= TSR_ESTIMATOR_MAX_BINS. */
void tsr_estimator_spectrum (const TsrEstimator *estimator,
                             const TsrComponent *component,
                             double              first_bin,
                             size_t              n,
                             double complex     *spectrum);
