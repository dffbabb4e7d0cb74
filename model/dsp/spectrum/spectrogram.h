/* SPDX-License-Identifier: GPL-3.0-or-later
 * Conventional and reassigned spectrograms on a grid of pixels, in dB: what tiles,
 * pictures and thumbnails are painted from.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/spectrum/frequency-scale.h"
#include "model/dsp/spectrum/window.h"
#include "model/dsp/status.h"

typedef struct {
  double start_s, end_s; /* left edge of the first, right edge of the last column */
  size_t n_columns;      /* >= 1 */
  TsrFrequencyScale scale;
  double low_hz, high_hz; /* bottom edge of the lowest, top edge of the highest row */
  size_t n_rows;          /* >= 1; row 0 is the highest frequency */
  double spacing_hz;      /* main lobe width of the window */
  TsrWindowKind window;
} TsrSpectrogramGrid;

typedef struct TsrSpectrogram TsrSpectrogram;

/* A renderer with its FFT plans and windows, cached between calls. One thread at a time.
 */
TsrSpectrogram *tsr_spectrogram_new (void);
void            tsr_spectrogram_free (TsrSpectrogram *spectrogram);

/* Fills n_columns * n_rows values, row by row, in dBFS (a full-scale sine is 0), never
 * below -200. Outside the signal the value is -200. Either output may be NULL.
 *
 * The time step of the analysis follows the grid, so that a closer look is a better
 * picture: about a column, at least a 32nd and at most a quarter of the window (half of
 * it where a column holds four windows or more). Conventional: where several frames or
 * bins fall into a pixel the loudest counts; where they are further apart, cubic
 * interpolation in dB. Reassigned: energy lands at its reassigned time and frequency,
 * shared by the nearest pixels; points that belong together are joined (see splat.h). It
 * is normalised so that a steady full-scale sine in the middle of a row is 0 dB there, at
 * any zoom; half-way between two rows it is -3 dB in both. Left out: bins below -130
 * dBFS, and moves by more than a quarter of the window or half a main lobe, where the
 * energy is too small to matter.
 *
 * A picture rendered in one go and in parts is the same (to rounding of the edges of
 * the parts), and so it is with any number of workers. Single precision: noise of the
 * arithmetic lies 120 dB below the loudest bin of a frame.
 * INVALID_ARGUMENT: channel or grid out of range, spacing_hz not positive or so small
 * that the window passes 2^23 samples, more than 65536 rows. */
TsrStatus tsr_spectrogram_render (TsrSpectrogram           *spectrogram,
                                  const TsrSignal          *signal,
                                  unsigned                  channel,
                                  const TsrSpectrogramGrid *grid,
                                  const TsrJob             *job,
                                  float                    *conventional_db,
                                  float                    *reassigned_db);

/* One magnitude spectrum around a time, for the small panel: n_values (>= 2) in dBFS at
 * frequencies from 0 to half the rate, both included, evenly spaced. Values further apart
 * than bins take the loudest bin between. Double precision, default window. */
TsrStatus tsr_spectrum_at (TsrSpectrogram  *spectrogram,
                           const TsrSignal *signal,
                           unsigned         channel,
                           double           time_s,
                           double           spacing_hz,
                           float           *db,
                           size_t           n_values);
