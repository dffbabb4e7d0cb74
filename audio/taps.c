/* SPDX-License-Identifier: GPL-3.0-or-later
 * Symmetric convolution, four samples at a time.
 */
#include "audio/taps.h"

#include <string.h>

typedef float Floats4 __attribute__ ((vector_size (16)));

enum { LANES = 4, N_SUMS = 8, GROUP = N_SUMS * LANES };

bool
tsr_taps_are_unity (const TsrTaps *self)
{
  return self->reach == 0 && self->tap[0] == 1;
}

static inline Floats4
load (const float *from)
{
  Floats4 x;
  memcpy (&x, from, sizeof x);
  return x;
}

/* GROUP frames; x is readable `reach` to both sides. */
static void
filter_group (const TsrTaps *self, const float *x, float *out)
{
  Floats4 sums[N_SUMS];

  for (int v = 0; v < N_SUMS; v++)
    sums[v] = load (out + v * LANES) + self->tap[0] * load (x + v * LANES);
  for (int k = 1; k <= self->reach; k++)
    for (int v = 0; v < N_SUMS; v++)
      sums[v] += self->tap[k] * (load (x + v * LANES + k) + load (x + v * LANES - k));
  memcpy (out, sums, sizeof sums);
}

void
tsr_taps_add (const TsrTaps *self,
              const float   *recorded,
              int64_t        n_recorded,
              int64_t        first,
              float         *out,
              int            n)
{
  float   around[TSR_TAPS_FRAMES + GROUP + 2 * TSR_GAIN_RESPONSE_REACH];
  float   filtered[TSR_TAPS_FRAMES + GROUP] = {0};
  int     reach = self->reach, n_around = n + 2 * reach;
  int64_t from = first - reach;

  int begin = from < 0 ? (int)(-from < n_around ? -from : n_around) : 0;
  int end = n_recorded - from < n_around ? (int)(n_recorded - from) : n_around;
  if (end <= begin)
    return;
  memset (around, 0, (size_t)begin * sizeof *around);
  memcpy (
      around + begin, recorded + from + begin, (size_t)(end - begin) * sizeof *around);
  memset (around + end, 0, (size_t)(n_around + GROUP - end) * sizeof *around);
  for (int i = 0; i < n; i += GROUP)
    filter_group (self, around + reach + i, filtered + i);
  for (int i = 0; i < n; i++)
    out[i] += filtered[i];
}
