/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two to four sounds, chosen from those of the project.
 */
#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"

#define TSR_TYPE_MORPH_SOUNDS_GROUP (tsr_morph_sounds_group_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMorphSoundsGroup, tsr_morph_sounds_group, TSR, MORPH_SOUNDS_GROUP, GtkWidget)

struct _TsrMorphSoundsGroup {
  GtkWidget  parent_instance;
  GtkWidget *group, *rows, *note, *buttons, *add, *swap, *restore; /* the first owned */
  TsrMorphSession *morph;
  TsrSession      *session;
  GtkWidget       *choices[TSR_MORPH_MOST];
  guint            n;
  TsrProject      *project; /* that the choices list; compared */
  gboolean         following;
};

G_DEFINE_FINAL_TYPE (TsrMorphSoundsGroup, tsr_morph_sounds_group, GTK_TYPE_WIDGET)

static guint
position_of (TsrProject *project, TsrSound *sound)
{
  GListModel *list = G_LIST_MODEL (project);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (TsrSound) item = g_list_model_get_item (list, i);
    if (item == sound)
      return i;
  }
  return GTK_INVALID_LIST_POSITION;
}

static guint
sounds_of (TsrMorphSoundsGroup *self, TsrSound **sounds)
{
  guint n = tsr_morph_session_get_n (self->morph);

  for (guint k = 0; k < n; k++)
    sounds[k] = tsr_morph_session_get_sound (self->morph, k);
  return n;
}

static void
chosen_cb (GtkDropDown *choice, GParamSpec *pspec, TsrMorphSoundsGroup *self)
{
  TsrSound *sounds[TSR_MORPH_MOST];
  guint     n = sounds_of (self, sounds);

  if (self->following)
    return;
  for (guint k = 0; k < n; k++)
    if (GTK_WIDGET (choice) == self->choices[k])
      sounds[k] = gtk_drop_down_get_selected_item (choice);
  for (guint k = 0; k < n; k++)
    if (sounds[k] == NULL)
      return;
  tsr_morph_session_set_sounds (self->morph, sounds, n);
}

static void
remove_cb (GtkButton *button, TsrMorphSoundsGroup *self)
{
  TsrSound *sounds[TSR_MORPH_MOST], *left[TSR_MORPH_MOST];
  guint     n = sounds_of (self, sounds), n_left = 0;
  guint     gone = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "sound"));

  for (guint k = 0; k < n; k++)
    if (k != gone)
      left[n_left++] = sounds[k];
  tsr_morph_session_set_sounds (self->morph, left, n_left);
}

/* The first analysed sound that is not part of it yet, else the first one. */
static TsrSound *
another_sound (TsrMorphSoundsGroup *self)
{
  GListModel *list = G_LIST_MODEL (tsr_session_get_project (self->session));
  TsrSound   *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (TsrSound) item = g_list_model_get_item (list, i);
    gboolean used = FALSE;
    for (guint k = 0; k < tsr_morph_session_get_n (self->morph); k++)
      used = used || tsr_morph_session_get_sound (self->morph, k) == item;
    if (tsr_sound_state_fields (tsr_sound_get_state (item))->analysed &&
        (found == NULL || !used)) {
      found = item; /* the project keeps it */
      if (!used)
        break;
    }
  }
  return found;
}

static void
add_cb (TsrMorphSoundsGroup *self)
{
  TsrSound *sounds[TSR_MORPH_MOST + 1];
  guint     n = sounds_of (self, sounds);

  sounds[n] = another_sound (self);
  if (sounds[n] != NULL)
    tsr_morph_session_set_sounds (self->morph, sounds, n + 1);
}

static void
swap_cb (TsrMorphSoundsGroup *self)
{
  TsrSound *sounds[TSR_MORPH_MOST], *turned[TSR_MORPH_MOST];
  guint     n = sounds_of (self, sounds);

  for (guint k = 0; k < n; k++)
    turned[k] = sounds[(k + 1) % n];
  tsr_morph_session_set_sounds (self->morph, turned, n);
}

/* ---- a morph that was made before ---- */

/* The command that made the sound on the canvas; NULL: it is no morph. (transfer full) */
static char *
command_of_sound (TsrSession *session)
{
  TsrSound *sound = tsr_session_get_sound (session);
  gsize     current;

  if (sound == NULL)
    return NULL;
  g_autoptr (GPtrArray) steps = tsr_sound_dup_history (sound, &current);
  for (gsize i = MIN (current + 1, steps->len); i-- > 0;) {
    const char *command = tsr_step_fields (g_ptr_array_index (steps, i))->command;
    if (command != NULL && g_str_has_prefix (command, "morph "))
      return g_strdup (command);
  }
  return NULL;
}

static void
restore_cb (TsrMorphSoundsGroup *self)
{
  g_autofree char *command = command_of_sound (self->session);
  g_auto (TsrMorphSettings) settings = {0};
  g_autoptr (GError) error = NULL;

  if (command == NULL)
    return;
  if (!tsr_morph_settings_from_command (
          &settings, tsr_session_get_project (self->session), command, &error)) {
    g_signal_emit_by_name (self->session, "failed", error->message);
    return;
  }
  g_clear_pointer (&settings.name, g_free); /* it is taken */
  tsr_morph_session_set_settings (self->morph, &settings);
}

static void
update_restore (TsrMorphSoundsGroup *self)
{
  g_autofree char *command = command_of_sound (self->session);

  gtk_widget_set_visible (self->restore, command != NULL);
  if (command == NULL)
    return;
  g_autofree char *label =
      g_strdup_printf (_ ("Open the Settings of “%s”"),
                       tsr_sound_get_name (tsr_session_get_sound (self->session)));
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->restore))),
                       label);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->restore), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* ---- rows ---- */

static GtkWidget *
choice_new (TsrMorphSoundsGroup *self)
{
  GtkExpression *name = gtk_property_expression_new (TSR_TYPE_SOUND, NULL, "name");
  GtkWidget     *choice =
      gtk_drop_down_new (g_object_ref (G_LIST_MODEL (self->project)), name);

  gtk_widget_set_hexpand (choice, TRUE);
  g_signal_connect_object (choice, "notify::selected", G_CALLBACK (chosen_cb), self, 0);
  return choice;
}

static void
add_row (TsrMorphSoundsGroup *self, guint k)
{
  GtkWidget       *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *letter = g_strdup_printf ("%c", 'A' + (int)k);
  GtkWidget       *label = gtk_label_new (letter);
  g_autofree char *name = g_strdup_printf (_ ("Sound %s"), letter);

  gtk_widget_add_css_class (row, "inspector-row");
  gtk_widget_add_css_class (label, "morph-letter");
  self->choices[k] = choice_new (self);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->choices[k]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), self->choices[k]);
  if (self->n > 2) {
    GtkWidget       *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
    g_autofree char *tip = g_strdup_printf (_ ("Leave out sound %s"), letter);
    gtk_widget_add_css_class (button, "flat");
    gtk_widget_set_tooltip_text (button, tip);
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
    g_object_set_data (G_OBJECT (button), "sound", GUINT_TO_POINTER (k));
    g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);
    gtk_box_append (GTK_BOX (row), button);
  }
  gtk_box_append (GTK_BOX (self->rows), row);
}

static void
build_rows (TsrMorphSoundsGroup *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
  self->n = tsr_morph_session_get_n (self->morph);
  self->project = tsr_session_get_project (self->session);
  for (guint k = 0; k < self->n; k++)
    add_row (self, k);
}

static void
update (TsrMorphSoundsGroup *self)
{
  guint n = tsr_morph_session_get_n (self->morph);

  self->following = TRUE;
  if (n != self->n || self->project != tsr_session_get_project (self->session))
    build_rows (self);
  for (guint k = 0; k < n; k++)
    gtk_drop_down_set_selected (
        GTK_DROP_DOWN (self->choices[k]),
        position_of (self->project, tsr_morph_session_get_sound (self->morph, k)));
  self->following = FALSE;
  gtk_widget_set_visible (self->note, n == 0);
  gtk_widget_set_visible (self->buttons, n > 0);
  gtk_widget_set_sensitive (self->add, n < TSR_MORPH_MOST);
  update_restore (self);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphSoundsGroup *self)
{
  if ((what & TSR_MORPH_CHANGED_SOUNDS) != 0)
    update (self);
}

/* ---- the object ---- */

static void
tsr_morph_sounds_group_dispose (GObject *object)
{
  TsrMorphSoundsGroup *self = TSR_MORPH_SOUNDS_GROUP (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_object (&self->morph);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_morph_sounds_group_parent_class)->dispose (object);
}

static void
tsr_morph_sounds_group_class_init (TsrMorphSoundsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_sounds_group_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
button_new (TsrMorphSoundsGroup *self,
            const char          *text,
            const char          *tip,
            GCallback            clicked)
{
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_widget_set_tooltip_text (button, tip);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  return button;
}

static void
tsr_morph_sounds_group_init (TsrMorphSoundsGroup *self)
{
  self->group = tsr_inspector_group_new (_ ("Sounds"));
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->note = tsr_inspector_note_new (
      _ ("Two to four analysed sounds of this project can be chosen here, once there are "
         "two."));
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->add = button_new (self,
                          _ ("Add Sound"),
                          _ ("Morph between three or four sounds"),
                          G_CALLBACK (add_cb));
  self->swap = button_new (
      self, _ ("Swap"), _ ("The first sound comes last"), G_CALLBACK (swap_cb));
  self->restore = button_new (
      self, "", _ ("Go on with the morph that made this sound"), G_CALLBACK (restore_cb));
  gtk_box_set_homogeneous (GTK_BOX (self->buttons), TRUE);
  gtk_widget_add_css_class (self->buttons, "inspector-buttons");
  gtk_widget_add_css_class (self->restore, "inspector-buttons");
  gtk_box_append (GTK_BOX (self->buttons), self->add);
  gtk_box_append (GTK_BOX (self->buttons), self->swap);
  gtk_box_append (GTK_BOX (self->group), self->rows);
  gtk_box_append (GTK_BOX (self->group), self->note);
  gtk_box_append (GTK_BOX (self->group), self->buttons);
  gtk_box_append (GTK_BOX (self->group), self->restore);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_morph_sounds_group_new (TsrMorphSession *morph, TsrSession *session)
{
  TsrMorphSoundsGroup *self = g_object_new (TSR_TYPE_MORPH_SOUNDS_GROUP, NULL);

  self->morph = g_object_ref (morph);
  self->session = g_object_ref (session);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (
      session, "notify::sound", G_CALLBACK (update_restore), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
