/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a long computation needs from its caller: threads, progress and cancelling.
 * model/dsp starts no threads of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* One item of parallel work. `worker` is in 0 .. n_workers-1 and is never used by two
 * items at the same time, so per-worker scratch memory needs no lock. */
typedef void (*TsrJobBody) (void *data, size_t item, size_t worker);

/* A NULL job, or NULL members, mean: one worker, no progress, never cancelled. */
typedef struct {
  /* Calls body(data, i, worker) once for each i in 0 .. n_items-1, in any order, and
   * returns when all are done. NULL runs them in order on the calling thread. */
  void (*parallel_for) (void *user, size_t n_items, TsrJobBody body, void *data);
  size_t n_workers; /* at least 1 when parallel_for is set */
  void (*progress) (void *user, double fraction); /* 0..1, from the calling thread */
  bool (*cancelled) (void *user); /* polled at least every 50 ms of work; any thread */
  void *user;                     /* first argument of all three */
} TsrJob;

/* How many values `worker` can take: 1 for a NULL job. */
size_t tsr_job_n_workers (const TsrJob *job);
/* Runs the body over all items, on the calling thread where the job has no parallel_for.
 */
void
tsr_job_parallel_for (const TsrJob *job, size_t n_items, TsrJobBody body, void *data);
void tsr_job_progress (const TsrJob *job, double fraction);
bool tsr_job_cancelled (const TsrJob *job);
