/* SPDX-License-Identifier: GPL-3.0-or-later
 * Transposition and assignment of the partials of two sounds.
 */
#include "model/dsp/partials/pairing.h"

#include "model/dsp/partials/assignment.h"

#include <math.h>
#include <stdlib.h>

#define GRID_CENTS 5.0
#define SIGMA_CENTS 30.0
#define WIDTH_CENTS 60.0
#define LEAST_WIDTH_CENTS 25.0
#define LEVEL_DB 25.0
#define LEAST_LEVEL_DB 10.0
#define ALONE 6.0
#define APART 4.0 /* cost of tones that are never heard together, but nearly */
#define WORTH 0.4 /* of the best peak of the correlation: a transposition to be tried */
#define PEAKS_APART_CENTS 80.0
enum {
  MOST_CENTS = 2400,
  STEPS = 2 * MOST_CENTS / 5 + 1,
  MOST_STRONG = 400,
  MOST_PEAKS = 8,
  PASSES = 3,
  MANY = 1000000, /* pairs of tones: then only the best transposition is tried */
};

/* ---- transposition ---- */

static int
compare_levels (const void *a, const void *b)
{
  const TsrPairingTone *x = a, *y = b;
  return (x->level_db < y->level_db) - (x->level_db > y->level_db);
}

/* The strongest, loudest first; NULL when memory is short. */
static TsrPairingTone *
strongest (const TsrPairingTone *tones, size_t *n)
{
  TsrPairingTone *sorted = malloc ((*n + 1) * sizeof *sorted);

  if (sorted == NULL)
    return NULL;
  for (size_t i = 0; i < *n; i++)
    sorted[i] = tones[i];
  qsort (sorted, *n, sizeof *sorted, compare_levels);
  *n = *n < MOST_STRONG ? *n : MOST_STRONG;
  return sorted;
}

static double
cents_between (const TsrPairingTone *a, const TsrPairingTone *b)
{
  return 1200 * log2 (b->hz / a->hz);
}

static void
add_bell (double *sums, double cents, double weight)
{
  int middle = (int)rint ((cents + MOST_CENTS) / GRID_CENTS);
  int reach = (int)(4 * SIGMA_CENTS / GRID_CENTS);

  for (int k = middle - reach; k <= middle + reach; k++) {
    if (k < 0 || k >= STEPS)
      continue;
    double d = (k * GRID_CENTS - MOST_CENTS - cents) / SIGMA_CENTS;
    sums[k] += weight * exp (-0.5 * d * d);
  }
}

/* The top of the parabola through a maximum and its neighbours, in steps from it. */
static double
parabola_top (const double *y, int i, int n)
{
  if (i == 0 || i + 1 >= n)
    return 0;
  double below = y[i - 1] - 2 * y[i] + y[i + 1];
  return below < 0 ? 0.5 * (y[i - 1] - y[i + 1]) / below : 0;
}

/* Fills STEPS sums of the bells around all differences of strong tones. */
static void
correlate (const TsrPairingTone *a,
           size_t                n_a,
           const TsrPairingTone *b,
           size_t                n_b,
           double               *sums)
{
  TsrPairingTone *x = strongest (a, &n_a), *y = strongest (b, &n_b);

  for (size_t i = 0; x != NULL && y != NULL && i < n_a; i++)
    for (size_t k = 0; k < n_b; k++)
      if (x[i].channel == y[k].channel)
        add_bell (sums,
                  cents_between (&x[i], &y[k]),
                  pow (10, (x[i].level_db + y[k].level_db) / 40));
  free (x);
  free (y);
}

/* The highest peaks, best first, apart from one another; how many. */
static int
find_peaks (double *sums, double peaks_cents[MOST_PEAKS])
{
  double highest = 0;
  int    n = 0;

  for (; n < MOST_PEAKS; n++) {
    int best = STEPS / 2;
    for (int k = 0; k < STEPS; k++)
      if (sums[k] > sums[best] * (1 + 1e-12))
        best = k;
    highest = n == 0 ? sums[best] : highest;
    if (n > 0 && !(sums[best] > WORTH * highest))
      break;
    peaks_cents[n] = (best + parabola_top (sums, best, STEPS)) * GRID_CENTS - MOST_CENTS;
    int reach = (int)(PEAKS_APART_CENTS / GRID_CENTS);
    for (int k = best - reach; k <= best + reach; k++)
      if (k >= 0 && k < STEPS)
        sums[k] = 0;
  }
  return n;
}

double
tsr_pairing_transposition (const TsrPairingTone *a,
                           size_t                n_a,
                           const TsrPairingTone *b,
                           size_t                n_b)
{
  double sums[STEPS] = {0}, peaks_cents[MOST_PEAKS];

  correlate (a, n_a, b, n_b, sums);
  find_peaks (sums, peaks_cents);
  return peaks_cents[0];
}

/* ---- assignment ---- */

typedef struct {
  const TsrPairingTone *a, *b;
  size_t                n_a, n_b;
  double                shift_cents, width_cents;
  double                louder_db, width_db; /* b over a */
  TsrAssignmentEdge    *edges;
  size_t                n_edges, capacity;
  bool                  has_failed;
} Match;

static double
time_cost (const TsrPairingTone *a, const TsrPairingTone *b)
{
  double both_s = fmin (a->end_s, b->end_s) - fmax (a->start_s, b->start_s);
  double least_s = fmin (a->end_s - a->start_s, b->end_s - b->start_s);

  if (!(least_s > 0))
    return both_s >= 0 ? 0 : APART;
  return APART * (1 - fmin (1, fmax (-1, both_s / least_s)));
}

static void
add_edge (Match *match, size_t i, size_t k)
{
  const TsrPairingTone *a = &match->a[i], *b = &match->b[k];
  double d = (cents_between (a, b) - match->shift_cents) / match->width_cents;
  double l = (b->level_db - a->level_db - match->louder_db) / match->width_db;
  double cost = d * d + l * l + time_cost (a, b) - ALONE;

  if (!(cost < 0) || a->channel != b->channel || match->has_failed)
    return;
  if (match->n_edges == match->capacity) {
    size_t             capacity = match->capacity * 2 + 256;
    TsrAssignmentEdge *edges = realloc (match->edges, capacity * sizeof *edges);
    if (edges == NULL) {
      match->has_failed = true;
      return;
    }
    match->edges = edges;
    match->capacity = capacity;
  }
  match->edges[match->n_edges++] = (TsrAssignmentEdge){(uint32_t)i, (uint32_t)k, cost};
}

static bool
solve (Match *match, TsrAssignment *assignment, int32_t *partner)
{
  match->n_edges = 0;
  for (size_t i = 0; i < match->n_a; i++)
    for (size_t k = 0; k < match->n_b; k++)
      add_edge (match, i, k);
  return !match->has_failed &&
         tsr_assignment_solve (
             assignment, match->n_a, match->n_b, match->edges, match->n_edges, partner);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
median (double *x, size_t n)
{
  qsort (x, n, sizeof *x, compare_doubles);
  return n % 2 == 1 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

/* Transposition, its spread and the difference of levels as the pairs found tell them. */
static bool
learn (Match *match, const int32_t *partner)
{
  double *cents = malloc ((match->n_a + 1) * sizeof *cents);
  double *db = malloc ((match->n_a + 1) * sizeof *db);
  size_t  n = 0;

  for (size_t i = 0; cents != NULL && db != NULL && i < match->n_a; i++) {
    if (partner[i] < 0)
      continue;
    cents[n] = cents_between (&match->a[i], &match->b[partner[i]]);
    db[n++] = match->b[partner[i]].level_db - match->a[i].level_db;
  }
  bool done = cents != NULL && db != NULL;
  if (done && n >= 4) {
    match->louder_db = median (db, n);
    for (size_t i = 0; i < n; i++)
      db[i] = fabs (db[i] - match->louder_db);
    match->width_db = fmin (LEVEL_DB, fmax (LEAST_LEVEL_DB, 2 * 1.4826 * median (db, n)));
    match->shift_cents = median (cents, n);
    for (size_t i = 0; i < n; i++)
      cents[i] = fabs (cents[i] - match->shift_cents);
    /* Three standard deviations, told by the median deviation, cost as much as alone. */
    double sigma = 1.4826 * median (cents, n);
    match->width_cents =
        fmin (WIDTH_CENTS, fmax (LEAST_WIDTH_CENTS, 3 * sigma / sqrt (ALONE)));
  }
  free (cents);
  free (db);
  return done;
}

/* Sum of the costs of what is paired. */
static double
total_cost (const Match *match, const int32_t *partner)
{
  double sum = 0;

  for (size_t i = 0; i < match->n_edges; i++)
    if (partner[match->edges[i].row] == (int32_t)match->edges[i].column)
      sum += match->edges[i].cost;
  return sum;
}

static bool
assign (Match *match, TsrAssignment *assignment, double shift_cents, int32_t *partner)
{
  bool done = true;

  match->shift_cents = shift_cents;
  match->width_cents = WIDTH_CENTS;
  match->width_db = LEVEL_DB;
  match->louder_db = 0;
  for (int pass = 0; pass < PASSES && done; pass++)
    done = solve (match, assignment, partner) &&
           (pass + 1 == PASSES || learn (match, partner));
  return done;
}

bool
tsr_pairing_assign (const TsrPairingTone *a,
                    size_t                n_a,
                    const TsrPairingTone *b,
                    size_t                n_b,
                    double                transposition_cents,
                    int32_t              *partner)
{
  Match          match = {.a = a, .b = b, .n_a = n_a, .n_b = n_b};
  TsrAssignment *assignment = tsr_assignment_new ();
  bool           done =
      assignment != NULL && assign (&match, assignment, transposition_cents, partner);

  tsr_assignment_free (assignment);
  free (match.edges);
  return done;
}

bool
tsr_pairing_find (const TsrPairingTone *a,
                  size_t                n_a,
                  const TsrPairingTone *b,
                  size_t                n_b,
                  int32_t              *partner)
{
  Match          match = {.a = a, .b = b, .n_a = n_a, .n_b = n_b};
  TsrAssignment *assignment = tsr_assignment_new ();
  int32_t       *tried = malloc ((n_a + 1) * sizeof *tried);
  double         sums[STEPS] = {0}, peaks_cents[MOST_PEAKS], best = INFINITY;
  bool           done = assignment != NULL && tried != NULL;

  correlate (a, n_a, b, n_b, sums);
  int n_peaks = find_peaks (sums, peaks_cents);
  if (n_a > 0 && n_b > MANY / n_a)
    n_peaks = 1;
  for (int i = 0; i < n_peaks && done; i++) {
    done = assign (&match, assignment, peaks_cents[i], tried);
    double cost = done ? total_cost (&match, tried) : 0;
    if (!done || !(cost < best))
      continue;
    best = cost;
    for (size_t k = 0; k < n_a; k++)
      partner[k] = tried[k];
  }
  tsr_assignment_free (assignment);
  free (match.edges);
  free (tried);
  return done;
}
