/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies under the partials of a sound that dies away.
 */
#include "model/dsp/partials/bed.h"

#include "model/dsp/partials/synth.h"

#include <math.h>
#include <stdlib.h>

enum { N_ROUNDS = 2, SMOOTH_STEPS = 5 };

#define LONGEST_SOUND_S 30.0
#define STEP_S 0.02
/* Energies of SMOOTH_STEPS steps: what dies away rises by no more than that, as long as
 * it is not so far below its loudest moment; and how far it falls. */
#define LARGEST_RISE 2.0
#define AUDIBLE 1e-5
#define FALLS 1e-4
/* It takes so long at least to fall by 20 dB; less is a stroke. */
#define RINGS_S 0.2
/* What partials leave, re the energy of the sound. */
#define MOST_PART 0.75
/* Of what they leave this may go on behind what is analysed. */
#define TAIL_PART 0.002
#define FADE_S 0.05
/* Of the energy of the sound, for each breakpoint. */
#define PRICE 4e-6
/* Components of what is left that count: amplitude re its loudest step. */
#define FLOOR_DB (-32.0)

/* Energies of the steps of a sound. */
static double *
measure_steps (const float *samples, int64_t n, double rate_hz, int64_t *n_steps)
{
  int64_t step = (int64_t)fmax (1, rint (STEP_S * rate_hz));
  double *energies;

  *n_steps = n / step;
  energies = calloc ((size_t)*n_steps + 1, sizeof *energies);
  for (int64_t k = 0; energies != NULL && k < *n_steps; k++)
    for (int64_t i = k * step; i < (k + 1) * step; i++)
      energies[k] += (double)samples[i] * (double)samples[i];
  return energies;
}

/* Means over the last steps, in place. */
static void
smooth (double *energies, int64_t n)
{
  for (int64_t k = n; k-- > 0;) {
    int64_t from = k + 1 > SMOOTH_STEPS ? k + 1 - SMOOTH_STEPS : 0;
    double  sum = 0;
    for (int64_t i = from; i <= k; i++)
      sum += energies[i];
    energies[k] = sum / (double)(k + 1 - from);
  }
}

/* Whether the energies of steps are of one event that rings and dies away. */
static bool
dies_away (const double *energies, int64_t n)
{
  int64_t loudest = 0, end;
  double  lowest;

  for (int64_t k = 0; k < n; k++)
    loudest = energies[k] > energies[loudest] ? k : loudest;
  lowest = energies[loudest];
  for (end = loudest; end < n && energies[end] > 0.01 * energies[loudest]; end++)
    ;
  if ((double)(end - loudest) * STEP_S < RINGS_S)
    return false;
  for (int64_t k = loudest; k < n; k++) {
    if (energies[k] > LARGEST_RISE * lowest && energies[k] > AUDIBLE * energies[loudest])
      return false;
    lowest = fmin (lowest, energies[k]);
  }
  return n > 0 && energies[n - 1] < FALLS * energies[loudest];
}

bool
tsr_bed_may_be (const TsrSignal *signal, unsigned channel)
{
  double  rate_hz = tsr_signal_rate_hz (signal);
  int64_t n = tsr_signal_n_frames (signal), n_steps;

  if (n > LONGEST_SOUND_S * rate_hz)
    return false;
  double *energies =
      measure_steps (tsr_signal_channel (signal, channel), n, rate_hz, &n_steps);
  if (energies == NULL)
    return false;
  smooth (energies, n_steps);
  bool may_be = n_steps > 0 && dies_away (energies, n_steps);
  free (energies);
  return may_be;
}

typedef struct {
  unsigned      channel;
  double        rate_hz, start_s;
  double       *rest; /* what partials leave */
  int64_t       n;
  double        energy; /* of the sound */
  const TsrJob *job;

  const TsrAnalysisParams *params; /* of the analysis of the sound */
} Bed;

static double
energy_of (const double *x, int64_t n)
{
  double sum = 0;

  for (int64_t i = 0; i < n; i++)
    sum += x[i] * x[i];
  return sum;
}

/* Samples from the beginning on behind which hardly anything is left. */
static int64_t
measure_loud (const Bed *bed)
{
  double  tail = 0, most = TAIL_PART * energy_of (bed->rest, bed->n);
  int64_t n = bed->n;

  while (n > 0 && tail <= most) {
    n--;
    tail += bed->rest[n] * bed->rest[n];
  }
  n += (int64_t)(FADE_S * bed->rate_hz);
  return n < bed->n ? n : bed->n;
}

/* The beginning of what is left, as a sound. */
static TsrSignal *
cut_out (const Bed *bed)
{
  int64_t    n = measure_loud (bed);
  double     fade = FADE_S * bed->rate_hz;
  TsrSignal *sound = tsr_signal_new (bed->rate_hz, 1, n);

  for (int64_t i = 0; sound != NULL && i < n; i++) {
    double gain = n < bed->n ? fmin (1, (double)(n - i) / fade) : 1;
    tsr_signal_channel_writable (sound, 0)[i] = (float)(gain * bed->rest[i]);
  }
  return sound;
}

/* Of the loudest step of a sound. */
static double
level_db (const TsrSignal *sound)
{
  double  rate_hz = tsr_signal_rate_hz (sound), loudest = 1e-20;
  int64_t n_steps;
  double *energies = measure_steps (
      tsr_signal_channel (sound, 0), tsr_signal_n_frames (sound), rate_hz, &n_steps);

  for (int64_t k = 0; energies != NULL && k < n_steps; k++)
    loudest = fmax (loudest, energies[k]);
  free (energies);
  return 10 * log10 (loudest / fmax (1, rint (STEP_S * rate_hz)));
}

static TsrStatus
run_round (Bed *bed, TsrFound *found)
{
  TsrAnalysisParams params;
  TsrFound          more = {0};
  TsrFoundPrice     price = {.for_breakpoint = PRICE * bed->energy};
  TsrSignal        *sound = cut_out (bed);

  if (sound == NULL)
    return TSR_STATUS_NO_MEMORY;
  tsr_analysis_params_init (&params);
  params.spacing_hz = bed->params->spacing_hz;
  params.noisiness = TSR_NOISINESS_ALL;
  params.floor_db = fmax (bed->params->floor_db, level_db (sound) + FLOOR_DB);
  TsrStatus status =
      tsr_analyse (sound, 0, &params, bed->job, tsr_found_collect, &more, NULL);
  if (status == TSR_STATUS_OK)
    status = tsr_found_choose (&more, bed->rate_hz, &price, bed->rest, (size_t)bed->n);
  for (size_t i = 0; status == TSR_STATUS_OK && i < more.n; i++) {
    TsrPartial *partial = tsr_found_moved (&more, i, bed->channel, bed->start_s);
    status = partial != NULL ? tsr_found_collect (found, partial) : TSR_STATUS_NO_MEMORY;
  }
  tsr_found_clear (&more);
  tsr_signal_unref (sound);
  return status;
}

/* What the partials found so far leave, and the energy of all. */
static TsrStatus
measure_rest (Bed *bed, const TsrSignal *signal, int64_t first, const TsrFound *found)
{
  const float   *samples = tsr_signal_channel (signal, bed->channel) + first;
  TsrPartialSet *set = tsr_partial_set_new (found->items, found->n);
  TsrStatus      status = TSR_STATUS_NO_MEMORY;
  double         mean = 0;

  if (set != NULL)
    status = tsr_synth_render_range (set,
                                     bed->channel,
                                     bed->rate_hz,
                                     first,
                                     (size_t)bed->n,
                                     NULL,
                                     bed->rest,
                                     bed->job);
  tsr_partial_set_unref (set);
  for (int64_t i = 0; i < bed->n; i++)
    mean += (double)samples[i] / (double)bed->n;
  for (int64_t i = 0; i < bed->n; i++) {
    double x = (double)samples[i] - mean;
    bed->energy += x * x;
    bed->rest[i] = x - bed->rest[i];
  }
  return status;
}

TsrStatus
tsr_bed_explain (const TsrSignal         *signal,
                 unsigned                 channel,
                 int64_t                  first,
                 int64_t                  n,
                 const TsrAnalysisParams *params,
                 const TsrJob            *job,
                 TsrFound                *found)
{
  TsrJob quiet = job != NULL ? *job : (TsrJob){0};
  double rate_hz = tsr_signal_rate_hz (signal);
  Bed    bed = {.channel = channel,
                .rate_hz = rate_hz,
                .start_s = (double)first / rate_hz,
                .n = n,
                .job = &quiet,
                .params = params};

  quiet.progress = NULL;
  bed.rest = calloc ((size_t)n + 1, sizeof *bed.rest);
  if (bed.rest == NULL)
    return TSR_STATUS_NO_MEMORY;
  TsrStatus status = measure_rest (&bed, signal, first, found);
  bool      has_tones = energy_of (bed.rest, n) < MOST_PART * bed.energy;
  for (int i = 0; has_tones && status == TSR_STATUS_OK && i < N_ROUNDS &&
                  energy_of (bed.rest, n) > TSR_BED_LEAST_PART * bed.energy;
       i++)
    status = run_round (&bed, found);
  free (bed.rest);
  return status;
}
