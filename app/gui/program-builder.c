/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the state of a sound to what the loudspeaker plays.
 */
#include "app/gui/program-builder.h"

#include "app/render-task.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/partials/residual.h"
#include "model/partial-spill.h"

/* Longer sounds are heard without noise and transients on their own. */
#define MAX_SPLIT_S 600.0

/* What can be used again. */
typedef struct {
  gint64         sound_id;
  double         rate_hz;
  TsrSignal     *source;   /* what `original` was made from */
  TsrCurve      *time_map; /* likewise */
  TsrSignal     *original;
  TsrSignal     *background; /* of the last state */
  TsrPartialSet *analysed;   /* what `noise` was made for */
  TsrNoiseModel *noise;
} Kept;

struct TsrProgramBuilder {
  TsrProgramReady    ready;
  TsrProgramPictured pictured;
  gpointer           data;
  GCancellable      *cancellable; /* of what is under way */
  Kept               kept;
};

/* One program on its way through two threads, one after the other. */
typedef struct {
  TsrProgramBuilder *builder; /* to be touched on the main thread, if not cancelled */
  GCancellable      *cancellable;
  TsrRenderSubject   subject;
  TsrSignal         *residual; /* at the source's rate; NULL: not known */
  double             duration_s;
  TsrWorkerJob       job;
  Kept               kept;
  TsrScore          *score;
  TsrSignal         *noise, *transients;
  TsrProgram        *program; /* the last one made */
  gboolean           with_picture;
  TsrSignal         *picture;
} Build;

static void
kept_clear (Kept *kept)
{
  g_clear_pointer (&kept->source, tsr_signal_unref);
  g_clear_pointer (&kept->time_map, tsr_curve_unref);
  g_clear_pointer (&kept->original, tsr_signal_unref);
  g_clear_pointer (&kept->background, tsr_signal_unref);
  g_clear_pointer (&kept->analysed, tsr_partial_set_unref);
  g_clear_pointer (&kept->noise, tsr_noise_model_unref);
  kept->sound_id = 0;
  kept->rate_hz = 0.0;
}

static void
kept_copy (Kept *to, const Kept *from)
{
  *to = *from;
  to->source = from->source != NULL ? tsr_signal_ref (from->source) : NULL;
  to->time_map = from->time_map != NULL ? tsr_curve_ref (from->time_map) : NULL;
  to->original = from->original != NULL ? tsr_signal_ref (from->original) : NULL;
  to->background = from->background != NULL ? tsr_signal_ref (from->background) : NULL;
  to->analysed = from->analysed != NULL ? tsr_partial_set_ref (from->analysed) : NULL;
  to->noise = from->noise != NULL ? tsr_noise_model_ref (from->noise) : NULL;
}

static void
build_free (Build *build)
{
  g_object_unref (build->cancellable);
  tsr_render_subject_clear (&build->subject);
  kept_clear (&build->kept);
  g_clear_pointer (&build->residual, tsr_signal_unref);
  g_clear_pointer (&build->score, tsr_score_unref);
  g_clear_pointer (&build->noise, tsr_signal_unref);
  g_clear_pointer (&build->transients, tsr_signal_unref);
  g_clear_pointer (&build->program, tsr_program_unref);
  g_clear_pointer (&build->picture, tsr_signal_unref);
  g_free (build);
}

static TsrSignal *
render (Build *build, TsrPart part)
{
  TsrRenderChoice choice = {.part = part, .rate_hz = build->kept.rate_hz};

  return tsr_render_to_signal (&build->subject, &choice, &build->job, NULL);
}

static void
make_program (Build *build)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (build->subject.state);
  TsrProgramParts            parts = {.score = build->score,
                                      .original = build->kept.original,
                                      .residual = build->kept.background,
                                      .noise = build->noise,
                                      .transients = build->transients,
                                      .duration_s = build->duration_s,
                                      .model = build->kept.noise,
                                      .source_s_over_sound_s = state->source_s_over_sound_s,
                                      .residual_gain_db_over_hz = state->residual_gain_db_over_hz,
                                      .residual_gain_db = state->residual_gain_db,
                                      .residual_laws = state->residual_laws};

  g_clear_pointer (&build->program, tsr_program_unref);
  if (!g_cancellable_is_cancelled (build->cancellable))
    build->program = tsr_program_new (&parts);
}

/* What can be heard at once: partials and recording; the background is the last one. */
static void
first_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Build                     *build = data;
  const TsrSoundStateFields *state = tsr_sound_state_fields (build->subject.state);

  if (state->analysed && state->partials != NULL)
    build->score = tsr_score_new (state->partials);
  if (build->subject.source != NULL && build->kept.original == NULL)
    build->kept.original = render (build, TSR_PART_ORIGINAL);
  if (!state->analysed && build->kept.original != NULL) {
    g_clear_pointer (&build->kept.background, tsr_signal_unref);
    build->kept.background = tsr_signal_ref (build->kept.original);
  }
  make_program (build);
  g_task_return_boolean (task, TRUE);
}

static gboolean
find_residual (Build *build, TsrPartialSet *analysed)
{
  TsrSignal *source = build->subject.source;

  build->residual = tsr_scratch_signal_new (tsr_signal_rate_hz (source),
                                            tsr_signal_n_channels (source),
                                            tsr_signal_n_frames (source),
                                            NULL);
  if (build->residual != NULL &&
      tsr_residual_measure (source, analysed, &build->job.job, build->residual, NULL) ==
          TSR_STATUS_OK)
    return TRUE;
  g_clear_pointer (&build->residual, tsr_signal_unref);
  return FALSE;
}

/* The noise model of what the partials leave of the recording; made once an analysis. */
static void
find_noise (Build *build)
{
  TsrPartialSet *analysed = build->subject.analysed != NULL
                                ? build->subject.analysed
                                : tsr_sound_state_fields (build->subject.state)->partials;

  if (build->kept.noise == NULL) {
    if (build->residual == NULL && !find_residual (build, analysed))
      return;
    if (tsr_noise_model_new (build->residual, &build->job.job, &build->kept.noise) !=
        TSR_STATUS_OK)
      return;
    g_clear_pointer (&build->kept.analysed, tsr_partial_set_unref);
    build->kept.analysed = tsr_partial_set_ref (analysed);
  }
  g_clear_pointer (&build->subject.noise, tsr_noise_model_unref);
  build->subject.noise = tsr_noise_model_ref (build->kept.noise);
}

/* The rest, which takes longer. */
static void
second_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Build     *build = data;
  TsrSignal *background;

  find_noise (build);
  background = render (build, TSR_PART_BACKGROUND);
  g_clear_pointer (&build->kept.background, tsr_signal_unref);
  build->kept.background = background;
  if (build->duration_s <= MAX_SPLIT_S) {
    build->noise = render (build, TSR_PART_NOISE);
    build->transients = render (build, TSR_PART_TRANSIENTS);
  }
  make_program (build);
  g_task_return_boolean (task, TRUE);
}

static void
run (Build              *build,
     GTaskThreadFunc     thread,
     GAsyncReadyCallback done,
     GDestroyNotify      destroy)
{
  g_autoptr (GTask) task = g_task_new (NULL, build->cancellable, done, NULL);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, build, destroy);
  g_task_run_in_thread (task, thread);
}

static void
third_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Build          *build = data;
  TsrRenderChoice choice = {.part = TSR_PART_ALL};

  build->picture = tsr_render_to_signal (&build->subject, &choice, &build->job, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
third_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Build *build = g_task_get_task_data (G_TASK (result));

  if (!g_cancellable_is_cancelled (build->cancellable) && build->picture != NULL)
    build->builder->pictured (build->builder->data, build->subject.state, build->picture);
}

/* The program is whole. */
static void
go_on_to_picture (Build *build)
{
  if (build->with_picture)
    run (build, third_thread, third_cb, (GDestroyNotify)build_free);
  else
    build_free (build);
}

static void
second_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Build *build = g_task_get_task_data (G_TASK (result));

  if (g_cancellable_is_cancelled (build->cancellable) || build->program == NULL) {
    build_free (build);
    return;
  }
  kept_clear (&build->builder->kept);
  kept_copy (&build->builder->kept, &build->kept);
  build->builder->ready (build->builder->data, build->program, TRUE);
  go_on_to_picture (build);
}

static void
first_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Build   *build = g_task_get_task_data (G_TASK (result));
  gboolean more = build->subject.source != NULL &&
                  tsr_sound_state_fields (build->subject.state)->analysed;

  if (g_cancellable_is_cancelled (build->cancellable) || build->program == NULL) {
    build_free (build);
    return;
  }
  kept_clear (&build->builder->kept);
  kept_copy (&build->builder->kept, &build->kept);
  build->builder->ready (build->builder->data, build->program, !more);
  if (more)
    run (build, second_thread, second_cb, NULL);
  else
    go_on_to_picture (build);
}

/* Takes over what still fits the new state. */
static void
reuse (Build *build, const Kept *kept, TsrSound *sound, double rate_hz)
{
  const TsrSoundStateFields *state = tsr_sound_state_fields (build->subject.state);
  TsrPartialSet             *analysed =
      build->subject.analysed != NULL ? build->subject.analysed : state->partials;
  gboolean same = kept->sound_id == tsr_sound_get_id (sound) &&
                  kept->rate_hz == rate_hz && kept->source == build->subject.source;
  gboolean same_time =
      same && (kept->time_map == state->source_s_over_sound_s ||
               tsr_curve_equal (kept->time_map, state->source_s_over_sound_s));

  if (same)
    kept_copy (&build->kept, kept);
  if (!same_time) {
    g_clear_pointer (&build->kept.original, tsr_signal_unref);
    g_clear_pointer (&build->kept.background, tsr_signal_unref);
  }
  if (state->analysed && build->kept.background == build->kept.original)
    g_clear_pointer (&build->kept.background, tsr_signal_unref); /* has the partials */
  if (build->kept.analysed != analysed)
    g_clear_pointer (&build->kept.noise, tsr_noise_model_unref);
  if (!same && build->subject.source != NULL)
    build->kept.source = tsr_signal_ref (build->subject.source);
  g_clear_pointer (&build->kept.time_map, tsr_curve_unref);
  if (state->source_s_over_sound_s != NULL)
    build->kept.time_map = tsr_curve_ref (state->source_s_over_sound_s);
  build->kept.sound_id = tsr_sound_get_id (sound);
  build->kept.rate_hz = rate_hz;
}

/* What was under way is given up. */
static Build *
begin (TsrProgramBuilder *self)
{
  Build *build = g_new0 (Build, 1);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  build->builder = self;
  build->cancellable = g_object_ref (self->cancellable);
  return build;
}

static void
start (Build *build, TsrSound *sound, double rate_hz)
{
  build->duration_s = tsr_sound_state_fields (build->subject.state)->duration_s;
  tsr_worker_job_init (&build->job, NULL, build->cancellable, NULL, NULL);
  reuse (build, &build->builder->kept, sound, rate_hz);
  run (build, first_thread, first_cb, NULL);
}

void
tsr_program_builder_build (TsrProgramBuilder *self,
                           TsrSound          *sound,
                           TsrSignal         *signal,
                           TsrSignal         *residual,
                           double             rate_hz,
                           gboolean           picture)
{
  Build *build = begin (self);

  tsr_render_subject_init (&build->subject, sound, signal);
  build->with_picture = picture;
  build->residual = residual != NULL ? tsr_signal_ref (residual) : NULL;
  start (build, sound, rate_hz);
}

void
tsr_program_builder_build_at (TsrProgramBuilder *self,
                              TsrSound          *sound,
                              TsrSignal         *signal,
                              double             rate_hz,
                              gint64             step_id)
{
  Build *build = begin (self);

  if (tsr_render_subject_init_at (&build->subject, sound, signal, step_id))
    start (build, sound, rate_hz);
  else
    build_free (build);
}

void
tsr_program_builder_build_trial (TsrProgramBuilder       *self,
                                 const TsrProgramBuilder *present,
                                 TsrSound                *sound,
                                 TsrSignal               *signal,
                                 double                   rate_hz,
                                 TsrSoundState           *trial)
{
  Build *build = begin (self);

  tsr_render_subject_init (&build->subject, sound, signal);
  if (build->subject.analysed == NULL) /* the residual stays that of the present */
    build->subject.analysed =
        tsr_partial_set_ref (tsr_sound_state_fields (build->subject.state)->partials);
  tsr_sound_state_unref (build->subject.state);
  build->subject.state = tsr_sound_state_ref (trial);
  if (self->kept.original == NULL) {
    kept_clear (&self->kept);
    kept_copy (&self->kept, &present->kept);
  }
  start (build, sound, rate_hz);
}

void
tsr_program_builder_cancel (TsrProgramBuilder *self)
{
  g_cancellable_cancel (self->cancellable);
}

void
tsr_program_builder_clear (TsrProgramBuilder *self)
{
  tsr_program_builder_cancel (self);
  kept_clear (&self->kept);
}

TsrProgramBuilder *
tsr_program_builder_new (TsrProgramReady    ready,
                         TsrProgramPictured pictured,
                         gpointer           data)
{
  TsrProgramBuilder *self = g_new0 (TsrProgramBuilder, 1);

  self->ready = ready;
  self->pictured = pictured;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  return self;
}

void
tsr_program_builder_free (TsrProgramBuilder *self)
{
  if (self == NULL)
    return;
  tsr_program_builder_clear (self);
  g_object_unref (self->cancellable);
  g_free (self);
}
