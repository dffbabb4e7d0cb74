/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small graph on which a gain over frequency is drawn: points on a logarithmic
 * frequency axis, dB upwards, joined by lines that are straight on this graph; or a share
 * in percent over time. A press on
 * the line or beside it makes a point, a drag moves it, double click or Delete removes
 * it; arrows move the point under the focus. Thread: main.
 *
 * Signals: "changed" while a point is dragged, "committed" when it is let go.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/dsp/curve.h"

G_BEGIN_DECLS

#define TSR_TYPE_CURVE_EDITOR (tsr_curve_editor_get_type ())
G_DECLARE_FINAL_TYPE (TsrCurveEditor, tsr_curve_editor, TSR, CURVE_EDITOR, GtkWidget)

GtkWidget *tsr_curve_editor_new (void);
/* A share (0..1 in its curves) over seconds. */
GtkWidget *tsr_curve_editor_new_over_time (void);
/* Shows a share over 0..duration_s; emits nothing, and leaves alone what is dragged. */
void
tsr_curve_editor_show (TsrCurveEditor *self, const TsrCurve *share, double duration_s);
/* TRUE while a point is dragged. */
gboolean tsr_curve_editor_is_held (TsrCurveEditor *self);

/* Limits of the graph. Defaults 20..20000 Hz, -24..24 dB. */
void tsr_curve_editor_set_limits (
    TsrCurveEditor *self, double low_hz, double high_hz, double low_db, double high_db);
void     tsr_curve_editor_reset (TsrCurveEditor *self); /* flat; emits "changed" */
gboolean tsr_curve_editor_is_flat (TsrCurveEditor *self);

/* Gain in dB over Hz as a curve of straight pieces in Hz that follows the drawing within
 * 0.05 dB; or the share over seconds as it is drawn. (transfer full) */
TsrCurve *tsr_curve_editor_dup_curve (TsrCurveEditor *self);

G_END_DECLS
