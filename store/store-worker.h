/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thread with a queue: what is pushed runs there, in order. The store gives it the
 * only database connection.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct TsrStoreWorker TsrStoreWorker;
typedef void (*TsrStoreJob) (gpointer data);

TsrStoreWorker *tsr_store_worker_new (void);
/* Runs what is queued, then ends the thread and waits for it; called in the thread
 * itself (by a last unref there), the thread ends after the present job. */
void tsr_store_worker_free (TsrStoreWorker *self);

/* Queues a job. Thread: any. */
void tsr_store_worker_push (TsrStoreWorker *self, TsrStoreJob job, gpointer data);
/* Runs a job there after all that is queued, and waits for it. Thread: any. */
void tsr_store_worker_call (TsrStoreWorker *self, TsrStoreJob job, gpointer data);

G_END_DECLS
