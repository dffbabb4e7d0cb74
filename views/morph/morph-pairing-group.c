/* SPDX-License-Identifier: GPL-3.0-or-later
 * How partials find their partners, what those without one do, and how many found one.
 */
#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"

#define TSR_TYPE_MORPH_PAIRING_GROUP (tsr_morph_pairing_group_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMorphPairingGroup, tsr_morph_pairing_group, TSR, MORPH_PAIRING_GROUP, GtkWidget)

struct _TsrMorphPairingGroup {
  GtkWidget        parent_instance;
  GtkWidget       *group, *pairing, *unmatched, *scale, *matched; /* the first owned */
  GtkWidget       *links_row, *links;
  TsrMorphSession *morph;
  gboolean         following;
};

G_DEFINE_FINAL_TYPE (TsrMorphPairingGroup, tsr_morph_pairing_group, GTK_TYPE_WIDGET)

static void
update_matched (TsrMorphPairingGroup *self)
{
  const char      *why = tsr_morph_session_get_why_none (self->morph);
  TsrMorphPlan    *plan = tsr_morph_session_get_plan (self->morph);
  gsize            n_matched, n_voices;
  g_autofree char *text = NULL;

  tsr_morph_session_count (self->morph, &n_matched, &n_voices);
  if (plan != NULL)
    text = g_strdup_printf (
        tsr_morph_plan_is_harmonic (plan)
            ? ngettext ("%zu of %zu partial matched, by harmonic number",
                        "%zu of %zu partials matched, by harmonic number",
                        n_voices)
            : ngettext ("%zu of %zu partial matched, by its spectrum",
                        "%zu of %zu partials matched, by their spectra",
                        n_voices),
        n_matched,
        n_voices);
  else
    text = g_strdup (why != NULL ? why : _ ("Partners are being looked for…"));
  gtk_label_set_label (GTK_LABEL (self->matched), text);
}

static void
update (TsrMorphPairingGroup *self)
{
  const TsrMorphSettings *settings = tsr_morph_session_get_settings (self->morph);
  guint                   n_links = settings->links != NULL ? settings->links->len : 0;
  g_autofree char        *links = g_strdup_printf (
      ngettext ("%u link by hand", "%u links by hand", n_links), n_links);

  gtk_widget_set_visible (GTK_WIDGET (self), settings->n > 0);
  self->following = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->pairing), settings->pairing);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->unmatched), settings->fades);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->scale), settings->is_linear);
  self->following = FALSE;
  gtk_widget_set_visible (self->links_row, n_links > 0);
  gtk_label_set_label (GTK_LABEL (self->links), links);
  update_matched (self);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphPairingGroup *self)
{
  if ((what & (TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_RULES |
               TSR_MORPH_CHANGED_LINKS | TSR_MORPH_CHANGED_PLAN)) != 0)
    update (self);
}

static void
chosen_cb (TsrMorphPairingGroup *self)
{
  if (self->following)
    return;
  /* Only what was changed differs, and only that is a step. */
  tsr_morph_session_set_pairing (
      self->morph,
      (TsrMorphPairing)gtk_drop_down_get_selected (GTK_DROP_DOWN (self->pairing)));
  tsr_morph_session_set_fades (
      self->morph, gtk_drop_down_get_selected (GTK_DROP_DOWN (self->unmatched)) == 1);
  tsr_morph_session_set_linear (
      self->morph, gtk_drop_down_get_selected (GTK_DROP_DOWN (self->scale)) == 1);
}

static void
clear_cb (TsrMorphPairingGroup *self)
{
  tsr_morph_session_set_links (self->morph, NULL);
}

static GtkWidget *
add_choice (TsrMorphPairingGroup *self, const char *label, const char *const *texts)
{
  GtkWidget *choice = tsr_inspector_choice_new (texts);

  gtk_box_append (GTK_BOX (self->group), tsr_inspector_row_new (label, choice));
  g_signal_connect_object (
      choice, "notify::selected", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  return choice;
}

static void
add_links_row (TsrMorphPairingGroup *self)
{
  GtkWidget *clear = gtk_button_new_with_label (_ ("Clear"));

  self->links_row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->links = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->links), 0);
  gtk_widget_set_hexpand (self->links, TRUE);
  gtk_widget_set_valign (clear, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (clear, _ ("All partners are found again"));
  gtk_widget_add_css_class (self->links_row, "inspector-row");
  gtk_box_append (GTK_BOX (self->links_row), self->links);
  gtk_box_append (GTK_BOX (self->links_row), clear);
  gtk_box_append (GTK_BOX (self->group), self->links_row);
  g_signal_connect_object (
      clear, "clicked", G_CALLBACK (clear_cb), self, G_CONNECT_SWAPPED);
}

static void
tsr_morph_pairing_group_dispose (GObject *object)
{
  TsrMorphPairingGroup *self = TSR_MORPH_PAIRING_GROUP (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_object (&self->morph);
  G_OBJECT_CLASS (tsr_morph_pairing_group_parent_class)->dispose (object);
}

static void
tsr_morph_pairing_group_class_init (TsrMorphPairingGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_pairing_group_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_morph_pairing_group_init (TsrMorphPairingGroup *self)
{
  const char *const pairings[] = {
      _ ("Automatic"), _ ("By harmonic number"), _ ("By their spectra"), NULL};
  const char *const fates[] = {_ ("Glide to where they fit"), _ ("Fade in place"), NULL};
  const char *const scales[] = {_ ("In decibels"), _ ("Linear"), NULL};

  self->group = tsr_inspector_group_new (_ ("Partners"));
  self->matched = tsr_inspector_note_new ("");
  gtk_box_append (GTK_BOX (self->group), self->matched);
  self->pairing = add_choice (self, _ ("Found"), pairings);
  self->unmatched = add_choice (self, _ ("Without one"), fates);
  self->scale = add_choice (self, _ ("Amplitudes"), scales);
  add_links_row (self);
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_morph_pairing_group_new (TsrMorphSession *morph)
{
  TsrMorphPairingGroup *self = g_object_new (TSR_TYPE_MORPH_PAIRING_GROUP, NULL);

  self->morph = g_object_ref (morph);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  update (self);
  return GTK_WIDGET (self);
}
