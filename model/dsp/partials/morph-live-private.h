/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the maker of a morph's score and the audio thread share. Private to the synthesis.
 */
#pragma once

#include "model/dsp/partials/morph-live.h"
#include "model/dsp/partials/morph-mix-private.h"
#include "model/dsp/partials/oscillator-bank-private.h"

enum { TSR_MORPH_NO_VOICE = UINT32_MAX, TSR_MORPH_QUEUE = 6 };

/* The parameters that have weights, in the order of TsrMorphMix. */
enum { TSR_MIX_FREQUENCY, TSR_MIX_AMPLITUDE, TSR_MIX_NOISE, TSR_N_MIXES };

/* The points of a curve that somebody holds. */
typedef struct {
  const TsrCurvePoint *points;
  size_t               n; /* 0: there is none */
} TsrMorphLine;

typedef struct {
  const TsrBreakpoint *breakpoints;
  uint32_t             n;
  uint32_t             partial; /* index in its set */
} TsrMorphMember;

typedef struct {
  uint32_t first[TSR_MORPH_MOST], n[TSR_MORPH_MOST]; /* in `members`, in order of time */
  int      label;
} TsrMorphScoreVoice;

struct TsrMorphScore {
  size_t              n; /* sounds */
  unsigned            n_channels;
  bool                is_linear, glides;
  TsrPartialSet      *sets[TSR_MORPH_MOST];
  TsrCurve           *held[(TSR_N_MIXES + 2) * TSR_MORPH_MOST];
  size_t              n_held;
  TsrMorphLine        maps[TSR_MORPH_MOST]; /* sound seconds over result seconds */
  TsrMorphLine        fundamentals[TSR_MORPH_MOST];
  TsrMorphLine        weights[TSR_N_MIXES][TSR_MORPH_MOST];
  bool                is_constant[TSR_N_MIXES];
  TsrMorphScoreVoice *voices; /* one for each partial of the score */
  TsrMorphMember     *members;
  double             *bends; /* where weights have points; increasing */
  size_t              n_bends;
  uint32_t           *voice_of[TSR_MORPH_MOST]; /* [partial][channel] */
};

typedef struct {
  double time_s;
  bool   is_edge;
} TsrMorphMoment;

/* Where a voice is in one sound. */
typedef struct {
  uint32_t member;    /* whose moments come next, */
  int64_t  next;      /* which: -1 .. n are before the first to behind the last */
  double   due_s;     /* when, in the result; INFINITY: no more */
  uint32_t at_member; /* that was looked at last, */
  uint32_t at;        /* and the breakpoint */
} TsrMorphStream;

/* One voice on its way: the segment from b[1] to b[2], between b[0] and b[3]. */
struct TsrMorphCursor {
  const TsrMorphScoreVoice *voice;
  TsrMorphStream            streams[TSR_MORPH_MOST];
  size_t                    bend; /* that comes next */
  double                    start_s, end_s;
  TsrMorphMoment            queue[TSR_MORPH_QUEUE]; /* that of b[3] first */
  int                       n_queue;
  TsrMorphMoment            last;    /* that was put into the queue */
  bool                      is_over; /* no more come into the queue */
  TsrBreakpoint             b[4];
  bool                      has_before, has_after;
  uint32_t                  serial; /* of the weights that b follows */
};

struct TsrMorphPlay {
  TsrMorphMix     mix; /* of the parameters that are constant */
  uint32_t        serial;
  TsrMorphCursor *cursors;
  uint32_t       *idle; /* cursors that no voice has */
  size_t          n_idle;
  double         *handed; /* phase of each voice, to begin with; NAN: none */
  bool            has_handed;
};

/* Value of a line, continued with the slope of its first or last piece. */
static inline double
tsr_morph_line_at (const TsrMorphLine *line, double x)
{
  const TsrCurvePoint *p = line->points;
  size_t               low = 0, high = line->n - 1;

  if (high == 0)
    return p[0].y;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (p[middle].x <= x)
      low = middle;
    else
      high = middle;
  }
  p += low;
  return p[0].y + (p[1].y - p[0].y) * ((x - p[0].x) / (p[1].x - p[0].x));
}

/* The same with the end values outside. */
static inline double
tsr_morph_line_within (const TsrMorphLine *line, double x)
{
  if (x <= line->points[0].x)
    return line->points[0].y;
  if (x >= line->points[line->n - 1].x)
    return line->points[line->n - 1].y;
  return tsr_morph_line_at (line, x);
}

/* x of a value of a line that rises. */
static inline double
tsr_morph_line_inverse (const TsrMorphLine *line, double y)
{
  const TsrCurvePoint *p = line->points;
  size_t               low = 0, high = line->n - 1;

  if (high == 0)
    return p[0].x;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (p[middle].y <= y)
      low = middle;
    else
      high = middle;
  }
  p += low;
  return p[0].x + (p[1].x - p[0].x) * ((y - p[0].y) / (p[1].y - p[0].y));
}

/* The last breakpoint at or before a time within the member. */
static inline uint32_t
tsr_morph_breakpoint_before (const TsrMorphMember *member, uint32_t guess, double sound_s)
{
  const TsrBreakpoint *b = member->breakpoints;
  uint32_t             low = 0, high = member->n;

  for (uint32_t i = guess; i < guess + 2 && i < member->n; i++)
    if (b[i].time_s <= sound_s && (i + 1 == member->n || b[i + 1].time_s > sound_s))
      return i;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (b[middle].time_s <= sound_s)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* morph-score.c: memory. */
void   tsr_morph_score_free (TsrMorphScore *morph); /* NULL is allowed */
size_t tsr_morph_play_size (const TsrScore *score, size_t n_voices);
/* In memory of that size. */
TsrMorphPlay *tsr_morph_play_init (void *memory, const TsrScore *score, size_t n_voices);

/* morph-moments.c: the audio thread. */
/* Begins a few moments before a time of the result, or at the voice's beginning. */
TSR_REALTIME void tsr_morph_moments_start (const TsrMorphScore *morph,
                                           TsrMorphCursor      *cursor,
                                           double               result_s);
/* Takes the first of the queue, of which there must be one, and fills it again: its first
 * is final, and it is empty only when no more come. */
TSR_REALTIME TsrMorphMoment tsr_morph_take_moment (const TsrMorphScore *morph,
                                                   TsrMorphCursor      *cursor);

/* morph-play.c: the audio thread. */
/* All voices are gone. */
TSR_REALTIME void tsr_morph_play_reset (TsrMorphPlay *play, size_t n_voices);
/* Phases that were handed over are used up. */
TSR_REALTIME void tsr_morph_play_forget (TsrOscillatorBank *bank);
/* Gives a voice that begins or sounds at a time its cursor; NULL when there is none left.
 */
TSR_REALTIME TsrMorphCursor *
tsr_morph_voice_begin (TsrOscillatorBank *bank, uint32_t partial, double time_s);
TSR_REALTIME void tsr_morph_voice_end (TsrOscillatorBank *bank, TsrMorphCursor *cursor);
/* Makes the segment that holds a sample of the chunk the voice's; false when it is over
 * there. */
TSR_REALTIME bool
tsr_morph_find_segment (const TsrBankChunk *chunk, TsrBankVoice *voice, int sample);
