/* SPDX-License-Identifier: GPL-3.0-or-later
 * A strip of columns of a spectrogram: the unit of parallel work. What a strip shows does
 * not depend on where the picture is cut into strips.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/spectrum/picture-frame.h"
#include "model/dsp/spectrum/row-map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TSR_STRIP_MAX_COLUMNS = 256 };

/* What all strips of a picture share; filled by spectrogram.c. */
typedef struct {
  const float  *samples;
  int64_t       n_samples;
  size_t        half;            /* M */
  int64_t       hop;             /* frames are centred on multiples of it */
  double        start;           /* left edge of column 0, in samples */
  double        column_samples;  /* width of a column */
  bool          is_interpolated; /* columns are closer than frames */
  size_t        n_columns, n_rows;
  size_t        first_bin, end_bin;
  const TsrRow *rows;        /* n_rows */
  const float  *bin_rows;    /* end_bin - first_bin distances in rows */
  size_t        n_tall_bins; /* bin_rows of bins from first_bin + this on are at most 1 */
  bool          is_linear;   /* else logarithmic with corner_bins */
  double        row_offset, row_slope;           /* row = offset - slope * warped bin */
  double        corner_bins;                     /* warped = 10 log10 (bin + corner) */
  double        reach_samples, reach_bins;       /* longer moves are left out */
  double        energy_unit;                     /* energy that reads 0 dB */
  float        *conventional_db, *reassigned_db; /* n_rows * n_columns; may be NULL */
} TsrPictureLayout;

/* Buffers and plans of one worker. */
typedef struct TsrPictureStrip TsrPictureStrip;

/* For windows of this kind and half length and up to n_rows rows. NULL: no memory. */
TsrPictureStrip *tsr_picture_strip_new (TsrWindowKind kind, size_t half, size_t n_rows);
void             tsr_picture_strip_free (TsrPictureStrip *strip); /* NULL is allowed */

size_t tsr_picture_strip_n_rows (const TsrPictureStrip *strip);

/* Renders columns [first, end), at most TSR_STRIP_MAX_COLUMNS, into the outputs of the
 * layout. false when the job was cancelled. */
bool tsr_picture_strip_render (TsrPictureStrip        *strip,
                               const TsrPictureLayout *layout,
                               const TsrJob           *job,
                               size_t                  first_column,
                               size_t                  end_column);
