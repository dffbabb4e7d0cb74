/* SPDX-License-Identifier: GPL-3.0-or-later
 * Placing of beginnings: partials are taken back into what the others leave, and put
 * where the squared rest is least. Steps are tried at each sample, and ramps anywhere,
 * by running sums.
 */
#include "model/dsp/partials/edge-place.h"

#include "model/dsp/lanes.h"
#include "model/dsp/partials/edge.h"
#include "model/dsp/partials/segment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REACH_S 0.004    /* to each side of the present beginning */
#define LONGEST_S 0.03   /* ramps that are placed */
#define AHEAD_S 0.002    /* beyond the latest beginning; what lies there decides, too */
#define RAMP_WORTH 0.01  /* part of the energy that a ramp must gain on a step */
#define LEAST_GAP_S 1e-4 /* of breakpoints */
#define LONGEST_KNEE_S 3e-4 /* two breakpoints that near are the knee behind a ramp */

#define TOGETHER_S 0.002 /* beginnings that are nearer may be one */
/* Part of its energy that a partial must gain by a beginning of its own. */
#define LEAVES_GROUP 0.01

/* A longer ramp has breakpoints of its own, that are corrected later: one without must be
 * better by that. */
#define LONG_S 0.008
#define LONG_PART 0.2
#define FINEST_S 5e-6 /* of places and lengths of ramps */

enum { ROUNDS = 2, MAX_SAMPLES = 4096, MOST_ON_RAMP = 24, N_RAMPS = 7, N_PLACES = 16 };
static const double ramps_s[N_RAMPS] = {0.0005, 0.001, 0.002, 0.004, 0.006, 0.01, 0.016};

typedef struct {
  double start_s, ramp_s; /* of the null; to full amplitude */
  double error;
} Beginning;

/* Sums over all samples i before one: sound s times model m, and squared model, times
 * powers of i. */
typedef struct {
  double sm, smi, mm, mmi, mmii;
} Products;

typedef struct {
  const TsrRest *rest;
  int64_t        first;
  int            n;
  double         sound[MAX_SAMPLES]; /* without all others */
  double         model[MAX_SAMPLES]; /* of the partials, as if they had begun long ago */
  double         before[MAX_SAMPLES + 1]; /* energy of the sound up to a sample */
  double         behind[MAX_SAMPLES + 1]; /* and of sound less model from it on */
  double         now[MAX_SAMPLES];        /* working memory: a partial as it is */
  Products       products[MAX_SAMPLES + 1];
  double         energy;   /* of the model */
  double         latest_s; /* beginning */
} Scene;

static bool
is_null (const TsrBreakpoint *b)
{
  return (b->flags & TSR_BREAKPOINT_NULL) != 0;
}

static double
time_at (const Scene *scene, double i)
{
  return scene->rest->start_s + ((double)scene->first + i) / scene->rest->rate_hz;
}

static double
gate (const Beginning *beginning, double time_s)
{
  double x = time_s - beginning->start_s;

  if (x < 0)
    return 0;
  return x < beginning->ramp_s ? x / beginning->ramp_s : 1;
}

/* A state dt seconds before a breakpoint. */
static TsrBreakpoint
before (const TsrBreakpoint *b, double dt)
{
  TsrBreakpoint v = *b;
  double        chirp = (double)b->chirp_hz_per_s;

  v.time_s -= dt;
  v.phase_turns -= dt * (b->frequency_hz - dt * chirp / 2);
  v.frequency_hz = fmax (0, b->frequency_hz - dt * chirp);
  v.log_amplitude -= dt * (double)b->slope_per_s;
  return v;
}

/* The curve at a time not before its first breakpoint; `segment` follows it. */
static TsrBreakpoint
curve_at (const TsrEdgeStart *start, size_t *segment, double time_s)
{
  const TsrBreakpoint *b = start->b;
  TsrBreakpoint        v;

  while (*segment + 2 < *start->n && b[*segment + 1].time_s <= time_s)
    ++*segment;
  const TsrBreakpoint *from = &b[*segment], *to = from + 1;
  double               T = to->time_s - from->time_s;
  if (!(T > 0))
    return *to;
  tsr_breakpoint_between (from, to, fmin (1, (time_s - from->time_s) / T), &v);
  return v;
}

bool
tsr_edge_start_init (TsrEdgeStart *start, TsrBreakpoint *b, size_t *n)
{
  *start = (TsrEdgeStart){b, n, 1};
  for (size_t i = 1; i + 1 < *n && i < MOST_ON_RAMP && !is_null (&b[i + 1]); i++)
    if (b[i + 1].time_s - b[i].time_s < LONGEST_KNEE_S) {
      start->full = i + 1;
      break;
    }
  size_t full = start->full;
  return *n >= full + 3 && is_null (b) && !is_null (&b[full]) &&
         !is_null (&b[full + 1]) && b[full].time_s - b[0].time_s <= LONGEST_S;
}

static double
middle_s (const TsrEdgeStart *start)
{
  return (start->b[0].time_s + start->b[start->full].time_s) / 2;
}

/* Latest beginning that leaves room for the next breakpoint before the one after. */
static double
latest_of (const TsrEdgeStart *start)
{
  const TsrBreakpoint *next = &start->b[start->full + 1];

  if (is_null (next + 1))
    return next->time_s - LEAST_GAP_S;
  return fmax (next->time_s - LEAST_GAP_S, next[1].time_s - 3 * LEAST_GAP_S);
}

/* Where to look. False where it does not lie inside the rest. */
static bool
set_scene (Scene *scene, const TsrRest *rest, const TsrEdgeStart *starts, size_t n_starts)
{
  double rate = rest->rate_hz, earliest_s = INFINITY;

  scene->latest_s = INFINITY;
  for (size_t i = 0; i < n_starts; i++) {
    const TsrEdgeStart *s = &starts[i];
    earliest_s = fmin (earliest_s, s->b[0].time_s - REACH_S);
    scene->latest_s = fmin (scene->latest_s, s->b[s->full].time_s + REACH_S);
  }
  for (size_t i = 0; i < n_starts; i++)
    scene->latest_s = fmin (scene->latest_s, latest_of (&starts[i]));
  scene->rest = rest;
  scene->first = (int64_t)ceil ((earliest_s - rest->start_s) * rate);
  double end_s = scene->latest_s + AHEAD_S;
  for (size_t i = 0; i < n_starts; i++)
    end_s = fmax (end_s, starts[i].b[starts[i].full].time_s);
  int64_t end = (int64_t)ceil ((end_s - rest->start_s) * rate);
  scene->n = (int)(end - scene->first);
  return scene->first >= rest->first && end <= rest->first + rest->n &&
         scene->n <= MAX_SAMPLES && scene->n >= 4;
}

/* The first sample at or behind a time. */
static int
sample_at (const Scene *scene, double time_s)
{
  double x = (time_s - scene->rest->start_s) * scene->rest->rate_hz;
  return (int)fmin (scene->n, fmax (0, ceil (x - (double)scene->first)));
}

/* n samples of cubics over seconds, the first at x: phase in turns, amplitude. */
TSR_FOR_EACH_MACHINE static void
fill_wave (const TsrSegment *segment, double x, double step_s, int n, double *wave)
{
  const double *p = segment->phase, *a = segment->amplitude;

  for (int i = 0; i < n; i++) {
    double t = x + i * step_s;
    wave[i] = tsr_turns_cosine (p[0] + t * (p[1] + t * (p[2] + t * p[3])));
  }
  if (segment->is_linear)
    for (int i = 0; i < n; i++)
      wave[i] *= a[0] + (x + i * step_s) * a[1];
  else
    for (int i = 0; i < n; i++) {
      double t = x + i * step_s;
      wave[i] *= tsr_exp2 (a[0] + t * (a[1] + t * (a[2] + t * a[3])));
    }
}

/* A partial as it is into scene->now. */
static void
fill_now (Scene *scene, const TsrBreakpoint *b, size_t n)
{
  double step_s = 1 / scene->rest->rate_hz;

  memset (scene->now, 0, (size_t)scene->n * sizeof scene->now[0]);
  for (size_t k = 0; k + 1 < n; k++) {
    int        from = sample_at (scene, b[k].time_s);
    int        to = sample_at (scene, b[k + 1].time_s);
    TsrSegment segment;
    if (from >= scene->n)
      return;
    if (from < to && tsr_segment_init (&segment, &b[k], &b[k + 1]) && !segment.is_silent)
      fill_wave (&segment,
                 time_at (scene, from) - segment.start_s,
                 step_s,
                 to - from,
                 scene->now + from);
  }
}

/* What is to be explained, and by what. */
static void
fill_scene (Scene *scene, const TsrEdgeStart *starts, size_t n_starts)
{
  const TsrRest *rest = scene->rest;
  double         step_s = 1 / rest->rate_hz;

  memset (scene->model, 0, (size_t)scene->n * sizeof scene->model[0]);
  memcpy (scene->sound,
          rest->samples + (scene->first - rest->first),
          (size_t)scene->n * sizeof scene->sound[0]);
  for (size_t k = 0; k < n_starts; k++) {
    const TsrBreakpoint *full = &starts[k].b[starts[k].full];
    double               chirp = (double)full->chirp_hz_per_s;
    double               slope = TSR_LOG2_E * (double)full->slope_per_s;
    TsrSegment           past = {
                  .phase = {full->phase_turns, full->frequency_hz, chirp / 2},
                  .amplitude = {TSR_LOG2_E * full->log_amplitude, slope},
    };
    int to = sample_at (scene, full->time_s);
    fill_now (scene, starts[k].b, *starts[k].n);
    for (int i = 0; i < scene->n; i++)
      scene->sound[i] += scene->now[i];
    fill_wave (&past, time_at (scene, 0) - full->time_s, step_s, to, scene->now);
    for (int i = 0; i < scene->n; i++)
      scene->model[i] += scene->now[i];
  }
}

static void
sum_energies (Scene *scene)
{
  Products sum = {0};

  scene->before[0] = scene->behind[scene->n] = 0;
  for (int i = 0; i < scene->n; i++) {
    double s = scene->sound[i], m = scene->model[i], mm = m * m;
    scene->before[i + 1] = scene->before[i] + s * s;
    scene->products[i] = sum;
    sum.sm += s * m;
    sum.smi += s * m * i;
    sum.mm += mm;
    sum.mmi += mm * i;
    sum.mmii += mm * i * i;
  }
  scene->products[scene->n] = sum;
  scene->energy = sum.mm;
  for (int i = scene->n - 1; i >= 0; i--) {
    double rest = scene->sound[i] - scene->model[i];
    scene->behind[i] = scene->behind[i + 1] + rest * rest;
  }
}

/* Error of the beginnings as they are. */
static double
present_error (const Scene *scene)
{
  const double *rest = scene->rest->samples + (scene->first - scene->rest->first);
  double        error = 0;

  for (int i = 0; i < scene->n; i++)
    error += rest[i] * rest[i];
  return error;
}

/* The gate of a ramp is a + b i: the square of what it leaves is a sum of products. */
static double
error_of (const Scene *scene, const Beginning *beginning)
{
  int             from = sample_at (scene, beginning->start_s);
  int             to = sample_at (scene, beginning->start_s + beginning->ramp_s);
  double          b = 1 / (beginning->ramp_s * scene->rest->rate_hz);
  double          a = (time_at (scene, 0) - beginning->start_s) / beginning->ramp_s;
  const Products *p = &scene->products[from], *q = &scene->products[to];
  double          open = a * a * (q->mm - p->mm) + 2 * a * b * (q->mmi - p->mmi) +
                b * b * (q->mmii - p->mmii) - 2 * a * (q->sm - p->sm) -
                2 * b * (q->smi - p->smi);

  return scene->before[to] + scene->behind[to] + open;
}

/* The best step. */
static Beginning
best_step (const Scene *scene)
{
  double least = INFINITY;
  int    best = 0;

  for (int i = 0; i < scene->n && time_at (scene, i) < scene->latest_s; i++)
    if (scene->before[i] + scene->behind[i] < least) {
      least = scene->before[i] + scene->behind[i];
      best = i;
    }
  return (Beginning){time_at (scene, best - TSR_STEP_AHEAD), 0, least};
}

/* A ramp between start_s and full_s, where there is room for it. */
static Beginning
try_ramp (const Scene *scene, double start_s, double full_s)
{
  Beginning trial = {start_s, full_s - start_s, INFINITY};

  if (trial.ramp_s >= ramps_s[0] / 2 && full_s <= scene->latest_s &&
      start_s >= time_at (scene, 0))
    trial.error = error_of (scene, &trial);
  return trial;
}

/* Moves both ends of a ramp by ever smaller steps. */
static Beginning
refine_ramp (const Scene *scene, Beginning best)
{
  for (double step_s = best.ramp_s / N_PLACES; step_s > FINEST_S; step_s /= 2)
    for (int i = 0; i < 4; i++) {
      double    from = i < 2 ? (i == 0 ? step_s : -step_s) : 0;
      double    to = i < 2 ? 0 : (i == 2 ? step_s : -step_s);
      Beginning trial =
          try_ramp (scene, best.start_s + from, best.start_s + best.ramp_s + to);
      if (trial.error < best.error)
        best = trial;
    }
  return best;
}

/* A ramp that is worth it, about the best step. */
static Beginning
best_ramp (const Scene *scene, Beginning step)
{
  Beginning best = step;
  double    worth = RAMP_WORTH * scene->energy;

  for (int r = 0; r < N_RAMPS; r++)
    for (int k = 0; k <= N_PLACES; k++) {
      double    start = step.start_s - ramps_s[r] * k / N_PLACES;
      Beginning trial = {start, ramps_s[r], 0};
      if (start + ramps_s[r] > scene->latest_s || start < time_at (scene, 0))
        continue;
      trial.error = error_of (scene, &trial);
      if (trial.error < best.error - (best.ramp_s > 0 ? 0 : worth))
        best = trial;
    }
  return best.ramp_s > 0 ? refine_ramp (scene, best) : best;
}

/* The rest without the new beginning; the sound holds the old one. */
static void
update_rest (const Scene *scene, const Beginning *new)
{
  double *rest = scene->rest->samples + (scene->first - scene->rest->first);

  for (int i = 0; i < scene->n; i++)
    rest[i] = scene->sound[i] - gate (new, time_at (scene, i)) * scene->model[i];
}

static void
move (TsrEdgeStart *start, const Beginning *new)
{
  TsrBreakpoint *b = start->b, *next = &b[start->full + 1], full = b[start->full];
  double         full_s = new->start_s + new->ramp_s, dt = full.time_s - full_s;
  size_t         segment = start->full, n_gone = start->full - 1;

  full = dt > 0 ? before (&full, dt) : curve_at (start, &segment, full_s);
  full.time_s = full_s;
  if (full_s > next->time_s - LEAST_GAP_S) {
    double between_s = (full_s + next[1].time_s) / 2;
    segment = start->full;
    *next = curve_at (start, &segment, between_s);
    next->time_s = between_s;
  }
  TsrBreakpoint null = before (&full, new->ramp_s);
  null.log_amplitude = TSR_LOG_AMPLITUDE_NULL;
  null.slope_per_s = 0;
  null.flags = TSR_BREAKPOINT_NULL;
  b[0] = null;
  b[1] = full;
  memmove (&b[2], next, (*start->n - start->full - 1) * sizeof *b);
  *start->n -= n_gone;
  start->full = 1;
}

/* One and the same beginning for partials, where that gains the part `worth` of their
 * energy. */
static bool
place (const TsrRest *rest, TsrEdgeStart *starts, size_t n_starts, double worth)
{
  Scene scene;

  if (!set_scene (&scene, rest, starts, n_starts))
    return false;
  fill_scene (&scene, starts, n_starts);
  sum_energies (&scene);
  Beginning best = best_ramp (&scene, best_step (&scene));
  double    present = present_error (&scene);
  if (!(best.error < present - worth * scene.energy) ||
      (best.ramp_s > LONG_S && !(best.error < LONG_PART * present)))
    return false;
  update_rest (&scene, &best);
  for (size_t i = 0; i < n_starts; i++)
    move (&starts[i], &best);
  return true;
}

static int
compare_frequencies (const TsrEdgeStart *a, const TsrEdgeStart *b)
{
  double fa = a->b[a->full].frequency_hz, fb = b->b[b->full].frequency_hz;
  return (fa > fb) - (fa < fb);
}

static int
compare_earliest_first (const void *pa, const void *pb)
{
  const TsrEdgeStart *a = pa, *b = pb;

  double am = middle_s (a), bm = middle_s (b);

  if (am != bm)
    return am < bm ? -1 : 1;
  return compare_frequencies (a, b);
}

static int
compare_loudest_first (const void *pa, const void *pb)
{
  const TsrEdgeStart *a = pa, *b = pb;
  double              al = a->b[a->full].log_amplitude, bl = b->b[b->full].log_amplitude;

  if (al != bl)
    return al > bl ? -1 : 1;
  return compare_frequencies (a, b);
}

/* Places groups of beginnings that are near each other together, and then each alone, the
 * loudest first. */
static void
place_group (const TsrRest *rest, TsrEdgeStart *starts, size_t n)
{
  qsort (starts, n, sizeof *starts, compare_loudest_first);
  bool has_moved = n > 1;
  for (int round = 0; round == 0 || (round < ROUNDS && has_moved); round++) {
    if (n > 1)
      has_moved = place (rest, starts, n, 0);
    for (size_t i = 0; i < n; i++)
      place (rest, &starts[i], 1, n > 1 ? LEAVES_GROUP : 0);
  }
}

void
tsr_edge_place_all (const TsrRest *rest, TsrEdgeStart *starts, size_t n)
{
  if (n > 0)
    qsort (starts, n, sizeof *starts, compare_earliest_first);
  for (size_t first = 0, i = 1; i <= n; i++)
    if (i == n || middle_s (&starts[i]) - middle_s (&starts[i - 1]) > TOGETHER_S) {
      place_group (rest, starts + first, i - first);
      first = i;
    }
}
