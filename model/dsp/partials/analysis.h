/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sound to partials: reassigned spectra, peaks, tracking, edges. Streams through the
 * signal in chunks, so that memory does not grow with its length; finished partials are
 * handed out as time goes by. The result does not depend on the number of threads.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/partial.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"

typedef enum {
  TSR_NOISINESS_CLEAN,  /* only partials that are surely sinusoids */
  TSR_NOISINESS_NORMAL, /* and left-overs that hold together, and what lies under a sound
                           that is struck once (bed.h) */
  TSR_NOISINESS_ALL,    /* attacks and noise as short partials too */
} TsrNoisiness;

typedef enum {
  TSR_NOISE_RESIDUAL,  /* what is not partials stays in the residual */
  TSR_NOISE_BANDWIDTH, /* its energy goes into the bandwidth of the partials */
  TSR_NOISE_NONE,      /* partials only; residual still defined, bandwidths zero */
} TsrNoiseMode;

typedef struct {
  double spacing_hz; /* main lobe width W: smallest distance of independent partials; <= 0
                        = estimate */
  double floor_db;   /* weaker peaks are ignored, dBFS */
  double low_hz,
      high_hz; /* range of partials; high_hz <= 0 = up to the limit of the rate */
  double       start_s, end_s; /* part of the signal; end_s <= start_s = all */
  TsrNoisiness noisiness;
  TsrNoiseMode noise;
  bool         is_rough; /* to compare spacings by a part of a sound that goes on */
} TsrAnalysisParams;

/* automatic spacing, -90 dB, 20 Hz up, all of the signal, normal, residual. */
void tsr_analysis_params_init (TsrAnalysisParams *params);

typedef enum {
  TSR_SPACING_GIVEN,
  TSR_SPACING_FROM_FUNDAMENTAL, /* 0.75 to 1.4 of the lowest fundamental that carries the
                                   sound */
  TSR_SPACING_FROM_SPECTRUM,    /* chosen among fixed widths: no single fundamental */
} TsrSpacingReason;

typedef struct {
  double           spacing_hz;
  double           fundamental_hz; /* 0 when there is none */
  TsrSpacingReason reason;
} TsrSpacingEstimate;

/* What spacing the signal wants, over all channels. Looks at no more than a bounded
 * number of excerpts, however long the signal is. Thread: any. */
TsrStatus tsr_spacing_estimate (const TsrSignal    *signal,
                                const TsrJob       *job,
                                TsrSpacingEstimate *estimate);

typedef struct {
  size_t n_frames; /* analysis frames */
  size_t n_peaks;  /* peaks that entered the tracker */
  size_t n_partials;
  size_t n_breakpoints;
} TsrAnalysisCounts;

/* Takes a finished partial (transfer full; id 0, channel as analysed). Called on the
 * thread that called tsr_analyse, in an order that depends only on signal and parameters.
 */
typedef TsrStatus (*TsrPartialSink) (void *user, TsrPartial *partial);

/* Analyses one channel. params->spacing_hz must be > 0 here (see tsr_spacing_estimate).
 * After an error or cancel, partials already handed out are to be dropped by the caller.
 */
TsrStatus tsr_analyse (const TsrSignal         *signal,
                       unsigned                 channel,
                       const TsrAnalysisParams *params,
                       const TsrJob            *job,
                       TsrPartialSink           sink,
                       void                    *sink_user,
                       TsrAnalysisCounts       *counts);
