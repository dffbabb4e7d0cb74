/* SPDX-License-Identifier: GPL-3.0-or-later
 * One frame of a picture in single precision: power of every bin, and how far its energy
 * moves in time and frequency. No padding, one complex FFT for cosine-sum windows.
 * Values more than 120 dB below the strongest bin of the frame are rounding noise.
 */
#pragma once

#include "model/dsp/spectrum/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One thread at a time. */
typedef struct TsrPictureFrame TsrPictureFrame;

TsrPictureFrame *tsr_picture_frame_new (TsrWindowKind kind, size_t half);
void             tsr_picture_frame_free (TsrPictureFrame *frame); /* NULL is allowed */

size_t tsr_picture_frame_n_bins (const TsrPictureFrame *frame); /* M + 1 */

/* Transforms the frame around `centre`; samples outside 0 .. n_samples-1 are zero. */
void tsr_picture_frame_load (TsrPictureFrame *frame,
                             const float     *samples,
                             int64_t          n_samples,
                             int64_t          centre);

/* |X|^2 of bins first .. end-1. */
void tsr_picture_frame_power (const TsrPictureFrame *frame,
                              size_t                 first,
                              size_t                 end,
                              float                 *power);
/* And for the same bins Re (T/X) in samples and -Im (D/X) in bins. Meaningless where the
 * power is 0. */
void tsr_picture_frame_reassign (const TsrPictureFrame *frame,
                                 size_t                 first,
                                 size_t                 end,
                                 float                 *power,
                                 float                 *shift_samples,
                                 float                 *shift_bins);
