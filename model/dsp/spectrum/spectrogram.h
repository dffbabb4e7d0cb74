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
 * below -200. The time step of the analysis follows the grid, so that a closer look is a
 * better picture: hop is at most a column wide and never longer than a quarter of the
 * window; where many frames fall into a column the loudest counts. Reassigned energy
 * lands in the pixel of its reassigned time and frequency and is normalised so that a
 * steady full-scale sine is 0 dB in its pixel. Outside the signal the value is -200.
 * Either output may be NULL. */
TsrStatus tsr_spectrogram_render (TsrSpectrogram           *spectrogram,
                                  const TsrSignal          *signal,
                                  unsigned                  channel,
                                  const TsrSpectrogramGrid *grid,
                                  const TsrJob             *job,
                                  float                    *conventional_db,
                                  float                    *reassigned_db);

/* One magnitude spectrum at a time, for the small panel: n_rows values in dBFS, linear
 * from 0 to half the rate. */
TsrStatus tsr_spectrum_at (TsrSpectrogram  *spectrogram,
                           const TsrSignal *signal,
                           unsigned         channel,
                           double           time_s,
                           double           spacing_hz,
                           float           *db,
                           size_t           n_values);
