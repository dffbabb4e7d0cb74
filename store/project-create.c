/* SPDX-License-Identifier: GPL-3.0-or-later
 * New project files, and putting a file on the disk whole or not at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/project-file.h"
#include "store/store.h"

static gboolean
fail (GError **error, const char *path, int error_number)
{
  if (error_number == EEXIST)
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_EXISTS,
                 _ ("%s: there is already a file; choose another name"),
                 path);
  else if (error_number == ENOSPC || error_number == EFBIG || error_number == EDQUOT)
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_FULL,
                 _ ("%s: no space left; free some and try again"),
                 path);
  else
    g_set_error (error,
                 TSR_STORE_ERROR,
                 TSR_STORE_ERROR_WRITE,
                 _ ("%s: cannot be written (%s); choose another folder"),
                 path,
                 g_strerror (error_number));
  return FALSE;
}

gboolean
tsr_file_sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int              fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return fail (error, path, errno);
  int rc = fsync (fd);
  int error_number = errno;
  close (fd);
  /* Some file systems cannot sync a folder, and need not. */
  return rc == 0 || error_number == EINVAL || fail (error, path, error_number);
}

/* Writes and syncs; the number of the error, or 0. */
static int
write_all (int fd, GBytes *bytes)
{
  gsize         n_left;
  const guint8 *p = g_bytes_get_data (bytes, &n_left);

  while (n_left > 0) {
    ssize_t n = write (fd, p, n_left);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return n < 0 ? errno : ENOSPC;
    p += n;
    n_left -= (gsize)n;
  }
  return fsync (fd) == 0 ? 0 : errno;
}

static int
link_unnamed (int fd, const char *path)
{
  g_autofree char *name = g_strdup_printf ("/proc/self/fd/%d", fd);

  return linkat (AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* Where files without a name do not exist. */
static int
write_named (const char *path, GBytes *bytes)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

  if (fd < 0)
    return errno;
  int error_number = write_all (fd, bytes);
  if (close (fd) != 0 && error_number == 0)
    error_number = errno;
  if (error_number != 0)
    unlink (path);
  return error_number;
}

/* Puts `bytes` on the disk as a new file, synced, whole or not at all; fails if there is
 * one. */
static gboolean
publish (const char *path, GBytes *bytes, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int              fd = open (folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  int              error_number;

  if (fd >= 0) {
    error_number = write_all (fd, bytes);
    if (error_number == 0)
      error_number = link_unnamed (fd, path);
    if (close (fd) != 0 && error_number == 0)
      error_number = errno;
  } else if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
    error_number = write_named (path, bytes);
  else
    error_number = errno;
  return error_number == 0 ? tsr_file_sync_folder (path, error)
                           : fail (error, path, error_number);
}

static gboolean
put_project_row (TsrRows *rows, GError **error)
{
  TsrRow row;

  tsr_row_begin_insert (&row, rows, TSR_TABLE_PROJECT, 1);
  tsr_row_put_int (&row, g_get_real_time ());
  tsr_row_put_text (&row, "Tarsier " TSR_VERSION);
  tsr_row_put_int (&row, 0);
  return tsr_row_finish (&row, NULL, error) && tsr_rows_create_ledger (rows, error);
}

/* The bytes of an empty project. */
static GBytes *
make_image (const char *path, GError **error)
{
  TsrDb  *db = tsr_db_open ("", path, TSR_DB_MEMORY, NULL, error);
  GBytes *image = NULL;

  if (db == NULL)
    return NULL;
  TsrRows *rows = tsr_rows_new (db);
  if (tsr_schema_create (db, error) && put_project_row (rows, error))
    image = tsr_db_serialize (db, error);
  tsr_rows_free (rows);
  tsr_db_close (db);
  return image;
}

gboolean
tsr_project_file_create (const char *path, GError **error)
{
  struct stat status;

  if (lstat (path, &status) == 0)
    return fail (error, path, EEXIST);
  g_autoptr (GBytes) image = make_image (path, error);
  return image != NULL && publish (path, image, error);
}
