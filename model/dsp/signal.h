/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decoded sound: planar 32-bit float samples of one or more channels, full scale 1.
 * Reference counted; immutable once it is shared. Samples are always finite.
 */
#pragma once

#include <stdint.h>

typedef struct TsrSignal TsrSignal;

/* Zeroed signal on the heap. rate_hz > 0, n_channels 1..64, n_frames >= 0. NULL when
 * memory is short. */
TsrSignal *tsr_signal_new (double rate_hz, unsigned n_channels, int64_t n_frames);

/* A signal over memory that somebody else provides (a mapped file): n_channels pointers
 * to n_frames samples each. `release (release_data)` is called with the last unref, on
 * any thread. `discard`, which may be NULL, says that frames [first, first+n) will not be
 * read again soon. */
TsrSignal *
tsr_signal_new_over (double        rate_hz,
                     unsigned      n_channels,
                     int64_t       n_frames,
                     float *const *channels,
                     void (*release) (void *release_data),
                     void (*discard) (void *release_data, int64_t first, int64_t n),
                     void *release_data);

TsrSignal *tsr_signal_ref (TsrSignal *signal); /* thread: any */
void tsr_signal_unref (TsrSignal *signal); /* thread: any but audio; NULL is allowed */

double   tsr_signal_rate_hz (const TsrSignal *signal);
unsigned tsr_signal_n_channels (const TsrSignal *signal);
int64_t  tsr_signal_n_frames (const TsrSignal *signal);
double   tsr_signal_duration_s (const TsrSignal *signal);

/* n_frames samples, valid as long as the signal. channel < n_channels. */
const float *tsr_signal_channel (const TsrSignal *signal, unsigned channel);
/* The same, to be filled by the maker before the signal is shared. */
float *tsr_signal_channel_writable (TsrSignal *signal, unsigned channel);

/* Hint: frames [first, first+n) will not be read again soon. Thread: any. */
void tsr_signal_discard (const TsrSignal *signal, int64_t first, int64_t n);
