/* SPDX-License-Identifier: GPL-3.0-or-later
 * An edit that is being dragged: shown and heard, not yet made.
 */
#pragma once

#include "model/dsp/curve.h"

typedef struct {
  double    pitch_ratio;            /* 1 */
  double    stretch;                /* 1; around anchor_s */
  double    anchor_s;               /* 0 */
  double    shift_hz;               /* 0 */
  double    gain_db;                /* 0 */
  double    move_s;                 /* 0 */
  TsrCurve *filter_gain_db_over_hz; /* NULL: none; owned by whoever fills the struct */
} TsrPreview;

/* What changes nothing. */
#define TSR_PREVIEW_INIT                                                                 \
  {                                                                                      \
    .pitch_ratio = 1, .stretch = 1                                                       \
  }
