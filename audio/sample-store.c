/* SPDX-License-Identifier: GPL-3.0-or-later
 * Growing planar samples, on the heap or in mapped temporary files.
 */
#include "audio/sample-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/temporary-file.h"

enum { INITIAL_FRAMES = 1 << 14 };

/* How often is looked at whether enough stays free where the temporary files live. */
#define CHECK_EVERY_BYTES ((gsize)64 << 20)

struct TsrSampleStore {
  guint   n_channels;
  gsize   heap_limit; /* bytes */
  gint64  n_frames;
  gsize   capacity; /* frames a heap channel can hold */
  float **channels; /* n_channels, NULL once spilled */
  int    *fds;      /* n_channels, NULL while on the heap */
  char   *folder;   /* of the temporary files */
  gsize   to_check; /* bytes until free space is looked at again */
};

/* What a finished signal keeps alive. */
typedef struct {
  guint   n_channels;
  gsize   mapped_bytes; /* of each channel; 0: heap */
  float **channels;
} Backing;

TsrSampleStore *
tsr_sample_store_new (guint n_channels, gsize heap_limit)
{
  TsrSampleStore *self = g_new0 (TsrSampleStore, 1);
  self->n_channels = n_channels;
  self->heap_limit = heap_limit;
  self->channels = g_new0 (float *, n_channels);
  return self;
}

static void
free_channels (TsrSampleStore *self)
{
  for (guint c = 0; self->channels != NULL && c < self->n_channels; c++)
    g_free (self->channels[c]);
  g_clear_pointer (&self->channels, g_free);
}

static void
close_files (TsrSampleStore *self)
{
  for (guint c = 0; self->fds != NULL && c < self->n_channels; c++)
    if (self->fds[c] >= 0)
      close (self->fds[c]);
  g_clear_pointer (&self->fds, g_free);
}

void
tsr_sample_store_free (TsrSampleStore *self)
{
  if (self == NULL)
    return;
  free_channels (self);
  close_files (self);
  g_free (self->folder);
  g_free (self);
}

static void
set_errno_error (GError **error, int code, const char *folder)
{
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (code),
               _ ("decoded samples do not fit into %s (%s)"),
               folder,
               g_strerror (code));
}

/* n samples into the file of a channel, from frame `first` on. */
static gboolean
write_samples (TsrSampleStore *self,
               guint           channel,
               gint64          first,
               const float    *samples,
               gsize           n,
               GError        **error)
{
  if (tsr_temporary_file_write (self->fds[channel],
                                (guint64)first * sizeof (float),
                                samples,
                                n * sizeof (float)))
    return TRUE;
  set_errno_error (error, errno, self->folder);
  return FALSE;
}

static gboolean
open_files (TsrSampleStore *self, GError **error)
{
  self->fds = g_new (int, self->n_channels);
  for (guint c = 0; c < self->n_channels; c++)
    self->fds[c] = -1;
  for (guint c = 0; c < self->n_channels; c++) {
    g_free (self->folder);
    self->fds[c] = tsr_temporary_file_open (&self->folder, error);
    if (self->fds[c] < 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
spill (TsrSampleStore *self, GError **error)
{
  if (!open_files (self, error))
    return FALSE;
  for (guint c = 0; c < self->n_channels; c++) {
    if (!write_samples (self, c, 0, self->channels[c], (gsize)self->n_frames, error))
      return FALSE;
    g_clear_pointer (&self->channels[c], g_free);
  }
  free_channels (self);
  return TRUE;
}

static gboolean
grow (TsrSampleStore *self, gsize n_frames, GError **error)
{
  gsize capacity = MAX (self->capacity, INITIAL_FRAMES);
  while (capacity < n_frames)
    capacity *= 2;
  if (capacity == self->capacity)
    return TRUE;
  for (guint c = 0; c < self->n_channels; c++) {
    float *larger = g_try_realloc_n (self->channels[c], capacity, sizeof (float));
    if (larger == NULL) {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_NO_SPACE,
                   _ ("decoded samples do not fit into memory"));
      return FALSE;
    }
    self->channels[c] = larger;
  }
  self->capacity = capacity;
  return TRUE;
}

static gboolean
append_to_files (TsrSampleStore     *self,
                 const float *const *channels,
                 gsize               n,
                 GError            **error)
{
  gsize bytes = n * self->n_channels * sizeof (float);
  if (self->to_check < bytes) {
    if (!tsr_temporary_file_has_room (self->fds[0], bytes)) {
      set_errno_error (error, ENOSPC, self->folder);
      return FALSE;
    }
    self->to_check = CHECK_EVERY_BYTES + bytes;
  }
  self->to_check -= bytes;
  for (guint c = 0; c < self->n_channels; c++)
    if (!write_samples (self, c, self->n_frames, channels[c], n, error))
      return FALSE;
  self->n_frames += (gint64)n;
  return TRUE;
}

gboolean
tsr_sample_store_append (TsrSampleStore     *self,
                         const float *const *channels,
                         gsize               n,
                         GError            **error)
{
  gsize n_frames = (gsize)self->n_frames + n;
  if (self->fds == NULL &&
      n_frames > self->heap_limit / sizeof (float) / self->n_channels &&
      !spill (self, error))
    return FALSE;
  if (self->fds != NULL)
    return append_to_files (self, channels, n, error);
  if (!grow (self, n_frames, error))
    return FALSE;
  for (guint c = 0; c < self->n_channels; c++)
    memcpy (self->channels[c] + self->n_frames, channels[c], n * sizeof (float));
  self->n_frames = (gint64)n_frames;
  return TRUE;
}

gint64
tsr_sample_store_n_frames (const TsrSampleStore *self)
{
  return self->n_frames;
}

static void
backing_free (void *data)
{
  Backing *backing = data;
  for (guint c = 0; c < backing->n_channels; c++) {
    if (backing->mapped_bytes == 0)
      g_free (backing->channels[c]);
    else if (backing->channels[c] != NULL)
      munmap (backing->channels[c], backing->mapped_bytes);
  }
  g_free (backing->channels);
  g_free (backing);
}

/* Lets the kernel drop whole pages of [first, first + n). */
static void
backing_discard (void *data, int64_t first, int64_t n)
{
  Backing *backing = data;
  gsize    page = (gsize)sysconf (_SC_PAGESIZE);
  gsize    begin = (gsize)MAX (first, 0) * sizeof (float);
  gsize    end = MIN ((gsize)MAX (first + n, 0) * sizeof (float), backing->mapped_bytes);
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  if (begin >= end)
    return;
  for (guint c = 0; c < backing->n_channels; c++)
    madvise ((char *)backing->channels[c] + begin, end - begin, MADV_DONTNEED);
}

static Backing *
map_files (TsrSampleStore *self, GError **error)
{
  Backing *backing = g_new0 (Backing, 1);
  backing->n_channels = self->n_channels;
  backing->channels = g_new0 (float *, self->n_channels);
  backing->mapped_bytes = (gsize)self->n_frames * sizeof (float);
  for (guint c = 0; c < self->n_channels; c++) {
    void *memory =
        mmap (NULL, backing->mapped_bytes, PROT_READ, MAP_SHARED, self->fds[c], 0);
    if (memory == MAP_FAILED) {
      set_errno_error (error, errno, self->folder);
      backing_free (backing);
      return NULL;
    }
    backing->channels[c] = memory;
  }
  return backing;
}

/* Gives back what doubling took too much. */
static Backing *
keep_heap (TsrSampleStore *self)
{
  Backing *backing = g_new0 (Backing, 1);
  backing->n_channels = self->n_channels;
  backing->channels = g_steal_pointer (&self->channels);
  for (guint c = 0; c < self->n_channels; c++) {
    float *fitting =
        g_try_realloc_n (backing->channels[c], (gsize)self->n_frames, sizeof (float));
    if (fitting != NULL)
      backing->channels[c] = fitting;
  }
  return backing;
}

TsrSignal *
tsr_sample_store_finish (TsrSampleStore *self, double rate_hz, GError **error)
{
  Backing   *backing;
  TsrSignal *signal = NULL;
  if (self->n_frames == 0) {
    signal = tsr_signal_new (rate_hz, self->n_channels, 0);
  } else {
    backing = self->fds != NULL ? map_files (self, error) : keep_heap (self);
    if (backing != NULL) {
      signal = tsr_signal_new_over (rate_hz,
                                    self->n_channels,
                                    self->n_frames,
                                    backing->channels,
                                    backing_free,
                                    backing->mapped_bytes > 0 ? backing_discard : NULL,
                                    backing);
      if (signal == NULL)
        backing_free (backing);
    }
  }
  if (signal == NULL && error != NULL && *error == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("memory is short"));
  tsr_sample_store_free (self);
  return signal;
}
