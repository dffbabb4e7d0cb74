/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gestures and keys as the widgets here listen to them. The callbacks are those of the
 * signals of GTK's controllers; they get the object `self` last and are disconnected when
 * it goes. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Drags with the first button; `end` may be NULL. */
void tsr_widget_on_drag (
    GtkWidget *widget, GCallback begin, GCallback update, GCallback end, gpointer self);

/* Presses of a button, 0: of any. */
void
tsr_widget_on_press (GtkWidget *widget, guint button, GCallback pressed, gpointer self);

/* The pointer over the widget; `leave` may be NULL. */
void tsr_widget_on_motion (GtkWidget *widget,
                           GCallback  motion,
                           GCallback  leave,
                           gpointer   self);

/* Keys, before (GTK_PHASE_CAPTURE) or after the widget itself. */
void tsr_widget_on_key (GtkWidget          *widget,
                        GtkPropagationPhase phase,
                        GCallback           pressed,
                        gpointer            self);

void tsr_widget_on_scroll (GtkWidget                    *widget,
                           GtkEventControllerScrollFlags flags,
                           GCallback                     scrolled,
                           gpointer                      self);

/* Return in an entry gives the keys back to the canvas ("win.focus-canvas") when a press
 * had brought them there; who came with Tab stays. Not while the entry has the class
 * "error", and not in a popover. To be called after "activate" was connected. */
void tsr_entry_give_keys_back (GtkWidget *entry);

/* The keyboard focus leaves the widget. */
void tsr_widget_on_focus_out (GtkWidget *widget, GCallback leave, gpointer self);

G_END_DECLS
