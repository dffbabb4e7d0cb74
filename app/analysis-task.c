/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analysis of a decoded sound.
 */
#include "app/analysis-task.h"

#include <math.h>

#include "app/job-status.h"
#include "model/dsp-types.h"
#include "model/dsp/job-part.h"
#include "model/dsp/partials/residual.h"
#include "model/partial-spill.h"

/* Shares of the progress. */
#define SPACING_PART 0.05
#define PARTIALS_PART 0.85
#define BANDWIDTH_PART 0.93

void
tsr_analysis_result_clear (TsrAnalysisResult *result)
{
  g_clear_pointer (&result->state, tsr_sound_state_unref);
  g_clear_pointer (&result->residual, tsr_signal_unref);
}

typedef struct {
  TsrPartialSpill *spill;    /* owned */
  GPtrArray       *partials; /* owned */
  gint64           next_id;  /* 0: partials keep the ids they come with */
  GError          *error;    /* owned; NULL: none yet */
} Collector;

static void
partial_clear (gpointer data)
{
  tsr_partial_unref (data);
}

static void
collector_init (Collector *self, gint64 first_id)
{
  *self = (Collector){
      .spill = tsr_partial_spill_new (TSR_PARTIAL_SPILL_HEAP),
      .partials = g_ptr_array_new_with_free_func (partial_clear),
      .next_id = first_id,
  };
}

static void
collector_clear (Collector *self)
{
  g_clear_pointer (&self->spill, tsr_partial_spill_free);
  g_clear_pointer (&self->partials, g_ptr_array_unref);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Collector, collector_clear)

static TsrStatus
collect_cb (void *user, TsrPartial *partial)
{
  Collector *self = user;
  g_autoptr (TsrPartial) from = partial;
  gint64      id = self->next_id > 0 ? self->next_id++ : tsr_partial_id (from);
  TsrPartial *kept = tsr_partial_spill_add (self->spill, from, id, &self->error);

  if (kept == NULL)
    return TSR_STATUS_NO_MEMORY;
  g_ptr_array_add (self->partials, kept);
  return TSR_STATUS_OK;
}

/* FALSE with an error, that of the collector where it has one. */
static gboolean
check_collected (Collector *self, TsrStatus status, GError **error)
{
  if (self->error == NULL)
    return tsr_status_check (status, error);
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

static TsrPartialSet *
collector_finish (Collector *self, GError **error)
{
  TsrPartialSet *set = tsr_partial_set_new ((TsrPartial *const *)self->partials->pdata,
                                            self->partials->len);

  if (set == NULL)
    tsr_status_check (TSR_STATUS_NO_MEMORY, error);
  return set;
}

static TsrPartialSet *
find_partials (TsrSignal               *signal,
               const TsrAnalysisParams *params,
               gint64                   first_partial_id,
               TsrWorkerJob            *job,
               GError                 **error)
{
  g_auto (Collector) collector = {0};
  guint n_channels = tsr_signal_n_channels (signal);

  collector_init (&collector, first_partial_id);
  for (guint c = 0; c < n_channels; c++) {
    TsrAnalysisCounts counts;
    tsr_worker_job_next_part (
        job, SPACING_PART + (PARTIALS_PART - SPACING_PART) * (c + 1) / n_channels);
    TsrStatus status =
        tsr_analyse (signal, c, params, &job->job, collect_cb, &collector, &counts);
    if (!check_collected (&collector, status, error))
      return NULL;
  }
  return collector_finish (&collector, error);
}

static TsrSignal *
new_residual (TsrSignal *signal, GError **error)
{
  return tsr_scratch_signal_new (tsr_signal_rate_hz (signal),
                                 tsr_signal_n_channels (signal),
                                 tsr_signal_n_frames (signal),
                                 error);
}

/* Moves the residual's energy into the bandwidths; replaces the set. */
static gboolean
fill_bandwidths (TsrSignal      *signal,
                 double          spacing_hz,
                 TsrWorkerJob   *job,
                 TsrPartialSet **set,
                 GError        **error)
{
  g_autoptr (TsrSignal) residual = new_residual (signal, error);
  g_auto (Collector) collector = {0};
  TsrJobPart part;

  if (residual == NULL ||
      !tsr_status_check (
          tsr_residual_measure (
              signal, *set, tsr_job_part (&part, &job->job, 0, 0.5), residual, NULL),
          error))
    return FALSE;
  collector_init (&collector, 0);
  TsrStatus      status = tsr_residual_to_bandwidth (residual,
                                                *set,
                                                spacing_hz,
                                                tsr_job_part (&part, &job->job, 0.5, 1),
                                                collect_cb,
                                                &collector);
  TsrPartialSet *noisy = check_collected (&collector, status, error)
                             ? collector_finish (&collector, error)
                             : NULL;
  if (noisy == NULL)
    return FALSE;
  tsr_partial_set_unref (*set);
  *set = noisy;
  return TRUE;
}

static gboolean
estimate_spacing (TsrSignal         *signal,
                  TsrWorkerJob      *job,
                  TsrAnalysisRecord *record,
                  GError           **error)
{
  tsr_worker_job_next_part (job, SPACING_PART);
  if (record->params.spacing_hz > 0) {
    record->spacing = (TsrSpacingEstimate){.spacing_hz = record->params.spacing_hz,
                                           .reason = TSR_SPACING_GIVEN};
    return TRUE;
  }
  if (!tsr_status_check (tsr_spacing_estimate (signal, &job->job, &record->spacing),
                         error))
    return FALSE;
  record->params.spacing_hz = record->spacing.spacing_hz;
  return TRUE;
}

gboolean
tsr_analysis_run (TsrSignal               *signal,
                  const TsrAnalysisParams *params,
                  gint64                   first_partial_id,
                  gboolean                 want_residual,
                  TsrWorkerJob            *job,
                  TsrAnalysisResult       *result,
                  GError                 **error)
{
  gint64            begin_us = g_get_monotonic_time ();
  TsrAnalysisRecord record = {.params = *params, .snr_db = NAN};

  *result = (TsrAnalysisResult){0};
  if (!estimate_spacing (signal, job, &record, error))
    return FALSE;
  g_autoptr (TsrPartialSet) set =
      find_partials (signal, &record.params, first_partial_id, job, error);
  if (set == NULL)
    return FALSE;
  tsr_worker_job_next_part (job, BANDWIDTH_PART);
  if (params->noise == TSR_NOISE_BANDWIDTH &&
      !fill_bandwidths (signal, record.params.spacing_hz, job, &set, error))
    return FALSE;
  tsr_worker_job_next_part (job, 1);
  record.analysis_s = (double)(g_get_monotonic_time () - begin_us) / G_USEC_PER_SEC;
  if (want_residual && (result->residual = new_residual (signal, error)) == NULL)
    return FALSE;
  if (!tsr_status_check (
          tsr_residual_measure (signal, set, &job->job, result->residual, &record.snr_db),
          error)) {
    tsr_analysis_result_clear (result);
    return FALSE;
  }
  result->record = record;
  result->state = tsr_sound_state_new (&(TsrSoundStateFields){
      .partials = set, .duration_s = tsr_signal_duration_s (signal), .analysed = TRUE});
  return TRUE;
}

char *
tsr_analysis_command (const TsrAnalysisParams *params)
{
  static const char *const noisiness[] = {"clean", "normal", "all"};
  static const char *const noise[] = {"residual", "bandwidth", "none"};
  char                     buffer[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
  GString                 *text = g_string_new ("analyze");

  if (params->spacing_hz > 0)
    g_string_append_printf (
        text,
        " --spacing %s",
        g_ascii_formatd (buffer, sizeof buffer, "%.6g", params->spacing_hz));
  g_string_append_printf (
      text,
      " --floor %s",
      g_ascii_formatd (buffer, sizeof buffer, "%.6g", params->floor_db));
  if (params->high_hz > 0)
    g_string_append_printf (
        text,
        " --range %s:%s",
        g_ascii_formatd (buffer, sizeof buffer, "%.6g", params->low_hz),
        g_ascii_formatd (high, sizeof high, "%.6g", params->high_hz));
  g_string_append_printf (text,
                          " --partials %s --noise %s",
                          noisiness[params->noisiness],
                          noise[params->noise]);
  return g_string_free (text, FALSE);
}
