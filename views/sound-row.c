/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of the list of sounds.
 */
#include "views/sound-row.h"

#include <glib/gi18n-lib.h>

#include "model/class-signal.h"
#include "views/controller.h"
#include "views/thumbnail.h"

struct _TsrSoundRow {
  GtkListBoxRow parent_instance;
  GtkWidget    *thumbnail, *stack, *name, *entry, *subtitle;
  TsrSound     *sound;
};

enum { RENAMED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrSoundRow, tsr_sound_row, GTK_TYPE_LIST_BOX_ROW)

/* "318 partials · 3.6 s". (transfer full) */
static char *
summary_of (TsrSound *sound)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));
  gsize                      n = tsr_partial_set_size (state->partials);
  int                        minutes = (int)(state->duration_s / 60.0);
  g_autofree char           *length = NULL;
  g_autofree char           *partials = NULL;

  if (minutes >= 1)
    length = g_strdup_printf ("%d:%04.1f", minutes, state->duration_s - 60.0 * minutes);
  else
    length = g_strdup_printf ("%.1f s", state->duration_s);
  if (!state->analysed)
    return g_strdup_printf (_ ("not analysed · %s"), length);
  partials = g_strdup_printf (ngettext ("%zu partial", "%zu partials", n), n);
  return g_strdup_printf ("%s · %s", partials, length);
}

static void
state_cb (TsrSoundRow *self)
{
  g_autofree char *summary = summary_of (self->sound);

  gtk_label_set_label (GTK_LABEL (self->subtitle), summary);
  tsr_thumbnail_set_state (TSR_THUMBNAIL (self->thumbnail),
                           tsr_sound_get_state (self->sound));
}

static void
name_cb (TsrSoundRow *self)
{
  const char *name = tsr_sound_get_name (self->sound);

  gtk_label_set_label (GTK_LABEL (self->name), name);
  gtk_widget_set_tooltip_text (self->name, name);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
finish_renaming (TsrSoundRow *self, gboolean take)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) != self->entry)
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->name);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_strstrip (name);
  if (take && *name != '\0' && !g_str_equal (name, tsr_sound_get_name (self->sound)))
    g_signal_emit (self, signals[RENAMED], 0, name);
}

static void
activate_cb (TsrSoundRow *self)
{
  finish_renaming (self, TRUE);
}

static void
leave_cb (GtkEventControllerFocus *focus, TsrSoundRow *self)
{
  finish_renaming (self, TRUE);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrSoundRow           *self)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  finish_renaming (self, FALSE);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *click, int n_press, double x, double y, TsrSoundRow *self)
{
  if (n_press == 2)
    tsr_sound_row_start_renaming (self);
}

static void
tsr_sound_row_dispose (GObject *object)
{
  g_clear_object (&TSR_SOUND_ROW (object)->sound);
  G_OBJECT_CLASS (tsr_sound_row_parent_class)->dispose (object);
}

static void
tsr_sound_row_class_init (TsrSoundRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_sound_row_dispose;
  signals[RENAMED] = tsr_class_add_signal (klass, "renamed", 1, G_TYPE_STRING);
}

static void
add_controllers (TsrSoundRow *self)
{
  tsr_widget_on_press (self->name, GDK_BUTTON_PRIMARY, G_CALLBACK (pressed_cb), self);
  tsr_widget_on_key (self->entry, GTK_PHASE_CAPTURE, G_CALLBACK (key_cb), self);
  tsr_widget_on_focus_out (self->entry, G_CALLBACK (leave_cb), self);
}

static void
tsr_sound_row_init (TsrSoundRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  self->thumbnail = tsr_thumbnail_new ();
  self->name = gtk_label_new ("");
  self->entry = gtk_entry_new ();
  self->subtitle = gtk_label_new ("");
  self->stack = gtk_stack_new ();
  gtk_label_set_xalign (GTK_LABEL (self->name), 0.0);
  gtk_label_set_xalign (GTK_LABEL (self->subtitle), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->subtitle, "caption");
  gtk_widget_add_css_class (self->subtitle, "dim-label");
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the sound"),
                                  -1);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_child (GTK_STACK (self->stack), self->name);
  gtk_stack_add_child (GTK_STACK (self->stack), self->entry);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), self->stack);
  gtk_box_append (GTK_BOX (texts), self->subtitle);
  gtk_box_append (GTK_BOX (box), self->thumbnail);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  add_controllers (self);
  g_signal_connect_object (
      self->entry, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_sound_row_new (TsrSound *sound)
{
  TsrSoundRow *self = g_object_new (TSR_TYPE_SOUND_ROW, NULL);

  self->sound = g_object_ref (sound);
  g_signal_connect_object (
      sound, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      sound, "notify::name", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  state_cb (self);
  name_cb (self);
  return GTK_WIDGET (self);
}

TsrSound *
tsr_sound_row_get_sound (TsrSoundRow *self)
{
  g_return_val_if_fail (TSR_IS_SOUND_ROW (self), NULL);
  return self->sound;
}

void
tsr_sound_row_set_signal (TsrSoundRow *self, TsrSignal *signal)
{
  g_return_if_fail (TSR_IS_SOUND_ROW (self));
  if (signal != NULL)
    tsr_thumbnail_set_signal (TSR_THUMBNAIL (self->thumbnail), signal);
}

void
tsr_sound_row_start_renaming (TsrSoundRow *self)
{
  g_return_if_fail (TSR_IS_SOUND_ROW (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), tsr_sound_get_name (self->sound));
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->entry);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
