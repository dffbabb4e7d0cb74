/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quantizing notes: the fundamental is cut into notes, and all that sounds with a note
 * moves by the ratio of that note, so that harmonics stay harmonics.
 */
#include <math.h>

#include "model/dsp-types.h"
#include "model/dsp/partials/label.h"
#include "model/operation-context.h"

#define LOWEST_HZ 20.0
#define HIGHEST_HZ 5000.0
#define VIBRATO_S 0.2   /* pitches are averaged over a swing of a vibrato */
#define SHORTEST_S 0.08 /* of a note */
#define GLIDE_S 0.02    /* from a note to the next */
#define LEAP_CENTS 80.0 /* from one point to the next: no vibrato */
#define REST_S 0.05

typedef struct {
  gsize  first, end; /* points of the fundamental */
  double target_hz;  /* the note that they are nearest to */
} Note;

/* The pitch around a point, in cents above 1 Hz. */
static double
mean_cents (const TsrCurvePoint *p, gsize first, gsize end)
{
  double sum = 0;

  for (gsize i = first; i < end; i++)
    sum += 1200 * log2 (p[i].y);
  return sum / (double)(end - first);
}

static double
nearest_hz (const TsrOperation *operation, double cents)
{
  return tsr_scale_nearest (operation->scale, operation->root_hz, exp2 (cents / 1200));
}

/* Whether another note begins at point i: a leap, or a rest before it. */
static gboolean
begins_anew (const TsrCurvePoint *p, gsize i)
{
  return fabs (1200 * log2 (p[i].y / p[i - 1].y)) > LEAP_CENTS ||
         p[i].x - p[i - 1].x > REST_S;
}

/* Runs of points whose mean pitch is nearest to the same note. */
static GArray *
find_runs (const TsrOperation *operation, const TsrCurvePoint *p, gsize n)
{
  GArray *notes = g_array_new (FALSE, FALSE, sizeof (Note));
  gsize   low = 0, high = 0;

  for (gsize i = 0; i < n; i++) {
    if (i > 0 && begins_anew (p, i))
      low = i;
    while (p[low].x < p[i].x - VIBRATO_S / 2)
      low++;
    high = MAX (high, i + 1);
    while (high < n && p[high].x <= p[i].x + VIBRATO_S / 2 && !begins_anew (p, high))
      high++;
    double hz = nearest_hz (operation, mean_cents (p, low, high));
    Note  *last = notes->len > 0 ? &g_array_index (notes, Note, notes->len - 1) : NULL;
    Note   fresh = {i, i + 1, hz};
    if (last != NULL && fabs (last->target_hz / hz - 1) < 1e-9)
      last->end = i + 1;
    else
      g_array_append_val (notes, fresh);
  }
  return notes;
}

static double
duration_s (const TsrCurvePoint *p, const Note *note)
{
  return p[note->end - 1].x - p[note->first].x;
}

/* Takes what is too short for a note into the longer one beside it. */
static void
join_short_runs (GArray *notes, const TsrCurvePoint *p)
{
  for (guint i = 0; notes->len > 1 && i < notes->len;) {
    Note *note = &g_array_index (notes, Note, i);
    if (duration_s (p, note) >= SHORTEST_S) {
      i++;
      continue;
    }
    Note *left = i > 0 ? note - 1 : NULL, *right = i + 1 < notes->len ? note + 1 : NULL;
    if (right == NULL || (left != NULL && duration_s (p, left) >= duration_s (p, right)))
      left->end = note->end;
    else
      right->first = note->first;
    g_array_remove_index (notes, i);
    i = i > 0 ? i - 1 : 0;
  }
}

/* The ratio over time: of each note its own, gliding just before the next one. */
static TsrCurve *
ratios_of (const TsrOperation *operation, const GArray *notes, const TsrCurvePoint *p)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TsrCurvePoint));

  for (guint i = 0; i < notes->len; i++) {
    const Note   *note = &g_array_index (notes, Note, i);
    double        cents = mean_cents (p, note->first, note->end);
    double        move_cents = 1200 * log2 (nearest_hz (operation, cents)) - cents;
    TsrCurvePoint point = {p[note->first].x,
                           exp2 (operation->number * move_cents / 1200)};
    if (points->len > 0) {
      TsrCurvePoint held = g_array_index (points, TsrCurvePoint, points->len - 1);
      held.x = fmax (point.x - GLIDE_S, 0.5 * (held.x + point.x));
      g_array_append_val (points, held);
    }
    g_array_append_val (points, point);
  }
  return tsr_curve_new ((const TsrCurvePoint *)points->data, points->len);
}

/* The partials that are to be moved; NULL when memory is short. */
static TsrPartialSet *
chosen_partials (const TsrOperationContext *context)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  for (gsize i = 0; i < tsr_partial_set_size (context->set); i++) {
    TsrPartial *partial = tsr_partial_set_at (context->set, i);
    if (context->selection == NULL ||
        tsr_selection_contains (context->selection, tsr_partial_id (partial)))
      g_ptr_array_add (chosen, partial);
  }
  return tsr_partial_set_new ((TsrPartial *const *)chosen->pdata, chosen->len);
}

/* Seconds in which any of the partials sounds, at most. */
static double
sounding_s (const TsrPartialSet *set)
{
  double start_s, end_s, low_hz, high_hz;

  tsr_partial_set_bounds (set, &start_s, &end_s, &low_hz, &high_hz);
  return end_s - start_s;
}

gboolean
tsr_operation_prepare_notes (TsrOperationContext *context)
{
  g_autoptr (TsrPartialSet) set = chosen_partials (context);
  g_autoptr (TsrCurve) track = NULL;

  if (set == NULL)
    return FALSE;
  if (tsr_partial_set_size (set) == 0)
    return TRUE;
  if (!tsr_fundamental_track (set, LOWEST_HZ, HIGHEST_HZ, &track))
    return FALSE;
  gsize n = track != NULL ? tsr_curve_n_points (track) : 0;
  if ((double)n * 0.01 < 0.5 * fmin (sounding_s (set), 600))
    return TRUE; /* no tone that lasts: each partial goes on its own */
  const TsrCurvePoint *p = tsr_curve_points (track);
  g_autoptr (GArray) notes = find_runs (context->operation, p, n);
  join_short_runs (notes, p);
  context->curve = ratios_of (context->operation, notes, p);
  return context->curve != NULL;
}
