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
#define ALONE 6.0
#define APART 4.0 /* cost of tones that are never heard together, but nearly */
enum { MOST_CENTS = 2400, STEPS = 2 * MOST_CENTS / 5 + 1, MOST_STRONG = 400, PASSES = 3 };

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

double
tsr_pairing_transposition (const TsrPairingTone *a,
                           size_t                n_a,
                           const TsrPairingTone *b,
                           size_t                n_b)
{
  double          sums[STEPS] = {0};
  int             best = STEPS / 2;
  TsrPairingTone *x = strongest (a, &n_a), *y = strongest (b, &n_b);

  for (size_t i = 0; x != NULL && y != NULL && i < n_a; i++)
    for (size_t k = 0; k < n_b; k++)
      if (x[i].channel == y[k].channel)
        add_bell (sums,
                  cents_between (&x[i], &y[k]),
                  pow (10, (x[i].level_db + y[k].level_db) / 40));
  free (x);
  free (y);
  for (int k = 0; k < STEPS; k++)
    if (sums[k] > sums[best] * (1 + 1e-12))
      best = k;
  return (best + parabola_top (sums, best, STEPS)) * GRID_CENTS - MOST_CENTS;
}

/* ---- assignment ---- */

typedef struct {
  const TsrPairingTone *a, *b;
  size_t                n_a, n_b;
  double                shift_cents, width_cents, louder_db; /* b over a */
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
  double l = (b->level_db - a->level_db - match->louder_db) / LEVEL_DB;
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

bool
tsr_pairing_assign (const TsrPairingTone *a,
                    size_t                n_a,
                    const TsrPairingTone *b,
                    size_t                n_b,
                    double                transposition_cents,
                    int32_t              *partner)
{
  Match          match = {.a = a,
                          .b = b,
                          .n_a = n_a,
                          .n_b = n_b,
                          .shift_cents = transposition_cents,
                          .width_cents = WIDTH_CENTS};
  TsrAssignment *assignment = tsr_assignment_new ();
  bool           done = assignment != NULL;

  for (int pass = 0; pass < PASSES && done; pass++) {
    done = solve (&match, assignment, partner);
    if (pass + 1 < PASSES)
      done = done && learn (&match, partner);
  }
  tsr_assignment_free (assignment);
  free (match.edges);
  return done;
}
