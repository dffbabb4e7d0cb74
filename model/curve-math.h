/* SPDX-License-Identifier: GPL-3.0-or-later
 * New curves from two: time maps one after the other, gains on top of each other.
 */
#pragma once

#include "model/dsp/curve.h"

/* outer (inverse of inner (x)): a time map that leads through `inner` backwards. Exact,
 * both maps extended at their ends; outer NULL is the identity; inner increases strictly
 * and has two points at least. NULL when memory is short. */
TsrCurve *tsr_curve_after_inverse (const TsrCurve *outer, const TsrCurve *inner);

/* A curve over seconds of a sound as one over seconds of its source: curve (inverse of
 * map (x)), exact; map, from sound to source, NULL is the identity. The curve is held at
 * its ends. NULL when memory is short. */
TsrCurve *tsr_curve_over_source (TsrCurve *curve, const TsrCurve *map);

/* a (x) + b (x), exact; a NULL counts as 0. NULL when memory is short. */
TsrCurve *tsr_curve_sum (const TsrCurve *a, const TsrCurve *b);

/* a (mirror - x), the curve continued at both ends; a NULL is the identity. NULL when
 * memory is short. */
TsrCurve *tsr_curve_mirrored (const TsrCurve *a, double mirror);
