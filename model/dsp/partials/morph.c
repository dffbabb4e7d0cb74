/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partial between the members of a voice (algorithm note 6.7).
 */
#include "model/dsp/partials/morph.h"

#include "model/dsp/partials/breakpoint-list.h"
#include "model/dsp/partials/morph-mix-private.h"

#include <math.h>
#include <stdlib.h>

#define LEAST_GAP_S TSR_MORPH_LEAST_GAP_S
#define EDGE_S TSR_MORPH_EDGE_S
#define PURE_S 0.02 /* of weight 1: then the phase of that sound is met */

typedef struct {
  const TsrMorphInput   *inputs;
  size_t                 n;
  const TsrMorphVoice   *voice;
  const TsrMorphWeights *weights;
} Mix;

typedef TsrMorphPart Part;

/* ---- one moment ---- */

/* The member that lies at a time of sound k, or the nearest one. */
static const TsrPartial *
member_at (const Mix *mix, size_t k, double sound_s)
{
  const TsrPartial *best = NULL;
  double            best_distance_s = INFINITY;

  for (size_t i = 0; i < mix->voice->n_members[k]; i++) {
    const TsrPartial *partial =
        tsr_partial_set_at (mix->inputs[k].set, mix->voice->members[k][i]);
    const TsrPartialSummary *s = tsr_partial_summary (partial);
    double distance_s = fmax (0, fmax (s->start_s - sound_s, sound_s - s->end_s));
    if (distance_s < best_distance_s) {
      best = partial;
      best_distance_s = distance_s;
    }
  }
  return best;
}

static Part
part_at (const Mix *mix, size_t k, double result_s)
{
  const TsrMorphInput *input = &mix->inputs[k];
  double sound_s = tsr_curve_at_extended (input->sound_s_over_result_s, result_s);
  const TsrPartial *partial = member_at (mix, k, sound_s);
  Part              part = {.is_member = partial != NULL};
  TsrBreakpoint     value;

  if (partial == NULL) {
    if (mix->weights->glides && mix->voice->label > 0 &&
        input->fundamental_hz_over_s != NULL)
      part.hz = mix->voice->label * tsr_curve_at (input->fundamental_hz_over_s, sound_s);
    return part;
  }
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  part.sounds = tsr_partial_at (partial, sound_s, &value);
  if (!part.sounds)
    tsr_partial_at (partial, fmin (fmax (sound_s, s->start_s), s->end_s), &value);
  part.hz = value.frequency_hz;
  part.bandwidth = (double)value.bandwidth;
  part.turns = value.phase_turns;
  part.amplitude = part.sounds ? tsr_breakpoint_amplitude (&value) : 0;
  part.sounds = part.amplitude > 0;
  return part;
}

static double
weight_at (const TsrCurve *const *weights, size_t k, double result_s)
{
  return fmin (1, fmax (0, tsr_curve_at (weights[k], result_s)));
}

static double
wrap (double turns)
{
  return tsr_morph_wrap (turns);
}

static void
mix_at (const Mix *mix, double result_s, TsrMorphMix *at)
{
  for (size_t k = 0; k < mix->n; k++) {
    at->frequency[k] = weight_at (mix->weights->frequency, k, result_s);
    at->amplitude[k] = weight_at (mix->weights->amplitude, k, result_s);
    at->noise[k] = weight_at (mix->weights->noise, k, result_s);
  }
}

static double
mixed_turns (const Mix *mix, const Part *parts, double result_s)
{
  TsrMorphMix at;

  mix_at (mix, result_s, &at);
  return tsr_morph_mixed_turns (parts, mix->n, at.frequency);
}

static TsrBreakpoint
mixed_at (const Mix *mix, double result_s, Part *parts)
{
  TsrMorphMix at;

  for (size_t k = 0; k < mix->n; k++)
    parts[k] = part_at (mix, k, result_s);
  mix_at (mix, result_s, &at);
  return tsr_morph_mixed_breakpoint (
      parts, mix->n, &at, mix->weights->is_linear, result_s);
}

/* ---- times ---- */

typedef struct {
  double time_s;
  bool   is_edge;
} Moment;

typedef struct {
  Moment *items;
  size_t  n, capacity;
  bool    has_failed;
} Moments;

static void
add_moment (Moments *moments, double time_s, bool is_edge)
{
  if (moments->n == moments->capacity) {
    size_t  capacity = moments->capacity * 2 + 64;
    Moment *items = realloc (moments->items, capacity * sizeof *items);
    if (items == NULL) {
      moments->has_failed = true;
      return;
    }
    moments->items = items;
    moments->capacity = capacity;
  }
  moments->items[moments->n++] = (Moment){time_s, is_edge};
}

static void
add_partial_moments (Moments *moments, const TsrCurve *map, const TsrPartial *partial)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial);

  for (size_t i = 0; i < n; i++) {
    double time_s = tsr_curve_inverse_extended (map, b[i].time_s);
    bool   is_edge = i <= 1 || i + 2 >= n;
    add_moment (moments, time_s, is_edge);
    if (i == 0)
      add_moment (moments, time_s - EDGE_S, true);
    if (i + 1 == n)
      add_moment (moments, time_s + EDGE_S, true);
  }
}

static int
compare_moments (const void *a, const void *b)
{
  const Moment *x = a, *y = b;
  return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

/* Sorted, no two nearer than the least gap, edges kept. */
static void
thin_moments (Moments *moments)
{
  size_t kept = 0;

  qsort (moments->items, moments->n, sizeof *moments->items, compare_moments);
  for (size_t i = 0; i < moments->n; i++) {
    const Moment *m = &moments->items[i];
    double        last_s = kept > 0 ? moments->items[kept - 1].time_s : -INFINITY;
    double        gap = m->is_edge ? 0.4 * EDGE_S : LEAST_GAP_S;
    if (m->time_s - last_s >= gap)
      moments->items[kept++] = *m;
    else if (m->is_edge && kept > 0 && !moments->items[kept - 1].is_edge)
      moments->items[kept - 1] = *m;
  }
  moments->n = kept;
}

static bool
find_moments (const Mix *mix, Moments *moments)
{
  for (size_t k = 0; k < mix->n; k++)
    for (size_t i = 0; i < mix->voice->n_members[k]; i++)
      add_partial_moments (
          moments,
          mix->inputs[k].sound_s_over_result_s,
          tsr_partial_set_at (mix->inputs[k].set, mix->voice->members[k][i]));
  if (moments->has_failed || moments->n == 0)
    return false;
  double from_s = INFINITY, to_s = -INFINITY;
  for (size_t i = 0; i < moments->n; i++) {
    from_s = fmin (from_s, moments->items[i].time_s);
    to_s = fmax (to_s, moments->items[i].time_s);
  }
  for (size_t k = 0; k < mix->n; k++) {
    const TsrCurve *const curves[] = {mix->weights->frequency[k],
                                      mix->weights->amplitude[k]};
    for (int c = 0; c < 2; c++)
      for (size_t i = 0; i < tsr_curve_n_points (curves[c]); i++) {
        double x = tsr_curve_points (curves[c])[i].x;
        if (x > from_s && x < to_s)
          add_moment (moments, x, false);
      }
  }
  thin_moments (moments);
  return !moments->has_failed;
}

/* ---- phases ---- */

/* The sound whose frequency alone counts from i on for 20 ms; n when there is none. */
static size_t
pure_sound (const Mix *mix, double from_s)
{
  for (size_t k = 0; k < mix->n; k++) {
    bool is_pure = true;
    for (int i = 0; i <= 4 && is_pure; i++)
      is_pure =
          weight_at (mix->weights->frequency, k, from_s + PURE_S * i / 4) > 1 - 1e-9;
    if (is_pure)
      return k;
  }
  return mix->n;
}

/* Whether one sound's frequency alone counts at a time. */
static bool
is_pure_at (const Mix *mix, double time_s)
{
  for (size_t k = 0; k < mix->n; k++)
    if (weight_at (mix->weights->frequency, k, time_s) > 1 - 1e-9)
      return true;
  return false;
}

/* Turns points from+1 .. to by a raised cosine of unit integral, so that point `to` gets
 * `off` turns more, and all after it. */
static void
bend_phase (TsrBreakpoint *b, size_t n, size_t from, size_t to, double off)
{
  double T = b[to].time_s - b[from].time_s;

  for (size_t i = from + 1; i < n; i++) {
    double u = fmin (1, (b[i].time_s - b[from].time_s) / T);
    b[i].phase_turns += off * (u - sin (2 * M_PI * u) / (2 * M_PI));
    if (i < to)
      b[i].frequency_hz =
          fmax (0, b[i].frequency_hz + off / T * (1 - cos (2 * M_PI * u)));
  }
}

/* Where a sound's weight becomes 1, its phase is met if that costs 0.5 % of the frequency
 * at most. */
static void
meet_phases (const Mix *mix, TsrBreakpoint *b, size_t n)
{
  size_t last_free = 0; /* where the present transition began */
  size_t before = mix->n;
  Part   parts[TSR_MORPH_MOST];

  for (size_t i = 0; i < n; i++) {
    size_t pure = pure_sound (mix, b[i].time_s);
    if (pure < mix->n && pure != before && i > last_free) {
      mixed_at (mix, b[i].time_s, parts);
      double T = b[i].time_s - b[last_free].time_s;
      double off = wrap (parts[pure].turns - b[i].phase_turns);
      if (parts[pure].sounds &&
          2 * fabs (off) / T <= TSR_MORPH_MOST_BEND * b[i].frequency_hz)
        bend_phase (b, n, last_free, i, off);
    }
    if (is_pure_at (mix, b[i].time_s) || (b[i].flags & TSR_BREAKPOINT_NULL) != 0)
      last_free = i;
    before = pure;
  }
}

/* Phases: anchored where sound begins out of silence, else the integral of the frequency
 * by Simpson's rule. */
static void
integrate (const Mix *mix, TsrBreakpoint *b, size_t n)
{
  Part parts[TSR_MORPH_MOST];

  for (size_t i = 0; i < n; i++) {
    /* A null alone is no silence in which a phase could be turned unheard. */
    bool begins = !tsr_morph_is_null (&b[i]) &&
                  (i == 0 || (tsr_morph_is_null (&b[i - 1]) &&
                              (i == 1 || tsr_morph_is_null (&b[i - 2]))));
    if (i > 0) {
      double        T = b[i].time_s - b[i - 1].time_s;
      TsrBreakpoint middle = mixed_at (mix, 0.5 * (b[i].time_s + b[i - 1].time_s), parts);
      b[i].phase_turns =
          b[i - 1].phase_turns +
          T / 6 * (b[i - 1].frequency_hz + 4 * middle.frequency_hz + b[i].frequency_hz);
    }
    if (!begins)
      continue;
    mixed_at (mix, b[i].time_s, parts);
    double turn = wrap (mixed_turns (mix, parts, b[i].time_s) - b[i].phase_turns);
    b[i].phase_turns += turn;
    /* Only silence is bent: the null that a sound has fallen to keeps its phase. */
    for (size_t k = i; k > 0 && tsr_morph_is_null (&b[k - 1]) &&
                       (k == 1 || tsr_morph_is_null (&b[k - 2]));
         k--)
      b[k - 1].phase_turns += turn;
  }
}

static void
set_slopes (TsrBreakpoint *b, size_t n)
{
  for (size_t i = 1; i + 1 < n; i++)
    tsr_morph_set_slopes (&b[i - 1]);
}

TsrPartial *
tsr_morph_voice (const TsrMorphInput   *inputs,
                 size_t                 n,
                 const TsrMorphVoice   *voice,
                 const TsrMorphWeights *weights,
                 bool                  *is_empty)
{
  Mix         mix = {inputs, n, voice, weights};
  Moments     moments = {0};
  Part        parts[TSR_MORPH_MOST];
  TsrPartial *made = NULL;
  bool        any = false;

  *is_empty = false;
  if (!find_moments (&mix, &moments)) {
    free (moments.items);
    return NULL;
  }
  TsrBreakpoint *b = calloc (moments.n, sizeof *b);
  for (size_t i = 0; b != NULL && i < moments.n; i++) {
    b[i] = mixed_at (&mix, moments.items[i].time_s, parts);
    any = any || (b[i].flags & TSR_BREAKPOINT_NULL) == 0;
  }
  if (b != NULL && any) {
    integrate (&mix, b, moments.n);
    meet_phases (&mix, b, moments.n);
    set_slopes (b, moments.n);
    made = tsr_partial_new (0, voice->label, voice->channel, b, moments.n);
  }
  *is_empty = b != NULL && !any;
  free (b);
  free (moments.items);
  return made;
}
