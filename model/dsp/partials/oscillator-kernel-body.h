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
  const double  *c = run->phase;
  const float   *a = run->amplitude;
  const Doubles8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  const Floats8  lane_f = {0, 1, 2, 3, 4, 5, 6, 7};
  Bits8          value, first, second;
  /* Adding 1.5 2^20 leaves the fraction of a turn in the low 32 bits. */
  const double to_fraction = 1572864.0;

  value.doubles = c[0] + 0.25 + lane * (c[1] + lane * (c[2] + lane * c[3])) + to_fraction;
  first.doubles = 8 * c[1] + c[2] * (16 * lane + 64) +
                  c[3] * ((24 * lane + 192) * lane + 512) + to_fraction;
  second.doubles = 128 * c[2] + c[3] * (384 * lane + 3072) + to_fraction;
  union {
    double  number;
    int64_t bits;
  } third_bits = {.number = 3072 * c[3] + to_fraction};
  Ints8   p = __builtin_convertvector(value.longs, Ints8);
  Ints8   d = __builtin_convertvector(first.longs, Ints8);
  Ints8   dd = __builtin_convertvector(second.longs, Ints8);
  int32_t ddd = (int32_t)third_bits.bits;
  Floats8 level = a[0] + lane_f * (a[1] + lane_f * a[2]);
  Floats8 dlevel = 8 * a[1] + a[2] * (16 * lane_f + 64);
  float   ddlevel = 128 * a[2];
  int     n = run->n_samples;

  for (int i = 0; i < n; i += 8) {
    Floats8 u = __builtin_convertvector(p, Floats8) * 0x1p-31f, z = u * u, y, sum;
    y = 0.00597329174f * z - 0.0744593689f;
    y = y * z + 0.523780453f;
    y = y * z - 2.02608378f;
    y = y * z + 3.1415913f;
    y *= (u - u * z) * level;
    if (run->modulation != NULL) {
      Floats8 factor;
      memcpy (&factor, run->modulation + i, sizeof factor);
      y *= factor;
    }
    if (n - i >= 8) {
      memcpy (&sum, out + i, sizeof sum);
      sum += y;
      memcpy (out + i, &sum, sizeof sum);
    } else
      for (int k = 0; k < n - i; k++)
        out[i + k] += y[k];
    p += d;
    d += dd;
    dd += ddd;
    level += dlevel;
    dlevel += ddlevel;
  }
}

KERNEL_TARGET static void
KERNEL (noise) (const TsrOscillatorFilter *filter,
                TsrNoiseSeed               seed,
                uint32_t                   first,
                float                     *state,
                int                        n_samples,
                float                     *out)
{
  const Words8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  Floats4      s;

  memcpy (&s, state, sizeof s);
  for (int i = 0; i < n_samples; i += TSR_NOISE_STEP) {
    Words8 x = lane + (first + (uint32_t)i + seed.a); /* tsr_white_noise */
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= seed.b;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    Floats8 w = __builtin_convertvector((Ints8)x, Floats8) * 0x1p-31f, y = {0}, row;
    Floats4 next = {0}, row4;
    for (int j = 0; j < TSR_NOISE_STEP; j++) {
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
    memcpy (out + i, &y, sizeof y);
    for (int k = 0; n_samples - i < TSR_NOISE_STEP && k < n_samples - i; k++) {
      memcpy (&row4, filter->single_input, sizeof row4);
      next = row4 * w[k];
      for (int j = 0; j + 1 < TSR_NOISE_STATES; j++) {
        memcpy (&row4, filter->single_state[j], sizeof row4);
        next += row4 * s[j];
      }
      s = next;
    }
    s = next;
  }
  memcpy (state, &s, sizeof s);
}

KERNEL_TARGET static void
KERNEL (modulate) (float bandwidth, float slope, int n_samples, float *noise)
{
  for (int i = 0; i < n_samples; i++) {
    float bw = bandwidth + (float)i * slope;
    bw = bw < 0 ? 0 : (bw > 1 ? 1 : bw);
    noise[i] = sqrtf (1 - bw) + sqrtf (2 * bw) * noise[i];
  }
}

static const TsrOscillatorKernels KERNEL (kernels) = {
    KERNEL (oscillate), KERNEL (noise), KERNEL (modulate)};
