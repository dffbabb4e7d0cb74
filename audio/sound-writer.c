/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writing sound files: format by suffix, rounding and clipping, and a file that appears
 * whole or not at all.
 */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "audio/encoder.h"
#include "audio/sound-file.h"
#include "model/output-file.h"

enum { BLOCK_SAMPLES = 1 << 16 }; /* of all channels together */

/* WAV and AIFF count their bytes in 32 bits; the header and cues need some, too. */
#define MAX_BYTES ((gint64)G_MAXUINT32 - (1 << 20))

#define FAIL(error, ...)                                                                 \
  g_set_error (error, TSR_SOUND_FILE_ERROR, TSR_SOUND_FILE_ERROR_WRITE, __VA_ARGS__)

static const struct {
  const char    *suffix;
  TsrEncoderType type;
  int            bits[3]; /* by TsrSampleFormat; 0: floats go to the encoder */
  guint          max_channels;
} outputs[] = {
    {".wav", TSR_ENCODER_WAV, {16, 24, 0}, 64},
    {".aiff", TSR_ENCODER_AIFF, {16, 24, 0}, 64},
    {".aif", TSR_ENCODER_AIFF, {16, 24, 0}, 64},
    {".flac", TSR_ENCODER_FLAC, {16, 24, 24}, 8},
    {".ogg", TSR_ENCODER_OGG, {0, 0, 0}, 64},
};

struct TsrSoundFileWriter {
  TsrOutputFile *output;
  TsrEncoder    *encoder;
  guint          n_channels;
  int            bits;       /* 16, 24; 0: floats */
  double         full_scale; /* integers at level 1 */
  float         *floats;     /* one interleaved block, */
  int           *integers;   /* either of the two */
  gboolean       is_32_bit;  /* the format counts its bytes in 32 bits */
  guint64        n_clipped;
};

static gboolean
has_suffix (const char *path, const char *suffix)
{
  gsize n = strlen (path), m = strlen (suffix);
  return n > m && g_ascii_strcasecmp (path + n - m, suffix) == 0;
}

gboolean
tsr_sound_file_can_write (const char *path, GError **error)
{
  g_autofree char *name = tsr_display_path (path);

  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++)
    if (has_suffix (path, outputs[i].suffix))
      return TRUE;
  FAIL (
      error,
      _ ("%s: the suffix names no format that can be written; use .wav, .flac, .aiff or "
         ".ogg"),
      name);
  return FALSE;
}

/* -1 with an error. */
static int
find_output (const char *path, guint n_channels, GError **error)
{
  g_autofree char *name = tsr_display_path (path);
  gsize            i = 0;

  if (!tsr_sound_file_can_write (path, error))
    return -1;
  while (!has_suffix (path, outputs[i].suffix))
    i++;
  if (n_channels <= outputs[i].max_channels)
    return (int)i;
  FAIL (error,
        _ ("%s: this format holds at most %u channels, not %u; write .wav"),
        name,
        outputs[i].max_channels,
        n_channels);
  return -1;
}

static void
writer_free (TsrSoundFileWriter *self)
{
  tsr_encoder_close (self->encoder);
  tsr_output_file_abort (self->output);
  g_free (self->floats);
  g_free (self->integers);
  g_free (self);
}

/* Turns an I/O error into one of ours; takes it. */
static gboolean
take_error (GError *local, GError **error)
{
  FAIL (error, "%s", local->message);
  g_error_free (local);
  return FALSE;
}

TsrSoundFileWriter *
tsr_sound_file_writer_new (const char     *path,
                           double          rate_hz,
                           guint           n_channels,
                           TsrSampleFormat samples,
                           const TsrCue   *cues,
                           gsize           n_cues,
                           GError        **error)
{
  GError *local = NULL;
  int     output = find_output (path, n_channels, error);
  if (output < 0)
    return NULL;
  TsrSoundFileWriter *self = g_new0 (TsrSoundFileWriter, 1);
  TsrEncoderType      type = outputs[output].type;
  self->n_channels = n_channels;
  self->bits = outputs[output].bits[samples];
  self->full_scale = self->bits > 0 ? (double)((gint64)1 << (self->bits - 1)) : 1;
  self->is_32_bit = type == TSR_ENCODER_WAV || type == TSR_ENCODER_AIFF;
  self->floats = g_new (float, BLOCK_SAMPLES);
  self->integers = g_new (int, BLOCK_SAMPLES);
  self->output = tsr_output_file_new (path, &local);
  if (self->output == NULL) {
    take_error (local, error);
    writer_free (self);
    return NULL;
  }
  self->encoder = tsr_encoder_new (self->output, type, samples, rate_hz, n_channels);
  if (self->encoder == NULL) {
    FAIL (error,
          _ ("%s: this format does not take %u channels at %.0f Hz; write .wav"),
          tsr_output_file_name (self->output),
          n_channels,
          rate_hz);
    writer_free (self);
    return NULL;
  }
  tsr_encoder_set_cues (self->encoder, type, rate_hz, cues, n_cues);
  return self;
}

static gboolean
set_write_error (TsrSoundFileWriter *self, GError **error)
{
  GError *local = NULL;
  int     code = tsr_output_file_code (self->output);
  tsr_output_file_set_error (
      tsr_output_file_name (self->output), code != 0 ? code : EIO, &local);
  return take_error (local, error);
}

/* libsndfile takes integers left-justified in 32 bits. */
static int
to_integer (TsrSoundFileWriter *self, double sample)
{
  double limit = self->full_scale;
  double value = isfinite (sample) ? rint (sample * limit) : 0;
  if (fabs (value) > limit)
    self->n_clipped++;
  value = CLAMP (value, -limit, limit - 1);
  return (int)value * (1 << (32 - self->bits));
}

static gboolean
write_block (TsrSoundFileWriter *self, double *const *channels, gsize first, gsize n)
{
  for (gsize c = 0; c < self->n_channels; c++) {
    const double *from = channels[c] + first;
    for (gsize i = 0; i < n; i++) {
      gsize to = i * self->n_channels + c;
      if (self->bits > 0)
        self->integers[to] = to_integer (self, from[i]);
      else
        self->floats[to] = isfinite (from[i]) ? (float)from[i] : 0;
    }
  }
  gboolean ok = self->bits > 0
                    ? tsr_encoder_write_integers (self->encoder, self->integers, n)
                    : tsr_encoder_write_floats (self->encoder, self->floats, n);
  return ok && tsr_output_file_code (self->output) == 0;
}

gboolean
tsr_sound_file_writer_write (TsrSoundFileWriter *self,
                             double *const      *channels,
                             gsize               n_frames,
                             GError            **error)
{
  gsize block = BLOCK_SAMPLES / self->n_channels;
  if (self->is_32_bit &&
      tsr_output_file_size (self->output) >
          MAX_BYTES - (gint64)(n_frames * self->n_channels * sizeof (float))) {
    FAIL (error,
          _ ("%s: this format holds at most 4 GiB; write .flac, or a part of the sound"),
          tsr_output_file_name (self->output));
    return FALSE;
  }
  for (gsize first = 0; first < n_frames; first += block)
    if (!write_block (self, channels, first, MIN (block, n_frames - first)))
      return set_write_error (self, error);
  return TRUE;
}

gboolean
tsr_sound_file_writer_finish (TsrSoundFileWriter *self,
                              guint64            *n_clipped,
                              GError            **error)
{
  GError *local = NULL;
  if (n_clipped != NULL)
    *n_clipped = self->n_clipped;
  gboolean closed = tsr_encoder_close (g_steal_pointer (&self->encoder));
  if (!closed || tsr_output_file_code (self->output) != 0) {
    set_write_error (self, error);
    writer_free (self);
    return FALSE;
  }
  gboolean ok = tsr_output_file_commit (g_steal_pointer (&self->output), &local);
  if (!ok)
    take_error (local, error);
  writer_free (self);
  return ok;
}

void
tsr_sound_file_writer_abort (TsrSoundFileWriter *self)
{
  if (self != NULL)
    writer_free (self);
}
