/* SPDX-License-Identifier: GPL-3.0-or-later
 * The canvas: spectrogram and partials of the session's sound, and the place where they
 * are worked on. Draws opaque tiles that workers make from immutable snapshots; keys and
 * mouse as in the shortcuts window. One focus stop; its accessible description tells what
 * is seen and how many partials are selected. Thread: main.
 *
 * Everything it shows comes from the session; what a person does goes back into it
 * (viewport, selection, playhead, preview) or through tsr_session_perform.
 *
 * Signals:
 *  "activate-partial" (gint64 id)      double click on a partial: open its values
 *  "play-partial" (gint64 id)          Enter on the partial under the focus
 *  "context-menu" (double x, double y) right click or the Menu key, widget coordinates
 *  "hover" (char *text)                read-out of the point under the pointer, ""
 * outside
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_CANVAS (tsr_canvas_get_type ())
G_DECLARE_FINAL_TYPE (TsrCanvas, tsr_canvas, TSR, CANVAS, GtkWidget)

GtkWidget  *tsr_canvas_new (TsrSession *session);
TsrSession *tsr_canvas_get_session (TsrCanvas *self);

/* TRUE: the plain wheel zooms time, Ctrl scrolls (a preference). Default FALSE. */
void tsr_canvas_set_wheel_zooms (TsrCanvas *self, gboolean wheel_zooms);
/* Tuning of the note names, A4. Default 440. */
void tsr_canvas_set_tuning_hz (TsrCanvas *self, double tuning_hz);

/* What the tools that are led along a path leave behind. */
typedef struct {
  double brush_px;    /* width of brush and eraser on the screen */
  double strength;    /* of the eraser, 0..1 */
  guint  n_harmonics; /* that the pencil draws, >= 1 */
  double level_db;    /* of what the pencil draws */
} TsrToolOptions;
void tsr_canvas_set_tool_options (TsrCanvas *self, const TsrToolOptions *options);
void tsr_canvas_get_tool_options (TsrCanvas *self, TsrToolOptions *options);

/* Partials drawn in place of the sound's own while an analysis is being set up; NULL: the
 * sound's own again. */
void tsr_canvas_set_foreseen (TsrCanvas *self, TsrPartialSet *foreseen);

/* Partials in hues instead of amber: a byte for each partial of the sound's set
 * (TsrPartialStyle.hues in views/draw/tile.h); NULL: amber. Until the sound changes. */
void tsr_canvas_set_hues (TsrCanvas *self, GBytes *hues);
/* The partial nearest to a point within 6 px; 0: none. `value` may be NULL. */
gint64 tsr_canvas_partial_at (TsrCanvas *self, double x, double y, TsrBreakpoint *value);

/* The pointer is busy elsewhere: nothing is told of what is under it until it moves here.
 */
void tsr_canvas_forget_pointer (TsrCanvas *self);

/* Commands that menus and shortcuts share. A nudge moves the selection (or, with none,
 * does nothing) in one step of the history. */
void tsr_canvas_zoom_to_selection (TsrCanvas *self);
void tsr_canvas_select_all (TsrCanvas *self);
void tsr_canvas_select_none (TsrCanvas *self);
void tsr_canvas_invert_selection (TsrCanvas *self);
void tsr_canvas_delete_selection (TsrCanvas *self);
/* The point of the curve that is drawn, or the breakpoint under the pointer, with the
 * tool for them; FALSE: there is none. */
gboolean tsr_canvas_delete_point (TsrCanvas *self);
/* Whether a point of the curve that is drawn lies there: it has a menu of its own. */
gboolean tsr_canvas_has_curve_point (TsrCanvas *self, double x, double y);
void     tsr_canvas_nudge (TsrCanvas *self, double move_s, double cents);

/* For tests and benchmarks: tiles that are seen and not yet right; processor time of
 * the main thread in the last snapshot, in microseconds. */
guint  tsr_canvas_get_n_pending (TsrCanvas *self);
gint64 tsr_canvas_get_snapshot_us (TsrCanvas *self);

G_END_DECLS
