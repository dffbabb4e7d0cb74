/* SPDX-License-Identifier: GPL-3.0-or-later
 * The points of a drawn curve as numbers that can be typed: a row each, and a button for
 * one more. Thread: main.
 *
 * Signal: "refused" (char *sentence) when what was typed is no such value.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/drawn-curve.h"

G_BEGIN_DECLS

#define TSR_TYPE_CURVE_POINTS (tsr_curve_points_get_type ())
G_DECLARE_FINAL_TYPE (TsrCurvePoints, tsr_curve_points, TSR, CURVE_POINTS, GtkWidget)

GtkWidget *tsr_curve_points_new (void);
void       tsr_curve_points_set_curve (TsrCurvePoints *self,
                                       TsrDrawnCurve  *curve); /* NULL: none */

G_END_DECLS
