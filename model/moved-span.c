/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pieces of a time map whose slope is 1.
 */
#include "model/moved-span.h"

#include <math.h>

#define SAME_S 1e-9
#define SHORTEST_S 0.005
#define FADE_S 0.005

static TsrMovedSpan *
last_of (GArray *spans)
{
  return spans->len > 0 ? &g_array_index (spans, TsrMovedSpan, spans->len - 1) : NULL;
}

/* One more piece, or the last span goes on. */
static void
add (GArray *spans, double begin, double end, double offset, double rate_hz)
{
  TsrMovedSpan *last = last_of (spans);
  TsrMovedSpan  span = {begin, end, offset, FADE_S * rate_hz, FADE_S * rate_hz};

  if (last != NULL && last->end == begin &&
      fabs (last->offset - offset) <= SAME_S * rate_hz)
    last->end = end;
  else
    g_array_append_val (spans, span);
}

static void
drop_short (GArray *spans, double rate_hz)
{
  guint n = 0;

  for (guint i = 0; i < spans->len; i++) {
    TsrMovedSpan *span = &g_array_index (spans, TsrMovedSpan, i);
    if (span->end - span->begin >= SHORTEST_S * rate_hz)
      g_array_index (spans, TsrMovedSpan, n++) = *span;
  }
  g_array_set_size (spans, n);
}

/* Two fades do not meet. */
static void
bound_fades (GArray *spans)
{
  for (guint i = 1; i < spans->len; i++) {
    TsrMovedSpan *a = &g_array_index (spans, TsrMovedSpan, i - 1);
    TsrMovedSpan *b = &g_array_index (spans, TsrMovedSpan, i);
    double        half = (b->begin - a->end) / 2;
    a->fade_out = fmin (a->fade_out, half);
    b->fade_in = fmin (b->fade_in, half);
  }
}

GArray *
tsr_moved_spans_new (const TsrCurve *map, double rate_hz)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (TsrMovedSpan));

  if (map == NULL) {
    add (spans, -INFINITY, INFINITY, 0, rate_hz);
    return spans;
  }
  const TsrCurvePoint *p = tsr_curve_points (map);
  gsize                n = tsr_curve_n_points (map);
  for (gsize i = 0; i + 1 < n; i++) {
    double moved_s = p[i].y - p[i].x;
    if (fabs (p[i + 1].y - p[i + 1].x - moved_s) > SAME_S)
      continue;
    add (spans,
         i == 0 ? -INFINITY : p[i].x * rate_hz,
         i + 2 == n ? INFINITY : p[i + 1].x * rate_hz,
         moved_s * rate_hz,
         rate_hz);
  }
  drop_short (spans, rate_hz);
  bound_fades (spans);
  return spans;
}

gboolean
tsr_moved_spans_are_all (const GArray *spans)
{
  if (spans->len != 1)
    return FALSE;
  const TsrMovedSpan *span = &g_array_index (spans, TsrMovedSpan, 0);
  return isinf (span->begin) && isinf (span->end);
}

double
tsr_moved_span_weight (const TsrMovedSpan *span, gint64 frame)
{
  double at = (double)frame;

  if (at >= span->begin && at <= span->end)
    return 1;
  double away = at < span->begin ? span->begin - at : at - span->end;
  double fade = at < span->begin ? span->fade_in : span->fade_out;
  return away < fade ? 0.5 + 0.5 * cos (G_PI * away / fade) : 0;
}
