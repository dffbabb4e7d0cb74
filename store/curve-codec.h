/* SPDX-License-Identifier: GPL-3.0-or-later
 * Curves as the file keeps them: pairs of little-endian doubles. Thread: any.
 */
#pragma once

#include <glib.h>

#include "model/dsp/curve.h"

G_BEGIN_DECLS

#define TSR_CURVE_MAX_POINTS 1000000

void tsr_curve_encode (const TsrCurve *curve, GByteArray *buffer);
/* NULL when the size is odd or the points are not a curve. */
TsrCurve *tsr_curve_decode (const void *bytes, gsize n_bytes);

G_END_DECLS
