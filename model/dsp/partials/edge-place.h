/* SPDX-License-Identifier: GPL-3.0-or-later
 * The beginning of a partial where all others are known: the step or short ramp that
 * leaves least of the sound.
 */
#pragma once

#include "model/dsp/partials/partial.h"

/* What all partials leave of a stretch of sound. */
typedef struct {
  double *samples;
  int64_t first, n; /* sample of samples[0], and their number */
  double  start_s;  /* time of sample 0 */
  double  rate_hz;
} TsrRest;

typedef struct {
  TsrBreakpoint *b;
  size_t        *n;
  size_t         full; /* the breakpoint where the beginning ends */
} TsrEdgeStart;

/* Finds the beginning of a partial: a step or a ramp from a null. False when it has none
 * that could be placed. */
bool tsr_edge_start_init (TsrEdgeStart *start, TsrBreakpoint *b, size_t *n);

/* Moves beginnings to where they leave less of the sound within a few milliseconds: those
 * that are near each other together, and then each alone, the loudest first. What lies
 * between a null and the end of a ramp goes away where it moves. Sorts `starts`. */
void tsr_edge_place_all (const TsrRest *rest, TsrEdgeStart *starts, size_t n);
