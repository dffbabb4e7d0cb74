/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which partials become one: links by hand, labels, or pairing.
 */
#include "model/dsp/partials/morph.h"

#include "model/dsp/partials/pairing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The finding in one channel. */
typedef struct {
  const TsrMorphInput *inputs;
  size_t               n;
  unsigned             channel;
  bool                *taken[TSR_MORPH_MOST]; /* of each partial */
  TsrMorphVoices      *voices;
  bool                 has_failed;
} Finder;

void
tsr_morph_voices_clear (TsrMorphVoices *voices)
{
  for (size_t i = 0; i < voices->n; i++)
    for (int k = 0; k < TSR_MORPH_MOST; k++)
      free (voices->items[i].members[k]);
  free (voices->items);
  *voices = (TsrMorphVoices){0};
}

static TsrMorphVoice *
add_voice (Finder *finder, int label)
{
  TsrMorphVoices *voices = finder->voices;

  if (voices->n == voices->capacity) {
    size_t         capacity = voices->capacity * 2 + 64;
    TsrMorphVoice *items = realloc (voices->items, capacity * sizeof *items);
    if (items == NULL) {
      finder->has_failed = true;
      return NULL;
    }
    voices->items = items;
    voices->capacity = capacity;
  }
  TsrMorphVoice *voice = &voices->items[voices->n++];
  *voice = (TsrMorphVoice){.channel = finder->channel, .label = label};
  return voice;
}

static void
add_member (Finder *finder, TsrMorphVoice *voice, size_t k, size_t index)
{
  size_t *members =
      realloc (voice->members[k], (voice->n_members[k] + 1) * sizeof *members);

  if (members == NULL) {
    finder->has_failed = true;
    return;
  }
  members[voice->n_members[k]++] = index;
  voice->members[k] = members;
  finder->taken[k][index] = true;
}

/* Whether the partial is heard in the finder's channel of the result. */
static bool
is_here (const Finder *finder, size_t k, size_t index)
{
  const TsrMorphInput *input = &finder->inputs[k];
  unsigned channel = tsr_partial_channel (tsr_partial_set_at (input->set, index));

  return input->n_channels <= 1 || channel == finder->channel;
}

static int
label_of (const Finder *finder, size_t k, size_t index)
{
  return finder->inputs[k].labels != NULL ? finder->inputs[k].labels[index] : 0;
}

/* ---- by hand ---- */

static void
link_by_hand (Finder *finder, const TsrMorphLink *link)
{
  TsrMorphVoice *voice = NULL;

  for (size_t k = 0; k < finder->n && !finder->has_failed; k++) {
    const TsrPartialSet *set = finder->inputs[k].set;
    int64_t index = link->ids[k] > 0 ? tsr_partial_set_index_of (set, link->ids[k]) : -1;
    if (index < 0 || finder->taken[k][index] || !is_here (finder, k, (size_t)index))
      continue;
    int label = label_of (finder, k, (size_t)index);
    if (voice == NULL)
      voice = add_voice (finder, label);
    if (voice != NULL)
      add_member (finder, voice, k, (size_t)index);
  }
}

/* ---- by label ---- */

typedef struct {
  size_t index;
  int    label;
  double energy, start_s, end_s;
} Labelled;

static int
compare_labelled (const void *a, const void *b)
{
  const Labelled *x = a, *y = b;

  if (x->label != y->label)
    return x->label > y->label ? 1 : -1;
  if (x->energy != y->energy)
    return x->energy > y->energy ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* Labelled partials of a sound in this channel; *count of them. */
static Labelled *
labelled_of (Finder *finder, size_t k, size_t *count)
{
  const TsrPartialSet *set = finder->inputs[k].set;
  size_t               n = tsr_partial_set_size (set);
  Labelled            *items = malloc ((n + 1) * sizeof *items);

  *count = 0;
  if (items == NULL)
    finder->has_failed = true;
  for (size_t i = 0; items != NULL && i < n; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (set, i));
    if (label_of (finder, k, i) > 0 && !finder->taken[k][i] && is_here (finder, k, i))
      items[(*count)++] =
          (Labelled){i, label_of (finder, k, i), s->energy, s->start_s, s->end_s};
  }
  if (items != NULL)
    qsort (items, *count, sizeof *items, compare_labelled);
  return items;
}

static TsrMorphVoice *
voice_of_label (Finder *finder, size_t first_voice, int label)
{
  for (size_t i = first_voice; i < finder->voices->n; i++)
    if (finder->voices->items[i].label == label)
      return &finder->voices->items[i];
  return add_voice (finder, label);
}

/* Whether none of the members that the voice has of sound k overlaps the partial. */
static bool
has_room (const Finder        *finder,
          const TsrMorphVoice *voice,
          size_t               k,
          const Labelled      *item)
{
  for (size_t i = 0; i < voice->n_members[k]; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (
        tsr_partial_set_at (finder->inputs[k].set, voice->members[k][i]));
    if (item->start_s < s->end_s && item->end_s > s->start_s)
      return false;
  }
  return true;
}

static void
sort_members (const Finder *finder, TsrMorphVoice *voice, size_t k)
{
  const TsrPartialSet *set = finder->inputs[k].set;
  size_t              *m = voice->members[k];

  for (size_t i = 1; i < voice->n_members[k]; i++)
    for (size_t j = i; j > 0; j--) {
      double left = tsr_partial_summary (tsr_partial_set_at (set, m[j - 1]))->start_s;
      double right = tsr_partial_summary (tsr_partial_set_at (set, m[j]))->start_s;
      if (left <= right)
        break;
      size_t swap = m[j];
      m[j] = m[j - 1];
      m[j - 1] = swap;
    }
}

static void
pair_by_label (Finder *finder)
{
  size_t first_voice = finder->voices->n;

  for (size_t k = 0; k < finder->n && !finder->has_failed; k++) {
    size_t    count;
    Labelled *items = labelled_of (finder, k, &count);
    for (size_t i = 0; i < count && !finder->has_failed; i++) {
      TsrMorphVoice *voice = voice_of_label (finder, first_voice, items[i].label);
      if (voice != NULL && has_room (finder, voice, k, &items[i]))
        add_member (finder, voice, k, items[i].index);
    }
    free (items);
  }
  for (size_t i = first_voice; i < finder->voices->n; i++)
    for (size_t k = 0; k < finder->n; k++)
      sort_members (finder, &finder->voices->items[i], k);
}

/* ---- by transposition and assignment ---- */

typedef struct {
  TsrPairingTone *tones;
  size_t         *indices;
  size_t          n;
} Tones;

static void
tones_clear (Tones *tones)
{
  free (tones->tones);
  free (tones->indices);
}

/* What is left of a sound in this channel, in the time of the result. */
static bool
tones_init (Tones *tones, const Finder *finder, size_t k)
{
  const TsrMorphInput *input = &finder->inputs[k];
  size_t               n = tsr_partial_set_size (input->set);

  *tones = (Tones){malloc ((n + 1) * sizeof *tones->tones),
                   malloc ((n + 1) * sizeof *tones->indices),
                   0};
  if (tones->tones == NULL || tones->indices == NULL)
    return false;
  for (size_t i = 0; i < n; i++) {
    const TsrPartialSummary *s = tsr_partial_summary (tsr_partial_set_at (input->set, i));
    if (finder->taken[k][i] || !is_here (finder, k, i) || !(s->mean_hz > 0))
      continue;
    tones->indices[tones->n] = i;
    tones->tones[tones->n++] = (TsrPairingTone){
        .hz = s->mean_hz,
        .level_db = 20 * log10 (fmax (s->peak_amplitude, 1e-10)),
        .start_s = tsr_curve_inverse_extended (input->sound_s_over_result_s, s->start_s),
        .end_s = tsr_curve_inverse_extended (input->sound_s_over_result_s, s->end_s)};
  }
  return true;
}

/* Adds the partners of the first sound's voices; voice_of maps its tones to voices. */
static bool
pair_sound (Finder *finder, const Tones *first, const size_t *voice_of, size_t k)
{
  Tones    other;
  int32_t *partner = malloc ((first->n + 1) * sizeof *partner);
  bool     done = tones_init (&other, finder, k) && partner != NULL;

  if (done)
    done = tsr_pairing_find (first->tones, first->n, other.tones, other.n, partner);
  for (size_t i = 0; done && i < first->n; i++)
    if (partner[i] >= 0)
      add_member (
          finder, &finder->voices->items[voice_of[i]], k, other.indices[partner[i]]);
  free (partner);
  tones_clear (&other);
  return done;
}

static void
pair_by_assignment (Finder *finder)
{
  Tones   first;
  bool    done = tones_init (&first, finder, 0);
  size_t *voice_of = malloc ((first.n + 1) * sizeof *voice_of);

  done = done && voice_of != NULL;
  for (size_t i = 0; done && i < first.n && !finder->has_failed; i++) {
    TsrMorphVoice *voice = add_voice (finder, 0);
    if (voice == NULL)
      break;
    voice_of[i] = finder->voices->n - 1;
    add_member (finder, voice, 0, first.indices[i]);
  }
  for (size_t k = 1; done && k < finder->n && !finder->has_failed; k++)
    done = pair_sound (finder, &first, voice_of, k);
  finder->has_failed = finder->has_failed || !done;
  free (voice_of);
  tones_clear (&first);
}

/* ---- all ---- */

/* What nobody wanted is alone. */
static void
add_rest (Finder *finder)
{
  for (size_t k = 0; k < finder->n; k++)
    for (size_t i = 0; i < tsr_partial_set_size (finder->inputs[k].set); i++) {
      if (finder->taken[k][i] || !is_here (finder, k, i) || finder->has_failed)
        continue;
      TsrMorphVoice *voice = add_voice (finder, 0);
      if (voice != NULL)
        add_member (finder, voice, k, i);
    }
}

static bool
have_labels (const TsrMorphInput *inputs, size_t n)
{
  for (size_t k = 0; k < n; k++)
    if (inputs[k].labels == NULL)
      return false;
  return true;
}

static bool
find_in_channel (Finder *finder, const TsrMorphLink *links, size_t n_links)
{
  bool done = true;

  for (size_t k = 0; k < finder->n; k++) {
    finder->taken[k] = calloc (tsr_partial_set_size (finder->inputs[k].set) + 1,
                               sizeof *finder->taken[k]);
    done = done && finder->taken[k] != NULL;
  }
  for (size_t i = 0; done && i < n_links; i++)
    link_by_hand (finder, &links[i]);
  if (done && have_labels (finder->inputs, finder->n))
    pair_by_label (finder);
  else if (done)
    pair_by_assignment (finder);
  if (done)
    add_rest (finder);
  for (size_t k = 0; k < finder->n; k++)
    free (finder->taken[k]);
  return done && !finder->has_failed;
}

bool
tsr_morph_find_voices (const TsrMorphInput *inputs,
                       size_t               n,
                       unsigned             n_channels,
                       const TsrMorphLink  *links,
                       size_t               n_links,
                       TsrMorphVoices      *voices)
{
  *voices = (TsrMorphVoices){0};
  for (unsigned c = 0; c < n_channels; c++) {
    Finder finder = {.inputs = inputs, .n = n, .channel = c, .voices = voices};
    if (!find_in_channel (&finder, links, n_links)) {
      tsr_morph_voices_clear (voices);
      return false;
    }
  }
  return true;
}
