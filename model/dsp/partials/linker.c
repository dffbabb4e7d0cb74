/* SPDX-License-Identifier: GPL-3.0-or-later
 * Links between ends and beginnings.
 */
#include "model/dsp/partials/linker.h"

#include "model/dsp/partials/assignment.h"

#include <math.h>
#include <stdlib.h>

#define REACH 0.35 /* largest mismatch of frequencies in main lobe widths */

/* Cost of a glide over one main lobe by a rate as doubtful as can be: product of both. */
#define GLIDE_PENALTY 16.0
#define MOST_DOUBT 4.0
#define DOUBTFUL_MISFIT 5e-4

struct TsrLinker {
  TsrAssignment     *assignment;
  TsrAssignmentEdge *edges;
  size_t             n_edges, capacity;
};

TsrLinker *
tsr_linker_new (void)
{
  TsrLinker *linker = calloc (1, sizeof *linker);
  if (linker == NULL)
    return NULL;
  linker->assignment = tsr_assignment_new ();
  if (linker->assignment == NULL) {
    free (linker);
    return NULL;
  }
  return linker;
}

void
tsr_linker_free (TsrLinker *linker)
{
  if (linker == NULL)
    return;
  tsr_assignment_free (linker->assignment);
  free (linker->edges);
  free (linker);
}

static int
compare_nodes (const void *pa, const void *pb)
{
  const TsrLinkNode *a = pa, *b = pb;
  double             fa = a->peak.frequency_hz, fb = b->peak.frequency_hz;

  if (fa != fb)
    return fa < fb ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

/* Nodes mostly come nearly in order. */
static void
sort_nodes (TsrLinkNode *nodes, size_t n)
{
  size_t n_moves = 0;

  for (size_t i = 1; i < n; i++) {
    if (compare_nodes (&nodes[i - 1], &nodes[i]) < 0)
      continue;
    TsrLinkNode node = nodes[i];
    size_t      j = i;
    for (; j > 0 && compare_nodes (&nodes[j - 1], &node) > 0; j--, n_moves++)
      nodes[j] = nodes[j - 1];
    nodes[j] = node;
    if (n_moves > 4 * n) {
      qsort (nodes, n, sizeof *nodes, compare_nodes);
      return;
    }
  }
}

static bool
add_edge (TsrLinker *linker, size_t row, size_t column, double cost)
{
  if (linker->n_edges == linker->capacity) {
    size_t             capacity = 2 * linker->capacity + 64;
    TsrAssignmentEdge *edges = realloc (linker->edges, capacity * sizeof *edges);
    if (edges == NULL)
      return false;
    linker->edges = edges;
    linker->capacity = capacity;
  }
  linker->edges[linker->n_edges++] =
      (TsrAssignmentEdge){(uint32_t)row, (uint32_t)column, cost};
  return true;
}

/* A glide far beyond what is known, by a rate that comes from peaks of this quality. */
static double
glide_penalty (const TsrLinkRules *rules, const TsrPeak *peak, double dt)
{
  double way = peak->chirp_hz_per_s * dt / 2 / rules->spacing_hz;
  double doubt = fmin (MOST_DOUBT, (double)peak->misfit / DOUBTFUL_MISFIT);

  return rules->widens_fast ? GLIDE_PENALTY * way * way * doubt : 0;
}

/* Mismatch at the middle of the gap, in units of its expected spread; INFINITY where a
 * link is out of the question. */
static double
link_cost (const TsrLinkRules *rules, const TsrLinkNode *row, const TsrLinkNode *column)
{
  const TsrPeak *a = &row->peak, *b = &column->peak;
  double         w = rules->spacing_hz, dt = column->time_s - row->time_s;
  double         g = dt * w;

  if (!(dt > 0 && dt <= rules->reach_s))
    return INFINITY;
  double d_f = (b->frequency_hz - b->chirp_hz_per_s * dt / 2) -
               (a->frequency_hz + a->chirp_hz_per_s * dt / 2);
  if (!(fabs (d_f) < REACH * w))
    return INFINITY;
  double slope = (double)a->slope_per_s + (double)b->slope_per_s;
  double d_r = b->chirp_hz_per_s - a->chirp_hz_per_s;
  double d_a = b->log_amplitude - a->log_amplitude;
  double s_f = w * (0.01 + 0.05 * g), s_r = 0.25 * g * w * w, s_a = 0.7, extra = 0;
  if (rules->widens_fast) {
    s_f = w * (0.02 + 0.03 * g);
    s_r = w * w * (0.1 + 0.03 * g);
    s_a = 0.5 + 0.1 * g;
    extra = 0.3 * fmax (0, g - 1);
  } else
    d_a -= slope * dt / 2;
  return (d_f / s_f) * (d_f / s_f) + (d_r / s_r) * (d_r / s_r) +
         (d_a / s_a) * (d_a / s_a) + extra + row->penalty + column->penalty +
         glide_penalty (rules, a, dt) + glide_penalty (rules, b, dt);
}

/* How far apart in plain frequency two nodes may be and still meet in the middle. */
static double
search_radius (const TsrLinkRules *rules, const TsrLinkNode *nodes, size_t n)
{
  double fastest = 0;

  for (size_t i = 0; i < n; i++)
    fastest = fmax (fastest, fabs (nodes[i].peak.chirp_hz_per_s));
  return fastest * rules->reach_s / 2;
}

bool
tsr_linker_run (TsrLinker          *linker,
                const TsrLinkRules *rules,
                TsrLinkNode        *rows,
                size_t              n_rows,
                TsrLinkNode        *columns,
                size_t              n_columns,
                int32_t            *column_of_row)
{
  double limit = 2 * rules->spacing_hz;
  double radius = REACH * rules->spacing_hz +
                  fmin (limit, search_radius (rules, rows, n_rows)) +
                  fmin (limit, search_radius (rules, columns, n_columns));
  size_t first = 0;

  sort_nodes (rows, n_rows);
  sort_nodes (columns, n_columns);
  linker->n_edges = 0;
  for (size_t i = 0; i < n_rows; i++) {
    double f = rows[i].peak.frequency_hz;
    while (first < n_columns && columns[first].peak.frequency_hz < f - radius)
      first++;
    for (size_t j = first; j < n_columns && columns[j].peak.frequency_hz <= f + radius;
         j++) {
      double cost = link_cost (rules, &rows[i], &columns[j]);
      if (cost < rules->max_cost && !add_edge (linker, i, j, cost - rules->max_cost))
        return false;
    }
  }
  return tsr_assignment_solve (linker->assignment,
                               n_rows,
                               n_columns,
                               linker->edges,
                               linker->n_edges,
                               column_of_row);
}
