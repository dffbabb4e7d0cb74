/* SPDX-License-Identifier: GPL-3.0-or-later
 * Selections by hand that are no rectangles: a lasso, a brush, the harmonics of a
 * partial; growing along time; taking out what is selected. Pure functions. Thread: any.
 */
#pragma once

#include "model/selection.h"

G_BEGIN_DECLS

typedef struct {
  double time_s, frequency_hz;
} TsrShapePoint;

/* One touch of a round brush, an ellipse on the plane; radii > 0. */
typedef struct {
  double time_s, frequency_hz;
  double radius_s, radius_hz;
} TsrBrushDab;

/* Whole partials that pass through the polygon (closed by itself, even-odd); fewer than
 * three points: none. channel -1: all. */
TsrSelection *tsr_selection_from_lasso (const TsrPartialSet *set,
                                        const TsrShapePoint *points,
                                        gsize                n,
                                        int                  channel);
/* Whole partials that pass through one of the dabs. */
TsrSelection *tsr_selection_from_brush (const TsrPartialSet *set,
                                        const TsrBrushDab   *dabs,
                                        gsize                n,
                                        int                  channel);
/* The partial and those of its channel that sound with it at whole multiples of its
 * frequency: the median of the ratio over the time they share is within 0.04 + 0.01 n (at
 * most 0.25) of the number n. Empty when there is no such partial. */
TsrSelection *tsr_selection_from_harmonics (const TsrPartialSet *set, gint64 id);
/* With a region: its partials whole. Without: and with them the partials that go on where
 * one ends, or end where one begins, within gap_s and a semitone, again and again. */
TsrSelection *tsr_selection_grow (const TsrSelection  *selection,
                                  const TsrPartialSet *set,
                                  double               gap_s);
/* What is selected, cut at the region, with ids from 1 on. (transfer full); NULL when
 * memory is short. */
TsrPartialSet *tsr_selection_extract (const TsrSelection  *selection,
                                      const TsrPartialSet *set);

G_END_DECLS
