/* SPDX-License-Identifier: GPL-3.0-or-later
 * Folders of the program, relative to the program itself.
 */
#include "app/gui/places.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define SCHEMA_ID "io.github.tarsier_audio.Tarsier"

enum { MAX_HINT_LETTERS = 50 }; /* of four bytes at most */

/* BINARY-FOLDER/relative if that exists. (transfer full) */
static char *
beside_program (const char *relative)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  char *path = folder != NULL ? g_build_filename (folder, relative, NULL) : NULL;

  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_free (path);
  return NULL;
}

char *
tsr_places_locale_dir (void)
{
  char *folder = beside_program ("../../po/de"); /* a build directory */

  if (folder != NULL) {
    g_free (folder);
    return beside_program ("../../po");
  }
  folder = beside_program ("../share/locale");
  return folder != NULL ? folder : g_strdup (TSR_LOCALE_DIR);
}

GSettings *
tsr_places_settings (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autofree char *folder = beside_program ("../share/glib-2.0/schemas");

  if (folder == NULL)
    folder = beside_program ("../../resources");
  if (folder != NULL)
    source = g_settings_schema_source_new_from_directory (folder, installed, TRUE, NULL);
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);
  else if (installed != NULL)
    schema = g_settings_schema_source_lookup (installed, SCHEMA_ID, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

char *
tsr_places_untitled_dir (GError **error)
{
  char *folder = g_build_filename (g_get_user_state_dir (), "tarsier", NULL);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return folder;
  g_set_error (error,
               G_FILE_ERROR,
               (int)g_file_error_from_errno (errno),
               _ ("The folder “%s” for projects without a name cannot be made: %s"),
               folder,
               g_strerror (errno));
  g_free (folder);
  return NULL;
}

gboolean
tsr_places_is_untitled (const char *path)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "tarsier", NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  return g_str_equal (folder, parent);
}

/* What is safe as part of a file's name: valid, on one line, short enough to leave room
 * for what stands before and behind it. */
static char *
safe_name (const char *hint)
{
  g_autofree char *valid = g_utf8_make_valid (hint, -1);
  glong            n = MIN (g_utf8_strlen (valid, -1), MAX_HINT_LETTERS);
  char            *safe = g_utf8_substring (valid, 0, n);

  for (char *at = safe; *at != '\0'; at++)
    if (*at == '/' || *at == '\\' || g_ascii_iscntrl (*at))
      *at = '-';
  return safe;
}

char *
tsr_places_untitled_path (const char *hint, GError **error)
{
  g_autofree char *folder = tsr_places_untitled_dir (error);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *safe = safe_name (hint);

  if (folder == NULL)
    return NULL;
  for (guint i = 1;; i++) {
    g_autofree char *name = i == 1 ? g_strdup_printf ("%s %s.tarsier", day, safe)
                                   : g_strdup_printf ("%s %s %u.tarsier", day, safe, i);
    char            *path = g_build_filename (folder, name, NULL);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      return path;
    g_free (path);
  }
}
