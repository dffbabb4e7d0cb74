/* SPDX-License-Identifier: GPL-3.0-or-later
 * Excerpts of a sound and their fundamentals.
 */
#include "model/dsp/partials/excerpt.h"

#include "model/dsp/partials/lower-rate.h"
#include "model/dsp/partials/peak.h"

#include <math.h>
#include <stdlib.h>

enum {
  PER_S = 4,
  TRIES = 4, /* places that are compared for one excerpt */
  MAX_USED_PEAKS = 40,
  N_FIRST = 6, /* loudest peaks that may be harmonics 1 .. N_HARMONICS */
  N_HARMONICS = 12,
  N_SUMS = 4,
};

#define LEVEL_S 0.1  /* whose level is compared */
#define SILENCE 1e-5 /* root of the mean square */
/* Window that finds fundamentals, rate that is enough for it, and their range. */
#define SPACING_HZ 45.0
#define ENOUGH_HZ 20000.0
#define LOWEST_HZ 50.0
#define HIGHEST_HZ 1400.0
#define FLOOR_DB -85.0
#define LEAST_PROMINENCE 0.0
/* Fit of harmonics that makes a fundamental, and candidates as good as the best. */
#define GOOD_FIT 0.8
#define AS_GOOD 0.85
/* Harmonics beyond count less: strings are stiff. */
#define STIFF_FROM 8.0
/* Part of the levels of excerpts with a fundamental that makes it the sound's. */
#define CARRIES 0.5
#define LOW_QUANTILE 0.2
/* Of a sound that stays where it is: part of the levels this near to the fundamental. */
#define STAYS 0.8
#define NEAR 0.06

static double
mean_square (const float *samples, int64_t n_samples, int64_t centre, int64_t half)
{
  int64_t i = centre > half ? centre - half : 0;
  int64_t end = centre + half < n_samples ? centre + half : n_samples;
  double  sums[N_SUMS] = {0};

  for (; i + N_SUMS <= end; i += N_SUMS)
    for (int k = 0; k < N_SUMS; k++)
      sums[k] += (double)samples[i + k] * (double)samples[i + k];
  return (sums[0] + sums[1] + sums[2] + sums[3]) / (double)(2 * half);
}

static void
choose_places (const TsrSignal *signal, TsrExcerpts *excerpts)
{
  int64_t n = tsr_signal_n_frames (signal);
  double  rate_hz = tsr_signal_rate_hz (signal), duration_s = (double)n / rate_hz;
  int64_t half = (int64_t)fmax (1, rate_hz * LEVEL_S / 2);
  size_t  n_parts = (size_t)fmin (TSR_MAX_EXCERPTS, fmax (1, floor (duration_s * PER_S)));

  excerpts->n = 0;
  for (size_t i = 0; i < n_parts; i++) {
    TsrExcerpt best = {.level = SILENCE};
    for (int k = 0; k < TRIES; k++)
      for (unsigned c = 0; c < tsr_signal_n_channels (signal); c++) {
        double       place = ((double)i + (k + 0.5) / TRIES) / (double)n_parts;
        int64_t      centre = (int64_t)((double)n * place);
        const float *samples = tsr_signal_channel (signal, c);
        double       level = sqrt (mean_square (samples, n, centre, half));
        if (level > best.level)
          best = (TsrExcerpt){.channel = c, .centre = centre, .level = level};
      }
    if (best.level > SILENCE)
      excerpts->items[excerpts->n++] = best;
  }
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
harmonic_fit (const TsrPeak *peaks, const double *weights, size_t n, double f0_hz)
{
  double fit = 0, sum = 1e-30;

  for (size_t i = 0; i < n; i++) {
    double harmonic = peaks[i].frequency_hz / f0_hz;
    double stiff = harmonic / STIFF_FROM, weight = weights[i] / (1 + stiff * stiff);
    fit += weight * cos (2 * M_PI * (harmonic - floor (harmonic)));
    sum += weight;
  }
  return fit / sum;
}

/* Fundamental of a frame, or 0: of the candidates as good as the best, the highest
 * (algorithm note 6.6). */
static double
find_fundamental (TsrPeak *peaks, size_t n)
{
  double weights[MAX_USED_PEAKS], fits[N_FIRST][N_HARMONICS];
  double best_fit = 0, f0_hz = 0;

  qsort (peaks, n, sizeof *peaks, compare_loudest_first);
  n = n < MAX_USED_PEAKS ? n : MAX_USED_PEAKS;
  for (size_t i = 0; i < n; i++)
    weights[i] = exp (0.7 * (peaks[i].log_amplitude - peaks[0].log_amplitude));
  for (size_t i = 0; i < n && i < N_FIRST; i++)
    for (int k = 0; k < N_HARMONICS; k++) {
      double hz = peaks[i].frequency_hz / (k + 1);
      bool   may_be = hz >= LOWEST_HZ && hz <= HIGHEST_HZ;
      fits[i][k] = may_be ? harmonic_fit (peaks, weights, n, hz) : -1;
      best_fit = fmax (best_fit, fits[i][k]);
    }
  if (best_fit < GOOD_FIT)
    return 0;
  for (size_t i = 0; i < n && i < N_FIRST; i++)
    for (int k = 0; k < N_HARMONICS; k++)
      if (fits[i][k] >= AS_GOOD * best_fit)
        f0_hz = fmax (f0_hz, peaks[i].frequency_hz / (k + 1));
  return f0_hz;
}

static int
compare_fundamentals (const void *pa, const void *pb)
{
  const TsrExcerpt *a = pa, *b = pb;

  if (a->fundamental_hz != b->fundamental_hz)
    return a->fundamental_hz > b->fundamental_hz ? 1 : -1;
  return (a->centre > b->centre) - (a->centre < b->centre);
}

void
tsr_excerpts_sort (TsrExcerpts *excerpts)
{
  qsort (excerpts->items, excerpts->n, sizeof (TsrExcerpt), compare_fundamentals);
}

double
tsr_excerpts_level (const TsrExcerpts *excerpts, double lowest_hz, double highest_hz)
{
  double sum = 0;

  for (size_t i = 0; i < excerpts->n; i++) {
    const TsrExcerpt *e = &excerpts->items[i];
    sum +=
        e->fundamental_hz >= lowest_hz && e->fundamental_hz <= highest_hz ? e->level : 0;
  }
  return sum;
}

/* The low fundamental that carries the sound, 0 when none does. */
static double
weigh_fundamentals (const TsrExcerpts *excerpts)
{
  TsrExcerpts sorted = *excerpts;
  double      whole = tsr_excerpts_level (&sorted, 0, INFINITY), sum = 0;
  double      pitched = tsr_excerpts_level (&sorted, LOWEST_HZ / 2, INFINITY);

  if (!(pitched >= CARRIES * whole) || pitched <= 0)
    return 0;
  tsr_excerpts_sort (&sorted);
  for (size_t i = 0; i < sorted.n; i++) {
    sum += sorted.items[i].fundamental_hz > 0 ? sorted.items[i].level : 0;
    if (sum > LOW_QUANTILE * pitched)
      return sorted.items[i].fundamental_hz;
  }
  return 0;
}

/* What looks at excerpts. */
typedef struct {
  const TsrSignal *signal;
  int64_t          factor, half; /* of the rate; samples on each side */
  TsrPeakFinder   *finder;
  TsrPeak         *peaks;
} Look;

static bool
look_init (Look *look, const TsrSignal *signal)
{
  double        rate_hz = tsr_signal_rate_hz (signal);
  TsrPeakParams params = {.low_hz = LOWEST_HZ / 2,
                          .floor_db = FLOOR_DB,
                          .least_prominence = LEAST_PROMINENCE};

  *look = (Look){.signal = signal, .factor = tsr_lower_rate_factor (rate_hz, ENOUGH_HZ)};
  params.rate_hz = rate_hz / (double)look->factor;
  TsrWindow *window =
      tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, params.rate_hz, SPACING_HZ);
  if (window == NULL)
    return false;
  look->half = ((int64_t)window->half + 1) * look->factor;
  look->finder = tsr_peak_finder_new (window, &params);
  tsr_window_free (window);
  if (look->finder != NULL)
    look->peaks = calloc (tsr_peak_finder_max_peaks (look->finder), sizeof *look->peaks);
  return look->peaks != NULL;
}

static void
look_clear (Look *look)
{
  tsr_peak_finder_free (look->finder);
  free (look->peaks);
}

/* Finds the fundamental of one excerpt. False when memory is short. */
static bool
look_at (const Look *look, TsrExcerpt *e)
{
  TsrSignal *frame = tsr_lower_rate (tsr_signal_channel (look->signal, e->channel),
                                     tsr_signal_n_frames (look->signal),
                                     tsr_signal_rate_hz (look->signal),
                                     e->centre - look->half,
                                     e->centre + look->half,
                                     look->factor);

  if (frame == NULL)
    return false;
  int64_t n = tsr_signal_n_frames (frame);
  size_t  n_peaks = tsr_peak_finder_run (
      look->finder, tsr_signal_channel (frame, 0), n, n / 2, 0, look->peaks);
  e->fundamental_hz = find_fundamental (look->peaks, n_peaks);
  tsr_signal_unref (frame);
  return true;
}

TsrStatus
tsr_excerpts_choose (const TsrSignal *signal, const TsrJob *job, TsrExcerpts *excerpts)
{
  Look look;
  bool is_ok = look_init (&look, signal);

  *excerpts = (TsrExcerpts){0};
  choose_places (signal, excerpts);
  for (size_t i = 0; is_ok && i < excerpts->n && !tsr_job_cancelled (job); i++)
    is_ok = look_at (&look, &excerpts->items[i]);
  look_clear (&look);
  double hz = weigh_fundamentals (excerpts);
  double near = tsr_excerpts_level (excerpts, hz * (1 - NEAR), hz * (1 + NEAR));
  excerpts->fundamental_hz = hz;
  excerpts->is_steady =
      hz > 0 && near > STAYS * tsr_excerpts_level (excerpts, 0, INFINITY);
  if (!is_ok)
    return TSR_STATUS_NO_MEMORY;
  return tsr_job_cancelled (job) ? TSR_STATUS_CANCELLED : TSR_STATUS_OK;
}
