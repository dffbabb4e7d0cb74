/* SPDX-License-Identifier: GPL-3.0-or-later
 * The form of the operation that was chosen, tried at every change.
 */
#include "views/operation-panel.h"

#include <glib/gi18n-lib.h>

#include "model/dsp-types.h"
#include "model/operation-trial.h"
#include "views/inspector-group.h"
#include "views/operation-chooser.h"
#include "views/operation-form.h"

enum { REVEAL_MS = 60 }; /* until a frame has laid the fields out */

struct _TsrOperationPanel {
  GtkWidget          parent_instance;
  TsrSession        *session;
  TsrSound          *sound;
  gulong             sound_handler;
  TsrOperationTrial *trial;
  GtkWidget         *group, *chooser, *body, *summary, *form, *preview, *note, *command;
  GtkWidget         *copy, *apply, *cancel;
  gboolean           performing;
  guint              reveal_id;
};

G_DEFINE_FINAL_TYPE (TsrOperationPanel, tsr_operation_panel, GTK_TYPE_WIDGET)

static const TsrOperationInfo *
info_of (TsrOperationPanel *self)
{
  return tsr_operation_form_get_info (TSR_OPERATION_FORM (self->form));
}

/* A sentence below the fields, which is also read aloud as the description of Apply. */
static void
show_note (TsrOperationPanel *self, const char *sentence)
{
  gtk_label_set_label (GTK_LABEL (self->note), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->note, sentence != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->apply),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  sentence != NULL ? sentence : "",
                                  -1);
}

static void
stop_trying (TsrOperationPanel *self)
{
  tsr_operation_trial_cancel (self->trial);
  tsr_session_set_trial (self->session, NULL);
}

static void
tried_cb (gpointer user, TsrSoundState *after, const GError *error)
{
  TsrOperationPanel *self = user;

  if (error != NULL) {
    show_note (self, error->message);
    gtk_widget_set_sensitive (self->apply, FALSE);
  }
  tsr_session_set_trial (self->session, after);
}

/* The operation the fields stand for; NULL with the parser's sentence. */
static TsrOperation *
parse (TsrOperationPanel *self, GError **error)
{
  g_autofree char *text = tsr_operation_form_dup_text (TSR_OPERATION_FORM (self->form));

  return text != NULL ? tsr_operation_parse (text, error) : NULL;
}

static void
show_command (TsrOperationPanel *self, const TsrOperation *operation)
{
  g_autofree char *command =
      operation != NULL ? tsr_session_dup_command (self->session, operation) : NULL;

  gtk_label_set_label (GTK_LABEL (self->command), command != NULL ? command : "");
  gtk_widget_set_sensitive (self->copy, command != NULL);
}

static void
try_it (TsrOperationPanel *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = NULL;
  TsrSelection *selection = tsr_session_get_selection (self->session);

  if (self->performing || info_of (self) == NULL || self->sound == NULL)
    return;
  operation = parse (self, &error);
  if (operation == NULL && error == NULL)
    show_note (self, _ ("Choose a file first."));
  else
    show_note (self, error != NULL ? error->message : NULL);
  show_command (self, operation);
  gboolean idle = operation == NULL || tsr_operation_is_identity (operation);
  gtk_widget_set_sensitive (self->apply, !idle);
  if (idle || !gtk_switch_get_active (GTK_SWITCH (self->preview))) {
    stop_trying (self);
    return;
  }
  tsr_operation_trial_request (self->trial,
                               operation,
                               tsr_sound_get_state (self->sound),
                               tsr_selection_size (selection) > 0 ? selection : NULL,
                               tsr_sound_next_partial_id (self->sound),
                               tsr_session_get_signal (self->session));
}

/* Scrolls to the group once its fields have their places. */
static gboolean
reveal_cb (gpointer data)
{
  TsrOperationPanel *self = data;
  GtkWidget         *scroller =
      gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  graphene_point_t origin = GRAPHENE_POINT_INIT (0, 0), at;

  self->reveal_id = 0;
  if (scroller == NULL ||
      !gtk_widget_compute_point (GTK_WIDGET (self), scroller, &origin, &at))
    return G_SOURCE_REMOVE;
  GtkAdjustment *scroll =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_adjustment_set_value (scroll, gtk_adjustment_get_value (scroll) + (double)at.y);
  return G_SOURCE_REMOVE;
}

static void
reveal (TsrOperationPanel *self)
{
  if (self->reveal_id == 0)
    self->reveal_id = g_timeout_add (REVEAL_MS, reveal_cb, self);
}

static void
begin (TsrOperationPanel *self, const TsrOperationInfo *info)
{
  stop_trying (self);
  tsr_operation_form_set_info (TSR_OPERATION_FORM (self->form), info);
  tsr_operation_chooser_show (TSR_OPERATION_CHOOSER (self->chooser), info);
  gtk_widget_set_visible (self->body, info != NULL);
  show_note (self, NULL);
  if (info == NULL)
    return;
  gtk_label_set_label (GTK_LABEL (self->summary), _ (info->summary));
  reveal (self);
  try_it (self);
}

static void
chosen_cb (TsrOperationChooser *chooser, gpointer info, TsrOperationPanel *self)
{
  begin (self, info);
  tsr_operation_form_focus (TSR_OPERATION_FORM (self->form));
}

static void
changed_cb (TsrOperationForm *form, gboolean settled, TsrOperationPanel *self)
{
  try_it (self);
}

static void
refused_cb (TsrOperationForm *form, const char *sentence, TsrOperationPanel *self)
{
  show_note (self, sentence);
}

/* One step of the history; the fields begin anew. */
static void
apply_cb (TsrOperationPanel *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrOperation) operation = NULL;
  const TsrOperationInfo *info = info_of (self);

  if (self->sound == NULL || info == NULL)
    return;
  operation = parse (self, &error);
  if (operation == NULL || tsr_operation_is_identity (operation)) {
    show_note (self, error != NULL ? error->message : NULL);
    return;
  }
  tsr_operation_trial_cancel (self->trial);
  self->performing = TRUE;
  gboolean made = tsr_session_perform (self->session, operation);
  self->performing = FALSE;
  if (made)
    begin (self, NULL);
}

static void
cancel_cb (TsrOperationPanel *self)
{
  begin (self, NULL);
}

static void
ended_cb (TsrOperationForm *form, gboolean make, TsrOperationPanel *self)
{
  if (make)
    apply_cb (self);
  else
    cancel_cb (self);
}

static void
copy_cb (TsrOperationPanel *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self),
                              "win.copy-edit-command",
                              "s",
                              gtk_label_get_label (GTK_LABEL (self->command)));
}

static void
preview_cb (TsrOperationPanel *self)
{
  try_it (self);
}

/* Escape anywhere in the group gives up. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrOperationPanel     *self)
{
  if (key != GDK_KEY_Escape || info_of (self) == NULL)
    return GDK_EVENT_PROPAGATE;
  cancel_cb (self);
  return GDK_EVENT_STOP;
}

static void
update (TsrOperationPanel *self)
{
  gboolean can = self->sound != NULL &&
                 tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;

  gtk_widget_set_visible (GTK_WIDGET (self), can);
  if (!can && info_of (self) != NULL)
    begin (self, NULL);
}

/* Another state: the same operation on that. */
static void
state_cb (TsrOperationPanel *self)
{
  update (self);
  try_it (self);
}

static void
sound_cb (TsrOperationPanel *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (state_cb), self);
  begin (self, NULL);
  update (self);
}

static void
tsr_operation_panel_dispose (GObject *object)
{
  TsrOperationPanel *self = TSR_OPERATION_PANEL (object);

  g_clear_handle_id (&self->reveal_id, g_source_remove);
  g_clear_pointer (&self->trial, tsr_operation_trial_free);
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_operation_panel_parent_class)->dispose (object);
}

static void
tsr_operation_panel_class_init (TsrOperationPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_operation_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
add_command (TsrOperationPanel *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->command = gtk_label_new ("");
  self->copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_label_set_xalign (GTK_LABEL (self->command), 0);
  gtk_label_set_wrap (GTK_LABEL (self->command), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->command), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (self->command), 26);
  gtk_label_set_lines (GTK_LABEL (self->command), 4);
  gtk_label_set_ellipsize (GTK_LABEL (self->command), PANGO_ELLIPSIZE_END);
  gtk_label_set_selectable (GTK_LABEL (self->command), TRUE);
  gtk_widget_set_hexpand (self->command, TRUE);
  gtk_widget_set_valign (self->copy, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->command, "command");
  gtk_widget_add_css_class (self->copy, "flat");
  gtk_widget_set_tooltip_text (self->copy, _ ("Copy the command line"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy the command line"),
                                  -1);
  gtk_box_append (GTK_BOX (row), self->command);
  gtk_box_append (GTK_BOX (row), self->copy);
  gtk_box_append (GTK_BOX (self->body), row);
  g_signal_connect_object (
      self->copy, "clicked", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
}

static void
add_buttons (TsrOperationPanel *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->cancel = gtk_button_new_with_label (_ ("Give Up"));
  self->apply = gtk_button_new_with_label (_ ("Apply"));
  gtk_widget_add_css_class (self->apply, "suggested-action");
  gtk_box_set_homogeneous (GTK_BOX (buttons), TRUE);
  gtk_widget_add_css_class (buttons, "inspector-buttons");
  gtk_box_append (GTK_BOX (buttons), self->cancel);
  gtk_box_append (GTK_BOX (buttons), self->apply);
  gtk_box_append (GTK_BOX (self->body), buttons);
  g_signal_connect_object (
      self->cancel, "clicked", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->apply, "clicked", G_CALLBACK (apply_cb), self, G_CONNECT_SWAPPED);
}

static void
tsr_operation_panel_init (TsrOperationPanel *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->group = tsr_inspector_group_new (_ ("Operation"));
  self->chooser = tsr_operation_chooser_new ();
  self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->summary = tsr_inspector_note_new ("");
  self->note = tsr_inspector_note_new ("");
  self->preview = gtk_switch_new ();
  gtk_switch_set_active (GTK_SWITCH (self->preview), TRUE);
  gtk_widget_remove_css_class (self->note, "dim-label");
  gtk_widget_add_css_class (self->note, "warning");
  self->trial = tsr_operation_trial_new (tried_cb, self);
  gtk_box_append (GTK_BOX (self->group), self->chooser);
  gtk_box_append (GTK_BOX (self->group), self->body);
  gtk_box_append (GTK_BOX (self->body), self->summary);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->group, keys);
}

GtkWidget *
tsr_operation_panel_new (TsrSession *session)
{
  TsrOperationPanel *self = g_object_new (TSR_TYPE_OPERATION_PANEL, NULL);

  self->session = g_object_ref (session);
  self->form = tsr_operation_form_new (session);
  gtk_box_append (GTK_BOX (self->body), self->form);
  gtk_box_append (GTK_BOX (self->body),
                  tsr_inspector_row_new (_ ("Preview"), self->preview));
  gtk_box_append (GTK_BOX (self->body), self->note);
  add_command (self);
  add_buttons (self);
  g_signal_connect_object (self->chooser, "chosen", G_CALLBACK (chosen_cb), self, 0);
  g_signal_connect_object (self->form, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->form, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (self->form, "ended", G_CALLBACK (ended_cb), self, 0);
  g_signal_connect_object (
      self->preview, "notify::active", G_CALLBACK (preview_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (try_it), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}

void
tsr_operation_panel_begin (TsrOperationPanel *self, const char *word)
{
  const TsrOperationInfo *info;

  g_return_if_fail (TSR_IS_OPERATION_PANEL (self));

  if (self->sound == NULL || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  if (word == NULL || *word == '\0') {
    tsr_operation_chooser_popup (TSR_OPERATION_CHOOSER (self->chooser));
    return;
  }
  info = tsr_operation_info_find (word);
  if (info == NULL)
    return;
  begin (self, info);
  tsr_operation_form_focus (TSR_OPERATION_FORM (self->form));
}
