/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scores of morphs: what the audio thread needs of sounds, voices, times and weights, and
 * its memory.
 */
#include "model/dsp/partials/morph-live-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is held ---- */

void
tsr_morph_score_free (TsrMorphScore *morph)
{
  if (morph == NULL)
    return;
  for (size_t i = 0; i < morph->n_held; i++)
    tsr_curve_unref (morph->held[i]);
  for (size_t k = 0; k < morph->n; k++) {
    tsr_partial_set_unref (morph->sets[k]);
    free (morph->voice_of[k]);
  }
  free (morph->voices);
  free (morph->members);
  free (morph->bends);
  free (morph);
}

static TsrMorphLine
hold (TsrMorphScore *morph, const TsrCurve *curve)
{
  if (curve == NULL)
    return (TsrMorphLine){0};
  morph->held[morph->n_held++] = tsr_curve_ref ((TsrCurve *)curve);
  return (TsrMorphLine){tsr_curve_points (curve), tsr_curve_n_points (curve)};
}

static bool
is_constant (const TsrMorphLine *line)
{
  for (size_t i = 1; i < line->n; i++)
    if (line->points[i].y != line->points[0].y)
      return false;
  return true;
}

static void
hold_all (TsrMorphScore *morph, const TsrMorphInput *inputs, const TsrMorphWeights *w)
{
  for (int m = 0; m < TSR_N_MIXES; m++)
    morph->is_constant[m] = true;
  for (size_t k = 0; k < morph->n; k++) {
    const TsrCurve *weights[TSR_N_MIXES] = {
        w->frequency[k], w->amplitude[k], w->noise[k]};
    morph->sets[k] = tsr_partial_set_ref ((TsrPartialSet *)inputs[k].set);
    morph->maps[k] = hold (morph, inputs[k].sound_s_over_result_s);
    morph->fundamentals[k] = hold (morph, inputs[k].fundamental_hz_over_s);
    for (int m = 0; m < TSR_N_MIXES; m++) {
      morph->weights[m][k] = hold (morph, weights[m]);
      morph->is_constant[m] =
          morph->is_constant[m] && is_constant (&morph->weights[m][k]);
    }
  }
}

/* ---- times at which weights bend ---- */

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool
find_bends (TsrMorphScore *morph)
{
  size_t n = 0;

  for (int m = 0; m < TSR_MIX_NOISE; m++)
    for (size_t k = 0; k < morph->n; k++)
      n += morph->weights[m][k].n;
  morph->bends = malloc ((n + 1) * sizeof *morph->bends);
  if (morph->bends == NULL)
    return false;
  for (int m = 0; m < TSR_MIX_NOISE; m++)
    for (size_t k = 0; k < morph->n; k++)
      for (size_t i = 0; i < morph->weights[m][k].n; i++)
        morph->bends[morph->n_bends++] = morph->weights[m][k].points[i].x;
  if (n > 0)
    qsort (morph->bends, n, sizeof *morph->bends, compare_doubles);
  return true;
}

/* ---- voices ---- */

static void
fill_member (const TsrMorphScore *morph, size_t k, size_t partial, TsrMorphMember *member)
{
  const TsrPartial *from = tsr_partial_set_at (morph->sets[k], partial);

  *member = (TsrMorphMember){tsr_partial_breakpoints (from),
                             (uint32_t)tsr_partial_n_breakpoints (from),
                             (uint32_t)partial};
}

/* Times, noise and place of a voice of the result. */
static void
fill_partial (const TsrMorphScore      *morph,
              const TsrMorphVoice      *voice,
              const TsrMorphScoreVoice *made,
              TsrScorePartial          *p)
{
  p->channel = voice->channel;
  p->start_s = INFINITY;
  p->end_s = -INFINITY;
  for (size_t k = 0; k < morph->n; k++)
    for (uint32_t i = 0; i < made->n[k]; i++) {
      const TsrMorphMember *m = &morph->members[made->first[k] + i];
      double start_s = m->breakpoints[0].time_s, end_s = m->breakpoints[m->n - 1].time_s;
      p->start_s =
          fmin (p->start_s,
                tsr_morph_line_inverse (&morph->maps[k], start_s) - TSR_MORPH_EDGE_S);
      p->end_s = fmax (
          p->end_s, tsr_morph_line_inverse (&morph->maps[k], end_s) + TSR_MORPH_EDGE_S);
      p->has_noise = p->has_noise || tsr_partial_has_noise (
                                         tsr_partial_set_at (morph->sets[k], m->partial));
    }
}

static size_t
count_members (const TsrMorphVoices *voices)
{
  size_t count = 0;

  for (size_t v = 0; v < voices->n; v++)
    for (int k = 0; k < TSR_MORPH_MOST; k++)
      count += voices->items[v].n_members[k];
  return count;
}

static bool
allocate_voices (TsrMorphScore *morph, const TsrMorphVoices *voices)
{
  bool done = true;

  morph->voices = calloc (voices->n + 1, sizeof *morph->voices);
  morph->members = malloc ((count_members (voices) + 1) * sizeof *morph->members);
  for (size_t k = 0; k < morph->n; k++) {
    size_t n = tsr_partial_set_size (morph->sets[k]) * morph->n_channels;
    morph->voice_of[k] = malloc ((n + 1) * sizeof *morph->voice_of[k]);
    done = done && morph->voice_of[k] != NULL;
    for (size_t i = 0; done && i < n; i++)
      morph->voice_of[k][i] = TSR_MORPH_NO_VOICE;
  }
  return done && morph->voices != NULL && morph->members != NULL;
}

/* Voices without members are left out. */
static bool
fill_voices (TsrScore *score, const TsrMorphVoices *voices)
{
  TsrMorphScore *morph = score->morph;
  size_t         n_members = 0;

  if (!allocate_voices (morph, voices))
    return false;
  for (size_t v = 0; v < voices->n; v++) {
    const TsrMorphVoice *from = &voices->items[v];
    TsrMorphScoreVoice  *made = &morph->voices[score->n];
    size_t               before = n_members;
    made->label = from->label;
    for (size_t k = 0; k < morph->n; k++) {
      made->first[k] = (uint32_t)n_members;
      made->n[k] = (uint32_t)from->n_members[k];
      for (size_t i = 0; i < from->n_members[k]; i++) {
        size_t partial = from->members[k][i];
        fill_member (morph, k, partial, &morph->members[n_members++]);
        morph->voice_of[k][partial * morph->n_channels + from->channel] =
            (uint32_t)score->n;
      }
    }
    if (n_members == before)
      continue;
    fill_partial (morph, from, made, &score->partials[score->n]);
    score->partials[score->n].seed = tsr_noise_seed ((int64_t)score->n + 1);
    score->n++;
  }
  return true;
}

static bool
fill (TsrScore              *score,
      const TsrMorphInput   *inputs,
      const TsrMorphVoices  *voices,
      const TsrMorphWeights *weights)
{
  hold_all (score->morph, inputs, weights);
  score->set = tsr_partial_set_new (NULL, 0);
  score->partials = calloc (voices->n + 1, sizeof *score->partials);
  score->by_start = malloc ((voices->n + 1) * sizeof *score->by_start);
  return score->set != NULL && score->partials != NULL && score->by_start != NULL &&
         find_bends (score->morph) && fill_voices (score, voices) &&
         tsr_score_index (score);
}

TsrScore *
tsr_score_new_morph (const TsrMorphInput   *inputs,
                     size_t                 n,
                     unsigned               n_channels,
                     const TsrMorphVoices  *voices,
                     const TsrMorphWeights *weights)
{
  TsrScore *score = calloc (1, sizeof *score);

  if (score == NULL)
    return NULL;
  atomic_init (&score->n_refs, 1);
  score->n_channels = n_channels > 0 ? n_channels : 1;
  score->morph = calloc (1, sizeof *score->morph);
  if (score->morph != NULL)
    *score->morph = (TsrMorphScore){.n = n,
                                    .n_channels = score->n_channels,
                                    .is_linear = weights->is_linear,
                                    .glides = weights->glides};
  if (score->morph == NULL || !fill (score, inputs, voices, weights)) {
    tsr_score_unref (score);
    return NULL;
  }
  return score;
}

bool
tsr_score_is_morph (const TsrScore *score)
{
  return score->morph != NULL;
}

/* ---- memory of a bank ---- */

static size_t
round_up (size_t size)
{
  return (size + 63) & ~(size_t)63;
}

size_t
tsr_morph_play_size (const TsrScore *score, size_t n_voices)
{
  return round_up (sizeof (TsrMorphPlay)) +
         round_up (n_voices * sizeof (TsrMorphCursor)) +
         round_up (n_voices * sizeof (uint32_t)) + round_up (score->n * sizeof (double));
}

TsrMorphPlay *
tsr_morph_play_init (void *memory, const TsrScore *score, size_t n_voices)
{
  const TsrMorphScore *morph = score->morph;
  TsrMorphPlay        *play = memory;
  char                *rest = (char *)memory + round_up (sizeof *play);

  memset (play, 0, sizeof *play);
  for (size_t k = 0; k < morph->n; k++) {
    play->mix.frequency[k] = morph->weights[TSR_MIX_FREQUENCY][k].points[0].y;
    play->mix.amplitude[k] = morph->weights[TSR_MIX_AMPLITUDE][k].points[0].y;
    play->mix.noise[k] = morph->weights[TSR_MIX_NOISE][k].points[0].y;
  }
  play->cursors = (void *)rest;
  rest += round_up (n_voices * sizeof *play->cursors);
  play->idle = (void *)rest;
  rest += round_up (n_voices * sizeof *play->idle);
  play->handed = (void *)rest;
  tsr_morph_play_reset (play, n_voices);
  return play;
}
