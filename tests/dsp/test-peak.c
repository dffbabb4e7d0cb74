/* SPDX-License-Identifier: GPL-3.0-or-later
 * Peaks of single frames: rows A3 to A6 and A8 of the algorithm note.
 */
#include "model/dsp/partials/peak.h"

#include <glib.h>
#include <math.h>

#define RATE_HZ 44100.0
#define SPACING_HZ 100.0

/* Real part of amplitude exp (slope t) exp (2 pi j (phase + hz t + chirp t^2 / 2)). */
typedef struct {
  double hz, chirp_hz_per_s, slope_per_s, amplitude, phase_turns;
  double vibrato_depth, vibrato_turns; /* at 6 Hz */
} Tone;

enum { HALF = 3000, LENGTH = 2 * HALF + 1 };

typedef struct {
  TsrPeakFinder *finder;
  TsrPeak       *peaks;
  size_t         n_peaks;
  double         half_s;
  float          samples[LENGTH];
  GRand         *random;
} Bench;

static Bench *
bench_new (double floor_db)
{
  Bench        *b = g_new0 (Bench, 1);
  TsrPeakParams params = {
      .rate_hz = RATE_HZ, .low_hz = 20, .floor_db = floor_db, .least_prominence = -10};
  TsrWindow *window =
      tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, RATE_HZ, SPACING_HZ);

  b->half_s = (double)window->half / RATE_HZ;
  b->finder = tsr_peak_finder_new (window, &params);
  b->peaks = g_new (TsrPeak, tsr_peak_finder_max_peaks (b->finder));
  b->random = g_rand_new_with_seed (7);
  tsr_window_free (window);
  return b;
}

static void
bench_free (Bench *b)
{
  g_rand_free (b->random);
  g_free (b->peaks);
  tsr_peak_finder_free (b->finder);
  g_free (b);
}

static double
normal (GRand *random)
{
  double sum = 0;
  for (int i = 0; i < 12; i++)
    sum += g_rand_double (random);
  return sum - 6;
}

/* Fills the samples and finds their peaks. */
static void
run (Bench *b, const Tone *tones, size_t n_tones, double noise_rms)
{
  for (int i = 0; i < LENGTH; i++) {
    double t = (i - HALF) / RATE_HZ,
           x = noise_rms > 0 ? noise_rms * normal (b->random) : 0;
    for (size_t k = 0; k < n_tones; k++) {
      const Tone *p = &tones[k];
      double      turns = p->phase_turns + p->hz * t + p->chirp_hz_per_s * t * t / 2;
      if (p->vibrato_depth > 0)
        turns -= p->hz * p->vibrato_depth / (2 * G_PI * 6) *
                 cos (2 * G_PI * (6 * t + p->vibrato_turns));
      x += p->amplitude * exp (p->slope_per_s * t) * cos (2 * G_PI * turns);
    }
    b->samples[i] = (float)x;
  }
  b->n_peaks = tsr_peak_finder_run (b->finder, b->samples, LENGTH, HALF, 0, b->peaks);
}

static const TsrPeak *
nearest (const Bench *b, double hz)
{
  const TsrPeak *best = NULL;

  for (size_t i = 0; i < b->n_peaks; i++)
    if (best == NULL ||
        fabs (b->peaks[i].frequency_hz - hz) < fabs (best->frequency_hz - hz))
      best = &b->peaks[i];
  g_assert_nonnull (best);
  return best;
}

static double
db (double neper)
{
  return neper * 20 / log (10);
}

static double
wrapped (double turns)
{
  return turns - round (turns);
}

/* A3: chirps up to one squared main lobe: 0.01 cent, 0.01 dB, 1e-3 rad, 0.1 %. */
static void
test_chirps (void)
{
  Bench *b = bench_new (-90);

  for (int i = 0; i < 40; i++) {
    double rate = (i - 20) / 20.0 * SPACING_HZ * SPACING_HZ;
    Tone   tone = {.hz = g_rand_double_range (b->random, 3000, 9000),
                   .chirp_hz_per_s = rate,
                   .amplitude = 0.5,
                   .phase_turns = g_rand_double (b->random)};
    run (b, &tone, 1, 0);
    const TsrPeak *p = nearest (b, tone.hz);
    g_assert_cmpfloat (fabs (1200 * log2 (p->frequency_hz / tone.hz)), <, 0.01);
    g_assert_cmpfloat (fabs (db (p->log_amplitude - log (0.5))), <, 0.01);
    g_assert_cmpfloat (
        fabs (wrapped (p->phase_turns - tone.phase_turns)) * 2 * G_PI, <, 1e-3);
    g_assert_cmpfloat (fabs (p->chirp_hz_per_s - rate), <=, 1e-3 * fabs (rate) + 0.01);
  }
  bench_free (b);
}

typedef struct {
  double hz_rms, db_rms;
} Rms;

static Rms
measure (Bench *b, double slope_per_s, double snr_db)
{
  double noise_rms = 0.5 / sqrt (2) * pow (10, -snr_db / 20);
  Rms    rms = {0};

  for (int i = 0; i < 60; i++) {
    Tone tone = {.hz = g_rand_double_range (b->random, 1000, 9000),
                 .slope_per_s = slope_per_s,
                 .amplitude = 0.5,
                 .phase_turns = g_rand_double (b->random)};
    run (b, &tone, 1, noise_rms);
    const TsrPeak *p = nearest (b, tone.hz);
    rms.hz_rms += pow (p->frequency_hz - tone.hz, 2) / 60;
    rms.db_rms += pow (db (p->log_amplitude - log (0.5)), 2) / 60;
  }
  rms.hz_rms = sqrt (rms.hz_rms);
  rms.db_rms = sqrt (rms.db_rms);
  g_test_message ("slope %g/s, SNR %g dB: %.5f Hz, %.5f dB",
                  slope_per_s,
                  snr_db,
                  rms.hz_rms,
                  rms.db_rms);
  return rms;
}

/* A4 and A5. */
static void
test_noise (void)
{
  static const struct {
    double slope_per_s, snr_db, hz, db;
  } rows[] = {{40, 60, 0.01, 0.01}, {-40, 60, 0.01, 0.01}, {0, 10, 0.15, 0.15}};
  Bench *b = bench_new (-60);

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    Rms rms = measure (b, rows[i].slope_per_s, rows[i].snr_db);
    g_assert_cmpfloat (rms.hz_rms, <, rows[i].hz);
    g_assert_cmpfloat (rms.db_rms, <, rows[i].db);
  }
  bench_free (b);
}

/* A6: two equal tones half a main lobe apart, median error 1e-3 Hz. */
static void
test_close_tones (void)
{
  Bench *b = bench_new (-90);
  int    n_good = 0;

  for (int i = 0; i < 41; i++) {
    double hz = g_rand_double_range (b->random, 1000, 9000);
    Tone   tones[2] = {
          {.hz = hz, .amplitude = 0.4, .phase_turns = g_rand_double (b->random)},
          {.hz = hz + SPACING_HZ / 2,
           .amplitude = 0.4,
           .phase_turns = g_rand_double (b->random)}};
    run (b, tones, 2, 0);
    if (fabs (nearest (b, hz)->frequency_hz - hz) < 1e-3)
      n_good++;
  }
  g_assert_cmpint (n_good, >, 20);
  bench_free (b);
}

static void
add_misfits (Bench *b, GArray *misfits, double vibrato_depth, double chirp, double snr_db)
{
  double noise_rms = 0.5 / sqrt (2) * pow (10, -snr_db / 20);

  for (int i = 0; i < 60; i++) {
    Tone tone = {.hz = g_rand_double_range (b->random, 3900, 4100),
                 .chirp_hz_per_s = chirp,
                 .vibrato_depth = vibrato_depth,
                 .vibrato_turns = g_rand_double (b->random),
                 .amplitude = 0.5,
                 .phase_turns = g_rand_double (b->random)};
    run (b, &tone, 1, noise_rms);
    double hz = tone.hz * (1 + vibrato_depth * sin (2 * G_PI * tone.vibrato_turns));
    double misfit = (double)nearest (b, hz)->misfit;
    g_array_append_val (misfits, misfit);
  }
}

/* Area under the curve of true against false positives: the share of pairs in order. */
static double
roc_area (const GArray *good, const GArray *bad)
{
  double n = 0;

  for (guint i = 0; i < good->len; i++)
    for (guint j = 0; j < bad->len; j++)
      if (g_array_index (good, double, i) < g_array_index (bad, double, j))
        n++;
  return n / ((double)good->len * bad->len);
}

/* A8: the misfit tells tones from peaks of noise, area >= 0.99. */
static void
test_misfit_tells_noise (void)
{
  static const struct {
    const char *name;
    double      vibrato_depth, chirp_hz_per_s, snr_db;
  } rows[] = {{"sinusoid 0 dB", 0, 0, 0},
              {"chirp 10 dB", 0, 3000, 10},
              {"vibrato 10 dB", 0.01, 0, 10}};
  Bench  *b = bench_new (-60);
  GArray *noise = g_array_new (false, false, sizeof (double));

  for (int i = 0; i < 4; i++) {
    run (b, NULL, 0, 0.3);
    for (size_t k = 0; k < b->n_peaks; k++) {
      double misfit = (double)b->peaks[k].misfit;
      g_array_append_val (noise, misfit);
    }
  }
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    GArray *tones = g_array_new (false, false, sizeof (double));
    add_misfits (b, tones, rows[i].vibrato_depth, rows[i].chirp_hz_per_s, rows[i].snr_db);
    double area = roc_area (tones, noise);
    g_test_message ("%s: area %.4f", rows[i].name, area);
    g_assert_cmpfloat (area, >=, 0.99);
    g_array_unref (tones);
  }
  g_array_unref (noise);
  bench_free (b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peak/chirps", test_chirps);
  g_test_add_func ("/peak/noise", test_noise);
  g_test_add_func ("/peak/close-tones", test_close_tones);
  g_test_add_func ("/peak/misfit-tells-noise", test_misfit_tells_noise);
  return g_test_run ();
}
