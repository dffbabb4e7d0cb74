/* SPDX-License-Identifier: GPL-3.0-or-later
 * Residuals of a morph's sounds, modelled.
 */
#include "app/gui/morph-background.h"

#include <math.h>
#include <string.h>

#include "app/render-task.h"
#include "model/dsp-types.h"

enum { BLOCK = 65536 };

/* Longer sounds are morphed without their noise while they are played. */
#define MAX_S 600.0

/* Of one state of a sound; nothing in it when it has no recording. */
typedef struct {
  TsrSoundState *state;
  TsrSignal     *source;
  double         model_rate_hz, rate_hz; /* of the model and of the transients */
  TsrNoiseModel *model;
  TsrSignal     *transients;
} Background;

struct TsrMorphBackgrounds {
  TsrMorphSession *morph;
  TsrMorphSource   source;
  void (*made) (gpointer data);
  gpointer      data;
  GPtrArray    *known; /* of Background */
  GCancellable *cancellable;
  gboolean      is_making;
  double        rate_hz;
};

typedef struct {
  TsrRenderSubject subject;
  TsrWorkerJob     job;
  Background      *background; /* owned until it is done */
} Making;

static void
background_free (gpointer data)
{
  Background *background = data;

  tsr_sound_state_unref (background->state);
  g_clear_pointer (&background->source, tsr_signal_unref);
  g_clear_pointer (&background->model, tsr_noise_model_unref);
  g_clear_pointer (&background->transients, tsr_signal_unref);
  g_free (background);
}

static void
making_free (Making *making)
{
  tsr_render_subject_clear (&making->subject);
  g_clear_pointer (&making->background, background_free);
  g_free (making);
}

/* ---- in a thread ---- */

static TsrSignal *
render_transients (const TsrNoiseModel *model, guint n_channels, gint64 n, double rate_hz)
{
  TsrSignal         *signal = tsr_signal_new (rate_hz, n_channels, n);
  g_autofree double *block = g_new (double, BLOCK);

  for (guint c = 0; signal != NULL && c < n_channels; c++)
    for (gint64 first = 0; first < n; first += BLOCK) {
      gsize  count = (gsize)MIN (BLOCK, n - first);
      float *to = tsr_signal_channel_writable (signal, c) + first;
      memset (block, 0, count * sizeof *block);
      tsr_noise_model_render (model, c, rate_hz, NULL, first, count, NULL, block);
      for (gsize i = 0; i < count; i++)
        to[i] = (float)block[i];
    }
  return signal;
}

static void
make_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Making         *making = data;
  Background     *made = making->background;
  TsrRenderChoice choice = {.part = TSR_PART_RESIDUAL, .rate_hz = made->model_rate_hz};
  double          duration_s = tsr_sound_state_fields (made->state)->duration_s;
  g_autoptr (TsrSignal) residual =
      tsr_render_to_signal (&making->subject, &choice, &making->job, NULL);

  if (residual != NULL &&
      tsr_noise_model_new (residual, &making->job.job, &made->model) == TSR_STATUS_OK)
    made->transients = render_transients (made->model,
                                          tsr_signal_n_channels (residual),
                                          llrint (duration_s * made->rate_hz),
                                          made->rate_hz);
  g_task_return_boolean (task, TRUE);
}

/* ---- on the main thread ---- */

/* The highest rate of the recordings, which all models have. */
static double
model_rate_of (TsrMorphBackgrounds *self)
{
  double rate_hz = 0;

  for (guint k = 0; k < tsr_morph_session_get_n (self->morph); k++) {
    TsrSignal *source =
        self->source (self->data, tsr_morph_session_get_sound (self->morph, k));
    if (source != NULL)
      rate_hz = MAX (rate_hz, tsr_signal_rate_hz (source));
  }
  return rate_hz;
}

static Background *
find (TsrMorphBackgrounds *self, TsrSound *sound, double model_rate_hz)
{
  for (guint i = 0; i < self->known->len; i++) {
    Background *known = g_ptr_array_index (self->known, i);
    if (known->state == tsr_sound_get_state (sound) &&
        known->source == self->source (self->data, sound) &&
        known->model_rate_hz == model_rate_hz && known->rate_hz == self->rate_hz)
      return known;
  }
  return NULL;
}

static gboolean
is_wanted (TsrMorphBackgrounds *self, TsrSound *sound)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (tsr_sound_get_state (sound));

  return self->source (self->data, sound) != NULL && state->analysed &&
         state->duration_s <= MAX_S;
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrMorphBackgrounds *self = data;
  Making              *making = g_task_get_task_data (G_TASK (result));

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; /* self is gone */
  self->is_making = FALSE;
  if (self->known->len >= 2 * TSR_MORPH_MOST)
    g_ptr_array_remove_index (self->known, 0);
  g_ptr_array_add (self->known, g_steal_pointer (&making->background));
  self->made (self->data);
  tsr_morph_backgrounds_make (self, self->rate_hz);
}

static void
begin (TsrMorphBackgrounds *self, TsrSound *sound, double model_rate_hz)
{
  Making    *making = g_new0 (Making, 1);
  TsrSignal *source = self->source (self->data, sound);
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, made_cb, self);

  making->background = g_new0 (Background, 1);
  *making->background =
      (Background){.state = tsr_sound_state_ref (tsr_sound_get_state (sound)),
                   .source = tsr_signal_ref (source),
                   .model_rate_hz = model_rate_hz,
                   .rate_hz = self->rate_hz};
  tsr_render_subject_init (&making->subject, sound, source);
  tsr_worker_job_init (&making->job, NULL, self->cancellable, NULL, NULL);
  self->is_making = TRUE;
  g_task_set_task_data (task, making, (GDestroyNotify)making_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, make_thread);
}

void
tsr_morph_backgrounds_make (TsrMorphBackgrounds *self, double rate_hz)
{
  double model_rate_hz = model_rate_of (self);

  self->rate_hz = rate_hz;
  for (guint k = 0; k < tsr_morph_session_get_n (self->morph) && !self->is_making; k++) {
    TsrSound *sound = tsr_morph_session_get_sound (self->morph, k);
    if (is_wanted (self, sound) && find (self, sound, model_rate_hz) == NULL)
      begin (self, sound, model_rate_hz);
  }
}

void
tsr_morph_backgrounds_fill (TsrMorphBackgrounds *self, TsrMorphParts *parts)
{
  double model_rate_hz = model_rate_of (self);

  *parts = (TsrMorphParts){0};
  for (guint k = 0; k < tsr_morph_session_get_n (self->morph); k++) {
    Background *known =
        find (self, tsr_morph_session_get_sound (self->morph, k), model_rate_hz);
    if (known == NULL || known->model == NULL)
      continue;
    parts->models[k] = tsr_noise_model_ref (known->model);
    if (known->transients != NULL)
      parts->transients[k] = tsr_signal_ref (known->transients);
  }
}

void
tsr_morph_parts_clear (TsrMorphParts *parts)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    g_clear_pointer (&parts->models[k], tsr_noise_model_unref);
    g_clear_pointer (&parts->transients[k], tsr_signal_unref);
  }
}

TsrMorphBackgrounds *
tsr_morph_backgrounds_new (TsrMorphSession *morph,
                           TsrMorphSource   source,
                           void (*made) (gpointer data),
                           gpointer data)
{
  TsrMorphBackgrounds *self = g_new0 (TsrMorphBackgrounds, 1);

  self->morph = g_object_ref (morph);
  self->source = source;
  self->made = made;
  self->data = data;
  self->known = g_ptr_array_new_with_free_func (background_free);
  self->cancellable = g_cancellable_new ();
  return self;
}

void
tsr_morph_backgrounds_free (TsrMorphBackgrounds *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->known);
  g_object_unref (self->morph);
  g_free (self);
}
