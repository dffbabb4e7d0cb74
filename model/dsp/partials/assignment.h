/* SPDX-License-Identifier: GPL-3.0-or-later
 * Minimum-cost assignment on a sparse graph where any node may stay alone at cost 0
 * (after Jonker & Volgenant 1987, component by component). Deterministic.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Only edges with cost < 0 can be worth taking. */
typedef struct {
  uint32_t row, column;
  double   cost;
} TsrAssignmentEdge;

/* Working memory, reused from call to call. One thread at a time. */
typedef struct TsrAssignment TsrAssignment;

TsrAssignment *tsr_assignment_new (void); /* NULL when memory is short */
void           tsr_assignment_free (TsrAssignment *assignment); /* NULL is allowed */

/* column_of_row[i] becomes the column of row i or -1, such that the sum of costs is
 * least; components of more than 64 nodes on a side are taken greedily by cost. False
 * when memory is short. */
bool tsr_assignment_solve (TsrAssignment           *assignment,
                           size_t                   n_rows,
                           size_t                   n_columns,
                           const TsrAssignmentEdge *edges,
                           size_t                   n_edges,
                           int32_t                 *column_of_row);
