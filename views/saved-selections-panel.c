/* SPDX-License-Identifier: GPL-3.0-or-later
 * Saved selections as rows.
 */
#include "views/saved-selections-panel.h"

#include <glib/gi18n-lib.h>

#include "views/controller.h"
#include "views/inspector-group.h"
#include "views/select-mode.h"

struct _TsrSavedSelectionsPanel {
  GtkWidget   parent_instance;
  GtkWidget  *group, *name, *save, *rows;
  TsrSession *session;
  TsrSound   *sound;
  gulong      saved_handler, state_handler;
  guint       filling; /* source; 0: none */
};

G_DEFINE_FINAL_TYPE (TsrSavedSelectionsPanel, tsr_saved_selections_panel, GTK_TYPE_WIDGET)

/* ---- a row ---- */

/* What the handlers of one row know; owned by the row. */
typedef struct {
  TsrSession *session;
  TsrSound   *sound;
  gint64      id;
  char       *name;
  GtkWidget  *entry;
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

static TsrSelection *
dup_now (TsrSound *sound, const TsrSavedSelection *saved)
{
  return tsr_sound_follow_selection (
      sound, saved->kept, tsr_step_fields (tsr_sound_get_current_step (sound))->id);
}

static void
choose_cb (GtkButton *button, Row *row)
{
  const TsrSavedSelection *saved = tsr_sound_find_saved_selection (row->sound, row->name);

  if (saved == NULL)
    return;
  g_autoptr (TsrSelection) now = dup_now (row->sound, saved);
  TsrSelectMode mode = tsr_select_mode_now (GTK_WIDGET (button),
                                            tsr_session_get_select_mode (row->session));
  g_autoptr (TsrSelection) after =
      tsr_selection_combine (tsr_session_get_selection (row->session), now, mode);
  tsr_session_set_selection (row->session, after);
}

static void
remove_cb (GtkButton *button, Row *row)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.remove-selection", "x", row->id);
}

/* The rows are made anew by this, a little later; until then the focus may leave. */
static void
apply_name (Row *row)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (row->entry));
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (name, row->name) == 0)
    return;
  if (tsr_session_get_project (row->session) == NULL)
    return; /* the focus leaves because the project was closed */
  if (tsr_project_rename_saved_selection (
          tsr_session_get_project (row->session), row->sound, row->id, name, &error)) {
    g_free (row->name);
    row->name = g_strdup (name);
    return;
  }
  gtk_editable_set_text (GTK_EDITABLE (row->entry), row->name);
  g_signal_emit_by_name (row->session, "failed", error->message);
}

static GtkWidget *
button_new (const char *icon, const char *name, const char *tip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tip);
  tsr_control_set_name (button, name);
  return button;
}

static void
add_entry (GtkWidget *box, Row *row)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  row->entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (row->entry), row->name);
  gtk_editable_set_width_chars (GTK_EDITABLE (row->entry), 6);
  gtk_entry_set_has_frame (GTK_ENTRY (row->entry), FALSE);
  gtk_widget_set_hexpand (row->entry, TRUE);
  gtk_widget_set_valign (row->entry, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (row->entry, _ ("Another name"));
  tsr_control_set_name (row->entry, _ ("Name of the saved selection"));
  gtk_box_append (GTK_BOX (box), row->entry);
  g_signal_connect_swapped (row->entry, "activate", G_CALLBACK (apply_name), row);
  tsr_entry_give_keys_back (row->entry);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (apply_name), row);
  gtk_widget_add_controller (row->entry, focus);
}

static GtkWidget *
row_new (TsrSession *session, TsrSound *sound, const TsrSavedSelection *saved)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  g_autoptr (TsrSelection) now = dup_now (sound, saved);
  gsize            n = tsr_selection_size (now);
  g_autofree char *number = g_strdup_printf ("%zu", n);
  g_autofree char *said = g_strdup_printf (
      ngettext ("Select “%s”, %zu partial", "Select “%s”, %zu partials", n),
      saved->name,
      n);
  GtkWidget *choose = button_new (
      "object-select-symbolic",
      said,
      _ ("Select these partials; Shift adds, Ctrl subtracts, both intersect"));
  GtkWidget *count = gtk_label_new (number);
  GtkWidget *remove = button_new ("user-trash-symbolic",
                                  _ ("Remove the saved selection"),
                                  _ ("Remove the saved selection"));
  Row       *row = g_new0 (Row, 1);

  *row = (Row){.session = g_object_ref (session),
               .sound = g_object_ref (sound),
               .id = saved->id,
               .name = g_strdup (saved->name)};
  g_object_set_data_full (G_OBJECT (box), "row", row, row_free);
  gtk_widget_set_sensitive (choose, n > 0);
  gtk_widget_add_css_class (count, "dim-label");
  gtk_widget_add_css_class (count, "numeric");
  gtk_widget_set_tooltip_text (count,
                               n > 0 ? _ ("Partials that it is now")
                                     : _ ("None of its partials is left here"));
  gtk_box_append (GTK_BOX (box), choose);
  add_entry (box, row);
  gtk_box_append (GTK_BOX (box), count);
  gtk_box_append (GTK_BOX (box), remove);
  g_signal_connect (choose, "clicked", G_CALLBACK (choose_cb), row);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), row);
  return box;
}

/* ---- all rows ---- */

static void
fill (TsrSavedSelectionsPanel *self)
{
  const TsrSavedSelection *saved = NULL;
  gsize                    n = 0;
  GtkWidget               *row;

  /* A row that has the focus goes without a last word. */
  if (gtk_widget_get_focus_child (self->rows) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (self->rows), NULL);
  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
  if (self->sound != NULL)
    saved = tsr_sound_get_saved_selections (self->sound, &n);
  for (gsize i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (self->rows),
                    row_new (self->session, self->sound, &saved[i]));
}

static gboolean
fill_cb (gpointer data)
{
  TsrSavedSelectionsPanel *self = data;

  self->filling = 0;
  fill (self);
  return G_SOURCE_REMOVE;
}

/* Buttons of the rows lead here: the rows change afterwards, and once for many edits. */
static void
fill_later (TsrSavedSelectionsPanel *self)
{
  if (self->filling == 0)
    self->filling = g_idle_add (fill_cb, self);
}

static void
update (TsrSavedSelectionsPanel *self)
{
  gboolean analysed =
      self->sound != NULL &&
      tsr_sound_state_fields (tsr_sound_get_state (self->sound))->analysed;
  gboolean selected = tsr_selection_size (tsr_session_get_selection (self->session)) > 0;
  gboolean named = *gtk_editable_get_text (GTK_EDITABLE (self->name)) != '\0';

  gtk_widget_set_visible (GTK_WIDGET (self), analysed);
  gtk_widget_set_sensitive (self->name, selected);
  gtk_widget_set_sensitive (self->save, selected && named);
}

static void
state_cb (TsrSavedSelectionsPanel *self)
{
  update (self);
  fill_later (self);
}

static void
forget_sound (TsrSavedSelectionsPanel *self)
{
  g_clear_signal_handler (&self->saved_handler, self->sound);
  g_clear_signal_handler (&self->state_handler, self->sound);
  g_clear_object (&self->sound);
}

static void
sound_cb (TsrSavedSelectionsPanel *self)
{
  TsrSound *sound = tsr_session_get_sound (self->session);

  forget_sound (self);
  if (sound != NULL) {
    self->sound = g_object_ref (sound);
    self->saved_handler = g_signal_connect_swapped (
        sound, "notify::saved-selections", G_CALLBACK (fill_later), self);
    self->state_handler =
        g_signal_connect_swapped (sound, "notify::state", G_CALLBACK (state_cb), self);
  }
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  state_cb (self);
}

/* A name that is refused stays, to be corrected. FALSE: nothing was saved. */
static gboolean
save (TsrSavedSelectionsPanel *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));

  if (self->sound == NULL || *name == '\0')
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.keep-selection", "s", name);
  if (tsr_sound_find_saved_selection (self->sound, name) == NULL)
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  return TRUE;
}

/* The keys go back to where B was pressed. */
static void
name_typed_cb (TsrSavedSelectionsPanel *self)
{
  if (save (self))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.focus-canvas", NULL);
}

void
tsr_saved_selections_panel_ask (TsrSavedSelectionsPanel *self)
{
  g_return_if_fail (TSR_IS_SAVED_SELECTIONS_PANEL (self));

  if (self->sound == NULL)
    return;
  for (guint i = 1;; i++) {
    g_autofree char *name = g_strdup_printf (_ ("Selection %u"), i);
    if (tsr_sound_find_saved_selection (self->sound, name) != NULL)
      continue;
    gtk_editable_set_text (GTK_EDITABLE (self->name), name);
    break;
  }
  gtk_widget_grab_focus (self->name);
}

static void
tsr_saved_selections_panel_dispose (GObject *object)
{
  TsrSavedSelectionsPanel *self = TSR_SAVED_SELECTIONS_PANEL (object);

  g_clear_handle_id (&self->filling, g_source_remove);
  forget_sound (self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->group, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_saved_selections_panel_parent_class)->dispose (object);
}

static void
tsr_saved_selections_panel_class_init (TsrSavedSelectionsPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_saved_selections_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_saved_selections_panel_init (TsrSavedSelectionsPanel *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->group = tsr_inspector_group_new (_ ("Saved Selections"));
  self->name = gtk_entry_new ();
  self->save = gtk_button_new_with_label (_ ("Save"));
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->name), _ ("Name of the selection"));
  gtk_editable_set_width_chars (GTK_EDITABLE (self->name), 6);
  gtk_widget_set_hexpand (self->name, TRUE);
  tsr_control_set_name (self->name, _ ("Name of the selection"));
  tsr_control_set_name (self->save, _ ("Save the selection"));
  gtk_widget_set_tooltip_text (
      self->save,
      _ ("Keep the selected partials under this name; @Name finds them in a query"));
  gtk_box_append (GTK_BOX (line), self->name);
  gtk_box_append (GTK_BOX (line), self->save);
  gtk_box_append (GTK_BOX (self->group), line);
  gtk_box_append (GTK_BOX (self->group), self->rows);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
  g_signal_connect_object (
      self->name, "activate", G_CALLBACK (name_typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->name, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->save, "clicked", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_saved_selections_panel_new (TsrSession *session)
{
  TsrSavedSelectionsPanel *self = g_object_new (TSR_TYPE_SAVED_SELECTIONS_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::selection", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  sound_cb (self);
  return GTK_WIDGET (self);
}
