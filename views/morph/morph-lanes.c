/* SPDX-License-Identifier: GPL-3.0-or-later
 * The lanes as an object: what stands where, and one view for all of them.
 */
#include "views/morph/morph-lanes.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "model/dsp-types.h"
#include "views/frequency-ruler.h"
#include "views/morph/morph-lanes-private.h"
#include "views/time-ruler.h"

#define FAINT 0.002       /* -54 dB re the loudest partial */
#define HIGHEST_HZ 8000.0 /* that is shown at first */

enum { ANCHOR, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrMorphLanes, tsr_morph_lanes, GTK_TYPE_WIDGET)

double
tsr_lanes_x_of (TsrMorphLanes *self, double time_s)
{
  return self->left + tsr_viewport_x_of (self->viewport, time_s, self->width);
}

double
tsr_lanes_time_at (TsrMorphLanes *self, double x)
{
  return tsr_viewport_time_at (self->viewport, x - self->left, self->width);
}

double
tsr_lanes_y_of (TsrMorphLanes *self, guint k, double hz)
{
  const TsrLane *lane = &self->lanes[k];

  return lane->top +
         tsr_viewport_y_of (tsr_session_get_viewport (lane->session), hz, lane->height);
}

guint
tsr_lanes_lane_at (TsrMorphLanes *self, double y, gboolean *inside)
{
  guint  best = 0;
  double least = INFINITY;

  for (guint k = 0; k < self->n; k++) {
    const TsrLane *lane = &self->lanes[k];
    double         away = fmax (0, fmax (lane->top - y, y - lane->top - lane->height));
    if (away < least) {
      least = away;
      best = k;
    }
  }
  if (inside != NULL)
    *inside = least <= 0;
  return best;
}

TsrPartialSet *
tsr_lanes_partials (TsrMorphLanes *self, guint k)
{
  return tsr_sound_state_fields (tsr_sound_get_state (self->sounds[k]))->partials;
}

TsrPartial *
tsr_lanes_partial (TsrMorphLanes *self, guint k, gint64 id)
{
  TsrPartialSet *set = tsr_lanes_partials (self, k);
  gint64         at = id > 0 ? tsr_partial_set_index_of (set, id) : -1;

  return at >= 0 ? tsr_partial_set_at (set, (gsize)at) : NULL;
}

void
tsr_lanes_emit_anchor (TsrMorphLanes *self)
{
  g_signal_emit (self, signals[ANCHOR], 0);
}

/* In words: for people who hear the window, and for tests. */
void
tsr_lanes_describe (TsrMorphLanes *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize         n_matched, n_voices;
  guint         focus_lane;
  gint64        focus = tsr_morph_session_get_focus (self->morph, &focus_lane);
  const GArray *anchors = tsr_morph_session_get_anchors (self->morph);

  tsr_morph_session_count (self->morph, &n_matched, &n_voices);
  g_string_append_printf (text,
                          _ ("%u lanes, %zu of %zu voices matched, %u anchors"),
                          self->n,
                          n_matched,
                          n_voices,
                          anchors->len);
  if (self->anchor >= 0 && (guint)self->anchor < anchors->len)
    g_string_append_printf (
        text,
        _ ("; anchor %d in focus, in lane %u at %.3f s"),
        self->anchor + 1,
        self->anchor_lane + 1,
        g_array_index (anchors, TsrMorphAnchor, self->anchor).times_s[self->anchor_lane]);
  if (focus != 0 && focus_lane < self->n) {
    gssize   voice = tsr_morph_session_voice_of (self->morph, focus_lane, focus);
    gboolean matched = voice >= 0 && (gsize)voice < self->hues->len &&
                       g_array_index (self->hues, guint, voice) > 0;
    g_string_append_printf (
        text,
        matched ? _ ("; partial %lld of lane %u in focus, with a partner")
                : _ ("; partial %lld of lane %u in focus, without a partner"),
        (long long)focus,
        focus_lane + 1);
  }
  if (self->link_id != 0)
    g_string_append (text, _ ("; a link is begun"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
}

/* ---- one view for all ---- */

static void
viewport_cb (TsrViewport *changed, TsrMorphLanes *self)
{
  if (self->syncing)
    return;
  self->syncing = TRUE;
  for (guint k = 0; k < self->n; k++) {
    TsrViewport *v = tsr_session_get_viewport (self->lanes[k].session);
    if (v == changed)
      continue;
    tsr_viewport_set_scale (v, tsr_viewport_get_scale (changed));
    tsr_viewport_set_time (
        v, tsr_viewport_get_start_s (changed), tsr_viewport_get_end_s (changed));
    tsr_viewport_set_frequency (
        v, tsr_viewport_get_low_hz (changed), tsr_viewport_get_high_hz (changed));
  }
  self->syncing = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* All lanes reach as far as the longest sound. */
static void
update_limits (TsrMorphLanes *self)
{
  double duration_s = 0.01, high_hz = 1000;

  for (guint k = 0; k < self->n; k++) {
    TsrSoundState *state = tsr_sound_get_state (self->sounds[k]);
    duration_s = fmax (duration_s, tsr_sound_state_fields (state)->duration_s);
    high_hz = fmax (high_hz, tsr_sound_get_rate_hz (self->sounds[k]) / 2);
  }
  self->syncing = TRUE;
  for (guint k = 0; k < self->n; k++)
    tsr_viewport_set_limits (
        tsr_session_get_viewport (self->lanes[k].session), duration_s, 0, high_hz);
  self->syncing = FALSE;
}

/* After the session of the lane, which knows its own sound only: it has set the limits,
 * and a view that saw all, to that. */
static void
state_cb (TsrSound *sound, GParamSpec *pspec, TsrMorphLanes *self)
{
  double own_s = tsr_sound_state_fields (tsr_sound_get_state (sound))->duration_s;
  double duration_s, low_hz, high_hz;

  if (self->n == 0)
    return;
  update_limits (self);
  tsr_viewport_get_limits (self->viewport, &duration_s, &low_hz, &high_hz);
  if (tsr_viewport_get_start_s (self->viewport) <= 0 &&
      tsr_viewport_get_end_s (self->viewport) == own_s)
    tsr_viewport_set_time (self->viewport, 0, duration_s);
}

/* Up to the highest partial that is not faint, of all sounds; all of the time. */
static void
frame (TsrMorphLanes *self)
{
  double high_hz = 500, duration_s, low_hz, limit_hz;

  for (guint k = 0; k < self->n; k++) {
    TsrPartialSet *set = tsr_lanes_partials (self, k);
    double         loudest = 0;
    gsize          n = tsr_partial_set_size (set);
    for (gsize i = 0; i < n; i++)
      loudest = fmax (loudest,
                      tsr_partial_summary (tsr_partial_set_at (set, i))->peak_amplitude);
    for (gsize i = 0; i < n; i++) {
      const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
      if (s->peak_amplitude > 5 * FAINT * loudest && s->end_s - s->start_s > 0.15)
        high_hz = fmax (high_hz, s->mean_hz);
    }
  }
  tsr_viewport_get_limits (self->viewport, &duration_s, &low_hz, &limit_hz);
  tsr_viewport_set_time (self->viewport, 0, duration_s);
  tsr_viewport_set_frequency (self->viewport, 0, fmin (1.1 * high_hz, HIGHEST_HZ));
}

/* ---- the playhead ---- */

/* Each lane shows it at its own time. */
static void
update_playhead (TsrMorphLanes *self)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);

  for (guint k = 0; k < self->n; k++) {
    double time_s = plan != NULL ? tsr_curve_at_extended (tsr_morph_plan_map (plan, k),
                                                          fmax (self->playhead_s, 0))
                                 : 0;
    tsr_session_set_playhead_s (self->lanes[k].session, time_s);
  }
}

/* A click on the ruler, in the time of the first lane. */
static void
seek_cb (TsrSession *session, double time_s, TsrMorphLanes *self)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);

  if (plan != NULL)
    tsr_session_seek (self->view,
                      tsr_curve_inverse_extended (tsr_morph_plan_map (plan, 0), time_s));
}

/* ---- the lanes ---- */

static void
hover_cb (TsrSession *session, GParamSpec *pspec, TsrMorphLanes *self)
{
  for (guint k = 0; k < self->n; k++)
    if (self->lanes[k].session == session) {
      self->hover_lane = k;
      self->hover_id = tsr_session_get_hover_id (session);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
take_options (TsrMorphLanes *self, guint k)
{
  tsr_canvas_set_wheel_zooms (TSR_CANVAS (self->lanes[k].canvas), self->wheel_zooms);
  tsr_canvas_set_tuning_hz (TSR_CANVAS (self->lanes[k].canvas), self->tuning_hz);
}

void
tsr_morph_lanes_set_options (TsrMorphLanes *self, gboolean wheel_zooms, double tuning_hz)
{
  g_return_if_fail (TSR_IS_MORPH_LANES (self));
  self->wheel_zooms = wheel_zooms;
  self->tuning_hz = tuning_hz;
  for (guint k = 0; k < self->n; k++)
    take_options (self, k);
}

static void
add_lane (TsrMorphLanes *self, guint k)
{
  TsrLane                 *lane = &self->lanes[k];
  static const char *const shared[] = {
      "blend", "floor-db", "ceiling-db", "partials-opacity", NULL};

  lane->session = tsr_session_new ();
  g_object_set (lane->session, "colormap", "grey", "follow", FALSE, NULL);
  for (gsize i = 0; shared[i] != NULL; i++)
    g_object_bind_property (
        self->view, shared[i], lane->session, shared[i], G_BINDING_SYNC_CREATE);
  lane->canvas = tsr_canvas_new (lane->session);
  lane->ruler = tsr_frequency_ruler_new (lane->session);
  take_options (self, k);
  gtk_widget_set_focusable (lane->canvas, FALSE);
  gtk_widget_set_parent (lane->canvas, GTK_WIDGET (self));
  gtk_widget_set_parent (lane->ruler, GTK_WIDGET (self));
  g_signal_connect_object (
      lane->session, "notify::hover-id", G_CALLBACK (hover_cb), self, 0);
  if (k == 0)
    g_signal_connect_object (lane->session, "seek", G_CALLBACK (seek_cb), self, 0);
  g_signal_connect_object (tsr_session_get_viewport (lane->session),
                           "changed",
                           G_CALLBACK (viewport_cb),
                           self,
                           0);
}

static void
remove_lane (TsrMorphLanes *self, guint k)
{
  TsrLane *lane = &self->lanes[k];

  g_clear_signal_handler (&lane->state_handler, self->sounds[k]);
  g_clear_pointer (&lane->canvas, gtk_widget_unparent);
  g_clear_pointer (&lane->ruler, gtk_widget_unparent);
  g_clear_object (&lane->session);
  g_clear_object (&self->sounds[k]);
}

/* TRUE when it is another one than before. */
static gboolean
show_sound (TsrMorphLanes *self, guint k)
{
  TsrLane         *lane = &self->lanes[k];
  TsrSound        *sound = tsr_morph_session_get_sound (self->morph, k);
  g_autofree char *label = NULL;

  gboolean another = self->sounds[k] != sound;
  if (another) {
    g_clear_signal_handler (&lane->state_handler, self->sounds[k]);
    g_set_object (&self->sounds[k], sound);
    tsr_session_set_sound (lane->session, sound);
    lane->state_handler = g_signal_connect_data (
        sound, "notify::state", G_CALLBACK (state_cb), self, NULL, G_CONNECT_AFTER);
  }
  label = g_strdup_printf (_ ("Lane %u: %s"), k + 1, tsr_sound_get_name (sound));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (lane->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return another;
}

static void
update_sounds (TsrMorphLanes *self)
{
  guint    n = tsr_morph_session_get_n (self->morph);
  gboolean another = n != self->n;

  if (self->grip == TSR_LANES_ANCHOR) /* another state, say, while it is dragged */
    tsr_morph_session_end (self->morph);
  self->grip = TSR_LANES_IDLE;
  self->link_id = self->hover_id = 0;
  for (; self->n < n; self->n++)
    add_lane (self, self->n);
  while (self->n > n)
    remove_lane (self, --self->n);
  self->viewport = n > 0 ? tsr_session_get_viewport (self->lanes[0].session) : NULL;
  for (guint k = 0; k < n; k++)
    another = show_sound (self, k) || another;
  if (n > 0 && self->time_ruler == NULL) {
    self->time_ruler = tsr_time_ruler_new (self->lanes[0].session);
    gtk_widget_set_parent (self->time_ruler, GTK_WIDGET (self));
  } else if (n == 0)
    g_clear_pointer (&self->time_ruler, gtk_widget_unparent);
  gtk_widget_set_visible (self->empty, n == 0);
  if (n == 0)
    return;
  update_limits (self);
  if (another)
    frame (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
changed_cb (TsrMorphSession *morph, guint what, TsrMorphLanes *self)
{
  const GArray *anchors = tsr_morph_session_get_anchors (morph);

  if ((what & TSR_MORPH_CHANGED_SOUNDS) != 0)
    update_sounds (self);
  if ((what & (TSR_MORPH_CHANGED_PLAN | TSR_MORPH_CHANGED_SOUNDS)) != 0) {
    tsr_lanes_update_links (self);
    update_playhead (self);
  }
  for (guint k = 0; k < self->n && (what & TSR_MORPH_CHANGED_NAME) != 0; k++)
    show_sound (self, k);
  if (self->anchor >= (int)anchors->len)
    tsr_morph_lanes_select_anchor (self, -1);
  tsr_lanes_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tsr_morph_lanes_set_signal (TsrMorphLanes *self, guint k, TsrSignal *signal)
{
  g_return_if_fail (TSR_IS_MORPH_LANES (self));
  if (k >= self->n)
    return;
  TsrSession *session = self->lanes[k].session;
  if (!tsr_session_has_rendered (session) && signal != NULL)
    tsr_session_set_rendered (session, signal);
  else
    tsr_session_set_signal (session, signal);
}

void
tsr_morph_lanes_set_playhead (TsrMorphLanes *self, double time_s)
{
  g_return_if_fail (TSR_IS_MORPH_LANES (self));
  if (self->playhead_s == time_s)
    return;
  self->playhead_s = time_s;
  update_playhead (self);
}

TsrViewport *
tsr_morph_lanes_get_viewport (TsrMorphLanes *self)
{
  return self->viewport;
}

guint
tsr_morph_lanes_get_n_pending (TsrMorphLanes *self)
{
  guint n = 0;

  for (guint k = 0; k < self->n; k++)
    n += tsr_canvas_get_n_pending (TSR_CANVAS (self->lanes[k].canvas));
  return n;
}

/* ---- places ---- */

static void
tsr_morph_lanes_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = across ? 360 : 240;
  *natural = across ? 800 : 480;
  gtk_widget_measure (TSR_MORPH_LANES (widget)->empty,
                      orientation,
                      -1,
                      NULL,
                      NULL,
                      minimum_baseline,
                      natural_baseline);
}

static void
place (GtkWidget *child, double x, double y, double width, double height)
{
  GskTransform *at =
      gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  int least_width, least_height;

  gtk_widget_measure (
      child, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  gtk_widget_measure (
      child, GTK_ORIENTATION_VERTICAL, -1, &least_height, NULL, NULL, NULL);
  gtk_widget_allocate (
      child, MAX ((int)width, least_width), MAX ((int)height, least_height), -1, at);
}

static void
tsr_morph_lanes_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TsrMorphLanes *self = TSR_MORPH_LANES (widget);
  int            ruler_px = 0;

  place (self->empty, 0, 0, width, height);
  if (self->n == 0)
    return;
  gtk_widget_measure (
      self->time_ruler, GTK_ORIENTATION_VERTICAL, -1, &ruler_px, NULL, NULL, NULL);
  self->left = TSR_LANE_RULER_PX;
  self->width = width - self->left;
  place (self->time_ruler, self->left, 0, self->width, ruler_px);
  double all = height - ruler_px - TSR_LANE_GAP_PX * (double)(self->n - 1);
  double each = floor (all / self->n);
  for (guint k = 0; k < self->n; k++) {
    TsrLane *lane = &self->lanes[k];
    lane->top = ruler_px + k * (each + TSR_LANE_GAP_PX);
    lane->height = k + 1 < self->n ? each : height - lane->top;
    place (lane->canvas, self->left, lane->top, self->width, lane->height);
    place (lane->ruler, 0, lane->top, self->left, lane->height);
  }
}

static void
tsr_morph_lanes_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GTK_WIDGET_CLASS (tsr_morph_lanes_parent_class)->snapshot (widget, snapshot);
  if (TSR_MORPH_LANES (widget)->n > 0)
    tsr_lanes_snapshot_overlay (TSR_MORPH_LANES (widget), snapshot);
}

/* ---- the object ---- */

GtkWidget *
tsr_morph_lanes_new (TsrMorphSession *morph, TsrSession *view)
{
  TsrMorphLanes *self = g_object_new (TSR_TYPE_MORPH_LANES, NULL);

  self->morph = g_object_ref (morph);
  self->view = g_object_ref (view);
  g_signal_connect_object (morph, "changed", G_CALLBACK (changed_cb), self, 0);
  changed_cb (morph, TSR_MORPH_CHANGED_SOUNDS, self);
  return GTK_WIDGET (self);
}

static void
tsr_morph_lanes_dispose (GObject *object)
{
  TsrMorphLanes *self = TSR_MORPH_LANES (object);

  g_clear_pointer (&self->time_ruler, gtk_widget_unparent);
  g_clear_pointer (&self->empty, gtk_widget_unparent);
  while (self->n > 0)
    remove_lane (self, --self->n);
  g_clear_object (&self->morph);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (tsr_morph_lanes_parent_class)->dispose (object);
}

static void
tsr_morph_lanes_finalize (GObject *object)
{
  g_array_unref (TSR_MORPH_LANES (object)->links);
  g_array_unref (TSR_MORPH_LANES (object)->hues);
  G_OBJECT_CLASS (tsr_morph_lanes_parent_class)->finalize (object);
}

static void
tsr_morph_lanes_class_init (TsrMorphLanesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tsr_morph_lanes_dispose;
  G_OBJECT_CLASS (klass)->finalize = tsr_morph_lanes_finalize;
  widget_class->measure = tsr_morph_lanes_measure;
  widget_class->size_allocate = tsr_morph_lanes_size_allocate;
  widget_class->snapshot = tsr_morph_lanes_snapshot;
  gtk_widget_class_set_css_name (widget_class, "lanes");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[ANCHOR] = tsr_class_add_signal (klass, "anchor", 0);
}

static GtkWidget *
empty_button_new (const char *text, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "pill");
  return button;
}

/* In place of the lanes while there are no two sounds: what is missing, and two ways to
 * it. */
static GtkWidget *
empty_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label =
      gtk_label_new (_ ("A morph needs two analysed sounds. Import another "
                        "recording, or analyse one that is here."));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_box_append (GTK_BOX (buttons), empty_button_new (_ ("Import…"), "win.import"));
  gtk_box_append (GTK_BOX (buttons),
                  empty_button_new (_ ("To the Page Analyse"), "win.page::analyse"));
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_add_css_class (box, "lanes-empty");
  return box;
}

static void
tsr_morph_lanes_init (TsrMorphLanes *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->links = g_array_new (FALSE, TRUE, sizeof (TsrLaneLink));
  self->hues = g_array_new (FALSE, TRUE, sizeof (guint));
  self->anchor = self->hover_anchor = -1;
  self->tuning_hz = 440;
  self->empty = empty_new ();
  gtk_widget_set_parent (self->empty, widget);
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_vexpand (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Lanes of the morph"), -1);
  tsr_lanes_add_hands (self);
  tsr_lanes_add_keys (self);
}
