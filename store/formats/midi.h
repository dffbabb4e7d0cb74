/* SPDX-License-Identifier: GPL-3.0-or-later
 * Standard MIDI files with MPE, as the MIDI Association describes them: one note a
 * partial, a member channel to itself, pitch bend of 14 bits, CC 11 with CC 43 below it
 * for the amplitude, CC 74 with CC 106 for noise. Amplitudes follow the recommended
 * curve: (velocity / 127)^2 (expression / 16383)^2. More than 15 partials at a time take
 * further tracks, each a port with a zone of its own; the range of bends is that of the
 * zone. A text before each note of ours tells what MIDI has no word for.
 */
#pragma once

#include "store/formats/format.h"

G_BEGIN_DECLS

enum {
  TSR_MIDI_NOTE_OFF = 0x80,
  TSR_MIDI_NOTE_ON = 0x90,
  TSR_MIDI_CONTROL = 0xb0,
  TSR_MIDI_PROGRAM = 0xc0,
  TSR_MIDI_PRESSURE = 0xd0,
  TSR_MIDI_BEND = 0xe0,
  TSR_MIDI_META = 0xff,

  TSR_MIDI_TEXT = 0x01, /* of meta events */
  TSR_MIDI_NAME = 0x03,
  TSR_MIDI_MARKER = 0x06,
  TSR_MIDI_PORT = 0x21,
  TSR_MIDI_END = 0x2f,
  TSR_MIDI_TEMPO = 0x51,

  TSR_MIDI_CC_DATA = 6, /* of controllers; + 32 is the lower half */
  TSR_MIDI_CC_VOLUME = 7,
  TSR_MIDI_CC_EXPRESSION = 11,
  TSR_MIDI_CC_TIMBRE = 74,
  TSR_MIDI_CC_TIMBRE_LOW = 106,
  TSR_MIDI_CC_RPN_LOW = 100,
  TSR_MIDI_CC_RPN_HIGH = 101,
  TSR_MIDI_RPN_BEND_RANGE = 0,
  TSR_MIDI_RPN_ZONE = 6,

  TSR_MIDI_N_CHANNELS = 16,
  TSR_MIDI_MAX_14 = 16383,
  TSR_MIDI_BEND_CENTRE = 8192,
};

#define TSR_MIDI_TEXT_FORMAT "tarsier id=%" PRId64 " label=%d channel=%u phase=%.9f"

/* ---- midi-parse.c: all events of a file in the order of time ---- */

typedef struct {
  guint64       tick;
  guint         track, port;
  guint8        status, first, second; /* meta: 0xff, its type */
  const guint8 *bytes;                 /* of meta events */
  guint32       n_bytes;
} TsrMidiEvent;

typedef struct {
  GArray *events;          /* of TsrMidiEvent; bytes point into the file */
  double  seconds_a_tick;  /* without a tempo map; 0: ticks of quarters */
  guint   ticks_a_quarter; /* 0: see seconds_a_tick */
} TsrMidiFile;

/* FALSE with an error; notes what is cut off. The caller frees the array. */
gboolean tsr_midi_parse (TsrFormatReader *reader, TsrMidiFile *file, GError **error);

G_END_DECLS
