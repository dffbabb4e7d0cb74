/* SPDX-License-Identifier: GPL-3.0-or-later
 * The pad with its place in numbers.
 */
#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"
#include "views/morph/morph-pad.h"
#include "views/number-entry.h"

#define TSR_TYPE_MORPH_PAD_GROUP (tsr_morph_pad_group_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMorphPadGroup, tsr_morph_pad_group, TSR, MORPH_PAD_GROUP, GtkWidget)

struct _TsrMorphPadGroup {
  GtkWidget        parent_instance;
  GtkWidget       *group, *pad, *numbers, *across, *down; /* the first owned */
  TsrMorphSession *morph;
};

G_DEFINE_FINAL_TYPE (TsrMorphPadGroup, tsr_morph_pad_group, GTK_TYPE_WIDGET)

static void
moved_cb (TsrMorphPadGroup *self)
{
  guint  n = tsr_morph_session_get_n (self->morph);
  double across, down;

  tsr_morph_pad_get_place (TSR_MORPH_PAD (self->pad), &across, &down);
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->across), across);
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->down), down);
  gtk_widget_set_visible (self->numbers, n > 2); /* the amount tells it else */
  gtk_widget_set_visible (GTK_WIDGET (self), n > 1);
}

static void
typed_cb (TsrMorphPadGroup *self)
{
  double across = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->across));
  double down = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->down));

  tsr_morph_pad_set_place (TSR_MORPH_PAD (self->pad), across, down);
  moved_cb (self); /* it may not be a place */
}

static void
tsr_morph_pad_group_dispose (GObject *object)
{
  TsrMorphPadGroup *self = TSR_MORPH_PAD_GROUP (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_object (&self->morph);
  G_OBJECT_CLASS (tsr_morph_pad_group_parent_class)->dispose (object);
}

static void
tsr_morph_pad_group_class_init (TsrMorphPadGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_pad_group_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
add_number (TsrMorphPadGroup *self, const char *label)
{
  GtkWidget *entry = tsr_number_entry_new (TSR_QUANTITY_SHARE, label, 0.5, 0, 1, 0.01);
  GtkWidget *row = tsr_inspector_row_new (label, entry);

  gtk_widget_set_hexpand (row, TRUE);
  gtk_box_append (GTK_BOX (self->numbers), row);
  g_signal_connect_object (
      entry, "committed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  return entry;
}

static void
tsr_morph_pad_group_init (TsrMorphPadGroup *self)
{
  self->group = tsr_inspector_group_new (_ ("Between the sounds"));
  self->numbers = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->across = add_number (self, _ ("Across"));
  self->down = add_number (self, _ ("Down"));
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_morph_pad_group_new (TsrMorphSession *morph)
{
  TsrMorphPadGroup *self = g_object_new (TSR_TYPE_MORPH_PAD_GROUP, NULL);

  self->morph = g_object_ref (morph);
  self->pad = tsr_morph_pad_new (morph);
  gtk_box_append (GTK_BOX (self->group), self->pad);
  gtk_box_append (GTK_BOX (self->group), self->numbers);
  g_signal_connect_object (
      self->pad, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  moved_cb (self);
  return GTK_WIDGET (self);
}
