/* SPDX-License-Identifier: GPL-3.0-or-later
 * Short excerpts spread over a sound, and their fundamentals: what the choice of the
 * spacing looks at. Private to it.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { TSR_MAX_EXCERPTS = 48 };

typedef struct {
  unsigned channel;
  int64_t  centre;
  double   level;          /* root of the mean square around it */
  double   fundamental_hz; /* 0 = none */
} TsrExcerpt;

typedef struct {
  TsrExcerpt items[TSR_MAX_EXCERPTS]; /* in order of time */
  size_t     n;                       /* 0 = silence */
  double     fundamental_hz; /* a low one that carries the sound; 0 = none does */
  bool       is_steady;      /* most of the sound has that */
} TsrExcerpts;

/* The loudest place of each of some equal parts of the sound, over all channels. */
TsrStatus
tsr_excerpts_choose (const TsrSignal *signal, const TsrJob *job, TsrExcerpts *excerpts);

/* Puts them in order of fundamentals, then of time. */
void tsr_excerpts_sort (TsrExcerpts *excerpts);

/* Sum of the levels of those whose fundamentals lie between two. */
double
tsr_excerpts_level (const TsrExcerpts *excerpts, double lowest_hz, double highest_hz);
