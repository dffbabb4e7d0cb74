/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands of the window that work on the sound, the view and the selection.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/gui/main-window-private.h"

static TsrCanvas *
canvas_of (TsrMainWindow *self)
{
  return tsr_canvas_view_get_canvas (self->canvas_view);
}

static void
undo_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  gboolean back = g_str_equal (name, "win.undo");

  if (tsr_main_window_page_takes (self, name) || self->sound == NULL)
    return;
  if (back)
    tsr_project_undo (tsr_session_get_project (self->session), self->sound, &error);
  else
    tsr_project_redo (tsr_session_get_project (self->session), self->sound, &error);
  if (error != NULL)
    tsr_main_window_show_error (self, error->message);
}

static void
perform (TsrMainWindow *self, TsrOperation *operation)
{
  tsr_session_perform (self->session, operation);
  tsr_operation_free (operation);
}

static void
delete_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (tsr_main_window_page_takes (self, name))
    return;
  if (tsr_selection_size (tsr_session_get_selection (self->session)) > 0)
    perform (self, tsr_operation_new_delete ());
}

/* The time span of the selection's rectangle, or of its partials. */
static gboolean
selected_span (TsrMainWindow *self, double *start_s, double *end_s)
{
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  const TsrRegion *region = tsr_selection_region (selection);
  TsrPartialSet   *set;

  if (self->sound == NULL)
    return FALSE;
  if (region != NULL && isfinite (region->start_s) && isfinite (region->end_s)) {
    *start_s = region->start_s;
    *end_s = region->end_s;
    return TRUE;
  }
  set = tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials;
  *start_s = INFINITY;
  *end_s = -INFINITY;
  for (gsize i = 0; i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);

    if (index >= 0) {
      const TsrPartialSummary *s =
          tsr_partial_summary (tsr_partial_set_at (set, (gsize)index));
      *start_s = fmin (*start_s, s->start_s);
      *end_s = fmax (*end_s, s->end_s);
    }
  }
  return *end_s > *start_s;
}

static void
crop_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  double         start_s, end_s;

  if (!selected_span (self, &start_s, &end_s))
    return;
  tsr_session_set_selection (self->session, NULL); /* the whole sound is cropped */
  perform (self, tsr_operation_new_crop (fmax (start_s, 0.0), end_s));
}

static void
select_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrCanvas *canvas = canvas_of (TSR_MAIN_WINDOW (widget));

  if (tsr_main_window_page_takes (TSR_MAIN_WINDOW (widget), name))
    return;
  if (g_str_equal (name, "win.select-all"))
    tsr_canvas_select_all (canvas);
  else if (g_str_equal (name, "win.select-none"))
    tsr_canvas_select_none (canvas);
  else
    tsr_canvas_invert_selection (canvas);
}

static void
find_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tsr_search_bar_focus (TSR_MAIN_WINDOW (widget)->search);
}

static void
focus_canvas_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (!tsr_main_window_page_takes (TSR_MAIN_WINDOW (widget), name))
    gtk_widget_grab_focus (GTK_WIDGET (canvas_of (TSR_MAIN_WINDOW (widget))));
}

static void
analyse_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tsr_analysis_panel_analyse (
      tsr_inspector_get_analysis (TSR_MAIN_WINDOW (widget)->inspector));
}

static void
rename_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  gtk_revealer_set_reveal_child (self->sounds_revealer, TRUE);
  tsr_sounds_list_start_renaming (self->sounds);
}

static void
duplicate_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrProject    *project = tsr_session_get_project (self->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *free_name = NULL;
  gint64           id;

  if (self->sound == NULL)
    return;
  free_name = tsr_project_free_name (project, tsr_sound_get_name (self->sound));
  id = tsr_project_copy_sound (project, self->sound, free_name, &error);
  if (id == 0)
    tsr_main_window_show_error (self, error->message);
  else
    tsr_session_set_sound (self->session, tsr_project_get_sound (project, id));
}

/* The sound beside the one that goes takes its place. */
static TsrSound *
neighbour_of (GListModel *sounds, TsrSound *sound)
{
  for (guint i = 0; i < g_list_model_get_n_items (sounds); i++) {
    g_autoptr (TsrSound) item = g_list_model_get_item (sounds, i);
    g_autoptr (TsrSound) next = g_list_model_get_item (sounds, i + 1);
    g_autoptr (TsrSound) last = i > 0 ? g_list_model_get_item (sounds, i - 1) : NULL;

    if (item == sound)
      return next != NULL ? next : last; /* the project keeps it */
  }
  return NULL;
}

static void
remove_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrProject    *project = tsr_session_get_project (self->session);
  g_autoptr (TsrSound) sound = self->sound != NULL ? g_object_ref (self->sound) : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  TsrSound        *next;

  if (sound == NULL)
    return;
  next = neighbour_of (G_LIST_MODEL (project), sound);
  if (!tsr_project_remove_sound (project, sound, &error)) {
    tsr_main_window_show_error (self, error->message);
    return;
  }
  tsr_session_set_sound (self->session, next);
  sentence = g_strdup_printf (_ ("“%s” was removed"), tsr_sound_get_name (sound));
  tsr_main_window_offer (self,
                         sentence,
                         _ ("Undo"),
                         "win.restore-sound",
                         g_variant_new_int64 (tsr_sound_get_id (sound)));
}

static void
restore_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrProject    *project = tsr_session_get_project (self->session);
  gint64         id = g_variant_get_int64 (parameter);
  g_autoptr (GError) error = NULL;

  if (project == NULL)
    return;
  if (tsr_project_restore_sound (project, id, &error))
    tsr_session_set_sound (self->session, tsr_project_get_sound (project, id));
  else
    tsr_main_window_show_error (self, error->message);
}

static void
add_marker_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;
  gsize            n;

  if (self->sound == NULL)
    return;
  tsr_sound_get_markers (self->sound, &n);
  label = g_strdup_printf (_ ("Marker %zu"), n + 1);
  if (tsr_project_add_marker (tsr_session_get_project (self->session),
                              self->sound,
                              tsr_session_get_playhead_s (self->session),
                              label,
                              &error) == 0)
    tsr_main_window_show_error (self, error->message);
}

static void
restore_marker_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrProject    *project = tsr_session_get_project (self->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;
  gint64           sound_id;
  double           time_s;

  g_variant_get (parameter, "(xds)", &sound_id, &time_s, &label);
  TsrSound *sound = project != NULL ? tsr_project_get_sound (project, sound_id) : NULL;
  if (sound != NULL &&
      tsr_project_add_marker (project, sound, time_s, label, &error) == 0)
    tsr_main_window_show_error (self, error->message);
}

static void
toast_removed_marker (TsrMainWindow *self, double time_s, const char *name)
{
  g_autofree char *sentence = g_strdup_printf (_ ("Marker “%s” was removed"), name);

  tsr_main_window_offer (
      self,
      sentence,
      _ ("Undo"),
      "win.restore-marker",
      g_variant_new ("(xds)", tsr_sound_get_id (self->sound), time_s, name));
}

static void
remove_marker_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  gint64         id = g_variant_get_int64 (parameter);
  g_autoptr (GError) error = NULL;
  gsize            n = 0;
  const TsrMarker *markers =
      self->sound != NULL ? tsr_sound_get_markers (self->sound, &n) : NULL;

  for (gsize i = 0; i < n; i++) {
    if (markers[i].id != id)
      continue;
    double           time_s = markers[i].time_s;
    g_autofree char *label = g_strdup (markers[i].name);
    if (tsr_project_remove_marker (
            tsr_session_get_project (self->session), self->sound, id, &error))
      toast_removed_marker (self, time_s, label);
    else
      tsr_main_window_show_error (self, error->message);
    return;
  }
}

static void
zoom_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrViewport   *viewport = tsr_session_get_viewport (self->session);
  double         start_s = tsr_viewport_get_start_s (viewport),
         end_s = tsr_viewport_get_end_s (viewport);
  double playhead_s = tsr_session_get_playhead_s (self->session);
  double around_s =
      playhead_s > start_s && playhead_s < end_s ? playhead_s : 0.5 * (start_s + end_s);
  double anchor_hz = tsr_viewport_get_anchor_hz (viewport);

  if (tsr_main_window_page_takes (self, name))
    return;
  if (g_str_equal (name, "win.zoom-in"))
    tsr_viewport_zoom_time (viewport, 1.5, around_s);
  else if (g_str_equal (name, "win.zoom-out"))
    tsr_viewport_zoom_time (viewport, 1.0 / 1.5, around_s);
  else if (g_str_equal (name, "win.zoom-in-frequency"))
    tsr_viewport_zoom_frequency (viewport, 1.5, anchor_hz);
  else if (g_str_equal (name, "win.zoom-out-frequency"))
    tsr_viewport_zoom_frequency (viewport, 1.0 / 1.5, anchor_hz);
  else if (g_str_equal (name, "win.zoom-fit"))
    tsr_viewport_fit (viewport);
  else
    tsr_canvas_zoom_to_selection (canvas_of (self));
}

char *
tsr_main_window_dup_command_line (TsrMainWindow *self, const char *command)
{
  const char      *path = tsr_project_controller_get_path (self->controller);
  TsrSource       *source = tsr_sound_get_source (self->sound);
  g_autofree char *project = g_shell_quote (path);
  g_autofree char *sound = g_shell_quote (tsr_sound_get_name (self->sound));
  g_autofree char *recording =
      source != NULL ? g_shell_quote (tsr_source_get_info (source)->name) : NULL;

  const char *options = command + strcspn (command, " ");
  if (g_str_has_prefix (command, "edit ") || g_str_has_prefix (command, "reanalyze"))
    return g_strdup_printf ("tarsier-cli %.*s %s %s%s",
                            (int)(options - command),
                            command,
                            project,
                            sound,
                            options);
  if (g_str_has_prefix (command, "paste ")) /* from which sound, into this one */
    return g_strdup_printf ("tarsier-cli paste %s%s %s", project, options, sound);
  if (g_str_has_prefix (command, "morph "))
    return g_strdup_printf ("tarsier-cli morph %s%s", project, options);
  if (g_str_has_prefix (command, "analyze") && recording != NULL)
    return g_strdup_printf (
        "tarsier-cli analyze %s -o %s%s", recording, project, command + 7);
  return g_strdup_printf ("tarsier-cli %s", command);
}

static void
copy_command_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrStep *step = self->sound != NULL ? tsr_sound_get_current_step (self->sound) : NULL;
  const char      *command = step != NULL ? tsr_step_fields (step)->command : NULL;
  g_autofree char *line = NULL;

  if (command == NULL)
    return;
  if (*command == '\0') {
    tsr_main_window_toast (
        self,
        _ ("No command line repeats this step. What comes from another "
           "project gets there by export and import"));
    return;
  }
  line = tsr_main_window_dup_command_line (self, command);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), line);
  tsr_main_window_toast (self, _ ("The command line was copied"));
}

static void
fullscreen_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_fullscreen (GTK_WINDOW (widget));
}

static void
loop_edge_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  double         now_s = tsr_session_get_playhead_s (self->session);
  double         start_s, end_s, duration_s;

  if (self->sound == NULL)
    return;
  duration_s = tsr_sound_state_fields (tsr_sound_get_state (self->sound))->duration_s;
  tsr_session_get_loop_range (self->session, &start_s, &end_s);
  if (g_str_equal (name, "win.loop-in"))
    tsr_session_set_loop_range (self->session, now_s, end_s > now_s ? end_s : duration_s);
  else
    tsr_session_set_loop_range (self->session, start_s < now_s ? start_s : 0.0, now_s);
  g_object_set (self->session, "loop", TRUE, NULL);
}

void
tsr_main_window_class_install_actions (GtkWidgetClass *klass)
{
  static const struct {
    const char                 *name, *type;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
      {"win.undo", NULL, undo_cb},
      {"win.redo", NULL, undo_cb},
      {"win.delete", NULL, delete_cb},
      {"win.crop", NULL, crop_cb},
      {"win.select-all", NULL, select_cb},
      {"win.select-none", NULL, select_cb},
      {"win.select-invert", NULL, select_cb},
      {"win.find", NULL, find_cb},
      {"win.focus-canvas", NULL, focus_canvas_cb},
      {"win.analyse", NULL, analyse_cb},
      {"win.rename-sound", NULL, rename_cb},
      {"win.duplicate-sound", NULL, duplicate_cb},
      {"win.remove-sound", NULL, remove_cb},
      {"win.restore-sound", "x", restore_cb},
      {"win.add-marker", NULL, add_marker_cb},
      {"win.remove-marker", "x", remove_marker_cb},
      {"win.restore-marker", "(xds)", restore_marker_cb},
      {"win.zoom-in", NULL, zoom_cb},
      {"win.zoom-out", NULL, zoom_cb},
      {"win.zoom-in-frequency", NULL, zoom_cb},
      {"win.zoom-out-frequency", NULL, zoom_cb},
      {"win.zoom-fit", NULL, zoom_cb},
      {"win.zoom-selection", NULL, zoom_cb},
      {"win.copy-command", NULL, copy_command_cb},
      {"win.fullscreen", NULL, fullscreen_cb},
      {"win.loop-in", NULL, loop_edge_cb},
      {"win.loop-out", NULL, loop_edge_cb},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (
        klass, actions[i].name, actions[i].type, actions[i].activate);
}

static void
monitor_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TsrMainWindow *self = data;
  GEnumClass    *monitors = g_type_class_ref (TSR_TYPE_MONITOR);
  GEnumValue    *value =
      g_enum_get_value_by_nick (monitors, g_variant_get_string (parameter, NULL));

  if (value != NULL)
    g_object_set (self->session, "monitor", value->value, NULL);
  g_type_class_unref (monitors);
}

/* A second press on the page that is shown folds it away. */
static void
lower_panel_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TsrMainWindow *self = data;
  const char    *page = g_variant_get_string (parameter, NULL);

  if (g_str_equal (page, self->lower_page))
    page = "";
  tsr_main_window_set_lower_page (self, page);
  g_simple_action_set_state (action, g_variant_new_string (page));
}

static void
page_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  tsr_main_window_set_page (data, g_variant_get_string (parameter, NULL));
}

static void
add_property (TsrMainWindow *self,
              const char    *name,
              gpointer       object,
              const char    *property)
{
  g_autoptr (GPropertyAction) action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
}

void
tsr_main_window_add_property_actions (TsrMainWindow *self)
{
  static const GActionEntry entries[] = {
      {"monitor", monitor_cb, "s", NULL, NULL, {0}},
      {"lower-panel", lower_panel_cb, "s", "''", NULL, {0}},
      {"page", page_cb, "s", "'analyse'", NULL, {0}},
  };

  g_action_map_add_action_entries (
      G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_property (self, "show-sounds", self->sounds_revealer, "reveal-child");
  add_property (self, "show-inspector", self->inspector_revealer, "reveal-child");
  add_property (self, "show-partials", self->session, "show-partials");
  add_property (self, "loop", self->session, "loop");
  add_property (self, "follow", self->session, "follow");
}

void
tsr_main_window_update_actions (TsrMainWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  TsrSound  *sound = tsr_session_get_sound (self->session);
  TsrStep   *step = sound != NULL ? tsr_sound_get_current_step (sound) : NULL;
  gboolean   any = sound != NULL;
  gboolean   analysed =
      any && tsr_sound_state_fields (tsr_sound_get_state (sound))->analysed;
  gboolean selected = tsr_selection_size (tsr_session_get_selection (self->session)) > 0;
  gboolean busy = tsr_project_controller_is_busy (self->controller);
  const struct {
    const char *name;
    gboolean    enabled;
  } actions[] = {
      {"win.undo", any && tsr_sound_can_undo (sound)},
      {"win.redo", any && tsr_sound_can_redo (sound)},
      {"win.delete", selected},
      {"win.crop", analysed && selected},
      {"win.select-all", analysed},
      {"win.select-none", selected},
      {"win.select-invert", analysed},
      {"win.find", analysed},
      {"win.analyse", tsr_session_get_signal (self->session) != NULL && !busy},
      {"win.rename-sound", any},
      {"win.duplicate-sound", any},
      {"win.remove-sound", any && !busy},
      {"win.add-marker", any},
      {"win.zoom-in", any},
      {"win.zoom-out", any},
      {"win.zoom-in-frequency", any},
      {"win.zoom-out-frequency", any},
      {"win.zoom-fit", any},
      {"win.zoom-selection", selected},
      {"win.copy-command", step != NULL},
      {"win.loop-in", any},
      {"win.loop-out", any},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (
        widget,
        actions[i].name,
        tsr_main_window_page_allows (self, actions[i].name, actions[i].enabled));
  tsr_main_window_update_page_actions (self);
  tsr_main_window_update_history_actions (self);
  tsr_main_window_update_edit_actions (self);
  tsr_main_window_update_selection_actions (self, analysed);
  tsr_main_window_update_operation_actions (self, analysed);
  tsr_main_window_update_file_actions (self);
  tsr_main_window_update_export_actions (self);
}
