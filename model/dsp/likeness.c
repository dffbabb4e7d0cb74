/* SPDX-License-Identifier: GPL-3.0-or-later
 * Likeness of two sounds.
 */
#include "model/dsp/likeness.h"

#include "model/dsp/partials/attack.h"
#include "model/dsp/spectrum/frame.h"

#include <math.h>
#include <stdlib.h>

#define FRAME_S 0.05
#define LOW_HZ 50.0
#define HIGH_HZ 16000.0
#define RANGE 1e-6 /* of powers, below the loudest band */
#define SAME_ATTACK_S 0.02
#define ATTACK_S 0.01

enum { MAX_BANDS = 64, DISCARD_FRAMES = 256 };

typedef struct {
  TsrFrame *frame;
  double   *magnitudes;
  size_t    first_bin[MAX_BANDS + 1]; /* of each band, and behind the last */
  size_t    n_bands;
} Analyser;

/* Borders one equivalent rectangular bandwidth apart. */
static void
choose_bands (Analyser *a, double rate_hz)
{
  double bin_hz = rate_hz / (double)tsr_frame_fft_size (a->frame);
  double end_hz = fmin (HIGH_HZ, 0.45 * rate_hz), hz = LOW_HZ;

  while (a->n_bands < MAX_BANDS && hz < end_hz) {
    a->first_bin[a->n_bands++] = (size_t)ceil (hz / bin_hz);
    hz += fmax (bin_hz, 24.7 * (4.37e-3 * hz + 1));
    a->first_bin[a->n_bands] = (size_t)ceil (fmin (hz, end_hz) / bin_hz);
  }
}

static bool
analyser_init (Analyser *a, double rate_hz)
{
  TsrWindow *window =
      tsr_window_new (TSR_WINDOW_HANN, (size_t)fmax (8, FRAME_S / 2 * rate_hz));

  *a = (Analyser){0};
  if (window != NULL)
    a->frame = tsr_frame_new (window, 2);
  tsr_window_free (window);
  if (a->frame == NULL)
    return false;
  a->magnitudes = calloc (tsr_frame_n_bins (a->frame), sizeof *a->magnitudes);
  choose_bands (a, rate_hz);
  return a->magnitudes != NULL;
}

static void
analyser_clear (Analyser *a)
{
  free (a->magnitudes);
  tsr_frame_free (a->frame);
}

static void
measure_bands (Analyser        *a,
               const TsrSignal *signal,
               unsigned         channel,
               int64_t          centre,
               double          *powers)
{
  tsr_frame_load (a->frame,
                  tsr_signal_channel (signal, channel),
                  tsr_signal_n_frames (signal),
                  centre,
                  0);
  tsr_frame_magnitudes (a->frame, 0, tsr_frame_n_bins (a->frame), a->magnitudes);
  for (size_t i = 0; i < a->n_bands; i++) {
    powers[i] = 1e-30;
    for (size_t k = a->first_bin[i]; k < a->first_bin[i + 1]; k++)
      powers[i] += a->magnitudes[k] * a->magnitudes[k];
  }
}

/* Two sounds' bands in one frame after the other of a channel: twice through the first
 * sound, so that nothing need be kept as long as it is. */
typedef struct {
  Analyser         analyser;
  const TsrSignal *sound, *other;
  const TsrJob    *job;
  size_t           n_frames;
  double           sum_db; /* of differences */
  size_t           count;
} Comparison;

static int64_t
centre_of (const Comparison *c, size_t frame)
{
  int64_t centre =
      (int64_t)(((double)frame + 0.5) * FRAME_S * tsr_signal_rate_hz (c->sound));

  if (frame % DISCARD_FRAMES == 0) {
    tsr_signal_discard (c->sound, 0, centre);
    tsr_signal_discard (c->other, 0, centre);
  }
  return centre;
}

static double
loudest_band (Comparison *c, unsigned channel)
{
  double powers[MAX_BANDS], loudest = 1e-12;

  for (size_t i = 0; i < c->n_frames; i++) {
    measure_bands (&c->analyser, c->sound, channel, centre_of (c, i), powers);
    for (size_t k = 0; k < c->analyser.n_bands; k++)
      loudest = fmax (loudest, powers[k]);
  }
  return loudest;
}

static TsrStatus
compare_channel (Comparison *c, unsigned channel)
{
  double x[MAX_BANDS], y[MAX_BANDS], loudest = loudest_band (c, channel);

  for (size_t i = 0; i < c->n_frames; i++) {
    int64_t centre = centre_of (c, i);
    if (i % DISCARD_FRAMES == 0 && tsr_job_cancelled (c->job))
      return TSR_STATUS_CANCELLED;
    measure_bands (&c->analyser, c->sound, channel, centre, x);
    measure_bands (&c->analyser, c->other, channel, centre, y);
    for (size_t k = 0; k < c->analyser.n_bands; k++)
      if (x[k] > RANGE * loudest) {
        c->sum_db += fabs (10 * log10 (fmax (y[k], RANGE * RANGE * loudest) / x[k]));
        c->count++;
      }
  }
  return TSR_STATUS_OK;
}

static TsrStatus
compare_bands (const TsrSignal *sound,
               const TsrSignal *other,
               const TsrJob    *job,
               double          *difference_db)
{
  Comparison c = {.sound = sound, .other = other, .job = job};
  TsrStatus  status = TSR_STATUS_NO_MEMORY;

  c.n_frames = (size_t)ceil (tsr_signal_duration_s (sound) / FRAME_S);
  if (analyser_init (&c.analyser, tsr_signal_rate_hz (sound)))
    status = TSR_STATUS_OK;
  for (unsigned i = 0; status == TSR_STATUS_OK && i < tsr_signal_n_channels (sound); i++)
    status = compare_channel (&c, i);
  analyser_clear (&c.analyser);
  *difference_db = c.count > 0 ? c.sum_db / (double)c.count : NAN;
  return status;
}

/* Energy of all channels from a time on. */
static double
attack_energy (const TsrSignal *signal, double time_s)
{
  double  rate_hz = tsr_signal_rate_hz (signal), sum = 1e-30;
  int64_t first = (int64_t)(time_s * rate_hz), n = (int64_t)(ATTACK_S * rate_hz);

  for (unsigned c = 0; c < tsr_signal_n_channels (signal); c++) {
    const float *x = tsr_signal_channel (signal, c);
    for (int64_t i = first < 0 ? 0 : first;
         i < first + n && i < tsr_signal_n_frames (signal);
         i++)
      sum += (double)x[i] * (double)x[i];
  }
  return sum;
}

static int
compare_doubles (const void *pa, const void *pb)
{
  double a = *(const double *)pa, b = *(const double *)pb;
  return (a > b) - (a < b);
}

static double
median (double *values, size_t n)
{
  if (n == 0)
    return NAN;
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

/* Attacks at `from` against those at `to`, both in order of time; values has room for two
 * numbers each. */
static void
pair_attacks (const TsrSignal *sound,
              const TsrSignal *other,
              const double    *from,
              const double    *to,
              size_t           n_to,
              double          *values,
              TsrLikeness     *l)
{
  double *distances = values, *levels = values + l->n_attacks;

  for (size_t i = 0, first = 0; i < l->n_attacks; i++) {
    double nearest = SAME_ATTACK_S;
    while (first < n_to && to[first] < from[i] - SAME_ATTACK_S)
      first++;
    for (size_t k = first; k < n_to && to[k] < from[i] + SAME_ATTACK_S; k++)
      nearest = fmin (nearest, fabs (to[k] - from[i]));
    if (!(nearest < SAME_ATTACK_S))
      continue;
    double ratio = attack_energy (other, from[i]) / attack_energy (sound, from[i]);
    distances[l->n_found] = nearest;
    levels[l->n_found++] = fabs (10 * log10 (ratio));
    int64_t here = (int64_t)(from[i] * tsr_signal_rate_hz (sound));
    tsr_signal_discard (sound, 0, here);
    tsr_signal_discard (other, 0, here);
  }
  l->attack_s = median (distances, l->n_found);
  l->attack_db = median (levels, l->n_found);
}

static TsrStatus
compare_attacks (const TsrSignal *sound, const TsrSignal *other, TsrLikeness *l)
{
  double *from = NULL, *to = NULL, *values = NULL;
  size_t  n_to = 0;
  bool    is_ok = tsr_attacks_find (sound, &from, &l->n_attacks) &&
               tsr_attacks_find_traces (other, &to, &n_to);

  if (is_ok)
    values = calloc (2 * l->n_attacks + 1, sizeof *values);
  if (values != NULL)
    pair_attacks (sound, other, from, to, n_to, values, l);
  free (values);
  free (from);
  free (to);
  return values != NULL ? TSR_STATUS_OK : TSR_STATUS_NO_MEMORY;
}

TsrStatus
tsr_likeness_measure (const TsrSignal *sound,
                      const TsrSignal *other,
                      const TsrJob    *job,
                      TsrLikeness     *likeness)
{
  *likeness = (TsrLikeness){.attack_s = NAN, .attack_db = NAN};
  TsrStatus status = compare_bands (sound, other, job, &likeness->band_difference_db);
  if (status == TSR_STATUS_OK)
    status = compare_attacks (sound, other, likeness);
  return status;
}
