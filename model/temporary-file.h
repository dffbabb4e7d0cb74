/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files for what does not fit into memory, without a name: gone with their last
 * descriptor and mapping; and named ones. Thread: any.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What must stay free where temporary files live. */
#define TSR_TEMPORARY_FREE_BYTES_KEPT ((guint64)256 << 20)

/* A descriptor of an empty file, to be read and written; `*folder` (transfer full) tells
 * where it lives: TMPDIR, /var/tmp or /tmp, in this order. -1 with an error. */
int tsr_temporary_file_open (char **folder, GError **error);
/* An empty file that has a name, with this suffix, in the first of the same folders that
 * takes it: for a writer that wants a path, which the caller unlinks and frees. NULL with
 * an error. */
char *tsr_temporary_file_make (const char *suffix, GError **error);
/* Whether n_bytes more fit, and enough stays free. */
gboolean tsr_temporary_file_has_room (int fd, guint64 n_bytes);
/* Writes all of them at `offset`. FALSE with errno set. */
gboolean
tsr_temporary_file_write (int fd, guint64 offset, const void *bytes, gsize n_bytes);

G_END_DECLS
