/* SPDX-License-Identifier: GPL-3.0-or-later
 * Chunks, tracks and events of Standard MIDI files.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "store/formats/midi.h"

#define HEADER TSR_MIDI_CHUNK ('M', 'T', 'h', 'd')
#define TRACK TSR_MIDI_CHUNK ('M', 'T', 'r', 'k')
#define TSR_MIDI_CHUNK(a, b, c, d)                                                       \
  ((guint32)(a) << 24 | (guint32)(b) << 16 | (guint32)(c) << 8 | (guint32)(d))

typedef struct {
  const guint8 *p, *end;
  guint8        running; /* status that goes on; 0: none */
  gboolean      is_cut;
  gboolean      is_over;
  TsrMidiEvent  event; /* tick, track and port of the present place */
} Track;

static gboolean
cut (Track *track)
{
  track->is_cut = TRUE;
  return FALSE;
}

/* A number of 7 bits a byte, at most 4 bytes. */
static gboolean
read_length (Track *track, guint32 *value)
{
  *value = 0;
  for (int i = 0; i < 4; i++) {
    if (track->p == track->end)
      return cut (track);
    guint8 byte = *track->p++;
    *value = *value << 7 | (byte & 0x7f);
    if (!(byte & 0x80))
      return TRUE;
  }
  return cut (track); /* no such number */
}

/* What follows the status of a meta event or a system message. */
static gboolean
read_block (Track *track, TsrMidiEvent *event)
{
  if (event->status == TSR_MIDI_META) {
    if (track->p == track->end)
      return cut (track);
    event->first = *track->p++;
  }
  if (!read_length (track, &event->n_bytes))
    return FALSE;
  if (event->n_bytes > (gsize)(track->end - track->p))
    return cut (track);
  event->bytes = track->p;
  track->p += event->n_bytes;
  return TRUE;
}

static gboolean
read_channel_message (Track *track, TsrMidiEvent *event)
{
  guint8 kind = event->status & 0xf0;
  gsize  n = kind == TSR_MIDI_PROGRAM || kind == TSR_MIDI_PRESSURE ? 1 : 2;

  if ((gsize)(track->end - track->p) < n || (track->p[0] & 0x80) ||
      (n == 2 && (track->p[1] & 0x80)))
    return cut (track);
  event->first = track->p[0];
  event->second = n == 2 ? track->p[1] : 0;
  track->p += n;
  return TRUE;
}

static gboolean
read_event (Track *track, TsrMidiEvent *event)
{
  guint32 delta;

  if (!read_length (track, &delta))
    return FALSE;
  track->event.tick += delta;
  *event = track->event;
  if (track->p == track->end)
    return cut (track);
  event->status = *track->p & 0x80 ? *track->p++ : track->running;
  if (event->status < 0x80)
    return cut (track); /* no status to go on with */
  if (event->status < 0xf0) {
    track->running = event->status;
    return read_channel_message (track, event);
  }
  track->running = 0;
  if (event->status != TSR_MIDI_META && event->status != 0xf0 && event->status != 0xf7)
    return cut (track);
  return read_block (track, event);
}

/* Keeps what matters. */
static void
take_event (Track *track, const TsrMidiEvent *event, GArray *events)
{
  if (event->status < 0xf0) {
    g_array_append_val (events, *event);
  } else if (event->status == TSR_MIDI_META) {
    if (event->first == TSR_MIDI_PORT && event->n_bytes >= 1)
      track->event.port = event->bytes[0];
    else if (event->first == TSR_MIDI_TEMPO || event->first == TSR_MIDI_TEXT ||
             event->first == TSR_MIDI_MARKER || event->first == TSR_MIDI_END)
      g_array_append_val (events, *event);
    if (event->first == TSR_MIDI_END)
      track->is_over = TRUE;
  }
}

static gboolean
read_track (TsrFormatReader *reader, Track *track, GArray *events, GError **error)
{
  TsrMidiEvent event;

  while (track->p < track->end && !track->is_over && read_event (track, &event)) {
    take_event (track, &event, events);
    if (events->len % 65536 == 0 &&
        !tsr_reader_goes_on (reader, (gsize)(track->p - reader->bytes), error))
      return FALSE;
  }
  return TRUE;
}

static int
compare_ticks (gconstpointer a, gconstpointer b)
{
  const TsrMidiEvent *x = a, *y = b;
  return (x->tick > y->tick) - (x->tick < y->tick);
}

static gboolean
read_header (TsrFormatReader *reader, TsrMidiFile *file, gsize *at, GError **error)
{
  const guint8 *p = reader->bytes;

  if (reader->n_bytes < 14 || tsr_get_be32 (p) != HEADER || tsr_get_be32 (p + 4) < 6)
    return tsr_reader_refuse (reader, error, _ ("not a MIDI file"));
  guint division = tsr_get_be16 (p + 12);
  if (division & 0x8000) {
    int frames_a_second = 256 - (int)(division >> 8), ticks = (int)(division & 0xff);
    if (ticks > 0)
      file->seconds_a_tick =
          1 / ((frames_a_second == 29 ? 29.97 : frames_a_second) * (double)ticks);
  } else {
    file->ticks_a_quarter = division;
  }
  if (file->ticks_a_quarter == 0 && file->seconds_a_tick <= 0)
    return tsr_reader_refuse (
        reader, error, _ ("the header does not say how long a tick is"));
  *at = 8 + (gsize)tsr_get_be32 (p + 4);
  return TRUE;
}

/* A file may be cut off between two tracks. */
static void
note_missing (TsrFormatReader *reader, guint n_tracks)
{
  guint n_promised = tsr_get_be16 (reader->bytes + 10);

  if (n_tracks < n_promised)
    tsr_note (reader->notes,
              ngettext ("%u track that its header tells of is missing",
                        "%u tracks that its header tells of are missing",
                        n_promised - n_tracks),
              n_promised - n_tracks);
}

gboolean
tsr_midi_parse (TsrFormatReader *reader, TsrMidiFile *file, GError **error)
{
  gsize at = 0;
  guint n_tracks = 0, n_cut = 0;

  *file = (TsrMidiFile){.events = g_array_new (FALSE, FALSE, sizeof (TsrMidiEvent))};
  if (!read_header (reader, file, &at, error))
    return FALSE;
  while (at <= reader->n_bytes && reader->n_bytes - at >= 8) {
    const guint8 *p = reader->bytes + at;
    gsize         left = reader->n_bytes - at - 8, n = tsr_get_be32 (p + 4);
    at += 8 + MIN (n, left);
    if (tsr_get_be32 (p) != TRACK)
      continue;
    Track track = {.p = p + 8, .end = p + 8 + MIN (n, left), .is_cut = n > left};
    track.event.track = n_tracks++;
    if (!read_track (reader, &track, file->events, error))
      return FALSE;
    n_cut += track.is_cut ? 1 : 0;
  }
  if (n_tracks == 0)
    return tsr_reader_refuse (reader, error, _ ("there are no tracks in it"));
  note_missing (reader, n_tracks);
  if (n_cut > 0)
    tsr_note (reader->notes,
              ngettext ("%u track is damaged or cut off; it was read up to there",
                        "%u tracks are damaged or cut off; they were read up to there",
                        n_cut),
              n_cut);
  g_array_sort (file->events, compare_ticks); /* keeps the order of equal times */
  return TRUE;
}
