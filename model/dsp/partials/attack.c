/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attacks by jumps of energy.
 */
#include "model/dsp/partials/attack.h"

#include <math.h>
#include <stdlib.h>

enum {
  CONTEXT = 24, /* steps before: 35 ms */
  AHEAD = 4,    /* steps of an attack */
  APART = 20,   /* steps between attacks: 29 ms */
  TRACES_APART = 6,
  DISCARD_STEPS = 16384,
};

#define STEP_S (64 / 44100.0)
#define JUMP 4.0 /* 6 dB */
#define TRACE_JUMP 2.0
#define LEAST_LEVEL 1e-5 /* of the largest energy of a step: -50 dB */
#define FLOOR 1e-11      /* mean square that is silence */
#define RISEN 0.25       /* of the peak of an attack: there it begins */

typedef struct {
  const TsrSignal *signal;
  int64_t          step, n_frames;
  size_t           n_steps;
  double          *energies;
  double           most;
} Steps;

/* Sum over channels of the squared first difference. */
static double
difference (const Steps *steps, int64_t i)
{
  double sum = 0;

  for (unsigned c = 0; c < tsr_signal_n_channels (steps->signal); c++) {
    const float *x = tsr_signal_channel (steps->signal, c);
    double       d = (double)x[i] - (i > 0 ? 0.95 * (double)x[i - 1] : 0);
    sum += d * d;
  }
  return sum;
}

static void
measure (Steps *steps)
{
  for (size_t s = 0; s < steps->n_steps; s++) {
    int64_t from = (int64_t)s * steps->step, end = from + steps->step;
    double  sum = 0;
    for (int64_t i = from; i < end && i < steps->n_frames; i++)
      sum += difference (steps, i);
    steps->energies[s] = sum / (double)steps->step;
    steps->most = fmax (steps->most, steps->energies[s]);
    if (s % DISCARD_STEPS == 0)
      tsr_signal_discard (steps->signal, 0, from);
  }
}

static double
mean (const Steps *steps, size_t from, size_t end)
{
  double sum = 0;

  end = end < steps->n_steps ? end : steps->n_steps;
  for (size_t s = from; s < end; s++)
    sum += steps->energies[s];
  return end > from ? sum / (double)(end - from) : 0;
}

/* First sample around step s that rises to a part of the attack's peak. */
static int64_t
first_sample (const Steps *steps, size_t s)
{
  int64_t from = ((int64_t)s - 2) * steps->step, end = ((int64_t)s + 6) * steps->step;
  double  peak = 0;

  from = from > 0 ? from : 0;
  end = end < steps->n_frames ? end : steps->n_frames;
  for (int64_t i = from; i < end; i++)
    peak = fmax (peak, difference (steps, i));
  for (int64_t i = from; i < end; i++)
    if (difference (steps, i) >= RISEN * RISEN * peak)
      return i;
  return from;
}

static size_t
scan (const Steps *steps, double jump, size_t apart, double *times_s)
{
  size_t n = 0;

  for (size_t s = 0; s < steps->n_steps; s++) {
    double before = mean (steps, s > CONTEXT ? s - CONTEXT : 0, s);
    double here = mean (steps, s, s + AHEAD);
    if (here < jump * (before + FLOOR) || here < LEAST_LEVEL * steps->most ||
        steps->energies[s] < 0.5 * jump * (before + FLOOR))
      continue;
    times_s[n++] = (double)first_sample (steps, s) / tsr_signal_rate_hz (steps->signal);
    tsr_signal_discard (steps->signal, 0, (int64_t)s * steps->step);
    s += apart;
  }
  return n;
}

static bool
find (const TsrSignal *signal, double jump, size_t apart, double **times_s, size_t *n)
{
  Steps steps = {.signal = signal, .n_frames = tsr_signal_n_frames (signal)};

  steps.step = (int64_t)fmax (8, rint (STEP_S * tsr_signal_rate_hz (signal)));
  steps.n_steps = (size_t)((steps.n_frames + steps.step - 1) / steps.step);
  steps.energies = calloc (steps.n_steps + 1, sizeof *steps.energies);
  *times_s = calloc (steps.n_steps / apart + 2, sizeof **times_s);
  *n = 0;
  if (steps.energies == NULL || *times_s == NULL) {
    free (steps.energies);
    free (*times_s);
    *times_s = NULL;
    return false;
  }
  measure (&steps);
  *n = scan (&steps, jump, apart, *times_s);
  free (steps.energies);
  return true;
}

bool
tsr_attacks_find (const TsrSignal *signal, double **times_s, size_t *n)
{
  return find (signal, JUMP, APART, times_s, n);
}

bool
tsr_attacks_find_traces (const TsrSignal *signal, double **times_s, size_t *n)
{
  return find (signal, TRACE_JUMP, TRACES_APART, times_s, n);
}
