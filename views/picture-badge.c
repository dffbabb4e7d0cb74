/* SPDX-License-Identifier: GPL-3.0-or-later
 * A button with a word.
 */
#include "views/picture-badge.h"

#include <glib/gi18n-lib.h>

struct _TsrPictureBadge {
  GtkWidget   parent_instance;
  GtkWidget  *button;  /* the only child */
  GtkWidget  *spinner; /* borrowed from it, like the next */
  GtkWidget  *label;
  TsrSession *session;
};

G_DEFINE_FINAL_TYPE (TsrPictureBadge, tsr_picture_badge, GTK_TYPE_WIDGET)

static gboolean
is_edited (TsrPictureBadge *self)
{
  TsrSound *sound = tsr_session_get_sound (self->session);

  return sound != NULL && tsr_sound_get_source (sound) != NULL &&
         tsr_sound_state_fields (tsr_sound_get_state (sound))->edited;
}

static const char *
text_of (TsrPictureKind kind)
{
  switch (kind) {
  case TSR_PICTURE_RECORDING:
    return _ ("Recording");
  case TSR_PICTURE_EDITED:
    return _ ("Edited sound");
  case TSR_PICTURE_BEFORE:
    return _ ("Before the edit");
  }
  return "";
}

static const char *
hint_of (TsrPictureKind kind)
{
  switch (kind) {
  case TSR_PICTURE_RECORDING:
    return _ ("The spectrogram shows the recording; click to see the edited sound");
  case TSR_PICTURE_EDITED:
    return _ ("The spectrogram shows the edited sound; click to see the recording");
  case TSR_PICTURE_BEFORE:
    return _ ("The edited sound is being rendered; its spectrogram follows");
  }
  return "";
}

static void
update_cb (TsrPictureBadge *self)
{
  TsrPictureKind kind;
  TsrSignal     *picture = tsr_session_get_picture (self->session, &kind);

  gtk_widget_set_visible (GTK_WIDGET (self), picture != NULL && is_edited (self));
  gtk_label_set_text (GTK_LABEL (self->label), text_of (kind));
  gtk_widget_set_visible (self->spinner, kind == TSR_PICTURE_BEFORE);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), kind == TSR_PICTURE_BEFORE);
  gtk_widget_set_tooltip_text (self->button, hint_of (kind));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text_of (kind),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  hint_of (kind),
                                  -1);
}

static void
clicked_cb (TsrPictureBadge *self)
{
  g_object_set (self->session,
                "show-recording",
                !tsr_session_get_show_recording (self->session),
                NULL);
}

GtkWidget *
tsr_picture_badge_new (TsrSession *session)
{
  TsrPictureBadge *self = g_object_new (TSR_TYPE_PICTURE_BADGE, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::picture", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  update_cb (self);
  return GTK_WIDGET (self);
}

static void
tsr_picture_badge_dispose (GObject *object)
{
  TsrPictureBadge *self = TSR_PICTURE_BADGE (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_picture_badge_parent_class)->dispose (object);
}

static void
tsr_picture_badge_class_init (TsrPictureBadgeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_picture_badge_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_picture_badge_init (TsrPictureBadge *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->button = gtk_button_new ();
  self->spinner = gtk_spinner_new ();
  self->label = gtk_label_new (NULL);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_button_set_child (GTK_BUTTON (self->button), box);
  gtk_widget_add_css_class (self->button, "osd");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_object (
      self->button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
}
