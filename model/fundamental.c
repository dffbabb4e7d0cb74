/* SPDX-License-Identifier: GPL-3.0-or-later
 * Estimating a fundamental from partials.
 */
#include "model/fundamental.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

#define MIN_HZ 20.0
#define NEARLY 0.95 /* of the best, counts as equal */
#define MIN_QUALITY 0.5
enum { N_STRONGEST = 48, MAX_HARMONIC = 12, N_STEPS = 40 };

typedef struct {
  double hz, energy;
} Tone;

static int
compare_tones (const void *a, const void *b)
{
  const Tone *x = a, *y = b;

  return (x->energy < y->energy) - (x->energy > y->energy);
}

static double
quality (const Tone *tones, gsize n, double f0)
{
  double sum = 0, total = 0;

  for (gsize i = 0; i < n; i++) {
    /* A tone below the candidate speaks against it. */
    double agreement = tones[i].hz < 0.75 * f0 ? -1 : cos (2 * G_PI * tones[i].hz / f0);
    sum += tones[i].energy * agreement;
    total += tones[i].energy;
  }
  return total > 0 ? sum / total : 0;
}

/* The best within 3 % of f0. */
static double
refine (const Tone *tones, gsize n, double f0)
{
  double best = f0, best_quality = quality (tones, n, f0);

  for (int i = -N_STEPS; i <= N_STEPS; i++) {
    double candidate = f0 * (1 + 0.03 * i / N_STEPS);
    double here = quality (tones, n, candidate);
    if (here > best_quality) {
      best_quality = here;
      best = candidate;
    }
  }
  return best;
}

static gsize
strongest (const TsrPartialSet *set, Tone *tones)
{
  gsize            n = tsr_partial_set_size (set);
  g_autofree Tone *all = g_new (Tone, MAX (n, 1));

  for (gsize i = 0; i < n; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
    all[i] = (Tone){s->mean_hz, s->energy};
  }
  qsort (all, n, sizeof *all, compare_tones);
  n = MIN (n, N_STRONGEST);
  for (gsize i = 0; i < n; i++)
    tones[i] = all[i];
  return n;
}

double
tsr_fundamental_estimate (const TsrPartialSet *set)
{
  Tone   tones[N_STRONGEST];
  gsize  n = strongest (set, tones);
  double best = 0, best_quality = MIN_QUALITY;

  for (gsize i = 0; i < n; i++)
    for (int k = 1; k <= MAX_HARMONIC; k++) {
      double f0 = tones[i].hz / k;
      if (f0 < MIN_HZ)
        break;
      double   here = quality (tones, n, f0);
      gboolean is_better =
          here * NEARLY > best_quality || (here > best_quality * NEARLY && f0 > best);
      if (is_better) {
        best = f0;
        best_quality = fmax (here, best_quality);
      }
    }
  return best > 0 ? refine (tones, n, best) : 0;
}
