/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the views of one window share: the project, the sound on the canvas, what is
 * selected, what is seen, where the playhead is, what is heard. The one object every view
 * gets. Thread: main.
 *
 * Properties (notify): "project", "sound", "signal", "residual", "selection",
 * "playhead-s", "playing", "loop", "loop-start-s", "loop-end-s", "channel", "monitor",
 * "blend", "floor-db", "ceiling-db", "colormap", "show-partials", "spacing-hz", "tool",
 * "hover-id", "follow", "message" (a sentence for the status).
 */
#pragma once

#include "model/dsp/signal.h"
#include "model/operation.h"
#include "model/project.h"
#include "model/selection.h"
#include "model/viewport.h"

G_BEGIN_DECLS

#define TSR_TYPE_SESSION (tsr_session_get_type ())
G_DECLARE_FINAL_TYPE (TsrSession, tsr_session, TSR, SESSION, GObject)

typedef enum {
  TSR_MONITOR_ALL,
  TSR_MONITOR_ORIGINAL,
  TSR_MONITOR_PARTIALS,
  TSR_MONITOR_NOISE,
  TSR_MONITOR_TRANSIENTS,
  TSR_MONITOR_RESIDUAL,
  TSR_MONITOR_SELECTION,
  TSR_MONITOR_REST,
} TsrMonitor;

#define TSR_TYPE_MONITOR (tsr_monitor_get_type ())
GType tsr_monitor_get_type (void);

/* An edit that is being dragged: shown and heard, not yet made. */
typedef struct {
  double    pitch_ratio; /* 1 */
  double    stretch;     /* 1; around anchor_s */
  double    anchor_s;
  double    shift_hz;               /* 0 */
  double    gain_db;                /* 0 */
  double    move_s;                 /* 0 */
  TsrCurve *filter_gain_db_over_hz; /* NULL: none */
} TsrPreview;

TsrSession *tsr_session_new (void);

TsrProject *tsr_session_get_project (TsrSession *self);
void        tsr_session_set_project (TsrSession *self, TsrProject *project);
TsrSound   *tsr_session_get_sound (TsrSession *self); /* NULL: none */
void        tsr_session_set_sound (TsrSession *self,
                                   TsrSound   *sound); /* clears the selection; fits the view */
/* Decoded source of the sound; NULL while it is being decoded or when there is none. */
TsrSignal    *tsr_session_get_signal (TsrSession *self);
void          tsr_session_set_signal (TsrSession *self, TsrSignal *signal);
TsrViewport  *tsr_session_get_viewport (TsrSession *self);
TsrSelection *tsr_session_get_selection (TsrSession *self); /* never NULL */
void          tsr_session_set_selection (TsrSession *self, TsrSelection *selection);

double tsr_session_get_playhead_s (TsrSession *self);
void   tsr_session_set_playhead_s (TsrSession *self, double time_s);
/* Asks for a jump: emits "seek" (double) for the engine, then moves the playhead. */
void tsr_session_seek (TsrSession *self, double time_s);

/* The edit in hand; NULL when nothing is dragged. Signal "preview-changed". */
const TsrPreview *tsr_session_get_preview (TsrSession *self);
void              tsr_session_set_preview (TsrSession       *self,
                                           const TsrPreview *preview); /* copies; NULL ends it */

/* Applies an operation to the selection, or to the whole sound when nothing is selected;
 * one step. Emits "failed" (char *sentence) and returns FALSE when it cannot. */
gboolean tsr_session_perform (TsrSession *self, const TsrOperation *operation);

G_END_DECLS
