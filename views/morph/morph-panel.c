/* SPDX-License-Identifier: GPL-3.0-or-later
 * The groups of the morph page below each other, and the button that makes the sound,
 * which stays in sight.
 */
#include "views/morph/morph-panel.h"

#include <glib/gi18n-lib.h>

#include "model/class-signal.h"
#include "views/controller.h"
#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"

struct _TsrMorphPanel {
  GtkWidget        parent_instance;
  GtkWidget       *box, *foot, *name, *reading, *make, *copy; /* the first owned */
  TsrMorphSession *morph;
  gboolean         is_busy, following;
};

enum { MAKE, COPY_COMMAND, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrMorphPanel, tsr_morph_panel, GTK_TYPE_WIDGET)

gboolean
tsr_morph_panel_can_make (TsrMorphPanel *self)
{
  g_return_val_if_fail (TSR_IS_MORPH_PANEL (self), FALSE);
  return !self->is_busy && tsr_morph_session_get_plan (self->morph) != NULL;
}

static void
update (TsrMorphPanel *self)
{
  g_autofree char *name = tsr_morph_session_dup_name (self->morph);
  TsrMorphPlan    *plan = tsr_morph_session_get_plan (self->morph);
  int              copies = plan != NULL ? tsr_morph_plan_copies (plan) : -1;
  g_autofree char *reading = NULL;

  gtk_widget_set_visible (self->foot, tsr_morph_session_get_n (self->morph) > 0);
  if (copies >= 0)
    reading = g_strdup_printf (_ ("A copy of sound %c"), 'A' + copies);
  else if (plan != NULL)
    reading = g_strdup_printf (_ ("Lasts %.3f s"), tsr_morph_plan_duration_s (plan));
  gtk_label_set_label (GTK_LABEL (self->reading), reading != NULL ? reading : "");
  self->following = TRUE;
  if (!gtk_widget_has_focus (
          GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->name)))))
    gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  self->following = FALSE;
  gtk_widget_set_sensitive (self->make, tsr_morph_panel_can_make (self));
  gtk_widget_set_sensitive (self->copy, plan != NULL);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphPanel *self)
{
  if ((what & ~(guint)TSR_MORPH_CHANGED_FOCUS) != 0)
    update (self);
}

void
tsr_morph_panel_set_busy (TsrMorphPanel *self, gboolean is_busy)
{
  g_return_if_fail (TSR_IS_MORPH_PANEL (self));
  self->is_busy = is_busy;
  update (self);
}

/* What was typed, when the entry is left or Return pressed. */
static void
named_cb (TsrMorphPanel *self)
{
  g_autofree char *now = tsr_morph_session_dup_name (self->morph);
  const char      *typed = gtk_editable_get_text (GTK_EDITABLE (self->name));

  if (!self->following && g_strcmp0 (now, typed) != 0)
    tsr_morph_session_set_name (self->morph, typed);
}

static void
focus_cb (GtkWidget *text, GParamSpec *pspec, TsrMorphPanel *self)
{
  if (!gtk_widget_has_focus (text)) {
    named_cb (self);
    update (self);
  }
}

static void
make_cb (TsrMorphPanel *self)
{
  named_cb (self);
  g_signal_emit (self, signals[MAKE], 0);
}

static void
copy_cb (TsrMorphPanel *self)
{
  g_signal_emit (self, signals[COPY_COMMAND], 0);
}

static void
tsr_morph_panel_dispose (GObject *object)
{
  TsrMorphPanel *self = TSR_MORPH_PANEL (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->morph);
  G_OBJECT_CLASS (tsr_morph_panel_parent_class)->dispose (object);
}

static void
tsr_morph_panel_class_init (TsrMorphPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
  signals[MAKE] = tsr_class_add_signal (klass, "make", 0);
  signals[COPY_COMMAND] = tsr_class_add_signal (klass, "copy-command", 0);
}

static void
build_foot (TsrMorphPanel *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->foot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->name = gtk_entry_new ();
  gtk_widget_set_hexpand (self->name, TRUE);
  self->copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_set_tooltip_text (self->copy,
                               _ ("Copy the command line that makes this morph"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy the command line"),
                                  -1);
  self->make = gtk_button_new_with_label (_ ("Make the Morph"));
  gtk_widget_set_hexpand (self->make, TRUE);
  gtk_widget_add_css_class (self->make, "suggested-action");
  gtk_widget_set_tooltip_text (self->make, _ ("As a new sound (Ctrl+Return)"));
  self->reading = tsr_inspector_note_new ("");
  gtk_box_append (GTK_BOX (row), self->make);
  gtk_box_append (GTK_BOX (row), self->copy);
  gtk_box_append (GTK_BOX (self->foot), tsr_inspector_row_new (_ ("Name"), self->name));
  gtk_box_append (GTK_BOX (self->foot), self->reading);
  gtk_box_append (GTK_BOX (self->foot), row);
  gtk_widget_add_css_class (self->foot, "morph-foot");
  g_signal_connect_object (
      self->name, "activate", G_CALLBACK (named_cb), self, G_CONNECT_SWAPPED);
  tsr_entry_give_keys_back (self->name);
  g_signal_connect_object (gtk_editable_get_delegate (GTK_EDITABLE (self->name)),
                           "notify::has-focus",
                           G_CALLBACK (focus_cb),
                           self,
                           0);
  g_signal_connect_object (
      self->make, "clicked", G_CALLBACK (make_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->copy, "clicked", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
}

static void
tsr_morph_panel_init (TsrMorphPanel *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  build_foot (self);
}

GtkWidget *
tsr_morph_panel_new (TsrMorphSession *morph, TsrSession *session, TsrMorphLanes *lanes)
{
  TsrMorphPanel *self = g_object_new (TSR_TYPE_MORPH_PANEL, NULL);
  GtkWidget     *groups = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget     *scroller = gtk_scrolled_window_new ();

  self->morph = g_object_ref (morph);
  gtk_widget_add_css_class (groups, "inspector");
  gtk_box_append (GTK_BOX (groups), tsr_morph_sounds_group_new (morph, session));
  gtk_box_append (GTK_BOX (groups), tsr_morph_pad_group_new (morph));
  gtk_box_append (GTK_BOX (groups), tsr_morph_amounts_group_new (morph));
  gtk_box_append (GTK_BOX (groups), tsr_morph_anchors_group_new (morph, lanes));
  gtk_box_append (GTK_BOX (groups), tsr_morph_pairing_group_new (morph));
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), groups);
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_box_append (GTK_BOX (self->box), self->foot);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
