/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits of one partial: each returns a new partial with the same id, label and channel,
 * or NULL when memory is short. The phase is carried by the integral of the new
 * frequency, anchored at the first breakpoint, and never wrapped. Thread: any.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial.h"

/* Frequencies times the ratio at their time (ratio_over_time: seconds -> ratio > 0).
 * Breakpoints are inserted at the curve's kinks. A one-point curve is a constant ratio.
 */
TsrPartial *tsr_partial_pitch (const TsrPartial *partial,
                               const TsrCurve   *ratio_over_time);

/* Times through `time_map` (old seconds -> new seconds, strictly increasing, extended at
 * its ends); frequencies stay. Breakpoints are inserted at the map's kinks. */
TsrPartial *tsr_partial_stretch (const TsrPartial *partial, const TsrCurve *time_map);

/* Adds shift_hz to every frequency (kept >= 0). */
TsrPartial *tsr_partial_shift (const TsrPartial *partial, double shift_hz);

/* Adds gain_db to every amplitude. */
TsrPartial *tsr_partial_gain (const TsrPartial *partial, double gain_db);

/* Adds the gain in dB at each breakpoint's frequency (frequency_hz -> gain_db; linear in
 * dB over the logarithm of frequency is the curve's owner's affair: points are joined as
 * given). Breakpoints are inserted where the gain changes by more than 1 dB along a
 * segment. */
TsrPartial *tsr_partial_filter (const TsrPartial *partial,
                                const TsrCurve   *gain_db_over_hz);

/* Moves in time. */
TsrPartial *tsr_partial_move (const TsrPartial *partial, double shift_s);

typedef struct {
  double start_s, end_s;  /* start_s < end_s; may be -INFINITY and INFINITY */
  double low_hz, high_hz; /* low_hz < high_hz; may be 0 and INFINITY */
} TsrRegion;

/* Cuts a partial at the region's borders: pieces inside and outside, in order of time,
 * each with its exact value at the cut (the amplitude is not faded). New pieces carry id
 * 0; a partial that lies wholly on one side is returned as itself, with its id. Results
 * are (transfer full) arrays to be freed with free () after unref of each; counts are
 * set. False when memory is short. */
bool tsr_partial_cut (const TsrPartial *partial,
                      const TsrRegion  *region,
                      TsrPartial     ***inside,
                      size_t           *n_inside,
                      TsrPartial     ***outside,
                      size_t           *n_outside);

/* Linear fades: the amplitude rises from a null over fade_in_s and falls to one over
 * fade_out_s. */
TsrPartial *
tsr_partial_fade (const TsrPartial *partial, double fade_in_s, double fade_out_s);
