/* SPDX-License-Identifier: GPL-3.0-or-later
 * The edit in hand: a drag of the selection or its handles becomes a preview that is seen
 * and heard at once, and on release one operation.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/canvas-private.h"

#define SNAP_CENTS 12.0
#define SNAP_FACTOR 0.015
#define SNAP_PX 6.0

gboolean
tsr_canvas_is_edit (TsrGrip grip)
{
  switch (grip) {
  case TSR_GRIP_BODY:
  case TSR_GRIP_PITCH:
  case TSR_GRIP_START:
  case TSR_GRIP_END:
  case TSR_GRIP_MOVE:
    return TRUE;
  case TSR_GRIP_NONE:
  case TSR_GRIP_RUBBER:
  case TSR_GRIP_PAN:
  case TSR_GRIP_PATH:
  case TSR_GRIP_POINT:
  case TSR_GRIP_CURVE:
  case TSR_GRIP_LOOP_START:
  case TSR_GRIP_LOOP_END:
    break;
  }
  return FALSE;
}

void
tsr_canvas_map_region (const TsrPreview *preview, TsrRegion *region)
{
  double level_db = 0;

  tsr_preview_map (preview, &region->start_s, &region->low_hz, &level_db);
  tsr_preview_map (preview, &region->end_s, &region->high_hz, &level_db);
}

void
tsr_canvas_edit_begin (TsrCanvas *self, const TsrRegion *box)
{
  self->drag.start_s = box->start_s;
  self->drag.end_s = box->end_s;
  self->drag.low_hz = box->low_hz;
  self->drag.high_hz = box->high_hz;
}

static gboolean
snaps (const TsrCanvasDrag *d)
{
  return (d->modifiers & GDK_SHIFT_MASK) == 0;
}

/* Typed digits, if any, replace what the hand says. */
static gboolean
typed_number (const TsrCanvasDrag *d, double *number)
{
  char *end;

  if (d->typed->len == 0)
    return FALSE;
  *number = g_ascii_strtod (d->typed->str, &end);
  return end != d->typed->str;
}

static double
dragged_cents (TsrCanvas *self)
{
  const TsrCanvasDrag *d = &self->drag;
  double               number, hz0 = fmax (d->hz0, 1);

  if (typed_number (d, &number))
    return CLAMP (number, -9600, 9600);
  double cents = 1200 * log2 (fmax (tsr_canvas_hz_at (self, d->y), 1) / hz0);
  double semitone = 100 * round (cents / 100);
  if (snaps (d) && fabs (cents - semitone) < SNAP_CENTS)
    cents = semitone;
  return CLAMP (cents, -4800, 4800);
}

/* Around the right edge the start can reach the beginning of the sound, no more. */
static double
possible_factor (const TsrCanvasDrag *d, double factor)
{
  double span_s = fmax (d->end_s - d->start_s, 1e-6);
  double most = d->grip == TSR_GRIP_START ? fmax (1, d->end_s / span_s) : 50;

  return CLAMP (factor, 0.02, fmin (most, 50));
}

static double
dragged_factor (TsrCanvas *self)
{
  const TsrCanvasDrag *d = &self->drag;
  double               number, span_s = fmax (d->end_s - d->start_s, 1e-6);
  double               moved_s = tsr_canvas_time_at (self, d->x) - d->time0_s;

  if (typed_number (d, &number))
    return possible_factor (d, number);
  double factor = 1 + (d->grip == TSR_GRIP_END ? moved_s : -moved_s) / span_s;
  double round_factor = round (4 * factor) / 4;
  if (snaps (d) && fabs (factor - round_factor) < SNAP_FACTOR)
    factor = round_factor;
  return possible_factor (d, factor);
}

/* The start of what is moved snaps to markers, the playhead, and where it was. */
static double
dragged_move_s (TsrCanvas *self)
{
  const TsrCanvasDrag *d = &self->drag;
  double               number, best_px = SNAP_PX;
  gsize                n;
  const TsrMarker     *markers = tsr_sound_get_markers (self->sound, &n);

  if (typed_number (d, &number))
    return fmax (number, -fmax (d->start_s, 0));
  double move_s = tsr_canvas_time_at (self, d->x) - d->time0_s, snapped_s = move_s;
  double x = tsr_canvas_x_of (self, d->start_s + move_s);
  for (gsize i = 0; snaps (d) && i < n + 2; i++) {
    double to_s = i < n    ? markers[i].time_s
                  : i == n ? tsr_session_get_playhead_s (self->session)
                           : d->start_s;
    double away_px = fabs (tsr_canvas_x_of (self, to_s) - x);
    if (away_px < best_px) {
      best_px = away_px;
      snapped_s = to_s - d->start_s;
    }
  }
  return fmax (snapped_s, -fmax (d->start_s, 0));
}

static gboolean
fill_preview (TsrCanvas *self, TsrPreview *p)
{
  const TsrCanvasDrag *d = &self->drag;

  *p = (TsrPreview){.pitch_ratio = 1, .stretch = 1, .anchor_s = d->start_s};
  switch (d->grip) {
  case TSR_GRIP_PITCH:
    p->pitch_ratio = exp2 (dragged_cents (self) / 1200);
    return TRUE;
  case TSR_GRIP_MOVE:
    p->move_s = dragged_move_s (self);
    return TRUE;
  case TSR_GRIP_START:
    p->anchor_s = d->end_s;
    p->stretch = dragged_factor (self);
    return TRUE;
  case TSR_GRIP_END:
    p->stretch = dragged_factor (self);
    return TRUE;
  case TSR_GRIP_NONE:
  case TSR_GRIP_RUBBER:
  case TSR_GRIP_PAN:
  case TSR_GRIP_BODY:
  case TSR_GRIP_PATH:
  case TSR_GRIP_POINT:
  case TSR_GRIP_CURVE:
  case TSR_GRIP_LOOP_START:
  case TSR_GRIP_LOOP_END:
    break;
  }
  return FALSE;
}

void
tsr_canvas_edit_update (TsrCanvas *self)
{
  TsrCanvasDrag *d = &self->drag;
  TsrPreview     preview;

  if (d->grip == TSR_GRIP_BODY)
    d->grip = fabs (d->x - d->x0) > fabs (d->y - d->y0) ? TSR_GRIP_MOVE : TSR_GRIP_PITCH;
  if (fill_preview (self, &preview))
    tsr_session_set_preview (self->session, &preview);
}

/* A straight time map: factor around an anchor. */
static TsrOperation *
stretch_operation (double factor, double anchor_s)
{
  TsrCurvePoint points[2] = {{anchor_s, anchor_s}, {anchor_s + 1, anchor_s + factor}};
  TsrCurve     *map = tsr_curve_new (points, 2);
  TsrOperation *operation = tsr_operation_new_stretch_map (map);

  tsr_curve_unref (map);
  return operation;
}

TsrOperation *
tsr_canvas_move_operation (double move_s)
{
  char             number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = g_strdup_printf (
      "move %s", g_ascii_formatd (number, sizeof number, "%.9f", move_s));

  return tsr_operation_parse (text, NULL);
}

static TsrOperation *
make_operation (const TsrPreview *p)
{
  if (p->pitch_ratio != 1)
    return tsr_operation_new_pitch (p->pitch_ratio);
  if (p->stretch != 1)
    return stretch_operation (p->stretch, p->anchor_s);
  if (p->move_s != 0)
    return tsr_canvas_move_operation (p->move_s);
  return NULL;
}

void
tsr_canvas_edit_end (TsrCanvas *self, gboolean perform)
{
  TsrPreview preview;

  if (perform && fill_preview (self, &preview)) {
    g_autoptr (TsrOperation) operation = make_operation (&preview);
    /* The picture of the drag stays until the tiles show the same. */
    if (operation != NULL && tsr_session_perform (self->session, operation)) {
      tsr_session_set_preview (self->session, NULL);
      return;
    }
  }
  tsr_session_set_preview (self->session, NULL);
  tsr_drag_layer_clear (self->drag_layer);
}

char *
tsr_canvas_edit_text (TsrCanvas *self)
{
  TsrPreview  p;
  const char *typing = self->drag.typed->len > 0 ? " ▏" : "";

  if (!fill_preview (self, &p))
    return g_strdup ("");
  if (self->drag.grip == TSR_GRIP_PITCH) {
    double cents = 1200 * log2 (p.pitch_ratio);
    return g_strdup_printf (_ ("Pitch %+.0f cents%s\n× %.4f   %+.2f st"),
                            cents,
                            typing,
                            p.pitch_ratio,
                            cents / 100);
  }
  if (self->drag.grip == TSR_GRIP_MOVE)
    return g_strdup_printf (_ ("Move %+.4f s%s"), p.move_s, typing);
  double span_s = self->drag.end_s - self->drag.start_s;
  return g_strdup_printf (_ ("Stretch × %.3f%s\n%.3f s → %.3f s"),
                          p.stretch,
                          typing,
                          span_s,
                          span_s * p.stretch);
}
