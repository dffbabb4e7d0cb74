/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the views of one window share: the project, the sound on the canvas, what is
 * selected, what is seen, where the playhead is, what is heard. The one object every view
 * gets. Thread: main.
 *
 * Properties (read-write, notify on change only): "project", "sound", "signal",
 * "residual", "selection" and the plain ones listed below; read-only: "picture". Signals:
 * "seek" (double time_s), "preview-changed", "touch-changed", "drawing-changed",
 * "trial-changed",
 * "layers-changed", "onsets-changed", "comparing-changed" (which steps, or what tells
 * them apart is known), "failed" (char *sentence).
 */
#pragma once

#include "model/comparison.h"
#include "model/drawn-curve.h"
#include "model/dsp/signal.h"
#include "model/layers.h"
#include "model/monitor.h"
#include "model/operation.h"
#include "model/preview.h"
#include "model/project.h"
#include "model/selection.h"
#include "model/touch.h"
#include "model/viewport.h"

G_BEGIN_DECLS

#define TSR_TYPE_SESSION (tsr_session_get_type ())
G_DECLARE_FINAL_TYPE (TsrSession, tsr_session, TSR, SESSION, GObject)

/* Plain properties, for g_object_bind_property and the getters below:
 *   double   "playhead-s", "loop-start-s", "loop-end-s" (end <= start: whole sound),
 *            "blend" (0 conventional .. 1 reassigned), "floor-db", "ceiling-db",
 *            "spacing-hz" (of the picture's window; 0: as analysed or estimated),
 *            "partials-opacity" (0..1)
 *   boolean  "playing", "loop", "show-partials", "follow" (the view follows the
 * playhead), "show-recording" (the picture shows the source of an edited sound) int
 * "channel" (shown; -1: all mixed), int64 "hover-id" (partial under the pointer; 0:
 * none), int64    "compare-step" (the step of the history that is heard in the present
 * one's place; 0: none; a change of the sound ends it) enum     "monitor" (TsrMonitor)
 *   int      "select-mode" (a TsrSelectMode: what tools and queries do with the selection
 *            where no key says otherwise)
 *   boolean  "compare-ready" (both steps that are compared can be heard at once; set by
 *            whoever plays)
 *   string   "colormap" (a name), "tool" ("select", "brush", "zoom", ...), "message" (a
 *            sentence for the status line; NULL: none) */
TsrSession *tsr_session_new (void);

TsrProject *tsr_session_get_project (TsrSession *self); /* NULL: none */
/* Also chooses the project's first sound, or none. */
void      tsr_session_set_project (TsrSession *self, TsrProject *project);
TsrSound *tsr_session_get_sound (TsrSession *self); /* NULL: none */
/* Clears selection, signal and residual; fits the view. */
void tsr_session_set_sound (TsrSession *self, TsrSound *sound);
/* Decoded source of the sound; NULL while it is being decoded or when there is none. */
TsrSignal *tsr_session_get_signal (TsrSession *self);
void       tsr_session_set_signal (TsrSession *self, TsrSignal *signal);
/* What the picture behind the partials, the overview and the spectrum show. */
typedef enum {
  TSR_PICTURE_RECORDING, /* the source: the sound was not edited, or "show-recording" */
  TSR_PICTURE_EDITED,    /* the sound as it is now */
  TSR_PICTURE_BEFORE,    /* what was shown last, until the sound is rendered */
} TsrPictureKind;

/* NULL: nothing yet. `kind` may be NULL. "picture" is notified when either changes. */
TsrSignal *tsr_session_get_picture (TsrSession *self, TsrPictureKind *kind);
/* All of the present sound as it is now, rendered at the source's rate. */
void tsr_session_set_rendered (TsrSession *self, TsrSignal *signal);
/* FALSE: a rendering of the present state is missing. */
gboolean tsr_session_has_rendered (TsrSession *self);

/* Source minus partials as analysed; NULL while it is not known. */
TsrSignal   *tsr_session_get_residual (TsrSession *self);
void         tsr_session_set_residual (TsrSession *self, TsrSignal *residual);
TsrViewport *tsr_session_get_viewport (TsrSession *self);
/* Never NULL. A step of the history brings back what was selected when it was last left.
 */
TsrSelection *tsr_session_get_selection (TsrSession *self);
void          tsr_session_set_selection (TsrSession   *self,
                                         TsrSelection *selection); /* NULL: none */

/* Attacks of the recording in its own seconds, increasing; whoever finds them tells.
 * Emits "onsets-changed". */
void tsr_session_set_onsets (TsrSession *self, const double *onsets_s, gsize n);
/* The same on the time line of the sound as it is now. (transfer full) of double */
GArray *tsr_session_dup_onsets (TsrSession *self);

double tsr_session_get_playhead_s (TsrSession *self);
void   tsr_session_set_playhead_s (TsrSession *self, double time_s);
/* Asks for a jump: emits "seek" (double) for the engine, then moves the playhead. */
void tsr_session_seek (TsrSession *self, double time_s);

gboolean    tsr_session_get_playing (TsrSession *self);
gboolean    tsr_session_get_loop (TsrSession *self);
void        tsr_session_get_loop_range (TsrSession *self, double *start_s, double *end_s);
void        tsr_session_set_loop_range (TsrSession *self, double start_s, double end_s);
TsrMonitor  tsr_session_get_monitor (TsrSession *self);
int         tsr_session_get_channel (TsrSession *self);
double      tsr_session_get_blend (TsrSession *self);
double      tsr_session_get_floor_db (TsrSession *self);
double      tsr_session_get_ceiling_db (TsrSession *self);
double      tsr_session_get_spacing_hz (TsrSession *self);
const char *tsr_session_get_colormap (TsrSession *self);
const char *tsr_session_get_tool (TsrSession *self);
gboolean    tsr_session_get_show_partials (TsrSession *self);
gboolean    tsr_session_get_follow (TsrSession *self);
gboolean    tsr_session_get_show_recording (TsrSession *self);
gint64      tsr_session_get_hover_id (TsrSession *self);
gint64      tsr_session_get_compare_step (TsrSession *self);

/* What tools and queries do with the present selection where no key says otherwise. */
TsrSelectMode tsr_session_get_select_mode (TsrSession *self);
void          tsr_session_set_select_mode (TsrSession *self, TsrSelectMode mode);

/* Two steps of the history, of whatever branches, beside each other: A and B. An edit, a
 * step, a drag or another sound ends it; so does a == b. At first B is heard; when one
 * takes another's place the side that is heard stays. */
void     tsr_session_compare (TsrSession *self, gint64 a, gint64 b);
gboolean tsr_session_get_compared (TsrSession *self, gint64 *a, gint64 *b);
/* What a step is best compared with: the present step; that one with the one before it,
 * or, where it is the first, with the one that redo would bring. 0: there is no other. */
gint64 tsr_session_partner_of (TsrSession *self, gint64 step_id);
/* What tells A and B apart; NULL: not known yet. */
TsrComparison *tsr_session_get_comparison (TsrSession *self);
void           tsr_session_hear_second (TsrSession *self, gboolean second);
gboolean       tsr_session_hears_second (TsrSession *self);

/* Levels of the layers that are heard, of each sound its own while the project is open;
 * "layers-changed" tells of others. */
const TsrLayerMix *tsr_session_get_layers (TsrSession *self);
void               tsr_session_set_layers (TsrSession *self, const TsrLayerMix *layers);

/* The edit in hand; NULL when nothing is dragged. With it goes a touch that cuts the
 * selected partials at the borders of the selection's region, as the edit will. */
const TsrPreview *tsr_session_get_preview (TsrSession *self);
void              tsr_session_set_preview (TsrSession       *self,
                                           const TsrPreview *preview); /* copies; NULL ends it */

/* What an operation that a hand is about to make does to the partials that it touches
 * (breakpoints, pencil, eraser; model/touch.h), found by a worker: of many only the
 * latest counts. `on` as for tsr_session_perform_on. "touch-changed" when it is known. */
void
tsr_session_touch (TsrSession *self, const TsrOperation *operation, TsrSelection *on);
/* It is made, or given up. */
void      tsr_session_end_touch (TsrSession *self);
TsrTouch *tsr_session_get_touch (TsrSession *self); /* NULL: none, or not known yet */

/* The curve of an operation that is drawn over the picture; NULL: none. */
TsrDrawnCurve *tsr_session_get_drawing (TsrSession *self);
void           tsr_session_set_drawing (TsrSession *self, TsrDrawnCurve *drawing);
/* What an operation that is being set up would lead to: seen and heard in place of the
 * present state, until it is made or given up (NULL). Another state or sound ends it. */
TsrSoundState *tsr_session_get_trial (TsrSession *self);
void           tsr_session_set_trial (TsrSession *self, TsrSoundState *trial);

/* Applies an operation to the selection, or to the whole sound when nothing is selected;
 * one step. What it made is selected then. Emits "failed" and returns FALSE when it
 * cannot. */
gboolean tsr_session_perform (TsrSession *self, const TsrOperation *operation);
/* What tarsier-cli would be told for that, but for the names of project and sound: "edit
 * --select 'id in ...' --do 'gain 3dB'"; empty where it cannot be told, as of partials
 * that come from the clipboard. (transfer full) */
char *tsr_session_dup_command (TsrSession *self, const TsrOperation *operation);
/* The same on other partials than the selected ones; NULL: the whole sound. `take`: what
 * it made is selected then, else the selection stays as far as it is still there. */
gboolean tsr_session_perform_on (TsrSession         *self,
                                 const TsrOperation *operation,
                                 TsrSelection       *on,
                                 gboolean            take);
/* The same with the command that repeats it, where the operation's text does not tell it;
 * NULL: it does. */
gboolean tsr_session_perform_as (TsrSession         *self,
                                 const TsrOperation *operation,
                                 TsrSelection       *on,
                                 gboolean            take,
                                 const char         *command);

G_END_DECLS
