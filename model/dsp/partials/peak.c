/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peaks of one frame.
 */
#include "model/dsp/partials/peak.h"

#include "model/dsp/partials/estimator.h"
#include "model/dsp/spectrum/frame.h"

#include <math.h>
#include <stdlib.h>

enum {
  PADDING = 2,
  MAX_SWEEPS = 4,
  MAX_SPAN_BINS = 2 * PADDING * TSR_ESTIMATOR_SPAN + 1,
};

/* Distances in main lobe widths. */
#define OVERLAP 0.8      /* closer components are refined jointly */
#define REFINE_BELOW 0.7 /* a worse misfit is not worth it */

typedef struct {
  size_t         bin;
  TsrTransforms  transforms;
  double complex spectrum[MAX_SPAN_BINS]; /* around bin */
  TsrComponent   component;
  double         misfit;
  double         frequency; /* rad/sample */
  double         delay;     /* of the reassigned time, half windows */
  bool           is_usable; /* the guards held */
} Candidate;

struct TsrPeakFinder {
  TsrPeakParams params;
  double        lobe; /* W, rad/sample */
  double        half; /* M */
  size_t        first_bin, last_bin;
  TsrFrame     *frame;
  TsrEstimator *estimator;
  double       *magnitudes; /* bins first_bin-1 .. last_bin+1 */
  Candidate    *candidates;
  size_t        n_candidates, max_candidates;
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
  f->magnitudes = calloc (n_bins, sizeof *f->magnitudes);
  f->candidates = calloc (f->max_candidates, sizeof *f->candidates);
  if (f->magnitudes == NULL || f->candidates == NULL) {
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
  free (finder->magnitudes);
  tsr_estimator_free (finder->estimator);
  tsr_frame_free (finder->frame);
  free (finder);
}

size_t
tsr_peak_finder_max_peaks (const TsrPeakFinder *finder)
{
  return finder->max_candidates;
}

/* Bins bin-span .. bin+span, zero outside the spectrum. */
static void
read_spectrum (const TsrPeakFinder *f, Candidate *c)
{
  size_t span = tsr_estimator_span (f->estimator), n_bins = tsr_frame_n_bins (f->frame);
  size_t skipped = c->bin < span ? span - c->bin : 0;
  size_t first = c->bin + skipped - span;
  size_t end = c->bin + span + 1 < n_bins ? c->bin + span + 1 : n_bins;

  for (size_t i = 0; i < MAX_SPAN_BINS; i++)
    c->spectrum[i] = 0;
  tsr_frame_spectrum (f->frame, first, end - first, c->spectrum + skipped);
}

/* First guess of a candidate on its own. */
static void
estimate_alone (const TsrPeakFinder *f, Candidate *c)
{
  tsr_frame_transforms (f->frame, c->bin, 1, &c->transforms);
  c->is_usable =
      tsr_estimator_solve (f->estimator, (double)c->bin, &c->transforms, &c->component);
  if (!c->is_usable)
    return;
  c->frequency = cimag (c->component.b);
  c->delay = creal (c->transforms.t / c->transforms.x) / f->half;
  read_spectrum (f, c);
  c->misfit =
      tsr_estimator_misfit (f->estimator, &c->component, (double)c->bin, c->spectrum);
}

static void
find_candidates (TsrPeakFinder *f)
{
  size_t        n = f->last_bin - f->first_bin + 3;
  double        threshold = 0.5 * pow (10, f->params.floor_db / 20);
  const double *m = f->magnitudes;

  f->n_candidates = 0;
  tsr_frame_magnitudes (f->frame, f->first_bin - 1, n, f->magnitudes);
  for (size_t i = 1; i + 1 < n; i++) {
    if (!(m[i] > threshold && m[i] > m[i - 1] && m[i] >= m[i + 1]))
      continue;
    Candidate *c = &f->candidates[f->n_candidates];
    c->bin = f->first_bin - 1 + i;
    estimate_alone (f, c);
    if (c->is_usable)
      f->n_candidates++;
  }
}

/* The component at the negative of its frequency. */
static TsrComponent
mirrored (const TsrComponent *component)
{
  return (TsrComponent){conj (component->z), conj (component->b), conj (component->c)};
}

static void
subtract (const TsrPeakFinder *f, const TsrComponent *other, Candidate *rest)
{
  double         bin = (double)rest->bin;
  TsrTransforms  t;
  double complex spectrum[MAX_SPAN_BINS];
  size_t         span = tsr_estimator_span (f->estimator);

  tsr_estimator_transforms (f->estimator, other, bin, &t);
  rest->transforms.x -= t.x;
  rest->transforms.t -= t.t;
  rest->transforms.d -= t.d;
  rest->transforms.td -= t.td;
  rest->transforms.d2 -= t.d2;
  tsr_estimator_spectrum (
      f->estimator, other, bin - (double)span, 2 * span + 1, spectrum);
  for (size_t i = 0; i < 2 * span + 1; i++)
    rest->spectrum[i] -= spectrum[i];
}

/* Whether candidate j disturbs candidate i. */
static bool
disturbs (const TsrPeakFinder *f, const Candidate *i, const Candidate *j)
{
  return fabs (i->frequency - j->frequency) < OVERLAP * f->lobe;
}

/* Candidate i without its neighbours; false when it has none. */
static bool
without_neighbours (const TsrPeakFinder *f, size_t i, Candidate *rest)
{
  const Candidate *all = f->candidates;
  bool             any = false;

  *rest = all[i];
  for (size_t j = i; j-- > 0 && disturbs (f, &all[i], &all[j]);) {
    subtract (f, &all[j].component, rest);
    any = true;
  }
  for (size_t j = i + 1; j < f->n_candidates && disturbs (f, &all[i], &all[j]); j++) {
    subtract (f, &all[j].component, rest);
    any = true;
  }
  if (2 * all[i].frequency < OVERLAP * f->lobe) {
    TsrComponent image = mirrored (&all[i].component);
    subtract (f, &image, rest);
    any = true;
  }
  return any;
}

/* One step of Gauss-Seidel for candidate i; true when it got clearly better. */
static bool
refine_one (TsrPeakFinder *f, size_t i)
{
  Candidate *c = &f->candidates[i], rest;

  if (c->misfit > REFINE_BELOW || !without_neighbours (f, i, &rest))
    return false;
  double bin = (double)c->bin;
  if (!tsr_estimator_solve (f->estimator, bin, &rest.transforms, &rest.component))
    return false;
  rest.misfit = tsr_estimator_misfit (f->estimator, &rest.component, bin, rest.spectrum);
  if (!(rest.misfit < c->misfit))
    return false;
  bool is_clearly_better = rest.misfit < 0.5 * c->misfit && rest.misfit > 1e-12;
  c->component = rest.component;
  c->misfit = rest.misfit;
  c->frequency = cimag (c->component.b);
  c->delay = creal (rest.transforms.t / rest.transforms.x) / f->half;
  return is_clearly_better;
}

static void
refine (TsrPeakFinder *f)
{
  bool goes_on = true;

  for (int sweep = 0; sweep < MAX_SWEEPS && goes_on; sweep++) {
    goes_on = false;
    for (size_t i = 0; i < f->n_candidates; i++)
      if (refine_one (f, i))
        goes_on = true;
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
      .log_amplitude = log (cabs (c->component.z)),
      .chirp_hz_per_s = cimag (c->component.c) * rate * rate / (2 * M_PI),
      .slope_per_s = (float)(creal (c->component.b) * rate),
      .curvature_per_s2 = (float)(creal (c->component.c) * rate * rate),
      .misfit = (float)c->misfit,
      .delay = (float)c->delay,
  };
}

static int
compare_frequencies (const void *pa, const void *pb)
{
  const TsrPeak *a = pa, *b = pb;

  return (a->frequency_hz > b->frequency_hz) - (a->frequency_hz < b->frequency_hz);
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
  double         floor_log = f->params.floor_db * log (10) / 20;
  size_t         n = 0;

  tsr_frame_load (f->frame, samples, n_samples, centre, offset);
  find_candidates (f);
  refine (f);
  for (size_t i = 0; i < f->n_candidates; i++) {
    TsrPeak peak = peak_of_candidate (f, &f->candidates[i]);
    if (peak.log_amplitude >= floor_log && peak.frequency_hz >= f->params.low_hz &&
        peak.frequency_hz <= f->params.high_hz)
      peaks[n++] = peak;
  }
  qsort (peaks, n, sizeof *peaks, compare_frequencies);
  return n;
}
