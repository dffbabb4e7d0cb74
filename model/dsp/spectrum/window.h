/* SPDX-License-Identifier: GPL-3.0-or-later
 * Analysis windows with analytic derivatives, scaled so that a steady sinusoid of
 * amplitude A gives |X| = A at its frequency.
 */
#pragma once

#include <stddef.h>

typedef enum {
  TSR_WINDOW_SMOOTH4, /* four cosine terms, three continuous derivatives: the default */
  TSR_WINDOW_KAISER,  /* 90 dB, pedestal removed */
  TSR_WINDOW_HANN,
  TSR_WINDOW_BLACKMAN_HARRIS, /* four-term */
} TsrWindowKind;

enum { TSR_WINDOW_N_KINDS = 4 };

/* Symmetric window over n = -half .. half: 2 half + 1 values each, index 0 is n = -half.
 */
typedef struct {
  TsrWindowKind kind;
  size_t        half;      /* M */
  double        lobe_bins; /* full main lobe width in units of 1/(2M) cycles per sample */
  double       *h, *dh, *d2h; /* window, first and second derivative per sample */
  double        terms[4];     /* h(n) = sum terms[m] cos (m pi n / M); zeros for Kaiser */
  double        energy;       /* sum of h^2 */
} TsrWindow;

/* Window whose full main lobe is spacing_hz wide at rate_hz, or a little narrower: M is
 * the smallest fast transform length (see tsr_fft_good_size) from lobe_bins rate /
 * (2 spacing) on. (Smooth4: 4 rate / spacing.) NULL when memory is short, a value is not
 * positive and finite, or M would pass 2^24. */
TsrWindow *
tsr_window_new_for_spacing (TsrWindowKind kind, double rate_hz, double spacing_hz);
/* M of that window; 0 when a value is not positive and finite, or M would pass 2^24. */
size_t
tsr_window_half_for_spacing (TsrWindowKind kind, double rate_hz, double spacing_hz);
/* Window with a given half length >= 2. */
TsrWindow *tsr_window_new (TsrWindowKind kind, size_t half);
void       tsr_window_free (TsrWindow *window); /* NULL is allowed */

/* Main lobe width in Hz of a window of this kind and length. */
double tsr_window_spacing_hz (const TsrWindow *window, double rate_hz);
