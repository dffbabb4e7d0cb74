/* SPDX-License-Identifier: GPL-3.0-or-later
 * Windows: scaling, symmetry, derivatives against finite differences, main lobe width
 * and side lobes; fast transform sizes.
 */
#include "model/dsp/spectrum/fft.h"
#include "model/dsp/spectrum/window.h"

#include <glib.h>
#include <math.h>

static const struct {
  TsrWindowKind kind;
  double        side_lobe_db; /* highest beyond the main lobe, at most */
  double        derivative;   /* relative error of dh and d2h, at most */
} windows[] = {
    {TSR_WINDOW_SMOOTH4, -82, 1e-7},
    {TSR_WINDOW_KAISER, -85, 1e-6},
    {TSR_WINDOW_HANN, -31, 1e-7},
    {TSR_WINDOW_BLACKMAN_HARRIS, -91.9, 1e-7},
};

static double
level_db (const TsrWindow *w, double bins)
{
  double re = 0;
  for (size_t i = 0; i <= 2 * w->half; i++)
    re += w->h[i] * cos (M_PI * bins * ((double)i - (double)w->half) / (double)w->half);
  return 20 * log10 (fabs (re) / 2 + 1e-300);
}

static void
test_scale (void)
{
  for (size_t j = 0; j < G_N_ELEMENTS (windows); j++) {
    TsrWindow *w = tsr_window_new (windows[j].kind, 600);
    double     sum = 0, energy = 0;
    for (size_t i = 0; i <= 1200; i++) {
      sum += w->h[i];
      energy += w->h[i] * w->h[i];
      g_assert_cmpfloat_with_epsilon (w->h[i], w->h[1200 - i], 1e-17);
      g_assert_cmpfloat_with_epsilon (w->dh[i], -w->dh[1200 - i], 1e-17);
    }
    g_assert_cmpfloat_with_epsilon (sum, 2, 1e-13);
    g_assert_cmpfloat_with_epsilon (energy, w->energy, 1e-15);
    g_assert_cmpfloat (fabs (w->h[0]), <, 1e-4 * w->h[600]);
    tsr_window_free (w);
  }
}

/* Central differences with a Richardson step, relative to the largest derivative. */
static void
test_derivatives (void)
{
  for (size_t j = 0; j < G_N_ELEMENTS (windows); j++) {
    TsrWindow *w = tsr_window_new (windows[j].kind, 2000);
    double     worst1 = 0, worst2 = 0, top1 = 0, top2 = 0;
    for (size_t i = 2; i + 2 <= 4000; i++) {
      const double *h = w->h + i;
      double        d1 = (8 * (h[1] - h[-1]) - (h[2] - h[-2])) / 12;
      double        d2 = (16 * (h[1] + h[-1]) - (h[2] + h[-2]) - 30 * h[0]) / 12;
      worst1 = fmax (worst1, fabs (d1 - w->dh[i]));
      worst2 = fmax (worst2, fabs (d2 - w->d2h[i]));
      top1 = fmax (top1, fabs (w->dh[i]));
      top2 = fmax (top2, fabs (w->d2h[i]));
    }
    g_test_message ("kind %d: derivative errors %.1e %.1e",
                    (int)windows[j].kind,
                    worst1 / top1,
                    worst2 / top2);
    g_assert_cmpfloat (worst1 / top1, <, windows[j].derivative);
    g_assert_cmpfloat (worst2 / top2, <, windows[j].derivative);
    tsr_window_free (w);
  }
}

static void
test_lobes (void)
{
  for (size_t j = 0; j < G_N_ELEMENTS (windows); j++) {
    TsrWindow *w = tsr_window_new (windows[j].kind, 500);
    double     highest = -400;
    for (double bins = w->lobe_bins / 2; bins < 60; bins += 0.05)
      highest = fmax (highest, level_db (w, bins));
    g_test_message ("kind %d: side lobes %.1f dB", (int)windows[j].kind, highest);
    g_assert_cmpfloat (highest, <, windows[j].side_lobe_db);
    g_assert_cmpfloat (level_db (w, w->lobe_bins / 2 - 0.5), >, highest);
    tsr_window_free (w);
  }
}

static void
test_spacing (void)
{
  TsrWindow *w = tsr_window_new_for_spacing (TSR_WINDOW_SMOOTH4, 44100, 100);
  g_assert_cmpuint (w->half, ==, 1764);
  g_assert_cmpfloat_with_epsilon (tsr_window_spacing_hz (w, 44100), 100, 1e-9);
  tsr_window_free (w);
  for (double spacing = 7; spacing < 3000; spacing *= 1.37) {
    w = tsr_window_new_for_spacing (TSR_WINDOW_KAISER, 48000, spacing);
    g_assert_cmpfloat (tsr_window_spacing_hz (w, 48000), <=, spacing * (1 + 1e-9));
    g_assert_cmpfloat (tsr_window_spacing_hz (w, 48000), >, spacing * 0.9);
    tsr_window_free (w);
  }
  g_assert_null (tsr_window_new_for_spacing (TSR_WINDOW_HANN, 48000, 0));
  g_assert_null (tsr_window_new_for_spacing (TSR_WINDOW_HANN, 48000, NAN));
  g_assert_null (tsr_window_new_for_spacing (TSR_WINDOW_HANN, 48000, 1e-9));
  g_assert_null (tsr_window_new (TSR_WINDOW_HANN, 1));
}

static void
test_good_size (void)
{
  g_assert_cmpuint (tsr_fft_good_size (0), ==, 1);
  g_assert_cmpuint (tsr_fft_good_size (2048), ==, 2048);
  g_assert_cmpuint (tsr_fft_good_size (2049), ==, 2058);
  g_assert_null (tsr_fft_new (0, TSR_FFT_FORWARD));
  g_assert_null (tsr_real_fft_new (7));
}

static void
test_real_fft_round_trip (void)
{
  TsrRealFft     *fft = tsr_real_fft_new (60);
  TsrRealFftF    *fftf = tsr_real_fftf_new (60);
  double         *x = tsr_fft_alloc (60 * sizeof *x);
  double complex *bins = tsr_fft_alloc (31 * sizeof *bins);
  float          *xf = tsr_fft_alloc (60 * sizeof *xf);
  float complex  *binsf = tsr_fft_alloc (31 * sizeof *binsf);

  for (int i = 0; i < 60; i++)
    xf[i] = (float)(x[i] = cos (2 * M_PI * 7 * i / 60));
  tsr_real_fft_forward (fft, x, bins);
  tsr_real_fftf_forward (fftf, xf, binsf);
  g_assert_cmpfloat_with_epsilon (creal (bins[7]), 30, 1e-12);
  g_assert_cmpfloat_with_epsilon (crealf (binsf[7]), 30, 1e-4);
  tsr_real_fft_inverse (fft, bins, x);
  tsr_real_fftf_inverse (fftf, binsf, xf);
  for (int i = 0; i < 60; i++) {
    g_assert_cmpfloat_with_epsilon (x[i] / 60, cos (2 * M_PI * 7 * i / 60), 1e-14);
    g_assert_cmpfloat_with_epsilon (xf[i] / 60, cos (2 * M_PI * 7 * i / 60), 1e-6);
  }
  tsr_fft_free (x);
  tsr_fft_free (bins);
  tsr_fft_free (xf);
  tsr_fft_free (binsf);
  tsr_real_fft_free (fft);
  tsr_real_fftf_free (fftf);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window/scale", test_scale);
  g_test_add_func ("/window/derivatives", test_derivatives);
  g_test_add_func ("/window/lobes", test_lobes);
  g_test_add_func ("/window/spacing", test_spacing);
  g_test_add_func ("/fft/good-size", test_good_size);
  g_test_add_func ("/fft/real-round-trip", test_real_fft_round_trip);
  return g_test_run ();
}
