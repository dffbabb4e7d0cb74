/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading sound files: round trips through every format, what is refused and with which
 * words, what is repaired, large sounds on disk.
 */
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/sample-store.h"
#include "audio/sound-file.h"
#include "tests/support/sound-files.h"

/* --- round trips ------------------------------------------------------------------ */

static const struct {
  const char     *name;
  const char     *format;
  TsrSampleFormat samples;
  guint           n_channels;
  double          rate_hz;
  int             bits;
  gboolean        is_float;
  double          error; /* at most, of a sample; 1: lossy, only the level is compared */
} trips[] = {
    {"a.wav", "wav", TSR_SAMPLES_16, 1, 44100, 16, FALSE, 0.51 / 32768},
    {"b.wav", "wav", TSR_SAMPLES_24, 2, 192000, 24, FALSE, 0.51 / 8388608},
    {"c.WAV", "wav", TSR_SAMPLES_FLOAT, 32, 48000, 32, TRUE, 6e-8},
    {"d.aiff", "aiff", TSR_SAMPLES_16, 2, 44100, 16, FALSE, 0.51 / 32768},
    {"e.aif", "aiff", TSR_SAMPLES_24, 3, 96000, 24, FALSE, 0.51 / 8388608},
    {"f.aiff", "aiff", TSR_SAMPLES_FLOAT, 1, 8000, 32, TRUE, 6e-8},
    {"g.flac", "flac", TSR_SAMPLES_16, 2, 44100, 16, FALSE, 0.51 / 32768},
    {"h.flac", "flac", TSR_SAMPLES_24, 8, 48000, 24, FALSE, 0.51 / 8388608},
    {"i.flac", "flac", TSR_SAMPLES_FLOAT, 1, 96000, 24, FALSE, 0.51 / 8388608},
    {"j.ogg", "ogg", TSR_SAMPLES_16, 2, 44100, 16, FALSE, 1},
    {"k \xc3\xa9t\xc3\xa9 *.wav",
     "wav",
     TSR_SAMPLES_16,
     64,
     768000,
     16,
     FALSE,
     0.51 / 32768},
};

static void
check_samples (const TsrSignal *signal, double gain, double error)
{
  double rate_hz = tsr_signal_rate_hz (signal);
  for (guint c = 0; c < tsr_signal_n_channels (signal); c++) {
    const float *samples = tsr_signal_channel (signal, c);
    double       worst = 0, energy = 0;
    for (gint64 i = 0; i < tsr_signal_n_frames (signal); i++) {
      double true_value = gain * sin (2 * M_PI * (220 + 110.0 * c) * (double)i / rate_hz);
      worst = MAX (worst, fabs ((double)samples[i] - true_value));
      energy += (double)samples[i] * (double)samples[i];
    }
    if (error < 1)
      g_assert_cmpfloat (worst, <=, error);
    g_assert_cmpfloat_with_epsilon (
        sqrt (2 * energy / (double)tsr_signal_n_frames (signal)) / gain, 1, 0.02);
  }
}

static void
test_round_trip (TsrTestFolder *self, const void *data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (trips); i++) {
    g_autofree char *path = tsr_test_in_folder (self, trips[i].name);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) notes = NULL;
    TsrSoundFileInfo info;
    guint64          n_clipped = 1;
    gsize            n_frames = (gsize)(trips[i].rate_hz * 0.1);
    tsr_test_write_sines (path,
                          trips[i].rate_hz,
                          trips[i].n_channels,
                          n_frames,
                          trips[i].samples,
                          0.7,
                          &n_clipped,
                          &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n_clipped, ==, 0);
    TsrSignal *signal = tsr_sound_file_read (path, NULL, &info, &notes, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (info.format, ==, trips[i].format);
    g_assert_cmpint (info.bits, ==, trips[i].bits);
    g_assert_cmpint (info.is_float, ==, trips[i].is_float);
    g_assert_cmpuint (info.n_channels, ==, trips[i].n_channels);
    g_assert_cmpfloat (info.rate_hz, ==, trips[i].rate_hz);
    g_assert_cmpint (info.n_frames, ==, n_frames);
    g_assert_cmpint (info.n_promised_frames, ==, n_frames);
    g_assert_cmpint (tsr_signal_n_frames (signal), ==, n_frames);
    g_assert_cmpuint (strlen (info.decoded_sha256), ==, 64);
    g_assert_cmpuint (notes->len, ==, 0);
    check_samples (signal, 0.7, trips[i].error);
    tsr_signal_unref (signal);
  }
  g_assert_cmpuint (tsr_test_count_files (self), ==, G_N_ELEMENTS (trips));
}

/* The same samples have the same hash, whatever container they come in. */
static void
test_hash (TsrTestFolder *self, const void *data)
{
  const char *names[] = {"a.wav", "a.flac", "a.aiff"};
  char        hash[65] = "";
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = tsr_test_in_folder (self, names[i]);
    TsrSoundFileInfo info;
    g_assert_true (
        tsr_test_write_sines (path, 44100, 2, 5000, TSR_SAMPLES_16, 0.5, NULL, NULL));
    int fd = open (path, O_RDONLY | O_CLOEXEC);
    tsr_signal_unref (tsr_sound_file_read_fd (fd, names[i], NULL, &info, NULL, NULL));
    close (fd);
    if (i > 0)
      g_assert_cmpstr (info.decoded_sha256, ==, hash);
    g_strlcpy (hash, info.decoded_sha256, sizeof hash);
  }
}

/* A small file made with LAME: 0.2 s of 440 Hz at -6 dBFS. */
static void
test_mp3 (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "tone.mp3", NULL);
  g_autoptr (GError) error = NULL;
  TsrSoundFileInfo info;
  double           peak_dbfs, loudness_lufs;
  TsrSignal       *signal = tsr_sound_file_read (path, NULL, &info, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info.format, ==, "mp3");
  g_assert_cmpint (info.bits, ==, 16);
  g_assert_cmpfloat (info.rate_hz, ==, 44100);
  g_assert_cmpint (info.n_frames, >=, 8820);
  tsr_loudness_measure (signal, &peak_dbfs, &loudness_lufs);
  g_assert_cmpfloat_with_epsilon (peak_dbfs, -6, 1.5);
  tsr_signal_unref (signal);
}

/* --- what is refused -------------------------------------------------------------- */

static void
check_refused (const char *path, TsrSoundFileError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *notes = (void *)1;
  TsrSignal *signal = tsr_sound_file_read (path, NULL, NULL, &notes, &error);
  g_assert_null (signal);
  g_assert_null (notes);
  g_assert_error (error, TSR_SOUND_FILE_ERROR, (int)code);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_not_regular (TsrTestFolder *self, const void *data)
{
  g_autofree char *missing = tsr_test_in_folder (self, "missing.wav");
  g_autofree char *fifo = tsr_test_in_folder (self, "fifo.wav");
  g_autofree char *file = tsr_test_in_folder (self, "file.wav");
  g_autofree char *below = g_build_filename (file, "below.wav", NULL);
  check_refused (missing, TSR_SOUND_FILE_ERROR_NOT_FOUND, "no such file");
  check_refused (self->folder, TSR_SOUND_FILE_ERROR_NOT_REGULAR, "a folder");
  check_refused ("/dev/null", TSR_SOUND_FILE_ERROR_NOT_REGULAR, "a device");
  check_refused ("/dev/zero", TSR_SOUND_FILE_ERROR_NOT_REGULAR, "a device");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  check_refused (fifo, TSR_SOUND_FILE_ERROR_NOT_REGULAR, "a pipe");
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  check_refused (below, TSR_SOUND_FILE_ERROR_NOT_FOUND, "no such file");
}

static void
test_not_sound (TsrTestFolder *self, const void *data)
{
  const char      *text = "Dear Sir, this is not a recording at all.\n";
  g_autofree char *empty = tsr_test_in_folder (self, "empty.wav");
  g_autofree char *letter = tsr_test_in_folder (self, "letter.wav");
  g_autofree char *letter_mp3 = tsr_test_in_folder (self, "letter.mp3");
  g_autofree char *riff = tsr_test_in_folder (self, "riff.wav");
  g_autofree char *noise = tsr_test_in_folder (self, "noise.mp3");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint8 bytes[5000];
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  check_refused (empty, TSR_SOUND_FILE_ERROR_FORMAT, "empty");
  g_assert_true (g_file_set_contents (letter, text, -1, NULL));
  check_refused (letter, TSR_SOUND_FILE_ERROR_FORMAT, "not a sound file");
  g_assert_true (g_file_set_contents (letter_mp3, text, -1, NULL));
  check_refused (letter_mp3, TSR_SOUND_FILE_ERROR_FORMAT, "not a sound file");
  g_assert_true (g_file_set_contents (riff, "RIFF\4\0\0\0WAVE", 12, NULL));
  check_refused (riff, TSR_SOUND_FILE_ERROR_FORMAT, "not a sound file");
  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)g_rand_int_range (rand, 0, 128);
  g_assert_true (g_file_set_contents (noise, (const char *)bytes, sizeof bytes, NULL));
  check_refused (noise, TSR_SOUND_FILE_ERROR_FORMAT, "not a sound file");
}

static void
test_no_samples (TsrTestFolder *self, const void *data)
{
  gint16           samples[100] = {0};
  g_autofree char *none =
      tsr_test_write_wav (self, "none.wav", (TsrTestWav){1, 1, 44100, 16, 0}, NULL, 0);
  g_autofree char *liar = tsr_test_write_wav (
      self, "liar.wav", (TsrTestWav){1, 2, 44100, 16, 4000000}, NULL, 0);
  g_autofree char *big_liar =
      tsr_test_write_wav (self,
                          "big.wav",
                          (TsrTestWav){1, 1, 44100, 16, 0x40000000},
                          samples,
                          sizeof samples);
  g_autofree char *stream = tsr_test_write_wav (
      self, "stream.wav", (TsrTestWav){1, 1, 44100, 16, 0xFFFFFFFF}, NULL, 0);
  g_autofree char *flac = tsr_test_in_folder (self, "none.flac");
  check_refused (none, TSR_SOUND_FILE_ERROR_NO_SAMPLES, "not one sample");
  check_refused (liar, TSR_SOUND_FILE_ERROR_NO_SAMPLES, "promises 1000000 samples");
  check_refused (big_liar, TSR_SOUND_FILE_ERROR_NO_SAMPLES, "only 100 are there");
  check_refused (stream, TSR_SOUND_FILE_ERROR_NO_SAMPLES, "not one sample");
  g_assert_true (
      tsr_test_write_sines (flac, 44100, 1, 40000, TSR_SAMPLES_16, 0.5, NULL, NULL));
  tsr_test_truncate (flac, 0.01);
  check_refused (flac, TSR_SOUND_FILE_ERROR_NO_SAMPLES, "promises 40000 samples");

  g_autofree char *half = tsr_test_in_folder (self, "half.wav");
  g_assert_true (
      tsr_test_write_sines (half, 44100, 1, 40000, TSR_SAMPLES_16, 0.5, NULL, NULL));
  tsr_test_truncate (half, 0.5);
  check_refused (half, TSR_SOUND_FILE_ERROR_NO_SAMPLES, "promises 40000 samples");
}

static void
test_limits (TsrTestFolder *self, const void *data)
{
  gint16           samples[130] = {0};
  g_autofree char *wide =
      tsr_test_write_wav (self,
                          "wide.wav",
                          (TsrTestWav){1, 65, 44100, 16, sizeof samples},
                          samples,
                          sizeof samples);
  g_autofree char *fast =
      tsr_test_write_wav (self,
                          "fast.wav",
                          (TsrTestWav){1, 1, 800000, 16, sizeof samples},
                          samples,
                          sizeof samples);
  g_autofree char *adpcm =
      tsr_test_write_wav (self,
                          "adpcm.wav",
                          (TsrTestWav){2, 1, 44100, 4, sizeof samples},
                          samples,
                          sizeof samples);
  g_autofree char *au = tsr_test_in_folder (self, "sun.au");
  g_autofree char *slow = tsr_test_in_folder (self, "slow.wav");
  check_refused (wide, TSR_SOUND_FILE_ERROR_TOO_LARGE, "65 channels");
  check_refused (fast, TSR_SOUND_FILE_ERROR_TOO_LARGE, "800000 Hz");
  check_refused (adpcm, TSR_SOUND_FILE_ERROR_FORMAT, "sound file");
  g_assert_true (g_file_set_contents (
      au, ".snd\0\0\0\30\0\0\0\2\0\0\0\2\0\0\x1f\x40\0\0\0\1ab", 26, NULL));
  check_refused (au, TSR_SOUND_FILE_ERROR_FORMAT, "convert it");
  const guint32 n_samples = 24 * 3600 * 1000 + 1000;
  guint8       *day = g_malloc0 (n_samples);
  g_free (slow);
  slow = tsr_test_write_wav (
      self, "slow.wav", (TsrTestWav){1, 1, 1000, 8, n_samples}, day, n_samples);
  check_refused (slow, TSR_SOUND_FILE_ERROR_TOO_LARGE, "24 hours");
  g_free (day);
}

/* --- what is repaired, and what is merely odd ------------------------------------- */

static TsrSignal *
read_with_notes (const char       *path,
                 TsrSoundFileInfo *info,
                 guint             n_notes,
                 const char       *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  TsrSignal *signal = tsr_sound_file_read (path, NULL, info, &notes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (notes->len, ==, n_notes);
  if (n_notes > 0)
    g_assert_nonnull (strstr (g_ptr_array_index (notes, 0), words));
  return signal;
}

static void
test_not_numbers (TsrTestFolder *self, const void *data)
{
  float            samples[8] = {0.5f, NAN, -0.5f, INFINITY, -INFINITY, 1e38f, -1, 1};
  TsrSoundFileInfo info;
  g_autofree char *path =
      tsr_test_write_wav (self,
                          "nan.wav",
                          (TsrTestWav){3, 2, 48000, 32, sizeof samples},
                          samples,
                          sizeof samples);
  TsrSignal *signal = read_with_notes (path, &info, 1, "3 samples were not numbers");
  g_assert_cmpint (info.n_repaired_samples, ==, 3);
  g_assert_cmpfloat (tsr_signal_channel (signal, 0)[1], ==, -0.5);
  g_assert_cmpfloat (tsr_signal_channel (signal, 1)[0], ==, 0);
  g_assert_cmpfloat (tsr_signal_channel (signal, 0)[2], ==, 0);
  g_assert_cmpfloat (tsr_signal_channel (signal, 1)[3], ==, 1);
  tsr_signal_unref (signal);
}

static void
test_truncated (TsrTestFolder *self, const void *data)
{
  static const struct {
    const char *name;
    double      part;
    gint64      low, high;
  } cuts[] = {{"cut.flac", 0.6, 20000, 30000},
              {"cut.wav", 0.995, 43800, 44000},
              {"cut.aiff", 0.995, 43800, 44000}};
  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autofree char *path = tsr_test_in_folder (self, cuts[i].name);
    TsrSoundFileInfo info;
    g_assert_true (
        tsr_test_write_sines (path, 44100, 2, 44100, TSR_SAMPLES_16, 0.5, NULL, NULL));
    tsr_test_truncate (path, cuts[i].part);
    TsrSignal *signal = read_with_notes (path, &info, 1, "ends early");
    g_assert_cmpint (info.n_promised_frames, ==, 44100);
    g_assert_cmpint (info.n_frames, >, cuts[i].low);
    g_assert_cmpint (info.n_frames, <, cuts[i].high);
    check_samples (signal, 0.5, 0.51 / 32768);
    tsr_signal_unref (signal);
  }
}

static void
test_odd (TsrTestFolder *self, const void *data)
{
  gint16           one = 16384;
  gint16          *many = g_new0 (gint16, 100000);
  double           peak_dbfs, loudness_lufs;
  TsrSoundFileInfo info;
  g_autofree char *single =
      tsr_test_write_wav (self, "one.wav", (TsrTestWav){1, 1, 44100, 16, 2}, &one, 2);
  TsrSignal *signal = read_with_notes (single, &info, 0, "");
  g_assert_cmpint (info.n_frames, ==, 1);
  g_assert_cmpfloat (tsr_signal_channel (signal, 0)[0], ==, 0.5);
  tsr_loudness_measure (signal, &peak_dbfs, &loudness_lufs);
  g_assert_true (isinf (loudness_lufs));
  g_assert_true (isnan (tsr_tempo_estimate (signal)));
  tsr_signal_unref (signal);
  g_autofree char *silence = tsr_test_write_wav (
      self, "silence.wav", (TsrTestWav){1, 1, 44100, 16, 200000}, many, 200000);
  signal = read_with_notes (silence, &info, 0, "");
  tsr_loudness_measure (signal, &peak_dbfs, &loudness_lufs);
  g_assert_true (isinf (peak_dbfs) && peak_dbfs < 0);
  g_assert_true (isinf (loudness_lufs) && loudness_lufs < 0);
  tsr_signal_unref (signal);
  for (int i = 0; i < 100000; i++)
    many[i] = i / 50 % 2 ? -32768 : 32767;
  g_autofree char *square = tsr_test_write_wav (
      self, "square.wav", (TsrTestWav){1, 1, 44100, 16, 200000}, many, 200000);
  signal = read_with_notes (square, &info, 0, "");
  tsr_loudness_measure (signal, &peak_dbfs, &loudness_lufs);
  g_assert_cmpfloat_with_epsilon (peak_dbfs, 0, 1e-9);
  tsr_signal_unref (signal);
  g_autofree char *stream = tsr_test_write_wav (
      self, "stream.wav", (TsrTestWav){1, 1, 44100, 16, 0xFFFFFFFF}, many, 2000);
  signal = read_with_notes (stream, &info, 0, "");
  g_assert_cmpint (info.n_frames, ==, 1000);
  tsr_signal_unref (signal);
  g_free (many);
}

static bool
cancelled_cb (void *user)
{
  return (*(int *)user)++ > 2;
}

static void
test_cancel (TsrTestFolder *self, const void *data)
{
  g_autofree char *path = tsr_test_in_folder (self, "long.wav");
  g_autoptr (GError) error = NULL;
  int    n_asked = 0;
  TsrJob job = {.cancelled = cancelled_cb, .user = &n_asked};
  g_assert_true (
      tsr_test_write_sines (path, 44100, 2, 441000, TSR_SAMPLES_16, 0.5, NULL, NULL));
  g_assert_null (tsr_sound_file_read (path, &job, NULL, NULL, &error));
  g_assert_error (error, TSR_SOUND_FILE_ERROR, TSR_SOUND_FILE_ERROR_CANCELLED);
}

/* --- large sounds ------------------------------------------------------------------ */

static void
test_spill (void)
{
  TsrSampleStore *store = tsr_sample_store_new (3, 100000);
  float           block[3][1000];
  const float    *channels[3] = {block[0], block[1], block[2]};
  g_autoptr (GError) error = NULL;
  for (int b = 0; b < 100; b++) {
    for (int c = 0; c < 3; c++)
      for (int i = 0; i < 1000; i++)
        block[c][i] = (float)(c * 1000000 + b * 1000 + i);
    g_assert_true (tsr_sample_store_append (store, channels, 1000, &error));
  }
  TsrSignal *signal = tsr_sample_store_finish (store, 48000, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tsr_signal_n_frames (signal), ==, 100000);
  for (int pass = 0; pass < 2; pass++) {
    for (unsigned c = 0; c < 3; c++)
      for (int i = 0; i < 100000; i++)
        g_assert_true (tsr_signal_channel (signal, c)[i] ==
                       (float)((int)c * 1000000 + i));
    tsr_signal_discard (signal, -5, 200000);
  }
  tsr_signal_unref (signal);
}

#define ADD(path, function)                                                              \
  g_test_add ("/audio/sound-file/" path,                                                 \
              TsrTestFolder,                                                             \
              NULL,                                                                      \
              tsr_test_folder_set_up,                                                    \
              function,                                                                  \
              tsr_test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("hash", test_hash);
  g_test_add_func ("/audio/sound-file/mp3", test_mp3);
  ADD ("not-regular", test_not_regular);
  ADD ("not-sound", test_not_sound);
  ADD ("no-samples", test_no_samples);
  ADD ("limits", test_limits);
  ADD ("not-numbers", test_not_numbers);
  ADD ("truncated", test_truncated);
  ADD ("odd", test_odd);
  ADD ("cancel", test_cancel);
  g_test_add_func ("/audio/sound-file/spill", test_spill);
  return g_test_run ();
}
