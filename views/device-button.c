/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choosing where the sound goes, and how loud.
 */
#include "views/device-button.h"

#include <glib/gi18n-lib.h>

#include "model/class-signal.h"

struct _TsrDeviceButton {
  GtkWidget  parent_instance;
  GtkWidget *button, *list, *notice, *volume;
  gboolean   filling;
};

enum { DEVICE_CHOSEN, VOLUME_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrDeviceButton, tsr_device_button, GTK_TYPE_WIDGET)

static void
toggled_cb (GtkCheckButton *check, TsrDeviceButton *self)
{
  if (!self->filling && gtk_check_button_get_active (check))
    g_signal_emit (
        self, signals[DEVICE_CHOSEN], 0, g_object_get_data (G_OBJECT (check), "device"));
}

static GtkWidget *
add_device (TsrDeviceButton *self, GtkWidget *group, const char *label, const char *name)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (group));
  g_object_set_data_full (G_OBJECT (check), "device", g_strdup (name), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  gtk_box_append (GTK_BOX (self->list), check);
  return check;
}

static void
volume_cb (GtkRange *range, TsrDeviceButton *self)
{
  g_signal_emit (self, signals[VOLUME_CHANGED], 0, gtk_range_get_value (range));
}

static void
tsr_device_button_dispose (GObject *object)
{
  g_clear_pointer (&TSR_DEVICE_BUTTON (object)->button, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_device_button_parent_class)->dispose (object);
}

static void
tsr_device_button_class_init (TsrDeviceButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_device_button_dispose;
  signals[DEVICE_CHOSEN] =
      tsr_class_add_signal (klass, "device-chosen", 1, G_TYPE_STRING);
  signals[VOLUME_CHANGED] =
      tsr_class_add_signal (klass, "volume-changed", 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
volume_row_new (TsrDeviceButton *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("audio-volume-high-symbolic");

  self->volume = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, -48.0, 12.0, 1.0);
  gtk_range_set_value (GTK_RANGE (self->volume), 0.0);
  gtk_scale_set_draw_value (GTK_SCALE (self->volume), TRUE);
  gtk_scale_set_value_pos (GTK_SCALE (self->volume), GTK_POS_RIGHT);
  gtk_scale_set_digits (GTK_SCALE (self->volume), 0);
  gtk_scale_add_mark (GTK_SCALE (self->volume), 0.0, GTK_POS_BOTTOM, NULL);
  gtk_widget_set_hexpand (self->volume, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->volume),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Volume in dB"),
                                  -1);
  g_signal_connect_object (
      self->volume, "value-changed", G_CALLBACK (volume_cb), self, 0);
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), self->volume);
  return row;
}

static GtkWidget *
header_new (void)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (_ ("Output"));
  GtkWidget *refresh = gtk_button_new_from_icon_name ("view-refresh-symbolic");

  gtk_label_set_xalign (GTK_LABEL (title), 0.0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (title, "heading");
  gtk_widget_add_css_class (refresh, "flat");
  gtk_widget_set_tooltip_text (refresh, _ ("Look for devices again"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (refresh), "win.refresh-devices");
  gtk_box_append (GTK_BOX (header), title);
  gtk_box_append (GTK_BOX (header), refresh);
  return header;
}

static GtkWidget *
popover_new (TsrDeviceButton *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  self->notice = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->notice), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->notice), 34);
  gtk_label_set_xalign (GTK_LABEL (self->notice), 0.0);
  gtk_widget_set_visible (self->notice, FALSE);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append (GTK_BOX (box), header_new ());
  gtk_box_append (GTK_BOX (box), self->notice);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), volume_row_new (self));
  gtk_widget_set_size_request (box, 260, -1);
  gtk_widget_add_css_class (box, "popover-content");
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

static void
tsr_device_button_init (TsrDeviceButton *self)
{
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button),
                                 "audio-speakers-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover_new (self));
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->button), GTK_ARROW_UP);
  gtk_widget_set_tooltip_text (self->button, _ ("Output device and volume"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Output device and volume"),
                                  -1);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
tsr_device_button_new (void)
{
  return g_object_new (TSR_TYPE_DEVICE_BUTTON, NULL);
}

void
tsr_device_button_set_devices (TsrDeviceButton   *self,
                               const char *const *names,
                               const char        *used,
                               const char        *notice)
{
  GtkWidget *child, *group;

  g_return_if_fail (TSR_IS_DEVICE_BUTTON (self));
  self->filling = TRUE;
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  gtk_label_set_label (GTK_LABEL (self->notice), notice);
  gtk_widget_set_visible (self->notice, *notice != '\0');
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button),
                                 *notice != '\0' ? "audio-volume-muted-symbolic"
                                                 : "audio-speakers-symbolic");
  gtk_widget_set_tooltip_text (self->button,
                               *notice != '\0' ? notice : _ ("Output device and volume"));
  if (names[0] != NULL) {
    group = add_device (self, NULL, _ ("System default"), NULL);
    gtk_check_button_set_active (GTK_CHECK_BUTTON (group), TRUE);
    for (guint i = 0; names[i] != NULL; i++) {
      GtkWidget *check = add_device (self, group, names[i], names[i]);

      if (g_str_equal (names[i], used))
        gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
    }
  }
  self->filling = FALSE;
}
