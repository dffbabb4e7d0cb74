/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attacks of a recording: where the energy of its first difference jumps by 6 dB or more
 * above the 35 ms before, to a few samples. Thread: any.
 */
#pragma once

#include "model/dsp/signal.h"

#include <stdbool.h>
#include <stddef.h>

/* Times in seconds, increasing, at least 30 ms apart, of all channels together; to be
 * freed with free (). *n may be 0 and *times_s NULL. False when memory is short. */
bool tsr_attacks_find (const TsrSignal *signal, double **times_s, size_t *n);
/* The same for what an attack may have become in a copy: jumps of 3 dB, 10 ms apart. */
bool tsr_attacks_find_traces (const TsrSignal *signal, double **times_s, size_t *n);
