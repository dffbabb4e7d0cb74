/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decoded sound, reference counted.
 */
#include "model/dsp/signal.h"

#include <stdatomic.h>
#include <stdlib.h>

struct TsrSignal {
  atomic_int n_refs;
  double     rate_hz;
  unsigned   n_channels;
  int64_t    n_frames;
  float    **channels;                        /* n_channels pointers */
  void (*release) (void *);                   /* NULL: channels[0] is our own block */
  void (*discard) (void *, int64_t, int64_t); /* may be NULL */
  void *release_data;
};

static TsrSignal *
signal_alloc (double rate_hz, unsigned n_channels, int64_t n_frames)
{
  if (!(rate_hz > 0) || n_channels == 0 || n_frames < 0)
    return NULL;
  TsrSignal *signal = calloc (1, sizeof *signal);
  if (signal == NULL)
    return NULL;
  signal->channels = calloc (n_channels, sizeof *signal->channels);
  if (signal->channels == NULL) {
    free (signal);
    return NULL;
  }
  atomic_init (&signal->n_refs, 1);
  signal->rate_hz = rate_hz;
  signal->n_channels = n_channels;
  signal->n_frames = n_frames;
  return signal;
}

TsrSignal *
tsr_signal_new (double rate_hz, unsigned n_channels, int64_t n_frames)
{
  size_t n_samples;
  if (n_frames < 0 ||
      __builtin_mul_overflow ((size_t)n_frames, (size_t)n_channels, &n_samples))
    return NULL;
  TsrSignal *signal = signal_alloc (rate_hz, n_channels, n_frames);
  if (signal == NULL)
    return NULL;
  signal->channels[0] = calloc (n_samples > 0 ? n_samples : 1, sizeof (float));
  if (signal->channels[0] == NULL) {
    free (signal->channels);
    free (signal);
    return NULL;
  }
  for (unsigned c = 1; c < n_channels; c++)
    signal->channels[c] = signal->channels[0] + (size_t)n_frames * c;
  return signal;
}

TsrSignal *
tsr_signal_new_over (double        rate_hz,
                     unsigned      n_channels,
                     int64_t       n_frames,
                     float *const *channels,
                     void (*release) (void *release_data),
                     void (*discard) (void *release_data, int64_t first, int64_t n),
                     void *release_data)
{
  TsrSignal *signal = signal_alloc (rate_hz, n_channels, n_frames);
  if (signal == NULL)
    return NULL;
  for (unsigned c = 0; c < n_channels; c++)
    signal->channels[c] = channels[c];
  signal->release = release;
  signal->discard = discard;
  signal->release_data = release_data;
  return signal;
}

TsrSignal *
tsr_signal_ref (TsrSignal *signal)
{
  atomic_fetch_add_explicit (&signal->n_refs, 1, memory_order_relaxed);
  return signal;
}

void
tsr_signal_unref (TsrSignal *signal)
{
  if (signal == NULL ||
      atomic_fetch_sub_explicit (&signal->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  if (signal->release != NULL)
    signal->release (signal->release_data);
  else
    free (signal->channels[0]);
  free (signal->channels);
  free (signal);
}

double
tsr_signal_rate_hz (const TsrSignal *signal)
{
  return signal->rate_hz;
}

unsigned
tsr_signal_n_channels (const TsrSignal *signal)
{
  return signal->n_channels;
}

int64_t
tsr_signal_n_frames (const TsrSignal *signal)
{
  return signal->n_frames;
}

double
tsr_signal_duration_s (const TsrSignal *signal)
{
  return (double)signal->n_frames / signal->rate_hz;
}

const float *
tsr_signal_channel (const TsrSignal *signal, unsigned channel)
{
  return signal->channels[channel];
}

float *
tsr_signal_channel_writable (TsrSignal *signal, unsigned channel)
{
  return signal->channels[channel];
}

void
tsr_signal_discard (const TsrSignal *signal, int64_t first, int64_t n)
{
  if (signal->discard != NULL)
    signal->discard (signal->release_data, first, n);
}
