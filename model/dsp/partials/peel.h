/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attacks of tones, once more: where partials explain a sound but for a burst at an
 * attack (the stroke of a mallet, a pick), the burst is analysed on its own, as noisy as
 * it may be, with windows shorter or longer than those of the sound, whichever explain it
 * best.
 */
#pragma once

#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/edge-place.h"
#include "model/dsp/partials/edge.h"

/* Samples first .. end - 1 of a sound, and what all partials leave around them. */
typedef struct {
  const TsrEdgeSignal *signal;
  TsrRest              rest;
  int64_t              first, end;
  unsigned             channel;
  /* Whether what begins around a time begins softly: nothing strikes there. */
  bool (*is_soft) (void *user, double time_s);
} TsrPeel;

/* Hands out the partials of bursts that begin between first and end (transfer full):
 * those that matter, of bursts of strokes that they explain most of. `remake` makes
 * rest.samples anew before they are looked at more closely than once. */
TsrStatus tsr_peel (const TsrPeel *peel,
                    void (*remake) (void *user),
                    TsrPartialSink sink,
                    void          *user);
