/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reassignment operators and consensus of neighbouring bins.
 */
#include "model/dsp/spectrum/reassign.h"

#include <math.h>

/* Tolerances of the consensus, tuned so that a clean component keeps its whole lobe. */
#define LINE_TOLERANCE 0.2     /* of the distance of the bins compared */
#define IMPULSE_TOLERANCE 0.01 /* of M */
#define IMPULSE_MIXED 0.1      /* largest distance of mixed from 1 */
#define CHIRP_LIMIT 120.0      /* largest |chirp| M^2 of a sensible line */

static double
local_chirp (const TsrTransforms *t)
{
  double complex denominator = t->x * t->td - t->t * t->d;
  double complex c = (t->d * t->d - t->x * t->d2) / denominator;
  return isfinite (cimag (c)) ? cimag (c) : NAN;
}

void
tsr_reassign (const TsrFrame      *frame,
              size_t               first_bin,
              size_t               n,
              const TsrTransforms *transforms,
              TsrReassigned       *points)
{
  const TsrWindow *w = tsr_frame_window (frame);
  double           bin = 2 * M_PI / (double)tsr_frame_fft_size (frame);
  double           half = (double)w->half;
  double           lobe = w->lobe_bins * M_PI / half;

  for (size_t i = 0; i < n; i++) {
    const TsrTransforms *t = &transforms[i];
    TsrReassigned       *p = &points[i];
    double complex       time = t->t / t->x;
    double complex       slope = t->d / t->x;
    p->power = creal (t->x) * creal (t->x) + cimag (t->x) * cimag (t->x);
    p->offset = creal (time);
    p->omega = bin * (double)(first_bin + i) - cimag (slope);
    p->mixed = 1 + creal (t->td / t->x - slope * time);
    p->chirp = local_chirp (t);
    p->is_near =
        isfinite (p->mixed) && fabs (p->offset) <= half && fabs (cimag (slope)) <= lobe;
  }
}

/* Whether bin `b` tells of the component that bin `a` sees; they are `apart` rad per
 * sample apart. */
static bool
agrees (const TsrReassigned *a, const TsrReassigned *b, double apart, double half)
{
  if (!b->is_near)
    return false;
  double dt = b->offset - a->offset;
  if (fabs (a->mixed - 1) < IMPULSE_MIXED && fabs (b->mixed - 1) < IMPULSE_MIXED &&
      fabs (dt) < IMPULSE_TOLERANCE * half)
    return true;
  if (!(fabs (a->chirp) * half * half < CHIRP_LIMIT))
    return false;
  return fabs (b->omega - a->omega - a->chirp * dt) < LINE_TOLERANCE * apart;
}

void
tsr_reassign_consensus (const TsrFrame      *frame,
                        size_t               n,
                        const TsrReassigned *points,
                        size_t               step,
                        bool                *trusted)
{
  double half = (double)tsr_frame_window (frame)->half;
  double apart = 2 * M_PI / (double)tsr_frame_fft_size (frame) * (double)step;

  for (size_t i = 0; i < n; i++) {
    const TsrReassigned *p = &points[i];
    trusted[i] = p->is_near && n > step &&
                 (i < step || agrees (p, p - step, apart, half)) &&
                 (i + step >= n || agrees (p, p + step, apart, half));
  }
}
