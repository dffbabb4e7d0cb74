/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files into and out of the window: dialogs, drops, recent projects, the demo.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/gui/main-window-private.h"
#include "app/gui/places.h"
#include "app/gui/recent.h"
#include "store/formats/exchange.h"

#define DEMO_FOLDER "resource:///io/github/tarsier_audio/Tarsier/demo/"

static gboolean
is_project (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return name != NULL && g_str_has_suffix (name, ".tarsier");
}

/* What kind of file it is, the first bytes say; the name does not have to. */
static gboolean
looks_like_project (GFile *file)
{
  g_autoptr (GFileInputStream) stream = NULL;
  char head[16] = {0};

  if (is_project (file))
    return TRUE;
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) != G_FILE_TYPE_REGULAR)
    return FALSE;
  stream = g_file_read (file, NULL, NULL);
  if (stream == NULL ||
      g_input_stream_read (G_INPUT_STREAM (stream), head, sizeof head, NULL, NULL) < 15)
    return FALSE;
  return memcmp (head, "SQLite format 3", 15) == 0;
}

void
tsr_main_window_open_files (TsrMainWindow *self, GPtrArray *files)
{
  g_autoptr (GPtrArray) sounds = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_info_bar_set_revealed (self->info_bar, FALSE);
  for (guint i = 0; i < files->len; i++) {
    GFile *file = g_ptr_array_index (files, i);

    if (looks_like_project (file)) {
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        tsr_project_controller_open (self->controller, path);
      return;
    }
    g_ptr_array_add (sounds, g_object_ref (file));
  }
  tsr_project_controller_import (self->controller, sounds, FALSE);
}

static const char *const demo_names[] = {
    "flute-g4.flac",
    "trumpet-c5.flac",
    "speech.flac",
    "drum-loop.flac",
    "cello-d3.flac",
};

/* The demo that was begun before is gone on with. (transfer full) */
static char *
demo_of_before (void)
{
  g_autoptr (GPtrArray) projects = tsr_recent_list ();

  for (guint i = 0; i < projects->len; i++) {
    const TsrRecentProject *project = g_ptr_array_index (projects, i);

    if (tsr_places_is_untitled (project->path) &&
        g_str_has_prefix (project->title, _ ("Tarsier demo")))
      return g_strdup (project->path);
  }
  return NULL;
}

static void
create_demo (TsrMainWindow *self)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (demo_names); i++) {
    g_autofree char *uri = g_strconcat (DEMO_FOLDER, demo_names[i], NULL);

    g_ptr_array_add (files, g_file_new_for_uri (uri));
  }
  if (!tsr_project_controller_create (self->controller, _ ("Tarsier demo"), &error)) {
    tsr_main_window_show_error (self, error->message);
    return;
  }
  tsr_project_controller_import (self->controller, files, TRUE);
}

void
tsr_main_window_open_demo (TsrMainWindow *self)
{
  g_autofree char *path = NULL;

  if (tsr_project_controller_is_busy (self->controller))
    return;
  path = demo_of_before ();
  if (path == NULL) {
    create_demo (self);
    return;
  }
  tsr_project_controller_open (self->controller, path);
  self->opening_demo = tsr_project_controller_is_busy (self->controller);
}

/* Anything but the recordings, imported and analysed. */
static gboolean
is_changed_demo (TsrProject *project)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (project));

  for (guint i = 0; i < n; i++) {
    g_autoptr (TsrSound) sound = g_list_model_get_item (G_LIST_MODEL (project), i);
    gsize current;
    g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);

    if (steps->len != 2)
      return TRUE;
  }
  return n != G_N_ELEMENTS (demo_names);
}

void
tsr_main_window_tell_demo (TsrMainWindow *self)
{
  TsrProject      *project = tsr_session_get_project (self->session);
  g_autofree char *title = tsr_project_controller_dup_title (self->controller);
  /* Opening it may have been cancelled, and this be another project. */
  gboolean is_demo = g_str_has_prefix (title, _ ("Tarsier demo"));

  if (self->opening_demo && is_demo && project != NULL && is_changed_demo (project))
    tsr_main_window_offer (self,
                           _ ("The demo is as you left it"),
                           _ ("_Start Afresh"),
                           "win.demo-afresh",
                           NULL);
  self->opening_demo = FALSE;
}

static void
demo_afresh_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (!tsr_project_controller_is_busy (self->controller))
    create_demo (self);
}

static void
demo_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tsr_main_window_open_demo (TSR_MAIN_WINDOW (widget));
}

static void
new_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  gtk_window_set_focus (GTK_WINDOW (self), NULL); /* takes what is typed */
  tsr_project_controller_close (self->controller);
}

/* What a dialog was opened for. */
typedef enum { PURPOSE_OPEN, PURPOSE_IMPORT, PURPOSE_COPY, PURPOSE_NAME } Purpose;

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (gsize i = 0; patterns[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, patterns[i]);
  gtk_file_chooser_add_filter (chooser, filter);
}

/* Files of partials, in all formats. */
static void
add_partials_filter (GtkFileChooser *chooser)
{
  const char *suffixes[16] = {NULL};

  for (guint i = 0; i + 1 < G_N_ELEMENTS (suffixes); i++)
    suffixes[i] = tsr_exchange_format_suffix (i);
  add_filter (chooser, _ ("Partials (CSV, JSON, MIDI, NPZ, SDIF, SPEAR)"), suffixes);
}

/* A path with the suffix that a project has. (transfer full) */
static char *
project_path (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (path == NULL || g_str_has_suffix (path, ".tarsier"))
    return g_steal_pointer (&path);
  return g_strconcat (path, ".tarsier", NULL);
}

static GPtrArray *
chosen_files (GtkFileChooser *chooser)
{
  g_autoptr (GListModel) list = gtk_file_chooser_get_files (chooser);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (files, g_list_model_get_item (list, i));
  return files;
}

static void
response_cb (GtkNativeDialog *dialog, int response, TsrMainWindow *self)
{
  g_autoptr (GPtrArray) files = NULL;
  Purpose purpose = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (dialog), "purpose"));

  if (response == GTK_RESPONSE_ACCEPT)
    files = chosen_files (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (files == NULL || files->len == 0)
    return;
  gtk_info_bar_set_revealed (self->info_bar, FALSE); /* that was of other files */
  if (purpose == PURPOSE_OPEN) {
    tsr_main_window_open_files (self, files);
  } else if (purpose == PURPOSE_IMPORT) {
    tsr_project_controller_import (self->controller, files, FALSE);
  } else {
    g_autofree char *path = project_path (g_ptr_array_index (files, 0));

    if (path != NULL)
      tsr_project_controller_save_copy (self->controller, path, purpose == PURPOSE_NAME);
  }
}

static void
ask (TsrMainWindow *self, Purpose purpose, const char *title, const char *accept)
{
  static const char *const projects[] = {"tarsier", NULL};
  static const char *const sounds[] = {
      "wav", "flac", "aiff", "aif", "ogg", "oga", "mp3", NULL};
  static const char *const both[] = {
      "tarsier", "wav", "flac", "aiff", "aif", "ogg", "oga", "mp3", NULL};
  gboolean              saves = purpose == PURPOSE_COPY || purpose == PURPOSE_NAME;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      title,
      GTK_WINDOW (self),
      saves ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
      accept,
      _ ("_Cancel"));
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (dialog);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "purpose", GINT_TO_POINTER (purpose));
  gtk_file_chooser_set_select_multiple (chooser, !saves);
  if (saves) {
    g_autofree char *name = g_strconcat (
        self->sound != NULL ? tsr_sound_get_name (self->sound) : _ ("Project"),
        ".tarsier",
        NULL);
    gtk_file_chooser_set_current_name (chooser, name);
  }
  if (purpose == PURPOSE_OPEN)
    add_filter (chooser, _ ("Recordings and projects"), both);
  if (purpose == PURPOSE_OPEN || purpose == PURPOSE_IMPORT)
    add_filter (chooser, _ ("Recordings"), sounds);
  if (purpose == PURPOSE_OPEN || purpose == PURPOSE_IMPORT)
    add_partials_filter (chooser);
  if (purpose != PURPOSE_IMPORT)
    add_filter (chooser, _ ("Tarsier projects"), projects);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
ask_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (g_str_equal (name, "win.open"))
    ask (self, PURPOSE_OPEN, _ ("Open"), _ ("_Open"));
  else if (g_str_equal (name, "win.import"))
    ask (self, PURPOSE_IMPORT, _ ("Import Recordings or Partials"), _ ("_Import"));
  else if (g_str_equal (name, "win.save-copy"))
    ask (self, PURPOSE_COPY, _ ("Save a Copy"), _ ("_Save"));
  else
    ask (self, PURPOSE_NAME, _ ("Name and Keep Project"), _ ("_Keep"));
}

void
tsr_main_window_class_install_file_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.new", NULL, new_cb);
  gtk_widget_class_install_action (klass, "win.demo", NULL, demo_cb);
  gtk_widget_class_install_action (klass, "win.demo-afresh", NULL, demo_afresh_cb);
  gtk_widget_class_install_action (klass, "win.open", NULL, ask_cb);
  gtk_widget_class_install_action (klass, "win.import", NULL, ask_cb);
  gtk_widget_class_install_action (klass, "win.save-copy", NULL, ask_cb);
  gtk_widget_class_install_action (klass, "win.name-project", NULL, ask_cb);
}

void
tsr_main_window_update_file_actions (TsrMainWindow *self)
{
  GtkWidget  *widget = GTK_WIDGET (self);
  const char *path = tsr_project_controller_get_path (self->controller);
  gboolean    busy = tsr_project_controller_is_busy (self->controller);

  gtk_widget_action_set_enabled (widget, "win.new", path != NULL && !busy);
  gtk_widget_action_set_enabled (widget, "win.open", !busy);
  gtk_widget_action_set_enabled (widget, "win.demo", !busy);
  gtk_widget_action_set_enabled (widget, "win.import", path != NULL && !busy);
  gtk_widget_action_set_enabled (widget, "win.save-copy", path != NULL && !busy);
  gtk_widget_action_set_enabled (
      widget, "win.name-project", path != NULL && !busy && tsr_places_is_untitled (path));
}

static gboolean
drop_cb (
    GtkDropTarget *target, const GValue *value, double x, double y, TsrMainWindow *self)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  for (GSList *file = g_value_get_boxed (value); file != NULL; file = file->next)
    g_ptr_array_add (files, g_object_ref (file->data));
  if (files->len > 0)
    tsr_main_window_open_files (self, files);
  return files->len > 0;
}

static GdkDragAction
enter_cb (GtkDropTarget *target, double x, double y, TsrMainWindow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self->overlay), "drop-target");
  return GDK_ACTION_COPY;
}

static void
leave_cb (GtkDropTarget *target, TsrMainWindow *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->overlay), "drop-target");
}

static void
recent_activated_cb (GtkListBox *list, GtkListBoxRow *row, TsrMainWindow *self)
{
  gtk_popover_popdown (self->recent_popover);
  tsr_project_controller_open (self->controller,
                               g_object_get_data (G_OBJECT (row), "path"));
}

static void
open_recent_cb (TsrMainWindow *self, const char *path)
{
  tsr_project_controller_open (self->controller, path);
}

void
tsr_main_window_add_drop_target (TsrMainWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  g_signal_connect_object (target, "enter", G_CALLBACK (enter_cb), self, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (leave_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_object (
      self->recent_list, "row-activated", G_CALLBACK (recent_activated_cb), self, 0);
  g_signal_connect_object (
      self->empty, "open-recent", G_CALLBACK (open_recent_cb), self, G_CONNECT_SWAPPED);
}

static GtkWidget *
recent_row_new (const TsrRecentProject *project)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *title = gtk_label_new (project->title);
  GtkWidget *subtitle = gtk_label_new (project->subtitle);

  gtk_label_set_xalign (GTK_LABEL (title), 0.0);
  gtk_label_set_xalign (GTK_LABEL (subtitle), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (subtitle), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (subtitle), 40);
  gtk_widget_add_css_class (subtitle, "caption");
  gtk_widget_add_css_class (subtitle, "dim-label");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), subtitle);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (project->path), g_free);
  return row;
}

void
tsr_main_window_update_recent (TsrMainWindow *self)
{
  const char *path = tsr_project_controller_get_path (self->controller);
  g_autoptr (GPtrArray) projects = NULL;
  g_autofree const char **paths = NULL, **titles = NULL, **subtitles = NULL;
  GtkWidget              *row;

  if (path != NULL)
    tsr_recent_add (path);
  projects = tsr_recent_list ();
  paths = g_new0 (const char *, projects->len + 1);
  titles = g_new0 (const char *, projects->len + 1);
  subtitles = g_new0 (const char *, projects->len + 1);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list))) != NULL)
    gtk_list_box_remove (self->recent_list, row);
  for (guint i = 0; i < projects->len; i++) {
    const TsrRecentProject *project = g_ptr_array_index (projects, i);

    paths[i] = project->path;
    titles[i] = project->title;
    subtitles[i] = project->subtitle;
    gtk_list_box_append (self->recent_list, recent_row_new (project));
  }
  tsr_empty_state_set_recent (
      self->empty, paths, titles, subtitles, MIN (projects->len, 4));
}
