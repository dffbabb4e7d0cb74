/* SPDX-License-Identifier: GPL-3.0-or-later
 * A marker that can be visited, renamed, moved and removed.
 */
#include "views/marker-row.h"

#include <glib/gi18n-lib.h>

#include "views/controller.h"
#include "views/number-entry.h"

/* What the handlers of one row know; owned by the row. */
typedef struct {
  TsrSession *session;
  TsrSound   *sound;
  gint64      id;
  double      time_s;
  char       *name;
  GtkWidget  *label, *time;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_object_unref (row->session);
  g_object_unref (row->sound);
  g_free (row->name);
  g_free (row);
}

static void
go_cb (GtkButton *button, Row *row)
{
  tsr_session_seek (row->session, row->time_s);
}

static void
remove_cb (GtkButton *button, Row *row)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.remove-marker", "x", row->id);
}

/* The rows are made anew by this, a little later; until then the focus may leave. */
static void
apply (Row *row)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (row->label));
  double      time_s = tsr_number_entry_get_value (TSR_NUMBER_ENTRY (row->time));
  double      duration_s =
      tsr_sound_state_fields (tsr_sound_get_state (row->sound))->duration_s;
  g_autoptr (GError) error = NULL;

  time_s = CLAMP (time_s, 0, duration_s);
  if (time_s == row->time_s && g_strcmp0 (name, row->name) == 0)
    return;
  if (tsr_session_get_project (row->session) == NULL)
    return; /* the focus leaves because the project was closed */
  if (!tsr_project_change_marker (tsr_session_get_project (row->session),
                                  row->sound,
                                  row->id,
                                  time_s,
                                  name,
                                  &error)) {
    g_signal_emit_by_name (row->session, "failed", error->message);
    return;
  }
  row->time_s = time_s;
  g_free (row->name);
  row->name = g_strdup (name);
}

static void
set_name (GtkWidget *widget, const char *name, const char *tip)
{
  gtk_widget_set_tooltip_text (widget, tip);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkWidget *
button_new (const char *icon, const char *name, const char *tip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  set_name (button, name, tip);
  return button;
}

GtkWidget *
tsr_marker_row_new (TsrSession *session, const TsrMarker *marker)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *go = button_new (
      "media-playback-start-symbolic", marker->name, _ ("Move the playhead here"));
  GtkWidget *remove = button_new (
      "user-trash-symbolic", _ ("Remove the marker"), _ ("Remove the marker"));
  GtkEventController *focus = gtk_event_controller_focus_new ();
  Row                *row = g_new0 (Row, 1);

  row->session = g_object_ref (session);
  row->sound = g_object_ref (tsr_session_get_sound (session));
  row->id = marker->id;
  row->time_s = marker->time_s;
  row->name = g_strdup (marker->name);
  row->label = gtk_entry_new ();
  row->time = tsr_number_entry_new (
      TSR_QUANTITY_TIME, _ ("Time of the marker"), row->time_s, 0, 1e6, 0.01);
  g_object_set_data_full (G_OBJECT (box), "row", row, row_free);
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (row->time), row->time_s);
  gtk_editable_set_text (GTK_EDITABLE (row->label), marker->name);
  gtk_editable_set_width_chars (GTK_EDITABLE (row->label), 6);
  gtk_entry_set_has_frame (GTK_ENTRY (row->label), FALSE);
  gtk_widget_set_hexpand (row->label, TRUE);
  gtk_widget_set_valign (row->label, GTK_ALIGN_CENTER);
  set_name (row->label, _ ("Name of the marker"), _ ("Another name"));
  gtk_box_append (GTK_BOX (box), go);
  gtk_box_append (GTK_BOX (box), row->label);
  gtk_box_append (GTK_BOX (box), row->time);
  gtk_box_append (GTK_BOX (box), remove);
  g_signal_connect (go, "clicked", G_CALLBACK (go_cb), row);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), row);
  g_signal_connect_swapped (row->time, "committed", G_CALLBACK (apply), row);
  g_signal_connect_swapped (row->label, "activate", G_CALLBACK (apply), row);
  tsr_entry_give_keys_back (row->label);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (apply), row);
  gtk_widget_add_controller (row->label, focus);
  return box;
}
