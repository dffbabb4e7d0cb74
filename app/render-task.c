/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rendering into files and into memory.
 */
#include "app/render-task.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/job-status.h"
#include "audio/sample-store.h"
#include "model/dsp-types.h"
#include "model/partial-spill.h"

enum { BLOCK = 16384 };
#define PREPARE_PART 0.3 /* share of the progress */

void
tsr_render_subject_init (TsrRenderSubject *self, TsrSound *sound, TsrSignal *source)
{
  g_autoptr (TsrSoundState) analysed = tsr_sound_dup_analysed_state (sound);
  gsize            n_markers;
  const TsrMarker *markers = tsr_sound_get_markers (sound, &n_markers);
  TsrSource       *origin = tsr_sound_get_source (sound);

  *self = (TsrRenderSubject){
      .state = tsr_sound_state_ref (tsr_sound_get_state (sound)),
      .source = source != NULL ? tsr_signal_ref (source) : NULL,
      .n_channels = tsr_sound_get_n_channels (sound),
      .rate_hz = tsr_sound_get_rate_hz (sound),
      .bits = origin != NULL ? tsr_source_get_info (origin)->bits : 24,
      .cues = g_new0 (TsrCue, n_markers),
      .n_cues = n_markers,
  };
  if (analysed != NULL)
    self->analysed = tsr_partial_set_ref (tsr_sound_state_fields (analysed)->partials);
  for (gsize i = 0; i < n_markers; i++) {
    self->cues[i].time_s = markers[i].time_s;
    self->cues[i].name = g_strdup (markers[i].name);
  }
}

gboolean
tsr_render_subject_init_at (TsrRenderSubject *self,
                            TsrSound         *sound,
                            TsrSignal        *source,
                            gint64            step_id)
{
  g_autoptr (TsrSoundState) state = tsr_sound_dup_state_at (sound, step_id);
  g_autoptr (TsrSoundState) analysed = tsr_sound_dup_analysed_state_at (sound, step_id);

  if (state == NULL)
    return FALSE;
  tsr_render_subject_init (self, sound, source);
  tsr_sound_state_unref (self->state);
  self->state = g_steal_pointer (&state);
  g_clear_pointer (&self->analysed, tsr_partial_set_unref);
  if (analysed != NULL)
    self->analysed = tsr_partial_set_ref (tsr_sound_state_fields (analysed)->partials);
  return TRUE;
}

void
tsr_render_subject_clear (TsrRenderSubject *self)
{
  for (gsize i = 0; i < self->n_cues; i++)
    g_free ((char *)self->cues[i].name);
  g_clear_pointer (&self->cues, g_free);
  self->n_cues = 0;
  g_clear_pointer (&self->state, tsr_sound_state_unref);
  g_clear_pointer (&self->analysed, tsr_partial_set_unref);
  g_clear_pointer (&self->source, tsr_signal_unref);
  g_clear_pointer (&self->noise, tsr_noise_model_unref);
}

TsrSampleFormat
tsr_render_subject_samples (const TsrRenderSubject *subject)
{
  if (subject->bits <= 16)
    return TSR_SAMPLES_16;
  return subject->bits <= 24 ? TSR_SAMPLES_24 : TSR_SAMPLES_FLOAT;
}

TsrRender *
tsr_render_open (const TsrRenderSubject *subject,
                 const TsrRenderChoice  *choice,
                 TsrWorkerJob           *job,
                 GError                **error)
{
  g_autoptr (TsrSignal) converted = NULL;
  double          rate_hz = choice->rate_hz > 0 ? choice->rate_hz : subject->rate_hz;
  TsrRenderParams params = {
      .state = subject->state,
      .source = subject->source,
      .n_channels = subject->n_channels,
      .part = choice->part,
      .selection = choice->selection,
      .layers = choice->layers,
      .rate_hz = rate_hz,
      .start_s = choice->start_s,
      .end_s = choice->end_s,
      .noise = subject->noise,
      .analysed = subject->analysed,
  };
  gboolean needs_source = choice->part != TSR_PART_PARTIALS && choice->selection == NULL;

  if (!needs_source)
    params.source = NULL;
  if (params.source != NULL && tsr_signal_rate_hz (params.source) != rate_hz) {
    converted = tsr_resample (params.source, rate_hz, &job->job, error);
    if (converted == NULL)
      return NULL;
    params.source = converted;
  }
  return tsr_render_new (&params, &job->job, error);
}

/* Reads a block; FALSE with an error where it came out short. */
static gboolean
read_block (TsrRender *render, double **channels, gsize n, GError **error)
{
  return tsr_render_read (render, channels, n) == n ||
         tsr_status_check (tsr_render_status (render), error);
}

static double **
channels_new (guint n_channels)
{
  double **channels = g_new0 (double *, n_channels + 1);

  for (guint c = 0; c < n_channels; c++)
    channels[c] = g_new0 (double, BLOCK);
  return channels;
}

static void
channels_free (double **channels)
{
  g_strfreev ((char **)channels);
}

/* Blocks into a signal on the heap, or, when that would be too much, in temporary files.
 */
static TsrSignal *
collect (TsrRender *render, double rate_hz, TsrWorkerJob *job, GError **error)
{
  guint           n_channels = tsr_render_n_channels (render);
  gint64          n_frames = tsr_render_n_frames (render);
  double        **channels = channels_new (n_channels);
  float         **samples = (float **)channels_new (n_channels);
  TsrSampleStore *store = tsr_sample_store_new (n_channels, TSR_SAMPLE_STORE_HEAP_LIMIT);
  gboolean        ok = TRUE;

  for (gint64 first = 0; first < n_frames && ok; first += BLOCK) {
    gsize n = (gsize)MIN (BLOCK, n_frames - first);
    ok = read_block (render, channels, n, error);
    for (guint c = 0; c < n_channels && ok; c++)
      for (gsize i = 0; i < n; i++)
        samples[c][i] = (float)channels[c][i];
    ok = ok && tsr_sample_store_append (store, (const float *const *)samples, n, error);
    tsr_job_progress (&job->job, (double)first / (double)n_frames);
  }
  channels_free (channels);
  channels_free ((double **)samples);
  if (ok)
    return tsr_sample_store_finish (store, rate_hz, error);
  tsr_sample_store_free (store);
  return NULL;
}

TsrSignal *
tsr_render_to_signal (const TsrRenderSubject *subject,
                      const TsrRenderChoice  *choice,
                      TsrWorkerJob           *job,
                      GError                **error)
{
  tsr_worker_job_next_part (job, PREPARE_PART);
  g_autoptr (TsrRender) render = tsr_render_open (subject, choice, job, error);
  if (render == NULL)
    return NULL;
  double rate_hz = choice->rate_hz > 0 ? choice->rate_hz : subject->rate_hz;
  if (tsr_render_is_source (render) && tsr_signal_rate_hz (subject->source) == rate_hz &&
      tsr_signal_n_frames (subject->source) == tsr_render_n_frames (render))
    return tsr_signal_ref (subject->source);
  tsr_worker_job_next_part (job, 1);
  return collect (render, rate_hz, job, error);
}

/* Markers inside the rendered span, on its time line. */
static GArray *
cues_in (const TsrRenderSubject *subject, const TsrRenderChoice *choice)
{
  GArray  *cues = g_array_new (FALSE, FALSE, sizeof (TsrCue));
  gboolean is_part = choice->end_s > choice->start_s;

  for (gsize i = 0; i < subject->n_cues; i++) {
    TsrCue cue = subject->cues[i];
    if (is_part && (cue.time_s < choice->start_s || cue.time_s >= choice->end_s))
      continue;
    if (is_part)
      cue.time_s -= choice->start_s;
    g_array_append_val (cues, cue);
  }
  return cues;
}

static gboolean
write_all (TsrRender          *render,
           TsrSoundFileWriter *writer,
           TsrWorkerJob       *job,
           double             *peak,
           GError            **error)
{
  guint    n_channels = tsr_render_n_channels (render);
  gint64   n_frames = tsr_render_n_frames (render);
  double **channels = channels_new (n_channels);
  gboolean ok = TRUE;

  for (gint64 first = 0; first < n_frames && ok; first += BLOCK) {
    gsize n = (gsize)MIN (BLOCK, n_frames - first);
    ok = read_block (render, channels, n, error);
    for (guint c = 0; c < n_channels && ok; c++)
      for (gsize i = 0; i < n; i++)
        *peak = fmax (*peak, fabs (channels[c][i]));
    ok = ok && tsr_sound_file_writer_write (writer, channels, n, error);
    tsr_job_progress (&job->job, (double)first / (double)n_frames);
  }
  channels_free (channels);
  return ok;
}

gboolean
tsr_render_to_file (const TsrRenderSubject *subject,
                    const TsrRenderChoice  *choice,
                    const char             *path,
                    TsrSampleFormat         samples,
                    TsrWorkerJob           *job,
                    TsrRenderReport        *report,
                    GError                **error)
{
  TsrRenderReport  unused;
  TsrRenderReport *told = report != NULL ? report : &unused;

  *told = (TsrRenderReport){.rate_hz =
                                choice->rate_hz > 0 ? choice->rate_hz : subject->rate_hz};
  tsr_worker_job_next_part (job, PREPARE_PART);
  g_autoptr (TsrRender) render = tsr_render_open (subject, choice, job, error);
  if (render == NULL)
    return FALSE;
  told->n_channels = tsr_render_n_channels (render);
  told->n_frames = tsr_render_n_frames (render);
  g_autoptr (GArray) cues = cues_in (subject, choice);
  TsrSoundFileWriter *writer = tsr_sound_file_writer_new (path,
                                                          told->rate_hz,
                                                          told->n_channels,
                                                          samples,
                                                          (const TsrCue *)cues->data,
                                                          cues->len,
                                                          error);
  if (writer == NULL)
    return FALSE;
  tsr_worker_job_next_part (job, 1);
  if (!write_all (render, writer, job, &told->peak, error)) {
    tsr_sound_file_writer_abort (writer);
    return FALSE;
  }
  return tsr_sound_file_writer_finish (writer, &told->n_clipped, error);
}
