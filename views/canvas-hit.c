/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies under a point, found in the model and never in pixels; and the read-outs.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "views/canvas-private.h"
#include "views/draw/axis.h"

enum { HIT_PX = 6, GRIP_PX = 7 };

typedef struct {
  TsrCanvas     *canvas;
  TsrPartialSet *set;
  double         x, y, time_s, best_px;
  gint64         id;
  TsrBreakpoint  value;
  int            channel;
} Search;

static bool
look_at (void *user, size_t index)
{
  Search                  *s = user;
  TsrPartial              *partial = tsr_partial_set_at (s->set, index);
  TsrBreakpoint            value;
  const TsrPartialSummary *summary = tsr_partial_summary (partial);
  double                   time_s = CLAMP (s->time_s, summary->start_s, summary->end_s);

  if (s->channel >= 0 && tsr_partial_channel (partial) != (unsigned)s->channel)
    return true;
  if (!tsr_partial_at (partial, time_s, &value))
    return true;
  double away_px = hypot (tsr_canvas_x_of (s->canvas, time_s) - s->x,
                          tsr_canvas_y_of (s->canvas, value.frequency_hz) - s->y);
  if (away_px < s->best_px) {
    s->best_px = away_px;
    s->id = tsr_partial_id (partial);
    s->value = value;
  }
  return true;
}

gint64
tsr_canvas_partial_at (TsrCanvas *self, double x, double y, TsrBreakpoint *value)
{
  Search s = {.canvas = self,
              .set = tsr_canvas_partials (self),
              .x = x,
              .y = y,
              .time_s = tsr_canvas_time_at (self, x),
              .best_px = HIT_PX};

  if (s.set == NULL || !tsr_canvas_get_boolean (self, "show-partials"))
    return 0;
  g_object_get (self->session, "channel", &s.channel, NULL);
  /* The range of a vibrato is wider than the line is thick: look around generously. */
  tsr_partial_set_foreach_in (s.set,
                              tsr_canvas_time_at (self, x - HIT_PX),
                              tsr_canvas_time_at (self, x + HIT_PX),
                              tsr_canvas_hz_at (self, y + HIT_PX),
                              tsr_canvas_hz_at (self, y - HIT_PX),
                              look_at,
                              &s);
  if (value != NULL && s.id != 0)
    *value = s.value;
  return s.id;
}

static gboolean
near (double a, double b)
{
  return fabs (a - b) <= GRIP_PX;
}

/* The box of what is selected; its handles stay reachable where it reaches beyond the
 * view. FALSE: nothing is selected. */
static gboolean
reachable_box (TsrCanvas *self, TsrBox *b)
{
  TsrRegion region;

  if (!tsr_canvas_selection_box (self, &region) || !tsr_canvas_box_of (self, &region, b))
    return FALSE;
  b->left = CLAMP (b->left, 0, gtk_widget_get_width (GTK_WIDGET (self)));
  b->right = CLAMP (b->right, 0, gtk_widget_get_width (GTK_WIDGET (self)));
  b->top = CLAMP (b->top, 0, gtk_widget_get_height (GTK_WIDGET (self)));
  b->bottom = CLAMP (b->bottom, 0, gtk_widget_get_height (GTK_WIDGET (self)));
  return TRUE;
}

/* With the rectangle all of the box can be grabbed. */
static TsrGrip
grip_of_box (TsrCanvas *self, double x, double y)
{
  TsrBox b;

  if (!reachable_box (self, &b))
    return TSR_GRIP_RUBBER;
  gboolean across = x > b.left - GRIP_PX && x < b.right + GRIP_PX;
  gboolean along = y > b.top - GRIP_PX && y < b.bottom + GRIP_PX;
  if (!across || !along)
    return TSR_GRIP_RUBBER;
  if (near (x, b.right))
    return TSR_GRIP_END;
  if (near (x, b.left))
    return TSR_GRIP_START;
  if (near (y, b.top) || near (y, b.bottom))
    return TSR_GRIP_PITCH;
  return TSR_GRIP_BODY;
}

/* With the other tools that select, the small squares and the selected partials
 * themselves: a press beside them begins another selection. NONE: none of these. */
static TsrGrip
grip_of_handles (TsrCanvas *self, double x, double y)
{
  TsrBox        b;
  TsrBreakpoint value;

  if (!reachable_box (self, &b))
    return TSR_GRIP_NONE;
  double   middle_x = round ((b.left + b.right) / 2);
  double   middle_y = round ((b.top + b.bottom) / 2);
  gboolean in_row = near (y, b.top) || near (y, middle_y) || near (y, b.bottom);
  if (near (x, b.right) && in_row)
    return TSR_GRIP_END;
  if (near (x, b.left) && in_row)
    return TSR_GRIP_START;
  if (near (x, middle_x) && (near (y, b.top) || near (y, b.bottom)))
    return TSR_GRIP_PITCH;
  gint64 id = tsr_canvas_partial_at (self, x, y, &value);
  return id != 0 && tsr_selection_contains (tsr_session_get_selection (self->session), id)
             ? TSR_GRIP_BODY
             : TSR_GRIP_NONE;
}

static gboolean
is_selecting_tool (TsrCanvas *self)
{
  return tsr_canvas_has_tool (self, "select") || tsr_canvas_has_tool (self, "lasso") ||
         tsr_canvas_has_tool (self, "brush") || tsr_canvas_has_tool (self, "harmonic");
}

gboolean
tsr_canvas_only_selects (TsrCanvas *self)
{
  return is_selecting_tool (self) &&
         tsr_session_get_select_mode (self->session) != TSR_SELECT_REPLACE;
}

TsrGrip
tsr_canvas_grip_at (TsrCanvas *self, double x, double y)
{
  gint64  id;
  gsize   point;
  TsrGrip grip = TSR_GRIP_NONE;

  if (tsr_canvas_curve_point_at (self, x, y) >= 0)
    return TSR_GRIP_CURVE;
  if (tsr_canvas_only_selects (self))
    return tsr_canvas_is_path_tool (self) ? TSR_GRIP_PATH : TSR_GRIP_RUBBER;
  if (is_selecting_tool (self) && !tsr_canvas_has_tool (self, "select"))
    grip = grip_of_handles (self, x, y);
  if (grip != TSR_GRIP_NONE)
    return grip;
  if (tsr_canvas_is_path_tool (self))
    return TSR_GRIP_PATH;
  if (tsr_canvas_has_tool (self, "breakpoints"))
    return tsr_canvas_point_at (self, x, y, &id, &point) ? TSR_GRIP_POINT
                                                         : TSR_GRIP_RUBBER;
  return tsr_canvas_has_tool (self, "select") ? grip_of_box (self, x, y)
                                              : TSR_GRIP_RUBBER;
}

static char *
readout_of (TsrCanvas *self, gint64 id, const TsrBreakpoint *value)
{
  double           x = self->pointer_x, y = self->pointer_y;
  double           time_s = tsr_canvas_time_at (self, x);
  double           hz = id != 0 ? value->frequency_hz : tsr_canvas_hz_at (self, y);
  double           level_db = id != 0 && !(value->flags & TSR_BREAKPOINT_NULL)
                                  ? value->log_amplitude * (20 / M_LN10)
                                  : tsr_canvas_level_at (self, x, y);
  g_autofree char *time =
      tsr_format_time (time_s, tsr_canvas_time_at (self, x + 1) - time_s);
  g_autofree char *frequency = tsr_format_hz (hz);
  g_autofree char *note = tsr_format_note (hz, self->tuning_hz);
  GString         *text = g_string_new (NULL);

  g_string_append_printf (text, "%s   %s   %s\n", time, frequency, note);
  if (isnan (level_db) || level_db <= -199)
    g_string_append (text, "–∞ dB");
  else
    g_string_append_printf (text, "%.1f dB", level_db);
  if (id != 0) {
    g_string_append (text, "   ");
    g_string_append_printf (text, _ ("partial %d"), (int)id);
    g_string_append (text, "   ");
    g_string_append_printf (text, _ ("noise %.0f %%"), 100 * (double)value->bandwidth);
  }
  return g_string_free (text, FALSE);
}

char *
tsr_canvas_measure_text (TsrCanvas *self)
{
  double           time_s = self->measure_s[1] - self->measure_s[0];
  double           level_db = self->measure_db[1] - self->measure_db[0];
  g_autofree char *from = tsr_format_hz (self->measure_hz[0]);
  g_autofree char *to = tsr_format_hz (self->measure_hz[1]);
  GString         *text = g_string_new (NULL);

  g_string_append_printf (text, "Δ %.4f s", time_s);
  if (fabs (time_s) > 1e-6)
    g_string_append_printf (text, "   (%.2f Hz)", 1 / fabs (time_s));
  g_string_append_printf (text, "\n%s → %s", from, to);
  if (self->measure_hz[0] > 0 && self->measure_hz[1] > 0)
    g_string_append_printf (text,
                            _ ("   %+.1f cents"),
                            1200 * log2 (self->measure_hz[1] / self->measure_hz[0]));
  if (isfinite (level_db))
    g_string_append_printf (text, "\n%+.1f dB", level_db);
  return g_string_free (text, FALSE);
}

static const char *
cursor_for (TsrCanvas *self, TsrGrip grip)
{
  switch (grip) {
  case TSR_GRIP_PITCH:
    return "ns-resize";
  case TSR_GRIP_START:
  case TSR_GRIP_END:
  case TSR_GRIP_LOOP_START:
  case TSR_GRIP_LOOP_END:
    return "ew-resize";
  case TSR_GRIP_BODY:
  case TSR_GRIP_MOVE:
  case TSR_GRIP_POINT:
    return "move";
  case TSR_GRIP_CURVE:
    return tsr_drawn_curve_get_kind (self->drawing) == TSR_CURVE_TIME_MAP ? "ew-resize"
                                                                          : "move";
  case TSR_GRIP_PAN:
    return "grabbing";
  case TSR_GRIP_RUBBER:
  case TSR_GRIP_PATH:
  case TSR_GRIP_NONE:
    break;
  }
  return tsr_canvas_has_tool (self, "zoom") ? "zoom-in" : "crosshair";
}

void
tsr_canvas_update_hover (TsrCanvas *self)
{
  TsrBreakpoint value;
  gint64        before = self->hover_id;
  gboolean      idle = self->drag.grip == TSR_GRIP_NONE;
  gboolean      inside = self->sound != NULL &&
                    (!idle || gtk_widget_contains (
                                  GTK_WIDGET (self), self->pointer_x, self->pointer_y));

  self->hover_id =
      inside && idle
          ? tsr_canvas_partial_at (self, self->pointer_x, self->pointer_y, &value)
          : 0;
  g_clear_pointer (&self->readout, g_free);
  if (inside) {
    TsrGrip grip = idle ? tsr_canvas_grip_at (self, self->pointer_x, self->pointer_y)
                        : self->drag.grip;
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), cursor_for (self, grip));
    self->readout = readout_of (self, self->hover_id, &value);
  }
  tsr_canvas_emit_hover (self, self->readout != NULL ? self->readout : "");
  if (before != self->hover_id)
    g_object_set (self->session, "hover-id", self->hover_id, NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
