/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows are made anew when points come or go, and follow them otherwise.
 */
#include "views/curve-points.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "views/number-entry.h"

enum { MOST_HEIGHT_PX = 194, ROW_PX = 39 };

struct _TsrCurvePoints {
  GtkWidget      parent_instance;
  GtkWidget     *box, *scroller, *rows, *add;
  TsrDrawnCurve *curve;
  guint          n_rows;
  guint          rebuild_id;
};

enum { REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrCurvePoints, tsr_curve_points, GTK_TYPE_WIDGET)

static int
index_of (gpointer widget)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (widget), "index"));
}

/* An entry takes what was typed when its row goes, which may be because the curve went.
 */
static void
x_cb (TsrNumberEntry *entry, double x, TsrCurvePoints *self)
{
  guint n;
  int   i = index_of (entry);

  if (self->curve == NULL)
    return;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->curve, &n);
  if (i < (int)n)
    tsr_drawn_curve_place (self->curve, i, x, p[i].y, TRUE);
}

static void
y_cb (TsrNumberEntry *entry, double y, TsrCurvePoints *self)
{
  guint n;

  if (self->curve == NULL)
    return;
  tsr_drawn_curve_get_points (self->curve, &n);
  if (index_of (entry) < (int)n)
    tsr_drawn_curve_place (self->curve, index_of (entry), NAN, y, TRUE);
}

static void
refused_cb (TsrNumberEntry *entry, const char *sentence, TsrCurvePoints *self)
{
  g_signal_emit (self, signals[REFUSED], 0, sentence);
}

static void
remove_cb (GtkButton *button, TsrCurvePoints *self)
{
  tsr_drawn_curve_remove (self->curve, index_of (button));
}

/* In the middle of the widest gap, on the curve. */
static void
add_cb (TsrCurvePoints *self)
{
  guint                n, at = 0;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->curve, &n);
  double               low, high, widest = -1;

  tsr_drawn_curve_get_axis (self->curve, &low, &high);
  for (guint i = 0; i <= n; i++) {
    double left = i > 0 ? p[i - 1].x : low, right = i < n ? p[i].x : high;
    if (right - left > widest) {
      widest = right - left;
      at = i;
    }
  }
  double left = at > 0 ? p[at - 1].x : low, right = at < n ? p[at].x : high;
  tsr_drawn_curve_add (self->curve, 0.5 * (left + right), NAN);
}

static GtkWidget *
entry_new (TsrCurvePoints *self,
           TsrQuantity     quantity,
           const char     *name,
           double          value,
           double          low,
           double          high,
           double          step,
           GCallback       committed)
{
  GtkWidget *entry =
      tsr_number_entry_new (quantity, name, CLAMP (value, low, high), low, high, step);

  gtk_widget_set_hexpand (entry, TRUE);
  g_signal_connect_object (entry, "committed", committed, self, 0);
  g_signal_connect_object (entry, "stepped", committed, self, 0);
  g_signal_connect_object (entry, "refused", G_CALLBACK (refused_cb), self, 0);
  return entry;
}

static GtkWidget *
row_new (TsrCurvePoints *self, int index, const TsrCurvePoint *p)
{
  guint               kind = tsr_drawn_curve_get_kind (self->curve);
  gboolean            over_hz = kind == TSR_CURVE_OVER_HZ;
  gboolean            is_map = kind == TSR_CURVE_TIME_MAP;
  const TsrParameter *first = &tsr_drawn_curve_get_info (self->curve)->parameters[0];
  GtkWidget          *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget          *remove = gtk_button_new_from_icon_name ("list-remove-symbolic");
  double              low_x, high_x, low_y, high_y;
  g_autofree char    *x_name = g_strdup_printf (
      over_hz ? _ ("Frequency of point %d") : _ ("Time of point %d"), index + 1);
  g_autofree char *y_name = g_strdup_printf (
      is_map ? _ ("New time of point %d") : _ ("Value of point %d"), index + 1);
  g_autofree char *remove_name = g_strdup_printf (_ ("Remove point %d"), index + 1);

  tsr_drawn_curve_get_axis (self->curve, &low_x, &high_x);
  tsr_drawn_curve_get_limits (self->curve, &low_y, &high_y);
  GtkWidget *x = entry_new (self,
                            over_hz ? TSR_QUANTITY_FREQUENCY : TSR_QUANTITY_TIME,
                            x_name,
                            p->x,
                            low_x,
                            high_x,
                            over_hz ? 10 : 0.01,
                            G_CALLBACK (x_cb));
  GtkWidget *y =
      entry_new (self,
                 is_map ? TSR_QUANTITY_TIME : tsr_quantity_of_measure (first->measure),
                 y_name,
                 p->y,
                 low_y,
                 high_y,
                 is_map ? 0.01 : first->step,
                 G_CALLBACK (y_cb));
  GtkWidget *parts[] = {x, y, remove};
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_tooltip_text (remove, remove_name);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, remove_name, -1);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_object_set_data (G_OBJECT (parts[i]), "index", GINT_TO_POINTER (index));
    gtk_box_append (GTK_BOX (row), parts[i]);
  }
  gtk_widget_add_css_class (row, "inspector-row");
  return row;
}

static gboolean
rebuild_cb (gpointer data)
{
  TsrCurvePoints *self = data;
  guint           n;
  GtkWidget      *row;

  self->rebuild_id = 0;
  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
  self->n_rows = 0;
  if (self->curve == NULL)
    return G_SOURCE_REMOVE;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->curve, &n);
  for (guint i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (self->rows), row_new (self, (int)i, &p[i]));
  self->n_rows = n;
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller),
                                              MIN ((int)n * ROW_PX, MOST_HEIGHT_PX));
  return G_SOURCE_REMOVE;
}

static void
changed_cb (TsrCurvePoints *self)
{
  guint                n, i = 0;
  const TsrCurvePoint *p = tsr_drawn_curve_get_points (self->curve, &n);
  int                  focus = tsr_drawn_curve_get_focus (self->curve);

  if (n != self->n_rows) {
    if (self->rebuild_id == 0) /* not while one of the rows tells it */
      self->rebuild_id = g_idle_add (rebuild_cb, self);
    return;
  }
  for (GtkWidget *row = gtk_widget_get_first_child (self->rows); row != NULL;
       row = gtk_widget_get_next_sibling (row), i++) {
    GtkWidget *x = gtk_widget_get_first_child (row);
    tsr_number_entry_set_value (TSR_NUMBER_ENTRY (x), p[i].x);
    tsr_number_entry_set_value (TSR_NUMBER_ENTRY (gtk_widget_get_next_sibling (x)),
                                p[i].y);
    if ((int)i == focus)
      gtk_widget_add_css_class (row, "current");
    else
      gtk_widget_remove_css_class (row, "current");
  }
}

static void
tsr_curve_points_dispose (GObject *object)
{
  TsrCurvePoints *self = TSR_CURVE_POINTS (object);

  g_clear_handle_id (&self->rebuild_id, g_source_remove);
  if (self->curve != NULL)
    g_signal_handlers_disconnect_by_data (self->curve, self);
  g_clear_object (&self->curve);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_curve_points_parent_class)->dispose (object);
}

static void
tsr_curve_points_class_init (TsrCurvePointsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_curve_points_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
  signals[REFUSED] = tsr_class_add_signal (klass, "refused", 1, G_TYPE_STRING);
}

static void
tsr_curve_points_init (TsrCurvePoints *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->scroller = gtk_scrolled_window_new ();
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->add = gtk_button_new_with_label (_ ("Add Point"));
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->rows);
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_box_append (GTK_BOX (self->box), self->add);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (
      self->add, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tsr_curve_points_new (void)
{
  return g_object_new (TSR_TYPE_CURVE_POINTS, NULL);
}

void
tsr_curve_points_set_curve (TsrCurvePoints *self, TsrDrawnCurve *curve)
{
  g_return_if_fail (TSR_IS_CURVE_POINTS (self));

  if (self->curve != NULL)
    g_signal_handlers_disconnect_by_data (self->curve, self);
  g_set_object (&self->curve, curve);
  g_clear_handle_id (&self->rebuild_id, g_source_remove);
  if (curve != NULL)
    g_signal_connect_object (
        curve, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  rebuild_cb (self);
}
