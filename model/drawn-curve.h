/* SPDX-License-Identifier: GPL-3.0-or-later
 * The curve of an operation while it is drawn over the picture: points that are added,
 * moved, typed and removed. Over time and over frequency it joins values by straight
 * lines, as the parser reads them; as a time map its points are anchors, moments of the
 * sound (x) and where they go (y), both in seconds. Thread: main.
 *
 * Signals: "changed" (gboolean settled): FALSE while a point is in the hand; "ended"
 * (gboolean make): the person is done, make the edit or give it up.
 */
#pragma once

#include <glib-object.h>

#include "model/dsp/curve.h"
#include "model/operation-table.h"

G_BEGIN_DECLS

#define TSR_TYPE_DRAWN_CURVE (tsr_drawn_curve_get_type ())
G_DECLARE_FINAL_TYPE (TsrDrawnCurve, tsr_drawn_curve, TSR, DRAWN_CURVE, GObject)

enum { TSR_MAX_DRAWN_POINTS = 400 };

/* `kind` is one of TSR_CURVE_OVER_TIME, TSR_CURVE_OVER_HZ, TSR_CURVE_TIME_MAP, and one
 * that the operation takes; low_x < high_x are the ends of its axis. Begins with a point
 * at either end that changes nothing. */
TsrDrawnCurve *tsr_drawn_curve_new (const TsrOperationInfo *info,
                                    guint                   kind,
                                    double                  low_x,
                                    double                  high_x);

const TsrOperationInfo *tsr_drawn_curve_get_info (TsrDrawnCurve *self);
guint                   tsr_drawn_curve_get_kind (TsrDrawnCurve *self);
void tsr_drawn_curve_get_axis (TsrDrawnCurve *self, double *low_x, double *high_x);
/* What a value may be, and what of that the graph shows: the range of the table, or as
 * much more as the points need. In the unit of the table; seconds for a time map. */
void tsr_drawn_curve_get_limits (TsrDrawnCurve *self, double *low_y, double *high_y);
void tsr_drawn_curve_get_shown (TsrDrawnCurve *self, double *low_y, double *high_y);
/* The value that changes nothing at x. */
double tsr_drawn_curve_neutral (TsrDrawnCurve *self, double x);

const TsrCurvePoint *tsr_drawn_curve_get_points (TsrDrawnCurve *self, guint *n);
double               tsr_drawn_curve_at (TsrDrawnCurve *self, double x);
/* x of a target time of a time map. */
double   tsr_drawn_curve_inverse (TsrDrawnCurve *self, double y);
gboolean tsr_drawn_curve_is_neutral (TsrDrawnCurve *self);

/* The point the keys go to; -1: none. Emits "changed" (TRUE). */
int  tsr_drawn_curve_get_focus (TsrDrawnCurve *self);
void tsr_drawn_curve_set_focus (TsrDrawnCurve *self, int index);

/* A new point, on the curve where y is NAN; its index, or that of the one that is already
 * there. -1: too many, or x beyond the axis. It gets the focus. */
int tsr_drawn_curve_add (TsrDrawnCurve *self, double x, double y);
/* Moves a point as far as its neighbours and the limits allow; an anchor of a time map
 * keeps its moment where x is NAN. Coordinates are rounded to what is worth writing. */
void tsr_drawn_curve_place (
    TsrDrawnCurve *self, int index, double x, double y, gboolean settled);
/* FALSE: one point has to stay, two of a time map. */
gboolean tsr_drawn_curve_remove (TsrDrawnCurve *self, int index);
/* All points anew, such as those before a drag that was given up. */
void
tsr_drawn_curve_set_points (TsrDrawnCurve *self, const TsrCurvePoint *points, guint n);

/* Emits "ended". */
void tsr_drawn_curve_end (TsrDrawnCurve *self, gboolean make);

/* As an operation is told it: "0:0cents,1.5:200cents". (transfer full) */
char *tsr_drawn_curve_to_text (TsrDrawnCurve *self);

G_END_DECLS
