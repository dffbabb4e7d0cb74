/* SPDX-License-Identifier: GPL-3.0-or-later
 * A number that is typed, stepped or reset.
 */
#include "views/number-entry.h"

#include <math.h>

#include "model/class-signal.h"
#include "views/controller.h"

enum { SETTLE_MS = 600 }; /* stepping has come to rest */

struct _TsrNumberEntry {
  GtkWidget          parent_instance;
  GtkWidget         *entry;
  TsrQuantity        quantity;
  TsrQuantityContext context; /* holds the value and its limits */
  double             neutral, step;
  char              *neutral_text;
  guint              settle_id;
};

enum { STEPPED, COMMITTED, REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrNumberEntry, tsr_number_entry, GTK_TYPE_WIDGET)

/* (transfer full) */
static char *
shown_text (TsrNumberEntry *self)
{
  return self->neutral_text != NULL && self->context.value == self->neutral
             ? g_strdup (self->neutral_text)
             : tsr_quantity_format (self->quantity, self->context.value);
}

static void
show_value (TsrNumberEntry *self)
{
  g_autofree char *text = shown_text (self);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_widget_remove_css_class (self->entry, "error");
  gtk_widget_set_tooltip_text (self->entry, NULL);
}

static gboolean
settled_cb (gpointer data)
{
  TsrNumberEntry *self = data;

  self->settle_id = 0;
  g_signal_emit (self, signals[COMMITTED], 0, self->context.value);
  return G_SOURCE_REMOVE;
}

static void
step_by (TsrNumberEntry *self, double steps)
{
  TsrQuantityContext *context = &self->context;
  double              value = context->value + steps * self->step;

  if (self->quantity == TSR_QUANTITY_FREQUENCY)
    value = context->value > 0.0 ? context->value * pow (1.02, steps) : 100.0;
  context->value = CLAMP (value, context->low, context->high);
  show_value (self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
  g_signal_emit (self, signals[STEPPED], 0, context->value);
}

/* What is shown stays what it is: "+3 dB" would be 3 dB more, were it typed. */
static gboolean
parse_text (TsrNumberEntry *self, double *value, GError **error)
{
  const char      *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *shown = shown_text (self);

  if (g_str_equal (text, shown)) {
    *value = self->context.value;
    return TRUE;
  }
  if (self->neutral_text != NULL &&
      (*text == '\0' || g_str_equal (text, self->neutral_text))) {
    *value = self->neutral;
    return TRUE;
  }
  return tsr_quantity_parse (self->quantity, text, &self->context, value, error);
}

static void
take_text (TsrNumberEntry *self)
{
  g_autoptr (GError) error = NULL;
  double value;

  if (!parse_text (self, &value, &error)) {
    gtk_widget_add_css_class (self->entry, "error");
    gtk_widget_set_tooltip_text (self->entry, error->message);
    gtk_widget_error_bell (self->entry);
    g_signal_emit (self, signals[REFUSED], 0, error->message);
    return;
  }
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->context.value = value;
  show_value (self);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  g_signal_emit (self, signals[COMMITTED], 0, value);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrNumberEntry        *self)
{
  double steps = modifiers & GDK_SHIFT_MASK ? 0.1 : 1.0;

  switch (key) {
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    step_by (self, steps);
    return GDK_EVENT_STOP;
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
    step_by (self, -steps);
    return GDK_EVENT_STOP;
  case GDK_KEY_Escape:
    show_value (self);
    return GDK_EVENT_PROPAGATE;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           TsrNumberEntry           *self)
{
  GdkModifierType modifiers =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (dy == 0.0 || gtk_widget_get_focus_child (GTK_WIDGET (self)) == NULL)
    return GDK_EVENT_PROPAGATE;
  step_by (self, (modifiers & GDK_SHIFT_MASK ? -0.1 : -1.0) * dy);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *click, int n_press, double x, double y, TsrNumberEntry *self)
{
  if (n_press != 2)
    return;
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  self->context.value = self->neutral;
  show_value (self);
  g_signal_emit (self, signals[COMMITTED], 0, self->neutral);
}

/* Leaving with another text takes it; what cannot be read goes back. */
static void
leave_cb (GtkEventControllerFocus *controller, TsrNumberEntry *self)
{
  double value;

  if (parse_text (self, &value, NULL) &&
      fabs (value - self->context.value) > 0.006 * self->step)
    take_text (self);
  else
    show_value (self);
}

static void
add_controllers (TsrNumberEntry *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  tsr_widget_on_key (self->entry, GTK_PHASE_CAPTURE, G_CALLBACK (key_cb), self);
  tsr_widget_on_scroll (
      self->entry, GTK_EVENT_CONTROLLER_SCROLL_VERTICAL, G_CALLBACK (scroll_cb), self);
  tsr_widget_on_focus_out (self->entry, G_CALLBACK (leave_cb), self);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (self->entry, GTK_EVENT_CONTROLLER (click));
}

static void
tsr_number_entry_dispose (GObject *object)
{
  TsrNumberEntry *self = TSR_NUMBER_ENTRY (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_pointer (&self->entry, gtk_widget_unparent);
  g_clear_pointer (&self->neutral_text, g_free);
  G_OBJECT_CLASS (tsr_number_entry_parent_class)->dispose (object);
}

static void
tsr_number_entry_class_init (TsrNumberEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_number_entry_dispose;
  signals[STEPPED] = tsr_class_add_signal (klass, "stepped", 1, G_TYPE_DOUBLE);
  signals[COMMITTED] = tsr_class_add_signal (klass, "committed", 1, G_TYPE_DOUBLE);
  signals[REFUSED] = tsr_class_add_signal (klass, "refused", 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
tsr_number_entry_init (TsrNumberEntry *self)
{
  self->entry = gtk_entry_new ();
  gtk_entry_set_alignment (GTK_ENTRY (self->entry), 1.0);
  tsr_number_entry_set_width_chars (self, 10);
  gtk_widget_add_css_class (self->entry, "number");
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  g_signal_connect_object (
      self->entry, "activate", G_CALLBACK (take_text), self, G_CONNECT_SWAPPED);
  tsr_entry_give_keys_back (self->entry);
  add_controllers (self);
}

GtkWidget *
tsr_number_entry_new (TsrQuantity quantity,
                      const char *name,
                      double      neutral,
                      double      low,
                      double      high,
                      double      step)
{
  TsrNumberEntry *self = g_object_new (TSR_TYPE_NUMBER_ENTRY, NULL);

  self->quantity = quantity;
  self->neutral = neutral;
  self->step = step;
  self->context = (TsrQuantityContext){.value = neutral, .low = low, .high = high};
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  show_value (self);
  return GTK_WIDGET (self);
}

double
tsr_number_entry_get_value (TsrNumberEntry *self)
{
  g_return_val_if_fail (TSR_IS_NUMBER_ENTRY (self), 0.0);
  return self->context.value;
}

void
tsr_number_entry_set_value (TsrNumberEntry *self, double value)
{
  g_return_if_fail (TSR_IS_NUMBER_ENTRY (self));
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->context.value = CLAMP (value, self->context.low, self->context.high);
  show_value (self);
}

void
tsr_number_entry_set_reference (TsrNumberEntry *self,
                                double          reference_hz,
                                double          duration_s)
{
  g_return_if_fail (TSR_IS_NUMBER_ENTRY (self));
  self->context.reference_hz = reference_hz;
  self->context.duration_s = duration_s;
}

void
tsr_number_entry_set_neutral_text (TsrNumberEntry *self, const char *text)
{
  g_return_if_fail (TSR_IS_NUMBER_ENTRY (self));
  g_free (self->neutral_text);
  self->neutral_text = g_strdup (text);
  show_value (self);
}

void
tsr_number_entry_set_width_chars (TsrNumberEntry *self, int n)
{
  g_return_if_fail (TSR_IS_NUMBER_ENTRY (self));
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), n);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), n);
}
