/* SPDX-License-Identifier: GPL-3.0-or-later
 * The residual: exact reconstruction, its level, and its energy as bandwidth.
 */
#include "model/dsp/partials/residual.h"

#include "model/dsp/partials/synth.h"
#include "tests/dsp/synth-signals.h"

static const double RATE_HZ = 44100;

/* Partials plus noise on the grid of a source of `bits` bits. */
static TsrSignal *
source_on_grid (TsrPartialSet *set, int bits, unsigned n_channels, size_t n)
{
  TsrSignal *signal = tsr_signal_new (RATE_HZ, n_channels, (int64_t)n);
  double     scale = ldexp (1, bits - 1);
  uint64_t   seed = 5;

  for (unsigned c = 0; c < n_channels; c++) {
    double *y = calloc (n, sizeof *y);
    float  *x = tsr_signal_channel_writable (signal, c);
    tsr_synth_render_range (set, c, RATE_HZ, 0, n, NULL, y, NULL);
    for (size_t i = 0; i < n; i++) {
      double value = rint (scale * (0.5 * y[i] + 0.1 * (draw (&seed) - 0.5)));
      x[i] = (float)(fmax (-scale, fmin (scale - 1, value)) / scale);
    }
    free (y);
  }
  return signal;
}

static TsrSignal *
like (const TsrSignal *signal)
{
  return tsr_signal_new (tsr_signal_rate_hz (signal),
                         tsr_signal_n_channels (signal),
                         tsr_signal_n_frames (signal));
}

/* P1: y + r on the grid of the source is the source. */
static void
test_exact (void)
{
  TsrPartialSet *set = wandering_set (60, 1.5, 5);
  size_t         n = 70001;

  for (int bits = 16; bits <= 24; bits += 8) {
    TsrSignal *source = source_on_grid (set, bits, 2, n), *residual = like (source);
    double     snr = 0, scale = ldexp (1, bits - 1);
    g_assert_cmpint (
        tsr_residual_measure (source, set, NULL, residual, &snr), ==, TSR_STATUS_OK);
    for (unsigned c = 0; c < 2; c++) {
      double      *y = calloc (n, sizeof *y);
      const float *x = tsr_signal_channel (source, c),
                  *r = tsr_signal_channel (residual, c);
      tsr_synth_render_range (set, c, RATE_HZ, 0, n, NULL, y, NULL);
      for (size_t i = 0; i < n; i++)
        g_assert_cmpfloat (
            rint (scale * (y[i] + (double)r[i])), ==, scale * (double)x[i]);
      free (y);
    }
    tsr_signal_unref (residual);
    tsr_signal_unref (source);
  }
  tsr_partial_set_unref (set);
}

static void
test_threads_agree (void)
{
  TsrPartialSet *set = wandering_set (30, 1.5, 5);
  TsrSignal     *source = source_on_grid (set, 16, 1, 66150), *residual[2];
  size_t         n_workers = 3;
  TsrJob         job = threaded_job (&n_workers);
  double         snr[2];

  for (int k = 0; k < 2; k++) {
    residual[k] = like (source);
    g_assert_cmpint (
        tsr_residual_measure (source, set, k == 0 ? NULL : &job, residual[k], &snr[k]),
        ==,
        TSR_STATUS_OK);
  }
  g_assert_cmpfloat (snr[0], ==, snr[1]);
  g_assert_cmpmem (tsr_signal_channel (residual[0], 0),
                   66150 * sizeof (float),
                   tsr_signal_channel (residual[1], 0),
                   66150 * sizeof (float));
  tsr_signal_unref (residual[0]);
  tsr_signal_unref (residual[1]);
  tsr_signal_unref (source);
  tsr_partial_set_unref (set);
}

static void
test_levels (void)
{
  TsrPartialSet *none = tsr_partial_set_new (NULL, 0);
  TsrSignal     *signal = tsr_signal_new (RATE_HZ, 1, 1000);
  double         snr = 0;

  g_assert_cmpint (
      tsr_residual_measure (signal, none, NULL, NULL, &snr), ==, TSR_STATUS_OK);
  g_assert_true (isnan (snr));
  tsr_signal_channel_writable (signal, 0)[10] = 0.5f;
  g_assert_cmpint (
      tsr_residual_measure (signal, none, NULL, NULL, &snr), ==, TSR_STATUS_OK);
  g_assert_cmpfloat (snr, ==, 0);
  tsr_signal_unref (signal);
  tsr_partial_set_unref (none);
}

static TsrPartialSet *
comb_set (size_t n, double spacing_hz, double duration_s)
{
  TsrPartial **partials = calloc (n, sizeof *partials);

  for (size_t i = 0; i < n; i++) {
    double        hz = spacing_hz * (double)(i + 1);
    TsrBreakpoint b[101] = {{0}};
    for (int k = 0; k <= 100; k++)
      b[k] = (TsrBreakpoint){.time_s = 0.01 * k * duration_s,
                             .phase_turns = hz * 0.01 * k * duration_s,
                             .frequency_hz = hz,
                             .log_amplitude = log (1e-4)};
    partials[i] = tsr_partial_new ((int64_t)i + 1, 0, 0, b, 101);
  }
  TsrPartialSet *set = tsr_partial_set_new (partials, n);
  for (size_t i = 0; i < n; i++)
    tsr_partial_unref (partials[i]);
  free (partials);
  return set;
}

/* Power of the whole, noise moved into the partials, in dB. */
static double
power_db (TsrPartialSet *set, size_t n)
{
  double *y = calloc (n, sizeof *y), power;
  tsr_synth_render_range (set, 0, RATE_HZ, 0, n, NULL, y, NULL);
  power = energy_of (y, n) / (double)n;
  free (y);
  return 10 * log10 (power);
}

/* White noise between the lowest and highest partial comes out of them as loud as it went
 * in, however dense they are; outside of all regions it stays where it is. */
static TsrStatus
collect_cb (void *user, TsrPartial *partial)
{
  g_ptr_array_add (user, partial);
  return TSR_STATUS_OK;
}

static TsrPartialSet *
moved_to_bandwidth (const TsrSignal *residual,
                    TsrPartialSet   *set,
                    double           spacing_hz,
                    const TsrJob    *job)
{
  GPtrArray *partials = g_ptr_array_new ();

  g_assert_cmpint (
      tsr_residual_to_bandwidth (residual, set, spacing_hz, job, collect_cb, partials),
      ==,
      TSR_STATUS_OK);
  TsrPartialSet *with =
      tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
  g_assert_nonnull (with);
  for (guint i = 0; i < partials->len; i++)
    tsr_partial_unref (g_ptr_array_index (partials, i));
  g_ptr_array_unref (partials);
  return with;
}

static void
test_bandwidth_takes_the_power (void)
{
  static const double spacings_hz[] = {100, 500, 1000};
  size_t              n = 3 * 44100;
  TsrSignal          *noise = tsr_signal_new (RATE_HZ, 1, (int64_t)n);
  float              *x = tsr_signal_channel_writable (noise, 0);
  uint64_t            seed = 31;
  double              variance = 0.01 * 0.01 / 12;

  for (size_t i = 0; i < n; i++)
    x[i] = (float)(0.01 * (draw (&seed) - 0.5));
  for (size_t k = 0; k < G_N_ELEMENTS (spacings_hz); k++) {
    double         top_hz = 20000;
    size_t         count = (size_t)(top_hz / spacings_hz[k]);
    TsrPartialSet *set = comb_set (count, spacings_hz[k], 3);
    TsrPartialSet *with = moved_to_bandwidth (noise, set, 50, NULL);
    /* All between them, 500 Hz above, and what 0 Hz leaves of the triangle below. */
    double width_hz = top_hz + 500 - spacings_hz[k] * spacings_hz[k] / 2000;
    double want = pow (10, power_db (set, n) / 10) + variance * width_hz / (RATE_HZ / 2);
    double error_db = power_db (with, n) - 10 * log10 (want);
    g_test_message ("%zu partials: %+.3f dB", count, error_db);
    g_assert_cmpfloat (fabs (error_db), <, 0.15);
    for (size_t i = 0; i < count; i++) {
      const TsrBreakpoint *a = tsr_partial_breakpoints (tsr_partial_set_at (set, i));
      const TsrBreakpoint *b = tsr_partial_breakpoints (tsr_partial_set_at (with, i));
      g_assert_cmpint (tsr_partial_id (tsr_partial_set_at (with, i)), ==, (int64_t)i + 1);
      for (int m = 0; m <= 100; m++) {
        g_assert_cmpfloat (a[m].phase_turns, ==, b[m].phase_turns);
        double sine = 2 * b[m].log_amplitude + log (1 - (double)b[m].bandwidth);
        g_assert_cmpfloat_with_epsilon (sine, 2 * a[m].log_amplitude, 1e-4);
      }
    }
    tsr_partial_set_unref (with);
    tsr_partial_set_unref (set);
  }
  tsr_signal_unref (noise);
}

static void
test_bandwidth_threads_agree (void)
{
  TsrPartialSet *set = wandering_set (30, 1.5, 0), *with[2] = {NULL, NULL};
  TsrSignal     *source = source_on_grid (set, 16, 1, 66150);
  size_t         n_workers = 3;
  TsrJob         job = threaded_job (&n_workers);

  for (int k = 0; k < 2; k++)
    with[k] = moved_to_bandwidth (source, set, 100, k == 0 ? NULL : &job);
  for (size_t i = 0; i < 30; i++)
    g_assert_true (tsr_partial_equal (tsr_partial_set_at (with[0], i),
                                      tsr_partial_set_at (with[1], i)));
  tsr_partial_set_unref (with[0]);
  tsr_partial_set_unref (with[1]);
  tsr_partial_set_unref (set);
  tsr_signal_unref (source);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/residual/exact", test_exact);
  g_test_add_func ("/residual/threads-agree", test_threads_agree);
  g_test_add_func ("/residual/levels", test_levels);
  g_test_add_func ("/residual/bandwidth-takes-the-power", test_bandwidth_takes_the_power);
  g_test_add_func ("/residual/bandwidth-threads-agree", test_bandwidth_threads_agree);
  return g_test_run ();
}
