/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choosing what is heard.
 */
#include "views/monitor-switch.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"

enum { N_MONITORS = TSR_MONITOR_REST + 1 };

struct _TsrMonitorSwitch {
  GtkWidget   parent_instance;
  GtkWidget  *squeezer, *choice;
  GtkWidget  *buttons[N_MONITORS];
  TsrSession *session;
  gboolean    following;
};

G_DEFINE_FINAL_TYPE (TsrMonitorSwitch, tsr_monitor_switch, GTK_TYPE_WIDGET)

static const struct {
  const char *label, *tip;
} monitors[N_MONITORS] = {
    {N_ ("All"), N_ ("Partials with what belongs to them: the sound as it is now")},
    {N_ ("Original"), N_ ("The recording, unchanged (Ctrl+1)")},
    {N_ ("Partials"), N_ ("The partials alone (Ctrl+2)")},
    {N_ ("Noise"), N_ ("The noise alone (Ctrl+3)")},
    {N_ ("Transients"), N_ ("The attacks alone (Ctrl+4)")},
    {N_ ("Residual"), N_ ("What the partials leave of the recording (Ctrl+5)")},
    {N_ ("Selection"), N_ ("The selected partials (Ctrl+6)")},
    {N_ ("Rest"), N_ ("The partials that are not selected (Ctrl+7)")},
};

static void
monitor_cb (TsrMonitorSwitch *self)
{
  TsrMonitor monitor = tsr_session_get_monitor (self->session);

  self->following = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[monitor]), TRUE);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choice), monitor);
  self->following = FALSE;
}

static void
toggled_cb (GtkToggleButton *button, TsrMonitorSwitch *self)
{
  if (self->following || !gtk_toggle_button_get_active (button))
    return;
  for (int i = 0; i < N_MONITORS; i++)
    if (self->buttons[i] == GTK_WIDGET (button))
      g_object_set (self->session, "monitor", i, NULL);
}

static void
selected_cb (TsrMonitorSwitch *self)
{
  if (!self->following)
    g_object_set (self->session,
                  "monitor",
                  (int)gtk_drop_down_get_selected (GTK_DROP_DOWN (self->choice)),
                  NULL);
}

static void
tsr_monitor_switch_dispose (GObject *object)
{
  TsrMonitorSwitch *self = TSR_MONITOR_SWITCH (object);

  g_clear_pointer (&self->squeezer, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_monitor_switch_parent_class)->dispose (object);
}

static void
tsr_monitor_switch_class_init (TsrMonitorSwitchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_monitor_switch_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_monitor_switch_init (TsrMonitorSwitch *self)
{
  GtkWidget  *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  const char *labels[N_MONITORS + 1] = {NULL};

  gtk_widget_add_css_class (row, "linked");
  gtk_widget_add_css_class (row, "monitor");
  for (int i = 0; i < N_MONITORS; i++) {
    labels[i] = _ (monitors[i].label);
    self->buttons[i] = gtk_toggle_button_new_with_label (labels[i]);
    gtk_widget_set_tooltip_text (self->buttons[i], _ (monitors[i].tip));
    if (i > 0)
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->buttons[i]),
                                   GTK_TOGGLE_BUTTON (self->buttons[0]));
    g_signal_connect_object (
        self->buttons[i], "toggled", G_CALLBACK (toggled_cb), self, 0);
    gtk_box_append (GTK_BOX (row), self->buttons[i]);
  }
  self->choice = gtk_drop_down_new_from_strings (labels);
  tsr_control_set_name (self->choice, _ ("What is heard"));
  gtk_widget_set_tooltip_text (self->choice, _ ("What is heard"));
  g_signal_connect_object (self->choice,
                           "notify::selected",
                           G_CALLBACK (selected_cb),
                           self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_halign (self->choice, GTK_ALIGN_START);
  self->squeezer = adw_squeezer_new ();
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (self->squeezer), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (self->squeezer), row);
  adw_squeezer_add (ADW_SQUEEZER (self->squeezer), self->choice);
  gtk_widget_set_valign (self->squeezer, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->squeezer, GTK_WIDGET (self));
}

GtkWidget *
tsr_monitor_switch_new (TsrSession *session)
{
  TsrMonitorSwitch *self = g_object_new (TSR_TYPE_MONITOR_SWITCH, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::monitor", G_CALLBACK (monitor_cb), self, G_CONNECT_SWAPPED);
  monitor_cb (self);
  return GTK_WIDGET (self);
}
