/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bursts at attacks.
 */
#include "model/dsp/partials/peel.h"

#include "model/dsp/partials/found.h"

#include <math.h>
#include <stdlib.h>

enum {
  N_SPACINGS = 2,
  BEFORE = 20, /* steps that are quieter */
  WITHIN = 6,  /* steps of a burst */
  AFTER = 20,  /* steps in which it has gone */
};

#define STEP_S 0.005
/* Mean energies of what is left: of a burst re what is before and after it. */
#define RISES 16.0
#define FALLS 8.0
/* Energy of the sound, over the burst and what follows, re before. */
#define GROWS 2.0
/* Of the energy of the sound, over the burst and what follows. */
#define LEAST_PART 2e-4
#define MOST_PART 0.05
/* What is analysed of it. */
#define LEAD_S 0.015
#define TAIL_S 0.08
/* Of a burst: what partials may leave at most, and one of them has to explain. */
#define LEAVES 0.3
#define EXPLAINS 5e-3

static const double spacings_hz[N_SPACINGS] = {300, 600};

/* Sums of the energies of what is left, over all steps before. */
typedef struct {
  double *before;
  int64_t n, step; /* steps, and samples of one */
} Steps;

static void
measure (const TsrPeel *peel, Steps *steps)
{
  for (int64_t k = 0; k < steps->n; k++) {
    const double *x = peel->rest.samples + k * steps->step;
    double        sum = 0;
    for (int64_t i = 0; i < steps->step; i++)
      sum += x[i] * x[i];
    steps->before[k + 1] = steps->before[k] + sum;
  }
}

/* Mean energy of the steps from .. end - 1 that are known; 0 where none is. */
static double
mean_energy (const Steps *steps, int64_t from, int64_t end)
{
  from = from > 0 ? from : 0;
  end = end < steps->n ? end : steps->n;
  if (from >= end)
    return 0;
  return (steps->before[end] - steps->before[from]) / (double)(end - from);
}

static double
energy_of_sound (const TsrPeel *peel, int64_t from, int64_t n)
{
  double sum = 1e-30;

  for (int64_t i = from; i < from + n; i++) {
    double x = tsr_edge_signal_at (peel->signal, i);
    sum += x * x;
  }
  return sum;
}

/* Whether a burst begins with step k. */
static bool
is_burst (const TsrPeel *peel, const Steps *steps, int64_t k)
{
  double before = mean_energy (steps, k - BEFORE, k);
  double here = mean_energy (steps, k, k + WITHIN);

  if (!(here > RISES * before) || !(mean_energy (steps, k, k + 1) > before))
    return false;
  double  after = mean_energy (steps, k + WITHIN, k + WITHIN + AFTER);
  int64_t n = (WITHIN + AFTER) * steps->step, first = peel->rest.first + k * steps->step;
  double  sound = energy_of_sound (peel, first, n);
  double  part = (WITHIN * here + AFTER * after) / sound;
  return here > FALLS * after && part > LEAST_PART && part < MOST_PART &&
         sound > GROWS * energy_of_sound (peel, first - n, n);
}

/* The first step from k on with which a burst begins; those beyond begin later. */
static int64_t
find_burst (const TsrPeel *peel, const Steps *steps, int64_t k)
{
  int64_t first = (peel->first - peel->rest.first) / steps->step;
  int64_t end = (peel->end - peel->rest.first) / steps->step;

  end = end < steps->n - WITHIN ? end : steps->n - WITHIN;
  for (k = k > first ? k : first; k < end; k++)
    if (is_burst (peel, steps, k))
      return k;
  return INT64_MAX;
}

/* The burst as a sound of its own, beginning at sample `first`. */
static TsrSignal *
cut_out (const TsrPeel *peel, int64_t burst, int64_t *first)
{
  const TsrRest *rest = &peel->rest;
  int64_t        from = burst - (int64_t)(LEAD_S * rest->rate_hz);
  int64_t        end = burst + (int64_t)(TAIL_S * rest->rate_hz);

  from = from > rest->first ? from : rest->first;
  from = from > 0 ? from : 0;
  end = end < rest->first + rest->n ? end : rest->first + rest->n;
  *first = from;
  TsrSignal *sound = tsr_signal_new (rest->rate_hz, 1, end - from);
  for (int64_t i = from; sound != NULL && i < end; i++)
    tsr_signal_channel_writable (sound, 0)[i - from] =
        (float)rest->samples[i - rest->first];
  return sound;
}

/* Drops partials that hardly matter; *part is what the others leave of the sound. */
static TsrStatus
choose (TsrFound *found, const TsrSignal *sound, double *part)
{
  size_t  n = (size_t)tsr_signal_n_frames (sound);
  double *rest = calloc (n, sizeof *rest), energy = 1e-30, left = 0;

  if (rest == NULL)
    return TSR_STATUS_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    rest[i] = (double)tsr_signal_channel (sound, 0)[i];
    energy += rest[i] * rest[i];
  }
  TsrFoundPrice price = {.for_each = EXPLAINS * energy};
  TsrStatus     status =
      tsr_found_choose (found, tsr_signal_rate_hz (sound), &price, rest, n);
  for (size_t i = 0; i < n; i++)
    left += rest[i] * rest[i];
  *part = left / energy;
  free (rest);
  return status;
}

/* The partials of the spacing that leave least; *part of the sound. */
static TsrStatus
analyse (const TsrSignal *sound, TsrFound *best, double *part)
{
  TsrStatus status = TSR_STATUS_OK;

  *part = 1;
  for (int i = 0; i < N_SPACINGS && status == TSR_STATUS_OK; i++) {
    TsrAnalysisParams params;
    TsrFound          found = {0};
    double            leaves = 1;
    tsr_analysis_params_init (&params);
    params.spacing_hz = spacings_hz[i];
    params.noisiness = TSR_NOISINESS_ALL;
    status = tsr_analyse (sound, 0, &params, NULL, tsr_found_collect, &found, NULL);
    if (status == TSR_STATUS_OK)
      status = choose (&found, sound, &leaves);
    if (status == TSR_STATUS_OK && leaves < *part) {
      TsrFound worse = *best;
      *best = found;
      found = worse;
      *part = leaves;
    }
    tsr_found_clear (&found);
  }
  return status;
}

static TsrStatus
explain (const TsrPeel *peel, int64_t burst, TsrPartialSink sink, void *sink_user)
{
  TsrFound   found = {0};
  int64_t    first;
  double     part;
  TsrSignal *sound = cut_out (peel, burst, &first);

  if (sound == NULL)
    return TSR_STATUS_NO_MEMORY;
  TsrStatus status = analyse (sound, &found, &part);
  double    later_s = peel->rest.start_s + (double)first / peel->rest.rate_hz;
  for (size_t i = 0; status == TSR_STATUS_OK && part < LEAVES && i < found.n; i++) {
    TsrPartial *partial = tsr_found_moved (&found, i, peel->channel, later_s);
    status = partial != NULL ? sink (sink_user, partial) : TSR_STATUS_NO_MEMORY;
  }
  tsr_found_clear (&found);
  tsr_signal_unref (sound);
  return status;
}

TsrStatus
tsr_peel (const TsrPeel *peel,
          void (*remake) (void *user),
          TsrPartialSink sink,
          void          *user)
{
  int64_t   step = (int64_t)fmax (1, rint (STEP_S * peel->rest.rate_hz));
  Steps     steps = {.n = peel->rest.n / step, .step = step};
  TsrStatus status = TSR_STATUS_OK;

  steps.before = calloc ((size_t)steps.n + 1, sizeof *steps.before);
  if (steps.before == NULL)
    return TSR_STATUS_NO_MEMORY;
  measure (peel, &steps);
  int64_t k = find_burst (peel, &steps, 0);
  if (k < INT64_MAX) {
    remake (user);
    measure (peel, &steps);
    k = find_burst (peel, &steps, 0);
  }
  while (status == TSR_STATUS_OK && k < INT64_MAX) {
    int64_t burst = peel->rest.first + k * step;
    if (!peel->is_soft (user, peel->rest.start_s + (double)burst / peel->rest.rate_hz))
      status = explain (peel, burst, sink, user);
    k = find_burst (peel, &steps, k + WITHIN + AFTER);
  }
  free (steps.before);
  return status;
}
