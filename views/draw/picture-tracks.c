/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials as vector paths: one stroke for each run of the same shade.
 */
#include <math.h>

#include "views/draw/picture-private.h"

enum { N_SHADES = 12 };
#define STEP_PX 0.75       /* breakpoints nearer than this are left out */
#define CURVE_STEP_PX 12.0 /* longest straight piece between breakpoints */

typedef struct {
  cairo_t               *cr;
  const TsrTileArea     *area;
  TsrPartialSet         *set;
  const TsrPartialStyle *style;
  double                 x, y;  /* of the last point */
  int                    shade; /* of the path under way; -1: none */
} Tracks;

static int
shade_of (const Tracks *t, const TsrBreakpoint *b)
{
  if (b->flags & TSR_BREAKPOINT_NULL)
    return 0;
  double level_db = b->log_amplitude * (20 / M_LN10);
  double unit =
      (level_db - t->style->floor_db) / (t->style->ceiling_db - t->style->floor_db);
  return (int)lround (fmax (0, fmin (1, unit)) * (N_SHADES - 1));
}

static void
stroke (Tracks *t)
{
  if (t->shade < 0)
    return;
  double   unit = (double)t->shade / (N_SHADES - 1);
  uint32_t color = tsr_partial_color (unit);
  if (t->style->casing > 0) {
    cairo_set_source_rgba (t->cr, 0, 0, 0, t->style->casing);
    cairo_set_line_width (t->cr, 2.2 * t->style->width_px);
    cairo_stroke_preserve (t->cr);
  }
  cairo_set_source_rgba (t->cr,
                         (color >> 16 & 255) / 255.0,
                         (color >> 8 & 255) / 255.0,
                         (color & 255) / 255.0,
                         fmin (1, 0.6 + 0.6 * unit));
  cairo_set_line_width (t->cr, t->style->width_px);
  cairo_stroke (t->cr);
  t->shade = -1;
}

static void
point_to (Tracks *t, const TsrBreakpoint *b, gboolean keep)
{
  double x = tsr_plane_x_of (&t->area->plane, b->time_s) - (double)t->area->left_px;
  double y = tsr_plane_y_of (&t->area->plane, b->frequency_hz) - (double)t->area->top_px;
  int    shade = shade_of (t, b);

  if (!keep && shade == t->shade && hypot (x - t->x, y - t->y) < STEP_PX)
    return;
  cairo_line_to (t->cr, x, y);
  if (shade != t->shade) {
    stroke (t);
    cairo_move_to (t->cr, x, y);
    t->shade = shade;
  }
  t->x = x;
  t->y = y;
}

static bool
draw_track (void *user, size_t index)
{
  Tracks              *t = user;
  TsrPartial          *partial = tsr_partial_set_at (t->set, index);
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);

  if (t->style->channel >= 0 &&
      tsr_partial_channel (partial) != (unsigned)t->style->channel)
    return true;
  cairo_new_path (t->cr);
  t->shade = -1;
  point_to (t, &b[0], TRUE);
  for (size_t i = 1; i < n; i++) {
    double span_px = (b[i].time_s - b[i - 1].time_s) * t->area->plane.px_per_s;
    int    pieces = (int)fmin (64, ceil (span_px / CURVE_STEP_PX));
    for (int k = 1; k < pieces; k++) {
      TsrBreakpoint value;
      tsr_breakpoint_between (&b[i - 1], &b[i], (double)k / pieces, &value);
      point_to (t, &value, FALSE);
    }
    point_to (t, &b[i], i + 1 == n);
  }
  stroke (t);
  return true;
}

void
tsr_picture_draw_tracks (cairo_t               *cr,
                         const TsrTileArea     *area,
                         TsrPartialSet         *set,
                         const TsrPartialStyle *style)
{
  Tracks t = {cr, area, set, style, 0, 0, -1};
  double top = (double)area->top_px, left = (double)area->left_px;

  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, area->width, area->height);
  cairo_clip (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  tsr_partial_set_foreach_in (set,
                              left / area->plane.px_per_s,
                              (left + area->width) / area->plane.px_per_s,
                              tsr_plane_hz_at (&area->plane, top + area->height),
                              tsr_plane_hz_at (&area->plane, top),
                              draw_track,
                              &t);
  cairo_restore (cr);
}
