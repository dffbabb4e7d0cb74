/* SPDX-License-Identifier: GPL-3.0-or-later
 * A smooth playhead: callbacks come in bursts, and what they tell steps; between them
 * time goes on by the system's clock. Thread: main.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double   told_s;    /* as last told */
  double   anchor_s;  /* position at the anchor's time */
  gint64   anchor_us; /* monotonic */
  gboolean runs;
} TsrPlayheadClock;

/* The position at now_us, when the callback has last told told_s, and stands or runs. It
 * never differs from what was told by more than 60 ms, and does not go back while it
 * runs on. */
double tsr_playhead_clock_at (TsrPlayheadClock *self,
                              double            told_s,
                              gboolean          runs,
                              gint64            now_us);

G_END_DECLS
