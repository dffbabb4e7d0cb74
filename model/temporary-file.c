/* SPDX-License-Identifier: GPL-3.0-or-later
 * Temporary files, nameless and named.
 */
#include "model/temporary-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A new file, its folder and its path. Disk comes before memory: /tmp is often a RAM
 * disk. TMPDIR is what a person chose. */
static int
make (const char *suffix, char **folder, char **path, GError **error)
{
  const char *folders[] = {g_getenv ("TMPDIR"), "/var/tmp", g_get_tmp_dir ()};
  const char *tried = NULL;
  int         code = ENOENT;

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    if (folders[i] == NULL)
      continue;
    g_autofree char *name = g_strdup_printf ("tarsier-XXXXXX%s", suffix);
    g_autofree char *made = g_build_filename (folders[i], name, NULL);
    int              fd = g_mkstemp_full (made, O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) {
      *folder = g_strdup (folders[i]);
      *path = g_steal_pointer (&made);
      return fd;
    }
    code = errno;
    tried = folders[i];
  }
  g_set_error (
      error,
      G_IO_ERROR,
      g_io_error_from_errno (code),
      _ ("no temporary file can be made in %s (%s); set TMPDIR to a folder with room"),
      tried,
      g_strerror (code));
  return -1;
}

int
tsr_temporary_file_open (char **folder, GError **error)
{
  g_autofree char *path = NULL;

  *folder = NULL;
  int fd = make ("", folder, &path, error);
  if (fd >= 0)
    unlink (path);
  return fd;
}

char *
tsr_temporary_file_make (const char *suffix, GError **error)
{
  g_autofree char *folder = NULL;
  char            *path = NULL;
  int              fd = make (suffix, &folder, &path, error);

  if (fd >= 0)
    close (fd);
  return path;
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
