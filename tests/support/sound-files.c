/* SPDX-License-Identifier: GPL-3.0-or-later
 * Folders and sound files for tests.
 */
#include "tests/support/sound-files.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

void
tsr_test_folder_set_up (TsrTestFolder *self, const void *data)
{
  self->folder = g_dir_make_tmp ("tarsier-sound-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
}

void
tsr_test_folder_tear_down (TsrTestFolder *self, const void *data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;
  g_chmod (self->folder, 0700);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
}

char *
tsr_test_in_folder (TsrTestFolder *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
put (GByteArray *bytes, guint32 value, guint n)
{
  guint32 le = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *)&le, n);
}

/* A WAV of what the header says and what is really there. */
char *
tsr_test_write_wav (TsrTestFolder *self,
                    const char    *name,
                    TsrTestWav     header,
                    const void    *samples,
                    gsize          n_bytes)
{
  g_autoptr (GByteArray) b = g_byte_array_new ();
  char   *path = tsr_test_in_folder (self, name);
  guint16 align = (guint16)(header.n_channels * header.bits / 8);
  g_byte_array_append (b, (const guint8 *)"RIFF", 4);
  put (b, header.data_bytes + 36, 4);
  g_byte_array_append (b, (const guint8 *)"WAVEfmt ", 8);
  put (b, 16, 4);
  put (b, header.tag, 2);
  put (b, header.n_channels, 2);
  put (b, header.rate_hz, 4);
  put (b, header.rate_hz * align, 4);
  put (b, align, 2);
  put (b, header.bits, 2);
  g_byte_array_append (b, (const guint8 *)"data", 4);
  put (b, header.data_bytes, 4);
  if (n_bytes > 0)
    g_byte_array_append (b, samples, (guint)n_bytes);
  g_assert_true (g_file_set_contents (path, (const char *)b->data, b->len, NULL));
  return path;
}

gboolean
tsr_test_write_sines (const char     *path,
                      double          rate_hz,
                      guint           n_channels,
                      gsize           n_frames,
                      TsrSampleFormat samples,
                      double          gain,
                      guint64        *n_clipped,
                      GError        **error)
{
  double            **channels = g_new (double *, n_channels);
  TsrSoundFileWriter *writer =
      tsr_sound_file_writer_new (path, rate_hz, n_channels, samples, NULL, 0, error);
  gboolean ok = writer != NULL;
  for (guint c = 0; c < n_channels; c++) {
    channels[c] = g_new (double, n_frames);
    for (gsize i = 0; i < n_frames; i++)
      channels[c][i] = gain * sin (2 * M_PI * (220 + 110.0 * c) * (double)i / rate_hz);
  }
  if (ok && !tsr_sound_file_writer_write (writer, channels, n_frames, error)) {
    tsr_sound_file_writer_abort (writer);
    ok = FALSE;
  } else if (ok) {
    ok = tsr_sound_file_writer_finish (writer, n_clipped, error);
  }
  for (guint c = 0; c < n_channels; c++)
    g_free (channels[c]);
  g_free (channels);
  return ok;
}

void
tsr_test_truncate (const char *path, double part)
{
  struct stat what;
  g_assert_cmpint (stat (path, &what), ==, 0);
  g_assert_cmpint (truncate (path, (off_t)((double)what.st_size * part)), ==, 0);
}

guint
tsr_test_count_files (TsrTestFolder *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}
