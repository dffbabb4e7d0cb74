/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bins to rows.
 */
#include "model/dsp/spectrum/row-map.h"

#include "model/dsp/spectrum/decibel.h"

#include <math.h>

#define ROUNDING_BINS 1e-6 /* a bin on the edge of a row belongs to the upper one */

static TsrRow
make_row (const TsrRowAxis *axis, double low_unit, double high_unit)
{
  double top = (double)(axis->n_bins - 1);
  double middle_unit = (low_unit + high_unit) / 2;
  double edges[3];

  for (int i = 0; i < 3; i++) {
    double unit = i == 0 ? low_unit : i == 1 ? middle_unit : high_unit;
    edges[i] = tsr_frequency_from_unit (axis->scale, axis->low_hz, axis->high_hz, unit) /
               axis->bin_hz;
  }
  if (!(edges[1] >= -ROUNDING_BINS && edges[1] <= top + ROUNDING_BINS))
    return (TsrRow){.base = UINT32_MAX};
  edges[1] = fmin (fmax (edges[1], 0), top);
  double base = fmin (floor (edges[1]), top - 1);
  TsrRow row = {.base = (uint32_t)base,
                .fraction = (float)(edges[1] - base),
                .first_bin = (uint32_t)base};
  if (edges[2] - edges[0] > 1 + ROUNDING_BINS) {
    double first = fmax (ceil (edges[0] - ROUNDING_BINS), 0);
    double last = fmin (ceil (edges[2] - ROUNDING_BINS) - 1, top);
    row.first_bin = (uint32_t)first;
    row.n_bins = last >= first ? (uint32_t)(last - first) + 1 : 0;
  }
  return row;
}

void
tsr_row_map_fill (TsrRow *rows, size_t n_rows, const TsrRowAxis *axis)
{
  for (size_t i = 0; i < n_rows; i++)
    rows[i] = make_row (
        axis, 1 - (double)(i + 1) / (double)n_rows, 1 - (double)i / (double)n_rows);
}

void
tsr_row_map_apply (const TsrRow *rows,
                   size_t        n_rows,
                   float        *bins_db,
                   size_t        first_bin,
                   size_t        n_bins,
                   float        *out_db)
{
  for (size_t i = 1; i <= TSR_ROW_MAP_PAD; i++) {
    *(bins_db - i) = bins_db[0];
    bins_db[n_bins - 1 + i] = bins_db[n_bins - 1];
  }
  for (size_t i = 0; i < n_rows; i++) {
    const TsrRow *row = &rows[i];
    if (row->base == UINT32_MAX) {
      out_db[i] = TSR_PICTURE_FLOOR_DB;
      continue;
    }
    const float *at = bins_db + (row->base - first_bin);
    float        value = tsr_interpolate_db (at[-1], at[0], at[1], at[2], row->fraction);
    const float *inside = bins_db + (row->first_bin - first_bin);
    for (uint32_t j = 0; j < row->n_bins; j++)
      value = inside[j] > value ? inside[j] : value;
    out_db[i] = value > TSR_PICTURE_FLOOR_DB ? value : TSR_PICTURE_FLOOR_DB;
  }
}
