/* SPDX-License-Identifier: GPL-3.0-or-later
 * A/B switch, sentence and legend.
 */
#include "views/compare-card.h"

#include <glib/gi18n-lib.h>

#include "views/compare-style.h"
#include "views/paint.h"

enum { SAMPLE_WIDTH = 30, SAMPLE_HEIGHT = 12, LABEL_CHARS = 34 };

struct _TsrCompareCard {
  GtkWidget   parent_instance;
  GtkWidget  *box;                                    /* the only child */
  GtkWidget  *sides[2], *sentence, *legend, *spinner; /* borrowed from it */
  TsrSession *session;
  gboolean    following;
};

G_DEFINE_FINAL_TYPE (TsrCompareCard, tsr_compare_card, GTK_TYPE_WIDGET)

/* ---- legend ---- */

static void
draw_line (cairo_t *cr, TsrDifference which, double y)
{
  const TsrDifferenceLook *look = &tsr_difference_looks[which];
  GdkRGBA                  color = tsr_paint_rgba (look->color, 1);

  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, look->width_px);
  if (look->dash_px > 0)
    cairo_set_dash (cr, &look->dash_px, 1, 0);
  else
    cairo_set_dash (cr, NULL, 0, 0);
  cairo_move_to (cr, 0, y);
  cairo_line_to (cr, SAMPLE_WIDTH, y);
  cairo_stroke (cr);
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  TsrDifference which = (TsrDifference)GPOINTER_TO_INT (data);

  if (which == TSR_DIFFERENCE_AFTER) { /* both sides of a change */
    draw_line (cr, TSR_DIFFERENCE_BEFORE, 0.75 * height);
    draw_line (cr, TSR_DIFFERENCE_AFTER, 0.25 * height);
  } else {
    draw_line (cr, which, 0.5 * height);
  }
}

static GtkWidget *
entry_new (TsrDifference which, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *sample = gtk_drawing_area_new ();
  GtkWidget *label = gtk_label_new (text);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (sample), SAMPLE_WIDTH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (sample), SAMPLE_HEIGHT);
  gtk_drawing_area_set_draw_func (
      GTK_DRAWING_AREA (sample), draw_cb, GINT_TO_POINTER (which), NULL);
  gtk_widget_set_valign (sample, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), sample);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static GtkWidget *
legend_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_append (GTK_BOX (box), entry_new (TSR_DIFFERENCE_REMOVED, _ ("only in A")));
  gtk_box_append (GTK_BOX (box), entry_new (TSR_DIFFERENCE_ADDED, _ ("only in B")));
  gtk_box_append (GTK_BOX (box),
                  entry_new (TSR_DIFFERENCE_AFTER, _ ("changed, dotted in A")));
  return box;
}

/* ---- what is shown ---- */

static const char *
label_of (TsrSound *sound, gint64 step_id)
{
  g_autoptr (GPtrArray) steps = tsr_sound_dup_steps (sound);

  for (guint i = 0; i < steps->len; i++) {
    const TsrStepFields *fields = tsr_step_fields (g_ptr_array_index (steps, i));
    if (fields->id == step_id)
      return fields->label;
  }
  return "";
}

static void
name_side (TsrCompareCard *self, int side, gint64 step_id)
{
  const char      *letter = side == 0 ? "A" : "B";
  const char      *label = label_of (tsr_session_get_sound (self->session), step_id);
  g_autofree char *text = g_strdup_printf ("%s   %s", letter, label);
  g_autofree char *tip = g_strdup_printf (
      side == 0 ? _ ("Hear A: %s (X switches)") : _ ("Hear B: %s (X switches)"), label);

  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->sides[side]))),
                       text);
  gtk_widget_set_tooltip_text (self->sides[side], tip);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->sides[side]), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show_heard (TsrCompareCard *self)
{
  int heard = tsr_session_hears_second (self->session);

  self->following = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->sides[heard]), TRUE);
  self->following = FALSE;
}

static void
ready_cb (TsrCompareCard *self)
{
  gboolean ready;

  g_object_get (self->session, "compare-ready", &ready, NULL);
  gtk_widget_set_visible (self->spinner, !ready);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), !ready);
}

static void
update (TsrCompareCard *self)
{
  gint64           steps[2];
  gboolean         on = tsr_session_get_compared (self->session, &steps[0], &steps[1]);
  TsrComparison   *comparison = tsr_session_get_comparison (self->session);
  g_autofree char *sentence =
      comparison != NULL ? tsr_comparison_sentence (comparison) : g_strdup (_ ("…"));

  gtk_widget_set_visible (GTK_WIDGET (self), on);
  if (!on)
    return;
  for (int i = 0; i < 2; i++)
    name_side (self, i, steps[i]);
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence);
  show_heard (self);
  ready_cb (self);
}

static void
toggled_cb (GtkToggleButton *button, TsrCompareCard *self)
{
  if (!self->following && gtk_toggle_button_get_active (button))
    tsr_session_hear_second (self->session, GTK_WIDGET (button) == self->sides[1]);
}

static void
close_cb (TsrCompareCard *self)
{
  tsr_session_compare (self->session, 0, 0);
}

/* ---- the widget ---- */

static GtkWidget *
side_new (TsrCompareCard *self)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_button_set_child (GTK_BUTTON (button), label);
  g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, 0);
  return button;
}

static GtkWidget *
head_new (TsrCompareCard *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *sides = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  for (int i = 0; i < 2; i++) {
    self->sides[i] = side_new (self);
    gtk_box_append (GTK_BOX (sides), self->sides[i]);
  }
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->sides[1]),
                               GTK_TOGGLE_BUTTON (self->sides[0]));
  gtk_widget_set_hexpand (sides, TRUE);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_tooltip_text (self->spinner, _ ("Both steps are being rendered"));
  gtk_widget_set_tooltip_text (close, _ ("End comparing (Escape)"));
  gtk_widget_set_valign (close, GTK_ALIGN_START);
  gtk_widget_add_css_class (close, "flat");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("End comparing"), -1);
  g_signal_connect_object (
      close, "clicked", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), sides);
  gtk_box_append (GTK_BOX (row), self->spinner);
  gtk_box_append (GTK_BOX (row), close);
  return row;
}

static void
tsr_compare_card_dispose (GObject *object)
{
  TsrCompareCard *self = TSR_COMPARE_CARD (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_compare_card_parent_class)->dispose (object);
}

static void
tsr_compare_card_class_init (TsrCompareCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_compare_card_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_compare_card_init (TsrCompareCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->box, "compare-card");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->sentence = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->sentence), 48);
  gtk_label_set_xalign (GTK_LABEL (self->sentence), 0.0);
  self->legend = legend_new ();
  gtk_box_append (GTK_BOX (self->box), head_new (self));
  gtk_box_append (GTK_BOX (self->box), self->sentence);
  gtk_box_append (GTK_BOX (self->box), self->legend);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tsr_compare_card_new (TsrSession *session)
{
  TsrCompareCard *self = g_object_new (TSR_TYPE_COMPARE_CARD, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "comparing-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::compare-step", G_CALLBACK (show_heard), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::compare-ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
