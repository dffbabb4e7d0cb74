/* SPDX-License-Identifier: GPL-3.0-or-later
 * A copy of an open project: VACUUM INTO an unpublished file beside its place, synced,
 * then put there in one step.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/project-maintain.h"

#define PART_SUFFIX ".part"
#define JOURNAL_SUFFIX "-journal"

static gboolean
refuse (GError **error, TsrStoreError code, const char *path, const char *why)
{
  g_set_error (error, TSR_STORE_ERROR, code, "%s: %s", path, why);
  return FALSE;
}

static gboolean
fail (GError **error, const char *path, int error_number)
{
  if (error_number == EEXIST)
    return refuse (error,
                   TSR_STORE_ERROR_EXISTS,
                   path,
                   _ ("there is already a file; choose another name"));
  g_set_error (error,
               TSR_STORE_ERROR,
               error_number == ENOSPC || error_number == EDQUOT ? TSR_STORE_ERROR_FULL
                                                                : TSR_STORE_ERROR_WRITE,
               _ ("%s: cannot be written (%s); choose another folder"),
               path,
               g_strerror (error_number));
  return FALSE;
}

/* What is in the way at out_path, if anything. */
static gboolean
check_target (TsrProjectFile *file,
              const char     *out_path,
              const char     *real_path,
              gboolean        overwrite,
              GError        **error)
{
  struct stat status;
  g_autoptr (GError) problem = NULL;

  if (lstat (real_path, &status) != 0)
    return TRUE;
  if (strcmp (real_path, file->real_path) == 0)
    return refuse (error,
                   TSR_STORE_ERROR_EXISTS,
                   out_path,
                   _ ("this is the project itself; choose another name"));
  if (!overwrite)
    return fail (error, out_path, EEXIST);
  if (!S_ISREG (status.st_mode))
    return refuse (error,
                   TSR_STORE_ERROR_EXISTS,
                   out_path,
                   _ ("not a regular file; choose another name"));
  TsrProjectFile *there =
      tsr_project_file_open (out_path, TSR_OPEN_EXAMINING, NULL, NULL, &problem);
  tsr_project_file_close (there);
  if (!g_error_matches (problem, TSR_STORE_ERROR, TSR_STORE_ERROR_IN_USE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* A part that a killed program left behind: nobody holds its lock. */
static void
remove_stale_part (const char *path)
{
  g_autofree char *journal = g_strconcat (path, JOURNAL_SUFFIX, NULL);
  int              fd = open (path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0) {
    unlink (journal);
    unlink (path);
  }
  close (fd);
}

static void
remove_stale_parts (const char *folder, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, PART_SUFFIX)) {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      remove_stale_part (path);
    }
}

/* An empty locked file beside its later place. */
static int
make_part (const char *real_path, char **part_path)
{
  g_autofree char *folder = g_path_get_dirname (real_path);
  g_autofree char *name = g_path_get_basename (real_path);
  g_autofree char *prefix = g_strdup_printf (".%s.", name);
  g_autofree char *pattern = g_strdup_printf ("%sXXXXXX%s", prefix, PART_SUFFIX);

  remove_stale_parts (folder, prefix);
  *part_path = g_build_filename (folder, pattern, NULL);
  int fd = g_mkstemp_full (*part_path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    flock (fd, LOCK_EX);
  return fd;
}

static int
publish (const char *part_path, const char *real_path, gboolean overwrite)
{
  if (overwrite)
    return rename (part_path, real_path) == 0 ? 0 : errno;
  if (link (part_path, real_path) == 0) {
    unlink (part_path);
    return 0;
  }
  if (errno != EPERM && errno != EOPNOTSUPP)
    return errno;
  return renameat2 (AT_FDCWD, part_path, AT_FDCWD, real_path, RENAME_NOREPLACE) == 0
             ? 0
             : errno;
}

static gboolean
fill_part (TsrProjectFile *file,
           const char     *out_path,
           const char     *part_path,
           int             fd,
           GError        **error)
{
  struct stat status;
  TsrWatch   *watch = tsr_db_watch (file->db);
  g_autoptr (GError) problem = NULL;

  if (watch != NULL && stat (file->real_path, &status) == 0)
    tsr_watch_file (watch, part_path, (guint64)status.st_size, 0, 1);
  if (!tsr_db_vacuum (file->db, part_path, &problem)) {
    if (g_error_matches (problem, TSR_STORE_ERROR, TSR_STORE_ERROR_FULL))
      return fail (error, out_path, ENOSPC);
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (stat (file->real_path, &status) == 0 && fchmod (fd, status.st_mode & 0777) != 0)
    return fail (error, out_path, errno);
  return fsync (fd) == 0 || fail (error, out_path, errno);
}

gboolean
tsr_project_save_copy (TsrProjectFile *file,
                       const char     *out_path,
                       gboolean        overwrite,
                       const TsrJob   *job,
                       GError        **error)
{
  g_autofree char *real_path = tsr_file_dup_real_path (out_path, error);
  g_autofree char *part_path = NULL;

  if (real_path == NULL || !check_target (file, out_path, real_path, overwrite, error))
    return FALSE;
  int fd = make_part (real_path, &part_path);
  if (fd < 0)
    return fail (error, out_path, errno);
  gboolean ok = fill_part (file, out_path, part_path, fd, error);
  if (ok && tsr_job_cancelled (job)) {
    tsr_db_set_cancelled (error);
    ok = FALSE;
  }
  if (ok) {
    int error_number = publish (part_path, real_path, overwrite);
    ok = error_number == 0 ? tsr_file_sync_folder (real_path, error)
                           : fail (error, out_path, error_number);
  }
  if (!ok)
    unlink (part_path);
  close (fd);
  return ok;
}
