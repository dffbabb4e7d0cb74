/* SPDX-License-Identifier: GPL-3.0-or-later
 * The lanes without a mouse.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "views/controller.h"
#include "views/morph/morph-lanes-private.h"

#define NUDGE_S 1e-3

/* Partials of lane k as they lie at the middle of the view, from low to high. */
typedef struct {
  gint64 id;
  double hz;
} Rung;

static gint
compare_rungs (gconstpointer a, gconstpointer b)
{
  const Rung *x = a, *y = b;

  return (x->hz > y->hz) - (x->hz < y->hz);
}

static GArray *
rungs_of (TsrMorphLanes *self, guint k)
{
  GArray        *rungs = g_array_new (FALSE, FALSE, sizeof (Rung));
  TsrPartialSet *set = tsr_lanes_partials (self, k);
  double         start_s = tsr_viewport_get_start_s (self->viewport);
  double         end_s = tsr_viewport_get_end_s (self->viewport);

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial        *partial = tsr_partial_set_at (set, i);
    const TsrPartialSummary *s = tsr_partial_summary (partial);
    if (s->end_s < start_s || s->start_s > end_s ||
        s->low_hz > tsr_viewport_get_high_hz (self->viewport) ||
        s->high_hz < tsr_viewport_get_low_hz (self->viewport))
      continue;
    Rung rung = {tsr_partial_id (partial), s->mean_hz};
    g_array_append_val (rungs, rung);
  }
  g_array_sort (rungs, compare_rungs);
  return rungs;
}

/* The next partial up (+1) or down (-1); the lowest where none is in focus. */
static void
walk_partials (TsrMorphLanes *self, int step)
{
  guint  lane;
  gint64 id = tsr_morph_session_get_focus (self->morph, &lane);
  guint  k = id != 0 && lane < self->n ? lane : 0;
  g_autoptr (GArray) rungs = rungs_of (self, k);
  int at = -1;

  tsr_morph_lanes_select_anchor (self, -1);
  for (guint i = 0; i < rungs->len; i++)
    if (g_array_index (rungs, Rung, i).id == id)
      at = (int)i;
  at = id == 0 || at < 0 ? 0 : at + step;
  if (at >= 0 && at < (int)rungs->len)
    tsr_morph_session_set_focus (self->morph, k, g_array_index (rungs, Rung, at).id);
}

static double
hz_of (TsrMorphLanes *self, guint k, gint64 id)
{
  TsrPartial *partial = tsr_lanes_partial (self, k, id);

  return partial != NULL ? tsr_partial_summary (partial)->mean_hz : 0;
}

/* To the partner in the lane above or below, or to the partial nearest in frequency. */
static void
change_lane (TsrMorphLanes *self, int step)
{
  guint  lane;
  gint64 id = tsr_morph_session_get_focus (self->morph, &lane), best = 0;
  double least = INFINITY;

  if (id == 0 || lane >= self->n) {
    walk_partials (self, 1);
    return;
  }
  if ((int)lane + step < 0 || lane + (guint)step >= self->n)
    return;
  guint  k = (guint)((int)lane + step);
  gssize voice = tsr_morph_session_voice_of (self->morph, lane, id);
  g_autoptr (GArray) rungs = rungs_of (self, k);
  for (guint i = 0; i < rungs->len; i++) {
    const Rung *rung = &g_array_index (rungs, Rung, i);
    double      away = fabs (log (fmax (rung->hz, 1) / fmax (hz_of (self, lane, id), 1)));
    if (voice >= 0 && tsr_morph_session_voice_of (self->morph, k, rung->id) == voice)
      away = -1;
    if (away < least) {
      least = away;
      best = rung->id;
    }
  }
  if (best != 0)
    tsr_morph_session_set_focus (self->morph, k, best);
}

/* Begins a link at the partial in focus, or ends it there. */
static void
link_focus (TsrMorphLanes *self)
{
  guint  lane;
  gint64 id = tsr_morph_session_get_focus (self->morph, &lane);

  if (id == 0)
    return;
  if (self->link_id == 0 || self->link_lane == lane) {
    self->link_id = id;
    self->link_lane = lane;
  } else {
    tsr_morph_session_link (self->morph, self->link_lane, self->link_id, lane, id);
    self->link_id = 0;
  }
  tsr_lanes_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
walk_anchors (TsrMorphLanes *self, int step)
{
  int n = (int)tsr_morph_session_get_anchors (self->morph)->len;
  int next = self->anchor < 0 ? (step > 0 ? 0 : n - 1) : self->anchor + step;

  if (next < 0 || next >= n)
    return;
  tsr_morph_session_set_focus (self->morph, 0, 0);
  tsr_morph_lanes_select_anchor (self, next);
}

static void
nudge_anchor (TsrMorphLanes *self, double by_s)
{
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);

  if (self->anchor < 0 || (guint)self->anchor >= anchors->len)
    return;
  double at_s =
      g_array_index (anchors, TsrMorphAnchor, self->anchor).times_s[self->anchor_lane];
  tsr_lanes_move_anchor (self, self->anchor, self->anchor_lane, at_s + by_s);
}

/* With an anchor in focus the lane in which it is moved; else that of the partial. */
static void
page (TsrMorphLanes *self, int step)
{
  int lane = (int)self->anchor_lane + step;

  if (self->anchor < 0)
    change_lane (self, step);
  else if (lane >= 0 && lane < (int)self->n)
    self->anchor_lane = (guint)lane;
  tsr_lanes_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
tsr_morph_lanes_can_delete (TsrMorphLanes *self)
{
  guint lane;

  g_return_val_if_fail (TSR_IS_MORPH_LANES (self), FALSE);
  return self->anchor >= 0 || tsr_morph_session_get_focus (self->morph, &lane) != 0;
}

gboolean
tsr_morph_lanes_delete (TsrMorphLanes *self)
{
  guint  lane;
  gint64 id = tsr_morph_session_get_focus (self->morph, &lane);

  g_return_val_if_fail (TSR_IS_MORPH_LANES (self), FALSE);
  if (self->anchor >= 0) {
    tsr_lanes_remove_anchor (self, self->anchor);
    return TRUE;
  }
  return id != 0 && tsr_morph_session_unlink (self->morph, lane, id);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        modifiers,
        TsrMorphLanes         *self)
{
  gboolean alt = (modifiers & GDK_ALT_MASK) != 0;
  double   nudge_s = (modifiers & GDK_SHIFT_MASK) != 0 ? 10 * NUDGE_S : NUDGE_S;

  if (self->n == 0 || (modifiers & GDK_CONTROL_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (key) {
  case GDK_KEY_Up:
  case GDK_KEY_Down:
    walk_partials (self, key == GDK_KEY_Up ? 1 : -1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Page_Up:
  case GDK_KEY_Page_Down:
    page (self, key == GDK_KEY_Page_Down ? 1 : -1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Left:
  case GDK_KEY_Right:
    if (alt)
      nudge_anchor (self, key == GDK_KEY_Right ? nudge_s : -nudge_s);
    else
      walk_anchors (self, key == GDK_KEY_Right ? 1 : -1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    link_focus (self);
    return GDK_EVENT_STOP;
  case GDK_KEY_a:
  case GDK_KEY_A:
    tsr_morph_lanes_add_anchor (self);
    return GDK_EVENT_STOP;
  case GDK_KEY_Escape:
    self->link_id = 0;
    return tsr_morph_lanes_give_up (self) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

void
tsr_lanes_add_keys (TsrMorphLanes *self)
{
  tsr_widget_on_key (GTK_WIDGET (self), GTK_PHASE_BUBBLE, G_CALLBACK (key_cb), self);
}
