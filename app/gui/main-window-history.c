/* SPDX-License-Identifier: GPL-3.0-or-later
 * What undo and redo would do, named in the menu and at their buttons; steps of the
 * history compared.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/gui/main-window-private.h"
#include "model/dsp-types.h"

/* The names of the step that undo takes back and of the one that redo brings again; NULL:
 * none. (transfer full) */
static void
dup_names (TsrSound *sound, char **undo, char **redo)
{
  gsize current = 0;
  g_autoptr (GPtrArray) steps = NULL;

  *undo = *redo = NULL;
  if (sound == NULL)
    return;
  steps = tsr_sound_dup_history (sound, &current);
  if (tsr_sound_can_undo (sound) && current < steps->len)
    *undo = g_strdup (tsr_step_fields (g_ptr_array_index (steps, current))->label);
  if (tsr_sound_can_redo (sound) && current + 1 < steps->len)
    *redo = g_strdup (tsr_step_fields (g_ptr_array_index (steps, current + 1))->label);
}

static void
name_button (GtkWidget *button, const char *command, const char *key)
{
  g_autofree char *tip = g_strdup_printf ("%s (%s)", command, key);

  gtk_widget_set_tooltip_text (button, tip);
}

static void
add_item (GMenu *menu, const char *label, const char *action, const char *key)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, action);

  g_menu_item_set_attribute (item, "accel", "s", key);
  g_menu_append_item (menu, item);
}

/* As a label with mnemonics shows it. (transfer full) */
static char *
with_mnemonic (const char *command)
{
  g_auto (GStrv) parts = g_strsplit (command, "_", -1);
  g_autofree char *plain = g_strjoinv ("__", parts);

  return g_strconcat ("_", plain, NULL);
}

static void
name_steps (TsrMainWindow *self)
{
  char *undone, *redone;
  /* Translators: %s is the name of a step of the history such as "Pitch +200 cents". */
  if (self->page != NULL) {
    undone = tsr_page_dup_step_name (self->page, "undo");
    redone = tsr_page_dup_step_name (self->page, "redo");
  } else
    dup_names (tsr_session_get_sound (self->session), &undone, &redone);
  g_autofree char *undo =
      undone != NULL ? g_strdup_printf (_ ("Undo: %s"), undone) : g_strdup (_ ("Undo"));
  g_autofree char *redo =
      redone != NULL ? g_strdup_printf (_ ("Redo: %s"), redone) : g_strdup (_ ("Redo"));
  g_autofree char *undo_label = with_mnemonic (undo);
  g_autofree char *redo_label = with_mnemonic (redo);

  g_free (undone);
  g_free (redone);
  name_button (self->undo_button, undo, _ ("Ctrl+Z"));
  name_button (self->redo_button, redo, _ ("Ctrl+Shift+Z"));
  g_menu_remove_all (self->history_menu);
  add_item (self->history_menu, undo_label, "win.undo", "<Control>z");
  add_item (self->history_menu, redo_label, "win.redo", "<Control><Shift>z");
}

void
tsr_main_window_add_menu (TsrMainWindow *self)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/tarsier_audio/Tarsier/gtk/menus.ui");

  gtk_menu_button_set_menu_model (
      self->menu_button, G_MENU_MODEL (gtk_builder_get_object (builder, "main-menu")));
  tsr_main_window_fill_operations (
      G_MENU (gtk_builder_get_object (builder, "operations-section")));
  self->history_menu =
      g_object_ref (G_MENU (gtk_builder_get_object (builder, "history-section")));
}

/* The present step beside the one before it (the first beside the next), or no more. */
static void
compare_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrSession *session = TSR_MAIN_WINDOW (widget)->session;
  TsrSound   *sound = tsr_session_get_sound (session);

  if (sound == NULL)
    return;
  const TsrStepFields *present = tsr_step_fields (tsr_sound_get_current_step (sound));
  if (g_str_equal (name, "win.compare-switch"))
    tsr_session_hear_second (session, !tsr_session_hears_second (session));
  else if (tsr_session_get_compared (session, NULL, NULL))
    tsr_session_compare (session, 0, 0);
  else {
    gint64 other_id = tsr_session_partner_of (session, present->id);
    tsr_session_compare (
        session, MIN (other_id, present->id), MAX (other_id, present->id));
  }
}

void
tsr_main_window_class_install_history_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.compare", NULL, compare_cb);
  gtk_widget_class_install_action (klass, "win.compare-switch", NULL, compare_cb);
}

void
tsr_main_window_update_history_actions (TsrMainWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  TsrSound  *sound = tsr_session_get_sound (self->session);
  gboolean   compared = tsr_session_get_compared (self->session, NULL, NULL);

  gboolean can = compared || (sound != NULL &&
                              (tsr_sound_can_undo (sound) || tsr_sound_can_redo (sound)));

  gtk_widget_action_set_enabled (
      widget, "win.compare", tsr_main_window_page_allows (self, "win.compare", can));
  gtk_widget_action_set_enabled (widget, "win.compare-switch", compared);
  name_steps (self);
}
