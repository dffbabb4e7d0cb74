/* SPDX-License-Identifier: GPL-3.0-or-later
 * The peaks of one frame: spectral maxima, each explained by a local chirp, overlapping
 * ones refined jointly (algorithm note 1.5 to 1.10).
 */
#pragma once

#include "model/dsp/spectrum/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A component at the centre of its frame. */
typedef struct {
  double   frequency_hz;
  double   phase_turns; /* 0..1 */
  double   log_amplitude;
  double   chirp_hz_per_s;
  float    slope_per_s;      /* of log_amplitude */
  float    curvature_per_s2; /* of log_amplitude */
  float    misfit;     /* 1 - rho: part of the main lobe that is not explained, 0..1 */
  float    delay;      /* of the reassigned time behind the centre, in half windows */
  float    prominence; /* of the spectrum at the peak over its surroundings, neper */
  uint32_t flags;      /* the tracker's */
} TsrPeak;

typedef struct {
  double rate_hz;
  double low_hz, high_hz;  /* of peaks; narrowed to what the window can tell */
  double floor_db;         /* of their amplitude, dBFS */
  double least_prominence; /* over the spectrum around them, neper */
} TsrPeakParams;

/* Plans, tables and working memory for one window. One thread at a time. */
typedef struct TsrPeakFinder TsrPeakFinder;

/* NULL when memory is short. Copies what it needs. */
TsrPeakFinder *tsr_peak_finder_new (const TsrWindow *window, const TsrPeakParams *params);
void           tsr_peak_finder_free (TsrPeakFinder *finder); /* NULL is allowed */

/* Most peaks a frame can have. */
size_t tsr_peak_finder_max_peaks (const TsrPeakFinder *finder);

/* The peaks of the frame around sample `centre` of samples - offset (outside: zeros), in
 * order of frequency. Returns their number, at most max_peaks. */
size_t tsr_peak_finder_run (TsrPeakFinder *finder,
                            const float   *samples,
                            int64_t        n_samples,
                            int64_t        centre,
                            double         offset,
                            TsrPeak       *peaks);
