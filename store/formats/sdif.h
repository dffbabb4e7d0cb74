/* SPDX-License-Identifier: GPL-3.0-or-later
 * SDIF, as CNMAT describes and Loris writes it: big-endian; a frame is a type, the bytes
 * that follow this size, time, stream, number of matrices; a matrix is a type, the type
 * of its data, rows, columns, and the data row by row, padded to 8 bytes.
 *
 *     1TRC  index, frequency, amplitude, phase, sampled at the times of frames
 *     RBEP  index, frequency, amplitude, phase, bandwidth, time after that of the frame
 *     RBEL  index, label
 *     RBEM  times of markers; their names, each with a 0 at its end
 *
 * The sound ends where the last frame of data is, with or without rows, or the last
 * breakpoint. Channel 0 is stream 1, labels and markers are stream 2, channel n is stream
 * n + 2.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TSR_SDIF_TYPE(a, b, c, d)                                                        \
  ((guint32)(a) << 24 | (guint32)(b) << 16 | (guint32)(c) << 8 | (guint32)(d))
#define TSR_SDIF_FILE TSR_SDIF_TYPE ('S', 'D', 'I', 'F')
#define TSR_SDIF_1TRC TSR_SDIF_TYPE ('1', 'T', 'R', 'C')
#define TSR_SDIF_RBEP TSR_SDIF_TYPE ('R', 'B', 'E', 'P')
#define TSR_SDIF_RBEL TSR_SDIF_TYPE ('R', 'B', 'E', 'L')
#define TSR_SDIF_RBEM TSR_SDIF_TYPE ('R', 'B', 'E', 'M')

enum {
  TSR_SDIF_FLOAT = 0x0004,
  TSR_SDIF_DOUBLE = 0x0008,
  TSR_SDIF_TEXT = 0x0301,
  TSR_SDIF_FRAME_HEADER = 24, /* bytes, type and size among them */
  TSR_SDIF_MATRIX_HEADER = 16,
  TSR_SDIF_META_STREAM = 2,
};

G_END_DECLS
