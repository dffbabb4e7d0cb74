/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations by name: from the menu and by a key into the inspector's form.
 */
#include <glib/gi18n-lib.h>

#include "app/gui/main-window-private.h"
#include "model/operation-table.h"

static void
operation_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow *self = TSR_MAIN_WINDOW (widget);

  if (self->sound == NULL)
    return;
  gtk_revealer_set_reveal_child (self->inspector_revealer, TRUE);
  tsr_operation_panel_begin (tsr_inspector_get_operation (self->inspector),
                             parameter != NULL ? g_variant_get_string (parameter, NULL)
                                               : NULL);
}

static void
copy_command_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrMainWindow   *self = TSR_MAIN_WINDOW (widget);
  g_autofree char *line = NULL;

  if (self->sound == NULL)
    return;
  line = tsr_main_window_dup_command_line (self, g_variant_get_string (parameter, NULL));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), line);
  tsr_main_window_toast (self, _ ("The command line was copied"));
}

static void
remove_point_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tsr_canvas_delete_point (
      tsr_canvas_view_get_canvas (TSR_MAIN_WINDOW (widget)->canvas_view));
}

static void
end_curve_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  TsrDrawnCurve *curve = tsr_session_get_drawing (TSR_MAIN_WINDOW (widget)->session);

  if (curve != NULL)
    tsr_drawn_curve_end (curve, g_str_equal (name, "win.apply-curve"));
}

void
tsr_main_window_class_install_operation_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.operation", "s", operation_cb);
  gtk_widget_class_install_action (klass, "win.choose-operation", NULL, operation_cb);
  gtk_widget_class_install_action (klass, "win.copy-edit-command", "s", copy_command_cb);
  gtk_widget_class_install_action (
      klass, "win.remove-curve-point", NULL, remove_point_cb);
  gtk_widget_class_install_action (klass, "win.apply-curve", NULL, end_curve_cb);
  gtk_widget_class_install_action (klass, "win.give-up-curve", NULL, end_curve_cb);
}

void
tsr_main_window_update_operation_actions (TsrMainWindow *self, gboolean analysed)
{
  gboolean can = tsr_main_window_page_allows (self, "win.operation", analysed);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.operation", can);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.choose-operation", can);
}

void
tsr_main_window_fill_operations (GMenu *menu)
{
  for (guint i = 0; i < tsr_operation_info_count (); i++) {
    const TsrOperationInfo *info = tsr_operation_info (i);
    g_autoptr (GMenuItem) item = g_menu_item_new (_ (info->name), NULL);

    g_menu_item_set_action_and_target (item, "win.operation", "s", info->word);
    g_menu_append_item (menu, item);
  }
}
