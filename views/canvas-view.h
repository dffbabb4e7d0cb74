/* SPDX-License-Identifier: GPL-3.0-or-later
 * The canvas with what belongs around it: overview, time and frequency rulers, legend.
 * Thread: main.
 */
#pragma once

#include "views/canvas.h"

G_BEGIN_DECLS

#define TSR_TYPE_CANVAS_VIEW (tsr_canvas_view_get_type ())
G_DECLARE_FINAL_TYPE (TsrCanvasView, tsr_canvas_view, TSR, CANVAS_VIEW, GtkWidget)

GtkWidget *tsr_canvas_view_new (TsrSession *session);
TsrCanvas *tsr_canvas_view_get_canvas (TsrCanvasView *self);
/* Lays a widget over the canvas (tool palette, search field); it takes its halign and
 * valign. */
void tsr_canvas_view_add_overlay (TsrCanvasView *self, GtkWidget *widget);

G_END_DECLS
