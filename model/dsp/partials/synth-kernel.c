/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inner loops of the reference synthesiser.
 */
#include "model/dsp/partials/synth-kernel.h"

#include "model/dsp/lanes.h"
#include "model/dsp/partials/phasor.h"

#include <string.h>

#define INLINE static inline __attribute__ ((always_inline))

INLINE double
cubic (const double c[4], double x)
{
  return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
}

/* Multiplies by what is faded out near half the rate, and by the noise. */
INLINE void
modulate (const TsrSynthRun *run, int first, int n, double *amplitude)
{
  if (run->has_fade)
    for (int i = 0; i < n; i++) {
      double x = first + i;
      amplitude[i] *= tsr_nyquist_fade (run->phase[1] +
                                        x * (2 * run->phase[2] + x * 3 * run->phase[3]));
    }
  if (run->noise != NULL)
    for (int i = 0; i < n; i++) {
      double bw = run->bandwidth[0] + (first + i) * run->bandwidth[1];
      bw = bw < 0 ? 0 : (bw > 1 ? 1 : bw);
      amplitude[i] *= sqrt (1 - bw) + sqrt (2 * bw) * run->noise[i];
    }
}

/* Sample by sample: whatever moves fast. */
INLINE void
render_directly (const TsrSynthRun *run, int first, int n, double *out)
{
  double amplitude[TSR_SYNTH_BLOCK];

  if (run->is_linear)
    for (int i = 0; i < n; i++)
      amplitude[i] = cubic (run->amplitude, first + i);
  else
    for (int i = 0; i < n; i++)
      amplitude[i] = tsr_exp2 (cubic (run->amplitude, first + i));
  modulate (run, first, n, amplitude);
  for (int i = 0; i < n; i++)
    out[i] += amplitude[i] * tsr_turns_cosine (cubic (run->phase, first + i));
}

/* By recurrence, always from the origin on, so that all parts of a block agree. */
INLINE void
render_by_phasor (const TsrSynthRun *run, int first, int n, double *out)
{
  static const double none[4] = {0};
  double              wave[TSR_SYNTH_BLOCK + TSR_LANES], amplitude[TSR_SYNTH_BLOCK];
  TsrPhasor           phasor;

  tsr_phasor_begin (&phasor, run->is_linear ? none : run->amplitude, run->phase);
  for (int i = 0; i < first + n; i += TSR_LANES) {
    tsr_lanes_store (&phasor.value.re, wave + i);
    tsr_phasor_step (&phasor);
  }
  if (!run->is_linear && !run->has_fade && run->noise == NULL) {
    for (int i = 0; i < n; i++)
      out[i] += wave[first + i];
    return;
  }
  for (int i = 0; i < n; i++)
    amplitude[i] = run->is_linear ? cubic (run->amplitude, first + i) : 1;
  modulate (run, first, n, amplitude);
  for (int i = 0; i < n; i++)
    out[i] += amplitude[i] * wave[first + i];
}

INLINE void
render (const TsrSynthRun *run, int first, int n, double *out)
{
  static const double none[4] = {0};

  if (tsr_phasor_is_exact (run->is_linear ? none : run->amplitude, run->phase))
    render_by_phasor (run, first, n, out);
  else
    render_directly (run, first, n, out);
}

INLINE void
noise (const TsrBandwidthFilter *filter,
       TsrNoiseSeed              seed,
       int64_t                   first,
       double                    state[TSR_NOISE_STATES],
       size_t                    n_steps,
       double                   *out)
{
  uint32_t step = (uint32_t)(first / TSR_NOISE_STEP);
  int      n_inputs = filter->n_inputs;

  for (size_t k = 0; k < n_steps; k++, step++) {
    double y[TSR_NOISE_STEP] = {0}, s[TSR_NOISE_STATES] = {0};
    for (int j = 0; j < n_inputs; j++) {
      double w = tsr_bell_noise (seed, step * (uint32_t)n_inputs + (uint32_t)j);
      for (int i = 0; i < TSR_NOISE_STEP; i++)
        y[i] += filter->output_from_input[j][i] * w;
      for (int i = 0; i < TSR_NOISE_STATES; i++)
        s[i] += filter->state_from_input[j][i] * w;
    }
    for (int j = 0; j + 1 < TSR_NOISE_STATES; j++) {
      for (int i = 0; i < TSR_NOISE_STEP; i++)
        y[i] += filter->output_from_state[j][i] * state[j];
      for (int i = 0; i < TSR_NOISE_STATES; i++)
        s[i] += filter->state_from_state[j][i] * state[j];
    }
    memcpy (out + k * TSR_NOISE_STEP, y, sizeof y);
    memcpy (state, s, sizeof s);
  }
}

#define DEFINE_KERNELS(suffix, attributes)                                               \
  attributes static void render_##suffix (                                               \
      const TsrSynthRun *run, int first, int n, double *out)                             \
  {                                                                                      \
    render (run, first, n, out);                                                         \
  }                                                                                      \
  attributes static void noise_##suffix (const TsrBandwidthFilter *filter,               \
                                         TsrNoiseSeed              seed,                 \
                                         int64_t                   first,                \
                                         double                   *state,                \
                                         size_t                    n_steps,              \
                                         double                   *out)                  \
  {                                                                                      \
    noise (filter, seed, first, state, n_steps, out);                                    \
  }                                                                                      \
  static const TsrSynthKernels kernels_##suffix = {render_##suffix, noise_##suffix};

DEFINE_KERNELS (plain, )
#if defined(TSR_HAS_AVX2_KERNELS)
DEFINE_KERNELS (avx2, __attribute__ ((target ("avx2"))))
#endif

const TsrSynthKernels *
tsr_synth_kernels (bool plain)
{
#if defined(TSR_HAS_AVX2_KERNELS)
  if (!plain && __builtin_cpu_supports ("avx2"))
    return &kernels_avx2;
#endif
  return &kernels_plain;
}
