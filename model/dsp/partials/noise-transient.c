/* SPDX-License-Identifier: GPL-3.0-or-later
 * Transients of a residual: places where the energy of its first difference jumps above
 * what went before, kept until it has settled to what follows (algorithm note 5.3).
 */
#include "model/dsp/partials/noise-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A step is 64 samples at 44.1 kHz; 24 of them, 35 ms, are before and after. */
enum { CONTEXT = 24, SHORTEST = 3, LONGEST = 41, STEPS_PER_ITEM = 4096, WAVE = 16 };

#define JUMP 6.0    /* 8 dB */
#define SETTLED 2.0 /* 3 dB */
#define FLOOR 1e-10 /* mean square that is silence */

typedef struct {
  const TsrSignal *residual;
  int64_t          step;
  size_t           n_steps, first_item;
  double          *energies;
} Energies;

double
tsr_transient_weight (int64_t i, int64_t n_frames, int64_t taper)
{
  int64_t edge = i < n_frames - 1 - i ? i : n_frames - 1 - i;

  if (edge < 0)
    return 0;
  if (edge >= taper)
    return 1;
  return 0.5 - 0.5 * cos (M_PI * ((double)edge + 0.5) / (double)taper);
}

/* Mean square of the pre-emphasised residual over all channels, step by step. */
static void
energies_cb (void *data, size_t item, size_t worker)
{
  Energies *e = data;
  int64_t   n_frames = tsr_signal_n_frames (e->residual);
  size_t    first = (e->first_item + item) * STEPS_PER_ITEM;

  for (size_t s = first; s < first + STEPS_PER_ITEM && s < e->n_steps; s++) {
    double  sum = 0;
    int64_t from = (int64_t)s * e->step;
    int64_t to = from + e->step < n_frames ? from + e->step : n_frames;
    for (unsigned c = 0; c < tsr_signal_n_channels (e->residual); c++) {
      const float *x = tsr_signal_channel (e->residual, c);
      for (int64_t i = from > 0 ? from : 1; i < to; i++) {
        double d = (double)x[i] - 0.95 * (double)x[i - 1];
        sum += d * d;
      }
    }
    e->energies[s] = sum / (double)e->step;
  }
}

static TsrStatus
measure_energies (Energies *e, const TsrJob *job)
{
  size_t n_items = (e->n_steps + STEPS_PER_ITEM - 1) / STEPS_PER_ITEM;

  for (size_t i = 0; i < n_items; i += WAVE) {
    e->first_item = i;
    tsr_job_parallel_for (job, n_items - i < WAVE ? n_items - i : WAVE, energies_cb, e);
    if (tsr_job_cancelled (job))
      return TSR_STATUS_CANCELLED;
    tsr_signal_discard (e->residual, 0, (int64_t)(i * STEPS_PER_ITEM) * e->step);
  }
  return TSR_STATUS_OK;
}

static double
mean (const double *x, size_t from, size_t to)
{
  double sum = 0;
  for (size_t i = from; i < to; i++)
    sum += x[i];
  return to > from ? sum / (double)(to - from) : 0;
}

/* First step after a transient that begins at step s. */
static size_t
settles_at (const Energies *e, size_t s)
{
  size_t end = s + SHORTEST;

  for (; end < e->n_steps && end < s + LONGEST; end++) {
    size_t to = end + CONTEXT < e->n_steps ? end + CONTEXT : e->n_steps;
    if (e->energies[end] < SETTLED * mean (e->energies, end, to) + FLOOR)
      break;
  }
  return end < e->n_steps ? end : e->n_steps;
}

static bool
keep (TsrNoiseModel *model, const TsrSignal *residual, int64_t first, int64_t end)
{
  size_t        size = (model->n_transients + 1) * sizeof *model->transients;
  TsrTransient *transients = realloc (model->transients, size);

  if (transients == NULL)
    return false;
  model->transients = transients;
  TsrTransient *t = &transients[model->n_transients];
  *t = (TsrTransient){.first = first, .onset = first + model->taper, .weight = 1};
  t->n_frames = end - first;
  t->samples = malloc ((size_t)t->n_frames * model->n_channels * sizeof *t->samples);
  if (t->samples == NULL)
    return false;
  model->n_transients++;
  for (unsigned c = 0; c < model->n_channels; c++)
    for (int64_t i = 0; i < t->n_frames; i++)
      t->samples[(int64_t)c * t->n_frames + i] =
          (float)(tsr_transient_weight (i, t->n_frames, model->taper) *
                  (double)tsr_signal_channel (residual, c)[first + i]);
  return true;
}

static bool
scan (TsrNoiseModel *model, const TsrSignal *residual, const Energies *e)
{
  int64_t n_frames = tsr_signal_n_frames (residual), over = 0;

  for (size_t s = 1; s < e->n_steps; s++) {
    double before = mean (e->energies, s > CONTEXT ? s - CONTEXT : 0, s);
    if (e->energies[s] < JUMP * (before + FLOOR))
      continue;
    size_t  settled = settles_at (e, s);
    int64_t first = (int64_t)(s - 1) * e->step;
    int64_t end = (int64_t)(settled + 1) * e->step;
    first = first > over ? first : over;
    end = end < n_frames ? end : n_frames;
    if (end - first > 2 * model->taper && !keep (model, residual, first, end))
      return false;
    tsr_signal_discard (residual, 0, first);
    over = end;
    s = settled;
  }
  return true;
}

TsrStatus
tsr_noise_find_transients (TsrNoiseModel   *model,
                           const TsrSignal *residual,
                           const TsrJob    *job)
{
  Energies e = {.residual = residual};

  e.step = (int64_t)model->size / 16;
  e.n_steps = (size_t)((tsr_signal_n_frames (residual) + e.step - 1) / e.step);
  e.energies = calloc (e.n_steps + 1, sizeof *e.energies);
  if (e.energies == NULL)
    return TSR_STATUS_NO_MEMORY;
  model->taper = e.step;
  TsrStatus status = measure_energies (&e, job);
  if (status == TSR_STATUS_OK && !scan (model, residual, &e))
    status = TSR_STATUS_NO_MEMORY;
  free (e.energies);
  return status;
}

double
tsr_noise_rest_weight (const TsrNoiseModel *model, int64_t i, size_t *at)
{
  while (*at < model->n_transients) {
    const TsrTransient *t = &model->transients[*at];
    if (i < t->first)
      return 1;
    if (i < t->first + t->n_frames)
      return 1 - tsr_transient_weight (i - t->first, t->n_frames, model->taper);
    ++*at;
  }
  return 1;
}
