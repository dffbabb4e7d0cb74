/* SPDX-License-Identifier: GPL-3.0-or-later
 * The noise that broadens a partial: white noise through a third-order Butterworth
 * low-pass at 500 Hz, designed for the rate and scaled to variance 1/2 (algorithm note
 * 5.1 B; after Fitz and Haken, JAES 50(11), 2002). The white numbers are functions of
 * seed and position alone, so any engine can begin anywhere; at high rates each is held
 * for up to eight samples, which costs the pass-band 0.1 dB and saves most of the work.
 * Private to the synthesis.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
  TSR_NOISE_STEP = 8,   /* samples made at once */
  TSR_NOISE_STATES = 4, /* three, and one that stays zero */
};

/* y = from_input w + from_state s and s' likewise, for eight samples at once, which hold
 * n_inputs white numbers. */
typedef struct {
  int    n_inputs;                                          /* 1, 2, 4 or 8 */
  double output_from_input[TSR_NOISE_STEP][TSR_NOISE_STEP]; /* [input][output] */
  double output_from_state[TSR_NOISE_STATES][TSR_NOISE_STEP];
  double state_from_input[TSR_NOISE_STEP][TSR_NOISE_STATES];
  double state_from_state[TSR_NOISE_STATES][TSR_NOISE_STATES];
} TsrBandwidthFilter;

void tsr_bandwidth_filter_init (TsrBandwidthFilter *filter, double rate_hz);

typedef struct {
  uint32_t a, b;
} TsrNoiseSeed;

/* Mixes a partial's id into two words (the finaliser of splitmix64). */
static inline TsrNoiseSeed
tsr_noise_seed (int64_t id)
{
  uint64_t x = (uint64_t)id * 0x9e3779b97f4a7c15u;

  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  return (TsrNoiseSeed){(uint32_t)x, (uint32_t)(x >> 32)};
}

/* White noise, uniform over all 32-bit numbers; repeats after 2^32 samples. */
static inline int32_t
tsr_white_noise (TsrNoiseSeed seed, uint32_t n)
{
  uint32_t x = n + seed.a;

  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= seed.b;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return (int32_t)x;
}

#define TSR_BELL_VARIANCE 21845.0

/* White noise of the distribution of four bytes' sum, about 0: nearly Gaussian. */
static inline int32_t
tsr_bell_noise (TsrNoiseSeed seed, uint32_t n)
{
  uint32_t x = (uint32_t)tsr_white_noise (seed, n);

  return (int32_t)((x & 0xff) + (x >> 8 & 0xff) + (x >> 16 & 0xff) + (x >> 24)) - 510;
}
