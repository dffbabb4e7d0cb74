/* SPDX-License-Identifier: GPL-3.0-or-later
 * Groups, rows and notes of the inspector.
 */
#include "views/inspector-group.h"

GtkWidget *
tsr_inspector_group_new (const char *title)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *heading = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (heading), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (heading), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (group, "inspector-group");
  gtk_box_append (GTK_BOX (group), heading);
  return group;
}

void
tsr_control_set_name (GtkWidget *control, const char *name)
{
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (GTK_IS_DROP_DOWN (control)) /* the button inside, which gets the focus */
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (control)),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    name,
                                    -1);
}

GtkWidget *
tsr_inspector_row_new (const char *label, GtkWidget *control)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (label);

  gtk_label_set_xalign (GTK_LABEL (title), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  tsr_control_set_name (control, label);
  gtk_widget_add_css_class (row, "inspector-row");
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), control);
  return row;
}

GtkWidget *
tsr_inspector_note_new (const char *text)
{
  GtkWidget *note = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (note), 0.0);
  gtk_label_set_wrap (GTK_LABEL (note), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (note), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (note), 30);
  gtk_widget_add_css_class (note, "inspector-note");
  gtk_widget_add_css_class (note, "dim-label");
  return note;
}

GtkWidget *
tsr_inspector_choice_new (const char *const *texts)
{
  GtkWidget *choice = gtk_drop_down_new_from_strings (texts);

  gtk_widget_add_css_class (choice, "inspector-choice");
  return choice;
}
