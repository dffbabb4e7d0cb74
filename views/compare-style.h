/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the differences of two states look, on the canvas and in their legend: told by
 * dashes and width as well as by colour.
 */
#pragma once

#include <glib.h>

typedef enum {
  TSR_DIFFERENCE_REMOVED, /* only in A */
  TSR_DIFFERENCE_ADDED,   /* only in B */
  TSR_DIFFERENCE_BEFORE,  /* changed: as it was in A */
  TSR_DIFFERENCE_AFTER,   /* as it is in B */
  TSR_N_DIFFERENCES,
} TsrDifference;

typedef struct {
  guint32 color;    /* 0xFFRRGGBB */
  double  width_px; /* logical */
  double  dash_px;  /* length of dashes and gaps; 0: whole lines */
} TsrDifferenceLook;

static const TsrDifferenceLook tsr_difference_looks[TSR_N_DIFFERENCES] = {
    [TSR_DIFFERENCE_REMOVED] = {0xffff7043, 2.2, 9},
    [TSR_DIFFERENCE_ADDED] = {0xff69f0ae, 3.6, 0},
    [TSR_DIFFERENCE_BEFORE] = {0xffb39ddb, 1.4, 3},
    [TSR_DIFFERENCE_AFTER] = {0xff4fc3f7, 2.0, 0},
};
