/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies over the lanes: names, links, the voice in focus, anchors.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "views/draw/colormap.h"
#include "views/morph/morph-lanes-private.h"
#include "views/paint.h"

enum { STEP_PX = 3, DOT_PX = 3 };

static void
set_color (cairo_t *cr, uint32_t color, double alpha)
{
  cairo_set_source_rgba (cr,
                         (double)(color >> 16 & 255) / 255,
                         (double)(color >> 8 & 255) / 255,
                         (double)(color & 255) / 255,
                         alpha);
}

static void
clip_to_lane (TsrMorphLanes *self, cairo_t *cr, guint k)
{
  cairo_rectangle (
      cr, self->left, self->lanes[k].top, self->width, self->lanes[k].height);
  cairo_clip (cr);
}

/* ---- partials and links ---- */

static void
trace_partial (TsrMorphLanes *self, cairo_t *cr, guint k, const TsrPartial *partial)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double from = fmax (tsr_lanes_x_of (self, s->start_s), self->left - STEP_PX);
  double to = fmin (tsr_lanes_x_of (self, s->end_s), self->left + self->width + STEP_PX);

  cairo_new_sub_path (cr);
  for (double x = from;; x = fmin (x + STEP_PX, to)) {
    TsrBreakpoint value;
    double        time_s = CLAMP (tsr_lanes_time_at (self, x), s->start_s, s->end_s);
    if (tsr_partial_at (partial, time_s, &value))
      cairo_line_to (cr, x, tsr_lanes_y_of (self, k, value.frequency_hz));
    if (x >= to)
      break;
  }
}

/* Bright, on a dark seam; the one that was pointed at thicker. */
static void
draw_bright (TsrMorphLanes *self, cairo_t *cr, guint k, TsrPartial *partial, guint hue)
{
  cairo_save (cr);
  clip_to_lane (self, cr, k);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  trace_partial (self, cr, k, partial);
  set_color (cr, 0, 0.75);
  cairo_set_line_width (cr, 7);
  cairo_stroke_preserve (cr);
  set_color (cr, hue > 0 ? tsr_hue_color (hue, 1) : 0xffffff, 1);
  cairo_set_line_width (cr, 4);
  cairo_stroke_preserve (cr);
  set_color (cr, 0xffffff, 0.9);
  cairo_set_line_width (cr, 1.4);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* All partials of the voice, in all lanes; or the partial alone where it has none. */
static void
draw_voice (TsrMorphLanes *self, cairo_t *cr, guint k, gint64 id)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);
  gssize        v = tsr_morph_session_voice_of (self->morph, k, id);
  TsrPartial   *alone = tsr_lanes_partial (self, k, id);

  if (plan == NULL || v < 0 || (gsize)v >= self->hues->len) {
    if (alone != NULL)
      draw_bright (self, cr, k, alone, 0);
    return;
  }
  const TsrMorphVoice *voice = &tsr_morph_plan_voices (plan)->items[v];
  for (guint i = 0; i < self->n; i++) {
    TsrPartialSet *set = tsr_lanes_partials (self, i);
    for (gsize m = 0; m < voice->n_members[i]; m++)
      if (voice->members[i][m] < tsr_partial_set_size (set))
        draw_bright (self,
                     cr,
                     i,
                     tsr_partial_set_at (set, voice->members[i][m]),
                     g_array_index (self->hues, guint, v));
  }
}

/* From lane to lane: straight through the gap, and on to the partial. */
static void
draw_link (TsrMorphLanes *self, cairo_t *cr, const TsrLaneLink *link, gboolean bright)
{
  double last_x = 0, last_y = 0;
  int    last = -1;

  set_color (cr, tsr_hue_color (link->hue, 1), bright ? 1 : link->by_hand ? 0.95 : 0.6);
  cairo_set_line_width (cr, bright ? 2.5 : link->by_hand ? 2.2 : 1.2);
  for (guint k = 0; k < self->n; k++) {
    if (!link->has[k])
      continue;
    const TsrLane *lane = &self->lanes[k];
    double         x = tsr_lanes_x_of (self, link->time_s[k]);
    double         y = tsr_lanes_y_of (self, k, link->hz[k]);
    gboolean       seen = y >= lane->top && y <= lane->top + lane->height;
    if (last >= 0) {
      cairo_move_to (cr, last_x, last_y);
      cairo_line_to (cr, x, CLAMP (y, lane->top, lane->top + lane->height));
      cairo_stroke (cr);
    }
    if (seen) {
      cairo_arc (cr, x, y, bright ? DOT_PX + 1.5 : DOT_PX, 0, 2 * G_PI);
      cairo_fill (cr);
    }
    last = (int)k;
    last_x = x;
    last_y = CLAMP (y, lane->top, lane->top + lane->height);
  }
}

static void
draw_links (TsrMorphLanes *self, cairo_t *cr, gssize bright)
{
  for (guint i = 0; i < self->links->len; i++) {
    const TsrLaneLink *link = &g_array_index (self->links, TsrLaneLink, i);
    if ((gssize)link->voice != bright && (link->by_hand || !link->apart))
      draw_link (self, cr, link, FALSE);
  }
}

static void
draw_bright_link (TsrMorphLanes *self, cairo_t *cr, gssize voice)
{
  for (guint i = 0; i < self->links->len; i++) {
    const TsrLaneLink *link = &g_array_index (self->links, TsrLaneLink, i);
    if ((gssize)link->voice == voice)
      draw_link (self, cr, link, TRUE);
  }
}

/* The link in hand. */
static void
draw_rubber (TsrMorphLanes *self, cairo_t *cr)
{
  const double dashes[] = {5, 4};

  if (self->grip != TSR_LANES_LINK)
    return;
  cairo_save (cr);
  set_color (cr, 0xffffff, 0.95);
  cairo_set_line_width (cr, 2);
  cairo_set_dash (cr, dashes, 2, 0);
  cairo_move_to (cr, self->press_x, self->press_y);
  cairo_line_to (cr, self->x, self->y);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_voices (TsrMorphLanes *self, GtkSnapshot *snapshot)
{
  guint  lane;
  gint64 id = tsr_morph_session_get_focus (self->morph, &lane);
  double bottom = self->lanes[self->n - 1].top + self->lanes[self->n - 1].height;

  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot,
      &GRAPHENE_RECT_INIT ((float)self->left,
                           (float)self->lanes[0].top,
                           (float)self->width,
                           (float)(bottom - self->lanes[0].top)));
  gssize focus = id != 0 ? tsr_morph_session_voice_of (self->morph, lane, id) : -1;
  gssize hover =
      self->hover_id != 0 && self->hover_lane < self->n
          ? tsr_morph_session_voice_of (self->morph, self->hover_lane, self->hover_id)
          : -1;
  draw_links (self, cr, focus >= 0 ? focus : hover);
  if (id != 0 && lane < self->n)
    draw_voice (self, cr, lane, id);
  if (self->link_id != 0 && self->link_lane < self->n) /* begun with Return */
    draw_voice (self, cr, self->link_lane, self->link_id);
  if (hover >= 0 && hover != focus)
    draw_voice (self, cr, self->hover_lane, self->hover_id);
  draw_bright_link (self, cr, focus);
  if (hover != focus)
    draw_bright_link (self, cr, hover);
  draw_rubber (self, cr);
  cairo_destroy (cr);
}

/* ---- anchors ---- */

static void
fill_round (
    GtkSnapshot *snapshot, double x, double y, double w, double h, const GdkRGBA *c)
{
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (
      &round,
      &GRAPHENE_RECT_INIT ((float)x, (float)y, (float)w, (float)h),
      (float)MIN (4, h / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, c, &round.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
draw_badge (TsrMorphLanes *self, GtkSnapshot *snapshot, guint k, guint i, gboolean lit)
{
  const GdkRGBA    dark = {0, 0, 0, 0.7f}, plain = {0.85f, 0.87f, 0.92f, 1};
  const GdkRGBA    bright = {1, 1, 1, 1}, ink = {0.08f, 0.08f, 0.1f, 1};
  g_autofree char *number = g_strdup_printf ("%u", i + 1);
  double           wide, high = TSR_LANE_BADGE_PX, y = self->lanes[k].top + 3;
  double           x = tsr_lanes_badge_x (self, i, k, &wide);

  fill_round (snapshot, x - wide / 2 - 1, y - 1, wide + 2, high + 2, &dark);
  fill_round (snapshot, x - wide / 2, y, wide, high, lit ? &bright : &plain);
  tsr_paint_text (
      GTK_WIDGET (self), snapshot, number, x, y + high / 2, TSR_PAINT_MIDDLE, &ink);
}

static void
draw_joint (TsrMorphLanes *self,
            GtkSnapshot   *snapshot,
            double         x0,
            double         x1,
            guint          k,
            gboolean       lit)
{
  double   top = self->lanes[k].top + self->lanes[k].height;
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot,
      &GRAPHENE_RECT_INIT (
          (float)self->left, (float)top, (float)self->width, TSR_LANE_GAP_PX));

  set_color (cr, 0xffffff, lit ? 1 : 0.75);
  cairo_set_line_width (cr, lit ? 2.5 : 1.5);
  cairo_move_to (cr, x0, top);
  cairo_line_to (cr, x1, top + TSR_LANE_GAP_PX);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
draw_anchor (TsrMorphLanes        *self,
             GtkSnapshot          *snapshot,
             const TsrMorphAnchor *anchor,
             guint                 i)
{
  gboolean      lit = (int)i == self->anchor || (int)i == self->hover_anchor;
  const GdkRGBA seam = {0, 0, 0, 0.55f}, line = {1, 1, 1, lit ? 1.0f : 0.75f};
  double        half = (int)i == self->anchor ? 1.25 : 0.75;

  for (guint k = 0; k < self->n; k++) {
    const TsrLane *lane = &self->lanes[k];
    double         x = round (tsr_lanes_x_of (self, anchor->times_s[k]));
    if (k + 1 < self->n)
      draw_joint (
          self, snapshot, x, tsr_lanes_x_of (self, anchor->times_s[k + 1]), k, lit);
    if (x < self->left - TSR_LANE_BADGE_PX ||
        x > self->left + self->width + TSR_LANE_BADGE_PX)
      continue;
    double bottom = lane->top + lane->height;
    tsr_paint_box (snapshot, x - half - 1, lane->top, x + half + 1, bottom, &seam);
    tsr_paint_box (snapshot, x - half, lane->top, x + half, bottom, &line);
    draw_badge (self, snapshot, k, i, lit);
  }
}

/* ---- names ---- */

static void
draw_name (TsrMorphLanes *self, GtkSnapshot *snapshot, guint k)
{
  const GdkRGBA    ground = {0.05f, 0.04f, 0.07f, 0.78f}, text = {0.95f, 0.94f, 0.97f, 1};
  g_autofree char *name =
      g_strdup_printf ("%c  %s", 'A' + (int)k, tsr_sound_get_name (self->sounds[k]));
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), name);
  const TsrLane *lane = &self->lanes[k];
  int            width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  double y = lane->top + lane->height - height - 12;
  fill_round (snapshot, self->left + 8, y, width + 16, height + 6, &ground);
  tsr_paint_text (GTK_WIDGET (self),
                  snapshot,
                  name,
                  self->left + 16,
                  y + (height + 6) / 2.0,
                  TSR_PAINT_START,
                  &text);
}

/* Where there is no sound any more. */
static void
draw_end (TsrMorphLanes *self, GtkSnapshot *snapshot, guint k)
{
  const GdkRGBA  veil = {0.09f, 0.08f, 0.11f, 0.85f};
  const TsrLane *lane = &self->lanes[k];
  TsrSoundState *state = tsr_sound_get_state (self->sounds[k]);
  double         x = fmax (self->left,
                   tsr_lanes_x_of (self, tsr_sound_state_fields (state)->duration_s));

  if (x < self->left + self->width)
    tsr_paint_box (snapshot,
                   x,
                   lane->top,
                   self->left + self->width,
                   lane->top + lane->height,
                   &veil);
}

void
tsr_lanes_snapshot_overlay (TsrMorphLanes *self, GtkSnapshot *snapshot)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);

  gtk_snapshot_push_clip (
      snapshot,
      &GRAPHENE_RECT_INIT ((float)self->left,
                           (float)self->lanes[0].top,
                           (float)self->width,
                           (float)gtk_widget_get_height (GTK_WIDGET (self))));
  for (guint k = 0; k < self->n; k++)
    draw_end (self, snapshot, k);
  draw_voices (self, snapshot);
  for (guint i = 0; i < anchors->len; i++)
    draw_anchor (self, snapshot, &g_array_index (anchors, TsrMorphAnchor, i), i);
  for (guint k = 0; k < self->n; k++)
    draw_name (self, snapshot, k);
  gtk_snapshot_pop (snapshot);
}
