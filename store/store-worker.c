/* SPDX-License-Identifier: GPL-3.0-or-later
 * The writer thread.
 */
#include "store/store-worker.h"

typedef struct {
  TsrStoreJob job; /* NULL: the end */
  gpointer    data;
} Item;

struct TsrStoreWorker {
  GAsyncQueue *queue;
  GThread     *thread;
};

static gpointer
run (gpointer data)
{
  g_autoptr (GAsyncQueue) queue = data;

  for (;;) {
    g_autofree Item *item = g_async_queue_pop (queue);
    if (item->job == NULL)
      return NULL;
    item->job (item->data);
  }
}

TsrStoreWorker *
tsr_store_worker_new (void)
{
  TsrStoreWorker *self = g_new0 (TsrStoreWorker, 1);

  self->queue = g_async_queue_new ();
  self->thread = g_thread_new ("tsr-writer", run, g_async_queue_ref (self->queue));
  return self;
}

void
tsr_store_worker_push (TsrStoreWorker *self, TsrStoreJob job, gpointer data)
{
  Item *item = g_new (Item, 1);

  *item = (Item){job, data};
  g_async_queue_push (self->queue, item);
}

void
tsr_store_worker_free (TsrStoreWorker *self)
{
  if (self == NULL)
    return;
  tsr_store_worker_push (self, NULL, NULL);
  if (g_thread_self () == self->thread)
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  g_free (self);
}

typedef struct {
  TsrStoreJob job;
  gpointer    data;
  GMutex      mutex;
  GCond       cond;
  gboolean    done;
} Call;

static void
run_call (gpointer data)
{
  Call *call = data;

  call->job (call->data);
  g_mutex_lock (&call->mutex);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->mutex);
}

void
tsr_store_worker_call (TsrStoreWorker *self, TsrStoreJob job, gpointer data)
{
  if (g_thread_self () == self->thread) {
    job (data);
    return;
  }
  Call call = {.job = job, .data = data};
  g_mutex_init (&call.mutex);
  g_cond_init (&call.cond);
  tsr_store_worker_push (self, run_call, &call);
  g_mutex_lock (&call.mutex);
  while (!call.done)
    g_cond_wait (&call.cond, &call.mutex);
  g_mutex_unlock (&call.mutex);
  g_mutex_clear (&call.mutex);
  g_cond_clear (&call.cond);
}
