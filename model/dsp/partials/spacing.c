/* SPDX-License-Identifier: GPL-3.0-or-later
 * The automatic choice of the spacing: about a fundamental that carries the sound, wider
 * where it moves fast, else the one of a few fixed widths; in both cases that at which
 * partials explain most of short excerpts: of a note where it begins and where it is
 * held, else of several that are spread over the fundamentals of the sound, or over its
 * time.
 */
#include "model/dsp/partials/analysis.h"

#include "model/dsp/partials/excerpt.h"
#include "model/dsp/partials/trial.h"

#include <math.h>
#include <stdlib.h>

enum {
  N_WIDTHS = 5,
  N_SHARES = 3,
  N_STEADY_SHARES = 4,
  FIRST_STEADY_SHARE = 2,
  WIDEST_LOW_SHARE = 1,
  MAX_WIDTHS = 5,
  MAX_TRIALS = 8,
  FAR_APART = 5, /* of successive excerpts; odd */
};

/* A wider window has to leave this much less. */
#define CLEARLY_LESS 0.98
#define CLEARLY_LESS_SHARE 0.95 /* wider means more breakpoints */
#define NARROWER 1.05           /* a narrower one may leave this much more */
#define LITTLE 1e-5             /* of the energy; less is as good */
/* A width that leaves so much more than the best of one excerpt, of two, or of four, is
 * out. */
#define MUCH_MORE_OF_ONE 10.0
#define MUCH_MORE_OF_FEW 3.0
#define MUCH_MORE 1.5
/* Sounds that take more and more excerpts to judge. */
#define SHORT_S 1.0
#define LONG_S 8.0
#define TRIAL_S 0.15 /* what is judged of an excerpt */
/* A note: how long it begins, from where on before it reaches a part of its level, and
 * where in its energy one looks at it once more. */
#define BEGINS_S 0.02
#define BEGIN_BLOCK_S 0.005
#define BEGIN_LEVEL 0.1
#define HELD 0.6
/* Lower notes have so many partials that wider windows are not worth their breakpoints.
 */
#define LOW_HZ 90.0
/* What a share leaves so that narrower ones are tried, not wider ones. */
#define GOOD_ENOUGH 3e-4

static const double widths_hz[N_WIDTHS] = {50, 75, 110, 160, 220};
/* Of the fundamental. Above 1 harmonics overlap a little, but the window is shorter. */
static const double shares[N_SHARES] = {0.9, 1.15, 1.4};
static const double steady_shares[N_STEADY_SHARES] = {0.75, 0.9, 1.15, 1.3};

typedef struct {
  const TsrSignal *signal;
  const TsrJob    *job;
  TsrExcerpts      excerpts;
} Look;

/* Around a time. */
static TsrTrial
trial_at (const Look *look, unsigned channel, double middle_s)
{
  return tsr_trial_of (
      look->signal, channel, middle_s - TRIAL_S / 2, middle_s + TRIAL_S / 2);
}

/* A width and the sum of what it leaves of the excerpts tried so far. */
typedef struct {
  double spacing_hz, sum;
  bool   is_out;
} Width;

/* Tries the widths that are not out on one more excerpt. */
static TsrStatus
try_widths (const Look *look, const TsrExcerpt *e, Width *widths, size_t n)
{
  double    middle_s = (double)e->centre / tsr_signal_rate_hz (look->signal);
  TsrTrial  trial = trial_at (look, e->channel, middle_s);
  TsrStatus status = TSR_STATUS_OK;

  for (size_t i = 0; i < n && status == TSR_STATUS_OK; i++) {
    double part_left = 1;
    if (widths[i].is_out)
      continue;
    status = tsr_trial_run (&trial, widths[i].spacing_hz, look->job, &part_left);
    widths[i].sum += fmax (LITTLE, part_left) * e->level;
  }
  return status;
}

/* The first of the widths that leaves clearly less than those before it. */
static Width *
best_width (Width *widths, size_t n, double clearly_less)
{
  Width *best = NULL;

  for (size_t i = 0; i < n; i++)
    if (!widths[i].is_out && (best == NULL || widths[i].sum < clearly_less * best->sum))
      best = &widths[i];
  return best;
}

/* Widths that leave much more than the best are not tried any more. */
static size_t
drop_widths (Width *widths, size_t n, size_t n_tried)
{
  double most = n_tried < 2   ? MUCH_MORE_OF_ONE
                : n_tried < 4 ? MUCH_MORE_OF_FEW
                              : MUCH_MORE;
  double least = INFINITY;
  size_t n_left = 0;

  for (size_t i = 0; i < n; i++)
    if (!widths[i].is_out)
      least = fmin (least, widths[i].sum);
  for (size_t i = 0; i < n; i++) {
    widths[i].is_out |= widths[i].sum > most * least;
    n_left += !widths[i].is_out;
  }
  return n_left;
}

/* Excerpt k of n for trials: one of each part of the sound, by fundamentals or in time,
 * that carries as much as the others. */
static const TsrExcerpt *
excerpt_for_trial (const Look *look, size_t k, size_t n)
{
  double wanted =
      tsr_excerpts_level (&look->excerpts, 0, INFINITY) * ((double)k + 0.5) / (double)n;
  double before = 0;

  for (size_t i = 0; i < look->excerpts.n; i++) {
    before += look->excerpts.items[i].level;
    if (before > wanted)
      return &look->excerpts.items[i];
  }
  return &look->excerpts.items[look->excerpts.n - 1];
}

/* The first of the widths that leaves clearly less of n_trials excerpts than those before
 * it. */
static TsrStatus
choose_width (const Look *look,
              Width      *widths,
              size_t      n,
              size_t      n_trials,
              double      clearly_less,
              double     *spacing_hz)
{
  size_t n_left = n;

  for (size_t k = 0; k < n_trials && n_left > 1; k++) {
    size_t    place = (k * FAR_APART + n_trials / 2) % n_trials;
    TsrStatus status =
        try_widths (look, excerpt_for_trial (look, place, n_trials), widths, n);
    if (status != TSR_STATUS_OK)
      return status;
    n_left = drop_widths (widths, n, k + 1);
    tsr_job_progress (look->job, (double)(k + 1) / (double)n_trials);
  }
  *spacing_hz = best_width (widths, n, clearly_less)->spacing_hz;
  return TSR_STATUS_OK;
}

/* When a note begins whose greatest level this is. */
static double
beginning_of (const Look *look, unsigned channel, double loudest)
{
  double       rate_hz = tsr_signal_rate_hz (look->signal);
  int64_t      n = tsr_signal_n_frames (look->signal);
  int64_t      block = (int64_t)fmax (1, rate_hz * BEGIN_BLOCK_S);
  const float *samples = tsr_signal_channel (look->signal, channel);
  double       least = (double)block * loudest * loudest * BEGIN_LEVEL * BEGIN_LEVEL;

  for (int64_t first = 0; first + block <= n; first += block) {
    double energy = 0;
    for (int64_t i = first; i < first + block; i++)
      energy += (double)samples[i] * (double)samples[i];
    if (energy > least)
      return (double)first / rate_hz;
  }
  return 0;
}

/* A note, judged where it begins and where it is held. */
typedef struct {
  TsrTrial trials[2];
  double   weights[2]; /* of the parts that are left of them */
  size_t   n;
} Note;

/* The excerpt at which HELD of the energy has passed, and the whole energy by second. */
static const TsrExcerpt *
held_excerpt (const TsrExcerpts *all, double *power)
{
  double sum = 0, passed = 0;
  size_t i = 0;

  for (size_t k = 0; k < all->n; k++)
    sum += all->items[k].level * all->items[k].level;
  for (; i + 1 < all->n; i++) {
    passed += all->items[i].level * all->items[i].level;
    if (passed > HELD * sum)
      break;
  }
  *power = sum / (double)all->n;
  return &all->items[i];
}

static Note
note_of (const Look *look)
{
  const TsrExcerpts *all = &look->excerpts;
  const TsrExcerpt  *loudest = &all->items[0];
  double             power;
  const TsrExcerpt  *held = held_excerpt (all, &power);
  Note               note = {.n = 1};

  for (size_t i = 0; i < all->n; i++)
    loudest = all->items[i].level > loudest->level ? &all->items[i] : loudest;
  double begin_s = beginning_of (look, loudest->channel, loudest->level);
  double middle_s = begin_s - BEGINS_S + TRIAL_S / 2;
  double held_s = (double)held->centre / tsr_signal_rate_hz (look->signal);
  note.trials[0] = trial_at (look, loudest->channel, middle_s);
  note.weights[0] = note.trials[0].energy;
  if (held_s < middle_s + TRIAL_S)
    return note;
  note.n = 2;
  note.trials[1] = trial_at (look, held->channel, held_s);
  note.weights[1] = power * tsr_signal_duration_s (look->signal) - note.weights[0];
  note.weights[1] = fmax (0, note.weights[1]);
  return note;
}

/* Part of a note that a spacing leaves. */
static TsrStatus
try_note (const Look *look, const Note *note, double spacing_hz, double *part_left)
{
  TsrStatus status = TSR_STATUS_OK;
  double    sum = 0, weight = 1e-30;

  for (size_t i = 0; i < note->n && status == TSR_STATUS_OK; i++) {
    double left = 1;
    status = tsr_trial_run (&note->trials[i], spacing_hz, look->job, &left);
    sum += left * note->weights[i];
    weight += note->weights[i];
  }
  *part_left = fmax (LITTLE, sum / weight);
  return status;
}

/* For a note that stays where it is: from a share a little above its fundamental on to
 * narrower ones where that is good, else to wider ones, as long as they leave less. */
static TsrStatus
choose_share (const Look *look, double f0_hz, double *spacing_hz)
{
  Note      note = note_of (look);
  double    left[N_STEADY_SHARES];
  int       widest = f0_hz < LOW_HZ ? WIDEST_LOW_SHARE : N_STEADY_SHARES - 1;
  int       best = widest < FIRST_STEADY_SHARE ? widest : FIRST_STEADY_SHARE;
  TsrStatus status = try_note (look, &note, steady_shares[best] * f0_hz, &left[best]);

  int step = status == TSR_STATUS_OK && left[best] < GOOD_ENOUGH ? -1 : +1;
  for (int i = best + step;
       status == TSR_STATUS_OK && left[best] > LITTLE && i >= 0 && i <= widest;
       i += step) {
    status = try_note (look, &note, steady_shares[i] * f0_hz, &left[i]);
    if (status != TSR_STATUS_OK ||
        !(left[i] < (step > 0 ? CLEARLY_LESS_SHARE : NARROWER) * left[best]))
      break;
    best = i;
  }
  *spacing_hz = steady_shares[best] * f0_hz;
  return status;
}

/* How many excerpts judge the widths, a power of two: so many that it takes a tenth of
 * the time of the analysis. */
static size_t
n_trials_for (const Look *look)
{
  double duration_s = tsr_signal_duration_s (look->signal);

  if (duration_s < SHORT_S)
    return 1;
  return duration_s < LONG_S ? 2 : MAX_TRIALS;
}

TsrStatus
tsr_spacing_estimate (const TsrSignal    *signal,
                      const TsrJob       *job,
                      TsrSpacingEstimate *estimate)
{
  Look   look = {.signal = signal, .job = job};
  Width  widths[MAX_WIDTHS];
  size_t n = 0;

  *estimate =
      (TsrSpacingEstimate){.spacing_hz = 100, .reason = TSR_SPACING_FROM_SPECTRUM};
  TsrStatus status = tsr_excerpts_choose (signal, job, &look.excerpts);
  if (status != TSR_STATUS_OK || look.excerpts.n == 0)
    return status;
  double f0_hz = look.excerpts.fundamental_hz;
  estimate->fundamental_hz = f0_hz;
  if (f0_hz > 0) {
    estimate->reason = TSR_SPACING_FROM_FUNDAMENTAL;
    if (look.excerpts.is_steady && tsr_signal_duration_s (signal) < LONG_S)
      return choose_share (&look, f0_hz, &estimate->spacing_hz);
    tsr_excerpts_sort (&look.excerpts);
    for (; n < N_SHARES; n++)
      widths[n] = (Width){.spacing_hz = shares[n] * f0_hz};
  } else
    for (; n < N_WIDTHS; n++)
      widths[n] = (Width){.spacing_hz = widths_hz[n]};
  return choose_width (&look,
                       widths,
                       n,
                       n_trials_for (&look),
                       f0_hz > 0 ? CLEARLY_LESS_SHARE : CLEARLY_LESS,
                       &estimate->spacing_hz);
}
