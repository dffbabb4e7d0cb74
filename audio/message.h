/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the main thread and the audio callback say to each other: a header, then the
 * payload named here, through one ring in each direction.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "audio/taps.h"
#include "model/dsp/partials/oscillator-bank.h"
#include "model/layers.h"

typedef struct TsrVoice      TsrVoice;
typedef struct TsrTouchBanks TsrTouchBanks;

typedef enum {
  /* main -> audio */
  TSR_MESSAGE_VOICE,   /* TsrVoice *: the next program; NULL: silence */
  TSR_MESSAGE_PLAY,    /* nothing */
  TSR_MESSAGE_PAUSE,   /* nothing */
  TSR_MESSAGE_STOP,    /* nothing; also goes to the start */
  TSR_MESSAGE_SEEK,    /* double: seconds */
  TSR_MESSAGE_LOOP,    /* TsrLoop */
  TSR_MESSAGE_MONITOR, /* TsrMonitorChoice */
  TSR_MESSAGE_VOLUME,  /* float: linear gain */
  TSR_MESSAGE_PREVIEW, /* TsrLivePreview */
  TSR_MESSAGE_MIX,     /* TsrMorphMix: weights of a morph */
  TSR_MESSAGE_TOUCH,   /* TsrTouchMessage */
  /* audio -> main */
  TSR_MESSAGE_VOICE_DONE, /* TsrVoice *: no longer used, to be freed */
  TSR_MESSAGE_TOUCH_DONE, /* TsrTouchBanks *, likewise */
  TSR_MESSAGE_FINISHED,   /* nothing: played to the end */
} TsrMessageType;

typedef struct {
  uint32_t type;   /* TsrMessageType */
  uint32_t n_body; /* bytes that follow */
} TsrMessageHead;

typedef struct {
  double start_s, end_s; /* end_s <= start_s: the whole sound */
  bool   on;
} TsrLoop;

typedef struct {
  int32_t monitor; /* TsrMonitor */
  bool    level_matched;
  float   layer_gains[TSR_N_LAYERS];
} TsrMonitorChoice;

/* What stands for some of a voice's partials; NULL: they sound themselves. Given back
 * where the voice is not played any more. */
typedef struct {
  TsrVoice      *voice;
  TsrTouchBanks *banks;
} TsrTouchMessage;

/* The edit in hand, ready for the audio thread. */
typedef struct {
  double           stretch; /* played seconds for a second of the program */
  double           anchor_s;
  double           move_s;
  TsrLiveTransform transform;
  bool             is_unity; /* nothing changes */
  TsrTaps          taps;     /* the filter, for recordings */
} TsrLivePreview;
