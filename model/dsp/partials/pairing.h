/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which partials of two sounds belong together (algorithm note 6.7): by a transposition
 * found first, and an assignment by frequency, level and time. Thread: any.
 */
#pragma once

#include "model/dsp/partials/partial-set.h"

/* What pairing looks at: a partial, or several that are one voice. */
typedef struct {
  double   hz;             /* mean, > 0 */
  double   level_db;       /* of the peak */
  double   start_s, end_s; /* in a time that both sounds share */
  unsigned channel;        /* only the same channels are paired */
} TsrPairingTone;

/* The transposition from a to b in cents, within 2400: where sum sqrt (a_i a_j) exp
 * (-((1200 log2 (f_j / f_i) - g) / 30)^2 / 2) is largest, on a grid of 5 cents. */
double tsr_pairing_transposition (const TsrPairingTone *a,
                                  size_t                n_a,
                                  const TsrPairingTone *b,
                                  size_t                n_b);

/* partner[i] becomes the number of the tone of b that belongs to tone i of a, or -1.
 * Costs are ((cents - g) / width)^2 + (dB / 25)^2 + a term for times that do not overlap,
 * alone 6; both widths follow what the
 * first assignment finds.
 * False when memory is short. */
bool tsr_pairing_assign (const TsrPairingTone *a,
                         size_t                n_a,
                         const TsrPairingTone *b,
                         size_t                n_b,
                         double                transposition_cents,
                         int32_t              *partner);

/* Both: of the highest peaks of that sum, the transposition whose assignment costs least.
 */
bool tsr_pairing_find (const TsrPairingTone *a,
                       size_t                n_a,
                       const TsrPairingTone *b,
                       size_t                n_b,
                       int32_t              *partner);
