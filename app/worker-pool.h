/* SPDX-License-Identifier: GPL-3.0-or-later
 * Threads for long computations: makes the TsrJob that model/dsp asks its caller for.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/job.h"

G_BEGIN_DECLS

typedef struct TsrWorkerPool TsrWorkerPool;

/* n_workers 0: as many as the machine has cores. The calling thread of a computation is
 * one of them. Thread: any. */
TsrWorkerPool *tsr_worker_pool_new (guint n_workers);
/* Every computation has to be over. NULL is allowed. */
void  tsr_worker_pool_free (TsrWorkerPool *pool);
guint tsr_worker_pool_n_workers (const TsrWorkerPool *pool);

/* Runs the body as TsrJob asks for. Computations on several threads may share a pool. */
void
tsr_worker_pool_for (TsrWorkerPool *pool, size_t n_items, TsrJobBody body, void *data);

/* A long piece of work that has several parts, each with a share of the progress. */
typedef struct {
  TsrJob         job; /* what model/dsp is given; keep the struct where it is */
  TsrWorkerPool *pool;
  GCancellable  *cancellable; /* borrowed; NULL: cannot be cancelled */
  void (*progress) (gpointer user_data, double fraction); /* NULL: nobody listens */
  gpointer user_data;
  double   from, to; /* share of the present part, 0..1 */
} TsrWorkerJob;

/* pool NULL: on the calling thread alone. `progress` is called on the thread that does
 * the work. */
void tsr_worker_job_init (TsrWorkerJob  *self,
                          TsrWorkerPool *pool,
                          GCancellable  *cancellable,
                          void (*progress) (gpointer user_data, double fraction),
                          gpointer user_data);
/* The next part fills progress up to `to`. */
void tsr_worker_job_next_part (TsrWorkerJob *self, double to);

G_END_DECLS
