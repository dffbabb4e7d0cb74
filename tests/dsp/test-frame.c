/* SPDX-License-Identifier: GPL-3.0-or-later
 * The windowed transforms of a frame against the sums that define them.
 */
#include "model/dsp/spectrum/frame.h"

#include <glib.h>
#include <math.h>

static double
relative_error (double complex got, double complex want, double scale)
{
  return cabs (got - want) / scale;
}

/* Sums by definition at one bin; `top` is the largest possible value of each sum. */
static void
by_definition (const TsrWindow *w,
               const float     *samples,
               int64_t          n_samples,
               int64_t          centre,
               double           omega,
               TsrTransforms   *sum,
               TsrTransforms   *top)
{
  *sum = *top = (TsrTransforms){0};
  for (size_t i = 0; i <= 2 * w->half; i++) {
    int64_t at = centre - (int64_t)w->half + (int64_t)i;
    double  n = (double)i - (double)w->half;
    if (at < 0 || at >= n_samples)
      continue;
    double complex e = samples[at] * cexp (-I * omega * n);
    sum->x += e * w->h[i];
    sum->t += e * n * w->h[i];
    sum->d += e * w->dh[i];
    sum->td += e * n * w->dh[i];
    sum->d2 += e * w->d2h[i];
    top->x += fabs (w->h[i]);
    top->t += fabs (n * w->h[i]);
    top->d += fabs (w->dh[i]);
    top->td += fabs (n * w->dh[i]);
    top->d2 += fabs (w->d2h[i]);
  }
}

static double
worst_error (TsrWindowKind kind, size_t half, size_t padding, int64_t centre)
{
  enum { N = 700 };
  GRand     *rng = g_rand_new_with_seed (4711);
  float      samples[N];
  TsrWindow *w = tsr_window_new (kind, half);
  TsrFrame  *frame = tsr_frame_new (w, padding);
  double     worst = 0;

  for (int i = 0; i < N; i++)
    samples[i] = (float)g_rand_double_range (rng, -1, 1);
  tsr_frame_load (frame, samples, N, centre, 0);
  for (size_t k = 0; k < tsr_frame_n_bins (frame); k += 3) {
    TsrTransforms got, want, top;
    double        magnitude;
    double        omega = 2 * M_PI * (double)k / (double)tsr_frame_fft_size (frame);
    by_definition (w, samples, N, centre, omega, &want, &top);
    tsr_frame_transforms (frame, k, 1, &got);
    tsr_frame_magnitudes (frame, k, 1, &magnitude);
    if (creal (top.x) == 0)
      continue;
    worst = fmax (worst, relative_error (got.x, want.x, creal (top.x)));
    worst = fmax (worst, relative_error (got.t, want.t, creal (top.t)));
    worst = fmax (worst, relative_error (got.d, want.d, creal (top.d)));
    worst = fmax (worst, relative_error (got.td, want.td, creal (top.td)));
    worst = fmax (worst, relative_error (got.d2, want.d2, creal (top.d2)));
    worst = fmax (worst, fabs (magnitude - cabs (want.x)) / creal (top.x));
  }
  tsr_frame_free (frame);
  tsr_window_free (w);
  g_rand_free (rng);
  return worst;
}

static void
test_definition (void)
{
  static const int64_t centres[] = {350, 0, 699, 20};
  double               worst = 0;

  for (int kind = 0; kind < TSR_WINDOW_N_KINDS; kind++)
    for (size_t i = 0; i < G_N_ELEMENTS (centres); i++)
      for (size_t padding = 2; padding <= 3; padding++)
        worst = fmax (worst, worst_error ((TsrWindowKind)kind, 120, padding, centres[i]));
  g_test_message ("transforms against their definition: %.1e", worst);
  g_assert_cmpfloat (worst, <, 1e-14);
}

static void
test_outside (void)
{
  float      samples[4] = {1, 1, 1, 1};
  TsrWindow *w = tsr_window_new (TSR_WINDOW_SMOOTH4, 100);
  TsrFrame  *frame = tsr_frame_new (w, 2);
  double     magnitude;

  tsr_frame_load (frame, samples, 4, 5000, 0);
  tsr_frame_magnitudes (frame, 0, 1, &magnitude);
  g_assert_cmpfloat (magnitude, ==, 0);
  tsr_frame_load (frame, samples, 4, -5000, 0);
  tsr_frame_magnitudes (frame, 0, 1, &magnitude);
  g_assert_cmpfloat (magnitude, ==, 0);
  tsr_frame_load (frame, samples, 4, 2, 1); /* minus the offset: silence */
  tsr_frame_magnitudes (frame, 0, 1, &magnitude);
  g_assert_cmpfloat (magnitude, ==, 0);
  g_assert_null (tsr_frame_new (w, 1));
  tsr_frame_free (frame);
  tsr_window_free (w);
}

/* A steady cosine in the middle of the band reads its amplitude and its phase at the
 * centre. */
static void
test_phase_and_amplitude (void)
{
  enum { N = 4000 };
  double     samples[N];
  TsrWindow *w = tsr_window_new (TSR_WINDOW_SMOOTH4, 500);
  TsrFrame  *frame = tsr_frame_new (w, 2);
  double     omega = 2 * M_PI * 321 / (double)tsr_frame_fft_size (frame);

  for (int i = 0; i < N; i++)
    samples[i] = 0.7 * cos (omega * (i - 1777) + 1.1);
  tsr_frame_load_double (frame, samples, N, 1777, 0);
  double complex x;
  tsr_frame_spectrum (frame, 321, 1, &x);
  g_assert_cmpfloat_with_epsilon (cabs (x), 0.7, 1e-8);
  g_assert_cmpfloat_with_epsilon (carg (x), 1.1, 1e-8);
  tsr_frame_free (frame);
  tsr_window_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/definition", test_definition);
  g_test_add_func ("/frame/outside", test_outside);
  g_test_add_func ("/frame/phase-and-amplitude", test_phase_and_amplitude);
  return g_test_run ();
}
