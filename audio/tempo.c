/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tempo from beats and onsets found by aubio: told only when the beats are steady and
 * fall on onsets (the tracker finds beats in anything).
 */
#include <aubio/aubio.h>
#include <math.h>
#include <stdlib.h>

#include "audio/sound-file.h"

enum { WINDOW_FRAMES = 1024, HOP_FRAMES = 512, MIN_BEATS = 6, DISCARD_FRAMES = 1 << 18 };

#define STEADY_PART 0.6   /* of the intervals lie near a multiple of the period, */
#define STEADY_WITHIN 0.1 /* that near, as a part of the period */
#define ONSET_PART 0.5    /* of the beats have an onset nearby, */
#define ONSET_WITHIN_S 0.05

static void
mix_block (const TsrSignal *signal, gint64 first, smpl_t *mono)
{
  unsigned n_channels = tsr_signal_n_channels (signal);
  gint64   left = tsr_signal_n_frames (signal) - first;
  for (gsize i = 0; i < HOP_FRAMES; i++) {
    mono[i] = 0;
    for (unsigned c = 0; (gint64)i < left && c < n_channels; c++)
      mono[i] += tsr_signal_channel (signal, c)[first + (gint64)i] / (float)n_channels;
  }
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
median_interval_s (const GArray *beats_s)
{
  guint              n = beats_s->len - 1;
  g_autofree double *intervals_s = g_new (double, n);
  for (guint i = 0; i < n; i++)
    intervals_s[i] =
        g_array_index (beats_s, double, i + 1) - g_array_index (beats_s, double, i);
  qsort (intervals_s, n, sizeof *intervals_s, by_value);
  return intervals_s[n / 2];
}

/* A line through the beats, numbered by the median interval: much finer than one
 * interval, which is known to a hop. NAN when too few intervals keep to it. */
static double
fit_period_s (const GArray *beats_s, double median_s)
{
  double n = 1, k = 0, sk = 0, skk = 0, sty = 0, sy = 0, y = 0;
  guint  n_steady = 0;
  for (guint i = 1; i < beats_s->len; i++) {
    double interval_s =
        g_array_index (beats_s, double, i) - g_array_index (beats_s, double, i - 1);
    double steps = MAX (1, round (interval_s / median_s));
    n_steady += fabs (interval_s - steps * median_s) <= STEADY_WITHIN * median_s;
    k += steps;
    y += interval_s;
    n++;
    sk += k;
    skk += k * k;
    sy += y;
    sty += k * y;
  }
  if (n_steady < STEADY_PART * (beats_s->len - 1))
    return NAN;
  return (n * sty - sk * sy) / (n * skk - sk * sk);
}

static gboolean
beats_on_onsets (const GArray *beats_s, const GArray *onsets_s)
{
  guint n_near = 0, j = 0;
  for (guint i = 0; i < beats_s->len; i++) {
    double beat_s = g_array_index (beats_s, double, i);
    while (j < onsets_s->len &&
           g_array_index (onsets_s, double, j) < beat_s - ONSET_WITHIN_S)
      j++;
    n_near += j < onsets_s->len &&
              g_array_index (onsets_s, double, j) <= beat_s + ONSET_WITHIN_S;
  }
  return n_near >= ONSET_PART * beats_s->len;
}

static double
steady_tempo (const GArray *beats_s, const GArray *onsets_s)
{
  if (beats_s->len < MIN_BEATS || onsets_s->len < MIN_BEATS ||
      !beats_on_onsets (beats_s, onsets_s))
    return NAN;
  double median_s = median_interval_s (beats_s);
  return median_s > 0 ? 60 / fit_period_s (beats_s, median_s) : NAN;
}

static void
find_beats (const TsrSignal *signal, GArray *beats_s, GArray *onsets_s)
{
  uint_t         rate_hz = (uint_t)lround (tsr_signal_rate_hz (signal));
  aubio_tempo_t *tempo = new_aubio_tempo ("default", WINDOW_FRAMES, HOP_FRAMES, rate_hz);
  aubio_onset_t *onset = new_aubio_onset ("default", WINDOW_FRAMES, HOP_FRAMES, rate_hz);
  fvec_t        *mono = new_fvec (HOP_FRAMES), *found = new_fvec (2);
  gint64         n_frames = tsr_signal_n_frames (signal);
  for (gint64 first = 0; tempo != NULL && onset != NULL && first < n_frames;
       first += HOP_FRAMES) {
    double time_s;
    mix_block (signal, first, mono->data);
    aubio_tempo_do (tempo, mono, found);
    if (found->data[0] != 0) {
      time_s = aubio_tempo_get_last_s (tempo);
      g_array_append_val (beats_s, time_s);
    }
    aubio_onset_do (onset, mono, found);
    if (found->data[0] != 0) {
      time_s = aubio_onset_get_last_s (onset);
      g_array_append_val (onsets_s, time_s);
    }
    if (first % DISCARD_FRAMES == 0)
      tsr_signal_discard (signal, first - DISCARD_FRAMES, DISCARD_FRAMES);
  }
  del_fvec (mono);
  del_fvec (found);
  if (tempo != NULL)
    del_aubio_tempo (tempo);
  if (onset != NULL)
    del_aubio_onset (onset);
}

double
tsr_tempo_estimate (const TsrSignal *signal)
{
  g_autoptr (GArray) beats_s = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) onsets_s = g_array_new (FALSE, FALSE, sizeof (double));
  find_beats (signal, beats_s, onsets_s);
  return steady_tempo (beats_s, onsets_s);
}
