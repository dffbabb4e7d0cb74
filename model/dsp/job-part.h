/* SPDX-License-Identifier: GPL-3.0-or-later
 * Jobs within jobs: long work that has several parts, or many small ones.
 */
#pragma once

#include "model/dsp/job.h"

/* The same job for a part of its work: progress from 0 to 1 of the part is told as from
 * `from` to `to` of the whole, which has to outlive the part. Cancel and threads are
 * those of the whole. */
typedef struct {
  TsrJob        job;
  const TsrJob *whole;
  double        from, to;
} TsrJobPart;

/* Returns &part->job. */
const TsrJob *
tsr_job_part (TsrJobPart *part, const TsrJob *whole, double from, double to);
/* The same job, but nobody hears of its progress: for many small pieces of work. */
TsrJob tsr_job_quiet (const TsrJob *job);
