/* SPDX-License-Identifier: GPL-3.0-or-later
 * The undo history as a list to click in.
 */
#include "views/history-list.h"

#include <glib/gi18n-lib.h>

#include "model/dsp-types.h"

struct _TsrHistoryList {
  GtkWidget   parent_instance;
  GtkWidget  *list;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
};

G_DEFINE_FINAL_TYPE (TsrHistoryList, tsr_history_list, GTK_TYPE_WIDGET)

static TsrStep *
step_of (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "step");
}

static void
set_class (GtkWidget *row, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (row, name);
  else
    gtk_widget_remove_css_class (row, name);
}

static void
show_place (GtkWidget *row, gsize index, gsize current)
{
  GtkWidget *mark = g_object_get_data (G_OBJECT (row), "mark");

  gtk_image_set_from_icon_name (GTK_IMAGE (mark),
                                index == current ? "tarsier-step-current-symbolic"
                                                 : "tarsier-step-symbolic");
  set_class (row, "undone", index > current);
  set_class (row, "current", index == current);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tsr_step_fields (step_of (row))->label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  index == current  ? _ ("shown")
                                  : index > current ? _ ("undone")
                                                    : "",
                                  -1);
}

static GtkWidget *
row_new (TsrStep *step)
{
  const TsrStepFields *fields = tsr_step_fields (step);
  GtkWidget           *row = gtk_list_box_row_new ();
  GtkWidget           *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget           *label = gtk_label_new (fields->label);
  GtkWidget           *mark = gtk_image_new ();
  g_autofree char     *tip = NULL;

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  if (fields->command != NULL && *fields->command != '\0')
    tip = g_strdup_printf ("%s\n%s", fields->label, fields->command);
  gtk_widget_set_tooltip_text (row, tip != NULL ? tip : fields->label);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  g_object_set_data_full (
      G_OBJECT (row), "step", tsr_step_ref (step), (GDestroyNotify)tsr_step_unref);
  return row;
}

/* Rows of steps that are still there stay, with the focus that one of them may have. */
static void
fill (TsrHistoryList *self)
{
  GtkListBox    *list = GTK_LIST_BOX (self->list);
  GtkListBoxRow *row;
  g_autoptr (GPtrArray) steps = NULL;
  gsize current = 0;
  guint same = 0;

  if (self->sound != NULL)
    steps = tsr_sound_dup_history (self->sound, &current);
  while ((row = gtk_list_box_get_row_at_index (list, (int)same)) != NULL &&
         steps != NULL && same < steps->len &&
         step_of (GTK_WIDGET (row)) == g_ptr_array_index (steps, same))
    same++;
  while ((row = gtk_list_box_get_row_at_index (list, (int)same)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
  for (guint i = same; steps != NULL && i < steps->len; i++)
    gtk_list_box_append (list, row_new (g_ptr_array_index (steps, i)));
  for (guint i = 0; steps != NULL && i < steps->len; i++)
    show_place (GTK_WIDGET (gtk_list_box_get_row_at_index (list, (int)i)), i, current);
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, TsrHistoryList *self)
{
  TsrStep *step = step_of (GTK_WIDGET (row));
  g_autoptr (GError) error = NULL;

  if (!tsr_project_go_to_step (tsr_session_get_project (self->session),
                               self->sound,
                               tsr_step_fields (step)->id,
                               &error))
    g_signal_emit_by_name (self->session, "failed", error->message);
}

static void
sound_cb (TsrHistoryList *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler =
        g_signal_connect_swapped (self->sound, "notify::state", G_CALLBACK (fill), self);
  fill (self);
}

static void
tsr_history_list_dispose (GObject *object)
{
  TsrHistoryList *self = TSR_HISTORY_LIST (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_history_list_parent_class)->dispose (object);
}

static void
tsr_history_list_class_init (TsrHistoryListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_history_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_history_list_init (TsrHistoryList *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_widget_add_css_class (self->list, "history");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("History"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  g_signal_connect_object (
      self->list, "row-activated", G_CALLBACK (activated_cb), self, 0);
}

GtkWidget *
tsr_history_list_new (TsrSession *session)
{
  TsrHistoryList *self = g_object_new (TSR_TYPE_HISTORY_LIST, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
