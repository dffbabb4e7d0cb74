/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keys on the canvas: walking partials, nudging, deleting, tools, typed numbers.
 */
#include <math.h>
#include <string.h>

#include "views/canvas-private.h"
#include "views/controller.h"
#include "views/tool-palette.h"

#define NUDGE_S 0.001
#define NUDGE_CENTS 5.0

typedef enum { WALK_EARLIER, WALK_LATER, WALK_UP, WALK_DOWN } Walk;

static TsrPartial *
focused (TsrCanvas *self, TsrPartialSet *set)
{
  int64_t index =
      self->focus_id == 0 ? -1 : tsr_partial_set_index_of (set, self->focus_id);

  return index < 0 ? NULL : tsr_partial_set_at (set, (size_t)index);
}

/* How far a partial lies in a direction from the one under the focus, or from the middle
 * of the view; INFINITY: not in that direction. Up and down look among those that sound
 * together with it. */
static double
distance (const TsrPartialSummary *from, const TsrPartialSummary *to, Walk walk)
{
  double   later_s = to->start_s - from->start_s;
  double   higher = log2 (fmax (to->mean_hz, 1) / fmax (from->mean_hz, 1));
  gboolean together = to->start_s <= from->end_s && to->end_s >= from->start_s;

  switch (walk) {
  case WALK_EARLIER:
    later_s = -later_s;
    G_GNUC_FALLTHROUGH;
  case WALK_LATER:
    return later_s > 0 ? later_s + fabs (higher) : INFINITY;
  case WALK_DOWN:
    higher = -higher;
    G_GNUC_FALLTHROUGH;
  case WALK_UP:
    return higher > 0 && together ? higher : INFINITY;
  }
  return INFINITY;
}

static void
show_partial (TsrCanvas *self, const TsrPartialSummary *s)
{
  TsrViewport *viewport = tsr_canvas_viewport (self);
  double       start_s = tsr_viewport_get_start_s (viewport);
  double       end_s = tsr_viewport_get_end_s (viewport);

  if (s->start_s > end_s || s->end_s < start_s)
    tsr_viewport_scroll (viewport, (s->start_s - start_s) / (end_s - start_s) - 0.1, 0);
  double y = tsr_canvas_y_of (self, s->mean_hz);
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  if (y < 0 || y > height)
    tsr_viewport_scroll (viewport, 0, (height / 2 - y) / height);
}

static void
take_focus (TsrCanvas *self, TsrPartial *partial, gboolean extend)
{
  gint64 id = tsr_partial_id (partial);
  g_autoptr (TsrSelection) one = tsr_selection_new (&id, 1, NULL);
  g_autoptr (TsrSelection) after =
      tsr_selection_combine (tsr_session_get_selection (self->session),
                             one,
                             extend ? TSR_SELECT_ADD : TSR_SELECT_REPLACE);

  self->focus_id = id;
  show_partial (self, tsr_partial_summary (partial));
  tsr_session_set_selection (self->session, after);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
walk (TsrCanvas *self, Walk walk, gboolean extend)
{
  TsrPartialSet    *set = tsr_canvas_partials (self);
  TsrPartial       *from = set != NULL ? focused (self, set) : NULL;
  TsrPartial       *best = NULL;
  double            best_distance = INFINITY;
  TsrPartialSummary origin = {
      .start_s = tsr_viewport_get_start_s (tsr_canvas_viewport (self)),
      .end_s = tsr_viewport_get_end_s (tsr_canvas_viewport (self)),
      .mean_hz = tsr_canvas_hz_at (self, gtk_widget_get_height (GTK_WIDGET (self)))};

  if (set == NULL)
    return;
  if (from != NULL)
    origin = *tsr_partial_summary (from);
  for (size_t i = 0; i < tsr_partial_set_size (set); i++) {
    TsrPartial *partial = tsr_partial_set_at (set, i);
    double      away =
        distance (&origin, tsr_partial_summary (partial), from ? walk : WALK_UP);
    if (partial != from && away < best_distance) {
      best_distance = away;
      best = partial;
    }
  }
  if (best != NULL)
    take_focus (self, best, extend);
}

/* The first or last partial in time. */
static void
walk_to_end (TsrCanvas *self, gboolean last, gboolean extend)
{
  TsrPartialSet *set = tsr_canvas_partials (self);
  TsrPartial    *best = NULL;

  for (size_t i = 0; set != NULL && i < tsr_partial_set_size (set); i++) {
    TsrPartial *partial = tsr_partial_set_at (set, i);
    double      later_s = best == NULL ? 0
                                       : tsr_partial_summary (partial)->start_s -
                                        tsr_partial_summary (best)->start_s;
    if (best == NULL || (last ? later_s > 0 : later_s < 0))
      best = partial;
  }
  if (best != NULL)
    take_focus (self, best, extend);
}

/* To the next marker or onset. */
static void
jump_to_marker (TsrCanvas *self, gboolean later)
{
  double now_s = tsr_session_get_playhead_s (self->session);
  double to_s =
      later ? tsr_sound_state_fields (tsr_sound_get_state (self->sound))->duration_s : 0;
  gsize            n;
  const TsrMarker *markers = tsr_sound_get_markers (self->sound, &n);
  g_autoptr (GArray) onsets_s = tsr_session_dup_onsets (self->session);

  for (gsize i = 0; i < n; i++) {
    double t = markers[i].time_s;
    if (later ? t > now_s + 1e-6 && t < to_s : t < now_s - 1e-6 && t > to_s)
      to_s = t;
  }
  for (guint i = 0; i < onsets_s->len; i++) {
    double t = g_array_index (onsets_s, double, i);
    if (later ? t > now_s + 1e-6 && t < to_s : t < now_s - 1e-6 && t > to_s)
      to_s = t;
  }
  tsr_session_seek (self->session, to_s);
}

static gboolean
arrow_key (TsrCanvas *self, guint key, GdkModifierType modifiers)
{
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;
  double   times = shift ? 10 : 1;
  gboolean level = key == GDK_KEY_Left || key == GDK_KEY_Right;
  double   sign = key == GDK_KEY_Right || key == GDK_KEY_Up ? 1 : -1;

  if (modifiers & GDK_ALT_MASK)
    tsr_canvas_nudge (
        self, level ? sign * times * NUDGE_S : 0, level ? 0 : sign * times * NUDGE_CENTS);
  else if (modifiers & GDK_CONTROL_MASK) {
    if (!level)
      return FALSE;
    jump_to_marker (self, sign > 0);
  } else if (level)
    walk (self, sign > 0 ? WALK_LATER : WALK_EARLIER, shift);
  else
    walk (self, sign > 0 ? WALK_UP : WALK_DOWN, shift);
  return TRUE;
}

static void
escape (TsrCanvas *self)
{
  if (self->drag.grip != TSR_GRIP_NONE) {
    tsr_canvas_give_up_drag (self);
    return;
  }
  self->measuring = FALSE;
  if (tsr_canvas_is_comparing (self)) {
    tsr_session_compare (self->session, 0, 0);
    return;
  }
  if (self->drawing != NULL) {
    tsr_drawn_curve_end (self->drawing, FALSE);
    return;
  }
  if (tsr_session_get_select_mode (self->session) != TSR_SELECT_REPLACE)
    tsr_session_set_select_mode (self->session, TSR_SELECT_REPLACE);
  else if (!tsr_canvas_has_tool (self, "select"))
    g_object_set (self->session, "tool", "select", NULL);
  else
    tsr_canvas_select_none (self);
  self->focus_id = 0;
  tsr_canvas_update_hover (self);
}

/* Digits while something is dragged are its exact value. */
static gboolean
type_value (TsrCanvas *self, guint key)
{
  GString *typed = self->drag.typed;
  guint32  letter = gdk_keyval_to_unicode (key);

  if (key == GDK_KEY_BackSpace) {
    if (typed->len > 0)
      g_string_truncate (typed, typed->len - 1);
  } else if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) {
    tsr_canvas_finish_drag (self);
    return TRUE;
  } else if (letter == ',')
    g_string_append_c (typed, '.');
  else if (letter != 0 && letter < 128 && strchr ("0123456789.+-", (int)letter) != NULL)
    g_string_append_c (typed, (char)letter);
  else
    return FALSE;
  self->drag.moved = TRUE;
  if (tsr_canvas_is_edit (self->drag.grip))
    tsr_canvas_edit_update (self);
  if (self->drag.grip == TSR_GRIP_POINT)
    tsr_canvas_point_update (self);
  if (self->drag.grip == TSR_GRIP_CURVE)
    tsr_canvas_curve_update (self, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static gboolean
letter_key (TsrCanvas *self, guint key, GdkModifierType modifiers)
{
  TsrViewport *viewport = tsr_canvas_viewport (self);
  double       middle_s =
      (tsr_viewport_get_start_s (viewport) + tsr_viewport_get_end_s (viewport)) / 2;
  guint    small = gdk_keyval_to_lower (key);
  gboolean shift = (modifiers & GDK_SHIFT_MASK) != 0;

  if ((modifiers & GDK_CONTROL_MASK) == 0) {
    const char *tool = tsr_tool_of_digit ((char)MIN (gdk_keyval_to_unicode (key), 127));
    if (tool != NULL)
      g_object_set (self->session, "tool", tool, NULL);
    else if (small == GDK_KEY_f)
      tsr_canvas_zoom_to_selection (self);
    else
      return FALSE;
    return TRUE;
  }
  if (small == GDK_KEY_a && !shift)
    tsr_canvas_select_all (self);
  else if (small == GDK_KEY_a)
    tsr_canvas_select_none (self);
  else if (small == GDK_KEY_i && shift)
    tsr_canvas_invert_selection (self);
  else if (key == GDK_KEY_0)
    tsr_viewport_fit (viewport);
  else if (key == GDK_KEY_equal || key == GDK_KEY_plus || key == GDK_KEY_minus ||
           key == GDK_KEY_underscore) {
    double factor = key == GDK_KEY_equal || key == GDK_KEY_plus ? 1.5 : 1 / 1.5;
    if (shift)
      tsr_viewport_zoom_frequency (
          viewport, factor, tsr_viewport_get_anchor_hz (viewport));
    else
      tsr_viewport_zoom_time (viewport, factor, middle_s);
  } else
    return FALSE;
  return TRUE;
}

/* Playing, deleting, the menu; letters for the rest. */
static gboolean
command_key (TsrCanvas *self, guint key, GdkModifierType modifiers)
{
  switch (key) {
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    if (self->drawing != NULL) {
      tsr_drawn_curve_end (self->drawing, TRUE);
      return TRUE;
    }
    if (self->focus_id == 0)
      return FALSE;
    tsr_canvas_emit_partial (self, TSR_CANVAS_PLAY_PARTIAL, self->focus_id);
    return TRUE;
  case GDK_KEY_Delete:
  case GDK_KEY_BackSpace:
    if (!tsr_canvas_delete_point (self))
      tsr_canvas_delete_selection (self);
    return TRUE;
  case GDK_KEY_F10:
    if ((modifiers & GDK_SHIFT_MASK) == 0)
      return FALSE;
    G_GNUC_FALLTHROUGH;
  case GDK_KEY_Menu:
    tsr_canvas_emit_context_menu (self,
                                  gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
                                  gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
    return TRUE;
  default:
    return letter_key (self, key, modifiers);
  }
}

static gboolean
pressed_cb (GtkEventControllerKey *controller,
            guint                  key,
            guint                  code,
            GdkModifierType        modifiers,
            TsrCanvas             *self)
{
  if (self->sound == NULL)
    return FALSE;
  if ((tsr_canvas_is_edit (self->drag.grip) || self->drag.grip == TSR_GRIP_POINT ||
       self->drag.grip == TSR_GRIP_CURVE) &&
      type_value (self, key))
    return TRUE;
  if (self->drag.grip != TSR_GRIP_NONE && key != GDK_KEY_Escape)
    return FALSE; /* one thing at a time */
  if (tsr_canvas_curve_key (self, key, modifiers))
    return TRUE;
  switch (key) {
  case GDK_KEY_Left:
  case GDK_KEY_Right:
  case GDK_KEY_Up:
  case GDK_KEY_Down:
    return arrow_key (self, key, modifiers);
  case GDK_KEY_Home:
  case GDK_KEY_End:
    walk_to_end (self, key == GDK_KEY_End, (modifiers & GDK_SHIFT_MASK) != 0);
    return TRUE;
  case GDK_KEY_Escape:
    escape (self);
    return TRUE;
  default:
    return command_key (self, key, modifiers);
  }
}

void
tsr_canvas_add_keys (TsrCanvas *self)
{
  tsr_widget_on_key (GTK_WIDGET (self), GTK_PHASE_BUBBLE, G_CALLBACK (pressed_cb), self);
}
