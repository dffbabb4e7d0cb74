/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peaks of one frame.
 */
#include "model/dsp/partials/peak.h"

#include "model/dsp/complex-number.h"
#include "model/dsp/partials/estimator.h"
#include "model/dsp/spectrum/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  PADDING = 2,
  MAX_SWEEPS = 4,
  MAX_SPAN = PADDING * TSR_ESTIMATOR_SPAN, /* bins */
  MAX_SPAN_BINS = 2 * MAX_SPAN + 1,
};

/* Distances in main lobe widths. */
#define SURROUNDINGS 3.0 /* to each side of a peak */
#define OWN_LOBE 0.5     /* the same, for what stands between louder ones */
#define OVERLAP 0.8      /* closer components are refined jointly */
#define REFINE_BELOW 0.7 /* a worse misfit is not worth it */
#define POSSIBLE 0.1     /* misfit that makes a second step worth it */
#define PROMISING 0.02   /* and a third */
#define BEST 1e-10
/* A nearly clean peak ignores squared disturbances below this part of its misfit; one
 * with NOISE_MISFIT looks for neighbours that explain that part of it. */
#define NEGLIGIBLE 1e-6
#define NOISE_MISFIT 0.01
#define EXPLAINS 0.3
/* Over its own main lobe one peak of noise in a thousand stands out that far (neper); a
 * sinusoid does by 1.7 at least, even between others that are 60 dB louder. */
#define OWN_PROMINENCE 1.25
/* How much the misfit of a neighbour that was taken away counts. */
#define DOUBT 1.5
/* A smaller fall of a misfit is no reason to look at it, or its neighbours, again. */
#define NEWS 0.05

typedef struct {
  size_t        bin;
  TsrTransforms transforms;
  TsrComponent  component;
  double        misfit;
  double        frequency; /* rad/sample */
  double        delay;     /* of the reassigned time, half windows */
  double        amplitude;
  double        prominence;
  int           tried_at, changed_at; /* steps of the refinement, 0 = never */
} Candidate;

/* A candidate without its neighbours. */
typedef struct {
  TsrTransforms  transforms;
  double complex spectrum[MAX_SPAN_BINS]; /* around its bin */
  double         misfit;                  /* what they may contribute to it */
  bool           is_begun;                /* else nothing was taken away yet */
} Rest;

struct TsrPeakFinder {
  TsrPeakParams   params;
  double          lobe; /* W, rad/sample */
  double          half; /* M */
  size_t          first_bin, last_bin;
  TsrFrame       *frame;
  TsrEstimator   *estimator;
  double complex *spectrum;   /* of all bins, MAX_SPAN zeros before and after */
  double         *magnitudes; /* bins first_bin-1 .. last_bin+1 */
  int64_t        *log_sums;   /* of the logarithms of all before */
  Candidate      *candidates;
  size_t          n_candidates, max_candidates;
  int             step; /* of the refinement of this frame */
};

static void
choose_bins (TsrPeakFinder *f, const TsrWindow *window)
{
  double size = (double)tsr_frame_fft_size (f->frame);
  double spacing_hz = tsr_window_spacing_hz (window, f->params.rate_hz);
  double low_hz = fmax (f->params.low_hz, spacing_hz / 4);
  double high_hz = f->params.rate_hz / 2 - spacing_hz / 4;

  if (f->params.high_hz > 0)
    high_hz = fmin (high_hz, f->params.high_hz);
  f->params.low_hz = low_hz;
  f->params.high_hz = high_hz;
  f->first_bin = (size_t)fmax (1, floor (low_hz * size / f->params.rate_hz));
  f->last_bin = (size_t)fmax (0, ceil (high_hz * size / f->params.rate_hz));
  if (f->last_bin > (size_t)size / 2 - 1)
    f->last_bin = (size_t)size / 2 - 1;
  if (f->last_bin < f->first_bin)
    f->last_bin = f->first_bin;
}

TsrPeakFinder *
tsr_peak_finder_new (const TsrWindow *window, const TsrPeakParams *params)
{
  TsrPeakFinder *f = calloc (1, sizeof *f);
  if (f == NULL)
    return NULL;
  f->params = *params;
  f->half = (double)window->half;
  f->lobe = 2 * M_PI * tsr_window_spacing_hz (window, 1.0);
  f->frame = tsr_frame_new (window, PADDING);
  f->estimator = tsr_estimator_new (window, PADDING * 2 * window->half);
  if (f->frame == NULL || f->estimator == NULL) {
    tsr_peak_finder_free (f);
    return NULL;
  }
  choose_bins (f, window);
  size_t n_bins = f->last_bin - f->first_bin + 3;
  f->max_candidates = n_bins / 2 + 1;
  f->spectrum = calloc (tsr_frame_n_bins (f->frame) + 2 * MAX_SPAN, sizeof *f->spectrum);
  f->magnitudes = calloc (n_bins, sizeof *f->magnitudes);
  f->log_sums = calloc (n_bins + 1, sizeof *f->log_sums);
  f->candidates = calloc (f->max_candidates, sizeof *f->candidates);
  if (f->spectrum == NULL || f->magnitudes == NULL || f->log_sums == NULL ||
      f->candidates == NULL) {
    tsr_peak_finder_free (f);
    return NULL;
  }
  return f;
}

void
tsr_peak_finder_free (TsrPeakFinder *finder)
{
  if (finder == NULL)
    return;
  free (finder->candidates);
  free (finder->log_sums);
  free (finder->magnitudes);
  free (finder->spectrum);
  tsr_estimator_free (finder->estimator);
  tsr_frame_free (finder->frame);
  free (finder);
}

size_t
tsr_peak_finder_max_peaks (const TsrPeakFinder *finder)
{
  return finder->max_candidates;
}

static double
delay_of (const TsrPeakFinder *f, const TsrTransforms *transforms)
{
  return creal (transforms->t / transforms->x) / f->half;
}

/* First guess of a candidate on its own; false when it cannot be a component. */
static bool
estimate_alone (const TsrPeakFinder *f, Candidate *c)
{
  tsr_frame_transforms (f->frame, c->bin, 1, &c->transforms);
  if (!tsr_estimator_solve (f->estimator,
                            (double)c->bin,
                            &c->transforms,
                            f->spectrum + c->bin,
                            &c->component,
                            &c->misfit))
    return false;
  c->frequency = cimag (c->component.b);
  c->amplitude = sqrt (tsr_complex_energy (c->component.z));
  c->delay = delay_of (f, &c->transforms);
  c->tried_at = c->changed_at = 0;
  return true;
}

/* Base-2 logarithm to 0.1, from the bits of the number: in 2^-20, plus 1023. */
static int64_t
rough_log2 (double value)
{
  union {
    double  value;
    int64_t bits;
  } number = {.value = value};

  return number.bits >> 32;
}

static void
sum_logarithms (TsrPeakFinder *f, size_t n)
{
  f->log_sums[0] = 0;
  for (size_t i = 0; i < n; i++)
    f->log_sums[i + 1] = f->log_sums[i] + rough_log2 (f->magnitudes[i] + 1e-9);
}

/* How far bin i of the magnitudes stands out of so many main lobe widths on each side, in
 * neper. */
static double
prominence_of (const TsrPeakFinder *f, size_t i, size_t n, double width)
{
  size_t reach = (size_t)(width * 8 * PADDING);
  size_t low = i > reach ? i - reach : 0, high = i + reach < n ? i + reach : n;
  double mean = (double)(f->log_sums[high] - f->log_sums[low]) / (double)(high - low);
  double own = (double)rough_log2 (f->magnitudes[i] + 1e-9);

  return (own - mean) * (M_LN2 / (1 << 20));
}

/* The spectrum, and magnitudes of n bins of it. */
static void
read_spectrum (TsrPeakFinder *f, size_t n)
{
  size_t n_bins = tsr_frame_n_bins (f->frame);
  size_t first = f->first_bin > 1 + MAX_SPAN ? f->first_bin - 1 - MAX_SPAN : 0;
  size_t end = f->last_bin + 2 + MAX_SPAN;
  const double complex *x = f->spectrum + MAX_SPAN + f->first_bin - 1;

  end = end < n_bins ? end : n_bins;
  tsr_frame_spectrum (f->frame, first, end - first, f->spectrum + MAX_SPAN + first);
  for (size_t i = 0; i < n; i++)
    f->magnitudes[i] = sqrt (tsr_complex_energy (x[i]));
}

static void
find_candidates (TsrPeakFinder *f)
{
  size_t        n = f->last_bin - f->first_bin + 3;
  double        threshold = 0.5 * pow (10, f->params.floor_db / 20);
  const double *m = f->magnitudes;

  f->n_candidates = 0;
  read_spectrum (f, n);
  sum_logarithms (f, n);
  for (size_t i = 1; i + 1 < n; i++) {
    if (!(m[i] > threshold && m[i] > m[i - 1] && m[i] >= m[i + 1]))
      continue;
    Candidate *c = &f->candidates[f->n_candidates];
    c->bin = f->first_bin - 1 + i;
    c->prominence = prominence_of (f, i, n, SURROUNDINGS);
    if ((c->prominence >= f->params.least_prominence ||
         prominence_of (f, i, n, OWN_LOBE) >= OWN_PROMINENCE) &&
        estimate_alone (f, c))
      f->n_candidates++;
  }
}

/* Whether component `other` at a distance matters to candidate c: by disturbing what is
 * nearly clean, or by explaining what makes it look like noise. */
static bool
disturbs (const TsrPeakFinder *f,
          const Candidate     *c,
          const Candidate     *other,
          double               distance)
{
  double chirp = cimag (other->component.c), ratio = other->amplitude / c->amplitude;

  if (c->misfit < NOISE_MISFIT) {
    double part = ratio * tsr_estimator_disturbance (f->estimator, distance, chirp);
    return part * part > NEGLIGIBLE * c->misfit;
  }
  double part = ratio * tsr_estimator_leakage (f->estimator, distance, chirp);
  return part * part > EXPLAINS * c->misfit;
}

static void
subtract (const TsrPeakFinder *f,
          const Candidate     *c,
          const TsrComponent  *component,
          Rest                *rest)
{
  if (!rest->is_begun) {
    rest->is_begun = true;
    rest->transforms = c->transforms;
    memcpy (rest->spectrum, f->spectrum + c->bin, sizeof rest->spectrum);
  }
  tsr_estimator_subtract (
      f->estimator, component, (double)c->bin, &rest->transforms, rest->spectrum);
}

/* Takes neighbour `other` away when it matters. What may be wrong with the neighbour is
 * added to rest->misfit. */
static void
take_away (const TsrPeakFinder *f, const Candidate *c, const Candidate *other, Rest *rest)
{
  double distance = fabs (other->frequency - c->frequency);
  double ratio = other->amplitude / c->amplitude;

  if (!disturbs (f, c, other, distance))
    return;
  double part =
      ratio * tsr_estimator_leakage (f->estimator, distance, cimag (other->component.c));
  rest->misfit += DOUBT * other->misfit * part * part;
  subtract (f, c, &other->component, rest);
}

/* Whether something that candidate i was refined by has changed since. */
static bool
has_news (const TsrPeakFinder *f, size_t i)
{
  const Candidate *all = f->candidates, *c = &all[i];

  if (c->tried_at == 0 || (c->changed_at == c->tried_at && c->misfit < NOISE_MISFIT))
    return true;
  for (size_t j = i; j-- > 0 && c->frequency - all[j].frequency < OVERLAP * f->lobe;)
    if (all[j].changed_at > c->tried_at)
      return true;
  for (size_t j = i + 1;
       j < f->n_candidates && all[j].frequency - c->frequency < OVERLAP * f->lobe;
       j++)
    if (all[j].changed_at > c->tried_at)
      return true;
  return false;
}

/* Candidate i without its neighbours; false when none matters. */
static bool
without_neighbours (const TsrPeakFinder *f, size_t i, Rest *rest)
{
  const Candidate *all = f->candidates, *c = &all[i];

  rest->misfit = 0;
  rest->is_begun = false;
  for (size_t j = i; j-- > 0 && c->frequency - all[j].frequency < OVERLAP * f->lobe;)
    take_away (f, c, &all[j], rest);
  for (size_t j = i + 1;
       j < f->n_candidates && all[j].frequency - c->frequency < OVERLAP * f->lobe;
       j++)
    take_away (f, c, &all[j], rest);
  if (2 * c->frequency < OVERLAP * f->lobe) { /* its own mirror image below zero */
    TsrComponent image = {
        conj (c->component.z), conj (c->component.b), conj (c->component.c)};
    subtract (f, c, &image, rest);
  }
  return rest->is_begun;
}

/* One step of Gauss-Seidel for candidate i, taken when its misfit falls. */
static void
refine_one (TsrPeakFinder *f, size_t i)
{
  Candidate   *c = &f->candidates[i];
  TsrComponent component;
  Rest         rest;
  double       misfit;

  if (!has_news (f, i))
    return;
  c->tried_at = ++f->step;
  if (!without_neighbours (f, i, &rest) || !tsr_estimator_solve (f->estimator,
                                                                 (double)c->bin,
                                                                 &rest.transforms,
                                                                 rest.spectrum,
                                                                 &component,
                                                                 &misfit))
    return;
  misfit = fmin (1, misfit + rest.misfit);
  if (!(misfit < c->misfit))
    return;
  if (misfit < (1 - NEWS) * c->misfit)
    c->changed_at = f->step;
  c->component = component;
  c->misfit = misfit;
  c->frequency = cimag (c->component.b);
  c->amplitude = sqrt (tsr_complex_energy (c->component.z));
  c->delay = delay_of (f, &rest.transforms);
}

static void
refine (TsrPeakFinder *f)
{
  f->step = 0;
  for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    double worst = sweep == 0 ? REFINE_BELOW : sweep == 1 ? POSSIBLE : PROMISING;
    size_t n = 0;
    for (size_t i = 0; i < f->n_candidates; i++)
      if (f->candidates[i].misfit < worst && f->candidates[i].misfit > BEST) {
        refine_one (f, i);
        n++;
      }
    if (n == 0)
      return;
  }
}

static TsrPeak
peak_of_candidate (const TsrPeakFinder *f, const Candidate *c)
{
  double rate = f->params.rate_hz;
  double phase = carg (c->component.z) / (2 * M_PI);

  return (TsrPeak){
      .frequency_hz = c->frequency * rate / (2 * M_PI),
      .phase_turns = phase - floor (phase),
      .log_amplitude = log (c->amplitude),
      .chirp_hz_per_s = cimag (c->component.c) * rate * rate / (2 * M_PI),
      .slope_per_s = (float)(creal (c->component.b) * rate),
      .curvature_per_s2 = (float)(creal (c->component.c) * rate * rate),
      .misfit = (float)c->misfit,
      .delay = (float)c->delay,
      .prominence = (float)c->prominence,
  };
}

/* By frequency; hardly anything is out of order. */
static void
sort_peaks (TsrPeak *peaks, size_t n)
{
  for (size_t i = 1; i < n; i++) {
    if (!(peaks[i].frequency_hz < peaks[i - 1].frequency_hz))
      continue;
    TsrPeak peak = peaks[i];
    size_t  j = i;
    for (; j > 0 && peak.frequency_hz < peaks[j - 1].frequency_hz; j--)
      peaks[j] = peaks[j - 1];
    peaks[j] = peak;
  }
}

size_t
tsr_peak_finder_run (TsrPeakFinder *finder,
                     const float   *samples,
                     int64_t        n_samples,
                     int64_t        centre,
                     double         offset,
                     TsrPeak       *peaks)
{
  TsrPeakFinder *f = finder;
  double         floor = pow (10, f->params.floor_db / 20);
  double         low = f->params.low_hz * 2 * M_PI / f->params.rate_hz;
  double         high = f->params.high_hz * 2 * M_PI / f->params.rate_hz;
  size_t         n = 0;

  tsr_frame_load (f->frame, samples, n_samples, centre, offset);
  find_candidates (f);
  refine (f);
  for (size_t i = 0; i < f->n_candidates; i++) {
    const Candidate *c = &f->candidates[i];
    if (c->amplitude >= floor && c->frequency >= low && c->frequency <= high)
      peaks[n++] = peak_of_candidate (f, c);
  }
  sort_peaks (peaks, n);
  return n;
}
