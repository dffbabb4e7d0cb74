/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inside of the canvas, split by role: canvas.c (object, session), canvas-tiles.c (the
 * ground), canvas-overlay.c (what lies over it), canvas-curve.c (the curve being drawn),
 * canvas-hit.c (what is under a point),
 * canvas-pointer.c, canvas-scroll.c, canvas-keys.c (hands), canvas-drag.c (edits in
 * hand).
 */
#pragma once

#include "views/canvas.h"
#include "views/drag-layer.h"
#include "views/quantity.h"
#include "views/tile-cache.h"

G_BEGIN_DECLS

/* What a press and drag does. */
typedef enum {
  TSR_GRIP_NONE,
  TSR_GRIP_RUBBER, /* draws a rectangle: selects, zooms or measures, as the tool says */
  TSR_GRIP_PAN,    /* moves the view */
  TSR_GRIP_BODY,   /* inside the selection: pitch or move, by the first direction */
  TSR_GRIP_PITCH,  /* upper and lower edge */
  TSR_GRIP_START,  /* left edge: stretch around the right one */
  TSR_GRIP_END,    /* right edge: stretch around the left one */
  TSR_GRIP_MOVE,   /* BODY once it went sideways */
  TSR_GRIP_PATH,   /* lasso, brush, pencil or eraser on its way */
  TSR_GRIP_POINT,  /* a breakpoint */
  TSR_GRIP_CURVE,  /* a point of the curve that is drawn */
  TSR_GRIP_LOOP_START,
  TSR_GRIP_LOOP_END,
} TsrGrip;

/* What partials are selected in, 0xAARRGGBB: a light blue. */
#define TSR_CANVAS_ACCENT 0xff62a0eau

/* A press and what came of it; positions in widget pixels, and what lay there. */
typedef struct {
  TsrGrip grip;
  double  x0, y0, x, y;
  double  time0_s, hz0;                    /* under the press */
  double  start_s, end_s, low_hz, high_hz; /* view (PAN) or box (edits) at press */
  GdkModifierType press_modifiers, modifiers;
  gboolean        moved; /* farther than a click */
  gboolean        over;  /* given up: ignore the rest */
  GString        *typed; /* exact value while dragging; empty: none */
} TsrCanvasDrag;

typedef struct {
  double left, top, right, bottom; /* widget pixels; may reach outside */
} TsrBox;

struct _TsrCanvas {
  GtkWidget parent_instance;

  /* Owned. */
  TsrSession    *session;
  TsrTileCache  *tiles;
  TsrDragLayer  *drag_layer;
  TsrDragLayer  *compare_layer;
  TsrCanvasDrag  drag;
  GdkTexture    *highlight; /* of the partial under the pointer or the focus */
  char          *readout;   /* two lines beside the pointer; NULL: none */
  TsrSound      *sound;     /* whose signals are connected */
  TsrPartialSet *foreseen;  /* in place of the sound's own; NULL: none */
  gconstpointer  tried;   /* state that what is tried was made of: compared, never read */
  gboolean       foresaw; /* what was foreseen is made: shown until the tiles have it */

  /* The zoom on the screen, and an earlier one shown while its tiles are made. */
  guint    zoom, old_zoom; /* 0: none */
  TsrPlane plane, old_plane;
  int      tile_height, old_tile_height;
  gboolean settled;       /* the view has rested: make tiles for it */
  guint    settle_source; /* waiting for that */
  TsrPlane asked;         /* the plane at the last change */

  /* Pointer and focus. */
  double         pointer_x, pointer_y; /* -1: outside */
  gint64         hover_id, focus_id;   /* 0: none */
  gint64         highlight_id;         /* what `highlight` shows, where, at which zoom */
  TsrTileArea    highlight_area;
  TsrPartialSet *highlight_set; /* compared, not owned */
  gboolean       measuring;     /* a measure is on the screen */
  double         measure_s[2], measure_hz[2], measure_db[2];
  double         pinch_scale;

  /* Tools. */
  TsrToolOptions options;
  GArray        *path;     /* TsrShapePoint: where the tool in hand was led */
  gint64         point_id; /* partial of the breakpoint in hand */
  gsize          point;

  /* The curve that is drawn; NULL: none. Which point is in hand, all before it was taken,
   * and where it lay from the pointer. */
  TsrDrawnCurve *drawing;
  int            curve_point;
  GArray        *curve_before; /* TsrCurvePoint */
  double         curve_dx, curve_dy;

  /* Preferences. */
  gboolean wheel_zooms;
  double   tuning_hz;

  guint  describe_source;
  gint64 snapshot_us;
};

enum {
  TSR_CANVAS_ACTIVATE_PARTIAL,
  TSR_CANVAS_PLAY_PARTIAL,
  TSR_CANVAS_CONTEXT_MENU,
  TSR_CANVAS_HOVER,
  TSR_CANVAS_N_SIGNALS,
};
void tsr_canvas_emit_partial (TsrCanvas *self, guint which, gint64 id);
void tsr_canvas_emit_context_menu (TsrCanvas *self, double x, double y);
void tsr_canvas_emit_hover (TsrCanvas *self, const char *text);

/* canvas.c */
TsrPartialSet *tsr_canvas_partials (TsrCanvas *self); /* borrowed; NULL: no sound */
TsrViewport   *tsr_canvas_viewport (TsrCanvas *self);
double         tsr_canvas_get_double (TsrCanvas *self, const char *property);
gboolean       tsr_canvas_get_boolean (TsrCanvas *self, const char *property);
gboolean       tsr_canvas_has_tool (TsrCanvas *self, const char *tool);
double         tsr_canvas_x_of (TsrCanvas *self, double time_s);
double         tsr_canvas_y_of (TsrCanvas *self, double hz);
double         tsr_canvas_time_at (TsrCanvas *self, double x);
double         tsr_canvas_hz_at (TsrCanvas *self, double y);

/* canvas-tiles.c */
void tsr_canvas_snapshot_tiles (TsrCanvas *self, GtkSnapshot *snapshot);
void tsr_canvas_update_style (TsrCanvas *self);
void tsr_canvas_update_preview (TsrCanvas *self);
void tsr_canvas_update_foreseen (TsrCanvas *self);
/* The visible part of the plane in device pixels; FALSE: nothing is seen. */
gboolean tsr_canvas_get_area (TsrCanvas *self, TsrTileArea *area);
/* Level under a widget position by the blend; NAN: not known. */
double tsr_canvas_level_at (TsrCanvas *self, double x, double y);

/* canvas-highlight.c */
void tsr_canvas_snapshot_highlight (TsrCanvas *self, GtkSnapshot *snapshot);

/* canvas-compare.c: two steps of the history beside each other. */
gboolean tsr_canvas_is_comparing (TsrCanvas *self);
void     tsr_canvas_update_compare (TsrCanvas *self);
/* To be added to what the canvas shows, in words; "" when nothing is compared. (transfer
 * full) */
char *tsr_canvas_compare_text (TsrCanvas *self);

/* canvas-overlay.c */
void tsr_canvas_snapshot_overlay (TsrCanvas *self, GtkSnapshot *snapshot);
/* Box of the selection as it is shown: its region, else the extent of its partials;
 * FALSE: nothing is selected. */
gboolean tsr_canvas_selection_box (TsrCanvas *self, TsrRegion *region);
gboolean tsr_canvas_box_of (TsrCanvas *self, const TsrRegion *region, TsrBox *box);
/* Two lines beside a point, kept inside the canvas. */
void tsr_canvas_snapshot_label (
    TsrCanvas *self, GtkSnapshot *snapshot, const char *text, double x, double y);

/* canvas-hit.c */
TsrGrip tsr_canvas_grip_at (TsrCanvas *self, double x, double y);
/* The tool changes the selection, by the switch: a press never moves what is selected. */
gboolean tsr_canvas_only_selects (TsrCanvas *self);
void     tsr_canvas_update_hover (TsrCanvas *self);
char    *tsr_canvas_measure_text (TsrCanvas *self); /* (transfer full) */

/* canvas-pointer.c, canvas-scroll.c, canvas-keys.c */
void tsr_canvas_add_pointer (TsrCanvas *self);
void tsr_canvas_add_scroll (TsrCanvas *self);
void tsr_canvas_add_keys (TsrCanvas *self);
void tsr_canvas_give_up_drag (TsrCanvas *self);
/* The digits typed so far end the drag (Return). */
void tsr_canvas_finish_drag (TsrCanvas *self);

/* canvas-pointer.c: by the modifiers at the press. */
void tsr_canvas_combine_selection (TsrCanvas *self, TsrSelection *with);

/* canvas-tools.c: what is led along a path. */
gboolean tsr_canvas_is_path_tool (TsrCanvas *self);
void     tsr_canvas_path_begin (TsrCanvas *self);
void     tsr_canvas_path_add (TsrCanvas *self);
void     tsr_canvas_path_end (TsrCanvas *self);
void     tsr_canvas_pick_harmonics (TsrCanvas *self);
void     tsr_canvas_snapshot_path (TsrCanvas *self, GtkSnapshot *snapshot);

/* canvas-points.c: single breakpoints. */
gboolean
      tsr_canvas_point_at (TsrCanvas *self, double x, double y, gint64 *id, gsize *point);
void  tsr_canvas_point_update (TsrCanvas *self); /* it is heard where it is */
void  tsr_canvas_point_end (TsrCanvas *self);
void  tsr_canvas_point_add (TsrCanvas *self, double x, double y);
char *tsr_canvas_point_text (TsrCanvas *self); /* (transfer full) */
void  tsr_canvas_snapshot_points (TsrCanvas *self, GtkSnapshot *snapshot);

/* canvas-curve.c: the curve that is drawn. */
int      tsr_canvas_curve_point_at (TsrCanvas *self, double x, double y); /* -1: none */
void     tsr_canvas_curve_begin (TsrCanvas *self);
void     tsr_canvas_curve_update (TsrCanvas *self, gboolean settled);
void     tsr_canvas_curve_give_up (TsrCanvas *self);
void     tsr_canvas_curve_add (TsrCanvas *self, double x, double y);
gboolean tsr_canvas_curve_delete (TsrCanvas *self); /* FALSE: no point is meant */
gboolean tsr_canvas_curve_key (TsrCanvas *self, guint key, GdkModifierType modifiers);
void     tsr_canvas_snapshot_curve (TsrCanvas *self, GtkSnapshot *snapshot);
void     tsr_canvas_update_drawing (TsrCanvas *self);

/* canvas-drag.c: the edit in hand. */
gboolean      tsr_canvas_is_edit (TsrGrip grip);
void          tsr_canvas_edit_begin (TsrCanvas *self, const TsrRegion *box);
void          tsr_canvas_edit_update (TsrCanvas *self);
void          tsr_canvas_edit_end (TsrCanvas *self, gboolean perform);
char         *tsr_canvas_edit_text (TsrCanvas *self);    /* numbers beside the pointer */
TsrOperation *tsr_canvas_move_operation (double move_s); /* NULL: out of range */
/* Where the preview has put a region. */
void tsr_canvas_map_region (const TsrPreview *preview, TsrRegion *region);

G_END_DECLS
