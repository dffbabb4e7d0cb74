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
  TSR_ESTIMATOR_MAX_SPAN = 8 * TSR_ESTIMATOR_SPAN,
};

/* Tables for one window and FFT length. Immutable: shared by threads. */
typedef struct TsrEstimator TsrEstimator;

/* fft_size is a multiple of 2 window->half. NULL when memory is short. */
TsrEstimator *tsr_estimator_new (const TsrWindow *window, size_t fft_size);
void          tsr_estimator_free (TsrEstimator *estimator); /* NULL is allowed */

/* Bins on each side of a peak that its quality looks at. */
size_t tsr_estimator_span (const TsrEstimator *estimator);

/* The component behind the transforms at bin `bin`. False where the guards fail: it would
 * lie half a main lobe away, or move too fast for the window. `*misfit` becomes 1 - rho:
 * the part of the energy in `spectrum` (bins bin-span .. bin+span) that the shape of the
 * component does not explain, 0..1. */
bool tsr_estimator_solve (const TsrEstimator   *estimator,
                          double                bin,
                          const TsrTransforms  *transforms,
                          const double complex *spectrum,
                          TsrComponent         *component,
                          double               *misfit);

/* Takes what the component causes (its positive frequency only) away from the transforms
 * at `bin` and from the spectrum around it. */
void tsr_estimator_subtract (const TsrEstimator *estimator,
                             const TsrComponent *component,
                             double              bin,
                             TsrTransforms      *transforms,
                             double complex     *spectrum);

/* How much a component at a distance disturbs the estimate of an equally strong one,
 * relative: distance in rad/sample, chirp of the disturber in rad/sample^2. An upper
 * estimate from the second derivative of the window, which reaches furthest. */
double
tsr_estimator_disturbance (const TsrEstimator *estimator, double distance, double chirp);
/* How much of it reaches the bins that the misfit looks at, relative. */
double
tsr_estimator_leakage (const TsrEstimator *estimator, double distance, double chirp);
