/* SPDX-License-Identifier: GPL-3.0-or-later
 * The shared state of a window's views.
 */
#include "model/session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "model/class-signal.h"
#include "model/dsp-types.h"

enum {
  SEEK,
  PREVIEW_CHANGED,
  TOUCH_CHANGED,
  DRAWING_CHANGED,
  TRIAL_CHANGED,
  LAYERS_CHANGED,
  ONSETS_CHANGED,
  COMPARING_CHANGED,
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrSession, tsr_session, G_TYPE_OBJECT)

static void
tsr_session_dispose (GObject *object)
{
  TsrSession *self = TSR_SESSION (object);

  if (self->sound != NULL)
    g_clear_signal_handler (&self->state_handler, self->sound);
  g_clear_object (&self->sound);
  g_clear_object (&self->project);
  g_clear_pointer (&self->signal, tsr_signal_unref);
  g_clear_pointer (&self->residual, tsr_signal_unref);
  g_clear_pointer (&self->onsets_s, g_array_unref);
  g_clear_pointer (&self->time_map, tsr_curve_unref);
  g_clear_object (&self->drawing);
  g_clear_pointer (&self->trial, tsr_sound_state_unref);
  tsr_session_free_toucher (self);
  tsr_session_clear_compared (self);
  tsr_session_clear_picture (self);
  g_hash_table_remove_all (self->selection_of_step);
  G_OBJECT_CLASS (tsr_session_parent_class)->dispose (object);
}

static void
tsr_session_finalize (GObject *object)
{
  TsrSession *self = TSR_SESSION (object);

  tsr_selection_unref (self->selection);
  tsr_curve_unref (self->preview.filter_gain_db_over_hz);
  g_hash_table_unref (self->selection_of_step);
  g_hash_table_unref (self->layers_of);
  g_object_unref (self->viewport);
  g_free (self->colormap);
  g_free (self->tool);
  g_free (self->message);
  G_OBJECT_CLASS (tsr_session_parent_class)->finalize (object);
}

static void
tsr_session_class_init (TsrSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tsr_session_dispose;
  object_class->finalize = tsr_session_finalize;
  tsr_session_install_properties (object_class);
  signals[SEEK] = tsr_class_add_signal (klass, "seek", 1, G_TYPE_DOUBLE);
  signals[ONSETS_CHANGED] = tsr_class_add_signal (klass, "onsets-changed", 0);
  signals[PREVIEW_CHANGED] = tsr_class_add_signal (klass, "preview-changed", 0);
  signals[TOUCH_CHANGED] = tsr_class_add_signal (klass, "touch-changed", 0);
  signals[DRAWING_CHANGED] = tsr_class_add_signal (klass, "drawing-changed", 0);
  signals[TRIAL_CHANGED] = tsr_class_add_signal (klass, "trial-changed", 0);
  signals[LAYERS_CHANGED] = tsr_class_add_signal (klass, "layers-changed", 0);
  signals[COMPARING_CHANGED] = tsr_class_add_signal (klass, "comparing-changed", 0);
  signals[FAILED] = tsr_class_add_signal (klass, "failed", 1, G_TYPE_STRING);
}

static void
tsr_session_init (TsrSession *self)
{
  self->selection = tsr_selection_new (NULL, 0, NULL);
  self->viewport = tsr_viewport_new ();
  self->selection_of_step = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)tsr_selection_unref);
  self->layers_of = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->floor_db = -90;
  self->partials_opacity = 1;
  self->show_partials = self->follow = TRUE;
  self->tool = g_strdup ("select");
}

TsrSession *
tsr_session_new (void)
{
  return g_object_new (TSR_TYPE_SESSION, NULL);
}

/* Adapts limits to the sound as it is now, and shows all of it where `fit`. */
static void
update_viewport (TsrSession *self, gboolean fit)
{
  if (self->sound == NULL)
    return;
  const TsrSoundStateFields *state =
      tsr_sound_state_fields (tsr_sound_get_state (self->sound));
  double was_s, low_hz, high_hz;
  tsr_viewport_get_limits (self->viewport, &was_s, &low_hz, &high_hz);
  gboolean saw_all = tsr_viewport_get_start_s (self->viewport) <= 0 &&
                     tsr_viewport_get_end_s (self->viewport) >= was_s;
  tsr_viewport_set_limits (
      self->viewport, state->duration_s, 0, tsr_sound_get_rate_hz (self->sound) / 2);
  if (fit)
    tsr_viewport_fit (self->viewport);
  else if (saw_all)
    tsr_viewport_set_time (self->viewport, 0, state->duration_s);
}

static gint64
current_step_id (TsrSession *self)
{
  return tsr_step_fields (tsr_sound_get_current_step (self->sound))->id;
}

/* The loop stays on what it was set around. */
static void
move_loop (TsrSession *self, const TsrSoundState *state)
{
  const TsrSoundStateFields *fields = tsr_sound_state_fields (state);
  double                     ends_s[] = {self->loop_start_s, self->loop_end_s};
  g_autoptr (TsrSoundState) before = tsr_sound_state_new (
      &(TsrSoundStateFields){.source_s_over_sound_s = self->time_map});

  if (tsr_curve_equal (self->time_map, fields->source_s_over_sound_s))
    return;
  g_clear_pointer (&self->time_map, tsr_curve_unref);
  if (fields->source_s_over_sound_s != NULL)
    self->time_map = tsr_curve_ref (fields->source_s_over_sound_s);
  if (!(ends_s[1] > ends_s[0]))
    return;
  for (int i = 0; i < 2; i++) {
    double source_s = tsr_sound_state_source_s (before, ends_s[i]);
    ends_s[i] = CLAMP (tsr_sound_state_sound_s (state, source_s), 0, fields->duration_s);
  }
  if (isfinite (ends_s[0] + ends_s[1]))
    tsr_session_set_loop_range (
        self, fmin (ends_s[0], ends_s[1]), fmax (ends_s[0], ends_s[1]));
}

static void
state_cb (TsrSound *sound, GParamSpec *pspec, TsrSession *self)
{
  gint64         step_id = current_step_id (self);
  TsrPartialSet *set = tsr_sound_state_fields (tsr_sound_get_state (sound))->partials;
  TsrSelection  *known = g_hash_table_lookup (self->selection_of_step, &step_id);
  g_autoptr (TsrSelection) selection =
      tsr_selection_within (known != NULL ? known : self->selection, set);

  tsr_session_set_trial (self, NULL);
  update_viewport (self, FALSE);
  move_loop (self, tsr_sound_get_state (sound));
  tsr_session_compare (self, 0, 0);
  tsr_session_change_compare_step (self, 0);
  tsr_session_update_picture (self);
  tsr_session_set_selection (self, selection);
}

TsrProject *
tsr_session_get_project (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->project;
}

void
tsr_session_set_project (TsrSession *self, TsrProject *project)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (!g_set_object (&self->project, project))
    return;
  g_hash_table_remove_all (self->layers_of);
  g_autoptr (TsrSound) first =
      project != NULL ? g_list_model_get_item (G_LIST_MODEL (project), 0) : NULL;
  tsr_session_notify (self, PROP_PROJECT);
  tsr_session_set_sound (self, first);
}

TsrSound *
tsr_session_get_sound (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->sound;
}

static void
change_layers (TsrSession *self, const TsrLayerMix *layers)
{
  if (memcmp (&self->layers, layers, sizeof *layers) == 0)
    return;
  self->layers = *layers;
  g_signal_emit (self, signals[LAYERS_CHANGED], 0);
}

/* A sound is heard as it was left, one that is new to the session as it is. */
static void
recall_layers (TsrSession *self)
{
  const TsrLayerMix  plain = {0};
  gint64             id = self->sound != NULL ? tsr_sound_get_id (self->sound) : 0;
  const TsrLayerMix *known = g_hash_table_lookup (self->layers_of, &id);

  change_layers (self, known != NULL ? known : &plain);
}

void
tsr_session_set_sound (TsrSession *self, TsrSound *sound)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (self->sound == sound)
    return;
  if (self->sound != NULL)
    g_clear_signal_handler (&self->state_handler, self->sound);
  g_object_freeze_notify (G_OBJECT (self));
  tsr_session_set_preview (self, NULL);
  tsr_session_end_touch (self);
  tsr_session_set_drawing (self, NULL);
  tsr_session_set_trial (self, NULL);
  tsr_session_compare (self, 0, 0);
  g_hash_table_remove_all (self->selection_of_step);
  g_set_object (&self->sound, sound);
  if (sound != NULL)
    self->state_handler =
        g_signal_connect_object (sound, "notify::state", G_CALLBACK (state_cb), self, 0);
  tsr_session_clear_picture (self);
  tsr_session_set_signal (self, NULL);
  tsr_session_set_residual (self, NULL);
  tsr_session_set_selection (self, NULL);
  tsr_session_change_hover_id (self, 0);
  tsr_session_change_compare_step (self, 0);
  tsr_session_change_channel (self, 0);
  recall_layers (self);
  tsr_session_set_loop_range (self, 0, 0);
  if (sound != NULL)
    move_loop (self, tsr_sound_get_state (sound));
  tsr_session_change_double (self, PROP_PLAYHEAD_S, 0);
  update_viewport (self, TRUE);
  tsr_session_notify (self, PROP_SOUND);
  tsr_session_notify (self, PROP_PICTURE);
  g_object_thaw_notify (G_OBJECT (self));
}

TsrSignal *
tsr_session_get_signal (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->signal;
}

static void
set_a_signal (TsrSession *self, TsrSignal **field, TsrSignal *signal, guint property)
{
  if (*field == signal)
    return;
  g_clear_pointer (field, tsr_signal_unref);
  *field = signal != NULL ? tsr_signal_ref (signal) : NULL;
  tsr_session_notify (self, property);
}

void
tsr_session_set_signal (TsrSession *self, TsrSignal *signal)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  set_a_signal (self, &self->signal, signal, PROP_SIGNAL);
  tsr_session_update_picture (self);
}

static gconstpointer
present_analysis (TsrSession *self)
{
  return self->sound != NULL ? tsr_sound_get_analysis (self->sound) : NULL;
}

/* After undo or redo another analysis may be the present one: its residual is not known.
 */
TsrSignal *
tsr_session_get_residual (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->residual_of == present_analysis (self) ? self->residual : NULL;
}

void
tsr_session_set_residual (TsrSession *self, TsrSignal *residual)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  self->residual_of = present_analysis (self);
  set_a_signal (self, &self->residual, residual, PROP_RESIDUAL);
}

TsrViewport *
tsr_session_get_viewport (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->viewport;
}

TsrSelection *
tsr_session_get_selection (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->selection;
}

void
tsr_session_set_selection (TsrSession *self, TsrSelection *selection)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (selection == self->selection)
    return;
  TsrSelection *next = selection != NULL ? tsr_selection_ref (selection)
                                         : tsr_selection_new (NULL, 0, NULL);
  tsr_selection_unref (self->selection);
  self->selection = next;
  if (self->sound != NULL) {
    gint64 step_id = current_step_id (self);
    g_hash_table_replace (self->selection_of_step,
                          g_memdup2 (&step_id, sizeof step_id),
                          tsr_selection_ref (next));
  }
  tsr_session_notify (self, PROP_SELECTION);
}

void
tsr_session_tell_comparing (TsrSession *self)
{
  g_signal_emit (self, signals[COMPARING_CHANGED], 0);
}

double
tsr_session_get_playhead_s (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->playhead_s;
}

void
tsr_session_set_playhead_s (TsrSession *self, double time_s)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  tsr_session_change_double (self, PROP_PLAYHEAD_S, fmax (time_s, 0));
}

void
tsr_session_seek (TsrSession *self, double time_s)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  time_s = fmax (time_s, 0);
  g_signal_emit (self, signals[SEEK], 0, time_s);
  tsr_session_set_playhead_s (self, time_s);
}

void
tsr_session_get_loop_range (TsrSession *self, double *start_s, double *end_s)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  *start_s = self->loop_start_s;
  *end_s = self->loop_end_s;
}

void
tsr_session_set_loop_range (TsrSession *self, double start_s, double end_s)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  g_object_freeze_notify (G_OBJECT (self));
  tsr_session_change_double (self, PROP_LOOP_START_S, fmax (start_s, 0));
  tsr_session_change_double (self, PROP_LOOP_END_S, fmax (end_s, 0));
  g_object_thaw_notify (G_OBJECT (self));
}

const TsrLayerMix *
tsr_session_get_layers (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return &self->layers;
}

void
tsr_session_set_layers (TsrSession *self, const TsrLayerMix *layers)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  if (self->sound != NULL) {
    gint64 id = tsr_sound_get_id (self->sound);
    g_hash_table_replace (
        self->layers_of, g_memdup2 (&id, sizeof id), g_memdup2 (layers, sizeof *layers));
  }
  change_layers (self, layers);
}

const TsrPreview *
tsr_session_get_preview (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->has_preview ? &self->preview : NULL;
}

void
tsr_session_set_preview (TsrSession *self, const TsrPreview *preview)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (preview == NULL && !self->has_preview)
    return;
  if (preview != NULL)
    tsr_session_compare (self, 0, 0);
  if (preview != NULL && !self->has_preview)
    tsr_session_touch_region (self);
  else if (preview == NULL)
    tsr_session_end_touch (self);
  TsrCurve *old = self->preview.filter_gain_db_over_hz;
  self->has_preview = preview != NULL;
  self->preview = preview != NULL ? *preview : (TsrPreview)TSR_PREVIEW_INIT;
  if (self->preview.filter_gain_db_over_hz != NULL)
    tsr_curve_ref (self->preview.filter_gain_db_over_hz);
  tsr_curve_unref (old);
  g_signal_emit (self, signals[PREVIEW_CHANGED], 0);
}
