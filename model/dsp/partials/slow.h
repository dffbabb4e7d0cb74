/* SPDX-License-Identifier: GPL-3.0-or-later
 * What moves slower than any sound: an offset that comes and goes with a note (players of
 * recorded notes make such) becomes a partial of 0 Hz with the offset for its amplitude.
 * A constant offset is none: it stays in the residual.
 */
#pragma once

#include "model/dsp/partials/partial.h"

typedef struct TsrSlow TsrSlow;

/* For n_samples of a sound; NULL when memory is short. Keeps a few hundred numbers a
 * second. */
TsrSlow *tsr_slow_new (double rate_hz, int64_t n_samples);
void     tsr_slow_free (TsrSlow *slow); /* NULL is allowed */

/* The next n samples, from sample 0 on. */
void tsr_slow_add (TsrSlow *slow, const float *samples, int64_t n);
/* All samples were added. False when memory is short. */
bool tsr_slow_finish (TsrSlow *slow);

/* Mean of all samples. */
double tsr_slow_mean (const TsrSlow *slow);
/* Whether the sound has an offset that comes and goes. */
bool tsr_slow_moves (const TsrSlow *slow);
/* What is not of the partials' making at a sample: the offset that moves, where there is
 * one, else the mean. */
double tsr_slow_at (const TsrSlow *slow, int64_t sample);

/* The offset that moves, as partials of 0 Hz one after another (transfer full), times
 * from start_s on; NULL when there is no other, or memory is short (*is_short then). */
TsrPartial *
tsr_slow_take (TsrSlow *slow, unsigned channel, double start_s, bool *is_short);
