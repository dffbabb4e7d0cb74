/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edges of tracks.
 */
#include "model/dsp/partials/edge.h"

#include <math.h>
#include <stdlib.h>

struct TsrEdgeFinder {
  TsrEdgeSignal signal;
};

TsrEdgeFinder *
tsr_edge_finder_new (const TsrEdgeSignal *signal)
{
  TsrEdgeFinder *finder = calloc (1, sizeof *finder);
  if (finder != NULL)
    finder->signal = *signal;
  return finder;
}

void
tsr_edge_finder_free (TsrEdgeFinder *finder)
{
  free (finder);
}

const TsrEdgeSignal *
tsr_edge_finder_signal (const TsrEdgeFinder *finder)
{
  return &finder->signal;
}

bool
tsr_edge_find (TsrEdgeFinder *finder, const TsrTrack *track, int direction, TsrEdge *edge)
{
  return false;
}
