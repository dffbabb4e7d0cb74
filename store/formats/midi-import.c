/* SPDX-License-Identifier: GPL-3.0-or-later
 * Notes of MIDI files into partials: bends, expression and timbre become breakpoints.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "store/formats/midi.h"

enum { N_PORTS = 256, N_KEYS = 128, MAX_CHANNEL = 63, DRUMS = 9, ZONE_RANGE = 48 };
#define RAMP_S 0.005 /* how a note of others begins and ends */
#define HOLD_S 0.025 /* what does not change for so long stays as it is until it does */
#define LEAD_S 0.010
#define DEFAULT_TEMPO_S 0.5
#define LONGEST_S 1e9

/* A note that sounds. */
typedef struct {
  TsrDraftPartial *partial;
  guint8           key, velocity;
  gboolean         is_ours, has_begun;
  double           last_s; /* time of its last row */
  TsrDraftRow      last;
} Note;

typedef struct {
  double   bend;       /* -1..1 */
  double   range_st;   /* of the bend */
  guint    expression; /* 14 bits */
  guint    volume, timbre;
  guint    rpn;
  gboolean is_changed; /* in the present tick */
  GArray  *notes;      /* of Note */
} Channel;

typedef struct {
  Channel  channels[TSR_MIDI_N_CHANNELS];
  guint    n_lower, n_upper; /* members of the zones */
  gboolean is_dirty;
} Port;

/* What a text of ours tells of the next note of its track. */
typedef struct {
  gboolean is_there;
  gint64   id;
  int      label;
  guint    channel;
  double   phase_turns;
} Text;

typedef struct {
  TsrFormatReader   *format;
  const TsrMidiFile *file;
  Port              *ports[N_PORTS];
  double             tick_s, time_s; /* seconds of a tick; now */
  guint64            tick;
  GHashTable        *texts; /* track -> Text */
  guint64            n_drums, n_open, n_rows;
} Reader;

/* ---- channels ---- */

static Port *
port_of (Reader *self, guint number)
{
  Port *port = self->ports[number];

  if (port != NULL)
    return port;
  port = self->ports[number] = g_new0 (Port, 1);
  for (int i = 0; i < TSR_MIDI_N_CHANNELS; i++) {
    port->channels[i] = (Channel){.range_st = 2,
                                  .expression = TSR_MIDI_MAX_14,
                                  .volume = 127,
                                  .rpn = TSR_MIDI_MAX_14,
                                  .notes = g_array_new (FALSE, FALSE, sizeof (Note))};
  }
  return port;
}

static void
port_free (Port *port)
{
  if (port == NULL)
    return;
  for (int i = 0; i < TSR_MIDI_N_CHANNELS; i++)
    g_array_unref (port->channels[i].notes);
  g_free (port);
}

static gboolean
is_lower_member (const Port *port, guint channel)
{
  return channel >= 1 && channel <= port->n_lower;
}

static gboolean
is_upper_member (const Port *port, guint channel)
{
  return channel < 15 && channel + port->n_upper >= 15;
}

/* The channel whose bends move a member too, or NULL. */
static const Channel *
master_of (const Port *port, guint channel)
{
  if (is_lower_member (port, channel))
    return &port->channels[0];
  return is_upper_member (port, channel) ? &port->channels[15] : NULL;
}

static TsrDraftRow
row_of (const Port *port, guint number, const Note *note, double time_s)
{
  const Channel *channel = &port->channels[number];
  const Channel *master = master_of (port, number);
  double         key = note->key + channel->bend * channel->range_st;
  double         velocity = note->velocity / 127.0, volume = channel->volume / 127.0;
  double         expression = (double)channel->expression / TSR_MIDI_MAX_14;

  if (master != NULL)
    key += master->bend * master->range_st;
  return (TsrDraftRow){
      .time_s = time_s,
      .frequency_hz = 440 * exp2 ((key - 69) / 12),
      .amplitude = pow (velocity * volume * expression, 2),
      .bandwidth = master != NULL ? (double)channel->timbre / TSR_MIDI_MAX_14 : 0,
      .phase_turns = NAN,
  };
}

/* ---- notes ---- */

static void
add_row (Reader *self, Note *note, const TsrDraftRow *row)
{
  tsr_draft_add (self->format->draft, note->partial, row);
  note->last = *row;
  self->n_rows++;
}

static void
add_null (Reader *self, Note *note, double time_s, double frequency_hz)
{
  tsr_draft_add (
      self->format->draft,
      note->partial,
      &(TsrDraftRow){.time_s = time_s, .frequency_hz = frequency_hz, .phase_turns = NAN});
}

/* Where the note is now. What stayed for long stays until shortly before. */
static void
update_note (Reader *self, Port *port, guint number, Note *note)
{
  TsrDraftRow row = row_of (port, number, note, self->time_s);

  if (!note->has_begun && !note->is_ours) {
    add_null (self, note, self->time_s, row.frequency_hz);
    row.time_s += RAMP_S;
  } else if (note->has_begun) {
    if (row.time_s <= note->last.time_s)
      return;
    if (row.time_s - note->last.time_s > HOLD_S) {
      TsrDraftRow hold = note->last;
      hold.time_s = row.time_s - LEAD_S;
      add_row (self, note, &hold);
    }
  }
  note->has_begun = TRUE;
  add_row (self, note, &row);
}

static void
end_note (Reader *self, Port *port, guint number, guint i)
{
  GArray *notes = port->channels[number].notes;
  Note   *note = &g_array_index (notes, Note, i);
  double  shortest_s = 1.5 * self->tick_s;

  if (!note->has_begun)
    update_note (self, port, number, note);
  else if (!note->is_ours || note->partial->points->len > 1 ||
           self->time_s > note->last.time_s + shortest_s)
    update_note (self, port, number, note);
  if (!note->is_ours)
    add_null (self,
              note,
              fmax (note->last.time_s, self->time_s) + RAMP_S,
              note->last.frequency_hz);
  g_array_remove_index (notes, i);
}

static void
end_key (Reader *self, Port *port, guint number, guint8 key)
{
  GArray *notes = port->channels[number].notes;

  for (guint i = 0; i < notes->len; i++) {
    if (g_array_index (notes, Note, i).key == key) {
      end_note (self, port, number, i);
      return;
    }
  }
}

static void
begin_key (Reader *self, Port *port, const TsrMidiEvent *event)
{
  guint number = event->status & 0x0f;
  Note  note = {.key = event->first, .velocity = event->second};
  Text *text = g_hash_table_lookup (self->texts, GUINT_TO_POINTER (event->track + 1));

  if (number == DRUMS && master_of (port, number) == NULL) {
    self->n_drums++;
    return;
  }
  end_key (self, port, number, event->first);
  note.is_ours = text != NULL && text->is_there;
  note.partial =
      tsr_draft_begin (self->format->draft,
                       note.is_ours ? text->id : tsr_draft_size (self->format->draft) + 1,
                       note.is_ours ? text->channel : 0);
  if (note.is_ours) {
    note.partial->label = text->label;
    note.partial->phase_turns = text->phase_turns;
    text->is_there = FALSE;
  }
  g_array_append_val (port->channels[number].notes, note);
  port->channels[number].is_changed = port->is_dirty = TRUE;
}

/* ---- events ---- */

static void
set_parameter (Port *port, guint number, guint value)
{
  Channel *channel = &port->channels[number];

  if (channel->rpn == TSR_MIDI_RPN_BEND_RANGE) {
    /* In a zone the range is that of all members. */
    gboolean is_lower = is_lower_member (port, number);
    gboolean is_upper = is_upper_member (port, number);
    for (guint i = 0; i < TSR_MIDI_N_CHANNELS; i++)
      if (i == number || (is_lower && is_lower_member (port, i)) ||
          (is_upper && is_upper_member (port, i)))
        port->channels[i].range_st = value;
  } else if (channel->rpn == TSR_MIDI_RPN_ZONE && (number == 0 || number == 15)) {
    guint n = MIN (value, 15);
    if (number == 0)
      port->n_lower = n;
    else
      port->n_upper = MIN (n, 15 - MIN (port->n_lower, 15));
    for (guint i = 0; i < TSR_MIDI_N_CHANNELS; i++)
      if (number == 0 ? is_lower_member (port, i) : is_upper_member (port, i))
        port->channels[i].range_st = ZONE_RANGE;
  }
}

static void
control (Port *port, guint number, guint controller, guint value)
{
  Channel *channel = &port->channels[number];

  switch (controller) {
  case TSR_MIDI_CC_EXPRESSION:
    channel->expression = value == 127 ? TSR_MIDI_MAX_14 : value << 7;
    break;
  case TSR_MIDI_CC_EXPRESSION + 32:
    channel->expression = (channel->expression & ~0x7fu) | value;
    break;
  case TSR_MIDI_CC_VOLUME:
    channel->volume = value;
    break;
  case TSR_MIDI_CC_TIMBRE:
    channel->timbre = value == 127 ? TSR_MIDI_MAX_14 : value << 7;
    break;
  case TSR_MIDI_CC_TIMBRE_LOW:
    channel->timbre = (channel->timbre & ~0x7fu) | value;
    break;
  case TSR_MIDI_CC_RPN_LOW:
    channel->rpn = (channel->rpn & ~0x7fu) | value;
    return;
  case TSR_MIDI_CC_RPN_HIGH:
    channel->rpn = (channel->rpn & 0x7f) | value << 7;
    return;
  case TSR_MIDI_CC_DATA:
    set_parameter (port, number, value);
    break;
  default:
    return;
  }
  channel->is_changed = port->is_dirty = TRUE;
}

static void
channel_event (Reader *self, const TsrMidiEvent *event)
{
  Port *port = port_of (self, event->port);
  guint number = event->status & 0x0f;

  switch (event->status & 0xf0) {
  case TSR_MIDI_NOTE_ON:
    if (event->second > 0)
      begin_key (self, port, event);
    else
      end_key (self, port, number, event->first);
    break;
  case TSR_MIDI_NOTE_OFF:
    end_key (self, port, number, event->first);
    break;
  case TSR_MIDI_BEND:
    port->channels[number].bend =
        ((double)(event->first | event->second << 7) - TSR_MIDI_BEND_CENTRE) /
        TSR_MIDI_BEND_CENTRE;
    port->channels[number].is_changed = port->is_dirty = TRUE;
    break;
  case TSR_MIDI_CONTROL:
    control (port, number, event->first, event->second);
    break;
  default:
    break;
  }
}

static void
text_event (Reader *self, const TsrMidiEvent *event)
{
  g_autofree char *words = g_strndup ((const char *)event->bytes, event->n_bytes);
  Text             text = {.is_there = TRUE};

  if (sscanf (words,
              "tarsier id=%" SCNd64 " label=%d channel=%u phase=%lf",
              &text.id,
              &text.label,
              &text.channel,
              &text.phase_turns) != 4 ||
      text.channel > MAX_CHANNEL || !(fabs (text.phase_turns) <= 1) || text.id < 0)
    return;
  g_hash_table_replace (
      self->texts, GUINT_TO_POINTER (event->track + 1), g_memdup2 (&text, sizeof text));
}

static void
meta_event (Reader *self, const TsrMidiEvent *event)
{
  if (event->first == TSR_MIDI_MARKER) {
    g_autofree char *name = g_strndup ((const char *)event->bytes, event->n_bytes);
    tsr_draft_add_marker (self->format->draft, self->time_s, name);
  } else if (event->first == TSR_MIDI_TEXT) {
    text_event (self, event);
  } else if (event->first == TSR_MIDI_END && self->time_s < LONGEST_S) {
    self->format->duration_s = fmax (self->format->duration_s, self->time_s);
  } else if (event->first == TSR_MIDI_TEMPO && event->n_bytes == 3) {
    double quarter_s =
        (double)(event->bytes[0] << 16 | event->bytes[1] << 8 | event->bytes[2]) * 1e-6;
    if (self->file->ticks_a_quarter > 0 && quarter_s > 0)
      self->tick_s = quarter_s / self->file->ticks_a_quarter;
  }
}

/* ---- time ---- */

/* One bend of a master moves all notes of its zone: a small file of such could make more
 * breakpoints than there is memory for. Music stays far below. */
#define MOST_ROWS 100000000
#define ROWS_A_BYTE 32
#define SPARE_ROWS (1 << 22)

static gboolean
has_too_many_rows (const Reader *self)
{
  return self->n_rows > MOST_ROWS ||
         self->n_rows > SPARE_ROWS + ROWS_A_BYTE * (guint64)self->format->n_bytes;
}

/* The notes of channels that changed in the tick that is over. A master moves all. */
static void
end_tick (Reader *self)
{
  for (guint p = 0; p < N_PORTS; p++) {
    Port *port = self->ports[p];
    if (port == NULL || !port->is_dirty)
      continue;
    for (guint c = 0; c < TSR_MIDI_N_CHANNELS; c++) {
      Channel       *channel = &port->channels[c];
      const Channel *master = master_of (port, c);
      if (!channel->is_changed && (master == NULL || !master->is_changed))
        continue;
      for (guint i = 0; i < channel->notes->len; i++)
        update_note (self, port, c, &g_array_index (channel->notes, Note, i));
    }
    for (guint c = 0; c < TSR_MIDI_N_CHANNELS; c++)
      port->channels[c].is_changed = FALSE;
    port->is_dirty = FALSE;
  }
}

static void
end_all (Reader *self)
{
  end_tick (self);
  for (guint p = 0; p < N_PORTS; p++) {
    for (guint c = 0; self->ports[p] != NULL && c < TSR_MIDI_N_CHANNELS; c++) {
      while (self->ports[p]->channels[c].notes->len > 0) {
        self->n_open++;
        end_note (self, self->ports[p], c, 0);
      }
    }
  }
}

static gboolean
play (Reader *self, GError **error)
{
  const GArray *events = self->file->events;
  guint64       n_looked = 0; /* rows */

  for (guint i = 0; i < events->len; i++) {
    const TsrMidiEvent *event = &g_array_index (events, TsrMidiEvent, i);
    if (event->tick > self->tick) {
      end_tick (self);
      self->time_s += (double)(event->tick - self->tick) * self->tick_s;
      self->tick = event->tick;
    }
    if (event->status == TSR_MIDI_META)
      meta_event (self, event);
    else
      channel_event (self, event);
    if (has_too_many_rows (self))
      return tsr_reader_refuse (
          self->format, error, _ ("there is not enough memory for its partials"));
    if (i % 65536 != 0 && self->n_rows - n_looked < 65536)
      continue;
    n_looked = self->n_rows;
    if (!tsr_reader_goes_on (self->format, self->format->n_bytes, error))
      return FALSE;
  }
  end_all (self);
  return TRUE;
}

static void
note_left_out (Reader *self)
{
  if (self->n_drums > 0)
    tsr_note (self->format->notes,
              ngettext ("%" PRIu64 " note of drums (channel 10) has no pitch and was "
                        "left out",
                        "%" PRIu64 " notes of drums (channel 10) have no pitch and were "
                        "left out",
                        (gulong)self->n_drums),
              self->n_drums);
  if (self->n_open > 0)
    tsr_note (self->format->notes,
              ngettext ("%" PRIu64 " note had no end; it ends with the file",
                        "%" PRIu64 " notes had no end; they end with the file",
                        (gulong)self->n_open),
              self->n_open);
}

gboolean
tsr_midi_read (TsrFormatReader *format, GError **error)
{
  TsrMidiFile file;
  Reader      self = {.format = format, .file = &file};
  gboolean    ok = tsr_midi_parse (format, &file, error);

  self.tick_s = file.ticks_a_quarter > 0 ? DEFAULT_TEMPO_S / file.ticks_a_quarter
                                         : file.seconds_a_tick;
  self.texts = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  ok = ok && play (&self, error);
  if (ok)
    note_left_out (&self);
  for (guint p = 0; p < N_PORTS; p++)
    port_free (self.ports[p]);
  g_hash_table_unref (self.texts);
  g_array_unref (file.events);
  return ok;
}
