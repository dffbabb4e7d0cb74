/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writing sound files: bad places, no room, replacing, clipping, cues.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "audio/sound-file.h"
#include "model/output-file.h"
#include "tests/support/sound-files.h"

static void
check_not_written (TsrTestFolder *self, const char *path, const char *words)
{
  g_autoptr (GError) error = NULL;
  guint n_before = tsr_test_count_files (self);
  g_assert_false (
      tsr_test_write_sines (path, 44100, 2, 200000, TSR_SAMPLES_16, 0.5, NULL, &error));
  g_assert_error (error, TSR_SOUND_FILE_ERROR, TSR_SOUND_FILE_ERROR_WRITE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_cmpuint (tsr_test_count_files (self), ==, n_before);
}

static void
test_bad_places (TsrTestFolder *self, const void *data)
{
  g_autofree char *nowhere = g_build_filename (self->folder, "no", "a.wav", NULL);
  g_autofree char *suffix = tsr_test_in_folder (self, "a.xyz");
  g_autofree char *folder = tsr_test_in_folder (self, "folder.wav");
  check_not_written (self, nowhere, "no such folder");
  check_not_written (self, suffix, "suffix");
  check_not_written (self, "/proc/a.wav", "/proc/a.wav");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  check_not_written (self, folder, "this is a folder");
  g_autofree char *fifo = tsr_test_in_folder (self, "fifo.wav");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  check_not_written (self, fifo, "choose another name");
  if (geteuid () != 0) {
    g_autofree char *path = tsr_test_in_folder (self, "a.wav");
    g_chmod (self->folder, 0500);
    check_not_written (self, path, "not writable");
  }
}

/* A limit on the size of files stands for the full disk: it, too, fails in mid-write. */
static void
test_no_room (TsrTestFolder *self, const void *data)
{
  const char   *names[] = {"a.wav", "a.aiff", "a.flac", "a.ogg"};
  struct rlimit old, small;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = tsr_test_in_folder (self, names[i]);
    small = (struct rlimit){.rlim_cur = 8000, .rlim_max = old.rlim_max};
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
    check_not_written (self, path, "beyond what the system allows");
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  }
  g_autoptr (GError) error = NULL;
  tsr_output_file_set_error ("a.wav", ENOSPC, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, "a.wav: the disk is full; free some space"));
}

/* What was there stays until the new file is whole. */
static void
test_replace (TsrTestFolder *self, const void *data)
{
  g_autofree char *path = tsr_test_in_folder (self, "a.wav");
  g_autofree char *kept = NULL;
  double           samples[1] = {0.5}, *channels[1] = {samples};
  g_assert_true (g_file_set_contents (path, "old", 3, NULL));
  TsrSoundFileWriter *writer =
      tsr_sound_file_writer_new (path, 44100, 1, TSR_SAMPLES_16, NULL, 0, NULL);
  g_assert_true (tsr_sound_file_writer_write (writer, channels, 1, NULL));
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "old");
  tsr_sound_file_writer_abort (writer);
  g_assert_cmpuint (tsr_test_count_files (self), ==, 1);
  tsr_sound_file_writer_abort (NULL);
  writer = tsr_sound_file_writer_new (path, 44100, 1, TSR_SAMPLES_16, NULL, 0, NULL);
  g_assert_true (tsr_sound_file_writer_write (writer, channels, 1, NULL));
  g_assert_true (tsr_sound_file_writer_finish (writer, NULL, NULL));
  TsrSignal *signal = tsr_sound_file_read (path, NULL, NULL, NULL, NULL);
  g_assert_cmpfloat (tsr_signal_channel (signal, 0)[0], ==, 0.5);
  tsr_signal_unref (signal);
}

static void
test_clipping (TsrTestFolder *self, const void *data)
{
  g_autofree char *path = tsr_test_in_folder (self, "a.wav");
  double           samples[] = {1, -1, 1.5, -2, NAN, 0.99996, 100 / 32768.0};
  double          *channels[1] = {samples};
  float            expected[] = {
                 32767 / 32768.0f, -1, 32767 / 32768.0f, -1, 0, 32767 / 32768.0f, 100 / 32768.0f};
  guint64             n_clipped;
  TsrSoundFileWriter *writer =
      tsr_sound_file_writer_new (path, 44100, 1, TSR_SAMPLES_16, NULL, 0, NULL);
  g_assert_true (
      tsr_sound_file_writer_write (writer, channels, G_N_ELEMENTS (samples), NULL));
  g_assert_true (tsr_sound_file_writer_finish (writer, &n_clipped, NULL));
  g_assert_cmpuint (n_clipped, ==, 2);
  TsrSignal *signal = tsr_sound_file_read (path, NULL, NULL, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    g_assert_cmpfloat (tsr_signal_channel (signal, 0)[i], ==, expected[i]);
  tsr_signal_unref (signal);
}

/* The names and positions of cues, as other programs look for them. */
static void
test_cues (TsrTestFolder *self, const void *data)
{
  const TsrCue cues[] = {{0.25, "verse"}, {0.5, "chorus \xc3\xa4"}};
  const struct {
    const char *name, *chunk;
  } files[] = {{"a.wav", "cue "}, {"a.aiff", "MARK"}, {"a.flac", NULL}};
  double *samples = g_new0 (double, 44100);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char    *path = tsr_test_in_folder (self, files[i].name);
    g_autofree char    *bytes = NULL;
    gsize               n_bytes;
    TsrSoundFileWriter *writer =
        tsr_sound_file_writer_new (path, 44100, 1, TSR_SAMPLES_16, cues, 2, NULL);
    g_assert_true (tsr_sound_file_writer_write (writer, &samples, 44100, NULL));
    g_assert_true (tsr_sound_file_writer_finish (writer, NULL, NULL));
    g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
    if (files[i].chunk != NULL) {
      g_assert_nonnull (memmem (bytes, n_bytes, files[i].chunk, 4));
      g_assert_nonnull (memmem (bytes, n_bytes, "verse", 5));
      g_assert_nonnull (memmem (bytes, n_bytes, cues[1].name, strlen (cues[1].name)));
    }
    TsrSignal *signal = tsr_sound_file_read (path, NULL, NULL, NULL, NULL);
    g_assert_cmpint (tsr_signal_n_frames (signal), ==, 44100);
    tsr_signal_unref (signal);
  }
  g_free (samples);
}

#define ADD(path, function)                                                              \
  g_test_add ("/audio/sound-writer/" path,                                               \
              TsrTestFolder,                                                             \
              NULL,                                                                      \
              tsr_test_folder_set_up,                                                    \
              function,                                                                  \
              tsr_test_folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("bad-places", test_bad_places);
  ADD ("no-room", test_no_room);
  ADD ("replace", test_replace);
  ADD ("clipping", test_clipping);
  ADD ("cues", test_cues);
  return g_test_run ();
}
