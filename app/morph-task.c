/* SPDX-License-Identifier: GPL-3.0-or-later
 * Morphs made: plan, partials, noise, recording.
 */
#include "app/morph-task.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/job-status.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/attack.h"
#include "model/dsp/partials/synth.h"

enum { BLOCK = 65536 };
#define DEFAULT_RATE_HZ 44100.0

static GArray *
copied (const GArray *array)
{
  return array != NULL ? g_array_copy ((GArray *)array) : NULL;
}

void
tsr_morph_task_init (TsrMorphTask           *task,
                     const TsrMorphSettings *settings,
                     TsrSignal *const       *sources)
{
  TsrMorphAmount *const amounts[TSR_MORPH_N_PARAMETERS] = {
      &task->time, &task->frequency, &task->amplitude, &task->noise};

  *task = (TsrMorphTask){.n = settings->n,
                         .pairing = settings->pairing,
                         .is_linear = settings->is_linear,
                         .fades = settings->fades,
                         .anchors = copied (settings->anchors),
                         .links = copied (settings->links)};
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    tsr_morph_amount_copy (amounts[p],
                           tsr_morph_settings_amount (settings, (TsrMorphParameter)p));
  for (guint k = 0; k < settings->n; k++)
    tsr_render_subject_init (&task->subjects[k], settings->sounds[k], sources[k]);
}

void
tsr_morph_task_clear (TsrMorphTask *task)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    tsr_render_subject_clear (&task->subjects[k]);
  tsr_morph_amount_clear (&task->time);
  tsr_morph_amount_clear (&task->frequency);
  tsr_morph_amount_clear (&task->amplitude);
  tsr_morph_amount_clear (&task->noise);
  g_clear_pointer (&task->anchors, g_array_unref);
  g_clear_pointer (&task->links, g_array_unref);
}

void
tsr_morph_result_clear (TsrMorphResult *result)
{
  g_clear_pointer (&result->state, tsr_sound_state_unref);
  g_clear_pointer (&result->recording, tsr_signal_unref);
  g_clear_pointer (&result->anchors, g_array_unref);
}

/* ---- the plan ---- */

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

GArray *
tsr_morph_find_onsets (const TsrRenderSubject *subject)
{
  GArray                    *onsets_s = g_array_new (FALSE, FALSE, sizeof (double));
  double                    *times_s = NULL;
  gsize                      n = 0;
  const TsrSoundStateFields *f = tsr_sound_state_fields (subject->state);

  if (subject->source == NULL || !tsr_attacks_find (subject->source, &times_s, &n))
    return onsets_s;
  for (gsize i = 0; i < n; i++) {
    double t = f->source_s_over_sound_s != NULL
                   ? tsr_curve_inverse_extended (f->source_s_over_sound_s, times_s[i])
                   : times_s[i];
    if (t >= 0 && t < f->duration_s)
      g_array_append_val (onsets_s, t);
  }
  free (times_s);
  g_array_sort (onsets_s, compare_doubles);
  return onsets_s;
}

TsrMorphPlan *
tsr_morph_task_plan (const TsrMorphTask *task, GError **error)
{
  g_autoptr (GPtrArray) onsets =
      g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  TsrMorphParams params = {.n = task->n,
                           .time = task->time,
                           .frequency = task->frequency,
                           .amplitude = task->amplitude,
                           .noise = task->noise,
                           .anchors = task->anchors,
                           .links = task->links,
                           .pairing = task->pairing,
                           .is_linear = task->is_linear,
                           .fades = task->fades};

  for (guint k = 0; k < task->n; k++) {
    GArray *onsets_s = tsr_morph_find_onsets (&task->subjects[k]);
    g_ptr_array_add (onsets, onsets_s);
    params.sounds[k] = (TsrMorphSound){.state = task->subjects[k].state,
                                       .n_channels = task->subjects[k].n_channels,
                                       .onsets_s = (const double *)onsets_s->data,
                                       .n_onsets = onsets_s->len};
  }
  return tsr_morph_plan_new (&params, error);
}

/* ---- the noise ---- */

/* The highest rate of the recordings. */
static double
rate_of (const TsrMorphTask *task, gboolean *has_recordings)
{
  double rate_hz = 0;

  for (guint k = 0; k < task->n; k++)
    if (task->subjects[k].source != NULL)
      rate_hz = fmax (rate_hz, task->subjects[k].rate_hz);
  *has_recordings = rate_hz > 0;
  return *has_recordings ? rate_hz : DEFAULT_RATE_HZ;
}

/* Models of the residuals at one rate; NULL for sounds without a recording. */
static gboolean
make_models (const TsrMorphTask *task,
             double              rate_hz,
             TsrWorkerJob       *job,
             TsrNoiseModel     **models,
             GError            **error)
{
  for (guint k = 0; k < task->n; k++) {
    TsrRenderChoice choice = {.part = TSR_PART_RESIDUAL, .rate_hz = rate_hz};
    if (task->subjects[k].source == NULL)
      continue;
    tsr_worker_job_next_part (job, 0.1 + 0.6 * (k + 0.7) / task->n);
    g_autoptr (TsrSignal) residual =
        tsr_render_to_signal (&task->subjects[k], &choice, job, error);
    if (residual == NULL)
      return FALSE;
    tsr_worker_job_next_part (job, 0.1 + 0.6 * (k + 1) / task->n);
    TsrStatus status = tsr_noise_model_new (residual, &job->job, &models[k]);
    if (!tsr_status_check (status, error))
      return FALSE;
  }
  return TRUE;
}

static TsrNoiseModel *
make_noise (const TsrMorphTask *task,
            const TsrMorphPlan *plan,
            double              rate_hz,
            TsrWorkerJob       *job,
            GError            **error)
{
  TsrNoiseModel *models[TSR_MORPH_MOST] = {NULL}, *noise = NULL;

  if (make_models (task, rate_hz, job, models, error))
    noise = tsr_morph_plan_noise (plan, (const TsrNoiseModel *const *)models, error);
  for (guint k = 0; k < task->n; k++)
    tsr_noise_model_unref (models[k]);
  return noise;
}

/* ---- the recording ---- */

static TsrStatus
fill_block (TsrPartialSet *set,
            TsrNoiseModel *noise,
            guint          channel,
            double         rate_hz,
            gint64         first,
            gsize          n,
            double        *block,
            const TsrJob  *job)
{
  memset (block, 0, n * sizeof *block);
  TsrStatus status =
      tsr_synth_render_range (set, channel, rate_hz, first, n, NULL, block, job);
  if (status == TSR_STATUS_OK)
    status =
        tsr_noise_model_render (noise, channel, rate_hz, NULL, first, n, block, block);
  return status;
}

static TsrSignal *
record (TsrPartialSet *set,
        TsrNoiseModel *noise,
        guint          n_channels,
        double         rate_hz,
        gint64         n_frames,
        const TsrJob  *job,
        GError       **error)
{
  g_autoptr (TsrSignal) signal = tsr_signal_new (rate_hz, n_channels, n_frames);
  g_autofree double *block = g_new (double, BLOCK);
  TsrStatus          status = signal != NULL ? TSR_STATUS_OK : TSR_STATUS_NO_MEMORY;

  for (gint64 first = 0; first < n_frames && status == TSR_STATUS_OK; first += BLOCK) {
    gsize n = (gsize)MIN (BLOCK, n_frames - first);
    for (guint c = 0; c < n_channels && status == TSR_STATUS_OK; c++) {
      status = fill_block (set, noise, c, rate_hz, first, n, block, job);
      float *out = tsr_signal_channel_writable (signal, c) + first;
      for (gsize i = 0; i < n; i++)
        out[i] = (float)block[i];
    }
    tsr_job_progress (job, (double)first / (double)n_frames);
    if (tsr_job_cancelled (job))
      status = TSR_STATUS_CANCELLED;
  }
  return tsr_status_check (status, error) ? g_steal_pointer (&signal) : NULL;
}

/* ---- all ---- */

static void
describe (const TsrMorphPlan *plan, guint n, TsrMorphResult *result)
{
  const TsrMorphVoices *voices = tsr_morph_plan_voices (plan);

  result->n_voices = voices->n;
  result->is_harmonic = tsr_morph_plan_is_harmonic (plan);
  result->anchors = g_array_ref ((GArray *)tsr_morph_plan_anchors (plan));
  for (gsize i = 0; i < voices->n; i++) {
    guint n_sounds = 0;
    for (guint k = 0; k < n; k++)
      n_sounds += voices->items[i].n_members[k] > 0;
    result->n_matched += n_sounds > 1;
  }
}

static gboolean
make_sound (const TsrMorphTask *task,
            const TsrMorphPlan *plan,
            TsrWorkerJob       *job,
            TsrMorphResult     *result,
            GError            **error)
{
  guint    n_channels = 1;
  gboolean has_recordings;
  double   rate_hz = rate_of (task, &has_recordings);
  gint64   n_frames = llround (tsr_morph_plan_duration_s (plan) * rate_hz);

  tsr_worker_job_next_part (job, 0.1);
  g_autoptr (TsrPartialSet) set = tsr_morph_plan_partials (plan, &job->job, error);
  if (set == NULL)
    return FALSE;
  for (guint k = 0; k < task->n; k++)
    n_channels = MAX (n_channels, task->subjects[k].n_channels);
  if (has_recordings) {
    TsrNoiseModel *noise = make_noise (task, plan, rate_hz, job, error);
    if (noise == NULL)
      return FALSE;
    tsr_worker_job_next_part (job, 1);
    result->recording =
        record (set, noise, n_channels, rate_hz, n_frames, &job->job, error);
    tsr_noise_model_unref (noise);
    if (result->recording == NULL)
      return FALSE;
  }
  TsrSoundStateFields fields = {
      .partials = set, .duration_s = (double)n_frames / rate_hz, .analysed = TRUE};
  result->state = tsr_sound_state_new (&fields);
  return TRUE;
}

gboolean
tsr_morph_task_run (const TsrMorphTask *task,
                    TsrWorkerJob       *job,
                    TsrMorphResult     *result,
                    GError            **error)
{
  *result = (TsrMorphResult){.copies = -1};
  g_autoptr (TsrMorphPlan) plan = tsr_morph_task_plan (task, error);
  if (plan == NULL)
    return FALSE;
  describe (plan, task->n, result);
  result->copies = tsr_morph_plan_copies (plan);
  if (result->copies >= 0 || make_sound (task, plan, job, result, error))
    return TRUE;
  tsr_morph_result_clear (result);
  return FALSE;
}
