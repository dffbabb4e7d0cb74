/* SPDX-License-Identifier: GPL-3.0-or-later
 * A look-ahead limiter over blocks of fixed length. What stays below full scale passes
 * bit for bit, one block late; what does not is turned down just enough, beginning one
 * block before. Nothing beyond full scale and nothing that is not a number comes out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "model/dsp/realtime.h"

enum { TSR_LIMITER_BLOCK = 128, TSR_LIMITER_CHANNELS = 2 };

typedef struct {
  float held[TSR_LIMITER_CHANNELS][TSR_LIMITER_BLOCK]; /* the block that comes out next */
  float held_gain;  /* what the held block needs, at most 1 */
  float start_gain; /* gain at the held block's first sample */
} TsrLimiter;

TSR_REALTIME void tsr_limiter_reset (TsrLimiter *self);
/* Replaces the block in `channels` by the one before, limited. `bad` (not NULL) tells
 * that there was something that is not a number, which is silenced. Returns whether the
 * gain differed from 1. */
TSR_REALTIME bool tsr_limiter_run (TsrLimiter *self, float *const *channels, bool *bad);
