/* SPDX-License-Identifier: GPL-3.0-or-later
 * Amounts over time: which one, and its curve, drawn.
 */
#include <glib/gi18n-lib.h>

#include "model/dsp-types.h"
#include "views/curve-editor.h"
#include "views/inspector-group.h"
#include "views/morph/morph-groups.h"

#define LEAST_REST 1e-4 /* weights are told in these */

#define TSR_TYPE_MORPH_CURVE (tsr_morph_curve_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphCurve, tsr_morph_curve, TSR, MORPH_CURVE, GtkWidget)

struct _TsrMorphCurve {
  GtkWidget        parent_instance;
  GtkWidget       *expander, *which, *editor, *constant; /* the first owned */
  TsrMorphSession *morph;
  guint            sound;
  TsrMorphAmount   before;
  gboolean         drawing; /* what changes is what is drawn here */
};

G_DEFINE_FINAL_TYPE (TsrMorphCurve, tsr_morph_curve, GTK_TYPE_WIDGET)

static TsrMorphParameter
parameter_of (TsrMorphCurve *self)
{
  return (TsrMorphParameter)gtk_drop_down_get_selected (GTK_DROP_DOWN (self->which));
}

static const TsrMorphAmount *
amount_of (TsrMorphCurve *self)
{
  return tsr_morph_settings_amount (tsr_morph_session_get_settings (self->morph),
                                    parameter_of (self));
}

static double
duration_of (TsrMorphCurve *self)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);
  TsrSound     *sound = tsr_morph_session_get_sound (self->morph, 0);

  return plan != NULL ? tsr_morph_plan_duration_s (plan)
                      : tsr_sound_state_fields (tsr_sound_get_state (sound))->duration_s;
}

static void
update (TsrMorphCurve *self)
{
  if (self->drawing || tsr_morph_session_get_n (self->morph) == 0)
    return;
  const TsrMorphAmount *amount = amount_of (self);
  TsrCurve             *share = amount->curves[MIN (self->sound, amount->n - 1)];
  tsr_curve_editor_show (TSR_CURVE_EDITOR (self->editor), share, duration_of (self));
  gtk_widget_set_sensitive (self->constant, tsr_curve_n_points (share) > 1);
}

/* Weights of all sounds where the drawn one has this share: the others keep the
 * proportion that they had there, or that of their means. */
static double
weight_of (TsrMorphCurve *self, guint k, double time_s, double share)
{
  const TsrMorphAmount *before = &self->before;
  double                rest = 0, rest_of_means = 0;

  if (k == self->sound)
    return share;
  for (guint i = 0; i < before->n; i++) {
    rest += i == self->sound ? 0 : tsr_curve_at (before->curves[i], time_s);
    rest_of_means += i == self->sound ? 0 : tsr_morph_amount_mean (before, i);
  }
  if (rest > LEAST_REST)
    return (1 - share) * tsr_curve_at (before->curves[k], time_s) / rest;
  return rest_of_means > LEAST_REST
             ? (1 - share) * tsr_morph_amount_mean (before, k) / rest_of_means
             : (1 - share) / (before->n - 1);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
append_times (GArray *times, const TsrCurve *curve)
{
  const TsrCurvePoint *points = tsr_curve_points (curve);

  for (gsize i = 0; i < tsr_curve_n_points (curve); i++)
    g_array_append_val (times, points[i].x);
}

/* Where one of the curves bends: of the drawn one, and of two others, whose proportion
 * follows them. (transfer full) of double */
static GArray *
times_of (TsrMorphCurve *self, const TsrCurve *drawn)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (double));

  append_times (times, drawn);
  for (guint k = 0; k < self->before.n && self->before.n > 2; k++)
    if (k != self->sound && tsr_curve_n_points (self->before.curves[k]) > 2)
      append_times (times, self->before.curves[k]);
  g_array_sort (times, compare_times);
  for (guint i = times->len; i-- > 1;)
    if (g_array_index (times, double, i) - g_array_index (times, double, i - 1) < 1e-3)
      g_array_remove_index (times, i);
  return times;
}

/* Hundredths, which read well in the command. */
static void
take_drawing (TsrMorphCurve *self)
{
  g_autoptr (TsrCurve) share =
      tsr_curve_editor_dup_curve (TSR_CURVE_EDITOR (self->editor));
  g_auto (TsrMorphAmount) amount = {0};
  g_autoptr (GString) text = g_string_new (NULL);

  if (share == NULL) /* two points in one place */
    return;
  g_autoptr (GArray) times = times_of (self, share);
  for (guint i = 0; i < times->len; i++) {
    char   time[G_ASCII_DTOSTR_BUF_SIZE], weight[G_ASCII_DTOSTR_BUF_SIZE];
    double time_s = g_array_index (times, double, i);
    g_string_append_printf (text,
                            "%s%s=",
                            i > 0 ? "," : "",
                            g_ascii_formatd (time, sizeof time, "%.3f", time_s));
    for (guint k = 0; k < self->before.n; k++)
      g_string_append_printf (
          text,
          "%s%s",
          k > 0 ? ":" : "",
          g_ascii_formatd (weight,
                           sizeof weight,
                           "%.4f",
                           weight_of (self, k, time_s, tsr_curve_at (share, time_s))));
  }
  if (tsr_morph_amount_parse (&amount, self->before.n, text->str, NULL))
    tsr_morph_session_set_amount (self->morph, parameter_of (self), &amount);
}

/* What the drawing changes: as it was when the hand came. */
static void
keep_before (TsrMorphCurve *self)
{
  tsr_morph_amount_clear (&self->before);
  tsr_morph_amount_copy (&self->before, amount_of (self));
}

static void
drawn_cb (TsrMorphCurve *self)
{
  if (!tsr_curve_editor_is_held (TSR_CURVE_EDITOR (self->editor)))
    return;
  if (!tsr_morph_session_is_dragging (self->morph)) {
    keep_before (self);
    tsr_morph_session_begin (self->morph);
  }
  self->drawing = TRUE;
  take_drawing (self);
  self->drawing = FALSE;
}

static void
committed_cb (TsrMorphCurve *self)
{
  if (!tsr_morph_session_is_dragging (self->morph)) /* by keys */
    keep_before (self);
  take_drawing (self);
  tsr_morph_session_end (self->morph);
  update (self);
}

static void
constant_cb (TsrMorphCurve *self)
{
  const TsrMorphAmount *amount = amount_of (self);
  double                weights[TSR_MORPH_MOST];

  for (guint k = 0; k < amount->n; k++)
    weights[k] = tsr_morph_amount_mean (amount, k);
  tsr_morph_session_set_weights (self->morph, parameter_of (self), weights);
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphCurve *self)
{
  if ((what & (TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_WEIGHTS |
               TSR_MORPH_CHANGED_PLAN)) != 0)
    update (self);
}

void
tsr_morph_curve_set_sound (GtkWidget *curve, guint k)
{
  TsrMorphCurve *self = TSR_MORPH_CURVE (curve);

  self->sound = k;
  update (self);
}

static void
tsr_morph_curve_dispose (GObject *object)
{
  TsrMorphCurve *self = TSR_MORPH_CURVE (object);

  g_clear_pointer (&self->expander, gtk_widget_unparent);
  g_clear_object (&self->morph);
  tsr_morph_amount_clear (&self->before);
  G_OBJECT_CLASS (tsr_morph_curve_parent_class)->dispose (object);
}

static void
tsr_morph_curve_class_init (TsrMorphCurveClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_morph_curve_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_morph_curve_init (TsrMorphCurve *self)
{
  const char *const parameters[] = {
      _ ("Overall"), _ ("Frequency"), _ ("Amplitude"), _ ("Noise"), NULL};
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->expander = gtk_expander_new (_ ("Over time"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Amounts over time"),
                                  -1);
  self->which = tsr_inspector_choice_new (parameters);
  self->editor = tsr_curve_editor_new_over_time ();
  self->constant = gtk_button_new_with_label (_ ("Constant"));
  gtk_widget_set_tooltip_text (self->constant, _ ("The mean of the curve all the time"));
  gtk_box_append (GTK_BOX (box), tsr_inspector_row_new (_ ("Curve of"), self->which));
  gtk_box_append (GTK_BOX (box), self->editor);
  gtk_box_append (GTK_BOX (box), self->constant);
  gtk_expander_set_child (GTK_EXPANDER (self->expander), box);
  gtk_widget_set_parent (self->expander, GTK_WIDGET (self));
}

GtkWidget *
tsr_morph_curve_new (TsrMorphSession *morph)
{
  TsrMorphCurve *self = g_object_new (TSR_TYPE_MORPH_CURVE, NULL);

  self->morph = g_object_ref (morph);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (
      self->which, "notify::selected", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->editor, "changed", G_CALLBACK (drawn_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->editor, "committed", G_CALLBACK (committed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->constant, "clicked", G_CALLBACK (constant_cb), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
