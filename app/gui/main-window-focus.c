/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the keys go: never nowhere. Escape leads back to the canvas, and so does the end
 * of what had the focus (a button that went grey, a menu that closed).
 */
#include "app/gui/main-window-private.h"
#include "views/controller.h"

static gboolean
works_on_sound (TsrMainWindow *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->center_stack)) &&
         tsr_session_get_sound (self->session) != NULL;
}

/* GTK 4.8 leaves it on the entry of a menu that is gone when that opened a dialog. */
static gboolean
is_nowhere (TsrMainWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus == NULL || !gtk_widget_get_mapped (focus);
}

static gboolean
restore_focus (gpointer data)
{
  TsrMainWindow *self = data;

  self->focus_id = 0;
  if (!is_nowhere (self))
    return G_SOURCE_REMOVE;
  if (works_on_sound (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
  else
    tsr_empty_state_focus (self->empty);
  return G_SOURCE_REMOVE;
}

/* GTK looks for another place first, hence later. */
static void
focus_cb (TsrMainWindow *self)
{
  if (is_nowhere (self) && self->focus_id == 0 && self->controller != NULL)
    self->focus_id = g_idle_add (restore_focus, self);
}

/* What has a use for Escape itself has had it before. */
static gboolean
escape_cb (GtkEventControllerKey *controller,
           guint                  key,
           guint                  code,
           GdkModifierType        modifiers,
           TsrMainWindow         *self)
{
  if (key != GDK_KEY_Escape || !works_on_sound (self))
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
  return GDK_EVENT_STOP;
}

static void
menu_closed_cb (TsrMainWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
}

void
tsr_main_window_keep_focus (TsrMainWindow *self)
{
  g_signal_connect_object (
      self, "notify::focus-widget", G_CALLBACK (focus_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self, "notify::is-active", G_CALLBACK (focus_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->context_menu, "closed", G_CALLBACK (menu_closed_cb), self, G_CONNECT_SWAPPED);
  tsr_widget_on_key (GTK_WIDGET (self), GTK_PHASE_BUBBLE, G_CALLBACK (escape_cb), self);
}
