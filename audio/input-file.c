/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks what a name stands for before opening it.
 */
#include "audio/input-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>

#include "audio/sound-file.h"
#include "model/output-file.h"

gboolean
tsr_check_regular (const char *name, const struct stat *what, GError **error)
{
  const char *kind = _ ("a special file");
  if (S_ISREG (what->st_mode))
    return TRUE;
  if (S_ISDIR (what->st_mode))
    kind = _ ("a folder");
  else if (S_ISFIFO (what->st_mode))
    kind = _ ("a pipe");
  else if (S_ISCHR (what->st_mode) || S_ISBLK (what->st_mode))
    kind = _ ("a device");
  g_set_error (error,
               TSR_SOUND_FILE_ERROR,
               TSR_SOUND_FILE_ERROR_NOT_REGULAR,
               _ ("%s: this is %s; choose a sound file"),
               name,
               kind);
  return FALSE;
}

/* The kind is asked before opening: opening a device can set it off. */
int
tsr_open_regular (const char *path, GError **error)
{
  g_autofree char *name = tsr_display_path (path);
  struct stat      what;
  int              fd = -1;
  if (stat (path, &what) == 0) {
    if (!tsr_check_regular (name, &what, error))
      return -1;
    fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }
  if (fd >= 0)
    return fd;
  int code = errno; /* looking up a translation may change it */
  if (code == ENOENT || code == ENOTDIR)
    g_set_error (error,
                 TSR_SOUND_FILE_ERROR,
                 TSR_SOUND_FILE_ERROR_NOT_FOUND,
                 _ ("%s: there is no such file; check the name"),
                 name);
  else if (code == EACCES)
    g_set_error (error,
                 TSR_SOUND_FILE_ERROR,
                 TSR_SOUND_FILE_ERROR_NOT_FOUND,
                 _ ("%s: you may not read this file; change its permissions"),
                 name);
  else
    g_set_error (error,
                 TSR_SOUND_FILE_ERROR,
                 TSR_SOUND_FILE_ERROR_NOT_FOUND,
                 _ ("%s: opening failed (%s)"),
                 name,
                 g_strerror (code));
  return -1;
}
