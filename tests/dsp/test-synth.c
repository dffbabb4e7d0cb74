/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reference synthesiser against libm, against itself in other portions, and its
 * noise.
 */
#include "model/dsp/partials/synth.h"

#include "model/dsp/partials/synth-kernel.h"
#include "tests/dsp/synth-signals.h"

static const double RATE_HZ = 44100;

static double *
render_from (TsrPartialSet *set, int64_t first, size_t n, const size_t *blocks)
{
  double   *out = calloc (n, sizeof *out);
  TsrSynth *synth = tsr_synth_new (set, 0, RATE_HZ, first, NULL);

  for (size_t at = 0, k = 0; at < n; k++) {
    size_t size = blocks == NULL ? n : blocks[k % 4];
    size = MIN (size, n - at);
    tsr_synth_render (synth, out + at, size);
    at += size;
  }
  tsr_synth_free (synth);
  return out;
}

/* The definition of partial.h in extended precision. */
static long double
exact_sample (const TsrBreakpoint *a, const TsrBreakpoint *b, long double time_s)
{
  long double T = (long double)b->time_s - a->time_s, x = time_s - a->time_s, u = x / T;
  long double f = a->frequency_hz, df = b->frequency_hz - f;
  long double d = (long double)b->phase_turns - a->phase_turns - f * T;
  long double turns =
      a->phase_turns + x * f + u * u * (3 * d - df * T) + u * u * u * (df * T - 2 * d);
  long double amplitude;

  if ((a->flags | b->flags) & TSR_BREAKPOINT_NULL)
    amplitude = (1 - u) * tsr_breakpoint_amplitude (a) + u * tsr_breakpoint_amplitude (b);
  else {
    long double y0 = a->log_amplitude, y1 = b->log_amplitude;
    long double m0 = a->slope_per_s * T, m1 = b->slope_per_s * T;
    amplitude = expl (y0 + u * (m0 + u * (3 * (y1 - y0) - 2 * m0 - m1 +
                                          u * (2 * (y0 - y1) + m0 + m1))));
  }
  return amplitude * cosl (2 * (long double)M_PI * (turns - rintl (turns)));
}

/* S2: -240 dB, early and late in a long sound. */
static void
test_against_libm (void)
{
  double starts_s[] = {0.0101, 3600.037};

  for (size_t k = 0; k < G_N_ELEMENTS (starts_s); k++) {
    TsrPartial          *partial = wandering_partial (1, 3 + k, starts_s[k], 0.0075, 60);
    const TsrBreakpoint *b = tsr_partial_breakpoints (partial);
    TsrPartialSet       *set = set_of (partial);
    int64_t              first = (int64_t)(starts_s[k] * RATE_HZ) - 100;
    size_t               n = 20000, s = 0;
    double              *out = render_from (set, first, n, NULL), most = 0;

    for (size_t i = 0; i < n; i++) {
      long double time_s = (long double)(first + (int64_t)i) / RATE_HZ, want = 0;
      while (s + 2 < 60 && b[s + 1].time_s <= time_s)
        s++;
      if (time_s >= b[0].time_s && time_s < b[59].time_s)
        want = exact_sample (&b[s], &b[s + 1], time_s);
      most = fmax (most, fabs ((double)(out[i] - want)));
    }
    g_test_message ("from %g s: error %.1f dB", starts_s[k], 20 * log10 (most));
    g_assert_cmpfloat (20 * log10 (most), <, -240);
    free (out);
    tsr_partial_set_unref (set);
  }
}

static void
test_any_split (void)
{
  static const size_t splits[][4] = {
      {64, 64, 64, 64}, {1, 127, 300, 7}, {4096, 13, 8192, 500}, {441, 441, 441, 441}};
  TsrPartialSet *set = wandering_set (120, 1.2, 3);
  size_t         n = 60000;
  double        *whole = render_from (set, -333, n, NULL);

  g_assert_cmpfloat (energy_of (whole, n), >, 1);
  for (size_t k = 0; k < G_N_ELEMENTS (splits); k++) {
    double *parts = render_from (set, -333, n, splits[k]);
    g_assert_cmpmem (whole, n * sizeof *whole, parts, n * sizeof *parts);
    free (parts);
  }
  for (int64_t from = 0; from < 50000; from += 11117) {
    double *part = render_from (set, from, 3000, NULL);
    g_assert_cmpmem (whole + from + 333, 3000 * sizeof *part, part, 3000 * sizeof *part);
    free (part);
  }
  free (whole);
  tsr_partial_set_unref (set);
}

static void
test_any_number_of_threads (void)
{
  TsrPartialSet *set = wandering_set (80, 3, 4);
  size_t         n = 140000;
  double        *whole = render_from (set, 100, n, NULL);

  for (size_t n_workers = 0; n_workers <= 5; n_workers += n_workers == 0 ? 1 : 2) {
    double   *out = calloc (n, sizeof *out);
    TsrJob    job = threaded_job (&n_workers);
    TsrStatus status = tsr_synth_render_range (
        set, 0, RATE_HZ, 100, n, NULL, out, n_workers > 0 ? &job : NULL);
    g_assert_cmpint (status, ==, TSR_STATUS_OK);
    g_assert_cmpmem (whole, n * sizeof *whole, out, n * sizeof *out);
    free (out);
  }
  free (whole);
  tsr_partial_set_unref (set);
}

static bool
cancelled_cb (void *user)
{
  return true;
}

static void
test_cancel (void)
{
  TsrPartialSet *set = wandering_set (5, 1, 0);
  double         out[1000] = {0};
  TsrJob         job = {.cancelled = cancelled_cb};

  g_assert_cmpint (tsr_synth_render_range (set, 0, RATE_HZ, 0, 1000, NULL, out, &job),
                   ==,
                   TSR_STATUS_CANCELLED);
  tsr_partial_set_unref (set);
}

/* Any instruction set gives the same bits. */
static void
test_kernels_agree (void)
{
  const TsrSynthKernels *kernels[2] = {tsr_synth_kernels (true),
                                       tsr_synth_kernels (false)};
  double                 noise[2][128], out[2][128] = {{0}};
  TsrBandwidthFilter     filter;
  TsrSynthRun            run = {.phase = {0.2, 0.489, 1e-6, 1e-9},
                                .amplitude = {-3.1, 0.01, -1e-4, 1e-6},
                                .bandwidth = {0.1, 0.003},
                                .has_fade = true};

  tsr_bandwidth_filter_init (&filter, RATE_HZ);
  for (int k = 0; k < 2; k++) {
    double state[TSR_NOISE_STATES] = {0};
    kernels[k]->noise (&filter, tsr_noise_seed (7), 128, state, 16, noise[k]);
    run.noise = noise[k] + 3;
    kernels[k]->render (&run, 3, 121, out[k]);
  }
  g_assert_cmpmem (noise[0], sizeof noise[0], noise[1], sizeof noise[1]);
  g_assert_cmpmem (out[0], sizeof out[0], out[1], sizeof out[1]);
}

static TsrPartial *
steady_partial (double frequency_hz, double duration_s, float bandwidth)
{
  TsrBreakpoint b[2] = {
      {.frequency_hz = frequency_hz, .bandwidth = bandwidth},
      {.time_s = duration_s,
       .phase_turns = frequency_hz * duration_s,
       .frequency_hz = frequency_hz,
       .bandwidth = bandwidth},
  };
  TsrPartial *partial = tsr_partial_new (42, 0, 0, b, 2);
  g_assert_nonnull (partial);
  return partial;
}

/* N2: bandwidth moves power from the sinusoid into noise and keeps the sum. */
static void
test_bandwidth_power (void)
{
  const double rates_hz[] = {8000, 44100, 96000};

  for (size_t r = 0; r < G_N_ELEMENTS (rates_hz); r++)
    for (int k = 0; k <= 4; k++) {
      double         duration_s = r == 1 ? 100 : 40;
      size_t         n = (size_t)(duration_s * rates_hz[r]);
      double        *out = calloc (n, sizeof *out);
      TsrPartialSet *set =
          set_of (steady_partial (1000 + 13.7 * k, duration_s, 0.25f * (float)k));
      tsr_synth_render_range (set, 0, rates_hz[r], 0, n, NULL, out, NULL);
      double power_db = 10 * log10 (2 * energy_of (out, n) / (double)n);
      g_test_message ("%.0f Hz, bw %.2f: %+.3f dB", rates_hz[r], 0.25 * k, power_db);
      g_assert_cmpfloat (fabs (power_db), <, 0.1);
      free (out);
      tsr_partial_set_unref (set);
    }
}

/* The noise of a partial is white through the low-pass: its response at some
 * frequencies, by the mean of many short spectra. */
static void
test_bandwidth_spectrum (void)
{
  enum { N = 1 << 20, M = 4096 };
  static const double frequencies_hz[] = {100, 300, 500, 1000, 2000};
  double             *noise = malloc (N * sizeof *noise);
  double              state[TSR_NOISE_STATES] = {0}, mean = 0, square = 0, fourth = 0;
  TsrBandwidthFilter  filter;

  tsr_bandwidth_filter_init (&filter, RATE_HZ);
  tsr_synth_kernels (false)->noise (
      &filter, tsr_noise_seed (1), 0, state, N / TSR_NOISE_STEP, noise);
  for (size_t i = 0; i < N; i++) {
    mean += noise[i] / N;
    square += noise[i] * noise[i] / N;
    fourth += pow (noise[i], 4) / N;
  }
  g_test_message (
      "mean %.4f, variance %.4f, kurtosis %.3f", mean, square, fourth / square / square);
  g_assert_cmpfloat (fabs (mean), <, 0.01);
  g_assert_cmpfloat (fabs (square - 0.5), <, 0.01);
  g_assert_cmpfloat (fabs (fourth / square / square - 3), <, 0.15);
  double reference = 0;
  for (size_t k = 0; k < G_N_ELEMENTS (frequencies_hz); k++) {
    double power = 0, w = 2 * M_PI * frequencies_hz[k] / RATE_HZ;
    for (size_t start = 0; start + M <= N; start += M) {
      double re = 0, im = 0;
      for (size_t i = 0; i < M; i++) {
        double window = 1 - cos (2 * M_PI * (double)i / M);
        re += window * noise[start + i] * cos (w * (double)i);
        im += window * noise[start + i] * sin (w * (double)i);
      }
      power += re * re + im * im;
    }
    if (k == 0)
      reference = power;
    double t = tan (w / 2) / tan (M_PI * 500 / RATE_HZ), low = tan (M_PI * 100 / RATE_HZ);
    low /= tan (M_PI * 500 / RATE_HZ);
    double want_db = 10 * log10 ((1 + pow (low, 6)) / (1 + pow (t, 6)));
    /* Each white number is held for eight samples. */
    double x = 4 * w, x0 = 8 * M_PI * 100 / RATE_HZ;
    want_db += 20 * log10 (sin (x) / x / sin (x0) * x0);
    double is_db = 10 * log10 (power / reference);
    g_test_message (
        "%4.0f Hz: %.2f dB, Butterworth %.2f", frequencies_hz[k], is_db, want_db);
    g_assert_cmpfloat (fabs (is_db - want_db), <, 1.5);
  }
  free (noise);
}

/* Above half the rate nothing sounds, however the partial comes there. */
static void
test_fades_at_nyquist (void)
{
  TsrBreakpoint  b[2] = {{.frequency_hz = 20000},
                         {.time_s = 1, .phase_turns = 22500, .frequency_hz = 25000}};
  TsrPartialSet *set = set_of (tsr_partial_new (1, 0, 0, b, 2));
  double        *out = render_from (set, 0, 44100, NULL);
  size_t         half = (size_t)((22050.0 - 20000) / 5000 * 44100);
  double         most = 0;

  for (size_t i = half; i < 44100; i++)
    most = fmax (most, fabs (out[i]));
  g_assert_cmpfloat (most, ==, 0);
  most = 0;
  for (size_t i = half - 4000; i < half; i++)
    most = fmax (most, fabs (out[i]));
  g_assert_cmpfloat (most, >, 0.1);
  g_assert_cmpfloat (most, <, 1);
  free (out);
  tsr_partial_set_unref (set);
}

/* A null and a breakpoint at one time make a step on its sample; the end is exclusive. */
static void
test_steps (void)
{
  double         on_s = 1000 / RATE_HZ, off_s = 2000 / RATE_HZ;
  TsrBreakpoint  b[4] = {{.time_s = on_s, .flags = TSR_BREAKPOINT_NULL},
                         {.time_s = on_s},
                         {.time_s = off_s},
                         {.time_s = off_s, .flags = TSR_BREAKPOINT_NULL}};
  TsrPartialSet *set = set_of (tsr_partial_new (1, 0, 0, b, 4));
  double        *out = render_from (set, 0, 3000, NULL);

  for (size_t i = 0; i < 3000; i++)
    g_assert_cmpfloat (fabs (out[i] - (i >= 1000 && i < 2000)), <, 1e-12);
  free (out);
  tsr_partial_set_unref (set);
}

/* S1 with exact breakpoints 5 ms apart: what cubic phase and Hermite amplitude leave of
 * 15 harmonics of 440 Hz with vibrato at 6 Hz and tremolo. */
static void
test_interpolation (void)
{
  static const struct {
    double cents, least_db;
  } rows[] = {{0, 70}, {30, 60}, {100, 55}};
  enum { HARMONICS = 15, POINTS = 201 };
  size_t  n = 44100;
  double *x = malloc (n * sizeof *x);

  for (size_t r = 0; r < G_N_ELEMENTS (rows); r++) {
    TsrPartial *partials[HARMONICS];
    double      w = 2 * M_PI * 6, depth = exp2 (rows[r].cents / 1200) - 1;
    double      tremolo = r > 0 ? 0.3 : 0;
    memset (x, 0, n * sizeof *x);
    for (int h = 0; h < HARMONICS; h++) {
      double        f = 440 * (h + 1), level = 0.2 / (h + 1);
      TsrBreakpoint b[POINTS] = {{0}};
      for (int i = 0; i < POINTS; i++) {
        double t = 0.005 * i, a = 1 + tremolo * sin (w * t);
        b[i].time_s = t;
        b[i].phase_turns = 0.1 * h + f * (t + depth / w * (1 - cos (w * t)));
        b[i].frequency_hz = f * (1 + depth * sin (w * t));
        b[i].log_amplitude = log (level * a);
        b[i].slope_per_s = (float)(tremolo * w * cos (w * t) / a);
      }
      for (size_t i = 0; i < n; i++) {
        double t = (double)i / RATE_HZ;
        double turns = 0.1 * h + f * (t + depth / w * (1 - cos (w * t)));
        x[i] += level * (1 + tremolo * sin (w * t)) * cos (2 * M_PI * turns);
      }
      partials[h] = tsr_partial_new (h + 1, h + 1, 0, b, POINTS);
    }
    TsrPartialSet *set = tsr_partial_set_new (partials, HARMONICS);
    double        *y = render_from (set, 0, n, NULL);
    double         snr = snr_db (x, y, n);
    g_test_message ("vibrato %.0f cents: %.1f dB", rows[r].cents, snr);
    g_assert_cmpfloat (snr, >, rows[r].least_db);
    for (int h = 0; h < HARMONICS; h++)
      tsr_partial_unref (partials[h]);
    tsr_partial_set_unref (set);
    free (y);
  }
  free (x);
}

/* Whatever finite numbers a partial holds, the output is finite. */
static void
test_hostile_numbers (void)
{
  static const double numbers[] = {0, 1e-300, 1e-9, 1, 1e9, 1e30, 1e300};
  uint64_t            seed = 99;

  for (int trial = 0; trial < 2000; trial++) {
    TsrBreakpoint b[4] = {{0}};
    double        out[500] = {0}, time_s = -1e-3;
    for (int i = 0; i < 4; i++) {
      time_s += numbers[(int)(draw (&seed) * 4)] * 1e-2 + 1e-300;
      b[i].time_s = time_s;
      b[i].phase_turns = numbers[(int)(draw (&seed) * 7)] * (draw (&seed) - 0.5);
      b[i].frequency_hz = numbers[(int)(draw (&seed) * 7)];
      b[i].log_amplitude = fmin (numbers[(int)(draw (&seed) * 7)], 1e9) - 10;
      b[i].slope_per_s = (float)fmin (numbers[(int)(draw (&seed) * 7)], 1e30);
      b[i].bandwidth = (float)draw (&seed);
    }
    TsrPartial *partial = tsr_partial_new (1, 0, 0, b, 4);
    if (partial == NULL)
      continue;
    TsrPartialSet *set = set_of (partial);
    TsrSynth      *synth = tsr_synth_new (set, 0, RATE_HZ, -20, NULL);
    tsr_synth_render (synth, out, 500);
    for (int i = 0; i < 500; i++)
      g_assert_true (isfinite (out[i]));
    tsr_synth_free (synth);
    tsr_partial_set_unref (set);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/synth/against-libm", test_against_libm);
  g_test_add_func ("/synth/any-split", test_any_split);
  g_test_add_func ("/synth/any-number-of-threads", test_any_number_of_threads);
  g_test_add_func ("/synth/cancel", test_cancel);
  g_test_add_func ("/synth/kernels-agree", test_kernels_agree);
  g_test_add_func ("/synth/bandwidth-power", test_bandwidth_power);
  g_test_add_func ("/synth/bandwidth-spectrum", test_bandwidth_spectrum);
  g_test_add_func ("/synth/fades-at-nyquist", test_fades_at_nyquist);
  g_test_add_func ("/synth/steps", test_steps);
  g_test_add_func ("/synth/interpolation", test_interpolation);
  g_test_add_func ("/synth/hostile-numbers", test_hostile_numbers);
  return g_test_run ();
}
