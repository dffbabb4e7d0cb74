/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which ends of tracks go on in which peaks: the sparse graph of plausible links and its
 * cheapest solution (algorithm note 2.1).
 */
#pragma once

#include "model/dsp/partials/peak.h"

typedef struct {
  TsrPeak  peak;
  double   time_s;  /* of the peak */
  double   penalty; /* added to the cost of any link */
  uint32_t index;   /* the caller's */
} TsrLinkNode;

typedef struct {
  double spacing_hz;  /* W */
  double max_cost;    /* of a link */
  bool   widens_fast; /* tolerances for gaps between tracks, not from frame to frame */
  double reach_s;     /* longest time to bridge */
} TsrLinkRules;

typedef struct TsrLinker TsrLinker;

TsrLinker *tsr_linker_new (void);               /* NULL when memory is short */
void       tsr_linker_free (TsrLinker *linker); /* NULL is allowed */

/* column_of_row[i] becomes the position of the column that row i goes on in, or -1. A
 * link leads forwards in time. Sorts rows and columns by frequency. False when memory is
 * short. */
bool tsr_linker_run (TsrLinker          *linker,
                     const TsrLinkRules *rules,
                     TsrLinkNode        *rows,
                     size_t              n_rows,
                     TsrLinkNode        *columns,
                     size_t              n_columns,
                     int32_t            *column_of_row);
