/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analysis windows: cosine sums and a Kaiser window without its pedestal.
 */
#include "model/dsp/spectrum/window.h"

#include "model/dsp/spectrum/fft.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define KAISER_SIDE_LOBE_DB 90.0
/* J. F. Kaiser's rule for side lobes beyond 60 dB. */
#define KAISER_SHAPE (0.12438 * (KAISER_SIDE_LOBE_DB + 6.3))
#define HALF_MAX ((size_t)1 << 24)

/* Smooth4: A. Nuttall, IEEE TASSP 29, 1981, four terms with continuous third derivative.
 */
static const double cosine_terms[TSR_WINDOW_N_KINDS][4] = {
    [TSR_WINDOW_SMOOTH4] = {0.338946, 0.481973, 0.161054, 0.018027},
    [TSR_WINDOW_HANN] = {0.5, 0.5, 0, 0},
    [TSR_WINDOW_BLACKMAN_HARRIS] = {0.35875, 0.48829, 0.14128, 0.01168},
};

static double
lobe_bins (TsrWindowKind kind)
{
  switch (kind) {
  case TSR_WINDOW_KAISER:
    return 2 * sqrt (M_PI * M_PI + KAISER_SHAPE * KAISER_SHAPE) / M_PI;
  case TSR_WINDOW_HANN:
    return 4;
  case TSR_WINDOW_SMOOTH4:
  case TSR_WINDOW_BLACKMAN_HARRIS:
    break;
  }
  return 8;
}

/* I_order (z) / z^order by its power series, order 0..2. All terms are positive, so the
 * sum is accurate for the arguments used here (z < 20). */
static double
bessel_i_over_power (int order, double z)
{
  double term = order == 0 ? 1 : order == 1 ? 0.5 : 0.125;
  double sum = 0;
  double quarter = z * z / 4;

  for (int k = 1; term > 1e-18 * sum; k++) {
    sum += term;
    term *= quarter / ((double)k * (k + order));
  }
  return sum;
}

/* Derivatives of I0 (shape sqrt (1 - u^2)) by u, from (I_m / z^m)' = I_(m+1) / z^m. */
static void
fill_kaiser (TsrWindow *w)
{
  double m = (double)w->half;
  double b2 = KAISER_SHAPE * KAISER_SHAPE;

  for (size_t i = 0; i <= 2 * w->half; i++) {
    double u = ((double)i - m) / m;
    double z = KAISER_SHAPE * sqrt (fmax (0, 1 - u * u));
    double i1 = bessel_i_over_power (1, z);
    w->h[i] = bessel_i_over_power (0, z) - 1;
    w->dh[i] = -b2 * u * i1 / m;
    w->d2h[i] = (b2 * b2 * u * u * bessel_i_over_power (2, z) - b2 * i1) / (m * m);
  }
}

static void
fill_cosine_sum (TsrWindow *w)
{
  for (size_t m = 0; m < 4; m++)
    w->terms[m] = cosine_terms[w->kind][m];
  for (size_t i = 0; i <= w->half; i++) {
    double x = M_PI * (double)i / (double)w->half, h = w->terms[0], dh = 0, d2h = 0;
    double c[4] = {1, cos (x)}, s[4] = {0, sin (x)}; /* of multiples of x */
    for (int m = 1; m < 4; m++) {
      double q = M_PI * m / (double)w->half;
      c[m] = m > 1 ? c[m - 1] * c[1] - s[m - 1] * s[1] : c[1];
      s[m] = m > 1 ? s[m - 1] * c[1] + c[m - 1] * s[1] : s[1];
      h += w->terms[m] * c[m];
      dh -= w->terms[m] * q * s[m];
      d2h -= w->terms[m] * q * q * c[m];
    }
    w->h[w->half + i] = w->h[w->half - i] = h;
    w->dh[w->half + i] = dh;
    w->dh[w->half - i] = -dh;
    w->d2h[w->half + i] = w->d2h[w->half - i] = d2h;
  }
}

static void
scale (TsrWindow *w)
{
  double sum = 0;
  for (size_t i = 0; i <= 2 * w->half; i++)
    sum += w->h[i];
  double g = 2 / sum;
  for (size_t i = 0; i <= 2 * w->half; i++) {
    w->h[i] *= g;
    w->dh[i] *= g;
    w->d2h[i] *= g;
    w->energy += w->h[i] * w->h[i];
  }
  for (size_t m = 0; m < 4; m++)
    w->terms[m] *= g;
}

TsrWindow *
tsr_window_new (TsrWindowKind kind, size_t half)
{
  if ((unsigned)kind >= TSR_WINDOW_N_KINDS || half < 2 || half > HALF_MAX)
    return NULL;
  TsrWindow *w = calloc (1, sizeof *w);
  if (w == NULL)
    return NULL;
  w->kind = kind;
  w->half = half;
  w->lobe_bins = lobe_bins (kind);
  w->h = calloc (2 * half + 1, sizeof *w->h);
  w->dh = calloc (2 * half + 1, sizeof *w->dh);
  w->d2h = calloc (2 * half + 1, sizeof *w->d2h);
  if (w->h == NULL || w->dh == NULL || w->d2h == NULL) {
    tsr_window_free (w);
    return NULL;
  }
  if (kind == TSR_WINDOW_KAISER)
    fill_kaiser (w);
  else
    fill_cosine_sum (w);
  scale (w);
  return w;
}

size_t
tsr_window_half_for_spacing (TsrWindowKind kind, double rate_hz, double spacing_hz)
{
  if ((unsigned)kind >= TSR_WINDOW_N_KINDS || !(rate_hz > 0) || !(spacing_hz > 0))
    return 0;
  double half = ceil (lobe_bins (kind) * rate_hz / (2 * spacing_hz));
  if (!(half <= (double)HALF_MAX))
    return 0;
  return tsr_fft_good_size (half < 2 ? 2 : (size_t)half);
}

TsrWindow *
tsr_window_new_for_spacing (TsrWindowKind kind, double rate_hz, double spacing_hz)
{
  size_t half = tsr_window_half_for_spacing (kind, rate_hz, spacing_hz);

  return half > 0 ? tsr_window_new (kind, half) : NULL;
}

void
tsr_window_free (TsrWindow *window)
{
  if (window == NULL)
    return;
  free (window->h);
  free (window->dh);
  free (window->d2h);
  free (window);
}

double
tsr_window_spacing_hz (const TsrWindow *window, double rate_hz)
{
  return window->lobe_bins * rate_hz / (2 * (double)window->half);
}
