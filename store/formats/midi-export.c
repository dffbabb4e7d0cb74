/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials into Standard MIDI with MPE. A tick is 1/19200 s: times err by 0.03 ms at
 * most. A partial goes to a zone whose range of bends (2, 12, 24, 48 or 96 semitones)
 * is the smallest that covers it, so that steady ones are tuned finely. The first track
 * ends where the sound ends.
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "store/formats/midi.h"

enum {
  TICKS_A_QUARTER = 9600,
  QUARTER_US = 500000,
  N_MEMBERS = 15,
  N_RANGES = 5,
  GAP_TICKS = 2, /* between notes of one channel */
  MAX_DELTA = 0x0fffffff,
};
#define TICKS_A_SECOND (TICKS_A_QUARTER * 1e6 / QUARTER_US)
#define MAX_STEP_S 0.01 /* receivers hold values: what moves is told so often */

static const guint8 ranges_st[N_RANGES] = {2, 12, 24, 48, 96};

/* One message, or text, at a time. */
typedef struct {
  guint64 tick;
  guint8  bytes[3]; /* status first; 0xff: the text */
  char   *text;
} Message;

/* A track: 15 channels with one range. */
typedef struct {
  guint   range;              /* index into ranges_st */
  guint64 free_at[N_MEMBERS]; /* tick from which on a channel is free */
  GArray *messages;           /* of Message */
} Zone;

typedef struct {
  TsrFormatWriter *out;
  GPtrArray       *zones;
  GArray          *points; /* of TsrBreakpoint, of the present partial */
  guint64          n_offsets, n_bent_too_far, n_loud, n_early;
} Writer;

static void
message_clear (Message *message)
{
  g_free (message->text);
}

static Zone *
zone_new (guint range)
{
  Zone *zone = g_new0 (Zone, 1);

  zone->range = range;
  zone->messages = g_array_new (FALSE, FALSE, sizeof (Message));
  g_array_set_clear_func (zone->messages, (GDestroyNotify)message_clear);
  return zone;
}

static void
zone_free (Zone *zone)
{
  g_array_unref (zone->messages);
  g_free (zone);
}

/* ---- bytes ---- */

static void
put_byte (GByteArray *out, guint byte)
{
  guint8 one = (guint8)byte;
  g_byte_array_append (out, &one, 1);
}

static void
put_length (GByteArray *out, guint32 value)
{
  for (int shift = 21; shift > 0; shift -= 7)
    if (value >> shift)
      put_byte (out, (value >> shift & 0x7f) | 0x80);
  put_byte (out, value & 0x7f);
}

static void
put_meta (GByteArray *out, guint32 delta, guint type, const void *bytes, gsize n)
{
  put_length (out, delta);
  put_byte (out, TSR_MIDI_META);
  put_byte (out, type);
  put_length (out, (guint32)n);
  g_byte_array_append (out, bytes, (guint)n);
}

static void
put_control (GByteArray *out, guint channel, guint controller, guint value)
{
  put_byte (out, 0); /* no time */
  put_byte (out, TSR_MIDI_CONTROL | channel);
  put_byte (out, controller);
  put_byte (out, value);
}

static void
put_parameter (GByteArray *out, guint channel, guint number, guint value)
{
  put_control (out, channel, TSR_MIDI_CC_RPN_HIGH, 0);
  put_control (out, channel, TSR_MIDI_CC_RPN_LOW, number);
  put_control (out, channel, TSR_MIDI_CC_DATA, value);
}

static void
put_track (TsrFormatWriter *out, const GByteArray *track)
{
  g_byte_array_append (out->buffer, (const guint8 *)"MTrk", 4);
  tsr_put_be32 (out->buffer, track->len);
  g_byte_array_append (out->buffer, track->data, track->len);
}

/* ---- a partial as messages ---- */

static guint64
tick_of (Writer *self, double time_s)
{
  if (time_s < 0)
    self->n_early++;
  return time_s > 0 ? (guint64)llround (time_s * TICKS_A_SECOND) : 0;
}

static double
semitones_of (double frequency_hz)
{
  return 69 + 12 * log2 (fmax (frequency_hz, 1e-3) / 440);
}

/* The key in the middle, and the range that reaches both ends from there. */
static void
choose_key (Writer *self, const TsrPartial *partial, guint *key, guint *range)
{
  const TsrPartialSummary *summary = tsr_partial_summary (partial);
  double low = semitones_of (summary->low_hz), high = semitones_of (summary->high_hz);

  *key = (guint)CLAMP (round ((low + high) / 2), 0, 127);
  double reach = fmax (high - *key, *key - low);
  for (*range = 0; *range < N_RANGES - 1 && ranges_st[*range] < reach; ++*range)
    continue;
  self->n_bent_too_far += ranges_st[*range] < reach ? 1 : 0;
}

static guint
bend_of (double frequency_hz, guint key, guint range)
{
  double bend = (semitones_of (frequency_hz) - key) / ranges_st[range];

  return (guint)CLAMP (llround (TSR_MIDI_BEND_CENTRE * (1 + bend)), 0, TSR_MIDI_MAX_14);
}

static guint
expression_of (const TsrBreakpoint *b, guint velocity)
{
  double share = sqrt (tsr_breakpoint_amplitude (b)) * 127 / velocity;

  if (b->flags & TSR_BREAKPOINT_NULL)
    return 0;
  return (guint)CLAMP (llround (TSR_MIDI_MAX_14 * share), 1, TSR_MIDI_MAX_14);
}

/* A zone of the range with a channel that is free from `tick` on. */
static Zone *
find_zone (Writer *self, guint range, guint64 tick, guint *channel)
{
  for (guint i = 0; i < self->zones->len; i++) {
    Zone *zone = g_ptr_array_index (self->zones, i);
    for (*channel = 0; zone->range == range && *channel < N_MEMBERS; ++*channel)
      if (zone->free_at[*channel] <= tick)
        return zone;
  }
  Zone *zone = zone_new (range);
  g_ptr_array_add (self->zones, zone);
  *channel = 0;
  return zone;
}

static void
add_message (Zone *zone, guint64 tick, guint status, guint first, guint second)
{
  Message message = {.tick = tick,
                     .bytes = {(guint8)status, (guint8)first, (guint8)second}};

  g_array_append_val (zone->messages, message);
}

/* Values of 14 bits as two controllers. */
static void
add_control (Zone *zone, guint64 tick, guint channel, guint high, guint low, guint value)
{
  add_message (zone, tick, TSR_MIDI_CONTROL | channel, high, value >> 7);
  add_message (zone, tick, TSR_MIDI_CONTROL | channel, low, value & 0x7f);
}

typedef struct {
  guint bend, expression, timbre;
} Values;

static void
add_values (
    Zone *zone, guint64 tick, guint channel, const Values *now, const Values *before)
{
  if (before == NULL || now->bend != before->bend)
    add_message (zone, tick, TSR_MIDI_BEND | channel, now->bend & 0x7f, now->bend >> 7);
  if (before == NULL || now->expression != before->expression)
    add_control (zone,
                 tick,
                 channel,
                 TSR_MIDI_CC_EXPRESSION,
                 TSR_MIDI_CC_EXPRESSION + 32,
                 now->expression);
  if (before == NULL || now->timbre != before->timbre)
    add_control (
        zone, tick, channel, TSR_MIDI_CC_TIMBRE, TSR_MIDI_CC_TIMBRE_LOW, now->timbre);
}

/* Into how many steps what happens from a to b is cut; one where nothing happens. */
static int
n_steps (const TsrBreakpoint *a, const TsrBreakpoint *b)
{
  enum { MAX_STEPS = 6000 };
  double span_s = b->time_s - a->time_s;
  double turns = (a->frequency_hz + b->frequency_hz) / 2 * span_s;

  if (a->frequency_hz == b->frequency_hz && a->log_amplitude == b->log_amplitude &&
      a->bandwidth == b->bandwidth && a->slope_per_s == 0 && b->slope_per_s == 0 &&
      fabs (b->phase_turns - a->phase_turns - turns) < 1e-6)
    return 1;
  return (int)fmin (ceil (span_s / MAX_STEP_S), MAX_STEPS);
}

/* The breakpoints, and more between them, so that steps are short. */
static void
collect_points (Writer *self, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  gsize                n = tsr_partial_n_breakpoints (partial);

  g_array_set_size (self->points, 0);
  for (gsize i = 0; i < n; i++) {
    g_array_append_val (self->points, b[i]);
    int pieces = i + 1 < n ? n_steps (&b[i], &b[i + 1]) : 1;
    for (int k = 1; k < pieces; k++) {
      TsrBreakpoint between;
      tsr_breakpoint_between (&b[i], &b[i + 1], (double)k / pieces, &between);
      g_array_append_val (self->points, between);
    }
  }
}

static void
add_text (Zone *zone, guint64 tick, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  Message              message = {
                   .tick = tick,
                   .bytes = {TSR_MIDI_META, 0, 0},
                   .text = g_strdup_printf (TSR_MIDI_TEXT_FORMAT,
                               tsr_partial_id (partial),
                               tsr_partial_label (partial),
                               tsr_partial_channel (partial),
                               tsr_wrap_radians (b->phase_turns) / (2 * G_PI))};

  g_array_append_val (zone->messages, message);
}

static void
add_partial (Writer *self, const TsrPartial *partial)
{
  const TsrPartialSummary *summary = tsr_partial_summary (partial);
  guint                    key, range, channel;
  Values                   before = {0};

  if (summary->high_hz <= 0) { /* an offset, which is no note */
    self->n_offsets++;
    return;
  }
  guint64 begin = tick_of (self, summary->start_s);
  guint64 end = MAX (tick_of (self, summary->end_s), begin + 1);
  guint   velocity = (guint)CLAMP (ceil (127 * sqrt (summary->peak_amplitude)), 1, 127);
  self->n_loud += summary->peak_amplitude > 1 ? 1 : 0;
  choose_key (self, partial, &key, &range);
  Zone *zone = find_zone (self, range, begin, &channel);
  zone->free_at[channel] = end + GAP_TICKS;
  channel += 1; /* behind the master */
  collect_points (self, partial);
  for (guint i = 0; i < self->points->len; i++) {
    const TsrBreakpoint *b = &g_array_index (self->points, TsrBreakpoint, i);
    guint64              tick = i > 0 ? MIN (tick_of (self, b->time_s), end) : begin;
    Values               now = {bend_of (b->frequency_hz, key, range),
                                expression_of (b, velocity),
                                (guint)llround ((double)b->bandwidth * TSR_MIDI_MAX_14)};
    add_values (zone, tick, channel, &now, i > 0 ? &before : NULL);
    before = now;
    if (i > 0)
      continue;
    add_text (zone, tick, partial);
    add_message (zone, tick, TSR_MIDI_NOTE_ON | channel, key, velocity);
  }
  add_message (zone, end, TSR_MIDI_NOTE_OFF | channel, key, 64);
  self->out->n_rows += self->points->len;
}

/* ---- tracks ---- */

/* Time that is too long for one number is passed by texts without words. */
static guint32
put_waiting (GByteArray *track, guint64 delta)
{
  for (; delta > MAX_DELTA; delta -= MAX_DELTA)
    put_meta (track, MAX_DELTA, TSR_MIDI_TEXT, "", 0);
  return (guint32)delta;
}

static void
put_head (Writer *self)
{
  GByteArray        *buffer = self->out->buffer;
  const TsrExchange *content = self->out->content;
  g_autoptr (GByteArray) track = g_byte_array_new ();
  const guint8 tempo[3] = {QUARTER_US >> 16, QUARTER_US >> 8 & 0xff, QUARTER_US & 0xff};
  guint64      last = 0;

  g_byte_array_append (buffer, (const guint8 *)"MThd", 4);
  tsr_put_be32 (buffer, 6);
  tsr_put_be16 (buffer, 1); /* tracks that play together */
  tsr_put_be16 (buffer, 1 + self->zones->len);
  tsr_put_be16 (buffer, TICKS_A_QUARTER);
  put_meta (track, 0, TSR_MIDI_TEMPO, tempo, sizeof tempo);
  for (gsize i = 0; i < content->n_markers; i++) {
    const TsrMarker *marker = &content->markers[i];
    guint64          tick = MAX (tick_of (self, marker->time_s), last);
    guint32          delta = put_waiting (track, tick - last);
    put_meta (track, delta, TSR_MIDI_MARKER, marker->name, strlen (marker->name));
    last = tick;
  }
  guint64 end = MAX (tick_of (self, content->duration_s), last);
  put_meta (track, put_waiting (track, end - last), TSR_MIDI_END, "", 0);
  put_track (self->out, track);
}

static int
compare_messages (gconstpointer a, gconstpointer b)
{
  const Message *x = a, *y = b;
  return (x->tick > y->tick) - (x->tick < y->tick);
}

static void
put_zone (Writer *self, Zone *zone, guint number)
{
  g_autoptr (GByteArray) track = g_byte_array_new ();
  g_autofree char *name = g_strdup_printf ("Tarsier %u", number + 1);
  guint8           port = (guint8)(number & 0x7f);
  guint64          last = 0;

  put_meta (track, 0, TSR_MIDI_NAME, name, strlen (name));
  put_meta (track, 0, TSR_MIDI_PORT, &port, 1);
  put_parameter (track, 0, TSR_MIDI_RPN_ZONE, N_MEMBERS);
  for (guint channel = 1; channel <= N_MEMBERS; channel++)
    put_parameter (track, channel, TSR_MIDI_RPN_BEND_RANGE, ranges_st[zone->range]);
  g_array_sort (zone->messages, compare_messages); /* keeps the order of equal times */
  for (guint i = 0; i < zone->messages->len; i++) {
    const Message *message = &g_array_index (zone->messages, Message, i);
    guint32        delta = put_waiting (track, message->tick - last);
    last = message->tick;
    if (message->text != NULL) {
      put_meta (track, delta, TSR_MIDI_TEXT, message->text, strlen (message->text));
    } else {
      put_length (track, delta);
      g_byte_array_append (track, message->bytes, 3);
    }
  }
  put_meta (track, 0, TSR_MIDI_END, "", 0);
  put_track (self->out, track);
}

static void
note_limits (Writer *self)
{
  GPtrArray *notes = self->out->notes;

  if (self->n_offsets > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " partial of 0 Hz, an offset of the samples, is no "
                        "note; it is left out",
                        "%" PRIu64 " partials of 0 Hz, an offset of the samples, are no "
                        "notes; they are left out",
                        (gulong)self->n_offsets),
              self->n_offsets);
  if (self->n_bent_too_far > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " partial moves further than MIDI can bend a note; it "
                        "is limited",
                        "%" PRIu64 " partials move further than MIDI can bend a note; "
                        "they are limited",
                        (gulong)self->n_bent_too_far),
              self->n_bent_too_far);
  if (self->n_loud > 0)
    tsr_note (notes,
              ngettext ("%" PRIu64 " partial is louder than full scale; it is limited",
                        "%" PRIu64
                        " partials are louder than full scale; they are limited",
                        (gulong)self->n_loud),
              self->n_loud);
  if (self->n_early > 0)
    tsr_note (notes, _ ("what is before the time 0 was moved there"));
  if (self->zones->len > 128)
    tsr_note (notes,
              _ ("more than 1920 partials sound at a time; MIDI has no ports for them "
                 "all, some share one"));
}

static int
compare_starts (gconstpointer a, gconstpointer b)
{
  const TsrPartial *x = *(const TsrPartial *const *)a, *y = *(const TsrPartial *const *)b;
  double            s = tsr_partial_summary (x)->start_s;
  double            t = tsr_partial_summary (y)->start_s;

  return (s > t) - (s < t);
}

static GPtrArray *
by_start (TsrPartialSet *set)
{
  GPtrArray *partials = g_ptr_array_new ();

  for (gsize i = 0; i < tsr_partial_set_size (set); i++)
    g_ptr_array_add (partials, tsr_partial_set_at (set, i));
  g_ptr_array_sort (partials, compare_starts);
  return partials;
}

gboolean
tsr_midi_write (TsrFormatWriter *out, GError **error)
{
  Writer self = {.out = out,
                 .zones = g_ptr_array_new_with_free_func ((GDestroyNotify)zone_free),
                 .points = g_array_new (FALSE, FALSE, sizeof (TsrBreakpoint))};
  g_autoptr (GPtrArray) partials = by_start (out->content->partials);

  for (guint i = 0; i < partials->len && !tsr_job_cancelled (out->job); i++)
    add_partial (&self, g_ptr_array_index (partials, i));
  put_head (&self);
  for (guint i = 0;
       i < self.zones->len && tsr_writer_goes_on (out, (double)i / self.zones->len);
       i++)
    put_zone (&self, g_ptr_array_index (self.zones, i), i);
  note_limits (&self);
  g_ptr_array_unref (self.zones);
  g_array_unref (self.points);
  return TRUE;
}
