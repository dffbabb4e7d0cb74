/* SPDX-License-Identifier: GPL-3.0-or-later
 * Ticks at round values.
 */
#include "views/draw/axis.h"

#include <math.h>

enum { MAX_TICKS = 400, MINOR_PX = 6 };

typedef struct {
  TsrFrequencyScale scale;
  gboolean          is_time;
  double            low, high, length_px, label_px;
  GArray           *ticks; /* of TsrTick */
} Axis;

static double
position_of (const Axis *axis, double value)
{
  if (axis->is_time)
    return (value - axis->low) / (axis->high - axis->low) * axis->length_px;
  return (1 - tsr_frequency_to_unit (axis->scale, axis->low, axis->high, value)) *
         axis->length_px;
}

static double
distance_to_nearest (const Axis *axis, double position)
{
  double nearest = INFINITY;

  for (guint i = 0; i < axis->ticks->len; i++)
    nearest =
        MIN (nearest, fabs (g_array_index (axis->ticks, TsrTick, i).position - position));
  return nearest;
}

/* Keeps a tick when it is in the span and far enough from those already there. */
static void
offer (Axis *axis, double value, double apart_px, gboolean major)
{
  TsrTick tick = {.value = value, .major = major};

  if (value < axis->low || value > axis->high || axis->ticks->len >= MAX_TICKS)
    return;
  tick.position = position_of (axis, value);
  if (distance_to_nearest (axis, tick.position) >= apart_px)
    g_array_append_val (axis->ticks, tick);
}

static void
offer_multiples (Axis *axis, double step, double apart_px, gboolean major)
{
  double first = ceil (axis->low / step - 1e-9);

  if ((axis->high - axis->low) / step > 4 * MAX_TICKS)
    return;
  for (double i = first; i * step <= axis->high; i++)
    offer (axis, i == 0 ? 0 : i * step, apart_px, major);
}

/* 1, 2 or 5 times a power of ten, at least `least`. */
static double
round_step (double least)
{
  double power = pow (10, floor (log10 (least)));

  for (int i = 0; i < 3; i++) {
    double step = power * (double[]){1, 2, 5}[i];
    if (step >= least * (1 - 1e-9))
      return step;
  }
  return 10 * power;
}

/* The same for times: above a second in parts of minutes and hours. */
static double
round_time_step (double least_s)
{
  static const double steps_s[] = {
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200};

  if (least_s <= 1)
    return round_step (least_s);
  for (guint i = 0; i < G_N_ELEMENTS (steps_s); i++)
    if (steps_s[i] >= least_s)
      return steps_s[i];
  return 3600 * round_step (least_s / 3600);
}

/* Evenly spaced axes: one step for the labels, a part of it between them. */
static void
add_even_ticks (Axis *axis)
{
  double px_per_unit = axis->length_px / (axis->high - axis->low);
  double least = axis->label_px / px_per_unit;
  double step = axis->is_time ? round_time_step (least) : round_step (least);

  offer_multiples (axis, step, 1, TRUE);
  for (int i = 0; i < 3; i++) {
    double part = step / (double[]){10, 5, 2}[i];
    if (part * px_per_unit >= MINOR_PX) {
      offer_multiples (axis, part, MINOR_PX - 1, FALSE);
      return;
    }
  }
}

/* Multiples of a step that are round for their size: at most twelve steps large, unless
 * the span is so narrow that steps this fine are all there is. */
static void
offer_round_multiples (Axis *axis, double step, double apart_px, gboolean major)
{
  double largest = step >= (axis->high - axis->low) / 25 ? INFINITY : 12.5 * step;
  double first = ceil (axis->low / step - 1e-9);

  if ((axis->high - axis->low) / step > 4 * MAX_TICKS)
    return;
  for (double i = first; i * step <= fmin (axis->high, largest); i++)
    offer (axis, i == 0 ? 0 : i * step, apart_px, major);
}

/* Bent axes seen closely, and mel: coarse steps first, finer ones where room is left. */
static void
add_nested_ticks (Axis *axis)
{
  double step = round_step (axis->high - axis->low);
  double finest = axis->label_px / axis->length_px * (axis->high - axis->low) / 200;

  for (double s = step; s >= finest; s = round_step (s / 2.6))
    offer_round_multiples (axis, s, axis->label_px, TRUE);
  for (double s = step; s >= finest; s = round_step (s / 2.6))
    offer_round_multiples (axis, s, MINOR_PX, FALSE);
}

static void
add_decade_ticks (Axis *axis)
{
  static const int mantissas[] = {1, 2, 5, 3, 7, 4, 6, 8, 9};
  int              first = (int)floor (log10 (axis->low));
  int              last = (int)ceil (log10 (axis->high));

  for (int major = 1; major >= 0; major--)
    for (guint m = 0; m < G_N_ELEMENTS (mantissas); m++)
      for (int decade = first; decade <= last; decade++)
        offer (axis,
               mantissas[m] * pow (10, decade),
               major ? axis->label_px : MINOR_PX,
               major);
}

static int
compare_ticks (gconstpointer a, gconstpointer b)
{
  double difference = ((const TsrTick *)a)->value - ((const TsrTick *)b)->value;

  return (difference > 0) - (difference < 0);
}

static TsrTick *
finish (Axis *axis, gsize *n)
{
  g_array_sort (axis->ticks, compare_ticks);
  *n = axis->ticks->len;
  return (TsrTick *)(void *)g_array_free (axis->ticks, *n == 0);
}

/* Labels carry the decimals that tell neighbours apart. */
static void
write_time_label (TsrTick *tick, double step_s, gboolean minutes)
{
  int    decimals = step_s >= 1 ? 0 : (int)ceil (-log10 (step_s) - 1e-9);
  double value = fabs (tick->value) < step_s / 1e6 ? 0 : tick->value;

  if (!minutes) {
    g_snprintf (tick->label, sizeof tick->label, "%.*f", MAX (decimals, 0), value);
    return;
  }
  int whole = (int)floor (value / 60 + 1e-9);
  g_snprintf (tick->label,
              sizeof tick->label,
              "%d:%0*.*f",
              whole,
              decimals > 0 ? 3 + decimals : 2,
              decimals,
              fabs (value - 60.0 * whole));
}

static void
write_hz_label (TsrTick *tick)
{
  if (tick->value >= 1000)
    g_snprintf (tick->label, sizeof tick->label, "%.6gk", tick->value / 1000);
  else
    g_snprintf (tick->label, sizeof tick->label, "%.6g", tick->value);
}

TsrTick *
tsr_axis_time_ticks (
    double start_s, double end_s, double length_px, double label_px, gsize *n)
{
  Axis axis = {.is_time = TRUE,
               .low = start_s,
               .high = end_s,
               .length_px = length_px,
               .label_px = label_px};

  *n = 0;
  if (!(end_s > start_s) || !(length_px >= 1))
    return NULL;
  axis.ticks = g_array_new (FALSE, FALSE, sizeof (TsrTick));
  add_even_ticks (&axis);
  double step_s = round_time_step (label_px / length_px * (end_s - start_s));
  for (guint i = 0; i < axis.ticks->len; i++)
    if (g_array_index (axis.ticks, TsrTick, i).major)
      write_time_label (&g_array_index (axis.ticks, TsrTick, i), step_s, end_s >= 60);
  return finish (&axis, n);
}

TsrTick *
tsr_axis_frequency_ticks (TsrFrequencyScale scale,
                          double            low_hz,
                          double            high_hz,
                          double            length_px,
                          double            label_px,
                          gsize            *n)
{
  Axis axis = {.scale = scale,
               .low = low_hz,
               .high = high_hz,
               .length_px = length_px,
               .label_px = label_px};

  *n = 0;
  if (!(high_hz > low_hz) || !(length_px >= 1) ||
      (scale == TSR_FREQUENCY_LOG && !(low_hz > 0)))
    return NULL;
  axis.ticks = g_array_new (FALSE, FALSE, sizeof (TsrTick));
  if (scale == TSR_FREQUENCY_LINEAR)
    add_even_ticks (&axis);
  else if (scale == TSR_FREQUENCY_LOG && high_hz / low_hz > 6)
    add_decade_ticks (&axis);
  else
    add_nested_ticks (&axis);
  for (guint i = 0; i < axis.ticks->len; i++)
    if (g_array_index (axis.ticks, TsrTick, i).major)
      write_hz_label (&g_array_index (axis.ticks, TsrTick, i));
  return finish (&axis, n);
}

char *
tsr_format_time (double time_s, double resolution_s)
{
  int decimals = 3;

  if (resolution_s > 0)
    decimals = CLAMP ((int)ceil (-log10 (resolution_s)), 1, 6);
  double unit = pow (10, decimals);
  double rounded = round (fabs (time_s) * unit) / unit;
  int    minutes = (int)(rounded / 60);
  if (minutes == 0)
    return g_strdup_printf ("%s%.*f s", time_s < 0 ? "-" : "", decimals, rounded);
  return g_strdup_printf ("%s%d:%0*.*f",
                          time_s < 0 ? "-" : "",
                          minutes,
                          3 + decimals,
                          decimals,
                          rounded - 60.0 * minutes);
}

char *
tsr_format_hz (double hz)
{
  int thousands = (int)(hz / 1000);

  if (hz < 999.95)
    return g_strdup_printf ("%.1f Hz", hz);
  double rest = round ((hz - 1000.0 * thousands) * 10) / 10;
  if (rest >= 1000)
    thousands++, rest -= 1000;
  return g_strdup_printf ("%d\u202f%05.1f Hz", thousands, rest);
}

char *
tsr_format_note (double hz, double tuning_hz)
{
  static const char *const names[] = {
      "C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"};

  if (!(hz >= 8) || !(tuning_hz > 0))
    return g_strdup ("");
  double semitones = 69 + 12 * log2 (hz / tuning_hz);
  int    note = (int)lround (semitones);
  int    cents = (int)lround (100 * (semitones - note));
  if (note < 0)
    return g_strdup ("");
  return g_strdup_printf ("%s%d %+dc", names[note % 12], note / 12 - 1, cents);
}
