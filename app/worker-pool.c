/* SPDX-License-Identifier: GPL-3.0-or-later
 * A parallel for over GLib threads.
 */
#include "app/worker-pool.h"

struct TsrWorkerPool {
  GThreadPool *threads; /* n_workers - 1 helpers; NULL for one worker */
  guint        n_workers;
};

/* One parallel for. Helpers that come when all is done find no item and leave. */
typedef struct {
  gatomicrefcount n_refs;
  TsrJobBody      body;
  void           *data;
  size_t          n_items;
  gsize           next_item;   /* atomic */
  gsize           next_worker; /* atomic; 0 is the caller */
  GMutex          mutex;
  GCond           done;
  size_t          n_done; /* under the mutex */
} Batch;

static void
batch_unref (Batch *batch)
{
  if (!g_atomic_ref_count_dec (&batch->n_refs))
    return;
  g_mutex_clear (&batch->mutex);
  g_cond_clear (&batch->done);
  g_free (batch);
}

static void
work (Batch *batch, size_t worker)
{
  size_t n_done = 0;

  for (;;) {
    gsize item = (gsize)g_atomic_pointer_add (&batch->next_item, 1);
    if (item >= batch->n_items)
      break;
    batch->body (batch->data, item, worker);
    n_done++;
  }
  if (n_done == 0)
    return;
  g_mutex_lock (&batch->mutex);
  batch->n_done += n_done;
  if (batch->n_done == batch->n_items)
    g_cond_signal (&batch->done);
  g_mutex_unlock (&batch->mutex);
}

static void
helper_cb (gpointer data, gpointer user_data)
{
  Batch *batch = data;
  gsize  worker = (gsize)g_atomic_pointer_add (&batch->next_worker, 1);

  work (batch, worker);
  batch_unref (batch);
}

TsrWorkerPool *
tsr_worker_pool_new (guint n_workers)
{
  TsrWorkerPool *pool = g_new0 (TsrWorkerPool, 1);

  pool->n_workers = n_workers > 0 ? n_workers : g_get_num_processors ();
  if (pool->n_workers > 1)
    pool->threads =
        g_thread_pool_new (helper_cb, NULL, (gint)pool->n_workers - 1, FALSE, NULL);
  return pool;
}

void
tsr_worker_pool_free (TsrWorkerPool *pool)
{
  if (pool == NULL)
    return;
  if (pool->threads != NULL)
    g_thread_pool_free (pool->threads, FALSE, TRUE);
  g_free (pool);
}

guint
tsr_worker_pool_n_workers (const TsrWorkerPool *pool)
{
  return pool->n_workers;
}

void
tsr_worker_pool_for (TsrWorkerPool *pool, size_t n_items, TsrJobBody body, void *data)
{
  guint n_helpers = (guint)MIN (n_items, pool->n_workers);

  n_helpers = n_helpers > 0 ? n_helpers - 1 : 0;
  if (n_helpers == 0) {
    for (size_t i = 0; i < n_items; i++)
      body (data, i, 0);
    return;
  }
  Batch *batch = g_new0 (Batch, 1);
  g_atomic_ref_count_init (&batch->n_refs);
  batch->body = body;
  batch->data = data;
  batch->n_items = n_items;
  batch->next_worker = 1;
  g_mutex_init (&batch->mutex);
  g_cond_init (&batch->done);
  for (guint i = 0; i < n_helpers; i++) {
    g_atomic_ref_count_inc (&batch->n_refs);
    g_thread_pool_push (pool->threads, batch, NULL);
  }
  work (batch, 0);
  g_mutex_lock (&batch->mutex);
  while (batch->n_done < n_items)
    g_cond_wait (&batch->done, &batch->mutex);
  g_mutex_unlock (&batch->mutex);
  batch_unref (batch);
}

static void
parallel_for_cb (void *user, size_t n_items, TsrJobBody body, void *data)
{
  TsrWorkerJob *self = user;

  tsr_worker_pool_for (self->pool, n_items, body, data);
}

static void
progress_cb (void *user, double fraction)
{
  TsrWorkerJob *self = user;

  self->progress (self->user_data,
                  self->from + (self->to - self->from) * CLAMP (fraction, 0, 1));
}

static bool
cancelled_cb (void *user)
{
  return g_cancellable_is_cancelled (((TsrWorkerJob *)user)->cancellable);
}

void
tsr_worker_job_init (TsrWorkerJob  *self,
                     TsrWorkerPool *pool,
                     GCancellable  *cancellable,
                     void (*progress) (gpointer user_data, double fraction),
                     gpointer user_data)
{
  *self = (TsrWorkerJob){
      .pool = pool,
      .cancellable = cancellable,
      .progress = progress,
      .user_data = user_data,
      .to = 1,
  };
  self->job = (TsrJob){
      .parallel_for = pool != NULL ? parallel_for_cb : NULL,
      .n_workers = pool != NULL ? pool->n_workers : 1,
      .progress = progress != NULL ? progress_cb : NULL,
      .cancelled = cancellable != NULL ? cancelled_cb : NULL,
      .user = self,
  };
}

void
tsr_worker_job_next_part (TsrWorkerJob *self, double to)
{
  self->from = self->from == 0 && self->to == 1 ? 0 : self->to;
  self->to = to;
}
