/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breakpoints as the file keeps them: one little-endian array a column. Time, phase,
 * frequency and log-amplitude are IEEE doubles; slope, chirp and bandwidth IEEE singles;
 * flags 32-bit words. Version 2 also tells whose noise goes on (tsr_partial_noise_id), in
 * the upper 24 bits of the first two flags, the lower half first. Every bit comes back as
 * it went in. Thread: any.
 */
#pragma once

#include <glib.h>

#include "model/dsp/partials/partial.h"

G_BEGIN_DECLS

/* More would not fit into one row. */
#define TSR_PARTIAL_MAX_BREAKPOINTS 1000000

enum { TSR_N_PARTIAL_COLUMNS = 8 };

typedef struct {
  const void *bytes;
  gsize       n_bytes;
} TsrPartialColumn;

/* 2 where a noise is told, else 1. */
gint64 tsr_partial_codec_version (const TsrPartial *partial);
/* In the order of the table. The columns point into `buffer`, which is overwritten. */
void tsr_partial_encode (const TsrPartial *partial,
                         GByteArray       *buffer,
                         TsrPartialColumn  columns[TSR_N_PARTIAL_COLUMNS]);

/* NULL when the version is unknown, a size does not fit `n`, or a value is not finite or
 * out of range. */
TsrPartial *tsr_partial_decode (gint64                 id,
                                int                    label,
                                unsigned               channel,
                                gint64                 version,
                                gint64                 n,
                                const TsrPartialColumn columns[TSR_N_PARTIAL_COLUMNS]);

G_END_DECLS
