/* SPDX-License-Identifier: GPL-3.0-or-later
 * All reassigned points of a sound, as numbers: what `points` writes and what accuracy is
 * judged by.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/spectrum/window.h"
#include "model/dsp/status.h"

#include <stdbool.h>
#include <stddef.h>

/* One bin of one frame. */
typedef struct {
  double time_s, frequency_hz; /* reassigned; time may lie before 0 by half a window */
  double amplitude_db;         /* of the bin: a full-scale sine reads 0 at its top */
  double mixed;                /* 0 sinusoid, 1 impulse */
  bool   is_trusted;           /* neighbouring bins agree, see tsr_reassign_consensus() */
} TsrReassignedPoint;

typedef struct {
  size_t fft_size; /* window length and number of bins, even, 8 .. 2^22 */
  size_t hop;      /* >= 1; frames are centred on multiples of it */
  double floor_db;
  double start_s, end_s;  /* frames whose centre lies inside; end_s <= start_s = all */
  double low_hz, high_hz; /* of the bin; high_hz <= 0 = no limit */
  /* A bin that points to one that is louder by more than this is the edge of a lobe and
   * is left out: it holds little energy and tells more of the noise of the recording, be
   * it that of 16 bits, than of the component. <= 0: every bin stays. */
  double        edge_db;
  TsrWindowKind window;
} TsrPointsParams;

/* Hands out the points of all bins at or above the floor, frame by frame, in order of
 * time and bin. A bin whose point lies more than half a window or a main lobe away is
 * left out: next to a zero of the spectrum such values mean nothing. `sink` returns false
 * to stop, which is no error; it runs on the calling thread. */
TsrStatus tsr_reassigned_points (const TsrSignal       *signal,
                                 unsigned               channel,
                                 const TsrPointsParams *params,
                                 const TsrJob          *job,
                                 bool (*sink) (void                     *user,
                                               const TsrReassignedPoint *points,
                                               size_t                    n),
                                 void *user);
