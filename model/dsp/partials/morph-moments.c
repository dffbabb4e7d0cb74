/* SPDX-License-Identifier: GPL-3.0-or-later
 * The times at which a voice of a morph has breakpoints: those of its sounds in the time
 * of the result, one after the other, no two nearer than the least gap but for edges. As
 * morph.c finds them for the whole voice.
 */
#include "model/dsp/partials/morph-live-private.h"

#include <math.h>
#include <string.h>

/* Moments that are looked at before the place where a voice begins in its middle. */
enum { LEAD = 5 };

/* The next moment of a stream becomes due; at its end none does. */
static void
set_due (const TsrMorphScore *morph, TsrMorphCursor *cursor, size_t k)
{
  TsrMorphStream *stream = &cursor->streams[k];

  if (stream->member >= cursor->voice->n[k]) {
    stream->due_s = INFINITY;
    return;
  }
  const TsrMorphMember *m = &morph->members[cursor->voice->first[k] + stream->member];
  int64_t               last = (int64_t)m->n - 1;
  int64_t i = stream->next < 0 ? 0 : stream->next > last ? last : stream->next;
  stream->due_s = tsr_morph_line_inverse (&morph->maps[k], m->breakpoints[i].time_s);
  if (stream->next < 0)
    stream->due_s -= TSR_MORPH_EDGE_S;
  if (stream->next > last)
    stream->due_s += TSR_MORPH_EDGE_S;
}

static TsrMorphMoment
take_due (const TsrMorphScore *morph, TsrMorphCursor *cursor, size_t k)
{
  TsrMorphStream       *stream = &cursor->streams[k];
  const TsrMorphMember *m = &morph->members[cursor->voice->first[k] + stream->member];
  TsrMorphMoment        moment = {stream->due_s,
                                  stream->next <= 1 || stream->next + 2 >= (int64_t)m->n};

  if (++stream->next > (int64_t)m->n) {
    stream->next = -1;
    stream->member++;
  }
  set_due (morph, cursor, k);
  return moment;
}

/* The next moment of all; false when there is none. */
static bool
next_moment (const TsrMorphScore *morph, TsrMorphCursor *cursor, TsrMorphMoment *moment)
{
  size_t first = 0;

  for (size_t k = 1; k < morph->n; k++)
    if (cursor->streams[k].due_s < cursor->streams[first].due_s)
      first = k;
  double due_s = cursor->streams[first].due_s;
  if (due_s == INFINITY)
    return false;
  if (cursor->bend < morph->n_bends && morph->bends[cursor->bend] < due_s &&
      morph->bends[cursor->bend] < cursor->end_s) {
    *moment = (TsrMorphMoment){morph->bends[cursor->bend++], false};
    return true;
  }
  *moment = take_due (morph, cursor, first);
  return true;
}

/* Keeps the first of the queue final: the last one may still be replaced by an edge. No
 * two moments are nearer than the least gap, edges kept. */
static void
fill_queue (const TsrMorphScore *morph, TsrMorphCursor *cursor)
{
  TsrMorphMoment next;

  while (cursor->n_queue < 2 && !cursor->is_over) {
    if (!next_moment (morph, cursor, &next)) {
      cursor->is_over = true;
      return;
    }
    double gap_s = next.is_edge ? 0.4 * TSR_MORPH_EDGE_S : TSR_MORPH_LEAST_GAP_S;
    if (next.time_s - cursor->last.time_s >= gap_s)
      cursor->queue[cursor->n_queue++] = next;
    else if (next.is_edge && !cursor->last.is_edge && cursor->n_queue > 0 &&
             next.time_s >= cursor->last.time_s)
      cursor->queue[cursor->n_queue - 1] = next;
    else
      continue;
    cursor->last = next;
  }
}

TsrMorphMoment
tsr_morph_take_moment (const TsrMorphScore *morph, TsrMorphCursor *cursor)
{
  TsrMorphMoment first = cursor->queue[0];

  cursor->n_queue--;
  memmove (
      cursor->queue, cursor->queue + 1, (size_t)cursor->n_queue * sizeof *cursor->queue);
  fill_queue (morph, cursor);
  return first;
}

/* Puts the streams a few moments before a time of the result, or at their beginnings. */
static void
place_streams (const TsrMorphScore *morph, TsrMorphCursor *cursor, double result_s)
{
  for (size_t k = 0; k < morph->n; k++) {
    const TsrMorphMember *members = morph->members + cursor->voice->first[k];
    TsrMorphStream       *stream = &cursor->streams[k];
    uint32_t              low = 0, high = cursor->voice->n[k];
    double                sound_s = tsr_morph_line_at (&morph->maps[k], result_s);
    while (high > low + 1) {
      uint32_t middle = low + (high - low) / 2;
      if (members[middle].breakpoints[0].time_s <= sound_s)
        low = middle;
      else
        high = middle;
    }
    *stream = (TsrMorphStream){.member = low, .next = -1, .at_member = low};
    if (cursor->voice->n[k] > 0 && result_s > cursor->start_s &&
        members[low].breakpoints[0].time_s <= sound_s) {
      stream->at = tsr_morph_breakpoint_before (&members[low], 0, sound_s);
      stream->next = stream->at > LEAD ? (int64_t)stream->at - LEAD : -1;
    }
    set_due (morph, cursor, k);
  }
  size_t low = 0, high = morph->n_bends;
  double from_s = tsr_larger (cursor->start_s, result_s - 0.1);
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (morph->bends[middle] <= from_s)
      low = middle + 1;
    else
      high = middle;
  }
  cursor->bend = low;
}

void
tsr_morph_moments_start (const TsrMorphScore *morph,
                         TsrMorphCursor      *cursor,
                         double               result_s)
{
  place_streams (morph, cursor, result_s);
  cursor->n_queue = 0;
  cursor->is_over = false;
  cursor->last = (TsrMorphMoment){-INFINITY, false};
  fill_queue (morph, cursor);
}
