/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trials of spacings.
 */
#include "model/dsp/partials/trial.h"

#include "model/dsp/job-part.h"
#include "model/dsp/partials/analysis.h"
#include "model/dsp/partials/found.h"
#include "model/dsp/partials/synth.h"
#include "model/dsp/spectrum/window.h"

#include <math.h>
#include <stdlib.h>

/* The analysis reaches so much further on each side, in units of 1 / spacing. */
#define MARGIN 4.0
/* Partials this far below the level of the stretch hardly count. */
#define FLOOR_DB -55.0

/* Sums of n numbers and of their squares. */
typedef struct {
  double n, sum, squares;
} Sums;

static void
add (Sums *sums, double x)
{
  sums->n++;
  sums->sum += x;
  sums->squares += x * x;
}

/* Without their mean: an offset is no part of what is judged. */
static double
energy_of (const Sums *sums)
{
  return fmax (0, sums->squares - sums->sum * sums->sum / fmax (1, sums->n));
}

/* The samples of the stretch: first .. first + n - 1. */
static void
find_stretch (const TsrTrial *trial, int64_t *first, int64_t *n)
{
  double rate_hz = tsr_signal_rate_hz (trial->signal);

  *first = (int64_t)(trial->from_s * rate_hz);
  *n = (int64_t)(trial->to_s * rate_hz) - *first;
}

/* Energy of the stretch, or of what is left of it without y. */
static double
measure (const TsrTrial *trial, const double *y)
{
  Sums    sums = {0};
  int64_t first, n;

  find_stretch (trial, &first, &n);
  const float *x = tsr_signal_channel (trial->signal, trial->channel) + first;
  for (int64_t i = 0; i < n; i++)
    add (&sums, (double)x[i] - (y != NULL ? y[i] : 0));
  return energy_of (&sums) / tsr_signal_rate_hz (trial->signal);
}

TsrTrial
tsr_trial_of (const TsrSignal *signal, unsigned channel, double from_s, double to_s)
{
  TsrTrial trial = {.signal = signal,
                    .channel = channel,
                    .from_s = fmax (0, from_s),
                    .to_s = fmin (to_s, tsr_signal_duration_s (signal))};

  trial.energy = measure (&trial, NULL);
  return trial;
}

/* Where the analysis begins: its frames lie where they will in that of the whole sound,
 * which decides how attacks come out. */
static double
begin_of_frames (const TsrTrial *trial, double spacing_hz)
{
  double rate_hz = tsr_signal_rate_hz (trial->signal);
  size_t half = tsr_window_half_for_spacing (TSR_WINDOW_SMOOTH4, rate_hz, spacing_hz);
  double hop = fmax (1, rint ((double)half / 4)); /* 1 / spacing */
  double from = (trial->from_s - MARGIN / spacing_hz) * rate_hz;

  /* Half a sample from where rounding would decide. */
  return (fmax (0, floor (from / hop)) * hop + 0.5) / rate_hz;
}

/* What partials leave. */
static TsrStatus
measure_rest (const TsrTrial *trial,
              const TsrFound *found,
              const TsrJob   *job,
              double         *part_left)
{
  int64_t first, n;

  find_stretch (trial, &first, &n);
  double        *y = calloc ((size_t)n + 1, sizeof *y);
  TsrPartialSet *set = tsr_partial_set_new (found->items, found->n);
  TsrStatus      status = TSR_STATUS_NO_MEMORY;

  if (y != NULL && set != NULL)
    status = tsr_synth_render_range (set,
                                     trial->channel,
                                     tsr_signal_rate_hz (trial->signal),
                                     first,
                                     (size_t)n,
                                     NULL,
                                     y,
                                     job);
  if (status == TSR_STATUS_OK)
    *part_left = fmin (1, measure (trial, y) / (trial->energy + 1e-30));
  tsr_partial_set_unref (set);
  free (y);
  return status;
}

TsrStatus
tsr_trial_run (const TsrTrial *trial,
               double          spacing_hz,
               const TsrJob   *job,
               double         *part_left)
{
  double            level = trial->energy / (trial->to_s - trial->from_s);
  TsrJob            quiet = tsr_job_quiet (job);
  TsrAnalysisParams params;
  TsrFound          found = {0};

  tsr_analysis_params_init (&params);
  params.spacing_hz = spacing_hz;
  params.is_rough = true;
  params.floor_db = fmax (params.floor_db, 10 * log10 (level + 1e-30) + FLOOR_DB);
  params.start_s = begin_of_frames (trial, spacing_hz);
  params.end_s = trial->to_s + MARGIN / spacing_hz;
  TsrStatus status = tsr_analyse (
      trial->signal, trial->channel, &params, &quiet, tsr_found_collect, &found, NULL);
  if (status == TSR_STATUS_OK)
    status = measure_rest (trial, &found, &quiet, part_left);
  tsr_found_clear (&found);
  return status;
}
