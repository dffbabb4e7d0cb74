/* SPDX-License-Identifier: GPL-3.0-or-later
 * Temporary name, fsync, rename, fsync of the folder.
 */
#include "model/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PART_PREFIX ".tarsier-"
#define PART_SUFFIX ".part"
/* Younger ones may be just about to be locked. */
#define STALE_S 60

struct TsrOutputFile {
  char  *path;
  char  *name; /* path for sentences */
  char  *folder;
  char  *temporary; /* full path */
  int    fd;
  gint64 position;
  gint64 n_bytes;
  int    code; /* errno of the first write that failed; 0: none */
};

char *
tsr_display_path (const char *path)
{
  char *name = g_filename_display_name (path);
  for (char *p = name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = '?';
  return name;
}

void
tsr_output_file_set_error (const char *name, int code, GError **error)
{
  const char *advice;
  switch (code) {
  case ENOSPC:
  case EDQUOT:
    advice = _ ("the disk is full; free some space or choose another folder");
    break;
  case EFBIG:
    advice =
        _ ("the file grows beyond what the system allows; write a shorter part of it");
    break;
  case ENOENT:
  case ENOTDIR:
    advice = _ ("there is no such folder; create it or choose another one");
    break;
  case EACCES:
  case EPERM:
  case EROFS:
    advice = _ ("the folder is not writable; choose another one");
    break;
  case EISDIR:
    advice = _ ("this is a folder; add a file name");
    break;
  case ENAMETOOLONG:
    advice = _ ("the name is too long; choose a shorter one");
    break;
  default:
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 _ ("%s: writing failed (%s); try another folder"),
                 name,
                 g_strerror (code));
    return;
  }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", name, advice);
}

static void
output_file_free (TsrOutputFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->name);
  g_free (self->folder);
  g_free (self->temporary);
  g_free (self);
}

/* Only files are replaced: not folders, devices or pipes. */
static gboolean
may_replace (TsrOutputFile *self, GError **error)
{
  struct stat there;
  if (stat (self->path, &there) != 0 || S_ISREG (there.st_mode))
    return TRUE;
  if (S_ISDIR (there.st_mode))
    tsr_output_file_set_error (self->name, EISDIR, error);
  else
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_NOT_REGULAR_FILE,
                 _ ("%s: this is not a file that can be replaced; choose another name"),
                 self->name);
  return FALSE;
}

/* What a killed program left behind: old, and nobody holds its lock. */
static void
remove_if_stale (const char *path)
{
  struct stat status;
  int         fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode) &&
      status.st_mtime + STALE_S < time (NULL) && flock (fd, LOCK_EX | LOCK_NB) == 0)
    unlink (path);
  close (fd);
}

static void
remove_stale_parts (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, PART_PREFIX) && g_str_has_suffix (name, PART_SUFFIX)) {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      remove_if_stale (path);
    }
}

TsrOutputFile *
tsr_output_file_new (const char *path, GError **error)
{
  TsrOutputFile *self = g_new0 (TsrOutputFile, 1);
  self->fd = -1;
  self->path = g_strdup (path);
  self->name = tsr_display_path (path);
  self->folder = g_path_get_dirname (path);
  if (may_replace (self, error)) {
    remove_stale_parts (self->folder);
    self->temporary =
        g_build_filename (self->folder, PART_PREFIX "XXXXXX" PART_SUFFIX, NULL);
    self->fd = g_mkstemp_full (self->temporary, O_RDWR | O_CLOEXEC, 0666);
    if (self->fd >= 0) {
      flock (self->fd, LOCK_EX);
      return self;
    }
    tsr_output_file_set_error (self->name, errno, error);
  }
  output_file_free (self);
  return NULL;
}

void
tsr_output_file_abort (TsrOutputFile *self)
{
  if (self == NULL)
    return;
  unlink (self->temporary);
  output_file_free (self);
}

gint64
tsr_output_file_write (TsrOutputFile *self, const void *bytes, gint64 n)
{
  gint64 done = 0;
  while (done < n && self->code == 0) {
    ssize_t got = pwrite (self->fd,
                          (const char *)bytes + done,
                          (gsize)(n - done),
                          (off_t)(self->position + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      self->code = got < 0 ? errno : ENOSPC;
    else
      done += got;
  }
  self->position += done;
  self->n_bytes = MAX (self->n_bytes, self->position);
  return done;
}

gint64
tsr_output_file_read (TsrOutputFile *self, void *bytes, gint64 n)
{
  ssize_t got = pread (self->fd, bytes, (gsize)n, (off_t)self->position);
  self->position += MAX (got, 0);
  return MAX (got, 0);
}

gint64
tsr_output_file_seek (TsrOutputFile *self, gint64 offset, int whence)
{
  if (whence == SEEK_CUR)
    offset += self->position;
  else if (whence == SEEK_END)
    offset += self->n_bytes;
  self->position = MAX (offset, 0);
  return self->position;
}

gint64
tsr_output_file_size (const TsrOutputFile *self)
{
  return self->n_bytes;
}

int
tsr_output_file_code (const TsrOutputFile *self)
{
  return self->code;
}

const char *
tsr_output_file_name (const TsrOutputFile *self)
{
  return self->name;
}

/* Some file systems cannot sync a folder and say EINVAL: nothing is lost by that. */
static gboolean
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return errno == EACCES; /* writable but not readable */
  gboolean ok = fsync (fd) == 0 || errno == EINVAL || errno == ENOTSUP;
  close (fd);
  return ok;
}

gboolean
tsr_output_file_commit (TsrOutputFile *self, GError **error)
{
  int fd = self->fd;
  self->fd = dup (fd); /* holds the lock until the file has its name */
  int code = self->code;
  if (fsync (fd) != 0 && code == 0)
    code = errno;
  if (close (fd) != 0 && code == 0)
    code = errno;
  if (code == 0 && rename (self->temporary, self->path) != 0)
    code = errno;
  if (code != 0) {
    tsr_output_file_set_error (self->name, code, error);
    tsr_output_file_abort (self);
    return FALSE;
  }
  if (!sync_folder (self->folder)) {
    tsr_output_file_set_error (self->name, errno, error);
    output_file_free (self);
    return FALSE;
  }
  output_file_free (self);
  return TRUE;
}
