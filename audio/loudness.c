/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peak, integrated and momentary loudness (EBU R 128, by libebur128).
 */
#include "audio/loudness.h"

#include <ebur128.h>
#include <math.h>

#include "audio/sound-file.h"

enum { BLOCK_FRAMES = 1 << 14 };

/* Beyond 5.1 no layout is known: every channel counts like a front one. */
static void
set_channels (ebur128_state *state, unsigned n_channels)
{
  for (unsigned c = 0; n_channels > 6 && c < n_channels; c++)
    ebur128_set_channel (state, c, c % 2 == 0 ? EBUR128_LEFT : EBUR128_RIGHT);
}

/* Interleaves a block and returns the largest absolute value. */
static float
take_block (const TsrSignal *signal, gint64 first, gsize n, float *interleaved)
{
  unsigned n_channels = tsr_signal_n_channels (signal);
  float    peak = 0;
  for (unsigned c = 0; c < n_channels; c++) {
    const float *from = tsr_signal_channel (signal, c) + first;
    for (gsize i = 0; i < n; i++) {
      interleaved[i * n_channels + c] = from[i];
      peak = fmaxf (peak, fabsf (from[i]));
    }
  }
  return peak;
}

void
tsr_loudness_measure (const TsrSignal *signal, double *peak_dbfs, double *loudness_lufs)
{
  unsigned          n_channels = tsr_signal_n_channels (signal);
  gint64            n_frames = tsr_signal_n_frames (signal);
  g_autofree float *interleaved = g_new (float, (gsize)BLOCK_FRAMES *n_channels);
  float             peak = 0;
  ebur128_state    *state = ebur128_init (
      n_channels, (unsigned long)lround (tsr_signal_rate_hz (signal)), EBUR128_MODE_I);
  if (state != NULL)
    set_channels (state, n_channels);
  for (gint64 first = 0; first < n_frames; first += BLOCK_FRAMES) {
    gsize n = (gsize)MIN ((gint64)BLOCK_FRAMES, n_frames - first);
    peak = fmaxf (peak, take_block (signal, first, n, interleaved));
    if (state != NULL)
      ebur128_add_frames_float (state, interleaved, n);
    tsr_signal_discard (signal, first, (gint64)n);
  }
  *peak_dbfs = peak > 0 ? 20 * log10 ((double)peak) : -INFINITY;
  *loudness_lufs = -INFINITY;
  if (state != NULL) {
    if (ebur128_loudness_global (state, loudness_lufs) != EBUR128_SUCCESS)
      *loudness_lufs = -INFINITY;
    ebur128_destroy (&state);
  }
}

struct TsrMomentary {
  ebur128_state *state; /* NULL when memory was short */
};

TsrMomentary *
tsr_momentary_new (double rate_hz)
{
  TsrMomentary *self = g_new0 (TsrMomentary, 1);
  self->state = ebur128_init (2, (unsigned long)lround (rate_hz), EBUR128_MODE_M);
  return self;
}

void
tsr_momentary_free (TsrMomentary *self)
{
  if (self == NULL)
    return;
  if (self->state != NULL)
    ebur128_destroy (&self->state);
  g_free (self);
}

void
tsr_momentary_add (TsrMomentary *self, const float *interleaved, gsize n_frames)
{
  if (self->state != NULL)
    ebur128_add_frames_float (self->state, interleaved, n_frames);
}

double
tsr_momentary_get (TsrMomentary *self)
{
  double lufs;
  if (self->state == NULL ||
      ebur128_loudness_momentary (self->state, &lufs) != EBUR128_SUCCESS)
    return -INFINITY;
  return lufs;
}
