/* SPDX-License-Identifier: GPL-3.0-or-later
 * The loops of oscillator-kernel.h, included once for each instruction set with
 * KERNEL (name) and KERNEL_TARGET defined. (Vector types are lowered before functions
 * are inlined, so one inline body would not do.)
 */

/* Phase in 2^-32 turns by forward differences at a stride of eight; cosine by (u - u^3)
 * P (u^2) with P of degree 4, error 2.9e-7 (algorithm note 4.1). */
KERNEL_TARGET static void
KERNEL (oscillate) (const TsrOscillatorRun *run, float *out)
{
  const double *c = run->phase;
  const float  *a = run->amplitude;
  const Ints8   lane_i = {0, 1, 2, 3, 4, 5, 6, 7};
  const Words8  lane = (Words8)lane_i;
  const Floats8 lane_f = {0, 1, 2, 3, 4, 5, 6, 7};
  /* Value, first and second difference are polynomials of the lane. */
  Words8 p = lane * fixed (c[3]) + fixed (c[2]);
  Words8 d = lane * fixed (24 * c[3]) + fixed (16 * c[2] + 192 * c[3]);
  Words8 dd = lane * fixed (384 * c[3]) + fixed (128 * c[2] + 3072 * c[3]);

  p = lane * (lane * p + fixed (c[1])) + fixed (c[0] + 0.25);
  d = lane * d + fixed (8 * c[1] + 64 * c[2] + 512 * c[3]);
  uint32_t ddd = fixed (3072 * c[3]);
  Floats8  level = a[0] + lane_f * (a[1] + lane_f * (a[2] + lane_f * a[3]));
  Floats8  dlevel = 8 * a[1] + 64 * a[2] + 512 * a[3] +
                   lane_f * (16 * a[2] + 192 * a[3] + lane_f * (24 * a[3]));
  Floats8 ddlevel = 128 * a[2] + 3072 * a[3] + lane_f * (384 * a[3]);
  float   dddlevel = 3072 * a[3];
  int     n = run->n_samples;

  int n_whole = run->modulation == NULL ? n & ~7 : 0, i = 0;

  for (; i < n_whole; i += 8) {
    Floats8 y, sum;
    TSR_OSCILLATE (y);
    memcpy (&sum, out + i, sizeof sum);
    sum += y;
    memcpy (out + i, &sum, sizeof sum);
  }
  for (; i < n; i += 8) {
    Floats8 y, sum;
    TSR_OSCILLATE (y);
    if (run->modulation != NULL) {
      Floats8 factor;
      memcpy (&factor, run->modulation + i, sizeof factor);
      y *= factor;
    }
    if (n - i < 8) {
      Ints8 bits; /* lanes beyond the run add nothing */
      memcpy (&bits, &y, sizeof bits);
      bits &= lane_i < n - i;
      memcpy (&y, &bits, sizeof y);
    }
    memcpy (&sum, out + i, sizeof sum);
    sum += y;
    memcpy (out + i, &sum, sizeof sum);
  }
}

KERNEL_TARGET static void
KERNEL (noise) (const TsrOscillatorFilter *filter,
                TsrNoiseSeed               seed,
                uint32_t                   first,
                float                     *state,
                int                        n_steps,
                float                     *out)
{
  const Words8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  float        white[TSR_OSCILLATOR_CHUNK + 8];
  int          n_inputs = filter->n_inputs, n = n_steps * n_inputs;
  uint32_t     start = first * (uint32_t)n_inputs + seed.a;
  Floats4      s, row4;

  for (int i = 0; i < n; i += 8) {
    Words8 x = lane + (start + (uint32_t)i); /* tsr_bell_noise */
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= seed.b;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    x = (x & 0xff) + (x >> 8 & 0xff) + (x >> 16 & 0xff) + (x >> 24) - 510;
    Floats8 w = __builtin_convertvector((Ints8)x, Floats8);
    memcpy (white + i, &w, sizeof w);
  }
  memcpy (&s, state, sizeof s);
  for (int i = 0; i < n_steps; i++) {
    const float *w = white + i * n_inputs;
    Floats8      y = {0}, row;
    Floats4      next = {0};
    for (int j = 0; j < n_inputs; j++) {
      memcpy (&row, filter->output_from_input[j], sizeof row);
      memcpy (&row4, filter->state_from_input[j], sizeof row4);
      y += row * w[j];
      next += row4 * w[j];
    }
    for (int j = 0; j + 1 < TSR_NOISE_STATES; j++) {
      memcpy (&row, filter->output_from_state[j], sizeof row);
      memcpy (&row4, filter->state_from_state[j], sizeof row4);
      y += row * s[j];
      next += row4 * s[j];
    }
    memcpy (out + i * TSR_NOISE_STEP, &y, sizeof y);
    s = next;
  }
  memcpy (state, &s, sizeof s);
}

KERNEL_TARGET static void
KERNEL (modulate) (float bandwidth, float tonal, float slope, int n_samples, float *noise)
{
  if (slope == 0) {
    float sine = sqrtf (tonal), wide = sqrtf (2 * bandwidth);
    for (int i = 0; i < n_samples; i++)
      noise[i] = sine + wide * noise[i];
    return;
  }
  for (int i = 0; i < n_samples; i++) {
    float sine = tonal - (float)i * slope, wide = bandwidth + (float)i * slope;
    noise[i] = sqrtf (sine < 0 ? 0 : sine) + sqrtf (wide < 0 ? 0 : 2 * wide) * noise[i];
  }
}

static const TsrOscillatorKernels KERNEL (kernels) = {
    KERNEL (oscillate), KERNEL (noise), KERNEL (modulate)};
