/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gains that move evenly from one value to another.
 */
#pragma once

#include <stdbool.h>

#include "model/dsp/realtime.h"

/* A gain on its way. */
typedef struct {
  float value;
  float target;
  float step;   /* a frame */
  int   n_left; /* frames until the target is reached */
} TsrRamp;

/* Reaches the target in n_frames; at once with 0. */
static inline void
tsr_ramp_to (TsrRamp *self, float target, int n_frames)
{
  self->target = target;
  self->n_left = n_frames;
  if (n_frames == 0)
    self->value = target;
  else
    self->step = (target - self->value) / (float)n_frames;
}

static inline float
tsr_ramp_next (TsrRamp *self)
{
  if (self->n_left > 0 && --self->n_left == 0)
    self->value = self->target;
  else if (self->n_left > 0)
    self->value += self->step;
  return self->value;
}

static inline bool
tsr_ramp_is_silent (const TsrRamp *self)
{
  return self->value == 0 && self->target == 0;
}

/* Multiplies both channels and moves on. */
static inline void
tsr_ramp_apply (TsrRamp *self, float *left, float *right, int n_frames)
{
  if (self->n_left == 0 && self->value == 1)
    return;
  for (int i = 0; i < n_frames; i++) {
    float gain = tsr_ramp_next (self);
    left[i] *= gain;
    right[i] *= gain;
  }
}

/* Adds n frames times the ramp, of which a copy moves on. */
static inline void
tsr_ramp_add (TsrRamp ramp, float *const *from, float *const *to, int n_frames)
{
  for (int i = 0; i < n_frames; i++) {
    float gain = tsr_ramp_next (&ramp);
    to[0][i] += gain * from[0][i];
    to[1][i] += gain * from[1][i];
  }
}
