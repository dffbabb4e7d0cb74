/* SPDX-License-Identifier: GPL-3.0-or-later
 * Some successive samples of a partial as amplitude times exp (j phase), and what
 * analysis by synthesis does with them: in single precision, eight at a time, which is
 * exact to -100 dB. Private to it.
 */
#pragma once

#include <stdint.h>

enum {
  TSR_PHASOR_LANES = 8,
  TSR_PHASOR_RUN = 128, /* samples of one recurrence */
  TSR_PHASOR_ROOM = TSR_PHASOR_RUN + 2 * TSR_PHASOR_LANES,
};

typedef float TsrPhasorLanes
    __attribute__ ((vector_size (TSR_PHASOR_LANES * sizeof (float))));

/* Samples lead .. lead + n - 1; zeros before, and behind up to a multiple of eight. */
typedef struct {
  TsrPhasorLanes re[TSR_PHASOR_ROOM / TSR_PHASOR_LANES];
  TsrPhasorLanes im[TSR_PHASOR_ROOM / TSR_PHASOR_LANES];
  int            lead, n; /* lead < TSR_PHASOR_LANES, n <= TSR_PHASOR_RUN */
} TsrPhasorRun;

/* Sums over some samples of residual times conjugate partial, and of its energy, each as
 * one sum for every eighth sample. */
typedef struct {
  TsrPhasorLanes re, im, energy;
} TsrPhasorSum;

/* Makes run->n samples behind run->lead zeros by products of differences: cubics in
 * samples of the base-2 logarithm of the amplitude and of the phase in turns. Error below
 * 1e-5 of the amplitude. */
void tsr_phasor_run_fill (TsrPhasorRun *run,
                          const double  log2_amplitude[4],
                          const double  phase_turns[4]);

/* Multiplies by first + k * step, k = 0 for sample `lead`. */
void tsr_phasor_run_scale (TsrPhasorRun *run, double first, double step);

/* Adds the real part to `out`, whose sample 0 belongs to the first zero of the lead. */
void tsr_phasor_run_add (const TsrPhasorRun *run, float *out);

/* Adds sums over `residual` (as above) to bins of `bin` samples each, a multiple of
 * eight; the first zero of the lead is sample `at` of bin 0, a multiple of eight too. */
void tsr_phasor_run_project (const TsrPhasorRun *run,
                             const float        *residual,
                             int64_t             at,
                             int64_t             bin,
                             TsrPhasorSum       *sums);

/* Sum of `residual` by the window (1 - x^2)^3, x = (sample - place) / reach, times
 * 2^(growth_log2 u) exp (-2 pi j frequency u), u = sample - place: real and imaginary
 * part. `frequency` in turns per sample; |growth_log2| * reach is at most 10. Reads up to
 * seven samples behind the window. */
void tsr_phasor_correlate (const float *residual,
                           double       place,
                           double       reach,
                           double       growth_log2,
                           double       frequency,
                           double       sum[2]);

/* Sums over n bins by the window (1 - x^2)^3, x = first + k * step for bin k: re, im and
 * energy. */
void tsr_phasor_sums_in_window (
    const TsrPhasorSum *sums, int n, double first, double step, double total[3]);
