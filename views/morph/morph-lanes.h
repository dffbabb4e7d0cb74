/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sounds of a morph, one lane each below the other, on one scale of time and
 * frequency: spectrogram and partials, those that belong together in the same hue and
 * joined by a link; time anchors as lines through all lanes, each lane at its own time.
 *
 * Mouse: anchors are dragged, a double click adds one; a click takes a partial into
 * focus, a click on another one in another lane links the two, so does a drag from one to
 * the other. Wheel, pinch and middle button as on the canvas. Keys: up and down walk
 * partials, Page Up and Page Down go to the lane above and below, Return links what is in
 * focus with what is in focus when it is pressed again, Left and Right walk anchors, with
 * Alt move them, A adds one, Delete unlinks or removes, Escape gives up. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/morph-session.h"
#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_MORPH_LANES (tsr_morph_lanes_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphLanes, tsr_morph_lanes, TSR, MORPH_LANES, GtkWidget)

/* `view`: whose levels the lanes take over. */
GtkWidget *tsr_morph_lanes_new (TsrMorphSession *morph, TsrSession *view);
/* As those of the canvas. */
void
tsr_morph_lanes_set_options (TsrMorphLanes *self, gboolean wheel_zooms, double tuning_hz);

/* Samples of lane k: decoded, or rendered where the sound was edited; NULL: not known
 * yet. Forgotten when the lane shows another sound. */
void tsr_morph_lanes_set_signal (TsrMorphLanes *self, guint k, TsrSignal *signal);
/* Seconds of the result that are heard now: a line in every lane. */
void tsr_morph_lanes_set_playhead (TsrMorphLanes *self, double time_s);

/* Anchor in focus, -1: none. It is chosen with tsr_morph_lanes_select_anchor; "anchor"
 * (signal) tells of another one. */
int  tsr_morph_lanes_get_anchor (TsrMorphLanes *self);
void tsr_morph_lanes_select_anchor (TsrMorphLanes *self, int anchor);
/* A new anchor in the widest gap in view, for those who cannot point. */
void tsr_morph_lanes_add_anchor (TsrMorphLanes *self);
/* Removes the anchor in focus, or unlinks the partial in focus; FALSE: there is neither.
 */
gboolean tsr_morph_lanes_delete (TsrMorphLanes *self);
gboolean tsr_morph_lanes_can_delete (TsrMorphLanes *self);
/* Gives up what is dragged or begun; FALSE: nothing was. */
gboolean tsr_morph_lanes_give_up (TsrMorphLanes *self);

/* Time and frequency of all lanes. */
TsrViewport *tsr_morph_lanes_get_viewport (TsrMorphLanes *self);
/* Tiles that are not drawn yet, of all lanes: for tests. */
guint tsr_morph_lanes_get_n_pending (TsrMorphLanes *self);

G_END_DECLS
