/* SPDX-License-Identifier: GPL-3.0-or-later
 * Defaults for callers that bring no threads, no progress bar and no cancel button.
 */
#include "model/dsp/job.h"

size_t
tsr_job_n_workers (const TsrJob *job)
{
  return job != NULL && job->parallel_for != NULL && job->n_workers > 0 ? job->n_workers
                                                                        : 1;
}

void
tsr_job_parallel_for (const TsrJob *job, size_t n_items, TsrJobBody body, void *data)
{
  if (job != NULL && job->parallel_for != NULL) {
    job->parallel_for (job->user, n_items, body, data);
    return;
  }
  for (size_t i = 0; i < n_items; i++)
    body (data, i, 0);
}

void
tsr_job_progress (const TsrJob *job, double fraction)
{
  if (job != NULL && job->progress != NULL)
    job->progress (job->user, fraction);
}

bool
tsr_job_cancelled (const TsrJob *job)
{
  return job != NULL && job->cancelled != NULL && job->cancelled (job->user);
}
