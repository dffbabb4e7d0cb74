/* SPDX-License-Identifier: GPL-3.0-or-later
 * Anchors in the lanes: found under the pointer, moved between their neighbours, added
 * where the sounds are at the same moment, removed.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "views/morph/morph-lanes-private.h"

enum { GRIP_PX = 6 };
#define LEAST_GAP_S 2e-3 /* between anchors */

static double
duration_of (TsrMorphLanes *self, guint k)
{
  return tsr_sound_state_fields (tsr_sound_get_state (self->sounds[k]))->duration_s;
}

static GArray *
dup_anchors (TsrMorphLanes *self)
{
  return g_array_copy ((GArray *)tsr_morph_session_get_anchors (self->morph));
}

double
tsr_lanes_badge_x (TsrMorphLanes *self, guint i, guint k, double *wide)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);
  double        time_s = g_array_index (anchors, TsrMorphAnchor, i).times_s[k];
  double        x = round (tsr_lanes_x_of (self, time_s));
  double        right = self->left + self->width;

  *wide = TSR_LANE_BADGE_PX + (i >= 9 ? 7 : 0);
  if (x < self->left || x > right)
    return x;
  return CLAMP (x, self->left + *wide / 2 + 1, right - *wide / 2 - 1);
}

/* How far x is from the anchor, or from its badge where y is at its height. */
static double
away_px (TsrMorphLanes *self, guint i, guint k, double x, double y)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);
  double        time_s = g_array_index (anchors, TsrMorphAnchor, i).times_s[k];
  double        line_px = fabs (tsr_lanes_x_of (self, time_s) - x), wide;
  double        badge_px = fabs (tsr_lanes_badge_x (self, i, k, &wide) - x);

  if (y > self->lanes[k].top + 2 * TSR_LANE_BADGE_PX)
    return line_px;
  return fmin (line_px, fmax (0, badge_px - wide / 2 + GRIP_PX));
}

int
tsr_lanes_anchor_at (TsrMorphLanes *self, guint k, double x, double y)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);
  double        least_px = GRIP_PX + 0.5;
  int           best = -1;

  for (guint i = 0; i < anchors->len; i++) {
    double px = away_px (self, i, k, x, y);
    if (px < least_px) {
      least_px = px;
      best = (int)i;
    }
  }
  return best;
}

void
tsr_lanes_move_anchor (TsrMorphLanes *self, int i, guint k, double time_s)
{
  g_autoptr (GArray) anchors = dup_anchors (self);
  double low_s = 0, high_s = duration_of (self, k);

  if (i < 0 || (guint)i >= anchors->len)
    return;
  if (i > 0)
    low_s = g_array_index (anchors, TsrMorphAnchor, i - 1).times_s[k] + LEAST_GAP_S;
  if ((guint)i + 1 < anchors->len)
    high_s = g_array_index (anchors, TsrMorphAnchor, i + 1).times_s[k] - LEAST_GAP_S;
  if (low_s > high_s)
    return;
  double *at_s = &g_array_index (anchors, TsrMorphAnchor, i).times_s[k];
  *at_s = CLAMP (round (time_s * 1e5) / 1e5, low_s, high_s);
  tsr_morph_session_set_anchors (self->morph, anchors);
}

/* The same moment in all sounds, told by its time in one. */
static void
same_moment (TsrMorphLanes *self, guint k, double time_s, TsrMorphAnchor *anchor)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);
  double        part = time_s / duration_of (self, k);

  for (guint i = 0; i < self->n; i++) {
    double at_s = part * duration_of (self, i);
    if (plan != NULL)
      at_s = tsr_curve_at_extended (
          tsr_morph_plan_map (plan, i),
          tsr_curve_inverse_extended (tsr_morph_plan_map (plan, k), time_s));
    anchor->times_s[i] =
        CLAMP (round ((i == k ? time_s : at_s) * 1e5) / 1e5, 0, duration_of (self, i));
  }
}

void
tsr_lanes_add_anchor_at (TsrMorphLanes *self, guint k, double time_s)
{
  g_autoptr (GArray) anchors = dup_anchors (self);
  TsrMorphAnchor fresh = {0};
  guint          at = 0;

  same_moment (self, k, CLAMP (time_s, 0, duration_of (self, k)), &fresh);
  while (at < anchors->len &&
         g_array_index (anchors, TsrMorphAnchor, at).times_s[k] < fresh.times_s[k])
    at++;
  g_array_insert_val (anchors, at, fresh);
  if (!tsr_morph_session_set_anchors (self->morph, anchors))
    return; /* too near to another one */
  self->anchor_lane = k;
  tsr_morph_lanes_select_anchor (self, (int)at);
}

void
tsr_lanes_remove_anchor (TsrMorphLanes *self, int i)
{
  g_autoptr (GArray) anchors = dup_anchors (self);

  if (i < 0 || (guint)i >= anchors->len)
    return;
  g_array_remove_index (anchors, (guint)i);
  tsr_morph_lanes_select_anchor (self, -1);
  self->hover_anchor = -1;
  tsr_morph_session_set_anchors (self->morph, anchors);
}

void
tsr_morph_lanes_add_anchor (TsrMorphLanes *self)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);
  double        best_s = 0, widest_s = 0;

  g_return_if_fail (TSR_IS_MORPH_LANES (self));
  if (self->n == 0)
    return;
  double from_s = fmax (0, tsr_viewport_get_start_s (self->viewport));
  double to_s = fmin (duration_of (self, 0), tsr_viewport_get_end_s (self->viewport));
  for (guint i = 0; i <= anchors->len; i++) {
    double next_s =
        i < anchors->len ? g_array_index (anchors, TsrMorphAnchor, i).times_s[0] : to_s;
    next_s = CLAMP (next_s, from_s, fmax (from_s, to_s));
    if (next_s - from_s > widest_s) {
      widest_s = next_s - from_s;
      best_s = (from_s + next_s) / 2;
    }
    from_s = fmax (from_s, next_s);
  }
  if (widest_s > 0)
    tsr_lanes_add_anchor_at (self, 0, best_s);
}

int
tsr_morph_lanes_get_anchor (TsrMorphLanes *self)
{
  g_return_val_if_fail (TSR_IS_MORPH_LANES (self), -1);
  return self->anchor;
}

void
tsr_morph_lanes_select_anchor (TsrMorphLanes *self, int anchor)
{
  g_return_if_fail (TSR_IS_MORPH_LANES (self));
  if (self->anchor == anchor)
    return;
  self->anchor = anchor;
  if (self->anchor_lane >= self->n)
    self->anchor_lane = 0;
  tsr_lanes_emit_anchor (self);
  tsr_lanes_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
