/* SPDX-License-Identifier: GPL-3.0-or-later
 * Jobs that hand on to the job that they are a part of.
 */
#include "model/dsp/job-part.h"

static void
part_parallel_for (void *user, size_t n_items, TsrJobBody body, void *data)
{
  tsr_job_parallel_for (((TsrJobPart *)user)->whole, n_items, body, data);
}

static void
part_progress (void *user, double fraction)
{
  const TsrJobPart *part = user;

  tsr_job_progress (part->whole, part->from + (part->to - part->from) * fraction);
}

static bool
part_cancelled (void *user)
{
  return tsr_job_cancelled (((TsrJobPart *)user)->whole);
}

const TsrJob *
tsr_job_part (TsrJobPart *part, const TsrJob *whole, double from, double to)
{
  part->whole = whole;
  part->from = from;
  part->to = to;
  part->job = (TsrJob){.parallel_for = part_parallel_for,
                       .n_workers = tsr_job_n_workers (whole),
                       .progress = part_progress,
                       .cancelled = part_cancelled,
                       .user = part};
  return &part->job;
}

TsrJob
tsr_job_quiet (const TsrJob *job)
{
  TsrJob quiet = job != NULL ? *job : (TsrJob){0};

  quiet.progress = NULL;
  return quiet;
}
