/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the program finds its translations and settings, and where projects without a
 * name are kept. Works installed anywhere and out of a build directory. Thread: main.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The folder with the translations. (transfer full) */
char *tsr_places_locale_dir (void);
/* The settings of the program. (transfer full) NULL when their schema is not there. */
GSettings *tsr_places_settings (void);

/* $XDG_STATE_HOME/tarsier, made if it is not there. (transfer full) NULL with an error.
 */
char *tsr_places_untitled_dir (GError **error);
/* TRUE for a project that lives there: it has no name yet. */
gboolean tsr_places_is_untitled (const char *path);
/* A path for a new project there that does not exist: "2026-11-21 flute.tarsier".
 * (transfer full) */
char *tsr_places_untitled_path (const char *hint, GError **error);

G_END_DECLS
