/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recordings on their way into a project, and out of it again: decoded samples together
 * with the bytes of the file they come from. Thread: any; blocks.
 */
#pragma once

#include "app/worker-pool.h"
#include "audio/sound-file.h"
#include "model/source.h"
#include "store/store.h"

G_BEGIN_DECLS

typedef struct {
  char            *name; /* file name without folders */
  int              fd;   /* of the bytes that the project keeps; -1: none */
  TsrSignal       *signal;
  TsrSoundFileInfo info;
  GPtrArray       *notes; /* of char *: what was repaired */
} TsrSourceFile;

#define TSR_SOURCE_FILE_INIT                                                             \
  {                                                                                      \
    .fd = -1                                                                             \
  }

/* Opens and decodes. FALSE with one sentence, and an empty struct. */
gboolean tsr_source_file_open (TsrSourceFile *self,
                               const char    *path,
                               const TsrJob  *job,
                               GError       **error);
void     tsr_source_file_clear (TsrSourceFile *self);

/* One channel of `from`, or with channel -1 the mean of all, as a sound file of its own
 * (16 bits stay 16, the mean of 16 takes 24, else float): what `--channel left` keeps as
 * its source. FALSE with an error. */
gboolean tsr_source_file_extract (TsrSourceFile       *self,
                                  const TsrSourceFile *from,
                                  int                  channel,
                                  const TsrJob        *job,
                                  GError             **error);

/* What was computed as a recording of its own: a float WAV file called `name`. Takes no
 * reference. FALSE with an error. */
gboolean tsr_source_file_make (TsrSourceFile   *self,
                               const TsrSignal *signal,
                               const char      *name,
                               const TsrJob    *job,
                               GError         **error);

/* Describes it and writes its bytes to the store, to be published by the edit that adds
 * the sound. (transfer full) */
TsrSource *tsr_source_file_write (const TsrSourceFile *self,
                                  TsrStore            *store,
                                  gint64               source_id,
                                  GCancellable        *cancellable,
                                  GError             **error);

/* Decodes a source out of a project. (transfer full) */
TsrSignal *
tsr_source_decode (TsrStore *store, TsrSource *source, const TsrJob *job, GError **error);

G_END_DECLS
