/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sparse assignment against trying everything.
 */
#include "model/dsp/partials/assignment.h"

#include <glib.h>

enum { SIDE = 5 };

/* Least total cost over all ways to match rows from `row` on. */
static double
try_all (double cost[SIDE][SIDE], bool used[SIDE], int row)
{
  if (row == SIDE)
    return 0;
  double best = try_all (cost, used, row + 1);
  for (int j = 0; j < SIDE; j++) {
    if (used[j] || cost[row][j] >= 0)
      continue;
    used[j] = true;
    best = MIN (best, cost[row][j] + try_all (cost, used, row + 1));
    used[j] = false;
  }
  return best;
}

static void
test_against_trying_all (void)
{
  TsrAssignment *assignment = tsr_assignment_new ();
  GRand         *random = g_rand_new_with_seed (3);

  for (int trial = 0; trial < 2000; trial++) {
    TsrAssignmentEdge edges[SIDE * SIDE];
    double            cost[SIDE][SIDE] = {{0}};
    bool              used[SIDE] = {false};
    int32_t           match[SIDE];
    size_t            n = 0;
    double            total = 0;
    for (uint32_t i = 0; i < SIDE; i++)
      for (uint32_t j = 0; j < SIDE; j++)
        if (g_rand_double (random) < 0.5) {
          cost[i][j] = g_rand_double_range (random, -20, 2);
          edges[n++] = (TsrAssignmentEdge){i, j, cost[i][j]};
        }
    g_assert_true (tsr_assignment_solve (assignment, SIDE, SIDE, edges, n, match));
    for (int i = 0; i < SIDE; i++)
      if (match[i] >= 0) {
        g_assert_false (used[match[i]]);
        used[match[i]] = true;
        total += cost[i][match[i]];
      }
    for (int j = 0; j < SIDE; j++)
      used[j] = false;
    g_assert_cmpfloat_with_epsilon (total, try_all (cost, used, 0), 1e-9);
  }
  g_rand_free (random);
  tsr_assignment_free (assignment);
}

/* A component too large for the exact solution still gives a matching. */
static void
test_large_component (void)
{
  enum { N = 100 };
  TsrAssignment     *assignment = tsr_assignment_new ();
  TsrAssignmentEdge *edges = g_new (TsrAssignmentEdge, N * N);
  int32_t            match[N];
  bool               used[N] = {false};

  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = 0; j < N; j++)
      edges[i * N + j] = (TsrAssignmentEdge){i, j, i == j ? -2 : -1};
  g_assert_true (tsr_assignment_solve (assignment, N, N, edges, N * N, match));
  for (int i = 0; i < N; i++) {
    g_assert_cmpint (match[i], ==, i);
    g_assert_false (used[match[i]]);
    used[match[i]] = true;
  }
  g_free (edges);
  tsr_assignment_free (assignment);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/assignment/against-trying-all", test_against_trying_all);
  g_test_add_func ("/assignment/large-component", test_large_component);
  return g_test_run ();
}
