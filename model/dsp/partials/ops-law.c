/* SPDX-License-Identifier: GPL-3.0-or-later
 * Frequencies and amplitudes of one partial by a law over time and frequency.
 */
#include "model/dsp/partials/ops-law.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

#define NEPER_PER_DB 0.11512925464970228
#define SHORTEST_S 4e-4        /* of a piece that is made */
#define FREQUENCY_ERROR 1.5e-5 /* relative, 0.026 cent */
#define GAIN_ERROR_DB 0.02
enum { MOST_HALVINGS = 10, MOST_PASSES = 12 };

typedef struct {
  TsrPartialLaw law;
  const void   *user;
  bool          is_frequency;
} Probe;

/* What has to follow a low polynomial along a piece: the new frequency, or the gain. */
static double
probe_at (const Probe *probe, const TsrBreakpoint *a, const TsrBreakpoint *b, double u)
{
  TsrBreakpoint value;

  tsr_breakpoint_between (a, b, u, &value);
  return probe->law (probe->user, value.time_s, value.frequency_hz);
}

/* Whether the parabola through both ends and the middle misses the law at the quarters.
 */
static bool
bends (const Probe         *probe,
       const TsrBreakpoint *a,
       const TsrBreakpoint *b,
       double               u0,
       double               u1)
{
  double y[5];

  for (int i = 0; i < 5; i++)
    y[i] = probe_at (probe, a, b, u0 + (u1 - u0) * i / 4);
  double left = 0.375 * y[0] + 0.75 * y[2] - 0.125 * y[4];
  double right = -0.125 * y[0] + 0.75 * y[2] + 0.375 * y[4];
  double miss = fmax (fabs (left - y[1]), fabs (right - y[3]));
  return miss > (probe->is_frequency ? FREQUENCY_ERROR * fabs (y[2]) : GAIN_ERROR_DB);
}

static void
append_halved (TsrBreakpointList   *list,
               const Probe         *probe,
               const TsrBreakpoint *a,
               const TsrBreakpoint *b,
               double               u0,
               double               u1,
               int                  depth)
{
  double T = (b->time_s - a->time_s) * (u1 - u0);

  if (depth < MOST_HALVINGS && T > 2 * SHORTEST_S && bends (probe, a, b, u0, u1)) {
    double middle = 0.5 * (u0 + u1);
    append_halved (list, probe, a, b, u0, middle, depth + 1);
    append_halved (list, probe, a, b, middle, u1, depth + 1);
    return;
  }
  tsr_breakpoint_list_append_between (list, a, b, u0, u1);
}

/* The partial's breakpoints and further ones where the law bends. */
static void
append_bent (TsrBreakpointList *list, const TsrPartial *partial, const Probe *probe)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);

  tsr_breakpoint_list_append (list, &b[0]);
  for (size_t i = 0; i + 1 < n; i++) {
    bool silent = (b[i].flags & b[i + 1].flags & TSR_BREAKPOINT_NULL) != 0;
    if (silent || !(b[i + 1].time_s > b[i].time_s))
      tsr_breakpoint_list_append (list, &b[i + 1]);
    else
      append_halved (list, probe, &b[i], &b[i + 1], 0, 1, 0);
  }
}

static double
new_frequency (const Probe *probe, const TsrBreakpoint *b)
{
  return fmax (0, probe->law (probe->user, b->time_s, b->frequency_hz));
}

/* Turns from a to b under the law; a phase reset at a null is kept as it is. */
static double
new_turns (const Probe *probe, const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  double        T = b->time_s - a->time_s;
  TsrBreakpoint middle;

  if (!(T > 0))
    return b->phase_turns - a->phase_turns;
  tsr_breakpoint_between (a, b, 0.5, &middle);
  return T / 6 *
         (new_frequency (probe, a) + 4 * new_frequency (probe, &middle) +
          new_frequency (probe, b));
}

/* Chirp rates by central differences of the new frequencies. */
static void
set_chirps (TsrBreakpointList *list)
{
  for (size_t i = 0; i < list->n; i++) {
    size_t left = i > 0 ? i - 1 : i, right = i + 1 < list->n ? i + 1 : i;
    double span_s = list->items[right].time_s - list->items[left].time_s;
    double rise = list->items[right].frequency_hz - list->items[left].frequency_hz;
    list->items[i].chirp_hz_per_s = span_s > 0 ? (float)(rise / span_s) : 0;
  }
}

TsrPartial *
tsr_partial_remap (const TsrPartial *partial, TsrPartialLaw new_hz, const void *user)
{
  TsrBreakpointList list = {0};
  Probe             probe = {new_hz, user, true};

  append_bent (&list, partial, &probe);
  if (list.has_failed) {
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  TsrBreakpoint before = list.items[0]; /* the last one as it was */
  for (size_t i = 0; i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i], old = *b;
    if (i > 0)
      b->phase_turns = b[-1].phase_turns + new_turns (&probe, &before, &old);
    b->frequency_hz = new_frequency (&probe, &old);
    before = old;
  }
  set_chirps (&list);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

/* Slope of the parabola through the gain at i and its sounding neighbours, dB/s. */
static double
gain_slope (const TsrBreakpointList *list, const double *gains_db, size_t i)
{
  const TsrBreakpoint *b = list->items;
  bool                 has_left = i > 0 && (b[i - 1].flags & TSR_BREAKPOINT_NULL) == 0 &&
                  b[i].time_s > b[i - 1].time_s;
  bool has_right = i + 1 < list->n && (b[i + 1].flags & TSR_BREAKPOINT_NULL) == 0 &&
                   b[i + 1].time_s > b[i].time_s;
  double left_s = has_left ? b[i].time_s - b[i - 1].time_s : 0;
  double right_s = has_right ? b[i + 1].time_s - b[i].time_s : 0;
  double left = has_left ? (gains_db[i] - gains_db[i - 1]) / left_s : 0;
  double right = has_right ? (gains_db[i + 1] - gains_db[i]) / right_s : 0;

  if (!has_left || !has_right)
    return left + right;
  return (left * right_s + right * left_s) / (left_s + right_s);
}

static double *
gains_of (const TsrBreakpointList *list, const Probe *probe)
{
  double *gains_db = malloc (list->n * sizeof *gains_db);

  for (size_t i = 0; gains_db != NULL && i < list->n; i++)
    gains_db[i] =
        probe->law (probe->user, list->items[i].time_s, list->items[i].frequency_hz);
  return gains_db;
}

/* Where in the segment after breakpoint i, as shares of it, further points are needed
 * (u[0], u[1]; 0 and 1: none) because a cubic with the slopes at its ends misses the gain
 * in its middle: beside a kink at its start or end, or else in the middle. */
static void
further_points (const TsrBreakpointList *list,
                const double            *gains_db,
                const Probe             *probe,
                size_t                   i,
                double                   u[2])
{
  const TsrBreakpoint *a = &list->items[i], *b = a + 1;
  double               T = b->time_s - a->time_s;

  u[0] = 0;
  u[1] = 1;
  if (((a->flags | b->flags) & TSR_BREAKPOINT_NULL) != 0 || !(T > 4 * SHORTEST_S))
    return;
  double left = gain_slope (list, gains_db, i),
         right = gain_slope (list, gains_db, i + 1);
  double secant = (gains_db[i + 1] - gains_db[i]) / T;
  double middle = 0.5 * (gains_db[i] + gains_db[i + 1]) + T / 8 * (left - right);
  if (fabs (middle - probe_at (probe, a, b, 0.5)) <= GAIN_ERROR_DB)
    return;
  double off[2] = {fabs (left - secant), fabs (right - secant)};
  for (int k = 0; k < 2; k++)
    if (off[k] * T / 8 > GAIN_ERROR_DB / 2) {
      double d = fmin (fmax (4 * GAIN_ERROR_DB / off[k], SHORTEST_S), T / 4) / T;
      u[k] = k == 0 ? d : 1 - d;
    }
  if (u[0] == 0 && u[1] == 1)
    u[0] = 0.5;
}

/* The list with the points that are missing. */
static void
append_refined (TsrBreakpointList       *to,
                const TsrBreakpointList *list,
                const double            *gains_db,
                const Probe             *probe)
{
  tsr_breakpoint_list_append (to, &list->items[0]);
  for (size_t i = 0; i + 1 < list->n; i++) {
    const TsrBreakpoint *a = &list->items[i];
    double               u[2], at = 0;
    further_points (list, gains_db, probe, i, u);
    for (int k = 0; k < 2; k++)
      if (u[k] > 0 && u[k] < 1) {
        tsr_breakpoint_list_append_between (to, a, a + 1, at, u[k]);
        at = u[k];
      }
    if (at > 0)
      tsr_breakpoint_list_append_between (to, a, a + 1, at, 1);
    else
      tsr_breakpoint_list_append (to, a + 1);
  }
}

/* Adds the gains to the logarithms, and their slopes to the slopes. */
static void
add_gains (TsrBreakpointList *list, const double *gains_db)
{
  for (size_t i = 0; i < list->n; i++) {
    TsrBreakpoint *b = &list->items[i];
    if (b->flags & TSR_BREAKPOINT_NULL)
      continue;
    double slope = gain_slope (list, gains_db, i);
    b->log_amplitude += gains_db[i] * NEPER_PER_DB;
    b->slope_per_s = (float)((double)b->slope_per_s + slope * NEPER_PER_DB);
  }
}

/* Adds points until cubics follow the gain, and gives the gains. NULL when memory is
 * short. */
static double *
refine (TsrBreakpointList *list, const Probe *probe)
{
  double *gains_db = list->has_failed ? NULL : gains_of (list, probe);

  for (int pass = 0; pass < MOST_PASSES && gains_db != NULL; pass++) {
    TsrBreakpointList refined = {0};
    append_refined (&refined, list, gains_db, probe);
    bool same = refined.n == list->n, failed = refined.has_failed;
    if (same || failed)
      tsr_breakpoint_list_clear (&refined);
    if (same && !failed)
      break;
    free (gains_db);
    if (failed)
      return NULL;
    tsr_breakpoint_list_clear (list);
    *list = refined;
    gains_db = gains_of (list, probe);
  }
  return gains_db;
}

TsrPartial *
tsr_partial_amplify (const TsrPartial *partial, TsrPartialLaw gain_db, const void *user)
{
  TsrBreakpointList list = {0};
  Probe             probe = {gain_db, user, false};

  append_bent (&list, partial, &probe);
  double *gains_db = refine (&list, &probe);
  if (gains_db == NULL) {
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  add_gains (&list, gains_db);
  free (gains_db);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}

TsrPartial *
tsr_partial_noise (const TsrPartial *partial, TsrPartialLaw factor, const void *user)
{
  TsrBreakpointList list = {0};
  Probe             probe = {factor, user, false};

  append_bent (&list, partial, &probe);
  for (size_t i = 0; !list.has_failed && i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i];
    double         x = fmax (0, factor (user, b->time_s, b->frequency_hz));
    double         noise = (double)b->bandwidth * x * x;
    double         power = 1 - (double)b->bandwidth + noise;
    if (b->flags & TSR_BREAKPOINT_NULL)
      continue;
    if (!(power > 1e-12)) {
      b->flags |= TSR_BREAKPOINT_NULL;
      b->log_amplitude = TSR_LOG_AMPLITUDE_NULL;
      b->slope_per_s = 0;
      continue;
    }
    b->log_amplitude += 0.5 * log (power);
    b->bandwidth = (float)fmin (1, noise / power);
  }
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}
