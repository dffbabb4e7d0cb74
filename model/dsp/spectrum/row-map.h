/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the bins of a transform to rows of pixels on any frequency axis: cubic
 * interpolation in dB where a bin spans many rows, the maximum where a row spans many
 * bins.
 */
#pragma once

#include "model/dsp/spectrum/frequency-scale.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t base;              /* interpolate between base and base + 1 */
  float    fraction;          /* 0 .. 1 on the way there */
  uint32_t first_bin, n_bins; /* bins inside the row to take the maximum with */
} TsrRow;

typedef struct {
  TsrFrequencyScale scale;
  double            low_hz, high_hz; /* edges of the lowest and the highest row */
  double            bin_hz;
  size_t            n_bins; /* bins 0 .. n_bins-1 exist, n_bins >= 2 */
} TsrRowAxis;

/* Row 0 is the highest frequency. Rows outside the bins get base = UINT32_MAX. */
void tsr_row_map_fill (TsrRow *rows, size_t n_rows, const TsrRowAxis *axis);

/* Values that must exist before and behind the bins: they are filled in. */
enum { TSR_ROW_MAP_PAD = 2 };

/* bins_db[0] is bin `first_bin`, followed by n_bins - 1 more, all that the rows touch;
 * the TSR_ROW_MAP_PAD values before and behind belong to the same memory. Rows outside
 * the bins get -200. */
void tsr_row_map_apply (const TsrRow *rows,
                        size_t        n_rows,
                        float        *bins_db,
                        size_t        first_bin,
                        size_t        n_bins,
                        float        *out_db);
