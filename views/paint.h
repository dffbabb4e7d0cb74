/* SPDX-License-Identifier: GPL-3.0-or-later
 * The few strokes that rulers, overview, legend and panels share. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void tsr_paint_box (GtkSnapshot   *snapshot,
                    double         left,
                    double         top,
                    double         right,
                    double         bottom,
                    const GdkRGBA *color);

typedef enum { TSR_PAINT_START, TSR_PAINT_MIDDLE, TSR_PAINT_END } TsrPaintAlign;

/* One line of small text, aligned across at x and centred on y; returns its width. */
double tsr_paint_text (GtkWidget     *widget,
                       GtkSnapshot   *snapshot,
                       const char    *text,
                       double         x,
                       double         y,
                       TsrPaintAlign  align,
                       const GdkRGBA *color);

/* 0xAARRGGBB, at this opacity (0..1) instead of its own. */
GdkRGBA tsr_paint_rgba (guint32 color, double opacity);
/* The widget's text colour, at this part of its opacity. */
void tsr_paint_foreground (GtkWidget *widget, double opacity, GdkRGBA *color);

/* Redraws the widget when any of these properties of an object changes (names after
 * "notify::", closed by NULL); the widget may go first. */
void tsr_paint_redraw_on (GtkWidget *widget, gpointer object, const char *first, ...)
    G_GNUC_NULL_TERMINATED;

G_END_DECLS
