/* SPDX-License-Identifier: GPL-3.0-or-later
 * Recent projects out of two places.
 */
#include "app/gui/recent.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/gui/places.h"

enum { MAX_RECENT = 12 };

static void
project_free (TsrRecentProject *project)
{
  g_free (project->path);
  g_free (project->title);
  g_free (project->subtitle);
  g_free (project);
}

static TsrRecentProject *
project_new (const char *path, gint64 time_s)
{
  TsrRecentProject *project = g_new0 (TsrRecentProject, 1);
  g_autofree char  *shown = g_filename_display_name (path);
  g_autofree char  *folder = g_path_get_dirname (shown);
  const char       *home = g_get_home_dir ();

  project->path = g_strdup (path);
  project->title = g_filename_display_basename (path);
  if (g_str_has_suffix (project->title, ".tarsier"))
    project->title[strlen (project->title) - strlen (".tarsier")] = '\0';
  project->time_s = time_s;
  if (tsr_places_is_untitled (path) && strlen (project->title) > 11)
    memmove (project->title, project->title + 11, strlen (project->title) - 10);
  if (tsr_places_is_untitled (path))
    project->subtitle = g_strdup (_ ("without a name yet"));
  else if (g_str_has_prefix (folder, home))
    project->subtitle = g_strconcat ("~", folder + strlen (home), NULL);
  else
    project->subtitle = g_strdup (folder);
  return project;
}

static void
add_untitled (GPtrArray *projects)
{
  g_autofree char *folder = tsr_places_untitled_dir (NULL);
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    GStatBuf         status;

    if (g_str_has_suffix (name, ".tarsier") && g_stat (path, &status) == 0)
      g_ptr_array_add (projects, project_new (path, status.st_mtime));
  }
}

static void
add_named (GPtrArray *projects)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());

  for (GList *item = items; item != NULL; item = item->next) {
    GtkRecentInfo   *info = item->data;
    g_autofree char *path =
        g_filename_from_uri (gtk_recent_info_get_uri (info), NULL, NULL);
    g_autoptr (GDateTime) visited = g_date_time_ref (gtk_recent_info_get_visited (info));

    if (path != NULL && g_str_has_suffix (path, ".tarsier") &&
        !tsr_places_is_untitled (path) && g_file_test (path, G_FILE_TEST_IS_REGULAR))
      g_ptr_array_add (projects, project_new (path, g_date_time_to_unix (visited)));
  }
  g_list_free_full (items, (GDestroyNotify)gtk_recent_info_unref);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const TsrRecentProject *left = *(const TsrRecentProject *const *)a;
  const TsrRecentProject *right = *(const TsrRecentProject *const *)b;

  return left->time_s < right->time_s ? 1 : left->time_s > right->time_s ? -1 : 0;
}

GPtrArray *
tsr_recent_list (void)
{
  GPtrArray *projects = g_ptr_array_new_with_free_func ((GDestroyNotify)project_free);

  add_untitled (projects);
  add_named (projects);
  g_ptr_array_sort (projects, compare_newest);
  if (projects->len > MAX_RECENT)
    g_ptr_array_set_size (projects, MAX_RECENT);
  return projects;
}

void
tsr_recent_add (const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  GtkRecentData    data = {.mime_type = (char *)"application/vnd.tarsier.project",
                           .app_name = (char *)"Tarsier",
                           .app_exec = (char *)"tarsier %u"};

  if (uri != NULL && !tsr_places_is_untitled (path))
    gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}
