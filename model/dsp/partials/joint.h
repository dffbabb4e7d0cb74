/* SPDX-License-Identifier: GPL-3.0-or-later
 * Corrections of partials that sound at the same time, solved together: seen through a
 * short window partials that lie near each other have a part in each other's
 * corrections. Private to the refit.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/partials/partial.h"

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A breakpoint and its correction. */
typedef struct {
  const TsrBreakpoint *b;
  uint32_t             owner;   /* number of its partial */
  float                trust;   /* 0..1: part of the correction that is taken */
  float                reach_s; /* of the window (1 - x^2)^3, to each side */
  float                crowd;   /* amplitude that its neighbours have in its window */
  double complex       value;   /* of the partial: amplitude and phase */
  double complex       change;  /* of that: as if the partial were alone; becomes what it
                                   is among the others */
} TsrJointEntry;

/* Corrections of n breakpoints, which lie on a grid of `step_s` or near it, from first_s
 * to end_s; their crowds where those are wanted. False when memory is short. */
bool tsr_joint_solve (TsrJointEntry *entries,
                      size_t         n,
                      double         first_s,
                      double         end_s,
                      double         step_s,
                      bool           wants_crowds,
                      const TsrJob  *job);
