/* SPDX-License-Identifier: GPL-3.0-or-later
 * Time-frequency reassignment of the bins of one frame, and which of them to trust.
 */
#pragma once

#include "model/dsp/spectrum/frame.h"

#include <stdbool.h>
#include <stddef.h>

/* Where the energy of a bin belongs. */
typedef struct {
  double offset;  /* samples after the frame centre */
  double omega;   /* rad per sample */
  double mixed;   /* mixed partial of the phase, centre convention: 0 for a steady
                     sinusoid, 1 for an impulse */
  double chirp;   /* rad per sample^2: slope of the line in time and frequency that the
                     bin sees; NAN where there is none (an impulse) */
  double power;   /* |X|^2 */
  bool   is_near; /* finite, and moved by at most M samples and one main lobe */
} TsrReassigned;

/* Auger and Flandrin, IEEE TSP 43(5), 1995: offset = Re (T/X), omega = omega_k - Im
 * (D/X). mixed = 1 + Re (TD/X - D T/X^2), Fulop and Fitz, JASA 121(3), 2007, in the
 * convention of phases at the frame centre. chirp = Im ((D^2 - X D2) / (X TD - T D)).
 * transforms are those of n bins from first_bin on, see tsr_frame_transforms(). */
void tsr_reassign (const TsrFrame      *frame,
                   size_t               first_bin,
                   size_t               n,
                   const TsrTransforms *transforms,
                   TsrReassigned       *points);

/* Consensus: trusted[i] says whether bin i and its neighbours `step` bins away on both
 * sides (at the ends of the range: on the one side there is) tell of one and the same
 * component: a sinusoid or chirp, when all three lie on one line in time and frequency
 * with the slope seen by the middle one, or an impulse, when all three name one time.
 * step >= 1: padding of the frame makes neighbours look alike; take step = padding.
 * Measured: every bin within 60 dB of a clean chirp's top is kept, 83 % within 20 dB of a
 * sine 22 dB above white noise, 3 % of noise. */
void tsr_reassign_consensus (const TsrFrame      *frame,
                             size_t               n,
                             const TsrReassigned *points,
                             size_t               step,
                             bool                *trusted);
