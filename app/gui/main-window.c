/* SPDX-License-Identifier: GPL-3.0-or-later
 * The window: shows what its session and its project say.
 */
#include "app/gui/main-window.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/gui/main-window-private.h"

enum { NARROW_PX = 1180 };
#define FAINT 0.002 /* -54 dB re the loudest partial */
#define UNKNOWN_HZ 12000.0

G_DEFINE_FINAL_TYPE (TsrMainWindow, tsr_main_window, ADW_TYPE_APPLICATION_WINDOW)

/* Sentences begin small where a program's name stands before them, and large here; what
 * begins with the name of a file stays as it is. */
static void
show_bar (TsrMainWindow *self, GtkMessageType type, const char *said)
{
  g_autofree char *sentence =
      g_utf8_make_valid (said, -1); /* names of files need not be */
  GString    *text = g_string_new (NULL);
  const char *space = strpbrk (sentence, " ");
  gsize       first = space != NULL ? (gsize)(space - sentence) : strlen (sentence);
  gboolean    word = memchr (sentence, '.', first) == NULL &&
                  memchr (sentence, '/', first) == NULL &&
                  memchr (sentence, ':', first) == NULL;

  if (word && *sentence != '\0') {
    g_string_append_unichar (text, g_unichar_toupper (g_utf8_get_char (sentence)));
    g_string_append (text, g_utf8_next_char (sentence));
  } else
    g_string_append (text, sentence);
  gtk_info_bar_set_message_type (self->info_bar, type);
  gtk_label_set_label (self->info_label, text->str);
  gtk_info_bar_set_revealed (self->info_bar, TRUE);
  g_string_free (text, TRUE);
}

void
tsr_main_window_show_error (TsrMainWindow *self, const char *sentence)
{
  show_bar (self, GTK_MESSAGE_ERROR, sentence);
}

static void
warned_cb (TsrMainWindow *self, const char *sentence)
{
  show_bar (self, GTK_MESSAGE_WARNING, sentence);
}

static void
hide_error_cb (TsrMainWindow *self)
{
  gtk_info_bar_set_revealed (self->info_bar, FALSE);
}

/* Project - sound above, whether all is on the disk below. */
static void
update_title (TsrMainWindow *self)
{
  g_autofree char *project = tsr_project_controller_dup_title (self->controller);
  TsrSound        *sound = tsr_session_get_sound (self->session);
  g_autofree char *title = NULL;
  const char      *state = "";

  if (tsr_project_controller_get_path (self->controller) != NULL)
    state = tsr_project_controller_is_saving (self->controller) ? _ ("saving…")
                                                                : _ ("all changes kept");
  if (sound != NULL)
    title = g_strdup_printf ("%s – %s", project, tsr_sound_get_name (sound));
  else
    title = g_strdup (project);
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, state);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* The view begins where the partials are: up to the highest one that is not faint. */
static void
frame_sound (TsrMainWindow *self)
{
  const TsrSoundStateFields *state =
      tsr_sound_state_fields (tsr_sound_get_state (self->sound));
  TsrViewport *viewport = tsr_session_get_viewport (self->session);
  double       loudest = 0.0, high_hz = 0.0;
  gsize        n = tsr_partial_set_size (state->partials);

  for (gsize i = 0; i < n; i++)
    loudest = fmax (
        loudest,
        tsr_partial_summary (tsr_partial_set_at (state->partials, i))->peak_amplitude);
  for (gsize i = 0; i < n; i++) {
    const TsrPartialSummary *s =
        tsr_partial_summary (tsr_partial_set_at (state->partials, i));

    if (s->peak_amplitude > loudest * FAINT && s->end_s - s->start_s > 0.15)
      high_hz = fmax (high_hz, s->mean_hz);
  }
  tsr_viewport_set_frequency (
      viewport, 0.0, state->analysed ? fmax (1.15 * high_hz, 1500.0) : UNKNOWN_HZ);
}

static void
sound_changed_cb (TsrMainWindow *self)
{
  update_title (self);
  tsr_main_window_update_actions (self);
}

static void
state_cb (TsrMainWindow *self)
{
  gboolean analysed =
      tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;

  if (analysed && !self->framed)
    frame_sound (self);
  self->framed = analysed;
  gtk_info_bar_set_revealed (self->info_bar, FALSE); /* what went wrong went well now */
  sound_changed_cb (self);
}

/* Follows name, history and markers of the sound on the canvas. */
static void
sound_cb (TsrMainWindow *self)
{
  g_clear_signal_handler (&self->sound_state, self->sound);
  g_clear_signal_handler (&self->sound_name, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL) {
    self->framed = tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;
    frame_sound (self);
    self->sound_state = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (state_cb), self);
    self->sound_name = g_signal_connect_swapped (
        self->sound, "notify::name", G_CALLBACK (sound_changed_cb), self);
  }
  sound_changed_cb (self);
}

/* The empty state, or the place to work. */
static void
update_page (TsrMainWindow *self)
{
  gboolean work = tsr_session_get_sound (self->session) != NULL;

  if (work && !g_str_equal (gtk_stack_get_visible_child_name (self->stack), "work")) {
    gtk_stack_set_visible_child_name (self->stack, "work");
    gtk_widget_grab_focus (GTK_WIDGET (tsr_canvas_view_get_canvas (self->canvas_view)));
  } else if (!work) {
    gtk_stack_set_visible_child_name (self->stack, "empty");
  }
  gtk_widget_set_visible (self->history_buttons, work);
  gtk_widget_set_visible (self->side_buttons, work);
  gtk_widget_set_visible (self->page_buttons, work);
  gtk_widget_set_visible (self->import_button, work);
  if (!work)
    tsr_main_window_update_recent (self);
}

static void
path_cb (TsrMainWindow *self)
{
  update_title (self);
  update_page (self);
  tsr_main_window_update_actions (self);
  tsr_main_window_update_recent (self);
  if (tsr_project_controller_get_path (self->controller) != NULL)
    tsr_main_window_tell_demo (self);
}

static void
work_started_cb (TsrMainWindow *self, const char *what)
{
  tsr_progress_card_show (self->progress, what);
  tsr_analysis_panel_set_busy (tsr_inspector_get_analysis (self->inspector), TRUE);
}

static void
work_progress_cb (TsrMainWindow *self, double fraction)
{
  tsr_progress_card_set_fraction (self->progress, fraction);
}

static void
work_ended_cb (TsrMainWindow *self)
{
  tsr_progress_card_hide (self->progress);
  tsr_analysis_panel_set_busy (tsr_inspector_get_analysis (self->inspector), FALSE);
}

static void
cancel_cb (TsrMainWindow *self)
{
  tsr_project_controller_cancel (self->controller);
}

static void
glanced_cb (TsrMainWindow *self, TsrSource *source, gpointer signal)
{
  tsr_sounds_list_set_signal (self->sounds, source, signal);
}

static void
analyse_cb (TsrMainWindow *self, gpointer data)
{
  const TsrAnalysisChoice *choice = data;

  tsr_project_controller_analyse (self->controller, &choice->params, &choice->region);
}

static void
foresee_cb (TsrMainWindow *self, gpointer data)
{
  const TsrAnalysisChoice *choice = data;

  tsr_project_controller_foresee (self->controller, &choice->params, &choice->region);
}

static void
foresee_end_cb (TsrMainWindow *self)
{
  tsr_project_controller_stop_foreseeing (self->controller);
}

static void
foreseen_cb (TsrMainWindow *self, gpointer partials, gpointer data)
{
  const TsrAnalysisRecord *record = data;

  tsr_canvas_set_foreseen (tsr_canvas_view_get_canvas (self->canvas_view), partials);
  tsr_analysis_panel_show_foreseen (
      tsr_inspector_get_analysis (self->inspector),
      partials != NULL ? (gssize)tsr_partial_set_size (partials) : -1,
      record != NULL ? record->params.spacing_hz : 0.0,
      record != NULL ? record->snr_db : 0.0);
}

static void
settings_cb (TsrMainWindow *self)
{
  TsrCanvas *canvas = tsr_canvas_view_get_canvas (self->canvas_view);
  double     tuning_hz = g_settings_get_double (self->settings, "tuning-hz");

  tsr_canvas_set_tuning_hz (canvas, tuning_hz);
  tsr_canvas_set_wheel_zooms (canvas,
                              g_settings_get_boolean (self->settings, "wheel-zooms"));
  tsr_morph_lanes_set_options (tsr_morph_page_get_lanes (self->morph_page),
                               g_settings_get_boolean (self->settings, "wheel-zooms"),
                               tuning_hz);
  tsr_partial_table_set_tuning_hz (self->table, tuning_hz);
  tsr_playback_set_level_matched (
      self->playback, g_settings_get_boolean (self->settings, "level-matched"));
  tsr_measure_panel_set_tuning_hz (tsr_inspector_get_measure (self->inspector),
                                   tuning_hz);
}

static void
connect_session (TsrMainWindow *self)
{
  const struct {
    gpointer    object;
    const char *signal;
    GCallback   callback;
  } links[] = {
      {self->session, "notify::sound", G_CALLBACK (sound_cb)},
      {self->session, "notify::sound", G_CALLBACK (update_page)},
      {self->session, "notify::selection", G_CALLBACK (tsr_main_window_update_actions)},
      {self->session, "notify::signal", G_CALLBACK (tsr_main_window_update_actions)},
      {self->session,
       "comparing-changed",
       G_CALLBACK (tsr_main_window_update_history_actions)},
      {self->session, "failed", G_CALLBACK (tsr_main_window_show_error)},
      {self->controller, "notify::path", G_CALLBACK (path_cb)},
      {self->controller, "notify::saving", G_CALLBACK (update_title)},
      {self->controller, "notify::busy", G_CALLBACK (tsr_main_window_update_actions)},
      {self->controller, "work-started", G_CALLBACK (work_started_cb)},
      {self->controller, "work-progress", G_CALLBACK (work_progress_cb)},
      {self->controller, "work-ended", G_CALLBACK (work_ended_cb)},
      {self->controller, "done", G_CALLBACK (tsr_main_window_toast)},
      {self->controller, "warned", G_CALLBACK (warned_cb)},
      {self->controller, "glanced", G_CALLBACK (glanced_cb)},
      {self->progress, "cancel", G_CALLBACK (cancel_cb)},
      {self->controller, "foreseen", G_CALLBACK (foreseen_cb)},
      {tsr_inspector_get_analysis (self->inspector), "analyse", G_CALLBACK (analyse_cb)},
      {tsr_inspector_get_analysis (self->inspector), "foresee", G_CALLBACK (foresee_cb)},
      {tsr_inspector_get_analysis (self->inspector),
       "foresee-end",
       G_CALLBACK (foresee_end_cb)},
      {self->settings, "changed", G_CALLBACK (settings_cb)},
      {self->info_bar, "response", G_CALLBACK (hide_error_cb)},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    g_signal_connect_object (
        links[i].object, links[i].signal, links[i].callback, self, G_CONNECT_SWAPPED);
  g_settings_bind (self->settings,
                   "follow-playhead",
                   self->session,
                   "follow",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (
      self->settings, "colormap", self->session, "colormap", G_SETTINGS_BIND_DEFAULT);
}

/* As they are, or will be where there is room again. */
static gboolean
shows_sounds (TsrMainWindow *self)
{
  return gtk_revealer_get_reveal_child (self->sounds_revealer) ||
         (self->narrow && self->sounds_come_back);
}

/* Where there is little room the sounds fold away; they come back with the room, unless
 * they were hidden before. */
static gboolean
fold_cb (gpointer data)
{
  TsrMainWindow *self = data;
  gboolean       narrow = gtk_widget_get_width (GTK_WIDGET (self)) < NARROW_PX;

  if (narrow != self->narrow) {
    self->sounds_come_back = shows_sounds (self);
    self->narrow = narrow;
    gtk_revealer_set_reveal_child (self->sounds_revealer,
                                   !narrow && self->sounds_come_back);
  }
  return G_SOURCE_REMOVE;
}

static void
tsr_main_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  GTK_WIDGET_CLASS (tsr_main_window_parent_class)
      ->size_allocate (widget, width, height, baseline);
  if ((width < NARROW_PX) != self->narrow)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, g_object_ref (self), g_object_unref);
}

static void
keep_looks (TsrMainWindow *self)
{
  GtkWindow *window = GTK_WINDOW (self);
  int        width, height;
  double     blend;

  gtk_window_get_default_size (window, &width, &height);
  g_object_get (self->session, "blend", &blend, NULL);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (
      self->settings, "window-maximized", gtk_window_is_maximized (window));
  if (self->page_restored) /* else no page was chosen: there was no sound */
    g_settings_set_string (self->settings, "page", tsr_main_window_get_page (self));
  g_settings_set_string (self->settings, "lower-panel", self->lower_page);
  g_settings_set_double (self->settings, "blend", blend);
  g_settings_set_boolean (self->settings,
                          "show-inspector",
                          gtk_revealer_get_reveal_child (self->inspector_revealer));
  g_settings_set_boolean (self->settings, "show-sounds", shows_sounds (self));
}

static gboolean
tsr_main_window_close_request (GtkWindow *window)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (window);

  gtk_window_set_focus (window, NULL); /* what is typed is taken while it can be */
  keep_looks (self);
  tsr_playback_shutdown (self->playback);
  tsr_project_controller_cancel (self->controller);
  tsr_project_controller_close (self->controller);
  return GTK_WINDOW_CLASS (tsr_main_window_parent_class)->close_request (window);
}

static void
tsr_main_window_dispose (GObject *object)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (object);

  g_clear_signal_handler (&self->sound_state, self->sound);
  g_clear_signal_handler (&self->sound_name, self->sound);
  g_clear_object (&self->sound);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->focus_id, g_source_remove);
  if (self->playback != NULL)
    tsr_playback_shutdown (self->playback);
  g_clear_object (&self->playback);
  if (self->controller != NULL)
    tsr_project_controller_close (self->controller);
  g_clear_object (&self->controller);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->history_menu);
  g_clear_object (&self->planner);
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_object (&self->morph);
  g_clear_pointer (&self->lower_page, g_free);
  g_clear_pointer (&self->context_menu, gtk_widget_unparent);
  g_slist_free_full (g_steal_pointer (&self->offers), g_object_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), TSR_TYPE_MAIN_WINDOW);
  G_OBJECT_CLASS (tsr_main_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, recent_popover);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, recent_list);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, import_button);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, history_buttons);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, side_buttons);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, page_buttons);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, info_bar);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, info_label);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, overlay);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, empty_bin);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, inspector_side);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, transport_bin);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, sounds_revealer);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, inspector_revealer);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, sounds_side);
  gtk_widget_class_bind_template_child (widget_class, TsrMainWindow, center);
}

static void
tsr_main_window_class_init (TsrMainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tsr_main_window_dispose;
  widget_class->size_allocate = tsr_main_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = tsr_main_window_close_request;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/tarsier_audio/Tarsier/main-window.ui");
  bind_children (widget_class);
  tsr_main_window_class_install_actions (widget_class);
  tsr_main_window_class_install_file_actions (widget_class);
  tsr_main_window_class_install_edit_actions (widget_class);
  tsr_main_window_class_install_selection_actions (widget_class);
  tsr_main_window_class_install_operation_actions (widget_class);
  tsr_main_window_class_install_history_actions (widget_class);
  tsr_main_window_class_install_export_actions (widget_class);
  tsr_main_window_class_install_playback_actions (widget_class);
  tsr_main_window_class_install_page_actions (widget_class);
}

static void
tsr_main_window_init (TsrMainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->session = tsr_session_new ();
  self->controller = tsr_project_controller_new (self->session);
  self->playback = tsr_playback_new (self->session);
}

/* As it was left; the page comes back with the first sound. */
static void
restore_looks (TsrMainWindow *self)
{
  GSettings       *settings = self->settings;
  g_autofree char *lower = g_settings_get_string (settings, "lower-panel");
  int              width, height;

  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  g_object_set (self->session, "blend", g_settings_get_double (settings, "blend"), NULL);
  gtk_revealer_set_reveal_child (self->sounds_revealer,
                                 g_settings_get_boolean (settings, "show-sounds"));
  gtk_revealer_set_reveal_child (self->inspector_revealer,
                                 g_settings_get_boolean (settings, "show-inspector"));
  if (*lower != '\0')
    g_action_group_activate_action (
        G_ACTION_GROUP (self), "lower-panel", g_variant_new_string (lower));
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

TsrMainWindow *
tsr_main_window_new (TsrApplication *application)
{
  TsrMainWindow *self =
      g_object_new (TSR_TYPE_MAIN_WINDOW, "application", application, NULL);

  self->settings = g_object_ref (tsr_application_get_settings (application));
  tsr_main_window_add_menu (self);
  g_signal_connect_object (application,
                           "copied",
                           G_CALLBACK (tsr_main_window_update_actions),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                           "changed",
                           G_CALLBACK (tsr_main_window_update_actions),
                           self,
                           G_CONNECT_SWAPPED);
  tsr_main_window_build (self);
  tsr_main_window_add_property_actions (self);
  tsr_main_window_add_keys (self);
  tsr_main_window_keep_focus (self);
  tsr_main_window_add_drop_target (self);
  connect_session (self);
  tsr_main_window_connect_playback (self);
  settings_cb (self);
  restore_looks (self);
  path_cb (self);
  tsr_empty_state_focus (self->empty);
  return self;
}
