/* SPDX-License-Identifier: GPL-3.0-or-later
 * Morphs on the audio thread: each voice merges the breakpoints of its sounds in the time
 * of the result, as tsr_morph_voice does, but a few at a time and at the weights that
 * hold now.
 */
#include "model/dsp/partials/morph-live.h"

#include <string.h>

#include "model/dsp/partials/morph-live-private.h"

/* After a change of weights voices are on their way for so long. */
#define SHORTEST_GLIDE_S 0.006
#define LONGEST_GLIDE_S 0.014
#define GLIDE_S 0.010
#define PURE (1 - 1e-9)

static bool
is_null (const TsrBreakpoint *b)
{
  return tsr_morph_is_null (b);
}

/* ---- weights ---- */

static void
fill_mix (const TsrMorphScore *morph,
          const TsrMorphPlay  *play,
          double               result_s,
          TsrMorphMix         *mix)
{
  double *weights[TSR_N_MIXES] = {mix->frequency, mix->amplitude, mix->noise};

  *mix = play->mix;
  for (int m = 0; m < TSR_N_MIXES; m++)
    for (size_t k = 0; k < morph->n && !morph->is_constant[m]; k++)
      weights[m][k] = tsr_smaller (
          1, tsr_larger (0, tsr_morph_line_within (&morph->weights[m][k], result_s)));
}

void
tsr_oscillator_bank_mix_at (const TsrOscillatorBank *bank,
                            double                   result_s,
                            TsrMorphMix             *mix)
{
  if (bank->play == NULL)
    memset (mix, 0, sizeof *mix);
  else
    fill_mix (bank->score->morph, bank->play, result_s, mix);
}

/* Weights that an engine should never pass, made harmless. */
static double
harmless (double weight)
{
  return weight >= 0 && weight <= 1 ? weight : 0;
}

void
tsr_oscillator_bank_set_mix (TsrOscillatorBank *bank, const TsrMorphMix *mix)
{
  TsrMorphPlay *play = bank->play;
  TsrMorphMix   next;

  if (play == NULL)
    return;
  memset (&next, 0, sizeof next); /* nothing of sounds that there are not */
  for (size_t k = 0; k < bank->score->morph->n; k++) {
    next.frequency[k] = harmless (mix->frequency[k]);
    next.amplitude[k] = harmless (mix->amplitude[k]);
    next.noise[k] = harmless (mix->noise[k]);
  }
  if (memcmp (&next, &play->mix, sizeof next) == 0)
    return;
  play->mix = next;
  play->serial++;
}

/* ---- parts of sounds ---- */

static double
distance_s (const TsrMorphMember *member, double sound_s)
{
  double early = member->breakpoints[0].time_s - sound_s;
  double late = sound_s - member->breakpoints[member->n - 1].time_s;

  return tsr_larger (0, tsr_larger (early, late));
}

/* The member that lies at a time of sound k, or the nearest one, the earlier of two; the
 * stream stays there. */
static const TsrMorphMember *
member_at (const TsrMorphScore *morph, TsrMorphCursor *cursor, size_t k, double sound_s)
{
  const TsrMorphMember *members = morph->members + cursor->voice->first[k];
  TsrMorphStream       *stream = &cursor->streams[k];
  uint32_t              n = cursor->voice->n[k], i = stream->at_member, from = i;

  while (i + 1 < n &&
         distance_s (&members[i + 1], sound_s) < distance_s (&members[i], sound_s))
    i++;
  while (i > 0 &&
         distance_s (&members[i - 1], sound_s) <= distance_s (&members[i], sound_s))
    i--;
  stream->at_member = i;
  if (i != from)
    stream->at = 0;
  return &members[i];
}

static void
part_of_member (const TsrMorphMember *member,
                TsrMorphStream       *stream,
                double                sound_s,
                TsrMorphPart         *part)
{
  const TsrBreakpoint *b = member->breakpoints;
  double               first_s = b[0].time_s, last_s = b[member->n - 1].time_s;
  double               at_s = tsr_smaller (tsr_larger (sound_s, first_s), last_s);
  TsrBreakpoint        value;

  stream->at = tsr_morph_breakpoint_before (member, stream->at, at_s);
  if (stream->at + 1 == member->n)
    value = b[stream->at];
  else
    tsr_breakpoint_between (&b[stream->at],
                            &b[stream->at + 1],
                            (at_s - b[stream->at].time_s) /
                                (b[stream->at + 1].time_s - b[stream->at].time_s),
                            &value);
  part->is_member = true;
  part->hz = value.frequency_hz;
  part->bandwidth = (double)value.bandwidth;
  part->turns = value.phase_turns;
  if (sound_s >= first_s && sound_s <= last_s)
    part->amplitude = tsr_breakpoint_amplitude (&value);
  part->sounds = part->amplitude > 0;
}

static void
find_parts (const TsrMorphScore *morph,
            TsrMorphCursor      *cursor,
            double               result_s,
            TsrMorphPart         parts[TSR_MORPH_MOST])
{
  const TsrMorphScoreVoice *voice = cursor->voice;

  for (size_t k = 0; k < morph->n; k++) {
    double sound_s = tsr_morph_line_at (&morph->maps[k], result_s);
    parts[k] = (TsrMorphPart){0};
    if (voice->n[k] > 0)
      part_of_member (
          member_at (morph, cursor, k, sound_s), &cursor->streams[k], sound_s, &parts[k]);
    else if (morph->glides && voice->label > 0 && morph->fundamentals[k].n > 0)
      parts[k].hz =
          voice->label * tsr_morph_line_within (&morph->fundamentals[k], sound_s);
  }
}

static TsrBreakpoint
mixed_at (const TsrOscillatorBank *bank, TsrMorphCursor *cursor, double result_s)
{
  const TsrMorphScore *morph = bank->score->morph;
  TsrMorphPart         parts[TSR_MORPH_MOST];
  TsrMorphMix          mix;

  find_parts (morph, cursor, result_s, parts);
  fill_mix (morph, bank->play, result_s, &mix);
  return tsr_morph_mixed_breakpoint (parts, morph->n, &mix, morph->is_linear, result_s);
}

static double
mixed_hz_at (const TsrOscillatorBank *bank, TsrMorphCursor *cursor, double result_s)
{
  const TsrMorphScore *morph = bank->score->morph;
  TsrMorphPart         parts[TSR_MORPH_MOST];
  TsrMorphMix          mix;

  find_parts (morph, cursor, result_s, parts);
  fill_mix (morph, bank->play, result_s, &mix);
  return tsr_morph_mixed_hz (parts, morph->n, mix.frequency);
}

/* The phase that sound begins with. */
static double
mixed_turns_at (const TsrOscillatorBank *bank, TsrMorphCursor *cursor, double result_s)
{
  const TsrMorphScore *morph = bank->score->morph;
  TsrMorphPart         parts[TSR_MORPH_MOST];
  TsrMorphMix          mix;

  find_parts (morph, cursor, result_s, parts);
  fill_mix (morph, bank->play, result_s, &mix);
  return tsr_morph_mixed_turns (parts, morph->n, mix.frequency);
}

/* ---- segments ---- */

/* Where a sound's frequency alone counts, its phase is met, by as much of a bend as
 * nobody hears. */
static double
bend_towards (const TsrOscillatorBank *bank, TsrMorphCursor *cursor, double length_s)
{
  const TsrMorphScore *morph = bank->score->morph;
  const TsrBreakpoint *b = cursor->b;
  TsrMorphMix          from, to;

  fill_mix (morph, bank->play, b[1].time_s, &from);
  fill_mix (morph, bank->play, b[2].time_s, &to);
  for (size_t k = 0; k < morph->n; k++) {
    if (!(from.frequency[k] > PURE && to.frequency[k] > PURE))
      continue;
    TsrMorphPart parts[TSR_MORPH_MOST];
    find_parts (morph, cursor, b[2].time_s, parts);
    double off = tsr_morph_wrap (parts[k].turns - b[2].phase_turns);
    double most = 0.5 * TSR_MORPH_MOST_BEND * b[2].frequency_hz * length_s;
    return parts[k].sounds ? tsr_larger (-most, tsr_smaller (most, off)) : 0;
  }
  return 0;
}

/* Phase of the segment's end: anchored where sound begins out of silence, else the
 * integral of the frequency; by Simpson's rule, or straight on a glide. Slope there. */
static void
finish_segment (const TsrOscillatorBank *bank, TsrMorphCursor *cursor, bool is_glide)
{
  TsrBreakpoint *b = cursor->b;
  double         length_s = b[2].time_s - b[1].time_s;
  double         ends_hz = b[1].frequency_hz + b[2].frequency_hz;
  double         middle_hz = is_glide
                                 ? 0.5 * ends_hz
                                 : mixed_hz_at (bank, cursor, 0.5 * (b[1].time_s + b[2].time_s));

  b[1].phase_turns = tsr_turns_wrap (b[1].phase_turns);
  b[2].phase_turns = b[1].phase_turns + length_s / 6 * (ends_hz + 4 * middle_hz);
  /* A null alone is no silence in which a phase could be turned unheard. */
  if (is_null (&b[1]) && !is_null (&b[2]) && (!cursor->has_before || is_null (&b[0]))) {
    double turn =
        tsr_morph_wrap (mixed_turns_at (bank, cursor, b[2].time_s) - b[2].phase_turns);
    b[1].phase_turns += turn;
    b[2].phase_turns += turn;
  } else if (!is_null (&b[1]) && !is_null (&b[2]))
    b[2].phase_turns += bend_towards (bank, cursor, length_s);
  if (cursor->has_after)
    tsr_morph_set_slopes (&b[1]);
}

/* b[3] is what comes first in the queue. */
static void
look_ahead (const TsrOscillatorBank *bank, TsrMorphCursor *cursor)
{
  cursor->has_after = cursor->n_queue > 0;
  if (cursor->has_after)
    cursor->b[3] = mixed_at (bank, cursor, cursor->queue[0].time_s);
}

/* The next segment; false when there is none. */
static bool
next_segment (const TsrOscillatorBank *bank, TsrMorphCursor *cursor)
{
  if (!cursor->has_after)
    return false;
  memmove (cursor->b, cursor->b + 1, 3 * sizeof *cursor->b);
  cursor->has_before = true;
  tsr_morph_take_moment (bank->score->morph, cursor);
  look_ahead (bank, cursor);
  finish_segment (bank, cursor, false);
  return true;
}

/* The segment in which a time lies, with phases of its own. */
static bool
first_segment (const TsrOscillatorBank *bank, TsrMorphCursor *cursor, double result_s)
{
  const TsrMorphScore *morph = bank->score->morph;
  double               before_s = NAN, from_s = NAN;

  tsr_morph_moments_start (morph, cursor, result_s);
  while (cursor->n_queue > 0 && (isnan (from_s) || cursor->queue[0].time_s <= result_s)) {
    before_s = from_s;
    from_s = tsr_morph_take_moment (morph, cursor).time_s;
  }
  if (cursor->n_queue == 0)
    return false;
  cursor->has_before = !isnan (before_s);
  if (cursor->has_before)
    cursor->b[0] = mixed_at (bank, cursor, before_s);
  cursor->b[1] = mixed_at (bank, cursor, from_s);
  if (!is_null (&cursor->b[1]))
    cursor->b[1].phase_turns = mixed_turns_at (bank, cursor, from_s);
  cursor->b[2] = mixed_at (bank, cursor, tsr_morph_take_moment (morph, cursor).time_s);
  look_ahead (bank, cursor);
  if (cursor->has_before)
    tsr_morph_set_slopes (cursor->b);
  finish_segment (bank, cursor, false);
  return true;
}

/* ---- glides ---- */

/* What the voice's segment is at a time, as a breakpoint. */
static TsrBreakpoint
state_of (const TsrSegment *segment, double result_s)
{
  double s =
      tsr_smaller (tsr_larger (result_s - segment->start_s, 0), segment->duration_s);
  double        phase[4], level[4];
  TsrBreakpoint b = {.time_s = segment->start_s + s};

  tsr_cubic_at (segment->phase, s, 1, phase);
  tsr_cubic_at (segment->amplitude, s, 1, level);
  b.phase_turns = tsr_turns_wrap (phase[0]);
  b.frequency_hz = tsr_larger (0, phase[1]);
  b.bandwidth = (float)tsr_smaller (
      1, tsr_larger (0, segment->bandwidth[0] + s * segment->bandwidth[1]));
  if (segment->is_silent || (segment->is_linear && !(level[0] > TSR_MORPH_SILENT))) {
    b.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    b.flags = TSR_BREAKPOINT_NULL;
  } else if (segment->is_linear) {
    b.log_amplitude = log (level[0]);
    b.slope_per_s = (float)(level[1] / level[0]);
  } else {
    b.log_amplitude = level[0] / TSR_LOG2_E;
    b.slope_per_s = (float)(level[1] / TSR_LOG2_E);
  }
  return b;
}

/* Other weights: from where the voice is it glides to where it should be in a while. */
static void
glide (const TsrOscillatorBank *bank,
       TsrMorphCursor          *cursor,
       const TsrSegment        *segment,
       double                   result_s)
{
  const TsrMorphScore *morph = bank->score->morph;
  TsrBreakpoint       *b = cursor->b;

  b[0] = b[1];
  b[1] = state_of (segment, result_s);
  if (b[2].time_s > b[1].time_s) { /* that moment comes still */
    memmove (cursor->queue + 1,
             cursor->queue,
             (size_t)cursor->n_queue * sizeof *cursor->queue);
    cursor->queue[0] = (TsrMorphMoment){b[2].time_s, false};
    cursor->n_queue++;
  }
  while (cursor->n_queue > 1 && cursor->queue[0].time_s < b[1].time_s + SHORTEST_GLIDE_S)
    tsr_morph_take_moment (morph, cursor);
  if (cursor->n_queue > 0 && cursor->queue[0].time_s > b[1].time_s + LONGEST_GLIDE_S)
    b[2] = mixed_at (bank, cursor, b[1].time_s + GLIDE_S);
  else if (cursor->n_queue > 0)
    b[2] = mixed_at (bank, cursor, tsr_morph_take_moment (morph, cursor).time_s);
  look_ahead (bank, cursor);
  finish_segment (bank, cursor, true);
}

/* ---- voices ---- */

void
tsr_morph_play_reset (TsrMorphPlay *play, size_t n_voices)
{
  for (size_t i = 0; i < n_voices; i++)
    play->idle[i] = (uint32_t)(n_voices - 1 - i);
  play->n_idle = n_voices;
}

/* Goes on in a phase that was handed over. */
static void
turn_to (TsrMorphCursor *cursor, double turns, double result_s)
{
  TsrSegment segment;

  if (isnan (turns) || !tsr_segment_init (&segment, &cursor->b[1], &cursor->b[2]))
    return;
  double off = tsr_morph_wrap (turns - state_of (&segment, result_s).phase_turns);
  cursor->b[1].phase_turns += off;
  cursor->b[2].phase_turns += off;
}

TsrMorphCursor *
tsr_morph_voice_begin (TsrOscillatorBank *bank, uint32_t partial, double time_s)
{
  TsrMorphPlay *play = bank->play;

  if (play->n_idle == 0)
    return NULL;
  TsrMorphCursor *cursor = &play->cursors[play->idle[--play->n_idle]];
  cursor->voice = &bank->score->morph->voices[partial];
  cursor->start_s = bank->score->partials[partial].start_s;
  cursor->end_s = bank->score->partials[partial].end_s;
  cursor->serial = play->serial;
  if (!first_segment (bank, cursor, time_s)) {
    tsr_morph_voice_end (bank, cursor);
    return NULL;
  }
  if (play->has_handed)
    turn_to (cursor, play->handed[partial], time_s);
  return cursor;
}

void
tsr_morph_voice_end (TsrOscillatorBank *bank, TsrMorphCursor *cursor)
{
  if (cursor != NULL)
    bank->play->idle[bank->play->n_idle++] = (uint32_t)(cursor - bank->play->cursors);
}

bool
tsr_morph_find_segment (const TsrBankChunk *chunk, TsrBankVoice *voice, int sample)
{
  const TsrOscillatorBank *bank = chunk->bank;
  TsrMorphCursor          *cursor = voice->morph;

  if (cursor == NULL)
    return false;
  if (cursor->serial != bank->play->serial) {
    double now_s = (chunk->x0 + sample * chunk->dx) * chunk->period_s;
    if (voice->has_segment)
      glide (bank, cursor, &voice->segment, now_s);
    else if (!first_segment (bank, cursor, now_s))
      return false;
    cursor->serial = bank->play->serial;
    voice->has_segment = false;
  }
  if (voice->has_segment && tsr_bank_sample_of (chunk, voice->segment_end_s) > sample)
    return true;
  do {
    voice->segment_end_s = cursor->b[2].time_s;
    voice->has_segment = tsr_bank_sample_of (chunk, voice->segment_end_s) > sample &&
                         tsr_segment_init (&voice->segment, &cursor->b[1], &cursor->b[2]);
    if (voice->has_segment)
      return true;
  } while (next_segment (bank, cursor));
  return false;
}

/* ---- from one score to the next ---- */

/* The number that the next score gives to what a voice plays. */
static uint32_t
voice_in (const TsrMorphScore *next,
          const TsrMorphScore *morph,
          const TsrBankVoice  *voice)
{
  for (size_t k = 0; k < morph->n && k < next->n; k++) {
    const TsrMorphScoreVoice *from = voice->morph->voice;
    if (from->n[k] == 0 || next->sets[k] != morph->sets[k])
      continue;
    uint32_t member = from->first[k] + voice->morph->streams[k].at_member;
    return next
        ->voice_of[k][morph->members[member].partial * next->n_channels + voice->channel];
  }
  return TSR_MORPH_NO_VOICE;
}

void
tsr_oscillator_bank_take_phases (TsrOscillatorBank *bank, const TsrOscillatorBank *from)
{
  TsrMorphPlay *play = bank->play;

  if (play == NULL || from->play == NULL || !from->is_running ||
      bank->score->morph->n_channels != from->score->morph->n_channels)
    return;
  for (size_t i = 0; i < bank->score->n; i++)
    play->handed[i] = NAN;
  for (size_t i = 0; i < from->n_voices; i++) {
    const TsrBankVoice *voice = &from->voices[i];
    if (voice->morph == NULL || !voice->has_segment)
      continue;
    uint32_t number = voice_in (bank->score->morph, from->score->morph, voice);
    if (number != TSR_MORPH_NO_VOICE)
      play->handed[number] = state_of (&voice->segment, from->expected_s).phase_turns;
  }
  play->has_handed = true;
}

void
tsr_morph_play_forget (TsrOscillatorBank *bank)
{
  bank->play->has_handed = false;
}

double
tsr_score_sound_s (const TsrScore *score, size_t k, double result_s)
{
  return tsr_morph_line_at (&score->morph->maps[k], result_s);
}

double
tsr_oscillator_bank_sound_s (const TsrOscillatorBank *bank, size_t k, double result_s)
{
  return tsr_score_sound_s (bank->score, k, result_s);
}

double
tsr_score_result_s (const TsrScore *score, size_t k, double sound_s)
{
  return tsr_morph_line_inverse (&score->morph->maps[k], sound_s);
}

double
tsr_score_same_place (const TsrScore    *from,
                      const TsrScore    *to,
                      const TsrMorphMix *mix,
                      double             result_s)
{
  double sum = 0, total = 0;

  if (from->morph == NULL || to->morph == NULL || from->morph->n != to->morph->n)
    return result_s;
  for (size_t k = 0; k < to->morph->n; k++) {
    if (from->morph->sets[k] != to->morph->sets[k])
      return result_s;
    double w = mix->frequency[k];
    sum += w * tsr_score_result_s (to, k, tsr_score_sound_s (from, k, result_s));
    total += w;
  }
  return total > 1e-9 ? sum / total : result_s;
}
