/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first thing a person sees.
 */
#include "views/empty-state.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "model/class-signal.h"

struct _TsrEmptyState {
  GtkWidget  parent_instance;
  GtkWidget *scroller, *door, *recent, *recent_list;
};

enum { OPEN_RECENT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrEmptyState, tsr_empty_state, GTK_TYPE_WIDGET)

static void
row_activated_cb (AdwActionRow *row, TsrEmptyState *self)
{
  g_signal_emit (
      self, signals[OPEN_RECENT], 0, g_object_get_data (G_OBJECT (row), "path"));
}

static void
tsr_empty_state_dispose (GObject *object)
{
  g_clear_pointer (&TSR_EMPTY_STATE (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_empty_state_parent_class)->dispose (object);
}

static void
tsr_empty_state_class_init (TsrEmptyStateClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_empty_state_dispose;
  signals[OPEN_RECENT] = tsr_class_add_signal (klass, "open-recent", 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

/* A door: icon, title and a line below it. */
static GtkWidget *
door_content (const char *icon, const char *title, const char *subtitle)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *heading = gtk_label_new (title);
  GtkWidget *line = gtk_label_new (subtitle);

  gtk_image_set_pixel_size (GTK_IMAGE (image), 32);
  gtk_widget_set_margin_bottom (image, 6);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_add_css_class (line, "caption");
  gtk_widget_add_css_class (line, "dim-label");
  gtk_label_set_justify (GTK_LABEL (line), GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap (GTK_LABEL (line), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (line), 20);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), line);
  return box;
}

static GtkWidget *
door_new (const char *icon, const char *title, const char *subtitle, const char *action)
{
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), door_content (icon, title, subtitle));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_add_css_class (button, "door");
  gtk_widget_add_css_class (button, "card");
  return button;
}

static GtkWidget *
doors_new (void)
{
  GtkWidget *doors = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *drop = door_content ("tarsier-drop-symbolic",
                                  _ ("Drop Files Here"),
                                  _ ("One or many, from the file manager"));

  gtk_widget_add_css_class (frame, "drop-door");
  gtk_widget_set_vexpand (drop, TRUE);
  gtk_box_append (GTK_BOX (frame), drop);
  gtk_box_set_homogeneous (GTK_BOX (doors), TRUE);
  gtk_box_append (GTK_BOX (doors),
                  door_new ("document-open-symbolic",
                            _ ("Open a Recording"),
                            _ ("WAV, FLAC, AIFF, Ogg or MP3, or a project"),
                            "win.open"));
  gtk_box_append (GTK_BOX (doors),
                  door_new ("tarsier-demo-symbolic",
                            _ ("Try the Demo"),
                            _ ("A flute, a cello and a voice, ready to be edited"),
                            "win.demo"));
  gtk_box_append (GTK_BOX (doors), frame);
  gtk_widget_set_halign (doors, GTK_ALIGN_CENTER);
  return doors;
}

static void
tsr_empty_state_init (TsrEmptyState *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("io.github.tarsier_audio.Tarsier");
  GtkWidget *title = gtk_label_new (_ ("See what you hear"));
  GtkWidget *sentence = gtk_label_new (_ (
      "Open a sound, look at its partials, change them, and hear the change at once."));
  GtkWidget *doors = doors_new ();

  self->door = gtk_widget_get_first_child (doors);

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 112);
  gtk_widget_add_css_class (title, "title-1");
  gtk_label_set_wrap (GTK_LABEL (sentence), TRUE);
  gtk_label_set_justify (GTK_LABEL (sentence), GTK_JUSTIFY_CENTER);
  gtk_widget_set_margin_top (doors, 18);
  self->recent = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->recent), _ ("Recent"));
  gtk_widget_set_visible (self->recent, FALSE);
  gtk_widget_set_margin_top (self->recent, 18);
  gtk_widget_set_size_request (self->recent, 520, -1);
  gtk_widget_set_halign (self->recent, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (page, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_widget_add_css_class (page, "empty-state");
  gtk_box_append (GTK_BOX (page), icon);
  gtk_box_append (GTK_BOX (page), title);
  gtk_box_append (GTK_BOX (page), sentence);
  gtk_box_append (GTK_BOX (page), doors);
  gtk_box_append (GTK_BOX (page), self->recent);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), page);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
tsr_empty_state_new (void)
{
  return g_object_new (TSR_TYPE_EMPTY_STATE, NULL);
}

static GtkWidget *
recent_row_new (TsrEmptyState *self,
                const char    *path,
                const char    *title,
                const char    *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (path), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (row_activated_cb), self, 0);
  return row;
}

void
tsr_empty_state_set_recent (TsrEmptyState     *self,
                            const char *const *paths,
                            const char *const *titles,
                            const char *const *subtitles,
                            guint              n)
{
  g_return_if_fail (TSR_IS_EMPTY_STATE (self));
  if (self->recent_list != NULL)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->recent),
                                  self->recent_list);
  self->recent_list = NULL;
  gtk_widget_set_visible (self->recent, n > 0);
  if (n == 0)
    return;
  self->recent_list = gtk_list_box_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->recent_list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Recent projects"),
                                  -1);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->recent_list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->recent_list, "boxed-list");
  for (guint i = 0; i < n; i++) {
    gtk_list_box_append (GTK_LIST_BOX (self->recent_list),
                         recent_row_new (self, paths[i], titles[i], subtitles[i]));
  }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->recent), self->recent_list);
}

void
tsr_empty_state_focus (TsrEmptyState *self)
{
  g_return_if_fail (TSR_IS_EMPTY_STATE (self));
  gtk_widget_grab_focus (self->door);
}
