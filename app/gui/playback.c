/* SPDX-License-Identifier: GPL-3.0-or-later
 * Between session and engine.
 */
#include "app/gui/playback-private.h"

#include <math.h>

#include "model/class-signal.h"

/* Until then the engine's position may still be that before the solo's seek. */
#define SOLO_SETTLE_US 150000

enum { DEVICES_CHANGED, METERED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrPlayback, tsr_playback, G_TYPE_OBJECT)

static TsrPartialSet *
partials_of (TsrPlayback *self)
{
  return self->sound != NULL
             ? tsr_sound_state_fields (tsr_sound_get_state (self->sound))->partials
             : NULL;
}

/* What is heard, with a byte for each partial that is selected, or soloed. */
void
tsr_playback_send_program (TsrPlayback *self)
{
  gint64 other_id = tsr_session_get_compare_step (self->session);
  g_autoptr (TsrSoundState) other = NULL;
  g_autoptr (TsrSelection) solo = NULL;
  TsrPartialSet     *set = partials_of (self);
  TsrProgram        *program = self->program;
  TsrSelection      *selection = tsr_session_get_selection (self->session);
  g_autofree guint8 *mask = NULL;

  if (other_id != 0 && self->sound != NULL) {
    program = tsr_playback_get_other (self, other_id);
    other = tsr_sound_dup_state_at (self->sound, other_id);
    set = other != NULL ? tsr_sound_state_fields (other)->partials : NULL;
  }
  if (program == NULL || set == NULL || (other_id == 0 && set != self->played))
    return; /* it comes soon */
  if (self->solo_id != 0)
    selection = solo = tsr_selection_new (&self->solo_id, 1, NULL);
  if (tsr_selection_size (selection) > 0)
    mask = tsr_selection_mask (selection, set);
  if (self->trying)
    return; /* it is sent when that ends */
  TsrProgram *matched = tsr_playback_dup_matched (self, program);
  TsrProgram *masked = tsr_program_new_selected (matched, mask);
  tsr_playback_hear (self, masked);
  tsr_playback_send_touch (self);
  tsr_program_unref (masked);
  tsr_program_unref (matched);
}

void
tsr_playback_play_program (TsrPlayback *self, TsrProgram *program)
{
  g_clear_pointer (&self->program, tsr_program_unref);
  self->program = tsr_program_ref (program);
  self->played = partials_of (self);
  g_clear_pointer (&self->waiting, tsr_program_unref);
  tsr_playback_send_program (self);
  tsr_playback_hear_made (self);
}

/* After a drag the preview sounds like the edit, the first program not yet: its
 * background is that of before. It waits for the whole one, or for the next drag. */
static void
ready_cb (gpointer data, TsrProgram *program, gboolean whole)
{
  TsrPlayback *self = data;

  if (whole || !self->keep_hand || self->program == NULL) {
    tsr_playback_play_program (self, program);
    return;
  }
  g_clear_pointer (&self->waiting, tsr_program_unref);
  self->waiting = tsr_program_ref (program);
}

static void
compare_cb (TsrPlayback *self)
{
  if (self->engine == NULL || self->sound == NULL)
    return;
  tsr_playback_update_others (self);
  tsr_playback_send_program (self);
}

static void
pictured_cb (gpointer data, TsrSoundState *state, TsrSignal *all)
{
  TsrPlayback *self = data;

  if (self->sound != NULL && tsr_sound_get_state (self->sound) == state)
    tsr_session_set_rendered (self->session, all);
}

static gboolean
build_cb (gpointer data)
{
  TsrPlayback *self = data;

  self->build_id = 0;
  if (self->sound != NULL && (tsr_sound_get_source (self->sound) == NULL ||
                              tsr_session_get_signal (self->session) != NULL))
    tsr_program_builder_build (self->builder,
                               self->sound,
                               tsr_session_get_signal (self->session),
                               tsr_session_get_residual (self->session),
                               tsr_engine_get_rate_hz (self->engine),
                               !tsr_session_has_rendered (self->session));
  /* Another rate, or the recording is known now. */
  if (tsr_session_get_trial (self->session) != NULL && self->morph == NULL)
    tsr_playback_trial_cb (self);
  return G_SOURCE_REMOVE;
}

static void
build_soon (TsrPlayback *self)
{
  if (self->build_id == 0 && self->engine != NULL)
    self->build_id = g_idle_add_full (G_PRIORITY_DEFAULT, build_cb, self, NULL);
}

static void
rate_cb (TsrPlayback *self)
{
  if (self->engine == NULL)
    return;
  tsr_playback_forget_others (self);
  tsr_playback_update_others (self);
  build_soon (self);
  if (self->morph != NULL)
    tsr_morph_player_set_rate (self->morph, tsr_engine_get_rate_hz (self->engine));
}

/* An edit was made: what was heard while it was dragged stays until its program is there.
 */
static void
state_cb (TsrPlayback *self)
{
  tsr_playback_edited (self);
  g_clear_pointer (&self->waiting, tsr_program_unref);
  /* A program of the state before must not pass for one of this. */
  tsr_program_builder_cancel (self->builder);
  build_soon (self);
}

static void set_solo (TsrPlayback *self, gint64 id, double end_s);

static void
sound_cb (TsrPlayback *self)
{
  if (self->engine == NULL)
    return;
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_set_object (&self->sound, tsr_session_get_sound (self->session));
  tsr_playback_rewind (self);
  tsr_playback_hear (self, NULL);
  tsr_playback_show_preview (self, NULL);
  g_clear_pointer (&self->program, tsr_program_unref);
  g_clear_pointer (&self->waiting, tsr_program_unref);
  tsr_program_builder_clear (self->builder);
  tsr_playback_forget_others (self);
  self->keep_hand = FALSE;
  if (self->solo_id != 0) /* the engine's monitor and loop come back */
    set_solo (self, 0, NAN);
  if (self->sound != NULL)
    self->sound_handler = g_signal_connect_swapped (
        self->sound, "notify::state", G_CALLBACK (state_cb), self);
  build_soon (self);
}

/* The time span of the rectangle, or of the partials, that are selected. */
static gboolean
selected_span (TsrPlayback *self, double *start_s, double *end_s)
{
  TsrSelection    *selection = tsr_session_get_selection (self->session);
  const TsrRegion *region = tsr_selection_region (selection);
  TsrPartialSet   *set = partials_of (self);

  if (region != NULL && isfinite (region->start_s) && isfinite (region->end_s)) {
    *start_s = region->start_s;
    *end_s = region->end_s;
    return TRUE;
  }
  *start_s = INFINITY;
  *end_s = -INFINITY;
  for (gsize i = 0; set != NULL && i < tsr_selection_size (selection); i++) {
    gint64 index = tsr_partial_set_index_of (set, tsr_selection_ids (selection)[i]);

    if (index >= 0) {
      const TsrPartialSummary *s =
          tsr_partial_summary (tsr_partial_set_at (set, (gsize)index));
      *start_s = fmin (*start_s, s->start_s);
      *end_s = fmax (*end_s, s->end_s);
    }
  }
  return *end_s > *start_s;
}

/* The marked span, or the selection, or all. */
static void
loop_cb (TsrPlayback *self)
{
  double start_s, end_s;

  if (self->engine == NULL)
    return;
  if (self->solo_id != 0) {
    tsr_engine_set_loop (self->engine, FALSE, 0.0, 0.0);
    return;
  }
  tsr_session_get_loop_range (self->session, &start_s, &end_s);
  if (self->morph != NULL) /* it has a time of its own */
    start_s = end_s = 0.0;
  else if (end_s <= start_s && !selected_span (self, &start_s, &end_s))
    start_s = end_s = 0.0;
  tsr_engine_set_loop (
      self->engine, tsr_session_get_loop (self->session), start_s, end_s);
}

static void
monitor_cb (TsrPlayback *self)
{
  TsrMonitor monitor = tsr_session_get_monitor (self->session);

  if (self->engine != NULL)
    tsr_engine_set_monitor (self->engine,
                            self->solo_id != 0 ? TSR_MONITOR_SELECTION : monitor,
                            self->level_matched && self->solo_id == 0);
}

/* Which partial is heard alone; 0: none. */
static void
set_solo (TsrPlayback *self, gint64 id, double end_s)
{
  self->solo_id = id;
  self->solo_end_s = end_s;
  self->solo_from_us = g_get_monotonic_time ();
  tsr_playback_send_program (self);
  monitor_cb (self);
  loop_cb (self);
}

/* They are those of the sound on the canvas: a morph is heard as it will be made. */
static void
layers_cb (TsrPlayback *self)
{
  const TsrLayerMix  plain = {0};
  const TsrLayerMix *mix =
      self->morph != NULL ? &plain : tsr_session_get_layers (self->session);
  float gains[TSR_N_LAYERS];

  for (int i = 0; i < TSR_N_LAYERS; i++)
    gains[i] = (float)tsr_layer_mix_gain (mix, (TsrLayer)i);
  if (self->engine != NULL)
    tsr_engine_set_layers (self->engine, gains);
}

void
tsr_playback_resume (TsrPlayback *self)
{
  self->trying = FALSE; /* the engine forgot what was tried */
  tsr_playback_send_program (self);
  loop_cb (self);
  layers_cb (self);
  if (self->morph == NULL)
    tsr_playback_trial_cb (self);
}

static void
selection_cb (TsrPlayback *self)
{
  if (self->engine == NULL)
    return;
  tsr_playback_send_program (self);
  loop_cb (self);
}

static void
seek_cb (TsrPlayback *self, double time_s)
{
  if (self->engine != NULL && !self->telling)
    tsr_engine_seek (self->engine, time_s);
}

static void
playing_cb (TsrPlayback *self)
{
  if (self->engine != NULL)
    g_object_set (self->session, "playing", tsr_engine_is_playing (self->engine), NULL);
}

static void
devices_cb (TsrPlayback *self)
{
  g_signal_emit (self, signals[DEVICES_CHANGED], 0);
}

static void
tsr_playback_dispose (GObject *object)
{
  TsrPlayback *self = TSR_PLAYBACK (object);

  tsr_playback_shutdown (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tsr_playback_parent_class)->dispose (object);
}

static void
tsr_playback_class_init (TsrPlaybackClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tsr_playback_dispose;
  signals[DEVICES_CHANGED] = tsr_class_add_signal (klass, "devices-changed", 0);
  signals[METERED] = tsr_class_add_signal (klass, "metered", 1, G_TYPE_POINTER);
}

static void
tsr_playback_init (TsrPlayback *self)
{
  self->level_matched = TRUE;
  self->builder = tsr_program_builder_new (ready_cb, pictured_cb, self);
  self->other_builder = tsr_program_builder_new (tsr_playback_other_ready, NULL, self);
  tsr_playback_begin_trials (self);
}

static void
connect_all (TsrPlayback *self)
{
  const struct {
    gpointer    object;
    const char *signal;
    GCallback   callback;
  } links[] = {
      {self->session, "notify::sound", G_CALLBACK (sound_cb)},
      {self->session, "notify::signal", G_CALLBACK (build_soon)},
      {self->session, "notify::selection", G_CALLBACK (selection_cb)},
      {self->session, "notify::monitor", G_CALLBACK (monitor_cb)},
      {self->session, "notify::loop", G_CALLBACK (loop_cb)},
      {self->session, "notify::loop-start-s", G_CALLBACK (loop_cb)},
      {self->session, "notify::loop-end-s", G_CALLBACK (loop_cb)},
      {self->session, "seek", G_CALLBACK (seek_cb)},
      {self->session, "notify::compare-step", G_CALLBACK (compare_cb)},
      {self->session, "comparing-changed", G_CALLBACK (compare_cb)},
      {self->session, "layers-changed", G_CALLBACK (layers_cb)},
      {self->session, "preview-changed", G_CALLBACK (tsr_playback_preview_cb)},
      {self->session, "touch-changed", G_CALLBACK (tsr_playback_touch_cb)},
      {self->session, "trial-changed", G_CALLBACK (tsr_playback_trial_cb)},
      {self->engine, "notify::playing", G_CALLBACK (playing_cb)},
      {self->engine, "notify::rate-hz", G_CALLBACK (rate_cb)},
      {self->engine, "notify::device", G_CALLBACK (devices_cb)},
      {self->engine, "notify::device-state", G_CALLBACK (devices_cb)},
      {self->engine, "devices-changed", G_CALLBACK (devices_cb)},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    g_signal_connect_object (
        links[i].object, links[i].signal, links[i].callback, self, G_CONNECT_SWAPPED);
}

TsrPlayback *
tsr_playback_new (TsrSession *session)
{
  TsrPlayback *self = g_object_new (TSR_TYPE_PLAYBACK, NULL);

  self->session = g_object_ref (session);
  self->engine = tsr_engine_new (TSR_BACKEND_DEFAULT);
  connect_all (self);
  monitor_cb (self);
  return self;
}

void
tsr_playback_shutdown (TsrPlayback *self)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  g_clear_handle_id (&self->build_id, g_source_remove);
  g_clear_handle_id (&self->hand_id, g_source_remove);
  if (self->other_builder != NULL)
    tsr_playback_forget_others (self);
  g_clear_pointer (&self->builder, tsr_program_builder_free);
  g_clear_pointer (&self->morph, tsr_morph_player_free);
  g_clear_pointer (&self->other_builder, tsr_program_builder_free);
  g_clear_pointer (&self->trial_builder, tsr_program_builder_free);
  g_clear_pointer (&self->program, tsr_program_unref);
  g_clear_pointer (&self->waiting, tsr_program_unref);
  g_clear_signal_handler (&self->sound_handler, self->sound);
  g_clear_object (&self->sound);
  if (self->engine != NULL) {
    g_signal_handlers_disconnect_by_data (self->engine, self);
    tsr_engine_shutdown (self->engine);
  }
  g_clear_object (&self->engine);
}

/* The view turns a page when the playhead leaves it. */
static void
follow (TsrPlayback *self, double time_s)
{
  TsrViewport *viewport = tsr_session_get_viewport (self->session);
  double       start_s = tsr_viewport_get_start_s (viewport);
  double       span_s = tsr_viewport_get_end_s (viewport) - start_s;

  if (!tsr_session_get_follow (self->session) || span_s <= 0.0 || self->morph != NULL)
    return;
  if (time_s < start_s || time_s > start_s + 0.95 * span_s)
    tsr_viewport_scroll (viewport, (time_s - start_s) / span_s - 0.05, 0.0);
}

void
tsr_playback_tick (TsrPlayback *self)
{
  TsrMeter meter;

  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL)
    return;
  tsr_engine_read_meter (self->engine, &meter);
  g_signal_emit (self, signals[METERED], 0, &meter);
  if (!tsr_engine_is_playing (self->engine)) {
    if (self->solo_id != 0 && !isnan (self->solo_end_s))
      set_solo (self, 0, NAN);
    return;
  }
  self->telling = TRUE;
  tsr_session_set_playhead_s (self->session, tsr_engine_get_position_s (self->engine));
  self->telling = FALSE;
  follow (self, tsr_session_get_playhead_s (self->session));
  if (self->solo_id != 0 &&
      g_get_monotonic_time () - self->solo_from_us > SOLO_SETTLE_US &&
      tsr_session_get_playhead_s (self->session) >= self->solo_end_s) {
    tsr_engine_pause (self->engine);
    set_solo (self, 0, NAN);
  }
}

void
tsr_playback_toggle (TsrPlayback *self)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL || self->sound == NULL)
    return;
  if (tsr_engine_is_playing (self->engine))
    tsr_engine_pause (self->engine);
  else
    tsr_engine_play (self->engine);
}

void
tsr_playback_play_from_start (TsrPlayback *self)
{
  double start_s, end_s;

  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL || self->sound == NULL)
    return;
  tsr_session_get_loop_range (self->session, &start_s, &end_s);
  if (self->morph != NULL)
    start_s = 0.0;
  else if ((!tsr_session_get_loop (self->session) || end_s <= start_s) &&
           !selected_span (self, &start_s, &end_s))
    start_s = 0.0;
  tsr_session_seek (self->session, start_s);
  tsr_engine_play (self->engine);
}

void
tsr_playback_stop (TsrPlayback *self)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL)
    return;
  tsr_engine_stop (self->engine);
  tsr_session_seek (self->session, 0.0);
}

/* From the start of a partial; FALSE: there is no such partial. */
static gboolean
play_span_of (TsrPlayback *self, gint64 id, double *end_s)
{
  TsrPartialSet           *set = partials_of (self);
  gint64                   index = set != NULL ? tsr_partial_set_index_of (set, id) : -1;
  const TsrPartialSummary *summary;

  if (index < 0)
    return FALSE;
  summary = tsr_partial_summary (tsr_partial_set_at (set, (gsize)index));
  *end_s = summary->end_s;
  tsr_session_seek (self->session, summary->start_s);
  tsr_engine_play (self->engine);
  return TRUE;
}

void
tsr_playback_solo (TsrPlayback *self, gint64 id)
{
  gboolean was_on;
  double   end_s;

  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL || self->solo_id == id)
    return;
  was_on = self->solo_id != 0;
  if (!was_on)
    self->rest_s = tsr_engine_is_playing (self->engine)
                       ? NAN
                       : tsr_session_get_playhead_s (self->session);
  set_solo (self, id, NAN);
  if (isnan (self->rest_s))
    return;
  if (id != 0) {
    play_span_of (self, id, &end_s);
  } else {
    tsr_engine_pause (self->engine);
    tsr_session_seek (self->session, self->rest_s);
  }
}

void
tsr_playback_play_partial (TsrPlayback *self, gint64 id)
{
  double end_s;

  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine == NULL || !play_span_of (self, id, &end_s))
    return;
  self->rest_s = NAN;
  set_solo (self, id, end_s);
}

void
tsr_playback_set_level_matched (TsrPlayback *self, gboolean level_matched)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  self->level_matched = level_matched;
  monitor_cb (self);
}
