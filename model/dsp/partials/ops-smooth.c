/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is slow and what is fast in a partial: smoothing, and vibrato and tremolo scaled
 * as deviations from a smooth course.
 */
#include "model/dsp/partials/ops-law.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

/* The course of vibrato and tremolo is the Gaussian whose response is 1/2 at 2 Hz. */
#define COURSE_S 0.22 /* from half to half of its height */
#define EDGE_S 0.05   /* at both ends, where tremolo is left alone */
#define STEP_S 0.002  /* of the grid a partial is smoothed on; coarser for long ones */
#define SIGMA_OF_WIDTH 0.42466090014400953
enum { MOST_STEPS = 1 << 20 };

/* Values of a partial on an even grid, and smoothed. Nulls have no amplitude of their
 * own: they count as their nearest neighbour that sounds. */
typedef struct {
  double  start_s, step_s;
  size_t  n;
  double *log_hz, *log_amplitude, *bandwidth;
} Grid;

static void
grid_clear (Grid *grid)
{
  free (grid->log_hz);
  free (grid->log_amplitude);
  free (grid->bandwidth);
}

/* Sounding value at a time: that of a null's neighbour where the partial is silent. */
static void
sample_at (const TsrPartial *partial, double time_s, size_t *at, TsrBreakpoint *value)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);

  while (*at + 2 < n && b[*at + 1].time_s <= time_s)
    ++*at;
  const TsrBreakpoint *left = &b[*at], *right = &b[*at + 1 < n ? *at + 1 : *at];
  double               T = right->time_s - left->time_s;
  double               u = T > 0 ? fmin (1, fmax (0, (time_s - left->time_s) / T)) : 0;
  tsr_breakpoint_between (left, right, u, value);
  if (left->flags & TSR_BREAKPOINT_NULL)
    value->log_amplitude = right->log_amplitude;
  else if (right->flags & TSR_BREAKPOINT_NULL)
    value->log_amplitude = left->log_amplitude;
}

static bool
grid_init (Grid *grid, const TsrPartial *partial)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double                   duration_s = s->end_s - s->start_s;
  size_t                   at = 0;

  grid->start_s = s->start_s;
  grid->step_s = fmax (STEP_S, duration_s / MOST_STEPS);
  grid->n = (size_t)(duration_s / grid->step_s) + 2;
  grid->log_hz = malloc (grid->n * sizeof (double));
  grid->log_amplitude = malloc (grid->n * sizeof (double));
  grid->bandwidth = malloc (grid->n * sizeof (double));
  if (grid->log_hz == NULL || grid->log_amplitude == NULL || grid->bandwidth == NULL)
    return false;
  for (size_t i = 0; i < grid->n; i++) {
    TsrBreakpoint value;
    sample_at (partial, grid->start_s + (double)i * grid->step_s, &at, &value);
    grid->log_hz[i] = log (fmax (value.frequency_hz, 1e-3));
    grid->log_amplitude[i] = fmax (value.log_amplitude, TSR_LOG_AMPLITUDE_NULL);
    grid->bandwidth[i] = (double)value.bandwidth;
  }
  return true;
}

/* A mean over 2 r + 1 values, r whole or not; at the ends r shrinks, so that both ends
 * and straight lines stay what they are. */
static void
box (double *x, double *sums, size_t n, double r)
{
  sums[0] = 0;
  for (size_t i = 0; i < n; i++)
    sums[i + 1] = sums[i] + x[i];
  for (size_t i = 0; i < n; i++) {
    double here = fmin (r, fmin ((double)i, (double)(n - 1 - i)));
    size_t whole = (size_t)here;
    double part = here - (double)whole, sum = sums[i + whole + 1] - sums[i - whole];
    double weight = 2 * (double)whole + 1;
    if (part > 0 && i > whole && i + whole + 1 < n) {
      sum += part * ((sums[i - whole] - sums[i - whole - 1]) +
                     (sums[i + whole + 2] - sums[i + whole + 1]));
      weight += 2 * part;
    }
    x[i] = sum / weight;
  }
}

/* Four boxes are a Gaussian but for a few per cent. */
static bool
smooth_values (double *x, size_t n, double sigma_steps)
{
  double *sums = malloc ((n + 1) * sizeof *sums);
  /* The variance of a box of radius r is ((2 r + 1)^2 - 1) / 12. */
  double r = 0.5 * (sqrt (3 * sigma_steps * sigma_steps + 1) - 1);

  if (sums == NULL)
    return false;
  for (int pass = 0; pass < 4; pass++)
    box (x, sums, n, r);
  free (sums);
  return true;
}

static bool
grid_smooth (Grid *grid, double width_s)
{
  double sigma = SIGMA_OF_WIDTH * width_s / grid->step_s;

  return smooth_values (grid->log_hz, grid->n, sigma) &&
         smooth_values (grid->log_amplitude, grid->n, sigma) &&
         smooth_values (grid->bandwidth, grid->n, sigma);
}

static double
grid_at (const Grid *grid, const double *values, double time_s)
{
  double x = fmax (0, (time_s - grid->start_s) / grid->step_s);
  size_t i = (size_t)x;

  if (i + 1 >= grid->n)
    return values[grid->n - 1];
  return values[i] + (x - (double)i) * (values[i + 1] - values[i]);
}

typedef struct {
  Grid            course;
  const TsrCurve *factor; /* NULL: 0 */
  double          start_s, end_s;
} Course;

static double
course_hz (const void *user, double time_s, double frequency_hz)
{
  const Course *c = user;
  double        slow = grid_at (&c->course, c->course.log_hz, time_s);
  double        factor = c->factor != NULL ? tsr_curve_at (c->factor, time_s) : 0;

  if (!(frequency_hz > 0))
    return 0;
  return exp (slow + factor * (log (fmax (frequency_hz, 1e-3)) - slow));
}

TsrPartial *
tsr_partial_vibrato (const TsrPartial *partial, const TsrCurve *factor_over_time)
{
  Course      course = {.factor = factor_over_time};
  TsrPartial *made = NULL;

  if (grid_init (&course.course, partial) && grid_smooth (&course.course, COURSE_S))
    made = tsr_partial_remap (partial, course_hz, &course);
  grid_clear (&course.course);
  return made;
}

/* How much of the edit holds: none at the ends, where a partial rises and falls. */
static double
share_at (const Course *c, double time_s)
{
  double edge = fmin (time_s - c->start_s, c->end_s - time_s);
  double x = fmin (1, fmax (0, edge / EDGE_S - 1));

  return x * x * (3 - 2 * x);
}

TsrPartial *
tsr_partial_tremolo (const TsrPartial *partial, const TsrCurve *factor_over_time)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  Course                   c = {.start_s = s->start_s, .end_s = s->end_s};
  TsrBreakpointList        list = {0};
  bool done = grid_init (&c.course, partial) && grid_smooth (&c.course, COURSE_S);

  if (done)
    tsr_breakpoint_list_append_split (&list, partial, NULL, 0);
  for (size_t i = 0; done && i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i];
    double         slow = grid_at (&c.course, c.course.log_amplitude, b->time_s);
    double         slow_slope =
        (grid_at (&c.course, c.course.log_amplitude, b->time_s + STEP_S) -
         grid_at (&c.course, c.course.log_amplitude, b->time_s - STEP_S)) /
        (2 * STEP_S);
    double more =
        (tsr_curve_at (factor_over_time, b->time_s) - 1) * share_at (&c, b->time_s);
    if (b->flags & TSR_BREAKPOINT_NULL)
      continue;
    b->slope_per_s =
        (float)((double)b->slope_per_s + more * ((double)b->slope_per_s - slow_slope));
    b->log_amplitude += fmin (6, fmax (-12, more * (b->log_amplitude - slow)));
  }
  grid_clear (&c.course);
  if (done)
    return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
  tsr_breakpoint_list_clear (&list);
  return NULL;
}

TsrPartial *
tsr_partial_smooth (const TsrPartial *partial, double width_s)
{
  Course      c = {0};
  TsrPartial *made = NULL;

  if (grid_init (&c.course, partial) && grid_smooth (&c.course, width_s))
    made = tsr_partial_remap (partial, course_hz, &c);
  if (made == NULL) {
    grid_clear (&c.course);
    return NULL;
  }
  TsrBreakpointList list = {0};
  tsr_breakpoint_list_append_split (&list, made, NULL, 0);
  for (size_t i = 0; i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i];
    double         t = b->time_s, h = c.course.step_s;
    if (b->flags & TSR_BREAKPOINT_NULL)
      continue;
    b->log_amplitude = grid_at (&c.course, c.course.log_amplitude, t);
    b->slope_per_s = (float)((grid_at (&c.course, c.course.log_amplitude, t + h) -
                              grid_at (&c.course, c.course.log_amplitude, t - h)) /
                             (2 * h));
    b->bandwidth = (float)fmin (1, fmax (0, grid_at (&c.course, c.course.bandwidth, t)));
  }
  tsr_partial_unref (made);
  grid_clear (&c.course);
  return tsr_breakpoint_list_finish (&list, partial, tsr_partial_id (partial));
}
