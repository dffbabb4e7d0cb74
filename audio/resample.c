/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rate conversion by libsamplerate's best converter, block after block, channels in
 * parallel.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <samplerate.h>
#include <string.h>

#include "audio/sample-store.h"
#include "audio/sound-file.h"

enum { BLOCK_FRAMES = 1 << 14 }; /* of input or of output, whichever is more */

typedef struct {
  const TsrSignal *signal;
  unsigned         n_channels;
  double           ratio;    /* output over input rate */
  gsize            capacity; /* output frames of one block */
  SRC_STATE      **states;   /* n_channels */
  float          **blocks;   /* n_channels times capacity */
  gint64           first;    /* input frame of this block */
  gsize            n_input;  /* input frames of this block */
  gsize           *n_used;   /* n_channels: input frames taken */
  gsize           *n_made;   /* n_channels: output frames given */
} Resampler;

static void
convert_channel (void *data, size_t channel, size_t worker)
{
  Resampler *self = data;
  gint64     end = self->first + (gint64)self->n_input;
  SRC_DATA   block = {
        .data_in = tsr_signal_channel (self->signal, (unsigned)channel) + self->first,
        .input_frames = (long)self->n_input,
        .data_out = self->blocks[channel],
        .output_frames = (long)self->capacity,
        .src_ratio = self->ratio,
        .end_of_input = end == tsr_signal_n_frames (self->signal),
  };
  src_process (self->states[channel], &block);
  self->n_used[channel] = (gsize)block.input_frames_used;
  self->n_made[channel] = (gsize)block.output_frames_gen;
}

/* Fills the blocks with what comes next and returns how many frames; silence once the
 * converters are empty. All channels see the same block lengths, so they agree. */
static gsize
next_block (Resampler *self, const TsrJob *job)
{
  gsize n_block = (gsize)MAX (1, (double)BLOCK_FRAMES / MAX (1.0, self->ratio));
  self->n_input =
      (gsize)MIN ((gint64)n_block, tsr_signal_n_frames (self->signal) - self->first);
  tsr_job_parallel_for (job, self->n_channels, convert_channel, self);
  if (self->n_made[0] > 0 || self->n_used[0] > 0)
    return self->n_made[0];
  for (unsigned c = 0; c < self->n_channels; c++)
    memset (self->blocks[c], 0, self->capacity * sizeof (float));
  return self->capacity;
}

/* The store gets exactly n_wanted frames. */
static gboolean
convert (Resampler      *self,
         TsrSampleStore *store,
         gint64          n_wanted,
         const TsrJob   *job,
         GError        **error)
{
  while (tsr_sample_store_n_frames (store) < n_wanted) {
    if (tsr_job_cancelled (job)) {
      g_set_error_literal (error,
                           TSR_SOUND_FILE_ERROR,
                           TSR_SOUND_FILE_ERROR_CANCELLED,
                           _ ("rate conversion was cancelled"));
      return FALSE;
    }
    gint64 n = (gint64)next_block (self, job);
    n = MIN (n, n_wanted - tsr_sample_store_n_frames (store));
    if (!tsr_sample_store_append (
            store, (const float *const *)self->blocks, (gsize)n, error))
      return FALSE;
    tsr_signal_discard (self->signal, self->first, (gint64)self->n_used[0]);
    self->first += (gint64)self->n_used[0];
    tsr_job_progress (job, (double)tsr_sample_store_n_frames (store) / (double)n_wanted);
  }
  return TRUE;
}

static gboolean
resampler_init (Resampler *self, const TsrSignal *signal, double ratio, GError **error)
{
  int code = 0;
  self->signal = signal;
  self->n_channels = tsr_signal_n_channels (signal);
  self->ratio = ratio;
  self->capacity = BLOCK_FRAMES + 64;
  self->states = g_new0 (SRC_STATE *, self->n_channels);
  self->blocks = g_new0 (float *, self->n_channels);
  self->n_used = g_new0 (gsize, self->n_channels);
  self->n_made = g_new0 (gsize, self->n_channels);
  for (unsigned c = 0; c < self->n_channels; c++) {
    self->blocks[c] = g_new0 (float, self->capacity);
    self->states[c] = src_new (SRC_SINC_BEST_QUALITY, 1, &code);
    if (self->states[c] == NULL) {
      g_set_error (error,
                   TSR_SOUND_FILE_ERROR,
                   TSR_SOUND_FILE_ERROR_FORMAT,
                   _ ("rate conversion failed (%s)"),
                   src_strerror (code));
      return FALSE;
    }
  }
  return TRUE;
}

static void
resampler_clear (Resampler *self)
{
  for (unsigned c = 0; c < self->n_channels; c++) {
    if (self->states[c] != NULL)
      src_delete (self->states[c]);
    g_free (self->blocks[c]);
  }
  g_free (self->states);
  g_free (self->blocks);
  g_free (self->n_used);
  g_free (self->n_made);
}

TsrSignal *
tsr_resample (const TsrSignal *signal, double rate_hz, const TsrJob *job, GError **error)
{
  double ratio = rate_hz / tsr_signal_rate_hz (signal);
  if (ratio == 1)
    return tsr_signal_ref ((TsrSignal *)signal);
  if (!src_is_valid_ratio (ratio)) {
    g_set_error (error,
                 TSR_SOUND_FILE_ERROR,
                 TSR_SOUND_FILE_ERROR_FORMAT,
                 _ ("the rate cannot be converted from %.0f Hz to %.0f Hz; choose a rate "
                    "within 256 times of it"),
                 tsr_signal_rate_hz (signal),
                 rate_hz);
    return NULL;
  }
  Resampler       self = {0};
  gint64          n_wanted = llround ((double)tsr_signal_n_frames (signal) * ratio);
  TsrSampleStore *store =
      tsr_sample_store_new (tsr_signal_n_channels (signal), TSR_SAMPLE_STORE_HEAP_LIMIT);
  gboolean ok = resampler_init (&self, signal, ratio, error) &&
                convert (&self, store, n_wanted, job, error);
  resampler_clear (&self);
  if (ok)
    return tsr_sample_store_finish (store, rate_hz, error);
  tsr_sample_store_free (store);
  return NULL;
}
