/* SPDX-License-Identifier: GPL-3.0-or-later
 * The noise model: level, spectrum and envelope under stretching, transients kept.
 */
#include "model/dsp/partials/noise.h"

#include "tests/dsp/synth-signals.h"

static const double RATE_HZ = 44100;

static double
modulator (double time_s)
{
  return 1 + 0.7 * sin (2 * M_PI * 3 * time_s);
}

/* Noise whose spectrum rises and falls, modulated at 3 Hz. */
static TsrSignal *
coloured_noise (double duration_s, unsigned n_channels)
{
  TsrSignal *signal =
      tsr_signal_new (RATE_HZ, n_channels, (int64_t)(duration_s * RATE_HZ));
  uint64_t seed = 12;

  for (unsigned c = 0; c < n_channels; c++) {
    float *x = tsr_signal_channel_writable (signal, c);
    double low = 0, resonance = 0, before = 0;
    for (int64_t i = 0; i < tsr_signal_n_frames (signal); i++) {
      double white = draw (&seed) + draw (&seed) + draw (&seed) - 1.5;
      low += 0.1 * (white - low);
      double next = 1.8 * resonance - 0.9 * before + 0.1 * white;
      before = resonance;
      resonance = next;
      x[i] = (float)(0.1 * modulator ((double)i / RATE_HZ) * (low + resonance));
    }
  }
  return signal;
}

static TsrCurve *
stretched_by (double factor)
{
  TsrCurvePoint points[2] = {{0, 0}, {factor, 1}};
  return tsr_curve_new (points, 2);
}

static double *
render (const TsrNoiseModel *model, unsigned channel, const TsrCurve *map, size_t n)
{
  double *out = calloc (n, sizeof *out);
  g_assert_cmpint (tsr_noise_model_render (model, channel, RATE_HZ, map, 0, n, out, out),
                   ==,
                   TSR_STATUS_OK);
  return out;
}

/* Mean power in third octaves from 100 Hz up, by resonators of that width. */
enum { N_THIRDS = 22 };

static void
third_octaves (const double *x, size_t n, double power_db[N_THIRDS])
{
  for (int b = 0; b < N_THIRDS; b++) {
    double hz = 100 * exp2 (b / 3.0), w = 2 * M_PI * hz / RATE_HZ;
    double q = 4.3, alpha = sin (w) / (2 * q), a0 = 1 + alpha, sum = 0;
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (size_t i = 0; i < n; i++) {
      double y = (alpha * (x[i] - x2) + 2 * cos (w) * y1 - (1 - alpha) * y2) / a0;
      x2 = x1;
      x1 = x[i];
      y2 = y1;
      y1 = y;
      sum += y * y;
    }
    power_db[b] = 10 * log10 (sum / (double)n + 1e-30);
  }
}

static double
correlation (const double *a, const double *b, size_t n)
{
  double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;

  for (size_t i = 0; i < n; i++) {
    ma += a[i] / (double)n;
    mb += b[i] / (double)n;
  }
  for (size_t i = 0; i < n; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / sqrt (aa * bb);
}

/* Correlation of the rendered level, in steps of a thirtieth of the modulation, with the
 * modulator at the mapped time. */
static double
envelope_correlation (const double *x, size_t n, double factor)
{
  enum { MOST = 2000 };
  size_t step = (size_t)(RATE_HZ * factor / 3 / 30), count = 0;
  double is[MOST], want[MOST];

  for (size_t at = 0; at + step <= n && count < MOST; at += step, count++) {
    is[count] = sqrt (energy_of (x + at, step) / (double)step);
    want[count] = modulator (((double)at + 0.5 * (double)step) / RATE_HZ / factor);
  }
  return correlation (is, want, count);
}

/* N1: stretch 0.5 .. 4: level 0.5 dB, bands 1 dB rms, envelope correlation 0.95. */
static void
test_stretched_noise (void)
{
  static const double factors[] = {0.5, 1, 1.37, 2, 4};
  TsrSignal          *signal = coloured_noise (6, 1);
  TsrNoiseModel      *model = NULL;
  size_t              n = (size_t)tsr_signal_n_frames (signal);
  double             *source = malloc (n * sizeof *source), want_db[N_THIRDS];

  for (size_t i = 0; i < n; i++)
    source[i] = (double)tsr_signal_channel (signal, 0)[i];
  third_octaves (source, n, want_db);
  g_assert_cmpint (tsr_noise_model_new (signal, NULL, &model), ==, TSR_STATUS_OK);
  g_test_message ("%zu transients, source correlation %.3f",
                  tsr_noise_model_n_transients (model),
                  envelope_correlation (source, n, 1));
  g_assert_cmpuint (tsr_noise_model_n_transients (model), ==, 0);
  for (size_t k = 0; k < G_N_ELEMENTS (factors); k++) {
    size_t    length = (size_t)((double)n * factors[k]);
    TsrCurve *map = stretched_by (factors[k]);
    double   *y = render (model, 0, k == 1 ? NULL : map, length), is_db[N_THIRDS];
    double    level_db = 10 * log10 (energy_of (y, length) / (double)length /
                                  energy_of (source, n) * (double)n);
    double    sum = 0, envelope = envelope_correlation (y, length, factors[k]);
    third_octaves (y, length, is_db);
    for (int b = 0; b < N_THIRDS; b++)
      sum += pow (is_db[b] - want_db[b], 2);
    double bands_db = sqrt (sum / N_THIRDS);
    g_test_message ("stretch %.2f: level %+.2f dB, bands %.2f dB rms, envelope %.3f",
                    factors[k],
                    level_db,
                    bands_db,
                    envelope);
    g_assert_cmpfloat (fabs (level_db), <, 0.5);
    g_assert_cmpfloat (bands_db, <, 1);
    g_assert_cmpfloat (envelope, >, 0.95);
    free (y);
    tsr_curve_unref (map);
  }
  tsr_noise_model_unref (model);
  tsr_signal_unref (signal);
  free (source);
}

/* Clicks and bursts in faint noise are kept as samples and moved by the map. */
static void
test_transients_kept (void)
{
  static const double onsets_s[] = {0.5, 1.1003, 1.9};
  TsrSignal          *signal = tsr_signal_new (RATE_HZ, 1, 3 * 44100);
  float              *x = tsr_signal_channel_writable (signal, 0);
  TsrNoiseModel      *model = NULL;
  uint64_t            seed = 3;

  for (int i = 0; i < 3 * 44100; i++)
    x[i] = (float)(0.001 * (draw (&seed) - 0.5));
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < 2000; i++)
      x[(int)(onsets_s[k] * RATE_HZ) + i] +=
          (float)(0.5 * exp (-i / 150.0) * (draw (&seed) - 0.5));
  g_assert_cmpint (tsr_noise_model_new (signal, NULL, &model), ==, TSR_STATUS_OK);
  g_assert_cmpuint (tsr_noise_model_n_transients (model), ==, 3);
  for (size_t k = 0; k < 3; k++)
    g_assert_cmpfloat (
        fabs (tsr_noise_model_transient_s (model, k) - onsets_s[k]), <, 0.002);
  for (int stretch = 1; stretch <= 3; stretch++) {
    TsrCurve *map = stretched_by (stretch);
    size_t    n = (size_t)stretch * 3 * 44100;
    double   *y = calloc (n, sizeof *y);
    tsr_noise_model_render (model, 0, RATE_HZ, map, 0, n, NULL, y);
    for (int k = 0; k < 3; k++) {
      /* Nothing moves against the onset by more than what rounds a sample. */
      double onset = tsr_noise_model_transient_s (model, (size_t)k);
      int    from = (int)(onset * RATE_HZ + 0.5);
      int    to = (int)(onset * stretch * RATE_HZ + 0.5);
      double worst = 0;
      for (int i = 0; i < 800; i++)
        worst = fmax (worst, fabs (y[to + i] - (double)x[from + i]));
      g_assert_cmpfloat (worst, <, 1e-7);
    }
    free (y);
    tsr_curve_unref (map);
  }
  tsr_noise_model_unref (model);
  tsr_signal_unref (signal);
}

static double
level_db (const double *x, int from, int end)
{
  double sum = 1e-30;

  for (int i = from; i < end; i++)
    sum += x[i] * x[i];
  return 10 * log10 (sum / (end - from));
}

/* Noise that jumps by 26 dB is not heard before it does, and is as loud as it was. */
static void
test_no_echo_before (void)
{
  enum { N = 44100, JUMP = 22050 };
  TsrSignal     *signal = tsr_signal_new (RATE_HZ, 1, N);
  TsrNoiseModel *model = NULL;
  double         x[N];
  uint64_t       seed = 8;

  for (int i = 0; i < N; i++) {
    x[i] = (i < JUMP ? 0.01 : 0.2) * (draw (&seed) - 0.5);
    tsr_signal_channel_writable (signal, 0)[i] = (float)x[i];
  }
  g_assert_cmpint (tsr_noise_model_new (signal, NULL, &model), ==, TSR_STATUS_OK);
  for (int stretch = 1; stretch <= 3; stretch++) {
    TsrCurve *map = stretched_by (stretch);
    double   *y = render (model, 0, map, (size_t)(stretch * N));
    int       jump = stretch * JUMP, transient = 88;
    double    before_db = level_db (y, jump - 441, jump - transient * stretch) -
                       level_db (x, JUMP - 4410, JUMP);
    double behind_db = level_db (y, jump, jump + 1323) - level_db (x, JUMP, JUMP + 1323);
    g_test_message (
        "%d: before %+.1f dB, behind %+.1f dB", stretch, before_db, behind_db);
    g_assert_cmpfloat (before_db, <, 3);
    g_assert_cmpfloat_with_epsilon (behind_db, 0, 1.5);
    tsr_curve_unref (map);
    free (y);
  }
  tsr_noise_model_unref (model);
  tsr_signal_unref (signal);
}

static void
test_any_split (void)
{
  TsrSignal     *signal = coloured_noise (1, 2);
  TsrNoiseModel *models[2] = {NULL, NULL};
  TsrCurve      *map = stretched_by (1.7);
  size_t         n_workers = 3, n = 60000;
  TsrJob         job = threaded_job (&n_workers);

  tsr_signal_channel_writable (signal, 1)[20000] = 0.9f;
  g_assert_cmpint (tsr_noise_model_new (signal, NULL, &models[0]), ==, TSR_STATUS_OK);
  g_assert_cmpint (tsr_noise_model_new (signal, &job, &models[1]), ==, TSR_STATUS_OK);
  for (unsigned c = 0; c < 2; c++) {
    double *whole = render (models[0], c, map, n), *parts = calloc (n, sizeof *parts);
    for (size_t at = 0, size = 64; at < n;
         at += size, size = (size * 7 + 31) % 3000 + 1) {
      size = MIN (size, n - at);
      tsr_noise_model_render (
          models[1], c, RATE_HZ, map, (int64_t)at, size, parts + at, parts + at);
    }
    g_assert_cmpmem (whole, n * sizeof *whole, parts, n * sizeof *parts);
    free (whole);
    free (parts);
  }
  tsr_curve_unref (map);
  tsr_noise_model_unref (models[0]);
  tsr_noise_model_unref (models[1]);
  tsr_signal_unref (signal);
}

/* At another rate the level stays, and a transient stays the same sound. */
static void
test_other_rate (void)
{
  TsrSignal     *signal = coloured_noise (3, 1);
  TsrNoiseModel *model = NULL;
  double         source = 0, other_hz = 96000;
  size_t         n = (size_t)(3 * other_hz);
  double        *y = calloc (n, sizeof *y);

  for (int i = 0; i < 3 * 44100; i++)
    source += pow ((double)tsr_signal_channel (signal, 0)[i], 2) / 3 / 44100;
  g_assert_cmpint (tsr_noise_model_new (signal, NULL, &model), ==, TSR_STATUS_OK);
  tsr_noise_model_render (model, 0, other_hz, NULL, 0, n, y, NULL);
  double level_db = 10 * log10 (energy_of (y, n) / (double)n / source);
  g_test_message ("level %+.2f dB", level_db);
  g_assert_cmpfloat (fabs (level_db), <, 0.5);
  free (y);
  tsr_noise_model_unref (model);
  tsr_signal_unref (signal);
}

static void
test_empty_and_silent (void)
{
  for (int64_t n = 0; n <= 5000; n += 2500) {
    TsrSignal     *signal = tsr_signal_new (RATE_HZ, 1, n);
    TsrNoiseModel *model = NULL;
    g_assert_cmpint (tsr_noise_model_new (signal, NULL, &model), ==, TSR_STATUS_OK);
    double *y = render (model, 0, NULL, 6000);
    g_assert_cmpfloat (energy_of (y, 6000), ==, 0);
    free (y);
    tsr_noise_model_unref (model);
    tsr_signal_unref (signal);
  }
}

/* Whatever the length: silence behind the end, and no reading behind it. */
static void
test_ends (void)
{
  for (int64_t n = 44100 * 5 + 1; n < 44100 * 5 + 40000; n += 4999) {
    TsrSignal     *residual = tsr_signal_new (RATE_HZ, 1, n);
    TsrNoiseModel *model = NULL;
    uint64_t       seed = (uint64_t)n;
    for (int64_t i = 0; i < n; i++)
      tsr_signal_channel_writable (residual, 0)[i] = (float)(0.1 * (draw (&seed) - 0.5));
    g_assert_cmpint (tsr_noise_model_new (residual, NULL, &model), ==, TSR_STATUS_OK);
    double *out = render (model, 0, NULL, (size_t)n + 4096);
    for (int64_t i = 0; i < n + 4096; i++)
      g_assert_cmpfloat (fabs (out[i]), <, i < n + 1024 ? 0.5 : 1e-12);
    free (out);
    tsr_noise_model_unref (model);
    tsr_signal_unref (residual);
  }
}

/* --- stereo --------------------------------------------------------------------------
 */

/* Two channels: the second holds `share` of the first, `delay` samples later, and of a
 * stream of its own as much as makes them equally loud. */
static TsrSignal *
stereo_noise (double share, int delay)
{
  const int64_t n = 4 * 44100;
  TsrSignal    *signal = tsr_signal_new (RATE_HZ, 2, n);
  float        *left = tsr_signal_channel_writable (signal, 0);
  float        *right = tsr_signal_channel_writable (signal, 1);
  uint64_t      seed = 77;

  for (int64_t i = 0; i < n; i++)
    left[i] = (float)(0.2 * (draw (&seed) + draw (&seed) - 1));
  for (int64_t i = 0; i < n; i++) {
    double from = i >= delay ? (double)left[i - delay] : 0;
    double own = 0.2 * (draw (&seed) + draw (&seed) - 1);
    right[i] = (float)(share * from + sqrt (1 - share * share) * own);
  }
  return signal;
}

static double
product_at (const double *a, const double *b, size_t n, size_t lag)
{
  double aa = 0, bb = 0, ab = 0;

  for (size_t i = lag; i < n; i++) {
    aa += a[i - lag] * a[i - lag];
    bb += b[i] * b[i];
    ab += a[i - lag] * b[i];
  }
  return ab / sqrt (aa * bb);
}

static double
power_db_of (const double *x, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i] * x[i];
  return 10 * log10 (sum / (double)n);
}

/* What was in the middle stays there, what was wide stays wide, also stretched; the level
 * of each channel and of their sum stays. */
static void
test_stereo (void)
{
  const struct {
    double share;
    int    delay;
    double tolerance;
  } cases[] = {{1, 0, 0.01}, {-1, 0, 0.01}, {0, 0, 0.05}, {0.6, 0, 0.05}, {0.9, 4, 0.1}};

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int stretch = 1; stretch <= 2; stretch++) {
      TsrSignal     *residual = stereo_noise (cases[i].share, cases[i].delay);
      TsrCurve      *map = stretched_by (stretch);
      TsrNoiseModel *model = NULL;
      size_t         n = (size_t)(4 * 44100 * stretch);
      g_assert_cmpint (tsr_noise_model_new (residual, NULL, &model), ==, TSR_STATUS_OK);
      double *left = render (model, 0, map, n), *right = render (model, 1, map, n);
      double  found = product_at (left, right, n, (size_t)cases[i].delay);
      double  apart_db = power_db_of (right, n) - power_db_of (left, n);
      g_test_message (
          "correlation %.2f at %d samples, stretched by %d: %.3f, right %+.2f "
          "dB",
          cases[i].share,
          cases[i].delay,
          stretch,
          found,
          apart_db);
      g_assert_cmpfloat (fabs (found - cases[i].share), <, cases[i].tolerance);
      g_assert_cmpfloat (fabs (apart_db), <, 0.3);
      free (left);
      free (right);
      tsr_noise_model_unref (model);
      tsr_curve_unref (map);
      tsr_signal_unref (residual);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise/stretched-noise", test_stretched_noise);
  g_test_add_func ("/noise/transients-kept", test_transients_kept);
  g_test_add_func ("/noise/no-echo-before", test_no_echo_before);
  g_test_add_func ("/noise/any-split", test_any_split);
  g_test_add_func ("/noise/other-rate", test_other_rate);
  g_test_add_func ("/noise/empty-and-silent", test_empty_and_silent);
  g_test_add_func ("/noise/ends", test_ends);
  g_test_add_func ("/noise/stereo", test_stereo);
  return g_test_run ();
}
