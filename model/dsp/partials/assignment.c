/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sparse minimum-cost assignment: split into connected components, solve each densely.
 */
#include "model/dsp/partials/assignment.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_DENSE = 64 };

struct TsrAssignment {
  uint32_t          *parent; /* union-find over rows, then columns */
  uint32_t          *local;  /* number of a node inside its component + 1, 0 = not yet */
  size_t             n_nodes;
  TsrAssignmentEdge *sorted; /* by component */
  size_t             n_sorted;

  /* The component at hand. */
  uint32_t rows[MAX_DENSE], columns[MAX_DENSE];
  double   cost[MAX_DENSE][2 * MAX_DENSE]; /* column n_columns + r: row r alone */
  int      match[2 * MAX_DENSE];           /* row of a column, -1 = none */
  int      n_rows, n_columns;
};

#define FORBIDDEN 1e30

TsrAssignment *
tsr_assignment_new (void)
{
  return calloc (1, sizeof (TsrAssignment));
}

void
tsr_assignment_free (TsrAssignment *assignment)
{
  if (assignment == NULL)
    return;
  free (assignment->parent);
  free (assignment->local);
  free (assignment->sorted);
  free (assignment);
}

static bool
reserve (TsrAssignment *a, size_t n_nodes, size_t n_edges)
{
  if (n_nodes > a->n_nodes) {
    size_t    n = 2 * n_nodes;
    uint32_t *parent = realloc (a->parent, n * sizeof *parent);
    if (parent != NULL)
      a->parent = parent;
    uint32_t *local = realloc (a->local, n * sizeof *local);
    if (local != NULL)
      a->local = local;
    if (parent == NULL || local == NULL)
      return false;
    a->n_nodes = n;
  }
  if (n_edges > a->n_sorted) {
    TsrAssignmentEdge *sorted = realloc (a->sorted, 2 * n_edges * sizeof *sorted);
    if (sorted == NULL)
      return false;
    a->sorted = sorted;
    a->n_sorted = 2 * n_edges;
  }
  return true;
}

static uint32_t
root_of (TsrAssignment *a, uint32_t node)
{
  while (a->parent[node] != node) {
    a->parent[node] = a->parent[a->parent[node]];
    node = a->parent[node];
  }
  return node;
}

static int
compare_u32 (uint32_t a, uint32_t b)
{
  return (a > b) - (a < b);
}

static int
compare_by_component (const void *pa, const void *pb)
{
  const TsrAssignmentEdge *a = pa, *b = pb;
  int                      order = compare_u32 (a->row, b->row);

  return order != 0 ? order : compare_u32 (a->column, b->column);
}

static int
compare_by_cost (const void *pa, const void *pb)
{
  const TsrAssignmentEdge *a = pa, *b = pb;

  if (a->cost != b->cost)
    return a->cost < b->cost ? -1 : 1;
  return compare_by_component (pa, pb);
}

/* Adds row r by the shortest augmenting path; u, v are the dual variables. */
static void
augment (TsrAssignment *a, int r, double *u, double *v)
{
  int    n = a->n_columns + a->n_rows, way[2 * MAX_DENSE], column = -1;
  double least[2 * MAX_DENSE];
  bool   used[2 * MAX_DENSE] = {false};

  for (int j = 0; j < n; j++) {
    least[j] = FORBIDDEN * 10;
    way[j] = -1;
  }
  for (int row = r; row >= 0; row = a->match[column]) {
    int    next = -1;
    double delta = FORBIDDEN * 10;
    for (int j = 0; j < n; j++) {
      if (used[j])
        continue;
      double reduced = a->cost[row][j] - u[row] - v[j];
      if (reduced < least[j]) {
        least[j] = reduced;
        way[j] = column;
      }
      if (least[j] < delta) {
        delta = least[j];
        next = j;
      }
    }
    u[r] += delta;
    for (int j = 0; j < n; j++)
      if (used[j]) {
        u[a->match[j]] += delta;
        v[j] -= delta;
      } else
        least[j] -= delta;
    used[next] = true;
    column = next;
  }
  while (column >= 0) {
    int previous = way[column];
    a->match[column] = previous >= 0 ? a->match[previous] : r;
    column = previous;
  }
}

static void
solve_dense (TsrAssignment *a, int32_t *column_of_row)
{
  double u[MAX_DENSE] = {0}, v[2 * MAX_DENSE] = {0};

  for (int j = 0; j < a->n_columns + a->n_rows; j++)
    a->match[j] = -1;
  for (int r = 0; r < a->n_rows; r++)
    augment (a, r, u, v);
  for (int j = 0; j < a->n_columns; j++)
    if (a->match[j] >= 0 && a->cost[a->match[j]][j] < 0)
      column_of_row[a->rows[a->match[j]]] = (int32_t)a->columns[j];
}

/* Numbers the nodes of the component; false when it is too large. */
static bool
number_nodes (TsrAssignment *a, size_t n_rows, const TsrAssignmentEdge *edges, size_t n)
{
  a->n_rows = a->n_columns = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t row = edges[i].row, column = edges[i].column;
    if (a->local[row] == 0) {
      if (a->n_rows == MAX_DENSE)
        return false;
      a->rows[a->n_rows++] = row;
      a->local[row] = (uint32_t)a->n_rows;
    }
    if (a->local[n_rows + column] == 0) {
      if (a->n_columns == MAX_DENSE)
        return false;
      a->columns[a->n_columns++] = column;
      a->local[n_rows + column] = (uint32_t)a->n_columns;
    }
  }
  return true;
}

static void
solve_greedily (TsrAssignment     *a,
                size_t             n_rows,
                TsrAssignmentEdge *edges,
                size_t             n,
                int32_t           *column_of_row)
{
  qsort (edges, n, sizeof *edges, compare_by_cost);
  for (size_t i = 0; i < n; i++) /* local: 1 = may be used, 2 = taken */
    a->local[edges[i].row] = a->local[n_rows + edges[i].column] = 1;
  for (size_t i = 0; i < n && edges[i].cost < 0; i++) {
    uint32_t row = edges[i].row, column = edges[i].column;
    if (a->local[row] == 2 || a->local[n_rows + column] == 2)
      continue;
    a->local[row] = a->local[n_rows + column] = 2;
    column_of_row[row] = (int32_t)column;
  }
}

static void
solve_component (TsrAssignment     *a,
                 size_t             n_rows,
                 TsrAssignmentEdge *edges,
                 size_t             n,
                 int32_t           *column_of_row)
{
  if (n == 1) {
    if (edges[0].cost < 0)
      column_of_row[edges[0].row] = (int32_t)edges[0].column;
    return;
  }
  if (!number_nodes (a, n_rows, edges, n)) {
    solve_greedily (a, n_rows, edges, n, column_of_row);
    return;
  }
  for (int r = 0; r < a->n_rows; r++) {
    for (int j = 0; j < a->n_columns + a->n_rows; j++)
      a->cost[r][j] = FORBIDDEN;
    a->cost[r][a->n_columns + r] = 0;
  }
  for (size_t i = 0; i < n; i++)
    a->cost[a->local[edges[i].row] - 1][a->local[n_rows + edges[i].column] - 1] =
        edges[i].cost;
  solve_dense (a, column_of_row);
}

/* Puts the edges of each component together, components in order of their least row;
 * inside one the given order stays. `starts` of a root counts, then places its edges. */
static void
group_by_component (TsrAssignment           *a,
                    size_t                   n_rows,
                    const TsrAssignmentEdge *edges,
                    size_t                   n_edges)
{
  for (size_t i = 0; i < n_edges; i++)
    a->local[a->parent[edges[i].row]]++;
  uint32_t place = 0;
  for (size_t i = 0; i < n_rows; i++) {
    uint32_t n = a->local[i];
    a->local[i] = place;
    place += n;
  }
  for (size_t i = 0; i < n_edges; i++)
    a->sorted[a->local[a->parent[edges[i].row]]++] = edges[i];
  for (size_t i = 0; i < n_rows; i++)
    a->local[i] = 0;
}

static void
find_components (TsrAssignment           *a,
                 size_t                   n_rows,
                 size_t                   n_columns,
                 const TsrAssignmentEdge *edges,
                 size_t                   n_edges)
{
  for (size_t i = 0; i < n_rows + n_columns; i++) {
    a->parent[i] = (uint32_t)i;
    a->local[i] = 0;
  }
  for (size_t i = 0; i < n_edges; i++) {
    uint32_t p = root_of (a, edges[i].row);
    uint32_t q = root_of (a, (uint32_t)n_rows + edges[i].column);
    if (p != q)
      a->parent[p < q ? q : p] = p < q ? p : q;
  }
  for (size_t i = 0; i < n_rows; i++)
    a->parent[i] = root_of (a, (uint32_t)i);
}

bool
tsr_assignment_solve (TsrAssignment           *assignment,
                      size_t                   n_rows,
                      size_t                   n_columns,
                      const TsrAssignmentEdge *edges,
                      size_t                   n_edges,
                      int32_t                 *column_of_row)
{
  TsrAssignment *a = assignment;

  for (size_t i = 0; i < n_rows; i++)
    column_of_row[i] = -1;
  if (!reserve (a, n_rows + n_columns, n_edges))
    return false;
  find_components (a, n_rows, n_columns, edges, n_edges);
  group_by_component (a, n_rows, edges, n_edges);
  for (size_t first = 0, i = 1; i <= n_edges; i++)
    if (i == n_edges || a->parent[a->sorted[i].row] != a->parent[a->sorted[first].row]) {
      solve_component (a, n_rows, &a->sorted[first], i - first, column_of_row);
      first = i;
    }
  return true;
}
