/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quality of an analysis.
 */
#include "app/quality.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "audio/sound-file.h"
#include "model/dsp/job-part.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/partials/synth.h"
#include "model/partial-spill.h"

/* Samples, and breakpoints, that are worked on at once: memory does not grow with the
 * sound. */
enum { BLOCK = 1 << 18, BREAKPOINTS = 1 << 18 };

/* Shares of the progress. */
#define NOISE_PART 0.4
#define MODEL_PART 0.8

/* A block of a channel: partials, noise and transients. */
static TsrStatus
render_block (TsrPartialSet       *set,
              const TsrNoiseModel *noise,
              guint                channel,
              gint64               first,
              gsize                n,
              const TsrJob        *job,
              double              *y,
              TsrSignal           *out)
{
  double    rate_hz = tsr_signal_rate_hz (out);
  float    *to = tsr_signal_channel_writable (out, channel) + first;
  TsrStatus status;

  memset (y, 0, n * sizeof *y);
  status = tsr_synth_render_range (set, channel, rate_hz, first, n, NULL, y, job);
  if (status == TSR_STATUS_OK)
    status = tsr_noise_model_render (noise, channel, rate_hz, NULL, first, n, y, y);
  for (gsize i = 0; i < n; i++)
    to[i] = (float)y[i];
  return status;
}

/* All channels. */
static TsrStatus
render_model (const TsrAnalysisResult *result,
              const TsrNoiseModel     *noise,
              const TsrJob            *job,
              TsrSignal               *out)
{
  TsrPartialSet *set = tsr_sound_state_fields (result->state)->partials;
  gint64         n_frames = tsr_signal_n_frames (out);
  double        *y = g_new (double, BLOCK);
  TsrStatus      status = TSR_STATUS_OK;
  TsrJob         within = tsr_job_quiet (job);

  for (gint64 first = 0; status == TSR_STATUS_OK && first < n_frames; first += BLOCK) {
    gsize n = (gsize)MIN (BLOCK, n_frames - first);
    for (guint c = 0; status == TSR_STATUS_OK && c < tsr_signal_n_channels (out); c++)
      status = render_block (set, noise, c, first, n, &within, y, out);
    tsr_signal_discard (out, 0, first);
    tsr_partial_set_discard (set);
    tsr_job_progress (job, (double)first / (double)n_frames);
  }
  g_free (y);
  return status;
}

typedef struct {
  double level_dbfs;
  double sounding_energy; /* of all channels without their means */
} Energy;

static Energy
measure_energy (const TsrSignal *signal)
{
  Energy energy = {0};
  gint64 n = tsr_signal_n_frames (signal);
  guint  n_channels = tsr_signal_n_channels (signal);
  double all = 0;

  for (guint c = 0; c < n_channels; c++) {
    const float *x = tsr_signal_channel (signal, c);
    double       sum = 0, squares = 0;
    for (gint64 i = 0; i < n; i++) {
      sum += (double)x[i];
      squares += (double)x[i] * (double)x[i];
      if (i % BLOCK == 0)
        tsr_signal_discard (signal, 0, i);
    }
    all += squares;
    energy.sounding_energy += squares - (n > 0 ? sum * sum / (double)n : 0);
  }
  energy.level_dbfs = 10 * log10 (all / (double)MAX (1, n * n_channels));
  return energy;
}

static double
clean_part (const TsrPartialSet *set)
{
  gsize n = 0, n_clean = 0, n_kept = 0;

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial    *partial = tsr_partial_set_at (set, i);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    for (gsize k = 0; k < tsr_partial_n_breakpoints (partial); k++) {
      n += !(b[k].flags & TSR_BREAKPOINT_NULL);
      n_clean += (b[k].flags & TSR_BREAKPOINT_CLEAN) != 0;
    }
    n_kept += tsr_partial_n_breakpoints (partial);
    if (n_kept > BREAKPOINTS) {
      tsr_partial_set_discard (set);
      n_kept = 0;
    }
  }
  tsr_partial_set_discard (set);
  return n > 0 ? (double)n_clean / (double)n : NAN;
}

static TsrStatus
compare_with_model (const TsrSignal         *source,
                    const TsrAnalysisResult *result,
                    const TsrJob            *job,
                    TsrQuality              *quality)
{
  TsrNoiseModel *noise = NULL;
  TsrSignal     *model = tsr_scratch_signal_new (tsr_signal_rate_hz (source),
                                             tsr_signal_n_channels (source),
                                             tsr_signal_n_frames (source),
                                             NULL);
  TsrStatus      status = TSR_STATUS_NO_MEMORY;
  TsrJobPart     part;

  if (model != NULL)
    status = tsr_noise_model_new (
        result->residual, tsr_job_part (&part, job, 0, NOISE_PART), &noise);
  if (status == TSR_STATUS_OK)
    status = render_model (
        result, noise, tsr_job_part (&part, job, NOISE_PART, MODEL_PART), model);
  if (status == TSR_STATUS_OK)
    status = tsr_likeness_measure (
        source, model, tsr_job_part (&part, job, MODEL_PART, 1), &quality->likeness);
  if (status == TSR_STATUS_OK) {
    double peak_dbfs, source_lufs, model_lufs;
    tsr_loudness_measure (source, &peak_dbfs, &source_lufs);
    tsr_loudness_measure (model, &peak_dbfs, &model_lufs);
    quality->loudness_difference = model_lufs - source_lufs;
    quality->n_transients = tsr_noise_model_n_transients (noise);
  }
  tsr_noise_model_unref (noise);
  tsr_signal_unref (model);
  return status;
}

gboolean
tsr_quality_measure (const TsrSignal         *source,
                     const TsrAnalysisResult *result,
                     const TsrJob            *job,
                     TsrQuality              *quality,
                     GError                 **error)
{
  Energy of_source = measure_energy (source), rest = measure_energy (result->residual);

  *quality = (TsrQuality){
      .snr_db = result->record.snr_db,
      .sounding_snr_db = 10 * log10 (of_source.sounding_energy / rest.sounding_energy),
      .residual_dbfs = rest.level_dbfs,
      .clean = clean_part (tsr_sound_state_fields (result->state)->partials),
  };
  TsrStatus status = compare_with_model (source, result, job, quality);
  if (status == TSR_STATUS_OK)
    return TRUE;
  if (status == TSR_STATUS_CANCELLED)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled"));
  else
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_FAILED,
                         _ ("there is not enough memory for its partials"));
  return FALSE;
}
