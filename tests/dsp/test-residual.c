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

/* P1: y + r on the grid of the source is the source. */
static void
test_exact (void)
{
  TsrPartialSet *set = wandering_set (60, 1.5, 5);
  size_t         n = 70001;

  for (int bits = 16; bits <= 24; bits += 8) {
    TsrSignal *source = source_on_grid (set, bits, 2, n), *residual = NULL;
    double     snr = 0, scale = ldexp (1, bits - 1);
    g_assert_cmpint (
        tsr_residual_measure (source, set, NULL, &residual, &snr), ==, TSR_STATUS_OK);
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

  for (int k = 0; k < 2; k++)
    g_assert_cmpint (
        tsr_residual_measure (source, set, k == 0 ? NULL : &job, &residual[k], &snr[k]),
        ==,
        TSR_STATUS_OK);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/residual/exact", test_exact);
  g_test_add_func ("/residual/threads-agree", test_threads_agree);
  g_test_add_func ("/residual/levels", test_levels);
  return g_test_run ();
}
