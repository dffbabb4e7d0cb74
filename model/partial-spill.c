/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints in mapped temporary files.
 */
#include "model/partial-spill.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/temporary-file.h"

/* Each file holds so much, or one partial that is larger. */
#define FILE_BYTES ((gsize)32 << 20)

/* A mapped file. */
typedef struct {
  TsrBreakpointMemory memory; /* first */
  atomic_int          n_refs;
  int                 fd; /* -1 once it is full */
  char               *folder;
  gsize               n_bytes, n_used;
  char               *mapped;
} File;

struct TsrPartialSpill {
  gsize heap_left; /* breakpoints */
  File *file;      /* the one being filled; NULL: none */
};

static void
file_ref (TsrBreakpointMemory *memory)
{
  File *file = (File *)memory;

  atomic_fetch_add_explicit (&file->n_refs, 1, memory_order_relaxed);
}

static void
file_unref (TsrBreakpointMemory *memory)
{
  File *file = (File *)memory;

  if (atomic_fetch_sub_explicit (&file->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  if (file->mapped != NULL)
    munmap (file->mapped, file->n_bytes);
  if (file->fd >= 0)
    close (file->fd);
  g_free (file->folder);
  g_free (file);
}

/* Pages come back from the file when they are looked at again. */
static void
file_discard (TsrBreakpointMemory *memory)
{
  File *file = (File *)memory;

  madvise (file->mapped, file->n_bytes, MADV_DONTNEED);
}

static void
set_room_error (GError **error, const char *folder, int code)
{
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (code),
               _ ("what was computed does not fit into %s (%s); set TMPDIR to a folder "
                  "with room"),
               folder,
               g_strerror (code));
}

/* An unlinked file of n_bytes, mapped. NULL with an error. */
static void *
map_new_file (gsize n_bytes, int protection, int *fd, char **folder, GError **error)
{
  void *mapped = MAP_FAILED;
  int   code = ENOSPC;

  *fd = tsr_temporary_file_open (folder, error);
  if (*fd < 0)
    return NULL;
  if (tsr_temporary_file_has_room (*fd, n_bytes)) {
    if (ftruncate (*fd, (off_t)n_bytes) == 0)
      mapped = mmap (NULL, n_bytes, protection, MAP_SHARED, *fd, 0);
    code = errno;
  }
  if (mapped != MAP_FAILED)
    return mapped;
  set_room_error (error, *folder, code);
  close (*fd);
  g_clear_pointer (folder, g_free);
  return NULL;
}

static File *
file_new (gsize n_bytes, GError **error)
{
  File *file = g_new0 (File, 1);

  atomic_init (&file->n_refs, 1);
  file->memory = (TsrBreakpointMemory){file_ref, file_unref, file_discard};
  file->n_bytes = n_bytes;
  file->mapped = map_new_file (n_bytes, PROT_READ, &file->fd, &file->folder, error);
  if (file->mapped != NULL)
    return file;
  g_free (file);
  return NULL;
}

TsrPartialSpill *
tsr_partial_spill_new (gsize heap_breakpoints)
{
  TsrPartialSpill *self = g_new0 (TsrPartialSpill, 1);

  self->heap_left = heap_breakpoints;
  return self;
}

/* Nothing more goes into the present file. */
static void
close_file (TsrPartialSpill *self)
{
  if (self->file == NULL)
    return;
  close (self->file->fd);
  self->file->fd = -1;
  file_unref (&self->file->memory);
  self->file = NULL;
}

void
tsr_partial_spill_free (TsrPartialSpill *self)
{
  if (self == NULL)
    return;
  close_file (self);
  g_free (self);
}

static TsrPartial *
check_memory (TsrPartial *partial, GError **error)
{
  if (partial == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("memory is short"));
  return partial;
}

static TsrPartial *
add_to_file (TsrPartialSpill *self, const TsrPartial *partial, gint64 id, GError **error)
{
  gsize n_bytes = tsr_partial_n_breakpoints (partial) * sizeof (TsrBreakpoint);

  if (self->file != NULL && self->file->n_bytes - self->file->n_used < n_bytes)
    close_file (self);
  if (self->file == NULL)
    self->file = file_new (MAX (n_bytes, FILE_BYTES), error);
  File *file = self->file;
  if (file == NULL)
    return NULL;
  if (!tsr_temporary_file_write (
          file->fd, file->n_used, tsr_partial_breakpoints (partial), n_bytes)) {
    set_room_error (error, file->folder, errno);
    return NULL;
  }
  const void *place = file->mapped + file->n_used;
  file->n_used += n_bytes;
  return check_memory (tsr_partial_new_over (partial, id, place, &file->memory), error);
}

TsrPartial *
tsr_partial_spill_add (TsrPartialSpill  *self,
                       const TsrPartial *partial,
                       gint64            id,
                       GError          **error)
{
  gsize n = tsr_partial_n_breakpoints (partial);

  if (n > self->heap_left)
    return add_to_file (self, partial, id, error);
  self->heap_left -= n;
  return check_memory (tsr_partial_new_with_id (partial, id), error);
}

/* ---- signals ---- */

/* Longer ones go into a file. */
#define HEAP_SIGNAL_BYTES ((gsize)64 << 20)

typedef struct {
  float *mapped;
  gsize  n_bytes, n_frames;
  guint  n_channels;
} Scratch;

static void
scratch_release (void *data)
{
  Scratch *scratch = data;

  munmap (scratch->mapped, scratch->n_bytes);
  g_free (scratch);
}

/* Written pages stay in the file. */
static void
scratch_discard (void *data, int64_t first, int64_t n)
{
  Scratch *scratch = data;
  gsize    page = (gsize)sysconf (_SC_PAGESIZE);

  for (guint c = 0; c < scratch->n_channels; c++) {
    gsize begin = (c * scratch->n_frames + (gsize)first) * sizeof (float);
    gsize end = begin + (gsize)n * sizeof (float);
    begin = (begin + page - 1) / page * page;
    end = end / page * page;
    if (begin < end)
      madvise ((char *)scratch->mapped + begin, end - begin, MADV_DONTNEED);
  }
}

static TsrSignal *
map_signal (double rate_hz, guint n_channels, gint64 n_frames, GError **error)
{
  g_autofree float **channels = g_new (float *, n_channels);
  g_autofree char   *folder = NULL;
  Scratch           *scratch = g_new0 (Scratch, 1);
  int                fd;

  scratch->n_frames = (gsize)n_frames;
  scratch->n_channels = n_channels;
  scratch->n_bytes = (gsize)n_frames * n_channels * sizeof (float);
  scratch->mapped =
      map_new_file (scratch->n_bytes, PROT_READ | PROT_WRITE, &fd, &folder, error);
  if (scratch->mapped == NULL) {
    g_free (scratch);
    return NULL;
  }
  /* A hole in the file could find the disk full when it is written: no holes. */
  int code = posix_fallocate (fd, 0, (off_t)scratch->n_bytes);
  close (fd);
  for (guint c = 0; c < n_channels; c++)
    channels[c] = scratch->mapped + c * scratch->n_frames;
  TsrSignal *signal = NULL;
  if (code != 0)
    set_room_error (error, folder, code);
  else
    signal = tsr_signal_new_over (rate_hz,
                                  n_channels,
                                  n_frames,
                                  channels,
                                  scratch_release,
                                  scratch_discard,
                                  scratch);
  if (signal == NULL)
    scratch_release (scratch);
  return signal;
}

TsrSignal *
tsr_scratch_signal_new (double rate_hz, guint n_channels, gint64 n_frames, GError **error)
{
  TsrSignal *signal;

  if ((gsize)n_frames > HEAP_SIGNAL_BYTES / sizeof (float) / n_channels)
    signal = map_signal (rate_hz, n_channels, n_frames, error);
  else
    signal = tsr_signal_new (rate_hz, n_channels, n_frames);
  if (signal == NULL && error != NULL && *error == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("memory is short"));
  return signal;
}
