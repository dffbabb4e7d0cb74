/* SPDX-License-Identifier: GPL-3.0-or-later
 * The parts that the groups of the inspector are made of. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The accessible name of a control. */
void tsr_control_set_name (GtkWidget *control, const char *name);
/* A group with a heading; rows are appended with gtk_box_append. */
GtkWidget *tsr_inspector_group_new (const char *title);
/* A row: a label at the left and a control at the right, which gets the label as its
 * accessible name. */
GtkWidget *tsr_inspector_row_new (const char *label, GtkWidget *control);
/* A sentence below the rows, wrapped and quiet. */
GtkWidget *tsr_inspector_note_new (const char *text);
/* A drop-down of texts (NULL-terminated). */
GtkWidget *tsr_inspector_choice_new (const char *const *texts);

G_END_DECLS
