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

typedef struct TsrMorphScore  TsrMorphScore; /* morph-live-private.h */
typedef struct TsrMorphCursor TsrMorphCursor;
typedef struct TsrMorphPlay   TsrMorphPlay;

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
  TsrMorphScore   *morph; /* what the partials are made of; NULL: they have breakpoints */
};

typedef struct {
  const TsrBreakpoint *breakpoints; /* of the partial; NULL: `morph` makes them */
  TsrMorphCursor      *morph;
  uint32_t             partial; /* in order of id */
  uint32_t             cursor;  /* breakpoint that begins the segment */
  uint32_t             channel;
  bool                 is_new; /* nothing of it has been rendered */
  bool                 has_segment, has_noise, has_noise_state;
  bool                 has_turns; /* `turns` is up to date: phases are carried */
  double               end_s, segment_end_s; /* of the partial and the segment */
  double               gain;  /* factor of the transform at the end of the last chunk */
  double               share; /* 1 while its group sounds, 0 while not, ramped between */
  double               turns; /* phase at the end of the last chunk */
  double               offset_turns; /* phase beyond the score's where unity came back */
  TsrSegment           segment;
  float                noise_state[TSR_NOISE_STATES];
  float noise_step[TSR_NOISE_STEP]; /* the step that the next sample lies in */
} TsrBankVoice;

typedef struct {
  double pitch_ratio, shift_hz, gain;
} TsrBankParameters;

struct TsrOscillatorBank {
  const TsrScore             *score;
  const TsrOscillatorKernels *kernels;
  double                      rate_hz;
  unsigned                    n_out_channels;
  int                         noise_lead; /* steps that fill a noise filter */
  TsrOscillatorFilter         filter;

  bool              is_running; /* time goes on from expected_s */
  bool              is_locked;  /* phases are the score's own, but for offsets */
  double            expected_s;
  TsrBankParameters last;
  double        relock_at, relock_length; /* samples since unity came back; of 50 ms */
  int64_t       noise_at;                 /* sample number of the noise streams */
  size_t        next;                     /* in by_start: first that has not begun */
  TsrBankVoice *voices;
  size_t        n_voices, voices_capacity;
  float        *sums; /* TSR_OSCILLATOR_CHUNK for each channel of the score */
  TsrMorphPlay *play; /* NULL: the score is no morph */
};

/* Orders the score's partials by time and fills its index. False when memory is short. */
bool tsr_score_index (TsrScore *score);

/* Up to 128 samples, over which the transform moves evenly. */
typedef struct {
  TsrOscillatorBank *bank;
  int                n_samples;
  double             n_left;             /* samples of the block from the chunk on */
  double             x0, dx;             /* score samples: at the first, and per sample */
  double             over_dx;            /* 1 / dx */
  double             period_s, step_s;   /* of the rate, and of score time per sample */
  double             ratio, ratio_slope; /* pitch at the first sample, and per sample */
  double             shift, shift_slope; /* cycles per sample likewise */
  double             gain_end;           /* at the end of the chunk */
  const float       *filter_gain;        /* at the end of the chunk; NULL for none */
  bool               is_locked, is_leaving_lock, is_entering_lock;
  double             relock[4];  /* weight of the voices' offsets over samples */
  int64_t            noise_jump; /* by how much noise_at leapt before this chunk */
  const uint8_t     *group_of_partial;
  uint8_t            group;
} TsrBankChunk;

static inline double
tsr_larger (double a, double b)
{
  return a > b ? a : b;
}

static inline double
tsr_smaller (double a, double b)
{
  return a < b ? a : b;
}

/* First sample of the chunk at or after a score time, and n_samples + 1 for all that lie
 * beyond it. The tolerance is that of tsr_sample_at. */
static inline int
tsr_bank_sample_of (const TsrBankChunk *chunk, double time_s)
{
  double x = time_s * chunk->bank->rate_hz - chunk->x0 - 1e-6;

  if (x <= 0)
    return 0;
  if (x > chunk->n_samples * chunk->dx)
    return chunk->n_samples + 1;
  x *= chunk->over_dx;
  int n = (int)x;
  return n < x ? n + 1 : n;
}

/* Calls the breakpoints that the voice needs in this chunk, without waiting. */
static inline void
tsr_bank_voice_prefetch (const TsrBankChunk *chunk, const TsrBankVoice *voice)
{
  double end = chunk->x0 + chunk->n_samples * chunk->dx;

  if (voice->breakpoints == NULL || voice->segment_end_s * chunk->bank->rate_hz > end)
    return;
  const TsrBreakpoint *next = &voice->breakpoints[voice->cursor + 1];
  __builtin_prefetch (next);
  __builtin_prefetch ((const char *)next + 64);
}

/* The last breakpoint at or before a time, or the first. */
TSR_REALTIME uint32_t tsr_score_partial_find (const TsrScorePartial *p, double time_s);
/* A voice for a partial of the score that begins at a score time or sounds there. */
TSR_REALTIME void tsr_bank_voice_init (TsrBankVoice   *voice,
                                       const TsrScore *score,
                                       uint32_t        partial,
                                       double          time_s);
/* Adds the voice's part of the chunk to the bank's sums. Whether it sounds beyond it. */
TSR_REALTIME bool tsr_bank_voice_render (const TsrBankChunk *chunk, TsrBankVoice *voice);
