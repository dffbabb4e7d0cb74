/* SPDX-License-Identifier: GPL-3.0-or-later
 * How well partials match the truth: at a grid of times each true partial is compared
 * with the nearest partial found, as a table of partials gives it: joined by straight
 * lines.
 */
#pragma once

#include "model/dsp/partials/partial-set.h"
#include "tests/support/signals.h"

typedef struct {
  double snr_db; /* of the resynthesis against the signal */
  double frequency_median_cent, frequency_95_cent;
  double amplitude_median_db, amplitude_95_db;
  double missed;  /* share of the true time above -60 dB re the loudest that nothing
                     explains, 0..1 */
  size_t n_false; /* partials above -60 dB re the loudest true one (or re 1) that explain
                     nothing */
  double attack_median_s; /* of the distances, without sign, of the middles of attacks:
                             where half the amplitude behind them is reached */
} TestScore;

/* `sound` is the rendered signal, `set` what was found in it (channel 0). Where its
 * breakpoints are joined by straight lines, as in a table, and not by the curves of
 * partial.h, `is_straight` is true. */
TestScore test_score (const TestSignal *truth,
                      const TsrSignal  *sound,
                      TsrPartialSet    *set,
                      bool              is_straight);

/* SNR in dB of a resynthesis of n samples. */
double test_snr_db (const TsrSignal *sound, const double *resynthesis, int64_t n);
