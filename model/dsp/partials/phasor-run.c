/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs of phasors, four samples at a time.
 */
#include "model/dsp/partials/phasor-run.h"

#include "model/dsp/lanes-math.h"

/* Where lanes are. */
static const TsrLanes places = {0, 1, 2, 3};

/* Value of a cubic c at samples k, how much it grows over the next four, how much that
 * grows over four, and again. */
typedef struct {
  TsrLanes value, growth, bend, twist;
} Differences;

TSR_INLINE void
difference (const double c[4], Differences *d)
{
  TsrLanes k = places;

  d->value = c[0] + k * (c[1] + k * (c[2] + k * c[3]));
  d->growth = 4 * c[1] + (8 * k + 16) * c[2] + ((12 * k + 48) * k + 64) * c[3];
  d->bend = 32 * c[2] + (96 * k + 384) * c[3];
  d->twist = 0 * k + 384 * c[3];
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_fill (TsrPhasorRun *run,
                     const double  log2_amplitude[4],
                     const double  phase_turns[4])
{
  Differences a, p;

  difference (log2_amplitude, &a);
  difference (phase_turns, &p);
  TsrComplexLanes value, growth, bend, twist;
  tsr_lanes_turned (&a.value, &p.value, &value);
  tsr_lanes_turned (&a.growth, &p.growth, &growth);
  tsr_lanes_turned (&a.bend, &p.bend, &bend);
  tsr_lanes_turned (&a.twist, &p.twist, &twist);
  for (int i = 0; i < run->n; i += TSR_LANES) {
    tsr_lanes_store (&value.re, run->re + i);
    tsr_lanes_store (&value.im, run->im + i);
    tsr_lanes_multiply (&value, &growth);
    tsr_lanes_multiply (&growth, &bend);
    tsr_lanes_multiply (&bend, &twist);
  }
}

void
tsr_phasor_run_scale (TsrPhasorRun *run, double first, double step)
{
  for (int k = 0; k < run->n; k++) {
    double gain = first + k * step;
    run->re[k] *= gain;
    run->im[k] *= gain;
  }
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_subtract (const TsrPhasorRun *run, double *out)
{
  for (int k = 0; k < run->n; k++)
    out[k] -= run->re[k];
}

/* One bin's part of a run. */
TSR_INLINE void
add_to_sum (
    const TsrPhasorRun *run, const double *residual, int k, int end, TsrPhasorSum *sum)
{
  TsrLanes re = {0}, im = {0}, energy = {0};

  for (; k + TSR_LANES <= end; k += TSR_LANES) {
    TsrLanes rest, r, i;
    tsr_lanes_load (&rest, residual + k);
    tsr_lanes_load (&r, run->re + k);
    tsr_lanes_load (&i, run->im + k);
    re += rest * r;
    im += rest * i;
    energy += r * r + i * i;
  }
  sum->re += tsr_lanes_sum (&re);
  sum->im -= tsr_lanes_sum (&im);
  sum->energy += tsr_lanes_sum (&energy);
  for (; k < end; k++) {
    sum->re += residual[k] * run->re[k];
    sum->im -= residual[k] * run->im[k];
    sum->energy += run->re[k] * run->re[k] + run->im[k] * run->im[k];
  }
}

TSR_FOR_EACH_MACHINE void
tsr_phasor_run_project (const TsrPhasorRun *run,
                        const double       *residual,
                        int64_t             at,
                        int64_t             bin,
                        TsrPhasorSum       *sums)
{
  for (int k = 0; k < run->n;) {
    int64_t index = at / bin, left = (index + 1) * bin - at;
    int     end = run->n - k < left ? run->n : k + (int)left;
    add_to_sum (run, residual, k, end, &sums[index]);
    at += end - k;
    k = end;
  }
}
