/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recordings into and out of a project.
 */
#include "app/source-file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "audio/input-file.h"
#include "model/dsp-types.h"
#include "model/temporary-file.h"

enum { BLOCK = 65536 };

void
tsr_source_file_clear (TsrSourceFile *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->signal, tsr_signal_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  if (self->fd >= 0)
    close (self->fd);
  *self = (TsrSourceFile)TSR_SOURCE_FILE_INIT;
}

gboolean
tsr_source_file_open (TsrSourceFile *self,
                      const char    *path,
                      const TsrJob  *job,
                      GError       **error)
{
  *self = (TsrSourceFile)TSR_SOURCE_FILE_INIT;
  self->fd = tsr_open_regular (path, error);
  if (self->fd < 0)
    return FALSE;
  self->name = g_filename_display_basename (path);
  self->signal =
      tsr_sound_file_read_fd (self->fd, path, job, &self->info, &self->notes, error);
  if (self->signal != NULL)
    return TRUE;
  tsr_source_file_clear (self);
  return FALSE;
}

/* Its description for the project. (transfer full) */
static TsrSource *
describe (const TsrSourceFile *self, gint64 source_id)
{
  GStatBuf      status;
  TsrSourceInfo info = {
      .name = self->name,
      .format = self->info.format,
      .rate_hz = self->info.rate_hz,
      .n_channels = self->info.n_channels,
      .n_frames = self->info.n_frames,
      .bits = self->info.is_float ? 32 : self->info.bits,
      .decoded_sha256 = self->info.decoded_sha256,
  };

  if (fstat (self->fd, &status) == 0)
    info.n_bytes = (guint64)status.st_size;
  return tsr_source_new (source_id, &info);
}

TsrSource *
tsr_source_file_write (const TsrSourceFile *self,
                       TsrStore            *store,
                       gint64               source_id,
                       GCancellable        *cancellable,
                       GError             **error)
{
  g_autoptr (TsrSource) source = describe (self, source_id);

  if (lseek (self->fd, 0, SEEK_SET) != 0) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_FAILED,
                 _ ("%s: %s"),
                 self->name,
                 g_strerror (errno));
    return NULL;
  }
  if (!tsr_store_write_source (store, source, self->fd, cancellable, error))
    return NULL;
  return g_steal_pointer (&source);
}

static void
mix_block (const TsrSignal *signal, int channel, gint64 first, gsize n, double *out)
{
  guint n_channels = tsr_signal_n_channels (signal);
  guint from = channel < 0 ? 0 : (guint)channel;
  guint to = channel < 0 ? n_channels : (guint)channel + 1;

  for (gsize i = 0; i < n; i++)
    out[i] = 0;
  for (guint c = from; c < to; c++) {
    const float *samples = tsr_signal_channel (signal, c) + first;
    for (gsize i = 0; i < n; i++)
      out[i] += (double)samples[i] / (to - from);
  }
}

static gboolean
write_channel (const char          *path,
               const TsrSourceFile *from,
               int                  channel,
               const TsrJob        *job,
               GError             **error)
{
  TsrSampleFormat format = TSR_SAMPLES_FLOAT;

  if (!from->info.is_float && from->info.bits <= 16)
    format = channel < 0 ? TSR_SAMPLES_24 : TSR_SAMPLES_16;
  else if (!from->info.is_float && from->info.bits <= 24 && channel >= 0)
    format = TSR_SAMPLES_24;
  TsrSoundFileWriter *writer =
      tsr_sound_file_writer_new (path, from->info.rate_hz, 1, format, NULL, 0, error);
  if (writer == NULL)
    return FALSE;
  g_autofree double *block = g_new (double, BLOCK);
  gint64             n_frames = tsr_signal_n_frames (from->signal);
  for (gint64 first = 0; first < n_frames; first += BLOCK) {
    gsize n = (gsize)MIN (BLOCK, n_frames - first);
    mix_block (from->signal, channel, first, n, block);
    if (tsr_job_cancelled (job))
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled"));
    if (tsr_job_cancelled (job) ||
        !tsr_sound_file_writer_write (writer, &block, n, error)) {
      tsr_sound_file_writer_abort (writer);
      return FALSE;
    }
  }
  return tsr_sound_file_writer_finish (writer, NULL, error);
}

gboolean
tsr_source_file_extract (TsrSourceFile       *self,
                         const TsrSourceFile *from,
                         int                  channel,
                         const TsrJob        *job,
                         GError             **error)
{
  g_autofree char *path = tsr_temporary_file_make (".wav", error);
  g_autofree char *stem = g_strdup (from->name);
  char            *dot = strrchr (stem, '.');

  *self = (TsrSourceFile)TSR_SOURCE_FILE_INIT;
  if (path == NULL)
    return FALSE;
  gboolean opened = write_channel (path, from, channel, job, error) &&
                    tsr_source_file_open (self, path, job, error);
  g_unlink (path);
  if (!opened)
    return FALSE;
  if (dot != NULL && dot != stem)
    *dot = '\0';
  g_free (self->name);
  self->name = channel < 0 ? g_strdup_printf ("%s-mix.wav", stem)
                           : g_strdup_printf ("%s-%d.wav", stem, channel + 1);
  return TRUE;
}

static gboolean
write_signal (const char      *path,
              const TsrSignal *signal,
              const TsrJob    *job,
              GError         **error)
{
  guint               n_channels = tsr_signal_n_channels (signal);
  TsrSoundFileWriter *writer = tsr_sound_file_writer_new (
      path, tsr_signal_rate_hz (signal), n_channels, TSR_SAMPLES_FLOAT, NULL, 0, error);
  g_autofree double  *samples = g_new (double, (gsize)n_channels *BLOCK);
  g_autofree double **channels = g_new (double *, n_channels);

  if (writer == NULL)
    return FALSE;
  for (gint64 first = 0; first < tsr_signal_n_frames (signal); first += BLOCK) {
    gsize n = (gsize)MIN (BLOCK, tsr_signal_n_frames (signal) - first);
    for (guint c = 0; c < n_channels; c++) {
      channels[c] = samples + (gsize)c * BLOCK;
      mix_block (signal, (int)c, first, n, channels[c]);
    }
    if (tsr_job_cancelled (job))
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled"));
    if (tsr_job_cancelled (job) ||
        !tsr_sound_file_writer_write (writer, channels, n, error)) {
      tsr_sound_file_writer_abort (writer);
      return FALSE;
    }
  }
  return tsr_sound_file_writer_finish (writer, NULL, error);
}

gboolean
tsr_source_file_make (TsrSourceFile   *self,
                      const TsrSignal *signal,
                      const char      *name,
                      const TsrJob    *job,
                      GError         **error)
{
  g_autofree char *path = tsr_temporary_file_make (".wav", error);

  *self = (TsrSourceFile)TSR_SOURCE_FILE_INIT;
  if (path == NULL)
    return FALSE;
  gboolean opened = write_signal (path, signal, job, error) &&
                    tsr_source_file_open (self, path, job, error);
  g_unlink (path);
  if (!opened)
    return FALSE;
  g_free (self->name);
  self->name = g_strdup_printf ("%s.wav", name);
  return TRUE;
}

/* Copies the bytes of a source into an unlinked temporary file; -1 with an error. What is
 * decoded from the descriptor can be decoded on another thread. */
static int
extract_bytes (TsrStore *store, TsrSource *source, GError **error)
{
  g_autofree char *folder = NULL;
  int              fd = tsr_temporary_file_open (&folder, error);

  if (fd < 0)
    return -1;
  if (tsr_store_read_source (store, tsr_source_get_id (source), fd, error) &&
      lseek (fd, 0, SEEK_SET) == 0)
    return fd;
  close (fd);
  return -1;
}

TsrSignal *
tsr_source_decode (TsrStore *store, TsrSource *source, const TsrJob *job, GError **error)
{
  TsrSoundFileInfo info;
  int              fd = extract_bytes (store, source, error);

  if (fd < 0)
    return NULL;
  TsrSignal *signal = tsr_sound_file_read_fd (
      fd, tsr_source_get_info (source)->name, job, &info, NULL, error);
  close (fd);
  return signal;
}
