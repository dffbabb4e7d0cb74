/* SPDX-License-Identifier: GPL-3.0-or-later
 * The projects worked on last: those of the desktop's recent files, and those without a
 * name in the state folder. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct {
  char  *path;
  char  *title;    /* name without suffix */
  char  *subtitle; /* where it is, or that it has no name yet */
  gint64 time_s;   /* Unix time of the last visit */
} TsrRecentProject;

/* The newest first, at most 12. (transfer container) of TsrRecentProject. */
GPtrArray *tsr_recent_list (void);
void       tsr_recent_add (const char *path);

G_END_DECLS
