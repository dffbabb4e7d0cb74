/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inside of the lanes, split by role: morph-lanes.c (object, places, one view for all),
 * morph-lanes-links.c (hues and where links lie), morph-lanes-draw.c (what lies over the
 * lanes), morph-lanes-hands.c (mouse), morph-lanes-keys.c, morph-lanes-anchors.c.
 */
#pragma once

#include "views/canvas.h"
#include "views/morph/morph-lanes.h"

G_BEGIN_DECLS

enum { TSR_LANE_RULER_PX = 52, TSR_LANE_GAP_PX = 22, TSR_LANE_BADGE_PX = 15 };

typedef struct {
  TsrSession *session; /* of its own: one sound, one view */
  GtkWidget  *canvas, *ruler;
  gulong      state_handler; /* of its sound */
  double      top, height;   /* widget pixels */
} TsrLane;

/* Where a voice is joined: a point on its partial in each sound that has it. */
typedef struct {
  gsize    voice;
  guint    hue;     /* 1.. */
  gboolean by_hand; /* linked by a person */
  gboolean apart;   /* its partials never sound together: drawn in focus only */
  gboolean has[TSR_MORPH_MOST];
  double   time_s[TSR_MORPH_MOST], hz[TSR_MORPH_MOST];
} TsrLaneLink;

typedef enum {
  TSR_LANES_IDLE,
  TSR_LANES_PRESSED,
  TSR_LANES_ANCHOR,
  TSR_LANES_LINK
} TsrLanesGrip;

struct _TsrMorphLanes {
  GtkWidget        parent_instance;
  TsrMorphSession *morph;    /* owned */
  TsrSession      *view;     /* owned */
  TsrViewport     *viewport; /* of the first lane; borrowed; NULL without lanes */
  GtkWidget       *time_ruler, *empty;
  guint            n;
  TsrLane          lanes[TSR_MORPH_MOST];
  TsrSound        *sounds[TSR_MORPH_MOST]; /* owned; what the lanes show */
  double           left, width;            /* of the lanes */
  gboolean         syncing, wheel_zooms;
  double           tuning_hz;

  GArray *links; /* TsrLaneLink */
  GArray *hues;  /* guint: of each voice, 0 where it has no partner */

  /* Hands. */
  TsrLanesGrip grip;
  guint        lane; /* under the press */
  double       press_x, press_y, x, y;
  double       grab_s;       /* the anchor's time at the press */
  gint64       press_id;     /* partial under the press */
  int          anchor;       /* in focus; -1: none */
  int          hover_anchor; /* under the pointer; -1: none */
  guint        anchor_lane;  /* where keys move it */
  guint        hover_lane;
  gint64       hover_id;
  gint64       link_id; /* partial that Return or a click began a link at; 0: none */
  guint        link_lane;
  gboolean     framed;
  double       playhead_s; /* of the result */
};

/* morph-lanes.c */
double tsr_lanes_x_of (TsrMorphLanes *self, double time_s);
double tsr_lanes_time_at (TsrMorphLanes *self, double x);
double tsr_lanes_y_of (TsrMorphLanes *self, guint k, double hz);
/* Lane at y, or the nearest one. */
guint          tsr_lanes_lane_at (TsrMorphLanes *self, double y, gboolean *inside);
TsrPartialSet *tsr_lanes_partials (TsrMorphLanes *self, guint k);
TsrPartial    *tsr_lanes_partial (TsrMorphLanes *self, guint k, gint64 id);
void           tsr_lanes_emit_anchor (TsrMorphLanes *self);
void           tsr_lanes_describe (TsrMorphLanes *self);

/* morph-lanes-links.c: after another plan. */
void tsr_lanes_update_links (TsrMorphLanes *self);

/* morph-lanes-draw.c */
void tsr_lanes_snapshot_overlay (TsrMorphLanes *self, GtkSnapshot *snapshot);

/* morph-lanes-anchors.c */
/* Middle of an anchor's badge, which stays whole where its line is at an end of the lane;
 * `wide` gets its width. */
double tsr_lanes_badge_x (TsrMorphLanes *self, guint i, guint k, double *wide);
/* The anchor whose line passes within some pixels of x in lane k, or whose badge is
 * there; -1: none. */
int tsr_lanes_anchor_at (TsrMorphLanes *self, guint k, double x, double y);
/* Moves anchor `i` in lane k, as far as its neighbours let it. */
void tsr_lanes_move_anchor (TsrMorphLanes *self, int i, guint k, double time_s);
void tsr_lanes_add_anchor_at (TsrMorphLanes *self, guint k, double time_s);
void tsr_lanes_remove_anchor (TsrMorphLanes *self, int i);

/* morph-lanes-hands.c, morph-lanes-keys.c */
void tsr_lanes_add_hands (TsrMorphLanes *self);
void tsr_lanes_add_keys (TsrMorphLanes *self);

G_END_DECLS
