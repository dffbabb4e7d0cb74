/* SPDX-License-Identifier: GPL-3.0-or-later
 * Progress with cancel.
 */
#include "views/progress-card.h"

#include <glib/gi18n-lib.h>

#include "model/class-signal.h"

struct _TsrProgressCard {
  GtkWidget  parent_instance;
  GtkWidget *revealer, *label, *bar;
};

enum { CANCEL, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrProgressCard, tsr_progress_card, GTK_TYPE_WIDGET)

static void
cancel_cb (TsrProgressCard *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

static void
revealed_cb (TsrProgressCard *self)
{
  GtkRevealer *revealer = GTK_REVEALER (self->revealer);

  if (!gtk_revealer_get_child_revealed (revealer) &&
      !gtk_revealer_get_reveal_child (revealer))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
tsr_progress_card_dispose (GObject *object)
{
  g_clear_pointer (&TSR_PROGRESS_CARD (object)->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_progress_card_parent_class)->dispose (object);
}

static void
tsr_progress_card_class_init (TsrProgressCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_progress_card_dispose;
  signals[CANCEL] = tsr_class_add_signal (klass, "cancel", 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_progress_card_init (TsrProgressCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));

  self->label = gtk_label_new ("");
  self->bar = gtk_progress_bar_new ();
  self->revealer = gtk_revealer_new ();
  gtk_label_set_xalign (GTK_LABEL (self->label), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (self->label), 30);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 40);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (cancel, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), self->label);
  gtk_box_append (GTK_BOX (texts), self->bar);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), cancel);
  gtk_widget_add_css_class (box, "osd");
  gtk_widget_add_css_class (box, "progress-card");
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), box);
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Progress"), -1);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self),
                                172); /* above search, transport and a toast */
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect_object (
      cancel, "clicked", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->revealer,
                           "notify::child-revealed",
                           G_CALLBACK (revealed_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_progress_card_new (void)
{
  return g_object_new (TSR_TYPE_PROGRESS_CARD, NULL);
}

void
tsr_progress_card_show (TsrProgressCard *self, const char *text)
{
  g_return_if_fail (TSR_IS_PROGRESS_CARD (self));
  gtk_label_set_label (GTK_LABEL (self->label), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), 0.0);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
}

void
tsr_progress_card_set_fraction (TsrProgressCard *self, double fraction)
{
  g_return_if_fail (TSR_IS_PROGRESS_CARD (self));
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar),
                                 CLAMP (fraction, 0.0, 1.0));
}

void
tsr_progress_card_hide (TsrProgressCard *self)
{
  g_return_if_fail (TSR_IS_PROGRESS_CARD (self));
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
}
