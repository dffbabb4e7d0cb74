/* SPDX-License-Identifier: GPL-3.0-or-later
 * The waveform pyramid against the samples, at any zoom.
 */
#include "model/dsp/peaks-pyramid.h"

#include <glib.h>
#include <math.h>

static TsrSignal *
make_noise (unsigned n_channels, int64_t n_frames)
{
  GRand     *rng = g_rand_new_with_seed (7);
  TsrSignal *signal = tsr_signal_new (1000, n_channels, n_frames);
  for (unsigned c = 0; c < n_channels; c++)
    for (int64_t i = 0; i < n_frames; i++)
      tsr_signal_channel_writable (signal, c)[i] =
          (float)g_rand_double_range (rng, -1, 1);
  g_rand_free (rng);
  return signal;
}

static TsrPeaksPyramid *
build (const TsrSignal *signal)
{
  TsrPeaksPyramid *pyramid;
  g_assert_cmpint (tsr_peaks_pyramid_new (signal, NULL, &pyramid), ==, TSR_STATUS_OK);
  return pyramid;
}

/* Every sample of a column lies between its values, and these are values of samples no
 * more than 64 beyond its edges. */
static void
check_zoom (const TsrSignal       *signal,
            const TsrPeaksPyramid *pyramid,
            unsigned               channel,
            double                 start_s,
            double                 end_s)
{
  enum { N = 37 };
  const float *x = tsr_signal_channel (signal, channel);
  int64_t      n = tsr_signal_n_frames (signal);
  double       step = (end_s - start_s) * 1000 / N;
  float        low[N], high[N];

  tsr_peaks_pyramid_query (pyramid, channel, start_s, end_s, N, low, high);
  for (int i = 0; i < N; i++) {
    double a = start_s * 1000 + i * step;
    float  outer_low = 2, outer_high = -2;
    for (int64_t j = (int64_t)fmax (a - 65, 0); j < n && (double)j < a + step + 65; j++) {
      outer_low = fminf (outer_low, x[j]);
      outer_high = fmaxf (outer_high, x[j]);
      if ((double)j >= a && (double)j < a + step) {
        g_assert_cmpfloat (x[j], >=, low[i]);
        g_assert_cmpfloat (x[j], <=, high[i]);
      }
    }
    if (a + step <= 0 || a >= (double)n) {
      g_assert_cmpfloat (low[i], ==, 0);
      g_assert_cmpfloat (high[i], ==, 0);
      continue;
    }
    g_assert_cmpfloat (low[i], >=, outer_low);
    g_assert_cmpfloat (high[i], <=, outer_high);
    if (i > 0 && a > 0 && step < 200) { /* neighbours touch */
      g_assert_cmpfloat (low[i], <=, high[i - 1]);
      g_assert_cmpfloat (high[i], >=, low[i - 1]);
    }
  }
}

static void
test_zooms (void)
{
  static const int64_t lengths[] = {1, 2, 63, 64, 65, 1000, 70001};
  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
    TsrSignal       *signal = make_noise (2, lengths[i]);
    TsrPeaksPyramid *pyramid = build (signal);
    double           duration_s = tsr_signal_duration_s (signal);
    for (unsigned c = 0; c < 2; c++)
      for (double width = 1.7; width > 1e-4; width /= 2.1)
        check_zoom (signal,
                    pyramid,
                    c,
                    (0.31 - width / 2) * duration_s,
                    (0.31 + width / 2) * duration_s);
    tsr_peaks_pyramid_unref (pyramid);
    tsr_signal_unref (signal);
  }
}

static void
test_memory (void)
{
  TsrSignal       *signal = tsr_signal_new (44100, 3, 1000000);
  TsrPeaksPyramid *pyramid = tsr_peaks_pyramid_ref (build (signal));
  g_assert_cmpuint (tsr_peaks_pyramid_bytes (pyramid), <, 3 * 4 * 1000000 / 16);
  tsr_signal_unref (signal); /* the pyramid holds it */
  tsr_peaks_pyramid_unref (pyramid);
  tsr_peaks_pyramid_unref (pyramid);

  float low, high;
  signal = tsr_signal_new (44100, 1, 0);
  pyramid = build (signal);
  tsr_peaks_pyramid_query (pyramid, 0, 0, 1, 1, &low, &high);
  g_assert_cmpfloat (low, ==, 0);
  tsr_peaks_pyramid_unref (pyramid);
  tsr_signal_unref (signal);
}

static bool
always (void *user)
{
  return true;
}

static void
test_cancel (void)
{
  TsrSignal       *signal = make_noise (1, 5000);
  TsrJob           job = {.cancelled = always};
  TsrPeaksPyramid *pyramid;
  g_assert_cmpint (
      tsr_peaks_pyramid_new (signal, &job, &pyramid), ==, TSR_STATUS_CANCELLED);
  g_assert_null (pyramid);
  tsr_signal_unref (signal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peaks-pyramid/zooms", test_zooms);
  g_test_add_func ("/peaks-pyramid/memory", test_memory);
  g_test_add_func ("/peaks-pyramid/cancel", test_cancel);
  return g_test_run ();
}
