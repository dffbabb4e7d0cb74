/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trials of spacings on a short stretch of a sound: a rough analysis tells what partials
 * leave of it. Private to the choice of the spacing.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"

/* What is judged of a channel. */
typedef struct {
  const TsrSignal *signal;
  unsigned         channel;
  double           from_s, to_s;
  double           energy; /* sum of squares less their mean, by second */
} TsrTrial;

TsrTrial
tsr_trial_of (const TsrSignal *signal, unsigned channel, double from_s, double to_s);

/* Part of the energy that partials with this spacing leave. */
TsrStatus tsr_trial_run (const TsrTrial *trial,
                         double          spacing_hz,
                         const TsrJob   *job,
                         double         *part_left);
