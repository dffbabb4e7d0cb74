/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fundamental that the partials of a sound have in common.
 */
#pragma once

#include "model/dsp/partials/partial-set.h"

/* Maximises Q (f0) = sum E cos (2 pi f / f0) / sum E over the strongest partials, f and E
 * their mean frequencies and energies, f0 among f / n; of nearly equal candidates the
 * highest counts (algorithm note 6.6). 0 where Q stays below 0.5 or there are no
 * partials. */
double tsr_fundamental_estimate (const TsrPartialSet *set);
