/* SPDX-License-Identifier: GPL-3.0-or-later
 * A searched list in a popover.
 */
#include "views/operation-chooser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/class-signal.h"

struct _TsrOperationChooser {
  GtkWidget  parent_instance;
  GtkWidget *button, *popover, *search, *list;
};

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrOperationChooser, tsr_operation_chooser, GTK_TYPE_WIDGET)

static const TsrOperationInfo *
info_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "info");
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *plain = g_utf8_casefold (text, -1);

  return strstr (plain, folded) != NULL;
}

static gboolean
filter_cb (GtkListBoxRow *row, gpointer data)
{
  TsrOperationChooser    *self = data;
  const TsrOperationInfo *info = info_of (row);
  g_autofree char        *wanted =
      g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);

  g_strstrip (wanted);
  return contains (_ (info->name), wanted) || contains (info->word, wanted) ||
         contains (_ (info->summary), wanted);
}

static void
choose (TsrOperationChooser *self, const TsrOperationInfo *info)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  tsr_operation_chooser_show (self, info);
  g_signal_emit (self, signals[CHOSEN], 0, info);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, TsrOperationChooser *self)
{
  choose (self, info_of (row));
}

/* A name that begins with what was typed comes before one that only contains it. */
static int
sort_cb (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  TsrOperationChooser *self = data;
  g_autofree char     *wanted =
      g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_autofree char *left = g_utf8_casefold (_ (info_of (a)->name), -1);
  g_autofree char *right = g_utf8_casefold (_ (info_of (b)->name), -1);
  int first = g_str_has_prefix (right, wanted) - g_str_has_prefix (left, wanted);

  return first != 0 && *wanted != '\0' ? first : info_of (a) < info_of (b) ? -1 : 1;
}

static void
search_cb (TsrOperationChooser *self)
{
  gtk_list_box_invalidate_sort (GTK_LIST_BOX (self->list));
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (self->list));
}

static void
activate_cb (TsrOperationChooser *self)
{
  GtkListBoxRow *row;

  for (int i = 0;
       (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL;
       i++)
    if (gtk_widget_get_child_visible (GTK_WIDGET (row))) {
      choose (self, info_of (row));
      return;
    }
}

static void
stop_cb (TsrOperationChooser *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
shown_cb (TsrOperationChooser *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  search_cb (self);
  gtk_widget_grab_focus (self->search);
}

static GtkWidget *
row_new (const TsrOperationInfo *info)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (_ (info->name));
  GtkWidget *summary = gtk_label_new (_ (info->summary));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (summary), 0);
  gtk_label_set_wrap (GTK_LABEL (summary), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (summary), 34);
  gtk_widget_add_css_class (summary, "dim-label");
  gtk_widget_add_css_class (summary, "caption");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), summary);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (info->name), -1);
  g_object_set_data (G_OBJECT (row), "info", (gpointer)info);
  return row;
}

static void
tsr_operation_chooser_dispose (GObject *object)
{
  g_clear_pointer (&TSR_OPERATION_CHOOSER (object)->button, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_operation_chooser_parent_class)->dispose (object);
}

static void
tsr_operation_chooser_class_init (TsrOperationChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_operation_chooser_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
  signals[CHOSEN] = tsr_class_add_signal (klass, "chosen", 1, G_TYPE_POINTER);
}

static GtkWidget *
content_new (TsrOperationChooser *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->search = gtk_search_entry_new ();
  self->list = gtk_list_box_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Find an operation"),
                                  -1);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Operations"), -1);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  for (guint i = 0; i < tsr_operation_info_count (); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), row_new (tsr_operation_info (i)));
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->list), filter_cb, self, NULL);
  gtk_list_box_set_sort_func (GTK_LIST_BOX (self->list), sort_cb, self, NULL);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 300);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_widget_add_css_class (box, "popover-content");
  return box;
}

static void
tsr_operation_chooser_init (TsrOperationChooser *self)
{
  self->button = gtk_menu_button_new ();
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), content_new (self));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_widget_set_tooltip_text (self->button, _ ("Choose an operation (E)"));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_cb), self, 0);
  g_signal_connect_object (
      self->search, "changed", G_CALLBACK (search_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->search, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->search, "stop-search", G_CALLBACK (stop_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->popover, "show", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);
  tsr_operation_chooser_show (self, NULL);
}

GtkWidget *
tsr_operation_chooser_new (void)
{
  return g_object_new (TSR_TYPE_OPERATION_CHOOSER, NULL);
}

void
tsr_operation_chooser_show (TsrOperationChooser *self, const TsrOperationInfo *info)
{
  const char *name = info != NULL ? _ (info->name) : _ ("Choose an operation");

  g_return_if_fail (TSR_IS_OPERATION_CHOOSER (self));

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), name);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  /* The inner button is what takes the focus. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_first_child (self->button)),
      GTK_ACCESSIBLE_PROPERTY_LABEL,
      name,
      -1);
}

void
tsr_operation_chooser_popup (TsrOperationChooser *self)
{
  g_return_if_fail (TSR_IS_OPERATION_CHOOSER (self));

  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}
