/* SPDX-License-Identifier: GPL-3.0-or-later
 * Overlap-add of two grains half a grain apart.
 */
#include "audio/grains.h"

#include <math.h>

void
tsr_grains_fill_window (float *window)
{
  int half = TSR_GRAIN_FRAMES / 2;
  for (int i = 0; i < half; i++) {
    window[i] = (float)(0.5 - 0.5 * cos (M_PI * (i + 0.5) / half));
    window[i + half] = 1 - window[i];
  }
}

void
tsr_grains_start (TsrGrains *self, int64_t frame)
{
  self->next[0] = self->next[1] = frame;
  self->age[0] = TSR_GRAIN_FRAMES / 2;
  self->age[1] = 0;
}

static float
sample_at (const float *recorded, int64_t n_recorded, int64_t frame)
{
  return frame >= 0 && frame < n_recorded ? recorded[frame] : 0;
}

/* Both grains read the same: no window is needed. */
static void
add_plain (const float *recorded, int64_t n_recorded, int64_t first, float *out, int n)
{
  int begin = first < 0 ? (int)(-first < n ? -first : n) : 0;
  int end = n_recorded - first < n ? (int)(n_recorded - first) : n;
  for (int i = begin; i < end; i++)
    out[i] += recorded[first + i];
}

void
tsr_grains_add (const TsrGrains *self,
                const float     *window,
                const float     *recorded,
                int64_t          n_recorded,
                float           *out,
                int              n)
{
  if (self->next[0] == self->next[1]) {
    add_plain (recorded, n_recorded, self->next[0], out, n);
    return;
  }
  for (int i = 0; i < n; i++) {
    float sum = 0;
    for (int g = 0; g < 2; g++)
      sum +=
          window[self->age[g] + i] * sample_at (recorded, n_recorded, self->next[g] + i);
    out[i] += sum;
  }
}

int
tsr_grains_run (const TsrGrains *self, int n)
{
  for (int g = 0; g < 2; g++)
    if (TSR_GRAIN_FRAMES - self->age[g] < n)
      n = TSR_GRAIN_FRAMES - self->age[g];
  return n;
}

void
tsr_grains_advance (TsrGrains *self, int n, int64_t wanted_frame)
{
  for (int g = 0; g < 2; g++) {
    self->next[g] += n;
    self->age[g] += n;
    if (self->age[g] == TSR_GRAIN_FRAMES) {
      self->age[g] = 0;
      self->next[g] = wanted_frame;
    }
  }
}
