/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sound files that tests make themselves: proper ones, and WAV headers that lie.
 */
#pragma once

#include "audio/sound-file.h"

G_BEGIN_DECLS

/* A fixture: a folder of its own, removed with all files in it. */
typedef struct {
  char *folder;
} TsrTestFolder;
void  tsr_test_folder_set_up (TsrTestFolder *self, const void *data);
void  tsr_test_folder_tear_down (TsrTestFolder *self, const void *data);
char *tsr_test_in_folder (TsrTestFolder *self, const char *name); /* (transfer full) */
guint tsr_test_count_files (TsrTestFolder *self);

typedef struct {
  guint16 tag; /* 1 PCM, 3 float */
  guint16 n_channels;
  guint32 rate_hz;
  guint16 bits;
  guint32 data_bytes; /* as the header says */
} TsrTestWav;

/* A WAV of what the header says and what is really there; its path (transfer full). */
char *tsr_test_write_wav (TsrTestFolder *self,
                          const char    *name,
                          TsrTestWav     header,
                          const void    *samples,
                          gsize          n_bytes);
/* Channel c holds a sine of 220 + 110 c Hz. */
gboolean tsr_test_write_sines (const char     *path,
                               double          rate_hz,
                               guint           n_channels,
                               gsize           n_frames,
                               TsrSampleFormat samples,
                               double          gain,
                               guint64        *n_clipped,
                               GError        **error);
/* Keeps a part of the file's bytes. */
void tsr_test_truncate (const char *path, double part);

G_END_DECLS
