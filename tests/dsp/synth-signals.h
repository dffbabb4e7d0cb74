/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials with known content, and comparisons, for the tests of synthesis and edits.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/partial-set.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A repeatable number in 0..1. */
static inline double
draw (uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) * 0x1p-53;
}

/* A partial of n breakpoints hop_s apart from start_s, frequency with vibrato and drift,
 * amplitude with tremolo and decay; begins and ends with a null. */
static inline TsrPartial *
wandering_partial (int64_t id, uint64_t seed, double start_s, double hop_s, size_t n)
{
  TsrBreakpoint *b = calloc (n, sizeof *b);
  double         f0 = 60 + 12000 * pow (draw (&seed), 3), rate = 3 + 4 * draw (&seed);
  double         depth = 0.01 * draw (&seed), decay = 8 * draw (&seed);
  double         level = log (0.02 + 0.1 * draw (&seed)), phase = draw (&seed);

  for (size_t i = 0; i < n; i++) {
    double t = (double)i * hop_s, w = 2 * M_PI * rate;
    b[i].time_s = start_s + t;
    b[i].phase_turns = phase + f0 * t - f0 * depth / w * cos (w * t);
    b[i].frequency_hz = f0 * (1 + depth * sin (w * t));
    b[i].log_amplitude = level - decay * t + 0.2 * sin (w * t);
    b[i].slope_per_s = (float)(-decay + 0.2 * w * cos (w * t));
  }
  for (size_t i = 0; i < n; i += n - 1) {
    b[i].flags = TSR_BREAKPOINT_NULL;
    b[i].log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  }
  TsrPartial *partial = tsr_partial_new (id, 0, 0, b, n);
  free (b);
  g_assert_nonnull (partial);
  return partial;
}

static inline TsrPartial *
with_bandwidth (TsrPartial *partial, float bandwidth)
{
  size_t         n = tsr_partial_n_breakpoints (partial);
  TsrBreakpoint *b = malloc (n * sizeof *b);

  memcpy (b, tsr_partial_breakpoints (partial), n * sizeof *b);
  for (size_t i = 0; i < n; i++)
    b[i].bandwidth = bandwidth;
  TsrPartial *next = tsr_partial_new (tsr_partial_id (partial), 0, 0, b, n);
  free (b);
  tsr_partial_unref (partial);
  return next;
}

/* n wandering partials spread over duration_s; each `noisy`-th with bandwidth. */
static inline TsrPartialSet *
wandering_set (size_t n, double duration_s, size_t noisy)
{
  TsrPartial **partials = malloc (n * sizeof *partials);
  uint64_t     seed = 4711;

  for (size_t i = 0; i < n; i++) {
    double start_s = 0.7 * duration_s * draw (&seed);
    double hop_s = 0.004 + 0.006 * draw (&seed);
    size_t count = 4 + (size_t)(draw (&seed) * (duration_s - start_s) / hop_s * 0.9);
    partials[i] = wandering_partial ((int64_t)i + 1, i * 77 + 5, start_s, hop_s, count);
    if (noisy > 0 && i % noisy == 0)
      partials[i] = with_bandwidth (partials[i], 0.05f + 0.9f * (float)draw (&seed));
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, n);
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  free (partials);
  return set;
}

/* Partials as a restless analysis makes them: 1.4 ms apart, level and slope thrown about,
 * phases that do not fit the frequencies, steps and nulls in between. */
static inline TsrPartialSet *
crooked_set (size_t n, double duration_s)
{
  TsrPartial **partials = calloc (n, sizeof *partials);
  uint64_t     seed = 815;

  for (size_t i = 0; i < n; i++) {
    size_t         count = 10 + (size_t)(duration_s / 0.0014 * 0.9 * draw (&seed)), k = 0;
    TsrBreakpoint *b = calloc (count, sizeof *b);
    double hz = 80 + 4000 * draw (&seed), time_s = 0.1 * duration_s * draw (&seed);
    double turns = draw (&seed);
    while (k < count) {
      bool is_null = draw (&seed) < 0.02;
      b[k] = (TsrBreakpoint){.time_s = time_s,
                             .phase_turns = turns + 0.1 * (draw (&seed) - 0.5),
                             .frequency_hz = hz * (1 + 0.01 * (draw (&seed) - 0.5)),
                             .log_amplitude = log (0.02) + draw (&seed) - 0.5,
                             .slope_per_s = (float)(400 * (draw (&seed) - 0.5)),
                             .bandwidth = (float)draw (&seed),
                             .flags = is_null ? TSR_BREAKPOINT_NULL : 0};
      k++;
      if (is_null && draw (&seed) < 0.5)
        continue; /* a step */
      time_s += 0.0014;
      turns += 0.0014 * hz;
    }
    partials[i] = tsr_partial_new ((int64_t)i + 1, 0, 0, b, count);
    g_assert_nonnull (partials[i]);
    free (b);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, n);
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  free (partials);
  return set;
}

static inline TsrPartialSet *
set_of (TsrPartial *partial) /* takes it */
{
  TsrPartialSet *set = tsr_partial_set_new (&partial, 1);
  tsr_partial_unref (partial);
  g_assert_nonnull (set);
  return set;
}

static inline double
energy_of (const double *x, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i] * x[i];
  return sum;
}

/* 10 log10 of the energy of x over that of x - y. */
static inline double
snr_db (const double *x, const double *y, size_t n)
{
  double error = 0;
  for (size_t i = 0; i < n; i++)
    error += (x[i] - y[i]) * (x[i] - y[i]);
  return 10 * log10 (energy_of (x, n) / (error + 1e-300));
}

static inline double
largest_difference_db (const double *x, const double *y, size_t n)
{
  double most = 0;
  for (size_t i = 0; i < n; i++)
    most = fmax (most, fabs (x[i] - y[i]));
  return 20 * log10 (most + 1e-300);
}

typedef struct {
  TsrJobBody body;
  void      *data;
  gint       next;
  size_t     n;
} Crew;

typedef struct {
  Crew  *crew;
  size_t worker;
} Hand;

static inline gpointer
work (gpointer user)
{
  Hand *hand = user;
  for (;;) {
    gint i = g_atomic_int_add (&hand->crew->next, 1);
    if ((size_t)i >= hand->crew->n)
      return NULL;
    hand->crew->body (hand->crew->data, (size_t)i, hand->worker);
  }
}

static inline void
parallel_for_threads (void *user, size_t n_items, TsrJobBody body, void *data)
{
  enum { MOST = 8 };
  size_t   n_workers = *(const size_t *)user;
  Crew     crew = {.body = body, .data = data, .n = n_items};
  GThread *threads[MOST];
  Hand     hands[MOST];

  for (size_t i = 0; i < n_workers; i++) {
    hands[i] = (Hand){&crew, i};
    threads[i] = g_thread_new ("test", work, &hands[i]);
  }
  for (size_t i = 0; i < n_workers; i++)
    g_thread_join (threads[i]);
}

/* A job on *n_workers <= 8 threads. */
static inline TsrJob
threaded_job (size_t *n_workers)
{
  return (TsrJob){
      .parallel_for = parallel_for_threads, .n_workers = *n_workers, .user = n_workers};
}
