/* SPDX-License-Identifier: GPL-3.0-or-later
 * The gain at the border of two blocks is at most what either needs, and a straight line
 * between two borders of a block is at most what that block needs.
 */
#include "audio/limiter.h"

#include <math.h>
#include <string.h>

#define RELEASE_PART 0.03f /* of the way back to 1 in one block: about 90 ms */
#define NEARLY_ONE 0.9995f

void
tsr_limiter_reset (TsrLimiter *self)
{
  memset (self, 0, sizeof *self);
  self->held_gain = 1;
  self->start_gain = 1;
}

/* The largest absolute value; what is not finite becomes zero. */
static float
clean_peak (float *const *channels, bool *bad)
{
  float peak = 0;
  for (int c = 0; c < TSR_LIMITER_CHANNELS; c++)
    for (int i = 0; i < TSR_LIMITER_BLOCK; i++) {
      float x = fabsf (channels[c][i]);
      if (!(x <= 1e30f)) {
        channels[c][i] = x = 0;
        *bad = true;
      }
      peak = x > peak ? x : peak;
    }
  return peak;
}

/* Puts the held block out with a gain that goes from `from` to `to`, and holds the new
 * one. */
static void
exchange (TsrLimiter *self, float *channel, int c, float from, float to)
{
  float step = (to - from) / TSR_LIMITER_BLOCK;
  for (int i = 0; i < TSR_LIMITER_BLOCK; i++) {
    float out = self->held[c][i];
    if (from < 1 || to < 1) {
      out *= from + step * (float)i;
      out = out > 1 ? 1 : out < -1 ? -1 : out;
    }
    self->held[c][i] = channel[i];
    channel[i] = out;
  }
}

bool
tsr_limiter_run (TsrLimiter *self, float *const *channels, bool *bad)
{
  *bad = false;
  float peak = clean_peak (channels, bad);
  float gain = peak > 1 ? 1 / peak : 1;
  float from = self->start_gain;
  float to = from + (1 - from) * RELEASE_PART;
  if (to > NEARLY_ONE)
    to = 1;
  to = fminf (to, fminf (self->held_gain, gain));
  for (int c = 0; c < TSR_LIMITER_CHANNELS; c++)
    exchange (self, channels[c], c, from, to);
  self->held_gain = gain;
  self->start_gain = to;
  return from < 1 || to < 1;
}
