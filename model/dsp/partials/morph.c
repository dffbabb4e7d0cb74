/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partial between the members of a voice (algorithm note 6.7).
 */
#include "model/dsp/partials/morph.h"

#include "model/dsp/partials/breakpoint-list.h"

#include <math.h>
#include <stdlib.h>

#define SOFT 1e-5        /* added to amplitudes before their logarithm is taken */
#define LEAST_GAP_S 1e-3 /* between breakpoints */
#define EDGE_S 5e-5      /* before a beginning and behind an end: silence */
#define PURE_S 0.02      /* of weight 1: then the phase of that sound is met */
#define MOST_BEND 0.005  /* of the frequency, to meet a phase */
#define SILENT 1e-9      /* amplitude */

typedef struct {
  const TsrMorphInput   *inputs;
  size_t                 n;
  const TsrMorphVoice   *voice;
  const TsrMorphWeights *weights;
} Mix;

/* What a voice is in one sound at one time. */
typedef struct {
  bool   is_member, sounds;
  double hz, amplitude, bandwidth, turns;
} Part;

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

/* Geometric mean of the frequencies that there are. */
static double
mixed_hz (const Mix *mix, const Part *parts, double result_s)
{
  double sum = 0, total = 0, plain = 0;
  int    count = 0;

  for (size_t k = 0; k < mix->n; k++) {
    if (!(parts[k].hz > 0))
      continue;
    double w = weight_at (mix->weights->frequency, k, result_s);
    sum += w * log (parts[k].hz);
    total += w;
    if (parts[k].is_member) {
      plain += log (parts[k].hz);
      count++;
    }
  }
  if (total > 1e-9)
    return exp (sum / total);
  return count > 0 ? exp (plain / count) : 0;
}

static double
mixed_amplitude (const Mix *mix, const Part *parts, double result_s)
{
  double linear = 0, logarithmic = 0, total = 0;

  for (size_t k = 0; k < mix->n; k++) {
    double w = weight_at (mix->weights->amplitude, k, result_s);
    if (!parts[k].is_member)
      continue;
    linear += w * parts[k].amplitude;
    logarithmic += w * log (parts[k].amplitude + SOFT);
    total += w;
  }
  if (mix->weights->is_linear || !(total > 1e-9))
    return linear;
  /* What no other sound has fades by its weight. */
  return total * fmax (0, exp (logarithmic / total) - SOFT);
}

static double
mixed_bandwidth (const Mix *mix, const Part *parts, double result_s)
{
  double sum = 0, total = 0;

  for (size_t k = 0; k < mix->n; k++) {
    double w = weight_at (mix->weights->noise, k, result_s);
    if (!parts[k].sounds)
      continue;
    sum += w * parts[k].bandwidth;
    total += w;
  }
  return total > 1e-9 ? fmin (1, fmax (0, sum / total)) : 0;
}

static double
wrap (double turns)
{
  return turns - rint (turns);
}

/* theta_A + sum of w wrap (theta_k - theta_A) over what sounds. */
static double
mixed_turns (const Mix *mix, const Part *parts, double result_s)
{
  double total = 0, sum = 0, first = 0;
  bool   any = false;

  for (size_t k = 0; k < mix->n; k++) {
    if (!parts[k].sounds)
      continue;
    double w = weight_at (mix->weights->frequency, k, result_s) + 1e-12;
    first = any ? first : parts[k].turns;
    sum += w * wrap (parts[k].turns - first);
    total += w;
    any = true;
  }
  return any ? wrap (first + sum / total) : 0;
}

static TsrBreakpoint
mixed_at (const Mix *mix, double result_s, Part *parts)
{
  TsrBreakpoint b = {.time_s = result_s};

  for (size_t k = 0; k < mix->n; k++)
    parts[k] = part_at (mix, k, result_s);
  b.frequency_hz = mixed_hz (mix, parts, result_s);
  b.bandwidth = (float)mixed_bandwidth (mix, parts, result_s);
  double amplitude = mixed_amplitude (mix, parts, result_s);
  if (amplitude > SILENT)
    b.log_amplitude = log (amplitude);
  else {
    b.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
    b.flags = TSR_BREAKPOINT_NULL;
  }
  return b;
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
      if (parts[pure].sounds && 2 * fabs (off) / T <= MOST_BEND * b[i].frequency_hz)
        bend_phase (b, n, last_free, i, off);
    }
    if (is_pure_at (mix, b[i].time_s) || (b[i].flags & TSR_BREAKPOINT_NULL) != 0)
      last_free = i;
    before = pure;
  }
}

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

/* Phases: anchored where sound begins out of silence, else the integral of the frequency
 * by Simpson's rule. */
static void
integrate (const Mix *mix, TsrBreakpoint *b, size_t n)
{
  Part parts[TSR_MORPH_MOST];

  for (size_t i = 0; i < n; i++) {
    /* A null alone is no silence in which a phase could be turned unheard. */
    bool begins = !is_null (&b[i]) &&
                  (i == 0 || (is_null (&b[i - 1]) && (i == 1 || is_null (&b[i - 2]))));
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
    for (size_t k = i; k > 0 && is_null (&b[k - 1]) && (k == 1 || is_null (&b[k - 2]));
         k--)
      b[k - 1].phase_turns += turn;
  }
}

/* Slope of the logarithm of the amplitude by the parabola through the neighbours. */
static void
set_slopes (TsrBreakpoint *b, size_t n)
{
  for (size_t i = 1; i + 1 < n; i++) {
    double left_s = b[i].time_s - b[i - 1].time_s,
           right_s = b[i + 1].time_s - b[i].time_s;
    if ((b[i - 1].flags | b[i].flags | b[i + 1].flags) & TSR_BREAKPOINT_NULL)
      continue;
    double left = (b[i].log_amplitude - b[i - 1].log_amplitude) / left_s;
    double right = (b[i + 1].log_amplitude - b[i].log_amplitude) / right_s;
    b[i].slope_per_s = (float)((left * right_s + right * left_s) / (left_s + right_s));
    b[i].chirp_hz_per_s =
        (float)((b[i + 1].frequency_hz - b[i - 1].frequency_hz) / (left_s + right_s));
  }
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
