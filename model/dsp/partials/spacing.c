/* SPDX-License-Identifier: GPL-3.0-or-later
 * The automatic choice of the spacing: about a fundamental that carries the sound, wider
 * where it moves fast, else the one of a few fixed widths; in both cases that at which
 * partials explain most of a few short excerpts.
 */
#include "model/dsp/partials/analysis.h"

#include "model/dsp/partials/peak.h"
#include "model/dsp/partials/synth.h"

#include <math.h>
#include <stdlib.h>

enum {
  MAX_EXCERPTS = 24,
  TRIES_PER_EXCERPT = 4,
  MAX_USED_PEAKS = 40,
  N_WIDTHS = 5,
  N_SHARES = 3,
  N_TRIALS = 3,
  MAX_TRIALS = 3,
  N_SHARE_TRIALS = 2,
};

/* Window that finds fundamentals, and their range. */
#define LOOK_SPACING_HZ 45.0
#define LOWEST_HZ 50.0
#define HIGHEST_HZ 1400.0
/* Fit of harmonics that makes a fundamental, and candidates as good as the best. */
#define GOOD_FIT 0.8
#define AS_GOOD 0.85
/* Harmonics beyond count less: strings are stiff. */
#define STIFF_FROM 8.0
/* Part of the loudness in frames with a fundamental that makes it the sound's. */
#define CARRIES 0.5
#define LOW_QUANTILE 0.2
/* A wider window has to leave this much less. */
#define CLEARLY_LESS 0.98
#define CLEARLY_LESS_SHARE 0.95 /* wider means more breakpoints */
#define LITTLE 1e-5             /* of the energy; less is as good */
#define TRIAL_S 0.3             /* that is judged of an excerpt */
#define TRIAL_MARGIN_S 0.1 /* at most, on each side, where it is cut out of the sound */
#define MARGIN_SPACINGS 10 /* enough, in units of 1 / spacing */
#define SILENCE 1e-10      /* mean square */

static const double widths_hz[N_WIDTHS] = {50, 75, 110, 160, 220};
/* Of the fundamental. Above 1 harmonics overlap a little, but the window is shorter. */
static const double shares[N_SHARES] = {0.9, 1.15, 1.4};

typedef struct {
  const float *samples; /* of the whole channel */
  unsigned     channel;
  int64_t      centre;
  int64_t      first, end; /* a longer stretch around it */
  double       mean_square;
} Excerpt;

typedef struct {
  const TsrSignal *signal;
  const TsrJob    *job;
  Excerpt          excerpts[MAX_EXCERPTS];
  size_t           n_excerpts;
  double           margin_s;
} Look;

static double
mean_square (const float *samples, int64_t n_samples, int64_t centre, int64_t half)
{
  int64_t first = centre > half ? centre - half : 0;
  int64_t end = centre + half < n_samples ? centre + half : n_samples;
  double  sum = 0;

  for (int64_t i = first; i < end; i++)
    sum += (double)samples[i] * (double)samples[i];
  return sum / (double)(2 * half);
}

/* The loudest place of the loudest channel in each of a few equal parts of the sound. */
static void
choose_excerpts (Look *look)
{
  int64_t n = tsr_signal_n_frames (look->signal);
  double  rate_hz = tsr_signal_rate_hz (look->signal);
  int64_t half = (int64_t)fmax (1, rate_hz / 20);
  size_t n_parts = (size_t)fmin (MAX_EXCERPTS, fmax (1, floor ((double)n / rate_hz * 8)));

  for (size_t i = 0; i < n_parts; i++) {
    Excerpt best = {0};
    for (int k = 0; k < TRIES_PER_EXCERPT; k++)
      for (unsigned c = 0; c < tsr_signal_n_channels (look->signal); c++) {
        double  place = ((double)i + (k + 0.5) / TRIES_PER_EXCERPT) / (double)n_parts;
        int64_t centre = (int64_t)((double)n * place);
        const float *samples = tsr_signal_channel (look->signal, c);
        double       loud = mean_square (samples, n, centre, half);
        if (loud > best.mean_square)
          best = (Excerpt){samples, c, centre, 0, 0, loud};
      }
    if (best.mean_square > SILENCE)
      look->excerpts[look->n_excerpts++] = best;
  }
}

/* Stretches around excerpts that do for spacings from this on. */
static void
choose_stretches (Look *look, double least_spacing_hz)
{
  double  rate_hz = tsr_signal_rate_hz (look->signal);
  int64_t n = tsr_signal_n_frames (look->signal);

  look->margin_s = fmin (TRIAL_MARGIN_S, MARGIN_SPACINGS / least_spacing_hz);
  int64_t half = (int64_t)(rate_hz * (TRIAL_S / 2 + look->margin_s));
  for (size_t i = 0; i < look->n_excerpts; i++) {
    Excerpt *e = &look->excerpts[i];
    e->first = e->centre > half ? e->centre - half : 0;
    e->end = e->centre + half < n ? e->centre + half : n;
  }
}

static TsrPeakFinder *
make_finder (const Look *look, double spacing_hz)
{
  TsrPeakParams params = {
      .rate_hz = tsr_signal_rate_hz (look->signal), .low_hz = 25, .floor_db = -85};
  TsrWindow *window =
      tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, params.rate_hz, spacing_hz);
  TsrPeakFinder *finder = NULL;

  if (window != NULL)
    finder = tsr_peak_finder_new (window, &params);
  tsr_window_free (window);
  return finder;
}

static int
compare_loudest_first (const void *pa, const void *pb)
{
  const TsrPeak *a = pa, *b = pb;

  if (a->log_amplitude != b->log_amplitude)
    return a->log_amplitude > b->log_amplitude ? -1 : 1;
  return (a->frequency_hz > b->frequency_hz) - (a->frequency_hz < b->frequency_hz);
}

/* How well peaks lie on multiples of f0: 1 all on them, negative between them. */
static double
harmonic_fit (const TsrPeak *peaks, size_t n, double f0)
{
  double fit = 0, sum = 1e-30;

  for (size_t i = 0; i < n; i++) {
    double harmonic = peaks[i].frequency_hz / f0 / STIFF_FROM;
    double weight = exp (0.7 * (peaks[i].log_amplitude - peaks[0].log_amplitude)) /
                    (1 + harmonic * harmonic);
    fit += weight * cos (2 * M_PI * peaks[i].frequency_hz / f0);
    sum += weight;
  }
  return fit / sum;
}

/* Fundamental of a frame, or 0: of the candidates as good as the best, the highest
 * (algorithm note 6.6). */
static double
find_fundamental (TsrPeak *peaks, size_t n)
{
  double best_fit = 0, f0 = 0;

  qsort (peaks, n, sizeof *peaks, compare_loudest_first);
  n = n < MAX_USED_PEAKS ? n : MAX_USED_PEAKS;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < n && i < 6; i++)
      for (int k = 1; k <= 12; k++) {
        double candidate = peaks[i].frequency_hz / k;
        if (candidate < LOWEST_HZ || candidate > HIGHEST_HZ)
          continue;
        double fit = harmonic_fit (peaks, n, candidate);
        if (pass == 0)
          best_fit = fmax (best_fit, fit);
        else if (fit >= AS_GOOD * best_fit)
          f0 = fmax (f0, candidate);
      }
  return best_fit >= GOOD_FIT ? f0 : 0;
}

typedef struct {
  double hz, weight;
} Fundamental;

static int
compare_fundamentals (const void *pa, const void *pb)
{
  const Fundamental *a = pa, *b = pb;
  return (a->hz > b->hz) - (a->hz < b->hz);
}

/* The low fundamental that carries the sound, 0 when none does. */
static double
weigh_fundamentals (Fundamental *found, size_t n)
{
  double whole = 0, pitched = 0, sum = 0;

  for (size_t i = 0; i < n; i++) {
    whole += found[i].weight;
    pitched += found[i].hz > 0 ? found[i].weight : 0;
  }
  if (!(pitched >= CARRIES * whole) || pitched <= 0)
    return 0;
  qsort (found, n, sizeof *found, compare_fundamentals);
  for (size_t i = 0; i < n; i++) {
    sum += found[i].hz > 0 ? found[i].weight : 0;
    if (sum > LOW_QUANTILE * pitched)
      return found[i].hz;
  }
  return 0;
}

static TsrStatus
look_for_fundamental (const Look *look, double *fundamental_hz)
{
  TsrPeakFinder *finder = make_finder (look, LOOK_SPACING_HZ);
  TsrPeak       *peaks = NULL;
  Fundamental    found[MAX_EXCERPTS];

  if (finder != NULL)
    peaks = calloc (tsr_peak_finder_max_peaks (finder), sizeof *peaks);
  if (peaks == NULL) {
    tsr_peak_finder_free (finder);
    return TSR_STATUS_NO_MEMORY;
  }
  for (size_t i = 0; i < look->n_excerpts && !tsr_job_cancelled (look->job); i++) {
    const Excerpt *e = &look->excerpts[i];
    size_t         n = tsr_peak_finder_run (
        finder, e->samples, tsr_signal_n_frames (look->signal), e->centre, 0, peaks);
    found[i] = (Fundamental){find_fundamental (peaks, n), sqrt (e->mean_square)};
  }
  *fundamental_hz = weigh_fundamentals (found, look->n_excerpts);
  free (peaks);
  tsr_peak_finder_free (finder);
  return tsr_job_cancelled (look->job) ? TSR_STATUS_CANCELLED : TSR_STATUS_OK;
}

typedef struct {
  TsrPartial **items;
  size_t       n, capacity;
} Found;

static TsrStatus
collect (void *user, TsrPartial *partial)
{
  Found *found = user;

  if (found->n == found->capacity) {
    size_t       capacity = 2 * found->capacity + 64;
    TsrPartial **items = realloc (found->items, capacity * sizeof *items);
    if (items == NULL) {
      tsr_partial_unref (partial);
      return TSR_STATUS_NO_MEMORY;
    }
    found->items = items;
    found->capacity = capacity;
  }
  found->items[found->n] = tsr_partial_new_with_id (partial, (int64_t)found->n + 1);
  tsr_partial_unref (partial);
  return found->items[found->n] != NULL ? found->n++,
         TSR_STATUS_OK                  : TSR_STATUS_NO_MEMORY;
}

/* Part of the energy between two samples that the partials leave. */
static TsrStatus
measure_rest (const Look *look, const Excerpt *e, const Found *found, double *rest)
{
  double         rate_hz = tsr_signal_rate_hz (look->signal), energy = 1e-30, error = 0;
  int64_t        first = e->first, n = e->end - e->first;
  double        *y = calloc ((size_t)n, sizeof *y);
  TsrPartialSet *set = tsr_partial_set_new (found->items, found->n);
  TsrStatus      status = TSR_STATUS_NO_MEMORY;

  if (y != NULL && set != NULL)
    status = tsr_synth_render_range (
        set, e->channel, rate_hz, first, (size_t)n, NULL, y, look->job);
  int64_t margin = (int64_t)(look->margin_s * rate_hz);
  int64_t from = first > 0 ? margin : 0;
  int64_t to = e->end < tsr_signal_n_frames (look->signal) ? n - margin : n;
  for (int64_t i = from; status == TSR_STATUS_OK && i < to; i++) {
    double x = (double)e->samples[first + i];
    energy += x * x;
    error += (x - y[i]) * (x - y[i]);
  }
  *rest = error / energy;
  tsr_partial_set_unref (set);
  free (y);
  return status;
}

/* Analyses an excerpt with this spacing. */
static TsrStatus
try_spacing (const Look *look, const Excerpt *e, double spacing_hz, double *rest)
{
  double            rate_hz = tsr_signal_rate_hz (look->signal);
  TsrAnalysisParams params;
  Found             found = {0};

  tsr_analysis_params_init (&params);
  params.spacing_hz = spacing_hz;
  params.is_rough = true;
  params.start_s = (double)e->first / rate_hz;
  params.end_s = (double)e->end / rate_hz;
  TsrStatus status =
      tsr_analyse (look->signal, e->channel, &params, look->job, collect, &found, NULL);
  if (status == TSR_STATUS_OK)
    status = measure_rest (look, e, &found, rest);
  for (size_t i = 0; i < found.n; i++)
    tsr_partial_unref (found.items[i]);
  free (found.items);
  return status;
}

static int
compare_louder_first (const void *pa, const void *pb)
{
  const Excerpt *a = *(const Excerpt *const *)pa, *b = *(const Excerpt *const *)pb;

  if (a->mean_square != b->mean_square)
    return a->mean_square > b->mean_square ? -1 : 1;
  return (a > b) - (a < b);
}

/* Sums of what is left over excerpts 0 .. k, by loudness. */
typedef struct {
  double up_to[MAX_TRIALS];
} Rests;

/* What a spacing leaves of n excerpts. Stops where `enough` times the best so far cannot
 * be reached any more, or is not by the louder half; then *has_won is false. */
static TsrStatus
sum_rests (const Look           *look,
           const Excerpt *const *excerpts,
           size_t                n,
           double                spacing_hz,
           double                enough,
           const Rests          *best,
           Rests                *rests,
           bool                 *has_won)
{
  double sum = 0;

  *has_won = true;
  for (size_t k = 0; k < n && *has_won; k++) {
    double    rest = 1;
    TsrStatus status = try_spacing (look, excerpts[k], spacing_hz, &rest);
    if (status != TSR_STATUS_OK)
      return status;
    sum += fmin (1, fmax (LITTLE, rest)) * sqrt (excerpts[k]->mean_square);
    rests->up_to[k] = sum;
    *has_won = sum < enough * best->up_to[n - 1] &&
               (2 * (k + 1) < n || sum < enough * best->up_to[k]);
  }
  return TSR_STATUS_OK;
}

/* The first of the widths that leaves clearly less of n_trials excerpts than those before
 * it. */
static TsrStatus
choose_width (const Look   *look,
              const double *choices_hz,
              size_t        n_choices,
              size_t        n_trials,
              double        clearly_less,
              double       *spacing_hz)
{
  const Excerpt *excerpts[MAX_TRIALS];
  size_t         n = n_trials < look->n_excerpts ? n_trials : look->n_excerpts;
  Rests          best, rests;

  for (size_t k = 0; k < n; k++) {
    excerpts[k] = &look->excerpts[k * look->n_excerpts / n_trials];
    best.up_to[k] = INFINITY;
  }
  qsort (excerpts, n, sizeof excerpts[0], compare_louder_first);
  for (size_t i = 0; i < n_choices; i++) {
    bool      has_won;
    TsrStatus status = sum_rests (
        look, excerpts, n, choices_hz[i], clearly_less, &best, &rests, &has_won);
    if (status != TSR_STATUS_OK)
      return status;
    if (has_won) {
      best = rests;
      *spacing_hz = choices_hz[i];
    }
  }
  return TSR_STATUS_OK;
}

TsrStatus
tsr_spacing_estimate (const TsrSignal    *signal,
                      const TsrJob       *job,
                      TsrSpacingEstimate *estimate)
{
  Look look = {.signal = signal, .job = job};

  *estimate =
      (TsrSpacingEstimate){.spacing_hz = 100, .reason = TSR_SPACING_FROM_SPECTRUM};
  choose_excerpts (&look);
  if (look.n_excerpts == 0)
    return TSR_STATUS_OK;
  TsrStatus status = look_for_fundamental (&look, &estimate->fundamental_hz);
  if (status != TSR_STATUS_OK)
    return status;
  choose_stretches (&look,
                    estimate->fundamental_hz > 0 ? shares[0] * estimate->fundamental_hz
                                                 : widths_hz[0]);
  if (estimate->fundamental_hz <= 0)
    return choose_width (
        &look, widths_hz, N_WIDTHS, N_TRIALS, CLEARLY_LESS, &estimate->spacing_hz);
  double choices_hz[N_SHARES];
  for (int i = 0; i < N_SHARES; i++)
    choices_hz[i] = shares[i] * estimate->fundamental_hz;
  estimate->reason = TSR_SPACING_FROM_FUNDAMENTAL;
  return choose_width (&look,
                       choices_hz,
                       N_SHARES,
                       N_SHARE_TRIALS,
                       CLEARLY_LESS_SHARE,
                       &estimate->spacing_hz);
}
