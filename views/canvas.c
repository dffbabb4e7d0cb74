/* SPDX-License-Identifier: GPL-3.0-or-later
 * The canvas as an object: what it listens to and what it tells.
 */
#include "views/canvas.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <time.h>

#include "model/class-signal.h"
#include "model/selection-shapes.h"
#include "views/canvas-private.h"
#include "views/draw/axis.h"
#include "views/tool-palette.h"

enum { DESCRIBE_MS = 120 };

static guint signals[TSR_CANVAS_N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrCanvas, tsr_canvas, GTK_TYPE_WIDGET)

TsrPartialSet *
tsr_canvas_partials (TsrCanvas *self)
{
  if (self->sound == NULL)
    return NULL;
  return tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials;
}

TsrViewport *
tsr_canvas_viewport (TsrCanvas *self)
{
  return tsr_session_get_viewport (self->session);
}

double
tsr_canvas_get_double (TsrCanvas *self, const char *property)
{
  double number;

  g_object_get (self->session, property, &number, NULL);
  return number;
}

gboolean
tsr_canvas_get_boolean (TsrCanvas *self, const char *property)
{
  gboolean on;

  g_object_get (self->session, property, &on, NULL);
  return on;
}

gboolean
tsr_canvas_has_tool (TsrCanvas *self, const char *tool)
{
  g_autofree char *current = NULL;

  g_object_get (self->session, "tool", &current, NULL);
  return g_strcmp0 (current, tool) == 0;
}

double
tsr_canvas_x_of (TsrCanvas *self, double time_s)
{
  return tsr_viewport_x_of (
      tsr_canvas_viewport (self), time_s, gtk_widget_get_width (GTK_WIDGET (self)));
}

double
tsr_canvas_y_of (TsrCanvas *self, double hz)
{
  return tsr_viewport_y_of (
      tsr_canvas_viewport (self), hz, gtk_widget_get_height (GTK_WIDGET (self)));
}

double
tsr_canvas_time_at (TsrCanvas *self, double x)
{
  return tsr_viewport_time_at (
      tsr_canvas_viewport (self), x, gtk_widget_get_width (GTK_WIDGET (self)));
}

double
tsr_canvas_hz_at (TsrCanvas *self, double y)
{
  return tsr_viewport_hz_at (
      tsr_canvas_viewport (self), y, gtk_widget_get_height (GTK_WIDGET (self)));
}

void
tsr_canvas_emit_partial (TsrCanvas *self, guint which, gint64 id)
{
  g_signal_emit (self, signals[which], 0, id);
}

void
tsr_canvas_emit_context_menu (TsrCanvas *self, double x, double y)
{
  g_signal_emit (self, signals[TSR_CANVAS_CONTEXT_MENU], 0, x, y);
}

void
tsr_canvas_emit_hover (TsrCanvas *self, const char *text)
{
  g_signal_emit (self, signals[TSR_CANVAS_HOVER], 0, text);
}

/* What is seen and selected, in words: for people who hear the window, and for tests. */
static gboolean
describe_cb (gpointer data)
{
  TsrCanvas       *self = data;
  TsrViewport     *v = tsr_canvas_viewport (self);
  TsrPartialSet   *set = tsr_canvas_partials (self);
  g_autofree char *tool = NULL;
  g_autofree char *text = NULL;
  g_autofree char *compared = tsr_canvas_compare_text (self);
  gsize            n = set != NULL ? tsr_partial_set_size (set) : 0;
  g_autofree char *partials =
      g_strdup_printf (ngettext ("%zu partial", "%zu partials", n), n);

  self->describe_source = 0;
  g_object_get (self->session, "tool", &tool, NULL);
  if (set == NULL)
    text = g_strdup (_ ("No sound"));
  else
    text = g_strdup_printf (
        _ ("%.3f to %.3f s, %.0f to %.0f Hz, %s, %u selected, playhead %.3f s, "
           "tool %s, %s%s"),
        tsr_viewport_get_start_s (v),
        tsr_viewport_get_end_s (v),
        tsr_viewport_get_low_hz (v),
        tsr_viewport_get_high_hz (v),
        partials,
        (guint)tsr_selection_size (tsr_session_get_selection (self->session)),
        tsr_session_get_playhead_s (self->session),
        tsr_tool_name (tool),
        tsr_canvas_get_n_pending (self) == 0 ? _ ("complete") : _ ("being drawn"),
        compared);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  return G_SOURCE_REMOVE;
}

static void
describe_soon (TsrCanvas *self)
{
  if (self->describe_source == 0)
    self->describe_source = g_timeout_add (DESCRIBE_MS, describe_cb, self);
}

static void
redraw (TsrCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  describe_soon (self);
}

static void
tile_ready (gpointer user)
{
  TsrCanvas *self = user;

  if (self->pointer_x >= 0 && self->drag.grip == TSR_GRIP_NONE)
    tsr_canvas_update_hover (self);
  redraw (self);
}

/* Window of the spectrograms: as told, as the sound was analysed, or a middling one. */
static double
picture_spacing_hz (TsrCanvas *self)
{
  double                   spacing_hz = tsr_canvas_get_double (self, "spacing-hz");
  const TsrAnalysisRecord *analysis =
      self->sound != NULL ? tsr_sound_get_analysis (self->sound) : NULL;

  if (spacing_hz > 0)
    return spacing_hz;
  if (analysis != NULL && analysis->params.spacing_hz > 0)
    return CLAMP (analysis->params.spacing_hz, 20, 600);
  return 100;
}

static void
update_signal (TsrCanvas *self)
{
  TsrPictureKind kind;
  TsrSignal     *signal = tsr_session_get_picture (self->session, &kind);
  gboolean       recorded = signal == tsr_session_get_signal (self->session);
  int            channel;

  g_object_get (self->session, "channel", &channel, NULL);
  channel = MAX (channel, 0);
  if (signal != NULL && (guint)channel >= tsr_signal_n_channels (signal))
    channel = 0;
  tsr_tile_cache_set_signal (self->tiles,
                             recorded ? TSR_TILE_OF_RECORDING : TSR_TILE_OF_EDITED,
                             signal,
                             (guint)channel,
                             picture_spacing_hz (self));
  redraw (self);
}

static void
update_partials (TsrCanvas *self)
{
  gboolean shown = tsr_canvas_get_boolean (self, "show-partials") &&
                   self->foreseen == NULL && !tsr_canvas_is_comparing (self);

  tsr_tile_cache_set_partials (self->tiles, shown ? tsr_canvas_partials (self) : NULL);
  self->highlight_id = 0;
  redraw (self);
}

static void
state_cb (TsrSound *sound, GParamSpec *pspec, TsrCanvas *self)
{
  update_signal (self);
  update_partials (self);
}

static void
markers_cb (TsrSound *sound, GParamSpec *pspec, TsrCanvas *self)
{
  redraw (self);
}

static void
sound_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  TsrSound *sound = tsr_session_get_sound (session);

  if (self->sound != NULL)
    g_signal_handlers_disconnect_by_data (self->sound, self);
  g_set_object (&self->sound, sound);
  tsr_canvas_give_up_drag (self);
  tsr_canvas_set_foreseen (self, NULL);
  self->zoom = self->old_zoom = 0;
  self->focus_id = self->hover_id = 0;
  self->measuring = FALSE;
  if (sound != NULL) {
    g_signal_connect_object (sound, "notify::state", G_CALLBACK (state_cb), self, 0);
    g_signal_connect_object (sound, "notify::markers", G_CALLBACK (markers_cb), self, 0);
  }
  update_signal (self);
  update_partials (self);
}

static void
signal_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  update_signal (self);
}

static void
style_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  tsr_canvas_update_style (self);
  if (g_strcmp0 (pspec->name, "channel") == 0) {
    update_signal (self);
    tsr_canvas_update_compare (self);
  }
  describe_soon (self);
}

static void
show_partials_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  update_partials (self);
}

static void
selection_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  tsr_tile_cache_set_selection (self->tiles, tsr_session_get_selection (session));
  self->highlight_id = 0;
  redraw (self);
}

static void
redraw_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  redraw (self);
}

/* Turns the page when the playhead runs out of the view. */
static void
playhead_cb (TsrSession *session, GParamSpec *pspec, TsrCanvas *self)
{
  TsrViewport *v = tsr_canvas_viewport (self);
  double       now_s = tsr_session_get_playhead_s (session);
  double       start_s = tsr_viewport_get_start_s (v), end_s = tsr_viewport_get_end_s (v);

  redraw (self);
  if (self->drag.grip != TSR_GRIP_NONE || !tsr_canvas_get_boolean (self, "follow") ||
      !tsr_canvas_get_boolean (self, "playing") || (now_s >= start_s && now_s <= end_s))
    return;
  tsr_viewport_scroll (v, (now_s - start_s) / (end_s - start_s) - 0.05, 0);
}

static void
preview_cb (TsrSession *session, TsrCanvas *self)
{
  tsr_canvas_update_preview (self);
}

/* Shown in place of the sound's own partials. Once it is made the tiles show the same:
 * until they do, it stays. */
static void
trial_cb (TsrSession *session, TsrCanvas *self)
{
  TsrSoundState *trial = tsr_session_get_trial (session);
  gconstpointer  now = self->sound != NULL ? tsr_sound_get_state (self->sound) : NULL;

  self->foresaw = trial == NULL && self->foreseen != NULL && self->tried != now;
  self->tried = now;
  tsr_canvas_set_foreseen (
      self, trial != NULL ? tsr_sound_state_fields (trial)->partials : NULL);
}

static void
drawing_cb (TsrSession *session, TsrCanvas *self)
{
  tsr_canvas_update_drawing (self);
}

static void
comparing_cb (TsrSession *session, TsrCanvas *self)
{
  update_partials (self);
  tsr_canvas_update_compare (self);
}

static void
viewport_cb (TsrViewport *viewport, TsrCanvas *self)
{
  tsr_tile_cache_note_motion (self->tiles);
  if (tsr_session_get_preview (self->session) != NULL)
    tsr_canvas_update_preview (self);
  if (self->foreseen != NULL)
    tsr_canvas_update_foreseen (self);
  if (tsr_canvas_is_comparing (self))
    tsr_canvas_update_compare (self);
  redraw (self);
}

static void
listen (TsrCanvas *self)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } table[] = {
      {"notify::sound", G_CALLBACK (sound_cb)},
      {"notify::picture", G_CALLBACK (signal_cb)},
      {"notify::spacing-hz", G_CALLBACK (signal_cb)},
      {"notify::channel", G_CALLBACK (style_cb)},
      {"notify::blend", G_CALLBACK (style_cb)},
      {"notify::floor-db", G_CALLBACK (style_cb)},
      {"notify::ceiling-db", G_CALLBACK (style_cb)},
      {"notify::colormap", G_CALLBACK (style_cb)},
      {"notify::partials-opacity", G_CALLBACK (style_cb)},
      {"notify::show-partials", G_CALLBACK (show_partials_cb)},
      {"notify::selection", G_CALLBACK (selection_cb)},
      {"notify::playhead-s", G_CALLBACK (playhead_cb)},
      {"notify::loop", G_CALLBACK (redraw_cb)},
      {"notify::loop-start-s", G_CALLBACK (redraw_cb)},
      {"notify::loop-end-s", G_CALLBACK (redraw_cb)},
      {"notify::tool", G_CALLBACK (redraw_cb)},
      {"notify::select-mode", G_CALLBACK (redraw_cb)},
      {"preview-changed", G_CALLBACK (preview_cb)},
      {"trial-changed", G_CALLBACK (trial_cb)},
      {"drawing-changed", G_CALLBACK (drawing_cb)},
      {"comparing-changed", G_CALLBACK (comparing_cb)},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_signal_connect_object (self->session, table[i].signal, table[i].callback, self, 0);
  g_signal_connect_object (
      tsr_canvas_viewport (self), "changed", G_CALLBACK (viewport_cb), self, 0);
}

GtkWidget *
tsr_canvas_new (TsrSession *session)
{
  TsrCanvas *self = g_object_new (TSR_TYPE_CANVAS, NULL);

  g_return_val_if_fail (TSR_IS_SESSION (session), NULL);

  self->session = g_object_ref (session);
  listen (self);
  tsr_canvas_update_style (self);
  sound_cb (session, NULL, self);
  tsr_tile_cache_set_selection (self->tiles, tsr_session_get_selection (session));
  return GTK_WIDGET (self);
}

TsrSession *
tsr_canvas_get_session (TsrCanvas *self)
{
  g_return_val_if_fail (TSR_IS_CANVAS (self), NULL);

  return self->session;
}

void
tsr_canvas_set_foreseen (TsrCanvas *self, TsrPartialSet *foreseen)
{
  gboolean was_on;

  g_return_if_fail (TSR_IS_CANVAS (self));

  if (foreseen == self->foreseen)
    return;
  was_on = self->foreseen != NULL;
  g_clear_pointer (&self->foreseen, tsr_partial_set_unref);
  if (foreseen != NULL)
    self->foreseen = tsr_partial_set_ref (foreseen);
  if (was_on != (foreseen != NULL))
    update_partials (self);
  if (foreseen != NULL)
    tsr_canvas_update_foreseen (self);
  else if (!self->foresaw)
    tsr_drag_layer_clear (self->drag_layer);
}

void
tsr_canvas_set_hues (TsrCanvas *self, GBytes *hues)
{
  TsrPartialSet *set = tsr_canvas_partials (self);

  g_return_if_fail (TSR_IS_CANVAS (self));
  if (hues != NULL &&
      (set == NULL || g_bytes_get_size (hues) != tsr_partial_set_size (set)))
    return;
  tsr_tile_cache_set_hues (self->tiles, hues);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
tsr_canvas_get_n_pending (TsrCanvas *self)
{
  g_return_val_if_fail (TSR_IS_CANVAS (self), 0);

  return tsr_tile_cache_n_pending (self->tiles) + (self->settle_source != 0) +
         tsr_drag_layer_is_shown (self->drag_layer);
}

gint64
tsr_canvas_get_snapshot_us (TsrCanvas *self)
{
  g_return_val_if_fail (TSR_IS_CANVAS (self), 0);

  return self->snapshot_us;
}

/* Processor time of this thread: what others do meanwhile does not count. */
static gint64
thread_time_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
tsr_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TsrCanvas *self = TSR_CANVAS (widget);
  gint64     start_us = thread_time_us ();

  tsr_canvas_snapshot_tiles (self, snapshot);
  tsr_canvas_snapshot_overlay (self, snapshot);
  self->snapshot_us = thread_time_us () - start_us;
}

static void
tsr_canvas_measure (GtkWidget     *widget,
                    GtkOrientation orientation,
                    int            for_size,
                    int           *minimum,
                    int           *natural,
                    int           *minimum_baseline,
                    int           *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : 48;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : 480;
}

static void
tsr_canvas_dispose (GObject *object)
{
  TsrCanvas *self = TSR_CANVAS (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_handle_id (&self->describe_source, g_source_remove);
  g_clear_pointer (&self->tiles, tsr_tile_cache_free);
  g_clear_pointer (&self->drag_layer, tsr_drag_layer_free);
  g_clear_pointer (&self->compare_layer, tsr_drag_layer_free);
  g_clear_object (&self->highlight);
  g_clear_pointer (&self->foreseen, tsr_partial_set_unref);
  g_clear_object (&self->drawing);
  if (self->sound != NULL)
    g_signal_handlers_disconnect_by_data (self->sound, self);
  g_clear_object (&self->sound);
  G_OBJECT_CLASS (tsr_canvas_parent_class)->dispose (object);
}

static void
tsr_canvas_finalize (GObject *object)
{
  TsrCanvas *self = TSR_CANVAS (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->readout, g_free);
  g_string_free (self->drag.typed, TRUE);
  g_array_unref (self->path);
  g_array_unref (self->curve_before);
  G_OBJECT_CLASS (tsr_canvas_parent_class)->finalize (object);
}

static void
tsr_canvas_class_init (TsrCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tsr_canvas_dispose;
  G_OBJECT_CLASS (klass)->finalize = tsr_canvas_finalize;
  widget_class->snapshot = tsr_canvas_snapshot;
  widget_class->measure = tsr_canvas_measure;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[TSR_CANVAS_ACTIVATE_PARTIAL] =
      tsr_class_add_signal (klass, "activate-partial", 1, G_TYPE_INT64);
  signals[TSR_CANVAS_PLAY_PARTIAL] =
      tsr_class_add_signal (klass, "play-partial", 1, G_TYPE_INT64);
  signals[TSR_CANVAS_CONTEXT_MENU] =
      tsr_class_add_signal (klass, "context-menu", 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[TSR_CANVAS_HOVER] = tsr_class_add_signal (klass, "hover", 1, G_TYPE_STRING);
}

static void
tsr_canvas_init (TsrCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->tiles = tsr_tile_cache_new (tile_ready, self);
  self->drag_layer = tsr_drag_layer_new (tile_ready, self);
  self->compare_layer = tsr_drag_layer_new (tile_ready, self);
  self->drag.typed = g_string_new (NULL);
  self->pointer_x = self->pointer_y = -1;
  self->tuning_hz = 440;
  self->path = g_array_new (FALSE, FALSE, sizeof (TsrShapePoint));
  self->curve_before = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));
  self->options = (TsrToolOptions){24, 1, 1, -30};
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_vexpand (widget, TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Canvas"), -1);
  tsr_canvas_add_pointer (self);
  tsr_canvas_add_scroll (self);
  tsr_canvas_add_keys (self);
}
