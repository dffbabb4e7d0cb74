/* SPDX-License-Identifier: GPL-3.0-or-later
 * One sound between two to four (algorithm note 6.7): voices of partials that belong
 * together, and the partial between them. Thread: any.
 */
#pragma once

#include "model/dsp/curve.h"
#include "model/dsp/partials/partial-set.h"

enum { TSR_MORPH_MOST = 4 };

typedef struct {
  const TsrPartialSet *set;
  unsigned             n_channels; /* a mono sound is in every channel of the result */
  const int           *labels;     /* harmonic numbers of its partials; NULL: none */
  const TsrCurve      *fundamental_hz_over_s; /* of its own time; NULL: none */
  const TsrCurve *sound_s_over_result_s; /* strictly increasing, of two points or more */
} TsrMorphInput;

/* Partials of each sound that become one partial: in order of time, not overlapping. */
typedef struct {
  unsigned channel;                   /* of the result */
  int      label;                     /* 0: none */
  size_t  *members[TSR_MORPH_MOST];   /* indices in the sets */
  size_t   n_members[TSR_MORPH_MOST]; /* 0: the sound has none; it fades or glides */
} TsrMorphVoice;

typedef struct {
  TsrMorphVoice *items;
  size_t         n, capacity;
} TsrMorphVoices;

/* Partials that a person says belong together: their ids in each sound, 0 for none. */
typedef struct {
  int64_t ids[TSR_MORPH_MOST];
} TsrMorphLink;

/* Finds the voices of n sounds in n_channels: links as told; by label where all sounds
 * have labels; else each sound is paired with the first one by transposition and
 * assignment. Every partial is in one voice of each channel it is heard in, but for
 * weaker ones of the same label that overlap: they are voices of their own. False when
 * memory is short. */
bool tsr_morph_find_voices (const TsrMorphInput *inputs,
                            size_t               n,
                            unsigned             n_channels,
                            const TsrMorphLink  *links,
                            size_t               n_links,
                            TsrMorphVoices      *voices);
void tsr_morph_voices_clear (TsrMorphVoices *voices);

typedef struct {
  /* Of each sound over seconds of the result; at every time they add up to 1. */
  const TsrCurve *frequency[TSR_MORPH_MOST];
  const TsrCurve *amplitude[TSR_MORPH_MOST];
  const TsrCurve *noise[TSR_MORPH_MOST];
  bool            is_linear; /* amplitudes; frequencies are always logarithmic */
  bool            glides; /* unmatched harmonics move to the other sounds' fundamentals */
} TsrMorphWeights;

/* Weights of each sound at one time. */
typedef struct {
  double frequency[TSR_MORPH_MOST], amplitude[TSR_MORPH_MOST], noise[TSR_MORPH_MOST];
} TsrMorphMix;

/* The partial between the members of a voice, with nulls where all are silent; id 0. NULL
 * when memory is short; *is_empty where nothing would sound (then NULL, too). */
TsrPartial *tsr_morph_voice (const TsrMorphInput   *inputs,
                             size_t                 n,
                             const TsrMorphVoice   *voice,
                             const TsrMorphWeights *weights,
                             bool                  *is_empty);
