/* SPDX-License-Identifier: GPL-3.0-or-later
 * A curve drawn by points and joined by straight lines: pitch over time, gain over
 * frequency, or a time map. Immutable and reference counted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  double x; /* time_s or frequency_hz */
  double y; /* ratio, cents, gain_db, seconds: the owner says which */
} TsrCurvePoint;

typedef struct TsrCurve TsrCurve;

/* Copies n >= 1 points with finite values and strictly increasing x. NULL if they are not
 * so. */
TsrCurve *tsr_curve_new (const TsrCurvePoint *points, size_t n);
TsrCurve *tsr_curve_ref (TsrCurve *curve);
void      tsr_curve_unref (TsrCurve *curve); /* NULL is allowed */

size_t               tsr_curve_n_points (const TsrCurve *curve);
const TsrCurvePoint *tsr_curve_points (const TsrCurve *curve);

/* Value at x: linear between points, the end values outside. */
double tsr_curve_at (const TsrCurve *curve, double x);
/* The same, but continued with the slope of the first or last piece: for time maps. */
double tsr_curve_at_extended (const TsrCurve *curve, double x);
/* x of a value of a curve whose y strictly increases or strictly falls (a time map; one
 * that falls is of a reversed sound), continued at both ends. */
double tsr_curve_inverse_extended (const TsrCurve *curve, double y);
/* Whether y strictly increases too: what a time map has to be. */
bool tsr_curve_is_increasing (const TsrCurve *curve);
bool tsr_curve_equal (const TsrCurve *a, const TsrCurve *b); /* NULL equals NULL only */
