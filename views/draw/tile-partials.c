/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials as lines over a tile: which breakpoints matter at this zoom, and their colour.
 * Each decision looks at two neighbours on the plane only, never at the tile's borders,
 * so that tiles fit.
 */
#include <math.h>

#include "views/draw/tile.h"

enum {
  N_SHADES = 64,
  MARGIN_PX = 4,     /* how far beyond the tile lines are followed */
  FAR_PX = 20000,    /* such lines are not dashed */
  CURVE_STEP_PX = 6, /* longest straight piece of a curve between breakpoints */
  /* So many of a long sound are drawn before their pages are given back. */
  BREAKPOINTS_A_DISCARD = 1 << 18,
};

#define DASH_SLANT 0.7 /* how much of the way up and down counts for dashes */

typedef struct {
  TsrPen                *pen;
  const TsrTileArea     *area;
  TsrPartialSet         *set;
  const TsrPartialStyle *style;
  const TsrJob          *job;
  double                 warp_a, warp_b; /* y = warp_a + warp_b * warped (hz) */
  double                 width_px;
  uint32_t               shades[1 + TSR_N_HUES][N_SHADES]; /* the first without hues */
  unsigned               hue; /* of the partial that is drawn */
  double                 start_s, end_s, low_hz, high_hz; /* what can touch the tile */
  size_t                 n_read; /* breakpoints since the last discard */
  bool                   cancelled;
} Drawing;

typedef struct {
  double  x, y;     /* on the tile */
  int64_t column;   /* of the plane */
  double  level_db; /* -INFINITY for a null */
  bool    inside;   /* of the style's region */
} Point;

static double
warped (TsrFrequencyScale scale, double hz)
{
  switch (scale) {
  case TSR_FREQUENCY_LOG:
    return log (fmax (hz, 1e-3));
  case TSR_FREQUENCY_MEL:
    return log1p (hz / 700);
  case TSR_FREQUENCY_LINEAR:
    break;
  }
  return hz;
}

/* One logarithm a point instead of the three of tsr_frequency_to_unit. */
static void
prepare_warp (Drawing *d)
{
  const TsrPlane *plane = &d->area->plane;
  double          low = warped (plane->scale, plane->low_hz);
  double          high = warped (plane->scale, plane->high_hz);

  d->warp_b = -plane->height_px / (high - low);
  d->warp_a = plane->height_px - d->warp_b * low - (double)d->area->top_px;
}

static Point
point_of (const Drawing *d, const TsrBreakpoint *b)
{
  const TsrPlane  *plane = &d->area->plane;
  const TsrRegion *region = d->style->region;
  double           time_s = b->time_s, hz = b->frequency_hz;
  double           level_db =
      b->flags & TSR_BREAKPOINT_NULL ? -INFINITY : b->log_amplitude * (20 / M_LN10);

  bool inside = region == NULL || (time_s >= region->start_s && time_s <= region->end_s &&
                                   hz >= region->low_hz && hz <= region->high_hz);
  if (d->style->preview != NULL)
    tsr_preview_map (d->style->preview, &time_s, &hz, &level_db);
  double x = time_s * plane->px_per_s;
  return (Point){x - (double)d->area->left_px,
                 d->warp_a + d->warp_b * warped (plane->scale, hz),
                 (int64_t)floor (x),
                 level_db,
                 inside};
}

static uint32_t
shade_of (const Drawing *d, const Point *a, const Point *b)
{
  double level_db = isinf (a->level_db)   ? b->level_db - 6
                    : isinf (b->level_db) ? a->level_db - 6
                                          : (a->level_db + b->level_db) / 2;
  double unit =
      (level_db - d->style->floor_db) / (d->style->ceiling_db - d->style->floor_db);

  return d->shades[d->hue][unit <= 0   ? 0
                           : unit >= 1 ? N_SHADES - 1
                                       : (int)(unit * (N_SHADES - 1) + 0.5)];
}

/* Where a point lies along the pattern of dashes, in dashes: on the plane, so that tiles
 * fit; steep lines have dashes too. */
static double
dash_at (const Drawing *d, const Point *p)
{
  return (p->x + (double)d->area->left_px +
          DASH_SLANT * (p->y + (double)d->area->top_px)) /
         d->style->dash_px;
}

/* Every other stretch of the line. */
static void
dashes_to (Drawing *d, const Point *from, const Point *to)
{
  double   begin = dash_at (d, from), end = dash_at (d, to);
  double   sign = end < begin ? -1 : 1, at = begin;
  uint32_t color = shade_of (d, from, to);

  while (sign * (end - at) > 0) {
    double stretch = sign > 0 ? floor (at) : ceil (at) - 1;
    double next = sign > 0 ? stretch + 1 : stretch;
    if (sign * (next - end) > 0)
      next = end;
    double u = (next - begin) / (end - begin);
    double x = from->x + u * (to->x - from->x), y = from->y + u * (to->y - from->y);
    if (fmod (fabs (stretch), 2) < 0.5)
      tsr_pen_line_to (d->pen, x, y, d->width_px, color);
    else
      tsr_pen_move_to (d->pen, x, y);
    at = next;
  }
}

static void
line_to (Drawing *d, const Point *from, const Point *to)
{
  bool far_away = fabs (from->x) > FAR_PX || fabs (to->x) > FAR_PX;

  if ((isinf (from->level_db) && isinf (to->level_db)) || !from->inside || !to->inside)
    tsr_pen_move_to (d->pen, to->x, to->y);
  else if (d->style->dash_px > 0 && !far_away)
    dashes_to (d, from, to);
  else
    tsr_pen_line_to (d->pen, to->x, to->y, d->width_px, shade_of (d, from, to));
}

/* Follows the curve between two breakpoints that are far apart on the screen. Steps are
 * counted from the breakpoint, not from the tile; those out of sight are left out. */
static void
curve_to (Drawing             *d,
          const TsrBreakpoint *a,
          const TsrBreakpoint *b,
          const Point         *from,
          const Point         *to)
{
  double span_px = to->x - from->x;
  double n = ceil (span_px / CURVE_STEP_PX);
  double first = floor (fmax (0, (-MARGIN_PX - from->x) / span_px) * n);
  double last = ceil (fmin (1, (d->area->width + MARGIN_PX - from->x) / span_px) * n);
  Point  previous = *from;

  for (double i = first; i <= last; i++) {
    TsrBreakpoint value;
    tsr_breakpoint_between (a, b, i / n, &value);
    Point next = i <= 0 ? *from : i >= n ? *to : point_of (d, &value);
    if (i > first)
      line_to (d, &previous, &next);
    else if (i > 0)
      tsr_pen_move_to (d->pen, next.x, next.y);
    previous = next;
  }
}

/* The last breakpoint before the tile, on the untransformed time axis. */
static size_t
first_breakpoint (const TsrBreakpoint *b, size_t n, double start_s)
{
  size_t low = 0, high = n;

  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (b[middle].time_s < start_s)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void
draw_partial (Drawing *d, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);
  size_t               drawn = first_breakpoint (b, n, d->start_s);
  Point                last = point_of (d, &b[drawn]), before = last;

  tsr_pen_move_to (d->pen, last.x, last.y);
  for (size_t i = drawn + 1; i < n; i++) {
    Point next = point_of (d, &b[i]);
    if (next.column == before.column && fabs (next.y - before.y) < 1 && i + 1 < n &&
        isinf (next.level_db) == isinf (before.level_db) &&
        next.inside == before.inside) {
      before = next;
      continue;
    }
    if (next.x - before.x > 2 * CURVE_STEP_PX) {
      if (drawn + 1 < i)
        line_to (d, &last, &before);
      curve_to (d, &b[i - 1], &b[i], &before, &next);
    } else
      line_to (d, &last, &next);
    last = before = next;
    drawn = i;
    if (next.x > d->area->width + MARGIN_PX)
      break;
  }
  tsr_pen_finish (d->pen);
}

static bool
draw_found (void *user, size_t index)
{
  Drawing               *d = user;
  const TsrPartialStyle *style = d->style;
  const TsrPartial      *partial = tsr_partial_set_at (d->set, index);

  if (style->mask != NULL && style->mask[index] != style->mask_drawn)
    return true;
  if (style->channel >= 0 && tsr_partial_channel (partial) != (unsigned)style->channel)
    return true;
  if (style->hues != NULL && !style->selected && style->hues[index] > 0)
    d->hue = (style->hues[index] - 1u) % TSR_N_HUES + 1;
  else
    d->hue = 0;
  draw_partial (d, partial);
  d->n_read += tsr_partial_n_breakpoints (partial);
  if (d->n_read > BREAKPOINTS_A_DISCARD) {
    tsr_partial_set_discard (d->set);
    d->n_read = 0;
  }
  d->cancelled = tsr_job_cancelled (d->job);
  return !d->cancelled;
}

static void
prepare_reach (Drawing *d)
{
  const TsrTileArea *area = d->area;
  const TsrPreview  *p = d->style->preview;
  double             margin = d->style->width_px + MARGIN_PX;
  double             top = (double)area->top_px, left = (double)area->left_px;

  d->start_s = (left - margin) / area->plane.px_per_s;
  d->end_s = (left + area->width + margin) / area->plane.px_per_s;
  d->high_hz = tsr_plane_hz_at (&area->plane, top - margin);
  d->low_hz = tsr_plane_hz_at (&area->plane, top + area->height + margin);
  if (p == NULL)
    return;
  d->start_s = p->anchor_s + (d->start_s - p->move_s - p->anchor_s) / p->stretch;
  d->end_s = p->anchor_s + (d->end_s - p->move_s - p->anchor_s) / p->stretch;
  d->low_hz = (d->low_hz - p->shift_hz) / p->pitch_ratio;
  d->high_hz = (d->high_hz - p->shift_hz) / p->pitch_ratio;
}

static uint32_t
color_of (const TsrPartialStyle *style, unsigned hue, double unit)
{
  if (style->selected)
    return tsr_selected_color (style->accent, unit);
  return style->hues != NULL ? tsr_hue_color (hue, unit) : tsr_partial_color (unit);
}

static void
prepare_shades (Drawing *d)
{
  unsigned n_hues = d->style->hues != NULL ? TSR_N_HUES : 0;

  for (unsigned hue = 0; hue <= n_hues; hue++)
    for (int i = 0; i < N_SHADES; i++) {
      double unit = (double)i / (N_SHADES - 1);
      d->shades[hue][i] =
          tsr_color_with_alpha (color_of (d->style, hue, unit),
                                (1 - d->style->fade) * fmin (1, 0.6 + 0.6 * unit));
    }
}

static void
draw_all (Drawing *d)
{
  tsr_partial_set_foreach_in (
      d->set, d->start_s, d->end_s, d->low_hz, d->high_hz, draw_found, d);
}

/* The dark seam is drawn first, under all lines. */
static void
draw_casing (Drawing *d)
{
  Drawing  seam = *d;
  uint32_t dark = tsr_color_with_alpha (0xff000000, d->style->casing);

  seam.width_px = d->width_px + 2 * fmin (1.5, 0.75 * d->width_px);
  for (unsigned hue = 0; hue <= TSR_N_HUES; hue++)
    for (int i = 0; i < N_SHADES; i++)
      seam.shades[hue][i] = dark;
  draw_all (&seam);
  d->cancelled = seam.cancelled;
}

bool
tsr_tile_draw_partials (const TsrRaster       *raster,
                        const TsrTileArea     *area,
                        TsrPartialSet         *set,
                        const TsrPartialStyle *style,
                        const TsrJob          *job)
{
  Drawing d = {.pen = tsr_pen_new (raster),
               .area = area,
               .set = set,
               .style = style,
               .job = job,
               .width_px = style->width_px};

  if (d.pen == NULL)
    return false;
  prepare_warp (&d);
  prepare_reach (&d);
  if (style->casing > 0)
    draw_casing (&d);
  prepare_shades (&d);
  if (!d.cancelled)
    draw_all (&d);
  tsr_pen_free (d.pen);
  return !d.cancelled;
}
