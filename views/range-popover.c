/* SPDX-License-Identifier: GPL-3.0-or-later
 * A span typed in numbers.
 */
#include "views/range-popover.h"

#include <glib/gi18n-lib.h>

#include "views/number-entry.h"

struct _TsrRangePopover {
  GtkPopover  parent_instance;
  GtkWidget  *from, *to;
  TsrSession *session;
  gboolean    time;
};

G_DEFINE_FINAL_TYPE (TsrRangePopover, tsr_range_popover, GTK_TYPE_POPOVER)

static void
committed_cb (TsrRangePopover *self)
{
  TsrViewport *viewport = tsr_session_get_viewport (self->session);
  double       from = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->from));
  double       to = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->to));

  if (to <= from)
    return;
  if (self->time)
    tsr_viewport_set_time (viewport, from, to);
  else
    tsr_viewport_set_frequency (viewport, from, to);
}

static void
tsr_range_popover_dispose (GObject *object)
{
  g_clear_object (&TSR_RANGE_POPOVER (object)->session);
  G_OBJECT_CLASS (tsr_range_popover_parent_class)->dispose (object);
}

static void
tsr_range_popover_class_init (TsrRangePopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_range_popover_dispose;
}

static void
tsr_range_popover_init (TsrRangePopover *self)
{
}

GtkWidget *
tsr_range_popover_new (TsrSession *session, gboolean time)
{
  TsrRangePopover *self = g_object_new (TSR_TYPE_RANGE_POPOVER, NULL);
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  TsrQuantity      quantity = time ? TSR_QUANTITY_TIME : TSR_QUANTITY_FREQUENCY;
  double           high = time ? 1e6 : 384000.0;

  self->session = g_object_ref (session);
  self->time = time;
  self->from = tsr_number_entry_new (quantity, _ ("From"), 0.0, 0.0, high, 0.1);
  self->to = tsr_number_entry_new (quantity, _ ("To"), 0.0, 0.0, high, 0.1);
  gtk_box_append (GTK_BOX (box), gtk_label_new (_ ("From")));
  gtk_box_append (GTK_BOX (box), self->from);
  gtk_box_append (GTK_BOX (box), gtk_label_new (_ ("To")));
  gtk_box_append (GTK_BOX (box), self->to);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  g_signal_connect_object (
      self->from, "committed", G_CALLBACK (committed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->to, "committed", G_CALLBACK (committed_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
tsr_range_popover_ask (TsrRangePopover *self)
{
  TsrViewport *viewport = tsr_session_get_viewport (self->session);

  g_return_if_fail (TSR_IS_RANGE_POPOVER (self));
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->from),
                              self->time ? tsr_viewport_get_start_s (viewport)
                                         : tsr_viewport_get_low_hz (viewport));
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->to),
                              self->time ? tsr_viewport_get_end_s (viewport)
                                         : tsr_viewport_get_high_hz (viewport));
  gtk_popover_popup (GTK_POPOVER (self));
}
