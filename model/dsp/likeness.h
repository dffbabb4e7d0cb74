/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much one sound is like another that it stands for, where samples need not agree:
 * levels in bands of hearing, and attacks.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"

typedef struct {
  /* Mean, without sign, of the differences of levels in ERB-wide bands (after Moore &
   * Glasberg 1983) over 50 ms, where the first sound is above -60 dB re its loudest band;
   * NAN when it is silent. */
  double band_difference_db;
  size_t n_attacks; /* of the first sound (model/dsp/partials/attack.h) */
  size_t n_found;   /* those with a jump of the second one's level, by 3 dB at least,
                       within 20 ms of them */
  /* Medians over those, without sign: distance, and difference of the energy of the 10 ms
   * behind them; NAN when there are none. */
  double attack_s, attack_db;
} TsrLikeness;

/* Both have the same rate and number of channels. */
TsrStatus tsr_likeness_measure (const TsrSignal *sound,
                                const TsrSignal *other,
                                const TsrJob    *job,
                                TsrLikeness     *likeness);
