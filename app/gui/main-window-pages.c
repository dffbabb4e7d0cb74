/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pages of the window: what is shown where, whose commands are meant; and what the morph
 * page needs of the program.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/gui/main-window-private.h"

#define ANALYSE "analyse" /* the page that the window itself is */

static TsrPage *
find_page (TsrMainWindow *self, const char *id)
{
  for (guint i = 0; i < self->pages->len; i++)
    if (g_str_equal (tsr_page_get_id (g_ptr_array_index (self->pages, i)), id))
      return g_ptr_array_index (self->pages, i);
  return NULL;
}

const char *
tsr_main_window_get_page (TsrMainWindow *self)
{
  return self->page != NULL ? tsr_page_get_id (self->page) : ANALYSE;
}

static TsrSignal *
source_cb (gpointer data, TsrSound *sound)
{
  TsrMainWindow *self = data;

  return tsr_morph_planner_get_source (self->planner, sound);
}

/* The transport plays what the page shows. */
static void
hear_page (TsrMainWindow *self)
{
  gboolean is_morph = self->page == TSR_PAGE (self->morph_page);

  tsr_playback_set_morph (self->playback, is_morph ? self->morph : NULL, source_cb, self);
}

static void
playhead_cb (TsrMainWindow *self)
{
  if (self->page == TSR_PAGE (self->morph_page))
    tsr_morph_lanes_set_playhead (tsr_morph_page_get_lanes (self->morph_page),
                                  tsr_session_get_playhead_s (self->session));
}

void
tsr_main_window_set_page (TsrMainWindow *self, const char *id)
{
  TsrPage   *page = find_page (self, id);
  GtkWidget *canvas = GTK_WIDGET (tsr_canvas_view_get_canvas (self->canvas_view));

  if (page == self->page)
    return;
  if (self->page != NULL)
    tsr_page_set_shown (self->page, FALSE);
  self->page = page;
  tsr_session_compare (self->session, 0, 0);
  gtk_stack_set_visible_child_name (self->center_stack, tsr_main_window_get_page (self));
  gtk_stack_set_visible_child_name (self->inspector_stack,
                                    tsr_main_window_get_page (self));
  if (page != NULL)
    tsr_page_set_shown (page, TRUE);
  tsr_morph_planner_set_active (self->planner, page != NULL);
  hear_page (self);
  gtk_widget_grab_focus (page != NULL ? tsr_page_get_focus (page) : canvas);
  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "page")),
      g_variant_new_string (tsr_main_window_get_page (self)));
  tsr_main_window_update_actions (self);
}

/* ---- commands ---- */

/* What the window does whatever page is shown. */
static gboolean
is_common (const char *action)
{
  static const char *const common[] = {"win.rename-sound",
                                       "win.duplicate-sound",
                                       "win.remove-sound",
                                       "win.copy-command",
                                       NULL};

  return g_strv_contains (common, action);
}

gboolean
tsr_main_window_page_allows (TsrMainWindow *self, const char *action, gboolean otherwise)
{
  gboolean can = FALSE;

  if (self->page == NULL || is_common (action))
    return otherwise;
  return tsr_page_owns (self->page, strchr (action, '.') + 1, &can) && can;
}

gboolean
tsr_main_window_page_takes (TsrMainWindow *self, const char *action)
{
  gboolean can;

  if (self->page == NULL || !tsr_page_owns (self->page, strchr (action, '.') + 1, &can))
    return FALSE;
  if (can)
    tsr_page_perform (self->page, strchr (action, '.') + 1);
  return TRUE;
}

/* ---- the sound of a morph ---- */

static void
make_morph_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrSignal     *sources[TSR_MORPH_MOST] = {NULL};

  if (tsr_project_controller_is_busy (self->controller) ||
      !tsr_morph_planner_is_ready (self->planner))
    return;
  gtk_widget_grab_focus (tsr_page_get_focus (self->page)); /* a name is typed no more */
  g_autofree char *name = tsr_morph_session_dup_name (self->morph);
  for (guint k = 0; k < tsr_morph_session_get_n (self->morph); k++)
    sources[k] = tsr_morph_planner_get_source (
        self->planner, tsr_morph_session_get_sound (self->morph, k));
  tsr_project_controller_morph (
      self->controller, tsr_morph_session_get_settings (self->morph), name, sources);
}

/* The whole command line, as it would be told to a shell. (transfer full) */
static char *
morph_command_line (TsrMainWindow *self)
{
  TsrMorphPlan    *plan = tsr_morph_session_get_plan (self->morph);
  const char      *path = tsr_project_controller_get_path (self->controller);
  g_autofree char *project = g_shell_quote (path != NULL ? path : "");
  g_autofree char *name = tsr_morph_session_dup_name (self->morph);
  TsrMorphPairing  pairing = TSR_MORPH_PAIR_AUTO;

  if (plan != NULL)
    pairing = tsr_morph_plan_is_harmonic (plan) ? TSR_MORPH_PAIR_LABELS
                                                : TSR_MORPH_PAIR_SPECTRUM;
  g_autofree char *command =
      tsr_morph_settings_to_command (tsr_morph_session_get_settings (self->morph),
                                     tsr_morph_session_get_anchors (self->morph),
                                     pairing,
                                     name);
  return g_strdup_printf ("tarsier-cli morph %s%s", project, command + strlen ("morph"));
}

static void
copy_morph_command_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TsrMainWindow   *self = TSR_MAIN_WINDOW (widget);
  g_autofree char *line = NULL;

  if (tsr_morph_session_get_plan (self->morph) == NULL)
    return;
  line = morph_command_line (self);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), line);
  tsr_main_window_toast (self, _ ("The command line was copied"));
}

static void
show_sound_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);
  TsrProject    *project = tsr_session_get_project (self->session);
  TsrSound      *sound = project != NULL
                             ? tsr_project_get_sound (project, g_variant_get_int64 (parameter))
                             : NULL;

  if (sound == NULL || tsr_project_is_removed (project, tsr_sound_get_id (sound)))
    return;
  tsr_session_set_sound (self->session, sound);
  tsr_main_window_set_page (self, ANALYSE);
}

/* The name is taken now: the next one gets another. */
static void
morphed_cb (TsrMainWindow *self, TsrSound *sound)
{
  g_autofree char *sentence =
      g_strdup_printf (_ ("“%s” was made"), tsr_sound_get_name (sound));

  tsr_morph_session_add_made (self->morph, sound);
  tsr_main_window_offer (self,
                         sentence,
                         _ ("Show"),
                         "win.show-sound",
                         g_variant_new_int64 (tsr_sound_get_id (sound)));
  if (self->page == TSR_PAGE (self->morph_page))  /* else another one is worked on now */
    tsr_session_set_sound (self->session, sound); /* to be heard at once */
}

static void
busy_cb (TsrMainWindow *self)
{
  tsr_morph_panel_set_busy (tsr_morph_page_get_panel (self->morph_page),
                            tsr_project_controller_is_busy (self->controller));
}

/* Another project, or none: nothing of the old one stays. */
static void
project_cb (TsrMainWindow *self)
{
  tsr_main_window_withdraw_offers (self);
  tsr_morph_planner_reset (self->planner);
  tsr_morph_session_set_project (self->morph, tsr_session_get_project (self->session));
  tsr_main_window_set_page (self, ANALYSE);
}

/* With the first sound comes the page that was left, if there is something to see. */
static void
sound_cb (TsrMainWindow *self)
{
  GListModel *sounds = G_LIST_MODEL (tsr_session_get_project (self->session));
  guint       n_analysed = 0;

  if (self->page_restored || tsr_session_get_sound (self->session) == NULL)
    return;
  self->page_restored = TRUE;
  g_autofree char *id = g_settings_get_string (self->settings, "page");
  for (guint i = 0; i < g_list_model_get_n_items (sounds); i++) {
    g_autoptr (TsrSound) sound = g_list_model_get_item (sounds, i);
    n_analysed += tsr_sound_state_fields (tsr_sound_get_state (sound))->analysed;
  }
  if (n_analysed >= 2)
    tsr_main_window_set_page (self, id);
}

void
tsr_main_window_class_install_page_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.make-morph", NULL, make_morph_cb);
  gtk_widget_class_install_action (
      klass, "win.copy-morph-command", NULL, copy_morph_command_cb);
  gtk_widget_class_install_action (klass, "win.show-sound", "x", show_sound_cb);
}

void
tsr_main_window_update_page_actions (TsrMainWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean   shown = self->page == TSR_PAGE (self->morph_page);
  GAction   *page = g_action_map_lookup_action (G_ACTION_MAP (self), "page");

  gtk_widget_action_set_enabled (
      widget,
      "win.make-morph",
      shown && tsr_morph_panel_can_make (tsr_morph_page_get_panel (self->morph_page)));
  gtk_widget_action_set_enabled (widget,
                                 "win.copy-morph-command",
                                 shown &&
                                     tsr_morph_session_get_plan (self->morph) != NULL);
  if (page != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (page),
                                 tsr_session_get_sound (self->session) != NULL);
}

/* ---- building ---- */

static void
add_page (TsrMainWindow *self, TsrPage *page)
{
  const char *id = tsr_page_get_id (page);

  g_ptr_array_add (self->pages, page);
  gtk_stack_add_named (self->center_stack, tsr_page_get_center (page), id);
  gtk_stack_add_named (self->inspector_stack, tsr_page_get_inspector (page), id);
  g_signal_connect_object (page,
                           "commands-changed",
                           G_CALLBACK (tsr_main_window_update_actions),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
activate_action (TsrMainWindow *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

static void
make_cb (TsrMainWindow *self)
{
  activate_action (self, "win.make-morph");
}

static void
copy_cb (TsrMainWindow *self)
{
  activate_action (self, "win.copy-morph-command");
}

/* After undo the sound on the canvas may be gone. */
static void
leave_removed (TsrMainWindow *self)
{
  TsrProject *project = tsr_session_get_project (self->session);
  TsrSound   *sound = tsr_session_get_sound (self->session);

  if (project != NULL && sound != NULL &&
      tsr_project_is_removed (project, tsr_sound_get_id (sound)))
    tsr_session_set_sound (self->session, tsr_morph_session_get_sound (self->morph, 0));
}

static void
changed_cb (TsrMainWindow *self, guint what)
{
  if ((what & TSR_MORPH_CHANGED_PLAN) != 0)
    tsr_main_window_update_page_actions (self);
  if ((what & TSR_MORPH_CHANGED_UNDO) != 0)
    leave_removed (self);
}

void
tsr_main_window_add_pages (TsrMainWindow *self, GtkWidget *center, GtkWidget *inspector)
{
  self->pages = g_ptr_array_new_with_free_func (g_object_unref);
  self->center_stack = GTK_STACK (gtk_stack_new ());
  self->inspector_stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_hhomogeneous (self->inspector_stack, TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->center_stack), TRUE);
  gtk_stack_add_named (self->center_stack, center, ANALYSE);
  gtk_stack_add_named (self->inspector_stack, inspector, ANALYSE);
  gtk_box_append (self->center, GTK_WIDGET (self->center_stack));
  adw_bin_set_child (self->inspector_side, GTK_WIDGET (self->inspector_stack));

  self->morph = tsr_morph_session_new ();
  self->morph_page = tsr_morph_page_new (self->morph, self->session);
  add_page (self, TSR_PAGE (self->morph_page));
  self->planner = tsr_morph_planner_new (
      self->controller, self->morph, tsr_morph_page_get_lanes (self->morph_page));
  const struct {
    gpointer    object;
    const char *signal;
    GCallback   callback;
  } links[] = {
      {self->session, "notify::project", G_CALLBACK (project_cb)},
      {self->session, "notify::sound", G_CALLBACK (sound_cb)},
      {self->session, "notify::playhead-s", G_CALLBACK (playhead_cb)},
      {self->controller, "morphed", G_CALLBACK (morphed_cb)},
      {self->controller, "notify::busy", G_CALLBACK (busy_cb)},
      {tsr_morph_page_get_panel (self->morph_page), "make", G_CALLBACK (make_cb)},
      {tsr_morph_page_get_panel (self->morph_page), "copy-command", G_CALLBACK (copy_cb)},
      {self->morph, "changed", G_CALLBACK (changed_cb)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    g_signal_connect_object (
        links[i].object, links[i].signal, links[i].callback, self, G_CONNECT_SWAPPED);
}
