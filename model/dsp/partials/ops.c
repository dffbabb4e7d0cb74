/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits of one partial that keep it whole (algorithm note 6.1). Phases follow from the
 * integral of the new frequency, summed from the first breakpoint on.
 */
#include "model/dsp/partials/ops.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

#define LN10_OVER_20 0.11512925464970228

/* A sum of many turns that does not drift from rounding (Kahan 1965). */
typedef struct {
  double sum, excess; /* what the sum has too much */
} ExactSum;

static double
add_exactly (ExactSum *self, double turns)
{
  double wanted = turns - self->excess, next = self->sum + wanted;

  self->excess = (next - self->sum) - wanted;
  self->sum = next;
  return next;
}

/* The partial's breakpoints, and one at each kink of the curve. */
static bool
split_at_kinks (TsrBreakpointList *list, const TsrPartial *partial, const TsrCurve *curve)
{
  size_t               n = tsr_curve_n_points (curve);
  const TsrCurvePoint *points = tsr_curve_points (curve);
  double              *times_s = malloc (n * sizeof *times_s);

  if (times_s == NULL)
    return false;
  for (size_t i = 0; i < n; i++)
    times_s[i] = points[i].x;
  tsr_breakpoint_list_append_split (list, partial, times_s, n);
  free (times_s);
  return !list->has_failed;
}

static void
append_all (TsrBreakpointList *list, const TsrPartial *partial)
{
  tsr_breakpoint_list_append_split (list, partial, NULL, 0);
}

static TsrPartial *
finish (TsrBreakpointList *list, const TsrPartial *partial)
{
  return tsr_breakpoint_list_finish (list, partial, tsr_partial_id (partial));
}

/* Frequency in the middle between two breakpoints. */
static double
middle_frequency (const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  double c[4], h = (b->time_s - a->time_s) / 2;

  tsr_breakpoint_phase_cubic (a, b, c);
  return c[1] + h * (2 * c[2] + h * 3 * c[3]);
}

static double
ratio_at (const TsrCurve *ratio_over_time, double time_s)
{
  return fmax (1e-6, tsr_curve_at (ratio_over_time, time_s));
}

/* Turns from a to b under a ratio that is linear between them: Simpson's rule is exact,
 * for frequency is quadratic there. A phase reset at a null is kept as it is. */
static double
pitched_turns (const TsrBreakpoint *a,
               const TsrBreakpoint *b,
               const TsrCurve      *ratio_over_time)
{
  double T = b->time_s - a->time_s;

  if (!(T > 0))
    return b->phase_turns - a->phase_turns;
  return T / 6 *
         (ratio_at (ratio_over_time, a->time_s) * a->frequency_hz +
          4 * ratio_at (ratio_over_time, a->time_s + T / 2) * middle_frequency (a, b) +
          ratio_at (ratio_over_time, b->time_s) * b->frequency_hz);
}

static void
pitch_by_constant (TsrBreakpointList *list, double ratio)
{
  double anchor = list->items[0].phase_turns;

  for (size_t i = 0; i < list->n; i++) {
    TsrBreakpoint *b = &list->items[i];
    b->phase_turns = anchor + ratio * (b->phase_turns - anchor);
    b->frequency_hz *= ratio;
    b->chirp_hz_per_s = (float)((double)b->chirp_hz_per_s * ratio);
  }
}

/* Slope of the curve around a time, for the chirp rate. */
static double
curve_slope (const TsrCurve *curve, double x)
{
  const double h = 5e-4;
  return (tsr_curve_at (curve, x + h) - tsr_curve_at (curve, x - h)) / (2 * h);
}

static void
pitch_by_curve (TsrBreakpointList *list, const TsrCurve *ratio_over_time)
{
  TsrBreakpoint before = list->items[0]; /* the last one as it was */

  for (size_t i = 0; i < list->n; i++) {
    TsrBreakpoint *b = &list->items[i], old = *b;
    double         ratio = ratio_at (ratio_over_time, old.time_s);
    if (i > 0)
      b->phase_turns = b[-1].phase_turns + pitched_turns (&before, &old, ratio_over_time);
    b->frequency_hz = old.frequency_hz * ratio;
    b->chirp_hz_per_s =
        (float)((double)old.chirp_hz_per_s * ratio +
                old.frequency_hz * curve_slope (ratio_over_time, old.time_s));
    before = old;
  }
}

TsrPartial *
tsr_partial_pitch (const TsrPartial *partial, const TsrCurve *ratio_over_time)
{
  TsrBreakpointList list = {0};

  if (!split_at_kinks (&list, partial, ratio_over_time)) {
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  if (tsr_curve_n_points (ratio_over_time) == 1)
    pitch_by_constant (&list, ratio_at (ratio_over_time, 0));
  else
    pitch_by_curve (&list, ratio_over_time);
  return finish (&list, partial);
}

static double
map_time (const TsrCurve *time_map, double time_s)
{
  const TsrCurvePoint *p = tsr_curve_points (time_map);

  if (tsr_curve_n_points (time_map) == 1)
    return time_s + (p->y - p->x);
  return tsr_curve_at_extended (time_map, time_s);
}

/* How much longer the piece between two times becomes; 0 for one of no length. */
static double
stretch_between (const TsrCurve *time_map, double a_s, double b_s)
{
  if (!(b_s > a_s))
    return 0;
  return (map_time (time_map, b_s) - map_time (time_map, a_s)) / (b_s - a_s);
}

TsrPartial *
tsr_partial_stretch (const TsrPartial *partial, const TsrCurve *time_map)
{
  TsrBreakpointList list = {0};

  if (!split_at_kinks (&list, partial, time_map)) {
    tsr_breakpoint_list_clear (&list);
    return NULL;
  }
  double   before_turns = list.items[0].phase_turns, left = 0;
  ExactSum sum = {before_turns, 0};
  for (size_t i = 0; i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i], old = *b;
    double         right =
        i + 1 < list.n ? stretch_between (time_map, old.time_s, b[1].time_s) : 0;
    if (i > 0) {
      double turns = old.phase_turns - before_turns;
      b->phase_turns = add_exactly (&sum, left > 0 ? left * turns : turns);
    }
    /* One slope serves both sides: their mean, or the one side that has a length. */
    double inverse = left > 0 && right > 0 ? 0.5 / left + 0.5 / right
                     : left > 0            ? 1 / left
                     : right > 0           ? 1 / right
                                           : 1;
    b->time_s = map_time (time_map, old.time_s);
    b->slope_per_s = (float)((double)old.slope_per_s * inverse);
    b->chirp_hz_per_s = (float)((double)old.chirp_hz_per_s * inverse);
    before_turns = old.phase_turns;
    left = i + 1 < list.n ? right : left;
  }
  return finish (&list, partial);
}

/* Turns that a frequency kept from falling below zero makes between a and b. */
static double
shifted_turns (const TsrBreakpoint *a, const TsrBreakpoint *b, double shift_hz)
{
  double T = b->time_s - a->time_s, turns = b->phase_turns - a->phase_turns;

  if (!(T > 0) || (a->frequency_hz + shift_hz >= 0 && b->frequency_hz + shift_hz >= 0))
    return turns + shift_hz * T;
  return T / 6 *
         (fmax (0, a->frequency_hz + shift_hz) +
          4 * fmax (0, middle_frequency (a, b) + shift_hz) +
          fmax (0, b->frequency_hz + shift_hz));
}

TsrPartial *
tsr_partial_shift (const TsrPartial *partial, double shift_hz)
{
  TsrBreakpointList    list = {0};
  const TsrBreakpoint *old = tsr_partial_breakpoints (partial);

  append_all (&list, partial);
  ExactSum sum = {old[0].phase_turns, 0};
  for (size_t i = 0; i < list.n; i++) {
    TsrBreakpoint *b = &list.items[i];
    if (i > 0)
      b->phase_turns = add_exactly (&sum, shifted_turns (&old[i - 1], &old[i], shift_hz));
    b->frequency_hz = fmax (0, old[i].frequency_hz + shift_hz);
  }
  return finish (&list, partial);
}

TsrPartial *
tsr_partial_gain (const TsrPartial *partial, double gain_db)
{
  TsrBreakpointList list = {0};

  append_all (&list, partial);
  for (size_t i = 0; i < list.n; i++)
    if ((list.items[i].flags & TSR_BREAKPOINT_NULL) == 0)
      list.items[i].log_amplitude += gain_db * LN10_OVER_20;
  return finish (&list, partial);
}

TsrPartial *
tsr_partial_move (const TsrPartial *partial, double shift_s)
{
  TsrBreakpointList list = {0};

  append_all (&list, partial);
  for (size_t i = 0; i < list.n; i++)
    list.items[i].time_s += shift_s;
  return finish (&list, partial);
}

typedef struct {
  double in_from_s, in_s; /* rises over in_s */
  double out_to_s, out_s; /* falls over out_s */
} Fade;

/* Gain of a fade at a time, and the slope of its logarithm. */
static double
fade_at (const Fade *fade, double time_s, double *log_slope_per_s)
{
  double gain = 1;

  *log_slope_per_s = 0;
  if (fade->in_s > 0 && time_s < fade->in_from_s + fade->in_s) {
    gain = fmax (0, (time_s - fade->in_from_s) / fade->in_s);
    *log_slope_per_s = gain > 0 ? 1 / (time_s - fade->in_from_s) : 0;
  }
  if (fade->out_s > 0 && time_s > fade->out_to_s - fade->out_s) {
    double out = fmax (0, (fade->out_to_s - time_s) / fade->out_s);
    *log_slope_per_s = out > 0 ? *log_slope_per_s - 1 / (fade->out_to_s - time_s) : 0;
    gain *= out;
  }
  return gain;
}

static void
apply_fade (TsrBreakpoint *b, const Fade *fade)
{
  double slope, gain = fade_at (fade, b->time_s, &slope);

  if (b->flags & TSR_BREAKPOINT_NULL)
    return;
  if (gain <= 0) {
    b->flags |= TSR_BREAKPOINT_NULL;
    b->log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    b->slope_per_s = 0;
    return;
  }
  b->log_amplitude += log (gain);
  b->slope_per_s = (float)((double)b->slope_per_s + slope);
}

TsrPartial *
tsr_partial_fade (const TsrPartial *partial, double fade_in_s, double fade_out_s)
{
  const TsrPartialSummary *summary = tsr_partial_summary (partial);
  double                   duration_s = summary->end_s - summary->start_s;
  double                   asked_s = fmax (0, fade_in_s) + fmax (0, fade_out_s);
  double                   scale = asked_s > duration_s ? duration_s / asked_s : 1;
  Fade                     fade = {.in_from_s = summary->start_s,
                                   .in_s = fmax (0, fade_in_s) * scale,
                                   .out_to_s = summary->end_s,
                                   .out_s = fmax (0, fade_out_s) * scale};
  TsrBreakpointList        list = {0};
  /* From a null to the first of these the amplitude is linear; between them the Hermite
   * of the logarithm follows it. */
  static const double parts[] = {0.125, 0.25, 0.5, 0.75, 0.9375, 1};
  enum { N = sizeof parts / sizeof parts[0] };
  double times_s[2 * N];

  for (size_t i = 0; i < N; i++) {
    times_s[i] = fade.in_from_s + fade.in_s * parts[i];
    times_s[2 * N - 1 - i] = fade.out_to_s - fade.out_s * parts[i];
  }
  tsr_breakpoint_list_append_split (&list, partial, times_s, 2 * N);
  for (size_t i = 0; i < list.n; i++)
    apply_fade (&list.items[i], &fade);
  return finish (&list, partial);
}
