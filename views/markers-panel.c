/* SPDX-License-Identifier: GPL-3.0-or-later
 * The markers of a sound as rows.
 */
#include "views/markers-panel.h"

#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/marker-row.h"

struct _TsrMarkersPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group, *rows;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
};

G_DEFINE_FINAL_TYPE (TsrMarkersPanel, tsr_markers_panel, GTK_TYPE_WIDGET)

/* The row that has the focus, counted; -1: none. It goes without a last word. */
static int
take_focus_away (TsrMarkersPanel *self)
{
  GtkWidget *focused = gtk_widget_get_focus_child (self->rows);
  int        index = 0;

  if (focused == NULL)
    return -1;
  while ((focused = gtk_widget_get_prev_sibling (focused)) != NULL)
    index++;
  gtk_root_set_focus (gtk_widget_get_root (self->rows), NULL);
  return index;
}

static void
give_focus (TsrMarkersPanel *self, int index)
{
  GtkWidget *row = gtk_widget_get_first_child (self->rows);

  while (row != NULL && index-- > 0)
    row = gtk_widget_get_next_sibling (row);
  if (row != NULL)
    gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

static void
fill (TsrMarkersPanel *self)
{
  int              focused = take_focus_away (self);
  const TsrMarker *markers = NULL;
  gsize            n = 0;
  GtkWidget       *row;

  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
  if (self->sound != NULL)
    markers = tsr_sound_get_markers (self->sound, &n);
  for (gsize i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (self->rows),
                    tsr_marker_row_new (self->session, &markers[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (focused >= 0)
    give_focus (self, focused);
}

/* Removing a marker comes from a button of a row: the rows change afterwards. */
static gboolean
fill_cb (gpointer data)
{
  fill (data);
  return G_SOURCE_REMOVE;
}

static void
markers_cb (TsrMarkersPanel *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, fill_cb, g_object_ref (self), g_object_unref);
}

static void
sound_cb (TsrMarkersPanel *self)
{
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::markers", G_CALLBACK (markers_cb), self);
  fill (self);
}

static void
tsr_markers_panel_dispose (GObject *object)
{
  TsrMarkersPanel *self = TSR_MARKERS_PANEL (object);

  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_markers_panel_parent_class)->dispose (object);
}

static void
tsr_markers_panel_class_init (TsrMarkersPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_markers_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_markers_panel_init (TsrMarkersPanel *self)
{
  self->group = tsr_inspector_group_new (_ ("Markers"));
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->group), self->rows);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_markers_panel_new (TsrSession *session)
{
  TsrMarkersPanel *self = g_object_new (TSR_TYPE_MARKERS_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
