/* SPDX-License-Identifier: GPL-3.0-or-later
 * The worker pool: every item once, workers apart, pools shared, progress in parts.
 */
#include "app/worker-pool.h"

#include "model/dsp/job-part.h"

enum { N_ITEMS = 10000, MAX_WORKERS = 8 };

typedef struct {
  gint items[N_ITEMS];          /* how often each was done; atomic */
  gint is_working[MAX_WORKERS]; /* atomic */
} Tally;

static void
count_cb (void *data, size_t item, size_t worker)
{
  Tally *tally = data;

  g_assert_cmpuint (worker, <, MAX_WORKERS);
  g_assert_true (g_atomic_int_compare_and_exchange (&tally->is_working[worker], 0, 1));
  g_atomic_int_inc (&tally->items[item]);
  g_atomic_int_set (&tally->is_working[worker], 0);
}

static void
assert_each_once (const Tally *tally)
{
  for (gsize i = 0; i < N_ITEMS; i++)
    g_assert_cmpint (tally->items[i], ==, 1);
}

static void
test_each_item_once (void)
{
  for (guint n_workers = 1; n_workers <= MAX_WORKERS; n_workers++) {
    TsrWorkerPool *pool = tsr_worker_pool_new (n_workers);
    for (int round = 0; round < 5; round++) {
      g_autofree Tally *tally = g_new0 (Tally, 1);
      tsr_worker_pool_for (pool, N_ITEMS, count_cb, tally);
      assert_each_once (tally);
    }
    tsr_worker_pool_for (pool, 0, count_cb, NULL);
    tsr_worker_pool_free (pool);
  }
}

static gpointer
use_pool_cb (gpointer pool)
{
  for (int round = 0; round < 20; round++) {
    g_autofree Tally *tally = g_new0 (Tally, 1);
    tsr_worker_pool_for (pool, N_ITEMS, count_cb, tally);
    assert_each_once (tally);
  }
  return NULL;
}

static void
test_shared_by_threads (void)
{
  TsrWorkerPool *pool = tsr_worker_pool_new (3);
  GThread       *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("user", use_pool_cb, pool);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  tsr_worker_pool_free (pool);
}

static void
progress_cb (gpointer data, double fraction)
{
  *(double *)data = fraction;
}

static void
test_parts_and_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsrWorkerJob job;
  double       seen = -1;

  tsr_worker_job_init (&job, NULL, cancellable, progress_cb, &seen);
  tsr_worker_job_next_part (&job, 0.25);
  tsr_job_progress (&job.job, 0.5);
  g_assert_cmpfloat (seen, ==, 0.125);
  tsr_worker_job_next_part (&job, 1);
  tsr_job_progress (&job.job, 0);
  g_assert_cmpfloat (seen, ==, 0.25);
  tsr_job_progress (&job.job, 7);
  g_assert_cmpfloat (seen, ==, 1);
  g_assert_false (tsr_job_cancelled (&job.job));
  g_cancellable_cancel (cancellable);
  g_assert_true (tsr_job_cancelled (&job.job));
}

static void
test_part_of_a_job (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsrWorkerPool    *pool = tsr_worker_pool_new (3);
  TsrWorkerJob      whole;
  TsrJobPart        part, inner;
  double            seen = -1;
  g_autofree Tally *tally = g_new0 (Tally, 1);

  tsr_worker_job_init (&whole, pool, cancellable, progress_cb, &seen);
  const TsrJob *job = tsr_job_part (&part, &whole.job, 0.5, 0.75);
  tsr_job_progress (job, 0.5);
  g_assert_cmpfloat (seen, ==, 0.625);
  tsr_job_progress (tsr_job_part (&inner, job, 0, 0.5), 1);
  g_assert_cmpfloat (seen, ==, 0.625);
  TsrJob quiet = tsr_job_quiet (job);
  tsr_job_progress (&quiet, 1);
  g_assert_cmpfloat (seen, ==, 0.625);
  g_assert_cmpuint (tsr_job_n_workers (&quiet), ==, 3);
  tsr_job_parallel_for (&quiet, N_ITEMS, count_cb, tally);
  assert_each_once (tally);
  g_cancellable_cancel (cancellable);
  g_assert_true (tsr_job_cancelled (&quiet));
  /* Of no job at all. */
  tsr_job_progress (tsr_job_part (&part, NULL, 0, 1), 1);
  g_assert_cmpuint (tsr_job_n_workers (&part.job), ==, 1);
  g_assert_false (tsr_job_cancelled (&part.job));
  tsr_worker_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/worker-pool/once", test_each_item_once);
  g_test_add_func ("/app/worker-pool/shared", test_shared_by_threads);
  g_test_add_func ("/app/worker-pool/parts", test_parts_and_cancel);
  g_test_add_func ("/app/worker-pool/part-of-a-job", test_part_of_a_job);
  return g_test_run ();
}
