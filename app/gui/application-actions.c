/* SPDX-License-Identifier: GPL-3.0-or-later
 * Actions of the whole program, and the keys of all actions that do not type text.
 */
#include <glib/gi18n-lib.h>

#include "app/gui/application-private.h"
#include "app/gui/preferences.h"

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TsrApplication *self = data;
  GtkWidget      *preferences = tsr_preferences_new (self->settings);

  gtk_window_set_transient_for (
      GTK_WINDOW (preferences),
      gtk_application_get_active_window (GTK_APPLICATION (self)));
  gtk_window_present (GTK_WINDOW (preferences));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));
  GtkWidget *about = adw_about_window_new ();

  g_object_set (about,
                "transient-for",
                window,
                "application-name",
                "Tarsier",
                "application-icon",
                TSR_APPLICATION_ID,
                "version",
                TSR_VERSION,
                "developer-name",
                _ ("The Tarsier authors"),
                "license-type",
                GTK_LICENSE_GPL_3_0,
                "website",
                "https://github.com/tarsier-audio/tarsier",
                "comments",
                _ ("Look at sound as partials, edit them and hear them."),
                "translator-credits",
                _ ("translator-credits"),
                NULL);
  adw_about_window_add_legal_section (
      ADW_ABOUT_WINDOW (about),
      _ ("Demo recordings"),
      "© 2000–2008 Frank Wen, © 2008 Toby Smithe (Fluid sound font)",
      GTK_LICENSE_MIT_X11,
      NULL);
  gtk_window_present (GTK_WINDOW (about));
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GPtrArray) windows = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *window = gtk_application_get_windows (GTK_APPLICATION (data));
       window != NULL;
       window = window->next)
    g_ptr_array_add (windows, g_object_ref (window->data));
  for (guint i = 0; i < windows->len; i++)
    gtk_window_close (
        windows->pdata[i]); /* as a person would: it ends what is under way */
}

void
tsr_application_add_actions (TsrApplication *self)
{
  static const struct {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
      {"app.preferences", {"<Control>comma"}},
      {"app.quit", {"<Control>q"}},
      {"win.new", {"<Control>n"}},
      {"win.open", {"<Control>o"}},
      {"win.import", {"<Control>i"}},
      {"win.save-copy", {"<Control><Shift>s"}},
      {"win.name-project", {"<Control>s"}},
      {"win.export-audio", {"<Control>e"}},
      {"win.export-data", {"<Control><Shift>e"}},
      {"window.close", {"<Control>w"}},
      {"win.find", {"<Control>f"}},
      {"win.show-help-overlay", {"<Control>question", "F1"}},
      {"win.zoom-in", {"<Control>equal", "<Control>KP_Add"}},
      {"win.zoom-out", {"<Control>minus", "<Control>KP_Subtract"}},
      {"win.zoom-fit", {"<Control>0"}},
      {"win.zoom-in-frequency", {"<Control><Shift>equal", "<Control>plus"}},
      {"win.zoom-out-frequency", {"<Control><Shift>minus", "<Control>underscore"}},
      {"win.show-sounds", {"F8"}},
      {"win.show-inspector", {"F9"}},
      {"win.fullscreen", {"F11"}},
      {"win.page::analyse", {"<Alt>1"}},
      {"win.page::morph", {"<Alt>2"}},
      {"win.make-morph", {"<Control>Return", "<Control>KP_Enter"}},
      {"win.monitor::original", {"<Control>1"}},
      {"win.monitor::partials", {"<Control>2"}},
      {"win.monitor::noise", {"<Control>3"}},
      {"win.monitor::transients", {"<Control>4"}},
      {"win.monitor::residual", {"<Control>5"}},
      {"win.monitor::selection", {"<Control>6"}},
      {"win.monitor::rest", {"<Control>7"}},
  };
  static const GActionEntry entries[] = {
      {"preferences", preferences_cb, NULL, NULL, NULL, {0}},
      {"about", about_cb, NULL, NULL, NULL, {0}},
      {"quit", quit_cb, NULL, NULL, NULL, {0}},
  };

  g_action_map_add_action_entries (
      G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (
        GTK_APPLICATION (self), accelerators[i].action, accelerators[i].keys);
}
