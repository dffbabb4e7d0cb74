/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gestures and keys as the widgets here listen to them.
 */
#include "views/controller.h"

static void
connect (gpointer controller, const char *signal, GCallback callback, gpointer self)
{
  if (callback != NULL)
    g_signal_connect_object (controller, signal, callback, self, 0);
}

void
tsr_widget_on_drag (
    GtkWidget *widget, GCallback begin, GCallback update, GCallback end, gpointer self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  connect (drag, "drag-begin", begin, self);
  connect (drag, "drag-update", update, self);
  connect (drag, "drag-end", end, self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
}

void
tsr_widget_on_press (GtkWidget *widget, guint button, GCallback pressed, gpointer self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), button);
  connect (click, "pressed", pressed, self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}

void
tsr_widget_on_motion (GtkWidget *widget, GCallback motion, GCallback leave, gpointer self)
{
  GtkEventController *controller = gtk_event_controller_motion_new ();

  connect (controller, "motion", motion, self);
  connect (controller, "leave", leave, self);
  gtk_widget_add_controller (widget, controller);
}

void
tsr_widget_on_key (GtkWidget          *widget,
                   GtkPropagationPhase phase,
                   GCallback           pressed,
                   gpointer            self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, phase);
  connect (keys, "key-pressed", pressed, self);
  gtk_widget_add_controller (widget, keys);
}

void
tsr_widget_on_scroll (GtkWidget                    *widget,
                      GtkEventControllerScrollFlags flags,
                      GCallback                     scrolled,
                      gpointer                      self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (flags);

  connect (scroll, "scroll", scrolled, self);
  gtk_widget_add_controller (widget, scroll);
}

void
tsr_widget_on_focus_out (GtkWidget *widget, GCallback leave, gpointer self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  connect (focus, "leave", leave, self);
  gtk_widget_add_controller (widget, focus);
}

#define PRESSED "keys-by-press" /* set while a press has brought the keys */

static void
entry_pressed_cb (GtkGestureClick *click, int n, double x, double y, GtkWidget *entry)
{
  g_object_set_data (G_OBJECT (entry), PRESSED, entry);
}

static void
entry_left_cb (GtkEventControllerFocus *focus, GtkWidget *entry)
{
  g_object_set_data (G_OBJECT (entry), PRESSED, NULL);
}

static void
entry_activated_cb (GtkWidget *entry)
{
  if (g_object_get_data (G_OBJECT (entry), PRESSED) != NULL &&
      !gtk_widget_has_css_class (entry, "error") &&
      GTK_IS_WINDOW (gtk_widget_get_native (entry)))
    gtk_widget_activate_action (entry, "win.focus-canvas", NULL);
}

void
tsr_entry_give_keys_back (GtkWidget *entry)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE); /* the text claims it */
  connect (click, "pressed", G_CALLBACK (entry_pressed_cb), entry);
  gtk_widget_add_controller (entry, GTK_EVENT_CONTROLLER (click));
  tsr_widget_on_focus_out (entry, G_CALLBACK (entry_left_cb), entry);
  g_signal_connect_after (entry, "activate", G_CALLBACK (entry_activated_cb), NULL);
}
