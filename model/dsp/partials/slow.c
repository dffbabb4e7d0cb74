/* SPDX-License-Identifier: GPL-3.0-or-later
 * Offsets that come and go: the sound under a quadratic spline, a value a step, and those
 * under a long window, a point every few steps.
 */
#include "model/dsp/partials/slow.h"

#include "model/dsp/partials/thin.h"
#include "model/dsp/spectrum/window.h"

#include <math.h>
#include <stdlib.h>

#define STEP_S (128 / 44100.0)
/* Main lobe of the window: sounds from half of it on are left alone. */
#define LOBE_HZ 40.0
/* Of the energy of the sound, that the mean does not explain. */
#define LEAST_PART 1e-5
#define ONE_SIGN 0.9     /* of all of it, re what is left where signs cancel */
#define SILENT_PART 0.01 /* of the largest offset */
#define SPARE_PART 1e-3
#define LEAST_S 0.5 /* that it lasts; the beginning of a sound looks like a short one */
/* How much it changes in a second, re its size: trains of clicks of one sign change more.
 */
#define MOST_CHANGE 6.0

enum { POINT_STEPS = 4, MOST_BREAKPOINTS = 4096 };

/* Sums over one step: of the samples, and of them times the place in it, 0 .. 1, and its
 * square. */
typedef struct {
  double sum, moment, square;
} Step;

struct TsrSlow {
  double  rate_hz;
  int64_t n_samples, n_added;
  int64_t step;      /* samples */
  Step    latest[3]; /* steps, the one being filled last */
  int64_t n_begun;   /* steps */
  float  *values;    /* of the sound, smoothed, at the middles of steps */
  int64_t n_values;
  double  sum, energy;
  double *points; /* at the middles of steps 0, POINT_STEPS .. */
  int64_t n_points;
  bool    moves;
  double  sign, most; /* of the offset that moves */
  int64_t n_taken;    /* points */
};

TsrSlow *
tsr_slow_new (double rate_hz, int64_t n_samples)
{
  TsrSlow *s = calloc (1, sizeof *s);

  if (s == NULL)
    return NULL;
  s->rate_hz = rate_hz;
  s->n_samples = n_samples;
  s->step = (int64_t)fmax (1, rint (STEP_S * rate_hz));
  s->n_values = (n_samples + s->step - 1) / s->step;
  s->values = calloc ((size_t)s->n_values + 1, sizeof *s->values);
  if (s->values != NULL)
    return s;
  tsr_slow_free (s);
  return NULL;
}

void
tsr_slow_free (TsrSlow *slow)
{
  if (slow == NULL)
    return;
  free (slow->points);
  free (slow->values);
  free (slow);
}

/* The value of the step before the one being filled. */
static void
put_value (TsrSlow *s)
{
  const Step *before = &s->latest[0], *at = &s->latest[1], *after = &s->latest[2];
  int64_t     i = s->n_begun - 2;

  if (i >= 0 && i < s->n_values)
    s->values[i] = (float)((before->square + at->sum + 2 * at->moment - 2 * at->square +
                            after->sum - 2 * after->moment + after->square) /
                           (2 * (double)s->step));
}

static void
begin_step (TsrSlow *s)
{
  put_value (s);
  s->latest[0] = s->latest[1];
  s->latest[1] = s->latest[2];
  s->latest[2] = (Step){0};
  s->n_begun++;
}

void
tsr_slow_add (TsrSlow *slow, const float *samples, int64_t n)
{
  TsrSlow *s = slow;

  for (int64_t i = 0; i < n;) {
    int64_t place = s->n_added % s->step;
    int64_t end = i + s->step - place < n ? i + s->step - place : n;
    if (place == 0)
      begin_step (s);
    Step  *step = &s->latest[2];
    double energy = 0, sum = 0;
    s->n_added += end - i;
    for (; i < end; i++, place++) {
      double x = (double)samples[i], u = ((double)place + 0.5) / (double)s->step;
      sum += x;
      step->moment += u * x;
      step->square += u * u * x;
      energy += x * x;
    }
    step->sum += sum;
    s->sum += sum;
    s->energy += energy;
  }
}

double
tsr_slow_mean (const TsrSlow *slow)
{
  return slow->n_samples > 0 ? slow->sum / (double)slow->n_samples : 0;
}

static double
smoothed (const TsrSlow *s, const TsrWindow *window, int64_t centre)
{
  int64_t half = (int64_t)window->half;
  int64_t first = centre - half > 0 ? centre - half : 0;
  int64_t end = centre + half + 1 < s->n_values ? centre + half + 1 : s->n_values;
  double  sum = 0;

  for (int64_t i = first; i < end; i++)
    sum += window->h[i - centre + half] * (double)s->values[i];
  return sum / 2; /* windows are scaled for amplitudes of sinusoids */
}

static void
judge (TsrSlow *s)
{
  double sum = 0, size = 0, squares = 0, change = 0, mean = tsr_slow_mean (s);
  double point_s = (double)(POINT_STEPS * s->step) / s->rate_hz;

  for (int64_t i = 0; i < s->n_points; i++) {
    sum += s->points[i];
    size += fabs (s->points[i]);
    squares += s->points[i] * s->points[i];
    change += fabs (s->points[i] - (i > 0 ? s->points[i - 1] : 0));
  }
  s->sign = sum < 0 ? -1 : 1;
  for (int64_t i = 0; i < s->n_points; i++)
    s->most = fmax (s->most, s->sign * s->points[i]);
  double unexplained =
      squares * point_s * s->rate_hz - mean * mean * (double)s->n_samples;
  s->moves = fabs (sum) > ONE_SIGN * size && unexplained > LEAST_PART * s->energy &&
             size * size > LEAST_S / point_s * squares &&
             change < MOST_CHANGE * point_s * size;
}

bool
tsr_slow_finish (TsrSlow *slow)
{
  TsrSlow   *s = slow;
  double     steps_per_s = s->rate_hz / (double)s->step;
  TsrWindow *window =
      tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, steps_per_s, LOBE_HZ);

  begin_step (s);
  begin_step (s);
  s->n_points = (s->n_values + POINT_STEPS - 1) / POINT_STEPS;
  s->points = calloc ((size_t)s->n_points + 1, sizeof *s->points);
  bool is_ok = window != NULL && s->points != NULL;
  for (int64_t i = 0; is_ok && i < s->n_points; i++)
    s->points[i] = smoothed (s, window, i * POINT_STEPS);
  if (is_ok)
    judge (s);
  tsr_window_free (window);
  return is_ok;
}

bool
tsr_slow_moves (const TsrSlow *slow)
{
  return slow->moves;
}

/* Amplitude of a point; 0 where there is no offset to speak of. */
static double
amplitude_at (const TsrSlow *s, int64_t i)
{
  double amplitude = i >= 0 && i < s->n_points ? s->sign * s->points[i] : 0;
  return amplitude > SILENT_PART * s->most ? amplitude : 0;
}

double
tsr_slow_at (const TsrSlow *slow, int64_t sample)
{
  const TsrSlow *s = slow;

  if (!s->moves)
    return tsr_slow_mean (s);
  double  step = (double)s->step;
  double  place = (((double)sample + 0.5) / step - 0.5) / POINT_STEPS;
  int64_t i = (int64_t)floor (place);
  double  u = place - (double)i;
  return s->sign * ((1 - u) * amplitude_at (s, i) + u * amplitude_at (s, i + 1));
}

static TsrBreakpoint
breakpoint_of_point (const TsrSlow *s, int64_t i, double start_s)
{
  double        amplitude = amplitude_at (s, i);
  double        before = amplitude_at (s, i - 1), after = amplitude_at (s, i + 1);
  double        point_s = (double)(POINT_STEPS * s->step) / s->rate_hz;
  double        middle_s = ((double)s->step - 1) / 2 / s->rate_hz;
  double        end_s = (double)s->n_samples / s->rate_hz;
  double        time_s = fmin (end_s, fmax (0, middle_s + (double)i * point_s));
  TsrBreakpoint b = {.time_s = start_s + time_s,
                     .phase_turns = s->sign < 0 ? 0.5 : 0,
                     .log_amplitude = TSR_LOG_AMPLITUDE_NULL,
                     .flags = TSR_BREAKPOINT_NULL};

  if (!(amplitude > 0))
    return b;
  b.flags = 0;
  b.log_amplitude = log (amplitude);
  if (before > 0 && after > 0)
    b.slope_per_s = (float)((after - before) / (2 * point_s * amplitude));
  return b;
}

/* Points from `first` to `end`, and the one before unless a partial before ends there. */
static TsrPartial *
make_partial (
    const TsrSlow *s, int64_t first, int64_t end, unsigned channel, double start_s)
{
  int64_t        from = amplitude_at (s, first - 1) > 0 ? first : first - 1;
  size_t         n = (size_t)(end - from) + 1;
  TsrBreakpoint *b = calloc (n, sizeof *b);
  float         *spare = calloc (n, sizeof *spare);
  TsrPartial    *partial = NULL;

  if (b != NULL && spare != NULL) {
    for (size_t i = 0; i < n; i++) {
      b[i] = breakpoint_of_point (s, from + (int64_t)i, start_s);
      spare[i] = (float)(SPARE_PART * s->most);
    }
    n = tsr_breakpoints_thin (b, n, spare, (double)(POINT_STEPS * s->step) / s->rate_hz);
    partial = tsr_partial_new (0, 0, channel, b, n);
  }
  free (spare);
  free (b);
  return partial;
}

TsrPartial *
tsr_slow_take (TsrSlow *slow, unsigned channel, double start_s, bool *is_short)
{
  TsrSlow *s = slow;
  int64_t  first = s->n_taken, end;

  *is_short = false;
  while (s->moves && first < s->n_points && amplitude_at (s, first) <= 0)
    first++;
  if (!s->moves || first == s->n_points)
    return NULL;
  for (end = first;
       end < s->n_points && amplitude_at (s, end) > 0 && end - first < MOST_BREAKPOINTS;
       end++)
    ;
  s->n_taken = end;
  TsrPartial *partial = make_partial (s, first, end, channel, start_s);
  *is_short = partial == NULL;
  return partial;
}
