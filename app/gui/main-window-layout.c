/* SPDX-License-Identifier: GPL-3.0-or-later
 * What stands where in the window.
 */
#include <glib/gi18n-lib.h>

#include "app/gui/main-window-private.h"
#include "views/history-list.h"
#include "views/spectrum-panel.h"
#include "views/tool-palette.h"

static GtkWidget *
side_heading_new (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_widget_add_css_class (label, "side-heading");
  return label;
}

static GtkWidget *
scrolled_new (GtkWidget *child)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

static void
build_sounds (TsrMainWindow *self)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  GtkWidget *upper = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *lower = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->sounds = TSR_SOUNDS_LIST (tsr_sounds_list_new (self->session));
  gtk_box_append (GTK_BOX (upper), side_heading_new (_ ("SOUNDS")));
  gtk_box_append (GTK_BOX (upper), scrolled_new (GTK_WIDGET (self->sounds)));
  gtk_box_append (GTK_BOX (lower), side_heading_new (_ ("HISTORY")));
  gtk_box_append (GTK_BOX (lower), scrolled_new (tsr_history_list_new (self->session)));
  gtk_paned_set_start_child (GTK_PANED (paned), upper);
  gtk_paned_set_end_child (GTK_PANED (paned), lower);
  gtk_paned_set_position (GTK_PANED (paned), 330);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);
  gtk_widget_set_vexpand (paned, TRUE);
  gtk_box_append (self->sounds_side, paned);
}

static GtkWidget *
lower_button_new (const char *icon, const char *name, const char *tip, const char *page)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.lower-panel");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", page);
  return button;
}

static GtkWidget *
search_row_new (TsrMainWindow *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->search = TSR_SEARCH_BAR (tsr_search_bar_new (self->session));
  gtk_widget_set_hexpand (GTK_WIDGET (self->search), TRUE);
  gtk_widget_add_css_class (buttons, "linked");
  gtk_box_append (GTK_BOX (buttons),
                  lower_button_new ("tarsier-table-symbolic",
                                    _ ("Table of partials"),
                                    _ ("Table of partials"),
                                    "table"));
  gtk_box_append (GTK_BOX (buttons),
                  lower_button_new ("tarsier-spectrum-symbolic",
                                    _ ("Spectrum"),
                                    _ ("Spectrum at the playhead"),
                                    "spectrum"));
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->search));
  gtk_box_append (GTK_BOX (row), buttons);
  gtk_widget_add_css_class (row, "search-row");
  return row;
}

void
tsr_main_window_set_lower_page (TsrMainWindow *self, const char *page)
{
  g_free (self->lower_page);
  self->lower_page = g_strdup (page);
  gtk_widget_set_visible (self->lower, *page != '\0');
  if (*page != '\0')
    gtk_stack_set_visible_child_name (GTK_STACK (self->lower_stack), page);
}

/* Double click on a partial: its values, in the table. */
static void
activate_partial_cb (TsrMainWindow *self, gint64 id)
{
  if (!g_str_equal (self->lower_page, "table"))
    g_action_group_activate_action (
        G_ACTION_GROUP (self), "lower-panel", g_variant_new_string ("table"));
}

static void
context_menu_cb (TsrMainWindow *self, double x, double y)
{
  TsrCanvas       *canvas = tsr_canvas_view_get_canvas (self->canvas_view);
  graphene_point_t from = GRAPHENE_POINT_INIT ((float)x, (float)y), at;
  gboolean         point = tsr_canvas_has_curve_point (canvas, x, y);

  if (!gtk_widget_compute_point (
          GTK_WIDGET (canvas), GTK_WIDGET (self->canvas_view), &from, &at))
    at = from;
  gtk_popover_menu_set_menu_model (
      GTK_POPOVER_MENU (self->context_menu),
      G_MENU_MODEL (gtk_application_get_menu_by_id (
          GTK_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))),
          point ? "curve-menu" : "canvas-menu")));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->context_menu),
                               &(GdkRectangle){(int)at.x, (int)at.y, 1, 1});
  gtk_popover_popup (GTK_POPOVER (self->context_menu));
}

static void
add_context_menu (TsrMainWindow *self)
{
  TsrCanvas  *canvas = tsr_canvas_view_get_canvas (self->canvas_view);
  GMenuModel *menu = G_MENU_MODEL (gtk_application_get_menu_by_id (
      GTK_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), "canvas-menu"));

  self->context_menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->context_menu), FALSE);
  gtk_widget_set_halign (self->context_menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->context_menu, GTK_WIDGET (self->canvas_view));
  g_signal_connect_object (
      canvas, "context-menu", G_CALLBACK (context_menu_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (canvas,
                           "activate-partial",
                           G_CALLBACK (activate_partial_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

static GtkWidget *
build_center (TsrMainWindow *self)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  GtkWidget *upper = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->canvas_view = TSR_CANVAS_VIEW (tsr_canvas_view_new (self->session));
  gtk_widget_set_vexpand (GTK_WIDGET (self->canvas_view), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->canvas_view), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self->canvas_view), 360, 240);
  self->tools = tsr_tool_palette_new (tsr_canvas_view_get_canvas (self->canvas_view));
  tsr_canvas_view_add_overlay (self->canvas_view, self->tools);
  tsr_canvas_view_add_overlay (
      self->canvas_view, tsr_tool_palette_get_settings (TSR_TOOL_PALETTE (self->tools)));
  gtk_box_append (GTK_BOX (upper), GTK_WIDGET (self->canvas_view));
  gtk_box_append (GTK_BOX (upper), search_row_new (self));

  self->table = TSR_PARTIAL_TABLE (tsr_partial_table_new (self->session));
  self->lower_stack = gtk_stack_new ();
  self->lower = self->lower_stack;
  gtk_stack_add_named (GTK_STACK (self->lower_stack), GTK_WIDGET (self->table), "table");
  gtk_stack_add_named (
      GTK_STACK (self->lower_stack), tsr_spectrum_panel_new (self->session), "spectrum");
  gtk_widget_add_css_class (self->lower, "lower");
  gtk_widget_set_size_request (self->lower, -1, 150);
  gtk_paned_set_start_child (GTK_PANED (paned), upper);
  gtk_paned_set_end_child (GTK_PANED (paned), self->lower);
  gtk_paned_set_resize_start_child (GTK_PANED (paned), TRUE);
  gtk_paned_set_resize_end_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);
  gtk_widget_set_vexpand (paned, TRUE);
  add_context_menu (self);
  return paned;
}

/* Names a control inside a composite widget of a library. */
static void
name_inner (GtkWidget *widget, GType type, const char *name)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_inner (child, type, name);
}

void
tsr_main_window_build (TsrMainWindow *self)
{
  build_sounds (self);
  GtkWidget *center = build_center (self);
  self->inspector = TSR_INSPECTOR (tsr_inspector_new (self->session));
  tsr_main_window_add_pages (self, center, GTK_WIDGET (self->inspector));
  self->transport = TSR_TRANSPORT_BAR (tsr_transport_bar_new (self->session));
  adw_bin_set_child (self->transport_bin, GTK_WIDGET (self->transport));
  self->empty = TSR_EMPTY_STATE (tsr_empty_state_new ());
  adw_bin_set_child (self->empty_bin, GTK_WIDGET (self->empty));
  self->progress = TSR_PROGRESS_CARD (tsr_progress_card_new ());
  gtk_overlay_add_overlay (self->overlay, GTK_WIDGET (self->progress));
  tsr_main_window_set_lower_page (self, "");
  name_inner (
      GTK_WIDGET (self->open_button), GTK_TYPE_MENU_BUTTON, _ ("Recent projects"));
  name_inner (GTK_WIDGET (self->info_bar), GTK_TYPE_BUTTON, _ ("Close"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->recent_list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Recent projects"),
                                  -1);
}
