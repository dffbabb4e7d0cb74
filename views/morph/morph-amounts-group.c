/* SPDX-License-Identifier: GPL-3.0-or-later
 * Shares of the sounds: of everything, and of frequency, amplitude and noise where they
 * have one of their own.
 */
#include <glib/gi18n-lib.h>

#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"
#include "views/slider-row.h"

#define TSR_TYPE_MORPH_AMOUNTS_GROUP (tsr_morph_amounts_group_get_type ())
G_DECLARE_FINAL_TYPE (
    TsrMorphAmountsGroup, tsr_morph_amounts_group, TSR, MORPH_AMOUNTS_GROUP, GtkWidget)

typedef struct {
  GtkWidget *slider, *own; /* own: a toggle; NULL for everything */
} Row;

struct _TsrMorphAmountsGroup {
  GtkWidget        parent_instance;
  GtkWidget       *group, *which_row, *which, *curve; /* the first owned */
  Row              rows[TSR_MORPH_N_PARAMETERS];
  TsrMorphSession *morph;
  gboolean         following;
};

G_DEFINE_FINAL_TYPE (TsrMorphAmountsGroup, tsr_morph_amounts_group, GTK_TYPE_WIDGET)

/* The sound whose share the sliders tell. */
static guint
chosen_sound (TsrMorphAmountsGroup *self)
{
  guint n = tsr_morph_session_get_n (self->morph);
  guint k = n > 2 ? gtk_drop_down_get_selected (GTK_DROP_DOWN (self->which)) : 1;

  return MIN (k, n > 0 ? n - 1 : 0);
}

static double
share_of (TsrMorphAmountsGroup *self, guint parameter)
{
  const TsrMorphAmount *amount = tsr_morph_settings_amount (
      tsr_morph_session_get_settings (self->morph), (TsrMorphParameter)parameter);

  return amount->n > 0 ? tsr_morph_amount_mean (amount, chosen_sound (self)) : 0;
}

/* The chosen sound gets this share, the others keep their proportion. */
static void
set_share (TsrMorphAmountsGroup *self, guint parameter, double share)
{
  const TsrMorphAmount *amount = tsr_morph_settings_amount (
      tsr_morph_session_get_settings (self->morph), (TsrMorphParameter)parameter);
  guint  n = tsr_morph_session_get_n (self->morph), chosen = chosen_sound (self);
  double weights[TSR_MORPH_MOST] = {0}, rest = 0;

  for (guint k = 0; k < n; k++)
    rest += k == chosen ? 0 : tsr_morph_amount_mean (amount, k);
  for (guint k = 0; k < n; k++)
    weights[k] = k == chosen ? share
                 : rest > 0  ? (1 - share) * tsr_morph_amount_mean (amount, k) / rest
                             : (1 - share) / (n - 1);
  tsr_morph_session_set_weights (self->morph, (TsrMorphParameter)parameter, weights);
}

static guint
parameter_of (TsrMorphAmountsGroup *self, gpointer widget)
{
  guint p = 0;

  while (p + 1 < TSR_MORPH_N_PARAMETERS && self->rows[p].slider != widget &&
         self->rows[p].own != widget)
    p++;
  return p;
}

static void
moved_cb (TsrSliderRow *slider, double share, TsrMorphAmountsGroup *self)
{
  if (!tsr_morph_session_is_dragging (self->morph))
    tsr_morph_session_begin (self->morph);
  set_share (self, parameter_of (self, slider), share);
}

static void
committed_cb (TsrSliderRow *slider, double share, TsrMorphAmountsGroup *self)
{
  set_share (self, parameter_of (self, slider), share);
  tsr_morph_session_end (self->morph);
}

static void
own_cb (GtkToggleButton *own, TsrMorphAmountsGroup *self)
{
  guint p = parameter_of (self, own);

  if (self->following)
    return;
  if (gtk_toggle_button_get_active (own))
    set_share (self, p, share_of (self, p));
  else
    tsr_morph_session_set_amount (self->morph, (TsrMorphParameter)p, NULL);
}

static void
update_choices (TsrMorphAmountsGroup *self)
{
  guint n = tsr_morph_session_get_n (self->morph);
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->which));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint k = 0; k < n; k++) {
    TsrSound        *sound = tsr_morph_session_get_sound (self->morph, k);
    g_autofree char *name =
        g_strdup_printf ("%c  %s", 'A' + (int)k, tsr_sound_get_name (sound));
    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->which), G_LIST_MODEL (names));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->which),
                              chosen < n ? chosen : MIN (1, n));
  gtk_widget_set_visible (self->which_row, n > 2);
}

static void
update (TsrMorphAmountsGroup *self)
{
  const TsrMorphSettings *settings = tsr_morph_session_get_settings (self->morph);

  gtk_widget_set_visible (GTK_WIDGET (self), settings->n > 0);
  if (settings->n == 0)
    return;
  self->following = TRUE;
  tsr_morph_curve_set_sound (self->curve, chosen_sound (self));
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++) {
    gboolean      has_own = tsr_morph_settings_has_own (settings, (TsrMorphParameter)p);
    TsrSliderRow *slider = TSR_SLIDER_ROW (self->rows[p].slider);
    if (tsr_slider_row_is_moving (slider) && !tsr_morph_session_is_dragging (self->morph))
      tsr_slider_row_reset (slider); /* undone before it came to rest */
    tsr_slider_row_show (slider, share_of (self, p));
    if (self->rows[p].own == NULL)
      continue;
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->rows[p].own), has_own);
    if (has_own)
      gtk_widget_remove_css_class (self->rows[p].slider, "follows");
    else
      gtk_widget_add_css_class (self->rows[p].slider, "follows");
  }
  self->following = FALSE;
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphAmountsGroup *self)
{
  if ((what & (TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_NAME)) != 0)
    update_choices (self);
  if ((what & (TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_WEIGHTS)) != 0)
    update (self);
}

static void
which_cb (GtkDropDown *which, GParamSpec *pspec, TsrMorphAmountsGroup *self)
{
  if (tsr_morph_session_get_n (self->morph) > 0)
    update (self);
}

/* ---- the object ---- */

static void
tsr_morph_amounts_group_dispose (GObject *object)
{
  TsrMorphAmountsGroup *self = TSR_MORPH_AMOUNTS_GROUP (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_object (&self->morph);
  G_OBJECT_CLASS (tsr_morph_amounts_group_parent_class)->dispose (object);
}

static void
tsr_morph_amounts_group_class_init (TsrMorphAmountsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_amounts_group_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
add_row (TsrMorphAmountsGroup *self, guint p, const char *label, const char *own_name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  Row       *row = &self->rows[p];

  row->slider =
      tsr_slider_row_new_span (TSR_QUANTITY_SHARE, label, 0.5, 0, 1, 0, 1, FALSE, 0.01);
  gtk_widget_set_hexpand (row->slider, TRUE);
  /* A button stands beside it. */
  tsr_number_entry_set_width_chars (
      tsr_slider_row_get_entry (TSR_SLIDER_ROW (row->slider)), 6);
  g_signal_connect_object (row->slider, "moved", G_CALLBACK (moved_cb), self, 0);
  g_signal_connect_object (row->slider, "committed", G_CALLBACK (committed_cb), self, 0);
  gtk_box_append (GTK_BOX (box), row->slider);
  if (own_name != NULL) {
    row->own = gtk_toggle_button_new ();
    gtk_button_set_icon_name (GTK_BUTTON (row->own), "tarsier-unlink-symbolic");
    gtk_widget_set_valign (row->own, GTK_ALIGN_CENTER);
    gtk_widget_add_css_class (row->own, "flat");
    gtk_widget_add_css_class (row->own, "letter");
    gtk_widget_set_tooltip_text (row->own, own_name);
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (row->own), GTK_ACCESSIBLE_PROPERTY_LABEL, own_name, -1);
    g_signal_connect_object (row->own, "toggled", G_CALLBACK (own_cb), self, 0);
    gtk_box_append (GTK_BOX (box), row->own);
  }
  gtk_box_append (GTK_BOX (self->group), box);
}

static void
tsr_morph_amounts_group_init (TsrMorphAmountsGroup *self)
{
  self->group = tsr_inspector_group_new (_ ("Amount"));
  self->which = gtk_drop_down_new (NULL, NULL);
  self->which_row = tsr_inspector_row_new (_ ("Share of"), self->which);
  gtk_box_append (GTK_BOX (self->group), self->which_row);
  add_row (self, TSR_MORPH_ALL, _ ("Overall"), NULL);
  add_row (self,
           TSR_MORPH_FREQUENCY,
           _ ("Frequency"),
           _ ("Frequency has an amount of its own"));
  add_row (self,
           TSR_MORPH_AMPLITUDE,
           _ ("Amplitude"),
           _ ("Amplitude has an amount of its own"));
  add_row (self, TSR_MORPH_NOISE, _ ("Noise"), _ ("Noise has an amount of its own"));
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

GtkWidget *
tsr_morph_amounts_group_new (TsrMorphSession *morph)
{
  TsrMorphAmountsGroup *self = g_object_new (TSR_TYPE_MORPH_AMOUNTS_GROUP, NULL);

  self->morph = g_object_ref (morph);
  self->curve = tsr_morph_curve_new (morph);
  gtk_box_append (GTK_BOX (self->group), self->curve);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (
      self->which, "notify::selected", G_CALLBACK (which_cb), self, 0);
  update_choices (self);
  update (self);
  return GTK_WIDGET (self);
}
