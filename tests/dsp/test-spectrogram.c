/* SPDX-License-Identifier: GPL-3.0-or-later
 * Spectrograms: levels, places, invariances, edges, refusals.
 */
#include "model/dsp/spectrum/decibel.h"
#include "model/dsp/spectrum/picture-frame.h"
#include "model/dsp/spectrum/reassign.h"
#include "model/dsp/spectrum/spectrogram.h"

#include <glib.h>
#include <math.h>

#define RATE 48000.0

static TsrSignal *
make_sine (double hz, double duration_s)
{
  int64_t    n = (int64_t)(duration_s * RATE);
  TsrSignal *signal = tsr_signal_new (RATE, 1, n);
  float     *x = tsr_signal_channel_writable (signal, 0);
  for (int64_t i = 0; i < n; i++)
    x[i] = (float)cos (2 * M_PI * hz * (double)i / RATE);
  return signal;
}

static TsrSignal *
make_noise (double duration_s)
{
  GRand     *rng = g_rand_new_with_seed (99);
  int64_t    n = (int64_t)(duration_s * RATE);
  TsrSignal *signal = tsr_signal_new (RATE, 1, n);
  float     *x = tsr_signal_channel_writable (signal, 0);
  for (int64_t i = 0; i < n; i++)
    x[i] = (float)g_rand_double_range (rng, -1, 1);
  g_rand_free (rng);
  return signal;
}

/* Both pictures of a grid, one after the other. */
static float *
render (const TsrSignal *signal, const TsrSpectrogramGrid *grid, const TsrJob *job)
{
  size_t          n = grid->n_columns * grid->n_rows;
  float          *db = g_new (float, 2 * n);
  TsrSpectrogram *s = tsr_spectrogram_new ();
  g_assert_cmpint (
      tsr_spectrogram_render (s, signal, 0, grid, job, db, db + n), ==, TSR_STATUS_OK);
  tsr_spectrogram_free (s);
  return db;
}

static void
test_scales (void)
{
  for (int scale = 0; scale < TSR_FREQUENCY_N_SCALES; scale++)
    for (double hz = 20; hz < 24000; hz *= 1.3) {
      TsrFrequencyScale s = (TsrFrequencyScale)scale;
      double            unit = tsr_frequency_to_unit (s, 20, 20000, hz);
      double            back = tsr_frequency_from_unit (s, 20, 20000, unit);
      g_assert_cmpfloat_with_epsilon (back / hz, 1, 1e-12);
      g_assert_cmpfloat (tsr_frequency_to_unit (s, 20, 20000, hz * 1.01), >, unit);
    }
  g_assert_cmpfloat_with_epsilon (
      tsr_frequency_to_unit (TSR_FREQUENCY_LOG, 100, 400, 200), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (
      tsr_frequency_to_unit (TSR_FREQUENCY_LINEAR, 100, 400, 250), 0.5, 1e-12);
}

static void
test_decibel (void)
{
  for (double p = 1e-19; p < 1e8; p *= 1.0137)
    g_assert_cmpfloat_with_epsilon (tsr_power_to_db ((float)p), 10 * log10 (p), 4e-5);
  g_assert_cmpfloat_with_epsilon (tsr_power_to_db (0), -200, 1e-4);
}

/* Frequencies of rows and bins do not meet on purpose. */
static const struct {
  const char       *name;
  double            width_s;
  size_t            n_columns;
  TsrFrequencyScale scale;
  double            low_hz, high_hz;
  size_t            n_rows;
} zooms[] = {
    {"far", 3.0, 40, TSR_FREQUENCY_LINEAR, 0, 24000, 301},
    {"all", 3.0, 700, TSR_FREQUENCY_LOG, 50, 20000, 401},
    {"near", 0.2, 300, TSR_FREQUENCY_MEL, 500, 4000, 333},
    {"close", 0.01, 300, TSR_FREQUENCY_LINEAR, 900, 1200, 401},
};

/* A full-scale sine in the middle of a row is 0 dB there, without gaps, and 6 rows away
 * nothing reassigned is left. */
static void
test_sine_level (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (zooms); i++) {
    TsrSpectrogramGrid grid = {.start_s = 1.5 - zooms[i].width_s / 2,
                               .end_s = 1.5 + zooms[i].width_s / 2,
                               .n_columns = zooms[i].n_columns,
                               .scale = zooms[i].scale,
                               .low_hz = zooms[i].low_hz,
                               .high_hz = zooms[i].high_hz,
                               .n_rows = zooms[i].n_rows,
                               .spacing_hz = 100};
    double     unit = tsr_frequency_to_unit (grid.scale, grid.low_hz, grid.high_hz, 1010);
    size_t     row = (size_t)((1 - unit) * (double)grid.n_rows);
    double     hz = tsr_frequency_from_unit (grid.scale,
                                         grid.low_hz,
                                         grid.high_hz,
                                         1 - ((double)row + 0.5) / (double)grid.n_rows);
    TsrSignal *signal = make_sine (hz, 3);
    float     *db = render (signal, &grid, NULL);
    float     *reassigned = db + grid.n_columns * grid.n_rows;
    float      low = 0, high = -200, error = 0, stray = -200;
    size_t     edge = grid.n_columns / 10;
    for (size_t c = edge; c < grid.n_columns - edge; c++) {
      low = fminf (low, reassigned[row * grid.n_columns + c]);
      high = fmaxf (high, reassigned[row * grid.n_columns + c]);
      error = fmaxf (error, fabsf (db[row * grid.n_columns + c]));
      stray = fmaxf (stray, reassigned[(row - 6) * grid.n_columns + c]);
    }
    g_test_message (
        "%s: conventional error %.3f dB, reassigned %.3f .. %.3f dB, stray %.0f",
        zooms[i].name,
        (double)error,
        (double)low,
        (double)high,
        (double)stray);
    g_assert_cmpfloat (error, <, 0.1);
    g_assert_cmpfloat (low, >, -0.6);
    g_assert_cmpfloat (high, <, 0.6);
    g_assert_cmpfloat (stray, <, -110);
    g_free (db);
    tsr_signal_unref (signal);
  }
}

/* All but a hundredth of the energy of an impulse lands in its column and the one that
 * shares it. */
static void
test_impulse_place (void)
{
  TsrSignal *signal = tsr_signal_new (RATE, 1, 48000);
  tsr_signal_channel_writable (signal, 0)[24000] = 1;
  for (double width_s = 0.9; width_s > 0.004; width_s /= 3) {
    TsrSpectrogramGrid grid = {.start_s = 0.5 - 0.37 * width_s,
                               .end_s = 0.5 + 0.63 * width_s,
                               .n_columns = 300,
                               .low_hz = 0,
                               .high_hz = 24000,
                               .n_rows = 200,
                               .spacing_hz = 100};
    float             *db = render (signal, &grid, NULL) + 300 * 200;
    double             inside = 0, all = 0;
    for (size_t i = 0; i < 300 * 200; i++) {
      double power = pow (10, db[i] / 10);
      all += power;
      if (i % 300 == 110 || i % 300 == 111)
        inside += power;
    }
    g_assert_cmpfloat (inside / all, >, 0.99);
    g_free (db - 300 * 200);
  }
  tsr_signal_unref (signal);
}

static float
largest_difference (const TsrSpectrogramGrid *grid, size_t cut)
{
  TsrSignal         *signal = make_noise (2);
  size_t             n = grid->n_columns * grid->n_rows;
  float             *whole = render (signal, grid, NULL);
  TsrSpectrogramGrid part[2] = {*grid, *grid};
  float              worst = 0;

  part[0].n_columns = cut;
  part[1].n_columns = grid->n_columns - cut;
  part[0].end_s = part[1].start_s = grid->start_s + (grid->end_s - grid->start_s) *
                                                        (double)cut /
                                                        (double)grid->n_columns;
  for (size_t j = 0; j < 2; j++) {
    float *db = render (signal, &part[j], NULL);
    for (size_t r = 0; r < 2 * grid->n_rows; r++)
      for (size_t c = 0; c < part[j].n_columns; c++) {
        float a = whole[r * grid->n_columns + c + j * cut];
        float b = db[r * part[j].n_columns + c];
        if (a > -90)
          worst = fmaxf (worst, fabsf (a - b));
      }
    g_free (db);
  }
  g_assert_cmpfloat (whole[n / 2], >, -200);
  g_free (whole);
  tsr_signal_unref (signal);
  return worst;
}

static void
test_split (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (zooms); i++) {
    TsrSpectrogramGrid grid = {.start_s = 0.613,
                               .end_s = 0.613 + zooms[i].width_s / 3,
                               .n_columns = zooms[i].n_columns,
                               .scale = zooms[i].scale,
                               .low_hz = zooms[i].low_hz,
                               .high_hz = zooms[i].high_hz,
                               .n_rows = 100,
                               .spacing_hz = 120};
    float              worst = largest_difference (&grid, grid.n_columns / 2);
    g_test_message ("%s: cut in two, differs by %.1e dB", zooms[i].name, (double)worst);
    g_assert_cmpfloat (worst, <, 0.1);
  }
}

/* The same for a cut between rows. Pixels 30 dB and more below the rest hold slivers of
 * energy, the share of which is rounding. */
static void
test_split_rows (void)
{
  TsrSignal *signal = make_noise (1);
  for (int scale = 0; scale < TSR_FREQUENCY_N_SCALES; scale++) {
    TsrSpectrogramGrid grid = {.start_s = 0.3,
                               .end_s = 0.5,
                               .n_columns = 150,
                               .scale = (TsrFrequencyScale)scale,
                               .low_hz = 300,
                               .high_hz = 9000,
                               .n_rows = 200,
                               .spacing_hz = 120};
    float             *whole = render (signal, &grid, NULL);
    float              worst = 0;
    for (size_t j = 0; j < 2; j++) {
      TsrSpectrogramGrid part = grid;
      double             middle = tsr_frequency_from_unit (grid.scale, 300, 9000, 0.5);
      part.n_rows = 100;
      *(j == 0 ? &part.low_hz : &part.high_hz) = middle;
      float *db = render (signal, &part, NULL);
      for (size_t i = 0; i < 100 * 150; i++)
        for (size_t kind = 0; kind < 2; kind++) {
          float a = whole[kind * 200 * 150 + j * 100 * 150 + i];
          if (a > -70)
            worst = fmaxf (worst, fabsf (a - db[kind * 100 * 150 + i]));
        }
      g_free (db);
    }
    g_test_message (
        "scale %d: cut between rows, differs by %.1e dB", scale, (double)worst);
    g_assert_cmpfloat (worst, <, 0.1);
    g_free (whole);
  }
  tsr_signal_unref (signal);
}

static void
backwards (void *user, size_t n_items, TsrJobBody body, void *data)
{
  for (size_t i = n_items; i-- > 0;)
    body (data, i, i % 3);
}

static bool
always (void *user)
{
  return true;
}

static void
test_jobs (void)
{
  TsrSignal         *signal = make_noise (2);
  TsrJob             three = {.parallel_for = backwards, .n_workers = 3};
  TsrJob             stopped = {.cancelled = always};
  TsrSpectrogramGrid grid = {.start_s = -0.1,
                             .end_s = 2.1,
                             .n_columns = 777,
                             .low_hz = 100,
                             .high_hz = 10000,
                             .n_rows = 90,
                             .spacing_hz = 200};
  float             *one = render (signal, &grid, NULL);
  float             *other = render (signal, &grid, &three);
  TsrSpectrogram    *s = tsr_spectrogram_new ();

  for (size_t i = 0; i < 2 * 777 * 90; i++)
    g_assert_cmpfloat_with_epsilon (one[i], other[i], one[i] > -90 ? 0.05 : 200);
  g_assert_cmpint (tsr_spectrogram_render (s, signal, 0, &grid, &stopped, one, NULL),
                   ==,
                   TSR_STATUS_CANCELLED);
  tsr_spectrogram_free (s);
  g_free (other);
  g_free (one);
  tsr_signal_unref (signal);
}

/* Pixels wholly outside the signal, above half the rate, and silence are -200. */
static void
test_outside (void)
{
  TsrSignal         *signal = make_sine (1000, 1);
  TsrSpectrogramGrid grid = {.start_s = -1,
                             .end_s = 2,
                             .n_columns = 30,
                             .low_hz = 0,
                             .high_hz = 48000,
                             .n_rows = 20,
                             .spacing_hz = 100};
  float             *db = render (signal, &grid, NULL);
  for (size_t i = 0; i < 2 * 600; i++) {
    size_t column = i % 30, row = i / 30 % 20;
    if (column < 10 || column >= 20 || row < 9)
      g_assert_cmpfloat (db[i], ==, -200);
  }
  g_assert_cmpfloat (db[19 * 30 + 15], >, -1);
  g_assert_cmpfloat (db[19 * 30 + 10], >, -20);
  g_free (db);
  tsr_signal_unref (signal);

  TsrSignal *tiny = tsr_signal_new (RATE, 1, 1);
  tsr_signal_channel_writable (tiny, 0)[0] = 1;
  g_free (render (tiny, &grid, NULL));
  tsr_signal_unref (tiny);
  TsrSignal *empty = tsr_signal_new (RATE, 1, 0);
  db = render (empty, &grid, NULL);
  for (size_t i = 0; i < 2 * 600; i++)
    g_assert_cmpfloat (db[i], ==, -200);
  g_free (db);
  tsr_signal_unref (empty);
}

static void
test_refusals (void)
{
  const TsrSpectrogramGrid good = {.start_s = 0,
                                   .end_s = 1,
                                   .n_columns = 4,
                                   .low_hz = 10,
                                   .high_hz = 1000,
                                   .n_rows = 4,
                                   .spacing_hz = 100};
  TsrSpectrogramGrid       bad[8];
  TsrSignal               *signal = make_sine (1000, 1);
  TsrSpectrogram          *s = tsr_spectrogram_new ();
  float                    db[16];

  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = good;
  bad[0].end_s = 0;
  bad[1].n_columns = 0;
  bad[2].n_rows = 0;
  bad[3].spacing_hz = 0;
  bad[4].spacing_hz = 1e-7;
  bad[5].high_hz = NAN;
  bad[6].scale = TSR_FREQUENCY_LOG;
  bad[6].low_hz = 0;
  bad[7].low_hz = 1000;
  g_assert_cmpint (
      tsr_spectrogram_render (s, signal, 0, &good, NULL, db, NULL), ==, TSR_STATUS_OK);
  g_assert_cmpint (tsr_spectrogram_render (s, signal, 1, &good, NULL, db, NULL),
                   ==,
                   TSR_STATUS_INVALID_ARGUMENT);
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (tsr_spectrogram_render (s, signal, 0, &bad[i], NULL, db, NULL),
                     ==,
                     TSR_STATUS_INVALID_ARGUMENT);
  tsr_spectrogram_free (s);
  tsr_signal_unref (signal);
}

static void
test_panel (void)
{
  TsrSignal      *signal = make_sine (6000, 1);
  TsrSpectrogram *s = tsr_spectrogram_new ();
  float           db[1001];

  g_assert_cmpint (
      tsr_spectrum_at (s, signal, 0, 0.5, 100, db, G_N_ELEMENTS (db)), ==, TSR_STATUS_OK);
  g_assert_cmpfloat_with_epsilon (db[250], 0, 0.01);
  g_assert_cmpfloat (db[245], <, -80);
  g_assert_cmpfloat (db[1000], <, -100);
  g_assert_cmpint (tsr_spectrum_at (s, signal, 0, 0.5, 100, db, 2), ==, TSR_STATUS_OK);
  g_assert_cmpint (tsr_spectrum_at (s, signal, 0, -9, 20, db, 11), ==, TSR_STATUS_OK);
  g_assert_cmpfloat (db[5], ==, -200);
  g_assert_cmpint (
      tsr_spectrum_at (s, signal, 0, NAN, 20, db, 11), ==, TSR_STATUS_INVALID_ARGUMENT);
  tsr_spectrogram_free (s);
  tsr_signal_unref (signal);
}

/* Single precision against double, on noise, over bins within 60 dB of the strongest. */
static void
test_single_precision (void)
{
  enum { HALF = 600, CENTRE = 700 };
  TsrSignal   *signal = make_noise (0.1);
  const float *x = tsr_signal_channel (signal, 0);

  for (int kind = 0; kind < TSR_WINDOW_N_KINDS; kind++) {
    TsrWindow       *w = tsr_window_new ((TsrWindowKind)kind, HALF);
    TsrFrame        *frame = tsr_frame_new (w, 2);
    TsrPictureFrame *picture = tsr_picture_frame_new ((TsrWindowKind)kind, HALF);
    TsrTransforms    t[2 * HALF + 1];
    TsrReassigned    p[2 * HALF + 1];
    float            power[HALF + 1], dt[HALF + 1], df[HALF + 1];
    tsr_frame_load (frame, x, 4800, CENTRE, 0);
    tsr_frame_transforms (frame, 0, 2 * HALF + 1, t);
    tsr_reassign (frame, 0, 2 * HALF + 1, t, p);
    tsr_picture_frame_load (picture, x, 4800, CENTRE);
    tsr_picture_frame_reassign (picture, 0, HALF + 1, power, dt, df);
    for (size_t k = 0; k <= HALF; k++) {
      const TsrReassigned *want = &p[2 * k];
      double               bins = want->omega * HALF / M_PI - (double)k;
      if (want->power < 1e-7)
        continue;
      g_assert_cmpfloat_with_epsilon (power[k] / want->power, 1, 1e-3);
      g_assert_cmpfloat_with_epsilon (
          dt[k], want->offset, 0.01 + 0.002 * fabs (want->offset));
      g_assert_cmpfloat_with_epsilon (df[k], bins, 1e-4 + 0.002 * fabs (bins));
    }
    tsr_picture_frame_free (picture);
    tsr_frame_free (frame);
    tsr_window_free (w);
  }
  tsr_signal_unref (signal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frequency-scale/round-trip", test_scales);
  g_test_add_func ("/spectrogram/decibel", test_decibel);
  g_test_add_func ("/spectrogram/single-precision", test_single_precision);
  g_test_add_func ("/spectrogram/sine-level", test_sine_level);
  g_test_add_func ("/spectrogram/impulse-place", test_impulse_place);
  g_test_add_func ("/spectrogram/split", test_split);
  g_test_add_func ("/spectrogram/split-rows", test_split_rows);
  g_test_add_func ("/spectrogram/jobs", test_jobs);
  g_test_add_func ("/spectrogram/outside", test_outside);
  g_test_add_func ("/spectrogram/refusals", test_refusals);
  g_test_add_func ("/spectrogram/panel", test_panel);
  return g_test_run ();
}
