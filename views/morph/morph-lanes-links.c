/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which voice has which hue, and where on its partials a voice is joined: links of
 * neighbouring voices lie beside each other, not on top of each other.
 */
#include <math.h>
#include <stdlib.h>

#include "model/dsp-types.h"
#include "views/draw/colormap.h"
#include "views/morph/morph-lanes-private.h"

enum {
  MOST_LINKS = 40,   /* of the loudest voices: more cannot be told apart */
  MOST_OF_MANY = 20, /* the same between more than two sounds */
  N_TRIES = 100,     /* along the result */
};
#define EDGE_PART 0.06 /* of a partial, at its ends, where nothing is joined */

typedef struct {
  gsize  voice;
  double hz, energy;
  guint  rank;
} Matched;

static gint
compare_hz (gconstpointer a, gconstpointer b)
{
  const Matched *x = a, *y = b;

  return (x->hz > y->hz) - (x->hz < y->hz);
}

static gint
compare_energy (gconstpointer a, gconstpointer b)
{
  const Matched *x = a, *y = b;

  return (x->energy < y->energy) - (x->energy > y->energy);
}

static const TsrPartialSummary *
member (TsrMorphLanes *self, guint k, const TsrMorphVoice *voice, gsize i)
{
  TsrPartialSet *set = tsr_lanes_partials (self, k);

  return voice->members[k][i] < tsr_partial_set_size (set)
             ? tsr_partial_summary (tsr_partial_set_at (set, voice->members[k][i]))
             : NULL;
}

/* The partial of the voice in sound k that lasts longest; NULL: none. */
static const TsrPartialSummary *
longest (TsrMorphLanes *self, guint k, const TsrMorphVoice *voice, gint64 *id)
{
  const TsrPartialSummary *best = NULL;

  for (gsize i = 0; i < voice->n_members[k]; i++) {
    const TsrPartialSummary *s = member (self, k, voice, i);
    if (s == NULL ||
        (best != NULL && s->end_s - s->start_s <= best->end_s - best->start_s))
      continue;
    best = s;
    *id = tsr_partial_id (
        tsr_partial_set_at (tsr_lanes_partials (self, k), voice->members[k][i]));
  }
  return best;
}

/* Voices with partials of two sounds or more, from low to high. (transfer full) */
static GArray *
find_matched (TsrMorphLanes *self, const TsrMorphVoices *voices)
{
  GArray *matched = g_array_new (FALSE, TRUE, sizeof (Matched));

  for (gsize v = 0; v < voices->n; v++) {
    const TsrMorphVoice *voice = &voices->items[v];
    Matched              m = {.voice = v};
    guint                n_sounds = 0;
    gint64               id;
    for (guint k = 0; k < self->n; k++) {
      const TsrPartialSummary *s = longest (self, k, voice, &id);
      if (s == NULL)
        continue;
      m.hz = n_sounds++ == 0 ? s->mean_hz : m.hz;
      m.energy += s->energy;
    }
    if (n_sounds > 1 && voice->channel == 0)
      g_array_append_val (matched, m);
  }
  g_array_sort (matched, compare_hz);
  for (guint i = 0; i < matched->len; i++)
    g_array_index (matched, Matched, i).rank = i;
  return matched;
}

static gboolean
is_by_hand (TsrMorphLanes *self, guint k, gint64 id)
{
  const GArray *links = tsr_morph_session_get_settings (self->morph)->links;

  for (guint i = 0; links != NULL && i < links->len; i++)
    if (g_array_index (links, TsrMorphLink, i).ids[k] == id)
      return TRUE;
  return FALSE;
}

/* The partial of the voice in sound k that sounds at a time of that sound, not at its
 * very ends; NULL: none. */
static TsrPartial *
sounding (TsrMorphLanes *self, guint k, const TsrMorphVoice *voice, double time_s)
{
  for (gsize i = 0; i < voice->n_members[k]; i++) {
    const TsrPartialSummary *s = member (self, k, voice, i);
    double                   edge_s = s != NULL ? EDGE_PART * (s->end_s - s->start_s) : 0;
    if (s != NULL && time_s >= s->start_s + edge_s && time_s <= s->end_s - edge_s)
      return tsr_partial_set_at (tsr_lanes_partials (self, k), voice->members[k][i]);
  }
  return NULL;
}

/* Fills the points of a link at a time of the result; FALSE where not all sounds that
 * have the voice sound then. */
static gboolean
join_at (TsrMorphLanes *self, const TsrMorphVoice *voice, double at_s, TsrLaneLink *link)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);

  for (guint k = 0; k < self->n; k++) {
    double        time_s = tsr_curve_at_extended (tsr_morph_plan_map (plan, k), at_s);
    TsrPartial   *partial;
    TsrBreakpoint value;
    link->has[k] = voice->n_members[k] > 0;
    if (!link->has[k])
      continue;
    partial = sounding (self, k, voice, time_s);
    if (partial == NULL || !tsr_partial_at (partial, time_s, &value))
      return FALSE;
    link->time_s[k] = time_s;
    link->hz[k] = value.frequency_hz;
    link->by_hand = link->by_hand || is_by_hand (self, k, tsr_partial_id (partial));
  }
  return TRUE;
}

/* Where they never sound together: each as near to that time as it can. */
static void
join_apart (TsrMorphLanes       *self,
            const TsrMorphVoice *voice,
            double               at_s,
            TsrLaneLink         *link)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);

  for (guint k = 0; k < self->n; k++) {
    gint64                   id = 0;
    const TsrPartialSummary *s = longest (self, k, voice, &id);
    link->has[k] = s != NULL;
    if (s == NULL)
      continue;
    link->time_s[k] = CLAMP (
        tsr_curve_at_extended (tsr_morph_plan_map (plan, k), at_s), s->start_s, s->end_s);
    link->hz[k] = s->mean_hz;
    link->by_hand = link->by_hand || is_by_hand (self, k, id);
  }
}

/* As near as can be to its turn: voices take turns along the result, so that neighbours
 * stand beside each other. */
static void
add_link (TsrMorphLanes *self, const Matched *m, guint hue, guint turn, guint n_turns)
{
  TsrMorphPlan        *plan = tsr_morph_session_get_plan (self->morph);
  const TsrMorphVoice *voice = &tsr_morph_plan_voices (plan)->items[m->voice];
  TsrLaneLink          link = {.voice = m->voice, .hue = hue};
  double               duration_s = tsr_morph_plan_duration_s (plan);
  double               wish = (turn + 0.5) / n_turns;

  for (int i = 0; i <= 2 * N_TRIES; i++) {
    double part = wish + (i % 2 ? -1 : 1) * ((i + 1) / 2) / (double)N_TRIES;
    if (part < 0 || part > 1)
      continue;
    if (join_at (self, voice, part * duration_s, &link)) {
      g_array_append_val (self->links, link);
      return;
    }
  }
  link.apart = TRUE;
  join_apart (self, voice, wish * duration_s, &link);
  g_array_append_val (self->links, link);
}

static void
give_hues (TsrMorphLanes *self, guint k, const TsrMorphVoices *voices)
{
  gsize   n = tsr_partial_set_size (tsr_lanes_partials (self, k));
  guint8 *hues = g_new0 (guint8, n);

  for (gsize v = 0; v < voices->n; v++)
    for (gsize i = 0; i < voices->items[v].n_members[k]; i++)
      if (voices->items[v].members[k][i] < n)
        hues[voices->items[v].members[k][i]] =
            (guint8)g_array_index (self->hues, guint, v);
  g_autoptr (GBytes) bytes = g_bytes_new_take (hues, n);
  tsr_canvas_set_hues (TSR_CANVAS (self->lanes[k].canvas), bytes);
}

void
tsr_lanes_update_links (TsrMorphLanes *self)
{
  TsrMorphPlan *plan = tsr_morph_session_get_plan (self->morph);

  g_array_set_size (self->links, 0);
  g_array_set_size (self->hues, 0);
  if (plan == NULL)
    return;
  const TsrMorphVoices *voices = tsr_morph_plan_voices (plan);
  g_autoptr (GArray) matched = find_matched (self, voices);
  g_array_set_size (self->hues, (guint)voices->n);
  for (guint i = 0; i < matched->len; i++)
    g_array_index (self->hues, guint, g_array_index (matched, Matched, i).voice) =
        1 + i % TSR_N_HUES;
  for (guint k = 0; k < self->n; k++)
    give_hues (self, k, voices);
  g_array_sort (matched, compare_energy);
  g_array_set_size (matched, MIN (matched->len, self->n > 2 ? MOST_OF_MANY : MOST_LINKS));
  g_array_sort (matched, compare_hz);
  for (guint i = 0; i < matched->len; i++) {
    const Matched *m = &g_array_index (matched, Matched, i);
    add_link (self, m, 1 + m->rank % TSR_N_HUES, i, matched->len);
  }
}
