/* SPDX-License-Identifier: GPL-3.0-or-later
 * The automatic choice of the spacing: about a fundamental that carries the sound, wider
 * where it moves fast, else the one of a few fixed widths; in both cases that at which
 * partials explain most of short excerpts: of the beginning of a note, else of several
 * that are spread over the fundamentals of the sound, or over its time.
 */
#include "model/dsp/partials/analysis.h"

#include "model/dsp/partials/found.h"
#include "model/dsp/partials/peak.h"
#include "model/dsp/partials/synth.h"

#include <math.h>
#include <stdlib.h>

enum {
  MAX_EXCERPTS = 48,
  EXCERPTS_PER_S = 4,
  TRIES_PER_EXCERPT = 4,
  MAX_USED_PEAKS = 40,
  N_WIDTHS = 5,
  N_SHARES = 3,
  N_STEADY_SHARES = 4,
  FIRST_STEADY_SHARE = 1,
  MAX_WIDTHS = 5,
  MAX_TRIALS = 8,
  FAR_APART = 5, /* of successive excerpts; odd */
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
/* Of a sound that stays where it is: part of the loudness this near to the fundamental.
 */
#define STAYS 0.8
#define NEAR 0.06
/* A wider window has to leave this much less. */
#define CLEARLY_LESS 0.98
#define CLEARLY_LESS_SHARE 0.95 /* wider means more breakpoints */
#define LITTLE 1e-5             /* of the energy; less is as good */
/* A width that leaves so much more than the best of one excerpt, of two, or of four, is
 * out. */
#define MUCH_MORE_OF_ONE 10.0
#define MUCH_MORE_OF_FEW 3.0
#define MUCH_MORE 1.5
/* Sounds that take more and more excerpts to judge. */
#define SHORT_S 1.0
#define LONG_S 8.0
/* Trials. */
#define TRIAL_S 0.15       /* that is judged of an excerpt */
#define TRIAL_MARGIN_S 0.1 /* at most, on each side, where it is cut out of the sound */
#define MARGIN_SPACINGS 8  /* enough, in units of 1 / spacing */
#define LOUD 0.5           /* re the loudest excerpt */
#define GOOD_ENOUGH 1e-4   /* what a width leaves so that wider ones are not tried */
#define SILENCE 1e-5       /* root of the mean square */

static const double widths_hz[N_WIDTHS] = {50, 75, 110, 160, 220};
/* Of the fundamental. Above 1 harmonics overlap a little, but the window is shorter. */
static const double shares[N_SHARES] = {0.9, 1.15, 1.4};
static const double steady_shares[N_STEADY_SHARES] = {0.75, 0.9, 1.15, 1.3};

typedef struct {
  const float *samples; /* of the whole channel */
  unsigned     channel;
  int64_t      centre;
  int64_t      first, end; /* a longer stretch around it */
  double       weight;     /* root of the mean square around its centre */
  double       fundamental_hz;
} Excerpt;

typedef struct {
  const TsrSignal *signal;
  const TsrJob    *job;
  Excerpt          excerpts[MAX_EXCERPTS];
  size_t           n_excerpts;
  double           margin_s;
  bool             is_steady; /* most of it has the same fundamental */
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
  size_t  n_parts =
      (size_t)fmin (MAX_EXCERPTS, fmax (1, floor ((double)n / rate_hz * EXCERPTS_PER_S)));

  for (size_t i = 0; i < n_parts; i++) {
    Excerpt best = {.weight = SILENCE};
    for (int k = 0; k < TRIES_PER_EXCERPT; k++)
      for (unsigned c = 0; c < tsr_signal_n_channels (look->signal); c++) {
        double  place = ((double)i + (k + 0.5) / TRIES_PER_EXCERPT) / (double)n_parts;
        int64_t centre = (int64_t)((double)n * place);
        const float *samples = tsr_signal_channel (look->signal, c);
        double       level = sqrt (mean_square (samples, n, centre, half));
        if (level > best.weight)
          best = (Excerpt){
              .samples = samples, .channel = c, .centre = centre, .weight = level};
      }
    if (best.samples != NULL)
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

static int
compare_fundamentals (const void *pa, const void *pb)
{
  const Excerpt *a = pa, *b = pb;

  if (a->fundamental_hz != b->fundamental_hz)
    return a->fundamental_hz > b->fundamental_hz ? 1 : -1;
  return (a->centre > b->centre) - (a->centre < b->centre);
}

/* The weight of excerpts whose fundamentals lie between two. */
static double
weight_between (const Look *look, double low_hz, double high_hz)
{
  double sum = 0;

  for (size_t i = 0; i < look->n_excerpts; i++) {
    const Excerpt *e = &look->excerpts[i];
    sum += e->fundamental_hz >= low_hz && e->fundamental_hz <= high_hz ? e->weight : 0;
  }
  return sum;
}

/* The low fundamental that carries the sound, 0 when none does. */
static double
weigh_fundamentals (Look *look)
{
  double whole = weight_between (look, 0, INFINITY);
  double pitched = weight_between (look, LOWEST_HZ / 2, INFINITY), sum = 0;

  if (!(pitched >= CARRIES * whole) || pitched <= 0)
    return 0;
  qsort (look->excerpts, look->n_excerpts, sizeof (Excerpt), compare_fundamentals);
  for (size_t i = 0; i < look->n_excerpts; i++) {
    const Excerpt *e = &look->excerpts[i];
    sum += e->fundamental_hz > 0 ? e->weight : 0;
    if (sum > LOW_QUANTILE * pitched) {
      double hz = e->fundamental_hz;
      look->is_steady =
          weight_between (look, hz * (1 - NEAR), hz * (1 + NEAR)) > STAYS * whole;
      return hz;
    }
  }
  return 0;
}

/* Finds the fundamentals of the excerpts, which it sorts by them where one carries the
 * sound. */
static TsrStatus
look_for_fundamental (Look *look, double *fundamental_hz)
{
  TsrPeakFinder *finder = make_finder (look, LOOK_SPACING_HZ);
  TsrPeak       *peaks = NULL;

  if (finder != NULL)
    peaks = calloc (tsr_peak_finder_max_peaks (finder), sizeof *peaks);
  if (peaks == NULL) {
    tsr_peak_finder_free (finder);
    return TSR_STATUS_NO_MEMORY;
  }
  for (size_t i = 0; i < look->n_excerpts && !tsr_job_cancelled (look->job); i++) {
    Excerpt *e = &look->excerpts[i];
    size_t   n = tsr_peak_finder_run (
        finder, e->samples, tsr_signal_n_frames (look->signal), e->centre, 0, peaks);
    e->fundamental_hz = find_fundamental (peaks, n);
  }
  *fundamental_hz = weigh_fundamentals (look);
  free (peaks);
  tsr_peak_finder_free (finder);
  return tsr_job_cancelled (look->job) ? TSR_STATUS_CANCELLED : TSR_STATUS_OK;
}

/* Sums of n numbers and of their squares. */
typedef struct {
  double n, sum, squares;
} Sums;

static void
add (Sums *sums, double x)
{
  sums->n++;
  sums->sum += x;
  sums->squares += x * x;
}

/* Without their mean: an offset is no part of what is judged. */
static double
energy_of (const Sums *sums)
{
  return fmax (0, sums->squares - sums->sum * sums->sum / fmax (1, sums->n));
}

/* Part of the energy between two samples that the partials leave, LITTLE at least. */
static TsrStatus
measure_rest (const Look *look, const Excerpt *e, const TsrFound *found, double *rest)
{
  double         rate_hz = tsr_signal_rate_hz (look->signal);
  Sums           sound = {0}, error = {0};
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
    add (&sound, x);
    add (&error, x - y[i]);
  }
  double energy = energy_of (&sound) + 1e-30;
  *rest = fmin (1, fmax (LITTLE, energy_of (&error) / energy));
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
  TsrFound          found = {0};

  tsr_analysis_params_init (&params);
  params.spacing_hz = spacing_hz;
  params.is_rough = true;
  params.start_s = (double)e->first / rate_hz;
  params.end_s = (double)e->end / rate_hz;
  TsrStatus status = tsr_analyse (
      look->signal, e->channel, &params, look->job, tsr_found_collect, &found, NULL);
  if (status == TSR_STATUS_OK)
    status = measure_rest (look, e, &found, rest);
  tsr_found_clear (&found);
  return status;
}

/* A width and the sum of what it leaves of the excerpts tried so far. */
typedef struct {
  double spacing_hz, sum;
  bool   is_out;
} Width;

/* Tries the widths that are not out on one more excerpt. */
static TsrStatus
try_widths (const Look *look, const Excerpt *e, Width *widths, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    double rest = 1;
    if (widths[i].is_out)
      continue;
    TsrStatus status = try_spacing (look, e, widths[i].spacing_hz, &rest);
    if (status != TSR_STATUS_OK)
      return status;
    widths[i].sum += rest * e->weight;
  }
  return TSR_STATUS_OK;
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
static const Excerpt *
excerpt_for_trial (const Look *look, size_t k, size_t n)
{
  double wanted = weight_between (look, 0, INFINITY) * ((double)k + 0.5) / (double)n;
  double before = 0;

  for (size_t i = 0; i < look->n_excerpts; i++) {
    before += look->excerpts[i].weight;
    if (before > wanted)
      return &look->excerpts[i];
  }
  return &look->excerpts[look->n_excerpts - 1];
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
  }
  *spacing_hz = best_width (widths, n, clearly_less)->spacing_hz;
  return TSR_STATUS_OK;
}

/* Where a note begins, partials leave most. */
static const Excerpt *
first_loud_excerpt (const Look *look)
{
  const Excerpt *first = NULL;
  double         loudest = 0;

  for (size_t i = 0; i < look->n_excerpts; i++)
    loudest = fmax (loudest, look->excerpts[i].weight);
  for (size_t i = 0; i < look->n_excerpts; i++) {
    const Excerpt *e = &look->excerpts[i];
    if (e->weight > LOUD * loudest && (first == NULL || e->centre < first->centre))
      first = e;
  }
  return first;
}

/* For a note that stays where it is: from a share a little below its fundamental on to a
 * narrower one where that is good, else to wider ones as long as they leave clearly less;
 * by one excerpt. */
static TsrStatus
choose_share (const Look *look, double f0_hz, double *spacing_hz)
{
  const Excerpt *e = first_loud_excerpt (look);
  double         rests[N_STEADY_SHARES] = {1, 1, 1, 1};
  int            best = FIRST_STEADY_SHARE;
  TsrStatus status = try_spacing (look, e, steady_shares[best] * f0_hz, &rests[best]);
  int       step = rests[best] < GOOD_ENOUGH ? -1 : +1;

  for (int i = best + step; status == TSR_STATUS_OK && i >= 0 && i < N_STEADY_SHARES;
       i += step) {
    status = try_spacing (look, e, steady_shares[i] * f0_hz, &rests[i]);
    if (!(rests[i] < (step > 0 ? CLEARLY_LESS_SHARE : 1) * rests[best]))
      break;
    best = i;
    if (step > 0 && rests[best] < GOOD_ENOUGH)
      break;
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
  choose_excerpts (&look);
  if (look.n_excerpts == 0)
    return TSR_STATUS_OK;
  TsrStatus status = look_for_fundamental (&look, &estimate->fundamental_hz);
  if (status != TSR_STATUS_OK)
    return status;
  double f0_hz = estimate->fundamental_hz;
  if (f0_hz > 0) {
    estimate->reason = TSR_SPACING_FROM_FUNDAMENTAL;
    if (look.is_steady && tsr_signal_duration_s (signal) < LONG_S) {
      choose_stretches (&look, steady_shares[0] * f0_hz);
      return choose_share (&look, f0_hz, &estimate->spacing_hz);
    }
    for (; n < N_SHARES; n++)
      widths[n] = (Width){.spacing_hz = shares[n] * f0_hz};
  } else
    for (; n < N_WIDTHS; n++)
      widths[n] = (Width){.spacing_hz = widths_hz[n]};
  choose_stretches (&look, widths[0].spacing_hz);
  return choose_width (&look,
                       widths,
                       n,
                       n_trials_for (&look),
                       f0_hz > 0 ? CLEARLY_LESS_SHARE : CLEARLY_LESS,
                       &estimate->spacing_hz);
}
