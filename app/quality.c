/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quality of an analysis.
 */
#include "app/quality.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "audio/sound-file.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/partials/synth.h"

/* Partials, noise and transients of all channels. */
static TsrStatus
render_model (const TsrAnalysisResult *result,
              const TsrNoiseModel     *noise,
              const TsrJob            *job,
              TsrSignal               *out)
{
  TsrPartialSet *set = tsr_sound_state_fields (result->state)->partials;
  double         rate_hz = tsr_signal_rate_hz (out);
  gsize          n = (gsize)tsr_signal_n_frames (out);
  double        *y = g_new (double, n + 1);
  TsrStatus      status = TSR_STATUS_OK;

  for (guint c = 0; status == TSR_STATUS_OK && c < tsr_signal_n_channels (out); c++) {
    memset (y, 0, n * sizeof *y);
    status = tsr_synth_render_range (set, c, rate_hz, 0, n, NULL, y, job);
    if (status == TSR_STATUS_OK)
      status = tsr_noise_model_render (noise, c, rate_hz, NULL, 0, n, y, y);
    for (gsize i = 0; i < n; i++)
      tsr_signal_channel_writable (out, c)[i] = (float)y[i];
  }
  g_free (y);
  return status;
}

static double
level_dbfs (const TsrSignal *signal)
{
  double sum = 0;
  gsize  n = (gsize)tsr_signal_n_frames (signal);
  guint  n_channels = tsr_signal_n_channels (signal);

  for (guint c = 0; c < n_channels; c++)
    for (gsize i = 0; i < n; i++)
      sum += pow ((double)tsr_signal_channel (signal, c)[i], 2);
  return 10 * log10 (sum / (double)MAX (1, n * n_channels));
}

/* Energy of all channels without their means. */
static double
sounding_energy (const TsrSignal *signal)
{
  double energy = 0;
  gsize  n = (gsize)tsr_signal_n_frames (signal);

  for (guint c = 0; c < tsr_signal_n_channels (signal); c++) {
    const float *x = tsr_signal_channel (signal, c);
    double       sum = 0, squares = 0;
    for (gsize i = 0; i < n; i++) {
      sum += (double)x[i];
      squares += (double)x[i] * (double)x[i];
    }
    energy += squares - (n > 0 ? sum * sum / (double)n : 0);
  }
  return energy;
}

static double
clean_part (const TsrPartialSet *set)
{
  gsize n = 0, n_clean = 0;

  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial    *partial = tsr_partial_set_at (set, i);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    for (gsize k = 0; k < tsr_partial_n_breakpoints (partial); k++) {
      n += !(b[k].flags & TSR_BREAKPOINT_NULL);
      n_clean += (b[k].flags & TSR_BREAKPOINT_CLEAN) != 0;
    }
  }
  return n > 0 ? (double)n_clean / (double)n : NAN;
}

static TsrStatus
compare_with_model (const TsrSignal         *source,
                    const TsrAnalysisResult *result,
                    const TsrJob            *job,
                    TsrQuality              *quality)
{
  TsrNoiseModel *noise = NULL;
  TsrSignal     *model = tsr_signal_new (tsr_signal_rate_hz (source),
                                     tsr_signal_n_channels (source),
                                     tsr_signal_n_frames (source));
  TsrStatus      status = TSR_STATUS_NO_MEMORY;

  if (model != NULL)
    status = tsr_noise_model_new (result->residual, job, &noise);
  if (status == TSR_STATUS_OK)
    status = render_model (result, noise, job, model);
  if (status == TSR_STATUS_OK)
    status = tsr_likeness_measure (source, model, job, &quality->likeness);
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
  *quality = (TsrQuality){
      .snr_db = result->record.snr_db,
      .sounding_snr_db =
          10 * log10 (sounding_energy (source) / sounding_energy (result->residual)),
      .residual_dbfs = level_dbfs (result->residual),
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
