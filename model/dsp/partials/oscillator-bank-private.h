/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the score's maker and the audio thread's renderer share. Private to the synthesis.
 */
#pragma once

#include "model/dsp/partials/oscillator-bank.h"
#include "model/dsp/partials/oscillator-kernel.h"
#include "model/dsp/partials/segment.h"

#include <stdatomic.h>

typedef struct {
  const TsrBreakpoint *breakpoints; /* of the partial, held by the set */
  uint32_t             n_breakpoints;
  uint32_t             channel;
  double               start_s, end_s;
  TsrNoiseSeed         seed;
  bool                 has_noise;
} TsrScorePartial;

/* The time index: at the border of bucket k, first_s + k bucket_s, the partials
 * sounding[sounding_at[k]] .. sounding[sounding_at[k + 1] - 1] sound, and
 * by_start[next_at[k]] is the first that has not begun before it. */
struct TsrScore {
  atomic_int       n_refs;
  TsrPartialSet   *set;
  size_t           n;
  TsrScorePartial *partials; /* in order of id */
  uint32_t        *by_start;
  double           first_s, bucket_s;
  size_t           n_buckets;
  uint32_t        *next_at;
  size_t          *sounding_at; /* n_buckets + 1 */
  uint32_t        *sounding;
  size_t           max_polyphony;
  unsigned         n_channels;
};

typedef struct {
  uint32_t   partial; /* in order of id */
  uint32_t   cursor;  /* breakpoint that begins the segment */
  bool       is_new;  /* nothing of it has been rendered */
  bool       has_segment, has_noise_state;
  bool       has_turns;    /* `turns` is up to date: phases are carried */
  double     gain;         /* factor of the transform at the end of the last chunk */
  double     share;        /* 1 while its group sounds, 0 while not, ramped between */
  double     turns;        /* phase at the end of the last chunk */
  double     offset_turns; /* phase beyond the score's where unity came back */
  TsrSegment segment;
  float      noise_state[TSR_NOISE_STATES];
} TsrVoice;

typedef struct {
  double pitch_ratio, shift_hz, gain;
} TsrBankParameters;

struct TsrOscillatorBank {
  const TsrScore             *score;
  const TsrOscillatorKernels *kernels;
  double                      rate_hz;
  unsigned                    n_out_channels;
  int                         noise_lead; /* samples that fill a noise filter */
  TsrOscillatorFilter         filter;

  bool              is_running; /* time goes on from expected_s */
  bool              is_locked;  /* phases are the score's own, but for offsets */
  double            expected_s;
  TsrBankParameters last;
  double    relock_at, relock_length; /* samples since unity came back; of 50 ms */
  uint32_t  noise_at;                 /* sample number of the noise streams */
  size_t    next;                     /* in by_start: first that has not begun */
  TsrVoice *voices;
  size_t    n_voices, voices_capacity;
  float    *sums; /* TSR_OSCILLATOR_CHUNK for each channel of the score */
};
