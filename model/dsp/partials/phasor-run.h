/* SPDX-License-Identifier: GPL-3.0-or-later
 * Some successive samples of a partial as amplitude times exp (j phase), and what
 * analysis by synthesis does with them. Private to it.
 */
#pragma once

#include <stdint.h>

enum {
  TSR_PHASOR_RUN = 512, /* samples of one recurrence */
  TSR_PHASOR_ROOM = TSR_PHASOR_RUN + 4,
};

typedef struct {
  double re[TSR_PHASOR_ROOM], im[TSR_PHASOR_ROOM];
  int    n;
} TsrPhasorRun;

/* Sums over a few samples of residual times conjugate partial, and of its energy. */
typedef struct {
  double re, im, energy;
} TsrPhasorSum;

/* The first run->n <= TSR_PHASOR_RUN samples by products of differences: cubics in
 * samples of the base-2 logarithm of the amplitude and of the phase in turns. Error below
 * 1e-10 of the amplitude. */
void tsr_phasor_run_fill (TsrPhasorRun *run,
                          const double  log2_amplitude[4],
                          const double  phase_turns[4]);

/* Multiplies by first + k * step. */
void tsr_phasor_run_scale (TsrPhasorRun *run, double first, double step);

/* Subtracts the real part from out. */
void tsr_phasor_run_subtract (const TsrPhasorRun *run, double *out);

/* Adds sums over `residual` to bins of `bin` samples each; the run begins at sample `at`
 * of bin 0. */
void tsr_phasor_run_project (const TsrPhasorRun *run,
                             const double       *residual,
                             int64_t             at,
                             int64_t             bin,
                             TsrPhasorSum       *sums);
