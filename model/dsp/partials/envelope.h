/* SPDX-License-Identifier: GPL-3.0-or-later
 * The spectral envelope of a set of partials over time (algorithm note 6.5): what
 * formants are, and what keeps them where partials move. Immutable. Thread: any.
 */
#pragma once

#include "model/dsp/partials/partial-set.h"

typedef struct TsrSpectralEnvelope TsrSpectralEnvelope;

/* Monotone interpolation (Fritsch and Carlson 1980) of the logarithm of the amplitudes of
 * concurrent partials of a channel over the logarithm of frequency, in frames 10 ms
 * apart; held below the first, -6 dB an octave beyond the last. Partials with a louder
 * one within `clutter_hz` (0.6 of the fundamental; 0: none) do not count. NULL when
 * memory is short.
 */
TsrSpectralEnvelope *
tsr_spectral_envelope_new (const TsrPartialSet *set, unsigned channel, double clutter_hz);
void tsr_spectral_envelope_free (TsrSpectralEnvelope *envelope); /* NULL is allowed */

/* Level at a time and frequency in dB re full scale; of the nearest frame that has
 * partials. NAN when there is none at all. */
double tsr_spectral_envelope_at (const TsrSpectralEnvelope *envelope,
                                 double                     time_s,
                                 double                     frequency_hz);

/* Level at to_hz re level at from_hz, within -36 ... 36 dB; 0 where nothing is known. */
double tsr_spectral_envelope_gain_db (const TsrSpectralEnvelope *envelope,
                                      double                     time_s,
                                      double                     from_hz,
                                      double                     to_hz);
