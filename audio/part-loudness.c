/* SPDX-License-Identifier: GPL-3.0-or-later
 * ITU-R BS.1770-4: the two filters of its annex 1 (here from their analogue prototypes,
 * for any rate), blocks of 400 ms, gates at -70 LUFS and 10 LU below the mean.
 */
#include "audio/part-loudness.h"

#include <complex.h>
#include <math.h>

#define STEP_S 0.1
#define ABSOLUTE_GATE_LUFS (-70.0)
#define RELATIVE_GATE_LU (-10.0)

enum { STEPS_A_BLOCK = 4, DISCARD_FRAMES = 1 << 18, DISCARD_BREAKPOINTS = 1 << 18 };

/* One second-order section; b0 b1 b2 over 1 a1 a2. */
typedef struct {
  double b[3], a[2];
  double z[2];
} Section;

/* The shelf (head) and the high pass of the K weighting. */
static void
k_weighting (double rate_hz, Section sections[2])
{
  double k = tan (M_PI * 1681.974450955533 / rate_hz), q = 0.7071752369554196;
  double vh = pow (10, 3.999843853973347 / 20), vb = pow (vh, 0.4996667741545416);
  double a0 = 1 + k / q + k * k;
  sections[0] = (Section){
      .b = {(vh + vb * k / q + k * k) / a0,
            2 * (k * k - vh) / a0,
            (vh - vb * k / q + k * k) / a0},
      .a = {2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0},
  };
  k = tan (M_PI * 38.13547087602444 / rate_hz), q = 0.5003270373238773;
  a0 = 1 + k / q + k * k;
  sections[1] = (Section){
      .b = {1, -2, 1},
      .a = {2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0},
  };
}

static double
filter (Section *s, double x)
{
  double y = s->b[0] * x + s->z[0];
  s->z[0] = s->b[1] * x - s->a[0] * y + s->z[1];
  s->z[1] = s->b[2] * x - s->a[1] * y;
  return y;
}

/* Power gain at a frequency. */
static double
k_power (const Section sections[2], double frequency_hz, double rate_hz)
{
  double complex z = cexp (-I * 2 * M_PI * frequency_hz / rate_hz), h = 1;
  for (int s = 0; s < 2; s++)
    h *= (sections[s].b[0] + (sections[s].b[1] + sections[s].b[2] * z) * z) /
         (1 + (sections[s].a[0] + sections[s].a[1] * z) * z);
  return creal (h) * creal (h) + cimag (h) * cimag (h);
}

void
tsr_power_steps_init (TsrPowerSteps *self, double duration_s)
{
  self->n = (gsize)ceil (MAX (duration_s, 0) / STEP_S) + 1;
  self->power = g_new0 (double, self->n);
}

void
tsr_power_steps_clear (TsrPowerSteps *self)
{
  g_clear_pointer (&self->power, g_free);
}

void
tsr_power_steps_add_signal (TsrPowerSteps *self, const TsrSignal *signal)
{
  double rate_hz = tsr_signal_rate_hz (signal);
  gint64 n_frames = tsr_signal_n_frames (signal);
  for (unsigned c = 0; c < tsr_signal_n_channels (signal); c++) {
    const float *samples = tsr_signal_channel (signal, c);
    Section      sections[2];
    k_weighting (rate_hz, sections);
    for (gint64 i = 0; i < n_frames; i++) {
      if (i % DISCARD_FRAMES == 0 && c + 1 == tsr_signal_n_channels (signal))
        tsr_signal_discard (signal, i - DISCARD_FRAMES, DISCARD_FRAMES);
      double y = filter (&sections[1], filter (&sections[0], (double)samples[i]));
      gsize  step = (gsize)((double)i / rate_hz / STEP_S);
      if (step < self->n)
        self->power[step] += y * y / (rate_hz * STEP_S);
    }
  }
}

struct TsrPartialPowers {
  gatomicrefcount n_refs;
  gsize           n;     /* partials */
  gsize          *first; /* step of each partial's first value */
  gsize          *at;    /* of that value in `power`; n + 1 */
  float          *power;
};

static gsize
step_of (double time_s)
{
  return (gsize)MAX (0, time_s / STEP_S);
}

/* Spreads energy over the steps that a span of time touches. */
static void
spread (float *power, gsize first, double start_s, double end_s, double value)
{
  gsize last = step_of (end_s);
  for (gsize step = step_of (start_s); step <= last; step++) {
    double from_s = MAX (start_s, (double)step * STEP_S);
    double to_s = MIN (end_s, (double)(step + 1) * STEP_S);
    power[step - first] += (float)(value * MAX (0, to_s - from_s) / STEP_S);
  }
}

static void
measure_partial (const TsrPartial *partial,
                 const Section     weighting[2],
                 gsize             first,
                 float            *power)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  double               weight = 0, weighed_hz = -1;
  double               a0 = tsr_breakpoint_amplitude (&b[0]);
  for (gsize i = 1; i < tsr_partial_n_breakpoints (partial); i++) {
    double a1 = tsr_breakpoint_amplitude (&b[i]);
    double frequency_hz = b[i].frequency_hz;
    if (fabs (frequency_hz - weighed_hz) > 0.01 * weighed_hz) {
      weight = k_power (weighting, MIN (frequency_hz, 22000), 48000);
      weighed_hz = frequency_hz;
    }
    spread (power,
            first,
            b[i - 1].time_s,
            b[i].time_s,
            weight * (a0 * a0 + a0 * a1 + a1 * a1) / 6);
    a0 = a1;
  }
}

TsrPartialPowers *
tsr_partial_powers_new (const TsrPartialSet *set)
{
  TsrPartialPowers *self = g_new0 (TsrPartialPowers, 1);
  Section           weighting[2];
  k_weighting (48000, weighting);
  g_atomic_ref_count_init (&self->n_refs);
  self->n = tsr_partial_set_size (set);
  self->first = g_new0 (gsize, self->n + 1);
  self->at = g_new0 (gsize, self->n + 1);
  for (gsize i = 0; i < self->n; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
    self->first[i] = step_of (s->start_s);
    self->at[i + 1] = self->at[i] + step_of (s->end_s) - self->first[i] + 1;
  }
  self->power = g_new0 (float, self->at[self->n] + 1);
  gsize n_read = 0;
  for (gsize i = 0; i < self->n; i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    measure_partial (partial, weighting, self->first[i], self->power + self->at[i]);
    n_read += tsr_partial_n_breakpoints (partial);
    if (n_read >= DISCARD_BREAKPOINTS) {
      tsr_partial_set_discard (set);
      n_read = 0;
    }
  }
  return self;
}

TsrPartialPowers *
tsr_partial_powers_ref (TsrPartialPowers *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
tsr_partial_powers_unref (TsrPartialPowers *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_free (self->first);
  g_free (self->at);
  g_free (self->power);
  g_free (self);
}

void
tsr_power_steps_add_partials (TsrPowerSteps          *self,
                              const TsrPartialPowers *powers,
                              const guint8           *group_of_partial,
                              guint8                  group)
{
  for (gsize i = 0; i < powers->n; i++) {
    if (group_of_partial != NULL && group_of_partial[i] != group)
      continue;
    const float *power = powers->power + powers->at[i];
    gsize        n = powers->at[i + 1] - powers->at[i];
    for (gsize k = 0; k < n && powers->first[i] + k < self->n; k++)
      self->power[powers->first[i] + k] += (double)power[k];
  }
}

void
tsr_power_steps_add (TsrPowerSteps *self, const TsrPowerSteps *other)
{
  for (gsize i = 0; i < MIN (self->n, other->n); i++)
    self->power[i] += other->power[i];
}

static double
lufs (double power)
{
  return power > 0 ? -0.691 + 10 * log10 (power) : -INFINITY;
}

/* Mean power of the blocks above a gate. A sound shorter than a block is one block. */
static double
gated_mean (const TsrPowerSteps *self, double gate_lufs)
{
  double sum = 0;
  gsize  n = 0, n_blocks = self->n > STEPS_A_BLOCK ? self->n - STEPS_A_BLOCK : 1;
  for (gsize first = 0; first < n_blocks; first++) {
    double block = 0;
    gsize  n_steps = MIN (STEPS_A_BLOCK, self->n - first);
    for (gsize i = 0; i < n_steps; i++)
      block += self->power[first + i] / (double)n_steps;
    if (lufs (block) > gate_lufs) {
      sum += block;
      n++;
    }
  }
  return n > 0 ? sum / (double)n : 0;
}

double
tsr_power_steps_loudness (const TsrPowerSteps *self)
{
  double gate_lufs = lufs (gated_mean (self, ABSOLUTE_GATE_LUFS)) + RELATIVE_GATE_LU;
  return lufs (gated_mean (self, MAX (ABSOLUTE_GATE_LUFS, gate_lufs)));
}
