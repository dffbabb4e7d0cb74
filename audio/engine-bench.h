/* SPDX-License-Identifier: GPL-3.0-or-later
 * How fast the engine is on this machine: for `tarsier-cli bench`. Thread: any but audio;
 * takes some seconds.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint  n_partials; /* that sound at the same time, at 48 kHz, in buffers of 256 */
  double mean_share; /* CPU time of the callback, as a part of the time that it plays */
  double p99_share;  /* the same of the slowest hundredth of the buffers, */
  double longest_share; /* and of the slowest, where playing begins */
  double dragged_share; /* mean while pitch, stretch and filter are dragged */
  double seek_share;    /* of a buffer in which playing jumps */
} TsrCallbackBench;

void tsr_engine_bench_callback (guint n_partials, TsrCallbackBench *result);

typedef struct {
  guint  n_trials;
  double buffer_ms; /* of the clock without a device */
  double median_ms; /* from the call to the first sample that differs, handed over */
  double longest_ms;
} TsrPreviewBench;

void tsr_engine_bench_preview (TsrPreviewBench *result);

typedef struct {
  guint  n_sounds, n_partials;  /* of each sound, all at once, in pairs of four */
  double still_share;           /* CPU time of the callback, as a part of what it plays */
  double moved_share;           /* the same with other weights in each buffer, */
  double p99_share;             /* its slowest hundredth, */
  double alone_share;           /* and where no partial has a partner */
  double swap_share;            /* of a buffer in which another morph takes over */
  double program_ms;            /* CPU time to make that one for another anchor */
  double median_ms, longest_ms; /* from weights to the first sample that differs */
} TsrMorphBench;

void tsr_engine_bench_morph (guint n_partials, TsrMorphBench *result);

/* A minute of partials in mapped files that were taken out of memory, played at its own
 * pace: what the callback had to wait for. */
typedef struct {
  guint  n_waits;    /* times for the disk (major page faults) */
  guint  n_pages;    /* pages that were only to be mapped (minor ones) */
  double longest_ms; /* of a buffer of 5.3 ms, by the clock */
} TsrColdBench;

/* reads_ahead: as the engine does. FALSE when the files cannot be made. */
gboolean tsr_engine_bench_cold (gboolean reads_ahead, TsrColdBench *result);

G_END_DECLS
