/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file that appears whole or not at all: written under a temporary name in its folder,
 * synced, then renamed. Thread: any, one at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct TsrOutputFile TsrOutputFile;

/* NULL with a G_IO_ERROR that names the file and says what to do. */
TsrOutputFile *tsr_output_file_new (const char *path, GError **error);
/* Gives up; nothing is left behind. NULL is allowed. */
void tsr_output_file_abort (TsrOutputFile *self);

/* Unbuffered, with a position of its own; the first error sticks (an errno, 0 for none)
 * and stops all writing. Return bytes or positions, never negative. */
gint64 tsr_output_file_write (TsrOutputFile *self, const void *bytes, gint64 n);
gint64 tsr_output_file_read (TsrOutputFile *self, void *bytes, gint64 n);
gint64 tsr_output_file_seek (TsrOutputFile *self, gint64 offset, int whence);
gint64 tsr_output_file_size (const TsrOutputFile *self);
int    tsr_output_file_code (const TsrOutputFile *self);

const char *tsr_output_file_name (const TsrOutputFile *self); /* for sentences */

/* Syncs, gives the file its name, syncs the folder; frees, also on failure. */
gboolean tsr_output_file_commit (TsrOutputFile *self, GError **error);
/* A sentence for an errno that writing met: what to do about a full disk, and so on. */
void tsr_output_file_set_error (const char *name, int code, GError **error);

/* The path as it can stand in one line of text. */
char *tsr_display_path (const char *path);

G_END_DECLS
