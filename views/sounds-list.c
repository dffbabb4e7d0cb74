/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of the project's sounds.
 */
#include "views/sounds-list.h"

#include <glib/gi18n-lib.h>

#include "views/controller.h"
#include "views/sound-row.h"

struct _TsrSoundsList {
  GtkWidget   parent_instance;
  GtkWidget  *list, *menu;
  TsrSession *session;
  gboolean    following; /* the row follows the session, not the other way */
  gboolean    reveals;   /* the selected row is to be scrolled into view */
};

G_DEFINE_FINAL_TYPE (TsrSoundsList, tsr_sounds_list, GTK_TYPE_WIDGET)

static GtkListBoxRow *
row_of (TsrSoundsList *self, TsrSound *sound)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (TSR_IS_SOUND_ROW (row) && tsr_sound_row_get_sound (TSR_SOUND_ROW (row)) == sound)
      return GTK_LIST_BOX_ROW (row);
  return NULL;
}

/* Once all rows have their places. */
static gboolean
reveal_cb (gpointer data)
{
  TsrSoundsList *self = data;
  GtkWidget     *scroller =
      gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  GtkListBoxRow  *row = NULL;
  graphene_rect_t box;

  if (self->list != NULL)
    row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  if (row != NULL && scroller != NULL &&
      gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self), &box))
    gtk_adjustment_clamp_page (
        gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)),
        (double)box.origin.y,
        (double)(box.origin.y + box.size.height));
  return G_SOURCE_REMOVE;
}

static void
tsr_sounds_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TsrSoundsList *self = TSR_SOUNDS_LIST (widget);

  gtk_widget_allocate (self->list, width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (self->menu));
  if (self->reveals)
    g_idle_add_full (
        G_PRIORITY_HIGH_IDLE, reveal_cb, g_object_ref (self), g_object_unref);
  self->reveals = FALSE;
}

static void
tsr_sounds_list_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  gtk_widget_measure (TSR_SOUNDS_LIST (widget)->list,
                      orientation,
                      for_size,
                      minimum,
                      natural,
                      minimum_baseline,
                      natural_baseline);
}

static void
sound_cb (TsrSoundsList *self)
{
  TsrSound *sound = tsr_session_get_sound (self->session);

  self->following = TRUE;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list),
                           sound != NULL ? row_of (self, sound) : NULL);
  self->following = FALSE;
  self->reveals = TRUE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
signal_cb (TsrSoundsList *self)
{
  TsrSound  *sound = tsr_session_get_sound (self->session);
  TsrSource *source = sound != NULL ? tsr_sound_get_source (sound) : NULL;
  TsrSignal *signal = tsr_session_get_signal (self->session);

  if (source != NULL && signal != NULL)
    tsr_sounds_list_set_signal (self, source, signal);
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, TsrSoundsList *self)
{
  if (row != NULL && !self->following)
    tsr_session_set_sound (self->session, tsr_sound_row_get_sound (TSR_SOUND_ROW (row)));
}

static void
renamed_cb (TsrSoundRow *row, const char *name, TsrSoundsList *self)
{
  TsrProject *project = tsr_session_get_project (self->session);
  g_autoptr (GError) error = NULL;

  if (project == NULL)
    return; /* the focus leaves because the project was closed */
  if (!tsr_project_rename_sound (project, tsr_sound_row_get_sound (row), name, &error))
    g_signal_emit_by_name (self->session, "failed", error->message);
}

static GtkWidget *
create_row_cb (gpointer item, gpointer data)
{
  GtkWidget *row = tsr_sound_row_new (TSR_SOUND (item));

  g_signal_connect_object (row, "renamed", G_CALLBACK (renamed_cb), data, 0);
  return row;
}

static void
project_cb (TsrSoundsList *self)
{
  TsrProject *project = tsr_session_get_project (self->session);

  self->following = TRUE;
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list),
                           project != NULL ? G_LIST_MODEL (project) : NULL,
                           create_row_cb,
                           self,
                           NULL);
  self->following = FALSE;
  sound_cb (self);
  if (project != NULL)
    g_signal_connect_object (project,
                             "items-changed",
                             G_CALLBACK (sound_cb),
                             self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
right_click_cb (
    GtkGestureClick *click, int n_press, double x, double y, TsrSoundsList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (GTK_LIST_BOX (self->list), (int)y);

  if (row == NULL)
    return;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle){(int)x, (int)y, 1, 1});
  gtk_popover_popup (GTK_POPOVER (self->menu));
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
tsr_sounds_list_dispose (GObject *object)
{
  TsrSoundsList *self = TSR_SOUNDS_LIST (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_sounds_list_parent_class)->dispose (object);
}

static void
tsr_sounds_list_class_init (TsrSoundsListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_sounds_list_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = tsr_sounds_list_size_allocate;
  GTK_WIDGET_CLASS (klass)->measure = tsr_sounds_list_measure;
}

static void
tsr_sounds_list_init (TsrSoundsList *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_widget_add_css_class (self->list, "sounds");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Sounds"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  g_signal_connect_object (
      self->list, "row-selected", G_CALLBACK (row_selected_cb), self, 0);

  g_menu_append (menu, _ ("_Rename"), "win.rename-sound");
  g_menu_append (menu, _ ("_Duplicate"), "win.duplicate-sound");
  g_menu_append (menu, _ ("Re_move"), "win.remove-sound");
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  tsr_widget_on_press (
      self->list, GDK_BUTTON_SECONDARY, G_CALLBACK (right_click_cb), self);
}

GtkWidget *
tsr_sounds_list_new (TsrSession *session)
{
  TsrSoundsList *self = g_object_new (TSR_TYPE_SOUNDS_LIST, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::project", G_CALLBACK (project_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (sound_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::signal", G_CALLBACK (signal_cb), self, G_CONNECT_SWAPPED);
  project_cb (self);
  return GTK_WIDGET (self);
}

void
tsr_sounds_list_set_signal (TsrSoundsList *self, TsrSource *source, TsrSignal *signal)
{
  g_return_if_fail (TSR_IS_SOUNDS_LIST (self));
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (TSR_IS_SOUND_ROW (row) &&
        tsr_sound_get_source (tsr_sound_row_get_sound (TSR_SOUND_ROW (row))) == source)
      tsr_sound_row_set_signal (TSR_SOUND_ROW (row), signal);
}

void
tsr_sounds_list_start_renaming (TsrSoundsList *self)
{
  GtkListBoxRow *row;

  g_return_if_fail (TSR_IS_SOUNDS_LIST (self));
  row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  if (row != NULL)
    tsr_sound_row_start_renaming (TSR_SOUND_ROW (row));
}
