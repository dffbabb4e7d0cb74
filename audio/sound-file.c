/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sound files by libsndfile. What a header says is a claim: sizes are checked against the
 * limits, and memory grows only with samples that were decoded.
 */
#include "audio/sound-file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <sndfile.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/cue-labels.h"
#include "audio/encoder.h"
#include "audio/input-file.h"
#include "audio/sample-store.h"
#include "audio/sound-header.h"

enum {
  MAX_CHANNELS = 64,
  MIN_RATE_HZ = 1000,
  MAX_RATE_HZ = 768000,
  MAX_HOURS = 24,
  BLOCK_SAMPLES = 1 << 16, /* of all channels together */
  /* Least part of the promise that must be there. Sizes in an uncompressed file are a
   * plain statement, and what breaks it is no whole recording; a compressed stream that
   * ends early is worth what it holds. */
  MIN_PART_UNCOMPRESSED_PERMILLE = 990,
  MIN_PART_COMPRESSED_PERMILLE = 10,
};

G_DEFINE_QUARK (tsr - sound - file - error - quark, tsr_sound_file_error)

/* A file that is being decoded. */
typedef struct {
  const char       *name; /* for sentences */
  int               fd;   /* borrowed */
  gint64            n_bytes;
  SNDFILE          *file;
  SF_INFO           format;
  TsrSoundFileInfo *info;
  int               min_part_permille; /* of n_promised_frames */
  TsrSampleStore   *store;
  GChecksum        *checksum;
  float            *interleaved; /* one block */
  float            *planar;      /* the same, channel after channel */
} Decoder;

#define FAIL(error, code, ...)                                                           \
  g_set_error (error, TSR_SOUND_FILE_ERROR, TSR_SOUND_FILE_ERROR_##code, __VA_ARGS__)

/* --- what kind of file it is ---------------------------------------------------- */

static const struct {
  int         type;
  const char *name;
} formats[] = {
    {SF_FORMAT_WAV, "wav"},
    {SF_FORMAT_WAVEX, "wav"},
    {SF_FORMAT_RF64, "wav"},
    {SF_FORMAT_AIFF, "aiff"},
    {SF_FORMAT_FLAC, "flac"},
    {SF_FORMAT_OGG, "ogg"},
    {SF_FORMAT_MPEG, "mp3"},
};

static const struct {
  int      subtype;
  int      bits;
  gboolean is_float;
} codings[] = {
    {SF_FORMAT_PCM_S8, 16, FALSE},
    {SF_FORMAT_PCM_U8, 16, FALSE},
    {SF_FORMAT_PCM_16, 16, FALSE},
    {SF_FORMAT_PCM_24, 24, FALSE},
    {SF_FORMAT_PCM_32, 32, FALSE},
    {SF_FORMAT_FLOAT, 32, TRUE},
    {SF_FORMAT_DOUBLE, 32, TRUE},
    {SF_FORMAT_ULAW, 16, FALSE},
    {SF_FORMAT_ALAW, 16, FALSE},
    {SF_FORMAT_VORBIS, 16, FALSE},
    {SF_FORMAT_OPUS, 16, FALSE},
    {SF_FORMAT_MPEG_LAYER_I, 16, FALSE},
    {SF_FORMAT_MPEG_LAYER_II, 16, FALSE},
    {SF_FORMAT_MPEG_LAYER_III, 16, FALSE},
};

/* Only the listed formats and codings: the rest of libsndfile's decoders is little used,
 * and that is where its holes are. */
static gboolean
describe_format (Decoder *self, GError **error)
{
  int type = self->format.format & SF_FORMAT_TYPEMASK;
  int subtype = self->format.format & SF_FORMAT_SUBMASK;
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].type == type)
      g_strlcpy (self->info->format, formats[i].name, sizeof self->info->format);
  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++)
    if (codings[i].subtype == subtype) {
      self->info->bits = codings[i].bits;
      self->info->is_float = codings[i].is_float;
    }
  if (self->info->format[0] != '\0' && self->info->bits != 0)
    return TRUE;
  FAIL (error,
        FORMAT,
        _ ("%s: this kind of sound file is not read; convert it to WAV or FLAC"),
        self->name);
  return FALSE;
}

static gboolean
check_limits (Decoder *self, GError **error)
{
  if (self->format.channels < 1 || self->format.samplerate < 1)
    FAIL (error,
          FORMAT,
          _ ("%s: the header makes no sense (%d channels at %d Hz); get another copy of "
             "it"),
          self->name,
          self->format.channels,
          self->format.samplerate);
  else if (self->format.channels > MAX_CHANNELS)
    FAIL (error,
          TOO_LARGE,
          _ ("%s: it has %d channels and at most %d can be read; split it into several "
             "files"),
          self->name,
          self->format.channels,
          MAX_CHANNELS);
  else if (self->format.samplerate > MAX_RATE_HZ)
    FAIL (error,
          TOO_LARGE,
          _ ("%s: its rate is %d Hz and at most %d Hz can be read; convert it to a lower "
             "one"),
          self->name,
          self->format.samplerate,
          MAX_RATE_HZ);
  else if (self->format.samplerate < MIN_RATE_HZ)
    FAIL (
        error,
        FORMAT,
        _ ("%s: its rate is %d Hz and %d Hz is the least that makes a sound; get another "
           "copy of it"),
        self->name,
        self->format.samplerate,
        MIN_RATE_HZ);
  else
    return TRUE;
  return FALSE;
}

/* libsndfile says SF_COUNT_MAX or 0 where it does not know. */
static void
find_promise (Decoder *self)
{
  gint64 promised = tsr_sound_header_promised_frames (self->fd);
  self->min_part_permille =
      promised < 0 ? MIN_PART_COMPRESSED_PERMILLE : MIN_PART_UNCOMPRESSED_PERMILLE;
  if (promised < 0)
    promised = self->format.frames > 0 && self->format.frames < ((gint64)1 << 50)
                   ? self->format.frames
                   : 0;
  self->info->n_promised_frames = promised;
}

static gboolean
open_decoder (Decoder *self, GError **error)
{
  if (self->n_bytes == 0) {
    FAIL (error, FORMAT, _ ("%s: the file is empty; get another copy of it"), self->name);
    return FALSE;
  }
  self->file = sf_open_fd (self->fd, SFM_READ, &self->format, SF_FALSE);
  if (self->file == NULL) {
    if (tsr_sound_header_promised_frames (self->fd) > 0)
      FAIL (error,
            NO_SAMPLES,
            _ ("%s: the header promises samples that are not there; get another copy of "
               "it"),
            self->name);
    else
      FAIL (error,
            FORMAT,
            _ ("%s: this is not a sound file that can be read; choose a WAV, AIFF, FLAC, "
               "Ogg or MP3 file"),
            self->name);
    return FALSE;
  }
  if (!check_limits (self, error) || !describe_format (self, error))
    return FALSE;
  self->info->rate_hz = self->format.samplerate;
  self->info->n_channels = (guint)self->format.channels;
  find_promise (self);
  return TRUE;
}

/* --- samples ------------------------------------------------------------------- */

/* Sets what is not a number to zero and parts the channels. */
static void
sort_block (Decoder *self, gsize n_frames, const float **channels)
{
  gsize n_channels = self->info->n_channels;
  for (gsize i = 0; i < n_frames * n_channels; i++)
    if (!isfinite (self->interleaved[i])) {
      self->interleaved[i] = 0;
      self->info->n_repaired_samples++;
    }
  g_checksum_update (self->checksum,
                     (const guchar *)self->interleaved,
                     (gssize)(n_frames * n_channels * sizeof (float)));
  for (gsize c = 0; c < n_channels; c++) {
    float *to = self->planar + c * n_frames;
    for (gsize i = 0; i < n_frames; i++)
      to[i] = self->interleaved[i * n_channels + c];
    channels[c] = to;
  }
}

static gboolean
check_length (Decoder *self, gint64 n_frames, GError **error)
{
  if ((double)n_frames <= self->info->rate_hz * 3600 * MAX_HOURS)
    return TRUE;
  FAIL (error,
        TOO_LARGE,
        _ ("%s: it is longer than %d hours; cut it into shorter files"),
        self->name,
        MAX_HOURS);
  return FALSE;
}

static gboolean
store_block (Decoder *self, gsize n_frames, GError **error)
{
  const float *channels[MAX_CHANNELS];
  GError      *local = NULL;
  sort_block (self, n_frames, channels);
  if (tsr_sample_store_append (self->store, channels, n_frames, &local))
    return check_length (self, tsr_sample_store_n_frames (self->store), error);
  FAIL (error,
        WRITE,
        _ ("%s: %s; free some space or set TMPDIR to a larger folder"),
        self->name,
        local->message);
  g_error_free (local);
  return FALSE;
}

static void
report_progress (Decoder *self, const TsrJob *job)
{
  if (self->info->n_promised_frames > 0)
    tsr_job_progress (job,
                      MIN (1.0,
                           (double)tsr_sample_store_n_frames (self->store) /
                               (double)self->info->n_promised_frames));
}

static gboolean
decode (Decoder *self, const TsrJob *job, GError **error)
{
  sf_count_t block = BLOCK_SAMPLES / self->format.channels;
  sf_count_t n;
  self->interleaved = g_new (float, BLOCK_SAMPLES);
  self->planar = g_new (float, BLOCK_SAMPLES);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->store =
      tsr_sample_store_new (self->info->n_channels, TSR_SAMPLE_STORE_HEAP_LIMIT);
  if (!check_length (self, self->info->n_promised_frames, error))
    return FALSE;
  while ((n = sf_readf_float (self->file, self->interleaved, block)) > 0) {
    if (tsr_job_cancelled (job)) {
      FAIL (error, CANCELLED, _ ("%s: reading was cancelled"), self->name);
      return FALSE;
    }
    if (!store_block (self, (gsize)n, error))
      return FALSE;
    report_progress (self, job);
  }
  self->info->n_frames = tsr_sample_store_n_frames (self->store);
  g_strlcpy (self->info->decoded_sha256,
             g_checksum_get_string (self->checksum),
             sizeof self->info->decoded_sha256);
  return TRUE;
}

/* --- what was found against what was promised ------------------------------------ */

static gboolean
check_promise (Decoder *self, GError **error)
{
  gint64 found = self->info->n_frames, promised = self->info->n_promised_frames;
  if (found == 0 && promised == 0)
    FAIL (error,
          NO_SAMPLES,
          _ ("%s: there is not one sample in it; choose a file that holds sound"),
          self->name);
  else if (found == 0)
    FAIL (error,
          NO_SAMPLES,
          _ ("%s: the header promises %" PRId64
             " samples and none is there; get another copy of it"),
          self->name,
          promised);
  else if ((double)found < (double)promised * self->min_part_permille / 1000.0)
    FAIL (error,
          NO_SAMPLES,
          _ ("%s: the header promises %" PRId64 " samples and only %" PRId64
             " are there; get a whole copy of it"),
          self->name,
          promised,
          found);
  else
    return TRUE;
  return FALSE;
}

static void
add_notes (const Decoder *self, GPtrArray *notes)
{
  gint64 found = self->info->n_frames, promised = self->info->n_promised_frames;
  gint64 repaired = self->info->n_repaired_samples;
  if (found < promised)
    g_ptr_array_add (
        notes,
        g_strdup_printf (_ ("%s: the file ends early; %.3f of %.3f seconds are "
                            "there and were read"),
                         self->name,
                         (double)found / self->info->rate_hz,
                         (double)promised / self->info->rate_hz));
  else if (sf_error (self->file) != SF_ERR_NO_ERROR)
    g_ptr_array_add (notes,
                     g_strdup_printf (_ ("%s: part of the file is damaged; %.3f seconds "
                                         "could be read"),
                                      self->name,
                                      (double)found / self->info->rate_hz));
  if (repaired > 0)
    g_ptr_array_add (
        notes,
        g_strdup_printf (
            g_dngettext (GETTEXT_PACKAGE,
                         "%s: %" PRId64 " sample was not a number and is set to zero",
                         "%s: %" PRId64 " samples were not numbers and are set to zero",
                         (gulong)repaired),
            self->name,
            repaired));
}

static TsrSignal *
finish (Decoder *self, GError **error)
{
  GError    *local = NULL;
  TsrSignal *signal = tsr_sample_store_finish (
      g_steal_pointer (&self->store), self->info->rate_hz, &local);
  if (signal == NULL) {
    FAIL (error,
          WRITE,
          _ ("%s: %s; free some memory and try again"),
          self->name,
          local->message);
    g_error_free (local);
  }
  return signal;
}

static void
decoder_clear (Decoder *self)
{
  if (self->file != NULL)
    sf_close (self->file);
  tsr_sample_store_free (self->store);
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_free (self->interleaved);
  g_free (self->planar);
}

/* --- reading ------------------------------------------------------------------- */

TsrSignal *
tsr_sound_file_read_fd (int               fd,
                        const char       *name,
                        const TsrJob     *job,
                        TsrSoundFileInfo *info,
                        GPtrArray       **notes,
                        GError          **error)
{
  TsrSoundFileInfo own = {0};
  struct stat      what;
  g_autofree char *display = tsr_display_path (name);
  Decoder          self = {.name = display, .fd = fd, .info = &own};
  TsrSignal       *signal = NULL;
  if (notes != NULL)
    *notes = NULL;
  if (fstat (fd, &what) != 0) {
    const char *why = g_strerror (errno);
    FAIL (error, NOT_FOUND, _ ("%s: reading failed (%s)"), display, why);
    return NULL;
  }
  self.n_bytes = what.st_size;
  if (tsr_check_regular (display, &what, error) && open_decoder (&self, error) &&
      decode (&self, job, error) && check_promise (&self, error))
    signal = finish (&self, error);
  if (signal != NULL && notes != NULL) {
    *notes = g_ptr_array_new_with_free_func (g_free);
    add_notes (&self, *notes);
  }
  decoder_clear (&self);
  if (signal != NULL && info != NULL)
    *info = own;
  return signal;
}

TsrSignal *
tsr_sound_file_read (const char       *path,
                     const TsrJob     *job,
                     TsrSoundFileInfo *info,
                     GPtrArray       **notes,
                     GError          **error)
{
  if (notes != NULL)
    *notes = NULL;
  int fd = tsr_open_regular (path, error);
  if (fd < 0)
    return NULL;
  TsrSignal *signal = tsr_sound_file_read_fd (fd, path, job, info, notes, error);
  close (fd);
  return signal;
}

/* --- writing ------------------------------------------------------------------- */

struct TsrEncoder {
  SNDFILE      *file;
  SF_VIRTUAL_IO io;
};

static sf_count_t
io_length (void *data)
{
  return tsr_output_file_size (data);
}

static sf_count_t
io_seek (sf_count_t offset, int whence, void *data)
{
  return tsr_output_file_seek (data, offset, whence);
}

static sf_count_t
io_read (void *bytes, sf_count_t n, void *data)
{
  return tsr_output_file_read (data, bytes, n);
}

static sf_count_t
io_write (const void *bytes, sf_count_t n, void *data)
{
  return tsr_output_file_write (data, bytes, n);
}

static sf_count_t
io_tell (void *data)
{
  return tsr_output_file_seek (data, 0, SEEK_CUR);
}

static const struct {
  int type;
  int subtypes[3]; /* by TsrSampleFormat */
} encodings[] = {
    [TSR_ENCODER_WAV] = {SF_FORMAT_WAV,
                         {SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_FLOAT}},
    [TSR_ENCODER_AIFF] = {SF_FORMAT_AIFF,
                          {SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_FLOAT}},
    [TSR_ENCODER_FLAC] = {SF_FORMAT_FLAC,
                          {SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_24}},
    [TSR_ENCODER_OGG] = {SF_FORMAT_OGG,
                         {SF_FORMAT_VORBIS, SF_FORMAT_VORBIS, SF_FORMAT_VORBIS}},
};

TsrEncoder *
tsr_encoder_new (TsrOutputFile  *output,
                 TsrEncoderType  type,
                 TsrSampleFormat samples,
                 double          rate_hz,
                 guint           n_channels)
{
  double      quality = 0.8; /* of Vorbis: about 256 kbit/s in stereo */
  TsrEncoder *self = g_new0 (TsrEncoder, 1);
  SF_INFO     format = {
          .samplerate = (int)lround (rate_hz),
          .channels = (int)n_channels,
          .format = encodings[type].type | encodings[type].subtypes[samples],
  };
  self->io = (SF_VIRTUAL_IO){io_length, io_seek, io_read, io_write, io_tell};
  self->file = sf_open_virtual (&self->io, SFM_WRITE, &format, output);
  if (self->file == NULL) {
    g_free (self);
    return NULL;
  }
  if (type == TSR_ENCODER_OGG)
    sf_command (self->file, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
  return self;
}

void
tsr_encoder_set_cues (TsrEncoder    *self,
                      TsrEncoderType type,
                      double         rate_hz,
                      const TsrCue  *cues,
                      gsize          n_cues)
{
  if (n_cues == 0 || (type != TSR_ENCODER_WAV && type != TSR_ENCODER_AIFF))
    return;
  gsize            size = sizeof (guint32) + n_cues * sizeof (SF_CUE_POINT);
  g_autofree void *memory = g_malloc0 (size);
  guint32         *count = memory;
  SF_CUE_POINT    *points = (void *)((char *)memory + sizeof (guint32));
  *count = (guint32)n_cues;
  for (gsize i = 0; i < n_cues; i++) {
    double frame = CLAMP (round (cues[i].time_s * rate_hz), 0, G_MAXINT32);
    points[i].indx = (int32_t)i + 1;
    points[i].position = (guint32)frame;
    points[i].fcc_chunk = (int32_t)GUINT32_FROM_LE (0x61746164); /* "data" */
    points[i].sample_offset = (guint32)frame;
    g_strlcpy (points[i].name, cues[i].name, sizeof points[i].name);
  }
  sf_command (self->file, SFC_SET_CUE, memory, (int)size);
  if (type == TSR_ENCODER_WAV) {
    g_autoptr (GByteArray) labels = tsr_cue_labels (cues, n_cues);
    SF_CHUNK_INFO chunk = {
        .id = "LIST", .id_size = 4, .datalen = labels->len, .data = labels->data};
    sf_set_chunk (self->file, &chunk);
  }
}

gboolean
tsr_encoder_write_integers (TsrEncoder *self, const int *interleaved, gsize n_frames)
{
  sf_count_t n = (sf_count_t)n_frames;
  return sf_writef_int (self->file, interleaved, n) == n;
}

gboolean
tsr_encoder_write_floats (TsrEncoder *self, const float *interleaved, gsize n_frames)
{
  sf_count_t n = (sf_count_t)n_frames;
  return sf_writef_float (self->file, interleaved, n) == n;
}

gboolean
tsr_encoder_close (TsrEncoder *self)
{
  if (self == NULL)
    return TRUE;
  int code = sf_close (self->file);
  g_free (self);
  return code == 0;
}
