/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which partials of two states belong together. What an edit left of a partial that it
 * cut lies on the old one: that part is the same. Of the rest, partials with the same
 * rhythm of breakpoints were transformed into one another; others are paired by
 * transposition, level and time, as for morphing.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/comparison-private.h"
#include "model/dsp-types.h"
#include "model/dsp/partials/ops.h"
#include "model/dsp/partials/pairing.h"

#define SAME_HZ 1e-6  /* relative */
#define SAME_LOG 1e-4 /* of the amplitude, natural */
#define SAME_S 1e-9
#define SHORTEST_S 1e-4 /* shorter leftovers are nothing */
#define STAY_SHARE 0.7  /* of the pairs that the best transposition has */
#define NEAR_CENTS 150.0
#define MOST_WAVER_CENTS 120.0

enum {
  RHYTHM_STEPS = 100000, /* breakpoints are told apart to this part of the length */
  N_PROBES = 16,
  MOST_TONES = 4000, /* more on a side are not paired by likeness */
};

/* ---- what is common ---- */

typedef struct {
  double start_s, end_s;
} Span;

static gboolean
point_lies_on (const TsrBreakpoint *point, const TsrPartial *line)
{
  TsrBreakpoint value;

  if (!tsr_partial_at (line, point->time_s, &value))
    return FALSE;
  if (fabs (value.frequency_hz - point->frequency_hz) > SAME_HZ * point->frequency_hz)
    return FALSE;
  return ((value.flags | point->flags) & TSR_BREAKPOINT_NULL) != 0 ||
         fabs (value.log_amplitude - point->log_amplitude) < SAME_LOG;
}

/* Whether a partial is a part of another: all of its breakpoints lie on it. */
static gboolean
lies_on (const TsrPartial *part, const TsrPartial *line)
{
  const TsrBreakpoint     *b = tsr_partial_breakpoints (part);
  gsize                    n = tsr_partial_n_breakpoints (part);
  const TsrPartialSummary *p = tsr_partial_summary (part);
  const TsrPartialSummary *l = tsr_partial_summary (line);

  if (tsr_partial_channel (part) != tsr_partial_channel (line) ||
      p->start_s < l->start_s - SAME_S || p->end_s > l->end_s + SAME_S)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!point_lies_on (&b[i], line))
      return FALSE;
  return TRUE;
}

typedef struct {
  const TsrPartialSet *lines;
  const TsrPartial    *part;
  gint64               index; /* of the line that it lies on, or -1 */
} Home;

static bool
home_cb (void *user, size_t index)
{
  Home *home = user;

  if (!lies_on (home->part, tsr_partial_set_at (home->lines, index)))
    return true;
  home->index = (gint64)index;
  return false;
}

static gint64
find_home (const TsrPartial *part, const TsrPartialSet *lines)
{
  const TsrPartialSummary *s = tsr_partial_summary (part);
  Home                     home = {lines, part, -1};

  tsr_partial_set_foreach_in (lines,
                              s->start_s,
                              s->end_s,
                              s->low_hz * (1 - SAME_HZ),
                              s->high_hz * (1 + SAME_HZ),
                              home_cb,
                              &home);
  return home.index;
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const Span *x = a, *y = b;

  return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

static gboolean
add_piece (GPtrArray *pieces, TsrPartial *partial, double start_s, double end_s)
{
  TsrRegion    gap = {start_s, end_s, 0, INFINITY};
  TsrPartial **inside, **outside;
  gsize        n_inside, n_outside;

  if (!(end_s - start_s > SHORTEST_S))
    return TRUE;
  if (!tsr_partial_cut (partial, &gap, &inside, &n_inside, &outside, &n_outside))
    return FALSE;
  for (gsize i = 0; i < n_inside; i++)
    g_ptr_array_add (pieces, inside[i]);
  for (gsize i = 0; i < n_outside; i++)
    tsr_partial_unref (outside[i]);
  free (inside);
  free (outside);
  return TRUE;
}

/* What the spans, which the other state has too, leave of a partial. */
static gboolean
add_rest (GPtrArray *pieces, TsrPartial *partial, GArray *spans)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double                   from_s = s->start_s;

  if (spans == NULL) {
    g_ptr_array_add (pieces, tsr_partial_ref (partial));
    return TRUE;
  }
  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++) {
    const Span *span = &g_array_index (spans, Span, i);
    if (!add_piece (pieces, partial, from_s, span->start_s))
      return FALSE;
    from_s = fmax (from_s, span->end_s);
  }
  return add_piece (pieces, partial, from_s, s->end_s);
}

/* Spans of each line that partials of the other side lie on. (transfer full) */
static GHashTable *
find_spans (GPtrArray     *parts,
            GHashTable    *settled,
            TsrPartialSet *lines,
            GPtrArray     *kept,
            const TsrJob  *job)
{
  GHashTable *spans =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);

  for (guint i = 0; i < parts->len && !tsr_job_cancelled (job); i++) {
    TsrPartial              *part = g_ptr_array_index (parts, i);
    const TsrPartialSummary *s = tsr_partial_summary (part);
    gint64 home = g_hash_table_contains (settled, part) ? -1 : find_home (part, lines);
    if (home < 0)
      continue;
    TsrPartial *line = tsr_partial_set_at (lines, (gsize)home);
    GArray     *found = g_hash_table_lookup (spans, line);
    if (found == NULL && g_hash_table_contains (settled, line))
      continue; /* itself a part of one on the other side */
    if (found == NULL) {
      found = g_array_new (FALSE, FALSE, sizeof (Span));
      g_hash_table_insert (spans, line, found);
    }
    g_array_append_vals (found, &(Span){s->start_s, s->end_s}, 1);
    g_hash_table_add (settled, part);
    g_hash_table_add (settled, line); /* it is cut, and lies on nothing itself */
    g_ptr_array_add (kept, part);
  }
  return spans;
}

static gboolean
collect_pieces (TsrComparisonSide *side, GHashTable *spans, GHashTable *settled)
{
  for (guint i = 0; i < side->other->len; i++) {
    TsrPartial *partial = g_ptr_array_index (side->other, i);
    GArray     *cut = g_hash_table_lookup (spans, partial);
    if (cut == NULL && g_hash_table_contains (settled, partial))
      continue; /* all of it lies on one of the other state */
    if (!add_rest (side->pieces, partial, cut))
      return FALSE;
  }
  return TRUE;
}

gboolean
tsr_comparison_leave_common (TsrComparisonSide sides[2],
                             GPtrArray        *kept,
                             const TsrJob     *job)
{
  g_autoptr (GHashTable) settled = g_hash_table_new (NULL, NULL);
  GHashTable    *spans[2] = {NULL, NULL};
  TsrPartialSet *lines[2];
  gboolean       done = TRUE;

  for (int s = 0; s < 2; s++)
    lines[s] = tsr_partial_set_new ((TsrPartial *const *)sides[s].other->pdata,
                                    sides[s].other->len);
  for (int s = 0; s < 2 && lines[0] != NULL && lines[1] != NULL; s++)
    spans[s] = find_spans (sides[1 - s].other, settled, lines[s], kept, job);
  done = spans[1] != NULL && !tsr_job_cancelled (job);
  for (int s = 0; s < 2 && done; s++)
    done = collect_pieces (&sides[s], spans[s], settled);
  for (int s = 0; s < 2; s++) {
    g_clear_pointer (&spans[s], g_hash_table_unref);
    tsr_partial_set_unref (lines[s]);
  }
  return done;
}

/* ---- what became what ---- */

/* One hash for all that edits keep: channel, number of breakpoints, and their times as
 * parts of the whole. */
static guint64
rhythm_of (const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);
  double               span_s = b[n - 1].time_s - b[0].time_s;
  guint64              hash = 1469598103934665603u + tsr_partial_channel (partial);

  hash = (hash ^ n) * 1099511628211u;
  for (gsize i = 0; i < n && span_s > 0; i++) {
    double at = (b[i].time_s - b[0].time_s) / span_s;
    hash = (hash ^ (guint64)llrint (at * RHYTHM_STEPS)) * 1099511628211u;
  }
  return hash;
}

typedef struct {
  guint64 rhythm;
  double  start_s, hz;
  guint   number;
} Item;

static int
compare_items (const void *a, const void *b)
{
  const Item *x = a, *y = b;

  if (x->rhythm != y->rhythm)
    return x->rhythm < y->rhythm ? -1 : 1;
  if (x->start_s != y->start_s)
    return x->start_s < y->start_s ? -1 : 1;
  return (x->hz > y->hz) - (x->hz < y->hz);
}

static Item *
sorted_items (GPtrArray *pieces)
{
  Item *items = g_new (Item, pieces->len + 1);

  for (guint i = 0; i < pieces->len; i++) {
    const TsrPartial        *piece = g_ptr_array_index (pieces, i);
    const TsrPartialSummary *s = tsr_partial_summary (piece);
    items[i] = (Item){rhythm_of (piece), s->start_s, s->mean_hz, i};
  }
  qsort (items, pieces->len, sizeof *items, compare_items);
  return items;
}

static void
join (TsrComparisonSide sides[2], guint first, guint second)
{
  g_array_index (sides[0].partners, gint32, first) = (gint32)second;
  g_array_index (sides[1].partners, gint32, second) = (gint32)first;
}

static guint
end_of_group (const Item *items, guint from, guint n)
{
  guint end = from;

  while (end < n && items[end].rhythm == items[from].rhythm)
    end++;
  return end;
}

/* Groups of one rhythm and one size on both sides, in order of time and frequency. */
static void
pair_by_rhythm (TsrComparisonSide sides[2])
{
  guint            n0 = sides[0].pieces->len, n1 = sides[1].pieces->len;
  g_autofree Item *a = sorted_items (sides[0].pieces);
  g_autofree Item *b = sorted_items (sides[1].pieces);

  for (guint i = 0, k = 0; i < n0 && k < n1;) {
    guint end_a = end_of_group (a, i, n0), end_b = end_of_group (b, k, n1);
    if (a[i].rhythm != b[k].rhythm) {
      if (a[i].rhythm < b[k].rhythm)
        i = end_a;
      else
        k = end_b;
      continue;
    }
    for (guint g = 0; end_a - i == end_b - k && g < end_a - i; g++)
      join (sides, a[i + g].number, b[k + g].number);
    i = end_a;
    k = end_b;
  }
}

static double
source_time_s (const TsrSoundStateFields *state, double time_s)
{
  return state->source_s_over_sound_s != NULL
             ? tsr_curve_at_extended (state->source_s_over_sound_s, time_s)
             : time_s;
}

/* The pieces that have no partner yet; their numbers go to `numbers`. */
static TsrPairingTone *
lonely_tones (const TsrComparisonSide *side, GArray *numbers)
{
  TsrPairingTone *tones = g_new (TsrPairingTone, side->pieces->len + 1);

  for (guint i = 0; i < side->pieces->len; i++) {
    const TsrPartial        *piece = g_ptr_array_index (side->pieces, i);
    const TsrPartialSummary *s = tsr_partial_summary (piece);
    if (g_array_index (side->partners, gint32, i) >= 0)
      continue;
    double start_s = source_time_s (side->state, s->start_s);
    double end_s = source_time_s (side->state, s->end_s);
    tones[numbers->len] = (TsrPairingTone){
        .hz = fmax (s->mean_hz, 1),
        .level_db = 20 * log10 (fmax (s->peak_amplitude, 1e-10)),
        .start_s = fmin (start_s, end_s),
        .end_s = fmax (start_s, end_s),
        .channel = tsr_partial_channel (piece),
    };
    g_array_append_val (numbers, i);
  }
  return tones;
}

/* How much the distance in pitch of two partials varies while both sound, in cents. */
static double
waver_cents (const TsrPartial     *a,
             const TsrPairingTone *x,
             const TsrPartial     *b,
             const TsrPairingTone *y)
{
  const TsrPartialSummary *s = tsr_partial_summary (a), *t = tsr_partial_summary (b);
  double from_s = fmax (x->start_s, y->start_s), to_s = fmin (x->end_s, y->end_s);
  double sum = 0, squares = 0, n = 0;

  for (int i = 0; i < N_PROBES; i++) {
    double        at_s = from_s + (i + 0.5) / N_PROBES * (to_s - from_s);
    double        u = (at_s - x->start_s) / (x->end_s - x->start_s);
    double        v = (at_s - y->start_s) / (y->end_s - y->start_s);
    TsrBreakpoint p, q;
    if (!tsr_partial_at (a, s->start_s + u * (s->end_s - s->start_s), &p) ||
        !tsr_partial_at (b, t->start_s + v * (t->end_s - t->start_s), &q))
      continue;
    double cents = 1200 * log2 (fmax (q.frequency_hz, 1) / fmax (p.frequency_hz, 1));
    sum += cents;
    squares += cents * cents;
    n++;
  }
  return n > 0 ? sqrt (fmax (0, squares / n - sum / n * (sum / n))) : INFINITY;
}

/* One side of what has no partner yet. */
typedef struct {
  TsrPairingTone *tones;
  GArray         *numbers; /* guint: of the pieces */
  GPtrArray      *pieces;
} Lonely;

static const TsrPartial *
piece_of (const Lonely *side, gint32 i)
{
  return g_ptr_array_index (side->pieces, g_array_index (side->numbers, guint, i));
}

/* Only pairs near a transposition that go side by side are believed; how many those are.
 */
static guint
believe (const Lonely *a, const Lonely *b, double transposition_cents, gint32 *partner)
{
  guint n_pairs = 0;

  for (guint i = 0; i < a->numbers->len; i++) {
    gint32 k = partner[i];
    if (k < 0)
      continue;
    double cents = 1200 * log2 (b->tones[k].hz / a->tones[i].hz);
    if (fabs (cents - transposition_cents) > NEAR_CENTS ||
        waver_cents (
            piece_of (a, (gint32)i), &a->tones[i], piece_of (b, k), &b->tones[k]) >
            MOST_WAVER_CENTS)
      partner[i] = -1;
    else
      n_pairs++;
  }
  return n_pairs;
}

/* Where they are, unless another transposition explains many more. */
static gboolean
find_partners (const Lonely *a, const Lonely *b, gint32 *partner)
{
  guint              n_a = a->numbers->len, n_b = b->numbers->len;
  g_autofree gint32 *moved = g_new (gint32, n_a);
  double             cents = tsr_pairing_transposition (a->tones, n_a, b->tones, n_b);

  for (guint i = 0; i < n_a; i++)
    partner[i] = moved[i] = -1;
  if (!tsr_pairing_assign (a->tones, n_a, b->tones, n_b, 0, partner) ||
      !tsr_pairing_assign (a->tones, n_a, b->tones, n_b, cents, moved))
    return FALSE;
  guint n_stay = believe (a, b, 0, partner);
  if (n_stay < STAY_SHARE * believe (a, b, cents, moved))
    memcpy (partner, moved, n_a * sizeof *partner);
  return TRUE;
}

static gboolean
pair_by_likeness (TsrComparisonSide sides[2])
{
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) second = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree TsrPairingTone *a = lonely_tones (&sides[0], first);
  g_autofree TsrPairingTone *b = lonely_tones (&sides[1], second);
  g_autofree gint32         *partner = g_new (gint32, first->len + 1);
  const Lonely lonely[2] = {{a, first, sides[0].pieces}, {b, second, sides[1].pieces}};

  if (first->len == 0 || second->len == 0 || first->len > MOST_TONES ||
      second->len > MOST_TONES)
    return TRUE;
  if (!find_partners (&lonely[0], &lonely[1], partner))
    return FALSE;
  for (guint i = 0; i < first->len; i++)
    if (partner[i] >= 0)
      join (sides,
            g_array_index (first, guint, i),
            g_array_index (second, guint, partner[i]));
  return TRUE;
}

gboolean
tsr_comparison_pair (TsrComparisonSide sides[2], const TsrJob *job)
{
  const gint32 none = -1;

  for (int s = 0; s < 2; s++)
    for (guint i = 0; i < sides[s].pieces->len; i++)
      g_array_append_val (sides[s].partners, none);
  pair_by_rhythm (sides);
  return !tsr_job_cancelled (job) && pair_by_likeness (sides) && !tsr_job_cancelled (job);
}
