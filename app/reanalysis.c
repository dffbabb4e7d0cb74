/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analysis of a part of a sound, and its way back into the whole.
 */
#include "app/reanalysis.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/job-status.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/residual.h"
#include "model/model-law.h"
#include "model/partial-spill.h"
#include "model/region-merge.h"

#define LOBES 8.0 /* an analysis looks so many times 1 / spacing around */
#define MIN_MARGIN_S 0.05
#define MAX_MARGIN_S 0.5
#define EXCERPT_PART 0.8 /* of the progress; the rest measures the residual */

static gboolean
region_is_all (const TsrRegion *region)
{
  return isinf (region->start_s) && isinf (region->end_s) && region->low_hz <= 0.0 &&
         isinf (region->high_hz);
}

static TsrSignal *
excerpt_of (TsrSignal       *signal,
            double           spacing_hz,
            const TsrRegion *region,
            double          *offset_s)
{
  double     rate_hz = tsr_signal_rate_hz (signal);
  double     duration_s = tsr_signal_duration_s (signal);
  double     margin_s = spacing_hz > 0.0
                            ? CLAMP (LOBES / spacing_hz, MIN_MARGIN_S, MAX_MARGIN_S)
                            : MAX_MARGIN_S;
  gint64     first = (gint64)floor (fmax (region->start_s - margin_s, 0.0) * rate_hz);
  gint64     end = (gint64)ceil (fmin (region->end_s + margin_s, duration_s) * rate_hz);
  gint64     n = MAX (MIN (end, tsr_signal_n_frames (signal)) - first, 0);
  guint      n_channels = tsr_signal_n_channels (signal);
  TsrSignal *excerpt = tsr_signal_new (rate_hz, n_channels, n);

  for (guint c = 0; excerpt != NULL && n > 0 && c < n_channels; c++)
    memcpy (tsr_signal_channel_writable (excerpt, c),
            tsr_signal_channel (signal, c) + first,
            (gsize)n * sizeof (float));
  *offset_s = (double)first / rate_hz;
  return excerpt;
}

static void
partial_free (gpointer data)
{
  tsr_partial_unref (data);
}

/* The set at a later time. */
static TsrPartialSet *
moved (TsrPartialSet *set, double offset_s)
{
  g_autoptr (GPtrArray) partials = g_ptr_array_new_with_free_func (partial_free);

  if (offset_s == 0.0)
    return tsr_partial_set_ref (set);
  for (gsize i = 0; i < tsr_partial_set_size (set); i++) {
    TsrPartial *partial = tsr_partial_move (tsr_partial_set_at (set, i), offset_s);
    if (partial == NULL)
      return NULL;
    g_ptr_array_add (partials, partial);
  }
  return tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
}

gboolean
tsr_excerpt_analyse (TsrSignal               *signal,
                     const TsrAnalysisParams *params,
                     const TsrRegion         *region,
                     TsrWorkerJob            *job,
                     TsrPartialSet          **found,
                     TsrAnalysisRecord       *record,
                     GError                 **error)
{
  double            offset_s = 0.0;
  TsrAnalysisResult result;
  TsrAnalysisParams here = *params;
  g_autoptr (TsrSignal) excerpt =
      excerpt_of (signal, params->spacing_hz, region, &offset_s);

  *found = NULL;
  if (excerpt == NULL)
    return tsr_status_check (TSR_STATUS_NO_MEMORY, error);
  if (params->end_s > params->start_s) {
    here.start_s = fmax (params->start_s - offset_s, 0.0);
    here.end_s = fmax (params->end_s - offset_s, here.start_s + 1e-3);
  }
  if (!tsr_analysis_run (excerpt, &here, 1, FALSE, job, &result, error))
    return FALSE;
  *found = moved (tsr_sound_state_fields (result.state)->partials, offset_s);
  *record = result.record;
  tsr_analysis_result_clear (&result);
  return *found != NULL || tsr_status_check (TSR_STATUS_NO_MEMORY, error);
}

static gboolean
check (const TsrReanalysis *self, GError **error)
{
  const TsrSoundStateFields *before = tsr_sound_state_fields (self->before);
  double                     start_s = fmax (self->region.start_s, 0.0);
  double                     end_s = fmin (self->region.end_s, before->duration_s);

  if (before->source_s_over_sound_s != NULL)
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_NOT_SUPPORTED,
                         _ ("the time of the sound was changed: only all of it can be "
                            "analysed anew"));
  else if (end_s - start_s < TSR_REGION_MERGE_MIN_S)
    g_set_error_literal (error,
                         G_IO_ERROR,
                         G_IO_ERROR_INVALID_ARGUMENT,
                         _ ("the region is shorter than 20 ms, or outside the sound"));
  else
    return TRUE;
  return FALSE;
}

gboolean
tsr_reanalysis_is_base (const TsrReanalysis *self)
{
  return region_is_all (&self->region) || !tsr_sound_state_fields (self->before)->edited;
}

/* Half the spacing apart, partials can still be told from each other. */
static TsrPartialSet *
merge (const TsrReanalysis *self, TsrPartialSet *found, double spacing_hz)
{
  gint64 next_id = self->first_partial_id;

  return tsr_region_merge (tsr_sound_state_fields (self->before)->partials,
                           found,
                           &self->region,
                           fmax (0.5 * spacing_hz, 1.0),
                           &next_id);
}

/* What the whole sound's partials leave of it now. */
static gboolean
measure (const TsrReanalysis *self,
         TsrPartialSet       *merged,
         TsrWorkerJob        *job,
         TsrSignal          **residual,
         double              *snr_db,
         GError             **error)
{
  if (self->want_residual) {
    *residual = tsr_scratch_signal_new (tsr_signal_rate_hz (self->signal),
                                        tsr_signal_n_channels (self->signal),
                                        tsr_signal_n_frames (self->signal),
                                        error);
    if (*residual == NULL)
      return FALSE;
  }
  return tsr_status_check (
      tsr_residual_measure (self->signal, merged, &job->job, *residual, snr_db), error);
}

/* The residual of an edited sound is still that of its old partials: where they are
 * replaced its model has to do. */
static TsrSoundState *
new_state (const TsrReanalysis *self, const TsrSoundStateFields *fields)
{
  if (tsr_reanalysis_is_base (self))
    return tsr_sound_state_new (fields);
  g_autoptr (TsrCurve) share =
      tsr_model_share_within (self->region.start_s, self->region.end_s);
  TsrSoundStateFields own;
  tsr_sound_state_fields_init (&own, fields);
  if (share != NULL)
    tsr_sound_state_fields_add_model (&own, share);
  TsrSoundState *state = tsr_sound_state_new (&own);
  tsr_sound_state_fields_clear (&own);
  return state;
}

gboolean
tsr_reanalysis_run (const TsrReanalysis *self,
                    TsrWorkerJob        *job,
                    TsrAnalysisResult   *result,
                    GError             **error)
{
  g_autoptr (TsrPartialSet) found = NULL;
  g_autoptr (TsrPartialSet) merged = NULL;
  TsrSoundStateFields fields = *tsr_sound_state_fields (self->before);
  double              snr_db = NAN;

  *result = (TsrAnalysisResult){0};
  if (region_is_all (&self->region))
    return tsr_analysis_run (self->signal,
                             &self->params,
                             self->first_partial_id,
                             self->want_residual,
                             job,
                             result,
                             error);
  if (!check (self, error) || !tsr_excerpt_analyse (self->signal,
                                                    &self->params,
                                                    &self->region,
                                                    job,
                                                    &found,
                                                    &result->record,
                                                    error))
    return FALSE;
  merged = merge (self, found, result->record.params.spacing_hz);
  if (merged == NULL)
    return tsr_status_check (TSR_STATUS_NO_MEMORY, error);
  if (self->record != NULL && fields.analysed) { /* most of it is as it was analysed */
    double analysis_s = result->record.analysis_s;

    result->record = *self->record;
    result->record.analysis_s = analysis_s;
  }
  tsr_worker_job_next_part (job, 1.0);
  if (tsr_reanalysis_is_base (self) &&
      !measure (self, merged, job, &result->residual, &snr_db, error)) {
    tsr_analysis_result_clear (result);
    return FALSE;
  }
  result->record.snr_db = snr_db;
  fields.partials = merged;
  fields.analysed = TRUE;
  result->state = new_state (self, &fields);
  return TRUE;
}

char *
tsr_reanalysis_label (const TsrReanalysis *self, const TsrAnalysisRecord *record)
{
  double spacing_hz =
      self->params.spacing_hz > 0.0 ? self->params.spacing_hz : record->params.spacing_hz;
  double end_s =
      fmin (self->region.end_s, tsr_sound_state_fields (self->before)->duration_s);

  if (region_is_all (&self->region))
    return g_strdup_printf (_ ("Analyse, spacing %.0f Hz"), spacing_hz);
  return g_strdup_printf (
      _ ("Analyse %.2f–%.2f s"), fmax (self->region.start_s, 0.0), end_s);
}

static void
append_span (GString *text, const char *option, double low, double high)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (low <= 0.0 && isinf (high))
    return;
  g_string_append_printf (text, " %s ", option);
  if (low > 0.0)
    g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.6g", low));
  g_string_append_c (text, ':');
  if (!isinf (high))
    g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.6g", high));
}

char *
tsr_reanalysis_command (const TsrReanalysis *self)
{
  g_autofree char *plain = tsr_analysis_command (&self->params);
  GString         *text = g_string_new ("reanalyze");

  append_span (text, "--time", self->region.start_s, self->region.end_s);
  append_span (text, "--frequency", self->region.low_hz, self->region.high_hz);
  g_string_append (text, plain + strlen ("analyze"));
  return g_string_free (text, FALSE);
}
