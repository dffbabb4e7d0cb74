/* SPDX-License-Identifier: GPL-3.0-or-later
 * Opens regular files and nothing else: a pipe or a device in place of a file never
 * hangs the program. Thread: any.
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* A descriptor for reading, or -1 with a TSR_SOUND_FILE_ERROR (NOT_FOUND, NOT_REGULAR).
 */
int tsr_open_regular (const char *path, GError **error);
/* Is it a regular file? `name` is for the sentence that says what it is instead. */
gboolean tsr_check_regular (const char *name, const struct stat *what, GError **error);

G_END_DECLS
