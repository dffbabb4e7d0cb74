/* SPDX-License-Identifier: GPL-3.0-or-later
 * The markers of a sound as rows.
 */
#include "views/markers-panel.h"

#include <glib/gi18n-lib.h>

#include "views/draw/axis.h"
#include "views/inspector-group.h"

struct _TsrMarkersPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group, *rows;
  TsrSession *session;
  TsrSound   *sound;
  gulong      sound_handler;
};

G_DEFINE_FINAL_TYPE (TsrMarkersPanel, tsr_markers_panel, GTK_TYPE_WIDGET)

typedef struct {
  TsrMarkersPanel *panel; /* owns the row that owns this */
  gint64           id;
  double           time_s;
} RowData;

static void
go_cb (GtkButton *button, RowData *data)
{
  tsr_session_seek (data->panel->session, data->time_s);
}

static void
remove_cb (GtkButton *button, RowData *data)
{
  TsrMarkersPanel *self = data->panel;
  g_autoptr (GError) error = NULL;

  if (!tsr_project_remove_marker (
          tsr_session_get_project (self->session), self->sound, data->id, &error))
    g_signal_emit_by_name (self->session, "failed", error->message);
}

static GtkWidget *
row_new (TsrMarkersPanel *self, const TsrMarker *marker)
{
  GtkWidget       *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget       *go = gtk_button_new ();
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget       *name = gtk_label_new (marker->name);
  GtkWidget       *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *time = tsr_format_time (marker->time_s, 0.001);
  GtkWidget       *when = gtk_label_new (time);
  RowData         *data = g_new (RowData, 1);

  *data = (RowData){self, marker->id, marker->time_s};
  g_object_set_data_full (G_OBJECT (row), "marker", data, g_free);
  gtk_label_set_xalign (GTK_LABEL (name), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (when, "numeric");
  gtk_widget_add_css_class (when, "dim-label");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), when);
  gtk_button_set_child (GTK_BUTTON (go), box);
  gtk_widget_set_hexpand (go, TRUE);
  gtk_widget_add_css_class (go, "flat");
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_tooltip_text (go, _ ("Move the playhead here"));
  gtk_widget_set_tooltip_text (remove, _ ("Remove the marker"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (go), GTK_ACCESSIBLE_PROPERTY_LABEL, marker->name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove the marker"),
                                  -1);
  g_signal_connect (go, "clicked", G_CALLBACK (go_cb), data);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), data);
  gtk_box_append (GTK_BOX (row), go);
  gtk_box_append (GTK_BOX (row), remove);
  return row;
}

static void
fill (TsrMarkersPanel *self)
{
  const TsrMarker *markers = NULL;
  gsize            n = 0;
  GtkWidget       *row;

  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
  if (self->sound != NULL)
    markers = tsr_sound_get_markers (self->sound, &n);
  for (gsize i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (self->rows), row_new (self, &markers[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
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
