/* SPDX-License-Identifier: GPL-3.0-or-later
 * Label, slider and number, which move together.
 */
#include "views/slider-row.h"

#include <math.h>

#include "model/class-signal.h"

enum { SETTLE_MS = 600 };

struct _TsrSliderRow {
  GtkWidget   parent_instance;
  GtkWidget  *box, *scale, *entry;
  TsrQuantity quantity;
  double      neutral;
  gboolean    logarithmic;
  gboolean    setting; /* the slider follows the number */
  gboolean    pressed; /* a button is held on the slider */
  gboolean    moving;
  guint       settle_id;
};

enum { MOVED, COMMITTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrSliderRow, tsr_slider_row, GTK_TYPE_WIDGET)

static double
position_of (TsrSliderRow *self, double value)
{
  return self->logarithmic ? log2 (fmax (value, 1e-3)) : value;
}

/* Pitch snaps to whole cents, frequencies and levels to whole Hz and dB, other values to
 * what the number shows. */
static double
value_at (TsrSliderRow *self, double position)
{
  switch (self->quantity) {
  case TSR_QUANTITY_STRETCH:
    return round (exp2 (position) * 100.0) / 100.0;
  case TSR_QUANTITY_FREQUENCY:
    return round (self->logarithmic ? exp2 (position) : position);
  case TSR_QUANTITY_SHARE:
    return round (position * 100.0) / 100.0;
  case TSR_QUANTITY_PITCH:
  case TSR_QUANTITY_LEVEL:
    return round (position);
  default:
    return round (position * 10.0) / 10.0;
  }
}

static void
put_slider (TsrSliderRow *self, double value)
{
  self->setting = TRUE;
  gtk_range_set_value (GTK_RANGE (self->scale), position_of (self, value));
  self->setting = FALSE;
}

static void
commit (TsrSliderRow *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (!self->moving)
    return;
  self->moving = FALSE;
  g_signal_emit (self, signals[COMMITTED], 0, tsr_slider_row_get_value (self));
}

static gboolean
settled_cb (gpointer data)
{
  TsrSliderRow *self = data;

  self->settle_id = 0;
  commit (self);
  return G_SOURCE_REMOVE;
}

static void
slider_cb (GtkRange *range, TsrSliderRow *self)
{
  double value = value_at (self, gtk_range_get_value (range));

  if (self->setting)
    return;
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->entry), value);
  self->moving = TRUE;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (!self->pressed)
    self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
  g_signal_emit (self, signals[MOVED], 0, value);
}

/* The slider's own gestures claim the press, so the release is read from the raw events.
 */
static gboolean
event_cb (GtkEventControllerLegacy *controller, GdkEvent *event, TsrSliderRow *self)
{
  switch ((int)gdk_event_get_event_type (event)) {
  case GDK_BUTTON_PRESS:
  case GDK_TOUCH_BEGIN:
    self->pressed = TRUE;
    break;
  case GDK_BUTTON_RELEASE:
  case GDK_TOUCH_END:
  case GDK_TOUCH_CANCEL:
    self->pressed = FALSE;
    g_clear_handle_id (&self->settle_id, g_source_remove);
    if (self->moving)
      self->settle_id = g_timeout_add (0, settled_cb, self); /* after the slider's own */
    break;
  default:
    break;
  }
  return GDK_EVENT_PROPAGATE;
}

static void
stepped_cb (TsrNumberEntry *entry, double value, TsrSliderRow *self)
{
  self->moving = TRUE;
  put_slider (self, value);
  g_signal_emit (self, signals[MOVED], 0, value);
}

static void
typed_cb (TsrNumberEntry *entry, double value, TsrSliderRow *self)
{
  put_slider (self, value);
  self->moving = TRUE;
  commit (self);
}

static void
tsr_slider_row_dispose (GObject *object)
{
  TsrSliderRow *self = TSR_SLIDER_ROW (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tsr_slider_row_parent_class)->dispose (object);
}

static void
tsr_slider_row_class_init (TsrSliderRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_slider_row_dispose;
  signals[MOVED] = tsr_class_add_signal (klass, "moved", 1, G_TYPE_DOUBLE);
  signals[COMMITTED] = tsr_class_add_signal (klass, "committed", 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_slider_row_init (TsrSliderRow *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->box, "inspector-row");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/* The slider between two positions. */
static void
add_slider (TsrSliderRow *self, const char *label, double from, double to)
{
  GtkWidget          *title = gtk_label_new (label);
  GtkEventController *events = gtk_event_controller_legacy_new ();

  gtk_label_set_xalign (GTK_LABEL (title), 0.0);
  gtk_label_set_width_chars (GTK_LABEL (title), 8);
  self->scale = gtk_scale_new_with_range (
      GTK_ORIENTATION_HORIZONTAL, from, to, (to - from) / 400.0);
  gtk_scale_set_draw_value (GTK_SCALE (self->scale), FALSE);
  gtk_scale_set_has_origin (GTK_SCALE (self->scale), FALSE);
  gtk_range_set_value (GTK_RANGE (self->scale), position_of (self, self->neutral));
  gtk_widget_set_hexpand (self->scale, TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (event_cb), self, 0);
  gtk_widget_add_controller (self->scale, events);
  g_signal_connect_object (self->scale, "value-changed", G_CALLBACK (slider_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), title);
  gtk_box_append (GTK_BOX (self->box), self->scale);
}

static void
add_entry (TsrSliderRow *self, const char *label, double low, double high, double step)
{
  self->entry =
      tsr_number_entry_new (self->quantity, label, self->neutral, low, high, step);
  g_signal_connect_object (self->entry, "stepped", G_CALLBACK (stepped_cb), self, 0);
  g_signal_connect_object (self->entry, "committed", G_CALLBACK (typed_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), self->entry);
}

GtkWidget *
tsr_slider_row_new (TsrQuantity quantity,
                    const char *label,
                    double      slider_range,
                    double      low,
                    double      high,
                    double      step)
{
  TsrSliderRow *self = g_object_new (TSR_TYPE_SLIDER_ROW, NULL);
  double        span;

  self->quantity = quantity;
  self->logarithmic = quantity == TSR_QUANTITY_STRETCH;
  self->neutral = tsr_quantity_neutral (quantity);
  span = self->logarithmic ? log2 (slider_range) : slider_range;
  add_slider (self, label, -span, span);
  add_entry (self, label, low, high, step);
  return GTK_WIDGET (self);
}

GtkWidget *
tsr_slider_row_new_span (TsrQuantity quantity,
                         const char *label,
                         double      neutral,
                         double      low,
                         double      high,
                         double      slider_low,
                         double      slider_high,
                         gboolean    logarithmic,
                         double      step)
{
  TsrSliderRow *self = g_object_new (TSR_TYPE_SLIDER_ROW, NULL);

  self->quantity = quantity;
  self->logarithmic = logarithmic;
  self->neutral = neutral;
  add_slider (
      self, label, position_of (self, slider_low), position_of (self, slider_high));
  add_entry (self, label, low, high, step);
  return GTK_WIDGET (self);
}

double
tsr_slider_row_get_value (TsrSliderRow *self)
{
  g_return_val_if_fail (TSR_IS_SLIDER_ROW (self), 0.0);
  return tsr_number_entry_get_value (TSR_NUMBER_ENTRY (self->entry));
}

void
tsr_slider_row_reset (TsrSliderRow *self)
{
  g_return_if_fail (TSR_IS_SLIDER_ROW (self));
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->moving = FALSE;
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->entry), self->neutral);
  put_slider (self, self->neutral);
}

void
tsr_slider_row_show (TsrSliderRow *self, double value)
{
  g_return_if_fail (TSR_IS_SLIDER_ROW (self));
  if (self->moving)
    return;
  tsr_number_entry_set_value (TSR_NUMBER_ENTRY (self->entry), value);
  put_slider (self, value);
}

void
tsr_slider_row_point (TsrSliderRow *self, double value)
{
  g_return_if_fail (TSR_IS_SLIDER_ROW (self));
  if (!self->moving)
    put_slider (self, value);
}

gboolean
tsr_slider_row_is_moving (TsrSliderRow *self)
{
  g_return_val_if_fail (TSR_IS_SLIDER_ROW (self), FALSE);
  return self->moving;
}

TsrNumberEntry *
tsr_slider_row_get_entry (TsrSliderRow *self)
{
  g_return_val_if_fail (TSR_IS_SLIDER_ROW (self), NULL);
  return TSR_NUMBER_ENTRY (self->entry);
}
