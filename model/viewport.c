/* SPDX-License-Identifier: GPL-3.0-or-later
 * Viewports: spans kept inside their limits, and linear, logarithmic or mel mapping.
 */
#include "model/viewport.h"

#include <math.h>

#include "model/class-signal.h"

#define MIN_SPAN_S 1e-4    /* the closest zoom in time */
#define MIN_SPAN_UNIT 1e-3 /* the closest zoom in frequency, part of the whole scale */
#define LOG_LOW_HZ 20.0    /* where a logarithmic scale begins at the latest */

struct _TsrViewport {
  GObject           parent_instance;
  double            duration_s, limit_low_hz, limit_high_hz;
  double            start_s, end_s, low_hz, high_hz;
  TsrFrequencyScale scale;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrViewport, tsr_viewport, G_TYPE_OBJECT)

static void
tsr_viewport_class_init (TsrViewportClass *klass)
{
  signals[CHANGED] = tsr_class_add_signal (klass, "changed", 0);
}

static void
tsr_viewport_init (TsrViewport *self)
{
  self->duration_s = self->end_s = 1;
  self->limit_high_hz = self->high_hz = 22050;
}

TsrViewport *
tsr_viewport_new (void)
{
  return g_object_new (TSR_TYPE_VIEWPORT, NULL);
}

/* The lowest frequency the present scale can show. */
static double
lowest_hz (TsrViewport *self)
{
  if (self->scale != TSR_FREQUENCY_LOG)
    return self->limit_low_hz;
  return fmax (self->limit_low_hz, fmin (LOG_LOW_HZ, self->limit_high_hz / 2));
}

static double
to_unit (TsrViewport *self, double hz)
{
  return tsr_frequency_to_unit (
      self->scale, lowest_hz (self), self->limit_high_hz, fmax (hz, lowest_hz (self)));
}

static double
from_unit (TsrViewport *self, double unit)
{
  return tsr_frequency_from_unit (
      self->scale, lowest_hz (self), self->limit_high_hz, unit);
}

/* Moves and shrinks a span so that it fits into 0..limit and is not below the smallest.
 */
static void
fit_span (double *start, double *end, double limit, double smallest)
{
  double span = fmin (fmax (*end - *start, fmin (smallest, limit)), limit);
  double middle = (*start + *end) / 2;

  *start = fmin (fmax (middle - span / 2, 0), limit - span);
  *end = *start + span;
}

static void
set_all (
    TsrViewport *self, double start_s, double end_s, double low_unit, double high_unit)
{
  fit_span (&start_s, &end_s, self->duration_s, MIN_SPAN_S);
  fit_span (&low_unit, &high_unit, 1, MIN_SPAN_UNIT);
  double low_hz = low_unit <= 0 ? lowest_hz (self) : from_unit (self, low_unit);
  double high_hz = high_unit >= 1 ? self->limit_high_hz : from_unit (self, high_unit);
  if (start_s == self->start_s && end_s == self->end_s && low_hz == self->low_hz &&
      high_hz == self->high_hz)
    return;
  self->start_s = start_s;
  self->end_s = end_s;
  self->low_hz = low_hz;
  self->high_hz = high_hz;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
tsr_viewport_set_limits (TsrViewport *self,
                         double       duration_s,
                         double       low_hz,
                         double       high_hz)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));
  g_return_if_fail (low_hz >= 0 && high_hz > low_hz);

  self->duration_s = fmax (duration_s, MIN_SPAN_S);
  self->limit_low_hz = low_hz;
  self->limit_high_hz = high_hz;
  set_all (self,
           self->start_s,
           self->end_s,
           to_unit (self, self->low_hz),
           to_unit (self, self->high_hz));
}

void
tsr_viewport_get_limits (TsrViewport *self,
                         double      *duration_s,
                         double      *low_hz,
                         double      *high_hz)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));

  *duration_s = self->duration_s;
  *low_hz = lowest_hz (self);
  *high_hz = self->limit_high_hz;
}

void
tsr_viewport_set_time (TsrViewport *self, double start_s, double end_s)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));

  set_all (self,
           fmin (start_s, end_s),
           fmax (start_s, end_s),
           to_unit (self, self->low_hz),
           to_unit (self, self->high_hz));
}

void
tsr_viewport_set_frequency (TsrViewport *self, double low_hz, double high_hz)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));

  set_all (self,
           self->start_s,
           self->end_s,
           to_unit (self, fmin (low_hz, high_hz)),
           to_unit (self, fmax (low_hz, high_hz)));
}

void
tsr_viewport_set_scale (TsrViewport *self, TsrFrequencyScale scale)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));

  if (scale == self->scale)
    return;
  gboolean at_bottom = self->low_hz <= lowest_hz (self);
  self->scale = scale;
  self->low_hz = at_bottom ? lowest_hz (self) : fmax (self->low_hz, lowest_hz (self));
  self->high_hz = fmax (self->high_hz, self->low_hz);
  g_signal_emit (self, signals[CHANGED], 0);
  set_all (self,
           self->start_s,
           self->end_s,
           to_unit (self, self->low_hz),
           to_unit (self, self->high_hz));
}

void
tsr_viewport_fit (TsrViewport *self)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));
  set_all (self, 0, self->duration_s, 0, 1);
}

double
tsr_viewport_get_start_s (TsrViewport *self)
{
  g_return_val_if_fail (TSR_IS_VIEWPORT (self), 0);
  return self->start_s;
}

double
tsr_viewport_get_end_s (TsrViewport *self)
{
  g_return_val_if_fail (TSR_IS_VIEWPORT (self), 1);
  return self->end_s;
}

double
tsr_viewport_get_low_hz (TsrViewport *self)
{
  g_return_val_if_fail (TSR_IS_VIEWPORT (self), 0);
  return self->low_hz;
}

double
tsr_viewport_get_high_hz (TsrViewport *self)
{
  g_return_val_if_fail (TSR_IS_VIEWPORT (self), 1);
  return self->high_hz;
}

TsrFrequencyScale
tsr_viewport_get_scale (TsrViewport *self)
{
  g_return_val_if_fail (TSR_IS_VIEWPORT (self), TSR_FREQUENCY_LINEAR);
  return self->scale;
}

void
tsr_viewport_zoom_time (TsrViewport *self, double factor, double around_s)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));
  g_return_if_fail (factor > 0);

  double span_s = self->end_s - self->start_s;
  double next_s = fmin (fmax (span_s / factor, MIN_SPAN_S), self->duration_s);
  double part = (around_s - self->start_s) / span_s;
  double start_s = around_s - part * next_s;
  set_all (self,
           start_s,
           start_s + next_s,
           to_unit (self, self->low_hz),
           to_unit (self, self->high_hz));
}

void
tsr_viewport_zoom_frequency (TsrViewport *self, double factor, double around_hz)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));
  g_return_if_fail (factor > 0);

  double low = to_unit (self, self->low_hz), high = to_unit (self, self->high_hz);
  double around = to_unit (self, around_hz);
  double span = high - low;
  double next = fmin (fmax (span / factor, MIN_SPAN_UNIT), 1);
  double start = around - (around - low) / span * next;
  set_all (self, self->start_s, self->end_s, start, start + next);
}

double
tsr_viewport_get_anchor_hz (TsrViewport *self)
{
  g_return_val_if_fail (TSR_IS_VIEWPORT (self), 0);

  if (to_unit (self, self->low_hz) < 1e-3)
    return self->low_hz;
  return tsr_viewport_hz_at (self, 0.5, 1);
}

void
tsr_viewport_scroll (TsrViewport *self, double time_part, double frequency_part)
{
  g_return_if_fail (TSR_IS_VIEWPORT (self));

  double low = to_unit (self, self->low_hz), high = to_unit (self, self->high_hz);
  double by_s = time_part * (self->end_s - self->start_s);
  double by = frequency_part * (high - low);
  set_all (self, self->start_s + by_s, self->end_s + by_s, low + by, high + by);
}

double
tsr_viewport_x_of (TsrViewport *self, double time_s, double width)
{
  return (time_s - self->start_s) / (self->end_s - self->start_s) * width;
}

double
tsr_viewport_y_of (TsrViewport *self, double hz, double height)
{
  if (self->scale == TSR_FREQUENCY_LOG)
    hz = fmax (hz, 1e-3);
  return (1 - tsr_frequency_to_unit (self->scale, self->low_hz, self->high_hz, hz)) *
         height;
}

double
tsr_viewport_time_at (TsrViewport *self, double x, double width)
{
  return self->start_s + x / width * (self->end_s - self->start_s);
}

double
tsr_viewport_hz_at (TsrViewport *self, double y, double height)
{
  return tsr_frequency_from_unit (
      self->scale, self->low_hz, self->high_hz, 1 - y / height);
}
