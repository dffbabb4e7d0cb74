/* SPDX-License-Identifier: GPL-3.0-or-later
 * Anchors in numbers: the one in focus has a time in every sound.
 */
#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"
#include "views/number-entry.h"

#define TSR_TYPE_MORPH_ANCHORS_GROUP (tsr_morph_anchors_group_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMorphAnchorsGroup, tsr_morph_anchors_group, TSR, MORPH_ANCHORS_GROUP, GtkWidget)

struct _TsrMorphAnchorsGroup {
  GtkWidget        parent_instance;
  GtkWidget       *group, *heading, *note, *add, *remove, *reset; /* the first owned */
  GtkWidget       *rows[TSR_MORPH_MOST], *times[TSR_MORPH_MOST];
  TsrMorphSession *morph;
  TsrMorphLanes   *lanes;
};

G_DEFINE_FINAL_TYPE (TsrMorphAnchorsGroup, tsr_morph_anchors_group, GTK_TYPE_WIDGET)

static void
update_note (TsrMorphAnchorsGroup *self, guint n_anchors)
{
  const TsrMorphSettings *settings = tsr_morph_session_get_settings (self->morph);
  gboolean                known =
      settings->anchors != NULL || tsr_morph_session_get_plan (self->morph) != NULL;
  g_autofree char *text = NULL;

  if (!known)
    text = g_strdup (_ ("Onsets are being looked for…"));
  else if (n_anchors == 0)
    text = g_strdup (_ ("None: the sounds are stretched evenly."));
  else
    text = g_strdup_printf (
        settings->anchors == NULL
            ? ngettext (
                  "%u, found at onsets. Drag it in a lane, or double-click for more.",
                  "%u, found at onsets. Drag them in a lane, or double-click for "
                  "more.",
                  n_anchors)
            : ngettext ("%u, set by hand. Click it in a lane to see its times.",
                        "%u, set by hand. Click one in a lane to see its times.",
                        n_anchors),
        n_anchors);
  gtk_label_set_label (GTK_LABEL (self->note), text);
}

static void
update (TsrMorphAnchorsGroup *self)
{
  const GArray    *anchors = tsr_morph_session_get_anchors (self->morph);
  guint            n = tsr_morph_session_get_n (self->morph);
  int              focus = tsr_morph_lanes_get_anchor (self->lanes);
  gboolean         any = focus >= 0 && (guint)focus < anchors->len;
  g_autofree char *title =
      any ? g_strdup_printf (_ ("Time anchors · number %d"), focus + 1)
          : g_strdup (_ ("Time anchors"));

  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  gtk_label_set_label (GTK_LABEL (self->heading), title);
  update_note (self, anchors->len);
  gtk_widget_set_visible (self->note, !any);
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    gtk_widget_set_visible (self->rows[k], any && k < n);
    if (any && k < n)
      tsr_number_entry_set_value (
          TSR_NUMBER_ENTRY (self->times[k]),
          g_array_index (anchors, TsrMorphAnchor, focus).times_s[k]);
  }
  gtk_widget_set_sensitive (self->remove, any);
  gtk_widget_set_sensitive (
      self->reset, tsr_morph_session_get_settings (self->morph)->anchors != NULL);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphAnchorsGroup *self)
{
  if ((what & (TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_ANCHORS |
               TSR_MORPH_CHANGED_PLAN)) != 0)
    update (self);
}

static void
typed_cb (TsrNumberEntry *entry, double time_s, TsrMorphAnchorsGroup *self)
{
  int focus = tsr_morph_lanes_get_anchor (self->lanes);
  g_autoptr (GArray) anchors =
      g_array_copy ((GArray *)tsr_morph_session_get_anchors (self->morph));

  if (focus < 0 || (guint)focus >= anchors->len)
    return;
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    if (GTK_WIDGET (entry) == self->times[k])
      g_array_index (anchors, TsrMorphAnchor, focus).times_s[k] = time_s;
  if (!tsr_morph_session_set_anchors (self->morph, anchors)) {
    gtk_widget_error_bell (GTK_WIDGET (self)); /* not between its neighbours */
    update (self);
  }
}

static void
add_cb (TsrMorphAnchorsGroup *self)
{
  tsr_morph_lanes_add_anchor (self->lanes);
}

static void
remove_cb (TsrMorphAnchorsGroup *self)
{
  if (tsr_morph_lanes_get_anchor (self->lanes) >= 0)
    tsr_morph_lanes_delete (self->lanes);
}

static void
reset_cb (TsrMorphAnchorsGroup *self)
{
  tsr_morph_lanes_select_anchor (self->lanes, -1);
  tsr_morph_session_set_anchors (self->morph, NULL);
}

static void
tsr_morph_anchors_group_dispose (GObject *object)
{
  TsrMorphAnchorsGroup *self = TSR_MORPH_ANCHORS_GROUP (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_object (&self->morph);
  g_clear_object (&self->lanes);
  G_OBJECT_CLASS (tsr_morph_anchors_group_parent_class)->dispose (object);
}

static void
tsr_morph_anchors_group_class_init (TsrMorphAnchorsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_anchors_group_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
add_time (TsrMorphAnchorsGroup *self, guint k)
{
  g_autofree char *label = g_strdup_printf (_ ("In sound %c"), 'A' + (int)k);

  self->times[k] = tsr_number_entry_new (TSR_QUANTITY_TIME, label, 0, 0, 1e6, 0.001);
  self->rows[k] = tsr_inspector_row_new (label, self->times[k]);
  g_signal_connect_object (self->times[k], "committed", G_CALLBACK (typed_cb), self, 0);
  gtk_box_append (GTK_BOX (self->group), self->rows[k]);
}

static GtkWidget *
add_button (TsrMorphAnchorsGroup *self,
            GtkWidget            *buttons,
            const char           *text,
            const char           *tip,
            GCallback             clicked)
{
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_widget_set_tooltip_text (button, tip);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (buttons), button);
  return button;
}

static void
tsr_morph_anchors_group_init (TsrMorphAnchorsGroup *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->group = tsr_inspector_group_new ("");
  self->heading = gtk_widget_get_first_child (self->group);
  self->note = tsr_inspector_note_new ("");
  gtk_box_append (GTK_BOX (self->group), self->note);
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    add_time (self, k);
  gtk_widget_add_css_class (buttons, "inspector-buttons");
  gtk_widget_add_css_class (buttons, "tight"); /* three words in a row */
  self->add = add_button (self,
                          buttons,
                          _ ("Add"),
                          _ ("An anchor in the widest gap (A in the lanes)"),
                          G_CALLBACK (add_cb));
  self->remove = add_button (self,
                             buttons,
                             _ ("Remove"),
                             _ ("Removes the anchor in focus (Delete)"),
                             G_CALLBACK (remove_cb));
  self->reset = add_button (self,
                            buttons,
                            _ ("Onsets"),
                            _ ("Anchors where the attacks are, as at first"),
                            G_CALLBACK (reset_cb));
  gtk_box_append (GTK_BOX (self->group), buttons);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_morph_anchors_group_new (TsrMorphSession *morph, TsrMorphLanes *lanes)
{
  TsrMorphAnchorsGroup *self = g_object_new (TSR_TYPE_MORPH_ANCHORS_GROUP, NULL);

  self->morph = g_object_ref (morph);
  self->lanes = g_object_ref (lanes);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (lanes, "anchor", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
