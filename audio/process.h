/* SPDX-License-Identifier: GPL-3.0-or-later
 * All that the audio callback runs, and all the state it touches. Allocation is in
 * process-setup.c. Fields are the audio thread's own unless they are atomic.
 *
 * Sound is made in blocks of TSR_LIMITER_BLOCK frames whatever the callback asks for, so
 * the result does not depend on the size of its buffers. A block is the sum of the heads
 * of one voice, or of two while one replaces the other. A head is one place of reading; a
 * jump (seek, loop) starts a second one and lets the first fade.
 */
#pragma once

#include "audio/grains.h"
#include "audio/limiter.h"
#include "audio/message.h"
#include "audio/ramp.h"
#include "audio/ring.h"
#include "model/dsp/partials/morph-live.h"
#include "model/dsp/partials/noise-live.h"
#include "model/dsp/realtime.h"
#include "model/model-share.h"

enum {
  TSR_N_SCRATCH = 8,
  TSR_N_MONITORS = 8,  /* values of TsrMonitor */
  TSR_N_RECORDINGS = 4 /* original, residual, noise, transients */
};

/* Recordings, in the order of their components. */
enum {
  TSR_RECORDING_ORIGINAL,
  TSR_RECORDING_RESIDUAL, /* what lies behind the partials as they are now */
  TSR_RECORDING_NOISE,
  TSR_RECORDING_TRANSIENTS,
};

/* What a monitor is mixed of. */
typedef enum {
  TSR_COMPONENT_REST,     /* partials that are not selected */
  TSR_COMPONENT_SELECTED, /* partials that are */
  TSR_COMPONENT_ORIGINAL, /* from here on recordings */
  TSR_COMPONENT_RESIDUAL,
  TSR_COMPONENT_NOISE,
  TSR_COMPONENT_TRANSIENTS,
  TSR_N_COMPONENTS
} TsrComponent;

/* Frames of a recording. */
typedef struct {
  int64_t begin, end;
} TsrRecordedSpan;

enum { TSR_N_PLAYERS = 8 }; /* transients that sound at once, at most */

/* A transient on its way: reads on at the recording's own speed. */
typedef struct {
  TsrRecordedSpan span;
  int64_t         at; /* frame of the next block's first sample; may be before the span */
} TsrPlayer;

/* What the residual is made of while something is dragged. */
typedef struct {
  TsrLiveNoise *noise;     /* owned by the voice; NULL: no model */
  bool          runs;      /* noise and players go on from `played_to` */
  double        played_to; /* frames of the program */
  size_t        next;      /* transient that begins there or later */
  TsrPlayer     players[TSR_N_PLAYERS];
  int           n_players;
  float         stretched; /* 1: noise and players; 0: recordings; on its way between */
  float         changed;   /* 1: what is dragged changes partials, likewise */
  float         share;     /* of noise and transients in the residual's place */
} TsrStandIn;

/* A transient of one of a morph's sounds, in its recording and in the result. */
typedef struct {
  TsrRecordedSpan span;
  int64_t         begin; /* frame of the result */
  unsigned        sound;
} TsrMorphTransient;

typedef struct {
  const TsrMorphTransient *transient;
  int64_t                  at;     /* frames since it began; < 0: it waits */
  float                    weight; /* at the block's start; NAN: it begins */
} TsrMorphPlayer;

/* What a morph has behind its partials. */
typedef struct {
  TsrLiveNoise  *noise; /* owned by the voice; NULL: none */
  size_t         next;  /* transient that begins at the next block or later */
  TsrMorphPlayer players[TSR_N_PLAYERS];
  int            n_players;
} TsrMorphBackground;

/* Partials that stand for others of a voice while an edit of them is in hand. Made and
 * freed on the main thread (touch-setup.c). */
struct TsrTouchBanks {
  TsrScore *score;           /* owned */
  void     *bank_memory;     /* owned */
  uint8_t  *covered;         /* owned; groups of the voice's partials, TSR_COVERED where
                                another sounds; NULL: none is covered */
  uint8_t           *groups; /* owned; of its own partials */
  uint64_t           cover;  /* the same: it covers the same partials */
  TsrOscillatorBank *banks[2][2]; /* of heads and groups; NULL: the group is empty */
  TsrRamp            fade;
};

enum { TSR_COVERED = 2 };

typedef struct {
  bool               active;
  double             position;  /* frames of the played time line, of the next block */
  double             time_s[2]; /* of the score, that each group has reached */
  float              group_gain[2]; /* 0 after a group was taken up elsewhere */
  TsrOscillatorBank *banks[2];      /* rest, selected; NULL without a score */
  TsrGrains          grains;
  TsrStandIn         stand_in;
  TsrMorphBackground background; /* of a morph */
  TsrRamp            fade;       /* towards 0: the head ends there */
} TsrHead;

/* Recorded samples of one kind, at the engine's rate. */
typedef struct {
  const float *channels[64];
  unsigned     n_channels; /* 0: there is none */
  int64_t      n_frames;
} TsrRecording;

/* A program and what playing it needs. Made and freed on the main thread
 * (process-setup.c). */
struct TsrVoice {
  void          *program;          /* TsrProgram, owned */
  void          *bank_memory;      /* owned */
  const uint8_t *group_of_partial; /* 1: selected; NULL: none is */
  TsrRecording   recordings[TSR_N_RECORDINGS];
  double         duration_s;
  float   level_gain[TSR_N_MONITORS]; /* that brings it to the original's loudness */
  TsrHead heads[2];
  TsrRamp gains[TSR_N_COMPONENTS];
  TsrRamp recorded_gain; /* of the preview, on recordings that follow it */
  TsrLivePreview preview;
  TsrTaps        taps; /* of the last block, to fade from */
  bool           taps_changed;

  const TsrCurvePoint *map; /* program to model seconds, at least 2 points; NULL: none */
  size_t               n_map;
  const TsrModelShare *model_share;
  const TsrRecordedSpan *transients; /* in order of time */
  size_t                 n_transients;
  int                    taper; /* frames in which transients fade in and out */

  TsrTouchBanks *touch;         /* owned; NULL: none */
  TsrTouchBanks *leaving_touch; /* that fades out */
  TsrTouchBanks *incoming_touch;
  bool           has_incoming_touch;

  const TsrScore *score;                            /* of a morph; NULL: it is none */
  TsrRecording    morph_recordings[TSR_MORPH_MOST]; /* transients of its sounds */
  const TsrMorphTransient *morph_transients;        /* in order of `begin` */
  size_t                   n_morph_transients;
};

typedef struct {
  double   rate_hz;
  TsrRing *commands; /* main -> audio */
  TsrRing *replies;  /* audio -> main */
  TsrRing *loudness; /* what was put out, interleaved floats, for the loudness meter */

  float *window;  /* of the grains */
  float *scratch; /* TSR_N_SCRATCH blocks */

  TsrVoice *voice;    /* that plays; may be NULL */
  TsrVoice *leaving;  /* that fades out */
  TsrVoice *incoming; /* that waits until the other has left */
  bool      has_incoming;
  bool      fast_fade; /* the incoming one waits long enough */

  bool             playing;
  double           position; /* frames, while no head is active */
  bool             seeks;
  double           seek_position; /* frames */
  TsrLoop          loop;
  TsrMonitorChoice monitor;
  TsrLivePreview   preview;
  bool             preview_changed;
  TsrMorphMix      mix; /* by hand */
  bool             has_mix;
  bool             finished; /* to be told */
  TsrRamp          volume;
  TsrLimiter       limiter;
  float            block[TSR_LIMITER_CHANNELS][TSR_LIMITER_BLOCK];
  size_t           n_block; /* frames of `block` that are still to be put out */

  atomic_flag          busy;     /* held while one thread runs the process */
  _Atomic double       played_s; /* position of what goes out now */
  _Atomic double       speed;    /* seconds of position in a second; 0: stands */
  atomic_uint          peaks[TSR_LIMITER_CHANNELS]; /* bits of floats >= 0 */
  atomic_bool          limited;
  atomic_bool          is_playing; /* what the audio thread thinks */
  atomic_uint_fast64_t n_frames;   /* put out since the beginning */
} TsrProcess;

/* Runs the callback: n_frames to two planar buffers. Silence when another thread is in
 * it. */
TSR_REALTIME void tsr_process_run (TsrProcess *self, float *const *out, size_t n_frames);
/* Only takes in messages; for a time when nobody plays. */
TSR_REALTIME void tsr_process_drain (TsrProcess *self);
