/* SPDX-License-Identifier: GPL-3.0-or-later
 * The recordings of a voice in one head: read as they are, or, while something is
 * dragged, as the edit will leave them.
 */
#pragma once

#include "audio/process.h"

/* The head begins at its position. */
TSR_REALTIME void
tsr_recordings_start (const TsrVoice *voice, TsrHead *head, double rate_hz);
/* Adds the next block of all recordings to sum and moves on; `scratch` has six blocks. */
TSR_REALTIME void tsr_recordings_add (const TsrVoice *voice,
                                      TsrHead        *head,
                                      const float    *window,
                                      double          rate_hz,
                                      float          *scratch,
                                      float *const   *sum);
