/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scoring partials against the truth.
 */
#include "tests/support/score.h"

#include "model/dsp/partials/straight.h"
#include "model/dsp/partials/synth.h"

#include <glib.h>
#include <math.h>

#define GRID_S 0.005
#define MATCH 0.3      /* in units of the spacing */
#define AUDIBLE 1e-3   /* re the loudest */
#define SETTLED_S 0.03 /* after the beginning */
/* Straight lines are as close as that in a table of partials. */
#define TOLERANCE_CENT 0.005
#define TOLERANCE_DB 0.005

/* A found partial at a time, breakpoints joined by straight lines. */
static bool
straight_at (const TsrPartial *partial, double time_s, double *hz, double *amplitude)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  size_t               n = tsr_partial_n_breakpoints (partial), low = 0, high = n;

  if (time_s < b[0].time_s || time_s > b[n - 1].time_s)
    return false;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (b[middle].time_s <= time_s)
      low = middle;
    else
      high = middle;
  }
  if (low == n - 1)
    low--;
  double T = b[low + 1].time_s - b[low].time_s;
  double u = T > 0 ? (time_s - b[low].time_s) / T : 1;
  *hz = (1 - u) * b[low].frequency_hz + u * b[low + 1].frequency_hz;
  *amplitude = (1 - u) * tsr_breakpoint_amplitude (&b[low]) +
               u * tsr_breakpoint_amplitude (&b[low + 1]);
  return true;
}

typedef struct {
  double         time_s, hz; /* where to look */
  double         distance_hz;
  TsrPartialSet *set;
  size_t         index; /* SIZE_MAX: nothing */
  double         found_hz, found_amplitude;
} Search;

static bool
look_at (void *user, size_t index)
{
  Search *s = user;
  double  hz, amplitude;

  if (!straight_at (tsr_partial_set_at (s->set, index), s->time_s, &hz, &amplitude) ||
      !(fabs (hz - s->hz) < s->distance_hz) || amplitude <= 0)
    return true;
  s->distance_hz = fabs (hz - s->hz);
  s->index = index;
  s->found_hz = hz;
  s->found_amplitude = amplitude;
  return true;
}

static Search
nearest (TsrPartialSet *set, double time_s, double hz, double within_hz)
{
  Search s = {time_s, hz, within_hz, set, SIZE_MAX, 0, 0};

  tsr_partial_set_foreach_in (
      set, time_s, time_s + 1e-9, hz - within_hz, hz + within_hz, look_at, &s);
  return s;
}

static double
loudest (const TestSignal *truth)
{
  double peak = 0;

  for (size_t i = 0; i < truth->n_partials; i++)
    peak = fmax (peak, truth->partials[i].amplitude);
  return peak > 0 ? peak : 1;
}

static int
compare_doubles (const void *pa, const void *pb)
{
  double a = *(const double *)pa, b = *(const double *)pb;
  return (a > b) - (a < b);
}

static double
quantile (GArray *values, double share)
{
  if (values->len == 0)
    return NAN;
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, (guint)(share * (values->len - 1)));
}

static void
score_values (const TestSignal *truth, TsrPartialSet *set, TestScore *score)
{
  GArray *cents = g_array_new (false, false, sizeof (double));
  GArray *db = g_array_new (false, false, sizeof (double));
  size_t  n = 0, n_missed = 0;

  for (size_t i = 0; i < truth->n_partials; i++) {
    const TestPartial *p = &truth->partials[i];
    for (double t = p->start_s; t <= p->end_s; t += GRID_S) {
      double a = test_partial_amplitude (p, t), hz = test_partial_frequency_hz (p, t);
      if (a < AUDIBLE * loudest (truth))
        continue;
      Search s = nearest (set, t, hz, MATCH * truth->spacing_hz);
      n++;
      if (s.index == SIZE_MAX) {
        n_missed++;
        continue;
      }
      double cent = fabs (1200 * log2 (s.found_hz / hz));
      double level = fabs (20 * log10 (s.found_amplitude / a));
      g_array_append_val (cents, cent);
      g_array_append_val (db, level);
    }
  }
  score->frequency_median_cent = quantile (cents, 0.5);
  score->frequency_95_cent = quantile (cents, 0.95);
  score->amplitude_median_db = quantile (db, 0.5);
  score->amplitude_95_db = quantile (db, 0.95);
  score->missed = n > 0 ? (double)n_missed / (double)n : 0;
  g_array_unref (cents);
  g_array_unref (db);
}

/* Whether a true partial sounds near this time and frequency. */
static bool
is_true (const TestSignal *truth, double time_s, double hz)
{
  for (size_t i = 0; i < truth->n_partials; i++) {
    const TestPartial *p = &truth->partials[i];
    if (time_s >= p->start_s - 1e-3 && time_s <= p->end_s + 1e-3 &&
        fabs (test_partial_frequency_hz (p, time_s) - hz) < MATCH * truth->spacing_hz)
      return true;
  }
  return false;
}

static size_t
count_false (const TestSignal *truth, TsrPartialSet *set)
{
  size_t n_false = 0;

  for (size_t i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial        *partial = tsr_partial_set_at (set, i);
    const TsrPartialSummary *s = tsr_partial_summary (partial);
    size_t                   n = 0, n_true = 0;
    double                   hz, amplitude;
    if (s->peak_amplitude < AUDIBLE * loudest (truth))
      continue;
    for (double t = s->start_s; t <= s->end_s; t += 1e-3)
      if (straight_at (partial, t, &hz, &amplitude)) {
        n++;
        n_true += is_true (truth, t, hz);
      }
    if (2 * n_true < n)
      n_false++;
  }
  return n_false;
}

/* When a partial first reaches an amplitude; INFINITY when it never does. */
static double
time_of_amplitude (const TsrPartial *partial, double amplitude)
{
  const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
  double               before = tsr_breakpoint_amplitude (&b[0]);

  if (before >= amplitude)
    return b[0].time_s;
  for (size_t i = 1; i < tsr_partial_n_breakpoints (partial); i++) {
    double after = tsr_breakpoint_amplitude (&b[i]);
    if (after >= amplitude)
      return b[i - 1].time_s +
             (b[i].time_s - b[i - 1].time_s) * (amplitude - before) / (after - before);
    before = after;
  }
  return INFINITY;
}

static double
score_attacks (const TestSignal *truth, TsrPartialSet *set)
{
  GArray *errors = g_array_new (false, false, sizeof (double));

  for (size_t i = 0; i < truth->n_partials; i++) {
    const TestPartial *p = &truth->partials[i];
    double             t = p->start_s + SETTLED_S;
    Search             s =
        nearest (set, t, test_partial_frequency_hz (p, t), MATCH * truth->spacing_hz);
    if (s.index == SIZE_MAX)
      continue;
    double half = test_partial_amplitude (p, p->start_s + p->attack_s / 2);
    if (p->attack_s == 0)
      half /= 2;
    double error = fabs (time_of_amplitude (tsr_partial_set_at (set, s.index), half) -
                         p->start_s - p->attack_s / 2);
    g_array_append_val (errors, error);
  }
  double median = quantile (errors, 0.5);
  g_array_unref (errors);
  return median;
}

double
test_snr_db (const TsrSignal *sound, const double *resynthesis, int64_t n)
{
  const float *x = tsr_signal_channel (sound, 0);
  double       energy = 0, error = 0;

  for (int64_t i = 0; i < tsr_signal_n_frames (sound); i++) {
    double rest = (double)x[i] - (i < n ? resynthesis[i] : 0);
    energy += (double)x[i] * (double)x[i];
    error += rest * rest;
  }
  return 10 * log10 (energy / error);
}

static double
snr_db (const TsrSignal *sound, TsrPartialSet *set)
{
  int64_t n = tsr_signal_n_frames (sound);
  double *y = g_new0 (double, n);

  tsr_synth_render_range (
      set, 0, tsr_signal_rate_hz (sound), 0, (size_t)n, NULL, y, NULL);
  double snr = test_snr_db (sound, y, n);
  g_free (y);
  return snr;
}

/* The partials as straight lines, as the table of partials gives them. */
static TsrPartialSet *
straighten (TsrPartialSet *set)
{
  g_autoptr (GPtrArray) partials = g_ptr_array_new ();
  g_autoptr (GArray) rows = g_array_new (false, false, sizeof (TsrBreakpoint));

  g_ptr_array_set_free_func (partials, (GDestroyNotify)tsr_partial_unref);
  for (size_t i = 0; i < tsr_partial_set_size (set); i++) {
    const TsrPartial    *partial = tsr_partial_set_at (set, i);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    size_t               n = tsr_partial_n_breakpoints (partial);
    g_array_set_size (rows, 0);
    for (size_t k = 0; k < n; k++) {
      g_array_append_val (rows, b[k]);
      int pieces =
          k + 1 < n
              ? tsr_breakpoint_n_straight (&b[k], &b[k + 1], TOLERANCE_CENT, TOLERANCE_DB)
              : 1;
      for (int j = 1; j < pieces; j++) {
        TsrBreakpoint between;
        tsr_breakpoint_between (&b[k], &b[k + 1], (double)j / pieces, &between);
        g_array_append_val (rows, between);
      }
    }
    g_ptr_array_add (partials,
                     tsr_partial_new (tsr_partial_id (partial),
                                      0,
                                      0,
                                      (const TsrBreakpoint *)(void *)rows->data,
                                      rows->len));
  }
  return tsr_partial_set_new ((TsrPartial **)partials->pdata, partials->len);
}

TestScore
test_score (const TestSignal *truth,
            const TsrSignal  *sound,
            TsrPartialSet    *set,
            bool              is_straight)
{
  TestScore      score = {0};
  TsrPartialSet *straight = is_straight ? tsr_partial_set_ref (set) : straighten (set);

  score_values (truth, straight, &score);
  score.n_false = count_false (truth, straight);
  score.attack_median_s = score_attacks (truth, straight);
  tsr_partial_set_unref (straight);
  score.snr_db = snr_db (sound, set);
  return score;
}
