/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fundamentals and harmonic numbers.
 */
#include "model/dsp/partials/label.h"

#include <math.h>
#include <stdlib.h>

#define HOP_S 0.01
#define LEAST_QUALITY 0.8
#define NEARLY 0.95         /* of the best quality: as good as it */
#define OCTAVE_JUMP 0.25    /* octaves from the median of the neighbours: put back */
#define NEAR_HARMONIC 0.3   /* of the distance between harmonics */
#define MOST_STIFFNESS 0.01 /* B of f_n = n F sqrt (1 + B n^2) */
enum {
  MOST_FRAMES = 60000,
  MOST_TONES = 32,
  MOST_CANDIDATES = 8, /* tones that candidates come from */
  MOST_DIVISOR = 10,
  NEIGHBOURS = 5,
  MOST_SAMPLES = 64, /* of a partial's ratio */
};

/* ---- one frame ---- */

typedef struct {
  double hz, power;
} Tone;

typedef struct {
  const TsrPartialSet *set;
  double               time_s;
  Tone                 tones[MOST_TONES]; /* strongest first */
  size_t               n;
} Frame;

static bool
add_tone_cb (void *user, size_t index)
{
  Frame        *frame = user;
  TsrBreakpoint value;
  size_t        i = frame->n;

  if (!tsr_partial_at (tsr_partial_set_at (frame->set, index), frame->time_s, &value))
    return true;
  double a = tsr_breakpoint_amplitude (&value);
  Tone   tone = {value.frequency_hz, a * a};
  if (!(tone.power > 0) || !(tone.hz > 1))
    return true;
  if (frame->n == MOST_TONES) {
    if (tone.power <= frame->tones[MOST_TONES - 1].power)
      return true;
    i = MOST_TONES - 1;
  } else
    frame->n++;
  for (; i > 0 && frame->tones[i - 1].power < tone.power; i--)
    frame->tones[i] = frame->tones[i - 1];
  frame->tones[i] = tone;
  return true;
}

/* Algorithm note 6.6; a tone well below the candidate speaks against it. */
static double
quality (const Frame *frame, double f0)
{
  double sum = 0, total = 0;

  for (size_t i = 0; i < frame->n; i++) {
    const Tone *tone = &frame->tones[i];
    sum += tone->power * (tone->hz < 0.75 * f0 ? -1 : cos (2 * M_PI * tone->hz / f0));
    total += tone->power;
  }
  return total > 0 ? sum / total : 0;
}

/* Least squares over the tones that are near to a harmonic. */
static double
refine (const Frame *frame, double f0)
{
  double above = 0, below = 0;

  for (size_t i = 0; i < frame->n; i++) {
    const Tone *tone = &frame->tones[i];
    double      n = rint (tone->hz / f0);
    if (n < 1 || fabs (tone->hz / f0 - n) > 0.2)
      continue;
    above += tone->power * n * tone->hz;
    below += tone->power * n * n;
  }
  return below > 0 ? above / below : f0;
}

/* 0 where the frame has no fundamental. */
static double
frame_fundamental (const Frame *frame, double low_hz, double high_hz)
{
  double best = 0, best_quality = LEAST_QUALITY;

  for (size_t i = 0; i < frame->n && i < MOST_CANDIDATES; i++)
    for (int k = 1; k <= MOST_DIVISOR; k++) {
      double f0 = frame->tones[i].hz / k;
      if (f0 < low_hz || f0 > high_hz)
        continue;
      double here = quality (frame, f0);
      if (here < LEAST_QUALITY)
        continue;
      if (here * NEARLY > best_quality || (here > best_quality * NEARLY && f0 > best)) {
        best = f0;
        best_quality = fmax (here, best_quality);
      }
    }
  return best > 0 ? refine (frame, best) : 0;
}

/* ---- the track ---- */

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
median_around (const TsrCurvePoint *points, size_t n, size_t i)
{
  double near[2 * NEIGHBOURS + 1];
  size_t count = 0;

  for (size_t k = i > NEIGHBOURS ? i - NEIGHBOURS : 0; k < n && k <= i + NEIGHBOURS; k++)
    near[count++] = points[k].y;
  qsort (near, count, sizeof *near, compare_doubles);
  return near[count / 2];
}

/* Puts frames that jumped by an octave or the like back to the median. */
static void
mend_jumps (TsrCurvePoint *points, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    double median = median_around (points, n, i);
    if (fabs (log2 (points[i].y / median)) > OCTAVE_JUMP)
      points[i].y = median;
  }
}

bool
tsr_fundamental_track (const TsrPartialSet *set,
                       double               low_hz,
                       double               high_hz,
                       TsrCurve           **curve)
{
  double start_s, end_s, lowest_hz, highest_hz;

  *curve = NULL;
  tsr_partial_set_bounds (set, &start_s, &end_s, &lowest_hz, &highest_hz);
  double         hop_s = fmax (HOP_S, (end_s - start_s) / MOST_FRAMES);
  size_t         n_frames = (size_t)((end_s - start_s) / hop_s) + 1, n = 0;
  TsrCurvePoint *points = malloc (n_frames * sizeof *points);
  if (points == NULL)
    return false;
  for (size_t i = 0; i < n_frames; i++) {
    Frame frame = {.set = set, .time_s = start_s + ((double)i + 0.5) * hop_s};
    tsr_partial_set_foreach_in (
        set, frame.time_s, frame.time_s, 0, INFINITY, add_tone_cb, &frame);
    double f0 = frame_fundamental (&frame, low_hz, high_hz);
    if (f0 > 0)
      points[n++] = (TsrCurvePoint){frame.time_s, f0};
  }
  mend_jumps (points, n);
  if (n > 0)
    *curve = tsr_curve_new (points, n);
  free (points);
  return n == 0 || *curve != NULL;
}

/* ---- numbers ---- */

double
tsr_harmonic_ratio (const TsrPartial *partial, const TsrCurve *fundamental_hz_over_s)
{
  const TsrPartialSummary *s = tsr_partial_summary (partial);
  double                   duration_s = s->end_s - s->start_s, sum = 0, weights = 0;
  int                      n = (int)fmin (fmax (duration_s / HOP_S, 1), MOST_SAMPLES);

  for (int i = 0; i < n; i++) {
    double        time_s = s->start_s + duration_s * (i + 0.5) / n;
    TsrBreakpoint value = {.frequency_hz = s->mean_hz};
    tsr_partial_at (partial, time_s, &value);
    double a = tsr_breakpoint_amplitude (&value), weight = a * a + 1e-300;
    sum += weight * value.frequency_hz / tsr_curve_at (fundamental_hz_over_s, time_s);
    weights += weight;
  }
  return sum / weights;
}

typedef struct {
  size_t            index; /* in the set */
  const TsrPartial *partial;
  double            ratio, energy;
  int               label;
} Item;

typedef struct {
  double scale, stiffness; /* r_n = scale n sqrt (1 + stiffness n^2) */
} String;

static double
string_ratio (const String *string, double n)
{
  return string->scale * n * sqrt (1 + string->stiffness * n * n);
}

static int
number_of (const String *string, double ratio)
{
  double n = fmax (1, rint (ratio / string->scale));

  while (n > 1 && string_ratio (string, n - 0.5) > ratio)
    n--;
  while (n < 4096 && string_ratio (string, n + 0.5) < ratio)
    n++;
  double gap = string_ratio (string, n + 1) - string_ratio (string, n);
  return fabs (ratio - string_ratio (string, n)) <= NEAR_HARMONIC * gap ? (int)n : 0;
}

/* Fits (r / n)^2 = A (1 + B n^2) by weighted least squares over the numbered ones up to
 * `most`. Weak and strong partials tell the same: weights grow with the fourth root. */
static void
fit_string (String *string, const Item *items, size_t n_items, int most)
{
  double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
  bool   several = false;

  for (size_t i = 0; i < n_items; i++) {
    double n = items[i].label, w = pow (items[i].energy, 0.25);
    if (items[i].label < 1 || items[i].label > most)
      continue;
    double x = n * n, y = items[i].ratio * items[i].ratio / x;
    several = several || n >= 3;
    s0 += w;
    s1 += w * x;
    s2 += w * x * x;
    t0 += w * y;
    t1 += w * x * y;
  }
  double determinant = s0 * s2 - s1 * s1;
  if (!(s0 > 0))
    return;
  string->scale = sqrt (t0 / s0);
  string->stiffness = 0;
  if (!several || !(determinant > 1e-9 * s0 * s2))
    return;
  double base = (t0 * s2 - t1 * s1) / determinant;
  double rise = (s0 * t1 - s1 * t0) / determinant;
  if (base > 0.8 && base < 1.25 && rise > 0) {
    string->scale = sqrt (base);
    string->stiffness = fmin (MOST_STIFFNESS, rise / base);
  }
}

static int
compare_items (const void *a, const void *b)
{
  const Item *x = a, *y = b;

  if (x->energy != y->energy)
    return x->energy > y->energy ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static bool
sound_together (const TsrPartial *a, const TsrPartial *b)
{
  const TsrPartialSummary *x = tsr_partial_summary (a), *y = tsr_partial_summary (b);
  double both_s = fmin (x->end_s, y->end_s) - fmax (x->start_s, y->start_s);
  double least_s = fmin (x->end_s - x->start_s, y->end_s - y->start_s);

  return tsr_partial_channel (a) == tsr_partial_channel (b) && both_s > 0.3 * least_s;
}

/* Items come by energy, the most first: later ones give way. `next` chains the items that
 * have the same number. */
static bool
sift (Item *items, size_t n)
{
  int     most = 0;
  size_t *last = NULL, *before = calloc (n + 1, sizeof *before);

  for (size_t i = 0; i < n; i++)
    most = items[i].label > most ? items[i].label : most;
  last = calloc ((size_t)most + 1, sizeof *last);
  for (size_t i = 0; before != NULL && last != NULL && i < n; i++) {
    size_t number = (size_t)items[i].label;
    bool   taken = false;
    for (size_t k = number > 0 ? last[number] : 0; k > 0 && !taken; k = before[k - 1])
      taken = sound_together (items[k - 1].partial, items[i].partial);
    if (taken)
      items[i].label = 0;
    else if (number > 0) {
      before[i] = last[number];
      last[number] = i + 1;
    }
  }
  bool done = before != NULL && last != NULL;
  free (before);
  free (last);
  return done;
}

bool
tsr_label_partials (const TsrPartialSet *set,
                    const TsrCurve      *fundamental_hz_over_s,
                    int                 *labels,
                    double              *stiffness)
{
  size_t n = tsr_partial_set_size (set);
  Item  *items = malloc ((n + 1) * sizeof *items);
  String string = {1, 0};

  if (items == NULL)
    return false;
  for (size_t i = 0; i < n; i++) {
    const TsrPartial *partial = tsr_partial_set_at (set, i);
    items[i] = (Item){i,
                      partial,
                      tsr_harmonic_ratio (partial, fundamental_hz_over_s),
                      tsr_partial_summary (partial)->energy,
                      0};
  }
  for (int most = 6; most <= 96; most *= 2) {
    for (size_t i = 0; i < n; i++)
      items[i].label = number_of (&string, items[i].ratio);
    fit_string (&string, items, n, most);
  }
  for (size_t i = 0; i < n; i++)
    items[i].label = number_of (&string, items[i].ratio);
  qsort (items, n, sizeof *items, compare_items);
  bool done = sift (items, n);
  for (size_t i = 0; i < n; i++)
    labels[items[i].index] = items[i].label;
  if (stiffness != NULL)
    *stiffness = string.stiffness;
  free (items);
  return done;
}
