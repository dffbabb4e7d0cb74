/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of a session, shared by session.c (behaviour) and session-properties.c (its
 * GObject face).
 */
#pragma once

#include <gio/gio.h>

#include "model/session.h"

G_BEGIN_DECLS

typedef struct {
  gint64     step_id; /* the state after it */
  TsrSignal *signal;  /* NULL: none */
} TsrRendering;

typedef struct TsrToucher TsrToucher;

struct _TsrSession {
  GObject        parent_instance;
  TsrProject    *project;
  TsrSound      *sound;
  TsrSignal     *signal;
  TsrSignal     *residual;
  gconstpointer  residual_of; /* analysis that left it: compared, never read */
  TsrRendering   rendered[2]; /* the latest first */
  TsrSignal     *picture;
  TsrPictureKind picture_kind;
  TsrSelection  *selection; /* never NULL */
  TsrViewport   *viewport;
  gulong         state_handler;
  GHashTable    *selection_of_step; /* step id -> TsrSelection of the present sound */
  gboolean       has_preview;
  TsrPreview     preview;
  TsrToucher    *toucher; /* NULL: nothing was touched yet */
  TsrTouch      *touch;
  TsrDrawnCurve *drawing;
  TsrSoundState *trial;
  TsrLayerMix    layers;
  GHashTable    *layers_of; /* sound id -> TsrLayerMix, as it was last set */
  GArray        *onsets_s;  /* double, of the recording; NULL: none known */
  TsrCurve      *time_map;  /* that the loop's times are of; NULL: identity */

  double        playhead_s, loop_start_s, loop_end_s;
  double        blend, floor_db, ceiling_db, spacing_hz, partials_opacity;
  gboolean      playing, loop, show_partials, follow, show_recording;
  int           channel;
  gint64        hover_id;
  gint64        compare_step;
  gboolean      compare_ready;
  TsrMonitor    monitor;
  TsrSelectMode select_mode;
  char         *colormap, *tool, *message;

  gint64         compared[2]; /* steps beside each other; 0: none */
  GCancellable  *comparing;   /* of what finds the next; NULL: nothing is compared */
  TsrComparison *comparison;  /* NULL: not known yet */
};

enum {
  PROP_PROJECT = 1,
  PROP_SOUND,
  PROP_SIGNAL,
  PROP_RESIDUAL,
  PROP_PICTURE,
  PROP_SELECTION,
  PROP_PLAYHEAD_S,
  PROP_LOOP_START_S,
  PROP_LOOP_END_S,
  PROP_BLEND,
  PROP_FLOOR_DB,
  PROP_CEILING_DB,
  PROP_SPACING_HZ,
  PROP_PARTIALS_OPACITY,
  PROP_PLAYING,
  PROP_LOOP,
  PROP_SHOW_PARTIALS,
  PROP_FOLLOW,
  PROP_SHOW_RECORDING,
  PROP_CHANNEL,
  PROP_HOVER_ID,
  PROP_COMPARE_STEP,
  PROP_COMPARE_READY,
  PROP_MONITOR,
  PROP_SELECT_MODE,
  PROP_COLORMAP,
  PROP_TOOL,
  PROP_MESSAGE,
  N_PROPS
};

/* session-picture.c: chooses anew what the picture shows; forgets all of it. */
void tsr_session_update_picture (TsrSession *self);
void tsr_session_clear_picture (TsrSession *self);

void tsr_session_install_properties (GObjectClass *klass);
void tsr_session_notify (TsrSession *self, guint property);
/* Set and notify where it is a change. */
void tsr_session_change_double (TsrSession *self, guint property, double number);
void tsr_session_change_channel (TsrSession *self, int channel);
void tsr_session_change_hover_id (TsrSession *self, gint64 id);
void tsr_session_change_compare_step (TsrSession *self, gint64 step_id);
/* Emits "comparing-changed". */
void tsr_session_tell_comparing (TsrSession *self);
/* session-touch.c: the selected partials cut at the borders of the selection's region, if
 * it has one. */
void tsr_session_touch_region (TsrSession *self);
/* Nothing is told any more. */
void tsr_session_free_toucher (TsrSession *self);
/* session-compare.c: without telling. */
void tsr_session_clear_compared (TsrSession *self);

G_END_DECLS
