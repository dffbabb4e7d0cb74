/* SPDX-License-Identifier: GPL-3.0-or-later
 * Unlinked temporary files.
 */
#include "model/temporary-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* An unlinked file, opened nowhere else. */
static int
open_in (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "tarsier-XXXXXX", NULL);
  int              fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    unlink (path);
  return fd;
}

/* Disk comes before memory: /tmp is often a RAM disk. TMPDIR is what a person chose. */
int
tsr_temporary_file_open (char **folder, GError **error)
{
  const char *folders[] = {g_getenv ("TMPDIR"), "/var/tmp", g_get_tmp_dir ()};
  int         fd = -1, code = ENOENT;

  *folder = NULL;
  for (gsize i = 0; fd < 0 && i < G_N_ELEMENTS (folders); i++) {
    if (folders[i] == NULL)
      continue;
    g_free (*folder);
    *folder = g_strdup (folders[i]);
    if ((fd = open_in (folders[i])) < 0)
      code = errno;
  }
  if (fd < 0) {
    g_set_error (
        error,
        G_IO_ERROR,
        g_io_error_from_errno (code),
        _ ("no temporary file can be made in %s (%s); set TMPDIR to a folder with room"),
        *folder,
        g_strerror (code));
    g_clear_pointer (folder, g_free);
  }
  return fd;
}

gboolean
tsr_temporary_file_has_room (int fd, guint64 n_bytes)
{
  struct statvfs space;

  return fstatvfs (fd, &space) != 0 || (guint64)space.f_bavail * space.f_frsize >=
                                           TSR_TEMPORARY_FREE_BYTES_KEPT + n_bytes;
}

gboolean
tsr_temporary_file_write (int fd, guint64 offset, const void *bytes, gsize n_bytes)
{
  const char *from = bytes;

  while (n_bytes > 0) {
    ssize_t n = pwrite (fd, from, n_bytes, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      errno = n < 0 ? errno : ENOSPC;
      return FALSE;
    }
    from += n;
    offset += (guint64)n;
    n_bytes -= (gsize)n;
  }
  return TRUE;
}
